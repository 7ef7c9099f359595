//! Terminate: the S3 user is deleted, or the answer says why not.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::Services;
use crate::ledger::{Account, AccountState};
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

/// Makes sure that the service has no S3 user. Only `refuse` is available: it deletes a user
/// without buckets and changes nothing otherwise.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn terminate(
    services: &Services,
    call: &ServiceCall,
    policy: Policy,
) -> Result<(), Error> {
    if policy != Policy::Refuse {
        return Err(Error::PolicyUnavailable(policy));
    }
    let work = Work::begin(services, call, "TerminateAccount", Some(policy.as_str())).await?;
    let result = ensure_deleted(&work).await;
    work.finish(result).await
}

pub(super) async fn ensure_deleted(work: &Work<'_>) -> Result<(), Error> {
    let ledger = &work.services.ledger;
    match work.find(FormerId::Refused).await? {
        Found::Live { account, user } => delete(work, &account, &user).await,
        // Deleted before, by us or by others; only the record is behind.
        Found::Gone(account) | Found::Absent(Some(account)) => {
            Ok(ledger.set_terminated(account.id).await?)
        }
        // An id that nobody knows may well live on another cluster.
        Found::Absent(None) if work.call.user_id.is_some() => Err(work.unknown()),
        // Looked for under its only possible identity and certainly not there.
        Found::Absent(None) => Ok(()),
    }
}

/// `find` has just shown the recorded id under the recorded identity; the deletion names the id,
/// so it cannot hit another user who gets the same address.
async fn delete(work: &Work<'_>, account: &Account, user: &User) -> Result<(), Error> {
    let gateway = &work.cluster.gateway;
    let buckets = gateway
        .buckets(&BucketFilter::Owner(user.id.clone()))
        .await?;
    if !buckets.is_empty() {
        return Err(Error::BucketsExist {
            service_id: work.service_id(),
            names: buckets.into_iter().map(|bucket| bucket.name).collect(),
        });
    }
    let ledger = &work.services.ledger;
    ledger
        .set_state(account.id, AccountState::Terminating)
        .await?;
    gateway.delete_user(&user.id).await?;
    work.confirm_deleted(&user.id).await?;
    Ok(ledger.set_terminated(account.id).await?)
}
