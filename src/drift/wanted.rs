//! The side of WHMCS: what it lists, and what a status asks for.

use crate::ostor::UserId;

/// A service as WHMCS has it.
#[derive(Clone, Debug)]
pub struct WhmcsService {
    /// Its number.
    pub service_id: i64,
    /// Number of its customer.
    pub client_id: i64,
    /// The customer's address.
    pub email: String,
    /// Its status in WHMCS's words.
    pub status: String,
    /// The S3 user that is stored with it.
    pub user_id: Option<UserId>,
}

/// What a status of WHMCS asks of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Active,
    Suspended,
    /// Ended: there should be none.
    Gone,
    /// Not begun.
    NotYet,
    /// A status that says nothing about it.
    Anything,
}

/// What WHMCS says of a service.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side<'a> {
    /// It was not asked.
    NotAsked,
    /// It does not list the service, but these.
    Unlisted(&'a [WhmcsService]),
    Listed(&'a WhmcsService),
}

impl WhmcsService {
    pub(super) fn wanted(&self) -> Wanted {
        match self.status.to_ascii_lowercase().as_str() {
            "active" => Wanted::Active,
            "suspended" => Wanted::Suspended,
            "terminated" | "cancelled" | "fraud" => Wanted::Gone,
            "pending" => Wanted::NotYet,
            _ => Wanted::Anything,
        }
    }
}

impl Side<'_> {
    pub(super) fn wanted(&self) -> Wanted {
        match self {
            Self::Listed(service) => service.wanted(),
            Self::NotAsked | Self::Unlisted(_) => Wanted::Anything,
        }
    }
}
