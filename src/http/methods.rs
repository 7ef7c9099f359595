//! The methods: typed parameters in, typed results out. One short function each; what they mean
//! is decided in `lifecycle`.

use jiff::Timestamp;
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::app::Services;
use crate::ledger::{JobState, PurgeJob, ServiceKey};
use crate::lifecycle::{self, Customer, Ending, LiveView, Plan, Policy, ServiceCall};
use crate::ostor::UserId;

use super::error::{Failure, Reason};
use super::jobs::JobJson;

/// Largest number WHMCS's tables can hold.
const MAX_WHMCS_ID: i64 = 4_294_967_295;

/// Longest e-mail address (RFC 5321, path limit).
const MAX_EMAIL: usize = 254;

/// Longest reason of a suspension that is recorded.
const MAX_REASON: usize = 1000;

/// What every method knows besides its parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub services: &'a Services,
    pub client: &'a str,
    pub request_id: &'a str,
    /// The call's span, which is told what the call is about.
    pub span: &'a tracing::Span,
}

/// A number of WHMCS: 1 to 4 294 967 295.
#[derive(Clone, Copy, Debug)]
pub(super) struct WhmcsId(i64);

impl<'de> Deserialize<'de> for WhmcsId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        match number.as_i64() {
            Some(id @ 1..=MAX_WHMCS_ID) => Ok(Self(id)),
            _ => Err(de::Error::custom(format!(
                "{number} is not a number of WHMCS: a whole number from 1 to {MAX_WHMCS_ID}"
            ))),
        }
    }
}

impl WhmcsId {
    /// The number.
    pub(super) fn number(self) -> i64 {
        self.0
    }
}

