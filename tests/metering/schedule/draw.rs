//! What a schedule consists of, all of it drawn from its seed before anything happens.

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use ostor_bridge::simulator::{Counters, Fault};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::support::Setup;

/// Users by number: the first two are the former and the present one of one service, the third one and the fourth one
/// belong to a service each, the fourth one and the fifth one are adopted, the latter late or never.
pub const USERS: usize = 5;

/// Requesters: the users, one nobody ever knows, and one who gave no name.
pub const REQUESTERS: usize = USERS + 2;

/// Names of buckets; requests may also address none.
pub const BUCKETS: [&str; 3] = ["alpha", "beta", "gamma"];

/// Gateway, configuration and what happens.
#[derive(Clone, Debug)]
pub struct Schedule {
    pub setup: Setup,
    /// Whether objects are collected before they are final, against the rules of docs/configuration.md.
    pub hasty: bool,
    pub steps: Vec<Step>,
}

/// One thing that happens.
#[derive(Clone, Debug)]
pub enum Step {
    /// Requests: requester, bucket (none: no bucket), counters.
    Traffic(Vec<(usize, Option<usize>, Counters)>),
    /// An object of a bucket gets another size; the bucket is made for the user when it is missing.
    Resize(usize, usize, u64),
    /// A bucket is deleted with what is in it, and made again at once or not.
    Remove(usize, Option<usize>),
    Advance(SignedDuration),
    RestartGateway {
        number: u8,
        flush: bool,
    },
    /// Another period for the objects to come, in seconds.
    Period(u32),
    /// The fifth user becomes known.
    Adopt,
    /// Items of old objects are dropped.
    DropItems,
    Run(Work, Vec<Hit>, End),
}

/// What is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    Collect,
    Sample,
    /// Both at once.
    Both,
}

/// How a run ends, and whether another one of the same kind works beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    ByItself,
    /// The same once more at the same time, in another process.
    Twice,
    /// Its process dies after it was polled that often.
    Killed(u32),
    /// Its process dies after so many milliseconds, during which it could not write to the ledger.
    Starved(u64),
    /// It is given up after that many polls, and its process goes on.
    GivenUp(u32),
}

/// A fault for the nth call of a verb and service.
#[derive(Clone, Copy, Debug)]
pub struct Hit {
    pub method: &'static str,
    pub service: &'static str,
    pub fault: Fault,
    pub nth: u32,
}

impl Schedule {
    pub fn draw(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let gateways = random.random_range(1..=4_u8);
        let hasty = random.random_bool(0.15);
        let (setup, periods) = draw_setup(&mut random, seed, gateways, hasty);
        let length = random.random_range(20..=50);
        let steps = (0..length)
            .map(|_| draw_step(&mut random, gateways, &periods, hasty))
            .collect();
        Self {
            setup,
            hasty,
            steps,
        }
    }
}

fn pick<T: Copy>(random: &mut StdRng, from: &[T]) -> T {
    *from.choose(random).expect("something to choose from")
}

/// The settings, and the periods that may follow the first one.
fn draw_setup(random: &mut StdRng, seed: u64, gateways: u8, hasty: bool) -> (Setup, Vec<u32>) {
    let (periods, cache, margin, late): (&[u32], _, _, _) = if hasty {
        // The last write, of almost half of the period, comes hours after the object is taken for final.
        (&[1800, 3600], 1000, 60, 36_000)
    } else {
        let (margin, late) = pick(random, &[(60, 0), (60, 60), (900, 0), (900, 400)]);
        let cache = pick(random, &[10, 60, 600]);
        (&[30, 60, 300, 1800, 3600], cache, margin, late)
    };
    let period = pick(random, periods);
    let page = pick(random, &[2, 3, 7, 1000]);
    let mut profile = format!(
        "gateways={gateways},usage-period={period},usage-cache={cache},usage-late={late},usage-page={page}"
    );
    for switch in [
        "service=800000000000006a,service-id=bare",
        "usage-user=user",
        "usage-extra=on",
        "usage-numbers=strings",
        "usage-repeat=on",
        "usage-stuck=on",
        "usage-1970=on",
        "users-list=object",
        "chunked-204=on",
        "error-headers=off",
    ] {
        if random.random_bool(0.25) {
            profile.push(',');
            profile.push_str(switch);
        }
    }
    let setup = Setup {
        profile,
        clock: Some(draw_start(random)),
        seed,
        cluster: format!(
            "timeout = \"2s\"\nmax_parallel = {}\nstatistics_cache_timeout = \"{}s\"",
            pick(random, &[1, 2, 8]),
            if hasty { 1 } else { cache },
        ),
        usage: format!("settle_margin = \"{margin}s\"\nkeep_raw = \"1d\""),
        on_disk: false,
    };
    (setup, periods.to_vec())
}

