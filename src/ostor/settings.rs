//! What a client needs to know about one cluster, and the check that it can work.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::Error;
use crate::clock::Clock;
use crate::metrics::Metrics;

/// How one cluster is reached. Built from the configuration; checked by [`super::Client::new`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Name of the cluster, for messages and logs.
    pub cluster: String,
    /// Scheme, host and port of the S3 gateway, nothing else.
    pub endpoint: Url,
    /// Access key id of a system user (`ostor-s3-admin create-user -S`).
    pub access_key: String,
    /// Secret key of that user.
    pub secret_key: SecretString,
    /// Which S3 signature to send.
    pub signature: Signature,
    /// Region in a V4 signature's scope; gateways report `us-east-1`. V2 does not use it.
    pub region: String,
    /// Limit for one attempt, from connecting to the last byte. A call makes at most three attempts with pauses of
    /// up to a second, and waits no longer than this for a place among the parallel calls before each.
    pub timeout: Duration,
    /// Most calls in flight to this cluster at a time, at least 1.
    pub max_parallel: usize,
    /// Dates the signatures; the gateway refuses those about 15 minutes off its own clock.
    pub clock: Clock,
    /// Counts the calls.
    pub metrics: Metrics,
}

/// Version of the S3 request signature; the gateway takes both (Integration Guide, Requirements for integration).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Signature {
    /// HMAC-SHA1; covers verb, date, `x-amz-*` headers and the service name.
    V2,
    /// HMAC-SHA256; covers every parameter as well.
    V4,
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.problem() {
            None => Ok(()),
            Some(problem) => Err(self.error(problem)),
        }
    }

    pub(super) fn error(&self, problem: impl Into<String>) -> Error {
        Error::Settings {
            cluster: self.cluster.as_str().into(),
            call: "connecting".into(),
            problem: problem.into(),
        }
    }

    fn problem(&self) -> Option<String> {
        let endpoint = &self.endpoint;
        let key_is_token =
            |key: &str| !key.is_empty() && key.bytes().all(|b| b.is_ascii_graphic() && b != b':');
        let problem = if self.cluster.is_empty() {
            "the cluster has no name"
        } else if !matches!(endpoint.scheme(), "http" | "https") {
            "the endpoint must begin with http:// or https://"
        } else if !endpoint.username().is_empty() || endpoint.password().is_some() {
            "the endpoint must not contain a user name or password"
        } else if endpoint.path() != "/" {
            "the endpoint must not contain a path: the gateway serves its calls at /"
        } else if endpoint.query().is_some() || endpoint.fragment().is_some() {
            "the endpoint must end after host and port"
        } else if !key_is_token(&self.access_key) {
            "the access key must be given and consist of visible ASCII characters without a colon"
        } else if self.secret_key.expose_secret().is_empty() {
            "the secret key must be given"
        } else if !key_is_token(&self.region) || self.region.contains('/') {
            "the region must be one word, such as us-east-1"
        } else if self.timeout.is_zero() {
            "the timeout must be longer than zero"
        } else if self.max_parallel == 0 || self.max_parallel > tokio::sync::Semaphore::MAX_PERMITS
        {
            "the number of parallel calls must be at least 1"
        } else {
            return None;
        };
        Some(problem.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ostor::Client;

    fn settings(endpoint: &str) -> Settings {
        crate::ostor::tests::settings(endpoint, Duration::from_secs(20))
    }

    #[test]
    fn host_and_port_make_an_endpoint_and_nothing_more() {
        for good in [
            "http://s3.example.com",
            "https://s3.example.com:8443/",
            "http://[::1]:8080",
        ] {
            Client::new(settings(good)).expect(good);
        }
        for bad in [
            "ftp://s3.example.com",
            "http://s3.example.com/s3",
            "http://s3.example.com/?x",
            "http://s3.example.com/#x",
            "http://user@s3.example.com",
            "http://:pw@s3.example.com",
        ] {
            let error = Client::new(settings(bad)).expect_err(bad);
            assert!(matches!(error, Error::Settings { .. }), "{bad}: {error}");
        }
    }

    #[test]
    fn values_that_cannot_work_are_refused() {
        let refused = |change: fn(&mut Settings)| {
            let mut settings = settings("http://s3.example.com");
            change(&mut settings);
            Client::new(settings).is_err()
        };
        assert!(refused(|s| s.cluster.clear()));
        assert!(refused(|s| s.access_key = "key with space".to_owned()));
        assert!(refused(|s| s.access_key = "key\nline".to_owned()));
        assert!(refused(|s| s.secret_key = "".into()));
        assert!(refused(|s| s.region.clear()));
        assert!(refused(|s| s.timeout = Duration::ZERO));
        assert!(refused(|s| s.max_parallel = 0));
    }

    #[test]
    fn debug_output_hides_the_secret() {
        let settings = settings("http://s3.example.com");
        let client = Client::new(settings.clone()).expect("a client");
        for text in [format!("{settings:?}"), format!("{client:?}")] {
            assert!(text.contains("main"), "{text}");
            assert!(!text.contains(crate::ostor::tests::SECRET), "{text}");
        }
    }
}
