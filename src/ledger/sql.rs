//! Statements that are written once for SQLite and for MariaDB or MySQL.
//!
//! Values are bound by `?`, or by `?1`, `?2`, … where one is needed twice. What the dialects say differently is not
//! part of a statement's text: [`Query::or_update`], [`Query::or_ignore`]. Sums are cast `AS SIGNED`,
//! which makes them 64-bit integers in MariaDB and changes nothing in SQLite, and whoever assigns a column that another
//! assignment reads does so after it: MariaDB assigns from left to right.

use std::borrow::Cow;
use std::marker::PhantomData;

use futures::future::BoxFuture;
use futures::stream::{BoxStream, StreamExt};
use sqlx::mysql::{MySqlArguments, MySqlPool, MySqlRow};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteArguments, SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, FromRow, MySql, MySqlConnection, Sqlite, Transaction};

use super::error::{is_lost_connection, is_transient};
use super::patience::Patience;

/// Connections to the one database or the other.
#[derive(Clone, Debug)]
pub(super) enum Pool {
    Sqlite(SqlitePool),
    MySql(MySqlPool),
}

/// A transaction; nothing of it stays when it is dropped.
pub(super) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    MySql(Lent),
}

/// How a transaction is begun.
#[derive(Clone, Copy, Debug)]
pub(super) enum Mode {
    /// One that sees everything as it was at one moment.
    Read,
    /// One that writes. In SQLite it begins IMMEDIATE: one that starts by reading and then writes could be refused
    /// whatever the busy timeout says.
    Write,
}

impl Tx {
    pub fn begin(pool: &Pool, mode: Mode) -> BoxFuture<'_, Result<Self, sqlx::Error>> {
        Box::pin(async move {
            match (pool, mode) {
                (Pool::Sqlite(pool), Mode::Read) => pool.begin().await.map(Self::Sqlite),
                (Pool::Sqlite(pool), Mode::Write) => {
                    let tx = pool.begin_with("BEGIN IMMEDIATE").await;
                    tx.map(Self::Sqlite)
                }
                (Pool::MySql(pool), mode) => {
                    let mut lent = Lent::from(pool).await?;
                    for statement in mode.mysql() {
                        sqlx::raw_sql(*statement).execute(lent.connection()).await?;
                    }
                    Ok(Self::MySql(lent))
                }
            }
        })
    }

    /// Commits and goes on with another transaction on the same connection, which keeps its temporary tables.
    pub async fn then(&mut self, mode: Mode) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(tx) => {
                let next = match mode {
                    Mode::Read => "COMMIT; BEGIN",
                    Mode::Write => "COMMIT; BEGIN IMMEDIATE",
                };
                sqlx::raw_sql(next).execute(&mut **tx).await?;
            }
            Self::MySql(lent) => {
                for statement in ["COMMIT"].iter().chain(mode.mysql()) {
                    sqlx::raw_sql(*statement).execute(lent.connection()).await?;
                }
            }
        }
        Ok(())
    }

    /// Words that only one of the databases understands.
    pub fn in_words_of<T>(&self, sqlite: T, mysql: T) -> T {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::MySql(_) => mysql,
        }
    }

    pub fn commit(self) -> BoxFuture<'static, Result<(), sqlx::Error>> {
        match self {
            Self::Sqlite(tx) => Box::pin(tx.commit()),
            Self::MySql(lent) => Box::pin(lent.end("COMMIT")),
        }
    }

    pub fn rollback(self) -> BoxFuture<'static, Result<(), sqlx::Error>> {
        match self {
            Self::Sqlite(tx) => Box::pin(tx.rollback()),
            Self::MySql(lent) => Box::pin(lent.end("ROLLBACK")),
        }
    }
}

impl Mode {
    const fn mysql(self) -> &'static [&'static str] {
        match self {
            Self::Read => &[
                "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                "START TRANSACTION WITH CONSISTENT SNAPSHOT",
            ],
            Self::Write => &["START TRANSACTION"],
        }
    }
}

