//! Opening the ledger and its schema: SQLite, or MariaDB and MySQL.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::Executor;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use super::Error;
use super::sql::{Pool, query_scalar};

/// Steps of the schema. Both lists have the same names, and a step only adds: programs of the version before go on
/// with a schema that is one ahead of them.
static SQLITE: Migrator = sqlx::migrate!("src/ledger/migrations/sqlite");
static MYSQL: Migrator = sqlx::migrate!("src/ledger/migrations/mysql");

/// How long a statement waits for a connection, and a writer of SQLite for another one.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// The settings of a connection to MariaDB or MySQL. Writers read what is committed and lock what they change; a value
/// that does not fit is an error and never cut off.
const SESSION: [&str; 2] = [
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO',
         SESSION lock_wait_timeout = 10, SESSION innodb_lock_wait_timeout = 10",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
];

/// Where a ledger is.
pub(super) enum Place {
    /// A file of SQLite.
    Sqlite(SqliteConnectOptions),
    /// A server of MariaDB or MySQL.
    MySql(MySqlConnectOptions),
}

impl Place {
    pub fn of(url: &SecretString) -> Result<Self, Error> {
        let url = url.expose_secret();
        match url.split_once(':') {
            Some(("mysql" | "mariadb", _)) => mysql_options(url).map(Self::MySql),
            _ => sqlite_options(url).map(Self::Sqlite),
        }
        .map_err(Error::Open)
    }

    /// The file, when it is one.
    pub fn file(&self) -> Option<String> {
        match self {
            Self::Sqlite(options) => Some(options.get_filename().display().to_string()),
            Self::MySql(_) => None,
        }
    }

    /// The file, when it is one and does not exist. A relative one begins at the current folder.
    pub fn missing(&self) -> Option<PathBuf> {
        let Self::Sqlite(options) = self else {
            return None;
        };
        let file = options.get_filename();
        let place = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        (!file.exists()).then_some(place)
    }

    pub async fn connect(self, max_connections: u32) -> Result<Pool, Error> {
        match self {
            Self::Sqlite(options) => SqlitePoolOptions::new()
                .max_connections(max_connections)
                .acquire_timeout(PATIENCE)
                .connect_with(options)
                .await
                .map(Pool::Sqlite)
                .map_err(Error::Open),
            Self::MySql(options) => mysql_pool(max_connections)
                .connect_with(options)
                .await
                .map(Pool::MySql)
                .map_err(Error::Connect),
        }
    }
}

fn sqlite_options(url: &str) -> Result<SqliteConnectOptions, sqlx::Error> {
    Ok(SqliteConnectOptions::from_str(url)?
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .journal_mode(SqliteJournalMode::Wal)
        // A page of services comes as a whole instead of in turns.
        .row_buffer_size(1000)
        .pragma("cache_size", "-8000")
        // An intent must survive a power cut before the gateway is called.
        .synchronous(SqliteSynchronous::Full))
}

fn mysql_options(url: &str) -> Result<MySqlConnectOptions, sqlx::Error> {
    Ok(MySqlConnectOptions::from_str(url)?
        .charset("utf8mb4")
        .collation("utf8mb4_bin"))
}

fn mysql_pool(max_connections: u32) -> MySqlPoolOptions {
    MySqlPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(PATIENCE)
        // Servers and firewalls end idle connections at some time of their own.
        .idle_timeout(Duration::from_secs(300))
        .max_lifetime(Duration::from_secs(1800))
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(is_usable(connection)))
        .after_connect(|connection, _| Box::pin(prepare(connection)))
}

/// Whether a connection that was idle leads to a server that still takes changes. A node that fell out of its Galera
/// cluster answers nothing here, and one that was replaced by another may only read.
async fn is_usable(connection: &mut MySqlConnection) -> Result<bool, sqlx::Error> {
    let read_only: Result<i64, _> = sqlx::query_scalar("SELECT @@global.read_only")
        .fetch_one(connection)
        .await;
    Ok(matches!(read_only, Ok(0)))
}

async fn prepare(connection: &mut MySqlConnection) -> Result<(), sqlx::Error> {
    for setting in SESSION {
        connection.execute(setting).await?;
    }
    // A replica that is stopped in the middle of a transaction keeps others from what it has changed until the server ends its
    // connection. MySQL does not know the variable.
    let known: Option<(String, String)> =
        sqlx::query_as("SHOW VARIABLES LIKE 'idle_write_transaction_timeout'")
            .fetch_optional(&mut *connection)
            .await?;
    if known.is_some() {
        connection
            .execute("SET SESSION idle_write_transaction_timeout = 5")
            .await?;
    }
    // Servers without Galera do not know the variable. With it, a statement waits until its node has what the others
    // have committed before: a replica must see what another one has just written.
    let galera: Option<(String, String)> = sqlx::query_as("SHOW VARIABLES LIKE 'wsrep_on'")
        .fetch_optional(&mut *connection)
        .await?;
    if galera.is_some_and(|(_, value)| value == "ON") {
        connection
            .execute("SET SESSION wsrep_sync_wait = 7")
            .await?;
    }
    Ok(())
}

