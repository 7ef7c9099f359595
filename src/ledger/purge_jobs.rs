//! The rows of `purge_jobs`: terminations that take time. Each transition is one transaction and holds only from
//! the states it names, so the service and a command beside it cannot undo each other's.

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};

use super::{Account, AccountState, Error, Ledger, ServiceKey};

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
    const ALL: [Self; 6] = [
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

impl Ledger {
    /// Makes the job of an account whose user is known, due in `wait_ms`, and marks the account as terminating; an open
    /// job of the account is answered instead.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`].
    pub async fn open_job(
        &self,
        account: &Account,
        policy: JobPolicy,
        wait_ms: i64,
    ) -> Result<PurgeJob, Error> {
        let mut tx = self.write().await?;
        let open =
            "SELECT * FROM purge_jobs WHERE account = ? AND state NOT IN ('deleted', 'cancelled')";
        let open: Option<PurgeJob> = sqlx::query_as(open)
            .bind(account.id)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(open) = open {
            return Ok(open);
        }
        let state = match wait_ms {
            0 => JobState::Queued,
            _ => JobState::Waiting,
        };
        let now = self.now_ms();
        // Read from the row, so that the job can name no other user than the account's.
        let job: Option<PurgeJob> = sqlx::query_as(
            "INSERT INTO purge_jobs (account, client, cluster, service_id, user_id, identity, policy, state, stage,
                                     due_at, created_at)
             SELECT id, client, cluster, service_id, user_id, identity, ?2, ?3, 'disable', ?4, ?5
             FROM accounts WHERE id = ?1 AND user_id = ?6
             RETURNING *",
        )
        .bind(account.id)
        .bind(policy.as_str())
        .bind(state.as_str())
        .bind(now.saturating_add(wait_ms))
        .bind(now)
        .bind(account.user_id.as_deref())
        .fetch_optional(&mut *tx)
        .await?;
        let job = job.ok_or_else(|| {
            let id = account.id;
            Error::Corrupt(format!(
                "account row {id} has another user than a moment ago"
            ))
        })?;
        let terminating = "UPDATE accounts SET state = 'terminating', updated_at = ? WHERE id = ?";
        sqlx::query(terminating)
            .bind(now)
            .bind(account.id)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(job)
    }

    /// The open job of an account, else its last one.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn job_of(&self, account: i64) -> Result<Option<PurgeJob>, Error> {
        // A job is made only when there is no open one, so the open one is the last.
        let last = "SELECT * FROM purge_jobs WHERE account = ? ORDER BY id DESC LIMIT 1";
        Ok(sqlx::query_as(last)
            .bind(account)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// A job of a cluster.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn job(&self, cluster: &str, id: i64) -> Result<Option<PurgeJob>, Error> {
        let one = "SELECT * FROM purge_jobs WHERE cluster = ? AND id = ?";
        Ok(sqlx::query_as(one)
            .bind(cluster)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?)
    }

    /// Jobs of a cluster, the latest first: those before number `before`, of the service when one is given.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn purge_jobs(
        &self,
        cluster: &str,
        service_id: Option<i64>,
        before: i64,
        most: i64,
    ) -> Result<Vec<PurgeJob>, Error> {
        let mut sql = QueryBuilder::new("SELECT * FROM purge_jobs WHERE cluster = ");
        sql.push_bind(cluster).push(" AND id < ").push_bind(before);
        if let Some(service_id) = service_id {
            sql.push(" AND service_id = ").push_bind(service_id);
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(most);
        Ok(sql.build_query_as().fetch_all(&self.pool).await?)
    }

    /// Takes the job of a cluster that is due first. Who calls holds the cluster's turn, so a job that is `running` was
    /// left behind by a process that ended.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn take_due_job(&self, cluster: &str) -> Result<Option<PurgeJob>, Error> {
        let due = "SELECT id FROM purge_jobs
             WHERE cluster = ?1 AND state IN ('waiting', 'queued', 'running')
               AND coalesce(next_attempt_at, due_at) <= ?2
             ORDER BY coalesce(next_attempt_at, due_at), id LIMIT 1";
        let now = self.now_ms();
        // Looked for without a transaction: mostly there is none, and the ledger is for others to write.
        let id: Option<i64> = sqlx::query_scalar(due)
            .bind(cluster)
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
        let Some(id) = id else {
            return Ok(None);
        };
        let mut tx = self.write().await?;
        let job = sqlx::query_as(
            "UPDATE purge_jobs SET state = 'running', started_at = coalesce(started_at, ?2), next_attempt_at = NULL
             WHERE id = ?1 AND state IN ('waiting', 'queued', 'running') AND coalesce(next_attempt_at, due_at) <= ?2
             RETURNING *",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Makes a job that waits for its time due now; others stay as they are. Answers how it stands.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`].
    pub async fn hurry_job(&self, id: i64) -> Result<PurgeJob, Error> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE purge_jobs SET state = 'queued', due_at = min(due_at, ?2), policy = 'purge'
             WHERE id = ?1 AND state = 'waiting'",
        )
        .bind(id)
        .bind(self.now_ms())
        .execute(&mut *tx)
        .await?;
        let job = sqlx::query_as("SELECT * FROM purge_jobs WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Puts a blocked job into the queue again and lets one that waits for its next attempt make it now; others stay as
    /// they are. Answers how it stands.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn retry_job(&self, id: i64) -> Result<PurgeJob, Error> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE purge_jobs SET problem = CASE state WHEN 'blocked' THEN NULL ELSE problem END,
                 state = 'queued', attempts = 0, next_attempt_at = NULL, blocked_until = NULL, finished_at = NULL
             WHERE id = ? AND state IN ('blocked', 'queued')",
        )
        .bind(id)
        .execute(&mut *tx)
        .await?;
        let job = sqlx::query_as("SELECT * FROM purge_jobs WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(job)
    }

    /// Cancels a job that nobody works on and that has taken nothing away; the account is suspended then. `None`: it
    /// is too late.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn cancel_job(&self, id: i64) -> Result<Option<PurgeJob>, Error> {
        let mut tx = self.write().await?;
        let now = self.now_ms();
        let job: Option<PurgeJob> = sqlx::query_as(
            "UPDATE purge_jobs SET state = 'cancelled', finished_at = ?2, next_attempt_at = NULL
             WHERE id = ?1 AND state IN ('waiting', 'queued', 'blocked') AND begun = 0
             RETURNING *",
        )
        .bind(id)
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
        if let Some(job) = &job {
            sqlx::query("UPDATE accounts SET state = ?, updated_at = ? WHERE id = ?")
                .bind(AccountState::Suspended.as_str())
                .bind(now)
                .bind(job.account)
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
        Ok(job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::ledger::{Deleted, Setback};

    async fn ledger() -> (tempfile::TempDir, Ledger, Account) {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let ledger = Ledger::open(&url.into(), Clock::default()).await;
        let ledger = ledger.expect("a ledger");
        ledger.migrate().await.expect("a schema");
        let service = ServiceKey {
            client: "whmcs".into(),
            cluster: "eu1".into(),
            service_id: 1,
        };
        let state = AccountState::Active;
        let account = ledger.adopt(&service, "a@b", "0123456789abcdef", state);
        let account = account.await.expect("an account");
        (folder, ledger, account)
    }

    async fn state_of(ledger: &Ledger, account: &Account) -> AccountState {
        let found = ledger.account(&account.service).await.expect("a look");
        found.expect("the account").state
    }

    #[tokio::test]
    async fn an_account_has_one_open_job_and_never_a_later_one() {
        let (_folder, ledger, account) = ledger().await;
        let grace = async |wait| {
            let job = ledger.open_job(&account, JobPolicy::Grace, wait).await;
            job.expect("a job")
        };
        let first = grace(1000).await;
        let again = grace(9_000_000).await;
        assert_eq!((first.id, first.due_at), (again.id, again.due_at));
        assert_eq!(state_of(&ledger, &account).await, AccountState::Terminating);
        let hurried = ledger.hurry_job(first.id).await.expect("hurried");
        assert_eq!(hurried.state, JobState::Queued);
        assert!(hurried.due_at < first.due_at);
    }

    #[tokio::test]
    async fn a_job_is_cancelled_until_something_is_taken_away() {
        let (_folder, ledger, account) = ledger().await;
        let open = async || {
            let job = ledger.open_job(&account, JobPolicy::Purge, 0).await;
            job.expect("a job").id
        };
        let first = open().await;
        let cancelled = ledger.cancel_job(first).await.expect("a change");
        assert_eq!(cancelled.map(|job| job.state), Some(JobState::Cancelled));
        assert_eq!(state_of(&ledger, &account).await, AccountState::Suspended);
        let second = open().await;
        assert_ne!(first, second);
        let taken = ledger.take_due_job("eu1").await.expect("a look");
        assert_eq!(taken.map(|job| job.id), Some(second));
        // Somebody works on it.
        assert!(ledger.cancel_job(second).await.expect("a look").is_none());
        ledger
            .set_job_stage(second, JobStage::Revoke)
            .await
            .expect("recorded");
        let later = Setback::Later { attempts: 1, at: 0 };
        ledger
            .set_job_back(second, "later", later)
            .await
            .expect("recorded");
        assert!(ledger.cancel_job(second).await.expect("a look").is_none());
        let job = ledger
            .job_of(account.id)
            .await
            .expect("a look")
            .expect("it");
        assert_eq!((job.state, job.begun), (JobState::Queued, true));
    }

    #[tokio::test]
    async fn a_job_that_is_not_running_records_nothing_of_itself() {
        let (_folder, ledger, account) = ledger().await;
        let job = ledger.open_job(&account, JobPolicy::Purge, 0).await;
        let id = job.expect("a job").id;
        let deleted = Deleted {
            objects: 5,
            bytes: 7,
            millis: 9,
        };
        ledger
            .add_job_deleted(id, deleted)
            .await
            .expect_err("not running");
        let job = ledger.take_due_job("eu1").await.expect("a look");
        ledger.add_job_deleted(id, deleted).await.expect("recorded");
        ledger
            .finish_job(&job.expect("taken"))
            .await
            .expect("finished");
        ledger
            .add_job_deleted(id, deleted)
            .await
            .expect_err("finished");
        let job = ledger.job("eu1", id).await.expect("a look").expect("it");
        assert_eq!(
            (job.state, job.objects_done, job.bytes_done),
            (JobState::Deleted, 5, 7)
        );
        assert_eq!(state_of(&ledger, &account).await, AccountState::Terminated);
        assert!(ledger.take_due_job("eu1").await.expect("a look").is_none());
    }

    #[tokio::test]
    async fn blocked_jobs_and_those_that_wait_are_not_taken() {
        let (_folder, ledger, account) = ledger().await;
        let job = ledger.open_job(&account, JobPolicy::Purge, 0).await;
        let id = job.expect("a job").id;
        let take = async || ledger.take_due_job("eu1").await.expect("a look");
        assert!(take().await.is_some());
        assert!(
            take().await.is_some(),
            "left behind by a process that ended"
        );
        let at = ledger.now_ms() + 60_000;
        let later = Setback::Later { attempts: 1, at };
        ledger
            .set_job_back(id, "down", later)
            .await
            .expect("recorded");
        assert!(take().await.is_none());
        ledger.retry_job(id).await.expect("retried");
        assert!(take().await.is_some());
        let blocked = Setback::Blocked { until: Some(7) };
        ledger
            .set_job_back(id, "locked", blocked)
            .await
            .expect("recorded");
        assert!(take().await.is_none());
        let job = ledger.retry_job(id).await.expect("retried");
        assert_eq!(
            (job.state, job.problem, job.blocked_until),
            (JobState::Queued, None, None)
        );
    }
}
