//! The data plane: S3 itself, on the same port.
//!
//! The `s3s` crate speaks the protocol and verifies signatures of both versions; what is stored, who
//! may reach it and what is counted is decided here. Signatures are not held against the simulator's
//! clock: stock clients sign with the machine's time, whatever time the simulator shows.

mod access;
mod acl;
pub(super) mod bucket;
mod deletion;
mod listing;
mod lock;
mod multipart;
mod objects;
mod paging;
pub(super) mod planting;
mod service;
mod stored;

use std::sync::{Arc, MutexGuard};

use http::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderName};
use http::{HeaderMap, Method};
use http_body_util::{BodyExt, Limited};
use jiff::Timestamp;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpRequest, HttpResponse, S3Response, S3Result};

use self::access::{Names, Trace, Traced, only_reads, statistics_class};
use self::deletion::Document;
use super::clock::Clock;
use super::shared::Shared;
use super::state::State;
use super::statistics::Counters;
use super::verify::{self, Adaptation};
use super::wire::Request;

/// Largest document of a multi-delete, in bytes: 1000 keys of 1024 bytes with room for references.
const MAX_DOCUMENT: usize = 8 << 20;

/// What an S3 operation answers.
type Answer<T> = S3Result<S3Response<T>>;

fn answer<T>(output: T) -> Answer<T> {
    Ok(S3Response::new(output))
}

/// The cluster as S3 requests see it.
#[derive(Clone)]
pub(super) struct Plane {
    shared: Arc<Shared>,
}

/// Marks a multi-delete of which some keys shall fail.
#[derive(Clone)]
pub(super) struct SomeKeys;

/// What came of a data request.
pub(super) struct Exchanged {
    pub(super) response: HttpResponse,
    /// Whether the cluster changed.
    pub(super) effect: bool,
}

/// Makes the S3 service over the shared state.
pub(super) fn service(shared: &Arc<Shared>) -> S3Service {
    let plane = Plane {
        shared: shared.clone(),
    };
    let mut config = S3Config::default();
    config.presigned_url_max_skew_time_secs = u32::MAX;
    let mut builder = S3ServiceBuilder::new(plane.clone());
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
    builder.set_auth(plane.clone());
    builder.set_access(plane);
    builder.set_validation(Names);
    builder.build()
}

/// Answers a data request and counts it.
pub(super) async fn exchange(
    shared: &Shared,
    service: &S3Service,
    mut request: HttpRequest,
) -> Option<Exchanged> {
    let trace = Trace::default();
    request.extensions_mut().insert(trace.clone());
    adapt(&shared.state(), &mut request);
    if is_multi_delete(&request) {
        let body = std::mem::take(request.body_mut());
        let body = Limited::new(body, MAX_DOCUMENT).collect().await.ok()?;
        let body = body.to_bytes();
        request.extensions_mut().insert(Document(body.clone()));
        *request.body_mut() = Body::from(body);
    }
    let uploaded = length(request.headers(), "x-amz-decoded-content-length")
        .or_else(|| length(request.headers(), CONTENT_LENGTH.as_str()));
    let mut response = service
        .call(request)
        .await
        .map_err(|error| tracing::error!(?error, "data request failed"))
        .ok()?;
    let traced = trace.get();
    let effect = response.status().is_success() && !only_reads(&traced.operation);
    if traced.operation != "GetObject" {
        refer_controls(&mut response);
    }
    if response.status().is_success() {
        count(shared, traced, uploaded.unwrap_or(0), &response);
    }
    Some(Exchanged { response, effect })
}

fn is_multi_delete(request: &HttpRequest) -> bool {
    let query = request.uri().query().unwrap_or("");
    let names = query.split('&').filter_map(|pair| pair.split('=').next());
    request.method() == Method::POST && names.into_iter().any(|name| name == "delete")
}

/// Lets `s3s` understand what stock clients sign in ways it does not know.
fn adapt(state: &State, request: &mut HttpRequest) {
    let seen = Request {
        method: request.method().as_str().to_owned(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or("").to_owned(),
        headers: request.headers().clone(),
        body: bytes::Bytes::new(),
    };
    let secret_of = |key_id: &str| {
        state
            .users
            .by_key(key_id)
            .map(|(_, pair)| pair.secret.clone())
    };
    match verify::adaptation(&seen, state.profile.lenient_signatures, secret_of) {
        Some(Adaptation::Authorization(text)) => {
            if let Ok(value) = text.parse() {
                request.headers_mut().insert(AUTHORIZATION, value);
            }
        }
        Some(Adaptation::TrailingSlash) => {
            if let Ok(uri) = format!("{}/?{}", seen.path, seen.query).parse() {
                *request.uri_mut() = uri;
            }
        }
        None => {}
    }
}

/// Writes control characters of an XML answer as references, as S3 does. As they are, a parser would take a
/// carriage return for a line's end. Most of them XML 1.0 allows in neither form.
fn refer_controls(response: &mut HttpResponse) {
    let referred = |c: char| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\u{7f}');
    let Some(body) = response.body().bytes() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(&body) else {
        return;
    };
    if !text.contains(referred) {
        return;
    }
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if referred(c) {
            written.push_str(&format!("&#x{:X};", u32::from(c)));
        } else {
            written.push(c);
        }
    }
    response.headers_mut().remove(CONTENT_LENGTH);
    *response.body_mut() = Body::from(written);
}

/// Only object payload counts as traffic, not the XML of listings and the like.
fn count(shared: &Shared, traced: Traced, uploaded: u64, response: &HttpResponse) {
    let (uploaded, downloaded) = match traced.operation.as_str() {
        "PutObject" | "UploadPart" => (uploaded, 0),
        "GetObject" => (
            0,
            length(response.headers(), CONTENT_LENGTH.as_str())
                .unwrap_or_else(|| body_length(response)),
        ),
        _ => (0, 0),
    };
    let class = statistics_class(&traced.operation);
    let counters = Counters::one(class, uploaded, downloaded);
    let (mut state, now) = shared.state_now();
    // A request that made its bucket found none when it arrived; one that deleted it finds none now.
    let epoch = match traced.epoch {
        0 => state.buckets.epoch(&traced.bucket),
        epoch => epoch,
    };
    state.count(traced.user_id, traced.bucket, epoch, counters, now);
}

fn length(headers: &HeaderMap, name: impl AsRef<str>) -> Option<u64> {
    let name: HeaderName = name.as_ref().parse().ok()?;
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn body_length(response: &HttpResponse) -> u64 {
    hyper::body::Body::size_hint(response.body())
        .exact()
        .unwrap_or(0)
}

/// Code and message of an S3 error, read from its XML.
pub(super) fn error_of(body: &Body) -> Option<(String, String)> {
    let bytes = body.bytes()?;
    let text = std::str::from_utf8(&bytes).ok()?;
    let inner = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        rest.split_once(&format!("</{name}>"))
            .map(|(inner, _)| inner.to_owned())
    };
    Some((inner("Code")?, inner("Message").unwrap_or_default()))
}

impl Plane {
    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }

    fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    fn now(&self) -> Timestamp {
        self.clock().now()
    }
}
