//! What is put into buckets behind the callers' backs: no signature, no limits, no quotas, no traffic.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::bucket::{Bucket, Versioning};
use super::lock::{BucketLock, Lock};
use super::stored::{Attributes, Content, Part, Stored, Upload};
use crate::simulator::buckets::Buckets;
use crate::simulator::plant::Layers;
use crate::simulator::state::State;

/// Data of `length` zeros, which take no memory.
fn zeros(length: u64, lock: Option<Box<Lock>>) -> Stored {
    let etag = format!("{length:032x}");
    Stored::new(Content::Zeros(length), etag, Attributes::default(), lock)
}

/// The bucket, which is made for `owner` if there is none.
fn bucket<'a>(
    buckets: &'a mut Buckets,
    owner: &str,
    name: &str,
    now: Timestamp,
) -> Option<&'a mut Bucket> {
    if buckets.get(name).is_none() {
        buckets.add(name, owner, now);
    }
    buckets.get_mut(name)
}

/// Puts the same layers under every key.
pub(in crate::simulator) fn objects(
    state: &mut State,
    owner: &str,
    name: &str,
    keys: impl IntoIterator<Item = String>,
    layers: Layers,
    now: Timestamp,
) {
    let State { ids, buckets, .. } = &mut *state;
    let Some(found) = bucket(buckets, owner, name, now) else {
        return;
    };
    if layers.versions > 1 || layers.markers > 0 {
        found.versioning = Versioning::Enabled;
    }
    for key in keys {
        for _ in 0..layers.versions {
            found.put(&key, zeros(layers.bytes, None), ids.opaque(), now);
        }
        for _ in 0..layers.markers {
            found.delete(&key, None, ids.opaque(), now);
        }
    }
    state.settle_size(name, now);
}

/// Puts an object that is retained until a time, whoever asks; the bucket has object lock from now on.
pub(in crate::simulator) fn locked(
    state: &mut State,
    (owner, name): (&str, &str),
    key: &str,
    length: u64,
    until: Timestamp,
    now: Timestamp,
) {
    let State { ids, buckets, .. } = &mut *state;
    if let Some(found) = bucket(buckets, owner, name, now) {
        found.versioning = Versioning::Enabled;
        found.lock.get_or_insert_with(BucketLock::default);
        let lock = Box::new(Lock::until(until));
        found.put(key, zeros(length, Some(lock)), ids.opaque(), now);
    }
    state.settle_size(name, now);
}

/// Begins an upload of every key, with one part of that many zeros, or none.
pub(in crate::simulator) fn uploads(
    state: &mut State,
    owner: &str,
    name: &str,
    keys: impl IntoIterator<Item = String>,
    length: u64,
    now: Timestamp,
) {
    let State { ids, buckets, .. } = &mut *state;
    let Some(found) = bucket(buckets, owner, name, now) else {
        return;
    };
    for key in keys {
        let part = Part {
            content: Content::Zeros(length),
            md5: [0; 16],
            modified: now,
        };
        let upload = Upload {
            initiated: now,
            attributes: Attributes::default(),
            lock: Lock::default(),
            parts: BTreeMap::from_iter((length > 0).then_some((1, part))),
        };
        found.add_upload(&key, &ids.opaque(), upload);
    }
    state.settle_size(name, now);
}

/// Refuses deletions of a key from now on, or no longer; tells whether there is such a bucket.
pub(in crate::simulator) fn deny(state: &mut State, name: &str, key: &str, denied: bool) -> bool {
    let Some(found) = state.buckets.get_mut(name) else {
        return false;
    };
    if denied {
        found.denied.insert(key.to_owned());
    } else {
        found.denied.remove(key);
    }
    true
}

/// Takes an object away with all its versions; tells whether there was one.
pub(in crate::simulator) fn uproot(
    state: &mut State,
    bucket: &str,
    key: &str,
    now: Timestamp,
) -> bool {
    let found = state.buckets.get_mut(bucket);
    let removed = found.is_some_and(|bucket| bucket.forget(key));
    state.settle_size(bucket, now);
    removed
}
