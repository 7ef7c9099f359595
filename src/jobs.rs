//! What the service does by itself: collecting statistics, reading bucket sizes, and deleting what terminated customers
//! left, for each cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::app::Services;
use crate::metering::{self, Collected, Progress, SampleReport};
use crate::metrics::Ran;
use crate::purge::{self, Ended};

/// How often a long run says how far it has come.
const REPORT_EVERY: Duration = Duration::from_secs(10);

/// How soon a failed reading of bucket sizes is repeated: an hour without one is an hour not known exactly.
const RETRY: Duration = Duration::from_secs(60);

/// How often items that are no longer kept are dropped.
const DROP_EVERY: Duration = Duration::from_secs(86_400);

/// How soon the ledger is asked again who does a cluster's jobs, after it did not answer.
const AGREE_EVERY: Duration = Duration::from_secs(5);

/// How often the ledger is asked for terminations that are due.
const PURGE_EVERY: Duration = Duration::from_secs(2);

/// The jobs of a service; they end when this is dropped.
#[derive(Debug)]
pub struct Jobs {
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl Jobs {
    /// Ends the jobs between two steps. What a run has not done, the next one does.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Starts the jobs of all clusters; the first runs begin at once.
#[must_use]
pub fn start(services: &Arc<Services>) -> Jobs {
    let stop = CancellationToken::new();
    let mut tasks = JoinSet::new();
    for name in services.clusters.keys() {
        let (services, name, stop) = (Arc::clone(services), name.clone(), stop.clone());
        tasks.spawn(async move {
            stop.run_until_cancelled(lead(&services, &name)).await;
        });
    }
    Jobs { stop, tasks }
}

/// Does the jobs of a cluster while this process is the one that does them: of all replicas on a ledger one does.
async fn lead(services: &Services, cluster: &str) {
    loop {
        match services.ledger.lead(cluster).await {
            Ok(turn) => {
                if services.ledger.is_shared() {
                    tracing::info!(cluster, "this replica does the cluster's jobs from now on");
                }
                let jobs = [Job::Collect, Job::Sample, Job::Drop, Job::Purge];
                let jobs = jobs.map(|job| job.repeat(services, cluster));
                tokio::select! {
                    _ = futures::future::join_all(jobs) => {}
                    () = turn.lost() => {}
                }
            }
            Err(error) => {
                report_disagreement(cluster, &error);
                tokio::time::sleep(earlier(AGREE_EVERY)).await;
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Job {
    Collect,
    Sample,
    Drop,
    Purge,
}

impl Job {
    async fn repeat(self, services: &Services, cluster: &str) {
        loop {
            let started = Instant::now();
            let ran = match self {
                Self::Collect => {
                    collect(services, cluster)
                        .instrument(self.span(cluster))
                        .await
                }
                Self::Sample => {
                    sample(services, cluster)
                        .instrument(self.span(cluster))
                        .await
                }
                Self::Drop => drop_items(services, cluster).await,
                // Mostly nothing is due; what is gets a span of its own.
                Self::Purge => purge(services, cluster).await,
            };
            let (took, now) = (started.elapsed(), services.clock.now());
            let metrics = &services.metrics;
            metrics.job_ran(self.as_str(), cluster, ran, took, now);
            tokio::time::sleep(earlier(self.pause(services, ran))).await;
        }
    }

    fn pause(self, services: &Services, ran: Ran) -> Duration {
        match self {
            Self::Collect => services.usage.collect_interval,
            Self::Sample if ran != Ran::Success => RETRY.min(services.usage.sample_interval),
            Self::Sample => services.usage.sample_interval,
            Self::Drop => DROP_EVERY,
            Self::Purge => PURGE_EVERY,
        }
    }

    /// The run as traces show it.
    fn span(self, cluster: &str) -> tracing::Span {
        tracing::debug_span!("job", otel.name = self.as_str(), cluster)
    }

    /// Its name in metrics and traces.
    const fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Sample => "sample",
            Self::Drop => "drop",
            Self::Purge => "purge",
        }
    }
}

fn report_disagreement(cluster: &str, error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(
        cluster,
        error,
        "the replicas could not agree on who does a cluster's jobs"
    );
}

/// Up to a tenth earlier, by chance: several services must not ask a cluster at the same moments, and an interval is a
/// promise that is never exceeded.
fn earlier(pause: Duration) -> Duration {
    rand::random_range(pause * 9 / 10..=pause)
}

async fn collect(services: &Services, cluster: &str) -> Ran {
    let started = Instant::now();
    let told = AtomicU64::new(0);
    let progress = |Progress { done, total }: Progress| {
        services.metrics.statistics(cluster, done, total);
        let tick = started.elapsed().as_secs() / REPORT_EVERY.as_secs();
        if told.swap(tick, Ordering::Relaxed) < tick {
            tracing::info!(cluster, done, total, "collecting statistics");
        }
    };
    match metering::collect(services, cluster, &progress).await {
        Ok(collected) => {
            report_collected(cluster, &collected);
            Ran::Success
        }
        Err(error) => {
            tracing::warn!(
                cluster,
                error = error.to_string(),
                "statistics were not collected"
            );
            ran(&error)
        }
    }
}

/// What an error of metering says of the run.
fn ran(error: &metering::Error) -> Ran {
    match error {
        metering::Error::Busy(_) => Ran::Elsewhere,
        _ => Ran::Failed,
    }
}

fn report_collected(cluster: &str, collected: &Collected) {
    let Collected {
        counted,
        items,
        known,
        open,
        undeleted,
        strange,
        problems,
        whole,
        complete_until,
    } = collected;
    for (name, problem) in problems {
        tracing::warn!(
            cluster,
            name,
            problem,
            "a statistics object was not counted"
        );
    }
    if !strange.is_empty() {
        tracing::warn!(cluster, names = ?strange, "names of statistics objects make no sense and were left alone");
    }
    if !whole {
        tracing::warn!(
            cluster,
            "the gateway did not show all names of statistics objects"
        );
    }
    let complete_until = complete_until.map(|until| until.to_string());
    tracing::info!(
        cluster,
        counted,
        items,
        known,
        open,
        undeleted,
        complete_until,
        "statistics collected"
    );
}

async fn sample(services: &Services, cluster: &str) -> Ran {
    match metering::sample(services, cluster).await {
        Ok(report) => {
            let SampleReport {
                buckets,
                new,
                gone,
                problems,
                ..
            } = report;
            for (name, problem) in &problems {
                tracing::warn!(
                    cluster,
                    name,
                    problem,
                    "the size of a bucket was not counted"
                );
            }
            tracing::info!(
                cluster,
                buckets,
                new,
                gone = gone.len(),
                "bucket sizes read"
            );
            Ran::Success
        }
        Err(error) => {
            tracing::warn!(
                cluster,
                error = error.to_string(),
                "bucket sizes were not read"
            );
            ran(&error)
        }
    }
}

async fn drop_items(services: &Services, cluster: &str) -> Ran {
    match metering::drop_items(services, cluster).await {
        Ok(objects) => {
            if objects > 0 {
                tracing::info!(cluster, objects, "items of old statistics objects dropped");
            }
            Ran::Success
        }
        Err(error) => {
            tracing::warn!(
                cluster,
                error = error.to_string(),
                "old items were not dropped"
            );
            ran(&error)
        }
    }
}

async fn purge(services: &Services, cluster: &str) -> Ran {
    let begins = |job: &crate::ledger::PurgeJob| {
        tracing::info!(
            cluster,
            job = job.id,
            service_id = job.service.service_id,
            user_id = job.user_id,
            "deleting what a terminated customer left"
        );
    };
    match purge::work_off(services, cluster, Duration::ZERO, &begins).await {
        Ok(None) => Ran::Elsewhere,
        Ok(Some(done)) => {
            for (job, ended) in done {
                services.metrics.purge_attempt(cluster, ended.as_str());
                report_purged(services, cluster, job.id, ended).await;
            }
            Ran::Success
        }
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(cluster, error, "a termination could not be worked on");
            Ran::Failed
        }
    }
}

async fn report_purged(services: &Services, cluster: &str, job: i64, ended: Ended) {
    let Ok(Some(now)) = services.ledger.job(cluster, job).await else {
        return;
    };
    let (buckets, objects, bytes) = (now.buckets_done, now.objects_done, now.bytes_done);
    let problem = now.problem;
    match ended {
        Ended::Deleted => tracing::info!(
            cluster,
            job,
            buckets,
            objects,
            bytes,
            "the customer's data and S3 user are deleted"
        ),
        Ended::Later | Ended::Blocked => tracing::warn!(
            cluster,
            job,
            buckets,
            objects,
            bytes,
            problem,
            state = now.state.as_str(),
            "not all of a terminated customer's data is deleted"
        ),
    }
}
