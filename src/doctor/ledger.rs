//! The ledger: whether it is there, fits this program, can be written, and has room to grow.

use std::path::Path;

use crate::clock::Clock;
use crate::config::Database;
use crate::ledger::{Ledger, Schema};

use super::{Finding, Findings, Level};

/// With less room than this the next writes may fail.
const TOO_LITTLE: u64 = 100 << 20;

/// With less room than this somebody should look.
const LITTLE: u64 = 1 << 30;

/// The ledger comes back when its rows can be read by this program.
pub(super) async fn examine(database: &Database, clock: &Clock) -> (Vec<Finding>, Option<Ledger>) {
    let mut findings = Findings::about("ledger");
    let ledger = open(database, clock, &mut findings).await;
    (findings.list, ledger)
}

async fn open(database: &Database, clock: &Clock, findings: &mut Findings) -> Option<Ledger> {
    const PLACE: &str = "Check database.url, and that the service's user may read and write there.";
    let url = &database.url;
    match Ledger::missing(url) {
        Ok(None) => {}
        Ok(Some(place)) => {
            findings.error(
                "opens",
                format!("There is no ledger at {}.", place.display()),
                "Check database.url, which begins at the current folder when it is relative; `ostor-bridge migrate` makes a new ledger.",
            );
            return None;
        }
        Err(error) => {
            findings.error("opens", sentence(&error), PLACE);
            return None;
        }
    }
    let ledger = match Ledger::open(url, database.limits(), clock.clone()).await {
        Ok(ledger) => ledger,
        Err(error) => {
            findings.error("opens", sentence(&error), PLACE);
            return None;
        }
    };
    findings.ok("opens", "it opens");
    let fits = match ledger.schema().await {
        Ok(Schema::UpToDate) => {
            findings.ok("schema", "the schema is up to date");
            true
        }
        Ok(Schema::Behind(steps)) => {
            let found = format!("The schema is {steps} steps behind this program.");
            match ledger.is_shared() {
                true => findings.error(
                    "schema",
                    found,
                    "Run `ostor-bridge migrate`; the service does not start before, and replicas that run do not mind.",
                ),
                false => findings.warning(
                    "schema",
                    found,
                    "Run `ostor-bridge migrate`, or start the service, which does the same.",
                ),
            }
            false
        }
        Ok(Schema::Ahead) => {
            findings.error(
                "schema",
                "The schema is that of a newer program.",
                "Install the version that was here before, or a later one.",
            );
            false
        }
        Err(error) => {
            findings.error("schema", sentence(&error), PLACE);
            false
        }
    };
    match ledger.writable().await {
        Ok(()) => findings.ok("writable", "it can be written"),
        Err(error) => findings.error(
            "writable",
            sentence(&error),
            "Give the ledger, its folder and the files beside it to the service's user, and look for a program that holds it locked.",
        ),
    }
    if let Ok(Some(folder)) = Ledger::folder(url) {
        room(&folder, findings);
    }
    if fits {
        return Some(ledger);
    }
    ledger.close().await;
    None
}

fn room(folder: &Path, findings: &mut Findings) {
    match rustix::fs::statvfs(folder) {
        Ok(system) => {
            let free = system.f_bavail.saturating_mul(system.f_frsize);
            let found = format!("{} MiB are free in {}.", free >> 20, folder.display());
            let mend = "Free some room there or move the ledger: without room no call that changes something succeeds.";
            let level = enough(free);
            let mend = (level != Level::Ok).then(|| mend.to_owned());
            findings.add("room", level, found, mend);
        }
        Err(error) => findings.warning(
            "room",
            format!(
                "How much room there is in {} cannot be told: {error}.",
                folder.display()
            ),
            "Look with `df`.",
        ),
    }
}

fn enough(free: u64) -> Level {
    match free {
        ..TOO_LITTLE => Level::Error,
        TOO_LITTLE..LITTLE => Level::Warning,
        LITTLE.. => Level::Ok,
    }
}

/// An error with its causes as one sentence.
pub(super) fn sentence(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text.push('.');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_room_is_a_warning_and_almost_none_an_error() {
        for (mebibytes, level) in [
            (0, Level::Error),
            (99, Level::Error),
            (100, Level::Warning),
            (1023, Level::Warning),
            (1024, Level::Ok),
        ] {
            assert_eq!(enough(mebibytes << 20), level, "{mebibytes} MiB");
        }
    }

    #[test]
    fn a_finding_about_room_says_how_much_and_what_to_do() {
        let mut findings = Findings::about("ledger");
        room(Path::new("/nowhere at all"), &mut findings);
        room(Path::new("/proc"), &mut findings);
        let levels: Vec<Level> = findings.list.iter().map(|one| one.level).collect();
        // /proc has room for nothing.
        assert_eq!(levels, [Level::Warning, Level::Error]);
        assert!(findings.list.iter().all(|one| one.mend.is_some()));
    }
}
