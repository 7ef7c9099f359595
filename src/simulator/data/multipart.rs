//! Multipart uploads.

use std::collections::BTreeMap;

use bytes::BytesMut;
use jiff::Timestamp;
use s3s::crypto::{Checksum, Md5};
use s3s::dto::{
    self, CompletedPart, ListMultipartUploadsInput, ListMultipartUploadsOutput, ListPartsInput,
    ListPartsOutput, MultipartUpload,
};
use s3s::{S3Result, s3_error};

use super::bucket::{Attributes, Bucket, Content, Part, Stored, Upload};
use super::lock::{self, Lock};
use super::objects::{bucket, bucket_mut, check_quota, etag, length, store, time};
use super::paging::max_keys;
use super::{Answer, answer};
use crate::simulator::state::State;

/// An upload of `key` that exists.
pub(super) fn upload<'a>(bucket: &'a Bucket, key: &str, id: &str) -> S3Result<&'a Upload> {
    bucket
        .uploads
        .get(id)
        .filter(|upload| upload.key == key)
        .ok_or_else(|| s3_error!(NoSuchUpload))
}

/// Begins an upload; returns its id.
pub(super) fn begin(
    state: &mut State,
    name: &str,
    key: &str,
    attributes: Attributes,
    lock: Lock,
    now: Timestamp,
) -> S3Result<String> {
    let id = state.ids.opaque();
    let upload = Upload {
        key: key.to_owned(),
        initiated: now,
        attributes,
        lock,
        parts: BTreeMap::new(),
    };
    bucket_mut(state, name)?.uploads.insert(id.clone(), upload);
    Ok(id)
}

/// Stores a part; returns its entity tag.
pub(super) fn put_part(
    state: &mut State,
    name: &str,
    key: &str,
    id: &str,
    number: i32,
    part: Part,
) -> S3Result<String> {
    if !(1..=10_000).contains(&number) {
        return Err(s3_error!(InvalidArgument, "Part numbers are 1 to 10000."));
    }
    let replaced = upload(bucket(state, name)?, key, id)?
        .parts
        .get(&number)
        .map_or(0, |part| part.content.len());
    check_quota(state, name, part.content.len() as u64, replaced as u64)?;
    let (etag, now) = (hex::encode(part.md5), part.modified);
    let found = bucket_mut(state, name)?;
    found.put_part(id, number, part);
    state.settle_size(name, now);
    Ok(etag)
}

/// Makes the object of the listed parts; returns its entity tag and version id.
pub(super) fn complete(
    state: &mut State,
    name: &str,
    key: &str,
    id: &str,
    listed: &[CompletedPart],
    now: Timestamp,
) -> S3Result<(String, Option<String>)> {
    let holder = bucket(state, name)?;
    let found = upload(holder, key, id)?;
    let (content, etag) = joined(found, listed)?;
    let stored = Stored {
        content: Content::Bytes(content.freeze()),
        etag: etag.clone(),
        attributes: found.attributes.clone(),
        lock: lock::settled(holder, found.lock.clone(), now),
    };
    // The parts count until here; without them the object has their room.
    let parts = bucket_mut(state, name)?.take_upload(id);
    match store(state, name, key, stored, now) {
        Ok(version_id) => Ok((etag, version_id)),
        Err(error) => {
            put_back(state, name, id, parts);
            Err(error)
        }
    }
}

fn joined(upload: &Upload, listed: &[CompletedPart]) -> S3Result<(BytesMut, String)> {
    if listed.is_empty() {
        return Err(s3_error!(MalformedXML, "No part is listed."));
    }
    let (mut content, mut digests, mut last) = (BytesMut::new(), Vec::new(), 0);
    for wanted in listed {
        let number = wanted.part_number.unwrap_or(0);
        let part = upload
            .parts
            .get(&number)
            .ok_or_else(|| s3_error!(InvalidPart))?;
        if wanted
            .e_tag
            .as_ref()
            .is_some_and(|etag| etag.value() != hex::encode(part.md5))
        {
            return Err(s3_error!(InvalidPart));
        }
        if number <= last {
            return Err(s3_error!(InvalidPartOrder));
        }
        last = number;
        content.extend_from_slice(&part.content);
        digests.extend_from_slice(&part.md5);
    }
    Ok((
        content,
        format!("{}-{}", hex::encode(Md5::checksum(&digests)), listed.len()),
    ))
}

