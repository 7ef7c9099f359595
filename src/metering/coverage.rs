//! Which figures of a cluster are known, and how far.

use std::time::Duration;

use jiff::Timestamp;

use crate::app::Services;
use crate::ledger::{self, Standing};

/// Runs that may fail before figures are withheld.
const RUNS: u32 = 3;

/// Figures are not withheld sooner than this after the last run.
const LEAST_PATIENCE: Duration = Duration::from_secs(3600);

/// How much is known of a cluster's usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Usage is complete up to here, as far as both sources go; nothing is complete without it.
    pub complete_until: Option<Timestamp>,
    /// Whether operations and bytes are up to date.
    pub traffic: bool,
    /// Whether bucket sizes are up to date.
    pub storage: bool,
    /// A sentence for each source that is not: what is not known, and why.
    pub withheld: Vec<String>,
    /// From here on traffic is known.
    pub traffic_from: Option<Timestamp>,
    /// Up to here traffic is known.
    pub traffic_until: Option<Timestamp>,
    /// From here on sizes are known.
    pub storage_from: Option<Timestamp>,
    /// Up to here byte-hours are known: the last full hour of the last sample.
    pub storage_until: Option<Timestamp>,
    /// The last sample itself.
    pub sampled_at: Option<Timestamp>,
}

impl Coverage {
    /// How much is known of the cluster configured as `name`.
    ///
    /// # Errors
    /// [`ledger::Error::Statement`].
    pub async fn of(services: &Services, name: &str) -> Result<Self, ledger::Error> {
        let standing = services.ledger.standing(name).await?;
        Ok(Self::judge(services, name, &standing))
    }

    fn judge(services: &Services, name: &str, standing: &Standing) -> Self {
        let now = services.clock.now();
        let time = |second: Option<i64>| Timestamp::from_second(second?).ok();
        let traffic_until = time(standing.complete_until);
        let traffic_from = time(standing.known_from);
        let collected = time(standing.collected_at);
        let traffic =
            traffic_from.is_some() && is_fresh(collected, services.usage.collect_interval, now);
        let sampled = time(standing.sampled_at);
        let storage = is_fresh(sampled, services.usage.sample_interval, now);
        let storage_until = time(standing.sampled_at.map(|at| at.div_euclid(3600) * 3600));
        let mut withheld = Vec::new();
        if !traffic {
            withheld.push(match (traffic_from, traffic_until) {
                (Some(_), Some(until)) => format!(
                    "Bandwidth and requests of cluster {name} are known up to {until} only and withheld until its statistics are collected again; the bridge's log says why they are not."
                ),
                _ => format!(
                    "Bandwidth and requests of cluster {name} are not known: no statistics object was collected from it yet. S3_GW_COLLECT_STAT=1 in gw.conf turns them on."
                ),
            });
        }
        if !storage {
            withheld.push(match sampled {
                Some(at) => format!(
                    "Storage of cluster {name} is known up to {at} only and withheld until its bucket sizes are read again; the bridge's log says why they are not."
                ),
                None => format!(
                    "Storage of cluster {name} is not known: its bucket sizes were not read yet."
                ),
            });
        }
        let known_traffic_until = traffic_until.filter(|_| traffic_from.is_some());
        Self {
            complete_until: known_traffic_until
                .zip(storage_until)
                .map(|(traffic, storage)| traffic.min(storage)),
            traffic,
            storage,
            withheld,
            traffic_from,
            traffic_until: known_traffic_until,
            storage_from: time(standing.sampled_from),
            storage_until,
            sampled_at: sampled,
        }
    }
}

/// Whether the last run is so recent that not more than a few can have failed since.
fn is_fresh(last: Option<Timestamp>, interval: Duration, now: Timestamp) -> bool {
    let patience = (interval * RUNS).max(LEAST_PATIENCE);
    last.and_then(|last| last.checked_add(patience).ok())
        .is_some_and(|until| until >= now)
}
