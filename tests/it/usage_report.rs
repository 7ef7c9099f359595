//! `usage report` against what is true.

use std::collections::HashMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ostor_bridge::metering::{self, Period};
use ostor_bridge::simulator::Counters;
use serde_json::{Value, json};

use crate::support::CLIENT;
use crate::support::scene::{DELETED, START, STRANGER, Users, played};
use crate::usage_command::{error, out, usage};

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
    let deliveries = scene
        .ledger()
        .await
        .number("SELECT count(*) FROM deliveries")
        .await;
    assert_eq!(deliveries, 0, "a report is not told to WHMCS");
}
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_report_tells_what_is_stored_lost_and_not_known() {
    let (scene, users) = played().await;
    let planted = "INSERT INTO statistics_problems (cluster, name, problem, first_seen, last_seen)
         VALUES ('eu1', 's3-usage-8000000000000065-2024-02-29T23:59:59.000Z-600', 'broken in February', 1, 2),
                ('eu1', 's3-usage-8000000000000065-2024-03-01T00:00:00.000Z-600', 'broken in March', 1, 2)";
    assert_eq!(scene.ledger().await.execute(planted).await, 2);

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
