//! What a service used, by bucket and calendar day.

use std::collections::BTreeMap;
use std::ops::Range;

use futures::TryStreamExt;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::app::Services;
use crate::ledger::{self, Account, Traffic};
use crate::lifecycle::Error;

use super::steps::Steps;
use super::{Coverage, HistoryError, Step};

/// Most rows of one answer.
pub const MOST_ROWS: usize = 100_000;

/// A day of a bucket on which something was used; what is not known is absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedDay {
    /// Its first instant, in the time zone that was asked for.
    pub start: Zoned,
    /// Empty: requests that address no bucket.
    pub bucket: String,
    /// Operations and bytes.
    pub traffic: Option<Traffic>,
    /// Byte-hours stored.
    pub byte_hours: Option<u128>,
}

/// What was used by bucket and day; the rows add up to the days of [`super::history()`].
#[derive(Clone, Debug)]
pub struct UsedBuckets {
    /// How much is known.
    pub coverage: Coverage,
    /// By day, then by bucket.
    pub rows: Vec<UsedDay>,
}

/// What a service used in each of its buckets on the days of `zone` that reach into `range`.
///
/// # Errors
/// [`HistoryError::Range`] for an empty range or one of too many days or rows; [`Error::Ledger`].
pub async fn used_buckets(
    services: &Services,
    account: &Account,
    range: &Range<Timestamp>,
    zone: &TimeZone,
) -> Result<UsedBuckets, HistoryError> {
    let days = Steps::of(range, Step::Day, zone)?;
    let coverage = Coverage::of(services, &account.service.cluster).await;
    let coverage = coverage.map_err(Error::from)?;
    let mut used = Used::default();
    let (ledger, known) = (&services.ledger, coverage.known_slots());
    let mut slots = ledger.bucket_slots(account.id, days.slots());
    while let Some((bucket, slot)) = slots.try_next().await.map_err(failed)? {
        if let Some(day) = days.of_slot(slot.slot) {
            used.of(day, &bucket)?.0 += slot.traffic;
        }
    }
    drop(slots);
    let mut spans = ledger.bucket_spans(account.id, days.hours());
    while let Some((bucket, span)) = spans.try_next().await.map_err(failed)? {
        for (day, byte_hours, _) in days.parts(&span, known).filter(|(_, part, _)| *part > 0) {
            used.of(day, &bucket)?.1 += byte_hours;
        }
    }
    drop(spans);
    let row = |((day, bucket), (traffic, byte_hours)): ((usize, String), (Traffic, u128))| {
        let knows = coverage.knows(&days.time(day));
        // Requests to no bucket leave nothing behind, whatever is known of sizes.
        let stores_nothing = bucket.is_empty();
        UsedDay {
            start: days.start(day).clone(),
            bucket,
            traffic: (knows.traffic || !traffic.is_zero()).then_some(traffic),
            byte_hours: (stores_nothing || knows.storage || byte_hours > 0).then_some(byte_hours),
        }
    };
    let rows = used.0.into_iter().map(row).collect();
    Ok(UsedBuckets { coverage, rows })
}

fn failed(error: ledger::Error) -> HistoryError {
    Error::from(error).into()
}

/// Sums by day and bucket.
#[derive(Default)]
struct Used(BTreeMap<(usize, String), (Traffic, u128)>);

impl Used {
    fn of(&mut self, day: usize, bucket: &str) -> Result<&mut (Traffic, u128), HistoryError> {
        let sum = self.0.len();
        let entry = self.0.entry((day, bucket.to_owned()));
        if sum >= MOST_ROWS && matches!(entry, std::collections::btree_map::Entry::Vacant(_)) {
            return Err(HistoryError::Range(format!(
                "there are more than {MOST_ROWS} rows of buckets and days between `from` and `to`; ask for less time"
            )));
        }
        Ok(entry.or_default())
    }
}
