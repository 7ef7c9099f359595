//! From a method's name to its function: scope, parameters, call, result.

use std::future::Future;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};
use tracing::Instrument;

use crate::app::Services;
use crate::config::Scope;

use super::auth::Caller;
use super::envelope::{Body, Call, Item, Outcome, Response};
use super::error::{Failure, Reason};
use super::methods::{self, Context};
use super::schema::{describe, document};
use super::{admin, client_area, customer, jobs, usage, usage_buckets};

/// What metrics call a request that holds no call.
const NO_CALL: &str = "none";

/// Answers a whole body; `None` when it holds notifications only.
pub(super) async fn answer(
    services: &Services,
    caller: &Caller,
    body: &[u8],
    request_id: &str,
) -> Option<String> {
    let answer = match super::envelope::read(body) {
        Err(failure) => {
            let reason = failure.reason.as_str();
            services.metrics.rpc_call(NO_CALL, reason, Duration::ZERO);
            to_text(&Response::new(
                None,
                Outcome::Error(failure.object(request_id)),
            ))
        }
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

/// The call as traces show it; the log tells its method at its end.
fn method_span(name: &'static str) -> tracing::Span {
    let empty = tracing::field::Empty;
    tracing::debug_span!(
        "method",
        otel.name = name,
        outcome = empty,
        otel.status_code = empty
    )
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
            let reason = failure.reason.as_str();
            services.metrics.rpc_call(NO_CALL, reason, Duration::ZERO);
            return Some(Response::new(
                *id,
                Outcome::Error(failure.object(request_id)),
            ));
        }
    };
    let started = Instant::now();
    let call_span = tracing::Span::current();
    let context = Context {
        services,
        client: &caller.client,
        request_id,
        span: &call_span,
    };
    let name = known_name(&call.method);
    let span = method_span(name);
    let result = run(context, caller, call).instrument(span.clone()).await;
    let took = started.elapsed();
    let elapsed_ms = took.as_millis();
    let word = match &result {
        Ok(_) => "success",
        Err(failure) => failure.reason.as_str(),
    };
    span.record("outcome", word);
    if result.is_err() {
        span.record("otel.status_code", "ERROR");
    }
    drop(span);
    services.metrics.rpc_call(name, word, took);
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

/// Every method, once: its name, its scope, its function and a line about it.
macro_rules! methods {
    ($($name:literal $scope:ident $function:path = $summary:literal;)*) => {
        async fn run(
            context: Context<'_>,
            caller: &Caller,
            call: &Call<'_>,
        ) -> Result<Box<RawValue>, Failure> {
            let route = Route { caller, call };
            match call.method.as_str() {
                $($name => {
                    let params = route.params(Scope::$scope)?;
                    result($function(context, params)).await
                })*
                "rpc.discover" => result(async { Ok(openrpc()) }).await,
                _ => Err(Failure::of(Reason::MethodNotFound)),
            }
        }

        /// The method's name, or `unknown`: callers can make up any number of names.
        fn known_name(method: &str) -> &'static str {
            match method {
                $($name => $name,)*
                "rpc.discover" => "rpc.discover",
                _ => "unknown",
            }
        }

        /// The OpenRPC document of all methods.
        pub(super) fn openrpc() -> &'static Value {
            static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
                document(&[$(describe($name, $summary, Scope::$scope, $function)),*])
            });
            &DOCUMENT
        }
    };
}

