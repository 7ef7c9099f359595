//! Whether what callers saw at once could have been seen one after the other: linearizability by Wing and Gong, with the
//! configurations that led nowhere remembered, as Lowe does.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;

/// How many configurations are tried at most; a million take some hundred megabytes.
const MOST: usize = 5_000_000;

/// One call of a history.
#[derive(Clone, Debug)]
pub struct Call<O> {
    /// When it was sent. Moments only have an order; those of different calls are different.
    pub sent: u64,
    /// When its answer was there; `None` when none came: then it may have taken effect at any later moment, or never.
    pub answered: Option<u64>,
    /// What was asked, and what was answered.
    pub what: O,
}

/// Why a history is not linearizable.
#[derive(Debug, PartialEq, Eq)]
pub struct Stuck<S> {
    /// Numbers of the calls of the longest order that explains the answers of all calls in it.
    pub order: Vec<usize>,
    /// Where that order leads.
    pub state: S,
    /// Numbers of the calls that could come next, none of which fits.
    pub next: Vec<usize>,
}

impl<S: fmt::Debug> Stuck<S> {
    /// The story, call by call.
    pub fn story<O: fmt::Debug>(&self, history: &[Call<O>]) -> String {
        let lines = |calls: &[usize]| -> String {
            let line = |&call: &usize| format!("  {:?}\n", history[call]);
            calls.iter().map(line).collect()
        };
        format!(
            "in this order\n{}lead to\n  {:?}\nwhere none of these fits\n{}",
            lines(&self.order),
            self.state,
            lines(&self.next)
        )
    }
}

/// Whether some order of the calls, in which none comes before one that was answered before it was sent, explains all
/// answers. `step` tells to which states a call can lead from a state with its answer; none when the answer does not fit. Returns
/// one such order.
pub fn check<O, S: Clone + Eq + Hash>(
    history: &[Call<O>],
    start: &S,
    step: impl Fn(&S, &O) -> Vec<S>,
) -> Result<Vec<usize>, Stuck<S>> {
    let mut by_answer: Vec<usize> = (0..history.len()).collect();
    // Calls without answer last: mostly they need not have happened.
    by_answer.sort_by_key(|&call| history[call].answered.unwrap_or(u64::MAX));
    let mut search = Search {
        history,
        step,
        by_answer,
        done: vec![false; history.len()],
        order: Vec::new(),
        seen: HashSet::new(),
        best: None,
    };
    match search.from(start) {
        true => Ok(search.order),
        false => Err(search.best.expect("the start was tried")),
    }
}

struct Search<'a, O, S, F> {
    history: &'a [Call<O>],
    step: F,
    /// All calls, those that were answered first at the front.
    by_answer: Vec<usize>,
    done: Vec<bool>,
    order: Vec<usize>,
    /// Sets of calls and states from which there is no way on.
    seen: HashSet<(Vec<bool>, S)>,
    best: Option<Stuck<S>>,
}

