//! Buckets by incarnation, and the byte-hours counted for each.

use std::collections::HashMap;
use std::fmt;
use std::iter::Sum;
use std::ops::AddAssign;
use std::str::FromStr;

use futures::TryStreamExt;
use jiff::Timestamp;
use sqlx::FromRow;

use super::sql::{Builder, Query, Value, query};
use super::{Error, Ledger, transact};

/// Rows of one statement; SQLite takes 32 766 values. Only full ones are kept prepared: there are many other lengths,
/// and they are large.
const ROWS: usize = 1000;

/// Bytes times hours. A petabyte for a year comes near the end of 63 bits, so these have 128.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteHours(pub u128);

impl AddAssign for ByteHours {
    fn add_assign(&mut self, more: Self) {
        self.0 += more.0;
    }
}

impl Sum for ByteHours {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.map(|one| one.0).sum())
    }
}

impl fmt::Display for ByteHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As the ledger keeps them, in decimal.
impl FromStr for ByteHours {
    type Err = sqlx::Error;

    fn from_str(text: &str) -> Result<Self, sqlx::Error> {
        text.parse()
            .map(Self)
            .map_err(|_| sqlx::Error::Decode("byte-hours that are no number".into()))
    }
}

impl TryFrom<String> for ByteHours {
    type Error = sqlx::Error;

    fn try_from(text: String) -> Result<Self, sqlx::Error> {
        text.parse()
    }
}

/// What tells a bucket from every other one that ever had its name.
#[derive(Clone, Debug, FromRow, PartialEq, Eq, Hash)]
pub struct BucketKey {
    /// The S3 user who owns it.
    pub owner_id: String,
    /// Its name.
    pub name: String,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}

/// A bucket as it was when last seen.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct BucketRecord {
    /// Which bucket.
    #[sqlx(flatten)]
    pub key: BucketKey,
    /// 0, and one more each time the gateway's count began anew.
    pub incarnation: i64,
    /// Hour of the last sample, counted from 1970.
    pub hour: i64,
    /// The gateway's byte-hours then.
    #[sqlx(try_from = "String")]
    pub h_integral: ByteHours,
    /// Bytes stored then.
    pub current: i64,
    /// Byte-hours counted.
    #[sqlx(try_from = "String")]
    pub booked: ByteHours,
    /// First hour of the span that ends with the last sample.
    pub open_start: i64,
    /// Byte-hours of that span.
    pub open_byte_hours: i64,
    /// The first listing without it, in seconds since 1970.
    pub missing_since: Option<i64>,
}

/// Byte-hours spread evenly over whole hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First hour, counted from 1970.
    pub start_hour: i64,
    /// The hour after the last one.
    pub end_hour: i64,
    /// The byte-hours of all of them.
    pub byte_hours: i64,
}

/// One bucket after a sample: its new record, and the spans that ended with it.
#[derive(Clone, Debug)]
pub struct Sampled {
    /// The record.
    pub record: BucketRecord,
    /// Spans to be kept beside it.
    pub closed: Vec<Span>,
}

/// A bucket of an account at the last sample.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct HeldBucket {
    /// Its name.
    pub name: String,
    /// Bytes stored.
    #[sqlx(rename = "current")]
    pub bytes: i64,
    /// When it was made, in seconds since 1970.
    pub created: i64,
}

