//! The users of a cluster beside the accounts of the ledger.

use std::collections::{BTreeMap, HashMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};

use crate::ledger::{Account, AccountState, Records, month_of};
use crate::lifecycle::Error;
use crate::ostor::{User, UserId};

use super::account::Desk;
use super::differences::finding;
use super::finding::{Finding, Found, Kind};
use super::wanted::WhmcsService;

/// Users of a cluster, sorted by whose they are.
pub(super) struct Users<'a> {
    desk: Desk<'a>,
    /// The WHMCS installation that asks.
    client: &'a str,
    listed: &'a [User],
    records: &'a Records,
    /// Those of no account, by id, as looked up one by one; the cluster's own are left out.
    strangers: BTreeMap<UserId, User>,
    /// Users that manage the cluster.
    system: HashSet<UserId>,
}

/// Whose a user is.
enum Owner<'a> {
    /// The service's present user.
    Of(&'a Account),
    /// One that the service had before.
    Former(&'a Account),
    /// An intent to make it is on record.
    Intended,
    Nobody,
}

fn owner<'a>(records: &'a Records, user: &User) -> Owner<'a> {
    if let Some(place) = records.owners.get(user.id.as_str()) {
        let account = &records.accounts[*place];
        return match account.user_id.as_deref() == Some(user.id.as_str()) {
            true => Owner::Of(account),
            false => Owner::Former(account),
        };
    }
    let intended = |account: &Account| {
        account.state == AccountState::Creating
            && account.absent_at.is_some()
            && account.identity == user.email
    };
    match records.accounts.iter().any(intended) {
        true => Owner::Intended,
        false => Owner::Nobody,
    }
}

impl<'a> Users<'a> {
    /// Looks at every user that is no account's: a listing does not tell which of them manage the cluster.
    pub(super) async fn sort(
        desk: Desk<'a>,
        client: &'a str,
        listed: &'a [User],
        records: &'a Records,
    ) -> Result<Self, Error> {
        let mut users = Self {
            desk,
            client,
            listed,
            records,
            strangers: BTreeMap::new(),
            system: HashSet::new(),
        };
        let unknown = listed.iter().filter(|user| match owner(records, user) {
            Owner::Nobody => true,
            // The terminated ones are looked at with their account.
            Owner::Former(account) => account.state != AccountState::Terminated,
            Owner::Of(_) | Owner::Intended => false,
        });
        let gateway = &desk.cluster.gateway;
        let parallel = usize::try_from(desk.cluster.settings.max_parallel).unwrap_or(1);
        let ids: Vec<UserId> = unknown.map(|user| user.id.clone()).collect();
        let mut looks = stream::iter(ids)
            .map(|id| async move { gateway.user_by_id(&id).await })
            .buffer_unordered(parallel);
        while let Some(user) = looks.try_next().await? {
            match user {
                Some(user) if user.is_system() || desk.cluster.is_own(&user.id) => {
                    users.system.insert(user.id);
                }
                Some(user) => {
                    users.strangers.insert(user.id.clone(), user);
                }
                // Gone since the listing.
                None => {}
            }
        }
        drop(looks);
        Ok(users)
    }

    /// Whether a user of this id belongs to nobody, and its address.
    pub(super) fn stranger_for(&self, service: &WhmcsService) -> Option<&User> {
        let stored = service.user_id.as_ref();
        stored.and_then(|id| self.strangers.get(id)).or_else(|| {
            let mut all = self.strangers.values();
            all.find(|user| user.email.eq_ignore_ascii_case(&service.email))
        })
    }

    /// What does not agree about users.
    pub(super) async fn findings(&self, whmcs: &[WhmcsService]) -> Result<Vec<Found>, Error> {
        let mut found = self.without_account(whmcs);
        found.extend(self.duplicates());
        found.extend(self.usage().await?);
        Ok(found)
    }

