//! A whole cluster.

use std::collections::{HashMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::Services;
use crate::ledger::{Account, AccountState, ServiceKey};
use crate::lifecycle::Error;
use crate::ostor::UserId;

use super::account::Desk;
use super::differences::for_command;
use super::finding::{Command, Finding, Found, Kind};
use super::users::Users;
use super::wanted::{Side, Wanted, WhmcsService};

/// What does not agree on a cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// When it was looked at.
    pub checked_at: Timestamp,
    /// Whether WHMCS was asked.
    pub whmcs: bool,
    /// How many accounts of the WHMCS installation were looked at.
    pub accounts: usize,
    /// How many users the cluster has.
    pub users: usize,
    /// In the order in which they are repaired.
    pub findings: Vec<Finding>,
}

/// Compares the ledger's accounts of `client` with a cluster and, when given, with what WHMCS lists. Nothing is changed.
/// `progress` is told how many accounts are done, of how many.
///
/// # Errors
/// What kept the ledger or the gateway from answering, and [`Error::UnknownCluster`].
pub async fn report(
    services: &Services,
    client: &str,
    cluster: &str,
    whmcs: Option<&[WhmcsService]>,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<Report, Error> {
    let desk = Desk::at(services, cluster)?;
    // The users first: one that is made now has its row when the rows are read.
    let users = desk.cluster.gateway.users().await?;
    let records = services.ledger.records(cluster).await?;
    let listed: HashSet<UserId> = users.iter().map(|user| user.id.clone()).collect();
    let by_number: HashMap<i64, &WhmcsService> = whmcs
        .unwrap_or_default()
        .iter()
        .map(|service| (service.service_id, service))
        .collect();
    let ours: Vec<ServiceKey> = records
        .accounts
        .iter()
        .filter(|account| account.service.client == client)
        .map(|account| account.service.clone())
        .collect();
    let side = |service: &ServiceKey| match (whmcs, by_number.get(&service.service_id)) {
        (None, _) => Side::NotAsked,
        (Some(all), None) => Side::Unlisted(all),
        (Some(_), Some(listed)) => Side::Listed(listed),
    };
    let total = ours.len() as u64;
    let parallel = usize::try_from(desk.cluster.settings.max_parallel).unwrap_or(1);
    let (desk, listed, side) = (&desk, &listed, &side);
    let mut looks = stream::iter(ours.clone())
        .map(|service| async move { desk.settled(&service, side(&service), listed).await })
        .buffer_unordered(parallel);
    let (mut found, mut done) = (Vec::new(), 0);
    while let Some(more) = looks.try_next().await? {
        found.extend(more);
        done += 1;
        progress(done, total);
    }
    drop(looks);
    let strangers = Users::sort(*desk, client, &users, &records).await?;
    let known: HashSet<i64> = ours.iter().map(|service| service.service_id).collect();
    for service in whmcs.unwrap_or_default() {
        if !known.contains(&service.service_id) {
            found.extend(desk.unknown(client, service, &strangers).await?);
        }
    }
    found.extend(strangers.findings(whmcs.unwrap_or_default()).await?);
    found.sort_by_cached_key(|found| found.finding.order());
    let mine = |account: &&Account| {
        account.service.client == client && account.state != AccountState::Terminated
    };
    Ok(Report {
        checked_at: services.clock.now(),
        whmcs: whmcs.is_some(),
        accounts: records.accounts.iter().filter(mine).count(),
        users: users.len(),
        findings: found.into_iter().map(|found| found.finding).collect(),
    })
}

impl<'a> Desk<'a> {
    pub(super) fn at(services: &'a Services, cluster: &str) -> Result<Self, Error> {
        let (name, cluster) = services
            .clusters
            .get_key_value(cluster)
            .ok_or_else(|| Error::UnknownCluster(cluster.to_owned()))?;
        Ok(Self {
            services,
            cluster,
            name,
        })
    }

    /// The account of another service of the installation that has the S3 user which WHMCS has stored with this one.
    async fn owner(&self, client: &str, service: &WhmcsService) -> Result<Option<Account>, Error> {
        let Some(id) = &service.user_id else {
            return Ok(None);
        };
        let ledger = &self.services.ledger;
        let mut known = ledger.services_of_users(self.name, &[id.as_str()]).await?;
        let owner = known.remove(id.as_str());
        Ok(owner.filter(|owner| owner.service.client == client))
    }

    /// A service of WHMCS that the ledger does not have.
    async fn unknown(
        &self,
        client: &str,
        service: &WhmcsService,
        users: &Users<'_>,
    ) -> Result<Option<Found>, Error> {
        if !matches!(service.wanted(), Wanted::Active | Wanted::Suspended) {
            return Ok(None);
        }
        let key = ServiceKey {
            client: client.to_owned(),
            cluster: self.name.to_owned(),
            service_id: service.service_id,
        };
        // Made since the rows were read.
        if self.services.ledger.account(&key).await?.is_some() {
            return Ok(None);
        }
        let n = service.service_id;
        let finding = |sentence: String| Finding {
            kind: Kind::ServiceWithoutAccount,
            service_id: Some(n),
            user_id: service.user_id.as_ref().map(ToString::to_string),
            sentence,
            repair: None,
        };
        let elsewhere = self.services.ledger.other_clusters(&key).await?;
        if !elsewhere.is_empty() {
            let sentence = format!(
                "Service {n} lives on cluster {} and not on {}. Restore its server in WHMCS.",
                elsewhere.join(", "),
                self.name
            );
            return Ok(Some(Found::open(finding(sentence))));
        }
        if let Some(owner) = self.owner(client, service).await? {
            let sentence = format!(
                "WHMCS has service {n} as {}, and it has no account. Its S3 user is on record for service {}: adopt it with `accounts adopt` if WHMCS does not have that one any more, else correct its Username.",
                service.status, owner.service.service_id
            );
            return Ok(Some(Found::open(finding(sentence))));
        }
        if let Some(user) = users.stranger_for(service) {
            let sentence = format!(
                "WHMCS has service {n} as {}, and it has no account. The S3 user {} ({}) belongs to none and may be its: adopt it with `accounts adopt`.",
                service.status, user.id, user.email
            );
            return Ok(Some(Found::open(finding(sentence))));
        }
        let sentence = format!(
            "WHMCS has service {n} as {}, and it has no account.",
            service.status
        );
        Ok(Some(for_command(finding(sentence), Command::CreateAccount)))
    }
}
