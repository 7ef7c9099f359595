//! What speaks for a user.

use std::collections::{BTreeSet, HashMap};

use crate::ostor::{User, UserId};

/// A service as WHMCS has it, with what may tell its S3 user.
#[derive(Clone, Debug)]
pub struct AdoptService {
    /// Its number.
    pub service_id: i64,
    /// Number of its customer.
    pub client_id: i64,
    /// The customer's address.
    pub email: String,
    /// Addresses that the customer had before.
    pub former_emails: Vec<String>,
    /// The S3 user that is stored with it.
    pub user_id: Option<UserId>,
    /// Ids of key pairs that were found with the service or its customer.
    pub access_key_ids: Vec<String>,
}

/// Users and services by address, in small letters: whether a gateway tells letters by case is not documented.
pub(super) struct Addresses<'a> {
    users: HashMap<String, Vec<&'a User>>,
    /// How many services have or had it.
    services: HashMap<String, usize>,
}

/// Whom an address leads to.
#[derive(Debug)]
pub(super) enum Led<'a> {
    Nobody,
    /// The only user who has it, for the only service that has or had it.
    To(&'a User),
    /// So many users have it, and so many services have or had it.
    Several(usize, usize),
}

fn folded(address: &str) -> String {
    address.to_ascii_lowercase()
}

impl<'a> Addresses<'a> {
    pub(super) fn new(users: &'a [User], services: &[AdoptService]) -> Self {
        let mut by_address: HashMap<String, Vec<&User>> = HashMap::new();
        for user in users {
            by_address
                .entry(folded(&user.email))
                .or_default()
                .push(user);
        }
        let mut counts = HashMap::new();
        for service in services {
            let all = service.former_emails.iter().chain([&service.email]);
            let once: BTreeSet<String> = all.map(|address| folded(address)).collect();
            for address in once {
                *counts.entry(address).or_default() += 1;
            }
        }
        Self {
            users: by_address,
            services: counts,
        }
    }

    pub(super) fn lead(&self, address: &str) -> Led<'a> {
        let address = folded(address);
        let users = self.users.get(&address).map_or(&[][..], Vec::as_slice);
        let services = self.services.get(&address).copied().unwrap_or_default();
        match users {
            _ if address.is_empty() => Led::Nobody,
            [] => Led::Nobody,
            [user] if services <= 1 => Led::To(user),
            users => Led::Several(users.len(), services),
        }
    }
}