impl Ledger {
    /// The buckets that an S3 user owned at the last sample.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn held_buckets(
        &self,
        cluster: &str,
        user_id: &str,
    ) -> Result<Vec<HeldBucket>, Error> {
        Ok(query(
            "SELECT name, current, created FROM buckets
             WHERE cluster = ? AND owner_id = ? AND missing_since IS NULL",
        )
        .bind(cluster)
        .bind(user_id)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The latest incarnation of every bucket that was in the last listing or is said to be gone.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn buckets(&self, cluster: &str) -> Result<HashMap<BucketKey, BucketRecord>, Error> {
        let mut records = query("SELECT * FROM buckets WHERE cluster = ?")
            .bind(cluster)
            .fetch(&self.pool);
        let mut latest: HashMap<BucketKey, BucketRecord> = HashMap::new();
        while let Some(record) = records.try_next().await? {
            let record: BucketRecord = record;
            let earlier = latest.get(&record.key);
            if earlier.is_none_or(|earlier| earlier.incarnation < record.incarnation) {
                latest.insert(record.key.clone(), record);
            }
        }
        Ok(latest)
    }

    /// When each S3 user was adopted, in ms since 1970; null for those made here.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn owners(&self, cluster: &str) -> Result<HashMap<String, Option<i64>>, Error> {
        let rows: Vec<(String, Option<i64>)> =
            query("SELECT user_id, adopted_at FROM account_users WHERE cluster = ?")
                .bind(cluster)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.into_iter().collect())
    }

    /// Records some buckets of a sample in one transaction. Each bucket stands for itself, so a sample that ends
    /// between two of these is completed by the next one.
    ///
    /// # Errors
    /// [`Error::Statement`]; then none of them was changed.
    pub async fn book_buckets(&self, cluster: &str, buckets: &[Sampled]) -> Result<(), Error> {
        transact!(self, |tx| {
            for rows in buckets.chunks(ROWS) {
                book_records(cluster, rows).execute(&mut *tx).await?;
            }
            for Sampled { record, closed } in buckets {
                for span in closed {
                    keep_span(cluster, &record.key, record.incarnation, span)
                        .execute(&mut *tx)
                        .await?;
                }
            }
            Ok(())
        })
    }

    /// Records that a whole listing of buckets was taken in. `at` is the gateway's clock.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_sampled(&self, cluster: &str, at: Timestamp) -> Result<(), Error> {
        transact!(self, |tx| {
            query("INSERT INTO metering (cluster, sampled_from, sampled_at) VALUES (?1, ?2, ?2)")
                .bind(cluster)
                .bind(at.as_second())
                .or_update(
                    "cluster",
                    "sampled_from = coalesce(metering.sampled_from, excluded.sampled_from),
                     sampled_at = excluded.sampled_at",
                )
                .execute(tx)
                .await?;
            Ok(())
        })
    }
}

/// The statement that makes records what they are now.
fn book_records(cluster: &str, rows: &[Sampled]) -> Query {
    let mut sql = Builder::new(
        "INSERT INTO buckets (cluster, owner_id, name, created, incarnation, hour, h_integral,
             current, booked, open_start, open_byte_hours, missing_since) ",
    );
    sql.push_values(rows, |row, Sampled { record, .. }| {
        row.extend([
            Value::from(cluster),
            (&record.key.owner_id).into(),
            (&record.key.name).into(),
            record.key.created.into(),
            record.incarnation.into(),
            record.hour.into(),
            record.h_integral.to_string().into(),
            record.current.into(),
            record.booked.to_string().into(),
            record.open_start.into(),
            record.open_byte_hours.into(),
            record.missing_since.into(),
        ]);
    });
    sql.build()
        .or_update(
            "cluster, owner_id, name, created, incarnation",
            "hour = excluded.hour, h_integral = excluded.h_integral, current = excluded.current,
             booked = excluded.booked, open_start = excluded.open_start,
             open_byte_hours = excluded.open_byte_hours, missing_since = excluded.missing_since",
        )
        .persistent(rows.len() == ROWS)
}

fn keep_span(cluster: &str, bucket: &BucketKey, incarnation: i64, span: &Span) -> Query {
    query(
        "INSERT INTO storage_spans (bucket, start_hour, end_hour, byte_hours)
         SELECT id, ?, ?, ? FROM buckets
         WHERE cluster = ? AND owner_id = ? AND name = ? AND created = ? AND incarnation = ?",
    )
    .bind(span.start_hour)
    .bind(span.end_hour)
    .bind(span.byte_hours)
    .bind(cluster)
    .bind(&bucket.owner_id)
    .bind(&bucket.name)
    .bind(bucket.created)
    .bind(incarnation)
}
