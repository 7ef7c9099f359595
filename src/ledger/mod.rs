//! The ledger: what this installation knows of its services, in SQLite, or in MariaDB or MySQL for several machines.
//!
//! It holds rows and transactions only; what they mean is decided in `lifecycle`. S3 secrets are never written here.

mod accounts;
mod backend;
mod booking;
mod by_hour;
mod compare;
mod copy;
mod error;
mod figures;
mod health;
mod history;
mod items;
mod key_intents;
mod known_keys;
mod leases;
mod locks;
mod operations;
mod overview;
mod patience;
mod purge_job;
mod purge_jobs;
mod purge_progress;
mod rebuild;
mod sql;
mod storage;
#[cfg(test)]
mod testing;
mod tokens;
mod traffic;
mod turn;

use std::fs::{File, TryLockError};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

pub use accounts::{Account, AccountState, Intent, ServiceKey};
pub use booking::{Booked, Booking};
pub use by_hour::{HourTraffic, MeteredUser};
pub use compare::{LastCall, Records};
pub use error::Error;
pub use figures::{Delivery, ServiceRange, Since, Stored, UsageRow};
pub use health::{Schema, Waiting};
pub use history::SlotTraffic;
pub use items::{Item, StatisticsRecord};
pub use key_intents::{KeyHolder, KeyIntent};
pub use leases::Watch;
pub use locks::ServiceLock;
pub use operations::{Act, Operation, OperationId};
pub use overview::{Held, Overview, Vanished, Window};
pub use purge_job::{JobPolicy, JobStage, JobState, KeyList, PurgeJob};
pub use purge_progress::{Deleted, Setback};
pub use rebuild::Rebuilt;
pub use storage::{BucketKey, BucketRecord, ByteHours, HeldBucket, Sampled, Span};
pub use tokens::Spent;
pub use traffic::{Problem, SLOT_SECONDS, Standing, Traffic, month_of, month_start, slot_of};
pub use turn::Turn;

use crate::clock::Clock;

use backend::Place;
use leases::{Fence, Leases};
use locks::Locks;
use patience::Patience;
use sql::{Mode, Pool, Tx};

/// A handle to the ledger; clones share one pool.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: Pool,
    locks: Locks,
    clock: Clock,
    most_connections: u32,
    exclusion: Exclusion,
    /// Rights that whatever is written by this handle is written under.
    fences: Vec<Fence>,
}

/// What keeps two from doing the same.
#[derive(Clone, Debug)]
enum Exclusion {
    /// Files beside the database's, which the system gives back when their process ends.
    Files {
        /// The database's.
        ledger: String,
        /// Whether the locks of this handle keep the service out.
        alone: bool,
    },
    /// Rows of the database.
    Leases(Leases),
}

/// How a ledger is used.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Most connections to the database at once.
    pub max_connections: u32,
    /// How long a replica that says nothing keeps its rights; only on MariaDB and MySQL.
    pub lease: Duration,
}

/// Connections of a process to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connections {
    /// Those that are open.
    pub open: u32,
    /// Those of them that nobody uses at this moment.
    pub idle: u32,
    /// Most that may be open.
    pub most: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 8,
            lease: Duration::from_secs(15),
        }
    }
}

impl Ledger {
    /// Opens the ledger at `url`: `sqlite:FILE`, which is made when it is missing, or `mysql://USER:PASSWORD@HOST/DATABASE`.
    ///
    /// # Errors
    /// [`Error::Open`] for a bad URL or an unusable file, [`Error::Connect`] for a server.
    pub async fn open(url: &SecretString, limits: Limits, clock: Clock) -> Result<Self, Error> {
        let place = Place::of(url)?;
        let file = place.file();
        let pool = place.connect(limits.max_connections).await?;
        let exclusion = match file {
            Some(ledger) => Exclusion::Files {
                ledger,
                alone: false,
            },
            None => Exclusion::Leases(Leases::new(pool.clone(), limits.lease)),
        };
        Ok(Self {
            pool,
            locks: Locks::default(),
            clock,
            most_connections: limits.max_connections,
            exclusion,
            fences: Vec::new(),
        })
    }

    /// Claims the ledger for one service, when it is a file: its calls are locked within a process only. The claim ends
    /// with what is returned, or with the process however it ends.
    ///
    /// # Errors
    /// [`Error::InUse`] while another process holds the claim, [`Error::Claim`], [`Error::Open`].
    pub fn claim(url: &SecretString) -> Result<Option<File>, Error> {
        let Some(ledger) = Place::of(url)?.file() else {
            return Ok(None);
        };
        let path = format!("{ledger}.lock");
        let file = File::create(&path).map_err(|error| Error::Claim(path.clone(), error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(file)),
            Err(TryLockError::WouldBlock) => Err(Error::InUse(ledger)),
            Err(TryLockError::Error(error)) => Err(Error::Claim(path, error)),
        }
    }

    /// The file of the ledger at `url` when it is one that does not exist.
    ///
    /// # Errors
    /// [`Error::Open`] for a bad URL.
    pub fn missing(url: &SecretString) -> Result<Option<PathBuf>, Error> {
        Ok(Place::of(url)?.missing())
    }

