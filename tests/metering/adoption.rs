//! Users that become known after their usage.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ostor_bridge::app::Services;
use ostor_bridge::ledger::ByteHours;
use ostor_bridge::metering::{self, AccountMetrics};
use ostor_bridge::simulator::Counters;

use crate::support::{CLIENT, CLUSTER, Place, Setup, adopt_account};

async fn look(place: &Place, services: &Services) {
    place.advance(SignedDuration::from_hours(2));
    metering::collect(services, CLUSTER, &|_| ())
        .await
        .expect("statistics are collected");
    metering::sample(services, CLUSTER)
        .await
        .expect("sizes are read");
}

async fn metrics(services: &Services) -> Vec<AccountMetrics> {
    let page = metering::metric_usage(services, CLIENT, CLUSTER, &TimeZone::UTC, 0).await;
    page.expect("figures").accounts
}

/// Fails when usage of unknown users is thrown away, or billed to somebody, or when a bucket from before the adoption
/// is billed for time in which nobody looked.
#[tokio::test]
async fn usage_of_an_unknown_user_counts_when_the_user_becomes_known() {
    let setup = Setup {
        clock: Some("2026-03-10T00:30:00Z".parse().expect("a time")),
        ..Setup::default()
    };
    let place = setup.place().await;
    let services = place.services().await;
    let simulator = &place.simulator;
    let (late, never) = (
        simulator.add_user("late@example.com", false).id,
        simulator.add_user("never@example.com", false).id,
    );
    let counters = |uploaded| Counters {
        put: 1,
        uploaded,
        ..Counters::default()
    };
    simulator.record(&late, "seen", counters(5));
    simulator.record(&late, "", counters(70));
    simulator.record(&never, "others", counters(900));
    simulator.add_object(&late, "seen", "a", 1000);
    simulator.add_object(&never, "others", "a", 7);
    // Nobody looks for ten hours: they are not known and never will be.
    place.advance(SignedDuration::from_hours(8));
    look(&place, &services).await;
    assert_eq!(metrics(&services).await, []);
    // Made before the adoption and seen after it, and made after it.
    simulator.add_object(&late, "unseen", "a", 30_000);
    place.advance(SignedDuration::from_hours(4));
    adopt_account(&services.ledger, 17, &late).await;
    place.advance(SignedDuration::from_secs(2));
    simulator.add_object(&late, "new", "a", 500_000);
    look(&place, &services).await;
    let known = metrics(&services).await;
    assert_eq!((known.len(), known[0].service_id), (1, 17));
    let traffic = known[0].traffic.expect("statistics are known");
    assert_eq!((traffic.put, traffic.uploaded), (2, 75));
    let stored = known[0].stored.expect("sizes are known");
    assert_eq!((stored.buckets, stored.bytes), (3, 531_000));
    // `seen` since its first reading six hours ago, `unseen` from now on, `new` since it was made.
    let after = 6 * 1000 + 2 * 500_000;
    assert_eq!(stored.byte_hours, ByteHours(after));
    look(&place, &services).await;
    let stored = metrics(&services).await[0].stored.expect("sizes are known");
    assert_eq!(stored.byte_hours, ByteHours(after + 2 * 531_000));
}
