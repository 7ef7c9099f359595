//! The simulated cluster: users with keys and accounts, buckets, quotas, statistics.
//!
//! Only facts and look-ups; what a call does with them is in `manage` and `data`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::calls::Call;
use super::clock::hour;
use super::data::bucket::Bucket;
use super::ids::{Ids, KeyPair};
use super::profile::Profile;
use super::rates::{Limits, Rates};
use super::size::Size;
use super::statistics::Statistics;

/// Epoch of the first bucket in statistics, as seen in samples; listings show 0.
const FIRST_EPOCH: u64 = 98_305;

/// A further set of keys under a user.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) keys: Vec<KeyPair>,
}

/// A user of the object storage.
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) enabled: bool,
    pub(super) system: bool,
    pub(super) keys: Vec<KeyPair>,
    pub(super) accounts: Vec<Account>,
    pub(super) limits: Option<Limits>,
    pub(super) quota_gb: Option<u64>,
    pub(super) rates: Rates,
    pub(super) size: Size,
}

impl User {
    /// Every key pair that speaks for this user, those of its accounts too.
    pub(super) fn all_keys(&self) -> impl Iterator<Item = &KeyPair> {
        self.keys
            .iter()
            .chain(self.accounts.iter().flat_map(|account| &account.keys))
    }
}

/// Quotas for all users and all buckets without one of their own.
#[derive(Default)]
pub(super) struct DefaultQuotas {
    pub(super) user: Option<u64>,
    pub(super) bucket: Option<u64>,
}

/// Everything a gateway knows.
pub(super) struct State {
    pub(super) profile: Profile,
    pub(super) ids: Ids,
    pub(super) users: Vec<User>,
    pub(super) buckets: BTreeMap<String, Bucket>,
    pub(super) default_quotas: DefaultQuotas,
    pub(super) statistics: Statistics,
    pub(super) calls: Vec<Call>,
    buckets_made: u64,
}

impl State {
    /// A cluster with nothing but one system user.
    pub(super) fn new(profile: Profile, seed: u64, system: KeyPair, now: Timestamp) -> Self {
        let mut ids = Ids::new(seed);
        let id = match system.id.get(..16) {
            Some(id) if id.bytes().all(|b| b.is_ascii_hexdigit()) => id.to_owned(),
            _ => ids.user(),
        };
        let mut state = Self {
            statistics: Statistics::new(&profile),
            profile,
            ids,
            users: Vec::new(),
            buckets: BTreeMap::new(),
            default_quotas: DefaultQuotas::default(),
            calls: Vec::new(),
            buckets_made: 0,
        };
        state
            .users
            .push(new_user(id, "system@example.com", true, system, now));
        state
    }

    /// Adds an enabled user with one key pair.
    pub(super) fn add_user(&mut self, email: &str, system: bool, now: Timestamp) -> &User {
        let id = self.ids.user();
        let pair = self.ids.key_pair(&id);
        self.users.push(new_user(id, email, system, pair, now));
        &self.users[self.users.len() - 1]
    }

    /// Adds an empty bucket.
    pub(super) fn add_bucket(&mut self, name: &str, owner: &str, now: Timestamp) {
        let epoch = FIRST_EPOCH + 4 * self.buckets_made;
        self.buckets_made += 1;
        self.buckets
            .insert(name.to_owned(), Bucket::new(name, owner, epoch, now));
    }

    pub(super) fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    pub(super) fn user_mut(&mut self, id: &str) -> Option<&mut User> {
        self.users.iter_mut().find(|user| user.id == id)
    }

    /// The user an access key id speaks for, and its secret.
    pub(super) fn by_key(&self, key_id: &str) -> Option<(&User, &KeyPair)> {
        self.users.iter().find_map(|user| {
            user.all_keys()
                .find(|pair| pair.id == key_id)
                .map(|pair| (user, pair))
        })
    }

    /// Buckets of a user.
    pub(super) fn owned_by<'a>(&'a self, user_id: &'a str) -> impl Iterator<Item = &'a Bucket> {
        self.buckets
            .values()
            .filter(move |bucket| bucket.owner == user_id)
    }

    /// Brings the hourly counts of a bucket and its owner up to what is stored now.
    pub(super) fn settle_size(&mut self, bucket: &str, owner: &str, now: Timestamp) {
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            bucket.size.change(hour(now), bucket.bytes());
        }
        let total = self.owned_by(owner).map(Bucket::bytes).sum();
        if let Some(user) = self.user_mut(owner) {
            user.size.change(hour(now), total);
        }
    }

    /// Bytes that may be added to a bucket before a quota is exceeded; `None` without a quota.
    pub(super) fn quota_room(&self, bucket: &str) -> Option<u64> {
        let bucket = self.buckets.get(bucket)?;
        let own = self.user(&bucket.owner).and_then(|user| user.quota_gb);
        let stored: u64 = self.owned_by(&bucket.owner).map(Bucket::bytes).sum();
        let user = self.room(own.or(self.default_quotas.user), stored);
        let bucket = self.room(
            bucket.quota_gb.or(self.default_quotas.bucket),
            bucket.bytes(),
        );
        user.into_iter().chain(bucket).min()
    }

    fn room(&self, quota_gb: Option<u64>, stored: u64) -> Option<u64> {
        let gigabytes = quota_gb.filter(|gigabytes| *gigabytes > 0)?;
        Some(
            gigabytes
                .saturating_mul(self.profile.quota_gigabyte)
                .saturating_sub(stored),
        )
    }
}

fn new_user(id: String, email: &str, system: bool, pair: KeyPair, now: Timestamp) -> User {
    User {
        id,
        email: email.to_owned(),
        enabled: true,
        system,
        keys: vec![pair],
        accounts: Vec::new(),
        limits: None,
        quota_gb: None,
        rates: Rates::default(),
        size: Size::new(hour(now)),
    }
}
