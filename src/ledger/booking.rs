//! Counting statistics objects: each once, all of a batch in one transaction.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::traffic::{month_of, note_problem, slot_of};
use super::{Error, Ledger, StatisticsRecord, Traffic};

/// Rows of one statement; SQLite takes 32 766 values. Only full ones are kept prepared: there are many other lengths,
/// and they are large.
const ROWS: usize = 1000;

/// What booking an object came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booked {
    /// It is counted now.
    Counted,
    /// It was counted before, with the same content.
    Known,
    /// It was counted before with other content, and is set aside.
    Conflict,
}

/// Statistics objects of a cluster with the statements that add them to the totals. Making those takes about a third as
/// long as running them, so the next booking is best made while one is written.
pub struct Booking {
    cluster: String,
    records: Vec<StatisticsRecord>,
    /// For the usual case, that none of them was counted before.
    statements: Vec<Statement>,
}

impl Booking {
    /// Objects of one transaction. Nothing is counted yet.
    #[must_use]
    pub fn new(cluster: &str, records: Vec<StatisticsRecord>) -> Self {
        Self {
            cluster: cluster.to_owned(),
            statements: Sums::of(&records).statements(TOTALS, cluster),
            records,
        }
    }
}

/// Where totals are kept.
#[derive(Clone, Copy)]
pub(super) struct Tables {
    pub(super) slots: &'static str,
    pub(super) months: &'static str,
}

const TOTALS: Tables = Tables {
    slots: "usage_slots",
    months: "usage_months",
};

/// A user and bucket in a slot.
type SlotKey<'a> = (&'a str, i64, &'a str);

/// A user in a UTC month.
type MonthKey<'a> = (&'a str, i64);

/// Sums that are written once for many items.
#[derive(Default)]
pub(super) struct Sums<'a> {
    slots: BTreeMap<SlotKey<'a>, Traffic>,
    months: BTreeMap<MonthKey<'a>, Traffic>,
}

impl<'a> Sums<'a> {
    pub(super) fn of(records: impl IntoIterator<Item = &'a StatisticsRecord>) -> Self {
        let mut sums = Self::default();
        for record in records {
            sums.add(record);
        }
        sums
    }

    fn add(&mut self, record: &'a StatisticsRecord) {
        let slot = slot_of(record.start.as_second());
        let month = month_of(record.start);
        for item in record.items.iter().filter(|item| !item.traffic.is_zero()) {
            let (user, bucket) = (item.user_id.as_str(), item.bucket.as_str());
            *self.slots.entry((user, slot, bucket)).or_default() += item.traffic;
            *self.months.entry((user, month)).or_default() += item.traffic;
        }
    }

    pub(super) fn statements(&self, tables: Tables, cluster: &str) -> Vec<Statement> {
        let mut statements = Vec::new();
        let slots: Vec<_> = self.slots.iter().collect();
        for rows in slots.chunks(ROWS) {
            let mut sql = insert(tables.slots, "user_id, slot, bucket");
            sql.push_values(rows, |mut row, ((user, slot, bucket), traffic)| {
                row.push_bind(cluster)
                    .push_bind(user)
                    .push_bind(slot)
                    .push_bind(bucket);
                for value in traffic.values() {
                    row.push_bind(value);
                }
            });
            statements.push(Statement {
                sql: add_to(sql, "cluster, user_id, slot, bucket"),
                full: rows.len() == ROWS,
            });
        }
        let months: Vec<_> = self.months.iter().collect();
        for rows in months.chunks(ROWS) {
            let mut sql = insert(tables.months, "user_id, month");
            sql.push_values(rows, |mut row, ((user, month), traffic)| {
                row.push_bind(cluster).push_bind(user).push_bind(month);
                for value in traffic.values() {
                    row.push_bind(value);
                }
            });
            statements.push(Statement {
                sql: add_to(sql, "cluster, user_id, month"),
                full: rows.len() == ROWS,
            });
        }
        statements
    }
}

fn insert(table: &str, keys: &str) -> QueryBuilder<Sqlite> {
    QueryBuilder::new(format!(
        "INSERT INTO {table} (cluster, {keys}, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded) "
    ))
}

fn add_to(mut sql: QueryBuilder<Sqlite>, keys: &str) -> QueryBuilder<Sqlite> {
    sql.push(format!(" ON CONFLICT ({keys}) DO UPDATE SET "));
    let sums = Traffic::COLUMNS.map(|name| format!("{name} = {name} + excluded.{name}"));
    sql.push(sums.join(", "));
    sql
}

/// A statement that adds rows to a table of totals.
pub(super) struct Statement {
    sql: QueryBuilder<Sqlite>,
    full: bool,
}

