//! A purge cut at every call to the gateway by every fault, then gone on with: everything gone, nothing of another
//! user, one user deleted once.

use futures::StreamExt;
use ostor_bridge::purge::Ended;
use ostor_bridge::simulator::Fault;
use serde_json::json;

use crate::purge::{START, effects, job, terminate, work_off};
use crate::support::metered::Metered;
use crate::support::{SERVICE, some_of};

/// How many cases run at once; most of the time they wait for a time-out.
const PARALLEL: usize = 12;

/// More calls than a job makes, repetitions included.
const REST: u32 = 120;

const FAULTS: [Fault; 12] = [
    Fault::Refused,
    Fault::CutBefore,
    Fault::CutAfter,
    Fault::CutMidAnswer,
    Fault::StalledBefore,
    Fault::StalledAfter,
    Fault::Status(403),
    Fault::Status(500),
    Fault::Html502Before,
    Fault::Html502After,
    Fault::EmptyOk,
    Fault::BrokenBody,
];

/// A customer with two key pairs, a sub-account and two buckets, terminated; and somebody else.
async fn prepared() -> Metered {
    let metered = Metered::at(START).await;
    let app = &metered.app;
    for service in [SERVICE, 2] {
        let made = app.create(service, json!({})).await;
        let user = made["user_id"].as_str().expect("an id");
        for bucket in ["photos", "music"] {
            let bucket = format!("{bucket}-{service}");
            app.simulator.add_object(user, &bucket, "k", 10);
        }
    }
    for (method, more) in [
        ("RotateKeys", json!({})),
        ("CreateSubAccount", json!({ "name": "app", "most": 1 })),
    ] {
        let call = crate::support::params(SERVICE, more);
        app.call(method, call).await.expect(method);
    }
    terminate(app, "purge").await;
    app.simulator.clear_calls();
    metered
}

fn check(metered: &Metered, what: &str) {
    let app = &metered.app;
    let names: Vec<String> = app.users().into_iter().map(|user| user.email).collect();
    assert_eq!(names, ["whmcs-2@ostor-bridge.invalid"], "{what}");
    let mut buckets = app.simulator.buckets();
    buckets.sort_by(|a, b| a.name.cmp(&b.name));
    let buckets: Vec<(&str, usize)> = buckets.iter().map(|b| (&*b.name, b.objects)).collect();
    assert_eq!(buckets, [("music-2", 1), ("photos-2", 1)], "{what}");
    let user = &app.users()[0];
    assert!(user.enabled && user.keys.len() == 1, "{what}: {user:?}");
    assert_eq!(effects(app, "DELETE", "ostor-users"), 1, "{what}");
}

async fn cut(fault: Fault, nth: u32, to_the_end: bool) -> bool {
    let what = format!("{fault:?} at call {nth}, to the end: {to_the_end}");
    let metered = prepared().await;
    let app = &metered.app;
    let last = if to_the_end { nth + REST } else { nth };
    for call in nth..=last {
        app.simulator.inject(fault, call);
    }
    let first = work_off(app).await;
    assert_eq!(first.len(), 1, "{what}");
    assert_ne!(first[0].1, Ended::Blocked, "{what}: {}", job(app).await);
    app.simulator.clear_faults();
    for _ in 0..6 {
        metered.advance(2);
        work_off(app).await;
    }
    let now = job(app).await;
    assert_eq!(now["state"], "deleted", "{what}: {now}");
    check(&metered, &what);
    first[0].1 == Ended::Later
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purge_survives_every_fault_at_every_call_to_the_gateway() {
    let metered = prepared().await;
    assert_eq!(work_off(&metered.app).await[0].1, Ended::Deleted);
    check(&metered, "without faults");
    let calls = metered.app.simulator.calls();
    let calls = calls.iter().filter(|call| call.service.is_some()).count();
    let calls = u32::try_from(calls).expect("a small number");
    assert!(calls > 20, "only {calls} calls");
    let mut cases = Vec::new();
    for nth in 1..=calls {
        for fault in FAULTS {
            cases.extend([(fault, nth, false), (fault, nth, true)]);
        }
    }
    let cases = some_of(cases);
    let total = cases.len();
    let later = futures::stream::iter(cases)
        .map(|(fault, nth, to_the_end)| cut(fault, nth, to_the_end))
        .buffer_unordered(PARALLEL)
        .filter(|later| std::future::ready(*later))
        .count()
        .await;
    println!("{total} cases; in {later} the job had to come again");
    assert!(
        later * 3 > total,
        "the faults had hardly any effect: {later}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_away_is_asked_again_with_growing_pauses_for_as_long_as_it_takes() {
    let metered = prepared().await;
    let app = &metered.app;
    app.simulator.inject_always(Fault::Status(503));
    let mut pauses = Vec::new();
    for _ in 0..9 {
        let before = metered.clock.now();
        assert_eq!(work_off(app).await[0].1, Ended::Later);
        let now = app
            .services
            .ledger
            .purge_jobs("eu1", None, i64::MAX, 1)
            .await;
        let next = now.expect("a job")[0].next_attempt_at.expect("a time");
        let minutes = (next - before.as_millisecond()) / 60_000;
        pauses.push(minutes);
        metered.clock.set(
            jiff::Timestamp::from_millisecond(next)
                .expect("a time")
                .saturating_add(jiff::SignedDuration::from_secs(1))
                .expect("a time"),
        );
        app.simulator.set_clock(metered.clock.now());
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    app.simulator.clear_faults();
    assert_eq!(work_off(app).await[0].1, Ended::Deleted);
    check(&metered, "after it came back");
}
