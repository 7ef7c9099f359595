//! What WHMCS keeps of period metrics adds up.
//!
//! WHMCS overwrites the record of a metric within a calendar month and never touches it after. So the last values of
//! all months together must be everything that was used until the last poll, whenever it polls, in whatever time zone,
//! and however late usage becomes known. Usage goes straight into the ledger here.

use std::collections::{BTreeMap, HashMap};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, Zoned};
use ostor_bridge::app::Services;
use ostor_bridge::ledger::{
    Booking, BucketKey, BucketRecord, ByteHours, Item, Sampled, StatisticsRecord, Traffic,
};
use ostor_bridge::metering::{self, AccountMetrics};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::support::{CLIENT, CLUSTER, Place, Setup, first_seed, make_account, schedules, service};

const ZONES: [&str; 12] = [
    "UTC",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "America/St_Johns",
    "America/New_York",
    "Pacific/Niue",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    // Its clocks change at midnight.
    "America/Asuncion",
    "Africa/Cairo",
];

/// Users and the service each belongs to; the first service has had two.
const USERS: [(&str, i64); 4] = [
    ("00000000000000aa", 1),
    ("00000000000000ab", 1),
    ("00000000000000ba", 2),
    ("00000000000000ca", 3),
];

/// Bytes of a gigabyte, as the settings have it here.
const GIGABYTE: f64 = (1_u64 << 30) as f64;

/// The last values of one month.
#[derive(Clone, Copy, Debug, Default)]
struct Month {
    traffic: Traffic,
    byte_hours: f64,
}

/// What WHMCS has on record of a service.
type Kept = BTreeMap<String, Month>;

struct Play {
    random: StdRng,
    place: Place,
    services: Services,
    zone: TimeZone,
    now: Timestamp,
    /// Whether statistics and sizes can be read.
    up: (bool, bool),
    /// All that was used by now, by service.
    used: HashMap<i64, (Traffic, u128)>,
    buckets: HashMap<usize, BucketRecord>,
    kept: HashMap<i64, Kept>,
    objects: u64,
    polls: u64,
    withheld: u64,
    months: u64,
}

