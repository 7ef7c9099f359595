//! What WHMCS is told: usage columns for its nightly run, and metrics for its invoices.

use std::num::NonZeroU64;

use jiff::tz::TimeZone;

use crate::app::Services;
use crate::ledger::{self, Account, Delivery, ServiceKey, ServiceRange, Stored, Traffic};
use crate::lifecycle::{Error, Plan, recorded_plan};

use super::{Coverage, Period};

/// Services of one answer.
const PAGE: i64 = 1000;

/// How long a terminated service is still told of, in ms: its last usage appears on the invoices of
/// the month it ended in and of the next one.
const AFTER_TERMINATION: i64 = 62 * 86_400_000;

/// Some services of a WHMCS installation on a cluster.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// How much is known.
    pub coverage: Coverage,
    /// The services.
    pub accounts: Vec<T>,
    /// Where the next page begins; `None` after the last one.
    pub next: Option<i64>,
}

/// The usage columns of a service, in MB of 1024^2 bytes; what is not known is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountUsage {
    /// WHMCS's number.
    pub service_id: i64,
    /// The S3 user.
    pub user_id: String,
    /// Stored now, unfinished megabytes left out.
    pub disk_used_mb: Option<i64>,
    /// Quota; 0 is unlimited.
    pub disk_limit_mb: Option<i64>,
    /// Downloaded in the calendar month, unfinished megabytes left out.
    pub bandwidth_used_mb: Option<i64>,
    /// Downloads included in the plan; 0 is unlimited.
    pub bandwidth_limit_mb: Option<i64>,
}

/// The metrics of a service; what is not known is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountMetrics {
    /// WHMCS's number.
    pub service_id: i64,
    /// The S3 user.
    pub user_id: String,
    /// Operations and bytes of the month.
    pub traffic: Option<Traffic>,
    /// What is stored now.
    pub stored: Option<Stored>,
    /// Gigabytes stored, averaged over the whole month.
    pub gigabyte_months: Option<f64>,
}

/// What is known of a cluster.
async fn look(services: &Services, name: &str) -> Result<Coverage, Error> {
    if !services.clusters.contains_key(name) {
        return Err(Error::UnknownCluster(name.to_owned()));
    }
    Ok(Coverage::of(services, name).await?)
}

async fn accounts(
    services: &Services,
    client: &str,
    cluster: &str,
    after: i64,
) -> Result<(Vec<Account>, Option<i64>), Error> {
    let terminated_since = services.clock.now().as_millisecond() - AFTER_TERMINATION;
    let page = services
        .ledger
        .accounts_page(client, cluster, after, terminated_since, PAGE);
    let page = page.await?;
    let next = next_page(page.len(), page.last().map(|last| last.service.service_id));
    Ok((page, next))
}

fn range<'a>(client: &'a str, cluster: &'a str, accounts: &[Account]) -> ServiceRange<'a> {
    let id = |account: Option<&Account>| account.map_or(0, |account| account.service.service_id);
    ServiceRange {
        client,
        cluster,
        ids: id(accounts.first())..=id(accounts.last()),
    }
}

fn user_of(account: &Account) -> String {
    let user = account.user_id.as_ref().or(account.former_user_id.as_ref());
    user.cloned().unwrap_or_default()
}

/// The usage columns of the services after number `after`, for the calendar month of `zone`.
///
/// # Errors
/// [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn usage_update(
    services: &Services,
    client: &str,
    cluster_name: &str,
    zone: &TimeZone,
    after: i64,
) -> Result<Page<AccountUsage>, Error> {
    const MB: i64 = 1 << 20;
    let coverage = look(services, cluster_name).await?;
    let now = services.clock.now();
    let since = Period::at(now, zone).since();
    let terminated_since = now.as_millisecond() - AFTER_TERMINATION;
    let ledger = &services.ledger;
    let page = ledger.usage_page(client, cluster_name, after, terminated_since, &since, PAGE);
    let page = page.await?;
    let next = next_page(page.len(), page.last().map(|row| row.0));
    let accounts = page
        .into_iter()
        .map(|(service_id, user_id, plan, stored, months, slots)| {
            let plan = recorded_plan(plan.as_deref())?;
            let limit = |gigabytes: Option<NonZeroU64>| {
                gigabytes.map_or(0, |gigabytes| {
                    i64::try_from(gigabytes.get()).map_or(i64::MAX, |gigabytes| gigabytes * 1024)
                })
            };
            let edge = slots.unwrap_or(0) * if since.slots_count { 1 } else { -1 };
            let downloaded = (months.unwrap_or(0) + edge).max(0);
            Ok(AccountUsage {
                service_id,
                user_id,
                disk_used_mb: coverage.storage.then_some(stored.unwrap_or(0) / MB),
                disk_limit_mb: plan.as_ref().map(|plan| limit(plan.quota_gb)),
                bandwidth_used_mb: coverage.traffic.then_some(downloaded / MB),
                bandwidth_limit_mb: plan.as_ref().map(|plan| limit(plan.bandwidth_included_gb)),
            })
        });
    Ok(Page {
        accounts: accounts.collect::<Result<_, Error>>()?,
        coverage,
        next,
    })
}

/// Where the page after one of `length` services begins.
fn next_page(length: usize, last: Option<i64>) -> Option<i64> {
    last.filter(|_| i64::try_from(length).is_ok_and(|length| length == PAGE))
}

