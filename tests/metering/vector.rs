//! The example that storage providers print: 100 GB for 15 days and 100 TB for 16 days of a month of 31 days are
//! 52 900 GB-months.

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::metering;
use serde_json::json;

use crate::rpc::Endpoint;
use crate::support::{CLUSTER, Place, Setup, make_account};

const GIB: u64 = 1 << 30;

async fn read_sizes(endpoint: &Endpoint) {
    metering::sample(&endpoint.services, CLUSTER)
        .await
        .expect("sizes are read");
}

/// Moves on by days and reads sizes `readings` times on the way, the last time at the end.
async fn pass(place: &Place, endpoint: &Endpoint, days: i64, readings: i32) {
    for _ in 0..readings {
        place.advance(SignedDuration::from_hours(24 * days) / readings);
        read_sizes(endpoint).await;
    }
}

/// Fails when an hour of storage is lost, doubled or weighed by readings, when a month has other hours than it lasts,
/// or when a gigabyte is something else.
#[tokio::test]
async fn the_published_example_comes_out_to_the_byte() {
    // Stored in the last hour before the month begins: a gateway counts an hour when it is over.
    for (zone, start, readings) in [
        ("UTC", "2025-12-31T23:30:00Z", 15 * 24),
        ("UTC", "2025-12-31T23:30:00Z", 1),
        ("Asia/Kathmandu", "2025-12-31T17:30:00Z", 7),
        ("Pacific/Chatham", "2025-12-31T09:45:00Z", 20),
    ] {
        let start: Timestamp = start.parse().expect("a time");
        let setup = Setup {
            clock: Some(start),
            ..Setup::default()
        };
        let place = setup.place().await;
        let endpoint = Endpoint::start(&place).await;
        let user = place.simulator.add_user("user@example.com", false).id;
        make_account(&endpoint.services.ledger, 17, &user).await;
        place.simulator.add_object(&user, "held", "a", 100 * GIB);
        read_sizes(&endpoint).await;
        let december = endpoint.call("MetricUsage", zone).await;
        assert_eq!(december["gigabyte"], "binary");
        let metrics = |answer: &serde_json::Value| answer["accounts"][0]["metrics"].clone();
        assert_eq!(
            metrics(&december),
            json!({ "storage": 100.0, "storage_month": 0.0, "buckets": 1 })
        );
        pass(&place, &endpoint, 15, readings).await;
        place
            .simulator
            .add_object(&user, "held", "a", 100 * 1024 * GIB);
        pass(&place, &endpoint, 16, readings).await;
        let january = endpoint.call("MetricUsage", zone).await;
        assert_eq!(
            metrics(&january),
            json!({ "storage": 102_400.0, "storage_month": 52_900.0, "buckets": 1 }),
            "{zone}, {readings} readings"
        );
        assert!(place.simulator.remove_bucket("held"));
        place.advance(SignedDuration::from_hours(24));
        read_sizes(&endpoint).await;
        let february = endpoint.call("MetricUsage", zone).await;
        assert_eq!(
            metrics(&february),
            json!({ "storage": 0.0, "storage_month": 0.0, "buckets": 0 })
        );
    }
}
