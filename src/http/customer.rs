//! The methods of the customer's page: keys and sub-accounts of one service. There is no way to name a user in them,
//! so no customer reaches another's.

use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::lifecycle::{self, Keys};
use crate::ostor::{AccessKey, UserId};

use super::admin::Name;
use super::error::Failure;
use super::methods::{Context, WhmcsId};

fn text(name: Option<&Name>) -> Option<&str> {
    name.map(|Name(name)| name.as_str())
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeysParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    sub_account: Option<Name>,
    actor: Option<Name>,
}

impl KeysParams {
    fn keys(&self) -> Keys<'_> {
        Keys {
            sub_account: text(self.sub_account.as_ref()),
            actor: text(self.actor.as_ref()),
        }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevokeParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    sub_account: Option<Name>,
    access_key_id: Name,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    name: Name,
    /// How many the product allows.
    most: u32,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DeleteParams {
    cluster: String,
    service_id: WhmcsId,
    user_id: Option<UserId>,
    name: Name,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RotateResult {
    sub_account: Option<String>,
    access_key_id: String,
    secret_access_key: String,
    access_key_ids: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct RevokeResult {
    sub_account: Option<String>,
    revoked: bool,
    access_key_ids: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct KeysResult {
    sub_account: Option<String>,
    keys: Vec<KeyPair>,
}

/// A key pair with its secret.
#[derive(Serialize, JsonSchema)]
struct KeyPair {
    access_key_id: String,
    secret_access_key: String,
}

impl From<AccessKey> for KeyPair {
    fn from(key: AccessKey) -> Self {
        Self {
            secret_access_key: key.secret.expose_secret().to_owned(),
            access_key_id: key.id,
        }
    }
}

#[derive(Serialize, JsonSchema)]
pub(super) struct CreateResult {
    name: String,
    #[serde(flatten)]
    key: KeyPair,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct DeleteResult {
    name: String,
    deleted: bool,
}

pub(super) async fn rotate_keys(
    context: Context<'_>,
    params: KeysParams,
) -> Result<RotateResult, Failure> {
    let call = context.call(
        params.cluster.clone(),
        params.service_id,
        params.user_id.clone(),
    );
    let done = lifecycle::rotate_keys(context.services, &call, params.keys()).await?;
    Ok(RotateResult {
        sub_account: params.sub_account.map(|Name(name)| name),
        secret_access_key: done.key.secret.expose_secret().to_owned(),
        access_key_id: done.key.id,
        access_key_ids: done.access_key_ids,
    })
}

pub(super) async fn revoke_key(
    context: Context<'_>,
    params: RevokeParams,
) -> Result<RevokeResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let keys = Keys {
        sub_account: text(params.sub_account.as_ref()),
        actor: text(params.actor.as_ref()),
    };
    let Name(key_id) = params.access_key_id;
    let done = lifecycle::revoke_key(context.services, &call, keys, &key_id).await?;
    Ok(RevokeResult {
        sub_account: params.sub_account.map(|Name(name)| name),
        revoked: done.revoked,
        access_key_ids: done.access_key_ids,
    })
}

pub(super) async fn show_keys(
    context: Context<'_>,
    params: KeysParams,
) -> Result<KeysResult, Failure> {
    let call = context.call(
        params.cluster.clone(),
        params.service_id,
        params.user_id.clone(),
    );
    let keys = lifecycle::show_keys(context.services, &call, params.keys()).await?;
    Ok(KeysResult {
        sub_account: params.sub_account.map(|Name(name)| name),
        keys: keys.into_iter().map(KeyPair::from).collect(),
    })
}

pub(super) async fn create_sub_account(
    context: Context<'_>,
    params: CreateParams,
) -> Result<CreateResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let Name(name) = params.name;
    let actor = text(params.actor.as_ref());
    let made = lifecycle::create_sub_account(context.services, &call, &name, params.most, actor);
    Ok(CreateResult {
        key: made.await?.into(),
        name,
    })
}

pub(super) async fn delete_sub_account(
    context: Context<'_>,
    params: DeleteParams,
) -> Result<DeleteResult, Failure> {
    let call = context.call(params.cluster, params.service_id, params.user_id);
    let Name(name) = params.name;
    let actor = text(params.actor.as_ref());
    let deleted = lifecycle::delete_sub_account(context.services, &call, &name, actor).await?;
    Ok(DeleteResult { name, deleted })
}
