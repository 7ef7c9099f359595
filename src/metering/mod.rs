//! Usage: collected from the gateways, kept in the ledger, told to WHMCS.
//!
//! Two sources: statistics objects (operations and bytes) are counted once each, by name, and deleted only after
//! that is committed; bucket sizes are read at least hourly, and the growth of their byte-hours is counted. Nothing
//! that is not known is ever told as zero.

mod backlog;
mod byte_hours;
mod calendar;
mod collect;
mod coverage;
mod error;
mod gaps;
mod history;
mod hours;
mod keep;
mod listing;
mod month;
mod recent;
mod report;
mod sample;
mod steps;
mod used_buckets;

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::app::{Cluster, Services};

pub use backlog::{Backlog, backlog};
pub use calendar::Period;
pub use collect::{Collected, Progress, collect};
pub use coverage::Coverage;
pub use error::Error;
pub use history::{History, HistoryError, Point, history};
pub use hours::{UsedHour, used_hours};
pub use keep::{drop_items, rebuild};
pub use month::{ClusterMonth, MonthFigures, ServiceMonth, VanishedBucket, cluster_month};
pub use recent::{Recent, recent};
pub use report::{
    AccountMetrics, AccountUsage, Page, list_accounts, metric_usage, metric_usage_of, usage_update,
};
pub use sample::{SampleReport, sample};
pub use steps::{MOST_POINTS, Step};
pub use used_buckets::{MOST_ROWS, UsedBuckets, UsedDay, used_buckets};

/// The configured cluster of that name.
fn cluster<'a>(services: &'a Services, name: &str) -> Result<&'a Cluster, Error> {
    services
        .clusters
        .get(name)
        .ok_or_else(|| Error::UnknownCluster(name.to_owned()))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere cannot leave these figures half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
