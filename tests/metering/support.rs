//! A simulator and a service's inside over one ledger file, with one clock for both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::clock::Clock;
use ostor_bridge::config::Config;
use ostor_bridge::ledger::{Account, AccountState, Intent, Ledger, ServiceKey, Traffic};
use ostor_bridge::simulator::{Counters, Options, Simulator};
use sqlx::{Connection as _, MySqlConnection, SqliteConnection};
use tempfile::TempDir;

use ledger::Look;

#[path = "../support/ledger.rs"]
pub mod ledger;

/// Name of the WHMCS installation.
pub const CLIENT: &str = "whmcs";

/// Its secret.
pub const SECRET: &str = "a secret of tests, long enough for all";

/// Name of the cluster.
pub const CLUSTER: &str = "eu1";

/// How a test wants its surroundings.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Switches of the gateway.
    pub profile: String,
    /// Where both clocks start; absent: the machine's time.
    pub clock: Option<Timestamp>,
    /// Decides the gateway's ids.
    pub seed: u64,
    /// More lines of the cluster's section.
    pub cluster: String,
    /// Lines of the section `[usage]`.
    pub usage: String,
    /// Whether every commit waits for a disk.
    pub on_disk: bool,
}

/// Gateway, clock and ledger file. Services are built over it and may end at any time.
pub struct Place {
    pub simulator: Simulator,
    pub clock: Clock,
    folder: TempDir,
}

impl Setup {
    pub async fn place(&self) -> Place {
        let options = Options {
            profile: self.profile.parse().expect("a valid profile"),
            clock: self.clock,
            seed: self.seed,
            ..Options::default()
        };
        let folder = folder(self.on_disk);
        // Making one may take seconds, and the clock of the cluster runs from its start on.
        ledger::url(folder.path());
        let simulator = Simulator::start(options.clone())
            .await
            .expect("a free port");
        let text = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[database]\nurl = \"{}\"\nlease = \"2s\"\n\
             [clients.{CLIENT}]\nsecret = \"{SECRET}\"\n\
             [clusters.{CLUSTER}]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n{}\n\
             [usage]\n{}\n",
            ledger::url(folder.path()),
            simulator.endpoint(),
            options.system_key,
            options.system_secret,
            self.cluster,
            self.usage,
        );
        std::fs::write(folder.path().join("config.toml"), text)
            .expect("the configuration is written");
        let place = Place {
            simulator,
            clock: Clock::default(),
            folder,
        };
        place.follow();
        place
    }
}

impl Place {
    /// What the service is started with.
    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The inside of a service, as after its start.
    pub async fn services(&self) -> Services {
        let config = Config::load(Some(&self.config_file()), []).expect("a valid configuration");
        Services::build(config, self.clock.clone())
            .await
            .expect("services")
    }

    /// Moves both clocks.
    pub fn advance(&self, step: SignedDuration) {
        self.simulator.advance(step);
        self.follow();
    }

    /// Sets both clocks.
    pub fn set_clock(&self, now: Timestamp) {
        self.simulator.set_clock(now);
        self.follow();
    }

    fn follow(&self) {
        self.clock.set(self.simulator.now());
    }
}

/// A folder, in memory where that is wished and possible.
fn folder(on_disk: bool) -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() && !on_disk {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("a folder")
}

pub fn service(service_id: i64) -> ServiceKey {
    ServiceKey {
        client: CLIENT.to_owned(),
        cluster: CLUSTER.to_owned(),
        service_id,
    }
}

fn identity(service_id: i64) -> String {
    format!("{CLIENT}-{service_id}@ostor-bridge.invalid")
}

/// Records a service whose S3 user was made for it; one that had a user before gets another.
pub async fn make_account(ledger: &Ledger, service_id: i64, user_id: &str) -> Account {
    let service = service(service_id);
    let intent = Intent {
        service: &service,
        identity: &identity(service_id),
        client_id: 7,
        email: "customer@example.com",
        plan: "{}",
    };
    let account = ledger.record_intent(&intent).await.expect("an intent");
    ledger
        .set_user(&account, user_id)
        .await
        .expect("the user is recorded");
    ledger
        .set_ready(account.id, "KEY")
        .await
        .expect("the account is ready");
    account
}

/// Records a service whose S3 user existed before the ledger knew of it.
pub async fn adopt_account(ledger: &Ledger, service_id: i64, user_id: &str) -> Account {
    let state = AccountState::Active;
    let identity = identity(service_id);
    ledger
        .adopt(&service(service_id), &identity, user_id, state)
        .await
        .expect("the user is adopted")
}

