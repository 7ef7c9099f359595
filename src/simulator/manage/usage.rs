//! `ostor-usage`: names, contents and removal of statistics objects.
//!
//! `after` and `limit` are in no document but work on live systems.

use jiff::Timestamp;
use serde::Serialize;

use super::wrong_verb;
use crate::simulator::state::State;
use crate::simulator::wire::{Failure, Params, Reply};

pub(super) fn answer(
    state: &mut State,
    verb: &str,
    params: &Params,
    now: Timestamp,
) -> Result<Reply, Failure> {
    match verb {
        "GET" => match params.value("obj")? {
            Some(name) => read(state, name, now),
            None => list(state, params, now),
        },
        "DELETE" => {
            let name = params.required("obj")?;
            if !state.statistics.delete(now, name) {
                return Err(no_such_object(name));
            }
            Ok(Reply::empty(204, "application/json"))
        }
        _ => Err(wrong_verb(verb)),
    }
}

fn read(state: &mut State, name: &str, now: Timestamp) -> Result<Reply, Failure> {
    let object = state
        .statistics
        .read(now, name)
        .ok_or_else(|| no_such_object(name))?;
    let mut reply = Reply::json(&object);
    if state.profile.service_id_bare {
        let quoted = format!("\"service_id\":\"{}\"", object.service_id);
        reply.body =
            reply
                .body
                .replacen(&quoted, &format!("\"service_id\":{}", object.service_id), 1);
    }
    Ok(reply)
}

fn list(state: &mut State, params: &Params, now: Timestamp) -> Result<Reply, Failure> {
    let after = params.value("after")?.unwrap_or("");
    let page = match params.value("limit")? {
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| Failure::bad("limit must be a positive number"))?,
        None => state.profile.usage_page,
    };
    let mut items = state.statistics.names(now);
    items.retain(|name| name.as_str() > after);
    let truncated = items.len() > page;
    items.truncate(page);
    let mut reply = Reply::json(&Listing {
        nr_items: items.len(),
        truncated,
        items: &items,
    });
    let limit = state.profile.usage_broken_above;
    if limit > 0 && items.len() > limit {
        reply.body.truncate(reply.body.len() * limit / items.len());
    }
    Ok(reply)
}

fn no_such_object(name: &str) -> Failure {
    Failure::new(
        404,
        "NoSuchKey",
        format!("The statistics object {name} does not exist"),
    )
}

#[derive(Serialize)]
struct Listing<'a> {
    nr_items: usize,
    truncated: bool,
    items: &'a [String],
}
