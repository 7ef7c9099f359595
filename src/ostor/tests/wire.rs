//! The bytes the client sends, and what it says about them in the log.

use std::{
    io,
    num::NonZeroU64,
    sync::{Arc, Mutex},
};

use http::{HeaderMap, HeaderValue, header};
use tracing_subscriber::fmt::MakeWriter;

use super::{
    PATIENT, SECRET,
    server::{Received, Reply, Server, answer},
    settings, user_id,
};
use crate::ostor::{
    BucketFilter, Client, Error, LimitType, QuotaTarget, Rate, Resource, Settings, Signature,
    Target, signature,
};

/// Makes every call once against a gateway that says yes to everything, and returns what arrived.
async fn every_call(change: impl Fn(&mut Settings)) -> Vec<Received> {
    let yes = Reply::Bytes(answer("200 OK", "x-amz-request-id: 8\r\n", "{}"));
    let server = Server::start(vec![yes]).await;
    let mut settings = settings(&server.url(), PATIENT);
    change(&mut settings);
    let client = Client::new(settings).expect("a client");
    let (email, user) = ("o'neil+1@example.com", Target::User(user_id()));
    let bucket = Target::Bucket("bucket.1".to_owned());
    // Reads that do not understand the answer have been sent all the same.
    let _ = client.users().await;
    let _ = client.user_by_email(email).await;
    let _ = client.user_by_id(&user_id()).await;
    let _ = client.create_user(email).await;
    client.enable_user(email).await.expect("yes");
    client.disable_user(email).await.expect("yes");
    client.delete_user(&user_id()).await.expect("yes");
    let _ = client.generate_key(email).await;
    client
        .revoke_key(email, "ca55631f9f3d59dcXA5B")
        .await
        .expect("yes");
    client.limits(&user).await.expect("yes");
    client
        .set_limit(&user, Resource::Get, Rate::from_hundredths(50))
        .await
        .expect("yes");
    client
        .set_limit(&bucket, Resource::BandwidthOut, Rate::UNLIMITED)
        .await
        .expect("yes");
    client.delete_limits(&user, None).await.expect("yes");
    let _ = client.quota(&QuotaTarget::DefaultForUsers).await;
    let gb = NonZeroU64::new(1024).expect("not zero");
    client
        .set_quota(&QuotaTarget::Bucket("bucket.1".to_owned()), gb)
        .await
        .expect("yes");
    client
        .delete_quota(&QuotaTarget::User(user_id()))
        .await
        .expect("yes");
    let _ = client.bucket_listing().await;
    let _ = client.buckets(&BucketFilter::Owner(user_id())).await;
    client.delete_bucket("bucket.1").await.expect("yes");
    let _ = client.users_with_space().await;
    let name = "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800";
    let _ = client.statistics_page(None, None).await;
    let _ = client.statistics_page(Some(name), Some(500)).await;
    let _ = client.statistics_object(name).await;
    client.delete_statistics_object(name).await.expect("yes");
    let _ = client.create_account(&user_id(), "office 1").await;
    client
        .delete_account(&user_id(), "office 1")
        .await
        .expect("yes");
    client
        .generate_account_key(email, "office 1")
        .await
        .expect("yes");
    client
        .revoke_account_key(email, "office 1", "ca55631f9f3d59dcXA5B")
        .await
        .expect("yes");
    client
        .delete_limits(&bucket, Some(LimitType::Bandwidth))
        .await
        .expect("yes");
    server.requests()
}