/// A connection of MariaDB or MySQL that goes back to the pool only when what it was lent for came to its end: one that
/// was dropped in the middle of an answer is of no use to anybody, and the server ends its transaction at once.
pub(super) struct Lent {
    connection: PoolConnection<MySql>,
    /// Whether nothing of an answer is outstanding.
    whole: bool,
}

impl Lent {
    async fn from(pool: &MySqlPool) -> Result<Self, sqlx::Error> {
        Ok(Self {
            connection: pool.acquire().await?,
            whole: false,
        })
    }

    fn connection(&mut self) -> &mut MySqlConnection {
        &mut self.connection
    }

    async fn end(mut self, statement: &'static str) -> Result<(), sqlx::Error> {
        sqlx::raw_sql(statement).execute(self.connection()).await?;
        self.give_back();
        Ok(())
    }

    fn give_back(mut self) {
        self.whole = true;
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if !self.whole {
            self.connection.close_on_drop();
        }
    }
}

/// Runs a statement outside a transaction, again where the failure is one that passes.
macro_rules! on_pool {
    ($pool:expr, $query:expr, $run:ident) => {{
        let mut patience = Patience::new();
        loop {
            let tried = async {
                let mut lent = Lent::from($pool).await?;
                let result = $query.clone().mysql().$run(lent.connection()).await;
                // The server has said its last word about the statement.
                if !matches!(&result, Err(error) if is_lost_connection(error)) {
                    lent.give_back();
                }
                result
            };
            match tried.await {
                Err(error) if is_transient(&error) && patience.waits(&error).await => {}
                result => break result,
            }
        }
    }};
}

/// Where a statement runs.
pub(super) enum On<'c> {
    Pool(&'c Pool),
    Tx(&'c mut Tx),
}

impl<'c> From<&'c Pool> for On<'c> {
    fn from(pool: &'c Pool) -> Self {
        Self::Pool(pool)
    }
}

impl<'c> From<&'c mut Tx> for On<'c> {
    fn from(tx: &'c mut Tx) -> Self {
        Self::Tx(tx)
    }
}

/// What a row of either database can be read as.
pub(super) trait Record:
    for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, MySqlRow> + Send + Unpin
{
}

impl<T> Record for T where
    T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, MySqlRow> + Send + Unpin
{
}

/// A value of a statement.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

/// Everything whose reference or itself is a value.
macro_rules! values {
    ($($type:ty, $this:ident => $value:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($this: $type) -> Self {
                $value
            }
        }
    )*};
}

values! {
    i64, this => Self::Int(Some(this));
    &i64, this => Self::Int(Some(*this));
    bool, this => Self::Int(Some(this.into()));
    Option<i64>, this => Self::Int(this);
    &str, this => Self::Text(Some(this.to_owned()));
    &&str, this => Self::Text(Some((*this).to_owned()));
    String, this => Self::Text(Some(this));
    &String, this => Self::Text(Some(this.clone()));
    Option<&str>, this => Self::Text(this.map(str::to_owned));
    Option<String>, this => Self::Text(this);
    &Option<String>, this => Self::Text(this.clone());
    &[u8], this => Self::Bytes(this.to_owned());
}

