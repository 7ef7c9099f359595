//! The ledger: what this installation knows of its services, in SQLite.
//!
//! It holds rows and transactions only; what they mean is decided in `lifecycle`. S3 secrets are
//! never written here. A write transaction begins IMMEDIATE: one that starts by reading and then
//! writes could be refused by SQLite whatever the busy timeout says.

mod accounts;
mod booking;
mod by_hour;
mod compare;
mod figures;
mod health;
mod history;
mod items;
mod key_intents;
mod known_keys;
mod locks;
mod operations;
mod overview;
mod place;
mod purge_job;
mod purge_jobs;
mod purge_progress;
mod rebuild;
mod storage;
mod traffic;
mod turn;

use std::fs::{File, TryLockError};
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

pub use accounts::{Account, AccountState, Intent, ServiceKey};
pub use booking::{Booked, Booking};
pub use by_hour::{HourTraffic, MeteredUser};
pub use compare::{LastCall, Records};
pub use figures::{Delivery, ServiceRange, Since, Stored, UsageRow};
pub use health::{Schema, Waiting};
pub use history::SlotTraffic;
pub use items::{Item, StatisticsRecord};
pub use key_intents::{KeyHolder, KeyIntent};
pub use locks::ServiceLock;
pub use operations::{Act, Operation, OperationId};
pub use overview::{Held, Overview, Vanished, Window};
pub use purge_job::{JobPolicy, JobStage, JobState, PurgeJob};
pub use purge_progress::{Deleted, Setback};
pub use rebuild::Rebuilt;
pub use storage::{BucketKey, BucketRecord, ByteHours, HeldBucket, Sampled, Span};
pub use traffic::{Problem, SLOT_SECONDS, Standing, Traffic, month_of, month_start, slot_of};
pub use turn::Turn;

use crate::clock::Clock;

use locks::Locks;

static MIGRATIONS: Migrator = sqlx::migrate!("src/ledger/migrations/sqlite");

/// How long a writer waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// A failure of the ledger; nothing was changed by the statement that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be opened.
    #[error("the ledger cannot be opened; check database.url and the permissions of its folder")]
    Open(#[source] sqlx::Error),
    /// Another process works on it.
    #[error(
        "another ostor-bridge works on the ledger {0} already; two at once could make two S3 users for one service"
    )]
    InUse(String),
    /// The file that keeps other processes away cannot be used.
    #[error("the file {0} cannot be made or locked; check the permissions of its folder")]
    Claim(String, #[source] std::io::Error),
    /// The schema cannot be brought up to date.
    #[error("the ledger's schema cannot be brought up to date")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A statement failed.
    #[error("the ledger did not answer; check disk space and the log")]
    Statement(#[source] sqlx::Error),
    /// A row would hold what another row holds for good.
    #[error(
        "another service in the ledger holds the same S3 user or address; compare the names of the clients and the cluster's identity template with those of earlier days"
    )]
    Taken(#[source] sqlx::Error),
    /// A row holds what no version of this program writes.
    #[error("the ledger holds a value that makes no sense: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let taken = error
            .as_database_error()
            .is_some_and(|error| error.is_unique_violation());
        if taken {
            Self::Taken(error)
        } else {
            Self::Statement(error)
        }
    }
}

/// A handle to the ledger; clones share one pool.
#[derive(Clone, Debug)]
pub struct Ledger {
    pool: SqlitePool,
    locks: Locks,
    clock: Clock,
    /// The database file, for the lock files beside it.
    file: String,
    /// Whether its locks keep the service out.
    alone: bool,
}

impl Ledger {
    /// Opens the ledger at `url` (`sqlite:FILE`), making the file when it is missing.
    ///
    /// # Errors
    /// [`Error::Open`] for a bad URL or an unusable file.
    pub async fn open(url: &SecretString, clock: Clock) -> Result<Self, Error> {
        let options = SqliteConnectOptions::from_str(url.expose_secret())
            .map_err(Error::Open)?
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .journal_mode(SqliteJournalMode::Wal)
            // A page of services comes as a whole instead of in turns.
            .row_buffer_size(1000)
            .pragma("cache_size", "-8000")
            // An intent must survive a power cut before the gateway is called.
            .synchronous(SqliteSynchronous::Full);
        let file = options.get_filename().display().to_string();
        let pool = SqlitePoolOptions::new()
            .max_connections(8)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_with(options)
            .await
            .map_err(Error::Open)?;
        Ok(Self {
            pool,
            locks: Locks::default(),
            clock,
            file,
            alone: false,
        })
    }

    /// Claims the ledger for one service: calls are locked within a process only. The claim ends
    /// with the returned file, or with the process however it ends.
    ///
    /// # Errors
    /// [`Error::InUse`] while another process holds the claim, [`Error::Claim`], [`Error::Open`].
    pub fn claim(url: &SecretString) -> Result<File, Error> {
        let options = SqliteConnectOptions::from_str(url.expose_secret()).map_err(Error::Open)?;
        let ledger = options.get_filename().display().to_string();
        let path = format!("{ledger}.lock");
        let file = File::create(&path).map_err(|error| Error::Claim(path.clone(), error))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(Error::InUse(ledger)),
            Err(TryLockError::Error(error)) => Err(Error::Claim(path, error)),
        }
    }

    /// Brings the schema up to date; does nothing when it is.
    ///
    /// # Errors
    /// [`Error::Migrate`] when a step fails or the schema is newer than this program.
    pub async fn migrate(&self) -> Result<(), Error> {
        Ok(MIGRATIONS.run(&self.pool).await?)
    }

    /// Answers when the database does.
    ///
    /// # Errors
    /// [`Error::Statement`] when it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT 1 FROM accounts LIMIT 1")
            .fetch_optional(&self.pool)
            .await?;
        Ok(())
    }

    /// Closes all connections after what is under way.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The present in milliseconds since 1970, the unit of every time in the ledger's records.
    fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    async fn write(&self) -> Result<Transaction<'static, Sqlite>, Error> {
        Ok(self.pool.begin_with("BEGIN IMMEDIATE").await?)
    }
}
