//! The log, lines on standard error, and traces for a collector. What is logged is decided where it happens; here
//! only how.

mod traces;

use std::io::IsTerminal;

use tracing_subscriber::filter::{FilterExt, LevelFilter, dynamic_filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::config::{self, LogFormat};

pub use traces::{Error, PROBES, continue_trace};

/// Name of the variable that chooses what is logged, in `tracing`'s directive syntax.
pub const VARIABLE: &str = "OSTOR_BRIDGE_LOG";

type AnyLayer<S> = Box<dyn Layer<S> + Send + Sync>;

/// Starts the log at `default` unless `OSTOR_BRIDGE_LOG` says otherwise.
pub fn init(default: LevelFilter) {
    tracing_subscriber::registry()
        .with(log(LogFormat::Text, default))
        .init();
}

/// What a service needs to end in order.
#[derive(Debug)]
pub struct Telemetry {
    traces: Option<traces::Sending>,
}

impl Telemetry {
    /// Starts the log of a service, and its traces if they are wanted. Within a runtime.
    ///
    /// # Errors
    /// [`Error`] when traces cannot be sent at all; a collector that does not answer is none.
    pub fn start(log_settings: config::Log, traces: &config::Telemetry) -> Result<Self, Error> {
        let mut layers: Vec<AnyLayer<Registry>> = vec![log(log_settings.format, LevelFilter::INFO)];
        let traces = match &traces.otlp_endpoint {
            None => None,
            Some(endpoint) => {
                let (sending, layer) = traces::start(endpoint)?;
                layers.push(layer);
                Some(sending)
            }
        };
        tracing_subscriber::registry().with(layers).init();
        Ok(Self { traces })
    }

    /// Sends what waits to be sent.
    pub async fn stop(self) {
        if let Some(traces) = self.traces {
            traces.stop().await;
        }
    }
}

fn log(format: LogFormat, default: LevelFilter) -> AnyLayer<Registry> {
    // The simulator's S3 library reports every refusal as an error of its own.
    let directives = std::env::var(VARIABLE).unwrap_or_else(|_| format!("{default},s3s=off"));
    let filter = EnvFilter::builder().parse_lossy(directives);
    // Asked anew for each span. An answer that is remembered would leave what the library noted on this thread about another one:
    // where somebody only asked whether a line is wanted, as sqlx does, the next span, and with it a request's id, was missing.
    let filter = filter.and(dynamic_filter_fn(|_, _| true).with_max_level_hint(LevelFilter::TRACE));
    let colours = std::io::stderr().is_terminal();
    Box::new(lines(format, std::io::stderr, colours).with_filter(filter))
}

/// Writes events as lines to `writer`.
pub fn lines<S, W>(format: LogFormat, writer: W, colours: bool) -> AnyLayer<S>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    match format {
        LogFormat::Text => Box::new(lines.with_ansi(colours)),
        LogFormat::Json => Box::new(
            lines
                .with_ansi(false)
                .json()
                .flatten_event(true)
                .with_current_span(false),
        ),
    }
}
