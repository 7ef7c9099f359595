//! Termination that finishes: policies, what is deleted and what is not, undo, and jobs by hand.

use std::time::{Duration, Instant};

use ostor_bridge::ledger::PurgeJob;
use ostor_bridge::purge::{self, Ended};
use ostor_bridge::simulator::{Fault, Options};
use serde_json::{Value, json};

use crate::support::metered::Metered;
use crate::support::s3::{client, load};
use crate::support::{RpcError, SERVICE, Setup, TestApp, create_params, params};

pub const START: &str = "2026-03-10T10:30:00Z";

/// Works off what is due.
pub async fn work_off(app: &TestApp) -> Vec<(PurgeJob, Ended)> {
    let patience = Duration::from_secs(20);
    let done = purge::work_off(&app.services, "eu1", patience, &|_| {}).await;
    done.expect("a ledger").expect("a turn")
}

pub async fn terminate(app: &TestApp, policy: &str) -> Value {
    let call = params(SERVICE, json!({ "policy": policy }));
    app.call("TerminateAccount", call).await.expect(policy)
}

pub async fn job(app: &TestApp) -> Value {
    let state = app.call("AccountState", params(SERVICE, json!({}))).await;
    state.expect("a state")["job"].take()
}

fn of(error: RpcError) -> (i64, String, bool) {
    (error.code, error.reason, error.retryable)
}