/// What an INSERT does about a row that has the same key.
#[derive(Clone, Debug)]
enum OnConflict {
    Update(&'static str, String),
    Ignore(&'static str),
}

/// A statement with its values.
#[derive(Clone, Debug)]
pub(super) struct Query {
    sql: Cow<'static, str>,
    values: Vec<Value>,
    on_conflict: Option<OnConflict>,
    persistent: bool,
}

/// What a statement did.
#[derive(Clone, Copy, Debug)]
pub(super) struct Done {
    /// Rows that it applies to, whether or not they changed. An INSERT that updates a row instead can count twice.
    pub rows: u64,
    /// Number of the last row made.
    pub last_id: i64,
}

/// A statement whose rows have one column.
pub(super) struct Scalar<T>(Query, PhantomData<fn() -> T>);

pub(super) fn query(sql: impl Into<Cow<'static, str>>) -> Query {
    Query {
        sql: sql.into(),
        values: Vec::new(),
        on_conflict: None,
        persistent: true,
    }
}

pub(super) fn query_scalar<T>(sql: impl Into<Cow<'static, str>>) -> Scalar<T> {
    Scalar(query(sql), PhantomData)
}

impl Query {
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// An INSERT that changes the row with the same `key` instead: `set` says how, with `excluded.COLUMN` for what would
    /// have been inserted. MariaDB takes every unique key for the key, so the table must have this one only, or a row
    /// that differs in it must never agree in another.
    pub fn or_update(mut self, key: &'static str, set: impl Into<String>) -> Self {
        self.on_conflict = Some(OnConflict::Update(key, set.into()));
        self
    }

    /// An INSERT that leaves a row with the same key alone; `column` is any column of the key.
    pub fn or_ignore(mut self, column: &'static str) -> Self {
        self.on_conflict = Some(OnConflict::Ignore(column));
        self
    }

    /// Whether the statement is kept prepared; best not when it is large and rarely comes again.
    pub fn persistent(mut self, persistent: bool) -> Self {
        self.persistent = persistent;
        self
    }

    // Futures of both databases, with all their attempts, are large: each is on the heap, not part of its caller's.

    pub fn execute<'c>(self, on: impl Into<On<'c>>) -> BoxFuture<'c, Result<Done, sqlx::Error>> {
        let on = on.into();
        Box::pin(async move {
            match on {
                On::Pool(Pool::Sqlite(pool)) => self.sqlite().execute(pool).await.map(Done::from),
                On::Pool(Pool::MySql(pool)) => on_pool!(pool, self, execute).map(Done::from),
                On::Tx(Tx::Sqlite(tx)) => self.sqlite().execute(&mut **tx).await.map(Done::from),
                On::Tx(Tx::MySql(tx)) => {
                    let done = self.mysql().execute(tx.connection()).await;
                    done.map(Done::from)
                }
            }
        })
    }

    pub fn fetch_all<'c, T: Record + 'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> BoxFuture<'c, Result<Vec<T>, sqlx::Error>> {
        let on = on.into();
        Box::pin(async move {
            match on {
                On::Pool(Pool::Sqlite(pool)) => read(self.sqlite().fetch_all(pool).await?),
                On::Pool(Pool::MySql(pool)) => read(on_pool!(pool, self, fetch_all)?),
                On::Tx(Tx::Sqlite(tx)) => read(self.sqlite().fetch_all(&mut **tx).await?),
                On::Tx(Tx::MySql(tx)) => read(self.mysql().fetch_all(tx.connection()).await?),
            }
        })
    }

    pub fn fetch_optional<'c, T: Record + 'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> BoxFuture<'c, Result<Option<T>, sqlx::Error>> {
        let on = on.into();
        Box::pin(async move {
            let (sqlite, mysql) = match on {
                On::Pool(Pool::Sqlite(pool)) => (self.sqlite().fetch_optional(pool).await?, None),
                On::Pool(Pool::MySql(pool)) => (None, on_pool!(pool, self, fetch_optional)?),
                On::Tx(Tx::Sqlite(tx)) => (self.sqlite().fetch_optional(&mut **tx).await?, None),
                On::Tx(Tx::MySql(tx)) => {
                    (None, self.mysql().fetch_optional(tx.connection()).await?)
                }
            };
            match (sqlite, mysql) {
                (Some(row), _) => T::from_row(&row).map(Some),
                (_, Some(row)) => T::from_row(&row).map(Some),
                (None, None) => Ok(None),
            }
        })
    }

    pub async fn fetch_one<'c, T: Record + 'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<T, sqlx::Error> {
        let row = self.fetch_optional(on).await?;
        row.ok_or(sqlx::Error::RowNotFound)
    }

    /// The rows as they come. The query outlives the call, so it is run on the pool.
    pub fn fetch<T: Record + 'static>(self, pool: &Pool) -> BoxStream<'_, Result<T, sqlx::Error>> {
        match pool {
            Pool::Sqlite(pool) => {
                let rows = self.sqlite().fetch(pool);
                rows.map(|row| T::from_row(&row?)).boxed()
            }
            Pool::MySql(pool) => {
                let rows = self.mysql().fetch(pool);
                rows.map(|row| T::from_row(&row?)).boxed()
            }
        }
    }

    fn sqlite(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        let sql = match self.on_conflict {
            None => self.sql,
            Some(OnConflict::Update(key, set)) => {
                format!("{} ON CONFLICT ({key}) DO UPDATE SET {set}", self.sql).into()
            }
            Some(OnConflict::Ignore(_)) => format!("{} ON CONFLICT DO NOTHING", self.sql).into(),
        };
        let mut query = match sql {
            Cow::Borrowed(sql) => sqlx::query(sql),
            Cow::Owned(sql) => sqlx::query(AssertSqlSafe(sql)),
        };
        for value in self.values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query.persistent(self.persistent)
    }

    fn mysql(self) -> sqlx::query::Query<'static, MySql, MySqlArguments> {
        let (mut sql, values) = positional(self.sql, self.values);
        match self.on_conflict {
            None => {}
            Some(OnConflict::Update(_, set)) => {
                let set = values_of(&set);
                sql.to_mut()
                    .push_str(&format!(" ON DUPLICATE KEY UPDATE {set}"));
            }
            Some(OnConflict::Ignore(column)) => {
                sql.to_mut()
                    .push_str(&format!(" ON DUPLICATE KEY UPDATE {column} = {column}"));
            }
        }
        let mut query = match sql {
            Cow::Borrowed(sql) => sqlx::query(sql),
            Cow::Owned(sql) => sqlx::query(AssertSqlSafe(sql)),
        };
        for value in values {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
                Value::Bytes(value) => query.bind(value),
            };
        }
        query.persistent(self.persistent)
    }
}

