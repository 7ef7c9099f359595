//! What the route shows: the cluster, the calls it saw, and the truth.

use serde_json::{Value, json};

use crate::simulator::calls::{BucketView, Call, UserView};
use crate::simulator::shared::Shared;
use crate::simulator::truth::{self, Deletions, Storage, Traffic};

/// Users, buckets and calls.
pub(super) fn state(shared: &Shared) -> Value {
    let state = shared.state();
    json!({
        "now": shared.clock.now().to_string(),
        "users": state.users.iter().map(|user| user_json(&UserView::of(user))).collect::<Vec<_>>(),
        "buckets": state.buckets.iter().map(|bucket| bucket_json(&BucketView::of(bucket))).collect::<Vec<_>>(),
        "calls": state.calls.iter().map(call_json).collect::<Vec<_>>(),
    })
}

fn user_json(user: &UserView) -> Value {
    let ids = |keys: &[(String, String)]| keys.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let accounts = user.accounts.iter();
    json!({
        "id": user.id,
        "email": user.email,
        "enabled": user.enabled,
        "system": user.system,
        "keys": ids(&user.keys),
        "limits": user.limits,
        "quota_gb": user.quota_gb,
        "accounts": accounts.map(|a| json!({"name": a.name, "keys": ids(&a.keys)})).collect::<Vec<_>>(),
    })
}

fn bucket_json(bucket: &BucketView) -> Value {
    json!({
        "name": bucket.name,
        "owner_id": bucket.owner_id,
        "objects": bucket.objects,
        "versions": bucket.versions,
        "markers": bucket.markers,
        "uploads": bucket.uploads,
        "current": bucket.current,
    })
}

fn call_json(call: &Call) -> Value {
    json!({
        "method": call.method,
        "service": call.service,
        "query": call.query,
        "path": call.path,
        "status": call.status,
        "effect": call.effect,
        "request_id": call.request_id,
        "signature": call.signature,
    })
}

/// What Rust tests learn from `traffic`, `lost`, `storage` and `deletions`.
pub(super) fn truth(shared: &Shared) -> Value {
    let (state, now) = shared.state_now();
    let traffic = |table| {
        truth::rows(table)
            .iter()
            .map(traffic_json)
            .collect::<Vec<_>>()
    };
    let storage = state.buckets.storage(now);
    json!({
        "traffic": traffic(state.statistics.truth()),
        "lost": traffic(state.statistics.lost()),
        "storage": storage.iter().map(storage_json).collect::<Vec<_>>(),
        "deletions": state.deletions.rows().map(deletions_json).collect::<Vec<_>>(),
    })
}

fn traffic_json(row: &Traffic) -> Value {
    let counters = row.counters;
    json!({
        "bucket": row.bucket,
        "epoch": row.epoch,
        "user_id": row.user_id,
        "put": counters.put,
        "get": counters.get,
        "list": counters.list,
        "other": counters.other,
        "uploaded": counters.uploaded,
        "downloaded": counters.downloaded,
    })
}

fn deletions_json(row: &Deletions) -> Value {
    json!({
        "owner_id": row.owner_id,
        "versions": row.versions,
        "markers": row.markers,
        "hidden": row.hidden,
        "uploads": row.uploads,
        "buckets": row.buckets,
    })
}

fn storage_json(row: &Storage) -> Value {
    json!({
        "name": row.name,
        "owner_id": row.owner_id,
        "created": row.created.to_string(),
        "deleted": row.deleted.map(|time| time.to_string()),
        "byte_hours": row.byte_hours,
        "current": row.current,
    })
}
