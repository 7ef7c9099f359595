//! What tests and demonstrations put into the cluster behind the callers' backs. It is taken at the
//! simulator's present, needs no signature and knows neither limits nor quotas.

use jiff::Timestamp;

use super::Simulator;
use super::calls::UserView;
use super::data::planting;
use super::statistics::Counters;

/// What is planted under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layers {
    /// Versions with data. More than one, or any delete marker, and the bucket keeps versions from now on.
    pub versions: u32,
    /// Delete markers above them.
    pub markers: u32,
    /// Bytes of each version.
    pub bytes: u64,
}

impl Default for Layers {
    /// One empty object.
    fn default() -> Self {
        Self {
            versions: 1,
            markers: 0,
            bytes: 0,
        }
    }
}

/// As many different keys: the prefix and a number of eight digits, in the order of listings.
pub fn numbered_keys(prefix: &str, count: u32) -> impl Iterator<Item = String> + use<'_> {
    (0..count).map(move |number| format!("{prefix}{number:08}"))
}

impl Simulator {
    /// Adds a user with one key pair.
    pub fn add_user(&self, email: &str, system: bool) -> UserView {
        let (mut state, now) = self.shared.state_now();
        UserView::of(state.add_user(email, system, now))
    }

    /// Gives a user another address; `false` when there is no such user. No call of the gateway does that.
    pub fn rename_user(&self, id: &str, email: &str) -> bool {
        self.shared.state().users.rename(id, email)
    }

    /// Puts an object of `bytes` zeros into a bucket of `owner_id`, which is made if there is none; an
    /// object of that key is replaced. It takes no memory and is not counted as traffic.
    pub fn add_object(&self, owner_id: &str, bucket: &str, key: &str, bytes: u64) {
        let layers = Layers {
            bytes,
            ..Layers::default()
        };
        self.add_objects(owner_id, bucket, [key.to_owned()], layers);
    }

    /// Puts the same layers under every key of a bucket of `owner_id`, which is made if there is none. They
    /// take little memory and are not counted as traffic; what comes in meanwhile waits.
    pub fn add_objects(
        &self,
        owner_id: &str,
        bucket: &str,
        keys: impl IntoIterator<Item = String>,
        layers: Layers,
    ) {
        let (mut state, now) = self.shared.state_now();
        planting::objects(&mut state, owner_id, bucket, keys, layers, now);
    }

    /// Puts an object of `bytes` zeros into a bucket of `owner_id`, which is made if there is none and has
    /// object lock from now on. Nobody may delete the object before `until`, by the simulator's clock.
    pub fn add_locked_object(
        &self,
        owner_id: &str,
        bucket: &str,
        key: &str,
        bytes: u64,
        until: Timestamp,
    ) {
        let (mut state, now) = self.shared.state_now();
        planting::locked(&mut state, (owner_id, bucket), key, bytes, until, now);
    }

    /// Begins an unfinished upload of every key in a bucket of `owner_id`, which is made if there is none,
    /// with one part of `bytes` zeros, or without a part.
    pub fn add_uploads(
        &self,
        owner_id: &str,
        bucket: &str,
        keys: impl IntoIterator<Item = String>,
        bytes: u64,
    ) {
        let (mut state, now) = self.shared.state_now();
        planting::uploads(&mut state, owner_id, bucket, keys, bytes, now);
    }

    /// Lets every deletion of a key, or of a version of it, be answered 403 `AccessDenied` until it is
    /// allowed again, as a policy would; `false` when there is no such bucket.
    pub fn deny_deletion(&self, bucket: &str, key: &str, denied: bool) -> bool {
        planting::deny(&mut self.shared.state(), bucket, key, denied)
    }

    /// Takes an object away with all its versions; `false` when there is none.
    pub fn remove_object(&self, bucket: &str, key: &str) -> bool {
        let (mut state, now) = self.shared.state_now();
        planting::uproot(&mut state, bucket, key, now)
    }

    /// Takes a bucket away with whatever is in it; `false` when there is none.
    pub fn remove_bucket(&self, bucket: &str) -> bool {
        let (mut state, now) = self.shared.state_now();
        state.remove_bucket(bucket, now)
    }

    /// Restarts a gateway, counted from 0. What it has in memory for its statistics is written into their
    /// objects or, without `flush` as in a crash, lost. Its next request begins a new object.
    ///
    /// # Panics
    /// When there are not that many gateways.
    pub fn restart_gateway(&self, number: u8, flush: bool) {
        let (mut state, now) = self.shared.state_now();
        let known = state.statistics.restart(now, number.into(), flush);
        assert!(known, "there is no gateway {number}, they count from 0");
    }

    /// Sets the period of statistics objects that begin from now on, in seconds; 0 counts as 1.
    pub fn set_usage_period(&self, seconds: u32) {
        self.shared.state().profile.usage_period = seconds.max(1);
    }

    /// Counts traffic exactly as if that many requests had come to one gateway, the next in turn: into
    /// the statistics and into the truth.
    ///
    /// Neither user nor bucket need exist; an empty bucket stands for requests that address none. A
    /// bucket that exists is counted under its incarnation, any other under one no bucket here has.
    pub fn record(&self, user_id: &str, bucket: &str, counters: Counters) {
        let (mut state, now) = self.shared.state_now();
        let epoch = state.buckets.epoch(bucket);
        state.count(user_id.to_owned(), bucket.to_owned(), epoch, counters, now);
    }
}
