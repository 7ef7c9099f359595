//! `migrate`: the ledger's schema.

use crate::clock::Clock;
use crate::ledger::Ledger;

/// Bring the ledger's schema up to date.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge migrate --config /etc/ostor-bridge/config.toml\n\n`serve` does the same when it starts. Nothing happens when the schema is up to date."
)]
pub(super) struct Options {
    #[command(flatten)]
    config: super::ConfigOption,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options.config.load()?;
    let ledger = Ledger::open(
        &config.database.url,
        config.database.limits(),
        Clock::default(),
    )
    .await?;
    ledger.migrate().await?;
    ledger.close().await;
    println!("the ledger's schema is up to date");
    Ok(())
}
