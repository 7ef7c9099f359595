//! Many callers at once, at random replicas, about a handful of services, while the gateway fails at random; and the
//! history of what they saw.

#![allow(dead_code, reason = "not every binary of tests needs all of it")]

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, RwLock};
use std::time::{Duration, Instant};

use futures::future::join_all;
use ostor_bridge::simulator::{Fault, Simulator};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::fleet::{Caller, Fleet, Replica, RpcError, params};
use crate::linear::{Call, check};
use crate::mariadb::try_execute;
use crate::service::{Act, Answer, Live, Op, Plan, State, View, step};

/// How much is hammered.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Numbered from 1.
    pub services: u64,
    /// Who call at once.
    pub callers: u64,
    /// Calls of each caller in one round.
    pub calls: u64,
}

/// Words of refusals that depend on the state alone.
const REFUSALS: [&str; 3] = ["account_unknown", "account_terminated", "user_missing"];

/// Words after which nobody knows whether something is still under way.
const STILL_OPEN: [&str; 3] = ["busy", "outcome_unknown", "ledger_unavailable"];

/// What a call is told that another replica has overtaken.
const OVERTAKEN: &str = "another replica has taken over";

/// How long a call that waits for its turn may take to notice that it has come: twice the longest pause between two looks at a
/// right of somebody else.
const NOTICED: Duration = Duration::from_secs(1);

/// How long a call whose right is lost may still wait for the gateway, and then for what is on its way there, before it sets the
/// user as the ledger has it.
const RESTORING: Duration = Duration::from_secs(4);

/// Replicas over one ledger, and what was seen of them.
pub struct Hammer<'a> {
    pub fleet: &'a Fleet,
    /// The ledger of each replica: one database, perhaps at several nodes.
    urls: Vec<String>,
    lease: Duration,
    always_up: bool,
    replicas: RwLock<Vec<Replica>>,
    caller: Caller,
    moments: AtomicU64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    histories: BTreeMap<u64, Vec<Call<Op>>>,
    /// Which replica each call of a history went to.
    replicas: BTreeMap<u64, Vec<usize>>,
    /// When those calls were sent that were told that another replica had taken over.
    overtaken: HashSet<u64>,
    /// Replicas that were stopped, from when to when; still are, where the end is absent.
    stops: Vec<(usize, u64, Option<u64>)>,
}

impl Seen {
    /// The calls about a service. One that another replica has overtaken, or may have because its own was stopped, may have a
    /// request come late, and is followed by what is done about that.
    fn history(&self, service: u64) -> Vec<Call<Op>> {
        let calls = &self.histories[&service];
        let replicas = &self.replicas[&service];
        let mut history = calls.clone();
        for (call, &replica) in history.iter_mut().zip(replicas) {
            let overtaken = self.overtaken.contains(&call.sent) || self.was_stopped(replica, call);
            if call.what.answer == Answer::Open && overtaken {
                call.what.answer = Answer::Torn(call.sent);
            }
        }
        let torn = |call: &&Call<Op>| matches!(call.what.answer, Answer::Torn(_));
        let late = history.iter().filter(torn).map(|call| Call {
            what: Op {
                act: Act::Late(call.sent),
                answer: Answer::Open,
            },
            ..call.clone()
        });
        let late: Vec<_> = late.collect();
        // The last one stays the last.
        late.into_iter().chain(history).collect()
    }

    /// Whether a call that nobody waits for may have been overtaken.
    fn left_one_behind(&self, always_up: bool) -> bool {
        self.histories.iter().any(|(service, calls)| {
            let mut calls = calls.iter().zip(&self.replicas[service]);
            calls.any(|(call, &at)| {
                call.answered.is_none() && (!always_up || self.was_stopped(at, call))
            })
        })
    }

    fn was_stopped(&self, replica: usize, call: &Call<Op>) -> bool {
        let (sent, answered) = (call.sent, call.answered.unwrap_or(u64::MAX));
        let into = |&(stopped, from, to): &(usize, u64, Option<u64>)| {
            stopped == replica && from < answered && sent < to.unwrap_or(u64::MAX)
        };
        self.stops.iter().any(into)
    }
}