    fn without_account(&self, whmcs: &[WhmcsService]) -> Vec<Found> {
        let stored: HashMap<&UserId, i64> = whmcs
            .iter()
            .filter_map(|service| Some((service.user_id.as_ref()?, service.service_id)))
            .collect();
        let strangers = self.strangers.values().filter_map(|user| {
            let (id, email) = (&user.id, &user.email);
            let sentence = match owner(self.records, user) {
                Owner::Former(account) if account.service.client != self.client => return None,
                Owner::Former(account) => format!(
                    "The S3 user {id} ({email}) was the user of service {} before it got another. Delete it with `s3-admin delete-user -i {id}` when nobody needs its data.",
                    account.service.service_id
                ),
                _ => match stored.get(id) {
                    Some(n) => format!(
                        "The S3 user {id} ({email}) belongs to no account, and WHMCS has stored it with service {n}. Adopt it with `accounts adopt`."
                    ),
                    None => format!(
                        "The S3 user {id} ({email}) belongs to no account. Adopt it with `accounts adopt`, or delete it with `s3-admin delete-user -i {id}`."
                    ),
                },
            };
            Some(about(Kind::UserWithoutAccount, user.id.as_str(), sentence))
        });
        strangers.collect()
    }

    /// Addresses that two users have, unless each of them is adopted by a service.
    fn duplicates(&self) -> Vec<Found> {
        let mut by_address: BTreeMap<String, Vec<&User>> = BTreeMap::new();
        for user in self.listed {
            let address = user.email.to_ascii_lowercase();
            by_address.entry(address).or_default().push(user);
        }
        let mut found = Vec::new();
        for users in by_address.into_values().filter(|users| users.len() > 1) {
            let (mut accounts, mut others) = (Vec::new(), Vec::new());
            for user in &users {
                match owner(self.records, user) {
                    Owner::Of(account) => accounts.push((*user, account)),
                    _ => others.push(*user),
                }
            }
            let strangers = others
                .iter()
                .filter(|user| !self.system.contains(&user.id))
                .count();
            if others.is_empty() || (accounts.is_empty() && strangers < 2) {
                continue;
            }
            if accounts.is_empty() {
                let sentence = format!(
                    "The S3 users {} have one address, {}. Adopt them, or delete those that nobody needs.",
                    names(&users),
                    users[0].email
                );
                let first = users[0].id.as_str();
                found.push(about(Kind::DuplicateIdentity, first, sentence));
            }
            let ours = |(_, account): &&(&User, &Account)| account.service.client == self.client;
            for (user, account) in accounts.iter().filter(ours) {
                let n = account.service.service_id;
                let sentence = format!(
                    "The S3 user {} of service {n} shares its address {} with {}, so calls by address could hit the wrong one. Adopt the other, or delete it when nobody needs it.",
                    user.id,
                    user.email,
                    names(&others)
                );
                let finding = finding(Kind::DuplicateIdentity, account, sentence);
                found.push(Found::open(finding));
            }
        }
        found
    }

    /// Usage of this month and the last one that is nobody's.
    async fn usage(&self) -> Result<Vec<Found>, Error> {
        let month = month_of(self.desk.services.clock.now()) - 1;
        let ledger = &self.desk.services.ledger;
        let users = ledger.users_without_account(self.desk.name, month).await?;
        let listed: HashSet<&str> = self.listed.iter().map(|user| user.id.as_str()).collect();
        let found = users.into_iter().filter_map(|id| {
            // Anonymous requests have no user.
            let user = UserId::try_from(id.as_str()).ok()?;
            if self.system.contains(&user) || self.desk.cluster.is_own(&user) {
                return None;
            }
            let what = match listed.contains(id.as_str()) {
                true => "Adopt it, and what it uses from then on is its service's.",
                false => "The user no longer exists.",
            };
            let sentence = format!(
                "Usage of the S3 user {id} is counted and belongs to no account; `usage report` tells how much. {what}"
            );
            Some(about(Kind::UsageWithoutAccount, &id, sentence))
        });
        Ok(found.collect())
    }
}

fn names(users: &[&User]) -> String {
    let ids: Vec<&str> = users.iter().map(|user| user.id.as_str()).collect();
    ids.join(", ")
}

fn about(kind: Kind, user_id: &str, sentence: String) -> Found {
    Found::open(Finding {
        kind,
        service_id: None,
        user_id: Some(user_id.to_owned()),
        sentence,
        repair: None,
    })
}
