//! The way of one request: to the admin route, the management services or S3, and what faults make
//! of the answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use s3s::service::S3Service;
use s3s::{Body, HttpResponse};

use super::answers::{
    Written, broken_data, empty_data, half, half_of, html_502, management, of_data, refusal,
};
use super::calls::Call;
use super::faults::{self, Fault};
use super::shared::Shared;
use super::wire::{Failure, Reply, Request, decode_query};
use super::{admin, data, manage};

/// Largest body of a management request, in bytes.
const MAX_BODY: usize = 1 << 20;

/// How a connection ends instead of by HTTP.
#[derive(Debug, thiserror::Error)]
pub(super) enum Ending {
    #[error("the connection is reset")]
    Reset,
    #[error("the connection ends after these bytes")]
    After(Vec<u8>),
}

/// Answers one request.
pub(super) async fn exchange(
    shared: &Arc<Shared>,
    service: &S3Service,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> Result<HttpResponse, Ending> {
    if !shared.is_open() {
        return Err(Ending::Reset);
    }
    let path = request.uri().path();
    if path.starts_with(admin::PREFIX) {
        return Ok(admin::answer(shared, peer, request).await);
    }
    match manage::service_of(request.uri().query().unwrap_or("")) {
        Some(_) if path == "/" => manage_call(shared, request).await,
        _ => data_call(shared, service, request).await,
    }
}

async fn data_call(
    shared: &Shared,
    service: &S3Service,
    request: http::Request<Incoming>,
) -> Result<HttpResponse, Ending> {
    let began = Instant::now();
    let request_id = shared.request_id();
    let mut call = new_call(&request, &request_id);
    let fault = shared.next_fault(&call.method, faults::S3);
    let target = request.uri().to_string();
    let never_continued = awaits_continue_in_vain(&request);
    let mut response = HttpResponse::default();
    if fault.is_none_or(Fault::lets_it_happen) {
        let mut request = request.map(Body::from);
        if fault == Some(Fault::SomeKeys) {
            request.extensions_mut().insert(data::SomeKeys);
        }
        let answer = data::exchange(shared, service, request)
            .await
            .ok_or(Ending::Reset)?;
        (response, call.effect) = (answer.response, answer.effect);
    } else {
        drain(request.into_body()).await;
    }
    if never_continued {
        let close = http::HeaderValue::from_static("close");
        response
            .headers_mut()
            .insert(http::header::CONNECTION, close);
    }
    keep(shared, call);
    let profile = shared.state().profile.clone();
    let written = Written {
        request_id: &request_id,
        began,
        now: shared.clock.now(),
    };
    let response = of_data(response, profile.error_headers, &written);
    let response = match fault {
        None | Some(Fault::SomeKeys) => response,
        Some(Fault::Refused | Fault::CutBefore | Fault::CutAfter) => return Err(Ending::Reset),
        Some(Fault::CutMidAnswer) => return Err(Ending::After(half_of(response).await)),
        Some(Fault::StalledBefore | Fault::StalledAfter) => return std::future::pending().await,
        Some(Fault::Status(status)) => {
            refusal(Failure::of_data_status(status), &target, &profile, &written)
        }
        Some(Fault::Html502Before | Fault::Html502After) => html_502(),
        Some(Fault::EmptyOk) => empty_data(&written),
        Some(Fault::BrokenBody) => broken_data(response).await,
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            response
        }
    };
    answered(shared, &request_id, response.status().as_u16());
    Ok(response)
}

/// Lets a caller send its body to the end, so that it reads the answer.
async fn drain(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}

async fn manage_call(
    shared: &Shared,
    request: http::Request<Incoming>,
) -> Result<HttpResponse, Ending> {
    let began = Instant::now();
    let request_id = shared.request_id();
    let mut call = new_call(&request, &request_id);
    call.service = manage::service_of(request.uri().query().unwrap_or("")).map(str::to_owned);
    let fault = shared.next_fault(&call.method, call.service.as_deref().unwrap_or(""));
    let request = read(request).await?;

    let mut answer = Ok(Reply::done());
    if fault.is_none_or(Fault::lets_it_happen) {
        let outcome = manage::answer(&mut shared.state(), &request, shared.clock.now());
        (call.effect, call.signature, answer) = (outcome.effect, outcome.signature, outcome.answer);
    }
    // Kept before it is answered: a caller that gives up must not hide what its call did.
    keep(shared, call);
    let target = format!("{}?{}", request.path, request.query);
    let answer = spoil(fault, answer).await;
    let profile = shared.state().profile.clone();
    let written = Written {
        request_id: &request_id,
        began,
        now: shared.clock.now(),
    };
    let response = match answer {
        Spoilt::Answer(answer) => management(answer, &target, &profile, &written),
        Spoilt::Page => Ok(html_502()),
        Spoilt::Half(answer) => {
            return Err(Ending::After(
                half(answer, &target, &profile, &written).await,
            ));
        }
        Spoilt::Silence => return std::future::pending().await,
        Spoilt::Cut => return Err(Ending::Reset),
    };
    let status = response
        .as_ref()
        .map_or(204, |response| response.status().as_u16());
    answered(shared, &request_id, status);
    response.map_err(Ending::After)
}