fn draw_step(random: &mut StdRng, gateways: u8, periods: &[u32], hasty: bool) -> Step {
    match random.random_range(0..100) {
        0..=26 => {
            let requests = random.random_range(1..=4);
            Step::Traffic((0..requests).map(|_| draw_request(random)).collect())
        }
        27..=36 => Step::Resize(
            random.random_range(0..BUCKETS.len()),
            random.random_range(0..USERS),
            draw_bytes(random),
        ),
        37..=40 => Step::Remove(
            random.random_range(0..BUCKETS.len()),
            random
                .random_bool(0.5)
                .then(|| random.random_range(0..USERS)),
        ),
        41..=62 => Step::Advance(draw_time(random, hasty)),
        63..=66 => Step::RestartGateway {
            number: random.random_range(0..gateways),
            flush: random.random_bool(0.5),
        },
        67..=68 => Step::Period(pick(random, periods)),
        69 => Step::Adopt,
        70 => Step::DropItems,
        _ => draw_run(random),
    }
}

fn draw_request(random: &mut StdRng) -> (usize, Option<usize>, Counters) {
    let operations = |random: &mut StdRng| random.random_range(0..1000);
    let counters = Counters {
        put: operations(random),
        get: operations(random),
        list: operations(random),
        other: operations(random),
        // Never the same twice: two objects with the same content must not come about by chance.
        uploaded: random.random_range(1..1 << 40),
        downloaded: random.random_range(0..1 << 40),
    };
    let bucket = random
        .random_bool(0.8)
        .then(|| random.random_range(0..BUCKETS.len()));
    (random.random_range(0..REQUESTERS), bucket, counters)
}

/// Some time of 2026; every other one is shortly before the end of a month.
fn draw_start(random: &mut StdRng) -> Timestamp {
    let (month, back) = (random.random_range(2..=12), random.random_range(1..172_800));
    let first = civil::date(2026, month, 1).to_zoned(TimeZone::UTC);
    let first = first.expect("a day").timestamp().as_second();
    let second = match random.random_bool(0.5) {
        true => first - back,
        false => first + random.random_range(0..2_419_200),
    };
    Timestamp::from_second(second).expect("a time")
}

/// From nothing to terabytes.
fn draw_bytes(random: &mut StdRng) -> u64 {
    let bits = random.random_range(0..=42);
    random.random_range(0..=1_u64 << bits)
}

/// Seconds, minutes, hours or days.
fn draw_time(random: &mut StdRng, hasty: bool) -> SignedDuration {
    let unit = match hasty {
        true => pick(random, &[60, 60, 60, 3600]),
        false => pick(random, &[1, 1, 60, 60, 60, 3600, 3600, 86_400]),
    };
    let most = match unit {
        86_400 => 5,
        3600 => 24,
        _ => 59,
    };
    SignedDuration::from_secs(unit * random.random_range(1..=most))
}

fn draw_run(random: &mut StdRng) -> Step {
    let work = pick(
        random,
        &[
            Work::Collect,
            Work::Collect,
            Work::Collect,
            Work::Sample,
            Work::Sample,
            Work::Both,
        ],
    );
    let faults = match random.random_range(0..10) {
        0..=5 => 0,
        6..=8 => 1,
        _ => 3,
    };
    let hits = (0..faults).map(|_| draw_hit(random, work)).collect();
    // Most runs are polled less than a hundred times.
    let bits = random.random_range(1..=7);
    let polls = random.random_range(0..1 << bits);
    let end = match random.random_range(0..10) {
        0..=4 => End::ByItself,
        5..=6 => End::Killed(polls),
        7 => End::Starved(random.random_range(5..=40)),
        8 if work != Work::Sample => End::GivenUp(polls),
        _ => End::Twice,
    };
    Step::Run(work, hits, end)
}

fn draw_hit(random: &mut StdRng, work: Work) -> Hit {
    let (method, service) = match work {
        Work::Sample => ("GET", "ostor-buckets"),
        _ => pick(
            random,
            &[
                ("GET", "ostor-usage"),
                ("GET", "ostor-usage"),
                ("DELETE", "ostor-usage"),
            ],
        ),
    };
    Hit {
        method,
        service,
        fault: draw_fault(random),
        nth: match work {
            Work::Sample => 1,
            _ => random.random_range(1..=6),
        },
    }
}

/// Every kind; those that take a second of real time seldom.
fn draw_fault(random: &mut StdRng) -> Fault {
    match random.random_range(0..100) {
        0..=1 => Fault::StalledBefore,
        2..=3 => Fault::StalledAfter,
        4..=9 => Fault::Refused,
        10..=29 => Fault::Status(pick(random, &[400, 403, 404, 409, 429, 500, 503, 504])),
        30..=39 => Fault::CutBefore,
        40..=49 => Fault::CutAfter,
        50..=59 => Fault::CutMidAnswer,
        60..=65 => Fault::Html502Before,
        66..=71 => Fault::Html502After,
        72..=81 => Fault::EmptyOk,
        82..=93 => Fault::BrokenBody,
        _ => Fault::Slow(Duration::from_millis(random.random_range(1..30))),
    }
}
