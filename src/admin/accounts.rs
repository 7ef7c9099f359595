//! Accounts of a user: further named holders of keys for the same data.

use crate::ostor::{self, Account, User};

use super::desk::About;
use super::find::account;
use super::{Desk, Error, Selector};

impl Desk<'_> {
    /// Makes an account with one key pair.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::AccountExists`], [`Error::NotApplied`], [`Error::Lifecycle`].
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
        self.on_record("accounts.create", about, async {
            if account(&user, name).is_ok() {
                return Err(Error::AccountExists {
                    user_id: user.id.to_string(),
                    name: name.to_owned(),
                });
            }
            match self.gateway.create_account(&user.id, name).await {
                Ok(_) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let shows = |user: &User| account(user, name).is_ok();
            let user = self.until(&user.id, "the accounts", shows).await?;
            let made = account(&user, name)?.clone();
            Ok((user, made))
        })
        .await
    }

    /// Deletes an account with its keys; `false` when there was none.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn delete_account(
        &self,
        selector: &Selector,
        name: &str,
    ) -> Result<(User, bool), Error> {
        let user = self.user(selector).await?;
        if account(&user, name).is_err() {
            return Ok((user, false));
        }
        let about = About {
            user_id: Some(&user.id),
            subject: Some(name),
        };
        self.on_record("accounts.delete", about, async {
            match self.gateway.delete_account(&user.id, name).await {
                Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
                Err(error) => return Err(error.into()),
            }
            let shows = |user: &User| account(user, name).is_err();
            let user = self.until(&user.id, "the accounts", shows).await?;
            Ok((user, true))
        })
        .await
    }

    /// An account of a user.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::AccountUnknown`], [`Error::Lifecycle`].
    pub async fn account(&self, selector: &Selector, name: &str) -> Result<(User, Account), Error> {
        let user = self.user(selector).await?;
        let found = account(&user, name)?.clone();
        Ok((user, found))
    }
}
