//! `usage export` against what is true.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::support::scene::{HOURS, START, played};
use crate::usage_command::{error, out, usage};

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
    let whole = export("1970-01-01", "9000-01-01");
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
