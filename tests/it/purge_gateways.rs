//! Purges of gateways that know less of S3, and of data requests that fail.

use futures::StreamExt;
use ostor_bridge::purge::Ended;
use ostor_bridge::simulator::{Fault, Options};
use serde_json::json;

use crate::purge::{START, effects, job, terminate, work_off};
use crate::support::metered::Metered;
use crate::support::s3::odd_keys;
use crate::support::{SERVICE, Setup};

/// Cases that run at once; most of the time they wait for the S3 client's next attempt.
const PARALLEL: usize = 8;

/// A terminated customer with two buckets of odd keys, and somebody else.
async fn prepared(profile: &str) -> Metered {
    let setup = Setup {
        simulator: Options {
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        },
        ..Setup::default()
    };
    let metered = Metered::with(setup, START).await;
    let app = &metered.app;
    for service in [SERVICE, 2] {
        let made = app.create(service, json!({})).await;
        let user = made["user_id"].as_str().expect("an id");
        for bucket in ["photos", "music"] {
            for key in odd_keys() {
                let bucket = format!("{bucket}-{service}");
                app.simulator.add_object(user, &bucket, &key, 10);
            }
        }
    }
    terminate(app, "purge").await;
    metered
}

fn check(metered: &Metered, what: &str) {
    let app = &metered.app;
    let mut buckets = app.simulator.buckets();
    buckets.sort_by(|a, b| a.name.cmp(&b.name));
    let all = odd_keys().len();
    let buckets: Vec<(&str, usize)> = buckets.iter().map(|b| (&*b.name, b.objects)).collect();
    assert_eq!(buckets, [("music-2", all), ("photos-2", all)], "{what}");
    assert_eq!(app.users().len(), 1, "{what}");
    assert_eq!(effects(app, "DELETE", "ostor-users"), 1, "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gateways_without_versions_or_with_old_checksums_are_emptied_too() {
    for profile in ["versions=off", "multi-delete-md5=on"] {
        let metered = prepared(profile).await;
        let ended = work_off(&metered.app).await[0].1;
        let now = job(&metered.app).await;
        assert_eq!(ended, Ended::Deleted, "{profile}: {now}");
        assert_eq!(now["objects_done"], 2 * odd_keys().len(), "{profile}");
        check(&metered, profile);
    }
}

async fn fail((method, fault, nth, to_the_end): (&str, Fault, u32, bool)) {
    let what = format!("{fault:?} at {method} {nth}, to the end: {to_the_end}");
    let metered = prepared("vhi-7.1").await;
    let app = &metered.app;
    let last = if to_the_end { nth + 40 } else { nth };
    for call in nth..=last {
        app.simulator.inject_at(method, "s3", fault, call);
    }
    let first = work_off(app).await[0].1;
    assert_ne!(first, Ended::Blocked, "{what}: {}", job(app).await);
    app.simulator.clear_faults();
    for _ in 0..6 {
        metered.advance(2);
        work_off(app).await;
    }
    let now = job(app).await;
    assert_eq!(now["state"], "deleted", "{what}: {now}");
    check(&metered, &what);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn data_requests_that_fail_are_made_again() {
    let faults = [
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::CutMidAnswer,
        Fault::Status(500),
        Fault::Status(503),
        Fault::Html502Before,
        Fault::Html502After,
        Fault::BrokenBody,
        Fault::EmptyOk,
    ];
    let mut cases = Vec::new();
    for method in ["GET", "POST", "DELETE"] {
        for fault in faults {
            cases.extend([
                (method, fault, 1, false),
                (method, fault, 2, false),
                (method, fault, 1, true),
            ]);
        }
    }
    futures::stream::iter(cases)
        .map(fail)
        .buffer_unordered(PARALLEL)
        .for_each(|()| std::future::ready(()))
        .await;
}
