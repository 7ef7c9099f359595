//! Putting right what does not agree: the ensure operations of WHMCS's calls, for staff, under the service's lock.

use crate::ledger::AccountState;
use crate::ostor::{BucketFilter, UserId};

use super::Error;
use super::pairs;
use super::suspend::{ensure_suspended, ensure_unsuspended};
use super::terminate::{Policy, ensure_ending};
use super::work::Work;

/// What is to be done to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// Disable its S3 user.
    Suspend,
    /// Enable its S3 user.
    Unsuspend,
    /// Make the plan on record true.
    Plan,
    /// Take key pairs away, each from the user itself or from one of its sub-accounts.
    Revoke(Vec<(Option<String>, String)>),
    /// Record the address that the user has now.
    Identity(String),
    /// Delete its S3 user if that owns no buckets.
    Terminate,
    /// Delete the S3 user that it had before it was terminated, if that owns no buckets.
    DeleteFormer(UserId),
}

impl Work<'_> {
    /// Does it. May be repeated.
    pub(crate) async fn carry_out(&self, task: &Task) -> Result<(), Error> {
        match task {
            Task::Suspend => ensure_suspended(self).await.map(|_| ()),
            Task::Unsuspend => ensure_unsuspended(self).await.map(|_| ()),
            Task::Plan => {
                let (account, user) = self.find_live().await?;
                self.reassert_plan(&account, &user.id).await
            }
            Task::Revoke(keys) => {
                let (_, mut user) = self.find_live().await?;
                for (holder, key_id) in keys {
                    let gateway = &self.gateway;
                    user = pairs::revoke(gateway, &user, holder.as_deref(), key_id).await?;
                }
                Ok(())
            }
            Task::Identity(address) => self.record_identity(address).await,
            Task::Terminate => ensure_ending(self, Policy::Refuse).await.map(|_| ()),
            Task::DeleteFormer(id) => self.delete_former(id).await,
        }
    }

    /// The recorded id proves the user; that it has another address than before is what somebody looked at.
    async fn record_identity(&self, address: &str) -> Result<(), Error> {
        let ledger = self.ledger();
        let account = ledger.account(&self.call.service).await?;
        let account = account.ok_or_else(|| self.unknown())?;
        let recorded = account.user_id.as_deref().map(UserId::try_from);
        let Some(Ok(id)) = recorded else {
            return Err(self.unknown());
        };
        let user = self.gateway.user_by_id(&id).await?;
        match user.filter(|user| user.email == address) {
            Some(user) => {
                self.refuse_system(&user)?;
                Ok(ledger.set_identity(account.id, address).await?)
            }
            None => Err(self.mismatch(format!(
                "its S3 user {id} no longer has the address {address}; look again"
            ))),
        }
    }

    /// Deleted only with the id and the address it was on record with, both in one answer.
    async fn delete_former(&self, id: &UserId) -> Result<(), Error> {
        let (ledger, gateway) = (self.ledger(), &self.gateway);
        let account = ledger.account(&self.call.service).await?;
        let account = account.ok_or_else(|| self.unknown())?;
        let recorded = account.former_user_id.as_deref() == Some(id.as_str());
        if account.state != AccountState::Terminated || !recorded {
            return Err(self.mismatch(format!("{id} is not the user of a terminated service")));
        }
        let Some(user) = gateway.user_by_id(id).await? else {
            return Ok(());
        };
        if user.email != account.identity {
            return Err(self.mismatch(format!(
                "the S3 user {id} has the address {} instead of {}; find out whose it is",
                user.email, account.identity
            )));
        }
        self.refuse_system(&user)?;
        let buckets = gateway.buckets(&BucketFilter::Owner(id.clone())).await?;
        if !buckets.is_empty() {
            return Err(Error::BucketsExist {
                service_id: self.service_id(),
                names: buckets.into_iter().map(|bucket| bucket.name).collect(),
            });
        }
        gateway.delete_user(id).await?;
        self.confirm_deleted(id).await
    }
}
