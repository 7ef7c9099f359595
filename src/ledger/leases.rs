//! Rights that one of several replicas has for a while, as rows of `leases`.
//!
//! A holder beats: it counts its row up several times in a term. Somebody else takes the right over after having seen
//! the same beat for a whole term by a clock of its own, so the clocks of the replicas need not agree; only a beat that
//! is older than a minute by the database's clock is not waited for. Whatever is written under a right counts the row up
//! in the same transaction, which a former holder cannot any more: also in a Galera cluster the two meet in that row.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sqlx::FromRow;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use super::Error;
use super::sql::{On, Pool, Tx, query};

/// A beat as old as this by the database's clock is no beat, however far the clocks of its nodes are apart.
const LONG_AGO: Duration = Duration::from_secs(60);

/// The first pause between two looks at a right that somebody has.
const FIRST_LOOK: Duration = Duration::from_millis(10);

/// The longest such pause; a tenth of the term when that is shorter.
const LAST_LOOK: Duration = Duration::from_millis(500);

/// The database's clock in milliseconds since 1970.
const NOW: &str = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";

/// How rights are had on a ledger.
#[derive(Clone, Debug)]
pub(super) struct Leases {
    pool: Pool,
    term: Duration,
    holder: Arc<str>,
    /// Rights on their way back.
    releases: TaskTracker,
}

/// What is written under a right.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    name: Arc<str>,
    token: Arc<str>,
}

/// A right; given back when dropped.
#[derive(Debug)]
pub(super) struct Lease {
    fence: Fence,
    leases: Leases,
    life: Arc<Life>,
    _beating: AbortOnDropHandle<()>,
}

/// How a right stands.
#[derive(Debug)]
struct Life {
    /// When its last beat was begun.
    beaten: Mutex<Instant>,
    term: Duration,
    lost: CancellationToken,
}

impl Life {
    /// What is left until somebody else may take the right.
    fn left(&self) -> Duration {
        let beaten = self.beaten.lock().unwrap_or_else(PoisonError::into_inner);
        self.term.saturating_sub(beaten.elapsed())
    }
}

/// Tells whether a right is still had.
#[derive(Clone, Debug, Default)]
pub struct Watch(Option<Arc<Life>>);

impl Watch {
    /// Whether it is, as far as can be known without asking; always, where nobody can take it.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let held = |life: &Arc<Life>| !life.lost.is_cancelled() && !life.left().is_zero();
        self.0.as_ref().is_none_or(held)
    }
}

/// A row as somebody sees it who has not the right.
#[derive(Clone, Debug, FromRow)]
struct Seen {
    token: String,
    beats: i64,
    /// Of the last beat, by the database's clock, in ms.
    age: i64,
}

impl Fence {
    /// Fails when the right is somebody else's; until the transaction ends nobody can take it.
    pub async fn check(&self, tx: &mut Tx) -> Result<(), Error> {
        match self.beat(tx).await? {
            true => Ok(()),
            false => Err(Error::LeaseLost),
        }
    }

    /// Shows that the holder lives; `false`: the right is somebody else's.
    async fn beat<'c>(&self, on: impl Into<On<'c>>) -> Result<bool, sqlx::Error> {
        let beat = query(format!(
            "UPDATE leases SET beats = beats + 1, beat_at = {NOW} WHERE name = ? AND token = ?"
        ));
        let beat = beat.bind(&*self.name).bind(&*self.token);
        Ok(beat.execute(on).await?.rows == 1)
    }
}

impl Lease {
    pub fn fence(&self) -> Fence {
        self.fence.clone()
    }

    /// Returns when the right is lost: somebody has taken it, or the database could not be told for a whole term that
    /// its holder lives.
    pub async fn lost(&self) {
        self.life.lost.cancelled().await;
    }

    pub fn watch(&self) -> Watch {
        Watch(Some(Arc::clone(&self.life)))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let (fence, pool) = (self.fence.clone(), self.leases.pool.clone());
        let giving_back = async move {
            let release = query("DELETE FROM leases WHERE name = ? AND token = ?");
            let release = release.bind(&*fence.name).bind(&*fence.token);
            if let Err(error) = release.execute(&pool).await {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::warn!(error, right = %fence.name, "a right was not given back; it ends with its term");
            }
        };
        self.leases.releases.spawn_on(giving_back, &runtime);
    }
}

impl Leases {
    pub fn new(pool: Pool, term: Duration) -> Self {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let holder = format!("{}:{}", host.trim(), std::process::id());
        Self {
            pool,
            term,
            holder: holder.into(),
            releases: TaskTracker::new(),
        }
    }

    /// Waits until rights that were dropped are given back.
    pub async fn settle(&self) {
        self.releases.close();
        self.releases.wait().await;
    }

