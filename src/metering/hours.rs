//! What an S3 user used, by bucket and hour.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;

use crate::ledger::{self, Ledger, Traffic};

use super::Coverage;
use super::byte_hours::share;

/// An hour of a bucket in which something was used; what is not known is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedHour {
    /// Its first instant.
    pub start: Timestamp,
    /// Empty: requests that address no bucket.
    pub bucket: String,
    /// Operations and bytes.
    pub traffic: Option<Traffic>,
    /// Byte-hours.
    pub byte_hours: Option<u128>,
}

/// Hours of a cluster's S3 user within `hours`, counted from 1970, in order of time and bucket.
///
/// # Errors
/// [`ledger::Error::Statement`].
pub async fn used_hours(
    ledger: &Ledger,
    coverage: &Coverage,
    cluster: &str,
    user_id: &str,
    hours: &Range<i64>,
) -> Result<Vec<UsedHour>, ledger::Error> {
    let mut used: BTreeMap<(i64, String), (Traffic, u128)> = BTreeMap::new();
    for row in ledger.traffic_by_hour(cluster, user_id, hours).await? {
        used.entry((row.hour, row.bucket)).or_default().0 += row.traffic;
    }
    for (bucket, span) in ledger.spans_of_user(cluster, user_id, hours).await? {
        let amount = u128::from(span.byte_hours.unsigned_abs());
        let (start, end) = (span.start_hour, span.end_hour);
        for hour in start.max(hours.start)..end.min(hours.end) {
            let part = share(amount, start, end, hour, hour + 1);
            if part > 0 {
                used.entry((hour, bucket.clone())).or_default().1 += part;
            }
        }
    }
    let used = used
        .into_iter()
        .map(|((hour, bucket), (traffic, byte_hours))| {
            let start = time_of(hour);
            let time = start..time_of(hour + 1);
            let knows = coverage.knows(&time);
            // What was counted is known, whatever else is not.
            let traffic_known = knows.traffic || !traffic.is_zero();
            let storage_known = knows.storage || byte_hours > 0;
            UsedHour {
                start,
                bucket,
                traffic: traffic_known.then_some(traffic),
                byte_hours: storage_known.then_some(byte_hours),
            }
        });
    Ok(used.collect())
}

fn time_of(hour: i64) -> Timestamp {
    Timestamp::from_second(hour.saturating_mul(3600)).unwrap_or(Timestamp::MAX)
}
