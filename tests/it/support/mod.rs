//! A running service with everything around it, one per test.

#[path = "../../support/ledger.rs"]
pub mod ledger;

mod app;
pub mod metered;
mod rpc;
pub mod s3;
pub mod scene;

pub use app::{CLIENT, SECRET, Setup, TestApp};
pub use rpc::{Caller, RpcError, mint_with, token};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

/// Number of the service that tests use when one will do.
pub const SERVICE: u64 = 42;

/// Number of its customer.
pub const CUSTOMER: u64 = 7;

/// The number in an environment variable; `tests/run.sh` sets them.
pub fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(number) => number
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => otherwise,
    }
}

/// One of OSTOR_TEST_CUTS cases, drawn at random; all without it. OSTOR_TEST_SEED draws the same again.
pub fn some_of<T>(mut cases: Vec<T>) -> Vec<T> {
    let one_of = u32::try_from(number("OSTOR_TEST_CUTS", 1)).expect("a small number");
    let seed = number("OSTOR_TEST_SEED", rand::random());
    println!("one of {one_of} cases; OSTOR_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    cases.retain(|_| random.random_ratio(1, one_of));
    cases
}

/// A plan with every member.
pub fn full_plan() -> Value {
    json!({
        "quota_gb": 100,
        "ops_per_second": { "default": 0.5, "get": 100, "put": 50.25, "list": 10, "delete": 5 },
        "bandwidth_out_kbps": 2048,
    })
}

/// Parameters of a CreateAccount for `service`.
pub fn create_params(service: u64, plan: Value) -> Value {
    json!({
        "cluster": "eu1", "service_id": service, "client_id": CUSTOMER,
        "email": "customer@example.com", "plan": plan,
    })
}

/// Parameters of a call about `service`, with more members.
pub fn params(service: u64, more: Value) -> Value {
    let mut params = json!({ "cluster": "eu1", "service_id": service });
    if let (Value::Object(params), Value::Object(more)) = (&mut params, more) {
        params.extend(more);
    }
    params
}
