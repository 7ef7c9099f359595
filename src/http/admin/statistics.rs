//! `statistics.*`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ostor::StatisticsName;

use super::super::error::Failure;
use super::super::methods::Context;
use super::shapes::{Name, PageSize};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListParams {
    cluster: String,
    cursor: Option<Name>,
    #[serde(default)]
    limit: PageSize,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GetParams {
    cluster: String,
    name: Name,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct DeleteParams {
    cluster: String,
    name: Name,
    #[serde(default)]
    discard: bool,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct ObjectsResult {
    objects: Vec<ListedJson>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ListedJson {
    name: String,
    service_id: Option<String>,
    start: Option<Timestamp>,
    period_seconds: Option<u32>,
    counted: bool,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct ObjectResult {
    name: String,
    service_id: Option<String>,
    start: Timestamp,
    period_seconds: u64,
    items: Vec<ItemJson>,
}

#[derive(Serialize, JsonSchema)]
struct ItemJson {
    bucket: String,
    epoch: u64,
    user_id: String,
    ops_put: u64,
    ops_get: u64,
    ops_list: u64,
    ops_other: u64,
    bytes_uploaded: u64,
    bytes_downloaded: u64,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct DeletedResult {
    name: String,
    deleted: bool,
}

pub(in crate::http) async fn statistics_list(
    context: Context<'_>,
    params: ListParams,
) -> Result<ObjectsResult, Failure> {
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    let cursor = params.cursor.as_ref().map(|Name(name)| name.as_str());
    let (objects, next_cursor) = desk.statistics(cursor, params.limit.0).await?;
    let objects = objects.into_iter().map(|object| {
        let parsed = object.parsed;
        ListedJson {
            name: object.name,
            service_id: parsed.as_ref().map(|name| name.service_id.clone()),
            start: parsed.as_ref().map(|name| name.start),
            period_seconds: parsed.as_ref().map(|name| name.period),
            counted: object.counted,
        }
    });
    Ok(ObjectsResult {
        objects: objects.collect(),
        next_cursor,
    })
}

pub(in crate::http) async fn statistics_get(
    context: Context<'_>,
    params: GetParams,
) -> Result<ObjectResult, Failure> {
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    let object = desk.statistics_object(&params.name.0).await?;
    let parsed: Option<StatisticsName> = params.name.0.parse().ok();
    let items = object.items.into_iter().map(|item| ItemJson {
        bucket: item.bucket,
        epoch: item.epoch,
        user_id: item.user_id,
        ops_put: item.counters.put,
        ops_get: item.counters.get,
        ops_list: item.counters.list,
        ops_other: item.counters.other,
        bytes_uploaded: item.counters.uploaded,
        bytes_downloaded: item.counters.downloaded,
    });
    Ok(ObjectResult {
        name: params.name.0,
        service_id: parsed.map(|name| name.service_id),
        start: object.start,
        period_seconds: object.period,
        items: items.collect(),
    })
}

pub(in crate::http) async fn statistics_delete(
    context: Context<'_>,
    params: DeleteParams,
) -> Result<DeletedResult, Failure> {
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let deleted = desk
        .delete_statistics_object(&params.name.0, params.discard)
        .await?;
    Ok(DeletedResult {
        name: params.name.0,
        deleted,
    })
}
