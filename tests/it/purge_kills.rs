//! The service killed at random moments of a purge, and started again each time: everything gone, nothing of another
//! user, the user deleted once.

use std::process::Stdio;
use std::time::{Duration, Instant};

use ostor_bridge::simulator::{Fault, Layers, Options, Simulator, numbered_keys};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::commands::{Serving, config, program};
use crate::support::s3::{client, load};
use crate::support::{Caller, create_params, number, params};

/// Versions of each of the customer's objects beside the odd ones.
const VERSIONS: u32 = 3;

/// Unfinished uploads beside the odd ones.
const UPLOADS: u32 = 50;

/// The longest time between a start and a kill that does not wait for deletions, in milliseconds.
const LONGEST: u64 = 400;

/// A purge that deletes nothing for so long stands still.
const PATIENCE: Duration = Duration::from_secs(300);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_purge_goes_on_where_it_was() {
    let seed = number("OSTOR_TEST_SEED", rand::random());
    println!("OSTOR_TEST_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let kills = number("OSTOR_TEST_KILLS", 20);
    let objects = number("OSTOR_TEST_PURGE_OBJECTS", 3000);
    let folder = tempfile::tempdir().expect("a folder");
    let simulator = Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let file = config(folder.path(), &simulator.endpoint());
    let mut text = std::fs::read_to_string(&file).expect("settings");
    // As slow as the kills take together, so that they fall into all of it.
    let rate = objects * u64::from(VERSIONS) * 1000 / (kills * LONGEST / 2);
    text.push_str(&format!("[terminate]\nmax_deletes_per_second = {rate}\n"));
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
    let layers = Layers {
        versions: VERSIONS,
        bytes: 1000,
        ..Layers::default()
    };
    let objects = u32::try_from(objects).expect("a number of objects");
    for bucket in ["mine-0", "mine-1"] {
        let keys = numbered_keys(bucket, objects / 2);
        simulator.add_objects(user, bucket, keys, layers);
    }
    let uploads = numbered_keys("half ", UPLOADS);
    simulator.add_uploads(user, "mine-0", uploads, 1000);
    let all = versions_of(&simulator);
    let before = theirs_of(&simulator);
    simulator.inject_always(Fault::Slow(Duration::from_millis(10)));
    let purge = params(1, json!({ "policy": "purge" }));
    caller
        .call("TerminateAccount", purge.clone())
        .await
        .expect("begun");
    // Half of the kills come shortly after a start, half wherever the deletion is by then.
    let mut marks: Vec<usize> = (0..kills.div_ceil(2))
        .map(|_| random.random_range(0..all))
        .collect();
    marks.sort_unstable();
    let (mut during, mut among) = (0, 0);
    for kill in 0..kills {
        let moment = Duration::from_millis(random.random_range(0..LONGEST));
        if kill % 2 == 0 {
            tokio::time::sleep(moment).await;
        } else if let Some(mark) = marks.pop() {
            let waited = Instant::now();
            while versions_of(&simulator) > mark {
                assert!(waited.elapsed() < PATIENCE, "seed {seed}: it stands still");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        serving.kill();
        let unfinished = simulator
            .users()
            .iter()
            .any(|user| user.email.contains("-1@"));
        during += u64::from(unfinished);
        let left = versions_of(&simulator);
        among += u64::from((1..all).contains(&left));
        println!("kill {kill}: {left} of {all} versions left, unfinished: {unfinished}");
        serving = serve();
    }
    println!(
        "{during} of {kills} kills fell into the purge of {all} versions, {among} among its deletions"
    );
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
        among >= kills / 4,
        "seed {seed}: only {among} kills fell among deletions"
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

/// Versions in the buckets of the user who is deleted.
fn versions_of(simulator: &Simulator) -> usize {
    let buckets = simulator.buckets();
    let mine = buckets
        .iter()
        .filter(|bucket| bucket.name.starts_with("mine"));
    mine.map(|bucket| bucket.versions).sum()
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
