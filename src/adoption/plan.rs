//! The plan: one answer for each service.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use futures::{StreamExt, TryStreamExt, stream};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::{Cluster, Services};
use crate::ledger::{Account, AccountState, Records, ServiceKey};
use crate::lifecycle::Error;
use crate::ostor::{User, UserId};

use super::evidence::{Addresses, AdoptService, Led};

/// What came of looking for a service's user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The service has its user already.
    Adopted,
    /// This user is the service's.
    Match,
    /// Only an address speaks for it, and more than one user or service has that.
    Ambiguous,
    /// What was found does not agree, or the user is not to be had.
    Conflict,
    /// Nothing was found.
    None,
}

/// What was found for a service.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Match {
    /// WHMCS's number.
    pub service_id: i64,
    /// What came of it.
    pub outcome: Outcome,
    /// The user that is meant.
    pub user_id: Option<String>,
    /// Its address at the gateway.
    pub identity: Option<String>,
    /// The service it is on record for and that is not in WHMCS any more; from that one it changes hands.
    pub from_service_id: Option<i64>,
    /// What speaks for it, the strongest first.
    pub evidence: Vec<String>,
    /// Why it is not simply a match.
    pub problem: Option<String>,
}

impl Match {
    fn new(service: &AdoptService, outcome: Outcome) -> Self {
        Self {
            service_id: service.service_id,
            outcome,
            user_id: None,
            identity: None,
            from_service_id: None,
            evidence: Vec::new(),
            problem: None,
        }
    }

    fn of(mut self, user: &User) -> Self {
        self.user_id = Some(user.id.to_string());
        self.identity = Some(user.email.clone());
        self
    }

    fn problem(mut self, problem: impl Into<String>) -> Self {
        self.problem = Some(problem.into());
        self
    }

    fn conflict(mut self, problem: String) -> Self {
        self.outcome = Outcome::Conflict;
        self.problem = Some(problem);
        self
    }
}

/// What is known when services are matched.
struct Scene<'a> {
    client: &'a str,
    cluster: &'a Cluster,
    records: &'a Records,
    listed: HashMap<&'a UserId, &'a User>,
    addresses: Addresses<'a>,
    /// Numbers of all services that WHMCS has.
    numbers: HashSet<i64>,
    /// Users that something may speak for, with keys and flags.
    looked_up: HashMap<UserId, User>,
}

/// What speaks for which user.
type Speaking<'a> = BTreeMap<&'a UserId, Vec<String>>;