methods! {
    "CreateAccount" Provision methods::create_account = "Makes sure of a service's S3 user, with its plan and a key pair.";
    "SuspendAccount" Provision methods::suspend_account = "Stops a service's access to its data.";
    "UnsuspendAccount" Provision methods::unsuspend_account = "Gives a service access to its data again.";
    "TerminateAccount" Provision methods::terminate_account = "Deletes a service's S3 user, has a job delete it, or says why not.";
    "ChangePackage" Provision methods::change_package = "Makes another plan hold.";
    "TestConnection" Provision methods::test_connection = "Checks a cluster without changing anything.";
    "AccountState" Provision methods::account_state = "What is on record of a service beside what the gateway shows.";
    "ClientArea" Provision client_area::client_area = "All that the customer's page shows of a service.";
    "RotateKeys" Provision customer::rotate_keys = "Makes one more key pair for a service's customer; the old one works on.";
    "RevokeKey" Provision customer::revoke_key = "Takes a key pair away that the customer no longer works with.";
    "ShowKeys" Provision customer::show_keys = "Key pairs of a service with their secrets.";
    "CreateSubAccount" Provision customer::create_sub_account = "Makes a further holder of keys for the service's data.";
    "DeleteSubAccount" Provision customer::delete_sub_account = "Deletes a sub-account with its keys.";
    "UsageUpdate" Usage usage::usage_update = "Disk and bandwidth of all services, for WHMCS's nightly run.";
    "MetricUsage" Usage usage::metric_usage = "Metrics of all services or of one, for WHMCS's usage billing.";
    "ListAccounts" Usage usage::list_accounts = "Services that have an S3 user, for Server Sync.";
    "usage.history" Usage usage::history = "What a service used, by hour, day or month.";
    "usage.buckets" Usage usage_buckets::buckets = "What a service used, by bucket and day.";
    "users.list" Admin admin::users_list = "S3 users of a cluster, in pages.";
    "users.get" Admin admin::users_get = "One S3 user with its keys and accounts.";
    "users.create" Admin admin::users_create = "Makes an S3 user with a key pair.";
    "users.delete" Admin admin::users_delete = "Deletes an S3 user that owns no buckets and belongs to no service.";
    "users.enable" Admin admin::users_enable = "Gives an S3 user access to its data again.";
    "users.disable" Admin admin::users_disable = "Stops an S3 user's access to its data.";
    "keys.list" Admin admin::keys_list = "Key pairs of an S3 user or account.";
    "keys.generate" Admin admin::keys_generate = "Makes one more key pair, of at most two.";
    "keys.revoke" Admin admin::keys_revoke = "Takes a key pair away.";
    "accounts.list" Admin admin::accounts_list = "Accounts of an S3 user.";
    "accounts.get" Admin admin::accounts_get = "One account with its keys.";
    "accounts.create" Admin admin::accounts_create = "Makes an account with a key pair.";
    "accounts.delete" Admin admin::accounts_delete = "Deletes an account with its keys.";
    "buckets.list" Admin admin::buckets_list = "Buckets of a cluster, of a user, or by name.";
    "buckets.get" Admin admin::buckets_get = "One bucket.";
    "buckets.delete" Admin admin::buckets_delete = "Deletes an empty bucket with a key of its owner.";
    "limits.get" Admin admin::limits_get = "Limits of an S3 user or bucket.";
    "limits.set" Admin admin::limits_set = "Changes some limits and leaves the others.";
    "limits.delete" Admin admin::limits_delete = "Removes all limits, or those of one type.";
    "quotas.get" Admin admin::quotas_get = "The quota of an S3 user or bucket, or a default one.";
    "quotas.set" Admin admin::quotas_set = "Sets a quota.";
    "quotas.delete" Admin admin::quotas_delete = "Removes a quota.";
    "statistics.list" Admin admin::statistics_list = "Statistics objects at the gateway.";
    "statistics.get" Admin admin::statistics_get = "What a statistics object holds.";
    "statistics.delete" Admin admin::statistics_delete = "Deletes a statistics object whose usage is in the ledger.";
    "jobs.list" Admin jobs::jobs_list = "Terminations that take time, the latest first.";
    "jobs.get" Admin jobs::jobs_get = "One termination and how far it is.";
    "jobs.retry" Admin jobs::jobs_retry = "Lets a blocked or waiting termination go on now.";
    "jobs.cancel" Admin jobs::jobs_cancel = "Takes a termination back that has deleted nothing yet.";
    "drift.report" Admin admin::drift_report = "Where WHMCS, the ledger and a cluster disagree.";
    "drift.repair" Admin admin::drift_repair = "Puts one disagreement right, after looking again.";
    "adoption.plan" Admin admin::adoption_plan = "Which S3 users that others made belong to which services, by evidence.";
    "adoption.apply" Provision admin::adoption_apply = "Makes an S3 user that others made a service's; changes nothing at the gateway.";
    "audit.list" Admin admin::audit_list = "Who did what, the latest first.";
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
