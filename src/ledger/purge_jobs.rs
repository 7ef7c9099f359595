//! The rows of `purge_jobs`: terminations that take time. Each transition is one transaction and holds only from
//! the states it names, so the service and a command beside it cannot undo each other's.

use super::sql::{Builder, Query, query, query_scalar};
use super::{Account, AccountState, Error, JobPolicy, JobState, Ledger, PurgeJob, transact};

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
        let state = match wait_ms {
            0 => JobState::Queued,
            _ => JobState::Waiting,
        };
        transact!(self, |tx| {
            let open = "SELECT * FROM purge_jobs WHERE account = ? AND state NOT IN ('deleted', 'cancelled')";
            let open = query(open).bind(account.id).fetch_optional(&mut *tx);
            if let Some(open) = open.await? {
                return Ok(open);
            }
            let now = self.now_ms();
            // Read from the row, so that the job can name no other user than the account's.
            let made = query(
                "INSERT INTO purge_jobs (account, client, cluster, service_id, user_id, identity, policy, state, stage,
                                         due_at, created_at)
                 SELECT id, client, cluster, service_id, user_id, identity, ?2, ?3, 'disable', ?4, ?5
                 FROM accounts WHERE id = ?1 AND user_id = ?6",
            );
            let made = made
                .bind(account.id)
                .bind(policy.as_str())
                .bind(state.as_str())
                .bind(now.saturating_add(wait_ms))
                .bind(now)
                .bind(account.user_id.as_deref())
                .execute(&mut *tx)
                .await?;
            if made.rows != 1 {
                let id = account.id;
                return Err(Error::Corrupt(format!(
                    "account row {id} has another user than a moment ago"
                )));
            }
            query("UPDATE accounts SET state = 'terminating', updated_at = ? WHERE id = ?")
                .bind(now)
                .bind(account.id)
                .execute(&mut *tx)
                .await?;
            Ok(by_id(made.last_id).fetch_one(tx).await?)
        })
    }

    /// The open job of an account, else its last one.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn job_of(&self, account: i64) -> Result<Option<PurgeJob>, Error> {
        // A job is made only when there is no open one, so the open one is the last.
        let last = "SELECT * FROM purge_jobs WHERE account = ? ORDER BY id DESC LIMIT 1";
        Ok(query(last).bind(account).fetch_optional(&self.pool).await?)
    }

    /// A job of a cluster.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn job(&self, cluster: &str, id: i64) -> Result<Option<PurgeJob>, Error> {
        let one = "SELECT * FROM purge_jobs WHERE cluster = ? AND id = ?";
        Ok(query(one)
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
        let mut sql = Builder::new("SELECT * FROM purge_jobs WHERE cluster = ");
        sql.push_bind(cluster).push(" AND id < ").push_bind(before);
        if let Some(service_id) = service_id {
            sql.push(" AND service_id = ").push_bind(service_id);
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(most);
        Ok(sql.build().fetch_all(&self.pool).await?)
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
        let id: Option<i64> = query_scalar(due)
            .bind(cluster)
            .bind(now)
            .fetch_optional(&self.pool)
            .await?;
        let Some(id) = id else {
            return Ok(None);
        };
        transact!(self, |tx| {
            let taken = query(
                "UPDATE purge_jobs SET state = 'running', started_at = coalesce(started_at, ?2), next_attempt_at = NULL
                 WHERE id = ?1 AND state IN ('waiting', 'queued', 'running') AND coalesce(next_attempt_at, due_at) <= ?2",
            );
            let taken = taken.bind(id).bind(now).execute(&mut *tx).await?;
            match taken.rows {
                0 => Ok(None),
                _ => Ok(by_id(id).fetch_optional(tx).await?),
            }
        })
    }

    /// Makes a job that waits for its time due now; others stay as they are. Answers how it stands.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`].
    pub async fn hurry_job(&self, id: i64) -> Result<PurgeJob, Error> {
        transact!(self, |tx| {
            query(
                "UPDATE purge_jobs SET state = 'queued', due_at = CASE WHEN due_at < ?2 THEN due_at ELSE ?2 END,
                     policy = 'purge'
                 WHERE id = ?1 AND state = 'waiting'",
            )
            .bind(id)
            .bind(self.now_ms())
            .execute(&mut *tx)
            .await?;
            Ok(by_id(id).fetch_one(tx).await?)
        })
    }

    /// Puts a blocked job into the queue again and lets one that waits for its next attempt make it now; others stay as
    /// they are. Answers how it stands.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn retry_job(&self, id: i64) -> Result<PurgeJob, Error> {
        transact!(self, |tx| {
            query(
                "UPDATE purge_jobs SET problem = CASE state WHEN 'blocked' THEN NULL ELSE problem END,
                     state = 'queued', attempts = 0, next_attempt_at = NULL, blocked_until = NULL, finished_at = NULL
                 WHERE id = ? AND state IN ('blocked', 'queued')",
            )
            .bind(id)
            .execute(&mut *tx)
            .await?;
            Ok(by_id(id).fetch_one(tx).await?)
        })
    }

    /// Cancels a job that nobody works on and that has taken nothing away; the account is suspended then. `None`: it
    /// is too late.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn cancel_job(&self, id: i64) -> Result<Option<PurgeJob>, Error> {
        let now = self.now_ms();
        transact!(self, |tx| {
            let cancelled = query(
                "UPDATE purge_jobs SET state = 'cancelled', finished_at = ?2, next_attempt_at = NULL
                 WHERE id = ?1 AND state IN ('waiting', 'queued', 'blocked') AND begun = 0",
            );
            let cancelled = cancelled.bind(id).bind(now).execute(&mut *tx).await?;
            if cancelled.rows == 0 {
                return Ok(None);
            }
            let job: PurgeJob = by_id(id).fetch_one(&mut *tx).await?;
            query("UPDATE accounts SET state = ?, updated_at = ? WHERE id = ?")
                .bind(AccountState::Suspended.as_str())
                .bind(now)
                .bind(job.account)
                .execute(tx)
                .await?;
            Ok(Some(job))
        })
    }
}

fn by_id(id: i64) -> Query {
    query("SELECT * FROM purge_jobs WHERE id = ?").bind(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::Place;
    use crate::ledger::{Deleted, JobStage, ServiceKey, Setback};

    async fn ledger() -> (Place, Ledger, Account) {
        let place = Place::new().await;
        let ledger = place.ledger().await;
        let service = ServiceKey {
            client: "whmcs".into(),
            cluster: "eu1".into(),
            service_id: 1,
        };
        let state = AccountState::Active;
        let account = ledger.adopt(&service, "a@b", "0123456789abcdef", state);
        let account = account.await.expect("an account");
        (place, ledger, account)
    }

    async fn state_of(ledger: &Ledger, account: &Account) -> AccountState {
        let found = ledger.account(&account.service).await.expect("a look");
        found.expect("the account").state
    }

    #[tokio::test]
    async fn an_account_has_one_open_job_and_never_a_later_one() {
        let (_place, ledger, account) = ledger().await;
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
        let (_place, ledger, account) = ledger().await;
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
        let (_place, ledger, account) = ledger().await;
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
        let (_place, ledger, account) = ledger().await;
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
