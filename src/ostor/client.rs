//! The client itself: signs a call, sends it, repeats it where that does no harm, and reports each attempt.
//!
//! What an answer means is judged in `verdict`; the calls themselves stand with their capability.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimePrinter};
use reqwest::{
    Method,
    header::{CONTENT_LENGTH, DATE, HeaderMap, HeaderValue},
};
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::Instrument;
use url::Url;

use super::{
    AccessKey, Error, Settings, Signature,
    answer::Answer,
    call::{Call, Repeat},
    json::Read,
    limits::Dialect,
    report::Report,
    signature,
    verdict::Site,
};
use crate::metrics::GatewayRequest;

/// Most attempts of one call, the first included.
const ATTEMPTS: u32 = 3;
/// Longest pause before the second attempt; doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// Idle connections are dropped before gateways and balancers drop them (60 s and more).
const IDLE: Duration = Duration::from_secs(20);

/// The management client of one cluster. Clones share connections and the cap on parallel calls.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
    /// Whether changes may still be made.
    may_change: Option<MayChange>,
}

/// Asked right before each attempt at a change.
type MayChange = Arc<dyn Fn() -> bool + Send + Sync>;

struct Shared {
    settings: Settings,
    cluster: Arc<str>,
    /// Keeps connections open between calls.
    pooled: reqwest::Client,
    /// Opens a connection for each call: a kept one may be closed by the gateway just as a call is written to it,
    /// and then nobody knows whether the call was carried out.
    single: reqwest::Client,
    permits: Semaphore,
    clock_skew: Mutex<Option<SignedDuration>>,
    /// How limits are written, once that is known.
    limits_dialect: Mutex<Option<Dialect>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("cluster", &self.shared.cluster)
            .field("endpoint", &self.shared.settings.endpoint.as_str())
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Checks the settings and prepares connections; sends nothing.
    ///
    /// # Errors
    /// [`Error::Settings`] when a value cannot work or TLS cannot be set up.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        settings.check()?;
        // Somebody else in the process may have chosen a provider already; theirs serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let shared = Shared {
            cluster: settings.cluster.as_str().into(),
            pooled: http_client(&settings, settings.max_parallel)?,
            single: http_client(&settings, 0)?,
            permits: Semaphore::new(settings.max_parallel),
            clock_skew: Mutex::new(None),
            limits_dialect: Mutex::new(None),
            settings,
        };
        Ok(Self {
            shared: Arc::new(shared),
            may_change: None,
        })
    }

    /// The same client, which sends changes only while `may_change` says so; others fail as [`Error::Unreachable`].
    #[must_use]
    pub fn only_while(&self, may_change: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            may_change: Some(Arc::new(may_change)),
        }
    }

    /// A client that makes its calls with the key of somebody else, such as the owner of a bucket.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn with_key(&self, key: &AccessKey) -> Result<Self, Error> {
        Self::new(Settings {
            access_key: key.id.clone(),
            secret_key: key.secret.clone(),
            ..self.shared.settings.clone()
        })
    }

    /// Address of the gateway.
    pub fn endpoint(&self) -> &Url {
        &self.shared.settings.endpoint
    }

    /// Region of the cluster, for signatures and for customers' S3 clients.
    pub fn region(&self) -> &str {
        &self.shared.settings.region
    }

    /// Name of the cluster in the configuration.
    pub fn cluster(&self) -> &str {
        &self.shared.cluster
    }

    /// The gateway's clock minus ours, to the second, at the last answer that carried a date.
    pub fn clock_skew(&self) -> Option<SignedDuration> {
        *self
            .shared
            .clock_skew
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How this gateway takes limits, as far as an earlier call has shown.
    pub(super) fn limits_dialect(&self) -> &Mutex<Option<Dialect>> {
        &self.shared.limits_dialect
    }

    /// Makes a call whose answer is read by `read`.
    pub(super) async fn ask<T>(
        &self,
        call: Call,
        read: impl Fn(&[u8]) -> Read<T>,
    ) -> Result<T, Error> {
        self.perform(call, |site, answer| site.judge(answer, &read))
            .await
    }

    /// As [`Self::ask`], with the gateway's clock at the very answer that was read.
    pub(super) async fn ask_dated<T>(
        &self,
        call: Call,
        read: impl Fn(&[u8]) -> Read<T>,
    ) -> Result<(T, Option<Timestamp>), Error> {
        self.perform(call, |site, answer| {
            let date = answer.date();
            Ok((site.judge(answer, &read)?, date))
        })
        .await
    }

    /// As [`Self::ask`], but `None` when the gateway itself says by one of the statuses that there is no such thing.
    pub(super) async fn find<T>(
        &self,
        call: Call,
        absent: &[u16],
        read: impl Fn(&[u8]) -> Read<T>,
    ) -> Result<Option<T>, Error> {
        self.perform(call, |site, answer| {
            if answer.says_absent(absent) {
                return Ok(None);
            }
            site.judge(answer, &read).map(Some)
        })
        .await
    }

    /// Makes a change that answers nothing but its status.
    pub(super) async fn change(&self, call: Call) -> Result<(), Error> {
        self.ask(call, |_| Ok(())).await
    }

    /// Removes something; that it does not exist is as good.
    pub(super) async fn remove(&self, call: Call) -> Result<(), Error> {
        self.find(call, &[404], |_| Ok(())).await.map(|_| ())
    }

    /// Adds the parameter that says which user or bucket is meant. What a gateway makes of an empty one is not
    /// known; it might be all of them.
    pub(super) fn select(&self, call: Call, (name, value): (&str, &str)) -> Result<Call, Error> {
        if value.is_empty() {
            return Err(self.refuse(&call, &format!("the value of {name} is empty")));
        }
        Ok(call.param(name, value))
    }

    /// An argument that cannot be put into a call.
    pub(super) fn refuse(&self, call: &Call, problem: &str) -> Error {
        Site::new(&self.shared.cluster, call).unsendable(problem)
    }

    async fn perform<T>(
        &self,
        call: Call,
        judge: impl Fn(&Site, Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        // For traces; the log has a line about every attempt.
        let span = tracing::debug_span!(
            "gateway",
            otel.name = call.name,
            otel.kind = "client",
            cluster = self.cluster(),
            attempts = tracing::field::Empty,
            outcome = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        );
        let result = self.repeat(call, judge).instrument(span.clone()).await;
        span.record(
            "outcome",
            result.as_ref().err().map_or("success", Error::kind),
        );
        if result.is_err() {
            span.record("otel.status_code", "ERROR");
        }
        result
    }

    async fn repeat<T>(
        &self,
        call: Call,
        judge: impl Fn(&Site, Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let site = Site::new(&self.shared.cluster, &call);
        let mut attempt = 1;
        loop {
            let permit = self.permit(&site).await?;
            let result = self.attempt(&site, &call, attempt, &judge).await;
            drop(permit);
            tracing::Span::current().record("attempts", attempt);
            match result {
                Err(error) if attempt < ATTEMPTS && site.may_repeat(&error) => {
                    tokio::time::sleep(pause(attempt)).await;
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// Waits for a free place among the parallel calls, no longer than a call may take.
    async fn permit(&self, site: &Site) -> Result<SemaphorePermit<'_>, Error> {
        let Shared {
            permits, settings, ..
        } = &*self.shared;
        match tokio::time::timeout(settings.timeout, permits.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => {
                settings.metrics.gateway_full(&self.shared.cluster);
                let most = settings.max_parallel;
                let why = format!("all {most} parallel calls to it are taken");
                Err(site.unreachable(why, None))
            }
        }
    }

    async fn attempt<T>(
        &self,
        site: &Site,
        call: &Call,
        attempt: u32,
        judge: impl Fn(&Site, Answer) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let request = self.request(site, call)?;
        if call.method != Method::GET && self.may_change.as_ref().is_some_and(|may| !may()) {
            let why = "another replica has taken over what this one was doing".to_owned();
            return Err(site.unreachable(why, None));
        }
        let http = if call.repeat == Repeat::Harmful {
            &self.shared.single
        } else {
            &self.shared.pooled
        };
        let started = Instant::now();
        let answer = match http.execute(request).await {
            Ok(response) => Ok(Answer::receive(response).await),
            Err(error) => Err(site.not_answered(error)),
        };
        let took = started.elapsed();
        let mut report = Report::new(self.cluster(), call, attempt, took);
        let result = answer.and_then(|answer| {
            self.note_clock(&answer);
            report.seen(&answer);
            judge(site, answer)
        });
        let error = result.as_ref().err();
        self.shared
            .settings
            .metrics
            .gateway_request(GatewayRequest {
                cluster: &self.shared.cluster,
                call: &call.name,
                attempt,
                outcome: error.map_or("success", Error::kind),
                took,
            });
        report.write(error);
        result
    }

    fn note_clock(&self, answer: &Answer) {
        if let Some(theirs) = answer.date() {
            let ours = self.shared.settings.clock.now();
            *self
                .shared
                .clock_skew
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(SignedDuration::from_secs(
                theirs.as_second() - ours.as_second(),
            ));
        }
    }

    /// The signed request. Nothing may be added to it afterwards.
    fn request(&self, site: &Site, call: &Call) -> Result<reqwest::Request, Error> {
        let endpoint = self.endpoint().as_str();
        let address = format!("{}{}", endpoint.trim_end_matches('/'), call.target);
        let url = match Url::parse(&address) {
            // A dot segment or the like would be rewritten, and then other bytes would be sent than are signed.
            Ok(url) if url.as_str() == address => url,
            _ => return Err(site.unsendable("it does not make a plain address")),
        };
        let mut request = reqwest::Request::new(call.method.clone(), url);
        let headers = self
            .signed_headers(call, &address, self.shared.settings.clock.now().into())
            .map_err(|problem| site.unsendable(problem))?;
        *request.headers_mut() = headers;
        if !call.body.is_empty() {
            *request.body_mut() = Some(call.body.clone().into());
        } else if matches!(call.method, Method::PUT | Method::POST) {
            let headers = request.headers_mut();
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(request)
    }

    fn signed_headers(
        &self,
        call: &Call,
        address: &str,
        now: SystemTime,
    ) -> Result<HeaderMap, String> {
        let Settings {
            access_key,
            secret_key,
            region,
            ..
        } = &self.shared.settings;
        let method = call.method.as_str();
        match self.shared.settings.signature {
            Signature::V4 => {
                signature::v4_headers(method, address, access_key, secret_key, region, now)
                    .map_err(|error| format!("it cannot be signed: {error}"))
            }
            Signature::V2 => {
                let date = http_date(now)?;
                let mut headers = HeaderMap::from_iter([(DATE, date)]);
                let text = signature::v2_string_to_sign(method, &headers, &call.target);
                let signature = signature::v2_signature(secret_key, &text);
                let (name, value) = signature::v2_authorization(access_key, &signature)
                    .map_err(|error| format!("it cannot be signed: {error}"))?;
                headers.insert(name, value);
                Ok(headers)
            }
        }
    }
}

fn http_client(settings: &Settings, idle_connections: usize) -> Result<reqwest::Client, Error> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("ostor-bridge/", env!("CARGO_PKG_VERSION")))
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .timeout(settings.timeout)
        // Ends before the attempt does, so that a connection never made is told from an answer never given.
        .connect_timeout(settings.timeout / 2)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(idle_connections);
    if settings.endpoint.scheme() == "http" {
        // Plain HTTP must also work where no root certificates are installed.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let cause = super::error::root_cause(&error);
        settings.error(format!("the HTTP client cannot be set up: {cause}"))
    })
}

fn http_date(now: SystemTime) -> Result<HeaderValue, String> {
    let date = Timestamp::try_from(now)
        .and_then(|now| DateTimePrinter::new().timestamp_to_rfc9110_string(&now))
        .map_err(|error| format!("the clock of this host cannot be used: {error}"))?;
    HeaderValue::from_str(&date).map_err(|error| error.to_string())
}

/// Half of the pause is fixed and half is chance, so that callers who failed together do not come back together.
fn pause(attempt: u32) -> Duration {
    let longest = (FIRST_PAUSE * 2_u32.pow(attempt - 1)).min(LONGEST_PAUSE);
    rand::random_range(longest / 2..=longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_second_and_vary() {
        for (attempt, least, most) in [(1, 100, 200), (2, 200, 400), (9, 500, 1000)] {
            for _ in 0..100 {
                let pause = pause(attempt).as_millis();
                assert!((least..=most).contains(&pause), "{attempt}: {pause} ms");
            }
        }
    }

    #[test]
    fn the_date_header_has_the_form_of_http() {
        let time = "2018-06-19T16:00:00.9Z"
            .parse::<Timestamp>()
            .expect("a time");
        assert_eq!(
            http_date(time.into()).expect("a date"),
            "Tue, 19 Jun 2018 16:00:00 GMT"
        );
    }
}
