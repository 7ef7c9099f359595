//! The one place that decides what an answer, or the lack of one, means for a call.
//!
//! A read either has its value or it has not. For a change the question is whether it was made: only a definite
//! word of the gateway settles that, everything else is an unknown outcome.

use std::sync::Arc;

use reqwest::{
    StatusCode,
    header::{HeaderMap, LOCATION},
};

use super::{
    Error,
    answer::{Answer, Lost, Refusal},
    call::{Call, Repeat},
    error::root_cause,
    json::Read,
};

/// The call as its errors name it, with what they need to know of it.
pub(super) struct Site {
    cluster: Arc<str>,
    call: Arc<str>,
    repeat: Repeat,
    has_answer: bool,
}

impl Site {
    pub(super) fn new(cluster: &Arc<str>, call: &Call) -> Self {
        Self {
            cluster: Arc::clone(cluster),
            call: call.name.as_str().into(),
            repeat: call.repeat,
            has_answer: call.has_answer,
        }
    }

    /// The HTTP library gave up before an answer began.
    pub(super) fn not_answered(&self, error: reqwest::Error) -> Error {
        if !error.is_connect() {
            let Lost { why, source } = error.into();
            return self.lost(None, why, source);
        }
        let error = error.without_url();
        let why = if error.is_timeout() {
            "no connection within the time-out".to_owned()
        } else {
            root_cause(&error)
        };
        self.unreachable(why, Some(error))
    }

    pub(super) fn unreachable(&self, why: String, source: Option<reqwest::Error>) -> Error {
        Error::Unreachable {
            cluster: Arc::clone(&self.cluster),
            call: Arc::clone(&self.call),
            why,
            source,
        }
    }

    pub(super) fn unsendable(&self, problem: impl Into<String>) -> Error {
        Error::Settings {
            cluster: Arc::clone(&self.cluster),
            call: Arc::clone(&self.call),
            problem: problem.into(),
        }
    }

    /// Whether the same call may be sent again by itself after this error.
    pub(super) fn may_repeat(&self, error: &Error) -> bool {
        match (error, self.repeat) {
            (Error::Unreachable { .. }, _) => true,
            (Error::NoAnswer { .. } | Error::Unavailable { .. }, repeat) => {
                repeat != Repeat::Harmful
            }
            (Error::OutcomeUnknown { status, .. }, Repeat::Harmless) => {
                status.is_none_or(|status| status >= 500)
            }
            _ => false,
        }
    }

    /// Reads a successful answer with `read` and turns every other one into its error.
    pub(super) fn judge<T>(
        &self,
        answer: Answer,
        read: impl Fn(&[u8]) -> Read<T>,
    ) -> Result<T, Error> {
        if answer.status.is_server_error() {
            return Err(self.server_error(answer));
        }
        if answer.is_html() && !answer.refusal.genuine && !answer.status.is_redirection() {
            let problem = format!(
                "status {} with an HTML page, so something other than the gateway answered",
                answer.status()
            );
            return Err(self.unusable(answer.status(), problem));
        }
        if !answer.status.is_success() {
            return Err(self.rejected(answer));
        }
        let status = answer.status();
        match answer.body {
            Err(Lost { why, source: None }) if self.has_answer => Err(self.unusable(status, why)),
            Err(Lost { why, source }) if self.has_answer => {
                Err(self.lost(Some(status), why, source))
            }
            Err(_) => self.read(status, &[], read),
            Ok(body) => self.read(status, &body, read),
        }
    }

    fn read<T>(
        &self,
        status: u16,
        body: &[u8],
        read: impl Fn(&[u8]) -> Read<T>,
    ) -> Result<T, Error> {
        read(body).map_err(|unreadable| self.unusable(status, unreadable.to_string()))
    }

    fn server_error(&self, answer: Answer) -> Error {
        // Only the gateway's own word that it did not start makes a change's outcome known.
        let declined = answer.status == StatusCode::SERVICE_UNAVAILABLE
            && matches!(answer.code(), Some("SlowDown" | "ServiceUnavailable"));
        if self.repeat == Repeat::Read || declined {
            return Error::Unavailable {
                cluster: Arc::clone(&self.cluster),
                call: Arc::clone(&self.call),
                status: answer.status(),
                code: answer.refusal.code,
                message: answer.refusal.message,
                gateway_request_id: answer.refusal.request_id,
            };
        }
        let status = answer.status();
        let Refusal {
            code,
            message,
            request_id,
            ..
        } = answer.refusal;
        let words = [code, message, request_id].into_iter().flatten();
        let why = std::iter::once(format!("status {status}"))
            .chain(words)
            .collect::<Vec<_>>();
        self.lost(Some(status), why.join(", "), None)
    }

    fn rejected(&self, answer: Answer) -> Error {
        let message = if answer.status.is_redirection() {
            Some(redirect_target(&answer.headers))
        } else {
            answer.refusal.message
        };
        Error::Rejected {
            cluster: Arc::clone(&self.cluster),
            call: Arc::clone(&self.call),
            status: answer.status.as_u16(),
            code: answer.refusal.code,
            message,
            gateway_request_id: answer.refusal.request_id,
        }
    }

    fn lost(&self, status: Option<u16>, why: String, source: Option<reqwest::Error>) -> Error {
        let (cluster, call) = (Arc::clone(&self.cluster), Arc::clone(&self.call));
        if self.repeat == Repeat::Read {
            Error::NoAnswer {
                cluster,
                call,
                why,
                source,
            }
        } else {
            Error::OutcomeUnknown {
                cluster,
                call,
                status,
                why,
                source,
            }
        }
    }

    fn unusable(&self, status: u16, problem: String) -> Error {
        let (cluster, call) = (Arc::clone(&self.cluster), Arc::clone(&self.call));
        if self.repeat == Repeat::Read {
            Error::Malformed {
                cluster,
                call,
                status,
                problem,
            }
        } else {
            Error::OutcomeUnknown {
                cluster,
                call,
                status: Some(status),
                why: problem,
                source: None,
            }
        }
    }
}

/// Scheme, host and port only: the rest of the address repeats the query with its values.
fn redirect_target(headers: &HeaderMap) -> String {
    headers
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .and_then(|location| url::Url::parse(location).ok())
        .map_or_else(
            || "it redirects to another address".to_owned(),
            |url| format!("it redirects to {}", url.origin().ascii_serialization()),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_is_described_without_its_query() {
        let target = |value| {
            let value = reqwest::header::HeaderValue::from_static(value);
            redirect_target(&HeaderMap::from_iter([(LOCATION, value)]))
        };
        assert_eq!(
            target("https://s3.example.com:8443/?ostor-users&emailAddress=a%40b"),
            "it redirects to https://s3.example.com:8443"
        );
        assert_eq!(target("/login"), "it redirects to another address");
    }
}
