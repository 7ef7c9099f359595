//! Looking without changing: one account, and one cluster's connection.

use std::fmt;

use crate::app::{Cluster, Services};
use crate::ledger::{AccountState, PurgeJob};
use crate::ostor::{self, BucketFilter, QuotaTarget, UserId};

use super::ensure::read_plan;
use super::work::{self, ServiceCall};
use super::{Error, Plan, recorded_plan};

/// Differences of the clocks beyond this are worth a warning; the gateway refuses at about 15
/// minutes.
const CLOCK_WARNING_SECONDS: i64 = 60;

/// What the ledger holds of a service, beside what the gateway shows.
#[derive(Debug)]
pub struct AccountView {
    /// How far the service has come.
    pub state: AccountState,
    /// The S3 user on record.
    pub user_id: Option<String>,
    /// The S3 user's e-mail address.
    pub user_email: String,
    /// The key pair last handed out.
    pub access_key_id: Option<String>,
    /// The plan on record.
    pub plan: Option<Plan>,
    /// What the gateway shows; `None` when it shows no such user.
    pub live: Option<LiveView>,
    /// The termination under way, else the last one.
    pub job: Option<PurgeJob>,
    /// What does not fit, as sentences.
    pub warnings: Vec<String>,
}

/// What the gateway shows of a user.
#[derive(Debug)]
pub struct LiveView {
    /// Whether it is enabled.
    pub enabled: bool,
    /// The plan in force.
    pub plan: Plan,
    /// Ids of its key pairs.
    pub access_key_ids: Vec<String>,
    /// How many buckets it owns.
    pub buckets: usize,
    /// Bytes stored in them, unfinished uploads included.
    pub bytes: u64,
}

/// Reads one account from the ledger and from the gateway.
///
/// # Errors
/// [`Error::AccountUnknown`] when the ledger has no row, else what kept the gateway from
/// answering.
pub async fn account_state(services: &Services, call: &ServiceCall) -> Result<AccountView, Error> {
    let gateway = &work::cluster(services, &call.service.cluster)?.gateway;
    let account = services
        .ledger
        .account(&call.service)
        .await?
        .ok_or_else(|| Error::AccountUnknown(call.service.clone()))?;
    let plan = recorded_plan(account.plan.as_deref())?;
    let live = match account.user_id.as_deref().map(UserId::try_from) {
        Some(Ok(id)) => read_live(gateway, &id, plan.as_ref()).await?,
        _ => None,
    };
    let mut view = AccountView {
        state: account.state,
        user_id: account.user_id,
        user_email: account.identity,
        access_key_id: account.access_key_id,
        plan,
        live,
        job: services.ledger.job_of(account.id).await?,
        warnings: Vec::new(),
    };
    view.warnings = differences(&view, call.user_id.as_ref());
    Ok(view)
}

async fn read_live(
    gateway: &ostor::Client,
    id: &UserId,
    wanted: Option<&Plan>,
) -> Result<Option<LiveView>, Error> {
    let Some(user) = gateway.user_by_id(id).await? else {
        return Ok(None);
    };
    let plan = read_plan(gateway, id, wanted).await?;
    let buckets = gateway.buckets(&BucketFilter::Owner(id.clone())).await?;
    Ok(Some(LiveView {
        enabled: user.enabled,
        plan,
        access_key_ids: user.keys.into_iter().map(|key| key.id).collect(),
        buckets: buckets.len(),
        bytes: buckets
            .iter()
            .fold(0, |sum, bucket| bucket.size.current.saturating_add(sum)),
    }))
}

fn differences(view: &AccountView, claimed: Option<&UserId>) -> Vec<String> {
    let mut warnings = Vec::new();
    if let (Some(claimed), Some(known)) = (claimed, &view.user_id)
        && claimed.as_str() != known
    {
        warnings.push(format!(
            "WHMCS has stored the S3 user {claimed}; the service's user is {known}."
        ));
    }
    let expected = match view.state {
        AccountState::Active => Some(true),
        AccountState::Suspended => Some(false),
        AccountState::Creating | AccountState::Terminating | AccountState::Terminated => None,
    };
    match (&view.live, expected) {
        (None, Some(_)) => {
            warnings
                .push("The S3 user does not exist on the cluster; Create makes a new one.".into());
        }
        (Some(live), Some(enabled)) if live.enabled != enabled => warnings.push(format!(
            "The S3 user is {} on the cluster; Suspend or Unsuspend puts it right.",
            if live.enabled { "enabled" } else { "disabled" }
        )),
        _ => {}
    }
    if let (Some(live), Some(plan)) = (&view.live, &view.plan)
        && live.plan != *plan
    {
        warnings.push(
            "Limits or quota on the cluster differ from the plan; Change Package puts them right."
                .into(),
        );
    }
    if let (Some(live), Some(key)) = (&view.live, &view.access_key_id)
        && !live.access_key_ids.contains(key)
    {
        warnings.push(format!(
            "The key pair {key} that WHMCS was given no longer exists; Create hands out a valid one."
        ));
    }
    warnings
}

