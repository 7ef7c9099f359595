//! Key pairs of users and of their accounts.

use crate::ostor::{self, AccessKey, User};

use super::desk::About;
use super::find::keys;
use super::{Desk, Error, Selector};

/// Key pairs of a user or of an account (Integration Guide, Generating S3 user access key pairs).
const MOST: usize = 2;

/// What revoking came to.
#[derive(Debug)]
pub struct Revoked {
    /// The user, with the keys that are left.
    pub user: User,
    /// Whether the pair was there before.
    pub revoked: bool,
}

impl Desk<'_> {
    /// Makes one more key pair for a user, or for one of its accounts. With `hand_out` it becomes the pair of the
    /// user's service, which a repeated Create answers.
    ///
    /// # Errors
    /// [`Error::KeyLimit`], [`Error::UserUnknown`], [`Error::AccountUnknown`], [`Error::NotApplied`],
    /// [`Error::Lifecycle`].
    pub async fn generate_key(
        &self,
        selector: &Selector,
        account: Option<&str>,
        hand_out: bool,
    ) -> Result<(User, AccessKey), Error> {
        let user = self.user_by_address(selector).await?;
        let before: Vec<String> = ids(keys(&user, account)?);
        let about = About {
            user_id: Some(&user.id),
            subject: account,
        };
        self.on_record("keys.generate", about, async {
            if before.len() >= MOST {
                let holder = match account {
                    Some(name) => format!("account {name} of the S3 user {}", user.id),
                    None => format!("the S3 user {}", user.id),
                };
                return Err(Error::KeyLimit { holder });
            }
            let change = match account {
                Some(name) => self.gateway.generate_account_key(&user.email, name).await,
                None => self.gateway.generate_key(&user.email).await.map(|_| ()),
            };
            match change {
                // Answers differ in which pairs they hold; the user shows the new one, whatever became of the answer.
                Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let is_new = |key: &&AccessKey| !before.contains(&key.id);
            let shows = |user: &User| {
                keys(user, account).is_ok_and(|keys| keys.iter().any(|key| is_new(&key)))
            };
            let user = self.until(&user.id, "the key pairs", shows).await?;
            let key = keys(&user, account)?.iter().find(is_new).cloned();
            let key = key.ok_or_else(|| self.not_applied("the key pairs"))?;
            if let Some(service) = self.service_of(&user.id).await?.filter(|_| hand_out) {
                let ledger = &self.services.ledger;
                ledger.set_access_key(service.id, &key.id).await?;
            }
            Ok((user, key))
        })
        .await
    }

    /// Takes a key pair from a user, or from one of its accounts.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::AccountUnknown`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn revoke_key(
        &self,
        selector: &Selector,
        account: Option<&str>,
        key_id: &str,
    ) -> Result<Revoked, Error> {
        let user = self.user_by_address(selector).await?;
        if !ids(keys(&user, account)?).contains(&key_id.to_owned()) {
            return Ok(Revoked {
                user,
                revoked: false,
            });
        }
        let about = About {
            user_id: Some(&user.id),
            subject: Some(key_id),
        };
        self.on_record("keys.revoke", about, async {
            let change = match account {
                Some(name) => {
                    let gateway = self.gateway;
                    gateway.revoke_account_key(&user.email, name, key_id).await
                }
                None => self.gateway.revoke_key(&user.email, key_id).await,
            };
            match change {
                Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let shows = |user: &User| {
                keys(user, account).is_ok_and(|keys| keys.iter().all(|key| key.id != key_id))
            };
            let user = self.until(&user.id, "the key pairs", shows).await?;
            Ok(Revoked {
                user,
                revoked: true,
            })
        })
        .await
    }
}

fn ids(keys: &[AccessKey]) -> Vec<String> {
    keys.iter().map(|key| key.id.clone()).collect()
}
