//! One gateway call before it is signed: verb, target and what a repeat of it would do.
//!
//! The target is built once, here, as the exact text that is both signed and sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

/// Everything but the unreserved characters of RFC 3986: a raw `+`, `/` or `&` in a value would change its meaning.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// What happens when the call reaches the gateway twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It changes nothing.
    Read,
    /// It changes something, and a second time leaves the same state.
    Harmless,
    /// It makes something new each time, or could hit something that appeared in between.
    Harmful,
}

/// A call to be made.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    /// Path and query, percent-encoded.
    pub(super) target: String,
    /// Verb, service and action; no values.
    pub(super) name: String,
    pub(super) repeat: Repeat,
    /// Whether the answer's body is needed; other bodies are read and dropped.
    pub(super) has_answer: bool,
    /// What is sent after the headers; empty for all calls but one. Neither signature covers it.
    pub(super) body: String,
}

impl Call {
    /// A read of an `ostor-*` service.
    pub(super) fn read(service: &'static str) -> Self {
        Self::service(Method::GET, service, Repeat::Read).with_answer()
    }

    /// A change through an `ostor-*` service. Its name must come first in the query: the V2 signature covers only it.
    pub(super) fn change(method: Method, service: &'static str, repeat: Repeat) -> Self {
        Self::service(method, service, repeat)
    }

    fn service(method: Method, service: &'static str, repeat: Repeat) -> Self {
        Self {
            name: format!("{method} {service}"),
            target: format!("/?{service}"),
            method,
            repeat,
            has_answer: false,
            body: String::new(),
        }
    }

    /// A plain S3 call on a bucket, path style. It may hit a bucket that another owner made meanwhile.
    pub(super) fn bucket(method: Method, bucket: &str) -> Self {
        Self {
            name: format!("{method} bucket"),
            target: format!("/{}", encode(bucket)),
            method,
            repeat: Repeat::Harmful,
            has_answer: false,
            body: String::new(),
        }
    }

    pub(super) fn param(mut self, name: &str, value: &str) -> Self {
        self.target.push('&');
        self.target.push_str(name);
        self.target.push('=');
        self.target.push_str(&encode(value));
        self
    }

    /// An action of the service, a parameter without value.
    pub(super) fn action(mut self, name: &str) -> Self {
        for text in [&mut self.target, &mut self.name] {
            text.push('&');
            text.push_str(name);
        }
        self
    }

    pub(super) fn with_answer(mut self) -> Self {
        self.has_answer = true;
        self
    }
}

fn encode(value: &str) -> String {
    utf8_percent_encode(value, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_comes_first_and_values_are_encoded_strictly() {
        let call = Call::change(Method::POST, "ostor-users", Repeat::Harmless)
            .param("emailAddress", "o'brien+s3/ü&x=1 %41@example.com")
            .action("disable");
        assert_eq!(
            call.target,
            "/?ostor-users&emailAddress=o%27brien%2Bs3%2F%C3%BC%26x%3D1%20%2541%40example.com&disable"
        );
        assert_eq!(call.name, "POST ostor-users&disable");
    }

    #[test]
    fn unreserved_characters_stay() {
        assert_eq!(encode("aZ09-_.~"), "aZ09-_.~");
        assert_eq!(encode("!*'()\n"), "%21%2A%27%28%29%0A");
    }

    #[test]
    fn a_bucket_is_one_path_segment() {
        let call = Call::bucket(Method::DELETE, "a/b?c");
        assert_eq!(call.target, "/a%2Fb%3Fc");
        assert_eq!(call.name, "DELETE bucket");
        assert_eq!(call.repeat, Repeat::Harmful);
    }

    proptest::proptest! {
        #[test]
        fn no_value_is_rewritten_on_its_way_into_an_address(value: String) {
            let call = Call::read("ostor-users").param("emailAddress", &value);
            let address = format!("http://s3.example.com{}", call.target);
            let url = url::Url::parse(&address).expect("an address");
            proptest::prop_assert_eq!(url.as_str(), &address);
            let (_, decoded) = url.query_pairs().nth(1).expect("the parameter");
            proptest::prop_assert_eq!(decoded.as_ref(), value);
        }
    }
}
