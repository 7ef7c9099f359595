//! The service killed at random moments while it collects a backlog by itself, and started again: nothing is lost and
//! nothing counted twice.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Fault, Simulator};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::support::ledger::is_mariadb;
use crate::support::{ByBucket, CLUSTER, Place, Rows, Setup, first_seed, make_account, truth};

/// How often; `tests/run.sh` sets it.
fn rounds() -> u64 {
    match std::env::var("OSTOR_TEST_KILLS") {
        Ok(number) => number.parse().expect("OSTOR_TEST_KILLS is a number"),
        Err(_) => 20,
    }
}

const GATEWAYS: u8 = 16;

/// Signatures hold for a quarter of an hour around the gateway's clock, so it may lie this far behind the machine's
/// and this far before it, in seconds.
const SKEW: u64 = 840;

/// Time of one gateway call, so that many kills fall between two of them.
const GATEWAY: Duration = Duration::from_millis(4);

/// Seconds until an object is settled: period, cache time and margin.
const SETTLED: i64 = 60 + 10 + 60;

/// Every start of the service collects at once.
struct Serving(Child);

impl Serving {
    fn start(place: &Place) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ostor-bridge"))
            .args(["serve", "--config"])
            .arg(place.config_file())
            .env_remove("OSTOR_BRIDGE_CONFIG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let out = child.stdout.take().expect("a pipe");
        let serving = Self(child);
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).expect("a line");
        assert!(line.starts_with("listening on "), "{line:?}");
        serving
    }
}

/// Ends it at once, as a power cut would.
impl Drop for Serving {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A second in which every gateway serves a request and is restarted: an object each, or by a crash none. Tells the
/// second and how many.
fn second(place: &Place, random: &mut StdRng, user: &str) -> (i64, usize) {
    let simulator = &place.simulator;
    for _ in 0..GATEWAYS {
        let counters = Counters {
            put: 1,
            uploaded: random.random_range(1..1 << 30),
            ..Counters::default()
        };
        let bucket = ["held", "other", ""][random.random_range(0..3)];
        simulator.record(user, bucket, counters);
    }
    simulator.add_object(user, "held", "a", random.random_range(0..1 << 40));
    let mut objects = 0;
    for number in 0..GATEWAYS {
        let flush = random.random_bool(0.95);
        simulator.restart_gateway(number, flush);
        objects += usize::from(flush);
    }
    let made = (simulator.now().as_second(), objects);
    place.advance(SignedDuration::from_secs(1));
    made
}

/// Objects the gateway was asked for and has deleted since the calls were forgotten.
fn seen(simulator: &Simulator) -> (usize, usize) {
    let calls = simulator.calls();
    let of = |method: &str| {
        let calls = calls.iter().filter(|call| call.method == method);
        calls
            .filter(|call| call.query.iter().any(|(name, _)| name == "obj"))
            .filter(|call| method == "GET" || call.effect)
            .count()
    };
    (of("GET"), of("DELETE"))
}

/// Fails when an object is deleted before it is counted for good, or counted again after a death.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_killed_while_it_collects_loses_nothing() {
    let mut random = StdRng::seed_from_u64(first_seed());
    let behind = SignedDuration::from_secs(i64::try_from(SKEW).expect("a time"));
    let setup = Setup {
        profile: format!("gateways={GATEWAYS},usage-period=60,usage-cache=10"),
        clock: Some(Timestamp::now() - behind),
        cluster: "statistics_cache_timeout = \"10s\"".to_owned(),
        usage: "settle_margin = \"1m\"\ncollect_interval = \"1m\"".to_owned(),
        on_disk: true,
        ..Setup::default()
    };
    let place = setup.place().await;
    let simulator = &place.simulator;
    let user = simulator.add_user("user@example.com", false).id;
    let services = place.services().await;
    make_account(&services.ledger, 17, &user).await;
    services.ledger.close().await;
    let (mut made, mut deleted, mut under_way) = (Vec::new(), 0, 0);
    for _ in 0..60 {
        made.push(second(&place, &mut random, &user));
    }
    place.advance(SignedDuration::from_secs(SETTLED));
    // The gateway's clock gets from behind the machine's to before it, and no further.
    let seconds = ((2 * SKEW - 300) / rounds()).min(6);
    simulator.inject_always(Fault::Slow(GATEWAY));
    for _ in 0..rounds() {
        for _ in 0..seconds {
            made.push(second(&place, &mut random, &user));
        }
        simulator.clear_calls();
        let settled = simulator.now().as_second() - SETTLED;
        let serving = Serving::start(&place);
        // So many calls later, whatever the machine's speed, or when it is done. On a server what the process before
        // worked on has to be taken over first, which takes a lease.
        let calls = random.random_range(0..150);
        let patience = if is_mariadb() { 8 } else { 2 };
        let patience = tokio::time::timeout(Duration::from_secs(patience), async {
            while simulator.calls().len() < calls {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        });
        // A run with fewer calls is over by then.
        let _ = patience.await;
        drop(serving);
        let (read, gone) = seen(simulator);
        deleted += gone;
        let due = made.iter().filter(|(second, _)| *second < settled);
        let due: usize = due.map(|(_, objects)| objects).sum();
        under_way += u64::from(read > 0 && deleted < due);
    }
    simulator.clear_faults();
    println!("{under_way} of {} kills fell into a run", rounds());
    assert!(
        under_way * 4 > rounds(),
        "the runs were over before the kills"
    );
    let counted = finish(&place).await;
    assert_eq!(counted, truth(simulator));
}

/// Collects the rest and tells what was counted.
async fn finish(place: &Place) -> ByBucket {
    place.advance(SignedDuration::from_hours(1));
    let services = place.services().await;
    let collected = metering::collect(&services, CLUSTER, &|_| ()).await;
    let collected = collected.expect("statistics are collected");
    assert_eq!((collected.open, collected.problems), (0, Vec::new()));
    let gateway = &services.clusters[CLUSTER].gateway;
    let left = gateway.statistics_page(None, None).await.expect("names");
    assert_eq!(left.names, [""; 0]);
    let rebuilt = metering::rebuild(&services, CLUSTER, false, &|_| ()).await;
    assert!(rebuilt.expect("counted again").agrees());
    check_sizes(place, &services).await;
    let mut sums = ByBucket::new();
    for (user, bucket, _, traffic) in Rows::open(place).await.slots().await {
        *sums.entry((user, bucket)).or_default() += traffic;
    }
    sums
}

async fn check_sizes(place: &Place, services: &ostor_bridge::app::Services) {
    let byte_hours = || u128::from(place.simulator.storage()[0].byte_hours);
    let least = byte_hours();
    metering::sample(services, CLUSTER)
        .await
        .expect("sizes are read");
    let buckets = services.ledger.buckets(CLUSTER).await.expect("buckets");
    let booked: u128 = buckets.values().map(|record| record.booked.0).sum();
    // The hour may turn meanwhile.
    assert!((least..=byte_hours()).contains(&booked));
}
