//! A schedule carried out.

use std::collections::{HashMap, HashSet};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use jiff::SignedDuration;
use ostor_bridge::app::Services;
use ostor_bridge::ledger::{BucketKey, Ledger, Traffic};
use ostor_bridge::metering::{self, Collected, SampleReport};

use super::Figures;
use super::draw::{BUCKETS, End, Hit, Schedule, Step, USERS, Work};
use crate::support::{CLUSTER, Place, Rows, adopt_account, make_account, traffic_of};

/// Number of the service that adopts the fifth user.
pub const LATE_SERVICE: i64 = 4;

/// What a request was, and when: the second after it.
pub struct Recorded {
    pub second: i64,
    pub user: String,
    pub bucket: String,
    pub traffic: Traffic,
}

/// Everything of one schedule.
pub struct World {
    pub schedule: Schedule,
    pub place: Place,
    pub services: Services,
    pub rows: Rows,
    /// User ids by number; those after [`USERS`] are strangers.
    pub users: Vec<String>,
    /// When a user was adopted, in ms; `None`: made here. Others are not known.
    pub known: HashMap<String, Option<i64>>,
    pub requests: Vec<Recorded>,
    /// How often a gateway began anew.
    pub restarts: i64,
    /// Whether the gateway showed all names to the last run of all. Objects that are set aside stay where they are,
    /// and in a listing that knows no pages they hide the ones behind them.
    pub saw_all: bool,
    /// Byte-hours of each bucket when a sample that succeeded began.
    pub seen: HashMap<BucketKey, u128>,
    /// Byte-hours of each bucket in the ledger that are not to be counted: those before its first reading.
    pub bases: HashMap<BucketKey, u128>,
    pub figures: Figures,
}

/// What came of the halves of a run; `None` where there is no such half or it was cut off.
#[derive(Default)]
struct Outcome {
    collected: Vec<Collected>,
    sampled: bool,
}

impl World {
    pub async fn new(schedule: Schedule) -> Self {
        let place = schedule.setup.place().await;
        let services = place.services().await;
        let (simulator, ledger) = (&place.simulator, &services.ledger);
        let add = |number| {
            simulator
                .add_user(&format!("user{number}@example.com"), false)
                .id
        };
        let mut users: Vec<String> = (0..USERS).map(add).collect();
        // What an adopted user stored before counts from its first reading.
        simulator.add_object(&users[3], BUCKETS[0], "old", 1 << 20);
        place.advance(SignedDuration::from_mins(90));
        make_account(ledger, 1, &users[0]).await;
        make_account(ledger, 1, &users[1]).await;
        make_account(ledger, 2, &users[2]).await;
        adopt_account(ledger, 3, &users[3]).await;
        let adopted = adopted_at(ledger, &users[3]).await;
        let made = users[..3].iter().map(|user| (user.clone(), None));
        let mut known: HashMap<_, _> = made.collect();
        known.insert(users[3].clone(), Some(adopted));
        users.extend(["feedfeedfeedfeed".to_owned(), String::new()]);
        Self {
            rows: Rows::open(&place).await,
            schedule,
            place,
            services,
            users,
            known,
            requests: Vec::new(),
            restarts: 0,
            saw_all: true,
            seen: HashMap::new(),
            bases: HashMap::new(),
            figures: Figures::default(),
        }
    }

    pub async fn step(&mut self, step: Step) {
        let simulator = &self.place.simulator;
        match step {
            Step::Traffic(requests) => {
                for (user, bucket, counters) in requests {
                    let (user, bucket) = (&self.users[user], bucket.map_or("", |at| BUCKETS[at]));
                    simulator.record(user, bucket, counters);
                    self.requests.push(Recorded {
                        second: simulator.now().as_second(),
                        user: user.clone(),
                        bucket: bucket.to_owned(),
                        traffic: traffic_of(&counters),
                    });
                }
            }
            Step::Resize(bucket, owner, bytes) => {
                simulator.add_object(&self.users[owner], BUCKETS[bucket], "object", bytes);
            }
            Step::Remove(bucket, again) => {
                simulator.remove_bucket(BUCKETS[bucket]);
                if let Some(owner) = again {
                    simulator.add_object(&self.users[owner], BUCKETS[bucket], "new", 1 << 30);
                }
            }
            Step::Advance(time) => self.place.advance(time),
            Step::RestartGateway { number, flush } => {
                simulator.restart_gateway(number, flush);
                self.restarts += 1;
            }
            Step::Period(seconds) => simulator.set_usage_period(seconds),
            Step::Adopt => self.adopt().await,
            Step::DropItems => {
                let dropped = metering::drop_items(&self.services, CLUSTER).await;
                self.figures.dropped += dropped.expect("old items are dropped");
            }
            Step::Run(work, hits, end) => self.run(work, &hits, end).await,
        }
    }

