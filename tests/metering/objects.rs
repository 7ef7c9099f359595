//! Single statistics objects in situations that schedules meet seldom.

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::metering::{self, Collected};
use ostor_bridge::simulator::{Counters, Fault};

use crate::support::{CLUSTER, Place, Rows, Setup};

const USER: &str = "feedfeedfeedfeed";

fn setup(profile: &str) -> Setup {
    Setup {
        profile: profile.to_owned(),
        clock: Some("2026-03-10T12:00:00Z".parse().expect("a time")),
        ..Setup::default()
    }
}

fn upload(place: &Place, bytes: u64) -> Timestamp {
    let counters = Counters {
        put: 1,
        uploaded: bytes,
        ..Counters::default()
    };
    place.simulator.record(USER, "bucket", counters);
    place.simulator.now()
}

async fn collect(services: &Services) -> Collected {
    let collected = metering::collect(services, CLUSTER, &|_| ()).await;
    collected.expect("statistics are collected")
}

async fn uploaded(place: &Place) -> i64 {
    let slots = Rows::open(place).await.slots().await;
    slots
        .iter()
        .map(|(_, _, _, traffic)| traffic.uploaded)
        .sum()
}

/// Fails when an object that tells more seconds than its name is passed over as if nothing were missing.
#[tokio::test]
async fn usage_is_not_complete_while_a_longer_object_is_waited_for() {
    let place = setup("usage-late=800").place().await;
    let services = place.services().await;
    let start = upload(&place, 5);
    // Period, cache time and margin are over, but what the object covers is longer than the period.
    place.advance(SignedDuration::from_secs(1800 + 600 + 900 + 1));
    let early = collect(&services).await;
    assert_eq!((early.counted, early.open), (0, 1));
    let until = early.complete_until.expect("a whole listing");
    assert!(until <= start, "{until} {start}");
    place.advance(SignedDuration::from_secs(800));
    let late = collect(&services).await;
    assert_eq!((late.counted, late.open), (1, 0));
    assert!(late.complete_until > Some(start));
    assert_eq!(uploaded(&place).await, 5);
}

/// Fails when a complaint outlives its cause: the object is counted, and nobody could ever clear it.
#[tokio::test]
async fn an_object_that_could_not_be_read_again_is_no_problem_once_it_is_deleted() {
    let place = setup("").place().await;
    let services = place.services().await;
    upload(&place, 5);
    place.advance(SignedDuration::from_hours(2));
    let simulator = &place.simulator;
    simulator.inject_at("DELETE", "ostor-usage", Fault::Status(403), 1);
    assert_eq!(collect(&services).await.undeleted, 1);
    // The first call is the listing.
    simulator.inject_at("GET", "ostor-usage", Fault::BrokenBody, 2);
    assert_eq!(collect(&services).await.problems.len(), 1);
    assert_eq!(collect(&services).await.known, 1);
    let problems = services.ledger.statistics_problems(CLUSTER).await;
    assert_eq!(problems.expect("the problems").len(), 0);
    assert_eq!(uploaded(&place).await, 5);
}

/// Fails when an object that comes again with other content is added, or thrown away.
#[tokio::test]
async fn an_object_that_comes_again_with_other_content_is_set_aside() {
    let mut setup = setup("usage-cache=1000,usage-late=100000");
    // Ten minutes: less than the gateway takes.
    setup.usage = "settle_margin = \"1m\"".to_owned();
    let place = setup.place().await;
    let services = place.services().await;
    upload(&place, 5);
    place.advance(SignedDuration::from_secs(1500));
    upload(&place, 70);
    place.advance(SignedDuration::from_secs(1100));
    assert_eq!(collect(&services).await.counted, 1);
    place.advance(SignedDuration::from_hours(30));
    for _ in 0..2 {
        let again = collect(&services).await;
        assert_eq!((again.counted, again.known), (0, 0));
        assert!(again.problems[0].1.contains("other content"));
    }
    assert_eq!(uploaded(&place).await, 5);
    let gateway = &services.clusters[CLUSTER].gateway;
    let left = gateway.statistics_page(None, None).await.expect("names");
    let problems = services.ledger.statistics_problems(CLUSTER).await;
    let problems = problems.expect("the problems");
    assert_eq!(left.names, [problems[0].name.clone()]);
    let object = gateway.statistics_object(&left.names[0]).await;
    let object = object.expect("an answer").expect("an object");
    assert_eq!(object.items[0].counters.uploaded, 70);
}
