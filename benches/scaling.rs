//! How the ledger grows with services and buckets, in SQLite and in MariaDB: rows, bytes, and the time of what is done to all
//! of them.
//!
//! ```sh
//! apt-get install mariadb-server
//! cargo bench --bench scaling                       # 10 000, 30 000 and 100 000 services
//! cargo bench --bench scaling -- 300000             # others
//! ```
//!
//! Each service has ten buckets. The statistics are those of one period in which every tenth bucket is used.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::ledger::{
    Booking, BucketKey, BucketRecord, ByteHours, Item, Sampled, StatisticsRecord, Traffic,
};
use ostor_bridge::metering;
use sqlx::{AssertSqlSafe, MySqlPool, SqlitePool};

type Failure = Box<dyn Error>;

const BUCKETS: i64 = 10;

/// Buckets of one transaction and items of one statistics object, as the service has them.
const BATCH: usize = 2000;

fn main() -> Result<(), Failure> {
    let sizes: Vec<i64> = std::env::args()
        .filter_map(|argument| argument.parse().ok())
        .collect();
    let sizes = match sizes.is_empty() {
        true => vec![10_000, 30_000, 100_000],
        false => sizes,
    };
    let runtime = tokio::runtime::Runtime::new()?;
    println!(
        "{:<8} {:>9} {:>12} {:>12} {:>12} {:>12} {:>12} {:>10} {:>10}",
        "ledger",
        "services",
        "sizes 1st",
        "sizes again",
        "statistics",
        "UsageUpdate",
        "MetricUsage",
        "rows",
        "MB"
    );
    for services in sizes {
        for kind in [Kind::Sqlite, Kind::MariaDb] {
            runtime.block_on(measure(kind, services))?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Sqlite,
    MariaDb,
}

/// A private MariaDB that commits to the disk; it ends when its input closes.
struct Server {
    child: Child,
    url: String,
    /// It goes on telling things there.
    _out: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Result<Self, Failure> {
        let mut child = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mariadb"))
            .arg("--durable")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut out = BufReader::new(child.stdout.take().ok_or("no output")?);
        let mut url = String::new();
        out.read_line(&mut url)?;
        Ok(Self {
            child,
            url: url.trim().to_owned(),
            _out: out,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// The ledger past the program.
enum Ledger {
    Sqlite(SqlitePool),
    MySql(MySqlPool),
}

impl Ledger {
    async fn execute(&self, statement: String) -> Result<(), Failure> {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement));
        match self {
            Self::Sqlite(pool) => statement.execute(pool).await.map(|_| ())?,
            Self::MySql(pool) => statement.execute(pool).await.map(|_| ())?,
        }
        Ok(())
    }

    async fn number(&self, statement: String) -> Result<i64, Failure> {
        Ok(match self {
            Self::Sqlite(pool) => {
                sqlx::query_scalar(AssertSqlSafe(statement))
                    .fetch_one(pool)
                    .await?
            }
            Self::MySql(pool) => {
                sqlx::query_scalar(AssertSqlSafe(statement))
                    .fetch_one(pool)
                    .await?
            }
        })
    }

    /// Rows of all tables that grow, and bytes of the database.
    async fn size(&self) -> Result<(i64, i64), Failure> {
        let mut rows = 0;
        for table in [
            "accounts",
            "account_users",
            "buckets",
            "usage_slots",
            "usage_months",
            "deliveries",
        ] {
            rows += self.number(format!("SELECT count(*) FROM {table}")).await?;
        }
        let bytes = match self {
            Self::Sqlite(_) => {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            }
            Self::MySql(_) => {
                self.execute("ANALYZE TABLE accounts, account_users, buckets, usage_slots, usage_months, deliveries".into())
                    .await?;
                "SELECT CAST(sum(data_length + index_length) AS SIGNED) FROM information_schema.tables WHERE table_schema = database()"
            }
        };
        Ok((rows, self.number(bytes.into()).await?))
    }
}

async fn measure(kind: Kind, count: i64) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let server = match kind {
        Kind::Sqlite => None,
        Kind::MariaDb => Some(Server::start()?),
    };
    let url = match &server {
        None => format!("sqlite:{}", folder.path().join("ledger.db").display()),
        Some(server) => {
            let pool = MySqlPool::connect(&server.url).await?;
            sqlx::raw_sql("CREATE DATABASE ostor_scaling")
                .execute(&pool)
                .await?;
            format!("{}ostor_scaling", server.url)
        }
    };
    let file = folder.path().join("config.toml");
    std::fs::write(
        &file,
        format!(
            "[database]\nurl = \"{url}\"\n[clients.whmcs]\nsecret = \"a secret of benchmarks, long enough\"\n\
             [clusters.eu1]\nendpoint = \"http://127.0.0.1:1\"\naccess_key = \"key\"\nsecret_key = \"secret\"\n"
        ),
    )?;
    let start: Timestamp = "2026-03-10T00:00:30Z".parse()?;
    let clock = Clock::default();
    clock.set(start);
    let config = Config::load(Some(&file), [])?;
    let ledger = ostor_bridge::ledger::Ledger::open(
        &config.database.url,
        config.database.limits(),
        clock.clone(),
    );
    let ledger = ledger.await?;
    ledger.migrate().await?;
    ledger.close().await;
    let services = Services::build(config, clock.clone()).await?;
    let past = match kind {
        Kind::Sqlite => Ledger::Sqlite(SqlitePool::connect(&url).await?),
        Kind::MariaDb => Ledger::MySql(MySqlPool::connect(&url).await?),
    };
    add_accounts(&past, count).await?;

    let first = sizes(&services, count, start, 0).await?;
    let again = sizes(&services, count, start + SignedDuration::from_hours(1), 1).await?;
    let statistics = statistics(&services, count, start).await?;
    clock.set(start + SignedDuration::from_mins(90));
    let update = pages(async |after| {
        let page = metering::usage_update(&services, "whmcs", "eu1", &TimeZone::UTC, after).await?;
        Ok((page.accounts.len(), page.next))
    });
    let (updated, update) = update.await?;
    let metrics = pages(async |after| {
        let page = metering::metric_usage(&services, "whmcs", "eu1", &TimeZone::UTC, after).await?;
        Ok((page.accounts.len(), page.next))
    });
    let (told, metrics) = metrics.await?;
    if i64::try_from(updated)? != count || told != updated {
        return Err(format!("{updated} and {told} of {count} services were told").into());
    }
    services.ledger.close().await;
    let (rows, bytes) = past.size().await?;
    let name = match kind {
        Kind::Sqlite => "SQLite",
        Kind::MariaDb => "MariaDB",
    };
    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    println!(
        "{name:<8} {count:>9} {:>12} {:>12} {:>12} {:>12} {:>12} {rows:>10} {:>10}",
        seconds(first),
        seconds(again),
        seconds(statistics),
        seconds(update),
        seconds(metrics),
        bytes / 1_000_000
    );
    Ok(())
}

/// Rows as CreateAccount leaves them, all at once.
async fn add_accounts(past: &Ledger, count: i64) -> Result<(), Failure> {
    let numbers: Vec<i64> = (1..=count).collect();
    for some in numbers.chunks(1000) {
        let accounts: Vec<String> = some
            .iter()
            .map(|id| {
                format!("({id}, 'whmcs', 'eu1', {id}, {id}, 'whmcs-{id}@ostor-bridge.invalid', '{id:016x}', 'active', '{{\"quota_gb\":100}}', 0, 0)")
            })
            .collect();
        past.execute(format!(
            "INSERT INTO accounts (id, client, cluster, service_id, client_id, identity, user_id, state, plan, created_at, updated_at) VALUES {}",
            accounts.join(", ")
        ))
        .await?;
        let users: Vec<String> = some
            .iter()
            .map(|id| format!("('eu1', '{id:016x}', {id})"))
            .collect();
        past.execute(format!(
            "INSERT INTO account_users (cluster, user_id, account) VALUES {}",
            users.join(", ")
        ))
        .await?;
    }
    Ok(())
}

/// One reading of all bucket sizes: what is known is read, and each bucket is written.
async fn sizes(
    services: &Services,
    count: i64,
    at: Timestamp,
    hours: i64,
) -> Result<Duration, Failure> {
    let started = Instant::now();
    let known = services.ledger.buckets("eu1").await?;
    if i64::try_from(known.len())? != count * BUCKETS * hours {
        return Err(format!("{} buckets are known", known.len()).into());
    }
    let hour = at.as_second() / 3600;
    let record = |number: i64| Sampled {
        record: BucketRecord {
            key: BucketKey {
                owner_id: format!("{:016x}", number / BUCKETS + 1),
                name: format!("bucket-{number}"),
                created: 1_700_000_000,
            },
            incarnation: 0,
            hour,
            h_integral: ByteHours(u128::from(number.unsigned_abs()) << 20),
            current: number << 20,
            booked: ByteHours(u128::from((number * hours).unsigned_abs()) << 20),
            open_start: hour - hours,
            open_byte_hours: (number * hours) << 20,
            missing_since: None,
        },
        closed: Vec::new(),
    };
    let mut number = 0;
    while number < count * BUCKETS {
        let batch: Vec<Sampled> = (number..count * BUCKETS).take(BATCH).map(record).collect();
        number += i64::try_from(batch.len())?;
        services.ledger.book_buckets("eu1", &batch).await?;
    }
    services.ledger.set_sampled("eu1", at).await?;
    Ok(started.elapsed())
}

/// The statistics of one period: every tenth bucket was used.
async fn statistics(
    services: &Services,
    count: i64,
    start: Timestamp,
) -> Result<Duration, Failure> {
    let items: Vec<Item> = (1..=count)
        .map(|service| Item {
            user_id: format!("{service:016x}"),
            bucket: format!("bucket-{}", service * BUCKETS),
            epoch: 1,
            traffic: Traffic {
                put: 1,
                get: 7,
                uploaded: 1 << 20,
                downloaded: 7 << 20,
                ..Traffic::default()
            },
        })
        .collect();
    let started = Instant::now();
    for (number, items) in items.chunks(BATCH).enumerate() {
        let record = StatisticsRecord::new(format!("object {number}"), start, items.to_vec());
        let booking = Booking::new("eu1", vec![record]);
        services.ledger.book_statistics(start, booking).await?;
    }
    let now = start + SignedDuration::from_mins(85);
    services.ledger.set_complete("eu1", now, now, 1800).await?;
    Ok(started.elapsed())
}

/// Asks for page after page; answers how many services were told.
async fn pages(
    mut ask: impl AsyncFnMut(i64) -> Result<(usize, Option<i64>), Failure>,
) -> Result<(usize, Duration), Failure> {
    let started = Instant::now();
    let (mut after, mut told) = (0, 0);
    loop {
        let (some, next) = ask(after).await?;
        told += some;
        match next {
            Some(next) => after = next,
            None => return Ok((told, started.elapsed())),
        }
    }
}
