//! `accounts.*`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ostor::UserId;

use super::super::error::Failure;
use super::super::methods::Context;
use super::shapes::{AccountJson, KeyJson, Name, one_user};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    #[serde(default)]
    secrets: bool,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GetParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    name: Name,
    #[serde(default)]
    secrets: bool,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ChangeParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    name: Name,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct AccountsResult {
    user_id: UserId,
    email: String,
    accounts: Vec<AccountJson>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct AccountResult {
    user_id: UserId,
    email: String,
    name: String,
    keys: Vec<KeyJson>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct DeletedResult {
    user_id: UserId,
    email: String,
    name: String,
    deleted: bool,
}

pub(in crate::http) async fn accounts_list(
    context: Context<'_>,
    params: ListParams,
) -> Result<AccountsResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let user = desk.user(&selector).await?;
    if params.secrets {
        desk.note_secrets_shown("accounts.list", &user.id).await?;
    }
    Ok(AccountsResult {
        accounts: AccountJson::all(&user.accounts, params.secrets),
        user_id: user.id,
        email: user.email,
    })
}

pub(in crate::http) async fn accounts_get(
    context: Context<'_>,
    params: GetParams,
) -> Result<AccountResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let (user, account) = desk.account(&selector, &params.name.0).await?;
    if params.secrets {
        desk.note_secrets_shown("accounts.get", &user.id).await?;
    }
    Ok(AccountResult {
        user_id: user.id,
        email: user.email,
        keys: KeyJson::all(&account.keys, params.secrets),
        name: account.name,
    })
}

pub(in crate::http) async fn accounts_create(
    context: Context<'_>,
    params: ChangeParams,
) -> Result<AccountResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let (user, account) = desk.create_account(&selector, &params.name.0).await?;
    Ok(AccountResult {
        user_id: user.id,
        email: user.email,
        keys: KeyJson::all(&account.keys, true),
        name: account.name,
    })
}

pub(in crate::http) async fn accounts_delete(
    context: Context<'_>,
    params: ChangeParams,
) -> Result<DeletedResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let (user, deleted) = desk.delete_account(&selector, &params.name.0).await?;
    Ok(DeletedResult {
        user_id: user.id,
        email: user.email,
        name: params.name.0,
        deleted,
    })
}
