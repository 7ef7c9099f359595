//! Looks at everything a service needs, changes nothing, and says of each finding how to mend it.
//!
//! What it takes to know a cluster stands in `lifecycle` and `metering`, which are asked; here it becomes findings.

mod cluster;
mod configuration;
mod ledger;

use std::path::Path;

use futures::future::join_all;
use serde::Serialize;

use crate::clock::Clock;
use crate::config::{self, Config};

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// As it should be.
    Ok,
    /// The service works; somebody should look.
    Warning,
    /// Something does not work.
    Error,
}

impl Level {
    /// The word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `configuration`, `ledger` or `cluster NAME`.
    pub subject: String,
    /// What was looked at, in one word that stays.
    pub check: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// How to mend it; absent when there is nothing to mend.
    pub mend: Option<String>,
}

/// Findings about one subject.
struct Findings {
    subject: String,
    list: Vec<Finding>,
}

impl Findings {
    fn about(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            list: Vec::new(),
        }
    }

    fn ok(&mut self, check: &'static str, found: impl Into<String>) {
        self.add(check, Level::Ok, found.into(), None);
    }

    fn warning(&mut self, check: &'static str, found: impl Into<String>, mend: impl Into<String>) {
        self.add(check, Level::Warning, found.into(), Some(mend.into()));
    }

    fn error(&mut self, check: &'static str, found: impl Into<String>, mend: impl Into<String>) {
        self.add(check, Level::Error, found.into(), Some(mend.into()));
    }

    fn add(&mut self, check: &'static str, level: Level, found: String, mend: Option<String>) {
        self.list.push(Finding {
            subject: self.subject.clone(),
            check,
            level,
            found,
            mend,
        });
    }
}

/// Looks at the configuration that was read from `file` and the environment, and at all it names.
pub async fn examine(
    config: Result<Config, config::Error>,
    file: Option<&Path>,
    clock: Clock,
) -> Vec<Finding> {
    let (mut findings, config) = configuration::examine(config, file);
    let Some(config) = config else {
        return findings;
    };
    let (of_ledger, ledger) = ledger::examine(&config.database, &clock).await;
    findings.extend(of_ledger);
    let Config {
        clusters, usage, ..
    } = config;
    let looks = clusters.into_iter().map(|(name, settings)| {
        let (usage, ledger, clock) = (&usage, ledger.as_ref(), &clock);
        async move { cluster::examine(&name, settings, usage, ledger, clock).await }
    });
    findings.extend(join_all(looks).await.into_iter().flatten());
    if let Some(ledger) = ledger {
        ledger.close().await;
    }
    findings
}
