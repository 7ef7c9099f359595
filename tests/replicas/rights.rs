//! Rights of replicas: to change a service, to count, to lead. Two handles to a ledger are two replicas.

use std::time::{Duration, Instant};

use ostor_bridge::clock::Clock;
use ostor_bridge::ledger::{
    AccountState, Error, Intent, Ledger, Limits, ServiceKey, ServiceLock, Spent, Turn,
};

use crate::mariadb::{self, Database};

/// How long a silent replica keeps its rights.
const LEASE: Duration = Duration::from_secs(4);

/// Long enough for everything that does not wait.
const MOMENT: Duration = Duration::from_millis(300);

async fn replica(database: &Database) -> Ledger {
    let limits = Limits {
        lease: LEASE,
        ..Limits::default()
    };
    let url = database.url.clone().into();
    let ledger = Ledger::open(&url, limits, Clock::default()).await;
    ledger.expect("a ledger")
}

async fn database() -> Database {
    let database = mariadb::database().await;
    let ledger = replica(&database).await;
    ledger.migrate().await.expect("a schema");
    ledger.close().await;
    database
}

fn service(service_id: i64) -> ServiceKey {
    ServiceKey {
        client: "whmcs".into(),
        cluster: "eu1".into(),
        service_id,
    }
}

async fn lock(ledger: &Ledger, service_id: i64, patience: Duration) -> Option<ServiceLock> {
    let held = ledger.lock(&service(service_id), patience).await;
    held.expect("the database answers")
}

async fn account(ledger: &Ledger, service_id: i64) -> i64 {
    let intent = Intent {
        service: &service(service_id),
        identity: &format!("{service_id}@example.com"),
        client_id: 7,
        email: "customer@example.com",
        plan: "{}",
    };
    ledger.record_intent(&intent).await.expect("an intent").id
}

/// A replica that has rights and then does nothing for ever, not even say so.
struct Silent {
    lock: ServiceLock,
    turn: Turn,
    lead: Turn,
}

impl Silent {
    fn over(database: &Database) -> Self {
        std::thread::scope(|scope| {
            let holder = scope.spawn(|| {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                let held = runtime.block_on(async {
                    let ledger = replica(database).await;
                    let turn = ledger.metering_turn("eu1", MOMENT).await;
                    Self {
                        lock: lock(&ledger, 1, MOMENT).await.expect("free"),
                        turn: turn.expect("the database answers").expect("free"),
                        lead: ledger.lead("eu1").await.expect("the database answers"),
                    }
                });
                // Nothing of it is given back.
                runtime.shutdown_background();
                held
            });
            holder.join().expect("rights")
        })
    }
}

/// What comes of something that a silent replica writes. Connections that ended with its runtime fail first, each once.
async fn late<F: Future<Output = Result<(), Error>>>(write: impl Fn() -> F) -> Result<(), Error> {
    for _ in 0..10 {
        match write().await {
            Err(Error::Statement(_)) => {}
            result => return result,
        }
    }
    write().await
}

#[tokio::test]
async fn a_service_has_one_writer_among_replicas() {
    let database = database().await;
    let (one, other) = (replica(&database).await, replica(&database).await);
    let held = lock(&one, 1, MOMENT).await.expect("free");
    assert!(lock(&other, 1, MOMENT).await.is_none());
    assert!(lock(&other, 2, MOMENT).await.is_some());
    drop(held);
    let held = lock(&other, 1, MOMENT).await.expect("given back");
    assert!(held.watch().is_held());
    drop(held);
    // What ends in order gives back what it has, so that nobody waits for a lease.
    let held = lock(&one, 3, MOMENT).await.expect("free");
    drop(held);
    one.close().await;
    other.close().await;
    assert_eq!(database.execute("SELECT count(*) FROM leases"), "0\n");
}

/// Fails when a right ends before its lease although its holder lives.
#[tokio::test]
async fn a_right_that_is_used_is_kept() {
    let database = database().await;
    let (one, other) = (replica(&database).await, replica(&database).await);
    let held = lock(&one, 1, MOMENT).await.expect("free");
    assert!(lock(&other, 1, LEASE * 3).await.is_none());
    assert!(held.watch().is_held());
    let id = account(held.ledger(), 1).await;
    let state = AccountState::Active;
    let changed = held.ledger().set_state(id, state).await;
    changed.expect("a change under the right");
}

/// Fails when a replica that died keeps others waiting for longer than its lease, or can still write when it wakes up.
#[tokio::test]
async fn a_silent_replica_is_replaced_within_its_lease_and_writes_nothing_more() {
    let database = database().await;
    let other = replica(&database).await;
    let id = account(&other, 1).await;
    let silent = Silent::over(&database);
    let died = Instant::now();
    assert!(silent.lock.watch().is_held());
    let (lock, lead) = tokio::join!(lock(&other, 1, LEASE * 2), other.lead("eu1"));
    let (lock, _lead) = (lock.expect("taken over"), lead.expect("taken over"));
    let waited = died.elapsed();
    assert!(
        waited > LEASE / 2,
        "{waited:?}: it was taken from a living one"
    );
    assert!(waited < LEASE, "{waited:?}");
    // Who waits to lead need not wait for the run under way once more.
    let turn = other.metering_turn("eu1", MOMENT).await;
    turn.expect("the database answers").expect("taken over");

    let ledger = silent.lock.ledger();
    let error = late(|| ledger.set_state(id, AccountState::Suspended)).await;
    assert!(matches!(error, Err(Error::LeaseLost)), "{error:?}");
    let now = jiff::Timestamp::now();
    let ledger = silent.turn.ledger();
    let error = late(|| ledger.set_sampled("eu1", now)).await;
    assert!(matches!(error, Err(Error::LeaseLost)), "{error:?}");
    assert!(!silent.lock.watch().is_held() && !silent.lead.watch().is_held());
    let mine = lock.ledger().set_state(id, AccountState::Active).await;
    mine.expect("the new holder writes");
    let states = database.execute("SELECT state FROM accounts; SELECT count(*) FROM metering");
    assert_eq!(states, "active\n0\n");
}

/// Fails when a replica goes on although it cannot tell the database that it lives: another one may have taken over.
#[tokio::test]
async fn a_right_is_lost_when_the_database_is() {
    let server = mariadb::Server::start(&[]);
    let database = server.database();
    let ledger = replica(&database).await;
    ledger.migrate().await.expect("a schema");
    let lead = ledger.lead("eu1").await.expect("free");
    assert!(lead.watch().is_held());
    // Its tests' database goes with it.
    std::mem::forget(database);
    drop(server);
    let lost = tokio::time::timeout(LEASE * 2, lead.lost()).await;
    lost.expect("it is lost");
    assert!(!lead.watch().is_held());
}

#[tokio::test]
async fn a_token_is_spent_for_all_replicas() {
    let database = database().await;
    let (one, other) = (replica(&database).await, replica(&database).await);
    let print = [7; 16];
    assert_eq!(
        one.spend_token(&print, 100).await.expect("spent"),
        Spent::Now
    );
    let again = other.spend_token(&print, 100).await.expect("known");
    assert_eq!(again, Spent::Before);
    one.forget_tokens(100).await.expect("looked");
    let again = other.spend_token(&print, 100).await.expect("known");
    assert_eq!(again, Spent::Before, "forgotten too early");
    one.forget_tokens(101).await.expect("forgotten");
    assert_eq!(
        other.spend_token(&print, 100).await.expect("spent"),
        Spent::Now
    );
}
