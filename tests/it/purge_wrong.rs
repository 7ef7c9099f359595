//! Never the wrong one: whatever does not fit what is on record ends a purge blocked, with nothing deleted.

use ostor_bridge::ledger::ServiceKey;
use ostor_bridge::ostor::UserId;
use ostor_bridge::purge::Ended;
use ostor_bridge::simulator::Options;
use serde_json::{Value, json};

use crate::purge::{job, terminate, work_off};
use crate::support::ledger::Look;
use crate::support::{CLIENT, SERVICE, Setup, TestApp, params};

const IDENTITY: &str = "whmcs-42@ostor-bridge.invalid";

/// A terminated customer with a bucket, on a gateway that takes an address twice.
async fn terminated() -> (TestApp, String) {
    let app = Setup {
        simulator: Options {
            profile: "duplicate-email=second".parse().expect("a profile"),
            ..Options::default()
        },
        ..Setup::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id").to_owned();
    app.simulator.add_object(&user, "photos", "k", 10);
    terminate(&app, "purge").await;
    (app, user)
}

async fn statement(app: &TestApp, sql: &str, value: &str) {
    let ledger = Look::into(app.folder.path()).await;
    let sql = sql.replace('?', &format!("'{value}'"));
    assert!(ledger.execute(&sql).await > 0);
}

/// The job ends blocked with these words, and nothing changed at the gateway.
async fn assert_untouched(app: &TestApp, words: &str) -> Value {
    app.simulator.clear_calls();
    let done = work_off(app).await;
    assert_eq!(done[0].1, Ended::Blocked, "{words}");
    let now = job(app).await;
    let problem = now["problem"].as_str().expect("words").to_owned();
    assert!(problem.contains(words), "{problem}");
    assert_eq!(now["state"], "blocked");
    let changed = app.simulator.calls();
    let mut changed = changed.iter().filter(|call| call.effect);
    assert!(changed.next().is_none(), "{words}");
    // It stays so by itself.
    assert_eq!(work_off(app).await.len(), 0);
    now
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_made_anew_with_the_same_address_is_not_ours() {
    let (app, user) = terminated().await;
    assert!(app.simulator.remove_bucket("photos"));
    let id = UserId::try_from(user).expect("an id");
    let gateway = &app.services.clusters["eu1"].gateway;
    gateway.delete_user(&id).await.expect("deleted by hand");
    let other = app.simulator.add_user(IDENTITY, false);
    app.simulator.add_object(&other.id, "theirs", "k", 10);
    assert_untouched(&app, "nothing proves to be this service's").await;
    assert_eq!(app.only_user().id, other.id);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_that_another_user_has_too_is_not_used() {
    let (app, _) = terminated().await;
    let other = app.simulator.add_user(IDENTITY, false);
    let now = assert_untouched(&app, "by address only").await;
    // With the other one gone the job goes on.
    let id = UserId::try_from(other.id).expect("an id");
    let gateway = &app.services.clusters["eu1"].gateway;
    gateway.delete_user(&id).await.expect("deleted by hand");
    let about = json!({ "cluster": "eu1", "job_id": now["job_id"] });
    let retried = app.call("jobs.retry", about).await.expect("retried");
    assert_eq!(retried["problem"], Value::Null);
    assert_eq!(work_off(&app).await[0].1, Ended::Deleted);
    assert_eq!(app.users().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_with_another_address_than_recorded_is_not_touched() {
    let (app, _) = terminated().await;
    for sql in [
        "UPDATE accounts SET identity = ?",
        "UPDATE purge_jobs SET identity = ?",
    ] {
        statement(&app, sql, "former@example.com").await;
    }
    let now = assert_untouched(&app, "instead of former@example.com").await;
    // A blocked job that has taken nothing away can be taken back, too.
    let about = json!({ "cluster": "eu1", "job_id": now["job_id"] });
    let cancelled = app.call("jobs.cancel", about).await.expect("cancelled");
    assert_eq!(cancelled["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_has_another_user_by_now_keeps_both() {
    let (app, _) = terminated().await;
    let other = app.simulator.add_user("other@example.com", false);
    statement(&app, "UPDATE accounts SET user_id = ?", &other.id).await;
    assert_untouched(&app, "another S3 user on record").await;
    assert_eq!(app.users().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_whmcs_has_stored_must_fit_the_job() {
    let (app, _) = terminated().await;
    let call = json!({ "policy": "purge", "user_id": "00000000000000ff" });
    let error = app.call("TerminateAccount", params(SERVICE, call)).await;
    assert_eq!(error.expect_err("another user").reason, "identity_mismatch");
    let call = json!({ "user_id": "00000000000000ff" });
    let error = app.call("UnsuspendAccount", params(SERVICE, call)).await;
    assert_eq!(error.expect_err("another user").reason, "identity_mismatch");
    assert_eq!(job(&app).await["state"], "queued");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_deleted_by_hand_ends_the_job() {
    let (app, user) = terminated().await;
    assert!(app.simulator.remove_bucket("photos"));
    let id = UserId::try_from(user.as_str()).expect("an id");
    let gateway = &app.services.clusters["eu1"].gateway;
    gateway.delete_user(&id).await.expect("deleted by hand");
    app.simulator.clear_calls();
    assert_eq!(work_off(&app).await[0].1, Ended::Deleted);
    assert!(app.simulator.calls().iter().all(|call| !call.effect));
    let service = ServiceKey {
        client: CLIENT.to_owned(),
        cluster: "eu1".to_owned(),
        service_id: i64::try_from(SERVICE).expect("a small number"),
    };
    let account = app.services.ledger.account(&service).await;
    let account = account.expect("a look").expect("the row");
    assert_eq!(account.former_user_id, Some(user));
    assert_eq!(terminate(&app, "grace").await["state"], "deleted");
}

/// Two customers who share an address, as the Integration Guide's scripts leave them, on a gateway of this profile.
async fn sharing(profile: &str) -> (TestApp, [String; 2]) {
    let app = Setup {
        simulator: Options {
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        },
        ..Setup::default()
    }
    .spawn()
    .await;
    let mut ids = Vec::new();
    for service in [SERVICE, 2] {
        let user = app.simulator.add_user("office@example.com", false);
        let bucket = format!("photos-{service}");
        app.simulator.add_object(&user.id, &bucket, "k", 10);
        let apply = json!({
            "cluster": "eu1", "service_id": service, "client_id": service, "user_id": user.id,
            "identity": user.email, "email": "office@example.com",
        });
        app.call("adoption.apply", apply).await.expect("adopted");
        ids.push(user.id);
    }
    (app, ids.try_into().expect("two"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_adopted_users_with_one_address_only_the_meant_one_goes() {
    let (app, [_, other]) = sharing("duplicate-email=second").await;
    let whole = |app: &TestApp| {
        let mut users = app.users();
        users.retain(|user| user.id == other);
        format!("{users:?} {:?}", users[0].keys)
    };
    let before = whole(&app);
    terminate(&app, "purge").await;
    let done = work_off(&app).await;
    assert_eq!(done[0].1, Ended::Deleted, "{}", job(&app).await);
    assert_eq!(app.users().len(), 1);
    assert_eq!(whole(&app), before);
    assert_eq!(app.simulator.buckets()[0].name, "photos-2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_gateway_takes_addresses_only_a_shared_one_blocks_the_job() {
    let (app, [mine, other]) = sharing("duplicate-email=second,post-id=off").await;
    // WHMCS's own call is refused; a job may be older than the second user.
    let call = params(SERVICE, json!({ "policy": "purge" }));
    let error = app.call("TerminateAccount", call.clone()).await;
    assert_eq!(error.expect_err("shared").reason, "address_shared");
    assert!(app.simulator.rename_user(&other, "other@example.com"));
    app.call("TerminateAccount", call).await.expect("begun");
    assert!(app.simulator.rename_user(&other, "office@example.com"));
    assert_untouched(&app, "by address only").await;
    assert_eq!(app.users().len(), 2);
    assert!(app.users().iter().any(|user| user.id == mine));
}

/// Fails when a bucket is deleted, or anything in it, that somebody else made under the name of one that was to go.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_became_another_users_meanwhile_is_left() {
    let app = Setup {
        sections: "[terminate]\nmax_deletes_per_second = 1000".into(),
        ..Setup::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id").to_owned();
    let other = app.create(2, json!({})).await;
    let other = other["user_id"].as_str().expect("an id").to_owned();
    for number in 0..3000 {
        let key = format!("k{number}");
        app.simulator.add_object(&user, "a-large-one", &key, 1);
    }
    app.simulator.add_object(&user, "swapped", "k", 10);
    terminate(&app, "purge").await;
    let swap = async {
        let objects = || {
            let buckets = app.simulator.buckets();
            let large = buckets.iter().find(|bucket| bucket.name == "a-large-one");
            large.map_or(0, |bucket| bucket.objects)
        };
        while objects() == 3000 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        assert!(objects() > 0, "the swap came too late");
        assert!(app.simulator.remove_bucket("swapped"));
        app.simulator.add_object(&other, "swapped", "theirs", 20);
    };
    let (done, ()) = tokio::join!(work_off(&app), swap);
    let now = job(&app).await;
    assert_eq!(done[0].1, Ended::Blocked, "{now}");
    let problem = now["problem"].as_str().expect("words");
    assert!(
        problem.contains(&format!(
            "bucket swapped belongs to the S3 user {other} now"
        )),
        "{problem}"
    );
    let buckets = app.simulator.buckets();
    assert_eq!(buckets.len(), 1, "all else is gone");
    assert_eq!(
        (&*buckets[0].owner_id, buckets[0].objects),
        (&*other, 1),
        "{buckets:?}"
    );
    // The next attempt finds no bucket of the customer's any more.
    let about = json!({ "cluster": "eu1", "job_id": now["job_id"] });
    app.call("jobs.retry", about).await.expect("retried");
    assert_eq!(work_off(&app).await[0].1, Ended::Deleted);
    assert_eq!(app.simulator.buckets().len(), 1);
}
