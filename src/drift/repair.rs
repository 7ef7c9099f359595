//! Putting one disagreement right, after looking again.

use crate::app::Services;
use crate::lifecycle::{Errand, Error, ServiceCall, Work};

use super::account::Desk;
use super::finding::{By, Finding, Found};
use super::wanted::{Side, WhmcsService};

/// What came of a repair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repaired {
    /// It is no longer so.
    NoLonger,
    /// The bridge cannot do it; the sentence says who can.
    NotHere(String),
    /// What would be changed.
    Planned(Vec<String>),
    /// What was changed.
    Done(Vec<String>),
}

/// Repairs one finding of a report, if it is still so. With `dry_run`, says what that would change and changes nothing.
///
/// # Errors
/// What kept it from being looked up or repaired; after any of them the call may be repeated.
pub async fn repair(
    services: &Services,
    call: &ServiceCall,
    finding: &Finding,
    whmcs: Option<&[WhmcsService]>,
    dry_run: bool,
    actor: Option<&str>,
) -> Result<Repaired, Error> {
    let desk = Desk::at(services, &call.service.cluster)?;
    if let Some(why) = not_here(finding) {
        return Ok(Repaired::NotHere(why));
    }
    if dry_run {
        return Ok(match again(&desk, call, finding, whmcs).await? {
            None => Repaired::NoLonger,
            Some(found) => match not_here(&found.finding) {
                Some(why) => Repaired::NotHere(why),
                None => Repaired::Planned(found.changes),
            },
        });
    }
    let errand = Errand {
        method: "drift.repair",
        actor,
        subject: Some(finding.kind.as_str()),
        detail: None,
    };
    let work = Work::on(errand, services, call).await?;
    let result = under_lock(&work, &desk, finding, whmcs).await;
    work.finish(result).await
}

async fn under_lock(
    work: &Work<'_>,
    desk: &Desk<'_>,
    finding: &Finding,
    whmcs: Option<&[WhmcsService]>,
) -> Result<Repaired, Error> {
    let Some(found) = again(desk, work.call, finding, whmcs).await? else {
        return Ok(Repaired::NoLonger);
    };
    if let Some(why) = not_here(&found.finding) {
        return Ok(Repaired::NotHere(why));
    }
    if let Some(task) = &found.task {
        work.carry_out(task).await?;
    }
    Ok(Repaired::Done(found.changes))
}

/// The finding as it is now.
async fn again(
    desk: &Desk<'_>,
    call: &ServiceCall,
    finding: &Finding,
    whmcs: Option<&[WhmcsService]>,
) -> Result<Option<Found>, Error> {
    let n = call.service.service_id;
    let side = match whmcs {
        None => Side::NotAsked,
        Some(all) => match all.iter().find(|service| service.service_id == n) {
            None => Side::Unlisted(all),
            Some(service) => Side::Listed(service),
        },
    };
    let found = desk.look(&call.service, side, None).await?;
    Ok(found.into_iter().find(|found| found.finding.is(finding)))
}

/// Why the bridge does not repair it.
fn not_here(finding: &Finding) -> Option<String> {
    match &finding.repair {
        Some(remedy) if remedy.by == By::Bridge => None,
        Some(remedy) => Some(format!(
            "the bridge cannot repair this, WHMCS can: {}",
            remedy.sentence
        )),
        None => Some(format!("a person must decide this: {}", finding.sentence)),
    }
}
