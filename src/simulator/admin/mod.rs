//! The route by which demonstrations and tests in other languages steer the simulator:
//! `/_simulator/…`, unsigned, answered on loopback only. Secrets are never shown.

mod planted;
mod shown;

use std::net::SocketAddr;
use std::sync::Arc;

use http::{Method, Response, StatusCode};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use jiff::{SignedDuration, Timestamp};
use s3s::{Body, HttpResponse};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::simulator::faults::{Aim, Fault};
use crate::simulator::shared::Shared;

/// All paths of this route begin with it.
pub(super) const PREFIX: &str = "/_simulator/";

const MAX_BODY: usize = 1 << 16;

/// `{"fault":"cut_after","nth":1}` or `{"fault":"cut_after","always":true}`, with `"method":"DELETE",
/// "service":"ostor-usage"` for such calls alone (`s3` for data requests), and with `"lasts":"2s"`: then all faults are
/// taken back. Without it a refused gateway could not be reached to take anything back, so `refused`
/// needs it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultWish {
    fault: String,
    nth: Option<u32>,
    #[serde(default)]
    always: bool,
    lasts: Option<String>,
    method: Option<String>,
    service: Option<String>,
}

/// `{"set":"2018-06-19T16:00:00Z"}` or `{"advance":"2h"}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
enum ClockWish {
    Set(String),
    Advance(String),
}

/// Answers a request to the route.
pub(super) async fn answer(
    shared: &Arc<Shared>,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> HttpResponse {
    if !peer.ip().is_loopback() {
        return respond(
            StatusCode::FORBIDDEN,
            &json!({"error": "this route is for loopback connections only"}),
        );
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let body = match Limited::new(request.into_body(), MAX_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return refuse(&format!("the body could not be read: {error}")),
    };
    match (method, path.strip_prefix(PREFIX).unwrap_or("")) {
        (Method::GET, "state") => respond(StatusCode::OK, &shown::state(shared)),
        (Method::GET, "truth") => respond(StatusCode::OK, &shown::truth(shared)),
        (Method::POST, "fault") => done(plan_fault(shared, &body)),
        (Method::DELETE, "fault") => {
            shared.clear_faults();
            done(Ok(()))
        }
        (Method::POST, "clock") => done(turn_clock(shared, &body)),
        (Method::POST, "traffic") => done(planted::traffic(shared, &body)),
        (Method::POST, "object") => done(planted::object(shared, &body)),
        (Method::POST, "objects") => done(planted::objects(shared, &body)),
        (Method::POST, "uploads") => done(planted::uploads(shared, &body)),
        (Method::POST, "denial") => done(planted::denial(shared, &body)),
        (Method::DELETE, "object") => done(planted::no_object(shared, &body)),
        (Method::DELETE, "bucket") => done(planted::no_bucket(shared, &body)),
        (Method::POST, "restart") => done(planted::restart(shared, &body)),
        _ => respond(
            StatusCode::NOT_FOUND,
            &json!({"error": "there is GET state and truth, POST fault, clock, traffic, object, objects, uploads, \
                              denial and restart, DELETE fault, object and bucket"}),
        ),
    }
}

/// Reads what a request wishes.
fn wish<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn plan_fault(shared: &Arc<Shared>, body: &[u8]) -> Result<(), String> {
    let wish: FaultWish = wish(body)?;
    let fault: Fault = wish
        .fault
        .parse()
        .map_err(|error: crate::simulator::UnknownFault| error.to_string())?;
    let lasts = wish
        .lasts
        .as_deref()
        .map(humantime::parse_duration)
        .transpose();
    let lasts = lasts.map_err(|error| error.to_string())?;
    if fault == Fault::Refused && lasts.is_none() {
        return Err("`refused` needs `lasts`, or nobody could take it back here".to_owned());
    }
    let aim = match (wish.method, wish.service) {
        (None, None) => Aim::Any,
        (Some(method), Some(service)) => Aim::at(&method, &service),
        _ => return Err("write `method` and `service`, or neither".to_owned()),
    };
    match (wish.always, wish.nth) {
        (true, None) => shared.plan(|faults| faults.plan_always(fault, aim)),
        (true, Some(_)) => return Err("write either `nth` or `always`, not both".to_owned()),
        (false, nth) => shared.plan(|faults| faults.plan(fault, nth.unwrap_or(1), aim)),
    }
    if let Some(time) = lasts {
        let shared = shared.clone();
        tokio::spawn(async move {
            tokio::time::sleep(time).await;
            shared.clear_faults();
        });
    }
    Ok(())
}

fn turn_clock(shared: &Shared, body: &[u8]) -> Result<(), String> {
    match wish(body)? {
        ClockWish::Set(now) => shared.clock.set(
            now.parse::<Timestamp>()
                .map_err(|error| error.to_string())?,
        ),
        ClockWish::Advance(step) => {
            shared.clock.advance(
                step.parse::<SignedDuration>()
                    .map_err(|error| error.to_string())?,
            );
        }
    }
    Ok(())
}

fn done(outcome: Result<(), String>) -> HttpResponse {
    match outcome {
        Ok(()) => respond(StatusCode::OK, &json!({"ok": true})),
        Err(error) => refuse(&error),
    }
}

fn refuse(error: &str) -> HttpResponse {
    respond(StatusCode::BAD_REQUEST, &json!({"error": error}))
}

fn respond(status: StatusCode, body: &Value) -> HttpResponse {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, json);
    response
}
