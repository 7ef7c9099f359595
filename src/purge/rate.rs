//! How fast things may be deleted.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Deletions in a second, shared by everything that deletes on one cluster.
#[derive(Debug)]
pub struct Rate {
    per_second: u64,
    /// When the next deletion may be sent.
    free: Mutex<Option<Instant>>,
}

impl Rate {
    /// `per_second` deletions in a second, at least 1.
    #[must_use]
    pub fn new(per_second: u64) -> Self {
        Self {
            per_second: per_second.max(1),
            free: Mutex::new(None),
        }
    }

    /// The most that one request may delete: what a second allows, and no more than S3 takes.
    pub(super) fn batch(&self) -> usize {
        usize::try_from(self.per_second).map_or(super::MOST_KEYS, |most| most.min(super::MOST_KEYS))
    }

    /// Waits until `count` more deletions may be sent.
    pub(super) async fn take(&self, count: usize) {
        let now = Instant::now();
        let start = self.reserve(now, count);
        if start > now {
            tokio::time::sleep(start - now).await;
        }
    }

    /// When `count` deletions that are asked for at `now` may be sent.
    fn reserve(&self, now: Instant, count: usize) -> Instant {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let start = free.map_or(now, |free| free.max(now));
        let seconds = count as f64 / self.per_second as f64;
        *free = Some(start + Duration::from_secs_f64(seconds));
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deletions_follow_each_other_at_the_rate_and_none_are_saved_up() {
        let rate = Rate::new(100);
        let begin = Instant::now();
        let at = |after: u64| begin + Duration::from_millis(after);
        assert_eq!(rate.reserve(begin, 50), begin);
        assert_eq!(rate.reserve(begin, 100), at(500));
        assert_eq!(rate.reserve(at(700), 1), at(1500));
        // After a pause nothing is made up for.
        assert_eq!(rate.reserve(at(9000), 100), at(9000));
        assert_eq!(rate.reserve(at(9000), 1), at(10_000));
    }

    #[test]
    fn a_request_deletes_no_more_than_a_second_allows() {
        assert_eq!(Rate::new(7).batch(), 7);
        assert_eq!(Rate::new(1_000_000).batch(), 1000);
    }
}
