//! The S3 client of somebody who owns buckets, and what its errors mean for who deletes them.

use std::time::Duration;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::config::retry::RetryConfig;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{
    BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
    StalledStreamProtectionConfig,
};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use secrecy::ExposeSecret;
use url::Url;

use crate::ostor::AccessKey;

/// Attempts of one request, the first included. Beyond them the whole job waits.
const ATTEMPTS: u32 = 5;

/// Longest pause between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Longest time of one attempt: a thousand deletions may take a cluster a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// Longest time until there is a connection.
const CONNECT: Duration = Duration::from_secs(10);

/// Buckets as one key pair sees them.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) s3: aws_sdk_s3::Client,
}

/// Why a request did not do what it was for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It may work later.
    #[error("{what}: {why}")]
    Temporary {
        /// What was asked for.
        what: String,
        /// What came instead.
        why: String,
    },
    /// The server says no.
    #[error("{what} is refused ({code}): {message}")]
    Refused {
        /// What was asked for.
        what: String,
        /// The server's code.
        code: String,
        /// Its words.
        message: String,
    },
    /// There is no such bucket.
    #[error("there is no bucket {0}")]
    NoBucket(String),
    /// The server does not know the request.
    #[error("the server does not know how to do this: {0}")]
    Unsupported(String),
}

/// What became of a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BucketEnd {
    /// It is gone.
    Deleted,
    /// Something was put into it.
    NotEmpty,
}

impl Store {
    /// What is reached with `key` at `endpoint`. Nothing is sent, and nothing is taken from the environment.
    #[must_use]
    pub fn new(endpoint: &Url, region: &str, key: &AccessKey) -> Self {
        let http = match endpoint.scheme() {
            // Must also work where no root certificates are installed.
            "http" => Builder::new().build_http(),
            _ => Builder::new()
                .tls_provider(Provider::Rustls(CryptoMode::Ring))
                .build_https(),
        };
        let secret = key.secret.expose_secret();
        let retries = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(Duration::from_millis(200))
            .with_max_backoff(LONGEST_PAUSE);
        let times = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_attempt_timeout(PATIENCE)
            .build();
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .endpoint_url(endpoint.as_str().trim_end_matches('/'))
            .region(Region::new(region.to_owned()))
            .force_path_style(true)
            .credentials_provider(Credentials::new(&key.id, secret, None, None, "owner"))
            .http_client(http)
            .retry_config(retries)
            .timeout_config(times)
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            // Checksums of newer S3 are not known to every server.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self {
            s3: aws_sdk_s3::Client::from_conf(config),
        }
    }

    /// Answers when the server takes the key.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn ping(&self) -> Result<(), Failure> {
        let listing = self.s3.list_buckets().send().await;
        let judged = listing.map_err(|error| judge("listing buckets", "", &error));
        judged.map(|_| ())
    }

    /// Deletes an empty bucket; one that does not exist is deleted.
    ///
    /// # Errors
    /// [`Failure`].
    pub async fn delete_bucket(&self, bucket: &str) -> Result<BucketEnd, Failure> {
        let Err(error) = self.s3.delete_bucket().bucket(bucket).send().await else {
            return Ok(BucketEnd::Deleted);
        };
        if error.code() == Some("BucketNotEmpty") {
            return Ok(BucketEnd::NotEmpty);
        }
        match judge(&format!("deleting bucket {bucket}"), bucket, &error) {
            Failure::NoBucket(_) => Ok(BucketEnd::Deleted),
            failure => Err(failure),
        }
    }
}

/// What an error means. `what` was asked for, of `bucket`.
pub(super) fn judge<E>(what: &str, bucket: &str, error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let what = what.to_owned();
    let SdkError::ServiceError(answered) = error else {
        let why = DisplayErrorContext(error).to_string();
        return Failure::Temporary { what, why };
    };
    let status = answered.raw().status().as_u16();
    let code = error.code().unwrap_or_default();
    let message = error.message().unwrap_or("no words with it").to_owned();
    match (code, status) {
        ("NoSuchBucket", _) => Failure::NoBucket(bucket.to_owned()),
        ("NotImplemented" | "MethodNotAllowed", _) | (_, 405 | 501) => Failure::Unsupported(what),
        // A key that was just made may not be known everywhere yet.
        (
            "InvalidAccessKeyId"
            | "SignatureDoesNotMatch"
            | "RequestTimeTooSkewed"
            | "SlowDown"
            | "RequestTimeout"
            | "OperationAborted"
            | "InternalError"
            | "ServiceUnavailable",
            _,
        )
        | (_, 408 | 409 | 429 | 500..)
        // A success that cannot be read.
        | ("", ..400) => Failure::Temporary {
            what,
            why: format!("status {status} {code}: {message}"),
        },
        _ => Failure::Refused {
            what,
            code: match code {
                "" => format!("status {status}"),
                code => code.to_owned(),
            },
            message,
        },
    }
}
