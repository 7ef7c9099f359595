//! The log: lines on standard error. What is logged is decided where it happens; here only how.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Name of the variable that chooses what is logged, in `tracing`'s directive syntax.
pub const VARIABLE: &str = "OSTOR_BRIDGE_LOG";

/// Starts the log at `default` unless `OSTOR_BRIDGE_LOG` says otherwise.
pub fn init(default: LevelFilter) {
    // The simulator's S3 library reports every refusal as an error of its own.
    let directives = std::env::var(VARIABLE).unwrap_or_else(|_| format!("{default},s3s=off"));
    let filter = EnvFilter::builder().parse_lossy(directives);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
}
