//! What is true on the simulated cluster, whatever its services answer.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Simulator;
use super::data::bucket::Bucket;
use super::statistics::{Counters, Table};

/// Traffic of one bucket and requester since the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traffic {
    /// Empty for requests that address no bucket.
    pub bucket: String,
    /// Incarnation of the bucket; 0 without one.
    pub epoch: u64,
    /// The requester.
    pub user_id: String,
    /// What was counted.
    pub counters: Counters,
}

/// What one incarnation of a bucket stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Storage {
    /// Another incarnation may have had the same name.
    pub name: String,
    /// Id of the user who owns or owned it.
    pub owner_id: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was deleted, if it was.
    pub deleted: Option<Timestamp>,
    /// The integral over time as the gateway shows it now, or showed it in the hour of deletion.
    pub byte_hours: u64,
    /// Bytes stored now; 0 once it is deleted.
    pub current: u64,
}

/// What requests deleted of what one user owned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deletions {
    /// The owner of the buckets.
    pub owner_id: String,
    /// Versions with data.
    pub versions: u64,
    /// Delete markers that were removed.
    pub markers: u64,
    /// Delete markers that were made: the versions below are still there.
    pub hidden: u64,
    /// Unfinished uploads that were aborted.
    pub uploads: u64,
    /// Buckets.
    pub buckets: u64,
}

/// [`Deletions`] by owner.
#[derive(Default)]
pub(super) struct Deleted(BTreeMap<String, Deletions>);

impl Deleted {
    /// What was deleted of a user's, to add to it.
    pub(super) fn of(&mut self, owner_id: &str) -> &mut Deletions {
        self.0
            .entry(owner_id.to_owned())
            .or_insert_with(|| Deletions {
                owner_id: owner_id.to_owned(),
                ..Deletions::default()
            })
    }

    /// By owner; those of whom nothing was deleted are left out.
    pub(super) fn rows(&self) -> impl Iterator<Item = &Deletions> {
        let nothing = |row: &Deletions| {
            *row == Deletions {
                owner_id: row.owner_id.clone(),
                ..Deletions::default()
            }
        };
        self.0.values().filter(move |row| !nothing(row))
    }
}

impl Storage {
    /// A bucket that exists, at an hour since 1970.
    pub(super) fn of(bucket: &Bucket, hour: i64) -> Self {
        Self {
            name: bucket.name.clone(),
            owner_id: bucket.owner.clone(),
            created: bucket.created,
            deleted: None,
            byte_hours: bucket.size.byte_hours(hour),
            current: bucket.bytes(),
        }
    }
}

impl Simulator {
    /// All traffic since the start, by bucket, incarnation and requester.
    #[must_use]
    pub fn traffic(&self) -> Vec<Traffic> {
        rows(self.shared.state().statistics.truth())
    }

    /// What gateways counted and lost by crashing before it was in any statistics object: traffic less
    /// this is what statistics ever tell.
    #[must_use]
    pub fn lost(&self) -> Vec<Traffic> {
        rows(self.shared.state().statistics.lost())
    }

    /// What requests deleted since the start, by owner. What is planted and taken away again does not
    /// count, nor what is overwritten.
    #[must_use]
    pub fn deletions(&self) -> Vec<Deletions> {
        self.shared.state().deletions.rows().cloned().collect()
    }

    /// Every incarnation of every bucket since the start, by name and creation.
    #[must_use]
    pub fn storage(&self) -> Vec<Storage> {
        let (state, now) = self.shared.state_now();
        state.buckets.storage(now)
    }
}

/// The rows of a table, by bucket, incarnation and requester.
pub(super) fn rows(table: &Table) -> Vec<Traffic> {
    let rows = table.iter().map(|(key, counters)| Traffic {
        bucket: key.bucket.clone(),
        epoch: key.epoch,
        user_id: key.user_id.clone(),
        counters: *counters,
    });
    rows.collect()
}
