//! Suspend and unsuspend: the S3 user is disabled and enabled; its data stays.

use crate::app::Services;
use crate::ledger::{Account, AccountState};
use crate::ostor::{User, UserId};

use super::find::{FormerId, Found};
use super::work::{ServiceCall, Work};
use super::{Error, recorded_plan};

/// Where a service stands after the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The S3 user.
    pub user_id: UserId,
    /// Active or suspended; terminating while a job deletes it.
    pub state: AccountState,
}

/// Makes sure that the service's S3 user is disabled. `reason` goes into the record.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn suspend(
    services: &Services,
    call: &ServiceCall,
    reason: Option<&str>,
) -> Result<Standing, Error> {
    let work = Work::begin(services, call, "SuspendAccount", reason).await?;
    let result = ensure_suspended(&work).await;
    work.finish(result).await
}

pub(super) async fn ensure_suspended(work: &Work<'_>) -> Result<Standing, Error> {
    if let Some(job) = work.open_job().await? {
        // Locked out already, and more: disabling the user now would lock the job out too.
        let user_id = UserId::try_from(job.user_id.as_str()).map_err(|_| {
            work.mismatch(format!("the ledger holds `{}` as its S3 user", job.user_id))
        })?;
        return Ok(Standing {
            user_id,
            state: AccountState::Terminating,
        });
    }
    let (account, user) = work.find_live().await?;
    // First what matters: a plan that cannot be set must not keep a debtor online.
    work.set_enabled(&account, &user, false).await?;
    work.ledger()
        .set_state(account.id, AccountState::Suspended)
        .await?;
    work.reassert_plan(&account, &user.id).await?;
    Ok(Standing {
        user_id: user.id,
        state: AccountState::Suspended,
    })
}

/// Makes sure that the service's S3 user is enabled, with its plan in force before it is. A termination that has taken
/// nothing away yet is taken back.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn unsuspend(services: &Services, call: &ServiceCall) -> Result<Standing, Error> {
    let work = Work::begin(services, call, "UnsuspendAccount", None).await?;
    let result = ensure_unsuspended(&work).await;
    work.finish(result).await
}

pub(super) async fn ensure_unsuspended(work: &Work<'_>) -> Result<Standing, Error> {
    work.undo_job().await?;
    let (account, user) = work.find_live().await?;
    work.reassert_plan(&account, &user.id).await?;
    work.set_enabled(&account, &user, true).await?;
    work.ledger()
        .set_state(account.id, AccountState::Active)
        .await?;
    Ok(Standing {
        user_id: user.id,
        state: AccountState::Active,
    })
}

impl Work<'_> {
    /// The service's user, or why there is none.
    pub(super) async fn find_live(&self) -> Result<(Account, User), Error> {
        let service = &self.call.service;
        self.refuse_if_begun().await?;
        match self.find(FormerId::Refused).await? {
            Found::Live { account, user } => Ok((account, user)),
            Found::Gone(account) => Err(Error::UserMissing {
                cluster: service.cluster.clone(),
                service_id: service.service_id,
                user_id: account.user_id.unwrap_or_default(),
            }),
            Found::Absent(Some(account)) if account.state == AccountState::Terminated => {
                Err(Error::AccountTerminated(service.clone()))
            }
            Found::Absent(_) => Err(self.unknown()),
        }
    }

    /// Nothing is known of the service; worse when WHMCS does know something.
    pub(super) fn unknown(&self) -> Error {
        let service = &self.call.service;
        match &self.call.user_id {
            Some(user_id) => Error::RecordLost {
                cluster: service.cluster.clone(),
                service_id: service.service_id,
                user_id: user_id.to_string(),
            },
            None => Error::AccountUnknown(service.clone()),
        }
    }

    /// Makes the recorded plan true again. The plan of an adopted user is not known until the
    /// next Create or ChangePackage; what is set at the gateway is left as it is.
    pub(super) async fn reassert_plan(&self, account: &Account, id: &UserId) -> Result<(), Error> {
        let Some(plan) = recorded_plan(account.plan.as_deref())? else {
            return Ok(());
        };
        self.ensure_plan(id, &plan).await?;
        Ok(())
    }
}
