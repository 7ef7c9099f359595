//! `usage collect` and `usage rebuild` as operators run them, beside a service on the same ledger.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::simulator::{Counters, Fault, Options};
use serde_json::{Value, json};

use crate::commands::program;
use crate::support::ledger::Look;
use crate::support::{Setup, TestApp};

/// Statistics that settle within minutes: the simulator's clock may be moved, but not so far that it refuses the
/// signatures of a program that lives by the machine's.
const PROFILE: &str = "usage-period=60,usage-cache=10";

const SETTLED: SignedDuration = SignedDuration::from_mins(4);

async fn spawn(profile: &str) -> TestApp {
    let setup = Setup {
        simulator: Options {
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        },
        cluster: "timeout = \"1s\"\nstatistics_cache_timeout = \"10s\"".to_owned(),
        sections: "[usage]\nsettle_margin = \"1m\"".to_owned(),
        ..Setup::default()
    };
    setup.spawn().await
}

/// Runs `ostor-bridge usage …` with the configuration in a folder.
pub fn usage(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = program();
    command.arg("usage").args(arguments);
    command.arg("--config").arg(folder.join("config.toml"));
    command.output().expect("the binary runs")
}

pub fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub fn error(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The JSON of a run that must succeed.
pub fn json_of(output: &Output) -> Value {
    assert!(output.status.success(), "{}", error(output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The JSON of a run that must fail, and its sentences.
fn failed(output: &Output) -> (Value, String) {
    assert_eq!(output.status.code(), Some(1), "{}", out(output));
    let json = serde_json::from_slice(&output.stdout).expect("JSON");
    (json, error(output))
}

fn traffic(put: u64, downloaded: u64) -> Counters {
    Counters {
        put,
        downloaded,
        ..Counters::default()
    }
}

/// A service with some traffic in one settled statistics object, and a bucket.
async fn used(profile: &str) -> (TestApp, String) {
    let app = spawn(profile).await;
    app.create(1, json!({})).await;
    let user = app.only_user().id;
    app.simulator.record(&user, "photos", traffic(3, 1 << 40));
    app.simulator.record(&user, "", traffic(1, 0));
    app.simulator.add_object(&user, "photos", "beach", 4096);
    app.simulator.advance(SETTLED);
    (app, user)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_counts_what_is_settled_and_reads_all_sizes() {
    let (app, user) = used(&format!("{PROFILE},usage-1970=on")).await;
    let folder = app.folder.path();
    app.simulator.record(&user, "photos", traffic(9, 0));
    let run = json_of(&usage(folder, &["collect", "--json"]));
    let cluster = &run["clusters"][0];
    assert_eq!(run["clusters"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        (&cluster["cluster"], &cluster["shortfalls"]),
        (&json!("eu1"), &json!([]))
    );
    let statistics = &cluster["statistics"];
    for (name, figure) in [("counted", 1), ("items", 2), ("known", 0), ("undeleted", 0)] {
        assert_eq!(statistics[name], figure, "{name}: {statistics}");
    }
    assert_eq!(statistics["whole_listing"], true);
    let strange = statistics["strange"].as_array().expect("names");
    assert!(strange[0].as_str().expect("a name").contains("-1970-"));
    assert_eq!(
        cluster["buckets"],
        json!({"listed": 1, "new": 1, "gone": [], "problems": []})
    );
    let until: Timestamp = cluster["complete_until"]
        .as_str()
        .expect("a time")
        .parse()
        .expect("a time");
    assert!(
        until < app.simulator.now() && until > app.simulator.now() - SignedDuration::from_hours(2)
    );

    app.simulator.remove_bucket("photos");
    app.simulator.add_object(&user, "music", "song", 1);
    app.simulator.advance(SETTLED);
    let output = usage(folder, &["collect", "--cluster", "eu1"]);
    assert!(output.status.success(), "{}", error(&output));
    assert_eq!(error(&output), "", "nothing to be told beside the result");
    let text = out(&output);
    for words in [
        "cluster eu1",
        "complete until 20",
        "1 object counted with 1 item; 0 counted before, 0 not complete yet, 0 not counted",
        "1 bucket listed, 1 new, 1 gone, 0 not counted",
        "what they held after the last reading is not known:\n      photos",
        "their names make no sense:\n      s3-usage-",
    ] {
        assert!(text.contains(words), "{words:?} is missing in:\n{text}");
    }
    let report = json_of(&usage(folder, &["report", "--json"]));
    let service = &report["services"][0];
    assert_eq!(
        (&service["stored_bytes"], &service["buckets"]),
        (&json!(1), &json!(1))
    );
    let counted = Look::into(folder).await;
    let sum = (
        counted.number("SELECT sum(ops_put) FROM usage_slots").await,
        counted
            .number("SELECT sum(downloaded) FROM usage_slots")
            .await,
    );
    let truth = app.simulator.traffic().iter().fold((0, 0), |sum, row| {
        (sum.0 + row.counters.put, sum.1 + row.counters.downloaded)
    });
    assert_eq!(sum, (13, 1 << 40));
    assert_eq!((sum.0 as u64, sum.1 as u64), truth);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_gateway_that_is_down_is_no_success() {
    let (app, _) = used(PROFILE).await;
    app.simulator.inject_always(Fault::Refused);
    let output = usage(app.folder.path(), &["collect", "--json"]);
    let (run, sentences) = failed(&output);
    let cluster = &run["clusters"][0];
    assert_eq!(
        (&cluster["statistics"], &cluster["buckets"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(cluster["shortfalls"].as_array().map(Vec::len), Some(2));
    for words in [
        "statistics were not collected",
        "bucket sizes were not read",
        "cannot be reached",
    ] {
        assert!(sentences.contains(words), "{sentences}");
    }
    let output = usage(app.folder.path(), &["collect"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("not collected"), "{}", out(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_data_is_no_success() {
    let app = spawn(PROFILE).await;
    app.create(1, json!({})).await;
    let (_, sentences) = failed(&usage(app.folder.path(), &["collect", "--json"]));
    assert!(sentences.contains("S3_GW_COLLECT_STAT=1"), "{sentences}");
    app.simulator
        .record(&app.only_user().id, "photos", traffic(1, 0));
    app.simulator.advance(SignedDuration::from_secs(30));
    let (run, sentences) = failed(&usage(app.folder.path(), &["collect", "--json"]));
    assert_eq!(run["clusters"][0]["statistics"]["open"], 1);
    assert!(sentences.contains("repeat this later"), "{sentences}");
    assert!(!sentences.contains("S3_GW_COLLECT_STAT"), "{sentences}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_cannot_be_read_is_told() {
    let (app, _) = used(PROFILE).await;
    // The first call lists; a read without a usable answer is repeated.
    for nth in 2..=4 {
        app.simulator
            .inject_at("GET", "ostor-usage", Fault::BrokenBody, nth);
    }
    let (run, sentences) = failed(&usage(app.folder.path(), &["collect", "--json"]));
    let statistics = &run["clusters"][0]["statistics"];
    assert_eq!(
        (
            &statistics["counted"],
            &statistics["problems"].as_array().map(Vec::len)
        ),
        (&json!(0), &Some(1))
    );
    assert!(
        sentences.contains("1 statistics object could not be counted"),
        "{sentences}"
    );
    app.simulator.clear_faults();
    let run = json_of(&usage(app.folder.path(), &["collect", "--json"]));
    assert_eq!(run["clusters"][0]["statistics"]["counted"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn objects_that_stay_and_names_that_are_not_shown_are_told() {
    let app = spawn(&format!("{PROFILE},usage-stuck=on,usage-page=1")).await;
    app.create(1, json!({})).await;
    let user = app.only_user().id;
    for _ in 0..2 {
        app.simulator.record(&user, "photos", traffic(1, 0));
        app.simulator.advance(SETTLED);
    }
    for nth in 1..=20 {
        app.simulator
            .inject_at("DELETE", "ostor-usage", Fault::Status(403), nth);
    }
    let (run, sentences) = failed(&usage(app.folder.path(), &["collect", "--json"]));
    let statistics = &run["clusters"][0]["statistics"];
    assert_eq!(statistics["whole_listing"], false);
    assert_eq!(
        (&statistics["counted"], &statistics["undeleted"]),
        (&json!(1), &json!(1))
    );
    for words in [
        "did not show all names",
        "1 statistics object could not be deleted",
    ] {
        assert!(sentences.contains(words), "{sentences}");
    }
    app.simulator.clear_faults();
    let run = json_of(&usage(app.folder.path(), &["collect", "--json"]));
    let statistics = &run["clusters"][0]["statistics"];
    assert_eq!(
        (&statistics["counted"], &statistics["known"]),
        (&json!(1), &json!(1))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_object_that_was_lost_lately_holds_back_what_is_complete() {
    let (app, _) = used(PROFILE).await;
    let now = app.simulator.now();
    let lost = now - SignedDuration::from_hours(2);
    let start = lost.strftime("%FT%T").to_string();
    let name = format!("s3-usage-8000000000000065-{start}.000Z-60");
    let seen = now.as_second();
    let planted = format!(
        "INSERT INTO statistics_problems (cluster, name, problem, first_seen, last_seen)
         VALUES ('eu1', '{name}', 'lost', {seen}, {seen})"
    );
    let ledger = Look::into(app.folder.path()).await;
    ledger.execute(&planted).await;
    let run = json_of(&usage(app.folder.path(), &["collect", "--json"]));
    assert_eq!(run["clusters"][0]["statistics"]["counted"], 1);
    assert_eq!(run["clusters"][0]["complete_until"], format!("{start}Z"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sizes_that_make_no_sense_are_told() {
    let (app, user) = used(PROFILE).await;
    app.simulator.add_object(&user, "huge", "k", 1 << 63);
    let (run, sentences) = failed(&usage(app.folder.path(), &["collect", "--json"]));
    let buckets = &run["clusters"][0]["buckets"];
    assert_eq!(
        (&buckets["listed"], &buckets["problems"][0]["name"]),
        (&json!(2), &json!("huge"))
    );
    assert!(
        sentences.contains("the sizes of 1 bucket make no sense"),
        "{sentences}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_under_way_is_waited_for_and_said_so() {
    let (app, _) = used(PROFILE).await;
    let turn = app
        .services
        .ledger
        .metering_turn("eu1", Duration::ZERO)
        .await
        .expect("a lock file")
        .expect("the turn");
    let mut waiting = program()
        .args(["usage", "collect", "--config"])
        .arg(app.folder.path().join("config.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut line = String::new();
    let errors = waiting.stderr.take().expect("a pipe");
    BufReader::new(errors).read_line(&mut line).expect("a line");
    assert!(
        line.contains("another run of metering") && line.contains("eu1"),
        "{line}"
    );
    let counted = Look::into(app.folder.path()).await;
    let objects = "SELECT count(*) FROM statistics_objects";
    assert_eq!(counted.number(objects).await, 0);
    drop(turn);
    let output = waiting.wait_with_output().expect("an end");
    assert!(output.status.success(), "{}", out(&output));
    assert_eq!(counted.number(objects).await, 1);
}

#[test]
fn a_ledger_that_is_not_there_is_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    crate::commands::config_with_file(folder.path(), "http://127.0.0.1:1");
    for command in [
        &["collect"][..],
        &["report"],
        &["rebuild"],
        &["export", "--from", "2026-01-01", "--to", "2026-01-02"],
    ] {
        let output = usage(folder.path(), command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(
            error(&output).contains("there is no ledger at"),
            "{}",
            error(&output)
        );
        assert!(out(&output).is_empty());
    }
    assert!(!folder.path().join("ledger.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_cluster_is_named() {
    let app = spawn(PROFILE).await;
    let output = usage(app.folder.path(), &["collect", "--cluster", "eu2"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        error(&output).contains("`eu2`; configured: eu1"),
        "{}",
        error(&output)
    );
}

/// Every row of every table of totals.
async fn totals(ledger: &Look) -> Vec<Vec<String>> {
    let rows = "SELECT concat_ws(' ', user_id, slot, bucket, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded) FROM usage_slots
         UNION ALL SELECT concat_ws(' ', user_id, month, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded) FROM usage_months
         UNION ALL SELECT concat_ws(' ', name, hour, booked, open_start, open_byte_hours) FROM buckets
         ORDER BY 1";
    ledger.rows(rows).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_totals_are_found_and_repaired() {
    let (app, user) = used(PROFILE).await;
    let folder = app.folder.path();
    json_of(&usage(folder, &["collect", "--json"]));
    let ledger = Look::into(folder).await;
    let right = totals(&ledger).await;
    let output = usage(folder, &["rebuild", "--dry-run"]);
    assert!(output.status.success(), "{}", error(&output));
    assert!(
        out(&output).contains("1 statistics object counted again; all totals agree"),
        "{}",
        out(&output)
    );

    for statement in [
        "UPDATE usage_slots SET downloaded = downloaded + 1 WHERE bucket = 'photos'",
        "INSERT INTO usage_slots SELECT cluster, user_id, slot + 1, bucket, 1, 1, 1, 1, 1, 1 FROM usage_slots WHERE bucket = ''",
        "DELETE FROM usage_months",
        "UPDATE buckets SET booked = '77'",
    ] {
        assert_eq!(ledger.execute(statement).await, 1, "{statement}");
    }
    let wrong = totals(&ledger).await;
    assert_ne!(wrong, right);
    let (run, sentences) = failed(&usage(folder, &["rebuild", "--dry-run", "--json"]));
    let expected = json!({
        "cluster": "eu1", "agrees": false, "repaired": false, "objects": 1, "objects_without_items": 0,
        "different_slots": 2, "different_months": 1, "different_buckets": 1, "error": null,
    });
    assert_eq!(run["clusters"], json!([expected]));
    assert!(sentences.contains("without --dry-run"), "{sentences}");
    assert_eq!(totals(&ledger).await, wrong, "a dry run changes nothing");

    let output = usage(folder, &["rebuild"]);
    assert!(output.status.success(), "{}", error(&output));
    assert!(
        out(&output).contains(
            "totals differed and are repaired: 2 quarter-hour totals, 1 month total and 1 bucket total"
        ),
        "{}",
        out(&output)
    );
    assert_eq!(totals(&ledger).await, right);
    let again = json_of(&usage(folder, &["rebuild", "--json"]));
    assert_eq!(
        (
            &again["clusters"][0]["agrees"],
            &again["clusters"][0]["repaired"]
        ),
        (&json!(true), &json!(false))
    );

    // Without its items an object cannot be counted again, and its month stays as it is.
    ledger
        .execute("UPDATE statistics_objects SET items = NULL")
        .await;
    let output = usage(folder, &["rebuild"]);
    assert!(
        out(&output).contains("the items of 1 earlier object are no longer kept"),
        "{}",
        out(&output)
    );
    assert_eq!(
        totals(&ledger).await,
        right,
        "{user} keeps what was counted"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_that_make_no_sense_are_an_error_and_change_nothing() {
    let (app, _) = used(PROFILE).await;
    let folder = app.folder.path();
    json_of(&usage(folder, &["collect", "--json"]));
    let ledger = Look::into(folder).await;
    let before = totals(&ledger).await;
    ledger
        .execute("UPDATE statistics_objects SET items = 'no items'")
        .await;
    let (run, sentences) = failed(&usage(folder, &["rebuild", "--json"]));
    assert_eq!(run["clusters"][0]["agrees"], json!(null));
    assert!(
        sentences.contains("the items of statistics object s3-usage-"),
        "{sentences}"
    );
    assert_eq!(totals(&ledger).await, before);
}
