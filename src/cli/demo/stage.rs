//! The demo's surroundings: simulator, service and ledger, built as an operator would, from a
//! configuration file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::Services;
use crate::clock::Clock;
use crate::config::Config;
use crate::http;
use crate::simulator::{self, Simulator};

/// Name of the cluster in the demo's configuration.
pub(super) const CLUSTER: &str = "demo";

/// Name of the WHMCS installation in the demo's configuration.
const CLIENT: &str = "whmcs";

/// Everything that runs.
pub(super) struct Stage {
    simulator: Simulator,
    bridge: http::Running,
    secret: SecretString,
    web: reqwest::Client,
    folder: TempDir,
}

impl Stage {
    pub async fn build() -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("ostor-bridge-demo-")
            .tempdir()
            .context("no temporary folder could be made")?;
        let options = simulator::Options::default();
        let secret = format!("{}{}", random(), random());
        let simulator = Simulator::start(options.clone()).await?;
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n\n[database]\nurl = \"sqlite:{}\"\n\n\
             [clients.{CLIENT}]\nsecret = \"{secret}\"\nscopes = [\"provision\", \"usage\", \"admin\"]\n\n\
             [clusters.{CLUSTER}]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
            folder.path().join("ledger.db").display(),
            simulator.endpoint(),
            options.system_key,
            options.system_secret,
        );
        let file = folder.path().join("config.toml");
        std::fs::write(&file, text)?;
        let config = Config::load(Some(&file), [])?;
        let (listen, limit) = (config.server.listen, config.server.body_limit);
        let services = Arc::new(Services::build(config, Clock::default()).await?);
        Ok(Self {
            simulator,
            bridge: http::start(services, listen, limit)?,
            secret: secret.into(),
            web: reqwest::Client::new(),
            folder,
        })
    }

    pub fn gateway(&self) -> String {
        self.simulator.endpoint()
    }

    pub fn bridge(&self) -> String {
        format!("http://{}", self.bridge.addr())
    }

    pub fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    /// S3 users on the cluster besides the system user.
    pub fn users_left(&self) -> usize {
        self.simulator
            .users()
            .iter()
            .filter(|user| !user.system)
            .count()
    }

    /// Calls a method as the PHP module does.
    pub async fn call(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let body = serde_json::to_vec(&request)?;
        let token = http::mint(CLIENT, &self.secret, &body)?;
        let response = self
            .web
            .post(format!("{}/rpc", self.bridge()))
            .bearer_auth(token)
            .body(body)
            .send()
            .await?;
        let mut answer: Value = serde_json::from_slice(&response.bytes().await?)?;
        match answer["error"]["message"].as_str() {
            Some(message) => Err(anyhow!("{message}")),
            None => Ok(answer["result"].take()),
        }
    }

    pub fn print_how_to_call(&self) {
        let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("ostor-bridge"));
        print!("{}", instructions(&program, &self.config(), &self.bridge()));
    }

    pub async fn stop(self) {
        self.bridge.stop().await;
        self.simulator.stop().await;
    }
}

fn instructions(program: &Path, config: &Path, bridge: &str) -> String {
    let (program, config) = (program.display(), config.display());
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "CreateAccount",
        "params": {
            "cluster": CLUSTER, "service_id": 1002, "client_id": 78,
            "email": "you@example.com", "plan": { "quota_gb": 10 },
        },
    });
    format!(
        "\nStill serving; end it with Ctrl-C. A call by hand:\n\n  echo '{call}' > call.json\n  \
         curl {bridge}/rpc --data-binary @call.json \\\n    -H \"Authorization: Bearer $({program} token --config {config} --client {CLIENT} --body call.json)\"\n\n\
         The answer's keys work with any S3 client. Health: {bridge}/healthz and {bridge}/readyz\n"
    )
}

fn random() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}
