//! The ledgers of tests: a file in the test's folder, or with `OSTOR_TEST_LEDGER=mariadb` a database of MariaDB.

#![allow(dead_code, reason = "not every binary of tests needs all of it")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ostor_bridge::clock::Clock;
use ostor_bridge::ledger::{Ledger, Limits};
use sqlx::{AssertSqlSafe, MySqlPool, Row as _, SqlitePool};

#[path = "mariadb.rs"]
pub mod mariadb;

/// Databases by the folder of their test. Those whose folder is gone serve again, emptied: making one takes long.
static DATABASES: Mutex<Option<HashMap<PathBuf, mariadb::Database>>> = Mutex::new(None);

/// Whether ledgers are databases of MariaDB.
pub fn is_mariadb() -> bool {
    std::env::var("OSTOR_TEST_LEDGER").is_ok_and(|word| word == "mariadb")
}

/// What `database.url` is set to for the ledger of `folder`, which is made when it is not there and has its schema.
pub fn url(folder: &Path) -> String {
    if !is_mariadb() {
        return format!("sqlite:{}", folder.join("ledger.db").display());
    }
    let mut databases = DATABASES.lock().expect("no test panicked here");
    let databases = databases.get_or_insert_default();
    if let Some(database) = databases.get(folder) {
        return database.url.clone();
    }
    let gone: Vec<_> = databases.extract_if(|folder, _| !folder.exists()).collect();
    let mut emptied = gone
        .into_iter()
        .filter_map(|(_, database)| emptied(database));
    let database = emptied.next().unwrap_or_else(made);
    databases.extend(emptied.map(|database| (PathBuf::from(&database.url), database)));
    let url = database.url.clone();
    databases.insert(folder.to_owned(), database);
    url
}

/// A new database with its schema.
fn made() -> mariadb::Database {
    let making = async {
        let database = mariadb::database().await;
        let url = database.url.clone().into();
        let ledger = Ledger::open(&url, Limits::default(), Clock::default()).await;
        let ledger = ledger.expect("a ledger");
        ledger.migrate().await.expect("a schema");
        ledger.close().await;
        database
    };
    // Callers may be in a runtime already or not.
    let runtime = || tokio::runtime::Runtime::new().expect("a runtime");
    std::thread::scope(|scope| {
        let made = scope.spawn(|| runtime().block_on(making)).join();
        made.expect("a database")
    })
}

/// The same database without rows; none when a test has changed its schema.
fn emptied(database: mariadb::Database) -> Option<mariadb::Database> {
    let tables = database.execute("SHOW TABLES");
    let tables: Vec<&str> = tables.lines().collect();
    let deletions = tables
        .iter()
        .filter(|table| **table != "_sqlx_migrations")
        .map(|table| format!("DELETE FROM {table};"));
    let deletions: String = deletions.collect();
    database.execute(&format!("SET foreign_key_checks = 0; {deletions}"));
    (tables.len() == TABLES).then_some(database)
}

/// Tables of a ledger, that of the schema's steps included.
const TABLES: usize = 18;

/// All that a ledger in MariaDB holds, as text; nothing for one in a file.
pub async fn contents(folder: &Path) -> String {
    if !is_mariadb() {
        return String::new();
    }
    let look = Look::into(folder).await;
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = database()";
    let mut contents = String::new();
    for table in look.rows(tables).await {
        let rows = look.rows(&format!("SELECT * FROM {}", table[0])).await;
        contents.push_str(&format!("{table:?} {rows:?}\n"));
    }
    contents
}

/// A ledger past the program.
pub enum Look {
    Sqlite(SqlitePool),
    MySql(MySqlPool),
}

impl Look {
    /// Into the ledger of `folder`.
    pub async fn into(folder: &Path) -> Self {
        let url = url(folder);
        match is_mariadb() {
            true => Self::MySql(MySqlPool::connect(&url).await.expect("the ledger")),
            false => Self::Sqlite(SqlitePool::connect(&url).await.expect("the ledger")),
        }
    }

    /// The rows of a statement as text; null is empty.
    pub async fn rows(&self, statement: &str) -> Vec<Vec<String>> {
        macro_rules! rows {
            ($pool:expr) => {{
                let rows = sqlx::raw_sql(AssertSqlSafe(statement)).fetch_all($pool);
                let rows = rows.await.expect("rows");
                let texts = rows.iter().map(|row| {
                    let text = |column| {
                        let bytes: Option<Vec<u8>> = row.try_get_unchecked(column).expect("bytes");
                        String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
                    };
                    (0..row.len()).map(text).collect()
                });
                texts.collect()
            }};
        }
        match self {
            Self::Sqlite(pool) => rows!(pool),
            Self::MySql(pool) => rows!(pool),
        }
    }

    /// The one number that a statement answers.
    pub async fn number(&self, statement: &str) -> i64 {
        self.rows(statement).await[0][0].parse().expect("a number")
    }

    /// Executes a statement; answers how many rows it applied to.
    pub async fn execute(&self, statement: &str) -> u64 {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement));
        match self {
            Self::Sqlite(pool) => {
                let done = statement.execute(pool).await;
                done.expect("a statement").rows_affected()
            }
            Self::MySql(pool) => {
                let done = statement.execute(pool).await;
                done.expect("a statement").rows_affected()
            }
        }
    }
}
