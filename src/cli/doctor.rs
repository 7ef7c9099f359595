//! `doctor`: what is wrong, and how to mend it.

use std::fmt::Write;

use anyhow::bail;
use serde::Serialize;

use crate::clock::Clock;
use crate::doctor::{self, Finding, Level};

use super::output::{print, print_json, shown};

/// Check configuration, ledger and every cluster, and say how to mend what is found.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge doctor --config /etc/ostor-bridge/config.toml\n\nChanges nothing, and may run beside the service. Run it as the service's user: what that user may read and\nwrite is part of what is checked. Ends with 0 when nothing is wrong; warnings are not errors."
)]
pub(super) struct Options {
    #[command(flatten)]
    config: super::ConfigOption,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What programs read.
#[derive(Serialize)]
struct Report<'a> {
    /// Whether there is no error.
    ok: bool,
    errors: usize,
    warnings: usize,
    findings: &'a [Finding],
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let config = options.config.read();
    let file = options.config.config.as_deref();
    let findings = doctor::examine(config, file, Clock::default()).await;
    let count = |level| findings.iter().filter(|one| one.level == level).count();
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    if options.json {
        print_json(&Report {
            ok: errors == 0,
            errors,
            warnings,
            findings: &findings,
        })?;
    } else {
        print(&text(&findings, errors, warnings))?;
    }
    if errors > 0 {
        bail!("not everything is as it should be");
    }
    Ok(())
}

fn text(findings: &[Finding], errors: usize, warnings: usize) -> String {
    let mut text = String::new();
    let mut subject = "";
    for finding in findings {
        if finding.subject != subject {
            subject = &finding.subject;
            let _ = writeln!(text, "{subject}");
        }
        let level = finding.level.as_str();
        // Gateways' own words may be part of it; a configuration's faults have several lines.
        let found = shown(&finding.found);
        // Writing to a text cannot fail.
        let _ = writeln!(text, "  {level:7}  {:12}  {found}", finding.check);
        if let Some(mend) = &finding.mend {
            let _ = writeln!(text, "  {:7}  {:12}  > {mend}", "", "");
        }
    }
    let _ = writeln!(text, "errors: {errors}, warnings: {warnings}");
    text
}
