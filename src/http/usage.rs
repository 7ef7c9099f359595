//! The methods about usage.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::config::Gigabyte;
use crate::ledger::{Account, Traffic};
use crate::lifecycle::Plan;
use crate::metering::{self, Coverage, HistoryError, Step};

use super::error::{Failure, Reason};
use super::methods::{Context, WhmcsId};

/// A time zone by its IANA name.
#[derive(Clone, Debug)]
pub(super) struct Zone(pub TimeZone);

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        // Offsets as PHP writes them are zones of their own.
        let zone = TimeZone::get(&name)
            .or_else(|_| TimeZone::posix(&name))
            .ok()
            .or_else(|| offset(&name));
        zone.map(Self).ok_or_else(|| {
            de::Error::custom("must be the name of a time zone, such as Europe/Berlin or UTC")
        })
    }
}

/// `+05:45`, as PHP names a zone that was set by offset.
fn offset(name: &str) -> Option<TimeZone> {
    let time: Timestamp = "1970-01-02T00:00:00Z".parse().ok()?;
    let there: Timestamp = format!("1970-01-02T00:00:00{name}").parse().ok()?;
    let seconds = time.as_second() - there.as_second();
    let offset = jiff::tz::Offset::from_seconds(i32::try_from(seconds).ok()?).ok()?;
    Some(TimeZone::fixed(offset))
}

/// Where a page begins: what `next_cursor` of the page before said.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor(i64);

impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let number = text.parse().ok().filter(|number| *number > 0);
        number.map(Self).ok_or_else(|| {
            de::Error::custom("must be the next_cursor of an earlier answer to the same method")
        })
    }
}

