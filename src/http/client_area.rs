//! `ClientArea`: all that the customer's page shows of a service, in one call.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::chart::{self, Bar};
use crate::config::Gigabyte;
use crate::ledger::{Account, HeldBucket};
use crate::lifecycle::{self, Glance, Plan};
use crate::metering::{self, Point, Recent};
use crate::ostor::{AccessKey, UserId};

use super::error::Failure;
use super::methods::{Context, WhmcsId, retained_until};
use super::usage::{Metrics, PointRow, Zone};

/// Most buckets that are listed.
const MOST_BUCKETS: usize = 1000;

/// Bytes of a GB of a quota, as the gateway counts it.
const QUOTA_GB: u64 = 1 << 30;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClientAreaParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    timezone: Zone,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ClientAreaResult {
    state: &'static str,
    /// Until when data is kept although the service is terminated.
    retained_until: Option<Timestamp>,
    user_id: Option<String>,
    user_email: String,
    endpoint: String,
    region: String,
    access_key_id: Option<String>,
    /// Whether the gateway answered in time; otherwise what follows is from the ledger.
    live: bool,
    access_key_ids: Option<Vec<String>>,
    sub_accounts: Option<Vec<SubAccount>>,
    plan: Option<Plan>,
    gigabyte: &'static str,
    storage: Storage,
    month: PointRow,
    metrics: Metrics,
    buckets: Vec<BucketRow>,
    buckets_total: usize,
    complete_until: Option<Timestamp>,
    days: Vec<PointRow>,
    months: Vec<PointRow>,
    charts: Charts,
}

#[derive(Serialize, JsonSchema)]
struct SubAccount {
    name: String,
    access_key_ids: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Storage {
    bytes: Option<u64>,
    at: Option<Timestamp>,
    quota_bytes: Option<u64>,
}

#[derive(Serialize, JsonSchema)]
struct BucketRow {
    name: String,
    bytes: u64,
    created: Option<Timestamp>,
}

/// SVG to be put into the page as it is.
#[derive(Serialize, JsonSchema)]
struct Charts {
    days_stored: String,
    days_downloaded: String,
    months_stored: String,
    months_downloaded: String,
}

pub(super) async fn client_area(
    context: Context<'_>,
    params: ClientAreaParams,
) -> Result<ClientAreaResult, Failure> {
    let services = context.services;
    let Zone(zone) = params.timezone;
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let account = lifecycle::on_record(services, &call).await?;
    let (glance, recent) = tokio::join!(
        lifecycle::glance(services, &account),
        metering::recent(services, &account, &zone)
    );
    let recent = recent?;
    let job = services.ledger.job_of(account.id).await;
    let job = job.map_err(lifecycle::Error::from)?;
    let plan = lifecycle::recorded_plan(account.plan.as_deref())?;
    let live = glance.is_some();
    let (keys, buckets) = match glance {
        Some(glance) => shown(glance),
        None => (None, buckets_on_record(context, &account, &recent).await?),
    };
    let at = match live {
        true => Timestamp::from_second(services.clock.now().as_second()).ok(),
        false => recent.coverage.sampled_at,
    };
    let gateway = &services.clusters[&call.service.cluster].gateway;
    let gigabyte = services.usage.gigabyte;
    let (access_key_ids, sub_accounts) = keys.unzip();
    let storage = Storage {
        bytes: buckets.as_deref().map(total),
        at,
        quota_bytes: plan
            .as_ref()
            .and_then(|plan| plan.quota_gb)
            .map(|gb| gb.get().saturating_mul(QUOTA_GB)),
    };
    let mut buckets = buckets.unwrap_or_default();
    let buckets_total = buckets.len();
    buckets.sort_by(|a, b| (b.bytes, &a.name).cmp(&(a.bytes, &b.name)));
    buckets.truncate(MOST_BUCKETS);
    Ok(ClientAreaResult {
        state: account.state.as_str(),
        retained_until: job.as_ref().and_then(retained_until),
        user_id: account.user_id,
        user_email: account.identity,
        endpoint: context.endpoint(&call.service.cluster),
        region: gateway.region().to_owned(),
        access_key_id: account.access_key_id,
        live,
        access_key_ids,
        sub_accounts,
        plan,
        gigabyte: gigabyte.as_str(),
        storage,
        month: recent.month.clone().into(),
        metrics: Metrics::of(&recent.metrics, gigabyte.bytes()),
        buckets,
        buckets_total,
        complete_until: recent.coverage.complete_until,
        charts: Charts::of(&recent, gigabyte),
        days: recent.days.into_iter().map(PointRow::from).collect(),
        months: recent.months.into_iter().map(PointRow::from).collect(),
    })
}

/// Ids of keys, sub-accounts and buckets as the gateway shows them.
type Shown = (
    Option<(Vec<String>, Vec<SubAccount>)>,
    Option<Vec<BucketRow>>,
);

fn shown(glance: Glance) -> Shown {
    let ids = |keys: Vec<AccessKey>| keys.into_iter().map(|key| key.id).collect();
    let (keys, accounts) = glance
        .user
        .map(|user| (user.keys, user.accounts))
        .unwrap_or_default();
    let sub_accounts = accounts.into_iter().map(|account| SubAccount {
        name: account.name,
        access_key_ids: ids(account.keys),
    });
    let buckets = glance.buckets.into_iter().map(|bucket| BucketRow {
        name: bucket.name,
        bytes: bucket.size.current,
        created: Some(bucket.creation_date),
    });
    (
        Some((ids(keys), sub_accounts.collect())),
        Some(buckets.collect()),
    )
}

/// The buckets of the last reading; `None` before there was one.
async fn buckets_on_record(
    context: Context<'_>,
    account: &Account,
    recent: &Recent,
) -> Result<Option<Vec<BucketRow>>, Failure> {
    let (Some(_), Some(user)) = (recent.coverage.sampled_at, &account.user_id) else {
        return Ok(None);
    };
    let ledger = &context.services.ledger;
    let held = ledger.held_buckets(&account.service.cluster, user).await;
    let held = held.map_err(lifecycle::Error::from)?;
    let row = |bucket: HeldBucket| BucketRow {
        name: bucket.name,
        bytes: bucket.bytes.unsigned_abs(),
        created: Timestamp::from_second(bucket.created).ok(),
    };
    Ok(Some(held.into_iter().map(row).collect()))
}

fn total(buckets: &[BucketRow]) -> u64 {
    let bytes = buckets.iter().map(|bucket| bucket.bytes);
    bytes.fold(0, u64::saturating_add)
}

impl Charts {
    fn of(recent: &Recent, gigabyte: Gigabyte) -> Self {
        let stored = |point: &Point| point.bytes;
        let downloaded = |point: &Point| Some(u128::from(point.traffic?.downloaded.unsigned_abs()));
        let chart = |points: &[Point], date: &str, bytes: &dyn Fn(&Point) -> Option<u128>| {
            let bars = points.iter().map(|point| Bar {
                label: point.start.strftime(date).to_string(),
                bytes: bytes(point),
            });
            chart::bars(&bars.collect::<Vec<_>>(), gigabyte)
        };
        Self {
            days_stored: chart(&recent.days, "%m-%d", &stored),
            days_downloaded: chart(&recent.days, "%m-%d", &downloaded),
            months_stored: chart(&recent.months, "%Y-%m", &stored),
            months_downloaded: chart(&recent.months, "%Y-%m", &downloaded),
        }
    }
}
