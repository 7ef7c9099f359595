//! Moving a ledger from a file to a server.

use futures::TryStreamExt;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, Row, SqlitePool, TypeInfo, ValueRef};

use super::sql::{Builder, Pool, Value, query_scalar};
use super::{Error, Ledger, transact};

/// All tables, those that others refer to first.
const TABLES: [&str; 14] = [
    "accounts",
    "account_users",
    "metering",
    "statistics_objects",
    "statistics_problems",
    "usage_slots",
    "usage_months",
    "buckets",
    "storage_spans",
    "deliveries",
    "operations",
    "key_intents",
    "purge_jobs",
    "known_keys",
];

/// Rows of one statement; the widest table has 27 columns, and MariaDB takes 65 535 values.
const ROWS: usize = 500;

/// Bytes of text with which a statement takes no more rows.
const BYTES: usize = 4 << 20;

impl Ledger {
    /// Copies every row of `from`, a ledger in a file, into this one, which is on a server and holds none. `progress` is
    /// told the rows copied, of how many. Nobody else may work with either.
    ///
    /// # Errors
    /// [`Error::NotEmpty`], [`Error::Statement`], [`Error::Corrupt`]; rows that were copied by then stay, so the database
    /// has to be made anew before it is tried again.
    pub async fn copy_from(
        &self,
        from: &Self,
        progress: &(dyn Fn(u64, u64) + Send + Sync),
    ) -> Result<u64, Error> {
        let (Pool::Sqlite(source), Pool::MySql(_)) = (&from.pool, &self.pool) else {
            let what = "a ledger is copied from a file to a server, and not otherwise";
            return Err(Error::Corrupt(what.to_owned()));
        };
        let mut total = 0;
        for table in TABLES {
            if count(&self.pool, table).await? > 0 {
                return Err(Error::NotEmpty);
            }
            total += count(&from.pool, table).await?;
        }
        let mut done = 0;
        for table in TABLES {
            self.copy_table(source, table, &mut |rows| {
                done += rows;
                progress(done, total);
            })
            .await?;
        }
        Ok(done)
    }

    async fn copy_table(
        &self,
        source: &SqlitePool,
        table: &'static str,
        copied: &mut (dyn FnMut(u64) + Send),
    ) -> Result<(), Error> {
        let select = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"));
        let mut rows = sqlx::query(select).fetch(source);
        let (mut batch, mut bytes) = (Vec::new(), 0);
        loop {
            let row = rows.try_next().await?;
            let is_last = row.is_none();
            if let Some(row) = row {
                bytes += values(&row)?.iter().map(size).sum::<usize>();
                batch.push(row);
            }
            if is_last || batch.len() == ROWS || bytes > BYTES {
                copied(self.insert(table, &batch).await?);
                batch.clear();
                bytes = 0;
            }
            if is_last {
                return Ok(());
            }
        }
    }

    async fn insert(&self, table: &str, rows: &[SqliteRow]) -> Result<u64, Error> {
        let Some(first) = rows.first() else {
            return Ok(0);
        };
        let columns: Vec<&str> = first.columns().iter().map(Column::name).collect();
        let mut sql = Builder::new(format!("INSERT INTO {table} ({}) ", columns.join(", ")));
        let values = rows.iter().map(values).collect::<Result<Vec<_>, _>>()?;
        sql.push_values(values, |row, values| row.extend(values));
        let insert = sql.build().persistent(false);
        transact!(self, |tx| Ok(insert.clone().execute(tx).await?.rows))
    }
}

async fn count(pool: &Pool, table: &str) -> Result<u64, Error> {
    let count: i64 = query_scalar(format!("SELECT count(*) FROM {table}"))
        .fetch_one(pool)
        .await?;
    Ok(count.unsigned_abs())
}

/// The values of a row as SQLite holds them.
fn values(row: &SqliteRow) -> Result<Vec<Value>, sqlx::Error> {
    let value = |column: usize| {
        let raw = row.try_get_raw(column)?;
        if raw.is_null() {
            return Ok(Value::Text(None));
        }
        Ok(match raw.type_info().name() {
            "INTEGER" => Value::Int(Some(row.try_get_unchecked(column)?)),
            "BLOB" => Value::Bytes(row.try_get_unchecked(column)?),
            _ => Value::Text(Some(row.try_get_unchecked(column)?)),
        })
    };
    (0..row.len()).map(value).collect()
}

fn size(value: &Value) -> usize {
    match value {
        Value::Int(_) => 8,
        Value::Text(text) => text.as_ref().map_or(0, String::len),
        Value::Bytes(bytes) => bytes.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::Place;

    /// Fails when a table is added and forgotten here.
    #[tokio::test]
    async fn every_table_is_copied() {
        let place = Place::in_file();
        let ledger = place.ledger().await;
        let all: Vec<String> = query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
        )
        .fetch_all(&ledger.pool)
        .await
        .expect("names");
        let mut copied = TABLES;
        copied.sort_unstable();
        assert_eq!(all, copied);
    }
}
