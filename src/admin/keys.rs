//! Key pairs of users and of their accounts.

use crate::lifecycle::pairs;
use crate::ostor::{AccessKey, User};

use super::desk::About;
use super::{Desk, Error, Selector};

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
    /// [`Error::UserUnknown`], [`Error::AddressShared`], [`Error::Lifecycle`].
    pub async fn generate_key(
        &self,
        selector: &Selector,
        account: Option<&str>,
        hand_out: bool,
    ) -> Result<(User, AccessKey), Error> {
        let user = self.user_by_address(selector).await?;
        pairs::pairs(&user, account)?;
        let about = About {
            user_id: Some(&user.id),
            subject: account,
        };
        self.on_record("keys.generate", about, async {
            let (user, key) = pairs::generate(self.gateway, &user, account).await?;
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
    /// [`Error::UserUnknown`], [`Error::AddressShared`], [`Error::Lifecycle`].
    pub async fn revoke_key(
        &self,
        selector: &Selector,
        account: Option<&str>,
        key_id: &str,
    ) -> Result<Revoked, Error> {
        let user = self.user_by_address(selector).await?;
        let there = pairs::pairs(&user, account)?;
        if there.iter().all(|key| key.id != key_id) {
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
            let user = pairs::revoke(self.gateway, &user, account, key_id).await?;
            Ok(Revoked {
                user,
                revoked: true,
            })
        })
        .await
    }
}
