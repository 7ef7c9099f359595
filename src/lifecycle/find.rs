//! Where a service stands: its S3 user, with proof that it is ours.
//!
//! Proof is one of three: the ledger holds the user's id and the gateway shows that id under the
//! recorded identity; the ledger holds the intent that found the identity absent; WHMCS has
//! stored the id of the user that has the service's identity. A failed look-up proves nothing and
//! ends the call.

use crate::ledger::{Account, AccountState};
use crate::ostor::{User, UserId};

use super::Error;
use super::whom::may_share;
use super::work::Work;

/// What was found.
#[derive(Debug)]
pub(super) enum Found {
    /// The S3 user exists and is ours.
    Live {
        /// The ledger's row.
        account: Account,
        /// The user as the gateway shows it.
        user: User,
    },
    /// The ledger knows an S3 user, and the cluster certainly does not.
    Gone(Account),
    /// There is no S3 user. The row, if any, is an intent that came to nothing or a terminated
    /// service.
    Absent(Option<Account>),
}

/// Whether WHMCS may still have the id of the service's former user on record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormerId {
    /// Yes: the answer that told it the new one was lost.
    Accepted,
    /// No.
    Refused,
}

impl Work<'_> {
    /// Finds the service's S3 user.
    pub(super) async fn find(&self, former: FormerId) -> Result<Found, Error> {
        let account = self.ledger().account(&self.call.service).await?;
        let live_here = account
            .as_ref()
            .is_some_and(|row| row.state != AccountState::Terminated);
        if !live_here {
            self.refuse_if_elsewhere().await?;
        }
        match account {
            Some(row) if row.user_id.is_some() => self.find_recorded(row, former).await,
            Some(row) if row.state == AccountState::Creating && row.absent_at.is_some() => {
                self.find_intended(row, former).await
            }
            other => self.find_unrecorded(other).await,
        }
    }

    /// The address of the service's S3 user. A service that lives keeps the recorded one even when
    /// the configured template has changed since: only that one was looked up.
    pub(super) fn identity(&self, account: Option<&Account>) -> String {
        let service = &self.call.service;
        match account {
            Some(row) if row.state != AccountState::Terminated => row.identity.clone(),
            _ => self
                .cluster
                .settings
                .identity_of(&service.client, service.service_id),
        }
    }

    pub(super) async fn refuse_if_elsewhere(&self) -> Result<(), Error> {
        let others = self.ledger().other_clusters(&self.call.service).await?;
        if others.is_empty() {
            return Ok(());
        }
        Err(Error::OnOtherCluster {
            cluster: self.call.service.cluster.clone(),
            service_id: self.service_id(),
            others: others.join(", "),
        })
    }

    /// The ledger knows the user: the gateway must show the same id under the same identity.
    async fn find_recorded(&self, account: Account, former: FormerId) -> Result<Found, Error> {
        let recorded = account.user_id.clone().unwrap_or_default();
        self.check_claim(&recorded, account.former_user_id.as_deref(), former)?;
        let id = UserId::try_from(recorded.as_str()).map_err(|_| {
            self.mismatch(format!(
                "the ledger holds `{recorded}` as its S3 user, which is not a user id"
            ))
        })?;
        let gateway = &self.gateway;
        match gateway.user_by_id(&id).await? {
            Some(user) if user.email == account.identity => return self.ours(account, user),
            Some(user) => {
                return Err(self.mismatch(format!(
                    "its S3 user {id} has the address {} instead of {}; find out who changed it before repeating",
                    user.email, account.identity
                )));
            }
            None => {}
        }
        match gateway.user_by_email(&account.identity).await? {
            Some(user) if !may_share(self.ledger(), &account, &user).await? => Err(self.mismatch(format!(
                "its S3 user is {id}, but the address {} now belongs to {}; find out who made that user before repeating",
                account.identity, user.id
            ))),
            _ => Ok(Found::Gone(account)),
        }
    }

    /// The address of a new user of the service in place of one that is gone. The address of an adopted user may be
    /// another's, so a new user gets one of its own, which must be free.
    pub(super) async fn identity_anew(&self, former: &Account) -> Result<String, Error> {
        if former.adopted_at.is_none() || former.state == AccountState::Terminated {
            // Just found absent.
            return Ok(self.identity(Some(former)));
        }
        let identity = self.identity(None);
        match self.gateway.user_by_email(&identity).await? {
            None => Ok(identity),
            Some(user) => Err(self.taken(identity, &user)),
        }
    }

    /// The intent found the identity absent: whoever has it now was made by that intent.
    async fn find_intended(&self, account: Account, former: FormerId) -> Result<Found, Error> {
        let gateway = &self.gateway;
        match gateway.user_by_email(&account.identity).await? {
            Some(user) => {
                self.check_claim(user.id.as_str(), account.former_user_id.as_deref(), former)?;
                self.ledger().set_user(&account, user.id.as_str()).await?;
                let account = Account {
                    user_id: Some(user.id.to_string()),
                    ..account
                };
                self.ours(account, user)
            }
            None => {
                self.refuse_if_claimed_elsewhere(Some(&account), &account.identity)
                    .await?;
                Ok(Found::Absent(Some(account)))
            }
        }
    }

    /// The ledger knows no user: only the id that WHMCS has stored can prove one.
    async fn find_unrecorded(&self, account: Option<Account>) -> Result<Found, Error> {
        let gateway = &self.gateway;
        let identity = self.identity(account.as_ref());
        match gateway.user_by_email(&identity).await? {
            Some(user) if self.call.user_id.as_ref() == Some(&user.id) => {
                self.refuse_system(&user)?;
                tracing::info!(user_id = %user.id, "adopting the S3 user that WHMCS has on record");
                let account = self.record_adoption(&user).await?;
                self.ours(account, user)
            }
            Some(user) => Err(self.taken(identity, &user)),
            None => {
                self.refuse_if_claimed_elsewhere(account.as_ref(), &identity)
                    .await?;
                Ok(Found::Absent(account))
            }
        }
    }

    /// Records a user that is proven to be the service's, with all it holds.
    pub(super) async fn record_adoption(&self, user: &User) -> Result<Account, Error> {
        let state = match user.enabled {
            true => AccountState::Active,
            false => AccountState::Suspended,
        };
        let key_ids: Vec<String> = user.all_keys().map(|key| key.id.clone()).collect();
        let ledger = self.ledger();
        let (service, id) = (&self.call.service, user.id.as_str());
        // What it holds when it becomes the service's came to its customer before.
        ledger.know_keys(&service.cluster, id, &key_ids).await?;
        Ok(ledger.adopt(service, &user.email, id, state).await?)
    }

    fn taken(&self, identity: String, user: &User) -> Error {
        Error::IdentityTaken {
            cluster: self.call.service.cluster.clone(),
            service_id: self.service_id(),
            identity,
            user_id: user.id.to_string(),
        }
    }

    /// WHMCS has an id on record that exists under another identity: not ours to touch.
    async fn refuse_if_claimed_elsewhere(
        &self,
        account: Option<&Account>,
        identity: &str,
    ) -> Result<(), Error> {
        let Some(claimed) = &self.call.user_id else {
            return Ok(());
        };
        let former = account.and_then(|row| row.former_user_id.as_deref());
        if let (Some(former), true) = (former, former != Some(claimed.as_str())) {
            return Err(self.mismatch(format!(
                "WHMCS has stored the S3 user {claimed}, but the service's last one was {former}; correct the service's Username"
            )));
        }
        match self.gateway.user_by_id(claimed).await? {
            Some(user) => Err(self.mismatch(format!(
                "WHMCS has stored the S3 user {claimed}, which has the address {} and not {identity}; it must be adopted on purpose",
                user.email
            ))),
            None => Ok(()),
        }
    }

    /// What WHMCS has stored must be what we know.
    pub(super) fn check_claim(
        &self,
        known: &str,
        known_before: Option<&str>,
        former: FormerId,
    ) -> Result<(), Error> {
        let Some(claimed) = &self.call.user_id else {
            return Ok(());
        };
        let claimed = claimed.as_str();
        let by_former = former == FormerId::Accepted && known_before == Some(claimed);
        if claimed == known || by_former {
            return Ok(());
        }
        Err(self.mismatch(format!(
            "WHMCS has stored the S3 user {claimed}, but the service's user is {known}; correct the service's Username"
        )))
    }

    fn ours(&self, account: Account, user: User) -> Result<Found, Error> {
        self.refuse_system(&user)?;
        Ok(Found::Live { account, user })
    }

    /// A system user manages the cluster; no service may own one.
    pub(super) fn refuse_system(&self, user: &User) -> Result<(), Error> {
        if user.is_system() {
            return Err(self.mismatch(format!(
                "the S3 user {} is a system user of the cluster",
                user.id
            )));
        }
        Ok(())
    }
}
