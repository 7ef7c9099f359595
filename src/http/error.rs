//! Failures as JSON-RPC errors: one code and one word per reason. `docs/rpc.md` lists them, and a
//! test compares the list with this file.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{admin, lifecycle};

/// Why a call was not answered with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The body is not JSON.
    ParseError,
    /// The JSON is not a request.
    InvalidRequest,
    /// There is no such method.
    MethodNotFound,
    /// The parameters do not fit the method.
    InvalidParams,
    /// A fault of the bridge.
    InternalError,
    /// The token does not hold.
    Unauthorized,
    /// The client's scopes do not cover the method.
    ScopeMissing,
    /// The body is too large.
    BodyTooLarge,
    /// Too many calls.
    Overloaded,
    /// The calling module is too new or too old for this service.
    InterfaceUnsupported,
    /// The lifecycle could not do it.
    Lifecycle(lifecycle::Reason),
    /// Why staff did not get what they asked for.
    Admin(admin::Reason),
}

impl Reason {
    /// All of them, in the order of the documentation.
    pub fn all() -> Vec<Self> {
        let mut all = vec![
            Self::ParseError,
            Self::InvalidRequest,
            Self::MethodNotFound,
            Self::InvalidParams,
            Self::InternalError,
            Self::Unauthorized,
            Self::ScopeMissing,
            Self::BodyTooLarge,
            Self::Overloaded,
            Self::InterfaceUnsupported,
        ];
        all.extend(lifecycle::Reason::ALL.map(Self::Lifecycle));
        all.extend(admin::Reason::OWN.map(Self::Admin));
        all
    }

    /// The JSON-RPC error code.
    pub fn code(self) -> i32 {
        use admin::Reason as A;
        use lifecycle::Reason as L;
        match self {
            Self::ParseError => -32700,
            Self::InvalidRequest => -32600,
            Self::MethodNotFound => -32601,
            Self::InvalidParams => -32602,
            Self::InternalError => -32603,
            Self::Unauthorized => -32000,
            Self::ScopeMissing => -32001,
            Self::BodyTooLarge => -32002,
            Self::Overloaded => -32003,
            Self::InterfaceUnsupported => -32004,
            Self::Lifecycle(reason) => match reason {
                L::UnknownCluster => -32010,
                L::AccountUnknown => -32011,
                L::AccountTerminated => -32012,
                L::UserMissing => -32013,
                L::OnOtherCluster => -32014,
                L::IdentityMismatch => -32015,
                L::IdentityTaken => -32016,
                L::BucketsExist => -32017,
                L::NotApplied => -32019,
                L::KeysUnreadable => -32020,
                L::Busy => -32021,
                L::AccountSuspended => -32022,
                L::KeyInUse => -32023,
                L::SubAccountLimit => -32024,
                L::BeingDeleted => -32025,
                L::GatewayUnreachable => -32030,
                L::GatewayUnavailable => -32031,
                L::GatewayRejected => -32032,
                L::GatewayCredentials => -32033,
                L::GatewayClock => -32034,
                L::GatewayMalformed => -32035,
                L::OutcomeUnknown => -32036,
                L::LedgerUnavailable => -32040,
                L::Settings => -32041,
                L::AddressShared => -32052,
                L::KeyLimit => -32055,
                L::SubAccountUnknown => -32056,
                L::SubAccountExists => -32057,
            },
            Self::Admin(reason) => match reason {
                A::JobTooLate => -32026,
                A::JobUnknown => -32027,
                A::UserUnknown => -32050,
                A::UserExists => -32051,
                A::UserHasBuckets => -32053,
                A::UserInUse => -32054,
                A::BucketUnknown => -32058,
                A::BucketNotEmpty => -32059,
                A::ObjectUnknown => -32060,
                A::ObjectNotCounted => -32061,
                A::Lifecycle(reason) => Self::Lifecycle(reason).code(),
            },
        }
    }

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseError => "parse_error",
            Self::InvalidRequest => "invalid_request",
            Self::MethodNotFound => "method_not_found",
            Self::InvalidParams => "invalid_params",
            Self::InternalError => "internal_error",
            Self::Unauthorized => "unauthorized",
            Self::ScopeMissing => "scope_missing",
            Self::BodyTooLarge => "body_too_large",
            Self::Overloaded => "overloaded",
            Self::InterfaceUnsupported => "interface_unsupported",
            Self::Lifecycle(reason) => reason.as_str(),
            Self::Admin(reason) => reason.as_str(),
        }
    }

    /// Whether the same call may succeed later without anyone changing anything.
    pub fn is_retryable(self) -> bool {
        match self {
            Self::InternalError | Self::Overloaded => true,
            Self::ParseError
            | Self::InvalidRequest
            | Self::MethodNotFound
            | Self::InvalidParams
            | Self::Unauthorized
            | Self::ScopeMissing
            | Self::BodyTooLarge
            | Self::InterfaceUnsupported => false,
            Self::Lifecycle(reason) | Self::Admin(admin::Reason::Lifecycle(reason)) => {
                reason.is_retryable()
            }
            Self::Admin(_) => false,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::ParseError => "the request is not JSON",
            Self::InvalidRequest => "the request is not a JSON-RPC 2.0 request",
            Self::MethodNotFound => "there is no such method",
            Self::InvalidParams => "the parameters do not fit the method",
            Self::InternalError => {
                "the bridge failed on this call; its log has the cause under the request id"
            }
            Self::Unauthorized => {
                "the call was not authorised; compare user name and password of the server record with the client's name and secret in the bridge, and both clocks"
            }
            Self::ScopeMissing => "the client's scopes do not include this method",
            Self::BodyTooLarge => "the request is larger than server.body_limit",
            Self::Overloaded => "too many calls in the last two minutes; repeat later",
            Self::InterfaceUnsupported => {
                "the module and the bridge do not fit; upgrade the older one"
            }
            Self::Lifecycle(_) | Self::Admin(_) => "the call failed",
        }
    }
}

