//! Reading and writing single objects.

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;
use s3s::crypto::{Checksum, Md5};
use s3s::dto::{CopySource, ETag, ETagCondition, Metadata, PutObjectInput, Range, StreamingBlob};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

use super::bucket::Bucket;
use super::lock;
use super::stored::{Attributes, Content, Stored, Version};
use crate::simulator::state::State;

/// Zeros are sent in pieces of this size.
const ZEROS: &[u8] = &[0; 64 * 1024];

/// 403 `QuotaExceeded` (assumed: no document names the refusal).
pub(super) fn quota_exceeded() -> S3Error {
    let mut error = S3Error::with_message(
        S3ErrorCode::Custom("QuotaExceeded".into()),
        "The storage quota is exceeded.",
    );
    error.set_status_code(http::StatusCode::FORBIDDEN);
    error
}

/// A bucket that exists.
pub(super) fn bucket<'a>(state: &'a State, name: &str) -> S3Result<&'a Bucket> {
    state
        .buckets
        .get(name)
        .ok_or_else(|| s3_error!(NoSuchBucket))
}

/// A bucket that exists, to change it.
pub(super) fn bucket_mut<'a>(state: &'a mut State, name: &str) -> S3Result<&'a mut Bucket> {
    state
        .buckets
        .get_mut(name)
        .ok_or_else(|| s3_error!(NoSuchBucket))
}

/// The version a request reads, with its data.
pub(super) fn find<'a>(
    bucket: &'a Bucket,
    key: &str,
    id: Option<&str>,
) -> S3Result<(&'a Version, &'a Stored)> {
    let missing = || {
        if id.is_some() {
            s3_error!(NoSuchVersion)
        } else {
            s3_error!(NoSuchKey)
        }
    };
    let version = bucket.version(key, id).ok_or_else(missing)?;
    match (&version.stored, id) {
        (Some(stored), _) => Ok((version, stored)),
        (None, Some(_)) => Err(s3_error!(
            MethodNotAllowed,
            "The version is a delete marker."
        )),
        (None, None) => Err(s3_error!(NoSuchKey)),
    }
}

/// Refuses `added` more bytes than the quotas have room for; `freed` bytes go at the same time.
pub(super) fn check_quota(state: &State, bucket: &str, added: u64, freed: u64) -> S3Result<()> {
    match state.quota_room(bucket) {
        Some(room) if added > room.saturating_add(freed) => Err(quota_exceeded()),
        _ => Ok(()),
    }
}

/// Reads a request's body to its end.
pub(super) async fn read_body(body: Option<StreamingBlob>) -> S3Result<Bytes> {
    let mut bytes = BytesMut::new();
    let Some(mut body) = body else {
        return Ok(Bytes::new());
    };
    while let Some(piece) = body.next().await {
        let piece = piece.map_err(|error| {
            tracing::debug!(%error, "the body could not be read to its end");
            s3_error!(
                IncompleteBody,
                "The body could not be read, or is not the one that was signed."
            )
        })?;
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes.freeze())
}

/// MD5 of a body; refuses one that is not what `Content-MD5` announced.
pub(super) fn digest(body: &[u8], announced: Option<&str>) -> S3Result<[u8; 16]> {
    use base64::Engine as _;
    let md5 = Md5::checksum(body);
    match announced {
        Some(text) if base64::engine::general_purpose::STANDARD.encode(md5) != text => {
            Err(s3_error!(BadDigest))
        }
        _ => Ok(md5),
    }
}

/// Bytes `first..end` of an object as a response body.
pub(super) fn slice(content: &Content, range: std::ops::Range<u64>) -> StreamingBlob {
    match content {
        Content::Bytes(bytes) => {
            let at = |place: u64| {
                usize::try_from(place)
                    .unwrap_or(usize::MAX)
                    .min(bytes.len())
            };
            s3s::Body::from(bytes.slice(at(range.start)..at(range.end))).into()
        }
        Content::Zeros(_) => {
            let pieces = stream::unfold(range.end - range.start, |left| async move {
                let size = usize::try_from(left).unwrap_or(usize::MAX).min(ZEROS.len());
                (size > 0).then(|| {
                    (
                        Ok::<_, std::io::Error>(Bytes::from_static(&ZEROS[..size])),
                        left - size as u64,
                    )
                })
            });
            StreamingBlob::wrap(Box::pin(pieces))
        }
    }
}

