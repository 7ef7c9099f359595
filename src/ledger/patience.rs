//! Trying again: deadlocks, refused commits, servers that change over.

use std::time::{Duration, Instant};

/// How long a failure that passes is waited for.
const LONGEST: Duration = Duration::from_secs(8);

/// The first pause; each is up to twice as long as the one before it.
const FIRST: Duration = Duration::from_millis(4);

/// The longest pause.
const MOST: Duration = Duration::from_millis(500);

/// What is left of the time in which something is tried again.
pub(super) struct Patience {
    began: Instant,
    pause: Duration,
}

impl Patience {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            pause: FIRST,
        }
    }

    /// Waits a little and answers true, or false when the time is over. Pauses differ by chance: two that wait for each
    /// other must not meet again.
    pub async fn waits(&mut self, error: &(dyn std::error::Error + Send + Sync)) -> bool {
        if self.began.elapsed() > LONGEST {
            return false;
        }
        tracing::debug!(%error, "the database is asked again");
        let pause = rand::random_range(self.pause / 2..=self.pause);
        self.pause = (self.pause * 2).min(MOST);
        tokio::time::sleep(pause).await;
        true
    }
}