/// Runs the statements one after the other.
pub(super) async fn run(
    tx: &mut SqliteConnection,
    statements: Vec<Statement>,
) -> Result<(), Error> {
    for mut statement in statements {
        statement
            .sql
            .build()
            .persistent(statement.full)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

impl Ledger {
    /// Counts the objects that were not counted before, all in one transaction. Those that were are left alone; one
    /// that comes with other content than before is set aside. `now` is the gateway's clock.
    ///
    /// # Errors
    /// [`Error::Statement`]; then nothing was counted.
    pub async fn book_statistics(
        &self,
        now: Timestamp,
        booking: Booking,
    ) -> Result<Vec<(StatisticsRecord, Booked)>, Error> {
        let Booking {
            cluster,
            records,
            mut statements,
        } = booking;
        let mut tx = self.write().await?;
        let mut new = self.insert_objects(&mut tx, &cluster, &records).await?;
        let all_are_new = new.len() == records.len();
        let mut outcome = Vec::with_capacity(records.len());
        for record in &records {
            outcome.push(if new.remove(&record.name) {
                Booked::Counted
            } else {
                book_again(&mut tx, &cluster, now, record).await?
            });
        }
        let outcome: Vec<_> = records.into_iter().zip(outcome).collect();
        let readable = outcome
            .iter()
            .filter(|(_, booked)| *booked != Booked::Conflict);
        forget_problems(&mut tx, &cluster, readable.map(|(record, _)| record)).await?;
        if !all_are_new {
            let counted = outcome
                .iter()
                .filter(|(_, booked)| *booked == Booked::Counted);
            statements = Sums::of(counted.map(|(record, _)| record)).statements(TOTALS, &cluster);
        }
        run(&mut tx, statements).await?;
        tx.commit().await?;
        Ok(outcome)
    }

    /// Keeps the objects whose names are new, and answers those names.
    async fn insert_objects(
        &self,
        tx: &mut SqliteConnection,
        cluster: &str,
        records: &[StatisticsRecord],
    ) -> Result<HashSet<String>, Error> {
        let now = self.now_ms();
        let mut new = HashSet::new();
        for records in records.chunks(ROWS) {
            let mut sql = QueryBuilder::<Sqlite>::new(
                "INSERT INTO statistics_objects (cluster, name, start, fingerprint, items, collected_at) ",
            );
            sql.push_values(records, |mut row, record| {
                row.push_bind(cluster)
                    .push_bind(&record.name)
                    .push_bind(record.start.as_second())
                    .push_bind(&record.fingerprint[..])
                    .push_bind(&record.json)
                    .push_bind(now);
            });
            sql.push(" ON CONFLICT (cluster, name) DO NOTHING RETURNING name");
            let names: Vec<String> = sql
                .build_query_scalar()
                .persistent(false)
                .fetch_all(&mut *tx)
                .await?;
            new.extend(names);
        }
        Ok(new)
    }
}

/// Compares an object with the one of its name that was counted before.
async fn book_again(
    tx: &mut SqliteConnection,
    cluster: &str,
    now: Timestamp,
    record: &StatisticsRecord,
) -> Result<Booked, Error> {
    let known: Vec<u8> = sqlx::query_scalar(
        "SELECT fingerprint FROM statistics_objects WHERE cluster = ? AND name = ?",
    )
    .bind(cluster)
    .bind(&record.name)
    .fetch_one(&mut *tx)
    .await?;
    if known == record.fingerprint {
        return Ok(Booked::Known);
    }
    let sentence = "it was counted before and came again with other content, which is set aside and not counted";
    note_problem(tx, cluster, &record.name, sentence, Some(&record.json), now).await?;
    Ok(Booked::Conflict)
}

/// These could be read, so what was said about them is over; other content that was set aside stays.
async fn forget_problems(
    tx: &mut SqliteConnection,
    cluster: &str,
    records: impl Iterator<Item = &StatisticsRecord>,
) -> Result<(), Error> {
    let noted: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM statistics_problems WHERE cluster = ? AND items IS NULL",
    )
    .bind(cluster)
    .fetch_all(&mut *tx)
    .await?;
    if noted.is_empty() {
        return Ok(());
    }
    let noted: HashSet<String> = noted.into_iter().collect();
    for record in records.filter(|record| noted.contains(&record.name)) {
        sqlx::query(
            "DELETE FROM statistics_problems WHERE cluster = ? AND name = ? AND items IS NULL",
        )
        .bind(cluster)
        .bind(&record.name)
        .execute(&mut *tx)
        .await?;
    }
    Ok(())
}
