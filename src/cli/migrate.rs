//! `migrate`: the ledger's schema, and moving it from a file to a server.

use anyhow::{Context, bail};
use secrecy::SecretString;

use crate::clock::Clock;
use crate::ledger::Ledger;

use super::progress::Bar;

/// Bring the ledger's schema up to date.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ostor-bridge migrate --config /etc/ostor-bridge/config.toml\n  ostor-bridge migrate --copy-from sqlite:/var/lib/ostor-bridge/ledger.db\n\nOver a file `serve` does the same when it starts; on a server of MariaDB or MySQL it is done by this\ncommand only, and replicas that are running do not mind. Nothing happens when the schema is up to\ndate."
)]
pub(super) struct Options {
    #[command(flatten)]
    config: super::ConfigOption,
    /// Then copy every row of this ledger, a file that no service uses, into database.url, a server that holds none yet.
    #[arg(long, value_name = "URL")]
    copy_from: Option<String>,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let database = options.config.load()?.database;
    let ledger = Ledger::open(&database.url, database.limits(), Clock::default()).await?;
    ledger.migrate().await?;
    println!("the ledger's schema is up to date");
    if let Some(from) = options.copy_from {
        copy(&from.into(), &ledger).await?;
    }
    ledger.close().await;
    Ok(())
}

async fn copy(from: &SecretString, to: &Ledger) -> anyhow::Result<()> {
    if let Some(place) = Ledger::missing(from)? {
        bail!("there is no ledger at {}", place.display());
    }
    let Some(_claim) = Ledger::claim(from)? else {
        bail!(
            "--copy-from names the file of a ledger, such as sqlite:/var/lib/ostor-bridge/ledger.db"
        );
    };
    let source = Ledger::open(from, crate::ledger::Limits::default(), Clock::default()).await?;
    source.migrate().await?;
    let bar = Bar::new("rows copied".to_owned());
    let progress = |done, total| bar.done_of(done, total);
    let rows = to.copy_from(&source, &progress).await;
    let rows = rows.context("the ledger was not copied")?;
    source.close().await;
    println!(
        "{rows} rows copied; put database.url of every process on the new ledger before it is started again"
    );
    Ok(())
}
