//! Listings of a bucket: objects in both forms, and versions.

use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::acl::owner;
use super::bucket::Bucket as Held;
use super::objects::{etag, length, time};
use super::paging::{Entries, Page, Wish, behind, common_prefixes, encoded, max_keys, page};
use super::stored::{Stored, Version};
use super::{Answer, answer};

/// The first form, which continues behind a key.
pub(super) fn first(found: &Held, input: ListObjectsInput) -> Answer<ListObjectsOutput> {
    let wish = Wish {
        prefix: input.prefix.as_deref().unwrap_or(""),
        delimiter: input.delimiter.as_deref().unwrap_or(""),
        after: input.marker.as_deref().unwrap_or(""),
        max_keys: max_keys(input.max_keys),
    };
    let encoding = input.encoding_type.as_ref();
    let found = objects(found, &wish, encoding, true);
    answer(ListObjectsOutput {
        is_truncated: Some(found.next.is_some()),
        next_marker: found.next.map(|next| encoded(&next, encoding)),
        contents: Some(found.entries),
        common_prefixes: Some(common_prefixes(&found.prefixes, encoding)),
        max_keys: Some(wish.max_keys),
        prefix: Some(encoded(wish.prefix, encoding)),
        marker: Some(encoded(wish.after, encoding)),
        delimiter: input
            .delimiter
            .as_deref()
            .map(|delimiter| encoded(delimiter, encoding)),
        encoding_type: input.encoding_type.clone(),
        name: Some(input.bucket),
        ..ListObjectsOutput::default()
    })
}

/// The second form, which continues by a token.
pub(super) fn second(found: &Held, input: ListObjectsV2Input) -> Answer<ListObjectsV2Output> {
    let token = input
        .continuation_token
        .as_deref()
        .map(continuation)
        .transpose()?;
    let wish = Wish {
        prefix: input.prefix.as_deref().unwrap_or(""),
        delimiter: input.delimiter.as_deref().unwrap_or(""),
        after: token
            .as_deref()
            .or(input.start_after.as_deref())
            .unwrap_or(""),
        max_keys: max_keys(input.max_keys),
    };
    let encoding = input.encoding_type.as_ref();
    let found = objects(found, &wish, encoding, input.fetch_owner.unwrap_or(false));
    answer(ListObjectsV2Output {
        is_truncated: Some(found.next.is_some()),
        next_continuation_token: found.next.map(hex::encode),
        key_count: i32::try_from(found.entries.len() + found.prefixes.len()).ok(),
        contents: Some(found.entries),
        common_prefixes: Some(common_prefixes(&found.prefixes, encoding)),
        max_keys: Some(wish.max_keys),
        prefix: Some(encoded(wish.prefix, encoding)),
        delimiter: input
            .delimiter
            .as_deref()
            .map(|delimiter| encoded(delimiter, encoding)),
        start_after: input
            .start_after
            .as_deref()
            .map(|after| encoded(after, encoding)),
        encoding_type: input.encoding_type.clone(),
        continuation_token: input.continuation_token,
        name: Some(input.bucket),
        ..ListObjectsV2Output::default()
    })
}

fn continuation(token: &str) -> S3Result<String> {
    let bytes = hex::decode(token)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    bytes.ok_or_else(|| {
        s3_error!(
            InvalidArgument,
            "The continuation token is not one of ours."
        )
    })
}

fn objects(
    bucket: &Held,
    wish: &Wish<'_>,
    encoding: Option<&EncodingType>,
    owners: bool,
) -> Page<Object> {
    let from = |first: &str| -> Entries<'_, _> {
        let entries = bucket.latest_from(first);
        Box::new(entries.map(|(key, version, stored)| (key, (key, version, stored))))
    };
    let found = page(from, wish);
    let entry = |(key, version, stored): (&str, &Version, &Stored)| Object {
        key: Some(encoded(key, encoding)),
        e_tag: etag(&stored.etag),
        size: length(stored.content.len()),
        last_modified: time(version.modified),
        storage_class: Some(ObjectStorageClass::from_static(
            ObjectStorageClass::STANDARD,
        )),
        owner: owners.then(|| owner(bucket)),
        ..Object::default()
    };
    Page {
        entries: found.entries.into_iter().map(entry).collect(),
        prefixes: found.prefixes,
        next: found.next,
    }
}

