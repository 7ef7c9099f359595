//! The simulated cluster: users with keys and accounts, buckets, quotas, statistics.
//!
//! Only facts and look-ups; what a call does with them is in `manage` and `data`.

use jiff::Timestamp;

use super::buckets::Buckets;
use super::calls::Call;
use super::clock::hour;
use super::ids::{Ids, KeyPair};
use super::profile::Profile;
use super::rates::{Limits, Rates};
use super::size::Size;
use super::statistics::{Counters, Key, Statistics};

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
    pub(super) buckets: Buckets,
    pub(super) default_quotas: DefaultQuotas,
    pub(super) statistics: Statistics,
    pub(super) calls: Vec<Call>,
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
            statistics: Statistics::new(&profile, seed),
            profile,
            ids,
            users: Vec::new(),
            buckets: Buckets::default(),
            default_quotas: DefaultQuotas::default(),
            calls: Vec::new(),
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

    /// Brings the hourly counts of a bucket and its owner up to what is stored now.
    pub(super) fn settle_size(&mut self, bucket: &str, now: Timestamp) {
        let Some(bucket) = self.buckets.get_mut(bucket) else {
            return;
        };
        let before = bucket.size.current;
        bucket.size.change(hour(now), bucket.bytes());
        let (owner, after) = (bucket.owner.clone(), bucket.bytes());
        self.settle_owner(&owner, before, after, now);
    }

    /// Removes a bucket with whatever is in it; tells whether there was one.
    pub(super) fn remove_bucket(&mut self, name: &str, now: Timestamp) -> bool {
        let Some(bucket) = self.buckets.remove(name, now) else {
            return false;
        };
        self.settle_owner(&bucket.owner, bucket.size.current, 0, now);
        true
    }

    /// Counts requests that came to one gateway.
    pub(super) fn count(
        &mut self,
        user_id: String,
        bucket: String,
        epoch: u64,
        counters: Counters,
        now: Timestamp,
    ) {
        let key = Key {
            bucket,
            epoch,
            user_id,
        };
        self.statistics.record(&self.profile, now, key, counters);
    }

    /// A bucket of `owner` stores `after` bytes instead of `before`.
    fn settle_owner(&mut self, owner: &str, before: u64, after: u64, now: Timestamp) {
        if let Some(user) = self.user_mut(owner) {
            let total = user.size.current - before + after;
            user.size.change(hour(now), total);
        }
    }

    /// Bytes that may be added to a bucket before a quota is exceeded; `None` without a quota.
    pub(super) fn quota_room(&self, bucket: &str) -> Option<u64> {
        let bucket = self.buckets.get(bucket)?;
        let stored = bucket.bytes();
        let owner = self.user(&bucket.owner)?;
        let user = self.room(
            owner.quota_gb.or(self.default_quotas.user),
            owner.size.current - bucket.size.current + stored,
        );
        let bucket = self.room(bucket.quota_gb.or(self.default_quotas.bucket), stored);
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
