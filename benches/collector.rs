//! Statistics items a second: a whole collection (listing, reading, counting, deleting over HTTP) beside bare SQLite
//! upserts of the same rows.
//!
//! ```sh
//! cargo bench --bench collector
//! ```

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Options, Simulator};

type Failure = Box<dyn Error>;

const ROUNDS: usize = 3;
const GATEWAYS: i64 = 16;
const PERIODS: i64 = 32;
const ITEMS_PER_OBJECT: i64 = 200;
const USERS: i64 = 20_000;

/// Objects of one transaction, as the collector has them.
const BATCH: usize = 64;

const SCHEMA: &str = include_str!("../src/ledger/migrations/sqlite/0002_usage.sql");

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    println!(
        "{} statistics objects of {ITEMS_PER_OBJECT} items, {USERS} users, {ROUNDS} rounds",
        GATEWAYS * PERIODS
    );
    for round in 1..=ROUNDS {
        let folder = tempfile::tempdir()?;
        let (items, collected) = runtime.block_on(collect(folder.path()))?;
        let bare = bare_upserts(folder.path())?;
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = |time: Duration| items as f64 / time.as_secs_f64();
        println!(
            "round {round}: collector {:>8.0} items/s, bare SQLite upserts {:>8.0} items/s, ratio {:.2}",
            rate(collected),
            rate(bare),
            rate(collected) / rate(bare)
        );
    }
    Ok(())
}

/// Collects everything into a new ledger and answers the number of items and the time it took.
async fn collect(folder: &Path) -> Result<(usize, Duration), Failure> {
    let start: Timestamp = "2026-03-10T00:00:00Z".parse()?;
    let clock = Clock::default();
    clock.set(start);
    let options = Options {
        clock: Some(start),
        profile: format!("gateways={GATEWAYS}").parse()?,
        ..Options::default()
    };
    let simulator = Simulator::start(options.clone()).await?;
    for period in 0..PERIODS {
        for item in 0..GATEWAYS * ITEMS_PER_OBJECT {
            let user = (period * 7919 + item) % USERS;
            let counters = Counters {
                put: 1,
                get: 2,
                uploaded: 1000,
                downloaded: 2000,
                ..Counters::default()
            };
            simulator.record(&format!("{user:016x}"), &format!("bucket-{user}"), counters);
        }
        simulator.advance(SignedDuration::from_secs(1800));
    }
    simulator.advance(SignedDuration::from_hours(2));
    clock.set(simulator.now());
    let file = folder.join("config.toml");
    std::fs::write(
        &file,
        format!(
            "[database]\nurl = \"sqlite:{}\"\n[clients.whmcs]\nsecret = \"a secret of benchmarks, long enough\"\n\
             [clusters.eu1]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
            folder.join("ledger.db").display(),
            simulator.endpoint(),
            options.system_key,
            options.system_secret,
        ),
    )?;
    let services = Services::build(Config::load(Some(&file), [])?, clock).await?;
    let started = Instant::now();
    let collected = metering::collect(&services, "eu1", &|_| {}).await?;
    let elapsed = started.elapsed();
    services.ledger.close().await;
    simulator.stop().await;
    if i64::try_from(collected.counted)? != GATEWAYS * PERIODS {
        return Err(format!("not everything was collected: {collected:?}").into());
    }
    Ok((collected.items, elapsed))
}

/// Writes the rows that the collection left, item by item, with prepared statements into an empty database with the
/// same schema, journal and durability.
fn bare_upserts(folder: &Path) -> Result<Duration, Failure> {
    let ledger = rusqlite::Connection::open(folder.join("ledger.db"))?;
    let objects = ledger
        .prepare("SELECT name, start, fingerprint, items FROM statistics_objects ORDER BY id")?
        .query_map([], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<Vec<(String, i64, Vec<u8>, String)>, _>>()?;
    type Item = (String, String, i64, i64, i64, i64, i64, i64, i64);
    let items = objects
        .iter()
        .map(|(.., items)| serde_json::from_str(items))
        .collect::<Result<Vec<Vec<Item>>, _>>()?;
    let mut bare = rusqlite::Connection::open(folder.join("bare.db"))?;
    bare.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; CREATE TABLE accounts (id INTEGER PRIMARY KEY, cluster TEXT, user_id TEXT, former_user_id TEXT, absent_at INTEGER, created_at INTEGER);")?;
    bare.execute_batch(SCHEMA)?;
    let started = Instant::now();
    for (objects, items) in objects.chunks(BATCH).zip(items.chunks(BATCH)) {
        let tx = bare.transaction()?;
        {
            let mut object = tx.prepare_cached(
                "INSERT INTO statistics_objects (cluster, name, start, fingerprint, items, collected_at)
                 VALUES ('eu1', ?, ?, ?, ?, 0) ON CONFLICT (cluster, name) DO NOTHING",
            )?;
            let mut slot = tx.prepare_cached(
                "INSERT INTO usage_slots VALUES ('eu1', ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (cluster, user_id, slot, bucket) DO UPDATE SET
                     ops_put = ops_put + excluded.ops_put, ops_get = ops_get + excluded.ops_get,
                     ops_list = ops_list + excluded.ops_list, ops_other = ops_other + excluded.ops_other,
                     uploaded = uploaded + excluded.uploaded, downloaded = downloaded + excluded.downloaded",
            )?;
            let mut month = tx.prepare_cached(
                "INSERT INTO usage_months VALUES ('eu1', ?, ?, ?, ?, ?, ?, ?, ?)
                 ON CONFLICT (cluster, user_id, month) DO UPDATE SET
                     ops_put = ops_put + excluded.ops_put, ops_get = ops_get + excluded.ops_get,
                     ops_list = ops_list + excluded.ops_list, ops_other = ops_other + excluded.ops_other,
                     uploaded = uploaded + excluded.uploaded, downloaded = downloaded + excluded.downloaded",
            )?;
            for ((name, start, fingerprint, json), items) in objects.iter().zip(items) {
                object.execute((name, start, fingerprint, json))?;
                for (user, bucket, _, put, get, list, other, uploaded, downloaded) in items {
                    let figures = (put, get, list, other, uploaded, downloaded);
                    let (a, b, c, d, e, f) = figures;
                    slot.execute((user, start / 900, bucket, a, b, c, d, e, f))?;
                    month.execute((user, 2026 * 12 + 2, a, b, c, d, e, f))?;
                }
            }
        }
        tx.commit()?;
    }
    let elapsed = started.elapsed();
    let rows = |of: &rusqlite::Connection| {
        of.query_row("SELECT count(*) FROM usage_slots", [], |row| {
            row.get::<_, i64>(0)
        })
    };
    if rows(&bare)? != rows(&ledger)? {
        return Err("the two databases hold different rows".into());
    }
    Ok(elapsed)
}
