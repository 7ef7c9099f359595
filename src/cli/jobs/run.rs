//! `jobs run`: works off what is due, in this process.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use crate::app::Services;
use crate::http::JobJson;
use crate::ledger::PurgeJob;
use crate::purge::{self, Ended};

use super::super::output::{print, print_json, shown};
use super::super::progress::Bar;
use super::super::target::Target;

/// How long the command waits for somebody else who works on a cluster's jobs.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often progress is shown.
const SHOW_EVERY: Duration = Duration::from_millis(500);

/// Work off the jobs that are due now, then end.
///
/// Takes turns with a running service: a cluster's jobs are worked on by one of them at a time. Ends with an error
/// unless all that was due is deleted.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge jobs run --cluster eu1\n\nIt may be cut off at any moment; the service, or the next run, goes on from there."
)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Jobs {
    jobs: Vec<JobJson>,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let (services, clusters) = options.target.open().await?;
    let (mut jobs, mut shortfalls) = (Vec::new(), Vec::new());
    for cluster in &clusters {
        let Some(done) = work_off(&services, cluster).await? else {
            shortfalls.push(format!(
                "cluster {cluster}: somebody else works on its jobs, a running service most likely; `ostor-bridge jobs list` shows how far it is"
            ));
            continue;
        };
        for (job, ended) in done {
            let now = services.ledger.job(cluster, job.id).await?.unwrap_or(job);
            if ended != Ended::Deleted {
                let problem = now.problem.as_deref().unwrap_or_default();
                let state = now.state.as_str();
                shortfalls.push(format!("job {} is {state}: {}", now.id, shown(problem)));
            } else if !options.json {
                print(&format!(
                    "job {}: service {} is deleted, {} buckets and {} objects with {} bytes\n",
                    now.id,
                    now.service.service_id,
                    now.buckets_done,
                    now.objects_done,
                    now.bytes_done
                ))?;
            }
            jobs.push(now);
        }
    }
    services.ledger.close().await;
    let none = jobs.is_empty();
    if options.json {
        let jobs = jobs.into_iter().map(JobJson::from).collect();
        print_json(&Jobs { jobs })?;
    } else if none && shortfalls.is_empty() {
        print("nothing is due\n")?;
    }
    if shortfalls.is_empty() {
        return Ok(());
    }
    bail!("not all is deleted:\n  - {}", shortfalls.join("\n  - "));
}

/// Works off the jobs of a cluster and shows how far they are.
async fn work_off(
    services: &Services,
    cluster: &str,
) -> anyhow::Result<Option<Vec<(PurgeJob, Ended)>>> {
    let bar = Bar::new(format!("{cluster}: jobs"));
    let current = Mutex::new(None);
    let begins = |job: &PurgeJob| {
        *current.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.id);
    };
    let work = purge::work_off(services, cluster, PATIENCE, &begins);
    let mut work = std::pin::pin!(work);
    loop {
        if let Ok(done) = tokio::time::timeout(SHOW_EVERY, &mut work).await {
            return Ok(done?);
        }
        let job = *current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = job
            && let Some(job) = services.ledger.job(cluster, job).await?
        {
            let done = job.objects_done.unsigned_abs();
            match crate::http::objects_left(&job) {
                Some(left) => bar.done_of(done, done.saturating_add(left.unsigned_abs())),
                None => bar.done(done),
            }
        }
    }
}
