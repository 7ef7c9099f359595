//! Two days around the end of a month, with the clocks of service and gateway moved together, and a log of what was
//! really used.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::ledger::{Intent, ServiceKey};
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Options, Simulator};
use serde_json::Value;
use tempfile::TempDir;

use super::CLIENT;
use super::ledger::Look;
use crate::commands::config;
use crate::usage_command::{json_of, usage};

/// Half a minute after a full hour, so that nothing happens on a border.
pub const START: &str = "2024-02-28T20:00:30Z";

/// Hours in which something happens.
pub const HOURS: i64 = 58;

/// Hours after them in which sizes are read and statistics are not collected.
const UNCOLLECTED: i64 = 3;

/// When the bucket of the second service is deleted.
pub const DELETED: i64 = 40;

/// When the first service gets another S3 user.
pub const REPLACED: i64 = 30;

/// What happened: by S3 user, bucket and hour since 1970.
pub type Log<T> = BTreeMap<(String, String, i64), T>;

pub struct Scene {
    pub simulator: Simulator,
    pub services: Services,
    clock: Clock,
    pub folder: TempDir,
    pub traffic: Log<Counters>,
    /// Bytes stored.
    pub sizes: Log<u64>,
}

impl Scene {
    async fn open() -> Self {
        let start: Timestamp = START.parse().expect("a time");
        let profile = "usage-period=600,usage-cache=60";
        let options = Options {
            clock: Some(start),
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        };
        let folder = tempfile::tempdir().expect("a folder");
        // Making one may take seconds, and the clock of the cluster runs from its start on.
        super::ledger::url(folder.path());
        let simulator = Simulator::start(options).await.expect("a cluster");
        let file = config(folder.path(), &simulator.endpoint());
        let mut text = std::fs::read_to_string(&file).expect("settings");
        text.push_str("statistics_cache_timeout = \"60s\"\n[usage]\nsettle_margin = \"1m\"\n");
        std::fs::write(&file, text).expect("written");
        let settings = Config::load(Some(&file), []).expect("settings");
        let clock = Clock::default();
        clock.set(start);
        let services = Services::build(settings, clock.clone()).await;
        Self {
            services: services.expect("services"),
            simulator,
            clock,
            folder,
            traffic: Log::new(),
            sizes: Log::new(),
        }
    }

    /// Gives a service an S3 user, a new one when it has one.
    async fn order(&self, service_id: i64) -> String {
        let service = ServiceKey {
            client: CLIENT.to_owned(),
            cluster: "eu1".to_owned(),
            service_id,
        };
        let ledger = &self.services.ledger;
        let identity = format!("{service_id}-{}@example.com", self.hour());
        let user = self.simulator.add_user(&identity, false).id;
        let intent = Intent {
            service: &service,
            identity: &identity,
            client_id: 7000 + service_id,
            email: "customer@example.com",
            plan: "{}",
        };
        let account = ledger.record_intent(&intent).await.expect("an account");
        ledger.set_user(&account, &user).await.expect("its user");
        ledger
            .set_ready(account.id, "key")
            .await
            .expect("its state");
        user
    }

    fn hour(&self) -> i64 {
        self.simulator.now().as_second().div_euclid(3600)
    }

    fn advance(&self) {
        self.simulator.advance(SignedDuration::from_hours(1));
        self.clock.set(self.simulator.now());
    }

    fn request(&mut self, user: &str, bucket: &str, counters: Counters) {
        self.simulator.record(user, bucket, counters);
        let key = (user.to_owned(), bucket.to_owned(), self.hour());
        assert!(self.traffic.insert(key, counters).is_none());
    }

    fn store(&mut self, user: &str, bucket: &str, bytes: u64) {
        self.simulator.add_object(user, bucket, "k", bytes);
        self.keep(user, bucket, bytes);
    }

    /// The bucket holds so much during this hour.
    fn keep(&mut self, user: &str, bucket: &str, bytes: u64) {
        let key = (user.to_owned(), bucket.to_owned(), self.hour());
        assert!(self.sizes.insert(key, bytes).is_none());
    }

    async fn sample(&self) {
        let sampled = metering::sample(&self.services, "eu1").await;
        assert_eq!(sampled.expect("sizes").problems, []);
    }

    async fn collect(&self) {
        let collected = metering::collect(&self.services, "eu1", &|_| {}).await;
        assert_eq!(collected.expect("statistics").problems, []);
    }

