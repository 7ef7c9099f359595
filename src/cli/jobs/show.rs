//! `jobs list`, `show`, `retry` and `cancel`.

use std::fmt::Write;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::http::JobJson;
use crate::ledger::PurgeJob;

use super::super::output::{print, print_json, shown};
use super::super::table::{Side, Table};
use super::super::target::Target;
use super::{One, actor, desk, plain};

/// Jobs read at once.
const PAGE: usize = 1000;

/// List jobs, the latest first.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge jobs list\n  ostor-bridge jobs list --cluster eu1 --service 42 --json"
)]
pub(super) struct List {
    #[command(flatten)]
    target: Target,
    /// Only those of this service, by WHMCS's number.
    #[arg(long, value_name = "NUMBER")]
    service: Option<i64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Show one job.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge jobs show 17")]
pub(super) struct Show {
    #[command(flatten)]
    one: One,
}

/// Let a blocked job, or one that waits for its next attempt, go on now.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge jobs retry 17\n\nA running service takes it up within seconds; without one `ostor-bridge jobs run` does."
)]
pub(super) struct Retry {
    #[command(flatten)]
    one: One,
}

/// Take a termination back that has deleted nothing yet; the service is suspended then.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge jobs cancel 17\n\nUnsuspend in WHMCS does the same and gives the customer access again."
)]
pub(super) struct Cancel {
    #[command(flatten)]
    one: One,
}

#[derive(Serialize)]
struct Jobs {
    jobs: Vec<JobJson>,
}

impl List {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (services, clusters) = self.target.open().await?;
        let actor = actor();
        let mut all = Vec::new();
        for cluster in &clusters {
            let desk = desk(&services, cluster, &actor)?;
            let mut before = i64::MAX;
            loop {
                let (jobs, more) = desk.jobs(self.service, before, PAGE).await.map_err(plain)?;
                before = jobs.last().map_or(0, |job| job.id);
                all.extend(jobs);
                if !more {
                    break;
                }
            }
        }
        services.ledger.close().await;
        if self.json {
            let jobs = all.into_iter().map(JobJson::from).collect();
            return print_json(&Jobs { jobs });
        }
        if all.is_empty() {
            return print("no jobs\n");
        }
        let columns = [
            ("job", Side::Right),
            ("cluster", Side::Left),
            ("service", Side::Right),
            ("state", Side::Left),
            ("stage", Side::Left),
            ("due", Side::Left),
            ("objects", Side::Right),
            ("bytes", Side::Right),
            ("problem", Side::Left),
        ];
        let mut table = Table::new(columns.map(|(name, side)| (name.to_owned(), side)));
        for job in all {
            table.row([
                job.id.to_string(),
                job.service.cluster,
                job.service.service_id.to_string(),
                job.state.as_str().to_owned(),
                job.stage.as_str().to_owned(),
                time(Some(job.due_at)),
                job.objects_done.to_string(),
                job.bytes_done.to_string(),
                job.problem.unwrap_or_default(),
            ]);
        }
        let mut text = String::new();
        table.write(&mut text);
        print(&text)
    }
}

impl Show {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (services, cluster) = self.one.open().await?;
        let actor = actor();
        let desk = desk(&services, &cluster, &actor)?;
        let job = desk.job(self.one.job).await.map_err(plain)?;
        tell(job, self.one.json)
    }
}

impl Retry {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (services, cluster) = self.one.open().await?;
        let actor = actor();
        let desk = desk(&services, &cluster, &actor)?;
        let job = desk.retry_job(self.one.job).await.map_err(plain)?;
        tell(job, self.one.json)
    }
}

impl Cancel {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (services, cluster) = self.one.open().await?;
        let actor = actor();
        let desk = desk(&services, &cluster, &actor)?;
        let job = desk.cancel_job(self.one.job).await.map_err(plain)?;
        tell(job, self.one.json)
    }
}

fn tell(job: PurgeJob, json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(&JobJson::from(job));
    }
    print(&text(&job))
}

/// A job in lines for people.
fn text(job: &PurgeJob) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{label:<14}{}", shown(value));
        }
    };
    let service = &job.service;
    line("job", &job.id.to_string());
    let whose = format!(
        "{} of {} on {}",
        service.service_id, service.client, service.cluster
    );
    line("service", &whose);
    line("S3 user", &format!("{} ({})", job.user_id, job.identity));
    line("policy", job.policy.as_str());
    let stands = format!("{}, stage {}", job.state.as_str(), job.stage.as_str());
    line("state", &stands);
    line("due", &time(Some(job.due_at)));
    line("started", &time(job.started_at));
    line("finished", &time(job.finished_at));
    let buckets = format!("{} of {}", job.buckets_done, job.buckets_total);
    line("buckets", &buckets);
    line("objects", &job.objects_done.to_string());
    let bytes = format!("{} of {}", job.bytes_done, job.bytes_total);
    line("bytes", &bytes);
    line("next attempt", &time(job.next_attempt_at));
    line("locked until", &time(job.blocked_until));
    line("problem", job.problem.as_deref().unwrap_or_default());
    text
}

fn time(at: Option<i64>) -> String {
    let time = at.and_then(|at| Timestamp::from_second(at.div_euclid(1000)).ok());
    time.map_or_else(String::new, |time| time.to_string())
}
