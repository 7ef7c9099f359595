//! The time of day. Everything that dates, signs or bills asks this clock; real time is used for nothing but waiting.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// The machine's clock, or one that is moved against it. Clones show the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// What is added to the machine's clock, in milliseconds.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::Relaxed));
        let now = Timestamp::now();
        now.checked_add(ahead).unwrap_or(now)
    }

    /// Makes `now` the present; the clock runs on from there.
    pub fn set(&self, now: Timestamp) {
        let ahead = now.as_millisecond() - Timestamp::now().as_millisecond();
        self.ahead.store(ahead, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moved_clock_runs_on_and_its_clones_follow() {
        let clock = Clock::default();
        let other = clock.clone();
        assert!(clock.now().duration_since(Timestamp::now()).as_secs().abs() < 5);
        let then: Timestamp = "2031-03-01T00:00:00Z".parse().expect("a time");
        clock.set(then);
        let shown = other.now();
        assert!(
            shown
                >= then
                    .checked_sub(SignedDuration::from_millis(1))
                    .expect("in range")
        );
        assert!(shown.duration_since(then).as_secs() < 60);
    }
}
