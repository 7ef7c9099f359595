//! Accounts of a user: further named holders of keys for the same data.

use crate::lifecycle::pairs;
use crate::ostor::{Account, User};

use super::desk::About;
use super::{Desk, Error, Selector};

impl Desk<'_> {
    /// Makes an account with one key pair.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn create_account(
        &self,
        selector: &Selector,
        name: &str,
    ) -> Result<(User, Account), Error> {
        let user = self.user(selector).await?;
        let about = About {
            user_id: Some(&user.id),
            subject: Some(name),
        };
        let made = pairs::add_sub_account(self.gateway, &user, name);
        self.on_record("accounts.create", about, async {
            let (user, account) = made.await?;
            let ids = pairs::ids(&account.keys);
            let ledger = &self.services.ledger;
            ledger
                .know_keys(self.cluster, user.id.as_str(), &ids)
                .await?;
            Ok((user, account))
        })
        .await
    }

    /// Deletes an account with its keys; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn delete_account(
        &self,
        selector: &Selector,
        name: &str,
    ) -> Result<(User, bool), Error> {
        let user = self.user(selector).await?;
        if pairs::sub_account(&user, name).is_err() {
            return Ok((user, false));
        }
        let about = About {
            user_id: Some(&user.id),
            subject: Some(name),
        };
        let gone = pairs::remove_sub_account(self.gateway, &user, name);
        let user = self.on_record("accounts.delete", about, async { Ok(gone.await?) });
        Ok((user.await?, true))
    }

    /// An account of a user.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn account(&self, selector: &Selector, name: &str) -> Result<(User, Account), Error> {
        let user = self.user(selector).await?;
        let found = pairs::sub_account(&user, name)?.clone();
        Ok((user, found))
    }
}
