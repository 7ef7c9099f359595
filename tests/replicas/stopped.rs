//! A replica that is stopped in the middle of calls, while others take over the services it works on, does not mix what it
//! was about to do into what they have done when it goes on.

use std::time::Duration;

use futures::future::join_all;
use ostor_bridge::ostor::QuotaTarget;
use ostor_bridge::simulator::{Fault, Options};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::json;

use crate::fleet::{Caller, Fleet, Replica, params, wait_until};
use crate::hammer::{Hammer, any_act};
use crate::mariadb;
use crate::seed::{number, seed};
use crate::service::{Act, Plan};

const SERVICES: u64 = 12;

const LEASE: Duration = Duration::from_secs(4);

/// Time of one gateway call, so that calls take longer than until a replica is stopped, however fast the machine is.
const GATEWAY: Duration = Duration::from_millis(40);

/// Fails when changes of the replica that was stopped reach the ledger or the gateway among those of others.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_of_a_stopped_replica_do_not_mix_with_those_that_came_after_them() {
    let mut random = StdRng::seed_from_u64(seed());
    let database = mariadb::database().await;
    let fleet = Fleet::start(Options::default(), "[database]\nlease = \"4s\"\n").await;
    fleet.migrate(&database.url);
    let urls = [(); 3].map(|()| database.url.clone());
    let hammer = Hammer::new(&fleet, &urls, LEASE, true);
    let plan = Plan {
        quota_gb: 9,
        gets: 90,
    };
    let create = |service| hammer.call(service, Act::Create(plan), 0, None);
    join_all((1..=SERVICES).map(create)).await;
    let mut caught = 0;
    for _ in 0..number("OSTOR_TEST_KILLS", 20).div_ceil(5) {
        fleet.simulator.inject_always(Fault::Slow(GATEWAY));
        let first = calls(&hammer, &mut random, 0);
        let after = calls(&hammer, &mut random, 1);
        let moment = Duration::from_millis(random.random_range(40..400));
        let meanwhile = async {
            tokio::time::sleep(moment).await;
            hammer.pause(0);
            let held = hammer.held_by(0);
            after.await;
            hammer.resume(0);
            held
        };
        caught += tokio::join!(first, meanwhile).1;
        fleet.simulator.clear_faults();
        hammer.settle().await;
        hammer.look(SERVICES, &[0, 1, 2]).await;
        hammer.check();
    }
    println!("{caught} calls were stopped in the middle");
    assert!(caught > 0, "the replica was stopped between its calls");
}

/// A call at random about every service, at one replica.
fn calls<'a>(
    hammer: &'a Hammer<'_>,
    random: &mut StdRng,
    replica: usize,
) -> impl Future<Output = Vec<()>> + use<'a> {
    let acts: Vec<_> = (1..=SERVICES)
        .map(|service| (service, any_act(random)))
        .collect();
    let call = move |(service, act)| hammer.call(service, act, replica, None);
    join_all(acts.into_iter().map(call))
}

/// Fails when a change that a stopped replica was about to send stays in force although it comes after those of the one that took the
/// service over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_late_of_a_stopped_replica_does_not_stay() {
    let database = mariadb::database().await;
    let fleet = Fleet::start(Options::default(), "[database]\nlease = \"4s\"\n").await;
    fleet.migrate(&database.url);
    let [one, other] = ["one", "other"].map(|name| fleet.serve(&database.url, name));
    let caller = Caller::new();
    let plan = |gb: u64| json!({ "quota_gb": gb, "ops_per_second": { "get": gb * 10 } });
    let change = async |replica: &Replica, gb| {
        let params = params(1, json!({ "plan": plan(gb) }));
        let changed = caller.call(&replica.base, "", "ChangePackage", params);
        changed.await.expect("an answer")
    };
    let customer = json!({ "client_id": 7, "email": "customer@example.com", "plan": plan(1) });
    let created = caller.call(&one.base, "", "CreateAccount", params(1, customer));
    created.await.expect("an answer").expect("a user");
    fleet.simulator.inject_always(Fault::Slow(GATEWAY * 5));
    let meanwhile = async {
        let recorded = || database.execute("SELECT plan FROM accounts").contains("20");
        wait_until("the first change is under way", recorded).await;
        one.pause();
        fleet.simulator.clear_faults();
        change(&other, 3).await.expect("taken over");
        // As one that was on its way.
        let user = fleet.users_of(1)[0].id.clone();
        let target = QuotaTarget::User(user.as_str().try_into().expect("an id"));
        let gateway = fleet.gateway();
        let late = gateway.set_quota(&target, 2.try_into().expect("some"));
        late.await.expect("a change");
        one.resume();
    };
    let (first, ()) = tokio::join!(change(&one, 2), meanwhile);
    let error = first.expect_err("another one has the service");
    assert!(error.retryable, "{error:?}");
    let state = caller.call(&other.base, "", "AccountState", params(1, json!({})));
    let state = state.await.expect("an answer").expect("a state");
    assert_eq!(state["live"]["plan"], state["plan"], "{}", one.log());
    assert_eq!(state["plan"]["quota_gb"], 3);
}
