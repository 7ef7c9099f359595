//! What came back for a call, taken apart: status, whole or broken body, and the gateway's own words on an error.
//!
//! An answer counts as the gateway's own only with one of its `x-amz-*` headers or an S3 error document: a proxy's
//! 404 must not pass for "no such user", nor its 502 for "not done". What follows from an answer stands in `verdict`.

use quick_xml::{Reader, escape::unescape, events::Event};
use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, DATE, HeaderMap},
};

use super::error::root_cause;

/// Longest answer that is read. A listing of 200 000 buckets takes about 50 MiB.
const MAX_BODY: usize = 64 * 1024 * 1024;
/// Longest text of the gateway that is kept in an error.
const MAX_TEXT: usize = 300;

/// An answer with its body, or with the reason why the body is incomplete.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Result<Vec<u8>, Lost>,
    pub(super) refusal: Refusal,
}

/// Why there is no whole body: the wire broke (`source`), or it is too long to be read.
pub(super) struct Lost {
    pub(super) why: String,
    pub(super) source: Option<reqwest::Error>,
}

/// What the gateway says about an error, from its headers first and its XML document second.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Refusal {
    pub(super) code: Option<String>,
    pub(super) message: Option<String>,
    pub(super) request_id: Option<String>,
    /// Whether the gateway itself left a mark on the answer.
    pub(super) genuine: bool,
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

    /// Whether this is a page for people, which no call of the gateway answers.
    pub(super) fn is_html(&self) -> bool {
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
}
