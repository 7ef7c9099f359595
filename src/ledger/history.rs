//! What one service used over time.

use std::collections::BTreeMap;
use std::ops::Range;

use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Error, Ledger, Traffic};

/// Traffic of a slot, whatever the bucket.
struct SlotRow {
    slot: i64,
    traffic: Traffic,
}

impl FromRow<'_, SqliteRow> for SlotRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            slot: row.try_get("slot")?,
            traffic: Traffic::from_row(row)?,
        })
    }
}

impl Ledger {
    /// The S3 users that belong or belonged to an account.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn users_of(&self, account: i64) -> Result<Vec<String>, Error> {
        Ok(
            sqlx::query_scalar("SELECT user_id FROM account_users WHERE account = ?")
                .bind(account)
                .fetch_all(&self.pool)
                .await?,
        )
    }

    /// Traffic of a user by slot, within `slots`.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn traffic_by_slot(
        &self,
        cluster: &str,
        user_id: &str,
        slots: &Range<i64>,
    ) -> Result<BTreeMap<i64, Traffic>, Error> {
        let rows: Vec<SlotRow> = sqlx::query_as(
            "SELECT slot, sum(ops_put) AS ops_put, sum(ops_get) AS ops_get, sum(ops_list) AS ops_list,
                    sum(ops_other) AS ops_other, sum(uploaded) AS uploaded, sum(downloaded) AS downloaded
             FROM usage_slots WHERE cluster = ? AND user_id = ? AND slot >= ? AND slot < ? GROUP BY slot",
        )
        .bind(cluster)
        .bind(user_id)
        .bind(slots.start)
        .bind(slots.end)
        .fetch_all(&self.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.slot, row.traffic))
            .collect())
    }
}
