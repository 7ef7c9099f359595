//! Why staff did not get what they asked for, as sentences for them.

use crate::{ledger, lifecycle, ostor};

/// Why an operation did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such user.
    #[error("cluster {cluster} has no S3 user {user}")]
    UserUnknown {
        /// The cluster.
        cluster: String,
        /// Id or address that was asked for.
        user: String,
    },
    /// The address is taken.
    #[error("cluster {cluster} already has an S3 user with the address {email}: {user_id}")]
    UserExists {
        /// The cluster.
        cluster: String,
        /// The address.
        email: String,
        /// Who has it.
        user_id: String,
    },
    /// The user owns buckets.
    #[error(
        "the S3 user {user_id} still owns {}; they must be emptied and deleted first",
        lifecycle::bucket_names(names)
    )]
    UserHasBuckets {
        /// The user.
        user_id: String,
        /// The buckets.
        names: Vec<String>,
    },
    /// The user belongs to a service.
    #[error(
        "the S3 user {user_id} belongs to service {service_id} of {client}; terminate the service in WHMCS, which deletes the user"
    )]
    UserInUse {
        /// The user.
        user_id: String,
        /// The WHMCS installation.
        client: String,
        /// WHMCS's number.
        service_id: i64,
    },
    /// No such bucket.
    #[error("cluster {cluster} has no bucket {name}")]
    BucketUnknown {
        /// The cluster.
        cluster: String,
        /// The bucket.
        name: String,
    },
    /// The bucket holds something.
    #[error(
        "bucket {0} is not empty; delete its objects, their versions and its unfinished uploads first"
    )]
    BucketNotEmpty(String),
    /// No such statistics object.
    #[error("cluster {cluster} has no statistics object {name}")]
    ObjectUnknown {
        /// The cluster.
        cluster: String,
        /// The object.
        name: String,
    },
    /// Deleting it would lose usage.
    #[error(
        "statistics object {0} is not counted yet, so deleting it would lose its usage for good; wait until it is collected, or confirm that it is to be thrown away"
    )]
    ObjectNotCounted(String),
    /// The gateway accepted a change and shows something else.
    #[error(
        "cluster {cluster} accepted the change of {what} but does not show it; look again, and if it stays so check the cluster"
    )]
    NotApplied {
        /// The cluster.
        cluster: String,
        /// What was changed.
        what: String,
    },
    /// A failure that every call can have.
    #[error(transparent)]
    Lifecycle(#[from] lifecycle::Error),
}

impl From<ostor::Error> for Error {
    fn from(error: ostor::Error) -> Self {
        Self::Lifecycle(error.into())
    }
}

impl From<ledger::Error> for Error {
    fn from(error: ledger::Error) -> Self {
        Self::Lifecycle(error.into())
    }
}

/// The stable word for a kind of failure, which programs may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No such user.
    UserUnknown,
    /// The address is taken.
    UserExists,
    /// The user owns buckets.
    UserHasBuckets,
    /// The user belongs to a service.
    UserInUse,
    /// No such bucket.
    BucketUnknown,
    /// The bucket holds something.
    BucketNotEmpty,
    /// No such statistics object.
    ObjectUnknown,
    /// Its usage would be lost.
    ObjectNotCounted,
    /// As every call can fail.
    Lifecycle(lifecycle::Reason),
}

impl Reason {
    /// Those that only these operations have, in the order of the documentation.
    pub const OWN: [Self; 8] = [
        Self::UserUnknown,
        Self::UserExists,
        Self::UserHasBuckets,
        Self::UserInUse,
        Self::BucketUnknown,
        Self::BucketNotEmpty,
        Self::ObjectUnknown,
        Self::ObjectNotCounted,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UserUnknown => "user_unknown",
            Self::UserExists => "user_exists",
            Self::UserHasBuckets => "user_has_buckets",
            Self::UserInUse => "user_in_use",
            Self::BucketUnknown => "bucket_unknown",
            Self::BucketNotEmpty => "bucket_not_empty",
            Self::ObjectUnknown => "object_unknown",
            Self::ObjectNotCounted => "object_not_counted",
            Self::Lifecycle(reason) => reason.as_str(),
        }
    }
}

impl Error {
    /// The kind of failure.
    pub fn reason(&self) -> Reason {
        match self {
            Self::UserUnknown { .. } => Reason::UserUnknown,
            Self::UserExists { .. } => Reason::UserExists,
            Self::UserHasBuckets { .. } => Reason::UserHasBuckets,
            Self::UserInUse { .. } => Reason::UserInUse,
            Self::BucketUnknown { .. } => Reason::BucketUnknown,
            Self::BucketNotEmpty(_) => Reason::BucketNotEmpty,
            Self::ObjectUnknown { .. } => Reason::ObjectUnknown,
            Self::ObjectNotCounted(_) => Reason::ObjectNotCounted,
            Self::NotApplied { .. } => Reason::Lifecycle(lifecycle::Reason::NotApplied),
            Self::Lifecycle(error) => Reason::Lifecycle(error.reason()),
        }
    }
}
