//! `jobs`: terminations that take time, also beside a running service.

mod run;
mod show;

use anyhow::{anyhow, bail};
use clap::{Args, Subcommand};

use crate::admin::{Actor, Desk};
use crate::app::Services;

use super::target::Target;

/// Terminations that take time: list them, look at one, retry, cancel, work them off.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge jobs list\n  ostor-bridge jobs show 17\n  ostor-bridge jobs retry 17\n  ostor-bridge jobs run --cluster eu1\n\nWorks with and without a running service. Run it as the service's user: files that it makes beside the\nledger must stay writable for the service."
)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(show::List),
    Show(show::Show),
    Retry(show::Retry),
    Cancel(show::Cancel),
    Run(run::Options),
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    match options.command {
        Command::List(options) => options.run().await,
        Command::Show(options) => options.run().await,
        Command::Retry(options) => options.run().await,
        Command::Cancel(options) => options.run().await,
        Command::Run(options) => run::run(options).await,
    }
}

/// Which job, and how it is told.
#[derive(Args, Debug)]
struct One {
    /// Number of the job, as `jobs list` shows it.
    #[arg(value_name = "JOB")]
    job: i64,
    #[command(flatten)]
    target: Target,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl One {
    /// The collaborators, and the cluster the job is on.
    async fn open(&self) -> anyhow::Result<(Services, String)> {
        let (services, clusters) = self.target.open().await?;
        for cluster in clusters {
            if services.ledger.job(&cluster, self.job).await?.is_some() {
                return Ok((services, cluster));
            }
        }
        bail!(
            "there is no job {}; `ostor-bridge jobs list` shows those there are",
            self.job
        )
    }
}

/// Who types.
fn actor() -> Actor {
    let person = ["SUDO_USER", "USER", "LOGNAME"];
    Actor {
        client: "jobs".to_owned(),
        name: person.into_iter().find_map(|name| std::env::var(name).ok()),
        request_id: uuid::Uuid::new_v4().simple().to_string(),
    }
}

fn desk<'a>(services: &'a Services, cluster: &str, actor: &'a Actor) -> anyhow::Result<Desk<'a>> {
    Desk::at(services, cluster, actor).map_err(plain)
}

/// The sentence is whole; the causes behind it would only say it again.
fn plain(error: crate::admin::Error) -> anyhow::Error {
    anyhow!(error.to_string())
}
