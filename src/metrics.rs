//! Figures of what the service does, counted where it happens and read by Prometheus.
//!
//! Each service has figures of its own: nothing here is global. Labels come from small fixed sets (clusters of the
//! configuration, methods, kinds of calls, reasons, jobs); nothing that a caller or a gateway makes up becomes one, and no
//! customer either. What stands in the ledger is read when somebody asks, in `http::metrics`.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Upper ends of the classes in which durations are counted, in seconds.
type Classes = &'static [f64];

const OF_CALLS: Classes = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0,
];
const OF_REQUESTS: Classes = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0,
];
const OF_JOBS: Classes = &[0.1, 1.0, 5.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0];

/// The figures of one service; clones count into the same ones.
#[derive(Clone)]
pub struct Metrics(Arc<Figures>);

struct Figures {
    registry: Registry,
    rpc_calls: Family<RpcOutcome, Counter>,
    rpc_duration: Family<Rpc, Histogram, Durations>,
    http_responses: Family<HttpResponse, Counter>,
    refused_tokens: Family<RefusedToken, Counter>,
    gateway_requests: Family<GatewayOutcome, Counter>,
    gateway_duration: Family<Gateway, Histogram, Durations>,
    gateway_retries: Family<Gateway, Counter>,
    gateway_full: Family<Cluster, Counter>,
    job_runs: Family<JobOutcome, Counter>,
    job_duration: Family<Job, Histogram, Durations>,
    job_success: Family<Job, Gauge<f64, AtomicU64>>,
    statistics_due: Family<Cluster, Gauge>,
    statistics_done: Family<Cluster, Gauge>,
    purge_attempts: Family<PurgeOutcome, Counter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Rpc {
    method: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RpcOutcome {
    method: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HttpResponse {
    path: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusedToken {
    reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cluster {
    cluster: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Gateway {
    cluster: String,
    call: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct GatewayOutcome {
    cluster: String,
    call: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Job {
    kind: &'static str,
    cluster: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct JobOutcome {
    kind: &'static str,
    cluster: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct PurgeOutcome {
    cluster: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// How a run of a job ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ran {
    /// It did what there was to do.
    Success,
    /// It could not, or not all of it.
    Failed,
    /// Another process does it.
    Elsewhere,
}

impl Ran {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// One attempt of a call to a gateway.
#[derive(Clone, Copy, Debug)]
pub struct GatewayRequest<'a> {
    /// Name of the cluster.
    pub cluster: &'a str,
    /// Verb, service and action.
    pub call: &'a str,
    /// 1 for the first.
    pub attempt: u32,
    /// `success` or the kind of error.
    pub outcome: &'static str,
    /// From sending to the last byte.
    pub took: Duration,
}

impl Metrics {
    /// A call of the interface was answered: `outcome` is `success` or the reason word.
    pub fn rpc_call(&self, method: &'static str, outcome: &'static str, took: Duration) {
        let labels = RpcOutcome { method, outcome };
        self.0.rpc_calls.get_or_create(&labels).inc();
        let duration = self.0.rpc_duration.get_or_create(&Rpc { method });
        duration.observe(took.as_secs_f64());
    }

    /// An HTTP request was answered; `path` is one of ours.
    pub fn http_response(&self, path: &'static str, status: u16) {
        let labels = HttpResponse { path, status };
        self.0.http_responses.get_or_create(&labels).inc();
    }

    /// A token was refused; `why` in words of the log.
    pub fn refused_token(&self, why: &'static str) {
        let reason = why.replace(' ', "_");
        let refused = &self.0.refused_tokens;
        refused.get_or_create(&RefusedToken { reason }).inc();
    }

    /// A gateway was asked.
    pub fn gateway_request(&self, request: GatewayRequest<'_>) {
        let (cluster, call) = (request.cluster.to_owned(), request.call.to_owned());
        let labels = Gateway { cluster, call };
        let duration = self.0.gateway_duration.get_or_create(&labels);
        duration.observe(request.took.as_secs_f64());
        if request.attempt > 1 {
            self.0.gateway_retries.get_or_create(&labels).inc();
        }
        let Gateway { cluster, call } = labels;
        let outcome = GatewayOutcome {
            cluster,
            call,
            outcome: request.outcome,
        };
        self.0.gateway_requests.get_or_create(&outcome).inc();
    }

    /// A call found all parallel calls to its cluster taken until it gave up.
    pub fn gateway_full(&self, cluster: &str) {
        let cluster = cluster.to_owned();
        self.0
            .gateway_full
            .get_or_create(&Cluster { cluster })
            .inc();
    }

    /// A run of a kind of job ended at `now`. The label is not `job`: that one is Prometheus' own.
    pub fn job_ran(
        &self,
        kind: &'static str,
        cluster: &str,
        ran: Ran,
        took: Duration,
        now: Timestamp,
    ) {
        let cluster = cluster.to_owned();
        let outcome = JobOutcome {
            kind,
            cluster: cluster.clone(),
            outcome: ran.as_str(),
        };
        self.0.job_runs.get_or_create(&outcome).inc();
        let labels = Job { kind, cluster };
        let duration = self.0.job_duration.get_or_create(&labels);
        duration.observe(took.as_secs_f64());
        if ran == Ran::Success {
            self.0.job_success.get_or_create(&labels).set(seconds(now));
        }
    }

    /// How far a run over the statistics of a cluster has come: objects dealt with, of those that are settled.
    pub fn statistics(&self, cluster: &str, done: usize, due: usize) {
        let labels = Cluster {
            cluster: cluster.to_owned(),
        };
        for (family, objects) in [
            (&self.0.statistics_done, done),
            (&self.0.statistics_due, due),
        ] {
            let objects = i64::try_from(objects).unwrap_or(i64::MAX);
            family.get_or_create(&labels).set(objects);
        }
    }

    /// An attempt at a termination ended.
    pub fn purge_attempt(&self, cluster: &str, outcome: &'static str) {
        let cluster = cluster.to_owned();
        let labels = PurgeOutcome { cluster, outcome };
        self.0.purge_attempts.get_or_create(&labels).inc();
    }

    /// All of them in Prometheus' text format, version 0.0.4.
    ///
    /// # Errors
    /// None in practice: text grows without failing.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.0.registry)?;
        Ok(text)
    }
}

/// A time as Prometheus counts: seconds since 1970 with fractions.
pub fn seconds(time: Timestamp) -> f64 {
    time.as_duration().as_secs_f64()
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let mut figures = Figures {
            registry: Registry::with_prefix("ostor_bridge"),
            rpc_calls: Family::default(),
            rpc_duration: Family::new_with_constructor(Durations(OF_CALLS)),
            http_responses: Family::default(),
            refused_tokens: Family::default(),
            gateway_requests: Family::default(),
            gateway_duration: Family::new_with_constructor(Durations(OF_REQUESTS)),
            gateway_retries: Family::default(),
            gateway_full: Family::default(),
            job_runs: Family::default(),
            job_duration: Family::new_with_constructor(Durations(OF_JOBS)),
            job_success: Family::default(),
            statistics_due: Family::default(),
            statistics_done: Family::default(),
            purge_attempts: Family::default(),
        };
        figures.register();
        Self(Arc::new(figures))
    }
}

impl Figures {
    /// Names and meaning of all; `docs/observability/README.md` has the same table.
    fn register(&mut self) {
        let build: Family<Build, Gauge> = Family::default();
        let version = env!("CARGO_PKG_VERSION");
        build.get_or_create(&Build { version }).set(1);
        let registry = &mut self.registry;
        registry.register("build_info", "Version of the program; always 1", build);
        registry.register(
            "rpc_calls",
            "JSON-RPC calls by method and outcome",
            self.rpc_calls.clone(),
        );
        registry.register(
            "rpc_call_duration_seconds",
            "Time from a call's start to its result",
            self.rpc_duration.clone(),
        );
        registry.register(
            "http_responses",
            "HTTP answers by path and status",
            self.http_responses.clone(),
        );
        registry.register(
            "refused_tokens",
            "Requests whose token did not hold",
            self.refused_tokens.clone(),
        );
        registry.register(
            "gateway_requests",
            "Attempts of calls to gateways by outcome",
            self.gateway_requests.clone(),
        );
        registry.register(
            "gateway_request_duration_seconds",
            "Time of an attempt from sending to the last byte",
            self.gateway_duration.clone(),
        );
        registry.register(
            "gateway_retries",
            "Attempts after the first",
            self.gateway_retries.clone(),
        );
        registry.register(
            "gateway_full",
            "Calls that gave up because all parallel calls were taken",
            self.gateway_full.clone(),
        );
        registry.register(
            "job_runs",
            "Runs of background jobs by outcome",
            self.job_runs.clone(),
        );
        registry.register(
            "job_duration_seconds",
            "Time of a run of a background job",
            self.job_duration.clone(),
        );
        registry.register(
            "job_last_success_timestamp_seconds",
            "End of the last run that succeeded",
            self.job_success.clone(),
        );
        registry.register(
            "statistics_objects_due",
            "Settled statistics objects found by the last run",
            self.statistics_due.clone(),
        );
        registry.register(
            "statistics_objects_done",
            "Those of them dealt with",
            self.statistics_done.clone(),
        );
        registry.register(
            "purge_attempts",
            "Attempts at terminations by outcome",
            self.purge_attempts.clone(),
        );
    }
}

/// Makes the histograms of a family.
#[derive(Clone)]
struct Durations(Classes);

impl MetricConstructor<Histogram> for Durations {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_services_count_apart_and_clones_together() {
        let (one, other) = (Metrics::default(), Metrics::default());
        one.clone().gateway_full("eu1");
        one.gateway_full("eu1");
        let line = "ostor_bridge_gateway_full_total{cluster=\"eu1\"} 2\n";
        assert!(one.encode().expect("text").contains(line));
        assert!(!other.encode().expect("text").contains("gateway_full"));
    }

    #[test]
    fn only_a_success_moves_the_time_of_the_last_one() {
        let metrics = Metrics::default();
        let at = |second| Timestamp::from_second(second).expect("a time");
        let took = Duration::from_secs(2);
        metrics.job_ran("collect", "eu1", Ran::Success, took, at(1000));
        metrics.job_ran("collect", "eu1", Ran::Failed, took, at(2000));
        metrics.job_ran("collect", "eu1", Ran::Elsewhere, took, at(3000));
        let text = metrics.encode().expect("text");
        for line in [
            "ostor_bridge_job_last_success_timestamp_seconds{kind=\"collect\",cluster=\"eu1\"} 1000.0\n",
            "ostor_bridge_job_duration_seconds_count{kind=\"collect\",cluster=\"eu1\"} 3\n",
            "ostor_bridge_job_runs_total{kind=\"collect\",cluster=\"eu1\",outcome=\"failed\"} 1\n",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
    }
}
