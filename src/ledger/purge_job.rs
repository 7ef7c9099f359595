//! A termination that takes time, as a row of `purge_jobs` tells it.

use sqlx::FromRow;

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

/// Ids of key pairs, when they were recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyList(pub Option<Vec<String>>);

impl TryFrom<Option<String>> for KeyList {
    type Error = sqlx::Error;

    fn try_from(json: Option<String>) -> Result<Self, sqlx::Error> {
        let ids = json.map(|json| serde_json::from_str(&json)).transpose();
        ids.map(Self)
            .map_err(|error| sqlx::Error::Decode(error.into()))
    }
}

/// Reads a word of the ledger.
macro_rules! from_word {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = sqlx::Error;

            fn try_from(word: String) -> Result<Self, sqlx::Error> {
                let found = Self::ALL.iter().copied().find(|one| one.as_str() == word);
                found.ok_or_else(|| sqlx::Error::Decode(format!("`{word}` of a job").into()))
            }
        }
    };
}

from_word!(JobPolicy);
from_word!(JobState);
from_word!(JobStage);

impl JobPolicy {
    const ALL: [Self; 2] = [Self::Grace, Self::Purge];

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
#[derive(Clone, Debug, FromRow)]
pub struct PurgeJob {
    /// Its number; later ones are larger.
    pub id: i64,
    /// Row of the account.
    pub account: i64,
    /// The service.
    #[sqlx(flatten)]
    pub service: ServiceKey,
    /// The S3 user that is to be deleted, and no other.
    pub user_id: String,
    /// Its e-mail address.
    pub identity: String,
    /// Why it exists.
    #[sqlx(try_from = "String")]
    pub policy: JobPolicy,
    /// Where it stands.
    #[sqlx(try_from = "String")]
    pub state: JobState,
    /// What it does or did last.
    #[sqlx(try_from = "String")]
    pub stage: JobStage,
    /// Before this nothing happens to data; in ms since 1970.
    pub due_at: i64,
    /// Whether keys or data are being taken away, which nobody can undo.
    pub begun: bool,
    /// Ids of the key pairs there were before the job's own was asked for.
    #[sqlx(try_from = "Option<String>")]
    pub keys_before: KeyList,
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
