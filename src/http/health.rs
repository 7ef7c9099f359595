//! Whether the service is alive and whether it can work, for load balancers and people.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::app::Services;
use crate::lifecycle;

use super::versions::VERSION;

/// How long a look at the clusters is good for; asking more often costs them nothing.
const FRESH: Duration = Duration::from_secs(5);

/// Longest time a cluster gets to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Looks at everything the service needs, and remembers the last look.
#[derive(Debug)]
pub(super) struct Readiness {
    services: Arc<Services>,
    draining: AtomicBool,
    last: Mutex<Option<(Instant, Report)>>,
}

#[derive(Clone, Debug, Serialize)]
struct Report {
    ready: bool,
    ledger: &'static str,
    /// Whether the service is about to end and takes no more calls soon.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    draining: bool,
    clusters: BTreeMap<String, &'static str>,
}

/// `GET /healthz`: the process answers, and says of which version it is.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(serde_json::json!({ "status": "ok", "version": VERSION }))
}

/// `GET /readyz`: ledger and every cluster answer, and the service is not about to end. The cause of a failure is in the
/// log, not in the answer, which anyone may read. With `?for=balancer` clusters do not matter: a cluster that is down is
/// down for every replica, and calls for the others must still find one.
pub(super) async fn readyz(request: HttpRequest, readiness: web::Data<Readiness>) -> HttpResponse {
    let report = readiness.report().await;
    let ready = match request.query_string() {
        "for=balancer" => report.ledger == GOOD && !report.draining,
        _ => report.ready,
    };
    match ready {
        true => HttpResponse::Ok().json(report),
        false => HttpResponse::ServiceUnavailable().json(report),
    }
}

/// What is said of something that answers.
const GOOD: &str = "ok";

impl Readiness {
    pub fn new(services: Arc<Services>) -> Self {
        Self {
            services,
            draining: AtomicBool::new(false),
            last: Mutex::default(),
        }
    }

    /// From now on whoever asks is told that the service is about to end.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    async fn report(&self) -> Report {
        let mut report = self.last_look().await;
        report.draining = self.draining.load(Ordering::Relaxed);
        report.ready &= !report.draining;
        report
    }

    async fn last_look(&self) -> Report {
        let mut last = self.last.lock().await;
        if let Some((at, report)) = &*last
            && at.elapsed() < FRESH
        {
            return report.clone();
        }
        let report = look(&self.services).await;
        *last = Some((Instant::now(), report.clone()));
        report
    }
}

async fn look(services: &Services) -> Report {
    let ledger = services.ledger.ping().await;
    if let Err(error) = &ledger {
        let error: &(dyn std::error::Error + 'static) = error;
        tracing::warn!(error, "the ledger is not ready");
    }
    let checks = services.clusters.keys().map(|name| async move {
        let check = lifecycle::ping(services, name);
        let error = match tokio::time::timeout(PATIENCE, check).await {
            Ok(Ok(())) => return (name.clone(), true),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer in time".to_owned(),
        };
        tracing::warn!(cluster = %name, error, "a cluster is not ready");
        (name.clone(), false)
    });
    let clusters: BTreeMap<String, bool> = futures::future::join_all(checks)
        .await
        .into_iter()
        .collect();
    let word = |good: bool| if good { GOOD } else { "failing" };
    Report {
        ready: ledger.is_ok() && clusters.values().all(|good| *good),
        ledger: word(ledger.is_ok()),
        draining: false,
        clusters: clusters
            .into_iter()
            .map(|(name, good)| (name, word(good)))
            .collect(),
    }
}
