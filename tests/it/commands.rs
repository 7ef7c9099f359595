//! The binary as users run it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use ostor_bridge::simulator::{Fault, Options, Simulator};
use serde_json::{Value, json};

use crate::support::ledger::{self, Look, is_mariadb};
use crate::support::{CLIENT, Caller, SECRET, create_params};

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ostor-bridge"));
    command.env_remove("OSTOR_BRIDGE_CONFIG");
    command
}

fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A process that prints its address; ended when dropped.
pub struct Serving {
    child: Child,
    pub base: String,
}

impl Serving {
    pub fn start(command: &mut Command) -> Self {
        Self::start_with_log(command, Stdio::null())
    }

    pub fn start_with_log(command: &mut Command, log: Stdio) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("printed {line:?}"));
        Self {
            base: format!("http://{address}"),
            child,
        }
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .expect("kill runs")
                .success()
        );
    }
}

impl Serving {
    /// Ends it in order, and waits until it has.
    pub async fn end(&mut self) {
        self.terminate();
        self.ended().await;
    }

    /// Waits until it has ended well.
    async fn ended(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                break status;
            }
            assert!(Instant::now() < deadline, "still running after SIGTERM");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(status.success(), "{status}");
    }

    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Settings with the ledger of the folder.
pub fn config(folder: &Path, endpoint: &str) -> PathBuf {
    config_with(folder, &ledger::url(folder), endpoint)
}

/// Settings with a ledger in a file of the folder, whatever the others have.
pub fn config_with_file(folder: &Path, endpoint: &str) -> PathBuf {
    let url = format!("sqlite:{}", folder.join("ledger.db").display());
    config_with(folder, &url, endpoint)
}

fn config_with(folder: &Path, url: &str, endpoint: &str) -> PathBuf {
    let options = Options::default();
    let file = folder.join("config.toml");
    let text = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{url}\"\nlease = \"2s\"\n[clients.{CLIENT}]\nsecret = \"{SECRET}\"\n\
         [clusters.eu1]\nendpoint = \"{endpoint}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
        options.system_key, options.system_secret,
    );
    std::fs::write(&file, text).expect("the configuration is written");
    file
}

#[test]
fn the_demo_plays_the_whole_life_and_ends() {
    let output = run(&["demo", "--once"]);
    let out = text(&output.stdout);
    assert!(output.status.success(), "{out}\n{}", text(&output.stderr));
    for word in [
        "CreateAccount",
        "SuspendAccount",
        "UnsuspendAccount",
        "ChangePackage",
        "TerminateAccount",
        "403",
        "Done",
    ] {
        assert!(out.contains(word), "{word} is missing in:\n{out}");
    }
    let ledger = out
        .lines()
        .find_map(|line| line.strip_prefix("ledger"))
        .expect("the ledger's place")
        .trim()
        .to_owned();
    assert!(!Path::new(&ledger).exists(), "{ledger} was left behind");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_answers_and_finishes_calls_under_way_when_told_to_stop() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let file = config(folder.path(), &simulator.endpoint());
    let mut serving = Serving::start(program().args(["serve", "--config"]).arg(&file));
    let caller = Caller::new(&serving.base);
    assert_eq!(caller.get("/readyz").await.0, 200);

    simulator.inject_always(Fault::Slow(Duration::from_millis(150)));
    let call = tokio::spawn(async move {
        caller
            .call("CreateAccount", create_params(1, json!({ "quota_gb": 5 })))
            .await
    });
    // What the service does by itself only reads.
    while simulator.calls().iter().all(|call| call.method == "GET") {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    serving.terminate();
    let made = call
        .await
        .expect("no panic")
        .expect("the call under way was answered");
    assert_eq!(made["created"], true);
    serving.ended().await;
}

/// Fails when a load balancer sends calls to a service that takes no more, or has no time to notice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn serve_says_that_it_ends_before_it_takes_no_more_calls() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let file = config(folder.path(), &simulator.endpoint());
    let mut serve = program();
    serve.args(["serve", "--config"]).arg(&file);
    let mut serving = Serving::start(serve.env("OSTOR_BRIDGE__SERVER__DRAIN_DELAY", "5s"));
    let caller = Caller::new(&serving.base);
    assert_eq!(caller.get("/readyz?for=balancer").await.0, 200);
    serving.terminate();
    let told = Instant::now();
    let report = loop {
        let (status, report) = caller.get("/readyz?for=balancer").await;
        if status == 503 {
            break report;
        }
        assert!(told.elapsed() < Duration::from_secs(3), "{report}");
    };
    assert_eq!(
        (&report["draining"], &report["ready"]),
        (&json!(true), &json!(false))
    );
    let made = caller
        .call("CreateAccount", create_params(1, json!({})))
        .await;
    assert_eq!(made.expect("calls are still taken")["created"], true);
    let status = tokio::task::spawn_blocking(move || serving.child.wait().expect("a status"));
    assert!(status.await.expect("no panic").success());
    assert!(
        told.elapsed() >= Duration::from_secs(5),
        "it ended too early"
    );
}