    /// Traffic of users between two times, by true requests.
    pub fn true_traffic(&self, users: &[&str], from: Timestamp, until: Timestamp) -> Counters {
        let mut sum = Counters::default();
        for ((user, _, hour), counters) in &self.traffic {
            // Requests come half a minute after the hour.
            let at = hour * 3600 + 30;
            if users.contains(&user.as_str()) && (from.as_second()..until.as_second()).contains(&at)
            {
                sum += *counters;
            }
        }
        sum
    }

    /// Byte-hours of users between two times. Sizes are multiples of four, so quarters of an hour are exact.
    pub fn true_storage(&self, users: &[&str], from: Timestamp, until: Timestamp) -> u64 {
        let mut quarters = 0;
        for ((user, _, hour), bytes) in &self.sizes {
            let (start, end) = (hour * 3600, (hour + 1) * 3600);
            let within = end.min(until.as_second()) - start.max(from.as_second());
            if users.contains(&user.as_str()) && within > 0 {
                quarters += bytes / 4 * u64::try_from(within / 900).expect("positive");
            }
        }
        quarters
    }

    pub fn report(&self, month: &str, zone: &str) -> Value {
        let arguments = ["report", "--json", "--month", month, "--timezone", zone];
        json_of(&usage(self.folder.path(), &arguments))
    }
}

/// The users of the scene.
pub struct Users {
    pub first: String,
    pub replaced: String,
    pub second: String,
    pub late: String,
    pub parked: String,
}

pub const STRANGER: &str = "feedfeedfeedfeed";

/// Two days: three services, users of none, a bucket that vanishes, a user that is replaced.
pub async fn played() -> (Scene, Users) {
    let mut scene = Scene::open().await;
    let first = scene.order(1).await;
    let second = scene.order(2).await;
    let ended = scene.order(3).await;
    let service = ServiceKey {
        client: CLIENT.to_owned(),
        cluster: "eu1".to_owned(),
        service_id: 3,
    };
    let ledger = scene.services.ledger.clone();
    let account = ledger.account(&service).await.expect("a look").expect("it");
    ledger.set_terminated(account.id).await.expect("ended");
    assert_eq!(account.user_id, Some(ended));
    let parked = scene.simulator.add_user("parked@example.com", false).id;
    let (mut replaced, mut late) = (String::new(), String::new());
    for step in 0..HOURS {
        scene.sample().await;
        if step % 6 == 5 {
            scene.collect().await;
        }
        if step == REPLACED {
            replaced = scene.order(1).await;
        }
        if step == 50 {
            late = scene.order(4).await;
        }
        let number = u64::try_from(step).expect("positive");
        let user = if step < REPLACED { &first } else { &replaced };
        let counters = Counters {
            put: number + 1,
            get: 2,
            list: number % 3,
            other: 1,
            uploaded: number << 30,
            downloaded: 1_000_003 * number,
        };
        scene.request(user, "photos", counters);
        scene.store(&first, "photos", (number % 5 + 1) << 32);
        let one = Counters {
            get: 1,
            downloaded: 5,
            ..Counters::default()
        };
        if step % 2 == 0 {
            scene.request(&second, "", one);
        }
        match step {
            DELETED => assert!(scene.simulator.remove_bucket("music")),
            3 => scene.store(&second, "music", 8000),
            4..DELETED => scene.keep(&second, "music", 8000),
            _ => {}
        }
        if step % 7 == 0 {
            scene.request(STRANGER, "=1+1", one);
        }
        match step {
            // Of no service: counted from the first reading on.
            10 => scene.simulator.add_object(&parked, "stray", "k", 400),
            11.. => scene.keep(&parked, "stray", 400),
            _ => {}
        }
        scene.advance();
    }
    scene.sample().await;
    scene.collect().await;
    for _ in 0..UNCOLLECTED {
        let last = (u64::try_from(HOURS - 1).expect("positive") % 5 + 1) << 32;
        scene.keep(&first, "photos", last);
        scene.keep(&parked, "stray", 400);
        scene.advance();
        scene.sample().await;
    }
    let users = Users {
        first,
        replaced,
        second,
        late,
        parked,
    };
    (scene, users)
}

impl Scene {
    pub async fn ledger(&self) -> Look {
        Look::into(self.folder.path()).await
    }
}
