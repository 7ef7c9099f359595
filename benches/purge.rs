//! Deleting what a customer left: objects in a second beside s3cmd and rclone, on the same data in the same run, against
//! the simulator in a process of its own; and the memory of the deleting side at ten thousand and at a million keys.
//!
//! ```sh
//! apt-get install s3cmd rclone
//! cargo bench --bench purge
//! ```

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ostor_bridge::clock::Clock;
use ostor_bridge::metrics::Metrics;
use ostor_bridge::ostor::{self, AccessKey, Signature, User};
use ostor_bridge::purge::{BucketEnd, Counter, Rate, Store, empty_bucket};
use secrecy::ExposeSecret;
use serde_json::json;
use url::Url;

type Failure = Box<dyn Error>;

const OBJECTS: u32 = 20_000;
const ROUNDS: u32 = 3;
const KEY: &str = "system";
const SECRET: &str = "a secret of benchmarks";
const BUCKET: &str = "photos";

/// With this the program is the deleting side alone: endpoint, key and secret, with spaces.
const ALONE: &str = "OSTOR_BENCH_PURGE";

fn main() -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    if let Ok(told) = std::env::var(ALONE) {
        let [endpoint, id, secret] = told.split(' ').collect::<Vec<_>>()[..] else {
            return Err("three words are expected".into());
        };
        let key = AccessKey {
            id: id.to_owned(),
            secret: secret.into(),
        };
        runtime.block_on(delete(&endpoint.parse()?, &key))?;
        let status = std::fs::read_to_string("/proc/self/status")?;
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!("{}", peak.ok_or("no peak")?);
        return Ok(());
    }
    let simulator = Simulator::start()?;
    let endpoint: Url = simulator.endpoint.parse()?;
    let user = runtime.block_on(user(&endpoint))?;
    let key = user.keys.first().ok_or("no key pair")?;
    println!("{OBJECTS} objects in one bucket, {ROUNDS} rounds; objects in a second:");
    for round in 1..=ROUNDS {
        for tool in ["ostor-bridge", "s3cmd", "rclone"] {
            runtime.block_on(plant(&endpoint, &user, OBJECTS))?;
            let started = Instant::now();
            match tool {
                "s3cmd" => s3cmd(&endpoint, key)?,
                "rclone" => rclone(&endpoint, key)?,
                _ => runtime.block_on(delete(&endpoint, key))?,
            }
            let rate = f64::from(OBJECTS) / started.elapsed().as_secs_f64();
            println!("round {round}  {tool:<12}  {rate:>8.0}");
        }
    }
    for objects in [10_000, 1_000_000] {
        runtime.block_on(plant(&endpoint, &user, objects))?;
        let started = Instant::now();
        let told = format!("{endpoint} {} {}", key.id, key.secret.expose_secret());
        let output = Command::new(std::env::current_exe()?)
            .env(ALONE, told)
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err("the deleting side failed".into());
        }
        let took = started.elapsed();
        let peak = String::from_utf8_lossy(&output.stdout);
        println!("{objects} objects in {took:.1?}: {}", peak.trim());
    }
    Ok(())
}

/// Deletes the bucket with all that is in it.
async fn delete(endpoint: &Url, key: &AccessKey) -> Result<(), Failure> {
    let store = Store::new(endpoint, "us-east-1", key);
    let rate = Rate::new(1_000_000);
    let left = empty_bucket(&store, BUCKET, &rate, &Counter::default()).await?;
    let ended = store.delete_bucket(BUCKET).await?;
    match (left.count, ended) {
        (0, BucketEnd::Deleted) => Ok(()),
        _ => Err(format!("{left:?} are left").into()),
    }
}

fn s3cmd(endpoint: &Url, key: &AccessKey) -> Result<(), Failure> {
    let host = endpoint.authority().to_owned();
    let run = |arguments: &[&str]| {
        let mut command = Command::new("s3cmd");
        command
            .args(["--config=/dev/null", "--no-ssl", "--quiet"])
            .arg(format!("--host={host}"))
            .arg(format!("--host-bucket={host}"))
            .arg(format!("--access_key={}", key.id))
            .arg(format!("--secret_key={}", key.secret.expose_secret()))
            .args(arguments)
            .arg(format!("s3://{BUCKET}"));
        done(command)
    };
    run(&["del", "--recursive", "--force"])?;
    run(&["rb"])
}

fn rclone(endpoint: &Url, key: &AccessKey) -> Result<(), Failure> {
    let mut command = Command::new("rclone");
    command
        .args(["--config=/dev/null", "purge"])
        .arg(format!(":s3:{BUCKET}"))
        .args(["--s3-provider=Other", "--s3-force-path-style"])
        .arg(format!("--s3-endpoint={endpoint}"))
        .arg(format!("--s3-access-key-id={}", key.id))
        .arg(format!(
            "--s3-secret-access-key={}",
            key.secret.expose_secret()
        ));
    done(command)
}

fn done(mut command: Command) -> Result<(), Failure> {
    // Both heed variables of AWS.
    command
        .env_clear()
        .env("PATH", std::env::var("PATH")?)
        .env("HOME", std::env::temp_dir());
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.stdout(Stdio::null()).output()?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let words = String::from_utf8_lossy(&output.stderr);
            Err(format!("{program} failed: {words}").into())
        }
    }
}

async fn user(endpoint: &Url) -> Result<User, Failure> {
    let gateway = ostor::Client::new(ostor::Settings {
        cluster: "bench".to_owned(),
        endpoint: endpoint.clone(),
        access_key: KEY.to_owned(),
        secret_key: SECRET.into(),
        signature: Signature::V2,
        region: "us-east-1".to_owned(),
        timeout: Duration::from_secs(20),
        max_parallel: 1,
        clock: Clock::default(),
        metrics: Metrics::default(),
    })?;
    Ok(gateway.create_user("owner@example.com").await?)
}

async fn plant(endpoint: &Url, owner: &User, objects: u32) -> Result<(), Failure> {
    let wish = json!({
        "owner_id": owner.id, "bucket": BUCKET, "prefix": "folder/object-", "count": objects, "bytes": 1000,
    });
    let request = reqwest::Client::new().post(endpoint.join("/_simulator/objects")?);
    let answer = request.body(wish.to_string()).send().await?;
    match answer.status().is_success() {
        true => Ok(()),
        false => Err(answer.text().await?.into()),
    }
}

/// The simulator in a process of its own; ended when dropped.
struct Simulator {
    child: Child,
    endpoint: String,
}

impl Simulator {
    fn start() -> Result<Self, Failure> {
        let mut child = Command::new(env!("CARGO_BIN_EXE_ostor-bridge"))
            .args(["simulate", "--listen", "127.0.0.1:0"])
            .args(["--system-key", KEY, "--system-secret", SECRET])
            .env("OSTOR_BRIDGE_LOG", "off")
            .stdout(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or("no output")?;
        let line = BufReader::new(out).lines().next().ok_or("no address")??;
        let address = line.rsplit(' ').next().ok_or("no address")?;
        let address = address.trim_start_matches("http://");
        let endpoint = format!("http://{address}");
        Ok(Self { child, endpoint })
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // Already ended is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
