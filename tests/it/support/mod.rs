//! A running service with everything around it, one per test.

mod app;
pub mod metered;
mod rpc;
pub mod s3;
pub mod scene;

pub use app::{CLIENT, SECRET, Setup, TestApp};
pub use rpc::{Caller, RpcError, mint_with};

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

/// Every how-manieth of the cases is played: all in a long run, else one of OSTOR_TEST_CUTS, beginning anywhere. Over some
/// runs all are.
pub fn some_of<T>(cases: Vec<T>) -> Vec<T> {
    let every = usize::try_from(number("OSTOR_TEST_CUTS", 1)).expect("a small number");
    let first = rand::random_range(0..every);
    println!("one of {every} cases, beginning with number {first}");
    cases.into_iter().skip(first).step_by(every).collect()
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
