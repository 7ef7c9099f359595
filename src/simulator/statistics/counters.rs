//! What is counted, and for whom.

use std::collections::BTreeMap;
use std::ops::AddAssign;
use std::sync::Arc;

/// What one item counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::simulator) struct Key {
    /// Empty for requests that address no bucket.
    pub(in crate::simulator) bucket: String,
    /// Incarnation of the bucket; 0 without one.
    pub(in crate::simulator) epoch: u64,
    /// The requester.
    pub(in crate::simulator) user_id: String,
}

/// Class of a request as statistics have it: there is no class for deletions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulator) enum Class {
    Put,
    Get,
    List,
    Other,
}

/// Counters of one item. Byte counts are payload alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Uploads, copies, parts and created buckets.
    pub put: u64,
    /// Downloads, and listings of one's buckets.
    pub get: u64,
    /// Listings of a bucket.
    pub list: u64,
    /// Everything else, deletions among it.
    pub other: u64,
    /// Payload bytes received.
    pub uploaded: u64,
    /// Payload bytes sent.
    pub downloaded: u64,
}

impl Counters {
    /// One request.
    pub(in crate::simulator) fn one(class: Class, uploaded: u64, downloaded: u64) -> Self {
        let ops = |counted| u64::from(class == counted);
        Self {
            put: ops(Class::Put),
            get: ops(Class::Get),
            list: ops(Class::List),
            other: ops(Class::Other),
            uploaded,
            downloaded,
        }
    }
}

/// Adds every counter; none goes beyond its type.
impl AddAssign for Counters {
    fn add_assign(&mut self, more: Self) {
        self.put = self.put.saturating_add(more.put);
        self.get = self.get.saturating_add(more.get);
        self.list = self.list.saturating_add(more.list);
        self.other = self.other.saturating_add(more.other);
        self.uploaded = self.uploaded.saturating_add(more.uploaded);
        self.downloaded = self.downloaded.saturating_add(more.downloaded);
    }
}

/// Counters by what they count. Keys are shared: the same one is in the truth and in many objects.
pub(in crate::simulator) type Table = BTreeMap<Arc<Key>, Counters>;
