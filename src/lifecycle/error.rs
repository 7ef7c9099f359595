//! What can go wrong with a service, as sentences for the person who reads them in WHMCS.

use std::fmt::Write;

use crate::ledger::{self, ServiceKey};
use crate::ostor;

use super::Policy;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The call names a cluster that is not configured.
    #[error(
        "cluster `{0}` is not configured; compare the server record's access hash with the clusters of the bridge"
    )]
    UnknownCluster(String),
    /// Nothing is known of the service.
    #[error(
        "service {} has no S3 user on cluster {}; run Create first", .0.service_id, .0.cluster
    )]
    AccountUnknown(ServiceKey),
    /// Nothing is known of the service, but WHMCS has an S3 user on record.
    #[error(
        "neither the ledger nor cluster {cluster} knows service {service_id}, for which WHMCS has stored the S3 user {user_id}; compare the cluster name in the server record's access hash. If the user was removed by hand, clear the service's Username in WHMCS and repeat"
    )]
    RecordLost {
        /// Cluster of the call.
        cluster: String,
        /// WHMCS's number.
        service_id: i64,
        /// What WHMCS has stored.
        user_id: String,
    },
    /// The service is terminated.
    #[error("service {} is terminated, its S3 user is deleted; run Create to provision it anew", .0.service_id)]
    AccountTerminated(ServiceKey),
    /// The S3 user was removed behind our back.
    #[error(
        "the S3 user {user_id} of service {service_id} no longer exists on cluster {cluster}; it was removed outside WHMCS. Create provisions a new one"
    )]
    UserMissing {
        /// Cluster of the call.
        cluster: String,
        /// WHMCS's number.
        service_id: i64,
        /// The user on record.
        user_id: String,
    },
    /// The service lives on another cluster.
    #[error(
        "service {service_id} lives on cluster {others}, not on {cluster}; restore its server in WHMCS, or terminate it there first"
    )]
    OnOtherCluster {
        /// Cluster of the call.
        cluster: String,
        /// WHMCS's number.
        service_id: i64,
        /// Where it lives.
        others: String,
    },
    /// What is on record and what is found do not belong together.
    #[error("service {service_id} was left untouched: {detail}")]
    IdentityMismatch {
        /// WHMCS's number.
        service_id: i64,
        /// What does not fit, and what to do.
        detail: String,
    },
    /// Someone else's user has the identity.
    #[error(
        "cluster {cluster} already has an S3 user {user_id} with the address {identity}, and nothing proves that it belongs to service {service_id}; it was left untouched. If it does belong to it, store this id as the service's Username in WHMCS and repeat"
    )]
    IdentityTaken {
        /// Cluster of the call.
        cluster: String,
        /// WHMCS's number.
        service_id: i64,
        /// The address.
        identity: String,
        /// Who has it.
        user_id: String,
    },
    /// The user still owns buckets.
    #[error(
        "service {service_id} still has {}; they must be emptied and deleted first",
        bucket_names(names)
    )]
    BucketsExist {
        /// WHMCS's number.
        service_id: i64,
        /// Names of the buckets.
        names: Vec<String>,
    },
    /// A policy of a later version.
    #[error(
        "the termination policy `{}` is not available in this version; set On termination to `refuse`, which deletes the S3 user once it has no buckets", .0.as_str()
    )]
    PolicyUnavailable(Policy),
    /// The gateway accepted a change and shows something else.
    #[error(
        "cluster {cluster} accepted the change of {what} but reports {found} instead of {wanted}; repeat, and if it stays so check the cluster"
    )]
    NotApplied {
        /// Cluster of the call.
        cluster: String,
        /// What was changed.
        what: &'static str,
        /// What was asked.
        wanted: String,
        /// What is reported.
        found: String,
    },
    /// The user has no key pair that can be read.
    #[error(
        "the S3 user {user_id} exists, but cluster {cluster} shows no readable key pair for it; repeat, and if it stays so generate a key by hand"
    )]
    KeysUnreadable {
        /// Cluster of the call.
        cluster: String,
        /// The user.
        user_id: String,
    },
    /// The customer may look, and change nothing.
    #[error(
        "service {0} is not active, so its keys and sub-accounts can be looked at but not changed; that is possible again once the service is active"
    )]
    AccountSuspended(i64),
    /// The pair is the one the customer works with.
    #[error(
        "the key pair {0} is the one in use, and without it the data could not be reached; make a new pair first, then revoke this one"
    )]
    KeyInUse(String),
    /// Two key pairs are there already.
    #[error("{holder} has two key pairs already, which is all a gateway allows; revoke one first")]
    KeyLimit {
        /// User or sub-account.
        holder: String,
    },
    /// No such sub-account.
    #[error("the S3 user {user_id} has no account {name}")]
    SubAccountUnknown {
        /// The user.
        user_id: String,
        /// The sub-account.
        name: String,
    },
    /// The name is taken.
    #[error("the S3 user {user_id} already has an account {name}")]
    SubAccountExists {
        /// The user.
        user_id: String,
        /// The sub-account.
        name: String,
    },
    /// The product allows no more.
    #[error("service {service_id} may have {most} sub-accounts and has as many; delete one first")]
    SubAccountLimit {
        /// WHMCS's number.
        service_id: i64,
        /// How many the product allows.
        most: u32,
    },
    /// Two users have the address.
    #[error(
        "more than one S3 user of cluster {cluster} has the address {email}, and the gateway makes keys and switches users by address only; user {user_id} was left as it is. Give the other user another address, or delete it when nobody needs it, and repeat"
    )]
    AddressShared {
        /// The cluster.
        cluster: String,
        /// The address.
        email: String,
        /// The user that was meant.
        user_id: String,
    },
    /// Another call works on the service.
    #[error("another call is still working on service {0}; repeat in a minute")]
    Busy(i64),
    /// The gateway.
    #[error("{}{}", .0, advice(.0))]
    Gateway(#[from] ostor::Error),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
}

