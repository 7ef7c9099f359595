//! Traces: the spans of requests, of calls within them and of gateway calls within those, sent to a collector by OTLP
//! over HTTP. Spans only, never lines of the log.

use std::collections::HashMap;
use std::time::Duration;

use bytes::Bytes;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{TraceContextExt, TracerProvider};
use opentelemetry_http::{HttpClient, HttpError};
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, SpanExporter, WithExportConfig, WithHttpConfig,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Level, Metadata, Span};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::{Layer, Registry};
use url::Url;

use super::AnyLayer;

/// Longest time a collector gets for one batch, and for the last one.
const PATIENCE: Duration = Duration::from_secs(5);

/// Target of the spans of requests that come every few seconds and tell nothing: health, metrics.
pub const PROBES: &str = "ostor_bridge::probes";

/// Why traces cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The client for it cannot be made.
    #[error("the HTTP client for traces cannot be set up")]
    Client(#[from] reqwest::Error),
    /// The library refuses what it is given.
    #[error("traces cannot be sent to telemetry.otlp_endpoint")]
    Exporter(#[from] ExporterBuildError),
}

/// Traces on their way.
#[derive(Debug)]
pub(super) struct Sending(SdkTracerProvider);

pub(super) fn start(endpoint: &Url) -> Result<(Sending, AnyLayer<Registry>), Error> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Collector::at(endpoint)?)
        .with_protocol(Protocol::HttpBinary)
        .with_timeout(PATIENCE)
        .with_endpoint(format!("{}v1/traces", endpoint.as_str()))
        .build()?;
    let resource = Resource::builder_empty()
        .with_service_name("ostor-bridge")
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            env!("CARGO_PKG_VERSION"),
        ))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("ostor-bridge"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(is_traced).with_max_level_hint(LevelFilter::DEBUG));
    Ok((Sending(provider), Box::new(layer)))
}

fn is_traced(metadata: &Metadata<'_>) -> bool {
    let ours = metadata.target().starts_with("ostor_bridge") && metadata.target() != PROBES;
    ours && metadata.is_span() && *metadata.level() <= Level::DEBUG
}

impl Sending {
    pub(super) async fn stop(self) {
        // It waits for the last batch, which is sent on this runtime.
        let ended =
            tokio::task::spawn_blocking(move || self.0.shutdown_with_timeout(PATIENCE)).await;
        if let Ok(Err(error)) = ended {
            tracing::warn!(%error, "the last traces may be missing at the collector");
        }
    }
}

/// Puts a request's span into the trace of its caller, as the header `traceparent` (W3C Trace Context) names it. What is
/// no such header is passed over.
pub fn continue_trace(span: &Span, traceparent: &str) {
    let headers = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let caller = TraceContextPropagator::new().extract(&headers);
    if caller.span().span_context().is_valid() {
        // Refused only by a span that has begun, or when nothing is traced.
        let _ = span.set_parent(caller);
    }
}

/// The collector, as the exporter's own thread reaches it: over the client and the runtime of the service.
#[derive(Debug)]
struct Collector {
    address: String,
    http: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

impl Collector {
    fn at(endpoint: &Url) -> Result<Self, reqwest::Error> {
        // Somebody else in the process may have chosen a provider already; theirs serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = reqwest::Client::builder().timeout(PATIENCE).no_proxy();
        if endpoint.scheme() == "http" {
            // Must also work where no root certificates are installed.
            client = client.tls_certs_only([]);
        }
        Ok(Self {
            address: endpoint.as_str().to_owned(),
            http: client.build()?,
            runtime: tokio::runtime::Handle::current(),
        })
    }
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    async fn send_bytes(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let response = http.execute(request.try_into()?).await?;
            let status = response.status();
            Ok::<_, reqwest::Error>((status, response.bytes().await?))
        });
        let answer = sent.await?;
        let collector = &self.address;
        match &answer {
            Ok((status, _)) if status.is_success() => {}
            Ok((status, _)) => {
                tracing::warn!(collector, %status, "the collector did not take traces");
            }
            Err(error) => {
                let error: &(dyn std::error::Error + 'static) = error;
                tracing::warn!(collector, error, "traces did not reach the collector");
            }
        }
        let (status, body) = answer?;
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        Ok(response)
    }
}
