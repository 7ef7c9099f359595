//! The service killed at random moments of every verb, started again, and the call repeated: one
//! user, in the right state, with the right plan.

use std::process::Stdio;
use std::time::Duration;

use ostor_bridge::simulator::{Fault, Options, Simulator};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::commands::{Serving, config, program};
use crate::support::{Caller, create_params, full_plan, number, params};

/// Time of one gateway call; long enough for kills to fall into every one of them.
const GATEWAY: Duration = Duration::from_millis(15);

struct Round {
    method: &'static str,
    params: Value,
    /// Whether the user exists afterwards, and is enabled.
    left: Option<bool>,
}

fn life(service: u64) -> [Round; 5] {
    let about = |more| params(service, more);
    let round = |method, params, left| Round {
        method,
        params,
        left,
    };
    [
        round(
            "CreateAccount",
            create_params(service, json!({ "quota_gb": 1 })),
            Some(true),
        ),
        round(
            "ChangePackage",
            about(json!({ "plan": full_plan() })),
            Some(true),
        ),
        round("SuspendAccount", about(json!({})), Some(false)),
        round("UnsuspendAccount", about(json!({})), Some(true)),
        round(
            "TerminateAccount",
            about(json!({ "policy": "refuse" })),
            None,
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_service_goes_on_where_it_was() {
    let seed = std::env::var("OSTOR_TEST_SEED").map_or_else(
        |_| rand::random(),
        |seed| seed.parse().expect("OSTOR_TEST_SEED is a number"),
    );
    println!("OSTOR_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let file = config(folder.path(), &simulator.endpoint());
    let serve = || {
        Serving::start(
            program()
                .args(["serve", "--config"])
                .arg(&file)
                .stdin(Stdio::null()),
        )
    };
    simulator.inject_always(Fault::Slow(GATEWAY));
    let (mut answered, mut cut) = (0, 0);
    for service in 1..=number("OSTOR_TEST_KILLS", 20).div_ceil(5) {
        for round in life(service) {
            let what = format!("seed {seed}, service {service}, {}", round.method);
            let mut serving = serve();
            let caller = Caller::new(&serving.base);
            let call = caller.try_call(round.method, round.params.clone());
            let moment = Duration::from_millis(random.random_range(0..150));
            match tokio::time::timeout(moment, call).await {
                Ok(_) => answered += 1,
                Err(_) => cut += 1,
            }
            serving.kill();
            let serving = serve();
            Caller::new(&serving.base)
                .call(round.method, round.params.clone())
                .await
                .unwrap_or_else(|error| panic!("{what}: {error:?}"));
            check(&simulator, &round, &what);
        }
    }
    println!("{cut} calls cut by the kill, {answered} answered before it");
    assert!(
        cut * 5 > answered,
        "the kills came too late: {cut} cut, {answered} answered"
    );
}

fn check(simulator: &Simulator, round: &Round, what: &str) {
    let mut users = simulator.users();
    users.retain(|user| !user.system);
    match round.left {
        None => assert_eq!(users.len(), 0, "{what}: {users:?}"),
        Some(enabled) => {
            assert_eq!(users.len(), 1, "{what}: {users:?}");
            assert_eq!(users[0].enabled, enabled, "{what}");
            let quota = if round.method == "CreateAccount" {
                1
            } else {
                100
            };
            assert_eq!(users[0].quota_gb, Some(quota), "{what}");
        }
    }
}
