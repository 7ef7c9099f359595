//! Access control lists. Everything is private here, so there is one list: the owner may do all.

use s3s::dto::*;
use s3s::{S3Result, s3_error};

use super::bucket::Bucket as Held;

/// The owner as answers have it.
pub(super) fn owner(bucket: &Held) -> Owner {
    Owner {
        id: Some(bucket.owner.clone()),
        display_name: Some(bucket.owner.clone()),
    }
}

/// The one grant there is.
pub(super) fn full_control(owner: &Owner) -> Grant {
    let grantee = Grantee {
        id: owner.id.clone(),
        display_name: owner.display_name.clone(),
        email_address: None,
        type_: Type::from_static(Type::CANONICAL_USER),
        uri: None,
    };
    Grant {
        grantee: Some(grantee),
        permission: Some(Permission::from_static(Permission::FULL_CONTROL)),
    }
}

/// Refuses what grants more than that: it is refused more is refused rather than ignored.
pub(super) fn stays_private(
    bucket: &Held,
    canned: Option<&str>,
    policy: Option<AccessControlPolicy>,
) -> S3Result<()> {
    let grants = policy.and_then(|policy| policy.grants).unwrap_or_default();
    let to_owner = |grant: &Grant| {
        grant
            .grantee
            .as_ref()
            .is_some_and(|grantee| grantee.id.as_deref() == Some(bucket.owner.as_str()))
    };
    if canned.is_none_or(|canned| canned == "private") && grants.iter().all(to_owner) {
        return Ok(());
    }
    Err(s3_error!(
        NotImplemented,
        "Objects can only be private here."
    ))
}
