//! `ostor-usage`: names, contents and removal of statistics objects.
//!
//! `after` and `limit` are in no document but work on live systems.

use std::ops::Bound;

use jiff::Timestamp;
use serde::Serialize;

use super::wrong_verb;
use crate::simulator::state::State;
use crate::simulator::statistics::Number;
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
    let State {
        statistics,
        profile,
        ..
    } = state;
    let object = statistics
        .read(profile, now, name)
        .ok_or_else(|| no_such_object(name))?;
    let mut reply = Reply::json(&object);
    if profile.service_id_bare {
        let quoted = format!("\"service_id\":\"{}\"", object.service_id);
        reply.body =
            reply
                .body
                .replacen(&quoted, &format!("\"service_id\":{}", object.service_id), 1);
    }
    Ok(reply)
}

fn list(state: &mut State, params: &Params, now: Timestamp) -> Result<Reply, Failure> {
    let after = params.value("after")?;
    let page = match params.value("limit")? {
        Some(text) => text
            .parse()
            .ok()
            .filter(|n| *n > 0)
            .ok_or_else(|| Failure::bad("limit must be a positive number"))?,
        None => state.profile.usage_page,
    };
    let State {
        statistics,
        profile,
        ..
    } = state;
    let after = match after {
        Some(name) if profile.usage_repeat && !profile.usage_stuck => Bound::Included(name),
        Some(name) if !profile.usage_stuck => Bound::Excluded(name),
        _ => Bound::Unbounded,
    };
    let (mut items, truncated) = statistics.names(now, after, page);
    if let Some(first) = items.first().copied().filter(|_| profile.usage_repeat) {
        items.insert(0, first);
    }
    let mut reply = Reply::json(&Listing {
        nr_items: Number::new(items.len() as u64, profile),
        truncated,
        items: &items,
    });
    let limit = profile.usage_broken_above;
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
    nr_items: Number,
    truncated: bool,
    items: &'a [&'a str],
}