impl Play {
    async fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let start = 1_767_225_600 + random.random_range(0..31_536_000_i64);
        let place = Setup::default().place().await;
        let services = place.services().await;
        for (user, number) in USERS {
            make_account(&services.ledger, number, user).await;
        }
        let mut play = Self {
            zone: zone(&mut random),
            random,
            place,
            services,
            now: Timestamp::from_second(start).expect("a time"),
            up: (true, true),
            used: HashMap::new(),
            buckets: HashMap::new(),
            kept: HashMap::new(),
            objects: 0,
            polls: 0,
            withheld: 0,
            months: 0,
        };
        // Statistics are known from the first object on.
        play.traffic(Vec::new()).await;
        play
    }

    async fn step(&mut self) {
        match self.random.random_range(0..100) {
            0..=24 => self.pass(),
            25..=44 => {
                let items = self.random.random_range(1..=3);
                let items = (0..items).map(|_| self.item()).collect();
                self.traffic(items).await;
            }
            45..=59 => self.store().await,
            60..=64 => {
                let up = |random: &mut StdRng| random.random_bool(0.6);
                self.up = (up(&mut self.random), up(&mut self.random));
            }
            65..=67 => self.zone = zone(&mut self.random),
            68..=69 => self.services = self.place.services().await,
            70..=79 => {
                let number = self.random.random_range(1..=3);
                self.poll(Some(number)).await;
            }
            _ => self.poll(None).await,
        }
    }

    /// Minutes to weeks, or to the seconds around the next month.
    fn pass(&mut self) {
        let next = month(&self.now.to_zoned(self.zone.clone())).1;
        let seconds = match self.random.random_range(0..6) {
            0 => {
                // The clock runs on, so there must be time to ask before the month ends.
                let around = [-20, 0, 1][self.random.random_range(0..3)];
                next.timestamp().as_second() + around - self.now.as_second()
            }
            1 => self.random.random_range(1..3600),
            2..=3 => self.random.random_range(3600..86_400),
            4 => self.random.random_range(86_400..10 * 86_400),
            _ => self.random.random_range(10 * 86_400..40 * 86_400),
        };
        self.now += SignedDuration::from_secs(seconds.max(1));
    }

    fn item(&mut self) -> Item {
        let random = &mut self.random;
        let mut figure = || random.random_range(0..1_i64 << 42);
        let traffic = Traffic {
            put: figure(),
            get: figure(),
            list: figure(),
            other: figure(),
            uploaded: figure(),
            downloaded: figure(),
        };
        let user = self.random.random_range(0..USERS.len());
        Item {
            user_id: USERS[user].0.to_owned(),
            bucket: String::new(),
            epoch: 0,
            traffic,
        }
    }

    /// Counts an object that began up to weeks ago.
    async fn traffic(&mut self, items: Vec<Item>) {
        let late = match self.random.random_range(0..3) {
            0 => self.random.random_range(0..3600),
            1 => self.random.random_range(0..86_400),
            _ => self.random.random_range(0..40 * 86_400),
        };
        for item in &items {
            let number = USERS.iter().find(|(user, _)| *user == item.user_id);
            let (_, number) = number.expect("one of the users");
            self.used.entry(*number).or_default().0 += item.traffic;
        }
        self.objects += 1;
        let start = self.now - SignedDuration::from_secs(late);
        let record = StatisticsRecord::new(self.objects.to_string(), start, items);
        let ledger = &self.services.ledger;
        let booked = ledger
            .book_statistics(self.now, Booking::new(CLUSTER, vec![record]))
            .await;
        booked.expect("an object is counted");
    }

    /// A sample adds to what one of the users stored.
    async fn store(&mut self) {
        let at = self.random.random_range(0..USERS.len());
        let bits = self.random.random_range(0..62);
        let more = self.random.random_range(0..=1_u64 << bits);
        let (user, number) = USERS[at];
        let hour = self.now.as_second() / 3600;
        let record = self.buckets.entry(at).or_insert_with(|| BucketRecord {
            key: BucketKey {
                owner_id: user.to_owned(),
                name: format!("bucket-{at}"),
                created: self.now.as_second(),
            },
            incarnation: 0,
            hour,
            h_integral: ByteHours(0),
            current: 0,
            booked: ByteHours(0),
            open_start: hour,
            open_byte_hours: 0,
            missing_since: None,
        });
        record.booked += ByteHours(more.into());
        record.current = i64::try_from(more).expect("a size");
        self.used.entry(number).or_default().1 += u128::from(more);
        let sampled = Sampled {
            record: record.clone(),
            closed: Vec::new(),
        };
        let ledger = &self.services.ledger;
        let booked = ledger.book_buckets(CLUSTER, &[sampled]).await;
        booked.expect("a bucket is recorded");
    }

    async fn poll(&mut self, number: Option<i64>) {
        self.place.clock.set(self.now);
        let ledger = &self.services.ledger;
        let last = |up| match up {
            true => self.now,
            false => self.now - SignedDuration::from_hours(24 * 9),
        };
        let complete = ledger
            .set_complete(CLUSTER, last(self.up.0), last(self.up.0), 1800)
            .await;
        complete.expect("recorded");
        let sampled = ledger.set_sampled(CLUSTER, last(self.up.1)).await;
        sampled.expect("recorded");
        let page = match number {
            Some(number) => {
                metering::metric_usage_of(&self.services, &service(number), &self.zone).await
            }
            None => metering::metric_usage(&self.services, CLIENT, CLUSTER, &self.zone, 0).await,
        };
        let accounts = page.expect("figures").accounts;
        assert_eq!(accounts.len(), if number.is_some() { 1 } else { 3 });
        self.polls += 1;
        for account in &accounts {
            self.keep(account);
        }
    }

    /// WHMCS keeps what it is told, and what it keeps adds up.
    fn keep(&mut self, account: &AccountMetrics) {
        assert_eq!(account.traffic.is_some(), self.up.0);
        assert_eq!(account.gigabyte_months.is_some(), self.up.1);
        self.withheld += u64::from(!self.up.0) + u64::from(!self.up.1);
        let (start, end) = month(&self.now.to_zoned(self.zone.clone()));
        let name = start.strftime("%Y-%m").to_string();
        let kept = self.kept.entry(account.service_id).or_default();
        self.months += u64::from(!kept.contains_key(&name));
        let record = kept.entry(name).or_default();
        if let Some(traffic) = account.traffic {
            assert!(
                traffic.values().iter().all(|figure| *figure >= 0),
                "{traffic:?}"
            );
            record.traffic = traffic;
        }
        if let Some(value) = account.gigabyte_months {
            assert!(value >= 0.0, "{value}");
            let length = end.timestamp().duration_since(start.timestamp());
            record.byte_hours = value * length.as_secs_f64() / 3600.0 * GIGABYTE;
        }
        let used = self.used.get(&account.service_id);
        let (used, stored) = used.copied().unwrap_or_default();
        if self.up.0 {
            let mut sum = Traffic::default();
            for month in kept.values() {
                sum += month.traffic;
            }
            assert_eq!(sum, used, "{kept:?}");
        }
        if self.up.1 {
            let sum: f64 = kept.values().map(|month| month.byte_hours).sum();
            let truth = stored as f64;
            assert!(
                (sum - truth).abs() <= truth * 1e-12,
                "{sum} {truth} {kept:?}"
            );
        }
    }
}

fn zone(random: &mut StdRng) -> TimeZone {
    TimeZone::get(ZONES.choose(random).expect("a zone")).expect("a zone")
}

/// The first instant of a month, and of the next one.
fn month(now: &Zoned) -> (Zoned, Zoned) {
    let first = now.first_of_month().and_then(|day| day.start_of_day());
    let first = first.expect("a month");
    let next = first
        .checked_add(1.month())
        .and_then(|day| day.start_of_day());
    (first, next.expect("a next month"))
}

/// Fails when usage falls between two months, is in both, or is lost to a poll that withheld figures.
#[tokio::test]
async fn the_last_values_of_all_months_are_all_that_was_used() {
    let first = first_seed();
    let (mut polls, mut withheld, mut months) = (0, 0, 0);
    let plays = schedules().div_ceil(5);
    for seed in (0..plays).map(|number| first.wrapping_add(number)) {
        println!("OSTOR_TEST_SEED={seed}");
        let mut play = Play::new(seed).await;
        for _ in 0..100 {
            play.step().await;
        }
        play.up = (true, true);
        play.poll(None).await;
        polls += play.polls;
        withheld += play.withheld;
        months += play.months;
    }
    println!(
        "{plays} plays: {polls} polls, {withheld} figures withheld, {months} months of services"
    );
}