/// The first names in full, the rest as a number: the sentence must fit WHMCS's log.
pub(crate) fn bucket_names(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = match names.len() {
        1 => "1 bucket".to_owned(),
        many => format!("{many} buckets"),
    };
    for (n, name) in names.iter().take(SHOWN).enumerate() {
        let before = if n == 0 { ": " } else { ", " };
        // Writing to a String cannot fail.
        let _ = write!(text, "{before}{name}");
    }
    if names.len() > SHOWN {
        let _ = write!(text, " and {} more", names.len() - SHOWN);
    }
    text
}

/// The stable word for a kind of failure, which programs may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No such cluster is configured.
    UnknownCluster,
    /// Nothing is known of the service.
    AccountUnknown,
    /// The service is terminated.
    AccountTerminated,
    /// The S3 user vanished from the cluster.
    UserMissing,
    /// The service lives on another cluster.
    OnOtherCluster,
    /// Records do not belong together.
    IdentityMismatch,
    /// The identity belongs to a user that is not proven ours.
    IdentityTaken,
    /// Buckets keep the user from being deleted.
    BucketsExist,
    /// The termination policy is not available.
    PolicyUnavailable,
    /// The gateway shows another state than asked.
    NotApplied,
    /// No key pair can be read.
    KeysUnreadable,
    /// The service is not active, and the customer may change nothing.
    AccountSuspended,
    /// The key pair is the one in use.
    KeyInUse,
    /// Two key pairs are there already.
    KeyLimit,
    /// No such sub-account of a user.
    SubAccountUnknown,
    /// The sub-account's name is taken.
    SubAccountExists,
    /// The product allows no more sub-accounts.
    SubAccountLimit,
    /// Two S3 users have the address.
    AddressShared,
    /// Another call works on the service.
    Busy,
    /// No connection to the gateway; the failed step was not sent, earlier steps may have been.
    GatewayUnreachable,
    /// The gateway did not answer or said it cannot now; the failed step changed nothing, earlier
    /// ones may have.
    GatewayUnavailable,
    /// The gateway refused.
    GatewayRejected,
    /// The gateway refuses the cluster's key or signature.
    GatewayCredentials,
    /// The clocks of bridge and gateway differ too much.
    GatewayClock,
    /// The gateway's answer makes no sense.
    GatewayMalformed,
    /// A change was sent, and whether it took effect is not known.
    OutcomeUnknown,
    /// The ledger did not answer.
    LedgerUnavailable,
    /// The cluster's settings cannot be used.
    Settings,
}

