//! `ostor-accounts`: further sets of keys under a user. They are read through `ostor-users`, which
//! also generates and revokes their keys.

use super::users::{AccountJson, key_json};
use super::{gone, target_user, wrong_verb};
use crate::simulator::state::State;
use crate::simulator::users::Account;
use crate::simulator::wire::{Failure, Params, Reply};

pub(super) fn answer(state: &mut State, verb: &str, params: &Params) -> Result<Reply, Failure> {
    match verb {
        // The guide's prose says PUT, its example and the reference POST.
        "POST" | "PUT" => create(state, params),
        "DELETE" => delete(state, params),
        _ => Err(wrong_verb(verb)),
    }
}

fn create(state: &mut State, params: &Params) -> Result<Reply, Failure> {
    let id = target_user(state, params)?;
    let name = params.required("accountName")?;
    if state
        .users
        .get(&id)
        .is_some_and(|user| user.accounts.iter().any(|account| account.name == name))
    {
        return Err(Failure::new(
            409,
            "AccountAlreadyExists",
            format!("Account {name} already exists"),
        ));
    }
    let keys = vec![state.ids.key_pair(&id)];
    let reply = Reply::json(&AccountJson {
        name,
        keys: key_json(&keys),
    });
    let user = state.users.get_mut(&id).ok_or_else(gone)?;
    user.accounts.push(Account {
        name: name.to_owned(),
        keys,
    });
    Ok(reply)
}

fn delete(state: &mut State, params: &Params) -> Result<Reply, Failure> {
    let id = target_user(state, params)?;
    let name = params.required("accountName")?;
    let accounts = &mut state.users.get_mut(&id).ok_or_else(gone)?.accounts;
    let before = accounts.len();
    accounts.retain(|account| account.name != name);
    if accounts.len() == before {
        return Err(Failure::new(
            404,
            "NoSuchAccount",
            format!("Account {name} does not exist"),
        ));
    }
    Ok(Reply::empty(204, "application/xml"))
}
