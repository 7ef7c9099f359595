//! What the service does by itself: collecting statistics, reading bucket sizes, and deleting what terminated customers
//! left, for each cluster.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::app::Services;
use crate::metering::{self, Collected, Progress, SampleReport};
use crate::purge::{self, Ended};

/// How often a long run says how far it has come.
const REPORT_EVERY: Duration = Duration::from_secs(10);

/// How soon a failed reading of bucket sizes is repeated: an hour without one is an hour not known exactly.
const RETRY: Duration = Duration::from_secs(60);

/// How often items that are no longer kept are dropped.
const DROP_EVERY: Duration = Duration::from_secs(86_400);

/// How soon the ledger is asked again who does a job, after it did not answer.
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
        for job in [Job::Collect, Job::Sample, Job::Drop, Job::Purge] {
            let (services, name, stop) = (Arc::clone(services), name.clone(), stop.clone());
            tasks.spawn(async move {
                stop.run_until_cancelled(job.lead(&services, &name)).await;
            });
        }
    }
    Jobs { stop, tasks }
}

#[derive(Clone, Copy)]
enum Job {
    Collect,
    Sample,
    Drop,
    Purge,
}

impl Job {
    const fn name(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Sample => "sample",
            Self::Drop => "drop",
            Self::Purge => "purge",
        }
    }

    /// Repeats the job while this process is the one that does it: of all replicas on a ledger one does.
    async fn lead(self, services: &Services, cluster: &str) {
        let job = self.name();
        loop {
            match services.ledger.lead(cluster, job).await {
                Ok(turn) => {
                    if services.ledger.is_shared() {
                        tracing::info!(cluster, job, "this replica does the job from now on");
                    }
                    tokio::select! {
                        () = self.repeat(services, cluster) => {}
                        () = turn.lost() => {}
                    }
                }
                Err(error) => {
                    report_disagreement(cluster, job, &error);
                    tokio::time::sleep(earlier(AGREE_EVERY)).await;
                }
            }
        }
    }

    async fn repeat(self, services: &Services, cluster: &str) {
        loop {
            let pause = match self {
                Self::Collect => {
                    collect(services, cluster).await;
                    services.usage.collect_interval
                }
                Self::Sample if sample(services, cluster).await => services.usage.sample_interval,
                Self::Sample => RETRY.min(services.usage.sample_interval),
                Self::Drop => {
                    drop_items(services, cluster).await;
                    DROP_EVERY
                }
                Self::Purge => {
                    purge(services, cluster).await;
                    PURGE_EVERY
                }
            };
            tokio::time::sleep(earlier(pause)).await;
        }
    }
}

fn report_disagreement(cluster: &str, job: &str, error: &(dyn std::error::Error + 'static)) {
    tracing::warn!(
        cluster,
        job,
        error,
        "the replicas could not agree on who does a job"
    );
}

/// Up to a tenth earlier, by chance: several services must not ask a cluster at the same moments, and an interval is a
/// promise that is never exceeded.
fn earlier(pause: Duration) -> Duration {
    rand::random_range(pause * 9 / 10..=pause)
}

async fn collect(services: &Services, cluster: &str) {
    let started = Instant::now();
    let told = AtomicU64::new(0);
    let progress = |Progress { done, total }: Progress| {
        let tick = started.elapsed().as_secs() / REPORT_EVERY.as_secs();
        if told.swap(tick, Ordering::Relaxed) < tick {
            tracing::info!(cluster, done, total, "collecting statistics");
        }
    };
    match metering::collect(services, cluster, &progress).await {
        Ok(collected) => report_collected(cluster, &collected),
        Err(error) => tracing::warn!(
            cluster,
            error = error.to_string(),
            "statistics were not collected"
        ),
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

async fn sample(services: &Services, cluster: &str) -> bool {
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
            true
        }
        Err(error) => {
            tracing::warn!(
                cluster,
                error = error.to_string(),
                "bucket sizes were not read"
            );
            false
        }
    }
}

async fn drop_items(services: &Services, cluster: &str) {
    match metering::drop_items(services, cluster).await {
        Ok(0) => {}
        Ok(objects) => tracing::info!(cluster, objects, "items of old statistics objects dropped"),
        Err(error) => tracing::warn!(
            cluster,
            error = error.to_string(),
            "old items were not dropped"
        ),
    }
}

async fn purge(services: &Services, cluster: &str) {
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
        // Somebody else does.
        Ok(None) => {}
        Ok(Some(done)) => {
            for (job, ended) in done {
                report_purged(services, cluster, job.id, ended).await;
            }
        }
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::warn!(cluster, error, "a termination could not be worked on");
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