#[tokio::test]
async fn a_minted_token_is_taken_by_a_service_from_the_environment_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let options = Options::default();
    let environment = [
        ("OSTOR_BRIDGE__SERVER__LISTEN", "127.0.0.1:0".to_owned()),
        ("OSTOR_BRIDGE__DATABASE__URL", ledger::url(folder.path())),
        (
            "OSTOR_BRIDGE__CLIENTS__SHOP__SECRET",
            "1234567890123456789012345678901234567890".to_owned(),
        ),
        (
            "OSTOR_BRIDGE__CLIENTS__SHOP__SCOPES",
            "provision, usage".to_owned(),
        ),
        (
            "OSTOR_BRIDGE__CLUSTERS__EU1__ENDPOINT",
            simulator.endpoint(),
        ),
        (
            "OSTOR_BRIDGE__CLUSTERS__EU1__ACCESS_KEY",
            options.system_key,
        ),
        (
            "OSTOR_BRIDGE__CLUSTERS__EU1__SECRET_KEY",
            options.system_secret,
        ),
        ("OSTOR_BRIDGE__CLUSTERS__EU1__MAX_PARALLEL", "2".to_owned()),
    ];
    let serving = Serving::start(program().arg("serve").envs(environment.clone()));
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"TestConnection","params":{"cluster":"eu1"}}"#;
    let mut mint = program()
        .args(["token", "--client", "shop"])
        .envs(environment)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    mint.stdin
        .take()
        .expect("a pipe")
        .write_all(body.as_bytes())
        .expect("written");
    let minted = mint.wait_with_output().expect("output");
    let token = text(&minted.stdout);
    let (status, answer) = Caller::new(&serving.base)
        .post_with(body, &format!("Bearer {}", token.trim()))
        .await;
    assert_eq!(
        (status, &answer.expect("an answer")["result"]["ok"]),
        (200, &json!(true))
    );
}

#[tokio::test]
async fn the_simulator_runs_alone_and_shows_its_state() {
    let serving = Serving::start(program().args([
        "simulate",
        "--listen",
        "127.0.0.1:0",
        "--system-key",
        "0123456789abcdefTEST",
        "--system-secret",
        "s",
        "--clock",
        "2030-01-01T00:00:00Z",
    ]));
    let http = Caller::new(&serving.base).http;
    let get = |path: &str| http.get(format!("{}{path}", serving.base)).send();
    let response = get("/?ostor-users").await.expect("an answer");
    let date = response.headers()["date"]
        .to_str()
        .expect("text")
        .to_owned();
    assert_eq!(response.status(), 403, "an unsigned call");
    assert!(date.contains("01 Jan 2030"), "{date}");
    let response = get("/_simulator/state").await.expect("an answer");
    let state: Value =
        serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
    assert_eq!(state["users"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_configuration_that_cannot_be_used_stops_the_start_with_sentences() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    std::fs::write(&file, "[clients.whmcs]\nsecret = \"short\"\n[clusters.eu1]\nendpoint = \"ftp://x\"\naccess_key = \"k\"\nsecret_key = \"s\"\n").expect("written");
    let output = program()
        .args(["serve", "--config"])
        .arg(&file)
        .output()
        .expect("the binary runs");
    let error = text(&output.stderr);
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    for words in [
        "clients.whmcs.secret",
        "OSTOR_BRIDGE__CLIENTS__WHMCS__SECRET",
        "clusters.eu1.endpoint",
    ] {
        assert!(error.contains(words), "{error}");
    }
    assert!(!folder.path().join("ostor-bridge.db").exists());
}

#[test]
fn an_address_in_use_is_an_error_that_names_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address");
    let folder = tempfile::tempdir().expect("a folder");
    let file = config(folder.path(), "http://127.0.0.1:1");
    let output = program()
        .args(["serve", "--config"])
        .arg(&file)
        .env("OSTOR_BRIDGE__SERVER__LISTEN", address.to_string())
        .output()
        .expect("the binary runs");
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).contains(&address.to_string()),
        "{}",
        text(&output.stderr)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn healthcheck_tells_a_service_that_is_well_from_one_that_is_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let file = config(folder.path(), &simulator.endpoint());
    let mut serving = Serving::start(program().args(["serve", "--config"]).arg(&file));
    let address = serving.base["http://".len()..].to_owned();
    let check = |url: Option<String>| {
        let mut command = program();
        command.args(["healthcheck", "--timeout", "10s", "--config"]);
        command.arg(&file).args(url);
        command.env("OSTOR_BRIDGE__SERVER__LISTEN", &address);
        command.output().expect("the binary runs")
    };
    let ready = Some(format!("{}/readyz", serving.base));
    for url in [None, ready.clone()] {
        let output = check(url);
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(output.stdout.is_empty());
    }

    let error = text(&check(Some(format!("{}/nowhere", serving.base))).stderr);
    assert!(error.contains("/nowhere answers 404"), "{error}");
    let error = text(&check(Some("https://127.0.0.1:1/".to_owned())).stderr);
    assert!(error.contains("http://"), "{error}");
    serving.kill();
    for url in [None, ready] {
        let output = check(url);
        assert_eq!(output.status.code(), Some(1));
        let error = text(&output.stderr);
        assert!(
            error.contains("no answer from") && error.contains(&address),
            "{error}"
        );
    }
}