/// Longest message; what a caller sent may be part of it.
const MAX_MESSAGE: usize = 1000;

/// A reason with the sentence for the person who reads it.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Why.
    pub reason: Reason,
    /// The sentence.
    pub message: String,
}

/// The `error` member of an answer.
#[derive(Debug, Serialize)]
pub(super) struct ErrorObject {
    code: i32,
    message: String,
    data: Value,
}

impl Failure {
    /// A failure that needs no more words than its reason.
    pub fn of(reason: Reason) -> Self {
        Self::new(reason, reason.sentence())
    }

    /// A failure with a sentence of its own.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        let mut message = message.into();
        if message.len() > MAX_MESSAGE {
            message.truncate(message.floor_char_boundary(MAX_MESSAGE));
            message.push('…');
        }
        Self { reason, message }
    }

    pub(super) fn object(&self, request_id: &str) -> ErrorObject {
        ErrorObject {
            code: self.reason.code(),
            message: self.message.clone(),
            data: json!({
                "reason": self.reason.as_str(),
                "retryable": self.reason.is_retryable(),
                "request_id": request_id,
            }),
        }
    }
}

impl From<lifecycle::Error> for Failure {
    fn from(error: lifecycle::Error) -> Self {
        // The sentence refers to the log for what SQLite said.
        if let lifecycle::Error::Ledger(error) = &error {
            let error: &(dyn std::error::Error + 'static) = error;
            tracing::error!(error, "the ledger failed");
        }
        Self::new(Reason::Lifecycle(error.reason()), error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn codes_and_words_are_unique_and_in_the_agreed_range() {
        let all = Reason::all();
        let codes: HashSet<i32> = all.iter().map(|reason| reason.code()).collect();
        let words: HashSet<&str> = all.iter().map(|reason| reason.as_str()).collect();
        assert_eq!((codes.len(), words.len()), (all.len(), all.len()));
        for code in codes {
            assert!((-32099..=-32000).contains(&code) || (-32700..=-32600).contains(&code));
        }
    }

    #[test]
    fn a_long_message_is_cut_between_characters() {
        let failure = Failure::new(Reason::InvalidParams, "ö".repeat(2000));
        assert!(failure.message.len() < 1010 && failure.message.ends_with('…'));
    }
}
