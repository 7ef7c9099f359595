//! Planted secrets appear nowhere but where they are meant to be: one run of everything, healthy
//! and failing, at the most talkative log level.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ostor_bridge::config::LogFormat;
use ostor_bridge::simulator::{Fault, Options};
use ostor_bridge::telemetry;
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::ledger::contents;
use crate::support::{SECRET, SERVICE, Setup, TestApp, create_params, full_plan, params};

const SYSTEM_SECRET: &str = "canarySystemSecretCanarySystemSecret0000";

/// Id of the first request; every line about it must carry it.
const REQUEST: &str = "from-whmcs-1";

/// The log of this process, from all threads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("not poisoned")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn files(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.file_name().is_some_and(|name| name != "config.toml") {
            bytes.extend(std::fs::read(path).expect("a file"));
        }
    }
    bytes
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes
        .windows(secret.len())
        .any(|window| window == secret.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_stay_where_they_belong() {
    let (log, json_log) = (Log::default(), Log::default());
    tracing_subscriber::registry()
        .with(LevelFilter::TRACE)
        .with(telemetry::lines(LogFormat::Text, log.clone(), false))
        .with(telemetry::lines(LogFormat::Json, json_log.clone(), false))
        .init();

    let app = Setup {
        simulator: Options {
            system_secret: SYSTEM_SECRET.into(),
            ..Options::default()
        },
        ..Default::default()
    }
    .spawn()
    .await;
    let made = app
        .caller
        .call_with_id(
            REQUEST,
            "CreateAccount",
            create_params(SERVICE, full_plan()),
        )
        .await
        .expect("created");
    let customer_secret = made["secret_access_key"].as_str().expect("text").to_owned();
    // What the customer makes and looks at is answered once, and nowhere else after that.
    let mut secrets = Vec::new();
    for (method, more) in [
        ("RotateKeys", json!({})),
        ("CreateSubAccount", json!({ "name": "app", "most": 3 })),
        ("RotateKeys", json!({ "sub_account": "app" })),
    ] {
        let answer = app.call(method, params(SERVICE, more)).await;
        let answer = answer.expect(method);
        secrets.push(
            answer["secret_access_key"]
                .as_str()
                .expect("text")
                .to_owned(),
        );
    }
    let shown = app.call("ShowKeys", params(SERVICE, json!({}))).await;
    let shown = shown.expect("a look").to_string();
    assert!(shown.contains(&customer_secret) && shown.contains(&secrets[0]));
    let sub_account = json!({ "sub_account": "app" });
    assert_eq!(app.s3(&made, "PUT", "/a-bucket-of-mine").await, 200);
    let mut answers = String::new();
    let calls = [
        ("ClientArea", json!({ "timezone": "UTC" })),
        ("RotateKeys", json!({})),
        ("RotateKeys", sub_account),
        (
            "RevokeKey",
            json!({ "access_key_id": made["access_key_id"] }),
        ),
        ("CreateSubAccount", json!({ "name": "app", "most": 3 })),
        ("AccountState", json!({})),
        ("TestConnection", json!({})),
        ("SuspendAccount", json!({ "reason": "Overdue on Payment" })),
        ("UnsuspendAccount", json!({})),
        ("ChangePackage", json!({ "plan": {} })),
        ("TerminateAccount", json!({ "policy": "refuse" })),
    ];
    for fault in [
        None,
        Some(Fault::Refused),
        Some(Fault::CutMidAnswer),
        Some(Fault::Status(500)),
        Some(Fault::BrokenBody),
        Some(Fault::EmptyOk),
        Some(Fault::Html502After),
    ] {
        if let Some(fault) = fault {
            app.simulator.inject_always(fault);
        }
        for (method, more) in &calls {
            let mut call = params(SERVICE, more.clone());
            if *method == "TestConnection" {
                call = json!({ "cluster": "eu1" });
            }
            answers += &format!("{:?}", app.call(method, call).await);
        }
        answers += &format!(
            "{:?}",
            app.call("CreateAccount", create_params(2, json!({})))
                .await
                .err()
        );
        app.simulator.clear_faults();
    }
    // The key pair that a purge makes for itself.
    let user = |app: &TestApp| {
        let mut users = app.users().into_iter();
        users.find(|user| made["user_id"] == user.id.as_str())
    };
    let before = user(&app).expect("the user").keys;
    let purge = params(SERVICE, json!({ "policy": "purge" }));
    answers += &format!("{:?}", app.call("TerminateAccount", purge).await);
    app.simulator
        .inject_always(Fault::Slow(Duration::from_millis(30)));
    let watch = async {
        let mut seen = BTreeSet::new();
        while let Some(user) = user(&app) {
            seen.extend(user.keys);
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        seen
    };
    let (mut seen, _) = tokio::join!(watch, crate::purge::work_off(&app));
    app.simulator.clear_faults();
    seen.retain(|pair| !before.contains(pair));
    let (_, of_job) = seen.pop_first().expect("the purge made no key pair");
    answers += &format!(
        "{:?}",
        app.call("jobs.list", json!({ "cluster": "eu1" })).await
    );
    let debug = format!(
        "{:?} {:?}",
        app.services,
        ostor_bridge::config::Config::load(Some(&app.folder.path().join("config.toml")), [])
    );
    let metrics = app.caller.http.get(format!("{}/metrics", app.caller.base));
    let metrics = metrics.send().await.expect("an answer").bytes().await;
    let metrics = metrics.expect("a whole answer");
    assert!(holds(&metrics, "ostor_bridge_rpc_calls_total"));
    let (_simulator, folder) = app.stop().await;

    let log = log.0.lock().expect("not poisoned").clone();
    let text = String::from_utf8_lossy(&log).into_owned();
    // Other tests of this process write into the same log.
    let created = text
        .lines()
        .find(|line| {
            line.contains("gateway call")
                && line.contains("PUT ostor-users")
                && line.contains(REQUEST)
        })
        .expect("the gateway call is in the log with the caller's request id");
    for words in ["service_id=42", "gateway_request_id"] {
        assert!(created.contains(words), "{words} is not in: {created}");
    }
    let json_log = json_log.0.lock().expect("not poisoned").clone();
    let made = json_log.split(|byte| *byte == b'\n').find(|line| {
        holds(line, "\"call\":\"PUT ostor-users\"")
            && holds(line, &format!("\"request_id\":\"{REQUEST}\""))
    });
    let made = made.expect("the same call as JSON");
    serde_json::from_slice::<serde_json::Value>(made).expect("JSON");
    let mut ledger = files(folder.path());
    ledger.extend(contents(folder.path()).await.into_bytes());
    assert!(
        holds(&log, "call succeeded") && holds(&log, "call failed"),
        "the log was not captured"
    );
    assert!(
        holds(&ledger, "whmcs-42@ostor-bridge.invalid"),
        "the ledger was not read"
    );
    for (what, secret) in [
        ("the system user's secret", SYSTEM_SECRET),
        ("the client's secret", SECRET),
        ("the customer's S3 secret", customer_secret.as_str()),
        ("a new S3 secret", secrets[0].as_str()),
        ("a sub-account's S3 secret", secrets[1].as_str()),
        ("a sub-account's new S3 secret", secrets[2].as_str()),
        ("the purge's S3 secret", of_job.as_str()),
    ] {
        assert!(!holds(&log, secret), "{what} is in the log");
        assert!(!holds(&json_log, secret), "{what} is in the log as JSON");
        assert!(!holds(&metrics, secret), "{what} is in the metrics");
        assert!(!holds(&ledger, secret), "{what} is in the ledger");
        assert!(!holds(answers.as_bytes(), secret), "{what} is in an answer");
        assert!(
            !holds(debug.as_bytes(), secret),
            "{what} is in debug output"
        );
    }
}
