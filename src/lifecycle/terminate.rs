//! Terminate: the S3 user is deleted, now or by a job, or the answer says why not.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::Services;
use crate::ledger::{Account, AccountState, JobPolicy, JobState, PurgeJob};
use crate::ostor::{BucketFilter, User};

use super::Error;
use super::find::{FormerId, Found};
use super::work::{ServiceCall, Work};

/// What to do with the customer's data.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Refuse while there are buckets.
    Refuse,
    /// Disable now, delete after the retention time.
    Grace,
    /// Disable and delete now.
    Purge,
}

impl Policy {
    /// The word in calls and settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::Grace => "grace",
            Self::Purge => "purge",
        }
    }
}

/// How far a termination is.
#[derive(Clone, Debug)]
pub enum Ending {
    /// There is no S3 user.
    Deleted,
    /// The customer is locked out, and a job does the rest.
    Job(Box<PurgeJob>),
}

/// Makes sure that the service has no S3 user, or that a job sees to it. Under `refuse` a user without buckets is
/// deleted and nothing changed otherwise.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn terminate(
    services: &Services,
    call: &ServiceCall,
    policy: Policy,
) -> Result<Ending, Error> {
    let work = Work::begin(services, call, "TerminateAccount", Some(policy.as_str())).await?;
    let result = ensure_ending(&work, policy).await;
    work.finish(result).await
}

pub(super) async fn ensure_ending(work: &Work<'_>, policy: Policy) -> Result<Ending, Error> {
    let ledger = work.ledger();
    if let Some(job) = work.open_job().await? {
        let job = match job.state {
            JobState::Waiting if policy == Policy::Purge => ledger.hurry_job(job.id).await?,
            JobState::Blocked => ledger.retry_job(job.id).await?,
            _ => job,
        };
        return Ok(Ending::Job(Box::new(job)));
    }
    match work.find(FormerId::Refused).await? {
        Found::Live { account, user } => end(work, &account, &user, policy).await,
        // Deleted before, by us or by others; only the record is behind.
        Found::Gone(account) | Found::Absent(Some(account)) => {
            ledger.set_terminated(account.id).await?;
            Ok(Ending::Deleted)
        }
        // An id that nobody knows may well live on another cluster.
        Found::Absent(None) if work.call.user_id.is_some() => Err(work.unknown()),
        // Looked for under its only possible identity and certainly not there.
        Found::Absent(None) => Ok(Ending::Deleted),
    }
}

/// `find` has just shown the recorded id under the recorded identity; the deletion names the id,
/// so it cannot hit another user who gets the same address.
async fn end(
    work: &Work<'_>,
    account: &Account,
    user: &User,
    policy: Policy,
) -> Result<Ending, Error> {
    let (job, wait_ms) = match policy {
        Policy::Refuse => (None, 0),
        Policy::Grace => {
            let grace = work.services.terminate.grace.as_millis();
            (
                Some(JobPolicy::Grace),
                i64::try_from(grace).unwrap_or(i64::MAX),
            )
        }
        Policy::Purge => (Some(JobPolicy::Purge), 0),
    };
    let gateway = &work.gateway;
    let ledger = work.ledger();
    let buckets = match policy {
        Policy::Grace => None,
        Policy::Refuse | Policy::Purge => {
            let filter = BucketFilter::Owner(user.id.clone());
            Some(gateway.buckets(&filter).await?)
        }
    };
    match (job, buckets) {
        (_, Some(buckets)) if buckets.is_empty() => {
            ledger
                .set_state(account.id, AccountState::Terminating)
                .await?;
            gateway.delete_user(&user.id).await?;
            work.confirm_deleted(&user.id).await?;
            ledger.set_terminated(account.id).await?;
            Ok(Ending::Deleted)
        }
        (None, buckets) => Err(Error::BucketsExist {
            service_id: work.service_id(),
            names: buckets
                .into_iter()
                .flatten()
                .map(|bucket| bucket.name)
                .collect(),
        }),
        (Some(policy), _) => {
            ledger
                .set_state(account.id, AccountState::Terminating)
                .await?;
            // Before there is a job: it enables the user for itself, and nobody may disable it then.
            work.set_enabled(account, user, false).await?;
            let job = ledger.open_job(account, policy, wait_ms).await?;
            Ok(Ending::Job(Box::new(job)))
        }
    }
}

impl Work<'_> {
    /// The job that ends the service, if there is one. WHMCS must mean the same S3 user.
    pub(super) async fn open_job(&self) -> Result<Option<PurgeJob>, Error> {
        let ledger = self.ledger();
        let Some(account) = ledger.account(&self.call.service).await? else {
            return Ok(None);
        };
        let job = ledger.job_of(account.id).await?;
        let Some(job) = job.filter(|job| job.state.is_open()) else {
            return Ok(None);
        };
        self.check_claim(&job.user_id, None, FormerId::Refused)?;
        Ok(Some(job))
    }

    /// Takes the termination back: cancels the job, as long as it has taken nothing away.
    pub(super) async fn undo_job(&self) -> Result<(), Error> {
        let Some(job) = self.open_job().await? else {
            return Ok(());
        };
        match self.ledger().cancel_job(job.id).await? {
            Some(_) => Ok(()),
            None => Err(self.being_deleted(job.id)),
        }
    }

    /// Nobody else changes a user, or is shown its keys, while a job takes it apart.
    pub(super) async fn refuse_if_begun(&self) -> Result<(), Error> {
        match self.open_job().await? {
            Some(job) if job.begun => Err(self.being_deleted(job.id)),
            _ => Ok(()),
        }
    }

    fn being_deleted(&self, job_id: i64) -> Error {
        Error::BeingDeleted {
            service_id: self.service_id(),
            job_id,
        }
    }
}
