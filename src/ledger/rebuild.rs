//! Counting again: totals from the items and spans they were made of.

use super::booking::{Sums, Tables, run};
use super::sql::{Mode, Tx, query, query_scalar};
use super::{ByteHours, Error, Ledger, StatisticsRecord, Traffic, month_of, month_start, slot_of};

/// Objects read at once.
const BATCH: i64 = 200;

/// The next objects whose items are kept. By an index of the cluster all of them would be read and sorted for each batch.
macro_rules! kept {
    ($by_id:literal) => {
        concat!(
            "SELECT id, name, start, items FROM statistics_objects ",
            $by_id,
            " WHERE cluster = ? AND id > ? AND items IS NOT NULL ORDER BY id LIMIT ?"
        )
    };
}
const KEPT_SQLITE: &str = kept!("NOT INDEXED");
const KEPT_MYSQL: &str =
    kept!("IGNORE INDEX (statistics_objects_by_name, statistics_objects_by_start)");

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
    slots: "rebuilt_slots",
    months: "rebuilt_months",
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
        // Temporary tables live with their connection.
        let mut tx = self.snapshot().await?;
        for table in [SLOTS, MONTHS] {
            make_empty(&mut tx, table).await?;
        }
        let mut rebuilt = Rebuilt::default();
        let last_without: Option<i64>;
        (rebuilt.objects_without_items, last_without) = query(
            "SELECT count(*), max(start) FROM statistics_objects WHERE cluster = ? AND items IS NULL",
        )
        .bind(cluster)
        .fetch_one(&mut tx)
        .await?;
        // A month is counted again only when all of it can be.
        let first_month = last_without
            .and_then(|start| jiff::Timestamp::from_second(start).ok())
            .map_or(0, |start| month_of(start) + 1);
        rebuilt.objects = count_again(&mut tx, cluster, first_month, progress).await?;
        let first_slot = slot_of(month_start(first_month));
        // Comparing takes long, and nobody who writes may be kept waiting for it.
        rebuilt.slots = differences(&mut tx, SLOTS, cluster, first_slot).await?;
        rebuilt.months = differences(&mut tx, MONTHS, cluster, first_month).await?;
        let buckets = different_buckets(&mut tx, cluster).await?;
        rebuilt.buckets = buckets.len() as u64;
        if repair && !rebuilt.agrees() {
            tx.then(Mode::Write).await?;
            if rebuilt.slots > 0 {
                replace(&mut tx, SLOTS, cluster, first_slot).await?;
            }
            if rebuilt.months > 0 {
                replace(&mut tx, MONTHS, cluster, first_month).await?;
            }
            for (id, byte_hours) in buckets {
                query("UPDATE buckets SET booked = ? WHERE id = ?")
                    .bind(byte_hours.to_string())
                    .bind(id)
                    .execute(&mut tx)
                    .await?;
            }
        }
        self.commit(tx).await?;
        Ok(rebuilt)
    }
}

async fn count_again(
    tx: &mut Tx,
    cluster: &str,
    first_month: i64,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<u64, Error> {
    let (mut last, mut objects) = (0_i64, 0);
    loop {
        let rows: Vec<(i64, String, i64, String)> = query(tx.in_words_of(KEPT_SQLITE, KEPT_MYSQL))
            .bind(cluster)
            .bind(last)
            .bind(BATCH)
            .fetch_all(&mut *tx)
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
        run(tx, Sums::of(whole).statements(REBUILT, cluster)).await?;
        objects += kept.len() as u64;
        tx.then(Mode::Read).await?;
        progress(objects);
    }
}

/// A table of totals, the one it is compared with, the column of time, and what beside cluster and user is the key.
type Comparison = (
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const SLOTS: Comparison = ("usage_slots", "rebuilt_slots", "slot", &["slot", "bucket"]);
const MONTHS: Comparison = ("usage_months", "rebuilt_months", "month", &["month"]);

/// Makes an empty table of the same columns and key for this connection.
async fn make_empty(tx: &mut Tx, (kept, rebuilt, _, key): Comparison) -> Result<(), Error> {
    let statements = tx.in_words_of(
        vec![
            format!("DROP TABLE IF EXISTS temp.{rebuilt}"),
            format!("CREATE TEMP TABLE {rebuilt} AS SELECT * FROM {kept} WHERE 0"),
            format!(
                "CREATE UNIQUE INDEX temp.{rebuilt}_key ON {rebuilt} (cluster, user_id, {})",
                key.join(", ")
            ),
        ],
        vec![
            format!("DROP TEMPORARY TABLE IF EXISTS {rebuilt}"),
            format!("CREATE TEMPORARY TABLE {rebuilt} LIKE {kept}"),
        ],
    );
    for statement in statements {
        query(statement).persistent(false).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Keys that only one of the tables has, or that have other figures in the other.
async fn differences(
    tx: &mut Tx,
    (kept, rebuilt, time, key): Comparison,
    cluster: &str,
    from: i64,
) -> Result<i64, Error> {
    let same_key: Vec<String> = ["cluster", "user_id"]
        .iter()
        .chain(key)
        .map(|column| format!("k.{column} = r.{column}"))
        .collect();
    let same_key = same_key.join(" AND ");
    let other = Traffic::COLUMNS.map(|column| format!("k.{column} <> r.{column}"));
    let other = other.join(" OR ");
    // Each names the temporary table once: MySQL opens it only once for a statement.
    let counted: i64 = query_scalar(format!(
        "SELECT count(*) FROM {rebuilt} r LEFT JOIN {kept} k ON {same_key} WHERE k.cluster IS NULL OR {other}"
    ))
    .fetch_one(&mut *tx)
    .await?;
    let lost: i64 = query_scalar(format!(
        "SELECT count(*) FROM {kept} k LEFT JOIN {rebuilt} r ON {same_key}
         WHERE k.cluster = ? AND k.{time} >= ? AND r.cluster IS NULL"
    ))
    .bind(cluster)
    .bind(from)
    .fetch_one(tx)
    .await?;
    Ok(counted + lost)
}

async fn replace(
    tx: &mut Tx,
    (kept, rebuilt, time, _): Comparison,
    cluster: &str,
    from: i64,
) -> Result<(), Error> {
    query(format!(
        "DELETE FROM {kept} WHERE cluster = ? AND {time} >= ?"
    ))
    .bind(cluster)
    .bind(from)
    .execute(&mut *tx)
    .await?;
    query(format!("INSERT INTO {kept} SELECT * FROM {rebuilt}"))
        .execute(tx)
        .await?;
    Ok(())
}

/// Rows of buckets whose byte-hours are not the sum of their spans, each with that sum.
async fn different_buckets(tx: &mut Tx, cluster: &str) -> Result<Vec<(i64, ByteHours)>, Error> {
    // Halves of 40 bits, so that a sum never leaves 63.
    let rows: Vec<(i64, String, i64, i64, i64)> = query(
        "SELECT b.id, b.booked, b.open_byte_hours,
                CAST(coalesce(sum(s.byte_hours >> 40), 0) AS SIGNED),
                CAST(coalesce(sum(s.byte_hours & 1099511627775), 0) AS SIGNED)
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
    use crate::ledger::testing::Place;

    #[tokio::test]
    async fn a_batch_is_read_without_reading_all_objects() {
        let place = Place::in_file();
        let ledger = place.ledger().await;
        let plan = query(format!("EXPLAIN QUERY PLAN {KEPT_SQLITE}"));
        let plan: Vec<(i64, i64, i64, String)> = plan
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
