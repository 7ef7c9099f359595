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

use super::bucket::Bucket;
use super::lock::{self, Lock};
use super::objects::{bucket, bucket_mut, check_quota, etag, length, store, time};
use super::paging::{Entries, Wish, behind, common_prefixes, encoded, max_keys, page};
use super::stored::{Attributes, Content, Part, Stored, Upload};
use super::{Answer, answer};
use crate::simulator::state::State;

/// An upload of `key` that exists.
pub(super) fn upload<'a>(bucket: &'a Bucket, key: &str, id: &str) -> S3Result<&'a Upload> {
    bucket
        .upload(key, id)
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
        initiated: now,
        attributes,
        lock,
        parts: BTreeMap::new(),
    };
    bucket_mut(state, name)?.add_upload(key, &id, upload);
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
    check_quota(state, name, part.content.len(), replaced)?;
    let (etag, now) = (hex::encode(part.md5), part.modified);
    let found = bucket_mut(state, name)?;
    found.put_part(key, id, number, part);
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
    let stored = Stored::new(
        Content::Bytes(content.freeze()),
        etag.clone(),
        found.attributes.clone(),
        lock::settled(holder, found.lock.clone(), now),
    );
    // The parts count until here; without them the object has their room.
    let parts = bucket_mut(state, name)?.take_upload(key, id);
    match store(state, name, key, stored, now) {
        Ok(version_id) => Ok((etag, version_id)),
        Err(error) => {
            if let (Some(bucket), Some(upload)) = (state.buckets.get_mut(name), parts) {
                bucket.add_upload(key, id, upload);
            }
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
        match &part.content {
            Content::Bytes(bytes) => content.extend_from_slice(bytes),
            Content::Zeros(length) => {
                let length = usize::try_from(*length).unwrap_or(usize::MAX);
                content.resize(content.len().saturating_add(length), 0);
            }
        }
        digests.extend_from_slice(&part.md5);
    }
    Ok((
        content,
        format!("{}-{}", hex::encode(Md5::checksum(&digests)), listed.len()),
    ))
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
    found.take_upload(key, id);
    let owner = found.owner.clone();
    state.settle_size(name, now);
    state.deletions.of(&owner).uploads += 1;
    Ok(())
}

/// A page of a bucket's unfinished uploads, by key, then id.
pub(super) fn list_uploads(
    found: &Bucket,
    input: ListMultipartUploadsInput,
) -> Answer<ListMultipartUploadsOutput> {
    let encoding = input.encoding_type.as_ref();
    let wish = Wish {
        prefix: input.prefix.as_deref().unwrap_or(""),
        delimiter: input.delimiter.as_deref().unwrap_or(""),
        after: "",
        max_keys: max_keys(input.max_uploads),
    };
    let marker = input.key_marker.as_deref().unwrap_or("");
    let id_marker = input.upload_id_marker.as_deref().unwrap_or("");
    let start = match marker {
        "" => Some(String::new()),
        marker if !id_marker.is_empty() => Some(marker.to_owned()),
        marker if !wish.delimiter.is_empty() && marker.ends_with(wish.delimiter) => behind(marker),
        // The first key there can be behind the marker.
        marker => Some(format!("{marker}\0")),
    };
    let from = |first: &str| -> Entries<'_, (&str, &str, &Upload)> {
        let uploads = match &start {
            Some(lowest) if first <= lowest.as_str() => found.uploads_from(lowest, id_marker),
            Some(_) => found.uploads_from(first, ""),
            None => return Box::new(std::iter::empty()),
        };
        Box::new(uploads.map(|entry| (entry.0, entry)))
    };
    let page = page(from, &wish);
    let last = page.entries.last();
    let last = last.filter(|(key, ..)| page.next.as_deref() == Some(*key));
    let next_upload_id_marker = last.map(|(_, id, _)| (*id).to_owned());
    let entry = |(key, id, upload): &(&str, &str, &Upload)| MultipartUpload {
        key: Some(encoded(key, encoding)),
        upload_id: Some((*id).to_owned()),
        initiated: time(upload.initiated),
        ..MultipartUpload::default()
    };
    answer(ListMultipartUploadsOutput {
        is_truncated: Some(page.next.is_some()),
        next_key_marker: page.next.as_deref().map(|next| encoded(next, encoding)),
        next_upload_id_marker,
        uploads: Some(page.entries.iter().map(entry).collect()),
        common_prefixes: Some(common_prefixes(&page.prefixes, encoding)),
        max_uploads: Some(wish.max_keys),
        prefix: Some(encoded(wish.prefix, encoding)),
        delimiter: input
            .delimiter
            .as_deref()
            .map(|delimiter| encoded(delimiter, encoding)),
        key_marker: Some(encoded(marker, encoding)),
        upload_id_marker: input.upload_id_marker.clone(),
        encoding_type: input.encoding_type.clone(),
        bucket: Some(input.bucket.clone()),
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
            size: length(part.content.len()),
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
