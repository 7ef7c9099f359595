//! Rights that one of several replicas has for a while, as rows of `leases`.
//!
//! A holder beats: it counts its row up several times in a term. Somebody else takes the right over after having seen
//! the same beat for a whole term by a clock of its own, so the clocks of the replicas need not agree; only a beat that
//! is older than a minute by the database's clock is not waited for. A term is three quarters of the lease that is set,
//! so that somebody who looks now and then has taken over when the lease is over. Whatever is written under a right counts the row up
//! in the same transaction, which a former holder cannot any more: also in a Galera cluster the two meet in that row.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::FromRow;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use super::Error;
use super::sql::{Builder, On, Pool, Tx, query};

/// A beat as old as this by the database's clock is no beat, however far the clocks of its nodes are apart.
const LONG_AGO: Duration = Duration::from_secs(60);

/// The first pause between two looks at a right that somebody has.
const FIRST_LOOK: Duration = Duration::from_millis(10);

/// The longest such pause of a call, which somebody waits for.
const CALL_LOOK: Duration = Duration::from_millis(250);

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
    /// Names of the rights that this process has.
    held: Arc<Mutex<HashSet<Arc<str>>>>,
    /// Rights of others that were seen, each with when its beat was first.
    watched: Arc<Mutex<HashMap<String, (Seen, Instant)>>>,
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
    name: String,
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
        self.leases.names().remove(&self.fence.name);
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
    pub fn new(pool: Pool, lease: Duration) -> Self {
        let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let holder = format!("{}:{}", host.trim(), std::process::id());
        Self {
            pool,
            term: lease * 3 / 4,
            holder: holder.into(),
            releases: TaskTracker::new(),
            held: Arc::default(),
            watched: Arc::default(),
        }
    }

    fn names(&self) -> MutexGuard<'_, HashSet<Arc<str>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this process has a right of that name, or had it until just now.
    pub fn has(&self, name: &str) -> bool {
        self.names().contains(name)
    }

    /// Waits until rights that were dropped are given back.
    pub async fn settle(&self) {
        self.releases.close();
        self.releases.wait().await;
    }

    /// Waits for a right, however long it takes: whoever wants less drops this. Rights in `related` that the same holder
    /// has or had are watched meanwhile, so that those of one who died need not be waited for once more.
    ///
    /// # Errors
    /// [`Error::Statement`] when the database does not answer.
    pub async fn take(&self, name: &str, related: &[String]) -> Result<Lease, Error> {
        let mut pause = FIRST_LOOK;
        loop {
            if let Some(lease) = self.try_take(name, related).await? {
                return Ok(lease);
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(self.term / 8);
        }
    }

    /// Waits for a right until `deadline`; `None` when it did not come.
    ///
    /// # Errors
    /// [`Error::Statement`] when the database does not answer.
    pub async fn take_by(&self, name: &str, deadline: Instant) -> Result<Option<Lease>, Error> {
        let mut pause = FIRST_LOOK;
        loop {
            let lease = self.try_take(name, &[]).await?;
            if lease.is_some() || Instant::now() >= deadline {
                return Ok(lease);
            }
            tokio::time::sleep(rand::random_range(pause / 2..=pause)).await;
            pause = (pause * 2).min(CALL_LOOK).min(self.term / 8);
        }
    }

    /// Takes a right that nobody has, or whose holder is silent.
    async fn try_take(&self, name: &str, related: &[String]) -> Result<Option<Lease>, Error> {
        let asked = Instant::now();
        let fence = Fence {
            name: name.into(),
            token: uuid::Uuid::new_v4().to_string().into(),
        };
        let taken = match self.look(name, related, asked).await? {
            None => self.insert(&fence).await?,
            Some((seen, since)) => {
                let silent = asked.duration_since(since) >= self.term
                    || seen.age > i64::try_from(LONG_AGO.as_millis()).unwrap_or(i64::MAX);
                let over = silent && self.take_over(&fence, &seen).await?;
                if over {
                    tracing::warn!(
                        right = name,
                        "taken over from a replica that does not answer"
                    );
                }
                over
            }
        };
        Ok(taken.then(|| self.held(fence, asked)))
    }

    /// Who has the right, with when this beat was first seen; also takes note of the beats of `related` rights.
    async fn look(
        &self,
        name: &str,
        related: &[String],
        now: Instant,
    ) -> Result<Option<(Seen, Instant)>, Error> {
        let mut sql = Builder::new(format!(
            "SELECT name, token, beats, {NOW} - beat_at AS age FROM leases WHERE name IN "
        ));
        let names = || std::iter::once(name).chain(related.iter().map(String::as_str));
        sql.push_list(names());
        let rows: Vec<Seen> = sql.build().fetch_all(&self.pool).await?;
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names() {
            if rows.iter().all(|row| row.name != name) {
                watched.remove(name);
            }
        }
        for row in rows {
            let same = |(before, _): &&(Seen, Instant)| {
                (&before.token, before.beats) == (&row.token, row.beats)
            };
            let since = watched
                .get(&row.name)
                .filter(same)
                .map_or(now, |(_, since)| *since);
            watched.insert(row.name.clone(), (row, since));
        }
        Ok(watched.get(name).cloned())
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
                let seen = self.look(&fence.name, &[], Instant::now()).await?;
                Ok(seen.is_some_and(|(seen, _)| *seen.token == *fence.token))
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
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        watched.remove(&*fence.name);
        drop(watched);
        self.names().insert(Arc::clone(&fence.name));
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
