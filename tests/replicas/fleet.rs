//! Replicas of the service, the binary as users run it, over one ledger and one gateway.

#![allow(dead_code, reason = "not every binary of tests needs all of it")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ostor_bridge::clock::Clock;
use ostor_bridge::http::mint;
use ostor_bridge::metrics::Metrics;
use ostor_bridge::ostor::{Client, Settings, Signature};
use ostor_bridge::simulator::{Options, Simulator};
use serde_json::{Value, json};
use tempfile::TempDir;

/// Name of the WHMCS installation.
pub const CLIENT: &str = "whmcs";

/// Its secret.
pub const SECRET: &str = "a secret of tests, long enough for all";

/// Name of the cluster.
pub const CLUSTER: &str = "eu1";

/// Gateway and settings that the replicas share.
pub struct Fleet {
    pub simulator: Simulator,
    folder: TempDir,
    /// More lines of the configuration, sections and all.
    sections: String,
}

impl Fleet {
    /// Starts the gateway.
    pub async fn start(options: Options, sections: &str) -> Self {
        let simulator = Simulator::start(options).await.expect("a free port");
        Self {
            simulator,
            folder: tempfile::tempdir().expect("a folder"),
            sections: sections.to_owned(),
        }
    }

    /// Makes the schema of the ledger at `url`.
    pub fn migrate(&self, url: &str) {
        let output = self.program("migrate", url).output();
        let output = output.expect("the binary runs");
        assert!(output.status.success(), "{output:?}");
    }

    /// Starts a replica over the ledger at `url`. Its log is in the file `NAME.log`.
    pub fn serve(&self, url: &str, name: &str) -> Replica {
        let log = self.folder.path().join(format!("{name}.log"));
        let append = || {
            std::fs::File::options()
                .create(true)
                .append(true)
                .open(&log)
        };
        let mut child = self
            .program("serve", url)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(append().expect("a file for the log"))
            .spawn()
            .expect("the binary runs");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line.trim().strip_prefix("listening on ");
        let address = address.unwrap_or_else(|| panic!("{line:?}, {}", read(&log)));
        Replica {
            base: format!("http://{address}"),
            log,
            child,
        }
    }

    fn program(&self, command: &str, url: &str) -> Command {
        let options = Options::default();
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n\
             [clients.{CLIENT}]\nsecret = \"{SECRET}\"\nscopes = [\"provision\", \"usage\", \"admin\"]\n\
             [clusters.{CLUSTER}]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\ntimeout = \"3s\"\n{}\n",
            self.simulator.endpoint(),
            options.system_key,
            options.system_secret,
            self.sections,
        );
        let file = self.folder.path().join("config.toml");
        std::fs::write(&file, text).expect("the configuration is written");
        let mut program = Command::new(env!("CARGO_BIN_EXE_ostor-bridge"));
        program
            .args([command, "--config"])
            .arg(&file)
            .env_remove("OSTOR_BRIDGE_CONFIG")
            .env("OSTOR_BRIDGE__DATABASE__URL", url);
        program
    }

    /// The gateway, for somebody else than the replicas.
    pub fn gateway(&self) -> Client {
        let options = Options::default();
        let settings = Settings {
            cluster: CLUSTER.to_owned(),
            endpoint: self.simulator.endpoint().parse().expect("an address"),
            access_key: options.system_key,
            secret_key: options.system_secret.into(),
            signature: Signature::V2,
            region: "us-east-1".to_owned(),
            timeout: Duration::from_secs(10),
            max_parallel: 1,
            clock: Clock::default(),
            metrics: Metrics::default(),
        };
        Client::new(settings).expect("a client")
    }

    /// S3 users that belong to services: with their address, or all that were made for one.
    pub fn users_of(&self, service: u64) -> Vec<ostor_bridge::simulator::UserView> {
        let address = format!("{CLIENT}-{service}@ostor-bridge.invalid");
        let mut users = self.simulator.users();
        users.retain(|user| user.email == address);
        users
    }
}

fn read(log: &Path) -> String {
    std::fs::read_to_string(log).unwrap_or_default()
}

/// One process.
pub struct Replica {
    pub base: String,
    log: PathBuf,
    child: Child,
}

impl Replica {
    /// Ends it at once, as a power cut would.
    pub fn kill(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Stops it in the middle of whatever it does, until [`Replica::resume`].
    pub fn pause(&self) {
        self.signal("-STOP");
    }

    pub fn resume(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Whether a lease's holder is this one: it ends in the number of its process.
    pub fn is_called(&self, holder: &str) -> bool {
        let pid = self.child.id().to_string();
        holder.rsplit_once(':').is_some_and(|(_, last)| last == pid)
    }

    /// All it has logged so far, and whoever had its name before it.
    pub fn log(&self) -> String {
        read(&self.log)
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Waits, not for ever.
pub async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(100);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// An error of the endpoint.
#[derive(Clone, Debug)]
pub struct RpcError {
    /// Of HTTP.
    pub status: u16,
    pub reason: String,
    pub message: String,
    pub retryable: bool,
}

/// Someone who calls.
#[derive(Clone)]
pub struct Caller(reqwest::Client);

impl Caller {
    pub fn new() -> Self {
        // The library is built without one; an error means that one was chosen already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The service ends connections that were idle for five seconds; one that is just about to be is not used again.
        let client = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(2));
        Self(client.build().expect("a client"))
    }

    /// Calls a method about a service with a token of its own; the outer error is the connection's.
    pub async fn call(
        &self,
        base: &str,
        request_id: &str,
        method: &str,
        params: Value,
    ) -> reqwest::Result<Result<Value, RpcError>> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let body = body.to_string();
        let token = mint(CLIENT, &SECRET.into(), body.as_bytes()).expect("a token");
        let (status, answer) = self.post(base, request_id, &body, &token).await?;
        Ok(match answer.get("error") {
            Some(error) => Err(RpcError {
                status,
                reason: text(&error["data"]["reason"]),
                message: text(&error["message"]),
                retryable: error["data"]["retryable"].as_bool().expect("a flag"),
            }),
            None => Ok(answer["result"].clone()),
        })
    }

    /// Sends a body with a token; the status and the answer.
    pub async fn post(
        &self,
        base: &str,
        request_id: &str,
        body: &str,
        token: &str,
    ) -> reqwest::Result<(u16, Value)> {
        let request = self.0.post(format!("{base}/rpc")).bearer_auth(token);
        let request = request.header("X-Request-Id", request_id);
        let response = request.body(body.to_owned()).send().await?;
        let status = response.status().as_u16();
        let answer = response.bytes().await?;
        // It was stopped for so long that it gave the request up before it had read it.
        let given_up = status == 408 && answer.is_empty();
        let given_up = given_up.then(|| {
            let data = json!({ "reason": "request_timeout", "retryable": true });
            json!({ "error": { "message": "", "data": data } })
        });
        let answer = given_up.unwrap_or_else(|| serde_json::from_slice(&answer).expect("JSON"));
        Ok((status, answer))
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// The parameters of a call about a service, with more members.
pub fn params(service: u64, more: Value) -> Value {
    let mut params = json!({ "cluster": CLUSTER, "service_id": service });
    if let (Value::Object(params), Value::Object(more)) = (&mut params, more) {
        params.extend(more);
    }
    params
}
