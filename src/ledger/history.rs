//! What one service used over time.

use std::collections::BTreeMap;
use std::ops::Range;

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Error, Ledger, Span, Traffic};

/// What is summed into points of time.
struct SlotRow {
    slot: i64,
    bucket: String,
    traffic: Traffic,
}

impl FromRow<'_, SqliteRow> for SlotRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            slot: row.try_get("slot")?,
            bucket: row.try_get("bucket")?,
            traffic: Traffic::from_row(row)?,
        })
    }
}

/// Traffic by bucket and slot.
pub type SlotTraffic = BTreeMap<(String, i64), Traffic>;

impl Ledger {
    /// Traffic of an account by bucket and slot, within `slots`.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn slots(&self, account: i64, slots: Range<i64>) -> Result<SlotTraffic, Error> {
        let rows: Vec<SlotRow> = sqlx::query_as(
            "SELECT s.slot, s.bucket, s.ops_put, s.ops_get, s.ops_list, s.ops_other, s.uploaded, s.downloaded
             FROM account_users u
             JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
             WHERE u.account = ? AND s.slot >= ? AND s.slot < ?",
        )
        .bind(account)
        .bind(slots.start)
        .bind(slots.end)
        .fetch_all(&self.pool)
        .await?;
        let mut sums = SlotTraffic::new();
        for row in rows {
            *sums.entry((row.bucket, row.slot)).or_default() += row.traffic;
        }
        Ok(sums)
    }

    /// Spans of an account's buckets, with the bucket's name, that reach into `hours`, counted from 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn spans(
        &self,
        account: i64,
        hours: Range<i64>,
    ) -> Result<Vec<(String, Span)>, Error> {
        let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
            "SELECT b.name, b.open_start AS start_hour, b.hour AS end_hour, b.open_byte_hours AS byte_hours
             FROM account_users u
             JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
             WHERE u.account = ?1 AND b.hour > ?2 AND b.open_start < ?3 AND b.open_byte_hours > 0
             UNION ALL
             SELECT b.name, s.start_hour, s.end_hour, s.byte_hours
             FROM account_users u
             JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
             JOIN storage_spans s ON s.bucket = b.id
             WHERE u.account = ?1 AND s.end_hour > ?2 AND s.start_hour < ?3",
        )
        .bind(account)
        .bind(hours.start)
        .bind(hours.end)
        .fetch_all(&self.pool)
        .await?;
        let span = |(name, start_hour, end_hour, byte_hours)| {
            let span = Span {
                start_hour,
                end_hour,
                byte_hours,
            };
            (name, span)
        };
        Ok(rows.into_iter().map(span).collect())
    }
}
