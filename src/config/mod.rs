//! The settings: defaults compiled in, then a file, then the environment.
//!
//! Loading has three steps: read the layers, turn them into types, validate across fields. Every
//! complaint names the key and the environment variable that sets it. No value of a secret is
//! ever part of a message. Every key with its default stands in `default.toml`.

mod layers;
mod values;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::ledger::Limits;
use crate::ostor::Signature;

pub use layers::{ENV_PREFIX, variable};

/// The defaults as operators read them.
pub const DEFAULTS: &str = include_str!("default.toml");

/// Shortest secret of a client, in bytes: the output length of HMAC-SHA256.
const MIN_SECRET_BYTES: usize = 32;

/// All settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The endpoint.
    pub server: Server,
    /// The ledger.
    pub database: Database,
    /// WHMCS installations by name (the token's `kid`).
    #[serde(default)]
    pub clients: BTreeMap<String, Client>,
    /// Storage clusters by name.
    #[serde(default)]
    pub clusters: BTreeMap<String, Cluster>,
    /// Metering.
    pub usage: Usage,
    /// Termination.
    pub terminate: Terminate,
    /// The log of the service.
    pub log: Log,
    /// Traces of calls.
    pub telemetry: Telemetry,
}

/// Section `[server]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address to listen on; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Largest request body in bytes.
    #[serde(deserialize_with = "values::integer")]
    pub body_limit: u64,
    /// How long the service says that it is about to end before it takes no more calls.
    #[serde(deserialize_with = "values::duration")]
    pub drain_delay: Duration,
}

/// Section `[database]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// Where the ledger is; a secret, since it may hold a password.
    #[serde(deserialize_with = "values::secret")]
    pub url: SecretString,
    /// Most connections at once.
    #[serde(deserialize_with = "values::integer")]
    pub max_connections: u64,
    /// How long a replica that says nothing keeps what it works on; only on MariaDB and MySQL.
    #[serde(deserialize_with = "values::duration")]
    pub lease: Duration,
}

impl Database {
    /// How the ledger is used.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            max_connections: u32::try_from(self.max_connections).unwrap_or(u32::MAX),
            lease: self.lease,
        }
    }
}

/// Section `[clients.NAME]`: one WHMCS installation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Client {
    /// Key of the tokens it signs.
    #[serde(deserialize_with = "values::secret")]
    pub secret: SecretString,
    /// What it may call.
    #[serde(default = "default_scopes", deserialize_with = "values::list")]
    pub scopes: Vec<Scope>,
}

/// A group of methods that a client may call.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Lifecycle of services.
    Provision,
    /// Usage figures and account lists.
    Usage,
    /// The gateway's own surface.
    Admin,
}

impl Scope {
    /// The word in the configuration.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Usage => "usage",
            Self::Admin => "admin",
        }
    }
}

/// Section `[clusters.NAME]`: one gateway.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Address of the gateway, without path.
    #[serde(deserialize_with = "values::url")]
    pub endpoint: Url,
    /// Access key id of a system user.
    pub access_key: String,
    /// Its secret.
    #[serde(deserialize_with = "values::secret")]
    pub secret_key: SecretString,
    /// Signature version of the calls.
    #[serde(default = "default_signature")]
    pub signature: Signature,
    /// Region of version 4 signatures, and what customers are told.
    #[serde(default = "default_region")]
    pub region: String,
    /// Template of the e-mail address of S3 users.
    #[serde(default = "default_identity")]
    pub identity: String,
    /// Longest time of one attempt of one call.
    #[serde(default = "default_timeout", deserialize_with = "values::duration")]
    pub timeout: Duration,
    /// Most calls at once.
    #[serde(default = "default_max_parallel", deserialize_with = "values::integer")]
    pub max_parallel: u64,
    /// Longest time between two writes of a gateway's counters into their statistics object.
    #[serde(
        default = "default_statistics_cache_timeout",
        deserialize_with = "values::duration"
    )]
    pub statistics_cache_timeout: Duration,
}

