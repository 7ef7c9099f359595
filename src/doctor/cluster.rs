//! One cluster: whether it can be used, and whether metering keeps up with it.

use jiff::{SignedDuration, Timestamp};

use crate::app::Cluster;
use crate::clock::Clock;
use crate::config;
use crate::ledger::{self, JobState, Ledger};
use crate::lifecycle::{self, Aspect, ConnectionReport};
use crate::metering;
use crate::metrics::Metrics;
use crate::ostor;

use super::ledger::sentence;
use super::{Finding, Findings};

/// After so many intervals without a run something is wrong with it.
const MISSED: i32 = 3;

pub(super) async fn examine(
    name: &str,
    settings: config::Cluster,
    usage: &config::Usage,
    ledger: Option<&Ledger>,
    clock: &Clock,
) -> Vec<Finding> {
    let mut findings = Findings::about(format!("cluster {name}"));
    let cluster = match Cluster::new(name, settings, clock, &Metrics::default()) {
        Ok(cluster) => cluster,
        Err(error) => {
            let mend = format!("Put the section [clusters.{name}] right.");
            findings.error("settings", sentence(&error), mend);
            return findings.list;
        }
    };
    match lifecycle::examine(&cluster).await {
        Ok(report) => {
            connection(&report, &mut findings);
            if report.statistics {
                backlog(&cluster, usage, ledger, &mut findings).await;
            }
        }
        Err(lifecycle::Error::Gateway(error)) => unusable(&cluster, &error, &mut findings),
        Err(error) => findings.error("answers", sentence(&error), "Look into the log."),
    }
    if let Some(ledger) = ledger
        && let Err(error) = records(name, usage, ledger, clock, &mut findings).await
    {
        findings.error(
            "records",
            sentence(&error),
            "Look at what `doctor` finds about the ledger.",
        );
    }
    findings.list
}

/// What the cluster must do before anything else matters.
fn unusable(cluster: &Cluster, error: &ostor::Error, findings: &mut Findings) {
    let (name, endpoint) = (cluster.gateway.cluster(), cluster.gateway.endpoint());
    let key = |key: &str| format!("clusters.{name}.{key}");
    let (check, mend) = match (error, error.status(), error.code()) {
        (ostor::Error::Settings { .. }, ..) => {
            ("settings", format!("Put the section [clusters.{name}] right."))
        }
        (_, _, Some("RequestTimeTooSkewed")) => (
            "clock",
            "Let NTP set the clocks of this host and of the cluster; the gateway refuses calls that are 15 minutes off.".to_owned(),
        ),
        (_, _, Some("InvalidAccessKeyId" | "SignatureDoesNotMatch")) => (
            "signature",
            format!(
                "Compare {}, {} and {} with what `ostor-s3-admin query-user` shows of the system user on a storage node.",
                key("access_key"),
                key("secret_key"),
                key("signature")
            ),
        ),
        (ostor::Error::Rejected { .. }, Some(401 | 403), _) => (
            "permission",
            format!(
                "Make a system user with `ostor-s3-admin create-user -S -e bridge@example.com` on a storage node, and put its key into {} and {}.",
                key("access_key"),
                key("secret_key")
            ),
        ),
        (ostor::Error::Unreachable { .. }, ..) => (
            "address",
            format!(
                "Check {}, name resolution and firewalls: `curl -sI {endpoint}` on this host has to get an answer.",
                key("endpoint")
            ),
        ),
        _ => (
            "answers",
            format!(
                "See that {} leads to an S3 gateway itself, that the cluster's S3 service runs, and look into the gateway's log.",
                key("endpoint")
            ),
        ),
    };
    findings.error(check, sentence(error), mend);
}

fn connection(report: &ConnectionReport, findings: &mut Findings) {
    for check in ["address", "signature", "permission"] {
        findings.ok(check, "a signed call of a system user was answered");
    }
    let warned = |aspect| report.warnings.iter().find(|one| one.about == aspect);
    let skew = report.clock_skew_seconds;
    for (aspect, check, good) in [
        (Aspect::Clock, "clock", format!("{skew} s apart")),
        (
            Aspect::Statistics,
            "statistics",
            "statistics objects are there".to_owned(),
        ),
        (Aspect::Quotas, "quotas", "they work".to_owned()),
    ] {
        match warned(aspect) {
            None => findings.ok(check, good),
            Some(warning) => findings.warning(check, &*warning.found, &*warning.mend),
        }
    }
}

/// Whether statistics pile up at the gateway.
async fn backlog(
    cluster: &Cluster,
    usage: &config::Usage,
    ledger: Option<&Ledger>,
    findings: &mut Findings,
) {
    let found = match metering::backlog(cluster, usage, ledger).await {
        Ok(backlog) => match backlog.oldest {
            None => {
                findings.ok(
                    "backlog",
                    "no statistics object waits longer than it should",
                );
                return;
            }
            Some(oldest) => format!(
                "{} statistics objects should be counted by now, the oldest is of {oldest}.",
                backlog.objects
            ),
        },
        Err(error) => sentence(&error),
    };
    findings.warning(
        "backlog",
        found,
        "Start the service, or run `ostor-bridge usage collect` and look at what it reports.",
    );
}

/// What the ledger tells of the cluster.
async fn records(
    name: &str,
    usage: &config::Usage,
    ledger: &Ledger,
    clock: &Clock,
    findings: &mut Findings,
) -> Result<(), ledger::Error> {
    let standing = ledger.standing(name).await?;
    let now = clock.now();
    for (check, what, at, every) in [
        (
            "collected",
            "Statistics were",
            standing.collected_at,
            usage.collect_interval,
        ),
        (
            "sampled",
            "Bucket sizes were",
            standing.sampled_at,
            usage.sample_interval,
        ),
    ] {
        let at = at.and_then(|at| Timestamp::from_second(at).ok());
        let every = SignedDuration::try_from(every).unwrap_or(SignedDuration::MAX);
        let mend = "Start the service; when it runs, its log says what it misses.";
        match at {
            None => findings.warning(check, format!("{what} never read."), mend),
            Some(at) if now.duration_since(at) > every.saturating_mul(MISSED) => {
                findings.warning(check, format!("{what} last read at {at}."), mend);
            }
            Some(at) => findings.ok(check, format!("last read at {at}")),
        }
    }
    let waiting = ledger.waiting(name).await?;
    let blocked = waiting
        .jobs
        .iter()
        .find(|(state, _)| *state == JobState::Blocked);
    match blocked {
        None => findings.ok("terminations", "none is blocked"),
        Some((_, jobs)) => findings.warning(
            "terminations",
            format!("{jobs} terminations are blocked and wait for somebody."),
            format!("`ostor-bridge jobs list --cluster {name}` shows them with what blocks each; `jobs retry` lets one go on."),
        ),
    }
    match waiting.problems {
        0 => findings.ok("uncounted", "no statistics object was set aside"),
        objects => findings.warning(
            "uncounted",
            format!("{objects} statistics objects could not be counted, and their usage is on no invoice."),
            format!("`ostor-bridge usage report --cluster {name}` names them with the reason."),
        ),
    }
    Ok(())
}
