//! What may be said of an account, and by what it is put right.

use crate::ledger::{Account, AccountState};
use crate::lifecycle::{Plan, Task, number_of};
use crate::ostor::{Resource, User, UserId};

use super::finding::{Command, Finding, Found, Kind};
use super::wanted::{Side, Wanted, WhmcsService};

pub(super) fn in_words((holder, key_id): &(Option<String>, String)) -> String {
    match holder {
        None => key_id.clone(),
        Some(name) => format!("{key_id} of account {name}"),
    }
}

pub(super) fn finding(kind: Kind, account: &Account, sentence: String) -> Finding {
    let user = account.user_id.as_ref().or(match account.state {
        AccountState::Terminated => account.former_user_id.as_ref(),
        _ => None,
    });
    Finding {
        kind,
        service_id: Some(account.service.service_id),
        user_id: user.cloned(),
        sentence,
        repair: None,
    }
}

/// One that a module command of WHMCS puts right.
pub(super) fn for_command(finding: Finding, command: Command) -> Found {
    let name = match command {
        Command::CreateAccount => "Create",
        Command::SuspendAccount => "Suspend",
        Command::UnsuspendAccount => "Unsuspend",
        Command::TerminateAccount => "Terminate",
        Command::ChangePackage => "Change Package",
    };
    Found::for_whmcs(finding, Some(command), format!("Run {name} in WHMCS."))
}

/// The status in WHMCS, which is what the customer pays for, and the command that makes it true.
pub(super) fn status(account: &Account, side: Side<'_>) -> Option<(Found, Option<Command>)> {
    let Side::Listed(service) = side else {
        return None;
    };
    let command = match (account.state, service.wanted()) {
        (_, Wanted::Anything)
        | (AccountState::Active, Wanted::Active)
        | (AccountState::Suspended, Wanted::Suspended) => return None,
        (_, Wanted::NotYet) => None,
        (_, Wanted::Active) => Some(Command::UnsuspendAccount),
        (_, Wanted::Suspended) => Some(Command::SuspendAccount),
        (_, Wanted::Gone) => Some(Command::TerminateAccount),
    };
    let sentence = format!(
        "WHMCS has service {} as {}, and the ledger as {}.{}",
        service.service_id,
        service.status,
        account.state.as_str(),
        match command {
            Some(_) => "",
            None => " Set its status in WHMCS, or terminate it.",
        }
    );
    let finding = finding(Kind::StatusDiffers, account, sentence);
    let found = match command {
        Some(command) => for_command(finding, command),
        None => Found::open(finding),
    };
    Some((found, command))
}

pub(super) fn stored_id(account: &Account, side: Side<'_>) -> Option<Found> {
    let Side::Listed(service) = side else {
        return None;
    };
    let (stored, known) = (service.user_id.as_ref()?, account.user_id.as_deref()?);
    if stored.as_str() == known {
        return None;
    }
    let n = service.service_id;
    let sentence = format!(
        "WHMCS has stored the S3 user {stored} with service {n}, and the service's user is {known}."
    );
    let finding = finding(Kind::UserIdDiffers, account, sentence);
    let remedy = format!("Store {known} as the Username of service {n} in WHMCS.");
    Some(Found::for_whmcs(finding, None, remedy))
}

pub(super) fn unlisted(account: &Account, all: &[WhmcsService]) -> Found {
    let service = &account.service;
    let sentence = format!(
        "Service {} is {} in the ledger, and WHMCS does not list it.",
        service.service_id,
        account.state.as_str()
    );
    let id = account.user_id.as_deref();
    let claims =
        |other: &&WhmcsService| id.is_some() && other.user_id.as_ref().map(UserId::as_str) == id;
    if let Some(other) = all.iter().find(claims) {
        let sentence = format!(
            "{sentence} WHMCS has stored its S3 user with service {}, which Server Sync may have imported: adopt it for that one with `accounts adopt`.",
            other.service_id
        );
        return Found::open(finding(Kind::AccountWithoutService, account, sentence));
    }
    let change = match id {
        Some(id) => format!("Delete the S3 user {id} if it owns no buckets."),
        None => "Give up the creation of its S3 user.".to_owned(),
    };
    let finding = finding(Kind::AccountWithoutService, account, sentence);
    let command = Some(Command::TerminateAccount);
    Found::for_bridge(finding, command, Task::Terminate, vec![change])
}