    /// Waits for a right, however long it takes: whoever wants less drops this.
    ///
    /// # Errors
    /// [`Error::Statement`] when the database does not answer.
    pub async fn take(&self, name: &str) -> Result<Lease, Error> {
        loop {
            let later = Instant::now() + self.term * 10;
            if let Some(lease) = self.take_by(name, later).await? {
                return Ok(lease);
            }
        }
    }

    /// Waits for a right until `deadline`; `None` when it did not come.
    ///
    /// # Errors
    /// [`Error::Statement`] when the database does not answer.
    pub async fn take_by(&self, name: &str, deadline: Instant) -> Result<Option<Lease>, Error> {
        let token: Arc<str> = uuid::Uuid::new_v4().to_string().into();
        let fence = Fence {
            name: name.into(),
            token,
        };
        let mut watched: Option<(Seen, Instant)> = None;
        let mut pause = FIRST_LOOK;
        loop {
            let asked = Instant::now();
            let Some(seen) = self.look(name).await? else {
                if self.insert(&fence).await? {
                    return Ok(Some(self.held(fence, asked)));
                }
                continue;
            };
            let since = match &watched {
                Some((before, since))
                    if (&before.token, before.beats) == (&seen.token, seen.beats) =>
                {
                    *since
                }
                _ => asked,
            };
            let silent = asked.duration_since(since) >= self.term
                || seen.age > i64::try_from(LONG_AGO.as_millis()).unwrap_or(i64::MAX);
            if silent && self.take_over(&fence, &seen).await? {
                tracing::warn!(
                    right = name,
                    "taken over from a replica that does not answer"
                );
                return Ok(Some(self.held(fence, asked)));
            }
            if asked >= deadline {
                return Ok(None);
            }
            watched = Some((seen, since));
            tokio::time::sleep(rand::random_range(pause / 2..=pause)).await;
            pause = (pause * 2).min(LAST_LOOK).min(self.term / 10);
        }
    }

    async fn look(&self, name: &str) -> Result<Option<Seen>, Error> {
        let row = query(format!(
            "SELECT token, beats, {NOW} - beat_at AS age FROM leases WHERE name = ?"
        ));
        Ok(row.bind(name).fetch_optional(&self.pool).await?)
    }

    /// Takes a right that nobody has; `false` when somebody was faster.
    async fn insert(&self, fence: &Fence) -> Result<bool, Error> {
        let insert = query(format!(
            "INSERT INTO leases (name, token, holder, beats, beat_at) VALUES (?, ?, ?, 0, {NOW})"
        ));
        let insert = insert
            .bind(&*fence.name)
            .bind(&*fence.token)
            .bind(&*self.holder);
        match insert.execute(&self.pool).await.map_err(Error::from) {
            Ok(_) => Ok(true),
            // Mostly somebody else. The answer to an earlier attempt may have been lost, and then the row is ours.
            Err(Error::Taken(_)) => {
                let seen = self.look(&fence.name).await?;
                Ok(seen.is_some_and(|seen| *seen.token == *fence.token))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a right whose holder still shows the beat that was seen.
    async fn take_over(&self, fence: &Fence, seen: &Seen) -> Result<bool, Error> {
        let take = query(format!(
            "UPDATE leases SET token = ?, holder = ?, beats = beats + 1, beat_at = {NOW}
             WHERE name = ? AND token = ? AND beats = ?"
        ));
        let take = take
            .bind(&*fence.token)
            .bind(&*self.holder)
            .bind(&*fence.name)
            .bind(&seen.token)
            .bind(seen.beats);
        Ok(take.execute(&self.pool).await?.rows == 1)
    }

    fn held(&self, fence: Fence, asked: Instant) -> Lease {
        let life = Arc::new(Life {
            beaten: Mutex::new(asked),
            term: self.term,
            lost: CancellationToken::new(),
        });
        let beating = beat(self.pool.clone(), fence.clone(), Arc::clone(&life));
        Lease {
            fence,
            leases: self.clone(),
            life,
            _beating: AbortOnDropHandle::new(tokio::spawn(beating)),
        }
    }
}

/// Shows again and again that the holder lives.
async fn beat(pool: Pool, fence: Fence, life: Arc<Life>) {
    loop {
        tokio::time::sleep(life.term / 4).await;
        let asked = Instant::now();
        match tokio::time::timeout(life.left(), fence.beat(&pool)).await {
            Ok(Ok(true)) => *life.beaten.lock().unwrap_or_else(PoisonError::into_inner) = asked,
            Ok(Ok(false)) | Err(_) => break,
            Ok(Err(error)) => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::warn!(error, right = %fence.name, "the database could not be told that a right is still used");
            }
        }
        if life.left().is_zero() {
            break;
        }
    }
    tracing::warn!(right = %fence.name, "a right is lost");
    life.lost.cancel();
}