impl Cluster {
    /// The e-mail address of the S3 user of a service: the same for the same service, always.
    pub fn identity_of(&self, client: &str, service_id: i64) -> String {
        self.identity
            .replace("{client}", client)
            .replace("{service_id}", &service_id.to_string())
    }
}

/// Section `[usage]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// How often statistics objects are collected.
    #[serde(deserialize_with = "values::duration")]
    pub collect_interval: Duration,
    /// Time an object is left alone after it must be complete.
    #[serde(deserialize_with = "values::duration")]
    pub settle_margin: Duration,
    /// How often bucket sizes are read.
    #[serde(deserialize_with = "values::duration")]
    pub sample_interval: Duration,
    /// How long the items of counted statistics objects are kept.
    #[serde(deserialize_with = "values::duration")]
    pub keep_raw: Duration,
    /// What a gigabyte is.
    pub gigabyte: Gigabyte,
}

/// The base of figures in gigabytes.
#[derive(Clone, Copy, Debug, Deserialize, schemars::JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Gigabyte {
    /// 2^30 bytes.
    Binary,
    /// 10^9 bytes.
    Decimal,
}

impl Gigabyte {
    /// Bytes of one gigabyte.
    #[must_use]
    pub fn bytes(self) -> f64 {
        match self {
            Self::Binary => f64::from(1 << 30),
            Self::Decimal => 1e9,
        }
    }

    /// The word in settings and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::Decimal => "decimal",
        }
    }
}

/// Section `[terminate]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terminate {
    /// How long data is kept under the policy `grace`.
    #[serde(deserialize_with = "values::duration")]
    pub grace: Duration,
    /// Most versions, delete markers and uploads deleted in a second, per cluster.
    #[serde(deserialize_with = "values::integer")]
    pub max_deletes_per_second: u64,
}

/// Section `[log]`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// How a line is written.
    pub format: LogFormat,
}

/// How lines of the log are written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object per line.
    Json,
}

/// Section `[telemetry]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Where traces are sent, without path; nowhere when absent.
    #[serde(default, deserialize_with = "values::some_url")]
    pub otlp_endpoint: Option<Url>,
}

fn default_scopes() -> Vec<Scope> {
    vec![Scope::Provision, Scope::Usage]
}

fn default_signature() -> Signature {
    Signature::V2
}

fn default_region() -> String {
    "us-east-1".into()
}

fn default_identity() -> String {
    "{client}-{service_id}@ostor-bridge.invalid".into()
}

fn default_timeout() -> Duration {
    Duration::from_secs(15)
}

fn default_max_parallel() -> u64 {
    8
}

fn default_statistics_cache_timeout() -> Duration {
    Duration::from_secs(600)
}

/// Settings that cannot be used; one sentence per fault.
#[derive(Debug, thiserror::Error)]
#[error("the configuration cannot be used:\n{}", .0.iter().map(|fault| format!("  - {fault}")).collect::<Vec<_>>().join("\n"))]
pub struct Error(Vec<String>);

impl Error {
    /// The sentences.
    pub fn faults(&self) -> &[String] {
        &self.0
    }
}

