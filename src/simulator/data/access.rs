//! Who may do what on the data plane: keys, disabled users, ownership, operation limits.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::path::S3Path;
use s3s::validation::NameValidation;
use s3s::{S3Result, s3_error};

use super::Plane;
use crate::simulator::state::State;
use crate::simulator::statistics::Class;

/// What is learned about a request on its way through, for the statistics.
#[derive(Clone, Default)]
pub(super) struct Trace(Arc<Mutex<Traced>>);

/// See [`Trace`].
#[derive(Clone, Default)]
pub(super) struct Traced {
    pub(super) operation: String,
    pub(super) user_id: String,
    pub(super) bucket: String,
    /// 0 when the bucket did not exist when the request arrived.
    pub(super) epoch: u64,
}

impl Trace {
    pub(super) fn get(&self) -> Traced {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, traced: Traced) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = traced;
    }
}

/// Operations a system user may do on buckets of others, if the profile lets it at all.
const SYSTEM_OPERATIONS: &[&str] = &[
    "DeleteBucket",
    "HeadBucket",
    "GetBucketLocation",
    "ListObjects",
    "ListObjectsV2",
    "ListObjectVersions",
    "ListMultipartUploads",
];

/// Operations that gateways without versions do not know.
const VERSION_OPERATIONS: &[&str] = &[
    "ListObjectVersions",
    "GetBucketVersioning",
    "PutBucketVersioning",
];

/// Operations that change nothing.
pub(super) fn only_reads(operation: &str) -> bool {
    ["Get", "Head", "List"]
        .iter()
        .any(|verb| operation.starts_with(verb))
}

/// The class an operation is counted under in statistics.
pub(super) fn statistics_class(operation: &str) -> Class {
    match operation {
        "PutObject"
        | "CreateBucket"
        | "CopyObject"
        | "UploadPart"
        | "UploadPartCopy"
        | "CreateMultipartUpload"
        | "CompleteMultipartUpload" => Class::Put,
        "GetObject" | "ListBuckets" => Class::Get,
        "ListObjects" | "ListObjectsV2" | "ListObjectVersions" | "ListMultipartUploads" => {
            Class::List
        }
        _ => Class::Other,
    }
}

/// The class an operation is limited under.
fn limit_class(operation: &str) -> &'static str {
    match statistics_class(operation) {
        Class::Put => "put",
        Class::Get => "get",
        Class::List => "list",
        Class::Other if operation.starts_with("Delete") || operation.starts_with("Abort") => {
            "delete"
        }
        Class::Other => "default",
    }
}

#[async_trait::async_trait]
impl S3Auth for Plane {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        let state = self.state();
        let pair = state
            .users
            .by_key(access_key)
            .map(|(_, pair)| pair.secret.as_str());
        pair.map(SecretKey::from)
            .ok_or_else(|| s3_error!(InvalidAccessKeyId))
    }
}

#[async_trait::async_trait]
impl S3Access for Plane {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let Some(credentials) = context.credentials() else {
            return Err(s3_error!(AccessDenied, "The request is not signed."));
        };
        let bucket = match context.s3_path() {
            S3Path::Root => "",
            S3Path::Bucket { bucket } | S3Path::Object { bucket, .. } => bucket,
        };
        let operation = context.s3_op().name();
        let traced = admit(
            &mut self.state(),
            self.now(),
            &credentials.access_key,
            operation,
            bucket,
        )?;
        if let Some(trace) = context.extensions_mut().get::<Trace>() {
            trace.set(traced);
        }
        Ok(())
    }
}

fn admit(
    state: &mut State,
    now: Timestamp,
    key_id: &str,
    operation: &str,
    bucket: &str,
) -> S3Result<Traced> {
    let Some((user, _)) = state.users.by_key(key_id) else {
        return Err(s3_error!(InvalidAccessKeyId));
    };
    if !user.enabled {
        return Err(s3_error!(AccessDenied, "The user is disabled."));
    }
    let user_id = user.id.clone();
    let (owner, epoch) = match state.buckets.get(bucket) {
        Some(bucket) => (bucket.owner.as_str(), bucket.epoch),
        None => (user_id.as_str(), 0),
    };
    let as_system = user.system
        && state.profile.system_reaches_buckets
        && SYSTEM_OPERATIONS.contains(&operation);
    if owner != user_id && !as_system && operation != "CreateBucket" {
        return Err(s3_error!(
            AccessDenied,
            "The bucket belongs to another user."
        ));
    }
    if !state.profile.versions && VERSION_OPERATIONS.contains(&operation) {
        return Err(s3_error!(NotImplemented));
    }
    limit_rate(state, now, &user_id, operation, bucket)?;
    Ok(Traced {
        operation: operation.to_owned(),
        user_id,
        bucket: bucket.to_owned(),
        epoch,
    })
}

/// Both the user's and the bucket's limits must have room.
fn limit_rate(
    state: &mut State,
    now: Timestamp,
    user_id: &str,
    operation: &str,
    bucket: &str,
) -> S3Result<()> {
    let class = limit_class(operation);
    let user_full = state
        .users
        .get(user_id)
        .is_some_and(|u| !u.rates.has_room(u.limits.as_ref(), class, now));
    let bucket_full = state
        .buckets
        .get(bucket)
        .is_some_and(|b| !b.rates.has_room(b.limits.as_ref(), class, now));
    if user_full || bucket_full {
        return Err(s3_error!(SlowDown, "Please reduce your request rate."));
    }
    if let Some(user) = state.users.get_mut(user_id) {
        user.rates.take(user.limits.as_ref(), class, now);
    }
    if let Some(bucket) = state.buckets.get_mut(bucket) {
        bucket.rates.take(bucket.limits.as_ref(), class, now);
    }
    Ok(())
}

/// Bucket names as the gateway's documents state them: unlike elsewhere, `_` is allowed.
pub(super) struct Names;

impl NameValidation for Names {
    fn validate_bucket_name(&self, name: &str) -> bool {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = name.as_bytes();
        (3..=63).contains(&bytes.len())
            && bytes.iter().all(|b| plain(*b) || b".-_".contains(b))
            && [bytes.first(), bytes.last()]
                .iter()
                .all(|end| end.is_some_and(|b| plain(*b)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_names() {
        for good in ["abc", "a_b.c-1", "0".repeat(63).as_str()] {
            assert!(Names.validate_bucket_name(good), "{good}");
        }
        for bad in ["ab", "Abc", "-ab", "ab.", "a b", "0".repeat(64).as_str()] {
            assert!(!Names.validate_bucket_name(bad), "{bad}");
        }
    }

    #[test]
    fn classes() {
        assert_eq!(statistics_class("HeadObject"), Class::Other);
        assert_eq!(statistics_class("DeleteObjects"), Class::Other);
        assert_eq!(limit_class("DeleteObjects"), "delete");
        assert_eq!(limit_class("HeadObject"), "default");
        assert_eq!(limit_class("ListObjectsV2"), "list");
    }
}
