//! `accounts`: the services of WHMCS as the ledger has them, where they disagree with a cluster, and moving in.

mod adopt;
mod drift;
mod list;
mod show;
mod table_file;

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};

use crate::app::Services;
use crate::config::Config;
use crate::lifecycle;

/// List accounts, find and repair disagreements, adopt S3 users.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge accounts list\n  ostor-bridge accounts show 42 --cluster eu1\n  ostor-bridge accounts drift --services services.csv\n  ostor-bridge accounts adopt --services services.csv --apply\n\nWorks with and without a running service. What is changed is on record, with the name of who did it."
)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command takes.
#[derive(Args, Debug)]
struct Common {
    /// The cluster, as in [clusters.NAME]; not needed where there is one only.
    #[arg(long, value_name = "NAME", global = true)]
    cluster: Option<String>,
    /// The WHMCS installation, as in [clients.NAME]; not needed where there is one only.
    #[arg(long, value_name = "NAME", global = true)]
    client: Option<String>,
    #[command(flatten)]
    config: super::ConfigOption,
    /// Print JSON for programs.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Options),
    Show(show::Options),
    Drift(drift::Options),
    Adopt(adopt::Options),
}

/// What the commands work with.
struct Place {
    services: Services,
    cluster: String,
    client: String,
    /// Who works, for the record.
    actor: String,
    json: bool,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let Options { command, common } = options;
    let place = common.open().await?;
    let done = match command {
        Command::List(command) => command.run(&place).await,
        Command::Show(command) => command.run(&place).await,
        Command::Drift(command) => command.run(&place).await,
        Command::Adopt(command) => command.run(&place).await,
    };
    place.services.ledger.close().await;
    // The sentence is whole; the causes behind it would only say it again.
    done.map_err(|error| match error.downcast::<lifecycle::Error>() {
        Ok(error) => anyhow!(error.to_string()),
        Err(error) => error,
    })
}

impl Common {
    async fn open(&self) -> anyhow::Result<Place> {
        let config: Config = self.config.load()?;
        let cluster = one(self.cluster.as_ref(), config.clusters.keys(), "cluster")?;
        let client = one(self.client.as_ref(), config.clients.keys(), "client")?;
        let mut services = super::existing(config).await?;
        services.ledger = services.ledger.beside_a_service();
        let person = ["SUDO_USER", "USER", "LOGNAME"];
        let actor = person.into_iter().find_map(|name| std::env::var(name).ok());
        Ok(Place {
            services,
            cluster,
            client,
            actor: actor.unwrap_or_else(|| "operator".to_owned()),
            json: self.json,
        })
    }
}

/// The one that is named, or the only one there is.
fn one<'a>(
    named: Option<&String>,
    all: impl Iterator<Item = &'a String>,
    what: &str,
) -> anyhow::Result<String> {
    let all: Vec<&String> = all.collect();
    let configured = || {
        let names: Vec<&str> = all.iter().map(|name| name.as_str()).collect();
        names.join(", ")
    };
    match (named, &all[..]) {
        (Some(name), all) if all.contains(&name) => Ok(name.clone()),
        (Some(name), _) => bail!("there is no {what} `{name}`; configured: {}", configured()),
        (None, [only]) => Ok((*only).clone()),
        (None, _) => bail!("name a {what} with --{what}; configured: {}", configured()),
    }
}

impl Place {
    /// A call about a service of this installation.
    fn call(&self, service_id: i64) -> lifecycle::ServiceCall {
        lifecycle::ServiceCall {
            service: crate::ledger::ServiceKey {
                client: self.client.clone(),
                cluster: self.cluster.clone(),
                service_id,
            },
            user_id: None,
            request_id: uuid::Uuid::new_v4().simple().to_string(),
        }
    }
}

/// Reads a file whose path the command line gives.
fn read(path: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}
