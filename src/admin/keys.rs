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
    /// Makes one more key pair for a user, or for one of its accounts. The pair of a user's service stays the one it
    /// was given.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn generate_key(
        &self,
        selector: &Selector,
        account: Option<&str>,
    ) -> Result<(User, AccessKey), Error> {
        let user = self.user(selector).await?;
        pairs::pairs(&user, account)?;
        let about = About {
            user_id: Some(&user.id),
            subject: account,
        };
        self.on_record("keys.generate", about, async {
            let (user, key) = pairs::generate(self.gateway, &user, account).await?;
            // Whoever compares later knows where it came from.
            let ids = [key.id.clone()];
            let ledger = &self.services.ledger;
            ledger
                .know_keys(self.cluster, user.id.as_str(), &ids)
                .await?;
            Ok((user, key))
        })
        .await
    }

    /// Takes a key pair from a user, or from one of its accounts.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn revoke_key(
        &self,
        selector: &Selector,
        account: Option<&str>,
        key_id: &str,
    ) -> Result<Revoked, Error> {
        let user = self.user(selector).await?;
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
