//! Statistics objects that should have been counted by now.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::app::Cluster;
use crate::config;
use crate::ledger::Ledger;
use crate::ostor::StatisticsName;

use super::Error;
use super::collect::{EARLIEST, settling};
use super::listing::list;

/// What waits at a gateway longer than it should.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many objects.
    pub objects: usize,
    /// When the oldest of them begins.
    pub oldest: Option<Timestamp>,
}

/// Counts the objects at the gateway that two runs of the collector should have found settled, without those that the
/// ledger knows as not to be counted.
///
/// # Errors
/// [`Error::Gateway`], [`Error::NoDate`], [`Error::Ledger`].
pub async fn backlog(
    cluster: &Cluster,
    usage: &config::Usage,
    ledger: Option<&Ledger>,
) -> Result<Backlog, Error> {
    let listing = list(&cluster.gateway).await?;
    let problems = match ledger {
        Some(ledger) => {
            ledger
                .statistics_problems(cluster.gateway.cluster())
                .await?
        }
        None => Vec::new(),
    };
    let aside: HashSet<String> = problems.into_iter().map(|problem| problem.name).collect();
    let runs = i64::try_from(2 * usage.collect_interval.as_secs()).unwrap_or(i64::MAX / 4);
    let mut backlog = Backlog::default();
    for text in listing.names.iter().filter(|text| !aside.contains(*text)) {
        let Ok(name) = text.parse::<StatisticsName>() else {
            continue;
        };
        let settled = name.start.as_second() + settling(usage, cluster, i64::from(name.period));
        if name.start >= EARLIEST && settled + runs < listing.at.as_second() {
            backlog.objects += 1;
            backlog.oldest = Some(backlog.oldest.map_or(name.start, |one| one.min(name.start)));
        }
    }
    Ok(backlog)
}
