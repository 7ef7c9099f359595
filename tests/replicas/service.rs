//! What one service is, as if its calls came one after the other: the model that histories are held against.
//!
//! It is written from docs/rpc.md and docs/architecture.md. A call that succeeds goes its whole way; one that failed on the way
//! or was cut off may have gone any part of it, and no other order of it; a refusal changes nothing.

use std::collections::BTreeSet;

/// What a customer has bought: quota in GB and get requests per second. Never unlimited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Plan {
    pub quota_gb: u64,
    pub gets: u64,
}

/// Of a user just made: no limits.
const NO_PLAN: Plan = Plan {
    quota_gb: 0,
    gets: 0,
};

/// What is asked of a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Create(Plan),
    Suspend,
    Unsuspend,
    Change(Plan),
    /// Under the policy `refuse`; the user has no buckets.
    Terminate,
    /// AccountState. It takes no turn with the others, so it is asked only when nothing else is under way.
    Look,
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To Create.
    Created {
        user: String,
        key: String,
        /// Whether this call made the user.
        created: bool,
    },
    /// To Suspend and Unsuspend.
    Stands { user: String },
    /// To ChangePackage: the plan in force, and the key pair last handed out.
    Changed { plan: Plan, key: Option<String> },
    /// To Terminate.
    Deleted,
    /// To AccountState.
    Looks(View),
    /// The state forbids it; the word.
    Refused(String),
    /// It did not succeed, or nobody knows: it may have gone any part of its way.
    Open,
}

/// What AccountState shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub state: String,
    pub user: Option<String>,
    pub key: Option<String>,
    pub plan: Option<Plan>,
    pub live: Option<Live>,
}

/// What the gateway shows of the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    pub enabled: bool,
    pub plan: Plan,
    pub keys: Vec<String>,
}

/// A call with its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    pub act: Act,
    pub answer: Answer,
}

/// The ledger's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
enum Row {
    #[default]
    None,
    /// A user was about to be made; its id is not on record.
    Intended,
    /// The user's id is on record, with this word.
    Of(&'static str),
    Terminated,
}

/// The user at the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct User {
    /// Absent until an answer has told it.
    id: Option<String>,
    /// Its only key pair, likewise.
    key: Option<String>,
    enabled: bool,
    plan: Plan,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct State {
    row: Row,
    /// The plan on record.
    plan: Option<Plan>,
    /// Whether the key pair on record is the user's; else there is none.
    handed_out: bool,
    user: Option<User>,
    /// Users that are gone. Their ids never come back.
    gone: BTreeSet<String>,
}

/// The states to which a call can lead with its answer; none when the answer does not fit.
pub fn step(state: &State, op: &Op) -> Vec<State> {
    let ways = match refusal(state, op.act) {
        Some(word) => {
            let told = match &op.answer {
                Answer::Refused(told) => told == word,
                Answer::Open => true,
                _ => false,
            };
            return Vec::from_iter(told.then(|| state.clone()));
        }
        None => way(state, op.act),
    };
    let end = ways.last().expect("a way has an end").clone();
    match &op.answer {
        Answer::Open => distinct(ways),
        Answer::Refused(_) => Vec::new(),
        answer => Vec::from_iter(told(state, end, op.act, answer)),
    }
}

fn distinct(states: Vec<State>) -> Vec<State> {
    let mut kept: Vec<State> = Vec::new();
    for state in states {
        if !kept.contains(&state) {
            kept.push(state);
        }
    }
    kept
}

/// The word with which the state forbids a call.
fn refusal(state: &State, act: Act) -> Option<&'static str> {
    match (act, state.row, &state.user) {
        (Act::Create(_) | Act::Terminate, ..) => None,
        (Act::Look, row, _) => (row == Row::None).then_some("account_unknown"),
        (_, _, Some(_)) => None,
        (_, Row::Of(_), None) => Some("user_missing"),
        (_, Row::Terminated, None) => Some("account_terminated"),
        (_, Row::None | Row::Intended, None) => Some("account_unknown"),
    }
}

