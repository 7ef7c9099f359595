//! What the route plants: the same as the methods of [`crate::simulator::Simulator`].

use jiff::Timestamp;
use serde::Deserialize;

use super::wish;
use crate::simulator::data::planting;
use crate::simulator::plant::{Layers, numbered_keys};
use crate::simulator::shared::Shared;
use crate::simulator::statistics::Counters;

/// `{"user_id":"b81d6c5f895a8c86","bucket":"client","put":1,"uploaded":4096}`. What is not named is 0,
/// without a bucket the requests address none.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrafficWish {
    user_id: String,
    #[serde(default)]
    bucket: String,
    #[serde(default)]
    put: u64,
    #[serde(default)]
    get: u64,
    #[serde(default)]
    list: u64,
    #[serde(default)]
    other: u64,
    #[serde(default)]
    uploaded: u64,
    #[serde(default)]
    downloaded: u64,
}

/// `{"owner_id":"b81d6c5f895a8c86","bucket":"client","key":"a","bytes":4096}`, with
/// `"locked_until":"2027-01-01T00:00:00Z"` under object lock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectWish {
    owner_id: String,
    bucket: String,
    key: String,
    bytes: u64,
    locked_until: Option<Timestamp>,
}

/// `{"owner_id":"b81d6c5f895a8c86","bucket":"client","keys":["a","b"],"versions":3,"markers":1,"bytes":4096}`,
/// or `"prefix":"k","count":1000` for as many numbered keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectsWish {
    owner_id: String,
    bucket: String,
    keys: Option<Vec<String>>,
    prefix: Option<String>,
    count: Option<u32>,
    #[serde(default = "one")]
    versions: u32,
    #[serde(default)]
    markers: u32,
    #[serde(default)]
    bytes: u64,
}

/// `{"owner_id":"b81d6c5f895a8c86","bucket":"client","keys":["a","b"],"bytes":4096}`, or `"prefix":"k",
/// "count":50`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UploadsWish {
    owner_id: String,
    bucket: String,
    keys: Option<Vec<String>>,
    prefix: Option<String>,
    count: Option<u32>,
    #[serde(default)]
    bytes: u64,
}

/// `{"bucket":"client","key":"a","denied":true}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DenialWish {
    bucket: String,
    key: String,
    denied: bool,
}

/// `{"bucket":"client","key":"a"}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyWish {
    bucket: String,
    key: String,
}

/// `{"bucket":"client"}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BucketWish {
    bucket: String,
}

/// `{"gateway":0,"flush":true}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RestartWish {
    gateway: u8,
    flush: bool,
}

pub(super) fn traffic(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: TrafficWish = wish(body)?;
    let counters = Counters {
        put: wish.put,
        get: wish.get,
        list: wish.list,
        other: wish.other,
        uploaded: wish.uploaded,
        downloaded: wish.downloaded,
    };
    let (mut state, now) = shared.state_now();
    let epoch = state.buckets.epoch(&wish.bucket);
    state.count(wish.user_id, wish.bucket, epoch, counters, now);
    Ok(())
}

pub(super) fn object(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: ObjectWish = wish(body)?;
    let (mut state, now) = shared.state_now();
    let (owner, bucket) = (wish.owner_id.as_str(), wish.bucket.as_str());
    match wish.locked_until {
        Some(until) => {
            planting::locked(
                &mut state,
                (owner, bucket),
                &wish.key,
                wish.bytes,
                until,
                now,
            );
        }
        None => {
            let layers = Layers {
                bytes: wish.bytes,
                ..Layers::default()
            };
            planting::objects(&mut state, owner, bucket, [wish.key], layers, now);
        }
    }
    Ok(())
}

pub(super) fn objects(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: ObjectsWish = wish(body)?;
    let layers = Layers {
        versions: wish.versions,
        markers: wish.markers,
        bytes: wish.bytes,
    };
    let keys = keys(wish.keys, wish.prefix.as_deref(), wish.count)?;
    let (mut state, now) = shared.state_now();
    planting::objects(&mut state, &wish.owner_id, &wish.bucket, keys, layers, now);
    Ok(())
}

pub(super) fn uploads(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: UploadsWish = wish(body)?;
    let keys = keys(wish.keys, wish.prefix.as_deref(), wish.count)?;
    let (mut state, now) = shared.state_now();
    planting::uploads(
        &mut state,
        &wish.owner_id,
        &wish.bucket,
        keys,
        wish.bytes,
        now,
    );
    Ok(())
}

/// Either the keys that are named, or numbered ones.
fn keys<'a>(
    named: Option<Vec<String>>,
    prefix: Option<&'a str>,
    count: Option<u32>,
) -> Result<Box<dyn Iterator<Item = String> + 'a>, String> {
    match (named, count) {
        (Some(keys), None) if prefix.is_none() => Ok(Box::new(keys.into_iter())),
        (None, Some(count)) => Ok(Box::new(numbered_keys(prefix.unwrap_or(""), count))),
        _ => Err("write either `keys`, or `count` with a `prefix` or without".to_owned()),
    }
}

fn one() -> u32 {
    1
}

pub(super) fn denial(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: DenialWish = wish(body)?;
    if planting::deny(&mut shared.state(), &wish.bucket, &wish.key, wish.denied) {
        return Ok(());
    }
    Err(format!("there is no bucket {}", wish.bucket))
}

pub(super) fn no_object(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: KeyWish = wish(body)?;
    let (mut state, now) = shared.state_now();
    if planting::uproot(&mut state, &wish.bucket, &wish.key, now) {
        return Ok(());
    }
    Err(format!(
        "there is no object {} in a bucket {}",
        wish.key, wish.bucket
    ))
}

pub(super) fn no_bucket(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: BucketWish = wish(body)?;
    let (mut state, now) = shared.state_now();
    if state.remove_bucket(&wish.bucket, now) {
        return Ok(());
    }
    Err(format!("there is no bucket {}", wish.bucket))
}

pub(super) fn restart(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: RestartWish = wish(body)?;
    let (mut state, now) = shared.state_now();
    if state
        .statistics
        .restart(now, wish.gateway.into(), wish.flush)
    {
        return Ok(());
    }
    Err(format!(
        "there is no gateway {}, they count from 0",
        wish.gateway
    ))
}
