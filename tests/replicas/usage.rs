//! Usage at the gateway, and what the ledger has counted of it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::simulator::{Counters, Options, Simulator};
use rand::RngExt as _;
use rand::rngs::StdRng;

use crate::mariadb::execute;

/// Gateways of the cluster; each makes a statistics object when it is restarted.
const GATEWAYS: u8 = 16;

/// How far the gateway's clock is behind the machine's at the start: signatures hold for a quarter of an hour around it.
const BEHIND: SignedDuration = SignedDuration::from_secs(840);

/// Time until an object is settled: period, cache time and margin.
const SETTLED: SignedDuration = SignedDuration::from_secs(60 + 10 + 60);

/// A gateway whose statistics are settled within minutes, with its clock behind.
pub fn options() -> Options {
    Options {
        profile: format!("gateways={GATEWAYS},usage-period=60,usage-cache=10")
            .parse()
            .expect("a valid profile"),
        clock: Some(Timestamp::now() - BEHIND),
        ..Options::default()
    }
}

/// Settings that go with it, and the lease's term in seconds.
pub fn sections(lease: u64) -> String {
    format!(
        "statistics_cache_timeout = \"10s\"\n\
         [usage]\nsettle_margin = \"1m\"\ncollect_interval = \"1m\"\n\
         [database]\nlease = \"{lease}s\"\n"
    )
}

/// Usage of a user in so many seconds: as many statistics objects as are returned.
pub fn make(simulator: &Simulator, random: &mut StdRng, user: &str, seconds: u64) -> usize {
    for _ in 0..seconds {
        for gateway in 0..GATEWAYS {
            let counters = Counters {
                put: 1,
                get: random.random_range(0..100),
                uploaded: random.random_range(1..1 << 30),
                ..Counters::default()
            };
            let bucket = ["held", "other", ""][random.random_range(0..3)];
            simulator.record(user, bucket, counters);
            simulator.restart_gateway(gateway, true);
        }
        simulator.advance(SignedDuration::from_secs(1));
    }
    usize::try_from(seconds).expect("a small number") * usize::from(GATEWAYS)
}

/// Lets so much time go by that all that was used is settled. At most ten times, then the clocks are too far apart.
pub fn settle(simulator: &Simulator) {
    simulator.advance(SETTLED);
}

/// Put, get, uploaded and downloaded by user and bucket.
pub type Sums = BTreeMap<(String, String), [u64; 4]>;

/// What was used.
pub fn truth(simulator: &Simulator) -> Sums {
    let mut sums = Sums::new();
    for row in simulator.traffic() {
        let counters = row.counters;
        let figures = [
            counters.put,
            counters.get,
            counters.uploaded,
            counters.downloaded,
        ];
        add(&mut sums, (row.user_id, row.bucket), figures);
    }
    sums
}

/// What the ledger has counted.
pub fn counted(ledger: &str) -> Sums {
    let rows = execute(
        ledger,
        "",
        "SELECT user_id, bucket, ops_put, ops_get, uploaded, downloaded FROM usage_slots",
    );
    let mut sums = Sums::new();
    for row in rows.lines() {
        let columns: Vec<_> = row.split('\t').collect();
        let figure = |column: usize| columns[column].parse().expect("a figure");
        let figures = [figure(2), figure(3), figure(4), figure(5)];
        add(&mut sums, (columns[0].into(), columns[1].into()), figures);
    }
    sums
}

fn add(sums: &mut Sums, key: (String, String), figures: [u64; 4]) {
    let sum = sums.entry(key).or_default();
    for (sum, figure) in sum.iter_mut().zip(figures) {
        *sum += figure;
    }
}

/// How many statistics objects the ledger has counted.
pub fn objects(ledger: &str) -> usize {
    let count = execute(ledger, "", "SELECT COUNT(*) FROM statistics_objects");
    count.trim().parse().expect("a number")
}
