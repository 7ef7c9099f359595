//! What one service is, as if its calls came one after the other: the model that histories are held against.
//!
//! It is written from docs/rpc.md and docs/architecture.md. A call that succeeds goes its whole way; one that failed on the way
//! or was cut off may have gone any part of it, and no other order of it; a refusal changes nothing. A call whose process was
//! stopped may have been about to send one request, which then reaches the gateway after those of other calls.

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
    /// No call, but what comes late of the one with this number, and what is done about it.
    Late(u64),
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
    /// Likewise, and its process was stopped meanwhile: the next request of its way may come late. The number of the call.
    Torn(u64),
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
    /// What is on its way to the gateway, with the number of the call that sent it.
    late: Vec<(u64, Request)>,
}

/// A change at the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Request {
    Make,
    Delete,
    Gets(u64),
    Quota(u64),
    Enabled(bool),
}

/// The states to which a call can lead with its answer; none when the answer does not fit.
pub fn step(state: &State, op: &Op) -> Vec<State> {
    if let Act::Late(call) = op.act {
        return distinct(state.arrives(call));
    }
    let way = match refusal(state, op.act) {
        Some(word) => {
            let told = match &op.answer {
                Answer::Refused(told) => told == word,
                Answer::Open | Answer::Torn(_) => true,
                _ => false,
            };
            return Vec::from_iter(told.then(|| state.clone()));
        }
        None => way(state, op.act),
    };
    match &op.answer {
        Answer::Open => distinct(way.states),
        Answer::Torn(call) => distinct(way.torn(*call)),
        Answer::Refused(_) => Vec::new(),
        answer => Vec::from_iter(told(state, way.end(), op.act, answer)),
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
fn way(state: &State, act: Act) -> Way {
    let mut way = Way {
        states: vec![state.clone()],
        sent: Vec::new(),
    };
    if matches!(act, Act::Look | Act::Late(_)) {
        return way;
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
            way.send(Request::Enabled(true));
            way.on(|state| state.handed_out = true);
            way.on(|state| state.row = Row::Of("active"));
        }
        Act::Suspend => {
            way.send(Request::Enabled(false));
            way.on(|state| state.row = Row::Of("suspended"));
            way.apply_recorded();
        }
        Act::Unsuspend => {
            way.apply_recorded();
            way.send(Request::Enabled(true));
            way.on(|state| state.row = Row::Of("active"));
        }
        Act::Change(plan) => {
            way.on(|state| state.plan = Some(plan));
            way.apply(plan);
        }
        Act::Terminate if state.user.is_some() => {
            way.on(|state| state.row = Row::Of("terminating"));
            way.send(Request::Delete);
            way.on(State::close);
        }
        Act::Terminate if state.row != Row::None => way.on(State::close),
        Act::Terminate | Act::Look | Act::Late(_) => {}
    }
    way
}

/// States one after the other.
struct Way {
    states: Vec<State>,
    /// What each of them but the first comes from, where that is a request.
    sent: Vec<Option<Request>>,
}

impl Way {
    fn on(&mut self, change: impl FnOnce(&mut State)) {
        self.go(None, change);
    }

    fn send(&mut self, request: Request) {
        self.go(Some(request), |state| state.receive(request));
    }

    fn go(&mut self, sent: Option<Request>, change: impl FnOnce(&mut State)) {
        let mut state = self.end();
        change(&mut state);
        self.states.push(state);
        self.sent.push(sent);
    }

    fn end(&self) -> State {
        self.states.last().expect("a beginning").clone()
    }

    fn make_user(&mut self, plan: Plan) {
        self.on(|state| {
            state.row = Row::Intended;
            state.plan = Some(plan);
            state.handed_out = false;
        });
        self.send(Request::Make);
        self.on(|state| state.row = Row::Of("creating"));
    }

    /// Limits first, then the quota.
    fn apply(&mut self, plan: Plan) {
        self.send(Request::Gets(plan.gets));
        self.send(Request::Quota(plan.quota_gb));
    }

    fn apply_recorded(&mut self) {
        self.apply(self.end().plan.expect("whoever has a user has a plan"));
    }

    /// Any part of it, and perhaps the next request on its way.
    fn torn(self, call: u64) -> Vec<State> {
        let about_to = self.states.iter().zip(&self.sent).filter_map(|(at, sent)| {
            let mut state = at.clone();
            state.late.push((call, (*sent)?));
            Some(state)
        });
        let about_to: Vec<_> = about_to.collect();
        self.states.into_iter().chain(about_to).collect()
    }
}

impl State {
    fn user(&mut self) -> &mut User {
        self.user.as_mut().expect("a user")
    }

    /// What the gateway makes of a request.
    fn receive(&mut self, request: Request) {
        match (request, &mut self.user) {
            (Request::Make, user @ None) => {
                *user = Some(User {
                    id: None,
                    key: None,
                    enabled: true,
                    plan: NO_PLAN,
                });
            }
            (Request::Delete, user) => self.gone.extend(user.take().and_then(|user| user.id)),
            (Request::Gets(gets), Some(user)) => user.plan.gets = gets,
            (Request::Quota(gb), Some(user)) => user.plan.quota_gb = gb,
            (Request::Enabled(enabled), Some(user)) => user.enabled = enabled,
            (Request::Make, Some(_)) | (_, None) => {}
        }
    }

    fn close(&mut self) {
        self.row = Row::Terminated;
        self.handed_out = false;
    }

    /// What a call had on its way comes now, or came before, or not at all; and then the user is set as the ledger has it, or
    /// a part of it where the gateway fails.
    fn arrives(&self, call: u64) -> Vec<State> {
        let mut without = self.clone();
        without.late.retain(|(sender, _)| *sender != call);
        let sent = self.late.iter().find(|(sender, _)| *sender == call);
        let with = sent.map(|(_, request)| {
            let mut state = without.clone();
            state.receive(*request);
            state
        });
        let ends = std::iter::once(without).chain(with);
        ends.flat_map(State::being_restored).collect()
    }

    /// Where the user comes along that is being set as the ledger has it.
    fn being_restored(self) -> Vec<State> {
        match (self.row, &self.user) {
            (Row::Of("active"), Some(_)) => way(&self, Act::Unsuspend).states,
            (Row::Of("suspended"), Some(_)) => way(&self, Act::Suspend).states,
            _ => vec![self],
        }
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
    fn of_a_call_that_was_torn_one_request_may_come_after_another_call() {
        let then = |torn, answer: Answer, late: &[(u64, u64, Act, Answer)], end: Answer| {
            let mut calls = vec![
                (1, 2, Act::Create(SMALL), created("a", true)),
                (3, 10, torn, answer),
                (5, 6, Act::Change(SMALL), changed(SMALL, "a")),
            ];
            calls.extend_from_slice(late);
            calls.push((11, 12, Act::Look, end));
            fits(&calls)
        };
        let change = Act::Change(LARGE);
        let late = [(3, 10, Act::Late(3), Answer::Open)];
        let ends = |quota_gb, gets| {
            let live = Plan { quota_gb, gets };
            looks("active", SMALL, Some((true, live)), "a")
        };
        for (quota_gb, gets, expected) in
            [(1, 10, true), (1, 20, true), (2, 10, true), (2, 20, false)]
        {
            let end = ends(quota_gb, gets);
            assert_eq!(then(change, Answer::Torn(3), &late, end), expected);
        }
        // Torn and never late, late and not torn, or late of another call.
        assert!(!then(change, Answer::Torn(3), &[], ends(1, 20)));
        assert!(!then(change, Answer::Open, &late, ends(1, 20)));
        assert!(!then(change, Answer::Torn(4), &late, ends(1, 20)));
        let end = looks("active", SMALL, Some((false, SMALL)), "a");
        assert!(then(Act::Suspend, Answer::Torn(3), &late, end.clone()));
        assert!(!then(change, Answer::Torn(3), &late, end));
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
