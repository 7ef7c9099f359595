//! `GET /metrics`, and what is made of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::SignedDuration;
use ostor_bridge::clock::Clock;
use ostor_bridge::jobs;
use ostor_bridge::simulator::{Counters, Fault};
use serde_json::json;

use crate::docs::{read, rows};
use crate::support::ledger::is_mariadb;
use crate::support::{SERVICE, Setup, TestApp, create_params, full_plan, params};

/// A family as it is served or documented: its type and its labels.
type Families = BTreeMap<String, (String, BTreeSet<String>)>;

async fn text(app: &TestApp) -> String {
    let url = format!("{}/metrics", app.caller.base);
    let response = app.caller.http.get(url).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    let kind = response.headers()["content-type"].to_str().expect("text");
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    response.text().await.expect("a whole answer")
}

/// The value of a series, which is written as it is served.
fn value(text: &str, series: &str) -> Option<f64> {
    let line = text.lines().find_map(|line| line.strip_prefix(series))?;
    line.trim().parse().ok()
}

fn labels(sample: &str) -> BTreeSet<String> {
    let inside = sample.split_once('{').map(|(_, rest)| rest);
    let pairs = inside.map_or("", |rest| rest.rsplit_once('}').expect("an end").0);
    let names = pairs.split("\",").filter_map(|pair| pair.split_once('='));
    names
        .map(|(name, _)| name.to_owned())
        .filter(|name| name != "le")
        .collect()
}

fn served(text: &str) -> Families {
    let mut families = Families::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a type");
            current = name.to_owned();
            let before = families.insert(current.clone(), (kind.to_owned(), BTreeSet::new()));
            assert_eq!(before, None, "{name} is there twice");
        } else if !line.starts_with('#') {
            assert!(line.starts_with(&current), "{line}");
            let family = families.get_mut(&current).expect("a type before samples");
            family.1.extend(labels(line));
        }
    }
    families
}

fn documented() -> Families {
    let rows = rows("docs/observability/README.md").into_iter();
    rows.filter(|row| row[0].starts_with("ostor_bridge_") || row[0].starts_with("process_"))
        .map(|row| {
            let names = row[2].replace('`', "");
            let names = names.split(',').map(|name| name.trim().to_owned());
            let names = names.filter(|name| !name.is_empty()).collect();
            (row[0].clone(), (row[1].clone(), names))
        })
        .collect()
}

