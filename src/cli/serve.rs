//! `serve`: the service.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context;

use crate::app::Services;
use crate::http;

/// Run the service.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge serve --config /etc/ostor-bridge/config.toml\n\nPrints `listening on ADDRESS` when ready. SIGTERM lets calls under way finish. Settings are\nread once, at the start."
)]
pub(super) struct Options {
    #[command(flatten)]
    config: super::ConfigOption,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options.config.load()?;
    let server = (config.server.listen, config.server.body_limit);
    let services = Arc::new(Services::build(config).await?);
    let ledger = services.ledger.clone();
    let running = http::start(services, server.0, server.1).with_context(|| {
        format!(
            "cannot listen on {}; set server.listen to a free address",
            server.0
        )
    })?;
    let mut out = std::io::stdout();
    writeln!(out, "listening on {}", running.addr())?;
    out.flush()?;
    super::told_to_stop().await?;
    tracing::info!("stopping; calls under way are finished first");
    running.stop().await;
    ledger.close().await;
    tracing::info!("stopped");
    Ok(())
}