/// Where a call comes along, from where it begins to where it succeeds.
fn way(state: &State, act: Act) -> Vec<State> {
    let mut way = Way(vec![state.clone()]);
    if act == Act::Look {
        return way.0;
    }
    if state.row == Row::Intended && state.user.is_some() {
        way.on(|state| state.row = Row::Of("creating"));
    }
    match act {
        Act::Create(plan) => {
            match &state.user {
                Some(_) => way.on(|state| state.plan = Some(plan)),
                None => way.make_user(plan),
            }
            way.apply(plan);
            way.on(|state| state.user().enabled = true);
            way.on(|state| state.handed_out = true);
            way.on(|state| state.row = Row::Of("active"));
        }
        Act::Suspend => {
            way.on(|state| state.user().enabled = false);
            way.on(|state| state.row = Row::Of("suspended"));
            way.apply_recorded();
        }
        Act::Unsuspend => {
            way.apply_recorded();
            way.on(|state| state.user().enabled = true);
            way.on(|state| state.row = Row::Of("active"));
        }
        Act::Change(plan) => {
            way.on(|state| state.plan = Some(plan));
            way.apply(plan);
        }
        Act::Terminate if state.user.is_some() => {
            way.on(|state| state.row = Row::Of("terminating"));
            way.on(State::lose_user);
            way.on(State::close);
        }
        Act::Terminate if state.row != Row::None => way.on(State::close),
        Act::Terminate | Act::Look => {}
    }
    way.0
}

/// States one after the other.
struct Way(Vec<State>);

impl Way {
    fn on(&mut self, change: impl FnOnce(&mut State)) {
        let mut state = self.0.last().expect("a beginning").clone();
        change(&mut state);
        self.0.push(state);
    }

    fn make_user(&mut self, plan: Plan) {
        self.on(|state| {
            state.row = Row::Intended;
            state.plan = Some(plan);
            state.handed_out = false;
        });
        self.on(|state| {
            state.user = Some(User {
                id: None,
                key: None,
                enabled: true,
                plan: NO_PLAN,
            });
        });
        self.on(|state| state.row = Row::Of("creating"));
    }

    /// Limits first, then the quota.
    fn apply(&mut self, plan: Plan) {
        self.on(|state| state.user().plan.gets = plan.gets);
        self.on(|state| state.user().plan.quota_gb = plan.quota_gb);
    }

    fn apply_recorded(&mut self) {
        let recorded = self.0.last().and_then(|state| state.plan);
        self.apply(recorded.expect("whoever has a user has a plan"));
    }
}

impl State {
    fn user(&mut self) -> &mut User {
        self.user.as_mut().expect("a user")
    }

    fn lose_user(&mut self) {
        self.gone.extend(self.user.take().and_then(|user| user.id));
    }

    fn close(&mut self) {
        self.row = Row::Terminated;
        self.handed_out = false;
    }
}

/// The state after a call that succeeded, with what its answer tells of it; `None` when that does not fit.
fn told(before: &State, mut after: State, act: Act, answer: &Answer) -> Option<State> {
    let fits = match (act, answer) {
        (Act::Create(_), Answer::Created { user, key, created }) => {
            *created == before.user.is_none() && after.is_user(user) && after.is_key(key)
        }
        (Act::Suspend | Act::Unsuspend, Answer::Stands { user }) => after.is_user(user),
        (Act::Change(wanted), Answer::Changed { plan, key }) => {
            *plan == wanted && after.is_handed_out(key.as_ref())
        }
        (Act::Terminate, Answer::Deleted) => true,
        (Act::Look, Answer::Looks(view)) => after.looks(view),
        _ => false,
    };
    fits.then_some(after)
}

impl State {
    /// The user may have the id, and has it from now on.
    fn is_user(&mut self, id: &str) -> bool {
        if self.gone.contains(id) {
            return false;
        }
        self.user().id.get_or_insert_with(|| id.to_owned()) == id
    }

    fn is_key(&mut self, key: &str) -> bool {
        // The key of a user that is gone is nobody's.
        self.user
            .as_mut()
            .is_none_or(|user| user.key.get_or_insert_with(|| key.to_owned()) == key)
    }

    fn is_handed_out(&mut self, key: Option<&String>) -> bool {
        match key {
            Some(key) => self.handed_out && self.is_key(key),
            None => !self.handed_out,
        }
    }

    fn looks(&mut self, view: &View) -> bool {
        let (word, recorded) = match self.row {
            Row::None => return false,
            Row::Intended => ("creating", false),
            Row::Of(word) => (word, true),
            Row::Terminated => ("terminated", false),
        };
        if view.state != word || view.plan != self.plan || !self.is_handed_out(view.key.as_ref()) {
            return false;
        }
        match (&view.user, &view.live) {
            (None, None) => !recorded,
            // On record, and gone from the gateway.
            (Some(id), None) => recorded && self.user.is_none() && self.gone_is(id),
            (Some(id), Some(live)) => {
                recorded && self.user.is_some() && self.is_user(id) && self.lives(live)
            }
            (None, Some(_)) => false,
        }
    }

