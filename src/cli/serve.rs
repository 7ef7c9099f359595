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
    after_help = "Example:\n  ostor-bridge serve --config /etc/ostor-bridge/config.toml\n\nPrints `listening on ADDRESS` when ready. At SIGTERM /readyz says so for server.drain_delay, then\ncalls under way finish; a second SIGTERM ends at once. Settings are read once, at the start. Any\nnumber of processes may serve over one ledger in MariaDB or MySQL."
)]
pub(super) struct Options {
    #[command(flatten)]
    config: super::ConfigOption,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options.config.load()?;
    let telemetry = Telemetry::start(config.log, &config.telemetry)?;
    let _alone = Ledger::claim(&config.database.url)?;
    let drain_delay = config.server.drain_delay;
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
    running.drain();
    let ending = async {
        // Another replica does the jobs meanwhile.
        tokio::join!(jobs.stop(), tokio::time::sleep(drain_delay));
        running.stop().await;
    };
    tokio::select! {
        () = ending => {}
        () = stop.told() => bail!(
            "ended at once by a second signal; calls that were under way are completed by their repetition"
        ),
    }
    ledger.close().await;
    tracing::info!("stopped");
    telemetry.stop().await;
    Ok(())
}
