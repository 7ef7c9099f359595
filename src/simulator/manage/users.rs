//! `ostor-users`: users, their keys and their state.

use jiff::Timestamp;
use serde::Serialize;

use super::{gone, target_user, wrong_verb};
use crate::simulator::clock::hour;
use crate::simulator::ids::KeyPair;
use crate::simulator::profile::{ListShape, Profile};
use crate::simulator::state::State;
use crate::simulator::users::User;
use crate::simulator::wire::{Failure, Params, Reply};

/// Key pairs a user or an account may have.
const MAX_KEYS: usize = 2;

/// `OwnerId` of every user in all samples.
const OWNER: &str = "0000000000000000";

pub(super) fn answer(
    state: &mut State,
    verb: &str,
    params: &Params,
    now: Timestamp,
) -> Result<Reply, Failure> {
    let keys_asked = params.has("genKey") || params.has("revokeKey");
    match verb {
        "GET" if params.has("emailAddress") || params.has("id") => one(state, params, now),
        "GET" => Ok(list(state, params, now)),
        "PUT" if keys_asked && state.profile.put_keys => keys(state, params),
        "PUT" if keys_asked => Err(Failure::bad("Keys are generated and revoked with POST")),
        "PUT" => create(state, params, now),
        "POST" => change(state, params),
        "DELETE" => delete(state, params),
        _ => Err(wrong_verb(verb)),
    }
}

fn list(state: &State, params: &Params, now: Timestamp) -> Reply {
    let space = params.has("space").then(|| hour(now));
    let users: Vec<UserJson<'_>> = state
        .users
        .iter()
        .map(|user| UserJson::of_list(user, &state.profile, space))
        .collect();
    match state.profile.users_list {
        ListShape::Array => Reply::json(&users),
        ListShape::Object => Reply::json(&Wrapped { users }),
    }
}

fn one(state: &State, params: &Params, now: Timestamp) -> Result<Reply, Failure> {
    let id = target_user(state, params)?;
    let user = state.users.get(&id).ok_or_else(gone)?;
    let space = params.has("space").then(|| hour(now));
    Ok(Reply::json(&UserJson::of_one(user, &state.profile, space)))
}

fn create(state: &mut State, params: &Params, now: Timestamp) -> Result<Reply, Failure> {
    let email = params.required("emailAddress")?;
    if params.has("id") {
        return Err(Failure::bad("A new user's id cannot be chosen"));
    }
    if !state.profile.duplicate_email && state.users.by_email(email).is_some() {
        return Err(Failure::new(
            409,
            "UserAlreadyExists",
            format!("User {email} already exists"),
        ));
    }
    Ok(Reply::json(&UserJson::of_keys(
        state.add_user(email, false, now),
    )))
}

fn change(state: &mut State, params: &Params) -> Result<Reply, Failure> {
    if !state.profile.post_id {
        params.required("emailAddress")?;
    }
    let asked = ["genKey", "revokeKey", "enable", "disable"]
        .into_iter()
        .filter(|name| params.has(name));
    match asked.collect::<Vec<_>>()[..] {
        ["genKey" | "revokeKey"] => keys(state, params),
        [wanted @ ("enable" | "disable")] => {
            let id = target_user(state, params)?;
            state.users.get_mut(&id).ok_or_else(gone)?.enabled = wanted == "enable";
            Ok(Reply::done())
        }
        _ => Err(Failure::bad(
            "Exactly one of the parameters genKey, revokeKey, enable, disable is required",
        )),
    }
}

fn keys(state: &mut State, params: &Params) -> Result<Reply, Failure> {
    if params.has("genKey") && params.has("revokeKey") {
        return Err(Failure::bad(
            "Only one of the parameters genKey, revokeKey may be set",
        ));
    }
    let id = target_user(state, params)?;
    let account = params.value("accountName")?;
    if params.has("genKey") {
        generate(state, &id, account)
    } else {
        revoke(state, &id, account, params.required("revokeKey")?)
    }
}

fn generate(state: &mut State, id: &str, account: Option<&str>) -> Result<Reply, Failure> {
    let status = state.profile.third_key_status;
    if holder(state, id, account)?.len() >= MAX_KEYS {
        let message = format!("There are {MAX_KEYS} key pairs already; revoke one first");
        return Err(Failure::new(status, "TooManyKeys", message));
    }
    let pair = state.ids.key_pair(id);
    let keys = holder(state, id, account)?;
    keys.push(pair);
    let answered = keys.clone();
    let shown = if state.profile.gen_key_all {
        &answered[..]
    } else {
        &answered[answered.len() - 1..]
    };
    let user = state.users.get(id).ok_or_else(gone)?;
    Ok(Reply::json(&UserJson {
        keys: Some(key_json(shown)),
        ..UserJson::named(user)
    }))
}