impl Config {
    /// Reads defaults, `file` and the variables in `environment`, and validates the result.
    ///
    /// # Errors
    /// All faults of the layer that could not be read, or all faults of the values.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Error> {
        let config: Self = layers::read(file, environment).map_err(Error)?;
        let faults = config.faults();
        if faults.is_empty() {
            Ok(config)
        } else {
            Err(Error(faults))
        }
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Faults::default();
        faults.within(
            "server.body_limit",
            &self.server.body_limit,
            1024..=16 << 20,
            "1024 to 16777216",
        );
        faults.within(
            "server.drain_delay",
            &self.server.drain_delay,
            Duration::ZERO..=Duration::from_secs(300),
            "0s to 5m",
        );
        self.check_database(&mut faults);
        self.check_clients(&mut faults);
        if self.clusters.is_empty() {
            faults.add("clusters", "has no entry: add a section [clusters.NAME] with endpoint, access_key and secret_key");
        }
        for (name, cluster) in &self.clusters {
            cluster.check(name, self.clients.len() > 1, &mut faults);
        }
        let (minute, hour, day) = (60, 3600, 86400);
        let secs = Duration::from_secs;
        let usage = &self.usage;
        for (key, value, least, most, range) in [
            (
                "collect_interval",
                usage.collect_interval,
                minute,
                day,
                "1m to 1d",
            ),
            (
                "settle_margin",
                usage.settle_margin,
                minute,
                day,
                "1m to 1d",
            ),
            (
                "sample_interval",
                usage.sample_interval,
                minute,
                hour,
                "1m to 1h",
            ),
            ("keep_raw", usage.keep_raw, day, 3650 * day, "1d to 3650d"),
        ] {
            faults.within(
                &format!("usage.{key}"),
                &value,
                secs(least)..=secs(most),
                range,
            );
        }
        if let Some(endpoint) = &self.telemetry.otlp_endpoint
            && !is_host(endpoint)
        {
            faults.add(
                "telemetry.otlp_endpoint",
                "must be http or https with a host and nothing after it, for example http://127.0.0.1:4318",
            );
        }
        faults.within(
            "terminate.grace",
            &self.terminate.grace,
            secs(0)..=secs(365 * day),
            "0s to 365d",
        );
        faults.within(
            "terminate.max_deletes_per_second",
            &self.terminate.max_deletes_per_second,
            1..=1_000_000,
            "1 to 1000000",
        );
        faults.0
    }

    fn check_database(&self, faults: &mut Faults) {
        // An unknown scheme must not quietly become a new, empty SQLite file.
        let url = self.database.url.expose_secret();
        match url.split(':').next() {
            Some("sqlite") if is_file(url) => {}
            Some("sqlite") => faults.add(
                "database.url",
                "must name a file, for example sqlite:/var/lib/ostor-bridge/ledger.db; a ledger in memory is lost with the process",
            ),
            Some("mysql" | "mariadb") if is_server(url) => {}
            Some("mysql" | "mariadb") => faults.add(
                "database.url",
                "must name a server and a database, for example mysql://ostor:PASSWORD@db.example.com/ostor?ssl-mode=VERIFY_IDENTITY",
            ),
            _ => faults.add("database.url", "must begin with sqlite: or mysql:, for example sqlite:/var/lib/ostor-bridge/ledger.db"),
        }
        faults.within(
            "database.max_connections",
            &self.database.max_connections,
            2..=1000,
            "2 to 1000",
        );
        let secs = Duration::from_secs;
        faults.within(
            "database.lease",
            &self.database.lease,
            secs(2)..=secs(300),
            "2s to 5m",
        );
    }

    fn check_clients(&self, faults: &mut Faults) {
        if self.clients.is_empty() {
            faults.add(
                "clients",
                "has no entry: add a section [clients.NAME] with a secret",
            );
        }
        for (name, client) in &self.clients {
            let key = format!("clients.{name}");
            faults.name(&key, name);
            if client.secret.expose_secret().len() < MIN_SECRET_BYTES {
                faults.add(
                    &format!("{key}.secret"),
                    &format!("must be at least {MIN_SECRET_BYTES} bytes long; `openssl rand -hex 32` makes one"),
                );
            }
            if client.scopes.is_empty() {
                faults.add(
                    &format!("{key}.scopes"),
                    "must name at least one of provision, usage, admin",
                );
            }
        }
    }
}

/// SQLite keeps a database without a name in memory, one for each connection.
fn is_file(url: &str) -> bool {
    let rest = url.trim_start_matches("sqlite:");
    let (file, options) = rest.split_once('?').unwrap_or((rest, ""));
    let file = file.strip_prefix("//").unwrap_or(file);
    !file.is_empty() && file != ":memory:" && !options.contains("mode=memory")
}