/// Pages by key and version: a key's versions may be spread over pages.
pub(super) fn versions(
    bucket: &Held,
    input: ListObjectVersionsInput,
) -> Answer<ListObjectVersionsOutput> {
    let encoding = input.encoding_type.as_ref();
    let key_marker = input.key_marker.as_deref();
    let wish = Wish {
        prefix: input.prefix.as_deref().unwrap_or(""),
        delimiter: input.delimiter.as_deref().unwrap_or(""),
        after: "",
        max_keys: max_keys(input.max_keys),
    };
    let version_marker = input.version_id_marker.as_deref();
    let start = start(bucket, key_marker, version_marker, wish.delimiter);
    let from = |first: &str| -> Entries<'_, Entry<'_>> {
        let (from, passed) = match &start {
            Some((lowest, passed)) if first <= lowest.as_str() => (lowest.as_str(), *passed),
            Some(_) => (first, 0),
            None => return Box::new(std::iter::empty()),
        };
        let entries = bucket.versions_from(from).skip(passed);
        Box::new(entries.map(|entry| (entry.0, entry)))
    };
    let found = page(from, &wish);
    let last = found
        .entries
        .last()
        .filter(|(key, ..)| found.next.as_deref() == Some(*key));
    let next_version_id_marker = last.map(|(_, version, _)| version.id.clone());
    let (markers, kept): (Vec<_>, Vec<_>) = found
        .entries
        .into_iter()
        .partition(|(_, version, _)| version.stored.is_none());
    answer(ListObjectVersionsOutput {
        versions: Some(
            kept.into_iter()
                .map(|entry| version_entry(bucket, entry, encoding))
                .collect(),
        ),
        delete_markers: Some(
            markers
                .into_iter()
                .map(|entry| marker_entry(bucket, entry, encoding))
                .collect(),
        ),
        common_prefixes: Some(common_prefixes(&found.prefixes, encoding)),
        is_truncated: Some(found.next.is_some()),
        next_key_marker: found.next.map(|next| encoded(&next, encoding)),
        next_version_id_marker,
        max_keys: Some(wish.max_keys),
        prefix: Some(encoded(wish.prefix, encoding)),
        key_marker: key_marker.map(|marker| encoded(marker, encoding)),
        delimiter: input
            .delimiter
            .as_deref()
            .map(|delimiter| encoded(delimiter, encoding)),
        version_id_marker: input.version_id_marker.clone(),
        encoding_type: input.encoding_type.clone(),
        name: Some(input.bucket.clone()),
        ..ListObjectVersionsOutput::default()
    })
}

/// A version with its key, and whether it is the key's newest.
type Entry<'a> = (&'a str, &'a Version, bool);

/// Where versions behind a marker begin: a key, and how many of its versions are passed over. `None` when
/// there can be nothing behind it.
fn start(
    bucket: &Held,
    key_marker: Option<&str>,
    version_marker: Option<&str>,
    delimiter: &str,
) -> Option<(String, usize)> {
    let Some(marker) = key_marker.filter(|marker| !marker.is_empty()) else {
        return Some((String::new(), 0));
    };
    if let Some(id) = version_marker.filter(|id| !id.is_empty()) {
        // The marker's version may be gone by now, as when versions are deleted page by page; then what
        // is left of its key was behind it.
        let mut versions = bucket
            .versions_from(marker)
            .take_while(|entry| entry.0 == marker);
        let passed = versions.position(|(_, version, _)| version.id == id);
        return Some((marker.to_owned(), passed.map_or(0, |at| at + 1)));
    }
    if !delimiter.is_empty() && marker.ends_with(delimiter) {
        return Some((behind(marker)?, 0));
    }
    // The first key there can be behind the marker.
    Some((format!("{marker}\0"), 0))
}

fn version_entry(
    bucket: &Held,
    entry: Entry<'_>,
    encoding: Option<&EncodingType>,
) -> ObjectVersion {
    let (key, version, is_latest) = entry;
    ObjectVersion {
        key: Some(encoded(key, encoding)),
        version_id: Some(version.id.clone()),
        is_latest: Some(is_latest),
        last_modified: time(version.modified),
        owner: Some(owner(bucket)),
        e_tag: version
            .stored
            .as_ref()
            .and_then(|stored| etag(&stored.etag)),
        size: length(version.len()),
        storage_class: Some(ObjectVersionStorageClass::from_static(
            ObjectVersionStorageClass::STANDARD,
        )),
        ..ObjectVersion::default()
    }
}

fn marker_entry(
    bucket: &Held,
    entry: Entry<'_>,
    encoding: Option<&EncodingType>,
) -> DeleteMarkerEntry {
    let (key, version, is_latest) = entry;
    DeleteMarkerEntry {
        key: Some(encoded(key, encoding)),
        version_id: Some(version.id.clone()),
        is_latest: Some(is_latest),
        last_modified: time(version.modified),
        owner: Some(owner(bucket)),
    }
}
