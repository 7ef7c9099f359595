//! The service killed at random moments of a purge, and started again each time: everything gone, nothing of another
//! user, the user deleted once.

use std::process::Stdio;
use std::time::Duration;

use ostor_bridge::simulator::{Fault, Options, Simulator};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::commands::{Serving, config, program};
use crate::support::s3::{client, load};
use crate::support::{Caller, create_params, number, params};

/// Objects of the customer beside the odd ones.
const OBJECTS: u64 = 3000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_purge_goes_on_where_it_was() {
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
    let mut text = std::fs::read_to_string(&file).expect("settings");
    // Slow enough for kills to fall into all of it.
    text.push_str("[terminate]\nmax_deletes_per_second = 1000\n");
    std::fs::write(&file, text).expect("written");
    let serve = || {
        let mut command = program();
        command.args(["serve", "--config"]).arg(&file);
        Serving::start(command.stdin(Stdio::null()))
    };
    let mut serving = serve();
    let made = async |caller: &Caller, service| -> Value {
        let made = caller.call("CreateAccount", create_params(service, json!({})));
        made.await.expect("created")
    };
    let caller = Caller::new(&serving.base);
    let (mine, theirs) = (made(&caller, 1).await, made(&caller, 2).await);
    load(&client(&mine), "mine").await;
    load(&client(&theirs), "theirs").await;
    let user = mine["user_id"].as_str().expect("an id");
    for number in 0..OBJECTS {
        let bucket = format!("mine-{}", number % 3);
        let key = format!("key {number}");
        simulator.add_object(user, &bucket, &key, 1000);
    }
    let before = theirs_of(&simulator);
    simulator.inject_always(Fault::Slow(Duration::from_millis(10)));
    let purge = params(1, json!({ "policy": "purge" }));
    caller
        .call("TerminateAccount", purge.clone())
        .await
        .expect("begun");
    let mut during = 0;
    for kill in 0..number("OSTOR_TEST_KILLS", 20) {
        let moment = Duration::from_millis(random.random_range(0..400));
        tokio::time::sleep(moment).await;
        serving.kill();
        let unfinished = simulator
            .users()
            .iter()
            .any(|user| user.email.contains("-1@"));
        during += u32::from(unfinished);
        println!("kill {kill} after {moment:?}, unfinished: {unfinished}");
        serving = serve();
    }
    let caller = Caller::new(&serving.base);
    loop {
        let answer = caller.call("TerminateAccount", purge.clone()).await;
        match answer.expect("an answer")["state"].as_str() {
            Some("deleted") => break,
            Some("purging") => tokio::time::sleep(Duration::from_millis(50)).await,
            other => panic!("seed {seed}: {other:?}"),
        }
    }
    assert!(
        during >= 3,
        "seed {seed}: only {during} kills fell into the job"
    );
    assert_eq!(theirs_of(&simulator), before, "seed {seed}");
    let buckets = simulator.buckets();
    assert_eq!(buckets.len(), before.len(), "seed {seed}: {buckets:?}");
    let mut users = simulator.users();
    users.retain(|user| !user.system);
    assert_eq!(users.len(), 1, "seed {seed}");
    assert!(users[0].enabled && users[0].keys.len() == 1, "seed {seed}");
    let deleted = simulator.calls().into_iter().filter(|call| {
        call.effect && call.method == "DELETE" && call.service.as_deref() == Some("ostor-users")
    });
    assert_eq!(deleted.count(), 1, "seed {seed}");
}

fn theirs_of(simulator: &Simulator) -> Vec<String> {
    let mut buckets: Vec<String> = simulator
        .buckets()
        .iter()
        .filter(|bucket| bucket.name.starts_with("theirs"))
        .map(|bucket| format!("{bucket:?}"))
        .collect();
    buckets.sort();
    buckets
}
