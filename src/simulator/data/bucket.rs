//! A bucket and what is in it: objects with their versions, unfinished uploads, the bytes of both.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use jiff::Timestamp;
use s3s::dto::Metadata;

use super::lock::{BucketLock, Lock};
use crate::simulator::clock::hour;
use crate::simulator::rates::{Limits, Rates};
use crate::simulator::size::Size;

/// Version id of objects that were written while versioning was not enabled.
pub(super) const NULL_VERSION: &str = "null";

/// Whether a bucket keeps old versions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Versioning {
    Never,
    Enabled,
    Suspended,
}

/// The bytes of an object.
#[derive(Clone)]
pub(super) enum Content {
    Bytes(Bytes),
    /// That many zeros that take no memory, for planted objects.
    Zeros(u64),
}

/// Headers kept with an object.
#[derive(Clone, Default)]
pub(super) struct Attributes {
    pub(super) content_type: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_language: Option<String>,
    pub(super) cache_control: Option<String>,
    pub(super) metadata: Option<Metadata>,
}

/// An object's data.
#[derive(Clone)]
pub(super) struct Stored {
    pub(super) content: Content,
    pub(super) etag: String,
    pub(super) attributes: Attributes,
    pub(super) lock: Option<Box<Lock>>,
}

/// One version of a key: data, or a delete marker.
pub(super) struct Version {
    pub(super) id: String,
    pub(super) modified: Timestamp,
    pub(super) stored: Option<Stored>,
}

/// One part of an unfinished upload.
pub(super) struct Part {
    pub(super) content: Bytes,
    pub(super) md5: [u8; 16],
    pub(super) modified: Timestamp,
}

/// An unfinished upload.
pub(super) struct Upload {
    pub(super) key: String,
    pub(super) initiated: Timestamp,
    pub(super) attributes: Attributes,
    /// What was wished for the object when the upload began.
    pub(super) lock: Lock,
    pub(super) parts: BTreeMap<i32, Part>,
}

/// What a deletion did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    /// There was nothing to delete.
    Nothing,
    /// A version is gone.
    Version,
    /// A delete marker is gone.
    Marker,
    /// A delete marker was made, all versions are still there.
    Hidden,
}

impl Done {
    /// Whether a delete marker was removed or made.
    pub(super) fn is_marker(self) -> bool {
        matches!(self, Self::Marker | Self::Hidden)
    }
}

/// A deletion as it is answered.
pub(super) struct Removal {
    /// The version that was removed or the marker that was made.
    pub(super) version_id: Option<String>,
    pub(super) done: Done,
}

/// A bucket.
pub(in crate::simulator) struct Bucket {
    pub(in crate::simulator) name: String,
    pub(in crate::simulator) owner: String,
    pub(in crate::simulator) created: Timestamp,
    /// Incarnation, as statistics number it.
    pub(in crate::simulator) epoch: u64,
    pub(in crate::simulator) size: Size,
    pub(in crate::simulator) limits: Option<Limits>,
    pub(in crate::simulator) quota_gb: Option<u64>,
    pub(in crate::simulator) rates: Rates,
    pub(super) versioning: Versioning,
    /// Only buckets that were made with object lock have it.
    pub(super) lock: Option<BucketLock>,
    /// Keys that nobody may delete, as a policy would have it.
    pub(super) denied: BTreeSet<String>,
    /// Versions of each key, newest last; never empty.
    objects: BTreeMap<String, Vec<Version>>,
    pub(super) uploads: BTreeMap<String, Upload>,
    bytes: u64,
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Zeros(length) => *length,
        }
    }
}

impl Version {
    pub(super) fn len(&self) -> u64 {
        self.stored
            .as_ref()
            .map_or(0, |stored| stored.content.len())
    }
}

