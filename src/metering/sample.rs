//! One reading of all bucket sizes of a cluster.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;

use crate::app::Services;
use crate::ledger::{BucketKey, BucketRecord, Sampled};
use crate::ostor::Bucket;

use super::Error;
use super::byte_hours::{Taken, key_of, take};

/// How long a reading waits for the one before it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Buckets of one transaction: others may write to the ledger in between.
const BATCH: usize = 2000;

/// What a reading found and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleReport {
    /// Buckets listed.
    pub buckets: usize,
    /// Buckets seen for the first time.
    pub new: usize,
    /// Buckets that are no longer listed. They are counted up to the last reading; what they held after it is not known.
    pub gone: Vec<String>,
    /// Buckets whose figures make no sense, each with the reason; they were left as they were.
    pub problems: Vec<(String, String)>,
    /// The gateway's clock.
    pub at: Option<Timestamp>,
}

/// Reads all bucket sizes and counts the byte-hours since the last reading. A listing that cannot be read counts nothing.
///
/// # Errors
/// [`Error`]; what was not counted now is counted by the next reading.
pub async fn sample(services: &Services, name: &str) -> Result<SampleReport, Error> {
    let cluster = super::cluster(services, name)?;
    let turn = services.ledger.sizes_turn(name, PATIENCE).await?;
    let turn = turn.ok_or_else(|| Error::Busy(name.to_owned()))?;
    let ledger = turn.ledger();
    let mut listing = cluster.gateway.bucket_listing().await?;
    let at = listing.date.ok_or_else(|| Error::NoDate(name.to_owned()))?;
    let hour = at.as_second().div_euclid(3600);
    // The second mention of a bucket would pass for a new one.
    let mut listed = HashSet::new();
    listing
        .buckets
        .retain(|bucket| listed.insert(key_of(bucket)));
    drop(listed);
    let mut known = ledger.buckets(name).await?;
    refuse_odd_growth(name, &known, &listing.buckets, hour)?;
    let owners = ledger.owners(name).await?;
    let from_creation = |bucket: &Bucket| {
        owners.get(bucket.owner_id.as_str()).is_some_and(|adopted| {
            adopted.is_none_or(|adopted| bucket.creation_date.as_millisecond() >= adopted)
        })
    };
    let mut report = SampleReport {
        buckets: listing.buckets.len(),
        at: Some(at),
        ..SampleReport::default()
    };
    let mut changes = Vec::new();
    for bucket in listing.buckets {
        let record = known.remove(&key_of(&bucket));
        report.new += usize::from(record.is_none());
        match take(
            record.as_ref(),
            &bucket,
            hour,
            at.as_second(),
            from_creation(&bucket),
        ) {
            Taken::Unchanged => {}
            Taken::Booked(sampled) => changes.push(sampled),
            Taken::Anew { ended, begun } => changes.extend([ended, begun]),
            Taken::Implausible(problem) => report.problems.push((bucket.name, problem)),
        }
        if changes.len() >= BATCH {
            ledger.book_buckets(name, &changes).await?;
            changes.clear();
        }
    }
    for (key, record) in known {
        if record.missing_since.is_none() {
            report.gone.push(key.name);
            changes.push(Sampled {
                record: BucketRecord {
                    missing_since: Some(at.as_second()),
                    ..record
                },
                closed: Vec::new(),
            });
        }
    }
    report.gone.sort_unstable();
    for some in changes.chunks(BATCH) {
        ledger.book_buckets(name, some).await?;
    }
    ledger.set_sampled(name, at).await?;
    Ok(report)
}

/// The meaning of `h_integral` is known from a handful of published readings only, so it is held against our own:
/// a bucket that did not change must gain its size once an hour.
fn refuse_odd_growth(
    cluster: &str,
    known: &HashMap<BucketKey, BucketRecord>,
    buckets: &[Bucket],
    hour: i64,
) -> Result<(), Error> {
    let (mut steady, mut odd) = (0, 0);
    for bucket in buckets {
        let Some(record) = known.get(&key_of(bucket)) else {
            continue;
        };
        let size = bucket.size;
        let hours = hour - record.hour;
        let unchanged = i64::try_from(size.last_ts).is_ok_and(|changed| changed < record.hour)
            && i64::try_from(size.current) == Ok(record.current)
            && u128::from(size.h_integral) >= record.h_integral.0;
        if !unchanged || hours < 1 || size.current == 0 {
            continue;
        }
        let gained = u128::from(size.h_integral) - record.h_integral.0;
        // The hour may turn between the figures and the answer's date.
        let fits = (hours - 1..=hours + 1)
            .any(|hours| gained == u128::from(size.current) * u128::from(hours.unsigned_abs()));
        steady += 1;
        odd += usize::from(!fits);
    }
    if odd * 2 > steady {
        return Err(Error::Implausible {
            cluster: cluster.to_owned(),
            steady,
            odd,
        });
    }
    Ok(())
}
