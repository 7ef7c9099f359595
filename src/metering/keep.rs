//! How long items are kept, and counting them again.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::Services;
use crate::ledger::{Rebuilt, month_of, month_start};

use super::Error;

/// How long a run under way is waited for.
const PATIENCE: Duration = Duration::from_secs(600);

/// Drops the items of statistics objects older than `usage.keep_raw`, by whole UTC months: a month is counted again
/// with all of its items or not at all, and never while they are dropped. Answers how many objects lost theirs.
///
/// # Errors
/// [`Error::Ledger`], [`Error::Busy`].
pub async fn drop_items(services: &Services, cluster: &str) -> Result<u64, Error> {
    let turn = services.ledger.metering_turn(cluster, PATIENCE).await?;
    let turn = turn.ok_or_else(|| Error::Busy(cluster.to_owned()))?;
    let now = services.clock.now();
    let oldest = now.checked_sub(services.usage.keep_raw).unwrap_or(now);
    let until = Timestamp::from_second(month_start(month_of(oldest))).unwrap_or(Timestamp::MIN);
    Ok(turn.ledger().drop_items(cluster, until).await?)
}

/// Counts all kept items of a cluster again and says whether the totals differ; with `repair` they become what was
/// counted now. `progress` is told the objects counted so far.
///
/// # Errors
/// [`Error`]; then nothing was changed.
pub async fn rebuild(
    services: &Services,
    name: &str,
    repair: bool,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Rebuilt, Error> {
    super::cluster(services, name)?;
    let ledger = &services.ledger;
    let busy = || Error::Busy(name.to_owned());
    let statistics = ledger
        .metering_turn(name, PATIENCE)
        .await?
        .ok_or_else(busy)?;
    let _sizes = ledger.sizes_turn(name, PATIENCE).await?.ok_or_else(busy)?;
    Ok(statistics.ledger().rebuild(name, repair, progress).await?)
}
