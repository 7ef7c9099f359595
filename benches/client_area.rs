//! The customer's page under load: 16 callers at once, 10 000 services with 12 months of usage in the ledger, beside
//! `GET /healthz` of the same server under the same load, and beside bare SQLite that reads the same rows.
//!
//! ```sh
//! cargo bench --bench client_area
//! ```

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::http;
use ostor_bridge::simulator::{Options, Simulator};
use rusqlite::{Connection, OpenFlags};

type Failure = Box<dyn Error + Send + Sync>;

const SERVICES: i64 = 10_000;
const CALLERS: usize = 16;
/// Calls of one caller.
const CALLS: usize = 150;
const ROUNDS: u32 = 3;
const SECRET: &str = "a secret of benchmarks, long enough";

/// What the page reads of one service, as the service reads it.
const STATEMENTS: [&str; 5] = [
    "SELECT s.slot, s.ops_put, s.ops_get, s.ops_list, s.ops_other, s.uploaded, s.downloaded
     FROM account_users u JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
     WHERE u.account = ?1 AND s.slot >= ?2",
    "SELECT m.month, m.ops_put, m.ops_get, m.ops_list, m.ops_other, m.uploaded, m.downloaded
     FROM account_users u JOIN usage_months m ON m.cluster = u.cluster AND m.user_id = u.user_id
     WHERE u.account = ?1 AND ?2 > 0",
    "SELECT b.name, b.open_start, b.hour, b.open_byte_hours, b.current, b.booked
     FROM account_users u JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
     WHERE u.account = ?1 AND ?2 > 0",
    "SELECT b.name, s.start_hour, s.end_hour, s.byte_hours
     FROM account_users u JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
     JOIN storage_spans s ON s.bucket = b.id WHERE u.account = ?1 AND ?2 > 0",
    "SELECT d.ops_put, d.downloaded, d.byte_hours FROM deliveries d WHERE d.account = ?1 AND ?2 > 0",
];

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir()?;
    println!("{SERVICES} services with 12 months of usage, {CALLERS} callers, {CALLS} calls each");
    let simulator = runtime.block_on(prepare(folder.path()))?;
    let mut service = Running(
        Command::new(env!("CARGO_BIN_EXE_ostor-bridge"))
            .args(["serve", "--config"])
            .arg(folder.path().join("config.toml"))
            .env("OSTOR_BRIDGE_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()?,
    );
    let out = service.0.stdout.take().ok_or("no output")?;
    let line = BufReader::new(out).lines().next().ok_or("no address")??;
    let port = line.rsplit(':').next().ok_or("no port")?.to_owned();
    // The service reads all bucket sizes as it starts; that is not what is measured.
    std::thread::sleep(Duration::from_secs(10));
    for round in 1..=ROUNDS {
        println!("round {round}");
        report("ClientArea", runtime.block_on(pages(&port))?);
        report("GET /healthz", runtime.block_on(health(&port))?);
        report("bare SQLite", rows(folder.path())?);
    }
    runtime.block_on(simulator.stop());
    Ok(())
}

/// Makes a cluster with users and buckets, and a ledger that holds a year of them.
async fn prepare(folder: &Path) -> Result<Simulator, Failure> {
    let options = Options::default();
    let simulator = Simulator::start(options.clone()).await?;
    let url = format!("sqlite:{}", folder.join("ledger.db").display());
    std::fs::write(
        folder.join("config.toml"),
        format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{url}\"\n[clients.whmcs]\nsecret = \"{SECRET}\"\n\
             [clusters.eu1]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
            simulator.endpoint(),
            options.system_key,
            options.system_secret,
        ),
    )?;
    let config = Config::load(Some(&folder.join("config.toml")), [])?;
    let services = Services::build(config, Clock::default()).await?;
    services.ledger.close().await;
    let mut ledger = Connection::open(folder.join("ledger.db"))?;
    let tx = ledger.transaction()?;
    for number in 1..=SERVICES {
        let user = simulator.add_user(&format!("whmcs-{number}@example.com"), false);
        simulator.add_object(&user.id, &format!("bucket-{number}"), "data", 1 << 30);
        tx.prepare_cached(
            "INSERT INTO accounts (id, client, cluster, service_id, client_id, identity, user_id, state, plan, created_at, updated_at)
             VALUES (?1, 'whmcs', 'eu1', ?1, ?1, 'whmcs-' || ?1, ?2, 'active', '{\"quota_gb\":100}', 0, 0)",
        )?
        .execute((number, &user.id))?;
        tx.prepare_cached(
            "INSERT INTO account_users (cluster, user_id, account) VALUES ('eu1', ?, ?)",
        )?
        .execute((&user.id, number))?;
    }
    let now = Timestamp::now().as_second();
    let (hour, slot) = (now / 3600, now / 900);
    let year = 365 * 24;
    // Traffic once a day; a size that changes once a week.
    for statement in [
        format!(
            "WITH RECURSIVE day (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM day WHERE number < 364)
             INSERT INTO usage_slots
             SELECT 'eu1', user_id, {slot} - 4 - number * 96, 'bucket-' || account, 5, 50, 1, 0, 1000000, 70000000
             FROM account_users, day"
        ),
        "INSERT INTO usage_months
         SELECT cluster, user_id, strftime('%Y', slot * 900, 'unixepoch') * 12 + strftime('%m', slot * 900, 'unixepoch') - 1,
                sum(ops_put), sum(ops_get), sum(ops_list), sum(ops_other), sum(uploaded), sum(downloaded)
         FROM usage_slots GROUP BY 1, 2, 3".to_owned(),
        format!(
            "INSERT INTO buckets (id, cluster, owner_id, name, created, incarnation, hour, h_integral, current, booked,
                                  open_start, open_byte_hours)
             SELECT account, 'eu1', user_id, 'bucket-' || account, ({hour} - {year}) * 3600, 0, {hour},
                    '9405931192320', 1073741824, '9405931192320', {hour} - 100, 107374182400
             FROM account_users"
        ),
        format!(
            "WITH RECURSIVE week (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM week WHERE number < 51)
             INSERT INTO storage_spans
             SELECT account, {hour} - {year} + number * 166, {hour} - {year} + number * 166 + 166, 178241142784
             FROM account_users, week"
        ),
        format!(
            "INSERT INTO metering (cluster, period, known_from, complete_until, collected_at, sampled_from, sampled_at)
             VALUES ('eu1', 1800, {now} - {year} * 3600, {now} - 3600, {now}, {now} - {year} * 3600, {now})"
        ),
    ] {
        tx.execute(&statement, [])?;
    }
    tx.commit()?;
    Ok(simulator)
}