/// Parameters of a method that needs no more than the service.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ServiceParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    client_id: WhmcsId,
    email: String,
    plan: Plan,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SuspendParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    reason: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TerminateParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    policy: Policy,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangePackageParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    plan: Plan,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClusterParams {
    cluster: String,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct CreateResult {
    user_id: UserId,
    user_email: String,
    access_key_id: String,
    secret_access_key: String,
    endpoint: String,
    region: String,
    state: &'static str,
    created: bool,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct StateResult {
    user_id: UserId,
    state: &'static str,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct TerminateResult {
    state: &'static str,
    job_id: Option<i64>,
    /// Until when the data is kept and the termination can be taken back.
    retained_until: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PlanResult {
    plan: Plan,
    access_key_id: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ConnectionResult {
    ok: bool,
    clock_skew_seconds: i64,
    statistics: bool,
    quotas: bool,
    warnings: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct AccountStateResult {
    state: &'static str,
    user_id: Option<String>,
    user_email: String,
    access_key_id: Option<String>,
    plan: Option<Plan>,
    live: Option<LiveResult>,
    /// The termination under way, else the last one.
    job: Option<JobJson>,
    warnings: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct LiveResult {
    state: &'static str,
    plan: Plan,
    access_key_ids: Vec<String>,
    buckets: usize,
    bytes: u64,
}

impl Context<'_> {
    /// A call about a service.
    pub(super) fn call(
        &self,
        cluster: String,
        service_id: WhmcsId,
        user_id: Option<UserId>,
    ) -> ServiceCall {
        ServiceCall {
            service: self.service(cluster, service_id),
            user_id,
            request_id: self.request_id.to_owned(),
        }
    }

    /// Where S3 clients reach a cluster that is configured.
    pub(super) fn endpoint(&self, cluster: &str) -> String {
        let endpoint = self.services.clusters[cluster].gateway.endpoint();
        endpoint.as_str().trim_end_matches('/').to_owned()
    }

    /// The service that a call is about; the log names it from here on.
    pub(super) fn service(&self, cluster: String, service_id: WhmcsId) -> ServiceKey {
        // Others are whatever the caller made up, of any length.
        if self.services.clusters.contains_key(&cluster) {
            self.span.record("cluster", &cluster);
        }
        self.span.record("service_id", service_id.0);
        ServiceKey {
            client: self.client.to_owned(),
            cluster,
            service_id: service_id.0,
        }
    }
}

pub(super) async fn create_account(
    context: Context<'_>,
    params: CreateParams,
) -> Result<CreateResult, Failure> {
    check_email(&params.email)?;
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let customer = Customer {
        client_id: params.client_id.0,
        email: params.email,
    };
    let done = lifecycle::create(context.services, &call, &customer, &params.plan).await?;
    let gateway = &context.services.clusters[&call.service.cluster].gateway;
    Ok(CreateResult {
        user_id: done.user.id,
        user_email: done.user.email,
        access_key_id: done.key.id,
        secret_access_key: done.key.secret.expose_secret().to_owned(),
        endpoint: context.endpoint(&call.service.cluster),
        region: gateway.region().to_owned(),
        state: "active",
        created: done.created,
    })
}

/// The address is kept for people to read, so only what could not be an address at all is
/// refused.
pub(super) fn check_email(email: &str) -> Result<(), Failure> {
    let good = email.len() <= MAX_EMAIL
        && email.contains('@')
        && !email.chars().any(|c| c.is_control() || c.is_whitespace());
    if good {
        return Ok(());
    }
    Err(Failure::new(
        Reason::InvalidParams,
        format!(
            "`email` must be an e-mail address without spaces or line breaks, {MAX_EMAIL} bytes at most"
        ),
    ))
}

pub(super) async fn suspend_account(
    context: Context<'_>,
    params: SuspendParams,
) -> Result<StateResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let reason = params.reason.map(|mut reason| {
        reason.truncate(reason.floor_char_boundary(MAX_REASON));
        reason
    });
    let standing = lifecycle::suspend(context.services, &call, reason.as_deref()).await?;
    Ok(standing.into())
}

pub(super) async fn unsuspend_account(
    context: Context<'_>,
    params: SuspendParams,
) -> Result<StateResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    Ok(lifecycle::unsuspend(context.services, &call).await?.into())
}

impl From<lifecycle::Standing> for StateResult {
    fn from(standing: lifecycle::Standing) -> Self {
        Self {
            user_id: standing.user_id,
            state: standing.state.as_str(),
        }
    }
}

pub(super) async fn terminate_account(
    context: Context<'_>,
    params: TerminateParams,
) -> Result<TerminateResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let ending = lifecycle::terminate(context.services, &call, params.policy).await?;
    let Ending::Job(job) = ending else {
        return Ok(TerminateResult {
            state: "deleted",
            job_id: None,
            retained_until: None,
        });
    };
    let retained_until = retained_until(&job);
    Ok(TerminateResult {
        state: match job.state {
            JobState::Waiting => "grace",
            _ => "purging",
        },
        job_id: Some(job.id),
        retained_until,
    })
}

/// Until when data is kept; nothing once that time is over.
pub(super) fn retained_until(job: &PurgeJob) -> Option<Timestamp> {
    match job.state {
        JobState::Waiting => Timestamp::from_millisecond(job.due_at).ok(),
        _ => None,
    }
}

pub(super) async fn change_package(
    context: Context<'_>,
    params: ChangePackageParams,
) -> Result<PlanResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let changed = lifecycle::change_package(context.services, &call, &params.plan).await?;
    Ok(PlanResult {
        plan: changed.plan,
        access_key_id: changed.access_key_id,
    })
}

pub(super) async fn test_connection(
    context: Context<'_>,
    params: ClusterParams,
) -> Result<ConnectionResult, Failure> {
    let report = lifecycle::test_connection(context.services, &params.cluster).await?;
    Ok(ConnectionResult {
        ok: true,
        clock_skew_seconds: report.clock_skew_seconds,
        statistics: report.statistics,
        quotas: report.quotas,
        warnings: report.warnings.iter().map(ToString::to_string).collect(),
    })
}

pub(super) async fn account_state(
    context: Context<'_>,
    params: ServiceParams,
) -> Result<AccountStateResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let view = lifecycle::account_state(context.services, &call).await?;
    Ok(AccountStateResult {
        state: view.state.as_str(),
        user_id: view.user_id,
        user_email: view.user_email,
        access_key_id: view.access_key_id,
        plan: view.plan,
        live: view.live.map(LiveResult::from),
        job: view.job.map(JobJson::from),
        warnings: view.warnings,
    })
}

impl From<LiveView> for LiveResult {
    fn from(live: LiveView) -> Self {
        Self {
            state: if live.enabled { "active" } else { "suspended" },
            plan: live.plan,
            access_key_ids: live.access_key_ids,
            buckets: live.buckets,
            bytes: live.bytes,
        }
    }
}