fn revoke(
    state: &mut State,
    id: &str,
    account: Option<&str>,
    key_id: &str,
) -> Result<Reply, Failure> {
    let keys = holder(state, id, account)?;
    let before = keys.len();
    keys.retain(|pair| pair.id != key_id);
    if keys.len() == before {
        return Err(Failure::new(
            404,
            "NoSuchKey",
            format!("The access key {key_id} does not exist"),
        ));
    }
    Ok(Reply::done())
}

/// The keys of a user, or of one of its accounts.
fn holder<'a>(
    state: &'a mut State,
    id: &str,
    account: Option<&str>,
) -> Result<&'a mut Vec<KeyPair>, Failure> {
    let user = state.users.get_mut(id).ok_or_else(gone)?;
    match account {
        None => Ok(&mut user.keys),
        Some(name) => match user
            .accounts
            .iter_mut()
            .find(|account| account.name == name)
        {
            Some(account) => Ok(&mut account.keys),
            None => Err(Failure::new(
                404,
                "NoSuchAccount",
                format!("Account {name} does not exist"),
            )),
        },
    }
}

fn delete(state: &mut State, params: &Params) -> Result<Reply, Failure> {
    let id = target_user(state, params)?;
    if state.buckets.owned_by(&id).next().is_some() {
        return Err(Failure::new(
            409,
            "UserNotEmpty",
            "The user owns buckets and cannot be removed",
        ));
    }
    state.users.remove(&id);
    Ok(Reply::empty(
        state.profile.delete_user_status,
        "application/xml",
    ))
}

#[derive(Serialize)]
struct Wrapped<'a> {
    #[serde(rename = "Users")]
    users: Vec<UserJson<'a>>,
}

/// A user as answers have it; which members are there depends on the call and the edition.
#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserJson<'a> {
    user_email: &'a str,
    user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    flags: Option<Vec<&'static str>>,
    #[serde(rename = "AWSAccessKeys", skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<KeyJson<'a>>>,
    /// A string, unlike other counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_count: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<AccountJson<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    space_stat: Option<SpaceJson>,
}

#[derive(Serialize)]
pub(super) struct KeyJson<'a> {
    #[serde(rename = "AWSAccessKeyId")]
    id: &'a str,
    #[serde(rename = "AWSSecretAccessKey")]
    secret: &'a str,
}

/// An account with its keys, also the answer to its creation.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AccountJson<'a> {
    pub(super) name: &'a str,
    #[serde(rename = "AWSAccessKeys")]
    pub(super) keys: Vec<KeyJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct SpaceJson {
    last_ts: i64,
    size_curr: u64,
    size_h_max: u64,
    size_h_int: u64,
}

pub(super) fn key_json(keys: &[KeyPair]) -> Vec<KeyJson<'_>> {
    keys.iter()
        .map(|pair| KeyJson {
            id: &pair.id,
            secret: &pair.secret,
        })
        .collect()
}

impl<'a> UserJson<'a> {
    fn named(user: &'a User) -> Self {
        Self {
            user_email: &user.email,
            user_id: &user.id,
            ..Self::default()
        }
    }

    fn of_keys(user: &'a User) -> Self {
        Self {
            keys: Some(key_json(&user.keys)),
            ..Self::named(user)
        }
    }

    fn of_list(user: &'a User, profile: &Profile, space: Option<i64>) -> Self {
        Self {
            state: (!profile.short_users).then_some(state_name(user)),
            owner_id: (!profile.short_users).then_some(OWNER),
            flags: profile.list_flags.then(|| flags(user)),
            keys: profile.list_keys.then(|| key_json(&user.keys)),
            space_stat: space.map(|hour| space_json(user, hour)),
            ..Self::named(user)
        }
    }

    fn of_one(user: &'a User, profile: &Profile, space: Option<i64>) -> Self {
        if profile.short_users {
            return Self::of_keys(user);
        }
        let accounts: Vec<AccountJson<'a>> = user
            .accounts
            .iter()
            .map(|a| AccountJson {
                name: &a.name,
                keys: key_json(&a.keys),
            })
            .collect();
        Self {
            state: Some(state_name(user)),
            owner_id: Some(OWNER),
            flags: Some(flags(user)),
            account_count: profile.accounts.then(|| accounts.len().to_string()),
            accounts: profile.accounts.then_some(accounts),
            space_stat: space.map(|hour| space_json(user, hour)),
            ..Self::of_keys(user)
        }
    }
}

fn state_name(user: &User) -> &'static str {
    if user.enabled { "enabled" } else { "disabled" }
}

fn flags(user: &User) -> Vec<&'static str> {
    if user.system {
        vec!["system"]
    } else {
        Vec::new()
    }
}

fn space_json(user: &User, hour: i64) -> SpaceJson {
    SpaceJson {
        last_ts: user.size.last_hour,
        size_curr: user.size.current,
        size_h_max: user.size.max,
        size_h_int: user.size.byte_hours(hour),
    }
}