/// Finds the users of `services`, which should be all that the WHMCS installation `client` has on the cluster: an address
/// counts as evidence only when no other of them has it. `progress` is told how many users are looked up, of how many.
///
/// # Errors
/// What kept the ledger or the gateway from answering, and [`Error::UnknownCluster`].
pub async fn plan(
    services: &Services,
    client: &str,
    cluster: &str,
    wanted: &[AdoptService],
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<Vec<Match>, Error> {
    let at = services
        .clusters
        .get(cluster)
        .ok_or_else(|| Error::UnknownCluster(cluster.to_owned()))?;
    let users = at.gateway.users().await?;
    let records = services.ledger.records(cluster).await?;
    let mut scene = Scene {
        client,
        cluster: at,
        records: &records,
        listed: users.iter().map(|user| (&user.id, user)).collect(),
        addresses: Addresses::new(&users, wanted),
        numbers: wanted.iter().map(|service| service.service_id).collect(),
        looked_up: HashMap::new(),
    };
    let candidates: BTreeSet<UserId> = wanted
        .iter()
        .flat_map(|service| scene.candidates(service))
        .collect();
    scene.looked_up = look_up(at, candidates, progress).await?;
    let mut matches = Vec::new();
    for service in wanted {
        matches.push(scene.find(service));
    }
    refuse_shared(&mut matches);
    Ok(matches)
}

async fn look_up(
    cluster: &Cluster,
    ids: BTreeSet<UserId>,
    progress: &(dyn Fn(u64, u64) + Send + Sync),
) -> Result<HashMap<UserId, User>, Error> {
    let total = ids.len() as u64;
    let parallel = usize::try_from(cluster.settings.max_parallel).unwrap_or(1);
    let gateway = &cluster.gateway;
    let mut looks = stream::iter(ids)
        .map(|id| async move { gateway.user_by_id(&id).await })
        .buffer_unordered(parallel);
    let (mut users, mut done) = (HashMap::new(), 0);
    while let Some(user) = looks.try_next().await? {
        users.extend(user.map(|user| (user.id.clone(), user)));
        done += 1;
        progress(done, total);
    }
    Ok(users)
}

/// The user whose key pair has this id: the id begins with the user's.
fn user_of_key(key_id: &str) -> Option<UserId> {
    UserId::try_from(key_id.get(..16)?).ok()
}

impl<'a> Scene<'a> {
    /// Users of the cluster that something about the service may speak for.
    fn candidates(&self, service: &AdoptService) -> Vec<UserId> {
        let by_key = service
            .access_key_ids
            .iter()
            .filter_map(|id| user_of_key(id));
        let stored = service.user_id.iter().cloned();
        let mut all: Vec<UserId> = by_key
            .chain(stored)
            .filter(|id| self.listed.contains_key(id))
            .collect();
        let addresses = service.former_emails.iter().chain([&service.email]);
        for address in addresses {
            if let Led::To(user) = self.addresses.lead(address) {
                all.push(user.id.clone());
            }
        }
        all
    }

    fn find(&self, service: &AdoptService) -> Match {
        match self.on_record(service) {
            Some(found) => found,
            None => self.by_evidence(service),
        }
    }

    /// The answer for a service that the ledger has.
    fn on_record(&self, service: &AdoptService) -> Option<Match> {
        let ours = |account: &&Account| {
            account.service.client == self.client
                && account.service.service_id == service.service_id
        };
        let account = self.records.accounts.iter().find(ours)?;
        let mut found = Match::new(service, Outcome::Adopted);
        found.user_id.clone_from(&account.user_id);
        found.identity = Some(account.identity.clone());
        match account.state {
            AccountState::Terminated => return None,
            AccountState::Creating => {
                return Some(found.conflict(
                    "its creation was begun and not completed; run Create, or terminate it first"
                        .to_owned(),
                ));
            }
            AccountState::Terminating => {
                return Some(found.conflict("its S3 user is being deleted".to_owned()));
            }
            AccountState::Active | AccountState::Suspended => {}
        }
        let id = account.user_id.as_deref().map(UserId::try_from);
        let user = id.and_then(Result::ok);
        let user = user.and_then(|id| self.listed.get(&id).copied());
        Some(match user {
            Some(user) if user.email == account.identity => {
                found.evidence = vec!["this user is on record for the service".to_owned()];
                found
            }
            _ => found.conflict(
                "the S3 user on record is gone or has another address; `accounts drift` tells more"
                    .to_owned(),
            ),
        })
    }

    fn by_evidence(&self, service: &AdoptService) -> Match {
        let by_key = self.by_keys(service);
        let stored = service.user_id.as_ref();
        let stored = stored.and_then(|id| self.looked_up.get(id));
        let mut strong: Speaking<'_> = BTreeMap::new();
        for (user, key_id) in &by_key {
            let evidence = strong.entry(&user.id).or_default();
            evidence.push(format!("the access key {key_id} belongs to this user"));
        }
        if let Some(user) = stored {
            let evidence = strong.entry(&user.id).or_default();
            evidence.push("WHMCS has stored this user's id".to_owned());
        }
        let addresses = self.by_addresses(service);
        let mut weak: Speaking<'_> = BTreeMap::new();
        for (whose, address, led) in &addresses {
            if let Led::To(user) = led {
                let evidence = weak.entry(&user.id).or_default();
                evidence.push(format!("the customer's {whose} {address} is its"));
            }
        }
        let both = |id: &UserId| {
            let key = by_key.iter().any(|(user, _)| user.id == *id);
            key && stored.is_some_and(|user| user.id == *id)
        };
        let strong_ids: Vec<&UserId> = strong.keys().copied().collect();
        let weak_ids: Vec<&UserId> = weak.keys().copied().collect();
        let chosen = match (&strong_ids[..], &weak_ids[..]) {
            ([], []) => return nothing(service, &addresses),
            ([], [only]) => *only,
            // A key or a stored id alone does not outweigh the address of another user.
            ([only], others) if both(only) || others.iter().all(|other| other == only) => *only,
            _ => return contradiction(service, &strong, &weak),
        };
        let mut evidence = strong.remove(chosen).unwrap_or_default();
        evidence.extend(weak.remove(chosen).unwrap_or_default());
        self.free(service, chosen, evidence)
    }

    /// Users that hold one of the service's keys, each with the key.
    fn by_keys(&self, service: &AdoptService) -> Vec<(&User, String)> {
        let mut found = Vec::new();
        for key_id in &service.access_key_ids {
            let user = user_of_key(key_id).and_then(|id| self.looked_up.get(&id));
            let holds = |user: &&User| user.all_keys().any(|key| key.id == *key_id);
            if let Some(user) = user.filter(holds) {
                found.push((user, key_id.clone()));
            }
        }
        found
    }

    /// Whether the user is to be had.
    fn free(&self, service: &AdoptService, id: &UserId, evidence: Vec<String>) -> Match {
        let Some(user) = self.looked_up.get(id) else {
            let found = Match::new(service, Outcome::None);
            return found.problem(format!("the S3 user {id} was deleted just now"));
        };
        let mut found = Match::new(service, Outcome::Match).of(user);
        found.evidence = evidence;
        if user.is_system() || self.cluster.is_own(id) {
            return found.conflict(format!("the S3 user {id} is a system user of the cluster"));
        }
        let owner = self.records.owners.get(id.as_str());
        let Some(owner) = owner.map(|place| &self.records.accounts[*place]) else {
            return found;
        };
        let ServiceKey {
            client, service_id, ..
        } = &owner.service;
        if *client == self.client && *service_id == service.service_id {
            return found;
        }
        if service.user_id.as_ref() == Some(id) && self.is_orphaned(owner, id) {
            found.evidence.push(format!(
                "service {service_id}, which it is on record for, is not in WHMCS any more"
            ));
            found.from_service_id = Some(*service_id);
            return found;
        }
        found.conflict(format!(
            "the S3 user {id} belongs to service {service_id} of {client}"
        ))
    }

    /// Whether the user's service is one that WHMCS had and has no more.
    fn is_orphaned(&self, owner: &Account, id: &UserId) -> bool {
        matches!(owner.state, AccountState::Active | AccountState::Suspended)
            && owner.user_id.as_deref() == Some(id.as_str())
            && owner.service.client == self.client
            && !self.numbers.contains(&owner.service.service_id)
    }

    /// The customer's addresses, the present one first, and whom they lead to.
    fn by_addresses<'s>(&self, service: &'s AdoptService) -> Vec<(&'static str, &'s str, Led<'a>)> {
        let former = service
            .former_emails
            .iter()
            .map(|address| ("former address", address));
        let former = former.filter(|(_, address)| !address.eq_ignore_ascii_case(&service.email));
        std::iter::once(("address", &service.email))
            .chain(former)
            .map(|(whose, address)| (whose, address.as_str(), self.addresses.lead(address)))
            .collect()
    }
}

