//! `usage.buckets`: what one service used, by bucket and day.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lifecycle;
use crate::metering;
use crate::ostor::UserId;

use super::error::Failure;
use super::methods::{Context, WhmcsId};
use super::usage::{TrafficFigures, Zone, rfc3339};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct BucketsParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    from: Timestamp,
    to: Timestamp,
    timezone: Option<Zone>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct BucketsResult {
    complete_until: Option<Timestamp>,
    gigabyte: &'static str,
    rows: Vec<BucketDayRow>,
}

#[derive(Serialize, JsonSchema)]
struct BucketDayRow {
    bucket: String,
    start: String,
    #[serde(flatten)]
    traffic: TrafficFigures,
    storage_byte_hours: Option<u128>,
}

pub(super) async fn buckets(
    context: Context<'_>,
    params: BucketsParams,
) -> Result<BucketsResult, Failure> {
    let services = context.services;
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let account = lifecycle::on_record(services, &call).await?;
    let zone = params.timezone.map_or(TimeZone::UTC, |Zone(zone)| zone);
    let range = params.from..params.to;
    let used = metering::used_buckets(services, &account, &range, &zone).await?;
    let row = |day: metering::UsedDay| BucketDayRow {
        start: rfc3339(&day.start),
        bucket: day.bucket,
        traffic: day.traffic.into(),
        storage_byte_hours: day.byte_hours,
    };
    Ok(BucketsResult {
        complete_until: used.coverage.complete_until,
        gigabyte: services.usage.gigabyte.as_str(),
        rows: used.rows.into_iter().map(row).collect(),
    })
}
