//! A bucket and what is in it: objects with their versions, unfinished uploads, the bytes of both.

use std::collections::{BTreeMap, BTreeSet, btree_map};
use std::ops::Bound;

use jiff::Timestamp;

use super::lock::BucketLock;
use super::stored::{Part, Stored, Upload, Version};
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

/// How much there is in a bucket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::simulator) struct Counts {
    /// Keys a listing shows.
    pub(in crate::simulator) objects: usize,
    /// Versions with data, those that a listing shows included.
    pub(in crate::simulator) versions: usize,
    /// Delete markers.
    pub(in crate::simulator) markers: usize,
    /// Unfinished uploads.
    pub(in crate::simulator) uploads: usize,
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
    /// By key and upload id.
    uploads: BTreeMap<(String, String), Upload>,
    bytes: u64,
    counts: Counts,
}

/// Whether a listing shows a key of these versions.
fn shows(versions: &[Version]) -> bool {
    versions
        .last()
        .is_some_and(|newest| newest.stored.is_some())
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
            counts: Counts::default(),
        }
    }

    /// Stored bytes: all versions and unfinished uploads.
    pub(in crate::simulator) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What is in it.
    pub(in crate::simulator) fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether the bucket may be deleted. Unfinished uploads do not hold it.
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Newest versions that are not delete markers, by key, from `first` on.
    pub(super) fn latest_from<'a>(
        &'a self,
        first: &str,
    ) -> impl Iterator<Item = (&'a str, &'a Version, &'a Stored)> + use<'a> {
        self.keys_from(first).filter_map(|(key, versions)| {
            let newest = versions.last()?;
            Some((key.as_str(), newest, newest.stored.as_ref()?))
        })
    }

    /// All versions, by key from `first` on, newest first, and whether each is its key's newest.
    pub(super) fn versions_from<'a>(
        &'a self,
        first: &str,
    ) -> impl Iterator<Item = (&'a str, &'a Version, bool)> + use<'a> {
        self.keys_from(first).flat_map(|(key, versions)| {
            versions
                .iter()
                .rev()
                .enumerate()
                .map(move |(age, version)| (key.as_str(), version, age == 0))
        })
    }

    fn keys_from(&self, first: &str) -> btree_map::Range<'_, String, Vec<Version>> {
        self.objects
            .range::<str, _>((Bound::Included(first), Bound::Unbounded))
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
        self.count_in(&version);
        // Room for the one version that almost every key has, not for the four a vector begins with.
        let versions = self.objects.entry(key.to_owned());
        let versions = versions.or_insert_with(|| Vec::with_capacity(1));
        let shown = shows(versions);
        versions.push(version);
        let still_shown = shows(versions);
        self.count_shown(shown, still_shown);
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
        let shown = shows(versions);
        let removed = versions.remove(at);
        let still_shown = shows(versions);
        if versions.is_empty() {
            self.objects.remove(key);
        }
        self.count_out(&removed);
        self.count_shown(shown, still_shown);
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
        self.count_shown(shows(&versions), false);
        for version in &versions {
            self.count_out(version);
        }
        true
    }

    fn count_in(&mut self, version: &Version) {
        self.bytes += version.len();
        match version.stored {
            Some(_) => self.counts.versions += 1,
            None => self.counts.markers += 1,
        }
    }

    fn count_out(&mut self, version: &Version) {
        self.bytes -= version.len();
        match version.stored {
            Some(_) => self.counts.versions -= 1,
            None => self.counts.markers -= 1,
        }
    }

    fn count_shown(&mut self, before: bool, after: bool) {
        self.counts.objects -= usize::from(before);
        self.counts.objects += usize::from(after);
    }

    /// Uploads by key and id, from that key and behind that id on.
    pub(super) fn uploads_from<'a>(
        &'a self,
        first: &str,
        behind_id: &str,
    ) -> impl Iterator<Item = (&'a str, &'a str, &'a Upload)> + use<'a> {
        let first = (first.to_owned(), behind_id.to_owned());
        let uploads = self
            .uploads
            .range((Bound::Excluded(first), Bound::Unbounded));
        uploads.map(|((key, id), upload)| (key.as_str(), id.as_str(), upload))
    }

    /// An unfinished upload of a key.
    pub(super) fn upload(&self, key: &str, id: &str) -> Option<&Upload> {
        self.uploads.get(&(key.to_owned(), id.to_owned()))
    }

    /// Adds an upload with its parts.
    pub(super) fn add_upload(&mut self, key: &str, id: &str, upload: Upload) {
        self.bytes += upload.len();
        self.counts.uploads += 1;
        self.uploads.insert((key.to_owned(), id.to_owned()), upload);
    }

    /// Puts a part into an upload; tells whether the upload exists.
    pub(super) fn put_part(&mut self, key: &str, id: &str, number: i32, part: Part) -> bool {
        let Some(upload) = self.uploads.get_mut(&(key.to_owned(), id.to_owned())) else {
            return false;
        };
        self.bytes += part.content.len();
        if let Some(replaced) = upload.parts.insert(number, part) {
            self.bytes -= replaced.content.len();
        }
        true
    }

    /// Takes an upload out of the bucket, with all its parts.
    pub(super) fn take_upload(&mut self, key: &str, id: &str) -> Option<Upload> {
        let upload = self.uploads.remove(&(key.to_owned(), id.to_owned()))?;
        self.bytes -= upload.len();
        self.counts.uploads -= 1;
        Some(upload)
    }
}

#[cfg(test)]
mod tests {
    use super::super::lock::Lock;
    use super::super::stored::{Attributes, Content};
    use super::*;

    fn stored(length: u64) -> Stored {
        let content = Content::Zeros(length);
        Stored::new(content, String::new(), Attributes::default(), None)
    }

    fn counts(bucket: &Bucket) -> (usize, usize, usize) {
        let counts = bucket.counts();
        (counts.objects, counts.versions, counts.markers)
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
        assert_eq!((bucket.bytes(), counts(&bucket)), (18, (0, 2, 1)));
        assert_eq!(bucket.versions_from("").count(), 3);
        let done = |bucket: &mut Bucket, id| bucket.delete("k", Some(id), String::new(), now).done;
        assert_eq!(done(&mut bucket, "v2"), Done::Marker);
        assert_eq!(done(&mut bucket, "v2"), Done::Nothing);
        assert_eq!(counts(&bucket), (1, 2, 0));
        assert_eq!(done(&mut bucket, "v1"), Done::Version);
        assert_eq!(done(&mut bucket, "null"), Done::Version);
        assert!(bucket.is_empty() && bucket.bytes() == 0);
        assert_eq!(counts(&bucket), (0, 0, 0));
        bucket.put("k", stored(5), "v3".into(), now);
        bucket.delete("k", None, "v4".into(), now);
        assert!(bucket.forget("k") && bucket.bytes() == 0);
        assert_eq!(counts(&bucket), (0, 0, 0));

        let upload = Upload {
            initiated: now,
            attributes: Attributes::default(),
            lock: Lock::default(),
            parts: BTreeMap::new(),
        };
        bucket.add_upload("k", "u", upload);
        for length in [3, 4] {
            let part = Part {
                content: Content::Zeros(length),
                md5: [0; 16],
                modified: now,
            };
            assert!(bucket.put_part("k", "u", 1, part));
        }
        assert_eq!((bucket.bytes(), bucket.counts().uploads), (4, 1));
        assert!(bucket.take_upload("k", "u").is_some() && bucket.bytes() == 0);
        assert_eq!(bucket.counts(), Counts::default());
    }
}