impl<T: 'static> Scalar<T>
where
    (T,): Record,
{
    pub fn bind(self, value: impl Into<Value>) -> Self {
        Self(self.0.bind(value), PhantomData)
    }

    pub async fn fetch_all<'c>(self, on: impl Into<On<'c>>) -> Result<Vec<T>, sqlx::Error> {
        let rows: Vec<(T,)> = self.0.fetch_all(on).await?;
        Ok(rows.into_iter().map(|(one,)| one).collect())
    }

    pub async fn fetch_optional<'c>(self, on: impl Into<On<'c>>) -> Result<Option<T>, sqlx::Error> {
        let row: Option<(T,)> = self.0.fetch_optional(on).await?;
        Ok(row.map(|(one,)| one))
    }

    pub async fn fetch_one<'c>(self, on: impl Into<On<'c>>) -> Result<T, sqlx::Error> {
        let (one,) = self.0.fetch_one(on).await?;
        Ok(one)
    }
}

impl From<sqlx::sqlite::SqliteQueryResult> for Done {
    fn from(done: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self {
            rows: done.rows_affected(),
            last_id: done.last_insert_rowid(),
        }
    }
}

impl From<sqlx::mysql::MySqlQueryResult> for Done {
    fn from(done: sqlx::mysql::MySqlQueryResult) -> Self {
        Self {
            rows: done.rows_affected(),
            last_id: i64::try_from(done.last_insert_id()).unwrap_or(i64::MAX),
        }
    }
}

fn read<R, T: for<'r> FromRow<'r, R>>(rows: Vec<R>) -> Result<Vec<T>, sqlx::Error>
where
    R: sqlx::Row,
{
    rows.iter().map(T::from_row).collect()
}

/// A statement with `?1`, `?2`, … as one with `?` in the order of its values.
fn positional(sql: Cow<'static, str>, values: Vec<Value>) -> (Cow<'static, str>, Vec<Value>) {
    let numbered = |rest: &str| rest.starts_with(|next: char| next.is_ascii_digit());
    if !sql.split('?').skip(1).any(numbered) {
        return (sql, values);
    }
    let mut parts = sql.split('?');
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut ordered = Vec::with_capacity(values.len() + 4);
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        let value = number.parse().ok().and_then(|n: usize| values.get(n - 1));
        ordered.extend(value.cloned());
        text.push('?');
        text.push_str(rest);
    }
    (text.into(), ordered)
}

