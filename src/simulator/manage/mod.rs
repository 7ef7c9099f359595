//! The management services: `VERB /?ostor-<service>&…`.
//!
//! Each file is one service. Refusals no document settles are answered in the way that is safest to
//! rely on; the switches of the profile change them.

mod accounts;
mod buckets;
mod limits;
mod quotas;
mod usage;
mod users;

use jiff::Timestamp;

use super::state::State;
use super::verify;
use super::wire::{Failure, Params, Reply, Request};

/// What came of a management call.
pub(super) struct Outcome {
    pub(super) answer: Result<Reply, Failure>,
    /// See [`super::Call::signature`].
    pub(super) signature: &'static str,
    /// Whether the cluster changed.
    pub(super) effect: bool,
}

/// The service a query addresses: its first parameter that begins with `ostor-`.
pub(super) fn service_of(query: &str) -> Option<&str> {
    let names = query
        .split('&')
        .map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    names.into_iter().find(|name| name.starts_with("ostor-"))
}

/// Verifies and carries out a call.
pub(super) fn answer(state: &mut State, request: &Request, now: Timestamp) -> Outcome {
    let proven = verify::verify(request, now, state.profile.lenient_signatures, |key_id| {
        state
            .users
            .by_key(key_id)
            .map(|(_, pair)| pair.secret.clone())
    });
    let proof = match proven {
        Ok(proof) => proof,
        Err(failure) => {
            let signature = if request.header("authorization").is_empty() {
                "none"
            } else {
                "invalid"
            };
            return Outcome {
                answer: Err(failure),
                signature,
                effect: false,
            };
        }
    };
    let answer = if state
        .users
        .by_key(&proof.key_id)
        .is_some_and(|(user, _)| user.system)
    {
        dispatch(state, request, now)
    } else {
        Err(Failure::new(
            403,
            "AccessDenied",
            "Only system users may call the management services.",
        ))
    };
    let effect = answer.is_ok() && request.method != "GET";
    Outcome {
        answer,
        signature: proof.scheme,
        effect,
    }
}

fn dispatch(state: &mut State, request: &Request, now: Timestamp) -> Result<Reply, Failure> {
    let service = service_of(&request.query).unwrap_or("");
    if !request.query.starts_with(service) {
        return Err(Failure::bad(format!(
            "{service} must be the first parameter of the query"
        )));
    }
    let (profile, params) = (&state.profile, request.params());
    let verb = request.method.as_str();
    match service {
        "ostor-users" => users::answer(state, verb, &params, now),
        "ostor-accounts" if profile.accounts => accounts::answer(state, verb, &params),
        "ostor-buckets" => buckets::answer(state, verb, &params, &request.body, now),
        "ostor-limits" => limits::answer(state, verb, &params),
        "ostor-quotas" if profile.quotas_known => quotas::answer(state, verb, &params),
        "ostor-usage" => usage::answer(state, verb, &params, now),
        _ => Err(Failure::bad(format!("Unknown service {service}"))),
    }
}

/// 405 for a verb a service does not know.
fn wrong_verb(verb: &str) -> Failure {
    let message = format!("The method {verb} is not allowed against this resource.");
    Failure::new(405, "MethodNotAllowed", message)
}

/// What a call is about.
enum Target {
    /// Id of a user that exists.
    User(String),
    /// Name of a bucket that exists.
    Bucket(String),
}

/// The user or, with `bucket` among the names, the bucket that the one selector of `names` selects.
fn target(state: &State, params: &Params, names: &[&'static str]) -> Result<Target, Failure> {
    let (name, value) = params.one_of(names)?;
    let found = match name {
        "bucket" => {
            let bucket = state
                .buckets
                .get(value)
                .ok_or_else(|| no_such_bucket(value))?;
            return Ok(Target::Bucket(bucket.name.clone()));
        }
        "emailAddress" => state.users.by_email(value),
        _ => state.users.get(value),
    };
    found
        .map(|user| Target::User(user.id.clone()))
        .ok_or_else(|| Failure::new(404, "NoSuchUser", format!("User {value} does not exist")))
}

/// Id of the user the one selector selects.
fn target_user(state: &State, params: &Params) -> Result<String, Failure> {
    match target(state, params, &["emailAddress", "id"])? {
        Target::User(id) => Ok(id),
        Target::Bucket(name) => Err(no_such_bucket(&name)),
    }
}

fn no_such_bucket(name: &str) -> Failure {
    Failure::new(
        404,
        "NoSuchBucket",
        format!("The bucket {name} does not exist"),
    )
}

/// The user vanished between two look-ups under one lock, which cannot happen.
fn gone() -> Failure {
    Failure::of_status(500)
}