impl Bucket {
    pub(in crate::simulator) fn new(name: &str, owner: &str, epoch: u64, now: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            owner: owner.to_owned(),
            created: now,
            epoch,
            size: Size::new(hour(now)),
            limits: None,
            quota_gb: None,
            rates: Rates::default(),
            versioning: Versioning::Never,
            lock: None,
            denied: BTreeSet::new(),
            objects: BTreeMap::new(),
            uploads: BTreeMap::new(),
            bytes: 0,
        }
    }

    /// Stored bytes: all versions and unfinished uploads.
    pub(in crate::simulator) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keys a listing shows.
    pub(in crate::simulator) fn object_count(&self) -> usize {
        self.latest().count()
    }

    /// Whether the bucket may be deleted. Unfinished uploads do not hold it.
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Newest versions that are not delete markers, by key.
    pub(super) fn latest(&self) -> impl Iterator<Item = (&str, &Version, &Stored)> {
        self.objects.iter().filter_map(|(key, versions)| {
            let newest = versions.last()?;
            Some((key.as_str(), newest, newest.stored.as_ref()?))
        })
    }

    /// All versions, by key, newest first, and whether each is its key's newest.
    pub(super) fn versions(&self) -> impl Iterator<Item = (&str, &Version, bool)> {
        self.objects.iter().flat_map(|(key, versions)| {
            versions
                .iter()
                .rev()
                .enumerate()
                .map(move |(age, version)| (key.as_str(), version, age == 0))
        })
    }

    /// The newest version of a key, or the named one; delete markers included.
    pub(super) fn version(&self, key: &str, id: Option<&str>) -> Option<&Version> {
        let versions = self.objects.get(key)?;
        match id {
            Some(id) => versions.iter().find(|version| version.id == id),
            None => versions.last(),
        }
    }

    /// The data of the newest version of a key, or of the named one, to change what is kept with it.
    pub(super) fn stored_mut(&mut self, key: &str, id: Option<&str>) -> Option<&mut Stored> {
        let versions = self.objects.get_mut(key)?;
        let version = match id {
            Some(id) => versions.iter_mut().find(|version| version.id == id),
            None => versions.last_mut(),
        };
        version?.stored.as_mut()
    }

    /// Bytes that writing `key` anew would free.
    pub(super) fn replaced_by(&self, key: &str) -> u64 {
        match self.versioning {
            Versioning::Enabled => 0,
            _ => self
                .version(key, Some(NULL_VERSION))
                .map_or(0, Version::len),
        }
    }

    /// Writes an object; `fresh` is the version id it gets if versions are kept. Returns that id.
    pub(super) fn put(
        &mut self,
        key: &str,
        stored: Stored,
        fresh: String,
        now: Timestamp,
    ) -> Option<String> {
        self.push(key, Some(stored), fresh, now)
    }

    /// Deletes a key, or one version of it.
    pub(super) fn delete(
        &mut self,
        key: &str,
        id: Option<&str>,
        fresh: String,
        now: Timestamp,
    ) -> Removal {
        match (id, self.versioning) {
            (Some(id), _) => Removal {
                version_id: Some(id.to_owned()),
                done: self.remove(key, id),
            },
            (None, Versioning::Never) => Removal {
                version_id: None,
                done: self.remove(key, NULL_VERSION),
            },
            (None, _) => Removal {
                version_id: self.push(key, None, fresh, now),
                done: Done::Hidden,
            },
        }
    }

    fn push(
        &mut self,
        key: &str,
        stored: Option<Stored>,
        fresh: String,
        now: Timestamp,
    ) -> Option<String> {
        let id = if self.versioning == Versioning::Enabled {
            fresh
        } else {
            NULL_VERSION.to_owned()
        };
        if self.versioning != Versioning::Enabled {
            self.remove(key, &id);
        }
        let version = Version {
            id: id.clone(),
            modified: now,
            stored,
        };
        self.bytes += version.len();
        // Room for the one version that almost every key has, not for the four a vector begins with.
        let versions = self.objects.entry(key.to_owned());
        versions
            .or_insert_with(|| Vec::with_capacity(1))
            .push(version);
        (self.versioning != Versioning::Never).then_some(id)
    }

    /// Removes one version.
    fn remove(&mut self, key: &str, id: &str) -> Done {
        let Some(versions) = self.objects.get_mut(key) else {
            return Done::Nothing;
        };
        // From the newest, which listings begin with.
        let Some(at) = versions.iter().rposition(|version| version.id == id) else {
            return Done::Nothing;
        };
        let removed = versions.remove(at);
        if versions.is_empty() {
            self.objects.remove(key);
        }
        self.bytes -= removed.len();
        match removed.stored {
            Some(_) => Done::Version,
            None => Done::Marker,
        }
    }

    /// Removes a key with all its versions; tells whether it was there.
    pub(super) fn forget(&mut self, key: &str) -> bool {
        let Some(versions) = self.objects.remove(key) else {
            return false;
        };
        self.bytes -= versions.iter().map(Version::len).sum::<u64>();
        true
    }

    /// Puts a part into an upload; tells whether the upload exists.
    pub(super) fn put_part(&mut self, upload_id: &str, number: i32, part: Part) -> bool {
        let Some(upload) = self.uploads.get_mut(upload_id) else {
            return false;
        };
        self.bytes += part.content.len() as u64;
        if let Some(replaced) = upload.parts.insert(number, part) {
            self.bytes -= replaced.content.len() as u64;
        }
        true
    }

    /// Takes an upload out of the bucket, with all its parts.
    pub(super) fn take_upload(&mut self, upload_id: &str) -> Option<Upload> {
        let upload = self.uploads.remove(upload_id)?;
        self.bytes -= upload
            .parts
            .values()
            .map(|part| part.content.len() as u64)
            .sum::<u64>();
        Some(upload)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(length: u64) -> Stored {
        Stored {
            content: Content::Zeros(length),
            etag: String::new(),
            attributes: Attributes::default(),
            lock: None,
        }
    }

    #[test]
    fn bytes_follow_versions_markers_and_uploads() {
        let now = Timestamp::UNIX_EPOCH;
        let mut bucket = Bucket::new("b", "o", 1, now);
        assert_eq!(bucket.put("k", stored(5), "v0".into(), now), None);
        assert_eq!(
            (
                bucket.replaced_by("k"),
                bucket.put("k", stored(7), "v0".into(), now)
            ),
            (5, None)
        );
        assert_eq!(bucket.bytes(), 7);
        bucket.versioning = Versioning::Enabled;
        assert_eq!(
            bucket.put("k", stored(11), "v1".into(), now).as_deref(),
            Some("v1")
        );
        let deleted = bucket.delete("k", None, "v2".into(), now);
        assert!(deleted.done == Done::Hidden && deleted.version_id.as_deref() == Some("v2"));
        assert_eq!(
            (
                bucket.bytes(),
                bucket.object_count(),
                bucket.versions().count()
            ),
            (18, 0, 3)
        );
        let done = |bucket: &mut Bucket, id| bucket.delete("k", Some(id), String::new(), now).done;
        assert_eq!(done(&mut bucket, "v2"), Done::Marker);
        assert_eq!(done(&mut bucket, "v2"), Done::Nothing);
        assert_eq!(bucket.object_count(), 1);
        assert_eq!(done(&mut bucket, "v1"), Done::Version);
        assert_eq!(done(&mut bucket, "null"), Done::Version);
        assert!(bucket.is_empty() && bucket.bytes() == 0);

        let upload = Upload {
            key: "k".into(),
            initiated: now,
            attributes: Attributes::default(),
            lock: Lock::default(),
            parts: BTreeMap::new(),
        };
        bucket.uploads.insert("u".into(), upload);
        for length in [3, 4] {
            let part = Part {
                content: Bytes::from(vec![0; length]),
                md5: [0; 16],
                modified: now,
            };
            assert!(bucket.put_part("u", 1, part));
        }
        assert_eq!(bucket.bytes(), 4);
        assert!(bucket.take_upload("u").is_some() && bucket.bytes() == 0);
    }
}
