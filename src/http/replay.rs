//! Which tokens were used already, for as long as they are valid: within this process, and in the ledger when it is
//! shared with others.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};

use sha2::{Digest, Sha256};

use crate::ledger::{self, Ledger, Spent};

/// Most tokens remembered. At three minutes each that is over 500 calls a second; beyond, new
/// tokens are refused rather than old ones forgotten.
const CAPACITY: usize = 100_000;

/// How long a token is remembered after its end: another call may have read the clock a moment
/// earlier, or the clock may be set back.
const KEPT_SECONDS: i64 = 60;

type Print = [u8; 16];

/// Whether a token may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// The first time.
    First,
    /// It was used before.
    Repeated,
    /// Too many tokens are remembered to take another one.
    Full,
}

/// How often the ledger is told to forget tokens, in seconds.
const FORGET_EVERY: i64 = 10;

/// The tokens used and still valid.
#[derive(Debug, Default)]
pub(super) struct Replay {
    here: Here,
    forgot_at: AtomicI64,
}

/// Those used at this process.
#[derive(Debug, Default)]
struct Here(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    prints: HashSet<Print>,
    /// By the second in which they end.
    by_end: BTreeMap<i64, Vec<Print>>,
}

impl Replay {
    /// Marks the token of `client` with `jti` as used until `exp` (seconds since 1970), for all who share `ledger`.
    ///
    /// # Errors
    /// [`ledger::Error`]; then nobody can tell.
    pub async fn mark(
        &self,
        ledger: &Ledger,
        client: &str,
        jti: &str,
        exp: i64,
        now: i64,
    ) -> Result<Use, ledger::Error> {
        let print = print(client, jti);
        let here = self.here.mark(print, exp, now);
        if here != Use::First || !ledger.is_shared() {
            return Ok(here);
        }
        let spent = ledger.spend_token(&print, exp).await?;
        let forgot_at = self.forgot_at.load(Ordering::Relaxed);
        if now >= forgot_at + FORGET_EVERY {
            self.forgot_at.store(now, Ordering::Relaxed);
            ledger.forget_tokens(now - KEPT_SECONDS).await?;
        }
        Ok(match spent {
            Spent::Now => Use::First,
            Spent::Before => Use::Repeated,
        })
    }
}

impl Here {
    /// Marks a token as used until `exp`.
    fn mark(&self, print: Print, exp: i64, now: i64) -> Use {
        // A panic elsewhere cannot leave the two collections worse than one print apart.
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.forget(now);
        if seen.prints.contains(&print) {
            return Use::Repeated;
        }
        if seen.prints.len() >= CAPACITY {
            return Use::Full;
        }
        seen.prints.insert(print);
        seen.by_end.entry(exp).or_default().push(print);
        Use::First
    }
}

impl Seen {
    fn forget(&mut self, now: i64) {
        while let Some(entry) = self.by_end.first_entry() {
            if *entry.key() > now - KEPT_SECONDS {
                break;
            }
            for print in entry.remove() {
                self.prints.remove(&print);
            }
        }
    }
}

/// Half a SHA-256: of one size whatever the sender chose as `jti`.
fn print(client: &str, jti: &str) -> Print {
    let digest = Sha256::new()
        .chain_update(client)
        .chain_update([0])
        .chain_update(jti)
        .finalize();
    let mut print = Print::default();
    print.copy_from_slice(&digest[..16]);
    print
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_once_per_client() {
        let here = Here::default();
        assert_eq!(here.mark(print("a", "1"), 100, 0), Use::First);
        assert_eq!(here.mark(print("a", "1"), 100, 99), Use::Repeated);
        assert_eq!(here.mark(print("b", "1"), 100, 0), Use::First);
    }

    #[test]
    fn a_token_is_not_forgotten_for_a_caller_who_read_the_clock_earlier() {
        let here = Here::default();
        assert_eq!(here.mark(print("a", "1"), 100, 99), Use::First);
        assert_eq!(here.mark(print("a", "2"), 200, 100), Use::First);
        assert_eq!(here.mark(print("a", "1"), 100, 99), Use::Repeated);
    }

    #[test]
    fn memory_is_bounded_and_freed_when_tokens_end() {
        let here = Here::default();
        for n in 0..CAPACITY {
            assert_eq!(here.mark(print("a", &n.to_string()), 100, 0), Use::First);
        }
        assert_eq!(here.mark(print("a", "one more"), 100, 0), Use::Full);
        assert_eq!(here.mark(print("a", "later"), 300, 200), Use::First);
        assert_eq!(here.0.lock().expect("not poisoned").prints.len(), 1);
    }
}
