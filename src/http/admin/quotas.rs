//! `quotas.*`

use std::num::NonZeroU64;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::admin::QuotaOf;
use crate::lifecycle::{GIGABYTES, gigabytes_of};
use crate::ostor::{QuotaTarget, UserId};

use super::super::error::{Failure, Reason};
use super::super::methods::Context;
use super::shapes::{Name, a_user};

/// For whom a default quota is meant.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Default {
    User,
    Bucket,
}

/// The size of a quota.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Gigabytes(NonZeroU64);

impl<'de> Deserialize<'de> for Gigabytes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        gigabytes_of(&number).map(Self).ok_or_else(|| {
            de::Error::custom(format!(
                "must be {GIGABYTES}; quotas.delete removes a quota"
            ))
        })
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GetParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
    default: Option<Default>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SetParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
    default: Option<Default>,
    quota_gb: Gigabytes,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct DeleteParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
    default: Option<Default>,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct QuotaResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<Default>,
    quota_gb: Option<u64>,
}

impl From<(QuotaTarget, Option<u64>)> for QuotaResult {
    fn from((target, quota_gb): (QuotaTarget, Option<u64>)) -> Self {
        let (mut user_id, mut bucket, mut default) = (None, None, None);
        match target {
            QuotaTarget::User(id) => user_id = Some(id),
            QuotaTarget::Bucket(name) => bucket = Some(name),
            QuotaTarget::DefaultForUsers => default = Some(Default::User),
            QuotaTarget::DefaultForBuckets => default = Some(Default::Bucket),
        }
        Self {
            user_id,
            bucket,
            default,
            quota_gb,
        }
    }
}

fn of(
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
    default: Option<Default>,
) -> Result<QuotaOf, Failure> {
    match (a_user(user_id, email)?, bucket, default) {
        (Some(selector), None, None) => Ok(QuotaOf::User(selector)),
        (None, Some(Name(bucket)), None) => Ok(QuotaOf::Bucket(bucket)),
        (None, None, Some(Default::User)) => Ok(QuotaOf::DefaultForUsers),
        (None, None, Some(Default::Bucket)) => Ok(QuotaOf::DefaultForBuckets),
        _ => Err(Failure::new(
            Reason::InvalidParams,
            "name one of `user_id`, `email`, `bucket` and `default`",
        )),
    }
}

pub(in crate::http) async fn quotas_get(
    context: Context<'_>,
    params: GetParams,
) -> Result<QuotaResult, Failure> {
    let of = of(params.user_id, params.email, params.bucket, params.default)?;
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.quota(&of).await?.into())
}

pub(in crate::http) async fn quotas_set(
    context: Context<'_>,
    params: SetParams,
) -> Result<QuotaResult, Failure> {
    let of = of(params.user_id, params.email, params.bucket, params.default)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.set_quota(&of, Some(params.quota_gb.0)).await?.into())
}

pub(in crate::http) async fn quotas_delete(
    context: Context<'_>,
    params: DeleteParams,
) -> Result<QuotaResult, Failure> {
    let of = of(params.user_id, params.email, params.bucket, params.default)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.set_quota(&of, None).await?.into())
}
