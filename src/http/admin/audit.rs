//! `audit.list`

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ostor::UserId;

use super::super::error::{Failure, Reason};
use super::super::methods::{Context, WhmcsId};
use super::shapes::PageSize;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct AuditParams {
    cluster: String,
    cursor: Option<String>,
    #[serde(default)]
    limit: PageSize,
    user_id: Option<UserId>,
    service_id: Option<WhmcsId>,
}

#[derive(Serialize, JsonSchema)]
pub(in crate::http) struct AuditResult {
    entries: Vec<EntryJson>,
    next_cursor: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct EntryJson {
    at: Option<Timestamp>,
    actor: Option<String>,
    client: String,
    method: String,
    service_id: Option<i64>,
    user_id: Option<String>,
    subject: Option<String>,
    outcome: Option<String>,
    request_id: String,
}

pub(in crate::http) async fn audit_list(
    context: Context<'_>,
    params: AuditParams,
) -> Result<AuditResult, Failure> {
    let before = match params.cursor.as_deref().map(str::parse) {
        None => i64::MAX,
        Some(Ok(number)) => number,
        Some(Err(_)) => {
            let sentence = "`cursor` must be the next_cursor of an earlier answer to audit.list";
            return Err(Failure::new(Reason::InvalidParams, sentence));
        }
    };
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    let service_id = params.service_id.map(WhmcsId::number);
    let (entries, more) = desk
        .audit(params.user_id.as_ref(), service_id, before, params.limit.0)
        .await?;
    let next_cursor = entries
        .last()
        .filter(|_| more)
        .map(|entry| entry.id.to_string());
    let entries = entries.into_iter().map(|entry| EntryJson {
        at: Timestamp::from_millisecond(entry.started_at).ok(),
        actor: entry.actor,
        client: entry.client,
        method: entry.method,
        service_id: entry.service_id,
        user_id: entry.user_id,
        subject: entry.subject,
        outcome: entry.outcome,
        request_id: entry.request_id,
    });
    Ok(AuditResult {
        entries: entries.collect(),
        next_cursor,
    })
}