/// How often what was seen.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub calls: usize,
    pub done: usize,
    pub refused: usize,
    /// Failed on the way, or nobody knows.
    pub open: usize,
    /// Pairs of calls about one service that were under way at the same time at different replicas.
    pub crossed: usize,
}

impl<'a> Hammer<'a> {
    /// Starts a replica over each of the ledgers, with leases of this length. `always_up`: no ledger is ever out of reach.
    pub fn new(fleet: &'a Fleet, urls: &[String], lease: Duration, always_up: bool) -> Self {
        let names = (0..).map(|number| format!("replica{number}"));
        let serve = |(url, name): (&String, String)| fleet.serve(url, &name);
        Self {
            fleet,
            urls: urls.to_vec(),
            lease,
            always_up,
            replicas: RwLock::new(urls.iter().zip(names).map(serve).collect()),
            caller: Caller::new(),
            moments: AtomicU64::new(1),
            seen: Mutex::default(),
        }
    }

    /// Kills a replica, and starts it again after a while.
    pub async fn kill(&self, replica: usize, pause: Duration) {
        self.replicas.write().expect("nobody panicked")[replica].kill();
        tokio::time::sleep(pause).await;
        let again = self
            .fleet
            .serve(&self.urls[replica], &format!("replica{replica}"));
        self.replicas.write().expect("nobody panicked")[replica] = again;
    }

    /// Stops a replica in the middle of whatever it does, and lets it go on after a while.
    pub async fn stop(&self, replica: usize, pause: Duration) {
        self.pause(replica);
        tokio::time::sleep(pause).await;
        self.resume(replica);
    }

    pub fn pause(&self, replica: usize) {
        let from = self.moment();
        self.seen().stops.push((replica, from, None));
        self.replicas.read().expect("nobody panicked")[replica].pause();
    }

    pub fn resume(&self, replica: usize) {
        self.replicas.read().expect("nobody panicked")[replica].resume();
        let to = self.moment();
        let mut seen = self.seen();
        let stopped = seen.stops.iter_mut().rfind(|stop| stop.0 == replica);
        stopped.expect("it was stopped").2 = Some(to);
    }

    /// How many services a replica works on.
    pub fn held_by(&self, replica: usize) -> usize {
        let holders = self.ask("SELECT holder FROM leases WHERE name LIKE 'service:%'");
        let replicas = self.replicas.read().expect("nobody panicked");
        let held = holders
            .lines()
            .filter(|holder| replicas[replica].is_called(holder));
        held.count()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().expect("no caller panicked")
    }

    fn moment(&self) -> u64 {
        self.moments.fetch_add(1, Ordering::SeqCst)
    }

    fn base(&self, replica: usize) -> String {
        self.replicas.read().expect("nobody panicked")[replica]
            .base
            .clone()
    }

    /// All callers at once, each with its calls; then nothing is under way any more.
    pub async fn round(&self, load: Load, seed: u64) {
        let calling = join_all((0..load.callers).map(|number| {
            let random = StdRng::seed_from_u64(seed.wrapping_mul(1000).wrapping_add(number));
            self.calls(load, random)
        }));
        let faults = spoil(&self.fleet.simulator, StdRng::seed_from_u64(seed));
        tokio::select! {
            _ = calling => {}
            () = faults => {}
        }
        self.fleet.simulator.clear_faults();
        self.settle().await;
    }

    async fn calls(&self, load: Load, mut random: StdRng) {
        for _ in 0..load.calls {
            let service = random.random_range(1..=load.services);
            let act = any_act(&mut random);
            let replica = random.random_range(0..self.urls.len());
            let hang_up = random.random_ratio(1, 12);
            let hang_up = hang_up.then(|| Duration::from_millis(random.random_range(5..120)));
            self.call(service, act, replica, hang_up).await;
            tokio::time::sleep(Duration::from_millis(random.random_range(0..20))).await;
        }
    }

