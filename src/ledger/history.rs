//! What one service used over time.

use std::ops::Range;

use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use sqlx::FromRow;

use super::sql::{Builder, Value, query};
use super::traffic::sums;
use super::{Error, Ledger, Span, Traffic};

/// Ranges of one statement.
const RANGES: usize = 100;

/// Spans of an account's buckets that reach into some hours; none is longer than a month.
const SPANS: &str = "
    SELECT b.name, b.open_start, b.hour, b.open_byte_hours
    FROM account_users u
    JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
    WHERE u.account = ?1 AND b.hour > ?2 AND b.open_start < ?3 AND b.open_byte_hours > 0
    UNION ALL
    SELECT b.name, s.start_hour, s.end_hour, s.byte_hours
    FROM account_users u
    JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
    JOIN storage_spans s ON s.bucket = b.id
    WHERE u.account = ?1 AND s.end_hour > ?2 AND s.start_hour < ?3 AND s.start_hour >= ?2 - 31 * 24";

/// Traffic of one slot.
#[derive(Clone, Copy, Debug, FromRow, PartialEq, Eq)]
pub struct SlotTraffic {
    /// The slot as [`super::slot_of`] numbers it.
    pub slot: i64,
    /// What was used in it.
    #[sqlx(flatten)]
    pub traffic: Traffic,
}

/// Traffic of one UTC month.
#[derive(FromRow)]
struct MonthTraffic {
    month: i64,
    #[sqlx(flatten)]
    traffic: Traffic,
}

/// Traffic of a bucket in one slot.
#[derive(FromRow)]
struct BucketSlot {
    bucket: String,
    #[sqlx(flatten)]
    slot: SlotTraffic,
}

impl Ledger {
    /// Traffic of an account in all buckets together, within `slots`. Slots without any are absent.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn slots(&self, account: i64, slots: Range<i64>) -> Result<Vec<SlotTraffic>, Error> {
        Ok(query(concat!(
            "SELECT s.slot, ",
            sums!("s."),
            "
             FROM account_users u
             JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
             WHERE u.account = ? AND s.slot >= ? AND s.slot < ?
             GROUP BY s.slot"
        ))
        .bind(account)
        .bind(slots.start)
        .bind(slots.end)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Traffic of an account in UTC months, as [`super::month_of`] numbers them. Months without any are absent.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn months(
        &self,
        account: i64,
        months: Range<i64>,
    ) -> Result<Vec<(i64, Traffic)>, Error> {
        let rows: Vec<MonthTraffic> = query(concat!(
            "SELECT m.month, ",
            sums!("m."),
            "
             FROM account_users u
             JOIN usage_months m ON m.cluster = u.cluster AND m.user_id = u.user_id
             WHERE u.account = ? AND m.month >= ? AND m.month < ?
             GROUP BY m.month"
        ))
        .bind(account)
        .bind(months.start)
        .bind(months.end)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.month, row.traffic))
            .collect())
    }

    /// Traffic of an account within any of `ranges` of slots, which do not overlap.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn slots_within(
        &self,
        account: i64,
        ranges: &[Range<i64>],
    ) -> Result<Vec<SlotTraffic>, Error> {
        let mut slots = Vec::new();
        for ranges in ranges.chunks(RANGES) {
            let mut sql = Builder::new("WITH edges (first, after) AS (");
            sql.push_union(ranges, |row, range| {
                row.extend([range.start, range.end].map(Value::from));
            });
            sql.push(
                ") SELECT s.slot, s.ops_put, s.ops_get, s.ops_list, s.ops_other, s.uploaded, s.downloaded
                 FROM account_users u CROSS JOIN edges e
                 CROSS JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
                                         AND s.slot >= e.first AND s.slot < e.after
                 WHERE u.account = ",
            );
            sql.push_bind(account);
            let some: Vec<SlotTraffic> = sql.build().fetch_all(&self.pool).await?;
            slots.extend(some);
        }
        Ok(slots)
    }

    /// Spans of an account's buckets that reach into `hours`, counted from 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn spans(&self, account: i64, hours: Range<i64>) -> Result<Vec<Span>, Error> {
        let spans = self.bucket_spans(account, hours);
        spans.map_ok(|(_, span)| span).try_collect().await
    }

    /// Traffic of an account's buckets within `slots`, in no order.
    pub fn bucket_slots(
        &self,
        account: i64,
        slots: Range<i64>,
    ) -> BoxStream<'_, Result<(String, SlotTraffic), Error>> {
        let rows = query(
            "SELECT s.bucket, s.slot, s.ops_put, s.ops_get, s.ops_list, s.ops_other, s.uploaded, s.downloaded
             FROM account_users u
             JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
             WHERE u.account = ? AND s.slot >= ? AND s.slot < ?",
        );
        let rows = rows.bind(account).bind(slots.start).bind(slots.end);
        rows.fetch(&self.pool)
            .map(|read| read.map(|BucketSlot { bucket, slot }| (bucket, slot)))
            .map_err(Error::from)
            .boxed()
    }

    /// Spans of an account's buckets that reach into `hours`, counted from 1970, in no order.
    pub fn bucket_spans(
        &self,
        account: i64,
        hours: Range<i64>,
    ) -> BoxStream<'_, Result<(String, Span), Error>> {
        let rows = query(SPANS).bind(account).bind(hours.start).bind(hours.end);
        rows.fetch(&self.pool)
            .map(|read| {
                let (name, start_hour, end_hour, byte_hours) = read?;
                let span = Span {
                    start_hour,
                    end_hour,
                    byte_hours,
                };
                Ok((name, span))
            })
            .boxed()
    }
}
