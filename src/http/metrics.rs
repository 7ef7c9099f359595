//! `GET /metrics`: what was counted, and what stands in the ledger and of the process at this moment. It holds no secret
//! and no customer, so it needs no token.

use std::fmt;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::registry::Registry;

use crate::app::Services;
use crate::ledger::{self, JobState};
use crate::metrics::seconds;

/// Longest time the ledger gets to answer; Prometheus waits ten seconds for all.
const PATIENCE: Duration = Duration::from_secs(5);

/// Counts every answer.
pub(super) async fn count<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let services = request.app_data::<web::Data<Services>>().cloned();
    let response = next.call(request).await?;
    if let Some(services) = services {
        // Paths that are not ours are whatever callers make up.
        let path = match response.request().path() {
            "/rpc" => "/rpc",
            "/healthz" => "/healthz",
            "/readyz" => "/readyz",
            "/metrics" => "/metrics",
            "/openrpc.json" => "/openrpc.json",
            _ => "other",
        };
        let status = response.status().as_u16();
        services.metrics.http_response(path, status);
    }
    Ok(response)
}

/// `GET /metrics`.
pub(super) async fn metrics(services: web::Data<Services>) -> HttpResponse {
    match text(&services).await {
        Ok(text) => HttpResponse::Ok()
            .content_type(prometheus_text::CONTENT_TYPE)
            .body(text),
        Err(fmt::Error) => HttpResponse::InternalServerError().finish(),
    }
}

async fn text(services: &Services) -> Result<String, fmt::Error> {
    let mut text = services.metrics.encode()?;
    let mut now = Registry::default();
    register_process(&mut now);
    let up = match tokio::time::timeout(PATIENCE, of_ledger(services)).await {
        Ok(Ok(figures)) => {
            figures.register(&mut now);
            true
        }
        Ok(Err(error)) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(error, "the ledger's figures are missing from the metrics");
            false
        }
        Err(_) => {
            tracing::warn!("the ledger's figures are missing from the metrics: no answer in time");
            false
        }
    };
    now.register(
        "ostor_bridge_ledger_up",
        "Whether the ledger answered: 1 or 0; without an answer its figures are absent",
        ConstGauge::new(i64::from(up)),
    );
    prometheus_text::encode(&mut text, &now)?;
    Ok(text)
}

type Labels = Vec<(&'static str, String)>;

/// What the ledger knows, by cluster, and how this process stands to it.
#[derive(Default)]
struct LedgerFigures {
    traffic_lag: Family<Labels, Gauge<f64, AtomicU64>>,
    sizes_lag: Family<Labels, Gauge<f64, AtomicU64>>,
    problems: Family<Labels, Gauge>,
    jobs: Family<Labels, Gauge>,
    leads: Family<Labels, Gauge>,
    connections: Family<Labels, Gauge>,
}

async fn of_ledger(services: &Services) -> Result<LedgerFigures, ledger::Error> {
    let figures = LedgerFigures::default();
    let now = services.clock.now();
    let connections = services.ledger.connections();
    for (state, count) in [
        ("used", connections.open.saturating_sub(connections.idle)),
        ("idle", connections.idle),
        ("most", connections.most),
    ] {
        let labels = vec![("state", state.to_owned())];
        let gauge = figures.connections.get_or_create(&labels);
        gauge.set(count.into());
    }
    for cluster in services.clusters.keys() {
        let labels: Labels = vec![("cluster", cluster.clone())];
        let standing = services.ledger.standing(cluster).await?;
        for (family, since) in [
            (&figures.traffic_lag, standing.complete_until),
            (&figures.sizes_lag, standing.sampled_at),
        ] {
            if let Some(Ok(since)) = since.map(Timestamp::from_second) {
                let lag = seconds(now) - seconds(since);
                family.get_or_create(&labels).set(lag);
            }
        }
        let leads = services.ledger.leads(cluster);
        figures.leads.get_or_create(&labels).set(leads.into());
        let waiting = services.ledger.waiting(cluster).await?;
        let problems = figures.problems.get_or_create(&labels);
        problems.set(waiting.problems);
        for state in JobState::ALL.into_iter().filter(|state| state.is_open()) {
            let jobs = waiting.jobs.iter().find(|(one, _)| *one == state);
            let mut labels = labels.clone();
            labels.push(("state", state.as_str().to_owned()));
            let count = figures.jobs.get_or_create(&labels);
            count.set(jobs.map_or(0, |(_, count)| *count));
        }
    }
    Ok(figures)
}

impl LedgerFigures {
    fn register(self, registry: &mut Registry) {
        registry.register(
            "ostor_bridge_traffic_lag_seconds",
            "Age of the moment up to which traffic is counted completely; absent until there is one",
            self.traffic_lag,
        );
        registry.register(
            "ostor_bridge_sizes_lag_seconds",
            "Age of the last reading of bucket sizes; absent until there is one",
            self.sizes_lag,
        );
        registry.register(
            "ostor_bridge_statistics_problems",
            "Statistics objects that could not be counted and wait for somebody",
            self.problems,
        );
        registry.register(
            "ostor_bridge_purge_jobs",
            "Terminations that have not ended, by state",
            self.jobs,
        );
        registry.register(
            "ostor_bridge_leads",
            "Whether this process does the cluster's jobs: 1 or 0; of all replicas on a ledger one does",
            self.leads,
        );
        registry.register(
            "ostor_bridge_ledger_connections",
            "Connections of this process to the database that are used and idle, and the most it may have",
            self.connections,
        );
    }
}

/// What every program tells of itself, as far as Linux tells it.
fn register_process(registry: &mut Registry) {
    let cpu = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    // Both are small and positive.
    let cpu = cpu.tv_sec as f64 + cpu.tv_nsec as f64 / 1e9;
    registry.register(
        "process_cpu_seconds",
        "Processor time used",
        ConstCounter::new(cpu),
    );
    if let Some(bytes) = resident_bytes() {
        registry.register(
            "process_resident_memory_bytes",
            "Memory in use",
            ConstGauge::new(bytes),
        );
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        // One of them lists the others.
        let open = i64::try_from(open.count()).unwrap_or(i64::MAX) - 1;
        registry.register(
            "process_open_fds",
            "Open files and connections",
            ConstGauge::new(open),
        );
    }
    let most = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    if let Some(most) = most.and_then(|most| i64::try_from(most).ok()) {
        registry.register(
            "process_max_fds",
            "Most files and connections that may be open",
            ConstGauge::new(most),
        );
    }
}

fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes * 1024)
}
