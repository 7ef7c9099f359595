//! `drift.*`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::drift::{self, Finding, Repaired, Report, WhmcsService};
use crate::ledger::ServiceKey;
use crate::lifecycle::ServiceCall;
use crate::ostor::UserId;

use super::super::error::{Failure, Reason};
use super::super::methods::{Context, WhmcsId};
use super::shapes::{Address, Name};

/// A service as WHMCS has it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ServiceParams {
    service_id: WhmcsId,
    client_id: WhmcsId,
    email: Address,
    status: Name,
    user_id: Option<UserId>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ReportParams {
    cluster: String,
    services: Option<Vec<ServiceParams>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RepairParams {
    cluster: String,
    finding: Finding,
    dry_run: bool,
    services: Option<Vec<ServiceParams>>,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct RepairResult {
    done: bool,
    changes: Vec<String>,
}

fn services(params: Option<Vec<ServiceParams>>) -> Option<Vec<WhmcsService>> {
    let service = |service: ServiceParams| WhmcsService {
        service_id: service.service_id.number(),
        client_id: service.client_id.number(),
        email: service.email.0,
        status: service.status.0,
        user_id: service.user_id,
    };
    params.map(|params| params.into_iter().map(service).collect())
}

pub(in crate::http) async fn drift_report(
    context: Context<'_>,
    params: ReportParams,
) -> Result<Report, Failure> {
    let whmcs = services(params.services);
    let (client, cluster) = (context.client, &params.cluster);
    let whmcs = whmcs.as_deref();
    Ok(drift::report(context.services, client, cluster, whmcs, &|_, _| {}).await?)
}

pub(in crate::http) async fn drift_repair(
    context: Context<'_>,
    params: RepairParams,
) -> Result<RepairResult, Failure> {
    let whmcs = services(params.services);
    let Some(service_id) = params.finding.service_id else {
        let sentence = "a finding without a service is not repaired by the bridge; its sentence says what there is to do";
        return Err(Failure::new(Reason::InvalidParams, sentence));
    };
    let call = ServiceCall {
        service: ServiceKey {
            client: context.client.to_owned(),
            cluster: params.cluster,
            service_id,
        },
        user_id: None,
        request_id: context.request_id.to_owned(),
    };
    let actor = params.actor.map(|Name(actor)| actor);
    let repaired = drift::repair(
        context.services,
        &call,
        &params.finding,
        whmcs.as_deref(),
        params.dry_run,
        actor.as_deref(),
    );
    let (done, changes) = match repaired.await? {
        Repaired::NoLonger => (false, Vec::new()),
        Repaired::Planned(changes) => (false, changes),
        Repaired::Done(changes) => (true, changes),
        Repaired::NotHere(why) => return Err(Failure::new(Reason::InvalidParams, why)),
    };
    Ok(RepairResult { done, changes })
}
