//! `keys.*`

use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::ostor::{User, UserId};

use super::super::error::Failure;
use super::super::methods::Context;
use super::shapes::{KeyJson, Name, one_user};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct KeysParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    account: Option<Name>,
    #[serde(default)]
    secrets: bool,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GenerateParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    account: Option<Name>,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct RevokeParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    account: Option<Name>,
    access_key_id: Name,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct KeysResult {
    user_id: UserId,
    email: String,
    account: Option<String>,
    keys: Vec<KeyJson>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct GenerateResult {
    user_id: UserId,
    email: String,
    account: Option<String>,
    access_key_id: String,
    secret_access_key: String,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct RevokeResult {
    user_id: UserId,
    email: String,
    account: Option<String>,
    revoked: bool,
    keys: Vec<KeyJson>,
}

fn text(name: Option<&Name>) -> Option<&str> {
    name.map(|Name(name)| name.as_str())
}

fn keys_of(user: &User, account: Option<&str>, secrets: bool) -> Vec<KeyJson> {
    let mut accounts = user.accounts.iter();
    let keys = match account {
        None => &user.keys[..],
        Some(name) => accounts
            .find(|account| account.name == name)
            .map_or(&[][..], |account| &account.keys),
    };
    KeyJson::all(keys, secrets)
}

pub(in crate::http) async fn keys_list(
    context: Context<'_>,
    params: KeysParams,
) -> Result<KeysResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let account = text(params.account.as_ref());
    let user = match account {
        Some(name) => desk.account(&selector, name).await?.0,
        None => desk.user(&selector).await?,
    };
    if params.secrets {
        desk.note_secrets_shown("keys.list", &user.id).await?;
    }
    Ok(KeysResult {
        keys: keys_of(&user, account, params.secrets),
        account: account.map(str::to_owned),
        user_id: user.id,
        email: user.email,
    })
}

pub(in crate::http) async fn keys_generate(
    context: Context<'_>,
    params: GenerateParams,
) -> Result<GenerateResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let account = text(params.account.as_ref());
    let (user, key) = desk.generate_key(&selector, account).await?;
    Ok(GenerateResult {
        user_id: user.id,
        email: user.email,
        account: account.map(str::to_owned),
        access_key_id: key.id,
        secret_access_key: key.secret.expose_secret().to_owned(),
    })
}

pub(in crate::http) async fn keys_revoke(
    context: Context<'_>,
    params: RevokeParams,
) -> Result<RevokeResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let account = text(params.account.as_ref());
    let done = desk
        .revoke_key(&selector, account, &params.access_key_id.0)
        .await?;
    Ok(RevokeResult {
        keys: keys_of(&done.user, account, false),
        user_id: done.user.id,
        email: done.user.email,
        account: account.map(str::to_owned),
        revoked: done.revoked,
    })
}