/// The metrics of the services after number `after`, for the calendar month of `zone`. What is answered counts as
/// delivered: the figures of the months that WHMCS was told last add up to everything that was used.
///
/// # Errors
/// [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn metric_usage(
    services: &Services,
    client: &str,
    cluster_name: &str,
    zone: &TimeZone,
    after: i64,
) -> Result<Page<AccountMetrics>, Error> {
    let coverage = look(services, cluster_name).await?;
    let (page, next) = accounts(services, client, cluster_name, after).await?;
    let accounts = metrics(services, client, cluster_name, zone, &coverage, &page).await?;
    Ok(Page {
        coverage,
        accounts,
        next,
    })
}

/// The same for one service.
///
/// # Errors
/// [`Error::AccountUnknown`] when it has and had no S3 user, [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn metric_usage_of(
    services: &Services,
    service: &ServiceKey,
    zone: &TimeZone,
) -> Result<Page<AccountMetrics>, Error> {
    let coverage = look(services, &service.cluster).await?;
    let account = services.ledger.account(service).await?;
    let account = account
        .filter(|account| !user_of(account).is_empty())
        .ok_or_else(|| Error::AccountUnknown(service.clone()))?;
    let (client, cluster) = (&service.client, &service.cluster);
    let accounts = metrics(services, client, cluster, zone, &coverage, &[account]).await?;
    Ok(Page {
        coverage,
        accounts,
        next: None,
    })
}

async fn metrics(
    services: &Services,
    client: &str,
    cluster: &str,
    zone: &TimeZone,
    coverage: &Coverage,
    page: &[Account],
) -> Result<Vec<AccountMetrics>, Error> {
    let range = range(client, cluster, page);
    let used = Used::of(services, &range, coverage, page).await?;
    let period = Period::at(services.clock.now(), zone);
    let ledger = &services.ledger;
    let figures = ledger.deliver(&range, &period.name, &used.figures).await?;
    Ok(used.metrics(services, &period, page, figures))
}

/// What the metrics of one service would be told as now; nothing counts as delivered.
pub(super) async fn metrics_now(
    services: &Services,
    account: &Account,
    zone: &TimeZone,
    coverage: &Coverage,
) -> Result<AccountMetrics, Error> {
    let ServiceKey {
        client, cluster, ..
    } = &account.service;
    let page = std::slice::from_ref(account);
    let range = range(client, cluster, page);
    let used = Used::of(services, &range, coverage, page).await?;
    let period = Period::at(services.clock.now(), zone);
    let ledger = &services.ledger;
    let figures = ledger
        .undelivered(&range, &period.name, &used.figures)
        .await?;
    let mut metrics = used.metrics(services, &period, page, figures);
    metrics
        .pop()
        .ok_or_else(|| Error::AccountUnknown(account.service.clone()))
}

/// What services used since they began, as far as it is known.
struct Used {
    stored: Vec<Option<Stored>>,
    figures: Vec<(i64, Delivery)>,
}

impl Used {
    async fn of(
        services: &Services,
        range: &ServiceRange<'_>,
        coverage: &Coverage,
        page: &[Account],
    ) -> Result<Self, Error> {
        let traffic = services.ledger.traffic(range).await?;
        let stored = services.ledger.stored(range).await?;
        let stored_by = |account: &Account| stored.get(&account.id).copied().unwrap_or_default();
        let figures = page.iter().map(|account| {
            let sum = traffic.get(&account.id).copied().unwrap_or_default();
            let used = Delivery {
                traffic: coverage.traffic.then_some(sum),
                byte_hours: coverage.storage.then(|| stored_by(account).byte_hours),
            };
            (account.id, used)
        });
        let stored = page
            .iter()
            .map(|account| coverage.storage.then(|| stored_by(account)));
        Ok(Self {
            stored: stored.collect(),
            figures: figures.collect(),
        })
    }

    fn metrics(
        self,
        services: &Services,
        period: &Period,
        page: &[Account],
        figures: Vec<Delivery>,
    ) -> Vec<AccountMetrics> {
        let gigabyte = services.usage.gigabyte.bytes();
        let accounts = page.iter().zip(self.stored).zip(figures);
        let metrics = accounts.map(|((account, stored), figures)| {
            #[expect(clippy::cast_precision_loss, reason = "a metric is a float in WHMCS")]
            let gigabyte_months = figures
                .byte_hours
                .map(|byte_hours| byte_hours.0 as f64 / gigabyte / period.hours());
            AccountMetrics {
                service_id: account.service.service_id,
                user_id: user_of(account),
                traffic: figures.traffic,
                stored,
                gigabyte_months,
            }
        });
        metrics.collect()
    }
}

/// The services of a WHMCS installation that have an S3 user, after number `after`, in pages.
///
/// # Errors
/// [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn list_accounts(
    services: &Services,
    client: &str,
    cluster: &str,
    after: i64,
) -> Result<(Vec<(Account, Option<Plan>)>, Option<i64>), Error> {
    if !services.clusters.contains_key(cluster) {
        return Err(Error::UnknownCluster(cluster.to_owned()));
    }
    let (page, next) = accounts(services, client, cluster, after).await?;
    let present = page.into_iter().filter(|account| {
        account.user_id.is_some()
            && matches!(
                account.state,
                ledger::AccountState::Active | ledger::AccountState::Suspended
            )
    });
    let accounts = present.map(|account| {
        let plan = recorded_plan(account.plan.as_deref())?;
        Ok((account, plan))
    });
    Ok((accounts.collect::<Result<_, Error>>()?, next))
}