    /// The user that is gone may have had the id.
    fn gone_is(&mut self, id: &str) -> bool {
        self.gone.insert(id.to_owned());
        true
    }

    fn lives(&mut self, live: &Live) -> bool {
        let user = self.user();
        let shown = (user.enabled, user.plan) == (live.enabled, live.plan);
        shown && live.keys.len() == 1 && self.is_key(&live.keys[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linear::{Call, check};

    const SMALL: Plan = Plan {
        quota_gb: 1,
        gets: 10,
    };
    const LARGE: Plan = Plan {
        quota_gb: 2,
        gets: 20,
    };

    fn created(user: &str, created: bool) -> Answer {
        Answer::Created {
            user: user.into(),
            key: format!("key of {user}"),
            created,
        }
    }

    fn stands(user: &str) -> Answer {
        Answer::Stands { user: user.into() }
    }

    fn changed(plan: Plan, user: &str) -> Answer {
        Answer::Changed {
            plan,
            key: Some(format!("key of {user}")),
        }
    }

    fn refused(word: &str) -> Answer {
        Answer::Refused(word.into())
    }

    fn looks(state: &str, recorded: Plan, live: Option<(bool, Plan)>, user: &str) -> Answer {
        let key = format!("key of {user}");
        Answer::Looks(View {
            state: state.into(),
            user: live.map(|_| user.into()),
            key: live.map(|_| key.clone()),
            plan: Some(recorded),
            live: live.map(|(enabled, plan)| Live {
                enabled,
                plan,
                keys: vec![key],
            }),
        })
    }

    /// Calls that are sent and answered at these moments; an answer that never came is at 0.
    fn fits(calls: &[(u64, u64, Act, Answer)]) -> bool {
        let call = |(sent, answered, act, answer): &(u64, u64, Act, Answer)| Call {
            sent: *sent,
            answered: (*answered > 0).then_some(*answered),
            what: Op {
                act: *act,
                answer: answer.clone(),
            },
        };
        let history: Vec<_> = calls.iter().map(call).collect();
        check(&history, &State::default(), step).is_ok()
    }

    #[test]
    fn a_life_fits_and_every_wrong_answer_in_it_does_not() {
        let life = vec![
            (1, 2, Act::Suspend, refused("account_unknown")),
            (3, 4, Act::Create(SMALL), created("a", true)),
            (5, 6, Act::Create(SMALL), created("a", false)),
            (7, 8, Act::Suspend, stands("a")),
            (9, 10, Act::Change(LARGE), changed(LARGE, "a")),
            (
                11,
                12,
                Act::Look,
                looks("suspended", LARGE, Some((false, LARGE)), "a"),
            ),
            (13, 14, Act::Unsuspend, stands("a")),
            (
                15,
                16,
                Act::Look,
                looks("active", LARGE, Some((true, LARGE)), "a"),
            ),
            (17, 18, Act::Terminate, Answer::Deleted),
            (19, 20, Act::Unsuspend, refused("account_terminated")),
            (21, 22, Act::Look, looks("terminated", LARGE, None, "a")),
            (23, 24, Act::Create(SMALL), created("b", true)),
            (
                25,
                26,
                Act::Look,
                looks("active", SMALL, Some((true, SMALL)), "b"),
            ),
        ];
        assert!(fits(&life));
        let wrong = [
            (0, refused("account_terminated")),
            (0, stands("a")),
            (1, created("a", false)),
            (2, created("a", true)),
            (2, created("b", false)),
            (3, stands("b")),
            (3, refused("account_unknown")),
            (4, changed(SMALL, "a")),
            (4, changed(LARGE, "b")),
            (5, looks("active", LARGE, Some((false, LARGE)), "a")),
            (5, looks("suspended", SMALL, Some((false, LARGE)), "a")),
            (5, looks("suspended", LARGE, Some((true, LARGE)), "a")),
            (5, looks("suspended", LARGE, Some((false, SMALL)), "a")),
            (6, refused("account_terminated")),
            (7, looks("active", LARGE, Some((true, LARGE)), "b")),
            (9, stands("a")),
            (10, looks("terminated", SMALL, None, "a")),
            (11, created("a", true)),
            (11, created("b", false)),
            (12, looks("active", SMALL, Some((true, SMALL)), "a")),
        ];
        for (at, answer) in wrong {
            let mut life = life.clone();
            life[at].3 = answer;
            assert!(!fits(&life), "{:?}", life[at]);
        }
    }

    #[test]
    fn of_two_creates_at_once_one_makes_the_user() {
        let at_once = |first, second| {
            fits(&[
                (1, 10, Act::Create(SMALL), first),
                (2, 9, Act::Create(SMALL), second),
            ])
        };
        assert!(at_once(created("a", true), created("a", false)));
        assert!(at_once(created("a", false), created("a", true)));
        assert!(!at_once(created("a", true), created("a", true)));
        assert!(!at_once(created("a", true), created("b", true)));
        assert!(!at_once(created("a", false), created("a", false)));
    }

    #[test]
    fn contrary_calls_at_once_end_as_one_of_them_throughout() {
        let end = |word, enabled| {
            fits(&[
                (1, 2, Act::Create(SMALL), created("a", true)),
                (3, 10, Act::Suspend, stands("a")),
                (4, 9, Act::Unsuspend, stands("a")),
                (
                    11,
                    12,
                    Act::Look,
                    looks(word, SMALL, Some((enabled, SMALL)), "a"),
                ),
            ])
        };
        assert!(end("active", true));
        assert!(end("suspended", false));
        assert!(!end("active", false));
        assert!(!end("suspended", true));
    }

    #[test]
    fn a_create_that_was_cut_off_left_a_part_of_its_way() {
        let then = |rest: &[(u64, u64, Act, Answer)]| {
            let mut calls = vec![(1, 0, Act::Create(SMALL), Answer::Open)];
            calls.extend_from_slice(rest);
            fits(&calls)
        };
        assert!(then(&[(3, 4, Act::Suspend, refused("account_unknown"))]));
        assert!(then(&[(3, 4, Act::Suspend, stands("a"))]));
        assert!(then(&[(3, 4, Act::Create(LARGE), created("a", true))]));
        assert!(then(&[(3, 4, Act::Create(LARGE), created("a", false))]));
        // The user was made and its key not handed out.
        let without_key = Answer::Changed {
            plan: LARGE,
            key: None,
        };
        assert!(then(&[(3, 4, Act::Change(LARGE), without_key.clone())]));
        // Handed out by another call, which therefore knows the user.
        assert!(!then(&[
            (3, 4, Act::Create(LARGE), created("a", false)),
            (5, 6, Act::Change(LARGE), without_key),
        ]));
        assert!(!then(&[(
            3,
            4,
            Act::Suspend,
            refused("account_terminated")
        )]));
        // The user is there, or it is not.
        assert!(!then(&[
            (3, 4, Act::Suspend, stands("a")),
            (5, 6, Act::Create(SMALL), created("a", true)),
        ]));
        assert!(!then(&[
            (3, 4, Act::Create(SMALL), created("a", true)),
            (5, 6, Act::Suspend, refused("account_unknown")),
        ]));
    }

    #[test]
    fn a_termination_that_failed_may_have_deleted_the_user() {
        let then = |rest: &[(u64, u64, Act, Answer)]| {
            let mut calls = vec![
                (1, 2, Act::Create(SMALL), created("a", true)),
                (3, 4, Act::Terminate, Answer::Open),
            ];
            calls.extend_from_slice(rest);
            fits(&calls)
        };
        assert!(then(&[(5, 6, Act::Suspend, stands("a"))]));
        assert!(then(&[(5, 6, Act::Suspend, refused("user_missing"))]));
        assert!(then(&[(5, 6, Act::Suspend, refused("account_terminated"))]));
        assert!(then(&[(5, 6, Act::Create(SMALL), created("b", true))]));
        assert!(!then(&[(5, 6, Act::Create(SMALL), created("a", true))]));
        assert!(!then(&[(5, 6, Act::Create(SMALL), created("b", false))]));
        // It was answered, so it does nothing any more.
        assert!(!then(&[
            (5, 6, Act::Suspend, stands("a")),
            (7, 8, Act::Suspend, refused("user_missing")),
        ]));
    }

    #[test]
    fn a_change_that_was_cut_off_may_come_late_but_not_undo_itself() {
        let then = |first: Plan, second: Plan| {
            let look = |plan: Plan, gets| {
                let live = Plan { gets, ..plan };
                looks("active", plan, Some((true, live)), "a")
            };
            fits(&[
                (1, 2, Act::Create(SMALL), created("a", true)),
                (3, 0, Act::Change(LARGE), Answer::Open),
                (5, 6, Act::Look, look(first, first.gets)),
                (7, 8, Act::Look, look(second, second.gets)),
            ])
        };
        assert!(then(SMALL, SMALL));
        assert!(then(SMALL, LARGE));
        assert!(then(LARGE, LARGE));
        assert!(!then(LARGE, SMALL));
    }
}
