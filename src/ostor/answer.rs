//! What came back for a call, and the one place that judges it.
//!
//! An answer counts as the gateway's own only with one of its `x-amz-*` headers or an S3 error document: a proxy's
//! 404 must not pass for "no such user", nor its 502 for "not done".

use std::sync::Arc;

use quick_xml::{Reader, escape::unescape, events::Event};
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, DATE, HeaderMap, LOCATION},
};

use super::{
    Error,
    call::{Call, Repeat},
    error::root_cause,
    json::Read,
};

/// Longest answer that is read. A listing of 200 000 buckets takes about 50 MiB.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Longest text of the gateway that is kept in an error.
const MAX_TEXT: usize = 300;

/// An answer with its body, or with the reason why the body is incomplete.
pub(super) struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Result<Vec<u8>, Lost>,
    refusal: Refusal,
}

/// Why bytes did not arrive.
struct Lost {
    why: String,
    source: Option<reqwest::Error>,
}

/// What the gateway says about an error, from its headers first and its XML document second.
#[derive(Debug, Default, PartialEq)]
struct Refusal {
    code: Option<String>,
    message: Option<String>,
    request_id: Option<String>,
    /// Whether the gateway itself left a mark on the answer.
    genuine: bool,
}

impl Answer {
    pub(super) async fn receive(mut response: reqwest::Response) -> Self {
        let body = read_body(&mut response).await;
        let headers = std::mem::take(response.headers_mut());
        let text = match &body {
            Ok(body) if !response.status().is_success() => String::from_utf8_lossy(body),
            _ => "".into(),
        };
        Self {
            status: response.status(),
            refusal: Refusal::read(&headers, &text),
            headers,
            body,
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status.as_u16()
    }

    pub(super) fn code(&self) -> Option<&str> {
        self.refusal.code.as_deref()
    }

    pub(super) fn request_id(&self) -> Option<&str> {
        self.refusal.request_id.as_deref()
    }

    /// Bytes of the body; `None` when it did not arrive whole.
    pub(super) fn body_length(&self) -> Option<usize> {
        self.body.as_ref().ok().map(Vec::len)
    }

    /// The gateway's clock.
    pub(super) fn date(&self) -> Option<jiff::Timestamp> {
        jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(self.headers.get(DATE)?.as_bytes())
            .ok()
    }

    /// Whether the gateway itself says, by one of these statuses, that what was asked for does not exist.
    /// A 400 also answers requests that are wrong in themselves; those say nothing about existence.
    pub(super) fn says_absent(&self, statuses: &[u16]) -> bool {
        const ABOUT_THE_REQUEST: [&str; 3] = [
            "AuthorizationHeaderMalformed",
            "RequestTimeout",
            "RequestTimeTooSkewed",
        ];
        statuses.contains(&self.status())
            && self.refusal.genuine
            && !self
                .code()
                .is_some_and(|code| ABOUT_THE_REQUEST.contains(&code))
    }

    fn is_html(&self) -> bool {
        let declared = self.headers.get(CONTENT_TYPE).is_some_and(|kind| {
            kind.as_bytes()
                .to_ascii_lowercase()
                .starts_with(b"text/html")
        });
        let looks = self.body.as_ref().is_ok_and(|body| {
            let body = body.trim_ascii_start();
            let head = body[..body.len().min(32)].to_ascii_lowercase();
            head.starts_with(b"<!doctype html") || head.starts_with(b"<html")
        });
        declared || looks
    }
}

async fn read_body(response: &mut reqwest::Response) -> Result<Vec<u8>, Lost> {
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY => {
                return Err(Lost {
                    why: format!("the answer is longer than {MAX_BODY} bytes"),
                    source: None,
                });
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(body),
            Err(error) => return Err(Lost::from(error)),
        }
    }
}

impl From<reqwest::Error> for Lost {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let why = if error.is_timeout() {
            "the time-out passed".to_owned()
        } else {
            format!("the connection broke: {}", root_cause(&error))
        };
        Self {
            why,
            source: Some(error),
        }
    }
}

