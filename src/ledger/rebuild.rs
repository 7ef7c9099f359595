//! Counting again: totals from the items and spans they were made of.

use sqlx::{Connection, SqliteConnection};

use super::booking::{Sums, Tables, run};
use super::{ByteHours, Error, Ledger, StatisticsRecord, month_of, month_start, slot_of};

/// Objects read at once.
const BATCH: i64 = 200;

/// The next objects whose items are kept. By an index of the cluster SQLite would read and sort all of them for each
/// batch.
const KEPT: &str = "SELECT id, name, start, items FROM statistics_objects NOT INDEXED
                    WHERE cluster = ? AND id > ? AND items IS NOT NULL ORDER BY id LIMIT ?";

/// What counting again showed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rebuilt {
    /// Statistics objects counted again.
    pub objects: u64,
    /// Statistics objects whose items are no longer kept; the months up to the last of them stay as they are.
    pub objects_without_items: i64,
    /// Users' quarters of an hour that differed.
    pub slots: i64,
    /// Users' months that differed.
    pub months: i64,
    /// Buckets whose byte-hours differed from the sum of their spans.
    pub buckets: u64,
}

impl Rebuilt {
    /// Whether every total is what its parts add up to.
    #[must_use]
    pub fn agrees(&self) -> bool {
        (self.slots, self.months, self.buckets) == (0, 0, 0)
    }
}

const REBUILT: Tables = Tables {
    slots: "temp.rebuilt_slots",
    months: "temp.rebuilt_months",
};

impl Ledger {
    /// Counts all kept items of a cluster again and compares the totals; with `repair` the totals become what was
    /// counted now. Nobody else may count usage of the cluster meanwhile: hold its turn. `progress` is told the objects
    /// counted so far.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`]; then nothing was changed.
    pub async fn rebuild(
        &self,
        cluster: &str,
        repair: bool,
        progress: &(dyn Fn(u64) + Send + Sync),
    ) -> Result<Rebuilt, Error> {
        let mut connection = self.pool.acquire().await?;
        // Temporary tables live with their connection.
        for table in ["slots", "months"] {
            let keys = if table == "slots" {
                "slot, bucket"
            } else {
                "month"
            };
            for statement in [
                format!("DROP TABLE IF EXISTS temp.rebuilt_{table}"),
                format!("CREATE TEMP TABLE rebuilt_{table} AS SELECT * FROM usage_{table} WHERE 0"),
                format!(
                    "CREATE UNIQUE INDEX temp.rebuilt_{table}_key ON rebuilt_{table} (cluster, user_id, {keys})"
                ),
            ] {
                sqlx::query(sqlx::AssertSqlSafe(statement))
                    .execute(&mut *connection)
                    .await?;
            }
        }
        let mut rebuilt = Rebuilt::default();
        let last_without: Option<i64>;
        (rebuilt.objects_without_items, last_without) = sqlx::query_as(
            "SELECT count(*), max(start) FROM statistics_objects WHERE cluster = ? AND items IS NULL",
        )
        .bind(cluster)
        .fetch_one(&mut *connection)
        .await?;
        // A month is counted again only when all of it can be.
        let first_month = last_without
            .and_then(|start| jiff::Timestamp::from_second(start).ok())
            .map_or(0, |start| month_of(start) + 1);
        rebuilt.objects = count_again(&mut connection, cluster, first_month, progress).await?;
        let first_slot = slot_of(month_start(first_month));
        // Comparing takes long, and nobody who writes may be kept waiting for it.
        let mut tx = connection.begin().await?;
        rebuilt.slots = differences(&mut tx, SLOTS, cluster, first_slot).await?;
        rebuilt.months = differences(&mut tx, MONTHS, cluster, first_month).await?;
        let buckets = different_buckets(&mut tx, cluster).await?;
        tx.commit().await?;
        rebuilt.buckets = buckets.len() as u64;
        if repair && !rebuilt.agrees() {
            let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
            if rebuilt.slots > 0 {
                replace(&mut tx, SLOTS, cluster, first_slot).await?;
            }
            if rebuilt.months > 0 {
                replace(&mut tx, MONTHS, cluster, first_month).await?;
            }
            for (id, byte_hours) in buckets {
                sqlx::query("UPDATE buckets SET booked = ? WHERE id = ?")
                    .bind(byte_hours.to_string())
                    .bind(id)
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
        }
        Ok(rebuilt)
    }
}

async fn count_again(
    connection: &mut SqliteConnection,
    cluster: &str,
    first_month: i64,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, Error> {
    let (mut last, mut objects) = (0_i64, 0);
    loop {
        let rows: Vec<(i64, String, i64, String)> = sqlx::query_as(KEPT)
            .bind(cluster)
            .bind(last)
            .bind(BATCH)
            .fetch_all(&mut *connection)
            .await?;
        let Some((id, ..)) = rows.last() else {
            return Ok(objects);
        };
        last = *id;
        let kept = rows
            .into_iter()
            .map(|(_, name, start, items)| StatisticsRecord::kept(name, start, items))
            .collect::<Result<Vec<_>, _>>()?;
        let whole = kept
            .iter()
            .filter(|record| month_of(record.start) >= first_month);
        let statements = Sums::of(whole).statements(REBUILT, cluster);
        objects += kept.len() as u64;
        let mut tx = connection.begin().await?;
        run(&mut tx, statements).await?;
        tx.commit().await?;
        progress(objects);
    }
}

/// A table of totals, the one it is compared with, the column of time, and the key.
type Comparison = (&'static str, &'static str, &'static str, &'static str);

const SLOTS: Comparison = (
    "usage_slots",
    "rebuilt_slots",
    "slot",
    "user_id, slot, bucket",
);
const MONTHS: Comparison = ("usage_months", "rebuilt_months", "month", "user_id, month");

async fn differences(
    tx: &mut SqliteConnection,
    (kept, rebuilt, time, key): Comparison,
    cluster: &str,
    from: i64,
) -> Result<i64, Error> {
    let statement = format!(
        "SELECT count(*) FROM (
             SELECT {key} FROM (SELECT * FROM temp.{rebuilt}
                 EXCEPT SELECT * FROM {kept} WHERE cluster = ?1 AND {time} >= ?2)
             UNION
             SELECT {key} FROM (SELECT * FROM {kept} WHERE cluster = ?1 AND {time} >= ?2
                 EXCEPT SELECT * FROM temp.{rebuilt}))"
    );
    Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
        .bind(cluster)
        .bind(from)
        .fetch_one(tx)
        .await?)
}