    async fn adopt(&mut self) {
        let user = self.users[4].clone();
        if !self.known.contains_key(&user) {
            let ledger = &self.services.ledger;
            adopt_account(ledger, LATE_SERVICE, &user).await;
            let adopted = adopted_at(ledger, &user).await;
            self.known.insert(user, Some(adopted));
        }
    }

    async fn run(&mut self, work: Work, hits: &[Hit], end: End) {
        let simulator = &self.place.simulator;
        let before = self.stored();
        simulator.clear_calls();
        for hit in hits {
            simulator.inject_at(hit.method, hit.service, hit.fault, hit.nth);
        }
        let outcome = match end {
            End::ByItself => Some(work.run(&self.services).await),
            End::Twice => {
                let other = self.place.services().await;
                let (one, two) = tokio::join!(work.run(&self.services), work.run(&other));
                other.ledger.close().await;
                Some(one.and(two))
            }
            End::Killed(polls) | End::GivenUp(polls) => cut(work.run(&self.services), polls).await,
            End::Starved(time) => {
                self.rows.hold().await;
                let run = work.run(&self.services);
                let outcome = tokio::time::timeout(Duration::from_millis(time), run).await;
                self.rows.release().await;
                outcome.ok()
            }
        };
        self.figures.planned += hits.len() as u64;
        self.figures.hit += self.count_hits(hits);
        self.place.simulator.clear_faults();
        if outcome.is_none() {
            self.figures.cut += 1;
        }
        if matches!(end, End::Killed(_) | End::Starved(_)) {
            // What the process had told SQLite to do is done or not, as after a death in the middle.
            self.services.ledger.close().await;
            self.services = self.place.services().await;
        }
        let outcome = outcome.unwrap_or_default();
        for collected in &outcome.collected {
            self.note_collected(collected).await;
        }
        if outcome.sampled {
            self.figures.samples += 1;
            for (key, byte_hours) in &before {
                if self.living().contains(key) {
                    self.seen.insert(key.clone(), *byte_hours);
                }
            }
        }
        if work != Work::Collect {
            self.note_first_readings(&before).await;
        }
    }

    /// How many of the faults met the call they were planned for.
    fn count_hits(&self, hits: &[Hit]) -> u64 {
        let calls = self.place.simulator.calls();
        let arrived = |hit: &&Hit| {
            let alike = calls.iter().filter(|call| {
                call.method == hit.method && call.service.as_deref() == Some(hit.service)
            });
            alike.count() >= hit.nth as usize
        };
        hits.iter().filter(arrived).count() as u64
    }

    pub fn key(storage: &ostor_bridge::simulator::Storage) -> BucketKey {
        BucketKey {
            owner_id: storage.owner_id.clone(),
            name: storage.name.clone(),
            created: storage.created.as_second(),
        }
    }

    /// Byte-hours of every bucket that ever was. Two that were made within a second have one key, and the first of
    /// them stored nothing for an hour.
    pub fn stored(&self) -> HashMap<BucketKey, u128> {
        let mut stored = HashMap::new();
        for storage in self.place.simulator.storage() {
            *stored.entry(Self::key(&storage)).or_default() += u128::from(storage.byte_hours);
        }
        stored
    }

    pub fn living(&self) -> HashSet<BucketKey> {
        let storage = self.place.simulator.storage().into_iter();
        let living = storage.filter(|storage| storage.deleted.is_none());
        living.map(|storage| Self::key(&storage)).collect()
    }
}

/// When a user was adopted by the ledger's own time. A moment before may be a second before, and buckets are dated by
/// seconds.
async fn adopted_at(ledger: &Ledger, user: &str) -> i64 {
    let owners = ledger.owners(CLUSTER).await.expect("the owners");
    owners[user].expect("a user that was adopted")
}

impl Outcome {
    fn and(mut self, other: Self) -> Self {
        self.collected.extend(other.collected);
        self.sampled |= other.sampled;
        self
    }
}

impl Work {
    /// Errors are what faults lead to; what they left behind is judged by the ledger.
    async fn run(self, services: &Services) -> Outcome {
        let mut outcome = Outcome::default();
        let collect = async || metering::collect(services, CLUSTER, &|_| ()).await;
        let sample = async || metering::sample(services, CLUSTER).await;
        let (collected, sampled): (Option<Collected>, Option<SampleReport>) = match self {
            Self::Collect => (collect().await.ok(), None),
            Self::Sample => (None, sample().await.ok()),
            Self::Both => {
                let (collected, sampled) = tokio::join!(collect(), sample());
                (collected.ok(), sampled.ok())
            }
        };
        outcome.collected.extend(collected);
        outcome.sampled = sampled.is_some();
        outcome
    }
}

/// Polls `run` that often at most and then drops it, wherever it waits.
async fn cut<T>(run: impl Future<Output = T>, polls: u32) -> Option<T> {
    let mut run = pin!(run);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        run.as_mut().poll(context).map(Some)
    })
    .await
}