    /// Makes the schema ready for this program: a file is brought up to date, a server that others may work with is only
    /// looked at.
    ///
    /// # Errors
    /// [`Error::Migrate`], [`Error::SchemaBehind`], [`Error::SchemaAhead`].
    pub async fn prepare(&self) -> Result<(), Error> {
        match &self.pool {
            Pool::Sqlite(_) => self.migrate().await,
            Pool::MySql(_) => backend::check_schema(&self.pool).await,
        }
    }

    /// Brings the schema up to date; does nothing when it is.
    ///
    /// # Errors
    /// [`Error::Migrate`] when a step fails or the schema is newer than this program.
    pub async fn migrate(&self) -> Result<(), Error> {
        backend::migrate(&self.pool).await
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// [`Error::Statement`] when it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        let one = sql::query_scalar::<i64>("SELECT id FROM accounts LIMIT 1");
        one.fetch_optional(&self.pool).await?;
        Ok(())
    }

    /// The connections of this process to the database.
    #[must_use]
    pub fn connections(&self) -> Connections {
        let (open, idle) = match &self.pool {
            Pool::Sqlite(pool) => (pool.size(), pool.num_idle()),
            Pool::MySql(pool) => (pool.size(), pool.num_idle()),
        };
        Connections {
            open,
            idle: u32::try_from(idle).unwrap_or(u32::MAX),
            most: self.most_connections,
        }
    }

    /// Gives rights back and closes all connections after what is under way.
    pub async fn close(&self) {
        if let Exclusion::Leases(leases) = &self.exclusion {
            leases.settle().await;
        }
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::MySql(pool) => pool.close().await,
        }
    }

    /// The present in milliseconds since 1970, the unit of every time in the ledger's records.
    fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    /// The same ledger, for what is written under a right.
    fn under(&self, fence: Option<Fence>) -> Self {
        let mut ledger = self.clone();
        ledger.fences.extend(fence);
        ledger
    }

    /// Commits what was written, if the rights of this handle are still had. They are asked for last, so that the rows
    /// they stand for are not kept from those who beat for as long as the writing takes.
    async fn commit(&self, mut tx: Tx) -> Result<(), Error> {
        for fence in &self.fences {
            if let Err(error) = fence.check(&mut tx).await {
                tx.rollback().await.ok();
                return Err(error);
            }
        }
        Ok(tx.commit().await?)
    }

    /// A transaction that sees everything as it was at one moment.
    async fn snapshot(&self) -> Result<Tx, Error> {
        Ok(Tx::begin(&self.pool, Mode::Read).await?)
    }
}

/// Attempts at one transaction.
struct Attempts<'a> {
    ledger: &'a Ledger,
    patience: Patience,
}

impl<'a> Attempts<'a> {
    fn new(ledger: &'a Ledger) -> Self {
        Self {
            ledger,
            patience: Patience::new(),
        }
    }

    /// A transaction that may write, or what to do instead.
    async fn begin(&mut self) -> ControlFlow<Error, Option<Tx>> {
        let begun = Tx::begin(&self.ledger.pool, Mode::Write).await;
        match begun.map_err(Error::from) {
            Ok(tx) => ControlFlow::Continue(Some(tx)),
            Err(error) => match self.is_over(&error).await {
                true => ControlFlow::Break(error),
                false => ControlFlow::Continue(None),
            },
        }
    }

    /// Commits what was done, or takes it back. `None`: it is to be done again.
    async fn end<T>(&mut self, tx: Tx, worked: Result<T, Error>) -> Option<Result<T, Error>> {
        let failed = match worked {
            Ok(value) => match self.ledger.commit(tx).await {
                Ok(()) => return Some(Ok(value)),
                // Nobody can tell whether it was committed.
                Err(error) if error.is_lost_connection() => return Some(Err(error)),
                Err(error) => error,
            },
            Err(error) => {
                // A connection that is lost says so here too, and what matters is why it came to this.
                tx.rollback().await.ok();
                error
            }
        };
        self.is_over(&failed).await.then_some(Err(failed))
    }

    async fn is_over(&mut self, error: &Error) -> bool {
        !(error.is_transient() && self.patience.waits(error).await)
    }
}

/// Does some work in a transaction: all of it or nothing, and again from its beginning where the failure is one that
/// passes. A macro, because nobody can say yet of a closure's future that it may go from thread to thread.
macro_rules! transact {
    ($ledger:expr, |$tx:ident| $work:expr) => {{
        let mut attempts = $crate::ledger::Attempts::new($ledger);
        loop {
            let mut tx = match attempts.begin().await {
                std::ops::ControlFlow::Continue(Some(tx)) => tx,
                std::ops::ControlFlow::Continue(None) => continue,
                std::ops::ControlFlow::Break(error) => break Err(error),
            };
            let worked: Result<_, $crate::ledger::Error> = {
                let $tx = &mut tx;
                async { $work }.await
            };
            if let Some(result) = attempts.end(tx, worked).await {
                break result;
            }
        }
    }};
}
use transact;
