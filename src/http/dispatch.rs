//! From a method's name to its function: scope, parameters, call, result.

use std::future::Future;
use std::time::Instant;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::{RawValue, to_raw_value};
use tracing::Instrument;

use crate::app::Services;
use crate::config::Scope;

use super::auth::Caller;
use super::envelope::{Body, Call, Item, Outcome, Response};
use super::error::{Failure, Reason};
use super::methods::{self, Context};
use super::{admin, usage};

/// Answers a whole body; `None` when it holds notifications only.
pub(super) async fn answer(
    services: &Services,
    caller: &Caller,
    body: &[u8],
    request_id: &str,
) -> Option<String> {
    let answer = match super::envelope::read(body) {
        Err(failure) => to_text(&Response::new(
            None,
            Outcome::Error(failure.object(request_id)),
        )),
        Ok(Body::Single(item)) => {
            let answer = run_item(services, caller, &item, request_id);
            to_text(&answer.instrument(call_span()).await?)
        }
        Ok(Body::Batch(items)) => {
            let mut answers = Vec::new();
            // One after the other: calls of a batch may be about the same service.
            for item in &items {
                let answer = run_item(services, caller, item, request_id);
                answers.extend(answer.instrument(call_span()).await);
            }
            if answers.is_empty() {
                return None;
            }
            to_text(&answers)
        }
    };
    Some(answer)
}

/// One per call, so that the calls of a batch are told apart. The fields are filled when the
/// parameters are known.
fn call_span() -> tracing::Span {
    let empty = tracing::field::Empty;
    tracing::error_span!("call", cluster = empty, service_id = empty)
}

/// The answer to a request that was refused before it was read.
pub(super) fn refusal(failure: &Failure, body: &[u8], request_id: &str) -> String {
    let outcome = Outcome::Error(failure.object(request_id));
    to_text(&Response::new(super::envelope::peek_id(body), outcome))
}

/// Whether nothing in the body asks for an answer.
pub(super) fn is_notification(body: &[u8]) -> bool {
    let silent = |item: &Item<'_>| matches!(item, Item::Call(call) if call.id.is_none());
    match super::envelope::read(body) {
        Ok(Body::Single(item)) => silent(&item),
        Ok(Body::Batch(items)) => items.iter().all(silent),
        Err(_) => false,
    }
}

/// All our answers have a JSON form: no maps with other keys than text, no failing serialisers.
fn to_text<T: Serialize>(answer: &T) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}

async fn run_item<'a>(
    services: &Services,
    caller: &Caller,
    item: &Item<'a>,
    request_id: &str,
) -> Option<Response<'a>> {
    let call = match item {
        Item::Call(call) => call,
        Item::Invalid(id, failure) => {
            return Some(Response::new(
                *id,
                Outcome::Error(failure.object(request_id)),
            ));
        }
    };
    let started = Instant::now();
    let context = Context {
        services,
        client: &caller.client,
        request_id,
    };
    let result = run(context, caller, call).await;
    let elapsed_ms = started.elapsed().as_millis();
    // The name comes from outside: cut, and escaped by the log's Debug form.
    let rpc_method = &call.method[..call.method.floor_char_boundary(64)];
    let outcome = match result {
        Ok(result) => {
            tracing::info!(
                client = caller.client,
                ?rpc_method,
                elapsed_ms,
                "call succeeded"
            );
            Outcome::Result(result)
        }
        Err(failure) => {
            tracing::warn!(
                client = caller.client,
                ?rpc_method,
                elapsed_ms,
                reason = failure.reason.as_str(),
                // Not `message`: the log prints that one unescaped, and callers' words are in it.
                error = failure.message,
                "call failed"
            );
            Outcome::Error(failure.object(request_id))
        }
    };
    call.id.map(|id| Response::new(Some(id), outcome))
}

