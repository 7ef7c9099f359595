//! WHMCS's nightly UsageUpdate for 100 000 services: the PHP module and the service beside the bare SQL that writes the
//! same figures, with the service's peak memory and its calls to the gateway.
//!
//! ```sh
//! apt-get install php-cli php-curl php-mysql php-illuminate-database smarty4 mariadb-server
//! cargo bench --bench usage_update
//! ```

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Options, Simulator};

type Failure = Box<dyn Error>;

const SERVICES: i64 = 100_000;
const ROUNDS: u32 = 3;
const SECRET: &str = "a secret of benchmarks, long enough";

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let folder = tempfile::tempdir()?;
    println!("{SERVICES} services, each with a bucket and traffic on two days, {ROUNDS} rounds");
    let simulator = runtime.block_on(prepare(folder.path()))?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
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
    let database = Database::start(root, folder.path())?;
    // The service reads all bucket sizes as it starts; that is not what is measured.
    while simulator.calls().len() < 2 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    std::thread::sleep(std::time::Duration::from_secs(5));
    println!(
        "peak memory of the service after reading {SERVICES} bucket sizes: {}",
        peak(service.0.id())?
    );
    simulator.clear_calls();
    let played = Command::new("php")
        .arg(root.join("benches/usage_update.php"))
        .args([&port, SECRET, &SERVICES.to_string(), &ROUNDS.to_string()])
        .env("WHMCS_SANDBOX_SOCKET", &database.socket)
        .status()?;
    println!("peak memory of the service: {}", peak(service.0.id())?);
    println!(
        "calls to the gateway during all rounds: {}",
        simulator.calls().len()
    );
    runtime.block_on(simulator.stop());
    if played.success() {
        Ok(())
    } else {
        Err("the PHP side failed".into())
    }
}

/// Makes cluster, users, buckets and traffic, and a ledger that holds them.
async fn prepare(folder: &Path) -> Result<Simulator, Failure> {
    let start = Timestamp::now().checked_sub(SignedDuration::from_hours(30))?;
    let clock = Clock::default();
    clock.set(start);
    let options = Options {
        clock: Some(start),
        ..Options::default()
    };
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
    let services = Services::build(config, clock.clone()).await?;
    let users: Vec<String> = (1..=SERVICES)
        .map(|number| {
            simulator
                .add_user(&format!("whmcs-{number}@example.com"), false)
                .id
        })
        .collect();
    add_accounts(folder, &users)?;
    for day in 0..2 {
        for (number, user) in (1_u64..).zip(&users) {
            let bucket = format!("bucket-{number}");
            simulator.add_object(user, &bucket, "data", (number + day) << 20);
            let counters = Counters {
                get: 1 + number % 5,
                downloaded: (1 + number % 900) << 20,
                ..Counters::default()
            };
            simulator.record(user, &bucket, counters);
        }
        simulator.advance(SignedDuration::from_hours(15));
        clock.set(simulator.now());
        metering::collect(&services, "eu1", &|_| {}).await?;
        metering::sample(&services, "eu1").await?;
    }
    services.ledger.close().await;
    Ok(simulator)
}

/// Rows as CreateAccount leaves them, all at once.
fn add_accounts(folder: &Path, users: &[String]) -> Result<(), Failure> {
    let mut ledger = rusqlite::Connection::open(folder.join("ledger.db"))?;
    let tx = ledger.transaction()?;
    for (number, user) in (1_i64..).zip(users) {
        tx.prepare_cached(
            "INSERT INTO accounts (id, client, cluster, service_id, client_id, identity, user_id, state, plan, created_at, updated_at)
             VALUES (?1, 'whmcs', 'eu1', ?1, ?1, 'whmcs-' || ?1, ?2, 'active', '{\"quota_gb\":100}', 0, 0)",
        )?
        .execute((number, user))?;
        tx.prepare_cached(
            "INSERT INTO account_users (cluster, user_id, account) VALUES ('eu1', ?, ?)",
        )?
        .execute((user, number))?;
    }
    tx.commit()?;
    Ok(())
}

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A private MariaDB.
struct Database {
    script: std::path::PathBuf,
    directory: std::path::PathBuf,
    socket: String,
}

impl Database {
    fn start(root: &Path, folder: &Path) -> Result<Self, Failure> {
        let script = root.join("php-shim/sandbox/mariadb");
        let directory = folder.join("db");
        let started = Command::new(&script)
            .arg("start")
            .arg(&directory)
            .output()?;
        if !started.status.success() {
            return Err(String::from_utf8_lossy(&started.stderr).into());
        }
        Ok(Self {
            script,
            socket: directory.join("mysqld.sock").display().to_string(),
            directory,
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        drop(
            Command::new(&self.script)
                .arg("stop")
                .arg(&self.directory)
                .status(),
        );
    }
}

/// The largest resident size a process has had, as Linux tells it.
fn peak(process: u32) -> Result<String, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes: u64 = line
        .and_then(|line| line.trim().strip_suffix(" kB"))
        .ok_or("no VmHWM")?
        .parse()?;
    Ok(format!("{} MB", kilobytes / 1024))
}
