//! Service, ledger file and simulator of one test.

use std::sync::Arc;

use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::http::{self, Running};
use ostor_bridge::simulator::{Options, Simulator, UserView};
use serde_json::Value;
use tempfile::TempDir;

use super::rpc::{Caller, RpcError};

/// Name of the WHMCS installation.
pub const CLIENT: &str = "whmcs";

/// Its secret.
pub const SECRET: &str = "a secret of tests, long enough for all";

/// How a test wants its surroundings.
#[derive(Default)]
pub struct Setup {
    pub simulator: Options,
    /// More lines for the cluster's section.
    pub cluster: String,
    /// More sections.
    pub sections: String,
    /// The service's clock.
    pub clock: Clock,
    /// A ledger to go on with instead of a new one.
    pub folder: Option<TempDir>,
}

/// What runs for one test. The simulator may outlive the service.
pub struct TestApp {
    pub simulator: Simulator,
    pub caller: Caller,
    pub services: Arc<Services>,
    pub folder: TempDir,
    running: Running,
}

impl TestApp {
    pub async fn spawn() -> Self {
        Setup::default().spawn().await
    }

    pub async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.caller.call(method, params).await
    }

    /// Creates a service that must succeed.
    pub async fn create(&self, service: u64, plan: Value) -> Value {
        let made = self.call("CreateAccount", super::create_params(service, plan));
        made.await.expect("CreateAccount")
    }

    /// S3 users besides the system user.
    pub fn users(&self) -> Vec<UserView> {
        let mut users = self.simulator.users();
        users.retain(|user| !user.system);
        users
    }

    /// The only S3 user there is.
    pub fn only_user(&self) -> UserView {
        let mut users = self.users();
        assert_eq!(users.len(), 1, "S3 users: {users:?}");
        users.remove(0)
    }

    /// The status of an S3 request with the keys that CreateAccount gave.
    pub async fn s3(&self, made: &Value, method: &str, path: &str) -> u16 {
        let text = |name: &str| made[name].as_str().expect("text");
        let url = format!("{}{path}", text("endpoint"));
        let headers = ostor_bridge::ostor::signature::v4_headers(
            method,
            &url,
            text("access_key_id"),
            &text("secret_access_key").into(),
            text("region"),
            std::time::SystemTime::now(),
        )
        .expect("a signature");
        let request = self
            .caller
            .http
            .request(method.parse().expect("a method"), url);
        let response = request.headers(headers).send().await.expect("an answer");
        response.status().as_u16()
    }

    /// Stops the service and keeps cluster and ledger.
    pub async fn stop(self) -> (Simulator, TempDir) {
        self.running.stop().await;
        self.services.ledger.close().await;
        (self.simulator, self.folder)
    }
}

impl Setup {
    pub async fn spawn(mut self) -> TestApp {
        let folder = self.folder.get_or_insert_with(new_folder);
        // Making one may take seconds, and the clock of the cluster runs from its start on.
        super::ledger::url(folder.path());
        let options = self.simulator.clone();
        let simulator = Simulator::start(options)
            .await
            .expect("the simulator starts");
        self.spawn_on(simulator).await
    }

    /// Starts the service in front of a simulator that runs already.
    pub async fn spawn_on(self, simulator: Simulator) -> TestApp {
        let folder = self.folder.unwrap_or_else(new_folder);
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{}\"\nlease = \"2s\"\n\
             [clients.{CLIENT}]\nsecret = \"{SECRET}\"\nscopes = [\"provision\", \"usage\", \"admin\"]\n\
             [clusters.eu1]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n{}\n{}\n",
            super::ledger::url(folder.path()),
            simulator.endpoint(),
            self.simulator.system_key,
            self.simulator.system_secret,
            if self.cluster.is_empty() {
                "timeout = \"1s\""
            } else {
                &self.cluster
            },
            self.sections,
        );
        let file = folder.path().join("config.toml");
        std::fs::write(&file, text).expect("the configuration is written");
        let config = Config::load(Some(&file), []).expect("the configuration is valid");
        let (listen, limit) = (config.server.listen, config.server.body_limit);
        let services = Arc::new(Services::build(config, self.clock).await.expect("services"));
        let running = http::start(Arc::clone(&services), listen, limit).expect("the server starts");
        TestApp {
            simulator,
            caller: Caller::new(&format!("http://{}", running.addr())),
            services,
            folder,
            running,
        }
    }
}

fn new_folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
