//! `users.*`

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::admin::UserView;
use crate::ostor::{SpaceStat, UserId};

use super::super::error::Failure;
use super::super::methods::{Context, check_email};
use super::shapes::{AccountJson, KeyJson, Name, PageSize, ServiceJson, hour, one_user};

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ListParams {
    cluster: String,
    search: Option<String>,
    cursor: Option<String>,
    #[serde(default)]
    limit: PageSize,
    #[serde(default)]
    space: bool,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct GetParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    #[serde(default)]
    secrets: bool,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct CreateParams {
    cluster: String,
    email: String,
    actor: Option<Name>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct ChangeParams {
    cluster: String,
    user_id: Option<UserId>,
    email: Option<Name>,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct UsersResult {
    users: Vec<UserJson>,
    total: usize,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct UserJson {
    user_id: UserId,
    email: String,
    enabled: bool,
    flags: Vec<String>,
    owner_id: Option<String>,
    service: Option<ServiceJson>,
    space: Option<SpaceJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keys: Option<Vec<KeyJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<AccountJson>>,
}

#[derive(Serialize, JsonSchema)]
struct SpaceJson {
    bytes: u64,
    bytes_hmax: u64,
    byte_hours: u64,
    last_changed: Option<jiff::Timestamp>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct StateResult {
    user_id: UserId,
    email: String,
    enabled: bool,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct DeletedResult {
    user_id: UserId,
    deleted: bool,
}

impl UserJson {
    /// Listings leave out keys and accounts; `Some` tells whether secrets are shown with them.
    fn of(view: UserView, secrets: Option<bool>) -> Self {
        let user = view.user;
        Self {
            keys: secrets.map(|secrets| KeyJson::all(&user.keys, secrets)),
            accounts: secrets.map(|secrets| AccountJson::all(&user.accounts, secrets)),
            user_id: user.id,
            email: user.email,
            enabled: user.enabled,
            flags: user.flags,
            owner_id: user.owner_id,
            service: view.service.map(ServiceJson::from),
            space: view.space.map(SpaceJson::from),
        }
    }
}

impl From<SpaceStat> for SpaceJson {
    fn from(space: SpaceStat) -> Self {
        Self {
            bytes: space.size_curr,
            bytes_hmax: space.size_hmax,
            byte_hours: space.size_hint,
            last_changed: hour(space.last_ts),
        }
    }
}

pub(in crate::http) async fn users_list(
    context: Context<'_>,
    params: ListParams,
) -> Result<UsersResult, Failure> {
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    let search = params.search.unwrap_or_default();
    let page = desk
        .users(
            &search,
            params.cursor.as_deref(),
            params.limit.0,
            params.space,
        )
        .await?;
    let users = page.items.into_iter();
    Ok(UsersResult {
        users: users.map(|view| UserJson::of(view, None)).collect(),
        total: page.total,
        next_cursor: page.next,
    })
}

pub(in crate::http) async fn users_get(
    context: Context<'_>,
    params: GetParams,
) -> Result<UserJson, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let user = desk.user(&selector).await?;
    if params.secrets {
        desk.note_secrets_shown("users.get", &user.id).await?;
    }
    let view = UserView {
        service: desk.service_of(&user.id).await?,
        user,
        space: None,
    };
    Ok(UserJson::of(view, Some(params.secrets)))
}

pub(in crate::http) async fn users_create(
    context: Context<'_>,
    params: CreateParams,
) -> Result<UserJson, Failure> {
    check_email(&params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let view = UserView {
        user: desk.create_user(&params.email).await?,
        service: None,
        space: None,
    };
    Ok(UserJson::of(view, Some(true)))
}

pub(in crate::http) async fn users_delete(
    context: Context<'_>,
    params: ChangeParams,
) -> Result<DeletedResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let (user_id, deleted) = desk.delete_user(&selector).await?;
    Ok(DeletedResult { user_id, deleted })
}

pub(in crate::http) async fn users_enable(
    context: Context<'_>,
    params: ChangeParams,
) -> Result<StateResult, Failure> {
    switch(context, params, true).await
}

pub(in crate::http) async fn users_disable(
    context: Context<'_>,
    params: ChangeParams,
) -> Result<StateResult, Failure> {
    switch(context, params, false).await
}

async fn switch(
    context: Context<'_>,
    params: ChangeParams,
    enabled: bool,
) -> Result<StateResult, Failure> {
    let selector = one_user(params.user_id, params.email)?;
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    let user = desk.switch_user(&selector, enabled).await?;
    Ok(StateResult {
        user_id: user.id,
        email: user.email,
        enabled: user.enabled,
    })
}
