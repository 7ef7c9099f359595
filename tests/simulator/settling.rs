//! Statistics as a whole: whoever reads an object once it is final, and then deletes it, misses nothing
//! and counts nothing twice, whatever traffic and restarts there are; who is hasty does not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::simulator::{Counters, Simulator, Traffic};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{call, names, start_at};

/// Bucket, incarnation and requester.
type Key = (String, u64, String);

#[derive(Clone, Debug)]
enum Step {
    Traffic(u8, u8, Counters),
    Wait(u32),
    Poll,
    /// A gateway, modulo how many there are, and whether it stops cleanly.
    Restart(u8, bool),
    Period(u32),
    /// A bucket of the same name gets a new incarnation.
    Recreate(u8),
}

#[derive(Clone, Debug)]
struct Schedule {
    gateways: u8,
    period: u32,
    cache: u32,
    late: u32,
    page: u32,
    steps: Vec<Step>,
}

fn counters() -> impl Strategy<Value = Counters> {
    (0..3_u64, 0..3_u64, 0..3_u64, 0..3_u64, 0..99_u64, 0..99_u64).prop_map(
        |(put, get, list, other, uploaded, downloaded)| Counters {
            put,
            get,
            list,
            other,
            uploaded,
            downloaded,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..2_u8, 0..3_u8, counters()).prop_map(|(user, bucket, counted)| Step::Traffic(user, bucket, counted)),
        8 => prop_oneof![9 => 0..100_u32, 1 => 0..2000_u32].prop_map(Step::Wait),
        4 => Just(Step::Poll),
        1 => (any::<u8>(), any::<bool>()).prop_map(|(gateway, flush)| Step::Restart(gateway, flush)),
        1 => (1..400_u32).prop_map(Step::Period),
        1 => (1..3_u8).prop_map(Step::Recreate),
    ]
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let late = prop_oneof![Just(0), 0..100_u32];
    let steps = vec(step(), 1..80);
    (1..4_u8, 1..400_u32, 1..300_u32, late, 1..5_u32, steps).prop_map(
        |(gateways, period, cache, late, page, steps)| Schedule {
            gateways,
            period,
            cache,
            late,
            page,
            steps,
        },
    )
}

/// Reads objects, and deletes them at the poll after.
struct Collector {
    /// Seconds from the end of an object's period until it is read.
    patience: i64,
    /// Whether that shall be enough.
    patient: bool,
    read: BTreeMap<String, Value>,
    done: BTreeSet<String>,
    sum: BTreeMap<Key, Counters>,
}

impl Collector {
    fn new(schedule: &Schedule, patience: i64) -> Self {
        Self {
            patience,
            patient: patience >= i64::from(schedule.cache + schedule.late),
            read: BTreeMap::new(),
            done: BTreeSet::new(),
            sum: BTreeMap::new(),
        }
    }

    async fn poll(&mut self, simulator: &Simulator) {
        for (name, content) in std::mem::take(&mut self.read) {
            if self.patient {
                assert_eq!(read(simulator, &name).await, content, "{name} was final");
            }
            let delete = call(simulator, "DELETE", &format!("ostor-usage&obj={name}")).await;
            assert_eq!(delete.status, 204);
            self.done.insert(name);
        }
        for name in all_names(simulator).await {
            let (start, period) = named(&name);
            let settled = start + period + self.patience <= simulator.now().as_second();
            if settled && !self.done.contains(&name) {
                let content = read(simulator, &name).await;
                self.add(&content);
                self.read.insert(name, content);
            }
        }
    }

    fn add(&mut self, content: &Value) {
        for item in content["items"].as_array().expect("items") {
            let text = |name: &str| item["key"][name].as_str().expect("a text").to_owned();
            let number =
                |group: &str, name: &str| item["counters"][group][name].as_u64().expect("a number");
            let epoch = item["key"]["epoch"].as_u64().expect("a number");
            let key = (text("bucket"), epoch, text("user_id"));
            *self.sum.entry(key).or_default() += Counters {
                put: number("ops", "put"),
                get: number("ops", "get"),
                list: number("ops", "list"),
                other: number("ops", "other"),
                uploaded: number("net_io", "uploaded"),
                downloaded: number("net_io", "downloaded"),
            };
        }
    }
}

