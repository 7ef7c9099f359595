//! Terminations that take time, as staff see and steer them.

use crate::ledger::PurgeJob;

use super::desk::About;
use super::{Desk, Error};

impl Desk<'_> {
    /// Jobs of the cluster, the latest first: those before number `before`, of the service when one is given, at most
    /// `limit`; and whether there are more.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn jobs(
        &self,
        service_id: Option<i64>,
        before: i64,
        limit: usize,
    ) -> Result<(Vec<PurgeJob>, bool), Error> {
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let ledger = &self.services.ledger;
        let mut jobs = ledger
            .purge_jobs(self.cluster, service_id, before, most)
            .await?;
        let more = jobs.len() > limit;
        jobs.truncate(limit);
        Ok((jobs, more))
    }

    /// One job.
    ///
    /// # Errors
    /// [`Error::JobUnknown`], [`Error::Lifecycle`].
    pub async fn job(&self, id: i64) -> Result<PurgeJob, Error> {
        let job = self.services.ledger.job(self.cluster, id).await?;
        job.ok_or_else(|| Error::JobUnknown {
            cluster: self.cluster.to_owned(),
            job_id: id,
        })
    }

    /// Lets a blocked job, or one that waits for its next attempt, go on now; others stay as they are.
    ///
    /// # Errors
    /// [`Error::JobUnknown`], [`Error::Lifecycle`].
    pub async fn retry_job(&self, id: i64) -> Result<PurgeJob, Error> {
        let name = id.to_string();
        self.on_record("jobs.retry", about(&name), async {
            self.job(id).await?;
            Ok(self.services.ledger.retry_job(id).await?)
        })
        .await
    }

    /// Cancels a job that has taken nothing away; the service is suspended then.
    ///
    /// # Errors
    /// [`Error::JobTooLate`], [`Error::JobUnknown`], [`Error::Lifecycle`].
    pub async fn cancel_job(&self, id: i64) -> Result<PurgeJob, Error> {
        let name = id.to_string();
        self.on_record("jobs.cancel", about(&name), async {
            let job = self.job(id).await?;
            let cancelled = self.services.ledger.cancel_job(id).await?;
            cancelled.ok_or_else(|| Error::JobTooLate {
                job_id: id,
                state: job.state.as_str(),
            })
        })
        .await
    }
}

fn about(job: &str) -> About<'_> {
    About {
        subject: Some(job),
        ..About::default()
    }
}
