//! What a service used, by hour, day or month of a time zone.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::app::Services;
use crate::ledger::{self, Ledger, ServiceKey, SlotTraffic, Span, Traffic};
use crate::lifecycle::Error;

use super::Coverage;
use super::steps::{Step, Steps, placed};

/// What was used during one step; what is not known is absent. The last step that is known may be known in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its first instant, in the time zone that was asked for.
    pub start: Zoned,
    /// Operations and bytes.
    pub traffic: Option<Traffic>,
    /// Byte-hours stored.
    pub byte_hours: Option<u128>,
    /// Bytes stored at its end, or at the end of what is known.
    pub bytes: Option<u128>,
}

/// What a service used between two times.
#[derive(Clone, Debug)]
pub struct History {
    /// How much is known.
    pub coverage: Coverage,
    /// The steps, in order.
    pub points: Vec<Point>,
}

/// Why there is no history to be shown.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The time asked for cannot be shown.
    #[error("{0}")]
    Range(String),
    /// The service or the ledger.
    #[error(transparent)]
    Lifecycle(#[from] Error),
}

/// What `service` used in the steps that reach into `from..to`.
///
/// # Errors
/// [`HistoryError::Range`] for an empty range or one of too many steps; [`Error::AccountUnknown`],
/// [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn history(
    services: &Services,
    service: &ServiceKey,
    range: std::ops::Range<Timestamp>,
    step: Step,
    zone: &TimeZone,
) -> Result<History, HistoryError> {
    if !services.clusters.contains_key(&service.cluster) {
        return Err(Error::UnknownCluster(service.cluster.clone()).into());
    }
    let steps = Steps::of(&range, step, zone)?;
    let ledger = &services.ledger;
    let account = ledger.account(service).await.map_err(Error::from)?;
    let account = account.ok_or_else(|| Error::AccountUnknown(service.clone()))?;
    let coverage = Coverage::of(services, &service.cluster);
    let coverage = coverage.await.map_err(Error::from)?;
    let traffic = traffic(ledger, account.id, &steps).await;
    let spans = ledger.spans(account.id, steps.hours()).await;
    let (traffic, spans) = (traffic.map_err(Error::from)?, spans.map_err(Error::from)?);
    Ok(History {
        points: points(&coverage, &steps, &traffic, &spans),
        coverage,
    })
}

/// What an account used, by the slot; months are read as such.
pub(super) async fn traffic(
    ledger: &Ledger,
    account: i64,
    steps: &Steps,
) -> Result<Vec<SlotTraffic>, ledger::Error> {
    let Some(months) = steps.months() else {
        return ledger.slots(account, steps.slots()).await;
    };
    let months = ledger.months(account, months).await?;
    let edges = ledger.slots_within(account, &steps.edge_slots()).await?;
    Ok(placed(&months, &edges))
}

/// What was used in each step, as far as it is known.
pub(super) fn points(
    coverage: &Coverage,
    steps: &Steps,
    traffic: &[SlotTraffic],
    spans: &[Span],
) -> Vec<Point> {
    let sums = steps.add_up(traffic, spans, coverage.known_slots());
    let points = sums.into_iter().enumerate().map(|(step, sum)| {
        let knows = coverage.knows(&steps.time(step));
        // What was counted is known, whatever else is not.
        let traffic_known = knows.traffic || !sum.traffic.is_zero();
        let storage_known = knows.storage || sum.byte_hours > 0;
        Point {
            start: steps.start(step).clone(),
            traffic: traffic_known.then_some(sum.traffic),
            byte_hours: storage_known.then_some(sum.byte_hours),
            bytes: storage_known.then_some(sum.bytes),
        }
    });
    points.collect()
}
