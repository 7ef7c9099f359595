//! Management requests as they came, and answers before they are put on the wire.

use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use quick_xml::escape::escape;

/// A management request, nothing normalised.
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    /// Everything after the first `?`, as sent.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Request {
    /// A header's text; absent and unreadable ones are empty.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
            .trim()
    }

    /// Decoded parameters in order. `+` stays `+`; a flag has no value.
    pub(super) fn params(&self) -> Params {
        Params(decode_query(&self.query))
    }
}

/// Splits and decodes a query.
pub(super) fn decode_query(query: &str) -> Vec<(String, Option<String>)> {
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| match pair.split_once('=') {
            Some((name, value)) => (decode(name), Some(decode(value))),
            None => (decode(pair), None),
        })
        .collect()
}

/// Parameters of a call.
pub(super) struct Params(Vec<(String, Option<String>)>);

impl Params {
    /// Whether the parameter is there, with or without a value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// The value of a parameter; 400 when it is given twice or without a value.
    pub(super) fn value(&self, name: &str) -> Result<Option<&str>, Failure> {
        let mut found = self.0.iter().filter(|(key, _)| key == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(Failure::bad(format!(
                "Parameter {name} is set more than once"
            )));
        }
        match first {
            None => Ok(None),
            Some((_, Some(value))) if !value.is_empty() => Ok(Some(value)),
            Some(_) => Err(Failure::bad(format!("Parameter {name} needs a value"))),
        }
    }

    /// The value of a parameter that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Failure> {
        self.value(name)?
            .ok_or_else(|| Failure::bad(format!("Parameter {name} is required")))
    }

    /// The one parameter of `names` that is set, with its value; 400 for none and for several.
    pub(super) fn one_of<'a>(
        &'a self,
        names: &[&'static str],
    ) -> Result<(&'static str, &'a str), Failure> {
        match names
            .iter()
            .filter(|name| self.has(name))
            .collect::<Vec<_>>()[..]
        {
            [name] => Ok((*name, self.required(name)?)),
            [] => Err(Failure::bad(format!(
                "One of the parameters {} is required",
                names.join(", ")
            ))),
            _ => Err(Failure::bad(format!(
                "Only one of the parameters {} may be set",
                names.join(", ")
            ))),
        }
    }
}

/// An answer of the gateway.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) content_type: &'static str,
    pub(super) body: String,
}

impl Reply {
    /// 200 with JSON.
    pub(super) fn json<T: serde::Serialize>(value: &T) -> Self {
        Self {
            status: 200,
            content_type: "application/json",
            body: serde_json::to_string(value).unwrap_or_default(),
        }
    }

    /// An answer without a body. Reads and writes announce JSON, deleted users and accounts XML.
    pub(super) fn empty(status: u16, content_type: &'static str) -> Self {
        Self {
            status,
            content_type,
            body: String::new(),
        }
    }

    /// 200 without a body, as most writes answer.
    pub(super) fn done() -> Self {
        Self::empty(200, "application/json")
    }
}

/// A refusal of the gateway.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) status: u16,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Failure {
    pub(super) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
        }
    }

    /// 400: "a wrong set of parameters".
    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, "InvalidArgument", message)
    }

    /// What a gateway says with a 5xx status of its own.
    pub(super) fn of_status(status: u16) -> Self {
        match status {
            500 => Self::new(
                500,
                "InternalError",
                "We encountered an internal error. Please try again.",
            ),
            503 => Self::new(
                503,
                "ServiceUnavailable",
                "Please reduce your request rate.",
            ),
            504 => Self::new(
                504,
                "RequestTimeout",
                "The request was not answered in time.",
            ),
            other => Self::new(
                other,
                "InternalError",
                format!("The request failed with status {other}."),
            ),
        }
    }

    /// What S3 says with such a status where no request is to blame.
    pub(super) fn of_data_status(status: u16) -> Self {
        match status {
            403 => Self::new(403, "AccessDenied", "Access Denied"),
            503 => Self::new(503, "SlowDown", "Please reduce your request rate."),
            other => Self::of_status(other),
        }
    }

    /// The S3 form of an error.
    pub(super) fn xml(&self, resource: &str, request_id: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{}</Code><Message>{}</Message>\
             <Resource>{}</Resource><RequestId>{request_id}</RequestId></Error>",
            self.code,
            escape(self.message.as_str()),
            escape(resource),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params(query: &str) -> Params {
        Params(decode_query(query))
    }

    #[test]
    fn parameters_are_decoded_and_plus_stays_plus() {
        let given = params("ostor-users&emailAddress=a%2Bb%40c.de+x&genKey");
        assert_eq!(
            given.value("emailAddress").ok().flatten(),
            Some("a+b@c.de+x")
        );
        assert!(given.has("genKey") && given.value("genKey").is_err());
        assert!(given.required("id").is_err());
    }

    #[test]
    fn selectors_exclude_each_other() {
        let names = &["emailAddress", "id"];
        assert_eq!(params("s&id=1").one_of(names).ok(), Some(("id", "1")));
        for wrong in ["s", "s&id=1&emailAddress=e", "s&id=1&id=2", "s&id="] {
            assert_eq!(
                params(wrong).one_of(names).map_err(|e| e.status),
                Err(400),
                "{wrong}"
            );
        }
    }

    #[test]
    fn errors_are_escaped() {
        let text = Failure::bad("a < b").xml("/?x&y", "r");
        assert!(text.contains("<Message>a &lt; b</Message>") && text.contains("/?x&amp;y"));
    }
}