impl Refusal {
    fn read(headers: &HeaderMap, body: &str) -> Self {
        let header = |name: &str| clean(&String::from_utf8_lossy(headers.get(name)?.as_bytes()));
        let (xml_code, xml_message) = s3_error(body);
        let request_id = header("x-amz-request-id");
        let code = header("x-amz-err-code").or(xml_code);
        let genuine = code.is_some()
            || headers
                .keys()
                .any(|name| name.as_str().starts_with("x-amz-"));
        Self {
            message: header("x-amz-err-message").or(xml_message),
            code,
            request_id,
            genuine,
        }
    }
}

/// `Code` and `Message` of an S3 error document; nothing from any other text.
fn s3_error(body: &str) -> (Option<String>, Option<String>) {
    let mut reader = Reader::from_str(body);
    let (mut inside, mut code, mut message) = (false, None, None);
    while let Ok(event) = reader.read_event() {
        let Event::Start(start) = event else {
            if event == Event::Eof {
                break;
            }
            continue;
        };
        match (inside, start.local_name().as_ref()) {
            (false, "Error") => inside = true,
            (false, _) => break,
            (true, name) => {
                let Ok(text) = reader.read_text(start.name()) else {
                    break;
                };
                let text = unescape(&text).ok().and_then(|text| clean(&text));
                match name {
                    "Code" => code = text,
                    "Message" => message = text,
                    _ => {}
                }
            }
        }
    }
    (code, message)
}

/// Text of the other side made fit for one line of a message; `None` when nothing is left.
fn clean(text: &str) -> Option<String> {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_TEXT)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

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
            Err(lost) if self.has_answer => Err(self.lost(Some(status), lost.why, lost.source)),
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
        let mut why = format!("status {}", answer.status());
        for text in [
            answer.refusal.code,
            answer.refusal.message,
            answer.refusal.request_id,
        ] {
            if let Some(text) = text {
                why.push_str(", ");
                why.push_str(&text);
            }
        }
        self.lost(Some(answer.status.as_u16()), why, None)
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

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    reqwest::header::HeaderName::from_static(name),
                    reqwest::header::HeaderValue::from_static(value),
                )
            })
            .collect()
    }

    #[test]
    fn headers_win_over_the_error_document() {
        let body = "<?xml version=\"1.0\"?><Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                    <Code>NoSuchKey</Code><Message>Tom &amp; \n Jerry</Message><Resource><a/></Resource></Error>";
        let from_xml = Refusal::read(&HeaderMap::new(), body);
        assert_eq!(from_xml.code.as_deref(), Some("NoSuchKey"));
        assert_eq!(from_xml.message.as_deref(), Some("Tom &   Jerry"));
        assert!(from_xml.genuine);

        let both = Refusal::read(
            &headers(&[
                ("x-amz-err-code", "EmailExists"),
                ("x-amz-err-message", "taken"),
                ("x-amz-request-id", "80000000000000030003c6b538eedd95"),
            ]),
            body,
        );
        assert_eq!(
            (both.code.as_deref(), both.message.as_deref()),
            (Some("EmailExists"), Some("taken"))
        );
        assert_eq!(
            both.request_id.as_deref(),
            Some("80000000000000030003c6b538eedd95")
        );
    }

    #[test]
    fn other_texts_leave_no_mark_of_the_gateway() {
        for body in [
            "",
            "<html><Error><Code>x</Code></Error></html>",
            "not found",
            "{\"Code\":\"x\"}",
            "<Error><Code>",
        ] {
            assert_eq!(
                Refusal::read(&headers(&[("server", "nginx")]), body),
                Refusal::default(),
                "{body}"
            );
        }
        assert!(Refusal::read(&headers(&[("x-amz-request-id", "1")]), "").genuine);
    }

    #[test]
    fn foreign_text_is_kept_to_one_short_line() {
        let text = clean(&"a\r\nb".repeat(400)).expect("a text");
        assert!(text.starts_with("a  ba  b") && text.chars().count() <= MAX_TEXT);
        assert_eq!(clean(" \n\t"), None);
    }

    #[test]
    fn a_redirect_is_described_without_its_query() {
        let target = |value| redirect_target(&headers(&[("location", value)]));
        assert_eq!(
            target("https://s3.example.com:8443/?ostor-users&emailAddress=a%40b"),
            "it redirects to https://s3.example.com:8443"
        );
        assert_eq!(target("/login"), "it redirects to another address");
    }
}
