//! `usage collect`: one run of statistics and bucket sizes.

use std::fmt::Write;

use anyhow::bail;
use jiff::Timestamp;
use serde::Serialize;

use crate::app::Services;
use crate::metering::{self, Collected, Coverage, Progress, SampleReport};

use super::super::output::{print, print_json, shown};
use super::super::progress::Bar;
use super::{MOMENT, PerCluster, Target, announce_waiting, count};

/// Most names that are listed for people; JSON has all.
const MOST_NAMES: usize = 20;

/// Collect statistics and read bucket sizes, once, now.
///
/// A running service does the same by itself; a run of it that is under way is waited for. Ends with an error unless all
/// usage that can be known now is counted.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge usage collect --cluster eu1\n\nIt may be cut off at any moment: what is counted stays counted once, and the next run goes on."
)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let (services, clusters) = options.target.open().await?;
    let mut runs = Vec::new();
    for cluster in clusters {
        let run = Run::of(&services, cluster).await?;
        if !options.json {
            print(&run.text())?;
        }
        runs.push(run);
    }
    services.ledger.close().await;
    if options.json {
        print_json(&PerCluster { clusters: &runs })?;
    }
    let shortfalls: Vec<&str> = runs
        .iter()
        .flat_map(|run| run.shortfalls.iter().map(String::as_str))
        .collect();
    if shortfalls.is_empty() {
        return Ok(());
    }
    bail!(
        "not all usage is counted:\n  - {}",
        shortfalls.join("\n  - ")
    );
}

/// What came of a cluster.
#[derive(Serialize)]
struct Run {
    cluster: String,
    complete_until: Option<Timestamp>,
    /// Absent when they could not be collected.
    statistics: Option<Statistics>,
    /// Absent when they could not be read.
    buckets: Option<Buckets>,
    /// A sentence for everything that is not counted.
    shortfalls: Vec<String>,
}

#[derive(Serialize)]
struct Statistics {
    counted: usize,
    items: usize,
    known: usize,
    open: usize,
    undeleted: usize,
    whole_listing: bool,
    strange: Vec<String>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Buckets {
    listed: usize,
    new: usize,
    gone: Vec<String>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    name: String,
    problem: String,
}

fn problems(of: Vec<(String, String)>) -> Vec<Problem> {
    of.into_iter()
        .map(|(name, problem)| Problem { name, problem })
        .collect()
}

impl From<Collected> for Statistics {
    fn from(collected: Collected) -> Self {
        Self {
            counted: collected.counted,
            items: collected.items,
            known: collected.known,
            open: collected.open,
            undeleted: collected.undeleted,
            whole_listing: collected.whole,
            strange: collected.strange,
            problems: problems(collected.problems),
        }
    }
}

impl From<SampleReport> for Buckets {
    fn from(report: SampleReport) -> Self {
        Self {
            listed: report.buckets,
            new: report.new,
            gone: report.gone,
            problems: problems(report.problems),
        }
    }
}

impl Run {
    /// Both sources, the second one also when the first one fails.
    async fn of(services: &Services, cluster: String) -> anyhow::Result<Self> {
        let turn = services.ledger.metering_turn(&cluster, MOMENT).await;
        announce_waiting(&cluster, turn);
        let bar = Bar::new(format!("{cluster}: statistics objects"));
        let progress = |Progress { done, total }: Progress| bar.done_of(done as u64, total as u64);
        let collected = metering::collect(services, &cluster, &progress).await;
        drop(bar);
        let turn = services.ledger.sizes_turn(&cluster, MOMENT).await;
        announce_waiting(&cluster, turn);
        let bar = Bar::new(format!("{cluster}: bucket sizes"));
        let sampled = metering::sample(services, &cluster).await;
        drop(bar);
        let mut shortfalls = Vec::new();
        let mut failed = |what: &str, error: metering::Error| {
            let error = match error {
                // Its sentence has the cause in it.
                metering::Error::Gateway(error) => error.to_string(),
                other => format!("{:#}", anyhow::Error::from(other)),
            };
            shortfalls.push(format!("cluster {cluster}: {what}: {error}"));
        };
        let statistics = match collected {
            Ok(collected) => Some(Statistics::from(collected)),
            Err(error) => {
                failed("statistics were not collected", error);
                None
            }
        };
        let buckets = match sampled {
            Ok(report) => Some(Buckets::from(report)),
            Err(error) => {
                failed("bucket sizes were not read", error);
                None
            }
        };
        let coverage = Coverage::of(services, &cluster).await?;
        let mut run = Self {
            complete_until: coverage.complete_until,
            cluster,
            statistics,
            buckets,
            shortfalls,
        };
        run.find_shortfalls(&coverage);
        Ok(run)
    }

