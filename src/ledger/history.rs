//! What one service used over time.

use std::ops::Range;

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Error, Ledger, Span, Traffic};

/// Traffic of one slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotTraffic {
    /// The slot as [`super::slot_of`] numbers it.
    pub slot: i64,
    /// What was used in it.
    pub traffic: Traffic,
}

impl FromRow<'_, SqliteRow> for SlotTraffic {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            slot: row.try_get("slot")?,
            traffic: Traffic::from_row(row)?,
        })
    }
}

impl Ledger {
    /// Traffic of an account in all buckets together, within `slots`. Slots without any are absent.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn slots(&self, account: i64, slots: Range<i64>) -> Result<Vec<SlotTraffic>, Error> {
        Ok(sqlx::query_as(
            "SELECT s.slot, sum(s.ops_put) AS ops_put, sum(s.ops_get) AS ops_get,
                    sum(s.ops_list) AS ops_list, sum(s.ops_other) AS ops_other,
                    sum(s.uploaded) AS uploaded, sum(s.downloaded) AS downloaded
             FROM account_users u
             JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
             WHERE u.account = ? AND s.slot >= ? AND s.slot < ?
             GROUP BY s.slot",
        )
        .bind(account)
        .bind(slots.start)
        .bind(slots.end)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Spans of an account's buckets that reach into `hours`, counted from 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn spans(&self, account: i64, hours: Range<i64>) -> Result<Vec<Span>, Error> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT b.open_start AS start_hour, b.hour AS end_hour, b.open_byte_hours AS byte_hours
             FROM account_users u
             JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
             WHERE u.account = ?1 AND b.hour > ?2 AND b.open_start < ?3 AND b.open_byte_hours > 0
             UNION ALL
             SELECT s.start_hour, s.end_hour, s.byte_hours
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
        let span = |(start_hour, end_hour, byte_hours)| Span {
            start_hour,
            end_hour,
            byte_hours,
        };
        Ok(rows.into_iter().map(span).collect())
    }
}