impl Reason {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 28] = [
        Self::UnknownCluster,
        Self::AccountUnknown,
        Self::AccountTerminated,
        Self::UserMissing,
        Self::OnOtherCluster,
        Self::IdentityMismatch,
        Self::IdentityTaken,
        Self::BucketsExist,
        Self::PolicyUnavailable,
        Self::NotApplied,
        Self::KeysUnreadable,
        Self::AddressShared,
        Self::Busy,
        Self::AccountSuspended,
        Self::KeyInUse,
        Self::KeyLimit,
        Self::SubAccountUnknown,
        Self::SubAccountExists,
        Self::SubAccountLimit,
        Self::GatewayUnreachable,
        Self::GatewayUnavailable,
        Self::GatewayRejected,
        Self::GatewayCredentials,
        Self::GatewayClock,
        Self::GatewayMalformed,
        Self::OutcomeUnknown,
        Self::LedgerUnavailable,
        Self::Settings,
    ];

    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownCluster => "unknown_cluster",
            Self::AccountUnknown => "account_unknown",
            Self::AccountTerminated => "account_terminated",
            Self::UserMissing => "user_missing",
            Self::OnOtherCluster => "on_other_cluster",
            Self::IdentityMismatch => "identity_mismatch",
            Self::IdentityTaken => "identity_taken",
            Self::BucketsExist => "buckets_exist",
            Self::PolicyUnavailable => "policy_unavailable",
            Self::NotApplied => "not_applied",
            Self::KeysUnreadable => "keys_unreadable",
            Self::AddressShared => "address_shared",
            Self::Busy => "busy",
            Self::AccountSuspended => "account_suspended",
            Self::KeyInUse => "key_in_use",
            Self::KeyLimit => "key_limit",
            Self::SubAccountUnknown => "sub_account_unknown",
            Self::SubAccountExists => "sub_account_exists",
            Self::SubAccountLimit => "sub_account_limit",
            Self::GatewayUnreachable => "gateway_unreachable",
            Self::GatewayUnavailable => "gateway_unavailable",
            Self::GatewayRejected => "gateway_rejected",
            Self::GatewayCredentials => "gateway_credentials",
            Self::GatewayClock => "gateway_clock",
            Self::GatewayMalformed => "gateway_malformed",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::LedgerUnavailable => "ledger_unavailable",
            Self::Settings => "settings",
        }
    }

    /// Whether the same call may succeed later without anyone changing anything.
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::NotApplied
            | Self::KeysUnreadable
            | Self::Busy
            | Self::GatewayUnreachable
            | Self::GatewayUnavailable
            | Self::GatewayMalformed
            | Self::OutcomeUnknown
            | Self::LedgerUnavailable => true,
            Self::UnknownCluster
            | Self::AccountUnknown
            | Self::AccountTerminated
            | Self::UserMissing
            | Self::OnOtherCluster
            | Self::IdentityMismatch
            | Self::IdentityTaken
            | Self::BucketsExist
            | Self::PolicyUnavailable
            | Self::AddressShared
            | Self::AccountSuspended
            | Self::KeyInUse
            | Self::KeyLimit
            | Self::SubAccountUnknown
            | Self::SubAccountExists
            | Self::SubAccountLimit
            | Self::GatewayRejected
            | Self::GatewayCredentials
            | Self::GatewayClock
            | Self::Settings => false,
        }
    }
}

impl Error {
    /// The kind of failure.
    pub fn reason(&self) -> Reason {
        match self {
            Self::UnknownCluster(_) => Reason::UnknownCluster,
            Self::AccountUnknown(_) | Self::RecordLost { .. } => Reason::AccountUnknown,
            Self::AccountTerminated(_) => Reason::AccountTerminated,
            Self::UserMissing { .. } => Reason::UserMissing,
            Self::OnOtherCluster { .. } => Reason::OnOtherCluster,
            Self::IdentityMismatch { .. } => Reason::IdentityMismatch,
            Self::IdentityTaken { .. } => Reason::IdentityTaken,
            Self::BucketsExist { .. } => Reason::BucketsExist,
            Self::PolicyUnavailable(_) => Reason::PolicyUnavailable,
            Self::NotApplied { .. } => Reason::NotApplied,
            Self::KeysUnreadable { .. } => Reason::KeysUnreadable,
            Self::AddressShared { .. } => Reason::AddressShared,
            Self::Busy(_) => Reason::Busy,
            Self::AccountSuspended(_) => Reason::AccountSuspended,
            Self::KeyInUse(_) => Reason::KeyInUse,
            Self::KeyLimit { .. } => Reason::KeyLimit,
            Self::SubAccountUnknown { .. } => Reason::SubAccountUnknown,
            Self::SubAccountExists { .. } => Reason::SubAccountExists,
            Self::SubAccountLimit { .. } => Reason::SubAccountLimit,
            Self::Gateway(error) => gateway_reason(error),
            Self::Ledger(ledger::Error::Taken(_)) => Reason::IdentityMismatch,
            Self::Ledger(_) => Reason::LedgerUnavailable,
        }
    }
}

/// What to do about it, where the failure itself tells.
fn advice(error: &ostor::Error) -> &'static str {
    match gateway_reason(error) {
        Reason::GatewayUnreachable => {
            "; check the cluster's endpoint in the bridge's configuration and that it is up, then repeat"
        }
        Reason::OutcomeUnknown => "; repeat: the next call finds out and completes it",
        _ => "",
    }
}

fn gateway_reason(error: &ostor::Error) -> Reason {
    match error {
        ostor::Error::Unreachable { .. } => Reason::GatewayUnreachable,
        ostor::Error::NoAnswer { .. } | ostor::Error::Unavailable { .. } => {
            Reason::GatewayUnavailable
        }
        ostor::Error::OutcomeUnknown { .. } => Reason::OutcomeUnknown,
        ostor::Error::Malformed { .. } => Reason::GatewayMalformed,
        ostor::Error::Settings { .. } => Reason::Settings,
        ostor::Error::Rejected { status, .. } => match error.code() {
            Some("RequestTimeTooSkewed") => Reason::GatewayClock,
            Some("SignatureDoesNotMatch" | "InvalidAccessKeyId" | "AccessDenied") => {
                Reason::GatewayCredentials
            }
            _ if matches!(status, 401 | 403) => Reason::GatewayCredentials,
            _ => Reason::GatewayRejected,
        },
    }
}
