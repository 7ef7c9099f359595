//! `adoption.*`

use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::adoption::{self, AdoptService, Match};
use crate::lifecycle::{self, Adoptee, Customer};
use crate::ostor::UserId;

use super::super::error::Failure;
use super::super::methods::{Context, WhmcsId, check_email};
use super::shapes::{Address, Name};

/// A service as WHMCS has it, with what may tell its S3 user.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ServiceParams {
    service_id: WhmcsId,
    client_id: WhmcsId,
    email: Address,
    former_emails: Vec<Address>,
    user_id: Option<UserId>,
    access_key_ids: Vec<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct PlanParams {
    cluster: String,
    services: Vec<ServiceParams>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct PlanResult {
    matches: Vec<Match>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ApplyParams {
    cluster: String,
    service_id: WhmcsId,
    client_id: WhmcsId,
    user_id: UserId,
    identity: Name,
    email: String,
    from_service_id: Option<WhmcsId>,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct ApplyResult {
    user_id: UserId,
    user_email: String,
    /// Null where the user has no key pair.
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
    endpoint: String,
    region: String,
    state: &'static str,
}

pub(in crate::http) async fn adoption_plan(
    context: Context<'_>,
    params: PlanParams,
) -> Result<PlanResult, Failure> {
    let service = |service: ServiceParams| AdoptService {
        service_id: service.service_id.number(),
        client_id: service.client_id.number(),
        email: service.email.0,
        former_emails: service.former_emails.into_iter().map(|e| e.0).collect(),
        user_id: service.user_id,
        access_key_ids: service.access_key_ids.into_iter().map(|id| id.0).collect(),
    };
    let services: Vec<AdoptService> = params.services.into_iter().map(service).collect();
    let (client, cluster) = (context.client, &params.cluster);
    let matches = adoption::plan(context.services, client, cluster, &services, &|_, _| {});
    Ok(PlanResult {
        matches: matches.await?,
    })
}

pub(in crate::http) async fn adoption_apply(
    context: Context<'_>,
    params: ApplyParams,
) -> Result<ApplyResult, Failure> {
    check_email(&params.email)?;
    let call = context.call(params.cluster, params.service_id, None);
    let customer = Customer {
        client_id: params.client_id.number(),
        email: params.email,
    };
    let adoptee = Adoptee {
        user_id: params.user_id,
        identity: params.identity.0,
        from: params.from_service_id.map(WhmcsId::number),
    };
    let actor = params.actor.map(|Name(actor)| actor);
    let adopted = lifecycle::adopt(
        context.services,
        &call,
        &customer,
        &adoptee,
        actor.as_deref(),
    )
    .await?;
    let cluster = &call.service.cluster;
    let (access_key_id, secret_access_key) = adopted
        .key
        .map(|key| (key.id, key.secret.expose_secret().to_owned()))
        .unzip();
    Ok(ApplyResult {
        user_id: adopted.user.id,
        user_email: adopted.user.email,
        access_key_id,
        secret_access_key,
        endpoint: context.endpoint(cluster),
        region: context.services.clusters[cluster]
            .gateway
            .region()
            .to_owned(),
        state: adopted.state.as_str(),
    })
}