/// The service that a call is about: all of them in some order.
fn service_of(caller: usize, call: usize) -> i64 {
    let number = (caller * CALLS + call) * 7919;
    1 + i64::try_from(number).unwrap_or(0) % SERVICES
}

async fn pages(port: &str) -> Result<Vec<Duration>, Failure> {
    let url = format!("http://127.0.0.1:{port}/rpc");
    load(move |client, caller, call| {
        let service_id = service_of(caller, call);
        let body = format!(
            "{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ClientArea\",\"params\":{{\"cluster\":\"eu1\",\"service_id\":{service_id},\"timezone\":\"Europe/Berlin\"}}}}"
        );
        let request = client.post(&url);
        async move {
            let token = http::mint("whmcs", &SECRET.into(), body.as_bytes())?;
            let answer = request.bearer_auth(token).body(body).send().await?.text().await?;
            match answer.contains("\"live\":true") {
                true => Ok(()),
                false => Err(answer.into()),
            }
        }
    })
    .await
}

async fn health(port: &str) -> Result<Vec<Duration>, Failure> {
    let url = format!("http://127.0.0.1:{port}/healthz");
    load(move |client, _, _| {
        let request = client.get(&url);
        async move {
            request.send().await?.error_for_status()?.bytes().await?;
            Ok(())
        }
    })
    .await
}

/// How long each call took, of all callers at once.
async fn load<A>(
    call: impl Fn(reqwest::Client, usize, usize) -> A + Clone + Send + 'static,
) -> Result<Vec<Duration>, Failure>
where
    A: Future<Output = Result<(), Failure>> + Send,
{
    let client = reqwest::Client::builder().no_proxy().build()?;
    let callers = (0..CALLERS).map(|caller| {
        let (client, call) = (client.clone(), call.clone());
        tokio::spawn(async move {
            let mut times = Vec::with_capacity(CALLS);
            for number in 0..CALLS {
                let started = Instant::now();
                call(client.clone(), caller, number).await?;
                times.push(started.elapsed());
            }
            Ok::<_, Failure>(times)
        })
    });
    let callers: Vec<_> = callers.collect();
    let mut all = Vec::new();
    for caller in callers {
        all.extend(caller.await??);
    }
    Ok(all)
}

/// The same rows from as many connections.
fn rows(folder: &Path) -> Result<Vec<Duration>, Failure> {
    let month_ago = Timestamp::now().as_second() / 900 - 30 * 96;
    let readers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let file = folder.join("ledger.db");
            std::thread::spawn(move || -> Result<Vec<Duration>, Failure> {
                let ledger = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
                let mut times = Vec::with_capacity(CALLS);
                for call in 0..CALLS {
                    let started = Instant::now();
                    for sql in STATEMENTS {
                        let mut statement = ledger.prepare_cached(sql)?;
                        let mut rows = statement.query((service_of(caller, call), month_ago))?;
                        while let Some(row) = rows.next()? {
                            std::hint::black_box(row.get_ref(0)?);
                        }
                    }
                    times.push(started.elapsed());
                }
                Ok(times)
            })
        })
        .collect();
    let mut all = Vec::new();
    for reader in readers {
        all.extend(reader.join().map_err(|_| "a reader failed")??);
    }
    Ok(all)
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |percent: usize| times[(times.len() * percent / 100).min(times.len() - 1)];
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "{what:<14} p50 {:8.2} ms  p95 {:8.2} ms  p99 {:8.2} ms",
        ms(at(50)),
        ms(at(95)),
        ms(at(99))
    );
}

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
