//! One replica of several collects. When it dies another one goes on, and when it was only stopped it writes nothing
//! afterwards.

use std::time::{Duration, Instant};

use ostor_bridge::simulator::Fault;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::fleet::{Caller, Fleet, Replica, params, wait_until};
use crate::seed::seed;
use crate::{mariadb, usage};

/// Term of the leases, in seconds.
const LEASE: u64 = 4;

/// Time of one gateway call, so that a run takes some seconds.
const GATEWAY: Duration = Duration::from_millis(20);

/// Three replicas one of which is in the middle of a run.
struct Scene {
    /// End before their database is dropped, which waits for whatever is open.
    replicas: Vec<Replica>,
    fleet: Fleet,
    database: mariadb::Database,
    /// How many statistics objects there are.
    objects: usize,
}

impl Scene {
    async fn set() -> Self {
        let database = mariadb::database().await;
        let fleet = Fleet::start(usage::options(), &usage::sections(LEASE)).await;
        fleet.migrate(&database.url);
        let user = fleet.simulator.add_user("user@example.com", false).id;
        let mut random = StdRng::seed_from_u64(seed());
        let objects = usage::make(&fleet.simulator, &mut random, &user, 12);
        usage::settle(&fleet.simulator);
        fleet.simulator.inject_always(Fault::Slow(GATEWAY));
        let names = ["one", "two", "three"];
        let replicas = names.map(|name| fleet.serve(&database.url, name)).into();
        let scene = Self {
            fleet,
            database,
            replicas,
            objects,
        };
        let under_way = || (10..objects / 2).contains(&scene.counted());
        wait_until("a run is under way", under_way).await;
        scene
    }

    /// How many objects are counted.
    fn counted(&self) -> usize {
        usage::objects(&self.database.url)
    }

    /// Which replica has a right.
    fn holder(&self, right: &str) -> Option<usize> {
        let lease = format!("SELECT holder FROM leases WHERE name = '{right}'");
        let holder = self.database.execute(&lease);
        let is_called = |replica: &Replica| replica.is_called(holder.trim());
        self.replicas.iter().position(is_called)
    }

    /// Which replica collects by itself.
    fn collector(&self) -> Option<usize> {
        self.holder("jobs:eu1")
    }

    /// Waits until another one collects than `former`; tells who.
    async fn taken_over(&self, former: usize) -> usize {
        let began = Instant::now();
        let by_other = || self.collector().is_some_and(|now| now != former);
        wait_until("another replica collects", by_other).await;
        let took = began.elapsed();
        println!("taken over after {took:?} with leases of {LEASE} s");
        // A busy machine may need a moment to show it.
        assert!(took < Duration::from_secs(LEASE + 1), "{took:?}");
        self.collector().expect("a collector")
    }

    async fn all_counted(&self) {
        wait_until("all is counted", || self.counted() == self.objects).await;
    }

    fn check(&self) {
        assert_eq!(self.counted(), self.objects);
        assert_eq!(
            usage::counted(&self.database.url),
            usage::truth(&self.fleet.simulator)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_replica_goes_on_when_the_one_that_collects_is_killed() {
    let mut scene = Scene::set().await;
    let first = scene.collector().expect("a collector");
    scene.replicas[first].kill();
    let counted = scene.counted();
    assert!(counted < scene.objects, "the run was over: {counted}");
    scene.taken_over(first).await;
    scene.all_counted().await;
    scene.check();
}

/// Fails when a replica that was stopped in the middle of a run writes what it had read when it goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_was_stopped_for_long_writes_nothing_afterwards() {
    let mut scene = Scene::set().await;
    let first = scene.collector().expect("a collector");
    scene.replicas[first].pause();
    // What it has asked for still comes, and nothing else: whoever counts from here on has read before.
    tokio::time::sleep(GATEWAY * 4).await;
    scene.fleet.simulator.inject_always(Fault::Status(503));
    let second = scene.taken_over(first).await;
    // What is counted is counted under a right of its own.
    let lost = || scene.holder("metering:eu1") != Some(first);
    wait_until("the right to count is taken over", lost).await;
    let counted = scene.counted();
    assert!(counted < scene.objects, "the run was over: {counted}");
    scene.replicas[first].resume();
    let noticed = || scene.replicas[first].log().contains("a right is lost");
    wait_until("the former collector has noticed", noticed).await;
    // As long as what it had begun could take.
    tokio::time::sleep(Duration::from_secs(LEASE)).await;
    assert_eq!(scene.counted(), counted);
    assert_eq!(scene.collector(), Some(second));
    // Who takes over from the second one collects at once.
    scene.fleet.simulator.clear_faults();
    scene.replicas[second].kill();
    scene.taken_over(second).await;
    scene.all_counted().await;
    scene.check();
    // The first one serves on.
    let base = &scene.replicas[first].base;
    let answer = Caller::new()
        .call(base, "", "AccountState", params(1, serde_json::json!({})))
        .await;
    let error = answer.expect("an answer").expect_err("no such service");
    assert_eq!(error.reason, "account_unknown");
}

/// Stops the collector between two statements of a transaction that has changed something, and tells which it is.
async fn stopped_in_a_transaction(scene: &Scene) -> usize {
    loop {
        let collector = scene.collector().expect("a collector");
        let replica = &scene.replicas[collector];
        replica.pause();
        // What was under way at the server ends.
        tokio::time::sleep(Duration::from_millis(5)).await;
        let free = "SELECT COUNT(*) FROM statistics_objects FOR UPDATE NOWAIT";
        if mariadb::try_execute(&scene.database.url, "", free).is_err() {
            return collector;
        }
        replica.resume();
        let counted = scene.counted();
        assert!(counted < scene.objects, "the run was over: {counted}");
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}

/// Fails when the others wait for a transaction that nobody will end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_was_stopped_in_a_transaction_blocks_nobody() {
    let scene = Scene::set().await;
    let first = stopped_in_a_transaction(&scene).await;
    scene.taken_over(first).await;
    scene.all_counted().await;
    scene.replicas[first].resume();
    let noticed = || scene.replicas[first].log().contains("a right is lost");
    wait_until("the former collector has noticed", noticed).await;
    tokio::time::sleep(Duration::from_secs(LEASE)).await;
    scene.check();
}