    /// Makes a call and keeps it in the history; the answer may not be waited for.
    pub async fn call(&self, service: u64, act: Act, replica: usize, hang_up: Option<Duration>) {
        let sent = self.moment();
        let (method, params) = in_words(service, act);
        let base = self.base(replica);
        let id = request_id(sent);
        let call = self.caller.call(&base, &id, method, params);
        let patience = hang_up.unwrap_or(Duration::from_secs(120));
        let (answer, ended) = match tokio::time::timeout(patience, call).await {
            Ok(Ok(Ok(result))) => (answer(act, &result), true),
            // Nobody was there to take the call, or could tell whether it may be taken.
            Ok(Err(error)) if error.is_connect() => return,
            Ok(Ok(Err(error))) if [408, 503].contains(&error.status) => return,
            Ok(Ok(Err(error))) => {
                if error.message.contains(OVERTAKEN) {
                    self.seen().overtaken.insert(sent);
                }
                after(act, error)
            }
            Ok(Err(_)) | Err(_) => (Answer::Open, false),
        };
        let answered = ended.then(|| self.moment());
        let mut seen = self.seen();
        let what = Op { act, answer };
        let history = seen.histories.entry(service).or_default();
        history.push(Call {
            sent,
            answered,
            what,
        });
        seen.replicas.entry(service).or_default().push(replica);
    }

