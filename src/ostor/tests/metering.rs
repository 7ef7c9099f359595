//! Statistics objects, their pages and the listings of what is stored, as they come over the wire.

use super::{
    PATIENT, client,
    server::{Reply, Server, answer, json},
};
use crate::ostor::{Client, Error};

const NAME: &str = "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800";
const EARLIER: &str = "Date: Tue, 19 Jun 2018 16:00:00 GMT\r\n";
const LATER: &str = "Date: Tue, 19 Jun 2018 18:00:07 +0200\r\n";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!("../../../tests/fixtures/ostor/", $name))
    };
}

async fn serving(script: Vec<Reply>) -> (Server, Client) {
    let server = Server::start(script).await;
    let client = client(&server.url(), PATIENT);
    (server, client)
}

fn dated(status: &str, date: &str, body: &str) -> Reply {
    Reply::Bytes(answer(status, date, body))
}

#[tokio::test]
async fn the_date_is_the_one_of_the_very_answer_that_is_read() {
    let (page, buckets) = (
        fixture!("usage/names-truncated.json"),
        fixture!("buckets/guide.json"),
    );
    for (date, expected) in [
        (LATER, Some("2018-06-19T16:00:07Z")),
        ("", None),
        ("Date: yesterday\r\n", None),
    ] {
        let (server, client) = serving(vec![
            dated("500 Internal Server Error", EARLIER, ""),
            dated("200 OK", date, page),
            dated("200 OK", EARLIER, page),
            dated("500 Internal Server Error", EARLIER, ""),
            dated("200 OK", date, buckets),
            dated("200 OK", EARLIER, buckets),
        ])
        .await;
        let expected = expected.map(|date| date.parse().expect("a time"));
        let page = client.statistics_page(None, None).await.expect("a page");
        assert_eq!(page.date, expected);
        assert_eq!((page.names.len(), page.truncated), (2, true));
        client.statistics_page(None, None).await.expect("a page");
        let listing = client.bucket_listing().await.expect("buckets");
        assert_eq!(listing.date, expected);
        assert_eq!(listing.buckets.len(), 3);
        client.bucket_listing().await.expect("buckets");
        assert_eq!(server.requests().len(), 6);
    }
}

#[tokio::test]
async fn a_page_of_broken_json_is_refused_at_once() {
    let (server, client) = serving(vec![
        json(fixture!("usage/names-broken.json")),
        json(fixture!("usage/names-repeated-and-from-1970.json")),
    ])
    .await;
    let error = client
        .statistics_page(None, Some(1000))
        .await
        .expect_err("broken");
    assert!(
        matches!(error, Error::Malformed { status: 200, .. }),
        "{error}"
    );
    assert_eq!(
        server.requests().len(),
        1,
        "the same question has the same answer"
    );
    let page = client
        .statistics_page(None, Some(500))
        .await
        .expect("a page");
    assert_eq!(page.names.len(), 3);
    assert_eq!(page.names[1], page.names[2]);
}

#[tokio::test]
async fn objects_are_read_with_service_ids_that_are_no_json() {
    for (name, body, items) in [
        (NAME, fixture!("usage/object-guide.json"), 1),
        (
            "s3-usage-800000000000006a-2017-02-01T16:31:07.000Z-1800",
            fixture!("usage/object-bare-hex-id.json"),
            1,
        ),
        (
            "s3-usage-80000000000000e5-2016-04-11T13:12:53.000Z-30",
            fixture!("usage/object-bare-exponent-id.json"),
            0,
        ),
    ] {
        let (_server, client) = serving(vec![json(body)]).await;
        let object = client.statistics_object(name).await.expect(name);
        assert_eq!(object.expect("it exists").items.len(), items);
    }
}

#[tokio::test]
async fn an_object_is_read_again_after_a_cut_and_refused_under_another_name() {
    let body = fixture!("usage/object-guide.json");
    let cut = answer("200 OK", "", body)[..200].to_vec();
    let (server, client) = serving(vec![Reply::Cut(cut), json(body)]).await;
    let object = client.statistics_object(NAME).await.expect("an object");
    assert_eq!(
        object.expect("it exists").items[0].counters.downloaded,
        45_511_311
    );
    assert_eq!(server.requests().len(), 2);

    let other = NAME.replace("65-", "66-");
    let error = client.statistics_object(&other).await.expect_err(&other);
    assert!(
        matches!(&error, Error::Malformed { status: 200, .. })
            && error.to_string().contains("GET ostor-usage&obj"),
        "{error}"
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn only_the_gateways_own_404_means_that_an_object_is_gone() {
    let (server, client) = serving(vec![dated(
        "404 Not Found",
        "x-amz-err-code: NoSuchKey\r\n",
        "",
    )])
    .await;
    assert_eq!(client.statistics_object(NAME).await.expect("absent"), None);
    client
        .delete_statistics_object(NAME)
        .await
        .expect("as good as deleted");
    let error = client.statistics_page(None, None).await.expect_err("404");
    assert_eq!(error.status(), Some(404));
    let error = client.bucket_listing().await.expect_err("404");
    assert_eq!(error.status(), Some(404));
    assert_eq!(server.requests().len(), 4);

    let (_server, client) = serving(vec![dated("404 Not Found", "", "not found")]).await;
    client.statistics_object(NAME).await.expect_err("a proxy");
    client
        .delete_statistics_object(NAME)
        .await
        .expect_err("a proxy");
}

#[tokio::test]
async fn a_deletion_that_was_cut_is_sent_again() {
    let (server, client) = serving(vec![
        Reply::Cut(Vec::new()),
        dated("502 Bad Gateway", "", ""),
        dated("204 No Content", "", ""),
    ])
    .await;
    client
        .delete_statistics_object(NAME)
        .await
        .expect("the third attempt");
    assert_eq!(server.requests().len(), 3);

    let (server, client) = serving(vec![Reply::Cut(Vec::new())]).await;
    let error = client
        .delete_statistics_object(NAME)
        .await
        .expect_err("no attempt");
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn users_come_with_what_they_store() {
    let (_server, client) = serving(vec![json(fixture!("users/list-wrapped.json"))]).await;
    let users = client.users_with_space().await.expect("users");
    let space = users[0].1.expect("a space");
    assert_eq!((space.size_hint, space.last_ts), (7_360_512, 424_241));
    assert!(users[1].1.is_none());
}
