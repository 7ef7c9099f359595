//! Object lock: what may not be deleted blocks a purge with its date, and everything else is gone.

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use aws_sdk_s3::types::{ObjectLockLegalHoldStatus, ObjectLockMode};
use jiff::{SignedDuration, Timestamp};
use ostor_bridge::purge::Ended;
use serde_json::{Value, json};

use crate::purge::{START, job, terminate, work_off};
use crate::support::metered::Metered;
use crate::support::s3::client;
use crate::support::{SERVICE, params};

/// What an object is put with.
enum Kept {
    Until(Timestamp),
    Held,
    Free,
}

async fn locking_bucket(s3: &Client, name: &str) {
    let bucket = s3.create_bucket().bucket(name);
    let bucket = bucket.object_lock_enabled_for_bucket(true);
    bucket.send().await.expect("a bucket with object lock");
}

async fn put(s3: &Client, bucket: &str, key: &str, kept: Kept) {
    let request = s3.put_object().bucket(bucket).key(key);
    let request = request.body(ByteStream::from_static(b"data"));
    let request = match kept {
        Kept::Until(until) => request
            .object_lock_mode(ObjectLockMode::Compliance)
            .object_lock_retain_until_date(DateTime::from_secs(until.as_second())),
        Kept::Held => request.object_lock_legal_hold_status(ObjectLockLegalHoldStatus::On),
        Kept::Free => request,
    };
    request.send().await.expect("an object");
}

fn after(hours: i64) -> Timestamp {
    let start: Timestamp = START.parse().expect("a time");
    let after = start.checked_add(SignedDuration::from_hours(hours));
    after.expect("a time")
}

/// The customer is locked out, and no key pair is left.
fn assert_locked_out(metered: &Metered) {
    let user = metered.app.only_user();
    assert!(!user.enabled && user.keys.is_empty(), "{user:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn object_lock_blocks_until_its_latest_date_and_nothing_loops() {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    let s3 = client(&app.create(SERVICE, json!({})).await);
    for name in ["archive", "vault"] {
        locking_bucket(&s3, name).await;
        put(&s3, name, "free", Kept::Free).await;
    }
    put(&s3, "archive", "a", Kept::Until(after(100))).await;
    put(&s3, "archive", "b", Kept::Until(after(50))).await;
    put(&s3, "vault", "c", Kept::Until(after(80))).await;
    let user = app.only_user();
    app.simulator.add_object(&user.id, "photos", "k", 10);
    terminate(app, "purge").await;
    assert_eq!(work_off(app).await[0].1, Ended::Blocked);
    let now = job(app).await;
    assert_eq!(now["blocked_until"], json!(after(100)), "{now}");
    let problem = now["problem"].as_str().expect("words");
    assert!(
        problem.starts_with("2 object versions of bucket archive are under object lock until"),
        "{problem}"
    );
    assert_eq!(
        (&now["objects_done"], &now["buckets_done"]),
        (&json!(3), &json!(1))
    );
    let mut left: Vec<(String, usize)> = app
        .simulator
        .buckets()
        .into_iter()
        .map(|bucket| (bucket.name, bucket.objects))
        .collect();
    left.sort();
    assert_eq!(left, [("archive".into(), 2), ("vault".into(), 1)]);
    assert_locked_out(&metered);
    // By itself it does nothing more, however late it gets.
    metered.advance(200);
    assert_eq!(work_off(app).await.len(), 0);
    for method in ["UnsuspendAccount", "ShowKeys"] {
        let error = app.call(method, params(SERVICE, json!({}))).await;
        assert_eq!(error.expect_err(method).reason, "being_deleted");
    }
    assert_eq!(terminate(app, "purge").await["state"], "purging");
    assert_eq!(job(app).await["blocked_until"], Value::Null);
    assert_eq!(work_off(app).await[0].1, Ended::Deleted);
    assert_eq!((app.users().len(), app.simulator.buckets().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_before_the_date_is_blocked_again() {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    let s3 = client(&app.create(SERVICE, json!({})).await);
    locking_bucket(&s3, "archive").await;
    put(&s3, "archive", "a", Kept::Until(after(100))).await;
    terminate(app, "purge").await;
    for _ in 0..3 {
        assert_eq!(work_off(app).await[0].1, Ended::Blocked);
        assert_eq!(job(app).await["blocked_until"], json!(after(100)));
        assert_locked_out(&metered);
        terminate(app, "refuse").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_legal_hold_has_no_date() {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    let s3 = client(&app.create(SERVICE, json!({})).await);
    locking_bucket(&s3, "archive").await;
    put(&s3, "archive", "a", Kept::Held).await;
    terminate(app, "purge").await;
    assert_eq!(work_off(app).await[0].1, Ended::Blocked);
    let now = job(app).await;
    assert_eq!(now["blocked_until"], Value::Null);
    let problem = now["problem"].as_str().expect("words");
    assert!(problem.contains("legal hold"), "{problem}");
    assert_locked_out(&metered);
}
