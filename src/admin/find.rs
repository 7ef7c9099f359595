//! Finding the user that is meant, and reading it again until a change shows.

use crate::lifecycle::read_back;
use crate::ostor::{User, UserId};

use super::{Desk, Error};

/// Which user is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// By id.
    Id(UserId),
    /// By address, as the gateway finds it.
    Email(String),
}

impl Selector {
    fn text(&self) -> String {
        match self {
            Self::Id(id) => id.to_string(),
            Self::Email(email) => email.clone(),
        }
    }
}

impl Desk<'_> {
    /// The user, with keys and accounts.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::Lifecycle`].
    pub async fn user(&self, selector: &Selector) -> Result<User, Error> {
        let found = match selector {
            Selector::Id(id) => self.gateway.user_by_id(id).await?,
            Selector::Email(email) => self.gateway.user_by_email(email).await?,
        };
        found.ok_or_else(|| Error::UserUnknown {
            cluster: self.cluster.to_owned(),
            user: selector.text(),
        })
    }

    /// Reads the user until `shows` says that the change is there.
    pub(super) async fn until(
        &self,
        id: &UserId,
        what: &str,
        shows: impl Fn(&User) -> bool,
    ) -> Result<User, Error> {
        let selector = Selector::Id(id.clone());
        let shown = read_back(|| self.user(&selector), shows).await?;
        shown.ok_or_else(|| self.not_applied(what))
    }

    pub(super) fn not_applied(&self, what: &str) -> Error {
        Error::NotApplied {
            cluster: self.cluster.to_owned(),
            what: what.to_owned(),
        }
    }
}