async fn replace(
    tx: &mut SqliteConnection,
    (kept, rebuilt, time, _): Comparison,
    cluster: &str,
    from: i64,
) -> Result<(), Error> {
    let delete = format!("DELETE FROM {kept} WHERE cluster = ? AND {time} >= ?");
    sqlx::query(sqlx::AssertSqlSafe(delete))
        .bind(cluster)
        .bind(from)
        .execute(&mut *tx)
        .await?;
    let insert = format!("INSERT INTO {kept} SELECT * FROM temp.{rebuilt}");
    sqlx::query(sqlx::AssertSqlSafe(insert)).execute(tx).await?;
    Ok(())
}

/// Rows of buckets whose byte-hours are not the sum of their spans, each with that sum.
async fn different_buckets(
    tx: &mut SqliteConnection,
    cluster: &str,
) -> Result<Vec<(i64, ByteHours)>, Error> {
    // Halves of 40 bits, so that a sum never leaves 63.
    let rows: Vec<(i64, String, i64, i64, i64)> = sqlx::query_as(
        "SELECT b.id, b.booked, b.open_byte_hours,
                coalesce(sum(s.byte_hours >> 40), 0), coalesce(sum(s.byte_hours & 1099511627775), 0)
         FROM buckets b LEFT JOIN storage_spans s ON s.bucket = b.id
         WHERE b.cluster = ? GROUP BY b.id",
    )
    .bind(cluster)
    .fetch_all(tx)
    .await?;
    let part = |value: i64| u128::from(value.unsigned_abs());
    let mut different = Vec::new();
    for (id, booked, open, high, low) in rows {
        let sum = ByteHours((part(high) << 40) + part(low) + part(open));
        if booked.parse::<ByteHours>()? != sum {
            different.push((id, sum));
        }
    }
    Ok(different)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test]
    async fn a_batch_is_read_without_reading_all_objects() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let ledger = Ledger::open(&url.into(), Clock::default()).await;
        let ledger = ledger.expect("a ledger");
        ledger.migrate().await.expect("a schema");
        let plan = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {KEPT}"));
        let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(plan)
            .bind("eu1")
            .bind(0)
            .bind(BATCH)
            .fetch_all(&ledger.pool)
            .await
            .expect("a plan");
        let steps: Vec<&str> = plan.iter().map(|(.., step)| step.as_str()).collect();
        let by_id = "SEARCH statistics_objects USING INTEGER PRIMARY KEY (rowid>?)";
        assert_eq!(steps, [by_id]);
    }
}