/// Why no user was found.
fn nothing(service: &AdoptService, addresses: &[(&str, &str, Led<'_>)]) -> Match {
    for (_, address, led) in addresses {
        if let Led::Several(users, services) = led {
            let found = Match::new(service, Outcome::Ambiguous);
            return found.problem(format!(
                "S3 users with the address {address}: {users}, services whose customer has or had it: {services}; an access key id or the user's id would tell which is meant"
            ));
        }
    }
    Match::new(service, Outcome::None)
        .problem("no S3 user has one of its keys, its stored id, or one of its addresses")
}

/// What speaks for different users.
fn contradiction(service: &AdoptService, strong: &Speaking<'_>, weak: &Speaking<'_>) -> Match {
    let all = || strong.iter().chain(weak);
    let ids: BTreeSet<&str> = all().map(|(id, _)| id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let found = Match::new(service, Outcome::Conflict);
    let mut found = found.conflict(format!(
        "what was found speaks for different S3 users: {}",
        ids.join(", ")
    ));
    found.evidence = all()
        .flat_map(|(id, evidence)| evidence.iter().map(move |words| format!("{id}: {words}")))
        .collect();
    found
}

/// Two services never get one user.
fn refuse_shared(matches: &mut [Match]) {
    let mut services: HashMap<String, Vec<i64>> = HashMap::new();
    for found in matches.iter() {
        if let (Outcome::Match, Some(user)) = (found.outcome, &found.user_id) {
            services
                .entry(user.clone())
                .or_default()
                .push(found.service_id);
        }
    }
    for found in matches {
        let shared = found.user_id.as_ref().and_then(|user| services.get(user));
        let Some(shared) = shared.filter(|shared| shared.len() > 1) else {
            continue;
        };
        if found.outcome == Outcome::Match {
            let numbers: Vec<String> = shared.iter().map(ToString::to_string).collect();
            found.outcome = Outcome::Conflict;
            found.problem = Some(format!(
                "the same S3 user was found for services {}, and each needs its own",
                numbers.join(", ")
            ));
        }
    }
}
