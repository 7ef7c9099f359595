//! Deleting objects, one by one and many at once.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use jiff::Timestamp;
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256};
use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::bucket::{Done, Removal};
use super::lock::check_deletion;
use super::objects::{bucket, bucket_mut};
use super::{Answer, answer};
use crate::simulator::state::State;

/// Most keys of one multi-delete.
const MAX_KEYS: usize = 1000;

/// A multi-delete's body as it arrived, for its checksums.
#[derive(Clone)]
pub(super) struct Document(pub(super) Bytes);

/// Deletes a key, or one version of it.
pub(super) fn one(
    state: &mut State,
    name: &str,
    key: &str,
    version_id: Option<&str>,
    bypass: bool,
    now: Timestamp,
) -> S3Result<Removal> {
    let fresh = state.ids.opaque();
    let found = bucket_mut(state, name)?;
    if found.denied.contains(key) {
        return Err(s3_error!(AccessDenied));
    }
    check_deletion(found, key, version_id, bypass, now)?;
    let removal = found.delete(key, version_id, fresh, now);
    let owner = found.owner.clone();
    state.settle_size(name, now);
    let counts = state.deletions.of(&owner);
    match removal.done {
        Done::Nothing => {}
        Done::Version => counts.versions += 1,
        Done::Marker => counts.markers += 1,
        Done::Hidden => counts.hidden += 1,
    }
    Ok(removal)
}

/// Deletes what a document lists. A key that cannot be deleted is an error beside the others; with
/// `some_fail` every second key from the first on cannot.
pub(super) fn many(
    state: &mut State,
    input: DeleteObjectsInput,
    some_fail: bool,
    now: Timestamp,
) -> Answer<DeleteObjectsOutput> {
    bucket(state, &input.bucket)?;
    let objects = input.delete.objects;
    if objects.is_empty() || objects.len() > MAX_KEYS {
        return Err(s3_error!(MalformedXML));
    }
    let bypass = input.bypass_governance_retention.unwrap_or(false);
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for (place, object) in objects.into_iter().enumerate() {
        let version_id = object.version_id.as_deref();
        let outcome = if some_fail && place % 2 == 0 {
            Err(s3_error!(
                InternalError,
                "We encountered an internal error. Please try again."
            ))
        } else {
            one(state, &input.bucket, &object.key, version_id, bypass, now)
        };
        match outcome {
            Ok(removal) => deleted.push(DeletedObject {
                key: Some(object.key),
                delete_marker: removal.done.is_marker().then_some(true),
                delete_marker_version_id: removal.version_id.filter(|_| removal.done.is_marker()),
                version_id: object.version_id,
            }),
            Err(error) => errors.push(Error {
                code: Some(error.code().as_str().to_owned()),
                key: Some(object.key),
                message: Some(error.message().unwrap_or("Access Denied").to_owned()),
                version_id: object.version_id,
            }),
        }
    }
    let quiet = input.delete.quiet.unwrap_or(false);
    answer(DeleteObjectsOutput {
        deleted: (!quiet).then_some(deleted),
        errors: Some(errors),
        ..DeleteObjectsOutput::default()
    })
}

/// Refuses a document without a checksum, one that is not what its checksums announced, and one that is
/// no XML because of the characters in it.
///
/// S3 takes `Content-MD5` or one of `x-amz-checksum-…`; `only_md5` is the older rule.
pub(super) fn check(document: &Document, headers: &HeaderMap, only_md5: bool) -> S3Result<()> {
    let body = &document.0;
    let announced = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let md5 = announced("content-md5");
    let mut sent = md5.is_some();
    if let Some(text) = md5 {
        if STANDARD.decode(text).map(|bytes| bytes.len()) != Ok(16) {
            return Err(s3_error!(InvalidDigest));
        }
        if STANDARD.encode(Md5::checksum(body)) != text {
            return Err(s3_error!(BadDigest));
        }
    }
    let mut hasher = ChecksumHasher {
        crc32: Some(Crc32::new()),
        crc32c: Some(Crc32c::new()),
        sha1: Some(Sha1::new()),
        sha256: Some(Sha256::new()),
        crc64nvme: Some(Crc64Nvme::new()),
    };
    hasher.update(body);
    let sums = hasher.finalize();
    for (name, sum) in [
        ("crc32", sums.checksum_crc32),
        ("crc32c", sums.checksum_crc32c),
        ("sha1", sums.checksum_sha1),
        ("sha256", sums.checksum_sha256),
        ("crc64nvme", sums.checksum_crc64nvme),
    ] {
        let Some(text) = announced(&format!("x-amz-checksum-{name}")) else {
            continue;
        };
        sent |= !only_md5;
        if sum.as_deref() != Some(text) {
            return Err(s3_error!(BadDigest));
        }
    }
    if !sent {
        let message = if only_md5 {
            "Missing required header for this request: Content-MD5"
        } else {
            "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
        };
        return Err(s3s::S3Error::with_message(
            s3s::S3ErrorCode::InvalidRequest,
            message,
        ));
    }
    if std::str::from_utf8(body).is_ok_and(is_xml_text) {
        Ok(())
    } else {
        Err(s3_error!(MalformedXML))
    }
}

/// Whether every character may be in XML 1.0, written as it is or as a reference. Most control
/// characters may be neither: keys that have them cannot be named in a document.
fn is_xml_text(text: &str) -> bool {
    let may_be = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let referred = |reference: &str| {
        let number = reference.split(';').next().unwrap_or("");
        let number = match number.strip_prefix('x') {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => number.parse().ok(),
        };
        number.and_then(char::from_u32).is_some_and(may_be)
    };
    text.chars().all(may_be) && text.split("&#").skip(1).all(referred)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_of_xml() {
        for good in ["a b\tc\r\n", "&#13;&#xA;&amp;", "\u{1f980}", "ä#1"] {
            assert!(is_xml_text(good), "{good:?}");
        }
        for bad in ["\u{1}", "&#1;", "&#x1F;", "&#0;", "\u{ffff}", "&#nonsense;"] {
            assert!(!is_xml_text(bad), "{bad:?}");
        }
    }
}
