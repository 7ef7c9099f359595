//! The only place that builds: settings become the collaborators that everything else receives.

use std::collections::BTreeMap;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::ledger::{self, Ledger};
use crate::metrics::Metrics;
use crate::ostor;

/// What the endpoint, the lifecycle and the commands work with.
#[derive(Debug)]
pub struct Services {
    /// WHMCS installations by name.
    pub clients: BTreeMap<String, config::Client>,
    /// Storage clusters by name.
    pub clusters: BTreeMap<String, Cluster>,
    /// The ledger, with its schema up to date.
    pub ledger: Ledger,
    /// Settings of metering.
    pub usage: config::Usage,
    /// Settings of termination.
    pub terminate: config::Terminate,
    /// The time of day.
    pub clock: Clock,
    /// What is counted for Prometheus.
    pub metrics: Metrics,
}

/// One storage cluster: its settings and the way to talk to it.
#[derive(Debug)]
pub struct Cluster {
    /// The settings.
    pub settings: config::Cluster,
    /// The gateway.
    pub gateway: ostor::Client,
}

impl Cluster {
    /// Makes the client of a cluster; no call is made.
    ///
    /// # Errors
    /// [`ostor::Error::Settings`].
    pub fn new(
        name: &str,
        settings: config::Cluster,
        clock: &Clock,
        metrics: &Metrics,
    ) -> Result<Self, ostor::Error> {
        let gateway = ostor::Client::new(ostor::Settings {
            cluster: name.to_owned(),
            endpoint: settings.endpoint.clone(),
            access_key: settings.access_key.clone(),
            secret_key: settings.secret_key.clone(),
            signature: settings.signature,
            region: settings.region.clone(),
            timeout: settings.timeout,
            max_parallel: usize::try_from(settings.max_parallel).unwrap_or(usize::MAX),
            clock: clock.clone(),
            metrics: metrics.clone(),
        })?;
        Ok(Self { settings, gateway })
    }

    /// Whether it is the user with whose key the bridge works: ids of keys begin with their user's id.
    pub fn is_own(&self, user: &ostor::UserId) -> bool {
        self.settings.access_key.starts_with(user.as_str())
    }
}

/// Why the collaborators could not be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// A cluster's settings cannot be used.
    #[error(transparent)]
    Cluster(#[from] ostor::Error),
}

impl Services {
    /// Opens the ledger, makes sure of its schema and makes a client per cluster. No call is made to a gateway.
    ///
    /// # Errors
    /// [`Error`], each a sentence that names the setting.
    pub async fn build(config: Config, clock: Clock) -> Result<Self, Error> {
        let metrics = Metrics::default();
        let mut clusters = BTreeMap::new();
        for (name, settings) in config.clusters {
            let cluster = Cluster::new(&name, settings, &clock, &metrics)?;
            clusters.insert(name, cluster);
        }
        let ledger = Ledger::open(
            &config.database.url,
            config.database.limits(),
            clock.clone(),
        )
        .await?;
        ledger.prepare().await?;
        Ok(Self {
            clients: config.clients,
            clusters,
            ledger,
            usage: config.usage,
            terminate: config.terminate,
            clock,
            metrics,
        })
    }
}