/// How many calls of a kind had their effect.
pub fn effects(app: &TestApp, method: &str, service: &str) -> usize {
    let calls = app.simulator.calls();
    let hit = |call: &&ostor_bridge::simulator::Call| {
        call.effect && call.method == method && call.service.as_deref() == Some(service)
    };
    calls.iter().filter(hit).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purge_deletes_all_of_one_user_and_nothing_of_another() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, json!({})).await;
    let other = app.create(2, json!({})).await;
    let planted = load(&client(&made), "mine").await;
    load(&client(&other), "theirs").await;
    for (method, more) in [
        ("RotateKeys", json!({})),
        ("CreateSubAccount", json!({ "name": "app", "most": 1 })),
    ] {
        app.call(method, params(SERVICE, more)).await.expect(method);
    }
    let theirs = |app: &TestApp| {
        let mut buckets = app.simulator.buckets();
        buckets.retain(|bucket| bucket.name.starts_with("theirs"));
        let mut buckets: Vec<String> = buckets.iter().map(|b| format!("{b:?}")).collect();
        buckets.sort();
        buckets
    };
    let before = theirs(&app);
    app.simulator.clear_calls();
    let answer = terminate(&app, "purge").await;
    assert_eq!(answer["state"], "purging");
    assert_eq!(answer["retained_until"], Value::Null);
    assert_eq!(app.s3(&made, "GET", "/mine-plain").await, 403);
    // The customer is locked out, and until the job comes nothing is gone.
    assert_eq!(app.simulator.buckets().len(), 6);
    let done = work_off(&app).await;
    assert_eq!(done.len(), 1);
    let now = job(&app).await;
    assert_eq!(done[0].1, Ended::Deleted, "{now}");
    assert_eq!(
        (&now["state"], &now["stage"], &now["problem"]),
        (&json!("deleted"), &json!("verify"), &Value::Null)
    );
    assert_eq!(now["objects_done"], planted);
    assert_eq!(now["bytes_done"], now["bytes_total"]);
    assert_eq!(
        (&now["buckets_done"], &now["buckets_total"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(theirs(&app), before, "another user's data was touched");
    assert_eq!(app.simulator.buckets().len(), 3);
    assert_eq!(
        app.only_user().id,
        other["user_id"].as_str().expect("an id")
    );
    assert_eq!(effects(&app, "DELETE", "ostor-users"), 1);
    assert_eq!(terminate(&app, "purge").await["state"], "deleted");
    // The customer comes back as somebody new.
    let again = app.create(SERVICE, json!({})).await;
    assert_ne!(again["user_id"], made["user_id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purge_of_a_user_without_buckets_is_done_at_once() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, json!({})).await;
    let answer = terminate(&app, "purge").await;
    assert_eq!(
        answer,
        json!({ "state": "deleted", "job_id": null, "retained_until": null })
    );
    assert_eq!(app.users().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn grace_keeps_the_data_for_its_time_and_not_longer() {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id").to_owned();
    app.simulator.add_object(&user, "photos", "k", 1000);
    let first = terminate(app, "grace").await;
    assert_eq!(first["state"], "grace");
    let until: jiff::Timestamp = first["retained_until"]
        .as_str()
        .and_then(|time| time.parse().ok())
        .expect("a time");
    let week = until.duration_since(app.simulator.now()).as_secs();
    assert!((7 * 86_400 - 60..=7 * 86_400).contains(&week), "{until}");
    assert!(!app.only_user().enabled);
    let area = app.call("ClientArea", params(SERVICE, json!({ "timezone": "UTC" })));
    let area = area.await.expect("a page");
    assert_eq!(
        (&area["state"], &area["retained_until"]),
        (&json!("terminating"), &first["retained_until"])
    );
    metered.advance(24 * 6);
    // Neither a repetition nor a look changes the time.
    assert_eq!(terminate(app, "grace").await, first);
    assert_eq!(terminate(app, "refuse").await, first);
    let suspended = app.call("SuspendAccount", params(SERVICE, json!({})));
    let suspended = suspended.await.expect("suspended");
    assert_eq!(suspended["state"], "terminating");
    assert_eq!(work_off(app).await.len(), 0);
    assert_eq!(app.simulator.buckets().len(), 1);
    metered.advance(25);
    assert_eq!(work_off(app).await.len(), 1);
    assert_eq!((app.users().len(), app.simulator.buckets().len()), (0, 0));
    let area = app.call("ClientArea", params(SERVICE, json!({ "timezone": "UTC" })));
    assert_eq!(area.await.expect("a page")["retained_until"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn purge_ends_the_grace_time() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    app.simulator.add_object(user, "photos", "k", 1000);
    let grace = terminate(&app, "grace").await;
    assert_eq!(work_off(&app).await.len(), 0);
    let purge = terminate(&app, "purge").await;
    assert_eq!(
        (&purge["state"], &purge["job_id"]),
        (&json!("purging"), &grace["job_id"])
    );
    assert_eq!(work_off(&app).await.len(), 1);
    assert_eq!(app.users().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unsuspend_and_create_take_a_termination_back() {
    for method in ["UnsuspendAccount", "CreateAccount"] {
        for policy in ["grace", "purge"] {
            let app = TestApp::spawn().await;
            let made = app.create(SERVICE, json!({ "quota_gb": 10 })).await;
            let user = made["user_id"].as_str().expect("an id");
            app.simulator.add_object(user, "photos", "k", 1000);
            terminate(&app, policy).await;
            let call = match method {
                "CreateAccount" => create_params(SERVICE, json!({ "quota_gb": 10 })),
                _ => params(SERVICE, json!({})),
            };
            app.call(method, call).await.expect(method);
            let now = app.only_user();
            assert_eq!((now.id.as_str(), now.enabled), (user, true), "{method}");
            assert_eq!(app.s3(&made, "GET", "/photos").await, 200, "the same keys");
            assert_eq!(job(&app).await["state"], "cancelled");
            assert_eq!(work_off(&app).await.len(), 0);
            // Another termination is another job.
            terminate(&app, "purge").await;
            assert_eq!(work_off(&app).await.len(), 1);
            assert_eq!(app.users().len(), 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_keys_are_taken_nothing_is_taken_back() {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    app.simulator.add_object(user, "photos", "k", 1000);
    let id = terminate(app, "purge").await["job_id"].clone();
    // The second change of the job is the first key it takes.
    app.simulator
        .inject_at("POST", "ostor-users", Fault::Status(400), 2);
    assert_eq!(work_off(app).await[0].1, Ended::Later);
    let stopped = job(app).await;
    assert_eq!(
        (&stopped["state"], &stopped["stage"], &stopped["attempts"]),
        (&json!("queued"), &json!("revoke"), &json!(1))
    );
    assert!(stopped["problem"].as_str().expect("words").contains("400"));
    for (method, call) in [
        ("CreateAccount", create_params(SERVICE, json!({}))),
        ("UnsuspendAccount", params(SERVICE, json!({}))),
        ("ShowKeys", params(SERVICE, json!({}))),
        (
            "ChangePackage",
            params(SERVICE, json!({ "plan": { "quota_gb": 5 } })),
        ),
    ] {
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(
            of(error),
            (-32025, "being_deleted".into(), true),
            "{method}"
        );
    }
    let about = json!({ "cluster": "eu1", "job_id": id });
    let error = app.call("jobs.cancel", about.clone()).await;
    let error = error.expect_err("too late");
    assert_eq!(of(error), (-32026, "job_too_late".into(), false));
    // It comes again by itself, and at once when asked to.
    assert_eq!(work_off(app).await.len(), 0);
    let retried = app.call("jobs.retry", about).await.expect("retried");
    assert_eq!(
        (&retried["state"], &retried["next_attempt_at"]),
        (&json!("queued"), &Value::Null)
    );
    assert_eq!(work_off(app).await[0].1, Ended::Deleted);
    assert_eq!(app.users().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_listed_cancelled_and_on_record() {
    let app = TestApp::spawn().await;
    for service in [SERVICE, 2] {
        let made = app.create(service, json!({})).await;
        let user = made["user_id"].as_str().expect("an id");
        app.simulator
            .add_object(user, &format!("photos-{service}"), "k", 10);
        let call = params(service, json!({ "policy": "grace" }));
        app.call("TerminateAccount", call).await.expect("grace");
    }
    let list = async |more: Value| {
        let mut call = json!({ "cluster": "eu1" });
        if let (Value::Object(call), Value::Object(more)) = (&mut call, more) {
            call.extend(more);
        }
        let list = app.call("jobs.list", call).await.expect("a list");
        assert_eq!(list["next_cursor"], Value::Null);
        let jobs = list["jobs"].as_array().expect("jobs").clone();
        jobs.into_iter()
            .map(|job| (job["service_id"].clone(), job["job_id"].clone()))
            .collect::<Vec<_>>()
    };
    let all = list(json!({})).await;
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0].0, &all[1].0), (&json!(2), &json!(SERVICE)));
    assert_eq!(list(json!({ "service_id": 2 })).await, all[..1]);
    assert_eq!(
        list(json!({ "cursor": all[0].1.to_string() })).await,
        all[1..]
    );
    let about = json!({ "cluster": "eu1", "job_id": all[0].1, "actor": "anna" });
    let cancelled = app.call("jobs.cancel", about.clone()).await;
    assert_eq!(cancelled.expect("cancelled")["state"], "cancelled");
    let state = app.call("AccountState", params(2, json!({}))).await;
    assert_eq!(state.expect("a state")["state"], "suspended");
    let error = app.call("jobs.cancel", about).await.expect_err("done");
    assert_eq!(error.reason, "job_too_late");
    let unknown = json!({ "cluster": "eu1", "job_id": 999 });
    for method in ["jobs.get", "jobs.retry", "jobs.cancel"] {
        let error = app.call(method, unknown.clone()).await.expect_err(method);
        assert_eq!(of(error), (-32027, "job_unknown".into(), false));
    }
    let audit = app.call("audit.list", json!({ "cluster": "eu1" })).await;
    let audit = audit.expect("a list")["entries"].take();
    let entry = |outcome: &str| {
        let entries = audit.as_array().expect("entries").iter();
        entries
            .filter(|entry| entry["method"] == "jobs.cancel" && entry["outcome"] == outcome)
            .filter(|entry| entry["actor"] == "anna" || outcome == "job_unknown")
            .count()
    };
    assert_eq!(
        (
            entry("success"),
            entry("job_too_late"),
            entry("job_unknown")
        ),
        (1, 1, 1)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deletions_keep_to_the_rate() {
    let app = Setup {
        sections: "[terminate]\nmax_deletes_per_second = 100".into(),
        ..Setup::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    for number in 0..350 {
        let key = format!("key {number}");
        app.simulator.add_object(user, "photos", &key, 10);
    }
    terminate(&app, "purge").await;
    app.simulator.clear_calls();
    let started = Instant::now();
    assert_eq!(work_off(&app).await[0].1, Ended::Deleted);
    let deletions = app.simulator.calls().into_iter().filter(|call| {
        call.method == "POST" && call.query.iter().any(|(name, _)| name == "delete")
    });
    // Four requests of at most a hundred, each when the one before it has used up its second.
    assert_eq!(deletions.count(), 4);
    assert!(started.elapsed() >= Duration::from_secs(3));
    assert_eq!(job(&app).await["objects_done"], 350);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_filled_meanwhile_is_emptied_again() {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id").to_owned();
    app.simulator.add_object(&user, "photos", "k", 10);
    terminate(app, "purge").await;
    // Time between the last look at the bucket and its deletion.
    app.simulator
        .inject_always(Fault::Slow(Duration::from_millis(60)));
    let refills = async {
        for number in 0..2 {
            loop {
                let buckets = app.simulator.buckets();
                if buckets.iter().all(|bucket| bucket.objects == 0) {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            let key = format!("late {number}");
            app.simulator.add_object(&user, "photos", &key, 10);
        }
    };
    tokio::join!(refills, work_off(app));
    app.simulator.clear_faults();
    for _ in 0..5 {
        metered.advance(2);
        work_off(app).await;
    }
    let now = job(app).await;
    assert_eq!(
        (&now["state"], &now["objects_done"]),
        (&json!("deleted"), &json!(3))
    );
    assert_eq!((app.users().len(), app.simulator.buckets().len()), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_whom_somebody_disables_meanwhile_blocks_nothing() {
    let app = Setup {
        sections: "[terminate]\nmax_deletes_per_second = 100".into(),
        simulator: Options::default(),
        ..Setup::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id").to_owned();
    for number in 0..250 {
        let key = format!("key {number}");
        app.simulator.add_object(&user, "photos", &key, 10);
    }
    terminate(&app, "purge").await;
    let disable = async {
        while !app.only_user().enabled {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        while job(&app).await["stage"] != "objects" {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let user = json!({ "cluster": "eu1", "user_id": user });
        app.call("users.disable", user).await.expect("disabled");
    };
    let ((), done) = tokio::join!(disable, work_off(&app));
    assert_eq!(done[0].1, Ended::Later);
    let now = job(&app).await;
    let problem = now["problem"].as_str().expect("words");
    assert!(problem.contains("disabled while"), "{problem}");
    let about = json!({ "cluster": "eu1", "job_id": now["job_id"] });
    app.call("jobs.retry", about).await.expect("retried");
    assert_eq!(work_off(&app).await[0].1, Ended::Deleted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_is_billed_to_the_end_and_what_comes_later_too() {
    let metered = Metered::at(START).await;
    let user = metered.user(SERVICE, json!({})).await;
    let app = &metered.app;
    app.simulator.add_object(&user, "photos", "k", 4000);
    metered.meter().await;
    metered.advance(5);
    let traffic = crate::support::metered::traffic(1, 2, 300, 500);
    app.simulator.record(&user, "photos", traffic);
    terminate(app, "purge").await;
    // No reading of sizes since: the job takes one before it deletes.
    assert_eq!(work_off(app).await[0].1, Ended::Deleted);
    metered.advance(3);
    metered.meter().await;
    let history = json!({
        "service_id": SERVICE, "from": "2026-03-10T10:00:00Z", "to": "2026-03-10T20:00:00Z", "step": "hour",
    });
    let history = metered.call("usage.history", history).await;
    let points = history["points"].as_array().expect("points");
    let sum = |name: &str| {
        points
            .iter()
            .filter_map(|point| point[name].as_u64())
            .sum::<u64>()
    };
    assert_eq!(sum("bytes_downloaded"), 500, "{history}");
    assert_eq!(sum("storage_byte_hours"), 4000 * 5, "{history}");
}