    /// Waits until calls that nobody waits for are over: until nobody has had the right to change a service, or has shown that it
    /// lives, for longer than a call in wait takes to notice.
    pub async fn settle(&self) {
        let deadline = Instant::now() + Duration::from_secs(100);
        let mut quiet = Instant::now();
        let enough = match self.seen().left_one_behind(self.always_up) {
            true => NOTICED + RESTORING,
            false => NOTICED,
        };
        while quiet.elapsed() < enough {
            if self.are_working() {
                quiet = Instant::now();
            }
            assert!(Instant::now() < deadline, "a call does not end");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        self.close();
    }

    /// Calls that nobody waits for have done by now what they ever will: all of them where the ledger always answers, else those
    /// that it has on record. One that waits for a ledger may begin later.
    fn close(&self) {
        let recorded = self.ask("SELECT request_id FROM operations");
        let recorded: HashSet<_> = recorded.lines().collect();
        let mut seen = self.seen();
        let open = seen.histories.values_mut().flatten();
        for call in open.filter(|call| call.answered.is_none()) {
            if self.always_up || recorded.contains(&*request_id(call.sent)) {
                call.answered = Some(self.moment());
            }
        }
    }

    fn are_working(&self) -> bool {
        let silent = self.lease.as_millis();
        let working = self.ask(&format!(
            "SELECT name FROM leases
             WHERE name LIKE 'service:%' AND beat_at > UNIX_TIMESTAMP(NOW(3)) * 1000 - {silent}"
        ));
        !working.is_empty()
    }

    /// Rows of a statement, from any of the ledger's nodes that answers.
    pub fn ask(&self, statement: &str) -> String {
        let mut answers = self.urls.iter().map(|url| try_execute(url, "", statement));
        let answer = answers.find_map(Result::ok);
        answer.expect("a node that answers")
    }

    /// Which replica does the cluster's jobs, as any node that answers knows.
    pub fn collector(&self) -> Option<usize> {
        let holder = self.ask("SELECT holder FROM leases WHERE name = 'jobs:eu1'");
        let replicas = self.replicas.read().expect("nobody panicked");
        replicas
            .iter()
            .position(|replica| replica.is_called(holder.trim()))
    }

    /// Looks at every service by one of these replicas, and holds what the ledger says against the gateway.
    pub async fn look(&self, services: u64, replicas: &[usize]) {
        for service in 1..=services {
            let replica = replicas[service as usize % replicas.len()];
            self.call(service, Act::Look, replica, None).await;
            let users = self.fleet.users_of(service);
            assert!(users.len() <= 1, "service {service}: {users:?}");
            let seen = self.seen();
            let last = seen.histories[&service].last();
            if let Some(Answer::Looks(view)) = last.map(|call| &call.what.answer)
                && let (Some(shown), [user]) = (&view.user, &*users)
            {
                assert_eq!(*shown, user.id, "service {service}");
            }
        }
    }

    /// The last look at each service showed the same in the ledger and at the gateway.
    pub fn agree(&self, services: u64) {
        let seen = self.seen();
        for service in 1..=services {
            let last = seen.histories[&service]
                .last()
                .map(|call| &call.what.answer);
            match last {
                // Never created.
                Some(Answer::Refused(_)) => {}
                Some(Answer::Looks(view)) => {
                    let live = view.live.as_ref().map(|live| (live.enabled, live.plan));
                    let recorded = match view.state.as_str() {
                        "active" => view.plan.map(|plan| (true, plan)),
                        "suspended" => view.plan.map(|plan| (false, plan)),
                        "terminated" => None,
                        state => panic!("service {service} is {state}"),
                    };
                    assert_eq!(live, recorded, "service {service}");
                }
                other => panic!("service {service}: {other:?}"),
            }
        }
    }

    /// Every history fits some order of its calls.
    pub fn check(&self) -> Tally {
        let seen = self.seen();
        let mut tally = Tally::default();
        for (&service, calls) in &seen.histories {
            let history = seen.history(service);
            if let Err(stuck) = check(&history, &State::default(), step) {
                panic!(
                    "service {service} is not linearizable:\n{}",
                    stuck.story(&history)
                );
            }
            tally.count(calls, &seen.replicas[&service]);
        }
        tally
    }

    /// Ids of the requests that were answered with success.
    pub fn acknowledged(&self) -> Vec<String> {
        let seen = self.seen();
        let calls = seen.histories.values().flatten();
        let done = calls.filter(|call| {
            let looked = call.what.act == Act::Look;
            !looked && !matches!(call.what.answer, Answer::Open | Answer::Refused(_))
        });
        done.map(|call| request_id(call.sent)).collect()
    }

    /// Histories that end in something else than what was seen at the last look fit no order: what was seen does not fit by
    /// chance.
    pub fn check_wrong_ends(&self) {
        let mut spoilt = 0;
        let seen = self.seen();
        for &service in seen.histories.keys() {
            let mut history = seen.history(service);
            let Some(Answer::Looks(view)) = history.last_mut().map(|call| &mut call.what.answer)
            else {
                continue;
            };
            match (&mut view.live, &mut view.plan) {
                (Some(live), _) => live.plan.quota_gb += 100,
                (None, Some(plan)) => plan.gets += 1,
                (None, None) => continue,
            }
            let fits = check(&history, &State::default(), step).is_ok();
            assert!(!fits, "service {service} fits with another end");
            spoilt += 1;
        }
        assert!(spoilt > 0, "nothing was looked at");
    }
}

impl Tally {
    fn count(&mut self, history: &[Call<Op>], replicas: &[usize]) {
        for (n, call) in history.iter().enumerate() {
            self.calls += 1;
            match &call.what.answer {
                Answer::Refused(_) => self.refused += 1,
                Answer::Open => self.open += 1,
                _ => self.done += 1,
            }
            let crosses = |&other: &usize| {
                let (one, other_call) = (call, &history[other]);
                let known = [one, other_call].map(|call| call.what.answer != Answer::Open);
                replicas[n] != replicas[other]
                    && known == [true; 2]
                    && Some(one.sent) < other_call.answered
                    && Some(other_call.sent) < one.answered
            };
            self.crossed += (0..n).filter(crosses).count();
        }
    }
}

fn request_id(sent: u64) -> String {
    format!("call-{sent}")
}

fn any_plan(random: &mut StdRng) -> Plan {
    Plan {
        quota_gb: random.random_range(1..=4),
        gets: random.random_range(1..=4) * 10,
    }
}

/// One of the five calls of WHMCS.
pub fn any_act(random: &mut StdRng) -> Act {
    match random.random_range(0..10) {
        0..3 => Act::Create(any_plan(random)),
        3..5 => Act::Suspend,
        5..7 => Act::Unsuspend,
        7..9 => Act::Change(any_plan(random)),
        _ => Act::Terminate,
    }
}

/// Faults at random calls, until this is dropped.
async fn spoil(simulator: &Simulator, mut random: StdRng) {
    simulator.inject_always(Fault::Slow(Duration::from_millis(3)));
    loop {
        let slow = Fault::Slow(Duration::from_millis(random.random_range(10..150)));
        let faults = [
            slow,
            slow,
            slow,
            Fault::CutBefore,
            Fault::CutAfter,
            Fault::CutMidAnswer,
            Fault::Status(500),
            Fault::Status(503),
            Fault::Html502Before,
            Fault::Html502After,
            Fault::EmptyOk,
            Fault::BrokenBody,
        ];
        let fault = *faults.choose(&mut random).expect("a fault");
        simulator.inject(fault, random.random_range(1..4));
        tokio::time::sleep(Duration::from_millis(random.random_range(20..200))).await;
    }
}

fn in_words(service: u64, act: Act) -> (&'static str, Value) {
    let plan =
        |plan: Plan| json!({ "quota_gb": plan.quota_gb, "ops_per_second": { "get": plan.gets } });
    let about = |more| params(service, more);
    match act {
        Act::Create(wanted) => {
            let customer =
                json!({ "client_id": 7, "email": "customer@example.com", "plan": plan(wanted) });
            ("CreateAccount", about(customer))
        }
        Act::Suspend => ("SuspendAccount", about(json!({}))),
        Act::Unsuspend => ("UnsuspendAccount", about(json!({}))),
        Act::Change(wanted) => ("ChangePackage", about(json!({ "plan": plan(wanted) }))),
        Act::Terminate => ("TerminateAccount", about(json!({ "policy": "refuse" }))),
        Act::Look => ("AccountState", about(json!({}))),
        Act::Late(_) => unreachable!("nobody asks for it"),
    }
}

/// What an error says, and whether nothing more comes of the call.
fn after(act: Act, error: RpcError) -> (Answer, bool) {
    let reason = error.reason.as_str();
    if REFUSALS.contains(&reason) {
        return (Answer::Refused(error.reason), true);
    }
    assert!(error.retryable, "{act:?}: {error:?}");
    (Answer::Open, !STILL_OPEN.contains(&reason))
}

fn answer(act: Act, result: &Value) -> Answer {
    let user = || text(&result["user_id"]).expect("a user");
    match act {
        Act::Create(_) => Answer::Created {
            user: user(),
            key: text(&result["access_key_id"]).expect("a key"),
            created: result["created"].as_bool().expect("a flag"),
        },
        Act::Suspend | Act::Unsuspend => {
            let state = if act == Act::Suspend {
                "suspended"
            } else {
                "active"
            };
            assert_eq!(result["state"], state);
            Answer::Stands { user: user() }
        }
        Act::Change(_) => Answer::Changed {
            plan: plan(&result["plan"]).expect("a plan"),
            key: text(&result["access_key_id"]),
        },
        Act::Terminate => {
            assert_eq!(result["state"], "deleted");
            Answer::Deleted
        }
        Act::Look => Answer::Looks(view(result)),
        Act::Late(_) => unreachable!("nobody asks for it"),
    }
}

fn view(result: &Value) -> View {
    let live = &result["live"];
    let keys = |keys: &Vec<Value>| keys.iter().filter_map(text).collect();
    View {
        state: text(&result["state"]).expect("a state"),
        user: text(&result["user_id"]),
        key: text(&result["access_key_id"]),
        plan: plan(&result["plan"]),
        live: (!live.is_null()).then(|| Live {
            enabled: live["state"] == "active",
            plan: plan(&live["plan"]).expect("a plan"),
            keys: live["access_key_ids"].as_array().map(keys).expect("keys"),
        }),
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A plan; what is not limited is 0.
fn plan(value: &Value) -> Option<Plan> {
    let whole = |value: &Value| value.as_f64().unwrap_or(0.0) as u64;
    value.is_object().then(|| Plan {
        quota_gb: whole(&value["quota_gb"]),
        gets: whole(&value["ops_per_second"]["get"]),
    })
}