fn next(cursor: Option<i64>) -> Option<String> {
    cursor.map(|number| number.to_string())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UsageParams {
    cluster: String,
    timezone: Zone,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct UsageResult {
    complete_until: Option<Timestamp>,
    accounts: Vec<UsageRow>,
    withheld: Vec<String>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct UsageRow {
    service_id: i64,
    user_id: String,
    disk_used_mb: Option<i64>,
    disk_limit_mb: Option<i64>,
    bandwidth_used_mb: Option<i64>,
    bandwidth_limit_mb: Option<i64>,
}

pub(super) async fn usage_update(
    context: Context<'_>,
    params: UsageParams,
) -> Result<UsageResult, Failure> {
    let after = params.cursor.unwrap_or_default().0;
    let Zone(zone) = params.timezone;
    let page = metering::usage_update(
        context.services,
        context.client,
        &params.cluster,
        &zone,
        after,
    );
    let page = page.await?;
    let rows = page.accounts.into_iter().map(|account| UsageRow {
        service_id: account.service_id,
        user_id: account.user_id,
        disk_used_mb: account.disk_used_mb,
        disk_limit_mb: account.disk_limit_mb,
        bandwidth_used_mb: account.bandwidth_used_mb,
        bandwidth_limit_mb: account.bandwidth_limit_mb,
    });
    Ok(UsageResult {
        accounts: rows.collect(),
        complete_until: page.coverage.complete_until,
        withheld: page.coverage.withheld,
        next_cursor: next(page.next),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MetricParams {
    cluster: String,
    timezone: Zone,
    service_id: Option<WhmcsId>,
    cursor: Option<Cursor>,
    gigabyte: Option<Gigabyte>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct MetricResult {
    complete_until: Option<Timestamp>,
    gigabyte: &'static str,
    accounts: Vec<MetricRow>,
    withheld: Vec<String>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct MetricRow {
    service_id: i64,
    user_id: String,
    metrics: Metrics,
}

/// By WHMCS's system names; a metric that is not known is absent.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct Metrics {
    #[serde(skip_serializing_if = "Option::is_none")]
    storage: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    storage_month: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bandwidth_out: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bandwidth_in: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_put: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_get: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_list: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests_other: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    buckets: Option<i64>,
}

impl Metrics {
    #[expect(clippy::cast_precision_loss, reason = "a metric is a float in WHMCS")]
    pub(super) fn of(account: &metering::AccountMetrics, gigabyte: f64) -> Self {
        let traffic = account.traffic;
        Self {
            storage: account.stored.map(|stored| stored.bytes as f64 / gigabyte),
            storage_month: account.gigabyte_months,
            bandwidth_out: traffic.map(|traffic| traffic.downloaded as f64 / gigabyte),
            bandwidth_in: traffic.map(|traffic| traffic.uploaded as f64 / gigabyte),
            requests_put: traffic.map(|traffic| traffic.put),
            requests_get: traffic.map(|traffic| traffic.get),
            requests_list: traffic.map(|traffic| traffic.list),
            requests_other: traffic.map(|traffic| traffic.other),
            buckets: account.stored.map(|stored| stored.buckets),
        }
    }
}

pub(super) async fn metric_usage(
    context: Context<'_>,
    params: MetricParams,
) -> Result<MetricResult, Failure> {
    let (services, Zone(zone)) = (context.services, params.timezone);
    let gigabyte = services.usage.gigabyte;
    // Before anything counts as delivered: figures of another base would be thrown away.
    if let Some(wanted) = params.gigabyte.filter(|wanted| *wanted != gigabyte) {
        let (ours, wanted) = (gigabyte.as_str(), wanted.as_str());
        return Err(Failure::new(
            Reason::InvalidParams,
            format!(
                "a gigabyte is {ours} in the bridge (usage.gigabyte) and {wanted} in the labels of WHMCS; make them agree: define('OSTOR_GIGABYTE', '{ours}'); in WHMCS's configuration.php, or usage.gigabyte = \"{wanted}\""
            ),
        ));
    }
    let page = match (params.service_id, params.cursor) {
        (Some(_), Some(_)) => {
            return Err(Failure::new(
                Reason::InvalidParams,
                "`service_id` and `cursor` exclude each other: one service has one page",
            ));
        }
        (Some(service_id), None) => {
            let service = context.service(params.cluster, service_id);
            metering::metric_usage_of(services, &service, &zone).await?
        }
        (None, cursor) => {
            let after = cursor.unwrap_or_default().0;
            metering::metric_usage(services, context.client, &params.cluster, &zone, after).await?
        }
    };
    let rows = page.accounts.into_iter().map(|account| MetricRow {
        metrics: Metrics::of(&account, gigabyte.bytes()),
        service_id: account.service_id,
        user_id: account.user_id,
    });
    Ok(MetricResult {
        accounts: rows.collect(),
        gigabyte: gigabyte.as_str(),
        complete_until: page.coverage.complete_until,
        withheld: page.coverage.withheld,
        next_cursor: next(page.next),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    cluster: String,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ListResult {
    accounts: Vec<ListRow>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ListRow {
    service_id: i64,
    user_id: Option<String>,
    user_email: String,
    client_id: Option<i64>,
    email: Option<String>,
    state: &'static str,
    created: Option<Timestamp>,
    quota_gb: Option<u64>,
}

pub(super) async fn list_accounts(
    context: Context<'_>,
    params: ListParams,
) -> Result<ListResult, Failure> {
    let after = params.cursor.unwrap_or_default().0;
    let (accounts, more) =
        metering::list_accounts(context.services, context.client, &params.cluster, after).await?;
    let row = |(account, plan): (Account, Option<Plan>)| ListRow {
        service_id: account.service.service_id,
        user_id: account.user_id,
        user_email: account.identity,
        client_id: account.client_id,
        email: account.email,
        state: account.state.as_str(),
        created: Timestamp::from_millisecond(account.created_at)
            .ok()
            .and_then(|time| Timestamp::from_second(time.as_second()).ok()),
        quota_gb: plan.and_then(|plan| plan.quota_gb).map(u64::from),
    };
    Ok(ListResult {
        accounts: accounts.into_iter().map(row).collect(),
        next_cursor: next(more),
    })
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct HistoryParams {
    cluster: String,
    service_id: WhmcsId,
    from: Timestamp,
    to: Timestamp,
    step: Step,
    timezone: Option<Zone>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct HistoryResult {
    complete_until: Option<Timestamp>,
    points: Vec<PointRow>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct PointRow {
    start: String,
    #[serde(flatten)]
    traffic: TrafficFigures,
    storage_byte_hours: Option<u128>,
    storage_bytes: Option<u128>,
}

/// Operations and bytes; null is not known.
#[derive(Default, Serialize, JsonSchema)]
pub(super) struct TrafficFigures {
    bytes_uploaded: Option<i64>,
    bytes_downloaded: Option<i64>,
    ops_put: Option<i64>,
    ops_get: Option<i64>,
    ops_list: Option<i64>,
    ops_other: Option<i64>,
}

impl From<Option<Traffic>> for TrafficFigures {
    fn from(traffic: Option<Traffic>) -> Self {
        let Some(traffic) = traffic else {
            return Self::default();
        };
        Self {
            bytes_uploaded: Some(traffic.uploaded),
            bytes_downloaded: Some(traffic.downloaded),
            ops_put: Some(traffic.put),
            ops_get: Some(traffic.get),
            ops_list: Some(traffic.list),
            ops_other: Some(traffic.other),
        }
    }
}

impl From<metering::Point> for PointRow {
    fn from(point: metering::Point) -> Self {
        Self {
            start: rfc3339(&point.start),
            traffic: point.traffic.into(),
            storage_byte_hours: point.byte_hours,
            storage_bytes: point.bytes,
        }
    }
}

pub(super) async fn history(
    context: Context<'_>,
    params: HistoryParams,
) -> Result<HistoryResult, Failure> {
    let service = context.service(params.cluster, params.service_id);
    let zone = params.timezone.map_or(TimeZone::UTC, |Zone(zone)| zone);
    let range = params.from..params.to;
    let history = metering::history(context.services, &service, range, params.step, &zone).await?;
    let Coverage { complete_until, .. } = history.coverage;
    Ok(HistoryResult {
        complete_until,
        points: history.points.into_iter().map(PointRow::from).collect(),
    })
}

/// With the offset of the time zone and without its name, which is not part of RFC 3339.
pub(super) fn rfc3339(time: &Zoned) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

impl From<HistoryError> for Failure {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Range(sentence) => Self::new(Reason::InvalidParams, sentence),
            HistoryError::Lifecycle(error) => error.into(),
        }
    }
}
