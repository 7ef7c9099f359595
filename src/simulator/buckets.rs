//! The buckets of the cluster by name and by owner, and what those stored that are gone.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::clock::hour;
use super::data::bucket::Bucket;
use super::truth::Storage;

/// Epoch of the first bucket in statistics, as seen in samples; listings show 0.
const FIRST_EPOCH: u64 = 98_305;

/// Epoch of planted requests to a bucket that does not exist. A smaller one of the samples: no bucket
/// made here has it.
const NO_EPOCH: u64 = 16_394;

/// Every bucket there is, and was.
#[derive(Default)]
pub(super) struct Buckets {
    by_name: BTreeMap<String, Bucket>,
    owned: BTreeMap<String, BTreeSet<String>>,
    gone: Vec<Storage>,
}

impl Buckets {
    pub(super) fn get(&self, name: &str) -> Option<&Bucket> {
        self.by_name.get(name)
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Bucket> {
        self.by_name.get_mut(name)
    }

    /// All buckets by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Bucket> {
        self.by_name.values()
    }

    /// Buckets of a user by name.
    pub(super) fn owned_by(&self, user_id: &str) -> impl Iterator<Item = &Bucket> {
        let names = self.owned.get(user_id).into_iter().flatten();
        names.filter_map(|name| self.by_name.get(name))
    }

    /// Adds an empty bucket of a name that is free.
    pub(super) fn add(&mut self, name: &str, owner: &str, now: Timestamp) {
        let before = (self.by_name.len() + self.gone.len()) as u64;
        let bucket = Bucket::new(name, owner, FIRST_EPOCH + 4 * before, now);
        self.by_name.insert(name.to_owned(), bucket);
        self.owned
            .entry(owner.to_owned())
            .or_default()
            .insert(name.to_owned());
    }

    /// Removes a bucket with whatever is in it.
    pub(super) fn remove(&mut self, name: &str, now: Timestamp) -> Option<Bucket> {
        let bucket = self.by_name.remove(name)?;
        if let Some(names) = self.owned.get_mut(&bucket.owner) {
            names.remove(name);
        }
        self.gone.push(Storage {
            deleted: Some(now),
            current: 0,
            ..Storage::of(&bucket, hour(now))
        });
        Some(bucket)
    }

    /// The incarnation that requests to `name` are counted under; 0 without a bucket's name.
    pub(super) fn epoch(&self, name: &str) -> u64 {
        match self.by_name.get(name) {
            _ if name.is_empty() => 0,
            Some(bucket) => bucket.epoch,
            None => NO_EPOCH,
        }
    }

    /// What every bucket that ever was stored until `now`, by name and creation.
    pub(super) fn storage(&self, now: Timestamp) -> Vec<Storage> {
        let here = self.iter().map(|bucket| Storage::of(bucket, hour(now)));
        let mut storage: Vec<Storage> = self.gone.iter().cloned().chain(here).collect();
        storage.sort_by(|a, b| (&a.name, a.created).cmp(&(&b.name, b.created)));
        storage
    }
}
