//! `accounts adopt`

use std::fmt::Write;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use serde::Serialize;

use crate::adoption::{self, AdoptService, Match, Outcome};
use crate::lifecycle::{self, Adoptee, Customer};
use crate::ostor::UserId;

use super::super::output::{print, print_json, shown};
use super::super::progress::Bar;
use super::{Place, read, table_file};

/// Find which S3 users that others made belong to which services of WHMCS, and adopt them.
///
/// Without --apply nothing is changed. Adopting changes the ledger only: users, keys and data stay as they are. Ends with
/// success when, with --apply, every match was adopted.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge accounts adopt --services services.csv\n  ostor-bridge accounts adopt --cluster eu1 --services services.csv --apply --json\n\nFILE is CSV with the head service_id,client_id,email,user_id,access_key_ids (key ids separated by spaces; a column\nformer_emails may follow) and must have all services of the cluster: an address counts only when one service has it."
)]
pub(super) struct Options {
    /// The services as WHMCS has them.
    #[arg(long, value_name = "FILE")]
    services: PathBuf,
    /// Adopt what matches.
    #[arg(long)]
    apply: bool,
}

#[derive(Serialize)]
struct Output<'a> {
    cluster: &'a str,
    client: &'a str,
    matches: &'a [Match],
    #[serde(skip_serializing_if = "Option::is_none")]
    applied: Option<&'a [Applied]>,
}

#[derive(Serialize)]
struct Applied {
    service_id: i64,
    user_id: String,
    adopted: bool,
    state: Option<&'static str>,
    problem: Option<String>,
}

impl Options {
    pub(super) async fn run(self, place: &Place) -> anyhow::Result<()> {
        let wanted = table_file::for_adoption(&read(&self.services)?)?;
        let bar = Bar::new("users".to_owned());
        let progress = |done, total| bar.done_of(done, total);
        let (services, client, cluster) = (&place.services, &place.client, &place.cluster);
        let matches = adoption::plan(services, client, cluster, &wanted, &progress).await?;
        drop(bar);
        if !place.json {
            print(&text(&matches))?;
        }
        let applied = match self.apply {
            true => Some(apply(place, &wanted, &matches).await?),
            false => None,
        };
        if place.json {
            print_json(&Output {
                cluster,
                client,
                matches: &matches,
                applied: applied.as_deref(),
            })?;
        }
        let problems: Vec<&str> = applied
            .iter()
            .flatten()
            .filter_map(|applied| applied.problem.as_deref())
            .collect();
        if problems.is_empty() {
            return Ok(());
        }
        bail!(
            "not every match was adopted:\n  - {}",
            problems.join("\n  - ")
        );
    }
}

async fn apply(
    place: &Place,
    wanted: &[AdoptService],
    matches: &[Match],
) -> anyhow::Result<Vec<Applied>> {
    let mut all = Vec::new();
    for (service, found) in wanted.iter().zip(matches) {
        let (Outcome::Match, Some(user_id), Some(identity)) =
            (found.outcome, &found.user_id, &found.identity)
        else {
            continue;
        };
        let customer = Customer {
            client_id: service.client_id,
            email: service.email.clone(),
        };
        let adoptee = Adoptee {
            user_id: UserId::try_from(user_id.as_str())?,
            identity: identity.clone(),
            from: found.from_service_id,
        };
        let call = place.call(service.service_id);
        let actor = Some(place.actor.as_str());
        let done = lifecycle::adopt(&place.services, &call, &customer, &adoptee, actor).await;
        let applied = Applied {
            service_id: service.service_id,
            user_id: user_id.clone(),
            adopted: done.is_ok(),
            state: done.as_ref().ok().map(|adopted| adopted.state.as_str()),
            problem: done.err().map(|error| error.to_string()),
        };
        if !place.json {
            print(&applied.text())?;
        }
        all.push(applied);
    }
    Ok(all)
}

impl Applied {
    fn text(&self) -> String {
        match &self.problem {
            None => format!(
                "adopted: service {} has the S3 user {}\n",
                self.service_id, self.user_id
            ),
            Some(problem) => format!("not adopted: {}\n", shown(problem)),
        }
    }
}

fn text(matches: &[Match]) -> String {
    let mut text = String::new();
    for found in matches {
        let outcome = match found.outcome {
            Outcome::Adopted => "adopted before",
            Outcome::Match => "match",
            Outcome::Ambiguous => "ambiguous",
            Outcome::Conflict => "conflict",
            Outcome::None => "nothing found",
        };
        // Writing to a text cannot fail.
        let _ = write!(text, "service {}: {outcome}", found.service_id);
        if let (Some(id), Some(identity)) = (&found.user_id, &found.identity) {
            let _ = write!(text, " {id} ({})", shown(identity));
        }
        text.push('\n');
        for line in found.problem.iter().chain(&found.evidence) {
            let _ = writeln!(text, "  {}", shown(line));
        }
    }
    text
}