fn put_back(state: &mut State, name: &str, id: &str, upload: Option<Upload>) {
    let (Some(bucket), Some(mut upload)) = (state.buckets.get_mut(name), upload) else {
        return;
    };
    let parts = std::mem::take(&mut upload.parts);
    bucket.uploads.insert(id.to_owned(), upload);
    for (number, part) in parts {
        bucket.put_part(id, number, part);
    }
}

/// Forgets an upload and its parts.
pub(super) fn abort(
    state: &mut State,
    name: &str,
    key: &str,
    id: &str,
    now: Timestamp,
) -> S3Result<()> {
    upload(bucket(state, name)?, key, id)?;
    let found = bucket_mut(state, name)?;
    found.take_upload(id);
    let owner = found.owner.clone();
    state.settle_size(name, now);
    state.deletions.of(&owner).uploads += 1;
    Ok(())
}

/// Uploads of a bucket by key, then id, behind a marker.
pub(super) fn listed(bucket: &Bucket, prefix: &str, after: (&str, &str)) -> Vec<MultipartUpload> {
    let mut uploads: Vec<(&str, &str, &Upload)> = bucket
        .uploads
        .iter()
        .map(|(id, upload)| (upload.key.as_str(), id.as_str(), upload))
        .collect();
    uploads.retain(|(key, id, _)| {
        let behind = if after.1.is_empty() {
            *key > after.0
        } else {
            (*key, *id) > after
        };
        key.starts_with(prefix) && (after.0.is_empty() || behind)
    });
    uploads.sort_unstable_by_key(|(key, id, _)| (*key, *id));
    let entry = |(key, id, upload): (&str, &str, &Upload)| MultipartUpload {
        key: Some(key.to_owned()),
        upload_id: Some(id.to_owned()),
        initiated: time(upload.initiated),
        ..MultipartUpload::default()
    };
    uploads.into_iter().map(entry).collect()
}

/// A page of a bucket's unfinished uploads.
pub(super) fn list_uploads(
    found: &Bucket,
    input: ListMultipartUploadsInput,
) -> Answer<ListMultipartUploadsOutput> {
    let after = (
        input.key_marker.as_deref().unwrap_or(""),
        input.upload_id_marker.as_deref().unwrap_or(""),
    );
    let mut uploads = listed(found, input.prefix.as_deref().unwrap_or(""), after);
    let room = max_keys(input.max_uploads);
    let truncated = uploads.len() > usize::try_from(room).unwrap_or(0);
    uploads.truncate(usize::try_from(room).unwrap_or(0));
    let last = uploads.last().filter(|_| truncated);
    answer(ListMultipartUploadsOutput {
        is_truncated: Some(truncated),
        next_key_marker: last.and_then(|upload| upload.key.clone()),
        next_upload_id_marker: last.and_then(|upload| upload.upload_id.clone()),
        uploads: Some(uploads),
        max_uploads: Some(room),
        prefix: input.prefix,
        key_marker: input.key_marker,
        upload_id_marker: input.upload_id_marker,
        bucket: Some(input.bucket),
        ..ListMultipartUploadsOutput::default()
    })
}

/// A page of an upload's parts.
pub(super) fn list_parts(found: &Bucket, input: ListPartsInput) -> Answer<ListPartsOutput> {
    let upload = upload(found, &input.key, &input.upload_id)?;
    let after = input.part_number_marker.unwrap_or(0);
    let mut parts: Vec<dto::Part> = upload
        .parts
        .range(after.saturating_add(1)..)
        .map(|(number, part)| dto::Part {
            part_number: Some(*number),
            e_tag: etag(&hex::encode(part.md5)),
            size: length(part.content.len() as u64),
            last_modified: time(part.modified),
            ..dto::Part::default()
        })
        .collect();
    let room = max_keys(input.max_parts);
    let truncated = parts.len() > usize::try_from(room).unwrap_or(0);
    parts.truncate(usize::try_from(room).unwrap_or(0));
    answer(ListPartsOutput {
        is_truncated: Some(truncated),
        next_part_number_marker: parts
            .last()
            .filter(|_| truncated)
            .and_then(|part| part.part_number),
        part_number_marker: Some(after),
        max_parts: Some(room),
        parts: Some(parts),
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        ..ListPartsOutput::default()
    })
}
