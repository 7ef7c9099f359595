//! What the route plants: the same as the methods of [`crate::simulator::Simulator`].

use serde::Deserialize;

use super::wish;
use crate::simulator::data;
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

/// `{"owner_id":"b81d6c5f895a8c86","bucket":"client","key":"a","bytes":4096}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectWish {
    owner_id: String,
    bucket: String,
    key: String,
    bytes: u64,
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
    data::plant(
        &mut state,
        &wish.owner_id,
        &wish.bucket,
        &wish.key,
        wish.bytes,
        now,
    );
    Ok(())
}

pub(super) fn no_object(shared: &Shared, body: &[u8]) -> Result<(), String> {
    let wish: KeyWish = wish(body)?;
    let (mut state, now) = shared.state_now();
    if data::uproot(&mut state, &wish.bucket, &wish.key, now) {
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
