//! What tests and demonstrations put into the cluster behind the callers' backs. It is taken at the
//! simulator's present, needs no signature and knows neither limits nor quotas.

use super::calls::UserView;
use super::statistics::Counters;
use super::{Simulator, data};

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
        let (mut state, now) = self.shared.state_now();
        data::plant(&mut state, owner_id, bucket, key, bytes, now);
    }

    /// Takes an object away with all its versions; `false` when there is none.
    pub fn remove_object(&self, bucket: &str, key: &str) -> bool {
        let (mut state, now) = self.shared.state_now();
        data::uproot(&mut state, bucket, key, now)
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
