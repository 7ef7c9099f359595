//! A gateway that cannot be reached for a day.

use jiff::SignedDuration;
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Fault};
use serde_json::{Value, json};

use crate::rpc::Endpoint;
use crate::support::{CLUSTER, Place, Setup, make_account};

const MIB: u64 = 1 << 20;

/// An hour of requests.
fn hour(place: &Place, user: &str) {
    let counters = Counters {
        put: 1,
        uploaded: 3 * MIB,
        downloaded: 2 * MIB,
        ..Counters::default()
    };
    place.simulator.record(user, "held", counters);
    place.advance(SignedDuration::from_hours(1));
}

/// What the service does by itself; whether the gateway could be reached.
async fn look(endpoint: &Endpoint) -> bool {
    let collected = metering::collect(&endpoint.services, CLUSTER, &|_| ()).await;
    let sampled = metering::sample(&endpoint.services, CLUSTER).await;
    assert_eq!(collected.is_ok(), sampled.is_ok());
    sampled.is_ok()
}

async fn answers(endpoint: &Endpoint) -> (Value, Value) {
    (
        endpoint.call("UsageUpdate", "UTC").await,
        endpoint.call("MetricUsage", "UTC").await,
    )
}

/// Fails when figures that are hours old pass for present ones, when an unknown figure is told as 0, or when what
/// happened during the outage is missing after it.
#[tokio::test]
async fn figures_are_withheld_while_the_gateway_is_down_and_complete_after_it() {
    let setup = Setup {
        clock: Some("2026-03-10T00:30:00Z".parse().expect("a time")),
        ..Setup::default()
    };
    let place = setup.place().await;
    let endpoint = Endpoint::start(&place).await;
    let simulator = &place.simulator;
    let user = simulator.add_user("user@example.com", false).id;
    make_account(&endpoint.services.ledger, 17, &user).await;
    simulator.add_object(&user, "held", "a", 744 * 50 * MIB);
    for _ in 0..6 {
        hour(&place, &user);
        assert!(look(&endpoint).await);
    }
    let row = |used: Value, disk: Value| {
        json!([{ "service_id": 17, "user_id": user, "disk_used_mb": disk, "disk_limit_mb": 0,
                 "bandwidth_used_mb": used, "bandwidth_limit_mb": 0 }])
    };
    let (usage, metrics) = answers(&endpoint).await;
    assert_eq!(usage["accounts"], row(json!(12), json!(744 * 50)));
    assert_eq!(usage["withheld"], json!([]));
    let before = &metrics["accounts"][0]["metrics"];
    assert_eq!(before["requests_put"], 6);
    assert_eq!(before["storage_month"].as_f64(), Some(6.0 * 50.0 / 1024.0));

    // The gateway goes on serving customers; only the way to it is cut.
    simulator.inject_always(Fault::Refused);
    for passed in 1..=24 {
        hour(&place, &user);
        if passed % 8 == 1 {
            assert!(!look(&endpoint).await);
        }
        let (usage, metrics) = answers(&endpoint).await;
        assert_eq!(usage["complete_until"], metrics["complete_until"]);
        assert_eq!(usage["withheld"], metrics["withheld"]);
        let withheld = usage["withheld"].as_array().expect("a list").len();
        match passed {
            // Statistics are withheld half an hour after they should have come, sizes after three hours.
            1 => assert_eq!(withheld, 1, "{usage}"),
            2..=3 => {}
            _ => {
                assert_eq!(withheld, 2, "{passed}: {usage}");
                assert_eq!(usage["accounts"], row(json!(null), json!(null)));
                assert_eq!(metrics["accounts"][0]["metrics"], json!({}));
            }
        }
    }
    simulator.clear_faults();
    assert!(look(&endpoint).await);
    let (usage, metrics) = answers(&endpoint).await;
    assert_eq!(usage["accounts"], row(json!(60), json!(744 * 50)));
    assert_eq!(usage["withheld"], json!([]));
    let after = &metrics["accounts"][0]["metrics"];
    assert_eq!(after["requests_put"], 30);
    assert_eq!(after["storage_month"].as_f64(), Some(30.0 * 50.0 / 1024.0));
}