/// The bytes a request asks for, and `Content-Range` if that is not all.
pub(super) fn range(
    asked: Option<&Range>,
    length: u64,
) -> S3Result<(std::ops::Range<u64>, Option<String>)> {
    match asked {
        None => Ok((0..length, None)),
        Some(asked) => {
            let range = asked.check(length).map_err(|_| s3_error!(InvalidRange))?;
            let header = format!("bytes {}-{}/{length}", range.start, range.end - 1);
            Ok((range, Some(header)))
        }
    }
}

/// Answers conditional reads: 412 for `If-Match`, 304 for `If-None-Match`.
pub(super) fn check_conditions(
    etag: &str,
    if_match: Option<&ETagCondition>,
    if_none_match: Option<&ETagCondition>,
) -> S3Result<()> {
    let fits = |condition: &ETagCondition| {
        condition
            .as_etag()
            .is_none_or(|wanted| wanted.value() == etag)
    };
    if if_match.is_some_and(|condition| !fits(condition)) {
        return Err(s3_error!(PreconditionFailed));
    }
    if if_none_match.is_some_and(fits) {
        return Err(s3_error!(NotModified));
    }
    Ok(())
}

/// Writes an object whose bytes have arrived; returns its version id.
pub(super) fn store(
    state: &mut State,
    bucket: &str,
    key: &str,
    stored: Stored,
    now: Timestamp,
) -> S3Result<Option<String>> {
    let freed = self::bucket(state, bucket)?.replaced_by(key);
    check_quota(state, bucket, stored.content.len(), freed)?;
    let fresh = state.ids.opaque();
    let found = bucket_mut(state, bucket)?;
    let version_id = found.put(key, stored, fresh, now);
    state.settle_size(bucket, now);
    Ok(version_id)
}

/// An entity tag as answers have it.
pub(super) fn etag(value: &str) -> Option<ETag> {
    Some(ETag::Strong(value.to_owned()))
}

/// A time as answers have it.
pub(super) fn time(time: Timestamp) -> Option<s3s::dto::Timestamp> {
    Some(std::time::SystemTime::from(time).into())
}

/// A length as answers have it.
pub(super) fn length(bytes: u64) -> Option<i64> {
    i64::try_from(bytes).ok()
}

/// Metadata as answers have it: absent rather than empty.
pub(super) fn metadata(attributes: &Attributes) -> Option<Metadata> {
    attributes
        .metadata
        .clone()
        .filter(|metadata| !metadata.is_empty())
}

/// Refuses an upload before its body is read: conditions that do not hold, a lock that cannot be, a quota
/// it would exceed.
pub(super) fn admit_put(
    state: &State,
    input: &PutObjectInput,
    wish: &lock::Wish,
    now: Timestamp,
) -> S3Result<()> {
    let found = bucket(state, &input.bucket)?;
    lock::wished(found, wish, now)?;
    let current = found
        .version(&input.key, None)
        .and_then(|version| version.stored.as_ref());
    match current {
        Some(stored) => check_conditions(&stored.etag, input.if_match.as_ref(), None)?,
        None if input.if_match.is_some() => return Err(s3_error!(PreconditionFailed)),
        None => {}
    }
    let must_be_new = input
        .if_none_match
        .as_ref()
        .is_some_and(ETagCondition::is_any);
    if must_be_new && current.is_some() {
        return Err(s3_error!(PreconditionFailed));
    }
    let announced = input
        .content_length
        .and_then(|length| u64::try_from(length).ok())
        .unwrap_or(0);
    check_quota(
        state,
        &input.bucket,
        announced,
        found.replaced_by(&input.key),
    )
}

/// What a copy reads; the requester must own the bucket it is in.
pub(super) fn copy_source(
    state: &State,
    credentials: &Option<s3s::auth::Credentials>,
    source: &CopySource,
) -> S3Result<Stored> {
    let CopySource::Bucket {
        bucket: name,
        key,
        version_id,
    } = source
    else {
        return Err(s3_error!(
            NotImplemented,
            "Only buckets can be copied from."
        ));
    };
    let found = bucket(state, name)?;
    let requester = credentials
        .as_ref()
        .and_then(|credentials| state.users.by_key(&credentials.access_key));
    if requester.is_none_or(|(user, _)| user.id != found.owner) {
        return Err(s3_error!(
            AccessDenied,
            "The source bucket belongs to another user."
        ));
    }
    find(found, key, version_id.as_deref()).map(|(_, stored)| stored.clone())
}
