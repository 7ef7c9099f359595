//! `buckets.*`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admin::{BucketView, Which};
use crate::ostor::UserId;

use super::super::error::{Failure, Reason};
use super::super::methods::Context;
use super::shapes::{Name, PageSize, ServiceJson, a_user, hour};

/// Most names of one call; each may cost a call of its own to the gateway.
const MAX_NAMES: usize = 1000;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    names: Option<Vec<Name>>,
    search: Option<String>,
    cursor: Option<String>,
    #[serde(default)]
    limit: PageSize,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GetParams {
    cluster: String,
    bucket: Name,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct DeleteParams {
    cluster: String,
    bucket: Name,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct BucketsResult {
    buckets: Vec<BucketJson>,
    total: usize,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct BucketJson {
    name: String,
    owner_id: UserId,
    owner_email: Option<String>,
    service: Option<ServiceJson>,
    epoch: u64,
    created: Timestamp,
    bytes: u64,
    bytes_hmax: u64,
    byte_hours: u64,
    last_changed: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct DeletedResult {
    bucket: String,
    deleted: bool,
}

impl From<BucketView> for BucketJson {
    fn from(view: BucketView) -> Self {
        let bucket = view.bucket;
        Self {
            name: bucket.name,
            owner_id: bucket.owner_id,
            owner_email: view.owner_email,
            service: view.service.map(ServiceJson::from),
            epoch: bucket.epoch,
            created: bucket.creation_date,
            bytes: bucket.size.current,
            bytes_hmax: bucket.size.hmax,
            byte_hours: bucket.size.h_integral,
            last_changed: hour(bucket.size.last_ts),
        }
    }
}

pub(in crate::http) async fn buckets_list(
    context: Context<'_>,
    params: ListParams,
) -> Result<BucketsResult, Failure> {
    let invalid = |sentence: String| Err(Failure::new(Reason::InvalidParams, sentence));
    let which = match (a_user(params.user_id, params.email)?, params.names) {
        (Some(_), Some(_)) => {
            return invalid(
                "ask for the buckets of a user or for `names`, not for both".to_owned(),
            );
        }
        (Some(selector), None) => Which::Of(selector),
        (None, Some(names)) if names.len() > MAX_NAMES => {
            return invalid(format!(
                "`names` has {} entries; at most {MAX_NAMES} are taken",
                names.len()
            ));
        }
        (None, Some(names)) => Which::Named(names.into_iter().map(|Name(name)| name).collect()),
        (None, None) => Which::All,
    };
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    let search = params.search.unwrap_or_default();
    let page = desk
        .buckets(&which, &search, params.cursor.as_deref(), params.limit.0)
        .await?;
    Ok(BucketsResult {
        buckets: page.items.into_iter().map(BucketJson::from).collect(),
        total: page.total,
        next_cursor: page.next,
    })
}

pub(in crate::http) async fn buckets_get(
    context: Context<'_>,
    params: GetParams,
) -> Result<BucketJson, Failure> {
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.bucket(&params.bucket.0).await?.into())
}

pub(in crate::http) async fn buckets_delete(
    context: Context<'_>,
    params: DeleteParams,
) -> Result<DeletedResult, Failure> {
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let deleted = desk.delete_bucket(&params.bucket.0).await?;
    Ok(DeletedResult {
        bucket: params.bucket.0,
        deleted,
    })
}
