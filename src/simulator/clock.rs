//! The simulator's clock.
//!
//! It starts at a given instant (or at the machine's time) and runs on at normal speed; tests move
//! it. Everything the gateway dates reads it: signatures' time window, bucket sizes by the hour,
//! statistics periods, rate limits, `Date` headers. Real time is used for nothing but waiting.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// An instant that was set, and when it was set.
struct Setting {
    shown: Timestamp,
    since: Instant,
}

/// A settable clock that runs on by itself.
pub(super) struct Clock(Mutex<Setting>);

impl Clock {
    /// Starts at `start`, or at the machine's time.
    pub(super) fn new(start: Option<Timestamp>) -> Self {
        Self(Mutex::new(Setting {
            shown: start.unwrap_or_else(Timestamp::now),
            since: Instant::now(),
        }))
    }

    /// The simulator's present.
    pub(super) fn now(&self) -> Timestamp {
        self.setting().now()
    }

    /// Makes `now` the present.
    pub(super) fn set(&self, now: Timestamp) {
        let mut setting = self.setting();
        setting.shown = now;
        setting.since = Instant::now();
    }

    /// Moves the present by `step`, which may be negative. Stops at the ends of the calendar.
    pub(super) fn advance(&self, step: SignedDuration) {
        let mut setting = self.setting();
        setting.shown = later(setting.now(), step);
        setting.since = Instant::now();
    }

    fn setting(&self) -> MutexGuard<'_, Setting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Setting {
    fn now(&self) -> Timestamp {
        later(
            self.shown,
            SignedDuration::try_from(self.since.elapsed()).unwrap_or_default(),
        )
    }
}

fn later(start: Timestamp, step: SignedDuration) -> Timestamp {
    start.checked_add(step).unwrap_or(if step.is_negative() {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// Whole hours since the Unix epoch, the unit of `last_ts` in bucket listings.
pub(super) fn hour(now: Timestamp) -> i64 {
    now.as_second().div_euclid(3600)
}

/// `Fri, 25 May 2018 17:12:00 GMT`, for `Date` headers.
pub(super) fn http_date(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `2018-05-25T17:12:00.000Z`, the form of creation dates and of statistics object names.
/// Milliseconds are always zero, as in every printed sample.
pub(super) fn iso_seconds(now: Timestamp) -> String {
    now.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_given_clock_starts_there_and_can_be_moved() {
        let start: Timestamp = "2018-06-19T16:00:00Z".parse().expect("a valid time");
        let clock = Clock::new(Some(start));
        assert!(clock.now() >= start && clock.now().duration_since(start).as_secs() < 60);
        clock.advance(SignedDuration::from_hours(2));
        assert_eq!(hour(clock.now()), 424_842);
        clock.advance(SignedDuration::from_hours(-2));
        assert_eq!(hour(clock.now()), 424_840);
        assert_eq!(http_date(start), "Tue, 19 Jun 2018 16:00:00 GMT");
        assert_eq!(iso_seconds(start), "2018-06-19T16:00:00.000Z");
    }
}
