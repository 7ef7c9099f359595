//! How fast things may be deleted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many keys the first requests name.
const FIRST_BATCH: usize = 100;

/// How long a request may take until the next ones name fewer keys: what stands between may cut off what takes a minute.
const SLOW: Duration = Duration::from_secs(5);

/// How quick a request must be for the next ones to name more keys.
const QUICK: Duration = Duration::from_secs(1);

/// Deletions in a second, shared by everything that deletes on one cluster.
#[derive(Debug)]
pub struct Rate {
    per_second: u64,
    /// When the next deletion may be sent.
    free: Mutex<Option<Instant>>,
    /// How many keys a request names.
    batch: AtomicUsize,
}

impl Rate {
    /// `per_second` deletions in a second, at least 1.
    #[must_use]
    pub fn new(per_second: u64) -> Self {
        Self {
            per_second: per_second.max(1),
            free: Mutex::new(None),
            batch: AtomicUsize::new(FIRST_BATCH),
        }
    }

    /// How many keys one request is to name: no more than S3 takes, than a second allows, and than the server deletes in
    /// good time.
    pub(super) fn batch(&self) -> usize {
        let allowed = usize::try_from(self.per_second).unwrap_or(usize::MAX);
        let batch = self.batch.load(Ordering::Relaxed);
        batch.min(allowed).min(super::MOST_KEYS)
    }

    /// Takes note of how long the server took for a request.
    pub(super) fn note(&self, keys: usize, took: Duration) {
        let batch = self.batch();
        let next = match took {
            slow if slow > SLOW => (keys / 2).max(1).min(batch),
            quick if quick < QUICK && keys >= batch => (keys * 2).min(super::MOST_KEYS),
            _ => return,
        };
        self.batch.store(next, Ordering::Relaxed);
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
        let rate = Rate::new(7);
        assert_eq!(rate.batch(), 7);
        rate.note(7, Duration::ZERO);
        assert_eq!(rate.batch(), 7);
    }

    #[test]
    fn requests_grow_with_a_quick_server_and_shrink_with_a_slow_one() {
        let rate = Rate::new(1_000_000);
        let mut sizes = Vec::new();
        for seconds in [0, 0, 0, 0, 0, 3, 6, 6, 0] {
            let keys = rate.batch();
            sizes.push(keys);
            rate.note(keys, Duration::from_secs(seconds));
        }
        assert_eq!(sizes, [100, 200, 400, 800, 1000, 1000, 1000, 500, 250]);
        assert_eq!(rate.batch(), 500);
        // A rest of a page tells nothing when it is quick.
        rate.note(3, Duration::ZERO);
        assert_eq!(rate.batch(), 500);
        for _ in 0..20 {
            rate.note(rate.batch(), Duration::from_secs(50));
        }
        assert_eq!(rate.batch(), 1);
    }
}
