//! The endpoint in front of a place's services.

use std::sync::Arc;

use ostor_bridge::app::Services;
use ostor_bridge::config::Config;
use ostor_bridge::http::{self, Running};
use serde_json::{Value, json};

use crate::support::{CLIENT, CLUSTER, Place, SECRET};

/// A service that answers, without the jobs that would run by themselves.
pub struct Endpoint {
    pub services: Arc<Services>,
    running: Running,
    http: reqwest::Client,
}

impl Endpoint {
    pub async fn start(place: &Place) -> Self {
        let services = Arc::new(place.services().await);
        let config = Config::load(Some(&place.config_file()), []).expect("a valid configuration");
        let (listen, limit) = (config.server.listen, config.server.body_limit);
        let running = http::start(Arc::clone(&services), listen, limit).expect("a free port");
        Self {
            services,
            running,
            http: reqwest::Client::new(),
        }
    }

    /// The result of a method about the cluster in a time zone.
    pub async fn call(&self, method: &str, timezone: &str) -> Value {
        let params = json!({ "cluster": CLUSTER, "timezone": timezone });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let body = body.to_string();
        let token = http::mint(CLIENT, &SECRET.into(), body.as_bytes()).expect("a token");
        let request = self
            .http
            .post(format!("http://{}/rpc", self.running.addr()))
            .bearer_auth(token)
            .body(body);
        let answer = request.send().await.expect("an answer");
        let answer = answer.bytes().await.expect("a whole answer");
        let answer: Value = serde_json::from_slice(&answer).expect("JSON");
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }
}
