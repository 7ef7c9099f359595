//! Counting statistics objects: each once, all of a batch in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::sql::{Builder, Query, Tx, Value, query, query_scalar};
use super::traffic::{month_of, note_problem, slot_of};
use super::{Error, Ledger, StatisticsRecord, Traffic, transact};

/// Rows of one statement; SQLite takes 32 766 values, MariaDB 65 535. Only full ones are kept prepared: there are many other lengths,
/// and they are large.
const ROWS: usize = 1000;

/// Bytes of items with which a statement takes no more objects.
const STATEMENT_BYTES: usize = 4 << 20;

/// What is said of an object that came with other content than before.
const OTHER: &str =
    "it was counted before and came again with other content, which is set aside and not counted";

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
    statements: Vec<Query>,
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

    pub(super) fn statements(&self, tables: Tables, cluster: &str) -> Vec<Query> {
        let mut statements = Vec::new();
        let slots: Vec<_> = self.slots.iter().collect();
        for rows in slots.chunks(ROWS) {
            let mut sql = insert(tables.slots, "user_id, slot, bucket");
            sql.push_values(rows, |row, ((user, slot, bucket), traffic)| {
                row.extend([
                    Value::from(cluster),
                    user.into(),
                    slot.into(),
                    bucket.into(),
                ]);
                row.extend(traffic.values().map(Value::from));
            });
            statements.push(add_to(sql, "cluster, user_id, slot, bucket", rows.len()));
        }
        let months: Vec<_> = self.months.iter().collect();
        for rows in months.chunks(ROWS) {
            let mut sql = insert(tables.months, "user_id, month");
            sql.push_values(rows, |row, ((user, month), traffic)| {
                row.extend([Value::from(cluster), user.into(), month.into()]);
                row.extend(traffic.values().map(Value::from));
            });
            statements.push(add_to(sql, "cluster, user_id, month", rows.len()));
        }
        statements
    }
}

fn insert(table: &str, keys: &str) -> Builder {
    Builder::new(format!(
        "INSERT INTO {table} (cluster, {keys}, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded) "
    ))
}

fn add_to(sql: Builder, key: &'static str, rows: usize) -> Query {
    let sums = Traffic::COLUMNS.map(|name| format!("{name} = {name} + excluded.{name}"));
    sql.build()
        .or_update(key, sums.join(", "))
        .persistent(rows == ROWS)
}

/// Runs the statements one after the other.
pub(super) async fn run(tx: &mut Tx, statements: Vec<Query>) -> Result<(), Error> {
    for statement in statements {
        statement.execute(&mut *tx).await?;
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
            statements,
        } = booking;
        // Gone with the first attempt; another one makes them again.
        let mut prepared = Some(statements);
        let outcome = transact!(self, |tx| {
            let outcome = self.judge(tx, &cluster, now, &records).await?;
            let with = |what: fn(Booked) -> bool| {
                let records = records.iter().zip(&outcome);
                records.filter_map(move |(record, booked)| what(*booked).then_some(record))
            };
            forget_problems(tx, &cluster, with(|booked| booked != Booked::Conflict)).await?;
            let all_are_new = outcome.iter().all(|booked| *booked == Booked::Counted);
            let statements = match prepared.take() {
                Some(statements) if all_are_new => statements,
                _ => {
                    Sums::of(with(|booked| booked == Booked::Counted)).statements(TOTALS, &cluster)
                }
            };
            run(tx, statements).await?;
            Ok(outcome)
        })?;
        Ok(records.into_iter().zip(outcome).collect())
    }

    /// Keeps the objects whose names are new, and compares the others with what was counted before.
    async fn judge(
        &self,
        tx: &mut Tx,
        cluster: &str,
        now: Timestamp,
        records: &[StatisticsRecord],
    ) -> Result<Vec<Booked>, Error> {
        let known = fingerprints(tx, cluster, records).await?;
        let new = records
            .iter()
            .filter(|record| !known.contains_key(&record.name));
        self.insert_objects(tx, cluster, &new.collect::<Vec<_>>())
            .await?;
        let mut outcome = Vec::with_capacity(records.len());
        for record in records {
            outcome.push(match known.get(&record.name) {
                None => Booked::Counted,
                Some(known) if *known == record.fingerprint => Booked::Known,
                Some(_) => {
                    note_problem(tx, cluster, &record.name, OTHER, Some(&record.json), now).await?;
                    Booked::Conflict
                }
            });
        }
        Ok(outcome)
    }

    /// Keeps objects that are not kept yet; nothing is when somebody else keeps one of them meanwhile.
    async fn insert_objects(
        &self,
        tx: &mut Tx,
        cluster: &str,
        records: &[&StatisticsRecord],
    ) -> Result<(), Error> {
        let now = self.now_ms();
        for records in by_size(records) {
            let mut sql = Builder::new(
                "INSERT INTO statistics_objects (cluster, name, start, fingerprint, items, collected_at) ",
            );
            sql.push_values(records, |row, record| {
                row.extend([
                    Value::from(cluster),
                    (&record.name).into(),
                    record.start.as_second().into(),
                    record.fingerprint[..].into(),
                    (&record.json).into(),
                    now.into(),
                ]);
            });
            sql.build().persistent(false).execute(&mut *tx).await?;
        }
        Ok(())
    }
}

/// Parts that fit into one statement: MariaDB takes 16 MiB in one, unless told otherwise.
fn by_size<'a, 'r>(
    mut records: &'a [&'r StatisticsRecord],
) -> impl Iterator<Item = &'a [&'r StatisticsRecord]> {
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let fit = records.iter().take(ROWS).take_while(|record| {
            bytes += record.json.len();
            bytes <= STATEMENT_BYTES
        });
        let (part, rest) = records.split_at_checked(fit.count().max(1))?;
        records = rest;
        Some(part)
    })
}

/// What is on record of these objects, by their names.
async fn fingerprints(
    tx: &mut Tx,
    cluster: &str,
    records: &[StatisticsRecord],
) -> Result<HashMap<String, Vec<u8>>, Error> {
    let mut known = HashMap::new();
    for records in records.chunks(ROWS) {
        let mut sql =
            Builder::new("SELECT name, fingerprint FROM statistics_objects WHERE cluster = ");
        sql.push_bind(cluster).push(" AND name IN ");
        sql.push_list(records.iter().map(|record| &record.name));
        let rows: Vec<(String, Vec<u8>)> =
            sql.build().persistent(false).fetch_all(&mut *tx).await?;
        known.extend(rows);
    }
    Ok(known)
}

/// These could be read, so what was said about them is over; other content that was set aside stays.
async fn forget_problems(
    tx: &mut Tx,
    cluster: &str,
    records: impl Iterator<Item = &StatisticsRecord>,
) -> Result<(), Error> {
    let noted: Vec<String> =
        query_scalar("SELECT name FROM statistics_problems WHERE cluster = ? AND items IS NULL")
            .bind(cluster)
            .fetch_all(&mut *tx)
            .await?;
    if noted.is_empty() {
        return Ok(());
    }
    let noted: HashSet<String> = noted.into_iter().collect();
    for record in records.filter(|record| noted.contains(&record.name)) {
        query("DELETE FROM statistics_problems WHERE cluster = ? AND name = ? AND items IS NULL")
            .bind(cluster)
            .bind(&record.name)
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}
