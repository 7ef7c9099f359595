//! Operation limits of users and buckets, and the token buckets that enforce them.
//!
//! Rates are operations per second everywhere inside. Zero is unlimited. A class without a value of
//! its own falls back to `default` (assumed per class). One second's worth of calls may come at once,
//! at least one. Time is the simulator's clock.

use std::collections::BTreeMap;

use jiff::Timestamp;

/// The resources of `limit-type=ops`, in the order answers list them.
pub(super) const OPS: [&str; 5] = ["default", "get", "put", "list", "delete"];

/// Limits as they were set.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Limits {
    /// Operations per second, in the order of [`OPS`].
    pub(super) ops: [f64; 5],
    /// Outgoing bandwidth in kB/s.
    pub(super) out: f64,
}

impl Limits {
    /// `ops:get` and so on with their numbers.
    pub(super) fn named(&self) -> BTreeMap<String, f64> {
        let ops = OPS
            .iter()
            .zip(self.ops)
            .map(|(name, rate)| (format!("ops:{name}"), rate));
        ops.chain([("bandwidth:out".to_owned(), self.out)])
            .collect()
    }

    fn rate(&self, class: &str) -> f64 {
        let own = OPS
            .iter()
            .position(|name| *name == class)
            .map_or(0.0, |at| self.ops[at]);
        if own > 0.0 { own } else { self.ops[0] }
    }
}

/// Tokens per class of operation.
#[derive(Default)]
pub(super) struct Rates(BTreeMap<&'static str, (f64, Timestamp)>);

impl Rates {
    /// Whether one more operation of `class` has room; takes nothing.
    pub(super) fn has_room(
        &self,
        limits: Option<&Limits>,
        class: &'static str,
        now: Timestamp,
    ) -> bool {
        self.tokens(limits, class, now) >= 1.0
    }

    /// Counts one operation of `class`.
    pub(super) fn take(&mut self, limits: Option<&Limits>, class: &'static str, now: Timestamp) {
        let left = self.tokens(limits, class, now) - 1.0;
        if left.is_finite() {
            self.0.insert(class, (left.max(0.0), now));
        }
    }

    fn tokens(&self, limits: Option<&Limits>, class: &'static str, now: Timestamp) -> f64 {
        let rate = limits.map_or(0.0, |limits| limits.rate(class));
        if rate <= 0.0 {
            return f64::INFINITY;
        }
        let full = rate.max(1.0);
        match self.0.get(class) {
            Some((left, since)) => {
                (left + rate * now.duration_since(*since).as_secs_f64().max(0.0)).min(full)
            }
            None => full,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_an_operation_per_second_is_one_every_two() {
        let limits = Limits {
            ops: [0.5, 0.0, 3.0, 0.0, 0.0],
            out: 0.0,
        };
        let at = |second| Timestamp::from_second(second).expect("a valid time");
        let mut rates = Rates::default();
        rates.take(Some(&limits), "get", at(0));
        assert!(!rates.has_room(Some(&limits), "get", at(1)));
        assert!(rates.has_room(Some(&limits), "get", at(2)));
        for _ in 0..3 {
            assert!(rates.has_room(Some(&limits), "put", at(0)));
            rates.take(Some(&limits), "put", at(0));
        }
        assert!(!rates.has_room(Some(&limits), "put", at(0)));
        rates.take(None, "list", at(0));
        assert!(rates.has_room(None, "list", at(0)), "no limits at all");
    }
}