#[tokio::test]
async fn every_call_has_the_documented_request_line() {
    let requests = every_call(|_| ()).await;
    let lines: Vec<_> = requests.iter().map(Received::line).collect();
    let expected = [
        "GET /?ostor-users HTTP/1.1",
        "GET /?ostor-users&emailAddress=o%27neil%2B1%40example.com HTTP/1.1",
        "GET /?ostor-users&id=ca55631f9f3d59dc HTTP/1.1",
        "PUT /?ostor-users&emailAddress=o%27neil%2B1%40example.com HTTP/1.1",
        "POST /?ostor-users&emailAddress=o%27neil%2B1%40example.com&enable HTTP/1.1",
        "POST /?ostor-users&emailAddress=o%27neil%2B1%40example.com&disable HTTP/1.1",
        "DELETE /?ostor-users&id=ca55631f9f3d59dc HTTP/1.1",
        "POST /?ostor-users&emailAddress=o%27neil%2B1%40example.com&genKey HTTP/1.1",
        "POST /?ostor-users&emailAddress=o%27neil%2B1%40example.com&revokeKey=ca55631f9f3d59dcXA5B HTTP/1.1",
        "GET /?ostor-limits&id=ca55631f9f3d59dc HTTP/1.1",
        "GET /?ostor-limits&id=ca55631f9f3d59dc HTTP/1.1",
        "PUT /?ostor-limits&id=ca55631f9f3d59dc&limit-type=ops&limit-resource=get&limit-value=0.5 HTTP/1.1",
        "GET /?ostor-limits&id=ca55631f9f3d59dc HTTP/1.1",
        "PUT /?ostor-limits&bucket=bucket.1&limit-type=bandwidth&limit-resource=out&limit-value=0 HTTP/1.1",
        "DELETE /?ostor-limits&id=ca55631f9f3d59dc HTTP/1.1",
        "GET /?ostor-quotas&default=user HTTP/1.1",
        "PUT /?ostor-quotas&bucket=bucket.1&quota-size=1024 HTTP/1.1",
        "DELETE /?ostor-quotas&id=ca55631f9f3d59dc HTTP/1.1",
        "GET /?ostor-buckets HTTP/1.1",
        "GET /?ostor-buckets&id=ca55631f9f3d59dc HTTP/1.1",
        "DELETE /bucket.1 HTTP/1.1",
        "GET /?ostor-users&space HTTP/1.1",
        "GET /?ostor-usage HTTP/1.1",
        "GET /?ostor-usage&after=s3-usage-8000000000000065-2017-02-01T16%3A31%3A54.000Z-1800&limit=500 HTTP/1.1",
        "GET /?ostor-usage&obj=s3-usage-8000000000000065-2017-02-01T16%3A31%3A54.000Z-1800 HTTP/1.1",
        "DELETE /?ostor-usage&obj=s3-usage-8000000000000065-2017-02-01T16%3A31%3A54.000Z-1800 HTTP/1.1",
        "POST /?ostor-accounts&id=ca55631f9f3d59dc&accountName=office%201 HTTP/1.1",
        "DELETE /?ostor-accounts&id=ca55631f9f3d59dc&accountName=office%201 HTTP/1.1",
        "POST /?ostor-users&emailAddress=o%27neil%2B1%40example.com&accountName=office%201&genKey HTTP/1.1",
        "POST /?ostor-users&emailAddress=o%27neil%2B1%40example.com&accountName=office%201&revokeKey=ca55631f9f3d59dcXA5B HTTP/1.1",
        "DELETE /?ostor-limits&bucket=bucket.1&bandwidth HTTP/1.1",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn under_v2_the_bytes_on_the_wire_carry_the_signature_of_themselves() {
    for request in every_call(|_| ()).await {
        let line: Vec<_> = request.line().split(' ').collect();
        let [date] = request.header("date")[..] else {
            panic!("one date: {}", request.head)
        };
        let headers =
            HeaderMap::from_iter([(header::DATE, HeaderValue::from_str(date).expect("a date"))]);
        let text = signature::v2_string_to_sign(line[0], &headers, line[1]);
        let expected = format!(
            "AWS 0123456789abcdefTEST:{}",
            signature::v2_signature(&SECRET.into(), &text)
        );
        assert_eq!(request.header("authorization"), [expected]);
        assert!(!request.head.contains("x-amz-"), "{}", request.head);
        check_framing(&request);
    }
}

#[tokio::test]
async fn under_v4_the_bytes_on_the_wire_carry_the_signature_of_themselves() {
    for request in every_call(|settings| settings.signature = Signature::V4).await {
        let line: Vec<_> = request.line().split(' ').collect();
        let [time] = request.header("x-amz-date")[..] else {
            panic!("one time: {}", request.head)
        };
        let time = jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ%z", format!("{time}+0000"))
            .and_then(|time| time.to_timestamp())
            .expect("a time");
        let [host] = request.header("host")[..] else {
            panic!("one host: {}", request.head)
        };
        let url = format!("http://{host}{}", line[1]);
        let signed = signature::v4_headers(
            line[0],
            &url,
            "0123456789abcdefTEST",
            &SECRET.into(),
            "us-east-1",
            time.into(),
        )
        .expect("a signature");
        for (name, value) in &signed {
            assert_eq!(
                request.header(name.as_str()),
                [value.to_str().expect("text")],
                "{name}"
            );
        }
        assert!(request.header("date").is_empty(), "{}", request.head);
        check_framing(&request);
    }
}

/// Nothing that a signature or a parser could stumble over is added on the way.
fn check_framing(request: &Received) {
    let has_length = request.line().starts_with('P');
    let expected: &[&str] = if has_length { &["0"] } else { &[] };
    assert_eq!(
        request.header("content-length"),
        expected,
        "{}",
        request.head
    );
    for name in [
        "content-type",
        "transfer-encoding",
        "expect",
        "accept-encoding",
        "cookie",
        "referer",
    ] {
        assert!(request.header(name).is_empty(), "{name}: {}", request.head);
    }
    assert_eq!(request.header("host").len(), 1);
}

#[tokio::test]
async fn arguments_that_would_become_another_call_are_not_sent() {
    let server = Server::start(vec![Reply::Bytes(answer("200 OK", "", "{}"))]).await;
    let client = super::client(&server.url(), PATIENT);
    for error in [
        client.delete_bucket("").await.expect_err("no name"),
        client.delete_bucket("..").await.expect_err("a dot segment"),
        client.delete_bucket(".").await.expect_err("a dot segment"),
        client.create_user("").await.expect_err("no address"),
        client.user_by_email("").await.expect_err("no address"),
        client.disable_user("").await.expect_err("no address"),
        client
            .revoke_key("user@example.com", "")
            .await
            .expect_err("no key"),
        client
            .limits(&Target::Bucket(String::new()))
            .await
            .expect_err("no name"),
        client
            .delete_quota(&QuotaTarget::Bucket(String::new()))
            .await
            .expect_err("no name"),
        client
            .buckets(&BucketFilter::Name(String::new()))
            .await
            .expect_err("no name"),
        client
            .delete_statistics_object("")
            .await
            .expect_err("no name"),
        client.statistics_object("").await.expect_err("no name"),
        client
            .statistics_page(Some(""), None)
            .await
            .expect_err("no name"),
    ] {
        assert!(
            matches!(error, Error::Settings { .. }) && error.outcome_known(),
            "{error}"
        );
    }
    assert!(server.requests().is_empty());
}

/// Collects the log of one thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn each_attempt_is_one_event_without_secrets_addresses_or_bodies() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .json()
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let created = r#"{"UserEmail":"canary@example.com","UserId":"ca55631f9f3d59dc",
        "AWSAccessKeys":[{"AWSAccessKeyId":"K","AWSSecretAccessKey":"canaryIssuedSecret"}]}"#;
    let server = Server::start(vec![
        Reply::Bytes(answer("200 OK", "", "[]")),
        Reply::Bytes(answer("409 Conflict", "", "")),
        Reply::Bytes(answer("200 OK", "", created)),
        Reply::Cut(Vec::new()),
        Reply::Bytes(answer(
            "200 OK",
            "x-amz-request-id: 80000000000000030003c6b538eedd95\r\n",
            "[]",
        )),
        Reply::Bytes(answer("200 OK", "", created)),
        Reply::Bytes(answer(
            "409 Conflict",
            "x-amz-err-code: EmailExists\r\n",
            "canaryBody",
        )),
    ])
    .await;
    let mut settings = settings(&server.url(), PATIENT);
    settings.signature = Signature::V4;
    let client = Client::new(settings).expect("a client");
    // An event first met on another test's thread, which has no log, would stay switched off. Meet all three here.
    client.users().await.expect("a warm-up");
    client.users().await.expect_err("a warm-up");
    client
        .create_user("canary@example.com")
        .await
        .expect("a warm-up");
    tracing::callsite::rebuild_interest_cache();
    log.0.lock().expect("the log").clear();

    client.users().await.expect("the second attempt");
    client
        .create_user("canary@example.com")
        .await
        .expect("a user");
    let refused = client
        .create_user("canary@example.com")
        .await
        .expect_err("409");
    assert!(matches!(refused, Error::Rejected { .. }));
    drop(guard);

    let text = String::from_utf8(log.0.lock().expect("the log").clone()).expect("text");
    for secret in [SECRET, "canaryIssuedSecret", "canaryBody"] {
        assert!(!text.contains(secret), "{secret} in the log");
    }
    let events: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("an event"))
        .filter(|event: &serde_json::Value| event["target"] == "ostor_bridge::ostor::report")
        .collect();
    let seen: Vec<_> = events
        .iter()
        .map(|event| {
            assert!(!event.to_string().contains("canary"), "{event}");
            let fields = &event["fields"];
            assert!(
                fields["elapsed_ms"].is_u64() && fields["cluster"] == "main",
                "{event}"
            );
            (
                event["level"].as_str(),
                fields["call"].as_str(),
                fields["attempt"].as_u64(),
                fields["status"].as_u64(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (Some("WARN"), Some("GET ostor-users"), Some(1), None),
            (Some("DEBUG"), Some("GET ostor-users"), Some(2), Some(200)),
            (Some("INFO"), Some("PUT ostor-users"), Some(1), Some(200)),
            (Some("WARN"), Some("PUT ostor-users"), Some(1), Some(409)),
        ]
    );
    assert_eq!(
        events[1]["fields"]["gateway_request_id"],
        "80000000000000030003c6b538eedd95"
    );
    assert_eq!(events[3]["fields"]["code"], "EmailExists");
}
