//! The id that follows a call from WHMCS's log to the gateway's: taken from `X-Request-Id`, or
//! made here, put into the request's span, and sent back.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{HttpMessage, HttpRequest};
use tracing_actix_web::RootSpanBuilder;

use crate::telemetry;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id taken from a caller.
const MAX_LENGTH: usize = 64;

/// The id of one request.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub String);

impl RequestId {
    /// The request's id; the middleware has put it there.
    pub fn of(request: &HttpRequest) -> Self {
        request
            .extensions()
            .get::<Self>()
            .cloned()
            .unwrap_or_else(Self::new)
    }

    fn new() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string())
    }

    /// The caller's id, if it can stand in a log line as it is.
    fn given(request: &ServiceRequest) -> Option<Self> {
        let text = request.headers().get(HEADER)?.to_str().ok()?;
        let good = (1..=MAX_LENGTH).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        good.then(|| Self(text.to_owned()))
    }
}

/// Gives every request its id and every answer the header.
pub(super) async fn assign<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = RequestId::given(&request).unwrap_or_else(RequestId::new);
    request.extensions_mut().insert(id.clone());
    let mut response = next.call(request).await?;
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    Ok(response)
}

/// The span of a request: these fields and no others, so that nothing leaks into the log by
/// default.
pub(super) struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> tracing::Span {
        let id = request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default();
        macro_rules! span {
            ($target:expr) => {
                // At this level whatever is logged: a warning without its request could not be found.
                tracing::error_span!(
                    target: $target,
                    "request",
                    request_id = %id,
                    method = %request.method(),
                    path = %request.path(),
                    status = tracing::field::Empty,
                )
            };
        }
        if request.path() != "/rpc" {
            return span!(telemetry::PROBES);
        }
        let span = span!(module_path!());
        let caller = request.headers().get("traceparent");
        if let Some(Ok(caller)) = caller.map(HeaderValue::to_str) {
            telemetry::continue_trace(&span, caller);
        }
        span
    }

    fn on_request_end<B: MessageBody>(
        span: tracing::Span,
        outcome: &Result<ServiceResponse<B>, actix_web::Error>,
    ) {
        if let Ok(response) = outcome {
            span.record("status", response.status().as_u16());
        }
    }
}