/// Nothing where it is said already that the account should not be.
pub(super) fn missing(account: &Account, id: &UserId, side: Side<'_>) -> Option<Found> {
    let n = account.service.service_id;
    let sentence = |what: &str| format!("The S3 user {id} of service {n} does not exist.{what}");
    match (side, side.wanted()) {
        (Side::Unlisted(_), _) => None,
        (_, Wanted::Gone) => {
            let finding = finding(Kind::UserMissing, account, sentence(""));
            Some(for_command(finding, Command::TerminateAccount))
        }
        _ => {
            let sentence = sentence(" Create makes a new one without the old data.");
            let finding = finding(Kind::UserMissing, account, sentence);
            Some(for_command(finding, Command::CreateAccount))
        }
    }
}

pub(super) fn renamed(account: &Account, user: &User) -> Found {
    let n = account.service.service_id;
    let sentence = format!(
        "The S3 user {} of service {n} has the address {} instead of {}; until that is settled, every call about the service is refused.",
        user.id, user.email, account.identity
    );
    let finding = finding(Kind::IdentityChanged, account, sentence);
    let change = format!(
        "Record {} as the address of the S3 user of service {n}.",
        user.email
    );
    let task = Task::Identity(user.email.clone());
    Found::for_bridge(finding, None, task, vec![change])
}

/// The state at the gateway. Where WHMCS wants another than the ledger, its command puts both right.
pub(super) fn state(
    account: &Account,
    user: &User,
    wanted: Wanted,
    command: Option<Command>,
) -> Option<Found> {
    let should = account.state == AccountState::Active;
    if user.enabled == should {
        return None;
    }
    let word = |enabled| if enabled { "enabled" } else { "disabled" };
    let n = account.service.service_id;
    let sentence = format!(
        "The S3 user {} of service {n}, which is {} in the ledger, is {}.",
        user.id,
        account.state.as_str(),
        word(user.enabled)
    );
    let finding = finding(Kind::StateDiffers, account, sentence);
    if let Some(command) = command {
        return Some(for_command(finding, command));
    }
    if wanted == Wanted::NotYet {
        return Some(Found::open(finding));
    }
    let (command, task, verb) = match should {
        true => (Command::UnsuspendAccount, Task::Unsuspend, "Enable"),
        false => (Command::SuspendAccount, Task::Suspend, "Disable"),
    };
    let change = format!("{verb} the S3 user {} of service {n}.", user.id);
    Some(Found::for_bridge(
        finding,
        Some(command),
        task,
        vec![change],
    ))
}

pub(super) fn still_there(account: &Account, user: &User) -> Found {
    let n = account.service.service_id;
    if user.email != account.identity {
        let sentence = format!(
            "The S3 user {} of the terminated service {n} exists with the address {} instead of {}. Find out whose it is.",
            user.id, user.email, account.identity
        );
        return Found::open(finding(Kind::TerminatedButThere, account, sentence));
    }
    let sentence = format!(
        "Service {n} is terminated, and its S3 user {} still exists.",
        user.id
    );
    let finding = finding(Kind::TerminatedButThere, account, sentence);
    let change = format!("Delete the S3 user {} if it owns no buckets.", user.id);
    let task = Task::DeleteFormer(user.id.clone());
    let command = Some(Command::TerminateAccount);
    Found::for_bridge(finding, command, task, vec![change])
}

/// What differs, how it is, and how it should be.
pub(super) fn differences(live: &Plan, wanted: &Plan) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for resource in Resource::ALL {
        let (is, should) = (live.limits.get(resource), wanted.limits.get(resource));
        if is != should {
            let word = |rate| number_of(rate).map_or("unlimited".to_owned(), |n| n.to_string());
            all.push((format!("the limit {resource}"), word(is), word(should)));
        }
    }
    if live.quota_gb != wanted.quota_gb {
        let word = |gb: Option<std::num::NonZeroU64>| {
            gb.map_or("unlimited".to_owned(), |gb| format!("{gb} GB"))
        };
        let what = "the quota".to_owned();
        all.push((what, word(live.quota_gb), word(wanted.quota_gb)));
    }
    all
}