/// What a fault makes of an answer.
enum Spoilt {
    Answer(Result<Reply, Failure>),
    Page,
    Half(Result<Reply, Failure>),
    Silence,
    Cut,
}

async fn spoil(fault: Option<Fault>, answer: Result<Reply, Failure>) -> Spoilt {
    match fault {
        None | Some(Fault::SomeKeys) => Spoilt::Answer(answer),
        Some(Fault::Refused | Fault::CutBefore | Fault::CutAfter) => Spoilt::Cut,
        Some(Fault::CutMidAnswer) => Spoilt::Half(answer),
        Some(Fault::StalledBefore | Fault::StalledAfter) => Spoilt::Silence,
        Some(Fault::Status(status)) => Spoilt::Answer(Err(Failure::of_status(status))),
        Some(Fault::Html502Before | Fault::Html502After) => Spoilt::Page,
        Some(Fault::EmptyOk) => Spoilt::Answer(Ok(Reply::done())),
        Some(Fault::BrokenBody) => Spoilt::Answer(Ok(Reply {
            body: broken(answer),
            ..Reply::done()
        })),
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            Spoilt::Answer(answer)
        }
    }
}

fn broken(answer: Result<Reply, Failure>) -> String {
    match answer {
        Ok(reply) if !reply.body.is_empty() => {
            let half = reply.body.chars().count() / 2;
            reply.body.chars().take(half).collect()
        }
        _ => "{\"status\": tru".to_owned(),
    }
}

async fn read(request: http::Request<Incoming>) -> Result<Request, Ending> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(|error| {
            tracing::debug!(%error, "the body of a management call could not be read");
            Ending::Reset
        })?;
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers: parts.headers,
        body: body.to_bytes(),
    })
}

fn new_call(request: &http::Request<Incoming>, request_id: &str) -> Call {
    let uri = request.uri();
    Call {
        method: request.method().as_str().to_owned(),
        service: None,
        query: decode_query(uri.query().unwrap_or("")),
        path: uri.path().to_owned(),
        status: None,
        effect: false,
        request_id: request_id.to_owned(),
        signature: claimed_signature(request),
    }
}

/// Keeps a call, and closes the port if the next one shall be refused.
fn keep(shared: &Shared, call: Call) {
    shared.state().calls.push(call);
    shared.refuse_if_due();
}

/// Notes the status a call is answered with.
fn answered(shared: &Shared, request_id: &str, status: u16) {
    let mut state = shared.state();
    // From the end, where it almost always is; it may have been cleared.
    let found = state
        .calls
        .iter_mut()
        .rev()
        .find(|call| call.request_id == request_id);
    let Some(call) = found else { return };
    call.status = Some(status);
    // Data requests are too many to tell of each.
    if call.service.is_none() {
        return;
    }
    tracing::info!(
        method = call.method,
        service = call.service,
        status,
        effect = call.effect,
        signature = call.signature,
        request_id,
        "management call"
    );
}

/// Whether a client waits for `100 Continue` although it has no body to continue with. botocore does,
/// and takes the next answer on that connection for a wrong one; so the connection is closed.
fn awaits_continue_in_vain(request: &http::Request<Incoming>) -> bool {
    let empty = hyper::body::Body::is_end_stream(request.body());
    empty && request.headers().contains_key(http::header::EXPECT)
}

/// Signature version a request claims to have.
fn claimed_signature(request: &http::Request<Incoming>) -> &'static str {
    let header = request
        .headers()
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let query = request.uri().query().unwrap_or("");
    match header {
        Some(header) if header.starts_with("AWS4-HMAC-SHA256") => "v4",
        Some(header) if header.starts_with("AWS ") => "v2",
        Some(_) => "invalid",
        None if query.contains("X-Amz-Signature=") => "v4",
        None if query.contains("Signature=") => "v2",
        None => "none",
    }
}
