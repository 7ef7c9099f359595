//! `usage`: metering by hand, also beside a running service.

mod collect;
mod export;
mod rebuild;
mod report;
mod report_figures;
mod report_text;

use std::time::Duration;

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::ledger::{self, Turn};

use super::target::Target;

/// Collect usage, report it, count it again, export it.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge usage collect --config /etc/ostor-bridge/config.toml\n  ostor-bridge usage report --month 2026-11 --timezone Europe/Berlin\n\nWorks beside a running service. Run it as the service's user: files that it makes beside the\nledger must stay writable for the service."
)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Collect(collect::Options),
    Report(report::Options),
    Rebuild(rebuild::Options),
    Export(export::Options),
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    match options.command {
        Command::Collect(options) => collect::run(options).await,
        Command::Report(options) => report::run(options).await,
        Command::Rebuild(options) => rebuild::run(options).await,
        Command::Export(options) => export::run(options).await,
    }
}

/// How long a turn may take that is just being given back.
const MOMENT: Duration = Duration::from_millis(500);

/// Says so when another run on the cluster has to be waited for: when the turn that was asked for did not come in a
/// [`MOMENT`].
fn announce_waiting(cluster: &str, turn: Result<Option<Turn>, ledger::Error>) {
    // A failure to look comes again, and is told, when the run takes its turn.
    if let Ok(None) = turn {
        eprintln!("cluster {cluster}: another run of metering is under way; waiting for its end");
    }
}

/// What a run came to, cluster by cluster.
#[derive(Serialize)]
struct PerCluster<'a, T> {
    clusters: &'a [T],
}

/// `1 bucket`, `2 buckets`.
fn count(number: impl Into<u64>, what: &str) -> String {
    match number.into() {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}