async fn read(simulator: &Simulator, name: &str) -> Value {
    call(simulator, "GET", &format!("ostor-usage&obj={name}"))
        .await
        .json()
}

async fn all_names(simulator: &Simulator) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    loop {
        let after = all.last().map(|name| format!("&after={name}"));
        let page = names(simulator, &after.unwrap_or_default()).await;
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Start and period in an object's name, in seconds.
fn named(name: &str) -> (i64, i64) {
    let rest = &name["s3-usage-8000000000000065-".len()..];
    let (start, period) = rest.rsplit_once('-').expect("a period");
    let start: Timestamp = start.parse().expect("a start");
    (start.as_second(), period.parse().expect("a period"))
}

/// What is collected together with what was lost, and the truth.
async fn told_and_true(
    schedule: &Schedule,
    patience: i64,
) -> (BTreeMap<Key, Counters>, BTreeMap<Key, Counters>) {
    let profile = format!(
        "gateways={},usage-period={},usage-cache={},usage-late={},usage-page={}",
        schedule.gateways, schedule.period, schedule.cache, schedule.late, schedule.page
    );
    let simulator = start_at(&profile, Some("2017-02-01T16:31:54Z")).await;
    let mut collector = Collector::new(schedule, patience);
    for step in &schedule.steps {
        match step {
            Step::Traffic(user, bucket, counters) => {
                let bucket = ["", "one", "two"][usize::from(*bucket)];
                simulator.record(&format!("user-{user}"), bucket, *counters);
            }
            Step::Wait(seconds) => simulator.advance(SignedDuration::from_secs((*seconds).into())),
            Step::Poll => collector.poll(&simulator).await,
            Step::Restart(gateway, flush) => {
                simulator.restart_gateway(gateway % schedule.gateways, *flush);
            }
            Step::Period(seconds) => simulator.set_usage_period(*seconds),
            Step::Recreate(bucket) => {
                let name = ["", "one", "two"][usize::from(*bucket)];
                simulator.remove_bucket(name);
                simulator.add_object("user-0", name, "k", 1);
            }
        }
    }
    simulator.advance(SignedDuration::from_hours(2));
    collector.poll(&simulator).await;
    collector.poll(&simulator).await;
    if collector.patient {
        assert!(all_names(&simulator).await.is_empty());
    }
    for (key, counters) in rows(simulator.lost()) {
        *collector.sum.entry(key).or_default() += counters;
    }
    (collector.sum, rows(simulator.traffic()))
}

fn rows(traffic: Vec<Traffic>) -> BTreeMap<Key, Counters> {
    let rows = traffic.into_iter();
    rows.map(|row| ((row.bucket, row.epoch, row.user_id), row.counters))
        .collect()
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(test)
}

proptest! {
    #[test]
    fn patience_collects_everything_once(schedule in schedule()) {
        let patience = i64::from(schedule.cache + schedule.late);
        let (told, truth) = run(told_and_true(&schedule, patience));
        prop_assert_eq!(told, truth);
    }
}

/// One upload and one poll every `pace` seconds.
fn steady(pace: u32) -> Schedule {
    let upload_and_poll = [
        Step::Traffic(
            0,
            1,
            Counters {
                put: 1,
                ..Counters::default()
            },
        ),
        Step::Wait(pace),
        Step::Poll,
    ];
    Schedule {
        gateways: 1,
        period: 1800,
        cache: 600,
        late: 0,
        page: 10,
        steps: upload_and_poll.into_iter().cycle().take(30).collect(),
    }
}

#[test]
fn haste_misses_what_is_written_after_reading() {
    let (told, truth) = run(told_and_true(&steady(600), 600));
    assert_eq!(told, truth);
    let (told, truth) = run(told_and_true(&steady(600), -1800));
    let puts = |rows: &BTreeMap<Key, Counters>| rows.values().map(|row| row.put).sum::<u64>();
    assert_eq!(puts(&truth), 10);
    assert!(puts(&told) < 10, "{told:?}");
}

#[test]
fn the_end_of_the_period_is_too_early() {
    let late = Schedule {
        cache: 700,
        late: 300,
        ..steady(400)
    };
    let (told, truth) = run(told_and_true(&late, 1000));
    assert_eq!(told, truth);
    let (told, truth) = run(told_and_true(&late, -1));
    assert_ne!(told, truth);
}
