//! A termination that takes time, as a row of `purge_jobs` tells it.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::ServiceKey;

/// Why a job exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobPolicy {
    /// Data is kept for a while first.
    Grace,
    /// Data is deleted now.
    Purge,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Its time has not come.
    Waiting,
    /// It is to be worked on, now or at its next attempt.
    Queued,
    /// Somebody works on it, or did until the process ended.
    Running,
    /// A human must act.
    Blocked,
    /// Everything is gone.
    Deleted,
    /// The service was restored.
    Cancelled,
}

/// What a job does, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum JobStage {
    /// The user is locked out.
    Disable,
    /// Key pairs and sub-accounts go.
    Revoke,
    /// Unfinished uploads go.
    Uploads,
    /// Versions and delete markers go.
    Objects,
    /// Buckets go.
    Buckets,
    /// The user goes.
    User,
    /// It is made sure that nothing is left.
    Verify,
}

/// A word of the ledger as a value.
fn parsed<T: Copy>(
    all: &[T],
    word: impl Fn(T) -> &'static str,
    text: &str,
) -> Result<T, sqlx::Error> {
    let found = all.iter().copied().find(|one| word(*one) == text);
    found.ok_or_else(|| sqlx::Error::Decode(format!("`{text}` of a job").into()))
}

impl JobPolicy {
    /// The word in the ledger and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Grace => "grace",
            Self::Purge => "purge",
        }
    }
}

impl JobState {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Waiting,
        Self::Queued,
        Self::Running,
        Self::Blocked,
        Self::Deleted,
        Self::Cancelled,
    ];

    /// The word in the ledger and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Blocked => "blocked",
            Self::Deleted => "deleted",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the job is still the account's: neither done nor cancelled.
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Deleted | Self::Cancelled)
    }
}

impl JobStage {
    const ALL: [Self; 7] = [
        Self::Disable,
        Self::Revoke,
        Self::Uploads,
        Self::Objects,
        Self::Buckets,
        Self::User,
        Self::Verify,
    ];

    /// The word in the ledger and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Revoke => "revoke",
            Self::Uploads => "uploads",
            Self::Objects => "objects",
            Self::Buckets => "buckets",
            Self::User => "user",
            Self::Verify => "verify",
        }
    }
}

/// One row.
#[derive(Clone, Debug)]
pub struct PurgeJob {
    /// Its number; later ones are larger.
    pub id: i64,
    /// Row of the account.
    pub account: i64,
    /// The service.
    pub service: ServiceKey,
    /// The S3 user that is to be deleted, and no other.
    pub user_id: String,
    /// Its e-mail address.
    pub identity: String,
    /// Why it exists.
    pub policy: JobPolicy,
    /// Where it stands.
    pub state: JobState,
    /// What it does or did last.
    pub stage: JobStage,
    /// Before this nothing happens to data; in ms since 1970.
    pub due_at: i64,
    /// Whether keys or data are being taken away, which nobody can undo.
    pub begun: bool,
    /// Ids of the key pairs there were before the job's own was asked for.
    pub keys_before: Option<Vec<String>>,
    /// The job's own key pair.
    pub key_id: Option<String>,
    /// Buckets deleted.
    pub buckets_done: i64,
    /// Buckets there were, as far as seen.
    pub buckets_total: i64,
    /// Versions, delete markers and unfinished uploads deleted.
    pub objects_done: i64,
    /// Bytes deleted.
    pub bytes_done: i64,
    /// Bytes there were, as far as seen.
    pub bytes_total: i64,
    /// Time spent deleting, in ms.
    pub deleting_ms: i64,
    /// Attempts that failed since something was last done.
    pub attempts: i64,
    /// When it is tried again, in ms since 1970.
    pub next_attempt_at: Option<i64>,
    /// What is in the way, as a sentence.
    pub problem: Option<String>,
    /// When object lock ends, in ms since 1970.
    pub blocked_until: Option<i64>,
    /// In ms since 1970.
    pub created_at: i64,
    /// In ms since 1970.
    pub started_at: Option<i64>,
    /// In ms since 1970.
    pub finished_at: Option<i64>,
}

impl FromRow<'_, SqliteRow> for PurgeJob {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let text = |name| row.try_get::<&str, _>(name);
        let keys: Option<&str> = row.try_get("keys_before")?;
        let keys = keys.map(serde_json::from_str).transpose();
        let policies = [JobPolicy::Grace, JobPolicy::Purge];
        Ok(Self {
            id: row.try_get("id")?,
            account: row.try_get("account")?,
            service: ServiceKey {
                client: row.try_get("client")?,
                cluster: row.try_get("cluster")?,
                service_id: row.try_get("service_id")?,
            },
            user_id: row.try_get("user_id")?,
            identity: row.try_get("identity")?,
            policy: parsed(&policies, JobPolicy::as_str, text("policy")?)?,
            state: parsed(&JobState::ALL, JobState::as_str, text("state")?)?,
            stage: parsed(&JobStage::ALL, JobStage::as_str, text("stage")?)?,
            due_at: row.try_get("due_at")?,
            begun: row.try_get("begun")?,
            keys_before: keys.map_err(|error| sqlx::Error::Decode(error.into()))?,
            key_id: row.try_get("key_id")?,
            buckets_done: row.try_get("buckets_done")?,
            buckets_total: row.try_get("buckets_total")?,
            objects_done: row.try_get("objects_done")?,
            bytes_done: row.try_get("bytes_done")?,
            bytes_total: row.try_get("bytes_total")?,
            deleting_ms: row.try_get("deleting_ms")?,
            attempts: row.try_get("attempts")?,
            next_attempt_at: row.try_get("next_attempt_at")?,
            problem: row.try_get("problem")?,
            blocked_until: row.try_get("blocked_until")?,
            created_at: row.try_get("created_at")?,
            started_at: row.try_get("started_at")?,
            finished_at: row.try_get("finished_at")?,
        })
    }
}
