//! The commands: words for operators, exit codes, and nothing that the service does not know.

mod accounts;
mod completions;
mod demo;
mod doctor;
mod healthcheck;
mod jobs;
mod man;
mod migrate;
mod output;
mod progress;
mod s3_admin;
mod serve;
mod simulate;
mod table;
mod target;
mod token;
mod usage;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tracing_subscriber::filter::LevelFilter;

use crate::app::Services;
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::ledger::Ledger;
use crate::telemetry;

/// Sells S3 storage of Virtuozzo Hybrid Infrastructure clusters through WHMCS.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Try it without any set-up:\n  ostor-bridge demo\n\nThe log goes to standard error; OSTOR_BRIDGE_LOG=debug shows more of it."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Options),
    Demo(demo::Options),
    Doctor(doctor::Options),
    Simulate(simulate::Options),
    Usage(usage::Options),
    Jobs(jobs::Options),
    Accounts(accounts::Options),
    S3Admin(s3_admin::Options),
    Token(token::Options),
    Migrate(migrate::Options),
    Healthcheck(healthcheck::Options),
    Completions(completions::Options),
    Man(man::Options),
}

/// Where the settings come from.
#[derive(Args, Debug)]
struct ConfigOption {
    /// Configuration file in TOML; the environment (OSTOR_BRIDGE__SECTION__KEY) goes over it.
    #[arg(long, value_name = "FILE", env = "OSTOR_BRIDGE_CONFIG", global = true)]
    config: Option<PathBuf>,
}

impl ConfigOption {
    fn load(&self) -> anyhow::Result<Config> {
        Ok(self.read()?)
    }

    fn read(&self) -> Result<Config, config::Error> {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        Config::load(self.config.as_deref(), variables)
    }
}

/// The collaborators over a ledger that is there already: a new one knows neither services nor usage.
async fn existing(config: Config) -> anyhow::Result<Services> {
    if let Some(place) = Ledger::missing(&config.database.url)? {
        bail!(
            "there is no ledger at {}; check database.url, which begins at the current folder when it is relative, or make a new one with `ostor-bridge migrate`",
            place.display()
        );
    }
    Ok(Services::build(config, Clock::default()).await?)
}

/// Runs the command of the command line; errors go to standard error as a chain of causes.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let level = match cli.command {
        // Its settings say how it logs.
        Command::Serve(_) => None,
        Command::Simulate(_) => Some(LevelFilter::INFO),
        // Their output is for people to read; the log only disturbs.
        Command::Demo(_)
        | Command::Doctor(_)
        | Command::Usage(_)
        | Command::Jobs(_)
        | Command::Accounts(_)
        | Command::S3Admin(_)
        | Command::Token(_)
        | Command::Migrate(_)
        | Command::Healthcheck(_)
        | Command::Completions(_)
        | Command::Man(_) => Some(LevelFilter::ERROR),
    };
    if let Some(level) = level {
        telemetry::init(level);
    }
    match run(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new().context("the runtime could not be started")?;
    runtime.block_on(async {
        match command {
            Command::Serve(options) => serve::run(options).await,
            Command::Demo(options) => demo::run(options).await,
            Command::Doctor(options) => doctor::run(options).await,
            Command::Simulate(options) => simulate::run(options).await,
            Command::Usage(options) => usage::run(options).await,
            Command::Jobs(options) => jobs::run(options).await,
            Command::Accounts(options) => accounts::run(options).await,
            Command::S3Admin(options) => s3_admin::run(options).await,
            Command::Token(options) => token::run(options),
            Command::Migrate(options) => migrate::run(options).await,
            Command::Healthcheck(options) => healthcheck::run(options).await,
            Command::Completions(options) => completions::run(&options),
            Command::Man(options) => man::run(&options),
        }
    })
}

/// The signals that tell the process to end: SIGTERM, and SIGINT from a terminal.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// From now on the signals are awaited and no longer end the process by themselves.
    fn listen() -> anyhow::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate()).context("SIGTERM cannot be awaited")?,
            interrupt: signal(SignalKind::interrupt()).context("SIGINT cannot be awaited")?,
        })
    }

    /// Returns at the next signal.
    async fn told(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    /// Every command below `command` has an example of how it is called.
    fn check_examples(command: &clap::Command, called: &str) {
        for command in command.get_subcommands() {
            let called = format!("{called} {}", command.get_name());
            let help = command.get_after_help().map(ToString::to_string);
            assert!(
                help.is_some_and(|help| help.contains(&called)),
                "{called} has no example in its help"
            );
            check_examples(command, &called);
        }
    }

    #[test]
    fn the_command_line_is_sound_and_every_command_has_an_example() {
        super::Cli::command().debug_assert();
        check_examples(&super::Cli::command(), "ostor-bridge");
    }
}
