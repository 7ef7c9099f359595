//! How the client behaves towards a server that misbehaves, call by call on real sockets.
//!
//! `server` answers requests by a script; `faults` breaks the wire, `answers` the answers, `metering` reads
//! statistics and listings, `wire` looks at what the
//! client sends and logs.

mod answers;
mod faults;
mod metering;
mod server;
mod wire;

use std::time::Duration;

use super::{Client, Settings, Signature, UserId};

/// Long enough for a busy machine, for calls that are answered.
const PATIENT: Duration = Duration::from_secs(10);
pub(super) const SECRET: &str = "canarySecretCanarySecretCanarySecret0000";

pub(super) fn settings(endpoint: &str, timeout: Duration) -> Settings {
    Settings {
        cluster: "main".to_owned(),
        endpoint: endpoint.parse().expect("an address"),
        access_key: "0123456789abcdefTEST".to_owned(),
        secret_key: SECRET.into(),
        signature: Signature::V2,
        region: "us-east-1".to_owned(),
        timeout,
        max_parallel: 4,
        clock: crate::clock::Clock::default(),
        metrics: crate::metrics::Metrics::default(),
    }
}

fn client(endpoint: &str, timeout: Duration) -> Client {
    Client::new(settings(endpoint, timeout)).expect("a client")
}

fn user_id() -> UserId {
    "ca55631f9f3d59dc".parse().expect("an id")
}

#[test]
fn calls_can_move_between_threads() {
    fn check<T: Send>(_: T) {}
    let client = client("http://127.0.0.1:1", PATIENT);
    let id = user_id();
    check(client.users());
    check(client.user_by_id(&id));
    check(client.generate_key("user@example.com"));
    check(client.delete_user(&id));
    check(client.bucket_listing());
    check(client.users_with_space());
    check(client.statistics_page(Some("a"), Some(1)));
    check(client.statistics_object("a"));
    check(client.delete_statistics_object("a"));
}