/// `excluded.COLUMN` as MariaDB and MySQL say it.
fn values_of(set: &str) -> String {
    let mut parts = set.split("excluded.");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.len()
            - part
                .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_')
                .len();
        let (name, rest) = part.split_at(name);
        text.push_str(&format!("VALUES({name}){rest}"));
    }
    text
}

/// A statement that is put together from parts.
#[derive(Debug)]
pub(super) struct Builder {
    sql: String,
    values: Vec<Value>,
}

impl Builder {
    pub fn new(sql: impl Into<String>) -> Self {
        Self {
            sql: sql.into(),
            values: Vec::new(),
        }
    }

    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    pub fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.sql.push('?');
        self.values.push(value.into());
        self
    }

    /// `(?, ?, …)`, with each of `values`.
    pub fn push_list<T: Into<Value>>(&mut self, values: impl IntoIterator<Item = T>) -> &mut Self {
        self.sql.push('(');
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                self.sql.push_str(", ");
            }
            self.push_bind(value);
        }
        self.sql.push(')');
        self
    }

    /// `VALUES (…), (…)`, with what `bind` gives for each of `rows`.
    pub fn push_values<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut bind: impl FnMut(&mut Vec<Value>, T),
    ) -> &mut Self {
        self.sql.push_str("VALUES ");
        for (place, row) in rows.into_iter().enumerate() {
            let before = self.values.len();
            bind(&mut self.values, row);
            let columns = self.values.len() - before;
            self.sql.push_str(if place > 0 { ", (" } else { "(" });
            for column in 0..columns {
                self.sql.push_str(if column > 0 { ", ?" } else { "?" });
            }
            self.sql.push(')');
        }
        self
    }

    /// `SELECT …, … UNION ALL SELECT …, …`, with what `bind` gives for each of `rows`.
    pub fn push_union<T>(
        &mut self,
        rows: impl IntoIterator<Item = T>,
        mut bind: impl FnMut(&mut Vec<Value>, T),
    ) -> &mut Self {
        for (place, row) in rows.into_iter().enumerate() {
            let before = self.values.len();
            bind(&mut self.values, row);
            let columns = vec!["?"; self.values.len() - before];
            let union = if place > 0 { " UNION ALL " } else { "" };
            self.sql
                .push_str(&format!("{union}SELECT {}", columns.join(", ")));
        }
        self
    }

    pub fn build(self) -> Query {
        Query {
            values: self.values,
            ..query(self.sql)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_values_are_put_in_order_and_repeated() {
        let (sql, values) = positional(
            "a = ?2 AND b = ?1 AND c > ?2 - 31 * 24".into(),
            vec![Value::from(1), Value::from("two")],
        );
        assert_eq!(sql, "a = ? AND b = ? AND c > ? - 31 * 24");
        assert!(matches!(
            &values[..],
            [Value::Text(Some(first)), Value::Int(Some(1)), Value::Text(Some(last))]
                if first == "two" && last == "two"
        ));
        let (sql, values) = positional("a = ? AND b = ?".into(), vec![1.into(), 2.into()]);
        assert_eq!((sql.as_ref(), values.len()), ("a = ? AND b = ?", 2));
    }

    #[test]
    fn what_would_have_been_inserted_is_named_as_the_dialect_does() {
        assert_eq!(
            values_of("a = a + excluded.a, b_1 = coalesce(excluded.b_1, b_1)"),
            "a = a + VALUES(a), b_1 = coalesce(VALUES(b_1), b_1)"
        );
    }

    #[test]
    fn rows_of_values_are_written_out() {
        let mut sql = Builder::new("INSERT INTO t (a, b) ");
        sql.push_values([(1, "x"), (2, "y")], |row, (a, b)| {
            row.extend([Value::from(a), b.into()]);
        });
        sql.push(" AND c IN ").push_list([7_i64, 8]);
        assert_eq!(
            sql.sql,
            "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) AND c IN (?, ?)"
        );
        assert_eq!(sql.values.len(), 6);
    }
}