async fn run(
    context: Context<'_>,
    caller: &Caller,
    call: &Call<'_>,
) -> Result<Box<RawValue>, Failure> {
    use Scope::{Admin, Provision, Usage};
    let route = Route { caller, call };
    macro_rules! call {
        ($scope:expr, $function:path) => {{
            let params = route.params($scope)?;
            result($function(context, params)).await
        }};
    }
    match call.method.as_str() {
        "CreateAccount" => call!(Provision, methods::create_account),
        "SuspendAccount" => call!(Provision, methods::suspend_account),
        "UnsuspendAccount" => call!(Provision, methods::unsuspend_account),
        "TerminateAccount" => call!(Provision, methods::terminate_account),
        "ChangePackage" => call!(Provision, methods::change_package),
        "TestConnection" => call!(Provision, methods::test_connection),
        "AccountState" => call!(Provision, methods::account_state),
        "UsageUpdate" => call!(Usage, usage::usage_update),
        "MetricUsage" => call!(Usage, usage::metric_usage),
        "ListAccounts" => call!(Usage, usage::list_accounts),
        "usage.history" => call!(Usage, usage::history),
        "users.list" => call!(Admin, admin::users_list),
        "users.get" => call!(Admin, admin::users_get),
        "users.create" => call!(Admin, admin::users_create),
        "users.delete" => call!(Admin, admin::users_delete),
        "users.enable" => call!(Admin, admin::users_enable),
        "users.disable" => call!(Admin, admin::users_disable),
        "keys.list" => call!(Admin, admin::keys_list),
        "keys.generate" => call!(Admin, admin::keys_generate),
        "keys.revoke" => call!(Admin, admin::keys_revoke),
        "accounts.list" => call!(Admin, admin::accounts_list),
        "accounts.get" => call!(Admin, admin::accounts_get),
        "accounts.create" => call!(Admin, admin::accounts_create),
        "accounts.delete" => call!(Admin, admin::accounts_delete),
        "buckets.list" => call!(Admin, admin::buckets_list),
        "buckets.get" => call!(Admin, admin::buckets_get),
        "buckets.delete" => call!(Admin, admin::buckets_delete),
        "limits.get" => call!(Admin, admin::limits_get),
        "limits.set" => call!(Admin, admin::limits_set),
        "limits.delete" => call!(Admin, admin::limits_delete),
        "quotas.get" => call!(Admin, admin::quotas_get),
        "quotas.set" => call!(Admin, admin::quotas_set),
        "quotas.delete" => call!(Admin, admin::quotas_delete),
        "statistics.list" => call!(Admin, admin::statistics_list),
        "statistics.get" => call!(Admin, admin::statistics_get),
        "statistics.delete" => call!(Admin, admin::statistics_delete),
        "audit.list" => call!(Admin, admin::audit_list),
        _ => Err(Failure::of(Reason::MethodNotFound)),
    }
}

async fn result<T: Serialize>(
    call: impl Future<Output = Result<T, Failure>>,
) -> Result<Box<RawValue>, Failure> {
    let result = call.await?;
    to_raw_value(&result).map_err(|error| {
        tracing::error!(%error, "a result has no JSON form");
        Failure::of(Reason::InternalError)
    })
}

/// What stands between a method's name and its function.
struct Route<'a> {
    caller: &'a Caller,
    call: &'a Call<'a>,
}

impl Route<'_> {
    /// The parameters, if the caller may call the method and they fit it.
    fn params<T: DeserializeOwned>(&self, scope: Scope) -> Result<T, Failure> {
        if !self.caller.may(scope) {
            return Err(Failure::of(Reason::ScopeMissing));
        }
        let text = self.call.params.map_or("{}", RawValue::get);
        if text.starts_with('[') {
            return Err(Failure::new(
                Reason::InvalidParams,
                "parameters are taken by name, not by position",
            ));
        }
        let mut json = serde_json::Deserializer::from_str(text);
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            let text = error.into_inner().to_string();
            // Line and column are those of the parameters alone and would mislead.
            let what = text
                .rsplit_once(" at line ")
                .map_or(&*text, |(what, _)| what);
            let place = match path.as_str() {
                "." => String::new(),
                path if what.starts_with(path) => String::new(),
                path => format!("{path}: "),
            };
            let method = &self.call.method;
            Failure::new(
                Reason::InvalidParams,
                format!("the parameters of {method} are not usable: {place}{what}"),
            )
        })
    }
}