/// Brings the schema up to date; does nothing when it is.
pub(super) async fn migrate(pool: &Pool) -> Result<(), Error> {
    match pool {
        Pool::Sqlite(pool) => Ok(SQLITE.run(pool).await?),
        Pool::MySql(pool) => match MYSQL.run(pool).await {
            // Changes of the schema end a transaction in MariaDB, so a step that was cut off is there in part. Every
            // statement of a step may be repeated.
            Err(MigrateError::Dirty(version)) => {
                sqlx::query("DELETE FROM _sqlx_migrations WHERE version = ? AND success = FALSE")
                    .bind(version)
                    .execute(pool)
                    .await?;
                Ok(MYSQL.run(pool).await?)
            }
            result => Ok(result?),
        },
    }
}

/// The steps that this program knows, for the kind of database that `pool` leads to.
pub(super) fn known_steps(pool: &Pool) -> Vec<i64> {
    let steps = match pool {
        Pool::Sqlite(_) => &SQLITE,
        Pool::MySql(_) => &MYSQL,
    };
    steps.iter().map(|step| step.version).collect()
}

/// The steps that were done, in no order.
pub(super) async fn done_steps(pool: &Pool) -> Result<Vec<i64>, sqlx::Error> {
    let is_table = match pool {
        Pool::Sqlite(_) => "SELECT count(*) FROM sqlite_master WHERE name = '_sqlx_migrations'",
        Pool::MySql(_) => {
            "SELECT count(*) FROM information_schema.tables
             WHERE table_schema = database() AND table_name = '_sqlx_migrations'"
        }
    };
    let is_table: i64 = query_scalar(is_table).fetch_one(pool).await?;
    if is_table == 0 {
        return Ok(Vec::new());
    }
    query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(pool)
        .await
}

/// Makes sure that the schema fits this program, and changes nothing: on a server others work with it meanwhile.
pub(super) async fn check_schema(pool: &Pool) -> Result<(), Error> {
    let known = known_steps(pool);
    let done = done_steps(pool).await?;
    let last = |steps: &[i64]| steps.iter().copied().max().unwrap_or(0);
    if known.iter().any(|step| !done.contains(step)) {
        return Err(Error::SchemaBehind {
            found: last(&done),
            needed: last(&known),
        });
    }
    let needed: Option<i64> = query_scalar("SELECT max(step) FROM schema_needs")
        .fetch_one(pool)
        .await?;
    match needed {
        Some(needed) if needed > last(&known) => Err(Error::SchemaAhead {
            needed,
            known: last(&known),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::ServiceKey;
    use crate::ledger::testing::Place;

    /// Fails when one database gets a step that the other does not.
    #[test]
    fn both_databases_have_the_same_steps() {
        let steps = |migrator: &Migrator| -> Vec<(i64, String)> {
            let step =
                |step: &sqlx::migrate::Migration| (step.version, step.description.to_string());
            migrator.iter().map(step).collect()
        };
        assert_eq!(steps(&SQLITE), steps(&MYSQL));
    }

    fn service(service_id: i64) -> ServiceKey {
        ServiceKey {
            client: "whmcs".into(),
            cluster: "eu1".into(),
            service_id,
        }
    }

    /// Fails when bringing an older ledger up to date loses a row, what refers to it, or the checks of references.
    #[tokio::test]
    async fn the_rows_of_an_older_ledger_stay() {
        let place = Place::in_file();
        let ledger = place.open().await;
        let Pool::Sqlite(pool) = &ledger.pool else {
            panic!("a file")
        };
        for migration in SQLITE.iter() {
            if migration.version < 6 {
                let sql = migration.sql.clone();
                sqlx::raw_sql(sql).execute(pool).await.expect("a step");
            }
        }
        sqlx::raw_sql(
            "INSERT INTO accounts VALUES (7,'whmcs','eu1',1,5,'a@b','id1','u1',NULL,'k1','active','{}',9,1,1),
                 (8,'whmcs','eu1',2,NULL,NULL,'id2','u2',NULL,NULL,'suspended',NULL,NULL,1,1);
             INSERT INTO account_users VALUES ('eu1','u1',7,NULL), ('eu1','u2',8,33);
             INSERT INTO deliveries VALUES (7,'2026-01',0,0,0,0,0,0,0,0,1);",
        )
        .execute(pool)
        .await
        .expect("rows");
        let mut connection = pool.acquire().await.expect("a connection");
        let steps = SQLITE.iter().filter(|step| step.version >= 6);
        for step in steps {
            let sql = step.sql.clone();
            sqlx::raw_sql(sql)
                .execute(&mut *connection)
                .await
                .expect("a step");
        }
        drop(connection);
        ledger.close().await;
        // Connections of before have the old columns in mind.
        let ledger = place.open().await;
        let Pool::Sqlite(pool) = &ledger.pool else {
            panic!("a file")
        };
        let made = ledger
            .account(&service(1))
            .await
            .expect("a look")
            .expect("a row");
        assert_eq!(
            (made.id, made.adopted_at, made.absent_at),
            (7, None, Some(9))
        );
        let adopted = ledger
            .account(&service(2))
            .await
            .expect("a look")
            .expect("a row");
        assert_eq!((adopted.id, adopted.adopted_at), (8, Some(33)));
        let known = ledger.known_keys("eu1", "u1").await.expect("a look");
        assert!(known.contains("k1") && known.len() == 1);
        let kept: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM deliveries d JOIN accounts a ON a.id = d.account",
        )
        .fetch_one(pool)
        .await
        .expect("a count");
        assert_eq!(kept, 1);
        sqlx::query("DELETE FROM accounts WHERE id = 7")
            .execute(pool)
            .await
            .expect_err("a delivery refers to it");
    }
}