fn is_server(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| url.has_host() && url.path().len() > 1)
}

/// Whether it is a web address of a host with nothing after it.
fn is_host(address: &Url) -> bool {
    let plain = address.path() == "/"
        && address.query().is_none()
        && address.fragment().is_none()
        && address.username().is_empty()
        && address.password().is_none();
    plain && matches!(address.scheme(), "http" | "https") && address.has_host()
}

impl Cluster {
    fn check(&self, name: &str, several_clients: bool, faults: &mut Faults) {
        let key = |field: &str| format!("clusters.{name}.{field}");
        faults.name(&format!("clusters.{name}"), name);
        if !is_host(&self.endpoint) {
            faults.add(
                &key("endpoint"),
                "must be http or https with a host and nothing after it, for example https://s3.example.com",
            );
        }
        if self.access_key.trim().is_empty() {
            faults.add(
                &key("access_key"),
                "must not be empty: it is the access key id of a system user",
            );
        }
        if self.secret_key.expose_secret().trim().is_empty() {
            faults.add(
                &key("secret_key"),
                "must not be empty: it is the secret of the system user's key",
            );
        }
        if self.region.is_empty()
            || !self
                .region
                .bytes()
                .all(|b| b.is_ascii_graphic() && b != b'/')
        {
            faults.add(&key("region"), "must be a word such as us-east-1");
        }
        if let Some(fault) = identity_fault(&self.identity, several_clients) {
            faults.add(&key("identity"), fault);
        }
        let secs = Duration::from_secs;
        faults.within(
            &key("timeout"),
            &self.timeout,
            secs(1)..=secs(60),
            "1s to 60s",
        );
        faults.within(&key("max_parallel"), &self.max_parallel, 1..=64, "1 to 64");
        faults.within(
            &key("statistics_cache_timeout"),
            &self.statistics_cache_timeout,
            secs(1)..=secs(86400),
            "1s to 1d",
        );
    }
}

fn identity_fault(template: &str, several_clients: bool) -> Option<&'static str> {
    let rest = template.replace("{client}", "").replace("{service_id}", "");
    if !template.contains("{service_id}") {
        return Some("must contain {service_id}, or two services would share one S3 user");
    }
    if several_clients && !template.contains("{client}") {
        return Some(
            "must contain {client} when there are several clients, or their services would share S3 users",
        );
    }
    let before = template.split("{service_id}").next().unwrap_or_default();
    if before.ends_with("{client}") || before.ends_with(|c: char| c.is_ascii_digit()) {
        return Some(
            "needs something other than a digit before {service_id}, or client a1 with service 2 and client a with service 12 could share an S3 user",
        );
    }
    if rest.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some("must be in lower case, because clusters may change capitals");
    }
    if rest.contains(['{', '}']) {
        return Some("knows no other placeholders than {client} and {service_id}");
    }
    if rest.matches('@').count() != 1 || !rest.bytes().all(|b| b.is_ascii_graphic()) {
        return Some("must be an e-mail address in ASCII without spaces");
    }
    None
}

/// Collects sentences that name key and variable.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn add(&mut self, key: &str, what: &str) {
        self.0.push(format!("`{key}` ({}) {what}", variable(key)));
    }

    fn within<T: PartialOrd>(
        &mut self,
        key: &str,
        value: &T,
        range: std::ops::RangeInclusive<T>,
        words: &str,
    ) {
        if !range.contains(value) {
            self.add(key, &format!("must be within {words}"));
        }
    }

    /// Names become part of tokens, environment variables and S3 user addresses.
    fn name(&mut self, key: &str, name: &str) {
        let good = name.len() <= 32
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_');
        if !good {
            self.add(key, "must be named with a lower-case letter followed by lower-case letters, digits, - or _, 32 at most");
        }
    }
}
