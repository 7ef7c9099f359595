//! `ostor-bridge doctor`: every finding, provoked.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Output;

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::clock::Clock;
use ostor_bridge::ledger::{Ledger, Limits, Setback};
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Fault, Options, Simulator};
use serde_json::{Value, json};

use crate::commands::{config_with_file, program};
use crate::support::ledger::is_mariadb;
use crate::support::{SERVICE, Setup, TestApp, params};

fn doctor(file: &Path, arguments: &[&str]) -> Output {
    let mut command = program();
    command
        .arg("doctor")
        .args(arguments)
        .arg("--config")
        .arg(file);
    tokio::task::block_in_place(|| command.output()).expect("the binary runs")
}

/// What it found; its exit status fits that.
fn report(file: &Path) -> Value {
    let output = doctor(file, &["--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("findings");
    let count = |level: &str| findings.iter().filter(|one| one["level"] == level).count();
    assert_eq!(report["errors"], count("error"));
    assert_eq!(report["warnings"], count("warning"));
    assert_eq!(report["ok"], count("error") == 0);
    assert_eq!(output.status.success(), report["ok"] == true, "{report}");
    let page = crate::docs::rows("docs/doctor.md");
    for finding in findings {
        let known = page.iter().any(|row| finding["check"] == row[0].as_str());
        assert!(known, "{finding} is not in docs/doctor.md");
        let mend = finding["mend"].as_str().map_or(0, str::len);
        assert_eq!(finding["level"] != "ok", mend > 10, "{finding}");
    }
    report
}

/// The level of one finding, and its words.
fn finding(report: &Value, subject: &str, check: &str) -> (String, String) {
    let findings = report["findings"].as_array().expect("findings");
    let one = findings
        .iter()
        .find(|one| one["subject"] == subject && one["check"] == check)
        .unwrap_or_else(|| panic!("nothing about {check} of {subject}: {report}"));
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    (text("level"), format!("{} {}", text("found"), text("mend")))
}

#[track_caller]
fn expect(report: &Value, subject: &str, check: &str, level: &str, words: &[&str]) {
    let (found, text) = finding(report, subject, check);
    assert_eq!(found, level, "{check}: {text}");
    for word in words {
        assert!(text.contains(word), "{check}: {word} is not in: {text}");
    }
}

fn of(app: &TestApp) -> Value {
    report(&app.folder.path().join("config.toml"))
}

/// A service whose cluster is of `profile` and began so long ago.
async fn began(ago: SignedDuration, profile: &str) -> (TestApp, Clock) {
    let clock = Clock::default();
    let start = Timestamp::now().checked_sub(ago).expect("a time");
    clock.set(start);
    let app = Setup {
        simulator: Options {
            clock: Some(start),
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        },
        clock: clock.clone(),
        ..Setup::default()
    }
    .spawn()
    .await;
    (app, clock)
}

fn used() -> Counters {
    Counters {
        get: 1,
        ..Counters::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_healthy_installation_has_nothing_to_mend() {
    let ago = SignedDuration::from_mins(2);
    let (app, clock) = began(ago, "usage-cache=60").await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    app.simulator.record(user, "photos", used());
    app.simulator.advance(ago);
    clock.set(Timestamp::now());
    for _ in 0..2 {
        let collected = metering::collect(&app.services, "eu1", &|_| {}).await;
        collected.expect("collected");
        metering::sample(&app.services, "eu1")
            .await
            .expect("sampled");
    }
    let file = app.folder.path().join("config.toml");
    let private = std::fs::Permissions::from_mode(0o640);
    std::fs::set_permissions(&file, private).expect("allowed");
    app.simulator.clear_calls();
    let report = report(&file);
    assert_eq!(
        (&report["errors"], &report["warnings"]),
        (&json!(0), &json!(0)),
        "{report}"
    );
    // The room on a server is not this host's.
    let least = if is_mariadb() { 16 } else { 17 };
    assert!(
        report["findings"].as_array().map_or(0, Vec::len) >= least,
        "{report}"
    );
    let calls = app.simulator.calls();
    assert!(
        calls.len() >= 4 && calls.iter().all(|call| call.method == "GET"),
        "{calls:?}"
    );
    let text = doctor(&file, &[]);
    assert!(text.status.success());
    let text = String::from_utf8(text.stdout).expect("text");
    for words in [
        "configuration\n",
        "cluster eu1\n",
        "errors: 0, warnings: 0\n",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_installation_has_warnings_only_and_ends_well() {
    let app = TestApp::spawn().await;
    let report = of(&app);
    assert_eq!(report["ok"], true);
    let cluster = "cluster eu1";
    expect(
        &report,
        "configuration",
        "secrecy",
        "warning",
        &["chmod o= "],
    );
    for check in ["opens", "schema", "writable"] {
        expect(&report, "ledger", check, "ok", &[]);
    }
    if !is_mariadb() {
        assert!(["ok", "warning", "error"].contains(&&*finding(&report, "ledger", "room").0));
    }
    for check in [
        "address",
        "signature",
        "permission",
        "clock",
        "quotas",
        "terminations",
        "uncounted",
    ] {
        expect(&report, cluster, check, "ok", &[]);
    }
    expect(
        &report,
        cluster,
        "statistics",
        "warning",
        &["S3_GW_COLLECT_STAT=1"],
    );
    expect(
        &report,
        cluster,
        "collected",
        "warning",
        &["never", "Start the service"],
    );
    expect(&report, cluster, "sampled", "warning", &["never"]);
    let text = doctor(&app.folder.path().join("config.toml"), &[]);
    let text = String::from_utf8(text.stdout).expect("text");
    assert!(
        text.contains("> S3_GW_COLLECT_STAT=1 in gw.conf turns it on.\n"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_cannot_be_used_is_told_fault_by_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "[clients.whmcs]\nsecret = \"short\"\n").expect("written");
    let report = report(&file);
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 2, "{report}");
    for (finding, key) in findings.iter().zip(["clients.whmcs.secret", "clusters"]) {
        assert_eq!(
            (&finding["level"], &finding["check"]),
            (&json!("error"), &json!("settings"))
        );
        assert!(finding["found"].to_string().contains(key), "{finding}");
        assert!(
            finding["mend"].to_string().contains("config.toml"),
            "{finding}"
        );
    }
    let report = self::report(&folder.path().join("nothing.toml"));
    expect(
        &report,
        "configuration",
        "settings",
        "error",
        &["nothing.toml cannot be read"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ledger_that_cannot_be_used_is_told_apart() {
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let folder = tempfile::tempdir().expect("a folder");
    let file = config_with_file(folder.path(), &simulator.endpoint());
    let ledger = folder.path().join("ledger.db");
    let missing = report(&file);
    expect(
        &missing,
        "ledger",
        "opens",
        "error",
        &["no ledger at", "ostor-bridge migrate"],
    );
    assert!(!ledger.exists(), "doctor makes nothing");
    // What needs no ledger is looked at all the same.
    expect(&missing, "cluster eu1", "permission", "ok", &[]);

    let url = format!("sqlite:{}", ledger.display());
    let open = async || {
        let url = url.clone().into();
        let ledger = Ledger::open(&url, Limits::default(), Clock::default()).await;
        ledger.expect("open")
    };
    let empty = open().await;
    let behind = report(&file);
    expect(
        &behind,
        "ledger",
        "schema",
        "warning",
        &["steps behind", "ostor-bridge migrate"],
    );
    assert_eq!(behind["ok"], true);

    empty.migrate().await.expect("a schema");
    expect(&report(&file), "ledger", "schema", "ok", &[]);
    let rows = sqlx::SqlitePool::connect(&url).await.expect("the ledger");
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'x', 1, x'00', 0)";
    sqlx::query(newer).execute(&rows).await.expect("inserted");
    let ahead = report(&file);
    expect(&ahead, "ledger", "schema", "error", &["newer program"]);
    let older = "DELETE FROM _sqlx_migrations WHERE version = 9999";
    sqlx::query(older).execute(&rows).await.expect("deleted");

    let writer = rows.begin_with("BEGIN IMMEDIATE").await.expect("a turn");
    let held = report(&file);
    expect(&held, "ledger", "writable", "error", &["locked"]);
    drop(writer);
    rows.close().await;
    empty.close().await;

    for file in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
        // The two others are gone with the last connection.
        let _ = std::fs::remove_file(folder.path().join(file));
    }
    std::fs::write(
        &ledger,
        "this is no database, whatever its name says ".repeat(100),
    )
    .expect("written");
    let broken = report(&file);
    expect(
        &broken,
        "ledger",
        "opens",
        "error",
        &["not a database", "database.url"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_a_cluster_from_being_used_is_told_apart() {
    for (fault, check, words) in [
        (Fault::Refused, "address", "curl -sI http://127.0.0.1:"),
        (Fault::Status(500), "answers", "clusters.eu1.endpoint"),
        (Fault::Html502Before, "answers", "clusters.eu1.endpoint"),
        (Fault::StalledBefore, "answers", "clusters.eu1.endpoint"),
    ] {
        let app = TestApp::spawn().await;
        app.simulator.inject_always(fault);
        expect(&of(&app), "cluster eu1", check, "error", &[words]);
    }
    let app = TestApp::spawn().await;
    app.simulator.advance(SignedDuration::from_mins(20));
    expect(&of(&app), "cluster eu1", "clock", "error", &["NTP"]);

    let app = TestApp::spawn().await;
    let file = app.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&file).expect("settings");
    let with_key = |id: &str, secret: &str| {
        let options = Options::default();
        let text = text.replace(&options.system_key, id);
        std::fs::write(&file, text.replace(&options.system_secret, secret)).expect("written");
        report(&file)
    };
    let wrong = with_key(&Options::default().system_key, "not the secret of it");
    expect(
        &wrong,
        "cluster eu1",
        "signature",
        "error",
        &["clusters.eu1.secret_key"],
    );
    assert!(!wrong.to_string().contains("not the secret of it"));
    let ordinary = app.simulator.add_user("ordinary@example.com", false);
    let (id, secret) = &ordinary.keys[0];
    let ordinary = with_key(id, secret);
    expect(
        &ordinary,
        "cluster eu1",
        "permission",
        "error",
        &["create-user -S"],
    );
    assert!(!ordinary.to_string().contains(secret));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clocks_quotas_and_statistics_that_are_off_are_warnings() {
    let (app, _) = began(SignedDuration::from_mins(5), "quotas=off").await;
    app.simulator
        .inject_always_at("GET", "ostor-usage", Fault::Status(500));
    let report = of(&app);
    assert_eq!(report["ok"], true);
    expect(
        &report,
        "cluster eu1",
        "clock",
        "warning",
        &["differ by", "NTP"],
    );
    expect(
        &report,
        "cluster eu1",
        "quotas",
        "warning",
        &["ostor-ctl add-acc"],
    );
    expect(
        &report,
        "cluster eu1",
        "statistics",
        "warning",
        &["cannot be read", "ostor-usage"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metering_that_stands_still_is_told_with_what_piles_up() {
    let ago = SignedDuration::from_hours(10);
    let (app, clock) = began(ago, "usage=on").await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    let collected = metering::collect(&app.services, "eu1", &|_| {}).await;
    collected.expect("collected");
    metering::sample(&app.services, "eu1")
        .await
        .expect("sampled");
    app.simulator.record(user, "photos", used());
    app.simulator.advance(ago);
    clock.set(Timestamp::now());
    let report = of(&app);
    assert_eq!(report["ok"], true);
    let cluster = "cluster eu1";
    expect(
        &report,
        cluster,
        "backlog",
        "warning",
        &["1 statistics objects", "usage collect"],
    );
    expect(&report, cluster, "collected", "warning", &["last read at"]);
    expect(&report, cluster, "sampled", "warning", &["last read at"]);
    // A page of names that breaks later is told, too.
    app.simulator
        .inject_at("GET", "ostor-usage", Fault::Status(404), 2);
    expect(&of(&app), cluster, "backlog", "warning", &["404"]);
    // What is set aside does not pile up, it is told for itself.
    let names = metering::backlog(
        &app.services.clusters["eu1"],
        &app.services.usage,
        Some(&app.services.ledger),
    );
    assert_eq!(names.await.expect("names").objects, 1);
    let page = app.services.clusters["eu1"]
        .gateway
        .statistics_page(None, None);
    let name = page.await.expect("a page").names.remove(0);
    let problem = [(name, "made up by a test".to_owned())];
    let aside = app.services.ledger.set_aside("eu1", clock.now(), &problem);
    aside.await.expect("set aside");
    let report = of(&app);
    expect(&report, cluster, "backlog", "ok", &[]);
    expect(
        &report,
        cluster,
        "uncounted",
        "warning",
        &["1 statistics objects", "usage report"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocked_terminations_are_told() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    app.simulator.add_object(user, "photos", "k", 1000);
    let purge = params(SERVICE, json!({ "policy": "purge" }));
    app.call("TerminateAccount", purge).await.expect("a job");
    let ledger = &app.services.ledger;
    let job = ledger
        .take_due_job("eu1")
        .await
        .expect("a look")
        .expect("a job");
    expect(&of(&app), "cluster eu1", "terminations", "ok", &[]);
    let blocked = Setback::Blocked { until: None };
    ledger
        .set_job_back(job.id, "made up by a test", blocked)
        .await
        .expect("recorded");
    let words = ["1 terminations are blocked", "jobs list --cluster eu1"];
    expect(&of(&app), "cluster eu1", "terminations", "warning", &words);
}
