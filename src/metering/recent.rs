//! What a service used lately, for its customer's page.

use jiff::tz::TimeZone;

use crate::app::Services;
use crate::ledger::Account;
use crate::lifecycle::Error;

use super::history::{points, traffic};
use super::report::metrics_now;
use super::steps::Steps;
use super::{AccountMetrics, Coverage, HistoryError, Point, Step};

/// Days that are shown.
const DAYS: i64 = 30;

/// Months that are shown.
const MONTHS: i64 = 12;

/// The last days and months of a service; the last of each is not over.
#[derive(Clone, Debug)]
pub struct Recent {
    /// How much is known.
    pub coverage: Coverage,
    /// 30 calendar days.
    pub days: Vec<Point>,
    /// 12 calendar months.
    pub months: Vec<Point>,
    /// The last one of them.
    pub month: Point,
    /// What WHMCS would be told now. It does not count as delivered.
    pub metrics: AccountMetrics,
}

/// What a service used lately, by the calendar of `zone`.
///
/// # Errors
/// [`HistoryError::Range`] at the ends of the calendar, [`Error::Ledger`].
pub async fn recent(
    services: &Services,
    account: &Account,
    zone: &TimeZone,
) -> Result<Recent, HistoryError> {
    let ledger = &services.ledger;
    let coverage = Coverage::of(services, &account.service.cluster).await;
    let coverage = coverage.map_err(Error::from)?;
    let now = services.clock.now();
    let days = Steps::until(now, DAYS, Step::Day, zone)?;
    let months = Steps::until(now, MONTHS, Step::Month, zone)?;
    // The days lie within the months.
    let spans = ledger.spans(account.id, months.hours()).await;
    let spans = spans.map_err(Error::from)?;
    let by_day = traffic(ledger, account.id, &days).await;
    let by_month = traffic(ledger, account.id, &months).await;
    let days = points(&coverage, &days, &by_day.map_err(Error::from)?, &spans);
    let months = points(&coverage, &months, &by_month.map_err(Error::from)?, &spans);
    let month = months.last().cloned();
    let out_of_range = || HistoryError::Range("there is no such month".to_owned());
    Ok(Recent {
        month: month.ok_or_else(out_of_range)?,
        days,
        months,
        metrics: metrics_now(services, account, zone, &coverage).await?,
        coverage,
    })
}
