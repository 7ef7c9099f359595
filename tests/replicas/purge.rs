//! One replica of several deletes what a customer left. When it dies another one goes on, and when it was only stopped it
//! deletes nothing afterwards.

use std::time::Duration;

use ostor_bridge::simulator::{Call, Deletions, Layers, Options, numbered_keys};
use serde_json::{Value, json};

use crate::fleet::{Caller, Fleet, Replica, params, wait_until};
use crate::mariadb;

/// Term of the leases, in seconds.
const LEASE: u64 = 4;

/// Objects of the customer who leaves, in each of two buckets.
const OBJECTS: u32 = 3000;

/// Objects of another one, who stays.
const OTHERS: u32 = 100;

/// Three replicas one of which is in the middle of deleting.
struct Scene {
    /// End before their database is dropped.
    replicas: Vec<Replica>,
    fleet: Fleet,
    database: mariadb::Database,
    /// The S3 user of service 1, which is terminated.
    user: String,
}

impl Scene {
    async fn set() -> Self {
        let database = mariadb::database().await;
        let sections = format!(
            "[database]\nlease = \"{LEASE}s\"\n[terminate]\nmax_deletes_per_second = 1000\n"
        );
        let fleet = Fleet::start(Options::default(), &sections).await;
        fleet.migrate(&database.url);
        let names = ["one", "two", "three"];
        let replicas = names.map(|name| fleet.serve(&database.url, name));
        let base = replicas[0].base.clone();
        let (user, other) = (create(&base, 1).await, create(&base, 2).await);
        let fill = |user: &str, bucket: &str, objects| {
            let keys = numbered_keys(bucket, objects);
            let simulator = &fleet.simulator;
            simulator.add_objects(user, bucket, keys, Layers::default());
        };
        fill(&user, "mine-0", OBJECTS);
        fill(&user, "mine-1", OBJECTS);
        fill(&other, "others", OTHERS);
        call(
            &base,
            "TerminateAccount",
            params(1, json!({ "policy": "purge" })),
        )
        .await;
        let scene = Self {
            replicas: replicas.into(),
            fleet,
            database,
            user,
        };
        let under_way = || scene.left() < 5 * OBJECTS as usize / 3;
        wait_until("objects are deleted", under_way).await;
        scene
    }

    /// Objects of the user that are left.
    fn left(&self) -> usize {
        let buckets = self.fleet.simulator.buckets();
        let mine = buckets.iter().filter(|bucket| bucket.owner_id == self.user);
        mine.map(|bucket| bucket.versions).sum()
    }

    fn worker(&self) -> Option<usize> {
        let lease = "SELECT holder FROM leases WHERE name = 'jobs:eu1'";
        let holder = self.database.execute(lease);
        let is_called = |replica: &Replica| replica.is_called(holder.trim());
        self.replicas.iter().position(is_called)
    }

    /// Waits until another one than `former` has deleted everything, the user too.
    async fn finished(&self, former: usize) {
        let by_other = || self.worker().is_some_and(|now| now != former);
        wait_until("another replica does the jobs", by_other).await;
        let state = || self.database.execute("SELECT state FROM purge_jobs");
        wait_until("the job is done", || state() == "deleted\n").await;
    }

    /// Everything of the user is deleted, once, and nothing else is.
    fn check(&self) {
        assert_eq!(self.fleet.users_of(1).len(), 0);
        let all = Deletions {
            owner_id: self.user.clone(),
            versions: u64::from(2 * OBJECTS),
            buckets: 2,
            ..Deletions::default()
        };
        assert_eq!(self.fleet.simulator.deletions(), [all]);
        let buckets = self.fleet.simulator.buckets();
        assert_eq!(buckets.len(), 1);
        assert_eq!(buckets[0].versions, OTHERS as usize);
        let told = self.database.execute("SELECT objects_done FROM purge_jobs");
        println!("{} objects were counted as deleted", told.trim());
    }
}

async fn create(base: &str, service: u64) -> String {
    let customer = json!({ "client_id": 7, "email": "customer@example.com", "plan": {} });
    let made = call(base, "CreateAccount", params(service, customer)).await;
    made["user_id"].as_str().expect("an id").to_owned()
}

async fn call(base: &str, method: &str, params: Value) -> Value {
    let answer = Caller::new().call(base, "", method, params).await;
    answer.expect("an answer").expect("done")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_replica_goes_on_when_the_one_that_deletes_is_killed() {
    let mut scene = Scene::set().await;
    let first = scene.worker().expect("a worker");
    scene.replicas[first].kill();
    assert!(scene.left() > 0, "everything was deleted before the kill");
    scene.finished(first).await;
    scene.check();
}

/// Fails when a replica that was stopped changes something when it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_was_stopped_while_it_deleted_deletes_nothing_afterwards() {
    let scene = Scene::set().await;
    let first = scene.worker().expect("a worker");
    scene.replicas[first].pause();
    assert!(scene.left() > 0, "everything was deleted before the stop");
    scene.finished(first).await;
    scene.check();
    scene.fleet.simulator.clear_calls();
    scene.replicas[first].resume();
    let noticed = || scene.replicas[first].log().contains("a right is lost");
    wait_until("the former worker has noticed", noticed).await;
    tokio::time::sleep(Duration::from_secs(LEASE)).await;
    // Deletions that it had ready are refused: the key pair they are signed with went with the user. It asks the cluster for
    // no change at all.
    let calls = scene.fleet.simulator.calls();
    let changes = |call: &&Call| call.effect || (call.service.is_some() && call.method != "GET");
    let changes: Vec<_> = calls.iter().filter(changes).collect();
    assert!(changes.is_empty(), "{changes:#?}");
    scene.check();
}
