//! The key pairs of a user whose data is deleted: the customer's go, and one of our own is there in between.

use secrecy::ExposeSecret;

use crate::lifecycle::pairs;
use crate::ostor::{AccessKey, User};

use super::halt::Halt;
use super::job::Work;

impl Work<'_> {
    /// Revokes all the customer holds and answers our own key pair, the only one there is then. Its secret is asked of
    /// the gateway each time.
    pub(super) async fn own_key(&self) -> Result<AccessKey, Halt> {
        let gateway = self.gateway;
        let ledger = self.ledger;
        let mut user = self.prove_alone().await?;
        let own = match self.own_pair(&user).await? {
            Some(own) => own,
            None => {
                // Two pairs are all a gateway allows.
                while user.keys.len() > 1 {
                    let first = user.keys[0].id.clone();
                    user = pairs::revoke(gateway, &user, None, &first).await?;
                }
                let before = pairs::ids(&user.keys);
                ledger.intend_job_key(self.job.id, &before).await?;
                let (now, made) = pairs::generate(gateway, &user, None).await?;
                user = now;
                made.id
            }
        };
        ledger.set_job_key(self.job.id, Some(&own)).await?;
        for key in pairs::ids(&user.keys) {
            if key != own {
                user = pairs::revoke(gateway, &user, None, &key).await?;
            }
        }
        for account in user.accounts.clone() {
            user = pairs::remove_sub_account(gateway, &user, &account.name).await?;
        }
        let key = user.keys.into_iter().find(|key| key.id == own);
        key.filter(|key| !key.secret.expose_secret().is_empty())
            .ok_or_else(|| {
                Halt::Later(format!(
                    "the gateway does not show the key pair {own} with its secret"
                ))
            })
    }

    /// Revokes our own key pair.
    pub(super) async fn drop_key(&self, user: User) -> Result<(), Halt> {
        if let Some(own) = self.own_pair(&user).await? {
            pairs::revoke(self.gateway, &user, None, &own).await?;
        }
        Ok(self.ledger.set_job_key(self.job.id, None).await?)
    }

    /// Our own key pair, if the user has it: the one on record, or one that was asked for and not there before.
    async fn own_pair(&self, user: &User) -> Result<Option<String>, Halt> {
        let job = &self.job;
        let recorded = self.ledger.job(&job.service.cluster, job.id).await?;
        let (key_id, before) = recorded
            .map(|job| (job.key_id, job.keys_before))
            .unwrap_or_default();
        let own = |key: &&AccessKey| match (&key_id, &before.0) {
            (Some(id), _) => key.id == *id,
            (None, Some(before)) => !before.contains(&key.id),
            (None, None) => false,
        };
        Ok(user.keys.iter().find(own).map(|key| key.id.clone()))
    }
}
