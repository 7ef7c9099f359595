//! What can go wrong between this service and a gateway, sorted by what the caller may conclude from it.
//!
//! The division that matters is whether a change was made: `Unreachable`, `Unavailable` and `Rejected` say no,
//! `OutcomeUnknown` says that only reading the state back can tell.

use std::{error::Error as StdError, sync::Arc};

/// A failed gateway call. Every sentence names the call and the cluster and carries no secret.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No connection could be made; nothing was sent.
    #[error("{call} was not sent: the gateway of cluster {cluster} cannot be reached ({why})")]
    Unreachable {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// Verb and service, such as `PUT ostor-users`.
        call: Arc<str>,
        /// What the operating system, the resolver or TLS said.
        why: String,
        /// The error of the HTTP library, without the address.
        source: Option<reqwest::Error>,
    },
    /// A read was sent but its answer did not arrive whole.
    #[error("{call} was not answered by the gateway of cluster {cluster} ({why})")]
    NoAnswer {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// Verb and service.
        call: Arc<str>,
        /// Time-out or where the connection was cut.
        why: String,
        /// The error of the HTTP library, without the address.
        source: Option<reqwest::Error>,
    },
    /// A change was sent and nothing reliable is known about its effect: read the state before going on.
    #[error(
        "{call} was sent to the gateway of cluster {cluster}, but whether it took effect is not known ({why})"
    )]
    OutcomeUnknown {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// Verb and service.
        call: Arc<str>,
        /// HTTP status, when an answer began to arrive.
        status: Option<u16>,
        /// What happened instead of a usable answer.
        why: String,
        /// The error of the HTTP library, without the address.
        source: Option<reqwest::Error>,
    },
    /// The gateway is there but cannot serve now. A change was definitely not made.
    #[error(
        "{call} could not be served by the gateway of cluster {cluster} now (status {status}{})",
        detail(.code, .message, .gateway_request_id)
    )]
    Unavailable {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// Verb and service.
        call: Arc<str>,
        /// HTTP status, 500 to 599.
        status: u16,
        /// The gateway's own error code, such as `SlowDown`.
        code: Option<String>,
        /// The gateway's own text.
        message: Option<String>,
        /// The gateway's `x-amz-request-id`, for its operator.
        gateway_request_id: Option<String>,
    },
    /// The gateway refused the call; nothing was changed.
    #[error(
        "{call} was refused by the gateway of cluster {cluster} (status {status}{}){}",
        detail(.code, .message, .gateway_request_id),
        advice(*.status, .code.as_deref())
    )]
    Rejected {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// Verb and service.
        call: Arc<str>,
        /// HTTP status, 300 to 499.
        status: u16,
        /// The gateway's own error code, such as `AccessDenied`.
        code: Option<String>,
        /// The gateway's own text, or where a redirect leads.
        message: Option<String>,
        /// The gateway's `x-amz-request-id`, for its operator.
        gateway_request_id: Option<String>,
    },
    /// A read was answered with something that is not what this call answers.
    #[error("the answer to {call} from the gateway of cluster {cluster} cannot be used: {problem}")]
    Malformed {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// Verb and service.
        call: Arc<str>,
        /// HTTP status of the answer.
        status: u16,
        /// Which part is wrong; never quotes the answer.
        problem: String,
    },
    /// Settings of the cluster or an argument of the call that cannot be sent; nothing was sent.
    #[error("{call} for cluster {cluster} is not possible: {problem}")]
    Settings {
        /// Name of the cluster in the configuration.
        cluster: Arc<str>,
        /// What was being done.
        call: Arc<str>,
        /// What is wrong and what is expected.
        problem: String,
    },
}