impl<O, S: Clone + Eq + Hash, F: Fn(&S, &O) -> Vec<S>> Search<'_, O, S, F> {
    /// Goes on from a state until all that were answered are done; leaves the order that succeeded.
    fn from(&mut self, state: &S) -> bool {
        let next = self.next();
        let answered = |&call: &usize| self.history[call].answered.is_some();
        if !next.iter().any(answered) {
            return true;
        }
        if !self.seen.insert((self.done.clone(), state.clone())) {
            return false;
        }
        assert!(self.seen.len() < MOST, "too many calls are open at once");
        if self
            .best
            .as_ref()
            .is_none_or(|best| best.order.len() < self.order.len())
        {
            self.best = Some(Stuck {
                order: self.order.clone(),
                state: state.clone(),
                next: next.clone(),
            });
        }
        for call in next {
            for after in (self.step)(state, &self.history[call].what) {
                self.done[call] = true;
                self.order.push(call);
                if self.from(&after) {
                    return true;
                }
                self.order.pop();
                self.done[call] = false;
            }
        }
        false
    }

    /// Calls that may come next: sent before the first answer among those that are not done.
    fn next(&self) -> Vec<usize> {
        let open = || {
            self.by_answer
                .iter()
                .copied()
                .filter(|&call| !self.done[call])
        };
        let first = open().find_map(|call| self.history[call].answered);
        let first = first.unwrap_or(u64::MAX);
        open()
            .filter(|&call| self.history[call].sent < first)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::strategy::ValueTree as _;

    /// A register that is set, read, and changed if it is what one thinks.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Op {
        Set(u8),
        Get(u8),
        /// From, to, and whether it was so; absent when no answer came.
        Swap(u8, u8, Option<bool>),
    }

    fn step(value: &u8, op: &Op) -> Vec<u8> {
        match *op {
            Op::Set(new) => vec![new],
            Op::Get(seen) => Vec::from_iter((seen == *value).then_some(*value)),
            Op::Swap(from, to, None) => vec![if from == *value { to } else { *value }],
            Op::Swap(from, to, Some(so)) => match (so, from == *value) {
                (true, true) => vec![to],
                (false, false) => vec![*value],
                _ => Vec::new(),
            },
        }
    }

    fn call(sent: u64, answered: impl Into<Option<u64>>, what: Op) -> Call<Op> {
        Call {
            sent,
            answered: answered.into(),
            what,
        }
    }

    fn fits(history: &[Call<Op>]) -> bool {
        check(history, &0, step).is_ok()
    }

    #[test]
    fn calls_one_after_the_other_must_be_seen_in_their_order() {
        let set = call(1, 2, Op::Set(1));
        assert!(fits(&[set.clone(), call(3, 4, Op::Get(1))]));
        assert!(!fits(&[set.clone(), call(3, 4, Op::Get(0))]));
        assert!(fits(&[set, call(0, 3, Op::Get(0))]));
    }

    #[test]
    fn calls_at_once_may_be_seen_in_either_order_but_in_one() {
        let writes = [call(1, 10, Op::Set(1)), call(2, 9, Op::Set(2))];
        let with = |reads: [Op; 2]| {
            let mut history = writes.to_vec();
            history.push(call(11, 12, reads[0]));
            history.push(call(13, 14, reads[1]));
            history
        };
        assert!(fits(&with([Op::Get(1), Op::Get(1)])));
        assert!(fits(&with([Op::Get(2), Op::Get(2)])));
        assert!(!fits(&with([Op::Get(2), Op::Get(1)])));
        let both_won = [
            call(1, 10, Op::Swap(0, 1, Some(true))),
            call(2, 9, Op::Swap(0, 2, Some(true))),
        ];
        assert!(!fits(&both_won));
    }

    #[test]
    fn a_call_without_answer_happens_late_or_never_but_not_before_it_was_sent_and_not_twice() {
        let lost = call(5, None, Op::Swap(0, 1, None));
        let history = |reads: &[(u64, u8)]| {
            let read = |&(at, value): &(u64, u8)| call(at, at + 1, Op::Get(value));
            let mut history: Vec<_> = reads.iter().map(read).collect();
            history.push(lost.clone());
            history
        };
        assert!(fits(&history(&[(10, 0), (20, 0)])));
        assert!(fits(&history(&[(10, 1), (20, 1)])));
        assert!(fits(&history(&[(10, 0), (20, 1)])));
        assert!(!fits(&history(&[(10, 1), (20, 0)])));
        assert!(!fits(&history(&[(1, 1)])));
        let mut twice = history(&[(10, 1)]);
        twice.push(call(12, 13, Op::Set(0)));
        twice.push(call(14, 15, Op::Get(1)));
        assert!(!fits(&twice));
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let history = [
            call(1, 2, Op::Set(3)),
            call(3, 4, Op::Get(3)),
            call(5, 6, Op::Get(4)),
        ];
        let stuck = check(&history, &0, step).expect_err("it does not fit");
        assert_eq!(
            (stuck.order.len(), stuck.state, &*stuck.next),
            (2, 3, &[2][..])
        );
        assert!(stuck.story(&history).contains("Get(4)"));
    }

    /// The definition, to the letter: every order of every choice of calls.
    fn by_definition(history: &[Call<Op>]) -> bool {
        fn go(history: &[Call<Op>], left: &[usize], value: u8) -> bool {
            if left.iter().all(|&call| history[call].answered.is_none()) {
                return true;
            }
            let before = |a: usize, b: usize| {
                history[a]
                    .answered
                    .is_some_and(|answered| answered < history[b].sent)
            };
            left.iter().any(|&call| {
                if left.iter().any(|&other| before(other, call)) {
                    return false;
                }
                let rest: Vec<_> = left
                    .iter()
                    .copied()
                    .filter(|&other| other != call)
                    .collect();
                let after = step(&value, &history[call].what);
                after.into_iter().any(|value| go(history, &rest, value))
            })
        }
        go(history, &Vec::from_iter(0..history.len()), 0)
    }

    fn any_op() -> impl Strategy<Value = Op> {
        let value = 0..3_u8;
        prop_oneof![
            value.clone().prop_map(Op::Set),
            value.clone().prop_map(Op::Get),
            (value.clone(), value.clone(), any::<bool>()).prop_map(|(from, to, so)| Op::Swap(
                from,
                to,
                Some(so)
            )),
            (value.clone(), value).prop_map(|(from, to)| Op::Swap(from, to, None)),
        ]
    }

    fn any_history() -> impl Strategy<Value = Vec<Call<Op>>> {
        proptest::collection::vec((any_op(), 0..40_u64, 1..20_u64), 1..8).prop_map(|calls| {
            let call = |(n, (what, sent, took)): (usize, (Op, u64, u64))| Call {
                // No two moments of a history are the same.
                sent: sent * 16 + n as u64,
                answered: (!matches!(what, Op::Swap(_, _, None)))
                    .then_some((sent + took) * 16 + 8 + n as u64),
                what,
            };
            calls.into_iter().enumerate().map(call).collect()
        })
    }

    #[test]
    fn the_search_finds_what_the_definition_says_for_random_histories() {
        let mut runner = proptest::test_runner::TestRunner::deterministic();
        let mut counts = [0, 0];
        for _ in 0..5000 {
            let history = any_history()
                .new_tree(&mut runner)
                .expect("a history")
                .current();
            let expected = by_definition(&history);
            assert_eq!(fits(&history), expected, "{history:#?}");
            counts[usize::from(expected)] += 1;
        }
        println!(
            "{} random histories do not fit, {} do",
            counts[0], counts[1]
        );
        assert!(counts.iter().all(|&count| count > 500), "{counts:?}");
    }
}