#[test]
fn healthcheck_waits_for_an_answer_no_longer_than_it_is_told() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!(
        "http://{}/healthz",
        silent.local_addr().expect("an address")
    );
    let output = run(&["healthcheck", "--timeout", "200ms", &url]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.contains("no answer from") && error.contains("timed out"),
        "{error}"
    );
}

#[tokio::test]
async fn two_services_never_work_on_one_ledger() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = config_with_file(folder.path(), "http://127.0.0.1:1");
    let serve = || {
        let mut command = program();
        command.args(["serve", "--config"]).arg(&file);
        command
    };
    let mut first = Serving::start(&mut serve());
    let second = serve().output().expect("the binary runs");
    assert!(!second.status.success());
    let error = text(&second.stderr);
    assert!(
        error.contains("works on the ledger") && error.contains("ledger.db"),
        "{error}"
    );
    first.kill();
    Serving::start(&mut serve());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_ends_it_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let file = config(folder.path(), &simulator.endpoint());
    let mut serving = Serving::start(program().args(["serve", "--config"]).arg(&file));
    simulator.inject_always(Fault::StalledAfter);
    let caller = Caller::new(&serving.base);
    let call = tokio::spawn(async move {
        caller
            .try_call("CreateAccount", create_params(1, json!({})))
            .await
    });
    // The service's own jobs call, too.
    let about_a_user = |call: &ostor_bridge::simulator::Call| {
        call.query.iter().any(|(name, _)| name == "emailAddress")
    };
    while !simulator.calls().iter().any(about_a_user) {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    serving.terminate();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(serving.child.try_wait().expect("a status").is_none());
    serving.terminate();
    let status = tokio::task::spawn_blocking(move || serving.child.wait().expect("a status"))
        .await
        .expect("no panic");
    assert_eq!(status.code(), Some(1));
    // Whether it still got an answer is chance; that it is over is not.
    let _ = call.await.expect("no panic");
}

#[test]
fn migrate_makes_the_ledger_and_may_be_repeated() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = config_with_file(folder.path(), "http://127.0.0.1:1");
    for _ in 0..2 {
        let output = program()
            .args(["migrate", "--config"])
            .arg(&file)
            .output()
            .expect("the binary runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    assert!(folder.path().join("ledger.db").exists());
}

#[test]
fn an_unknown_client_is_named_when_a_token_is_asked_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = config(folder.path(), "http://127.0.0.1:1");
    let output = program()
        .args(["token", "--client", "nobody", "--config"])
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .expect("the binary runs");
    assert!(!output.status.success());
    assert!(
        text(&output.stderr).contains("nobody"),
        "{}",
        text(&output.stderr)
    );
}

#[tokio::test]
async fn the_log_cannot_be_forged_or_flooded_and_tells_what_the_ledger_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let config = config(folder.path(), &simulator.endpoint());
    let log = folder.path().join("log");
    let file = std::fs::File::create(&log).expect("a log");
    let serving = Serving::start_with_log(
        program()
            .env("OSTOR_BRIDGE_LOG", "warn")
            .args(["serve", "--config"])
            .arg(&config),
        file.into(),
    );
    let caller = Caller::new(&serving.base);

    let error = caller
        .call("TestConnection", json!({ "x\nFORGED": 1 }))
        .await
        .expect_err("an unknown parameter");
    assert_eq!(error.reason, "invalid_params");
    let long = format!("{}{}", "x".repeat(63), "é".repeat(5000));
    let error = caller.call(&long, json!({})).await.expect_err("no method");
    assert_eq!(error.reason, "method_not_found");

    let unknown = json!({ "cluster": "c".repeat(5000), "service_id": 7 });
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "AccountState", "params": unknown },
        { "jsonrpc": "2.0", "id": 2, "method": "AccountState", "params": { "cluster": "eu1", "service_id": 8 } },
    ]);
    let (status, _) = caller.post(&batch.to_string()).await;
    assert_eq!(status, 200);

    let ledger = Look::into(folder.path()).await;
    ledger.execute("DROP TABLE operations").await;
    let error = caller
        .call("CreateAccount", create_params(1, json!({})))
        .await
        .expect_err("a broken ledger");
    assert_eq!(error.reason, "ledger_unavailable");

    let log = std::fs::read_to_string(log).expect("the log");
    assert!(log.contains("call failed"), "{log}");
    assert!(!log.lines().any(|line| line.starts_with("FORGED")), "{log}");
    assert!(log.lines().all(|line| line.len() < 1500), "{log}");
    let second = log
        .lines()
        .find(|line| line.contains("service_id=8"))
        .expect("the second call of the batch");
    assert!(!second.contains("service_id=7"), "{second}");
    let failed = log.lines().filter(|line| line.contains("call failed"));
    for line in failed {
        assert!(line.contains("request_id="), "{line}");
    }
    let cause = match is_mariadb() {
        true => "operations' doesn't exist",
        false => "no such table: operations",
    };
    assert!(log.contains(cause), "{log}");
}
