//! Whole answers of every status and kind, and how each is classed.

use std::num::NonZeroU64;

use super::{
    PATIENT, client,
    server::{Reply, Server, answer, json},
    user_id,
};
use crate::ostor::{BucketFilter, Client, Error, Limits, QuotaTarget, Target};

const HTML: &str = "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>";
const XML: &str = "<Error><Code>NoSuchUser</Code><Message>No such user.</Message></Error>";

async fn serving(status: &str, headers: &str, body: &str) -> (Server, Client) {
    let server = Server::start(vec![Reply::Bytes(answer(status, headers, body))]).await;
    let client = client(&server.url(), PATIENT);
    (server, client)
}

#[tokio::test]
async fn a_proxys_error_page_leaves_a_change_open_and_a_read_to_be_repeated() {
    for status in [
        "500 Internal Server Error",
        "502 Bad Gateway",
        "504 Gateway Timeout",
    ] {
        let (server, client) = serving(status, "Content-Type: text/html\r\n", HTML).await;
        let error = client
            .create_user("user@example.com")
            .await
            .expect_err(status);
        assert!(
            matches!(
                error,
                Error::OutcomeUnknown {
                    status: Some(500..=504),
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(server.requests().len(), 1);
        let error = client.users().await.expect_err(status);
        assert!(matches!(error, Error::Unavailable { .. }), "{error}");
        assert_eq!(server.requests().len(), 4);
        let error = client
            .enable_user("user@example.com")
            .await
            .expect_err(status);
        assert!(!error.outcome_known(), "{error}");
        assert_eq!(server.requests().len(), 7);
    }
}

#[tokio::test]
async fn only_the_gateways_own_slow_down_means_that_a_change_was_not_made() {
    let (server, client) = serving(
        "503 Slow Down",
        "x-amz-err-code: SlowDown\r\nX-Amz-Err-Message: Reduce your rate\r\n",
        "",
    )
    .await;
    let error = client
        .create_user("user@example.com")
        .await
        .expect_err("503");
    assert!(
        matches!(error, Error::Unavailable { status: 503, .. }),
        "{error}"
    );
    assert!(error.outcome_known() && error.is_retryable());
    assert_eq!(error.code(), Some("SlowDown"));
    assert_eq!(server.requests().len(), 1, "a creation is not repeated");
    client
        .disable_user("user@example.com")
        .await
        .expect_err("503");
    assert_eq!(server.requests().len(), 4, "a harmless change is");

    let (_server, client) = serving("503 Service Unavailable", "", "").await;
    assert!(
        !client
            .create_user("user@example.com")
            .await
            .expect_err("503")
            .outcome_known()
    );
}

#[tokio::test]
async fn a_refusal_is_reported_once_with_what_the_gateway_said() {
    let headers = "X-Amz-Err-Message: The e-mail is taken\r\nx-amz-request-id: 80000000000000030003c6b538eedd95\r\n";
    let body = "<Error><Code>EmailExists</Code><Message>other words</Message></Error>";
    let (server, client) = serving("409 Conflict", headers, body).await;
    let error = client
        .create_user("user@example.com")
        .await
        .expect_err("409");
    let Error::Rejected {
        status,
        code,
        message,
        gateway_request_id,
        ..
    } = &error
    else {
        panic!("{error}");
    };
    assert_eq!(*status, 409);
    assert_eq!(code.as_deref(), Some("EmailExists"));
    assert_eq!(message.as_deref(), Some("The e-mail is taken"));
    assert_eq!(
        gateway_request_id.as_deref(),
        Some("80000000000000030003c6b538eedd95")
    );
    client.users().await.expect_err("409");
    client
        .enable_user("user@example.com")
        .await
        .expect_err("409");
    assert_eq!(server.requests().len(), 3, "a 4xx is never repeated");
}

#[tokio::test]
async fn absent_is_what_the_gateway_itself_says_with_a_404() {
    for (headers, body) in [
        ("X-Amz-Err-Message: no user\r\n", ""),
        ("x-amz-request-id: 8\r\n", ""),
        ("", XML),
    ] {
        let (_server, client) = serving("404 Not Found", headers, body).await;
        assert!(
            client
                .user_by_email("user@example.com")
                .await
                .expect("absent")
                .is_none()
        );
        assert!(
            client
                .user_by_id(&user_id())
                .await
                .expect("absent")
                .is_none()
        );
        client.delete_user(&user_id()).await.expect("already gone");
        client
            .revoke_key("user@example.com", "KEY")
            .await
            .expect("already gone");
        assert_eq!(
            client.limits(&Target::User(user_id())).await.expect("none"),
            Limits::default()
        );
        assert_eq!(
            client
                .quota(&QuotaTarget::DefaultForUsers)
                .await
                .expect("none"),
            None
        );
        assert!(
            client
                .buckets(&BucketFilter::Owner(user_id()))
                .await
                .expect("none")
                .is_empty()
        );
        assert_eq!(
            client.bucket_listing().await.expect_err("404").status(),
            Some(404)
        );
        assert_eq!(client.users().await.expect_err("404").status(), Some(404));
        assert_eq!(
            client
                .disable_user("user@example.com")
                .await
                .expect_err("404")
                .status(),
            Some(404)
        );
        assert_eq!(
            client
                .delete_limits(&Target::User(user_id()), None)
                .await
                .expect_err("404")
                .status(),
            Some(404)
        );
    }
}

#[tokio::test]
async fn somebody_elses_404_is_not_absence() {
    for (kind, body) in [
        ("text/html", HTML),
        ("text/plain", "404 page not found"),
        ("text/html", ""),
    ] {
        let (server, client) =
            serving("404 Not Found", &format!("Content-Type: {kind}\r\n"), body).await;
        client
            .user_by_email("user@example.com")
            .await
            .expect_err(kind);
        client.user_by_id(&user_id()).await.expect_err(kind);
        client.delete_user(&user_id()).await.expect_err(kind);
        client
            .revoke_key("user@example.com", "KEY")
            .await
            .expect_err(kind);
        client
            .limits(&Target::Bucket("b".to_owned()))
            .await
            .expect_err(kind);
        client
            .quota(&QuotaTarget::User(user_id()))
            .await
            .expect_err(kind);
        client
            .buckets(&BucketFilter::Name("b".to_owned()))
            .await
            .expect_err(kind);
        assert_eq!(server.requests().len(), 7, "a 4xx is never repeated");
    }
    let (_server, client) = serving("404 Not Found", "Content-Type: text/html\r\n", HTML).await;
    let error = client.user_by_id(&user_id()).await.expect_err("HTML");
    assert!(
        matches!(error, Error::Malformed { status: 404, .. }),
        "{error}"
    );
    let error = client.delete_user(&user_id()).await.expect_err("HTML");
    assert!(
        matches!(
            error,
            Error::OutcomeUnknown {
                status: Some(404),
                ..
            }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn a_400_means_no_limits_only_when_it_is_about_them() {
    let (_server, client) =
        serving("400 Bad Request", "x-amz-err-code: InvalidArgument\r\n", "").await;
    assert_eq!(
        client.limits(&Target::User(user_id())).await.expect("none"),
        Limits::default()
    );
    assert_eq!(
        client
            .quota(&QuotaTarget::DefaultForBuckets)
            .await
            .expect("none"),
        None
    );
    let (_server, client) = serving(
        "400 Bad Request",
        "x-amz-err-code: AuthorizationHeaderMalformed\r\n",
        "",
    )
    .await;
    client
        .limits(&Target::User(user_id()))
        .await
        .expect_err("wrong region");
    client
        .quota(&QuotaTarget::User(user_id()))
        .await
        .expect_err("wrong region");
}

#[tokio::test]
async fn answers_without_use_are_named_as_such() {
    for body in [
        "",
        "{\"Users\":[",
        HTML,
        "{\"Users\":[{\"UserEmail\":\"user@example.com\"}]}",
        "null",
    ] {
        let (server, client) = serving("200 OK", "", body).await;
        let error = client.users().await.expect_err(body);
        assert!(
            matches!(error, Error::Malformed { status: 200, .. }),
            "{error}"
        );
        let error = client
            .create_user("user@example.com")
            .await
            .expect_err(body);
        assert!(
            matches!(
                error,
                Error::OutcomeUnknown {
                    status: Some(200),
                    ..
                }
            ),
            "{error}"
        );
        let error = client
            .generate_key("user@example.com")
            .await
            .expect_err(body);
        assert!(
            matches!(
                error,
                Error::OutcomeUnknown {
                    status: Some(200),
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(server.requests().len(), 3);
        assert!(!error.to_string().contains("user@example.com"), "{error}");
    }
}

#[tokio::test]
async fn changes_take_any_success_but_not_a_page_of_something_else() {
    let chunked = "HTTP/1.1 204 No Content\r\nContent-type: application/json\r\nTransfer-encoding: chunked\r\n\r\n";
    let script = vec![
        Reply::Cut(chunked.as_bytes().to_vec()),
        Reply::Bytes(answer("203 No Content", "Connection: closed\r\n", "")),
        Reply::Bytes(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".to_vec()),
        Reply::Bytes(answer("200 OK", "Content-type: application/json\r\n", "{}")),
        Reply::Cut(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()),
        Reply::Bytes(answer(
            "200 OK",
            "Content-Type: text/html; charset=utf-8\r\n",
            "<html>log in</html>",
        )),
    ];
    let server = Server::start(script).await;
    let client = client(&server.url(), PATIENT);
    client
        .delete_user(&user_id())
        .await
        .expect("204 with a chunked header and no chunks");
    client.delete_user(&user_id()).await.expect("203");
    client
        .disable_user("user@example.com")
        .await
        .expect("an empty chunked body");
    let gb = NonZeroU64::new(5).expect("not zero");
    client
        .set_quota(&QuotaTarget::User(user_id()), gb)
        .await
        .expect("an irrelevant body");
    client
        .enable_user("user@example.com")
        .await
        .expect("the status was there");
    let error = client
        .disable_user("user@example.com")
        .await
        .expect_err("a log-in page");
    assert!(
        matches!(
            error,
            Error::OutcomeUnknown {
                status: Some(200),
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start(vec![json("[]")]).await;
    let location = format!("Location: {}/?ostor-users\r\n", elsewhere.url());
    let (server, client) = serving("307 Temporary Redirect", &location, "").await;
    for error in [
        client.users().await.expect_err("a redirect"),
        client
            .create_user("user@example.com")
            .await
            .expect_err("a redirect"),
    ] {
        assert!(
            matches!(error, Error::Rejected { status: 307, .. }),
            "{error}"
        );
        assert!(error.to_string().contains(&elsewhere.url()), "{error}");
    }
    assert_eq!(server.requests().len(), 2);
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let mut bytes = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
    let chunk = vec![b' '; 8 * 1024 * 1024];
    for _ in 0..9 {
        bytes.extend_from_slice(b"800000\r\n");
        bytes.extend_from_slice(&chunk);
        bytes.extend_from_slice(b"\r\n");
    }
    let server = Server::start(vec![Reply::Bytes(bytes)]).await;
    let client = client(&server.url(), PATIENT);
    let changed = client
        .create_user("user@example.com")
        .await
        .expect_err("too long");
    let read = client.users().await.expect_err("too long");
    assert!(matches!(changed, Error::OutcomeUnknown { .. }), "{changed}");
    assert!(matches!(read, Error::Malformed { .. }), "{read}");
    assert!(
        read.to_string().contains("longer than 67108864 bytes"),
        "{read}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_listing_that_ignores_its_selector_is_filtered() {
    let body = include_str!("../../../tests/fixtures/ostor/buckets/guide.json");
    let (_server, client) = serving("200 OK", "", body).await;
    let names = |buckets: Vec<crate::ostor::Bucket>| -> Vec<_> {
        buckets.into_iter().map(|bucket| bucket.name).collect()
    };
    let owner = "ba7eba06129464c5".parse().expect("an id");
    let owned = client
        .buckets(&BucketFilter::Owner(owner))
        .await
        .expect("a listing");
    assert_eq!(names(owned), ["bucket1", "bucket2"]);
    let one = client
        .buckets(&BucketFilter::Name("bucket3".to_owned()))
        .await
        .expect("a listing");
    assert_eq!(names(one), ["bucket3"]);
    assert_eq!(
        client
            .bucket_listing()
            .await
            .expect("a listing")
            .buckets
            .len(),
        3
    );
}

#[tokio::test]
async fn the_gateways_clock_is_compared_at_every_answer() {
    let server = Server::start(vec![
        Reply::Bytes(answer(
            "403 Forbidden",
            "Date: Tue, 19 Jun 2018 16:00:00 GMT\r\n",
            "",
        )),
        Reply::Bytes(answer("200 OK", "", "[]")),
    ])
    .await;
    let client = client(&server.url(), PATIENT);
    assert_eq!(client.clock_skew(), None);
    client.users().await.expect_err("403");
    let expected = "2018-06-19T16:00:00Z"
        .parse::<jiff::Timestamp>()
        .expect("a time")
        .as_second()
        - jiff::Timestamp::now().as_second();
    let skew = client.clock_skew().expect("a date was there").as_secs();
    assert!((skew - expected).abs() <= 5, "{skew} for {expected}");
    client.users().await.expect("an answer without a date");
    assert_eq!(client.clock_skew().map(|skew| skew.as_secs()), Some(skew));
}

/// A bucket of a listing.
fn bucket(name: &str) -> String {
    format!(
        r#"{{"name":"{name}","epoch":0,"creation_date":"2018-05-25T17:12:00.000Z","owner_id":"ca55631f9f3d59dc","size":{{"current":1,"hmax":1,"h_integral":1,"last_ts":1}}}}"#
    )
}

fn buckets(names: &[&str]) -> Reply {
    let buckets: Vec<String> = names.iter().map(|name| bucket(name)).collect();
    json(&format!(r#"{{"Buckets":[{}]}}"#, buckets.join(",")))
}

/// Fails when names are not asked for together, when the body is signed or lost, or when a bucket is asked for again
/// that was shown.
#[tokio::test]
async fn several_buckets_are_asked_for_at_once() {
    let server = Server::start(vec![buckets(&["b", "a"])]).await;
    let client = client(&server.url(), PATIENT);
    let names = ["a".to_owned(), "b".to_owned()];
    let found = client.buckets_named(&names).await.expect("buckets");
    let found: Vec<&str> = found.iter().map(|bucket| bucket.name.as_str()).collect();
    assert_eq!(found, ["b", "a"]);
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].line(), "GET /?ostor-buckets&multi HTTP/1.1");
    assert_eq!(requests[0].body, r#"["a","b"]"#);
    assert_eq!(requests[0].header("content-length"), ["9"]);
    assert!(requests[0].header("content-type").is_empty());
}

/// Fails when a gateway or a proxy that drops the body hides buckets, or shows others than were asked for.
#[tokio::test]
async fn buckets_are_asked_for_one_by_one_where_the_body_is_dropped() {
    let refused = || {
        Reply::Bytes(answer(
            "400 Bad Request",
            "x-amz-err-code: InvalidArgument\r\n",
            "",
        ))
    };
    for (first, expected, calls) in [
        (refused(), vec!["a", "b"], 3),
        // An edition that does not know the parameter lists everything.
        (buckets(&["z", "b", "a", "b"]), vec!["b", "a"], 1),
        (json("<html>"), vec!["a", "b"], 3),
        (buckets(&["b"]), vec!["b", "a"], 2),
    ] {
        let server = Server::start(vec![first, buckets(&["a"]), buckets(&["b"])]).await;
        let client = client(&server.url(), PATIENT);
        let names = ["a".to_owned(), "b".to_owned()];
        let found = client.buckets_named(&names).await.expect("buckets");
        let found: Vec<&str> = found.iter().map(|bucket| bucket.name.as_str()).collect();
        assert_eq!((found, server.requests().len()), (expected, calls));
    }
}

/// Fails when a gateway that cannot serve now passes for one without the buckets.
#[tokio::test]
async fn buckets_that_cannot_be_read_are_not_absent() {
    let (_server, client) = serving(
        "503 Slow Down",
        "x-amz-err-code: SlowDown\r\nX-Amz-Err-Message: Reduce your rate\r\n",
        "",
    )
    .await;
    let error = client.buckets_named(&["a".to_owned()]).await;
    assert!(matches!(error, Err(Error::Unavailable { .. })), "{error:?}");
}
