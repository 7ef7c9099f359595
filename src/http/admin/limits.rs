//! `limits.*`

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Number;

use crate::admin::LimitsOf;
use crate::lifecycle::{RATE, number_of, rate_of};
use crate::ostor::{LimitType, Limits, Rate, Resource, Target, UserId};

use super::super::error::{Failure, Reason};
use super::super::methods::Context;
use super::shapes::{Name, a_user};

/// A rate that is given, null for unlimited. Absent members are left as they are.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct Given(Rate);

impl<'de> Deserialize<'de> for Given {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match Option::<Number>::deserialize(from)? {
            None => Ok(Self(Rate::UNLIMITED)),
            Some(number) => rate_of(&number)
                .map(Self)
                .ok_or_else(|| de::Error::custom(format!("must be {RATE}, or null for unlimited"))),
        }
    }
}

/// Tells null, which means unlimited, from absent.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Given>, D::Error> {
    Given::deserialize(from).map(Some)
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct OpsParams {
    #[serde(deserialize_with = "given")]
    default: Option<Given>,
    #[serde(deserialize_with = "given")]
    get: Option<Given>,
    #[serde(deserialize_with = "given")]
    put: Option<Given>,
    #[serde(deserialize_with = "given")]
    list: Option<Given>,
    #[serde(deserialize_with = "given")]
    delete: Option<Given>,
}

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct RatesParams {
    ops_per_second: OpsParams,
    #[serde(deserialize_with = "given")]
    bandwidth_out_kbps: Option<Given>,
}

impl RatesParams {
    fn rates(&self) -> Vec<(Resource, Rate)> {
        let ops = &self.ops_per_second;
        let rates = [
            (Resource::Default, ops.default),
            (Resource::Get, ops.get),
            (Resource::Put, ops.put),
            (Resource::List, ops.list),
            (Resource::Delete, ops.delete),
            (Resource::BandwidthOut, self.bandwidth_out_kbps),
        ];
        let given = |(resource, rate): (Resource, Option<Given>)| Some((resource, rate?.0));
        rates.into_iter().filter_map(given).collect()
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GetParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct SetParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
    limits: RatesParams,
    actor: Option<Name>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum TypeParam {
    Ops,
    Bandwidth,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct DeleteParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
    #[serde(rename = "type")]
    of_type: Option<TypeParam>,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct LimitsResult {
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<String>,
    limits: LimitsJson,
}

/// Rates; null is unlimited.
#[derive(Serialize, JsonSchema)]
struct LimitsJson {
    ops_per_second: OpsJson,
    bandwidth_out_kbps: Option<Number>,
}

#[derive(Serialize, JsonSchema)]
struct OpsJson {
    default: Option<Number>,
    get: Option<Number>,
    put: Option<Number>,
    list: Option<Number>,
    delete: Option<Number>,
}

impl From<(Target, Limits)> for LimitsResult {
    fn from((target, limits): (Target, Limits)) -> Self {
        let rate = |resource| number_of(limits.get(resource));
        let (user_id, bucket) = match target {
            Target::User(id) => (Some(id), None),
            Target::Bucket(name) => (None, Some(name)),
        };
        Self {
            user_id,
            bucket,
            limits: LimitsJson {
                ops_per_second: OpsJson {
                    default: rate(Resource::Default),
                    get: rate(Resource::Get),
                    put: rate(Resource::Put),
                    list: rate(Resource::List),
                    delete: rate(Resource::Delete),
                },
                bandwidth_out_kbps: rate(Resource::BandwidthOut),
            },
        }
    }
}

fn of(
    user_id: Option<UserId>,
    email: Option<Name>,
    bucket: Option<Name>,
) -> Result<LimitsOf, Failure> {
    match (a_user(user_id, email)?, bucket) {
        (Some(selector), None) => Ok(LimitsOf::User(selector)),
        (None, Some(Name(bucket))) => Ok(LimitsOf::Bucket(bucket)),
        _ => Err(Failure::new(
            Reason::InvalidParams,
            "name one of `user_id`, `email` and `bucket`",
        )),
    }
}

pub(in crate::http) async fn limits_get(
    context: Context<'_>,
    params: GetParams,
) -> Result<LimitsResult, Failure> {
    let of = of(params.user_id, params.email, params.bucket)?;
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.limits(&of).await?.into())
}

pub(in crate::http) async fn limits_set(
    context: Context<'_>,
    params: SetParams,
) -> Result<LimitsResult, Failure> {
    let of = of(params.user_id, params.email, params.bucket)?;
    let rates = params.limits.rates();
    if rates.is_empty() {
        return Err(Failure::new(
            Reason::InvalidParams,
            "`limits` names no limit that is to be set",
        ));
    }
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.set_limits(&of, &rates).await?.into())
}

pub(in crate::http) async fn limits_delete(
    context: Context<'_>,
    params: DeleteParams,
) -> Result<LimitsResult, Failure> {
    let of = of(params.user_id, params.email, params.bucket)?;
    let of_type = params.of_type.map(|of_type| match of_type {
        TypeParam::Ops => LimitType::Ops,
        TypeParam::Bandwidth => LimitType::Bandwidth,
    });
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.delete_limits(&of, of_type).await?.into())
}
