//! What waits for what.

use std::time::Duration;

use ostor_bridge::metering;

use crate::support::{CLUSTER, Setup};

/// Long enough for everything that does not wait.
const MOMENT: Duration = Duration::from_secs(5);

/// Fails when sizes are not read for as long as a backlog of statistics takes, or when totals are counted again while
/// sizes are counted.
#[tokio::test]
async fn sizes_are_read_while_statistics_are_collected() {
    let place = Setup::default().place().await;
    let services = place.services().await;
    let ledger = &services.ledger;
    let turn = ledger.metering_turn(CLUSTER, MOMENT).await;
    let collecting = turn.expect("a file").expect("nobody collects");
    let sampled = tokio::time::timeout(MOMENT, metering::sample(&services, CLUSTER)).await;
    let sampled = sampled.expect("it does not wait").expect("sizes are read");
    assert_eq!(sampled.buckets, 0);
    drop(collecting);
    let turn = ledger.sizes_turn(CLUSTER, MOMENT).await;
    let sampling = turn.expect("a file").expect("nobody reads sizes");
    let rebuild = async || metering::rebuild(&services, CLUSTER, true, &|_| ()).await;
    let early = tokio::time::timeout(Duration::from_millis(500), rebuild()).await;
    assert!(early.is_err(), "{early:?}");
    drop(sampling);
    assert!(rebuild().await.expect("counted again").agrees());
}
