//! The five calls of WHMCS in random interleavings at three replicas.

use std::time::Duration;

use ostor_bridge::simulator::Options;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::fleet::Fleet;
use crate::hammer::{Hammer, Load};
use crate::mariadb;
use crate::seed::{number, seed};
use crate::service::Act;

const LOAD: Load = Load {
    services: 4,
    callers: 10,
    calls: 3,
};

/// Rounds of a run: 270 calls.
const ROUNDS: u64 = 9;

/// Settings of the replicas. A holder that is killed is waited for as long as its lease runs.
const SECTIONS: &str = "[database]\nlease = \"5s\"\n";
const LEASE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_at_three_replicas_are_seen_in_one_order_for_each_service() {
    let seed = seed();
    let runs = number("OSTOR_TEST_KILLS", 20).div_ceil(20);
    for run in 0..runs {
        hammer(seed.wrapping_add(run)).await;
    }
}

async fn hammer(seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let database = mariadb::database().await;
    let fleet = Fleet::start(Options::default(), SECTIONS).await;
    fleet.migrate(&database.url);
    let urls = [(); 3].map(|()| database.url.clone());
    let hammer = Hammer::new(&fleet, &urls, LEASE, true);
    // One replica is killed in a round, and one is stopped in another for longer than it keeps its rights.
    let killed_in = random.random_range(0..ROUNDS);
    let stopped_in = (killed_in + random.random_range(1..ROUNDS)) % ROUNDS;
    for round in 0..ROUNDS {
        let moment = Duration::from_millis(random.random_range(50..600));
        let victim = random.random_range(0..3);
        let mishap = async {
            tokio::time::sleep(moment).await;
            if round == killed_in {
                hammer.kill(victim, moment * 2).await;
            } else if round == stopped_in {
                hammer.stop(victim, LEASE + moment).await;
            }
        };
        tokio::join!(hammer.round(LOAD, seed.wrapping_add(round)), mishap);
        hammer.look(LOAD.services, &[0, 1, 2]).await;
        hammer.check();
    }
    put_right(&hammer, &fleet).await;
    let tally = hammer.check();
    println!("seed {seed}: {tally:?}");
    hammer.check_wrong_ends();
    assert!(tally.crossed * 5 > tally.calls, "{tally:?}");
    assert!(tally.done * 3 > tally.calls, "{tally:?}");
}

/// Whatever was cut off is completed by one more call, and then ledger and gateway say the same of every service.
async fn put_right(hammer: &Hammer<'_>, fleet: &Fleet) {
    let mut live = 0;
    for service in 1..=LOAD.services {
        let act = match fleet.users_of(service).first() {
            Some(user) if user.enabled => Act::Unsuspend,
            Some(_) => Act::Suspend,
            None => Act::Terminate,
        };
        live += usize::from(act != Act::Terminate);
        hammer.call(service, act, 0, None).await;
    }
    hammer.look(LOAD.services, &[0, 1, 2]).await;
    hammer.agree(LOAD.services);
    let users = fleet.simulator.users();
    assert_eq!(users.iter().filter(|user| !user.system).count(), live);
}