/// Counters of the gateway as the ledger has them.
pub fn traffic_of(counters: &Counters) -> Traffic {
    let figure = |value: u64| i64::try_from(value).expect("a figure of tests");
    Traffic {
        put: figure(counters.put),
        get: figure(counters.get),
        list: figure(counters.list),
        other: figure(counters.other),
        uploaded: figure(counters.uploaded),
        downloaded: figure(counters.downloaded),
    }
}

/// Traffic by user and bucket.
pub type ByBucket = BTreeMap<(String, String), Traffic>;

/// What statistics must tell in the end: all traffic less what gateways lost.
pub fn truth(simulator: &Simulator) -> ByBucket {
    let mut sums = ByBucket::new();
    for row in simulator.traffic() {
        *sums.entry((row.user_id, row.bucket)).or_default() += traffic_of(&row.counters);
    }
    for row in simulator.lost() {
        let sum = sums.entry((row.user_id, row.bucket)).or_default();
        *sum = sum.less(&traffic_of(&row.counters));
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

/// One row of the ledger's slots or months: user, bucket (empty for months), slot or month, figures.
pub type Row = (String, String, i64, Traffic);

/// The ledger, past the program.
pub struct Rows {
    look: Look,
    holder: Holder,
}

/// A connection that can keep everybody from writing.
enum Holder {
    Sqlite(SqliteConnection),
    MySql(MySqlConnection),
}

impl Rows {
    pub async fn open(place: &Place) -> Self {
        let url = ledger::url(place.folder());
        let holder = match ledger::is_mariadb() {
            true => Holder::MySql(MySqlConnection::connect(&url).await.expect("the ledger")),
            false => Holder::Sqlite(SqliteConnection::connect(&url).await.expect("the ledger")),
        };
        Self {
            look: Look::into(place.folder()).await,
            holder,
        }
    }

    pub async fn slots(&mut self) -> Vec<Row> {
        let text = "SELECT user_id, bucket, slot, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded
                    FROM usage_slots";
        self.read(text).await
    }

    pub async fn months(&mut self) -> Vec<Row> {
        let text =
            "SELECT user_id, '', month, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded
                    FROM usage_months";
        self.read(text).await
    }

    /// Keeps everybody from counting anything.
    pub async fn hold(&mut self) {
        let tables = "statistics_objects READ, usage_slots READ, usage_months READ, buckets READ, storage_spans READ, metering READ";
        self.hold_by("BEGIN IMMEDIATE", &format!("LOCK TABLES {tables}"))
            .await;
    }

    pub async fn release(&mut self) {
        self.hold_by("ROLLBACK", "UNLOCK TABLES").await;
    }

    async fn hold_by(&mut self, sqlite: &str, mysql: &str) {
        match &mut self.holder {
            Holder::Sqlite(connection) => {
                let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sqlite)).execute(connection);
                done.await.expect("the right to write");
            }
            Holder::MySql(connection) => {
                let done = sqlx::raw_sql(sqlx::AssertSqlSafe(mysql)).execute(connection);
                done.await.expect("the right to write");
            }
        }
    }

    async fn read(&mut self, text: &str) -> Vec<Row> {
        let row = |row: &Vec<String>| {
            let figure = |place: usize| row[place].parse().expect("a figure");
            let traffic = Traffic {
                put: figure(3),
                get: figure(4),
                list: figure(5),
                other: figure(6),
                uploaded: figure(7),
                downloaded: figure(8),
            };
            (row[0].clone(), row[1].clone(), figure(2), traffic)
        };
        self.look.rows(text).await.iter().map(row).collect()
    }
}

/// The first seed of what is drawn at random, printed so that a run can be repeated.
pub fn first_seed() -> u64 {
    let seed = std::env::var("OSTOR_TEST_SEED").map_or_else(
        |_| rand::random(),
        |seed| seed.parse().expect("OSTOR_TEST_SEED is a number"),
    );
    println!("OSTOR_TEST_SEED={seed}");
    seed
}

/// How many schedules are drawn; `tests/run.sh` sets it.
pub fn schedules() -> u64 {
    std::env::var("OSTOR_TEST_SCHEDULES").map_or(300, |number| {
        number.parse().expect("OSTOR_TEST_SCHEDULES is a number")
    })
}