/// What a test of a cluster's connection found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectionReport {
    /// The gateway's clock minus ours, in seconds.
    pub clock_skew_seconds: i64,
    /// Whether there are statistics objects to collect.
    pub statistics: bool,
    /// Whether quotas work.
    pub quotas: bool,
    /// What should be looked at.
    pub warnings: Vec<Warning>,
}

/// What should be looked at on a cluster that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What it is about.
    pub about: Aspect,
    /// What was found, as a sentence.
    pub found: String,
    /// How to mend it, as a sentence.
    pub mend: String,
}

/// What a test of a connection looks at besides whether there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aspect {
    /// The clocks of both sides.
    Clock,
    /// Whether statistics are collected.
    Statistics,
    /// Whether quotas work.
    Quotas,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.found, self.mend)
    }
}

/// Answers when the cluster answers a signed call of a system user.
///
/// # Errors
/// What keeps the cluster from being used.
pub async fn ping(services: &Services, name: &str) -> Result<(), Error> {
    probe(work::cluster(services, name)?).await
}

async fn probe(cluster: &Cluster) -> Result<(), Error> {
    // An address nobody has: answered 404, and only to a system user.
    let probe = cluster.settings.identity_of("connection-test", 0);
    cluster.gateway.user_by_email(&probe).await?;
    Ok(())
}

/// Checks address, signature, permission, clock, statistics and quotas of a cluster. Nothing is
/// changed on it.
///
/// # Errors
/// What keeps the cluster from being used at all.
pub async fn test_connection(services: &Services, name: &str) -> Result<ConnectionReport, Error> {
    examine(work::cluster(services, name)?).await
}

/// As [`test_connection`], of a cluster that is at hand.
///
/// # Errors
/// What keeps the cluster from being used at all.
pub async fn examine(cluster: &Cluster) -> Result<ConnectionReport, Error> {
    probe(cluster).await?;
    let gateway = &cluster.gateway;
    let name = gateway.cluster();
    let clock_skew_seconds = gateway.clock_skew().map_or(0, |skew| skew.as_secs());
    let mut warnings = Vec::new();
    let mut warn = |about, found, mend: &str| {
        let mend = mend.to_owned();
        warnings.push(Warning { about, found, mend });
    };
    if clock_skew_seconds.abs() > CLOCK_WARNING_SECONDS {
        warn(
            Aspect::Clock,
            format!(
                "The clocks of the bridge and of cluster {name} differ by {clock_skew_seconds} seconds; the cluster refuses calls at about 900."
            ),
            "Check NTP on both.",
        );
    }
    let statistics = match gateway.statistics_page(None, None).await {
        Ok(page) if page.names.is_empty() => {
            warn(
                Aspect::Statistics,
                format!(
                    "Cluster {name} has no statistics objects: either there was no traffic yet, or collection is off."
                ),
                "S3_GW_COLLECT_STAT=1 in gw.conf turns it on.",
            );
            false
        }
        Ok(_) => true,
        Err(error) => {
            warn(
                Aspect::Statistics,
                format!("Statistics cannot be read: {error}."),
                "See that the gateways serve `ostor-usage`; without it usage is not known.",
            );
            false
        }
    };
    let quotas = match gateway.quota(&QuotaTarget::DefaultForUsers).await {
        Ok(_) => true,
        Err(error) => {
            warn(
                Aspect::Quotas,
                format!("Quotas do not work: {error}."),
                "They need `ostor-ctl add-acc` on the cluster.",
            );
            false
        }
    };
    Ok(ConnectionReport {
        clock_skew_seconds,
        statistics,
        quotas,
        warnings,
    })
}
