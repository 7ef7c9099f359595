//! `ostor-buckets`: reads buckets of all users with their sizes.

use bytes::Bytes;
use jiff::Timestamp;
use serde::Serialize;

use super::{Target, target, wrong_verb};
use crate::simulator::clock::{hour, iso_seconds};
use crate::simulator::data::bucket::Bucket;
use crate::simulator::state::State;
use crate::simulator::wire::{Failure, Params, Reply};

const SELECTORS: &[&str] = &["emailAddress", "id", "bucket"];

pub(super) fn answer(
    state: &State,
    verb: &str,
    params: &Params,
    body: &Bytes,
    now: Timestamp,
) -> Result<Reply, Failure> {
    if verb != "GET" {
        return Err(wrong_verb(verb));
    }
    let selected = SELECTORS.iter().any(|name| params.has(name));
    let buckets: Vec<&Bucket> = match (selected, params.has("multi")) {
        (true, true) => {
            return Err(Failure::bad(
                "Only one of the parameters emailAddress, id, bucket, multi may be set",
            ));
        }
        (false, false) => state.buckets.iter().collect(),
        (false, true) => several(state, body)?,
        (true, false) => match target(state, params, SELECTORS)? {
            Target::User(id) => state.buckets.owned_by(&id).collect(),
            Target::Bucket(name) => state.buckets.get(&name).into_iter().collect(),
        },
    };
    let now = hour(now);
    Ok(Reply::json(&Listing {
        buckets: buckets
            .into_iter()
            .map(|bucket| BucketJson::new(bucket, now))
            .collect(),
    }))
}

/// Buckets named by the JSON array in the body; unknown ones are left out (assumed).
fn several<'a>(state: &'a State, body: &Bytes) -> Result<Vec<&'a Bucket>, Failure> {
    let names: Vec<String> = serde_json::from_slice(body).map_err(|_| {
        Failure::bad("The body of a multi request must be a JSON array of bucket names")
    })?;
    Ok(names
        .iter()
        .filter_map(|name| state.buckets.get(name))
        .collect())
}

#[derive(Serialize)]
struct Listing<'a> {
    #[serde(rename = "Buckets")]
    buckets: Vec<BucketJson<'a>>,
}

#[derive(Serialize)]
struct BucketJson<'a> {
    name: &'a str,
    /// 0 in every printed listing, although statistics have other numbers.
    epoch: u64,
    creation_date: String,
    owner_id: &'a str,
    size: SizeJson,
}

#[derive(Serialize)]
struct SizeJson {
    current: u64,
    hmax: u64,
    h_integral: u64,
    last_ts: i64,
}

impl<'a> BucketJson<'a> {
    fn new(bucket: &'a Bucket, now: i64) -> Self {
        Self {
            name: &bucket.name,
            epoch: 0,
            creation_date: iso_seconds(bucket.created),
            owner_id: &bucket.owner,
            size: SizeJson {
                current: bucket.size.current,
                hmax: bucket.size.max,
                h_integral: bucket.size.byte_hours(now),
                last_ts: bucket.size.last_hour,
            },
        }
    }
}