impl Error {
    /// Whether waiting and trying again may help without anybody changing anything.
    /// After [`Error::OutcomeUnknown`] read the state back first.
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::NoAnswer { .. }
            | Self::OutcomeUnknown { .. }
            | Self::Unavailable { .. } => true,
            Self::Rejected { .. } | Self::Malformed { .. } | Self::Settings { .. } => false,
        }
    }

    /// The kind of error in one word.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::NoAnswer { .. } => "no_answer",
            Self::OutcomeUnknown { .. } => "outcome_unknown",
            Self::Unavailable { .. } => "unavailable",
            Self::Rejected { .. } => "rejected",
            Self::Malformed { .. } => "malformed",
            Self::Settings { .. } => "settings",
        }
    }

    /// Whether it is certain that the call changed nothing.
    pub fn outcome_known(&self) -> bool {
        !matches!(self, Self::OutcomeUnknown { .. })
    }

    /// The gateway's own error code, when it gave one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Unavailable { code, .. } | Self::Rejected { code, .. } => code.as_deref(),
            _ => None,
        }
    }

    /// HTTP status, when an answer arrived.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Unavailable { status, .. }
            | Self::Rejected { status, .. }
            | Self::Malformed { status, .. } => Some(*status),
            Self::OutcomeUnknown { status, .. } => *status,
            Self::Unreachable { .. } | Self::NoAnswer { .. } | Self::Settings { .. } => None,
        }
    }
}

/// The innermost cause in words ("Connection refused"), which is the part an operator can act on.
pub(super) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn detail(
    code: &Option<String>,
    message: &Option<String>,
    gateway_request_id: &Option<String>,
) -> String {
    let mut text = String::new();
    for (label, value) in [
        ("", code),
        ("", message),
        ("gateway request ", gateway_request_id),
    ] {
        if let Some(value) = value {
            text.push_str(", ");
            text.push_str(label);
            text.push_str(value);
        }
    }
    text
}

/// What to do about the refusals that come from the set-up rather than from the call.
fn advice(status: u16, code: Option<&str>) -> &'static str {
    match (status, code) {
        (_, Some("InvalidAccessKeyId" | "SignatureDoesNotMatch")) => {
            "; check the access key, the secret key and the signature version of this cluster"
        }
        (_, Some("RequestTimeTooSkewed")) => "; set the clock of this host or of the gateway",
        (403, _) => "; check that the access key belongs to a system user of the cluster",
        (300..400, _) => "; set the endpoint to the address the gateway itself serves",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(status: u16, code: Option<&str>) -> Error {
        Error::Rejected {
            cluster: "main".into(),
            call: "PUT ostor-users".into(),
            status,
            code: code.map(str::to_owned),
            message: Some("no".to_owned()),
            gateway_request_id: Some("80000000000000030003c6b538eedd95".to_owned()),
        }
    }

    #[test]
    fn a_refusal_reads_as_a_sentence_with_code_text_and_request_id() {
        assert_eq!(
            rejected(409, Some("EmailExists")).to_string(),
            "PUT ostor-users was refused by the gateway of cluster main (status 409, EmailExists, no, \
             gateway request 80000000000000030003c6b538eedd95)"
        );
        assert!(
            rejected(403, Some("SignatureDoesNotMatch"))
                .to_string()
                .ends_with(
                    "check the access key, the secret key and the signature version of this cluster"
                )
        );
        assert!(
            rejected(403, None)
                .to_string()
                .ends_with("check that the access key belongs to a system user of the cluster")
        );
    }

    #[test]
    fn only_an_unknown_outcome_leaves_the_effect_open() {
        let unknown = Error::OutcomeUnknown {
            cluster: "main".into(),
            call: "PUT ostor-users".into(),
            status: Some(502),
            why: "status 502".to_owned(),
            source: None,
        };
        assert!(!unknown.outcome_known() && unknown.is_retryable());
        assert_eq!(unknown.status(), Some(502));

        let refused = rejected(409, Some("EmailExists"));
        assert!(refused.outcome_known() && !refused.is_retryable());
        assert_eq!(
            (refused.code(), refused.status()),
            (Some("EmailExists"), Some(409))
        );
    }
}
