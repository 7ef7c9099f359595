//! One account beside its S3 user and its service in WHMCS.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::app::{Cluster, Services};
use crate::ledger::{Account, AccountState, KeyHolder, LastCall, ServiceKey};
use crate::lifecycle::{Error, Task, read_plan, recorded_plan};
use crate::ostor::{AccessKey, User, UserId};

use super::differences::{
    differences, finding, for_command, in_words, missing, renamed, state, status, still_there,
    stored_id, unlisted,
};
use super::finding::{Command, Found, Kind};
use super::wanted::{Side, Wanted};

/// How long a call that nobody has ended counts as under way: WHMCS and the bridge give up long before.
const UNDER_WAY: SignedDuration = SignedDuration::from_mins(10);

/// How often an account is looked at again because a call changed it meanwhile.
const LOOKS: usize = 3;

/// Where accounts are looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Desk<'a> {
    pub services: &'a Services,
    pub cluster: &'a Cluster,
    pub name: &'a str,
}

impl Desk<'_> {
    /// What does not agree about a service of the ledger, unless a call is at work on it. `listed` are the users of the
    /// cluster where they were read, which spares looking for those that are gone.
    pub(super) async fn settled(
        &self,
        service: &ServiceKey,
        side: Side<'_>,
        listed: &HashSet<UserId>,
    ) -> Result<Vec<Found>, Error> {
        let ledger = &self.services.ledger;
        for _ in 0..LOOKS {
            let before = ledger.last_call(service).await?;
            if before.as_ref().is_some_and(|call| self.is_under_way(call)) {
                return Ok(Vec::new());
            }
            let found = self.look(service, side, Some(listed)).await?;
            if found.is_empty() || ledger.last_call(service).await? == before {
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    fn is_under_way(&self, call: &LastCall) -> bool {
        call.outcome.is_none() && self.is_recent(call.started_at)
    }

    /// `time` in ms since 1970.
    fn is_recent(&self, time: i64) -> bool {
        let now = self.services.clock.now();
        let time = Timestamp::from_millisecond(time).unwrap_or(now);
        now.duration_since(time) < UNDER_WAY
    }

    /// What does not agree now.
    pub(super) async fn look(
        &self,
        service: &ServiceKey,
        side: Side<'_>,
        listed: Option<&HashSet<UserId>>,
    ) -> Result<Vec<Found>, Error> {
        let Some(account) = self.services.ledger.account(service).await? else {
            return Ok(Vec::new());
        };
        let found = match account.state {
            AccountState::Creating => self.creating(&account, side),
            AccountState::Terminating => self.terminating(&account).await?,
            AccountState::Terminated => self.terminated(&account, side, listed).await?,
            AccountState::Active | AccountState::Suspended => self.living(&account, side).await?,
        };
        Ok(found)
    }

    /// An intent that nobody works on any more.
    fn creating(&self, account: &Account, side: Side<'_>) -> Vec<Found> {
        let begun = account.absent_at.unwrap_or(account.created_at);
        if self.is_recent(begun) {
            return Vec::new();
        }
        let n = account.service.service_id;
        if let Side::Unlisted(all) = side {
            return vec![unlisted(account, all)];
        }
        let finding = finding(
            Kind::UserMissing,
            account,
            format!("The creation of the S3 user of service {n} was begun and not completed."),
        );
        vec![match side.wanted() {
            Wanted::Gone => for_command(finding, Command::TerminateAccount),
            _ => for_command(finding, Command::CreateAccount),
        }]
    }

    /// A deletion is under way, however long it takes, unless it ended with an error.
    async fn terminating(&self, account: &Account) -> Result<Vec<Found>, Error> {
        if self
            .services
            .ledger
            .was_terminated(&account.service)
            .await?
        {
            return Ok(Vec::new());
        }
        let sentence = format!(
            "The deletion of the S3 user of service {} was begun and ended with an error.",
            account.service.service_id
        );
        let finding = finding(Kind::StateDiffers, account, sentence);
        Ok(vec![for_command(finding, Command::TerminateAccount)])
    }

    async fn terminated(
        &self,
        account: &Account,
        side: Side<'_>,
        listed: Option<&HashSet<UserId>>,
    ) -> Result<Vec<Found>, Error> {
        let n = account.service.service_id;
        let mut found = Vec::new();
        match side.wanted() {
            Wanted::Active => {
                let sentence = format!(
                    "WHMCS has service {n} as Active, and its S3 user is deleted. Create makes a new one without the old data."
                );
                let finding = finding(Kind::StatusDiffers, account, sentence);
                found.push(for_command(finding, Command::CreateAccount));
            }
            Wanted::Suspended => {
                let sentence = format!(
                    "WHMCS has service {n} as Suspended, and its S3 user is deleted. Set the service to Terminated, or run Create for a new S3 user."
                );
                let finding = finding(Kind::StatusDiffers, account, sentence);
                found.push(Found::open(finding));
            }
            Wanted::Gone | Wanted::NotYet | Wanted::Anything => {}
        }
        let former = account.former_user_id.as_deref().map(UserId::try_from);
        let Some(Ok(id)) = former else {
            return Ok(found);
        };
        if listed.is_some_and(|listed| !listed.contains(&id)) {
            return Ok(found);
        }
        if let Some(user) = self.cluster.gateway.user_by_id(&id).await? {
            found.push(still_there(account, &user));
        }
        Ok(found)
    }

    async fn living(&self, account: &Account, side: Side<'_>) -> Result<Vec<Found>, Error> {
        let n = account.service.service_id;
        let mut found = Vec::new();
        let status = status(account, side);
        let command = status.as_ref().and_then(|(_, command)| *command);
        found.extend(status.map(|(found, _)| found));
        found.extend(stored_id(account, side));
        if let Side::Unlisted(all) = side {
            found.push(unlisted(account, all));
        }
        let recorded = account.user_id.as_deref().map(UserId::try_from);
        let Some(Ok(id)) = recorded else {
            let sentence = format!("The ledger has service {n} without the id of its S3 user.");
            found.push(Found::open(finding(Kind::UserMissing, account, sentence)));
            return Ok(found);
        };
        let Some(user) = self.cluster.gateway.user_by_id(&id).await? else {
            found.extend(missing(account, &id, side));
            return Ok(found);
        };
        if user.email != account.identity {
            found.push(renamed(account, &user));
        }
        found.extend(state(account, &user, side.wanted(), command));
        found.extend(self.plan(account, &id).await?);
        found.extend(self.more_keys(account, &user).await?);
        Ok(found)
    }

    /// Limits and quota, where it is on record what they should be.
    async fn plan(&self, account: &Account, id: &UserId) -> Result<Option<Found>, Error> {
        let Some(wanted) = recorded_plan(account.plan.as_deref())? else {
            return Ok(None);
        };
        let n = account.service.service_id;
        let finding = |sentence| finding(Kind::PlanDiffers, account, sentence);
        let live = match read_plan(&self.cluster.gateway, id, Some(&wanted)).await {
            Ok(live) => live,
            Err(Error::Gateway(error)) => {
                let sentence = format!(
                    "Whether limits and quota of service {n} are those of its plan is not known: {error}."
                );
                return Ok(Some(Found::open(finding(sentence))));
            }
            Err(error) => return Err(error),
        };
        let differences = differences(&live, &wanted);
        if differences.is_empty() {
            return Ok(None);
        }
        let shown: Vec<String> = differences
            .iter()
            .map(|(what, live, wanted)| format!("{what} is {live} instead of {wanted}"))
            .collect();
        let changes = differences
            .iter()
            .map(|(what, live, wanted)| {
                format!("Set {what} of the S3 user {id} from {live} to {wanted}.")
            })
            .collect();
        let sentence = format!(
            "Service {n} has other limits than its plan: {}.",
            shown.join(", ")
        );
        Ok(Some(Found::for_bridge(
            finding(sentence),
            Some(Command::ChangePackage),
            Task::Plan,
            changes,
        )))
    }

    /// Key pairs that nobody was given: neither handed out, nor adopted with the user, nor made by a call whose answer
    /// was lost.
    async fn more_keys(&self, account: &Account, user: &User) -> Result<Option<Found>, Error> {
        let known = self
            .services
            .ledger
            .known_keys(self.name, user.id.as_str())
            .await?;
        let unknown = |key: &&AccessKey| !known.contains(&key.id);
        let mut keys: Vec<(Option<String>, String)> = Vec::new();
        let holders = user.accounts.iter().map(|sub| (Some(&sub.name), &sub.keys));
        for (name, pairs) in std::iter::once((None, &user.keys)).chain(holders) {
            if pairs.iter().filter(unknown).count() == 0 {
                continue;
            }
            let holder = KeyHolder {
                cluster: self.name,
                user_id: user.id.as_str(),
                sub_account: name.map(String::as_str),
            };
            let intent = self.services.ledger.key_intent(holder).await?;
            let made = |key: &&AccessKey| intent.as_ref().is_some_and(|i| !i.had(&key.id));
            let unknown = pairs.iter().filter(unknown).filter(|key| !made(key));
            keys.extend(unknown.map(|key| (name.cloned(), key.id.clone())));
        }
        if keys.is_empty() {
            return Ok(None);
        }
        let n = account.service.service_id;
        let words: Vec<String> = keys.iter().map(in_words).collect();
        let sentence = format!(
            "The S3 user {} of service {n} has key pairs that are not known: {}.",
            user.id,
            words.join(", ")
        );
        let finding = finding(Kind::MoreKeys, account, sentence);
        let own = keys.iter().filter(|(holder, _)| holder.is_none()).count();
        // Without a pair of its own that is known, the customer may well work with this one.
        if own > 0 && own == user.keys.len() {
            let sentence = "Run Create, which hands out one of them.";
            let command = Some(Command::CreateAccount);
            return Ok(Some(Found::for_whmcs(finding, command, sentence)));
        }
        let changes = words
            .iter()
            .map(|words| format!("Revoke the key pair {words}."))
            .collect();
        let task = Task::Revoke(keys);
        Ok(Some(Found::for_bridge(finding, None, task, changes)))
    }
}
