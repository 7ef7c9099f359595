//! Counting again beside a service that works.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::metering;
use ostor_bridge::simulator::Counters;

use crate::support::{CLUSTER, Place, Rows, Setup};

/// A place with one counted object of January, in March.
async fn place() -> (Place, Services) {
    let january: Timestamp = "2026-01-10T12:00:00Z".parse().expect("a time");
    let setup = Setup {
        clock: Some(january),
        usage: "keep_raw = \"1d\"".to_owned(),
        ..Setup::default()
    };
    let place = setup.place().await;
    let services = place.services().await;
    let counters = Counters {
        put: 3,
        ..Counters::default()
    };
    place.simulator.record("feedfeedfeedfeed", "b", counters);
    place.advance(SignedDuration::from_hours(24 * 60));
    let collected = metering::collect(&services, CLUSTER, &|_| ()).await;
    assert_eq!(collected.expect("statistics are collected").counted, 1);
    (place, services)
}

async fn rebuild(services: &Services, repair: bool) -> (u64, bool) {
    let rebuilt = metering::rebuild(services, CLUSTER, repair, &|_| ()).await;
    let rebuilt = rebuilt.expect("counted again");
    (rebuilt.objects, rebuilt.agrees())
}

/// Fails when customers' orders, which write to the ledger, wait for totals to be compared, or the other way round.
#[tokio::test]
async fn totals_that_agree_are_compared_while_others_write() {
    let (place, services) = place().await;
    let mut rows = Rows::open(&place).await;
    rows.hold().await;
    assert_eq!(rebuild(&services, false).await, (1, true));
    assert_eq!(rebuild(&services, true).await, (1, true));
    rows.release().await;
}

/// Fails when items can disappear between being taken for whole months and being counted: totals would be repaired to
/// less than was used.
#[tokio::test]
async fn items_are_not_dropped_while_they_are_counted_again() {
    let (_place, services) = place().await;
    let ledger = &services.ledger;
    let turn = ledger.metering_turn(CLUSTER, Duration::from_secs(1)).await;
    let turn = turn.expect("a file").expect("nobody else counts");
    let dropping = metering::drop_items(&services, CLUSTER);
    let dropping = tokio::time::timeout(Duration::from_millis(500), dropping).await;
    assert!(dropping.is_err(), "{dropping:?}");
    drop(turn);
    let dropped = metering::drop_items(&services, CLUSTER).await;
    assert_eq!(dropped.expect("items are dropped"), 1);
    assert_eq!(rebuild(&services, true).await, (0, true));
}
