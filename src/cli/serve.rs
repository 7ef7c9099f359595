//! `serve`: the service.

use std::io::Write;
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::app::Services;
use crate::clock::Clock;
use crate::http;
use crate::jobs;
use crate::ledger::Ledger;
use crate::telemetry::Telemetry;

/// Run the service.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge serve --config /etc/ostor-bridge/config.toml\n\nPrints `listening on ADDRESS` when ready. SIGTERM lets calls under way finish, a second one\ndoes not. Settings are read once, at the start."
)]
pub(super) struct Options {
    #[command(flatten)]
    config: super::ConfigOption,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options.config.load()?;
    let telemetry = Telemetry::start(config.log, &config.telemetry)?;
    let _alone = Ledger::claim(&config.database.url)?;
    let server = (config.server.listen, config.server.body_limit);
    let services = Arc::new(Services::build(config, Clock::default()).await?);
    let ledger = services.ledger.clone();
    let running = http::start(Arc::clone(&services), server.0, server.1).with_context(|| {
        format!(
            "cannot listen on {}; set server.listen to a free address",
            server.0
        )
    })?;
    let jobs = jobs::start(&services);
    let mut stop = super::Stop::listen()?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", running.addr())?;
    out.flush()?;
    stop.told().await;
    tracing::info!("stopping; calls under way are finished first");
    tokio::select! {
        () = async { tokio::join!(jobs.stop(), running.stop()); } => {}
        () = stop.told() => bail!(
            "ended at once by a second signal; calls that were under way are completed by their repetition"
        ),
    }
    ledger.close().await;
    tracing::info!("stopped");
    telemetry.stop().await;
    Ok(())
}