    fn find_shortfalls(&mut self, coverage: &Coverage) {
        let mut found = Vec::new();
        if let Some(statistics) = &self.statistics {
            let Statistics {
                open,
                undeleted,
                whole_listing,
                ref problems,
                ..
            } = *statistics;
            if !problems.is_empty() {
                let objects = count(problems.len() as u64, "statistics object");
                found.push(format!(
                    "{objects} could not be counted; the result names what and says why"
                ));
            }
            if undeleted > 0 {
                let objects = count(undeleted as u64, "statistics object");
                found.push(format!(
                    "{objects} could not be deleted after counting; they stay counted once, and the next run tries again"
                ));
            }
            if !whole_listing {
                found.push(
                    "the gateway did not show all names of statistics objects; repeat this once objects can be deleted"
                        .to_owned(),
                );
            }
            if coverage.traffic_from.is_none() && found.is_empty() {
                found.push(if open > 0 {
                    format!(
                        "no statistics object was counted yet, and the {open} there are may still change; repeat this later"
                    )
                } else {
                    "there are no statistics objects, so traffic is not known; S3_GW_COLLECT_STAT=1 in gw.conf turns them on, and the first one appears after some traffic".to_owned()
                });
            }
        }
        let refused = self
            .buckets
            .as_ref()
            .map_or(0, |buckets| buckets.problems.len());
        if refused > 0 {
            let buckets = count(refused as u64, "bucket");
            found.push(format!(
                "the sizes of {buckets} make no sense and were not counted"
            ));
        }
        let named = found
            .into_iter()
            .map(|sentence| format!("cluster {}: {sentence}", self.cluster));
        self.shortfalls.extend(named);
        if self.shortfalls.is_empty() {
            // Nothing went wrong in this run, and still figures are not up to date.
            self.shortfalls.extend(coverage.withheld.iter().cloned());
        }
    }

    fn text(&self) -> String {
        let mut text = String::new();
        let until = self.complete_until.map(|until| until.to_string());
        let until = until.map_or_else(
            || "not complete for any time yet".to_owned(),
            |until| format!("complete until {until}"),
        );
        line(&mut text, &format!("cluster {}", self.cluster), &until);
        match &self.statistics {
            Some(statistics) => statistics.write(&mut text),
            None => line(&mut text, "  statistics", "not collected"),
        }
        match &self.buckets {
            Some(buckets) => buckets.write(&mut text),
            None => line(&mut text, "  bucket sizes", "not read"),
        }
        text
    }
}

impl Statistics {
    fn write(&self, text: &mut String) {
        let counted = format!(
            "{} counted with {}; {} counted before, {} not complete yet, {} not counted",
            count(self.counted as u64, "object"),
            count(self.items as u64, "item"),
            self.known,
            self.open,
            self.problems.len(),
        );
        line(text, "  statistics", &counted);
        write_problems(text, &self.problems);
        names(text, "left alone, their names make no sense", &self.strange);
    }
}

impl Buckets {
    fn write(&self, text: &mut String) {
        let listed = format!(
            "{} listed, {} new, {} gone, {} not counted",
            count(self.listed as u64, "bucket"),
            self.new,
            self.gone.len(),
            self.problems.len(),
        );
        line(text, "  bucket sizes", &listed);
        write_problems(text, &self.problems);
        names(
            text,
            "gone, what they held after the last reading is not known",
            &self.gone,
        );
    }
}

fn write_problems(text: &mut String, problems: &[Problem]) {
    let lines = problems
        .iter()
        .map(|Problem { name, problem }| format!("{name}: {problem}"));
    names(text, "not counted", &lines.collect::<Vec<_>>());
}

fn names(text: &mut String, what: &str, names: &[String]) {
    if names.is_empty() {
        return;
    }
    line(text, &format!("    {what}:"), "");
    for name in names.iter().take(MOST_NAMES) {
        line(text, &format!("      {}", shown(name)), "");
    }
    if let Some(more) = names.len().checked_sub(MOST_NAMES).filter(|more| *more > 0) {
        line(
            text,
            &format!("      and {more} more; --json lists all"),
            "",
        );
    }
}

fn line(text: &mut String, label: &str, value: &str) {
    // Writing to a text cannot fail.
    let _ = writeln!(text, "{}", format!("{label:<16}{value}").trim_end());
}
