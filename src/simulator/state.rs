//! The simulated cluster: users, buckets, quotas, statistics.
//!
//! Only facts and look-ups; what a call does with them is in `manage` and `data`.

use jiff::Timestamp;

use super::buckets::Buckets;
use super::calls::Call;
use super::clock::hour;
use super::ids::{Ids, KeyPair};
use super::profile::Profile;
use super::statistics::{Counters, Key, Statistics};
use super::truth::Deleted;
use super::users::{User, Users};

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
    pub(super) users: Users,
    pub(super) buckets: Buckets,
    pub(super) default_quotas: DefaultQuotas,
    pub(super) statistics: Statistics,
    pub(super) calls: Vec<Call>,
    pub(super) deletions: Deleted,
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
            users: Users::default(),
            buckets: Buckets::default(),
            default_quotas: DefaultQuotas::default(),
            calls: Vec::new(),
            deletions: Deleted::default(),
        };
        let email = "system@example.com";
        state
            .users
            .add(User::new(id, email, true, system, hour(now)));
        state
    }

    /// Adds an enabled user with one key pair.
    pub(super) fn add_user(&mut self, email: &str, system: bool, now: Timestamp) -> &User {
        let id = self.ids.user();
        let pair = self.ids.key_pair(&id);
        self.users
            .add(User::new(id, email, system, pair, hour(now)))
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
        if let Some(user) = self.users.get_mut(owner) {
            let total = user.size.current - before + after;
            user.size.change(hour(now), total);
        }
    }

    /// Bytes that may be added to a bucket before a quota is exceeded; `None` without a quota.
    pub(super) fn quota_room(&self, bucket: &str) -> Option<u64> {
        let bucket = self.buckets.get(bucket)?;
        let stored = bucket.bytes();
        let owner = self.users.get(&bucket.owner)?;
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
