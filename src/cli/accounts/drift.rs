//! `accounts drift`

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::de::IntoDeserializer;
use serde::{Deserialize, Serialize};

use crate::drift::{self, By, Finding, Kind, Repaired, Report, WhmcsService};

use super::super::output::{print, print_json, shown};
use super::super::progress::Bar;
use super::{Place, read, table_file};

/// Find where WHMCS, the ledger and a cluster disagree, and repair it.
///
/// Without --services only ledger and cluster are compared. Ends with success when the report could be made and, with
/// --repair, everything was repaired that can be from here. What takes keys or users away is repaired only when its kind
/// is named.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge accounts drift\n  ostor-bridge accounts drift --services services.csv --json\n  ostor-bridge accounts drift --services services.csv --repair --dry-run\n  ostor-bridge accounts drift --repair --kind more_keys\n\nFILE is CSV with the head service_id,client_id,email,status,user_id and must have all services of the cluster."
)]
pub(super) struct Options {
    /// The services as WHMCS has them.
    #[arg(long, value_name = "FILE")]
    services: Option<PathBuf>,
    /// Repair what the bridge can.
    #[arg(long)]
    repair: bool,
    /// Say what a repair would change, and change nothing.
    #[arg(long, requires = "repair")]
    dry_run: bool,
    /// Only this kind of disagreement; may be given more than once.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<Kind>,
}

fn kind(word: &str) -> Result<Kind, String> {
    let read: Result<Kind, serde::de::value::Error> = Kind::deserialize(word.into_deserializer());
    read.map_err(|error| error.to_string())
}

#[derive(Serialize)]
struct Output<'a> {
    cluster: &'a str,
    client: &'a str,
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    repairs: Option<&'a [Repair]>,
}

#[derive(Serialize)]
struct Repair {
    kind: Kind,
    service_id: Option<i64>,
    user_id: Option<String>,
    done: bool,
    changes: Vec<String>,
    problem: Option<String>,
}

impl Options {
    pub(super) async fn run(self, place: &Place) -> anyhow::Result<()> {
        let whmcs = match &self.services {
            Some(path) => Some(table_file::for_drift(&read(path)?)?),
            None => None,
        };
        let whmcs = whmcs.as_deref();
        let bar = Bar::new("accounts".to_owned());
        let progress = |done, total| bar.done_of(done, total);
        let (services, client, cluster) = (&place.services, &place.client, &place.cluster);
        let mut report = drift::report(services, client, cluster, whmcs, &progress).await?;
        drop(bar);
        if !self.kinds.is_empty() {
            report
                .findings
                .retain(|finding| self.kinds.contains(&finding.kind));
        }
        if !place.json {
            print(&text(place, &report))?;
        }
        let repairs = match self.repair {
            true => Some(self.repair_all(place, &report, whmcs).await?),
            false => None,
        };
        if place.json {
            print_json(&Output {
                cluster,
                client,
                report: &report,
                repairs: repairs.as_deref(),
            })?;
        }
        let problems: Vec<&str> = repairs
            .iter()
            .flatten()
            .filter_map(|repair| repair.problem.as_deref())
            .collect();
        if problems.is_empty() {
            return Ok(());
        }
        bail!(
            "not everything was repaired:\n  - {}",
            problems.join("\n  - ")
        );
    }

    fn is_meant(&self, finding: &Finding) -> bool {
        let bridge = finding
            .repair
            .as_ref()
            .is_some_and(|remedy| remedy.by == By::Bridge);
        bridge && (!finding.kind.takes_away() || self.kinds.contains(&finding.kind))
    }

    async fn repair_all(
        &self,
        place: &Place,
        report: &Report,
        whmcs: Option<&[WhmcsService]>,
    ) -> anyhow::Result<Vec<Repair>> {
        let mut repairs = Vec::new();
        for finding in report.findings.iter().filter(|found| self.is_meant(found)) {
            let Some(service_id) = finding.service_id else {
                continue;
            };
            let call = place.call(service_id);
            let (services, actor) = (&place.services, Some(place.actor.as_str()));
            let done = drift::repair(services, &call, finding, whmcs, self.dry_run, actor).await;
            let mut repair = Repair {
                kind: finding.kind,
                service_id: finding.service_id,
                user_id: finding.user_id.clone(),
                done: false,
                changes: Vec::new(),
                problem: None,
            };
            match done {
                Ok(Repaired::Done(changes)) => {
                    repair.done = true;
                    repair.changes = changes;
                }
                Ok(Repaired::Planned(changes)) => repair.changes = changes,
                Ok(Repaired::NoLonger) => {}
                Ok(Repaired::NotHere(why)) => repair.problem = Some(why),
                Err(error) => repair.problem = Some(error.to_string()),
            }
            if !place.json {
                print(&repair.text(self.dry_run))?;
            }
            repairs.push(repair);
        }
        Ok(repairs)
    }
}

impl Repair {
    fn text(&self, dry_run: bool) -> String {
        let verb = match (dry_run, self.done, &self.problem) {
            (_, _, Some(_)) => "not repaired",
            (true, ..) => "would change",
            (false, true, _) => "changed",
            (false, false, _) => "no longer so",
        };
        let mut text = String::new();
        let mut line = |words: &str| {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{verb}: {}", shown(words));
        };
        match &self.problem {
            Some(problem) => line(problem),
            None if self.changes.is_empty() => line(self.kind.as_str()),
            None => self.changes.iter().for_each(|change| line(change)),
        }
        text
    }
}

fn text(place: &Place, report: &Report) -> String {
    let mut text = String::new();
    let whmcs = match report.whmcs {
        true => "",
        false => "; WHMCS was not asked",
    };
    // Writing to a text cannot fail.
    let _ = writeln!(
        text,
        "cluster {}: {} accounts of {}, {} users, {} disagreements{whmcs}",
        place.cluster,
        report.accounts,
        place.client,
        report.users,
        report.findings.len()
    );
    for finding in &report.findings {
        let kind = finding.kind.as_str();
        let _ = writeln!(text, "{kind}: {}", shown(&finding.sentence));
        if let Some(remedy) = &finding.repair {
            let who = match remedy.by {
                By::Bridge => "--repair",
                By::Whmcs => "in WHMCS",
            };
            let _ = writeln!(text, "  {who}: {}", shown(&remedy.sentence));
        }
    }
    text
}
