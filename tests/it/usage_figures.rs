//! `usage report` and `usage export` against what is true: two days around the end of a month, with the clocks of service
//! and gateway moved together.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::ledger::{Intent, ServiceKey};
use ostor_bridge::metering::{self, Period};
use ostor_bridge::simulator::{Counters, Options, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::commands::config;
use crate::support::CLIENT;
use crate::usage_command::{error, json_of, out, usage};

/// Half a minute after a full hour, so that nothing happens on a border.
const START: &str = "2024-02-28T20:00:30Z";

/// Hours in which something happens.
const HOURS: i64 = 58;

/// Hours after them in which sizes are read and statistics are not collected.
const UNCOLLECTED: i64 = 3;

/// When the bucket of the second service is deleted.
const DELETED: i64 = 40;

/// When the first service gets another S3 user.
const REPLACED: i64 = 30;

/// What happened: by S3 user, bucket and hour since 1970.
type Log<T> = BTreeMap<(String, String, i64), T>;

struct Scene {
    simulator: Simulator,
    services: Services,
    clock: Clock,
    folder: TempDir,
    traffic: Log<Counters>,
    /// Bytes stored.
    sizes: Log<u64>,
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
        let simulator = Simulator::start(options).await.expect("a cluster");
        let folder = tempfile::tempdir().expect("a folder");
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
    fn true_traffic(&self, users: &[&str], from: Timestamp, until: Timestamp) -> Counters {
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
    fn true_storage(&self, users: &[&str], from: Timestamp, until: Timestamp) -> u64 {
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

    fn report(&self, month: &str, zone: &str) -> Value {
        let arguments = ["report", "--json", "--month", month, "--timezone", zone];
        json_of(&usage(self.folder.path(), &arguments))
    }
}

/// The users of the scene.
struct Users {
    first: String,
    replaced: String,
    second: String,
    late: String,
    parked: String,
}

const STRANGER: &str = "feedfeedfeedfeed";

/// Two days: three services, users of none, a bucket that vanishes, a user that is replaced.
async fn played() -> (Scene, Users) {
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
        scene.store(&first, "photos", 4 * (number % 5 + 1) << 30);
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
        let last = 4 * (u64::try_from(HOURS - 1).expect("positive") % 5 + 1) << 30;
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

fn figures(row: &Value) -> (Counters, u64) {
    let figure = |name: &str| {
        row[name]
            .as_u64()
            .unwrap_or_else(|| panic!("{name}: {row}"))
    };
    let counters = Counters {
        put: figure("ops_put"),
        get: figure("ops_get"),
        list: figure("ops_list"),
        other: figure("ops_other"),
        uploaded: figure("bytes_uploaded"),
        downloaded: figure("bytes_downloaded"),
    };
    (counters, figure("storage_byte_hours"))
}

fn rows<'a>(report: &'a Value, name: &str) -> &'a Vec<Value> {
    report[name].as_array().expect("rows")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn months_are_reported_as_they_were() {
    let (scene, users) = played().await;
    let Users {
        first,
        replaced,
        second,
        late,
        parked,
    } = &users;
    for (zone, border) in [
        ("UTC", "2024-03-01T00:00:00Z"),
        ("Asia/Kathmandu", "2024-02-29T18:15:00Z"),
        ("America/Los_Angeles", "2024-03-01T08:00:00Z"),
    ] {
        let border: Timestamp = border.parse().expect("a time");
        for (month, from, until, listed) in [
            ("2024-02", Timestamp::MIN, border, 2),
            ("2024-03", border, Timestamp::MAX, 3),
        ] {
            let report = scene.report(month, zone);
            let truth = |users: &[&str]| {
                (
                    scene.true_traffic(users, from, until),
                    scene.true_storage(users, from, until),
                )
            };
            let what = format!("{zone} {month}: {report:#}");
            assert_eq!(
                report["start"].as_str() == Some(&border.to_string()),
                month == "2024-03"
            );
            let services = rows(&report, "services");
            assert_eq!(services.len(), listed, "{what}");
            let expected = [
                (1, replaced, truth(&[first, replaced])),
                (2, second, truth(&[second])),
                (4, late, truth(&[late])),
            ];
            for (row, (number, user, truth)) in services.iter().zip(expected) {
                assert_eq!(
                    (
                        &row["client"],
                        &row["cluster"],
                        &row["service_id"],
                        &row["client_id"]
                    ),
                    (
                        &json!(CLIENT),
                        &json!("eu1"),
                        &json!(number),
                        &json!(7000 + number)
                    ),
                );
                assert_eq!(
                    (&row["user_id"], &row["state"]),
                    (&json!(user), &json!("active"))
                );
                assert_eq!(figures(row), truth, "service {number}, {what}");
                assert_ne!(row["complete_until"], json!(null));
            }
            let strangers = rows(&report, "parked");
            let found: HashMap<&str, (Counters, u64)> = strangers
                .iter()
                .map(|row| (row["user_id"].as_str().expect("a user"), figures(row)))
                .collect();
            assert_eq!(found.len(), 2, "{what}");
            assert_eq!(found[STRANGER], truth(&[STRANGER]), "{what}");
            assert_eq!(found[parked.as_str()], truth(&[parked]), "{what}");
            assert_eq!(
                figures(&report["services_total"]),
                truth(&[first, replaced, second]),
                "{what}"
            );
            assert_eq!(
                figures(&report["parked_total"]),
                truth(&[STRANGER, parked]),
                "{what}"
            );
            let vanished = rows(&report, "vanished");
            assert_eq!(vanished.len(), usize::from(month == "2024-03"), "{what}");
        }
    }
    let truth = scene.simulator.traffic();
    let mut sum = Counters::default();
    truth.iter().for_each(|row| sum += row.counters);
    let mut logged = Counters::default();
    scene
        .traffic
        .values()
        .for_each(|counters| logged += *counters);
    assert_eq!(logged, sum, "the log is what the gateway served");
    let deliveries = scene.count("SELECT count(*) FROM deliveries").await;
    assert_eq!(deliveries, 0, "a report is not told to WHMCS");
}

impl Scene {
    async fn ledger(&self) -> sqlx::SqlitePool {
        let url = format!("sqlite:{}", self.folder.path().join("ledger.db").display());
        sqlx::SqlitePool::connect(&url).await.expect("the ledger")
    }

    async fn count(&self, statement: &'static str) -> i64 {
        let query = sqlx::query_scalar(statement);
        query
            .fetch_one(&self.ledger().await)
            .await
            .expect("a number")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_tells_what_is_stored_lost_and_not_known() {
    let (scene, users) = played().await;
    let planted = sqlx::query(
        "INSERT INTO statistics_problems (cluster, name, problem, first_seen, last_seen)
         VALUES ('eu1', 's3-usage-8000000000000065-2024-02-29T23:59:59.000Z-600', 'broken in February', 1, 2),
                ('eu1', 's3-usage-8000000000000065-2024-03-01T00:00:00.000Z-600', 'broken in March', 1, 2)",
    );
    planted
        .execute(&scene.ledger().await)
        .await
        .expect("planted");

    // By the clock of those days the sizes are fresh, by the machine's they are years old.
    let march: Date = "2024-03-01".parse().expect("a date");
    let period = Period::of(march, &TimeZone::UTC).expect("a month");
    let month = metering::cluster_month(&scene.services, "eu1", &period, &TimeZone::UTC).await;
    let month = month.expect("a month");
    let held: Vec<_> = month
        .services
        .iter()
        .map(|service| service.figures.held)
        .collect();
    let of = |user: &String| {
        let stored = scene.simulator.storage();
        let buckets = stored
            .iter()
            .filter(|bucket| bucket.owner_id == *user && bucket.deleted.is_none());
        buckets.fold((0, 0), |sum, bucket| {
            (sum.0 + bucket.current as i64, sum.1 + 1)
        })
    };
    let held: Vec<(i64, i64)> = held
        .into_iter()
        .map(|held| held.map(|held| (held.bytes, held.buckets)).expect("known"))
        .collect();
    assert_eq!(held, [of(&users.first), (0, 0), (0, 0)]);
    assert_eq!(of(&users.first), (12 << 30, 1));

    let report = scene.report("2024-03", "UTC");
    assert_eq!(report["services"][0]["stored_bytes"], json!(null));
    assert_eq!(report["services"][0]["buckets"], json!(null));
    let problems = rows(&report, "problems");
    assert_eq!(
        (problems.len(), &problems[0]["problem"]),
        (1, &json!("broken in March"))
    );
    let removed = Timestamp::from_second(
        START.parse::<Timestamp>().expect("a time").as_second() + DELETED * 3600,
    );
    let removed = removed.expect("a time");
    let hour = SignedDuration::from_hours(1);
    let vanished = &rows(&report, "vanished")[0];
    assert_eq!(
        (
            &vanished["bucket"],
            &vanished["owner_id"],
            &vanished["service_id"],
            &vanished["bytes_then"]
        ),
        (
            &json!("music"),
            &json!(users.second),
            &json!(2),
            &json!(8000)
        )
    );
    assert_eq!(vanished["last_sample"], "2024-03-01T12:00:00Z");
    let missing: Timestamp = vanished["missing_since"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a time");
    assert!(
        missing > removed && missing < removed + hour + hour,
        "{vanished}"
    );
    assert_eq!(report["clusters"][0]["complete"], false);
    assert_eq!(
        scene.report("2024-02", "UTC")["clusters"][0]["complete"],
        false,
        "not known from its start"
    );

    let text = |arguments: &[&str]| {
        let output = usage(scene.folder.path(), arguments);
        assert!(output.status.success(), "{}", error(&output));
        out(&output)
    };
    let march = text(&["report", "--month", "2024-03"]);
    let line = |text: &str, words: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.contains(words));
        let line = line.unwrap_or_else(|| panic!("{words:?} is missing in:\n{text}"));
        line.split_whitespace().map(str::to_owned).collect()
    };
    assert!(march.starts_with("Usage of 2024-03 in UTC (2024-03-01T00:00:00Z to 2024-04-01T00:00:00Z), 1 GiB = 1073741824 bytes\n"), "{march}");
    let row = line(&march, &users.replaced);
    let total = figures(&report["services"][0]);
    assert_eq!(
        row[..6],
        ["whmcs", "eu1", "1", &users.replaced, "active", "-"]
    );
    assert_eq!(
        row[9..13],
        [total.0.put, total.0.get, total.0.list, total.0.other].map(|figure| figure.to_string())
    );
    assert_eq!(row[13], "-");
    for words in [
        "stored GiB  GiB-months  downloaded GiB  uploaded GiB  PUT",
        "Traffic of cluster eu1 is known until 2024-03-02T0",
        "Storage of cluster eu1 is known until 2024-03-02T09:00:00Z",
        "What cluster eu1 stores now is not known",
        "S3 users that belong to no service",
        "broken in March",
        "whmcs 2",
    ] {
        assert!(march.contains(words), "{words:?} is missing in:\n{march}");
    }
    assert!(!march.contains("broken in February"));
    // Less than three digits show is not nothing.
    assert_eq!(line(&march, STRANGER)[4], "<0.001");

    // Of a month that nothing is known of, nothing is zero.
    let april = scene.report("2024-04", "UTC");
    for row in rows(&april, "services")
        .iter()
        .chain([&april["services_total"]])
    {
        for figure in [
            "storage_byte_hours",
            "storage_gb_months",
            "bytes_downloaded",
            "bytes_uploaded",
            "ops_put",
            "ops_get",
            "ops_list",
            "ops_other",
            "stored_bytes",
            "buckets",
        ] {
            assert_eq!(row[figure], json!(null), "{figure}");
        }
    }
    assert_eq!(rows(&april, "services").len(), 3);
    let april = text(&["report", "--month", "2024-04"]);
    assert_eq!(line(&april, &users.second)[5..14], ["-"; 9]);
    for source in ["Traffic", "Storage"] {
        let words = format!("{source} of cluster eu1 is not known for this time.");
        assert!(april.contains(&words), "{april}");
    }
    assert!(text(&["report", "--month", "2024-01"]).contains("No service existed in this month."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gigabytes_are_of_the_configured_size() {
    let (scene, _) = played().await;
    let hours = 31.0 * 24.0;
    for (word, unit, bytes) in [("binary", "GiB", 1_073_741_824.0), ("decimal", "GB", 1e9)] {
        let file = scene.folder.path().join("config.toml");
        let text = std::fs::read_to_string(&file).expect("settings");
        let text = text.replace("gigabyte = \"binary\"\n", "");
        let text = text.replace("[usage]\n", &format!("[usage]\ngigabyte = \"{word}\"\n"));
        std::fs::write(&file, text).expect("written");
        let report = scene.report("2024-03", "UTC");
        let row = &report["services"][0];
        let byte_hours = row["storage_byte_hours"].as_f64().expect("a number");
        assert_eq!(report["gigabyte"], word);
        assert_eq!(
            row["storage_gb_months"].as_f64(),
            Some(byte_hours / bytes / hours)
        );
        let text = out(&usage(
            scene.folder.path(),
            &["report", "--month", "2024-03"],
        ));
        assert!(
            text.contains(&format!("  stored {unit}  {unit}-months  ")),
            "{text}"
        );
        let shown = format!("  {:.3}  ", byte_hours / bytes / hours);
        assert!(text.contains(&shown), "{shown} is missing in:\n{text}");
    }
}

type Row = HashMap<String, String>;

fn table(bytes: &[u8]) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(bytes);
    let rows = reader.deserialize().map(|row| row.expect("a row"));
    rows.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_hour_is_exported() {
    let (scene, users) = played().await;
    let folder = scene.folder.path();
    let export = |from: &str, to: &str| {
        let output = usage(folder, &["export", "--from", from, "--to", to]);
        assert!(output.status.success(), "{}", error(&output));
        output
    };
    let whole = export("2024-02-28", "2024-03-05");
    assert!(
        error(&whole).contains("Traffic of cluster eu1 is known from 2024-02-28T20:00:30Z until"),
        "{}",
        error(&whole)
    );
    assert!(out(&whole).starts_with(
        "client,cluster,service_id,client_id,user_id,bucket,hour,ops_put,ops_get,ops_list,ops_other,bytes_uploaded,bytes_downloaded,storage_byte_hours\n"
    ));
    assert!(!out(&whole).contains('\r'));
    let rows = table(&whole.stdout);
    let mut missing: Vec<_> = scene
        .traffic
        .keys()
        .chain(scene.sizes.keys())
        .cloned()
        .collect();
    missing.sort();
    missing.dedup();
    assert_eq!(rows.len(), missing.len());
    let collected = START
        .parse::<Timestamp>()
        .expect("a time")
        .as_second()
        .div_euclid(3600)
        + HOURS;
    for row in &rows {
        let bucket = row["bucket"].trim_start_matches('\'').to_owned();
        let time: Timestamp = row["hour"].parse().expect("a time");
        let hour = time.as_second() / 3600;
        let key = (row["user_id"].clone(), bucket, hour);
        missing.retain(|other| *other != key);
        let counters = scene.traffic.get(&key).copied().unwrap_or_default();
        let bytes = scene.sizes.get(&key).copied().unwrap_or_default();
        let shown = [
            "ops_put",
            "ops_get",
            "ops_list",
            "ops_other",
            "bytes_uploaded",
            "bytes_downloaded",
        ]
        .map(|name| row[name].clone());
        if hour < collected {
            let true_figures = [
                counters.put,
                counters.get,
                counters.list,
                counters.other,
                counters.uploaded,
                counters.downloaded,
            ];
            assert_eq!(
                shown,
                true_figures.map(|figure| figure.to_string()),
                "{row:?}"
            );
        } else {
            assert_eq!(shown, [""; 6], "not collected is not zero: {row:?}");
        }
        assert_eq!(row["storage_byte_hours"], bytes.to_string(), "{row:?}");
        let service = match &key.0 {
            user if *user == users.first || *user == users.replaced => ["whmcs", "1", "7001"],
            user if *user == users.second => ["whmcs", "2", "7002"],
            _ => ["", "", ""],
        };
        assert_eq!(
            ["client", "service_id", "client_id"].map(|name| row[name].as_str()),
            service
        );
        assert_eq!(row["cluster"], "eu1");
    }
    assert_eq!(missing, []);
    assert!(rows.iter().any(|row| row["bucket"] == "'=1+1"));
    assert!(!rows.iter().any(|row| row["bucket"].starts_with('=')));

    // Parts of the time are parts of the table.
    let mut parts = table(&export("2024-02-28", "2024-02-29T07:00:00Z").stdout);
    parts.extend(table(&export("2024-02-29T07:00:00Z", "2024-03-05").stdout));
    let sorted = |mut rows: Vec<Row>| {
        rows.sort_by_key(|row| {
            (
                row["user_id"].clone(),
                row["hour"].clone(),
                row["bucket"].clone(),
            )
        });
        rows
    };
    assert_eq!(sorted(parts), sorted(rows));

    let file = folder.join("usage.csv");
    let name = file.to_str().expect("UTF-8");
    let output = usage(
        folder,
        &[
            "export",
            "--from",
            "2024-02-28",
            "--to",
            "2024-03-05",
            "--output",
            name,
        ],
    );
    assert!(output.status.success());
    assert!(out(&output).contains(&format!("rows written to {name}")));
    assert_eq!(std::fs::read(&file).expect("the file"), whole.stdout);
    let full = usage(
        folder,
        &[
            "export",
            "--from",
            "2024-02-28",
            "--to",
            "2024-03-05",
            "--output",
            "/dev/full",
        ],
    );
    assert_eq!(full.status.code(), Some(1));
    assert!(
        error(&full).contains("/dev/full is not complete"),
        "{}",
        error(&full)
    );
    let wrong = usage(
        folder,
        &["export", "--from", "2024-03-05", "--to", "2024-03-05"],
    );
    assert!(
        error(&wrong).contains("--from must be earlier"),
        "{}",
        error(&wrong)
    );
}