/// Calls, failures and jobs of every kind.
async fn eventful() -> (TestApp, jobs::Jobs) {
    let clock = Clock::default();
    let app = Setup {
        cluster: "timeout = \"1s\"\nmax_parallel = 1".into(),
        clock: clock.clone(),
        ..Setup::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, full_plan()).await;
    let user = made["user_id"].as_str().expect("an id");
    let used = Counters {
        get: 5,
        ..Counters::default()
    };
    app.simulator.record(user, "photos", used);
    app.simulator.add_object(user, "photos", "k", 1000);
    app.simulator
        .inject_at("GET", "ostor-users", Fault::Status(503), 1);
    let state = app.call("AccountState", params(SERVICE, json!({}))).await;
    state.expect("repeated");
    for method in ["Made.Up", "made.up", "x"] {
        app.call(method, json!({})).await.expect_err("no method");
    }
    assert_eq!(app.caller.post("[").await.0, 200);
    assert_eq!(app.caller.post_with("{}", "").await.0, 401);
    assert_eq!(app.caller.post_with("{}", "Bearer x.y.z").await.0, 401);
    app.simulator.inject_always(Fault::StalledBefore);
    let call = || app.call("TestConnection", json!({ "cluster": "eu1" }));
    let (one, two, three, four) = tokio::join!(call(), call(), call(), call());
    for answer in [one, two, three, four] {
        answer.expect_err("a gateway that is silent");
    }
    app.simulator.clear_faults();
    let purge = params(SERVICE, json!({ "policy": "purge" }));
    app.call("TerminateAccount", purge).await.expect("a job");
    app.simulator.advance(SignedDuration::from_hours(3));
    clock.set(app.simulator.now());
    let jobs = jobs::start(&app.services);
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !app.users().is_empty()
        || value(
            &text(&app).await,
            "ostor_bridge_traffic_lag_seconds{cluster=\"eu1\"}",
        )
        .is_none()
        || value(
            &text(&app).await,
            "ostor_bridge_purge_attempts_total{cluster=\"eu1\",outcome=\"success\"}",
        )
        .is_none()
    {
        assert!(
            tokio::time::Instant::now() < deadline,
            "{}",
            text(&app).await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    (app, jobs)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_is_what_is_documented() {
    let (app, jobs) = eventful().await;
    app.caller.get("/healthz").await;
    let text = text(&app).await;
    let (served, documented) = (served(&text), documented());
    assert!(documented.len() > 20, "{documented:?}");
    assert_eq!(served, documented, "{text}");
    for (series, least, most) in [
        (
            "ostor_bridge_rpc_calls_total{method=\"CreateAccount\",outcome=\"success\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_rpc_calls_total{method=\"unknown\",outcome=\"method_not_found\"}",
            3.0,
            3.0,
        ),
        (
            "ostor_bridge_rpc_calls_total{method=\"none\",outcome=\"parse_error\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_rpc_call_duration_seconds_count{method=\"TestConnection\"}",
            4.0,
            4.0,
        ),
        (
            "ostor_bridge_http_responses_total{path=\"/rpc\",status=\"401\"}",
            2.0,
            2.0,
        ),
        (
            "ostor_bridge_refused_tokens_total{reason=\"no_bearer_token\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_refused_tokens_total{reason=\"not_a_token_of_ours\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_gateway_requests_total{cluster=\"eu1\",call=\"PUT ostor-users\",outcome=\"success\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_gateway_requests_total{cluster=\"eu1\",call=\"GET ostor-users\",outcome=\"unavailable\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_gateway_requests_total{cluster=\"eu1\",call=\"GET ostor-users\",outcome=\"no_answer\"}",
            1.0,
            12.0,
        ),
        (
            "ostor_bridge_gateway_retries_total{cluster=\"eu1\",call=\"GET ostor-users\"}",
            2.0,
            13.0,
        ),
        (
            "ostor_bridge_gateway_full_total{cluster=\"eu1\"}",
            1.0,
            12.0,
        ),
        (
            "ostor_bridge_job_runs_total{kind=\"collect\",cluster=\"eu1\",outcome=\"success\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_statistics_objects_due{cluster=\"eu1\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_statistics_objects_done{cluster=\"eu1\"}",
            1.0,
            1.0,
        ),
        (
            "ostor_bridge_traffic_lag_seconds{cluster=\"eu1\"}",
            1500.0,
            7200.0,
        ),
        (
            "ostor_bridge_sizes_lag_seconds{cluster=\"eu1\"}",
            -5.0,
            60.0,
        ),
        (
            "ostor_bridge_purge_jobs{cluster=\"eu1\",state=\"queued\"}",
            0.0,
            0.0,
        ),
        ("ostor_bridge_ledger_up", 1.0, 1.0),
        ("process_open_fds", 5.0, 10_000.0),
        ("process_resident_memory_bytes", 1e6, 1e10),
    ] {
        let found = value(&text, series);
        assert!(
            found.is_some_and(|found| (least..=most).contains(&found)),
            "{series} is {found:?}, not {least} to {most}: {text}"
        );
    }
    let success =
        "ostor_bridge_job_last_success_timestamp_seconds{kind=\"collect\",cluster=\"eu1\"}";
    let now = app.services.clock.now().as_second();
    let ago = now as f64 - value(&text, success).expect("a time");
    assert!((-2.0..60.0).contains(&ago), "{ago}");
    for made_up in ["Made.Up", "made.up", "\"x\"", "customer@", "photos"] {
        assert!(!text.contains(made_up), "{made_up} is in {text}");
    }
    jobs.stop().await;
}

#[tokio::test]
async fn without_a_ledger_the_other_figures_are_served() {
    let app = TestApp::spawn().await;
    app.create(1, json!({})).await;
    assert!(text(&app).await.contains("ostor_bridge_purge_jobs"));
    app.services.ledger.close().await;
    app.call("CreateAccount", create_params(2, json!({})))
        .await
        .expect_err("no ledger");
    let text = text(&app).await;
    assert_eq!(value(&text, "ostor_bridge_ledger_up"), Some(0.0));
    assert!(!text.contains("ostor_bridge_purge_jobs"), "{text}");
    // On a server the token is spent first, so there it does not come to a call.
    let failed = match is_mariadb() {
        false => {
            "ostor_bridge_rpc_calls_total{method=\"CreateAccount\",outcome=\"ledger_unavailable\"}"
        }
        true => "ostor_bridge_http_responses_total{path=\"/rpc\",status=\"503\"}",
    };
    assert_eq!(value(&text, failed), Some(1.0), "{text}");
}

#[tokio::test]
async fn paths_that_callers_make_up_make_no_series() {
    let app = TestApp::spawn().await;
    for path in ["/a", "/b/c", "/rpc/x", "/metrics?x=1"] {
        let url = format!("{}{path}", app.caller.base);
        app.caller.http.get(url).send().await.expect("an answer");
    }
    let text = text(&app).await;
    let series = text
        .lines()
        .filter(|line| line.starts_with("ostor_bridge_http_responses_total{"));
    let series: Vec<&str> = series.collect();
    assert_eq!(
        value(
            &text,
            "ostor_bridge_http_responses_total{path=\"other\",status=\"404\"}"
        ),
        Some(3.0),
        "{text}"
    );
    assert_eq!(series.len(), 2, "{series:?}");
}

/// Names of metrics in expressions of rules and dashboard.
fn used(page: &str) -> BTreeSet<String> {
    let text = read(page);
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let names =
        words.filter(|word| word.starts_with("ostor_bridge_") || word.starts_with("process_"));
    names.map(str::to_owned).collect()
}

#[test]
fn rules_and_dashboard_use_what_is_served() {
    let families = documented();
    for page in [
        "docs/observability/alerts.yml",
        "docs/observability/dashboard.json",
    ] {
        let used = used(page);
        assert!(used.len() > 8, "{page}: {used:?}");
        for name in used {
            let base = ["_bucket", "_sum", "_count"]
                .iter()
                .find_map(|end| name.strip_suffix(end))
                .unwrap_or(&name);
            let kind = families.get(base).map(|(kind, _)| kind.as_str());
            let fits = match kind {
                Some("histogram") => name != base,
                Some(_) => name == base,
                None => false,
            };
            assert!(fits, "{page} uses {name}, which nobody serves");
        }
    }
}

#[test]
fn every_alert_says_what_it_is_and_what_to_do() {
    let text = read("docs/observability/alerts.yml");
    let alerts: Vec<&str> = text.split("- alert: ").skip(1).collect();
    assert!(alerts.len() >= 10, "{}", alerts.len());
    for alert in alerts {
        for part in ["expr:", "severity: ", "summary: ", "description: "] {
            assert!(alert.contains(part), "{part} is missing: {alert}");
        }
    }
}
