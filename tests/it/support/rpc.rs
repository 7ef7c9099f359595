//! A caller of the endpoint that shares no code with it: tokens are made by hand, so that every
//! part of one can be wrong.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::app::{CLIENT, SECRET};

/// An error of the endpoint.
#[derive(Clone, Debug)]
pub struct RpcError {
    pub code: i64,
    pub message: String,
    pub reason: String,
    pub retryable: bool,
    pub request_id: String,
}

/// Someone who calls.
#[derive(Clone)]
pub struct Caller {
    pub base: String,
    pub http: reqwest::Client,
}

impl Caller {
    pub fn new(base: &str) -> Self {
        // The library is built without one; an error means that the service has chosen already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            base: base.to_owned(),
            // The service ends connections that were idle for five seconds; one that is just about to be is not used again.
            http: reqwest::Client::builder()
                .pool_idle_timeout(std::time::Duration::from_secs(2))
                .build()
                .expect("a client"),
        }
    }

    /// Calls a method with a good token.
    pub async fn call(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        self.call_with_id("", method, params).await
    }

    /// Calls a method with a good token and a request id.
    pub async fn call_with_id(
        &self,
        request_id: &str,
        method: &str,
        params: Value,
    ) -> Result<Value, RpcError> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let body = body.to_string();
        let request = self
            .http
            .post(format!("{}/rpc", self.base))
            .header("X-Request-Id", request_id)
            .bearer_auth(token(&body))
            .body(body);
        let response = request.send().await.expect("an answer");
        let text = response.text().await.expect("a whole answer");
        let answer: Value =
            serde_json::from_str(&text).unwrap_or_else(|_| panic!("{method}: answered {text:?}"));
        assert_eq!(answer["jsonrpc"], "2.0");
        assert_eq!(answer["id"], 1);
        match answer.get("error") {
            Some(error) => Err(RpcError::from(error)),
            None => Ok(answer["result"].clone()),
        }
    }

    /// Calls a method of a service that may die meanwhile.
    pub async fn try_call(&self, method: &str, params: Value) -> reqwest::Result<()> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let body = body.to_string();
        let request = self.http.post(format!("{}/rpc", self.base));
        let response = request.bearer_auth(token(&body)).body(body).send().await?;
        response.bytes().await.map(drop)
    }

    /// Sends a body with a good token; the answer is absent when the body is empty.
    pub async fn post(&self, body: &str) -> (u16, Option<Value>) {
        self.post_with(body, &format!("Bearer {}", token(body)))
            .await
    }

    /// Sends a body with any Authorization header.
    pub async fn post_with(&self, body: &str, authorization: &str) -> (u16, Option<Value>) {
        let mut request = self.http.post(format!("{}/rpc", self.base));
        if !authorization.is_empty() {
            request = request.header("Authorization", authorization);
        }
        let response = request
            .body(body.to_owned())
            .send()
            .await
            .expect("an answer");
        let status = response.status().as_u16();
        let text = response.text().await.expect("a whole answer");
        let value = (!text.is_empty()).then(|| serde_json::from_str(&text).expect("JSON"));
        (status, value)
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        let url = format!("{}{path}", self.base);
        let response = self.http.get(url).send().await.expect("an answer");
        (
            response.status().as_u16(),
            serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON"),
        )
    }
}

impl From<&Value> for RpcError {
    fn from(error: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        Self {
            code: error["code"].as_i64().expect("a code"),
            message: text(&error["message"]),
            reason: text(&error["data"]["reason"]),
            retryable: error["data"]["retryable"].as_bool().expect("a flag"),
            request_id: text(&error["data"]["request_id"]),
        }
    }
}

/// A good token for `body`.
pub fn token(body: &str) -> String {
    mint_with(body, SECRET, |_, _| {})
}

/// A token for `body` after `spoil` has changed header and claims.
pub fn mint_with(body: &str, secret: &str, spoil: impl FnOnce(&mut Value, &mut Value)) -> String {
    let now = jiff::Timestamp::now().as_second();
    let mut header = json!({ "alg": "HS256", "typ": "JWT", "kid": CLIENT });
    let mut claims = json!({
        "iss": CLIENT, "aud": "ostor-bridge", "iat": now, "exp": now + 60,
        "jti": uuid::Uuid::new_v4().to_string(), "body": hex::encode(Sha256::digest(body)),
    });
    spoil(&mut header, &mut claims);
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any key");
    mac.update(signed.as_bytes());
    format!(
        "{signed}.{}",
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    )
}
