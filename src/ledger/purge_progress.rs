//! What a running job of `purge_jobs` records of itself. Nothing here changes a job that is not running: a process that
//! lost its job stops at the next record.

use super::sql::{Query, query};
use super::{Error, JobStage, Ledger, PurgeJob, transact};

/// What was deleted since it was last recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Versions, delete markers and unfinished uploads.
    pub objects: i64,
    /// Their bytes.
    pub bytes: i64,
    /// Time it took, in ms.
    pub millis: i64,
}

/// How an attempt ended that did not finish the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setback {
    /// It may go on at this time, in ms since 1970.
    Later {
        /// Attempts that failed since something was last done.
        attempts: i64,
        /// When it is tried again, in ms since 1970.
        at: i64,
    },
    /// A human must act.
    Blocked {
        /// When object lock ends, in ms since 1970.
        until: Option<i64>,
    },
}

impl Ledger {
    /// Records what a running job does now. From [`JobStage::Revoke`] on nothing can be restored.
    ///
    /// # Errors
    /// [`Error::Statement`]; [`Error::Corrupt`] when the job is not running any more.
    pub async fn set_job_stage(&self, id: i64, stage: JobStage) -> Result<(), Error> {
        let query = query(
            "UPDATE purge_jobs SET stage = ?2, begun = begun OR ?3 WHERE id = ?1 AND state = 'running'",
        );
        let begun = stage >= JobStage::Revoke;
        self.change_job(query.bind(id).bind(stage.as_str()).bind(begun))
            .await
    }

    /// Records which key pairs there are before the job's own is asked for, and that it has none yet.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn intend_job_key(&self, id: i64, before: &[String]) -> Result<(), Error> {
        let before =
            serde_json::to_string(before).map_err(|error| Error::Corrupt(error.to_string()))?;
        let query = query(
            "UPDATE purge_jobs SET keys_before = ?2, key_id = NULL WHERE id = ?1 AND state = 'running'",
        );
        self.change_job(query.bind(id).bind(before)).await
    }

    /// Records the job's own key pair; `None` once it is revoked.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn set_job_key(&self, id: i64, key_id: Option<&str>) -> Result<(), Error> {
        let query = query(
            "UPDATE purge_jobs SET keys_before = NULL, key_id = ?2 WHERE id = ?1 AND state = 'running'",
        );
        self.change_job(query.bind(id).bind(key_id)).await
    }

    /// Records what there is beside what was deleted before.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn set_job_found(&self, id: i64, buckets: i64, bytes: i64) -> Result<(), Error> {
        let query = query(
            "UPDATE purge_jobs SET buckets_total = buckets_done + ?2, bytes_total = bytes_done + ?3
             WHERE id = ?1 AND state = 'running'",
        );
        self.change_job(query.bind(id).bind(buckets).bind(bytes))
            .await
    }

    /// Adds what was deleted; a job that gets on starts counting its failures anew.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn add_job_deleted(&self, id: i64, deleted: Deleted) -> Result<(), Error> {
        let query = query(
            "UPDATE purge_jobs SET
                 bytes_total = CASE WHEN bytes_total > bytes_done + ?3 THEN bytes_total ELSE bytes_done + ?3 END,
                 objects_done = objects_done + ?2, bytes_done = bytes_done + ?3, deleting_ms = deleting_ms + ?4,
                 attempts = CASE WHEN ?2 > 0 THEN 0 ELSE attempts END
             WHERE id = ?1 AND state = 'running'",
        );
        let Deleted {
            objects,
            bytes,
            millis,
        } = deleted;
        self.change_job(query.bind(id).bind(objects).bind(bytes).bind(millis))
            .await
    }

    /// Counts a bucket that is deleted.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn add_job_bucket(&self, id: i64) -> Result<(), Error> {
        let query = query(
            "UPDATE purge_jobs SET
                 buckets_total = CASE WHEN buckets_total > buckets_done THEN buckets_total ELSE buckets_done + 1 END,
                 buckets_done = buckets_done + 1, attempts = 0
             WHERE id = ?1 AND state = 'running'",
        );
        self.change_job(query.bind(id)).await
    }

    /// Ends an attempt that did not finish the job, with a sentence.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn set_job_back(
        &self,
        id: i64,
        problem: &str,
        setback: Setback,
    ) -> Result<(), Error> {
        match setback {
            Setback::Later { attempts, at } => {
                let query = query(
                    "UPDATE purge_jobs SET state = 'queued', problem = ?2, attempts = ?3, next_attempt_at = ?4
                     WHERE id = ?1 AND state = 'running'",
                );
                self.change_job(query.bind(id).bind(problem).bind(attempts).bind(at))
                    .await
            }
            Setback::Blocked { until } => {
                let query = query(
                    "UPDATE purge_jobs SET state = 'blocked', problem = ?2, blocked_until = ?3, finished_at = ?4
                     WHERE id = ?1 AND state = 'running'",
                );
                let now = self.now_ms();
                self.change_job(query.bind(id).bind(problem).bind(until).bind(now))
                    .await
            }
        }
    }

    /// Ends a job with nothing left, and its account with it. Unfinished uploads do not tell their bytes before.
    ///
    /// # Errors
    /// As for [`Self::set_job_stage`].
    pub async fn finish_job(&self, job: &PurgeJob) -> Result<(), Error> {
        let now = self.now_ms();
        transact!(self, |tx| {
            let done = query(
                "UPDATE purge_jobs SET state = 'deleted', stage = 'verify', problem = NULL, key_id = NULL,
                     keys_before = NULL, finished_at = ?2,
                     bytes_done = CASE WHEN bytes_done > bytes_total THEN bytes_done ELSE bytes_total END
                 WHERE id = ?1 AND state = 'running'",
            );
            let done = done.bind(job.id).bind(now).execute(&mut *tx).await?;
            not_running(done.rows)?;
            query(
                "UPDATE accounts SET state = 'terminated',
                     former_user_id = coalesce(user_id, former_user_id), user_id = NULL,
                     access_key_id = NULL, absent_at = NULL, updated_at = ?
                 WHERE id = ? AND user_id = ?",
            )
            .bind(now)
            .bind(job.account)
            .bind(&job.user_id)
            .execute(tx)
            .await?;
            Ok(())
        })
    }

    async fn change_job(&self, query: Query) -> Result<(), Error> {
        transact!(self, |tx| not_running(
            query.clone().execute(tx).await?.rows
        ))
    }
}

fn not_running(rows: u64) -> Result<(), Error> {
    match rows {
        1 => Ok(()),
        _ => Err(Error::Corrupt(
            "a job that is worked on is not running".to_owned(),
        )),
    }
}
