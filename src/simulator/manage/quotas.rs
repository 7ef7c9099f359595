//! `ostor-quotas`: storage quotas in gigabytes, of a user, a bucket, or by default. Zero is
//! unlimited; a quota of one's own replaces the default.

use serde::Serialize;

use super::{Target, gone, no_such_bucket, target, wrong_verb};
use crate::simulator::state::State;
use crate::simulator::wire::{Failure, Params, Reply};

pub(super) fn answer(state: &mut State, verb: &str, params: &Params) -> Result<Reply, Failure> {
    if !["GET", "PUT", "DELETE"].contains(&verb) {
        return Err(wrong_verb(verb));
    }
    if !state.profile.quotas_enabled {
        return Err(Failure::new(
            500,
            "InternalError",
            "Accounting is not enabled for this volume",
        ));
    }
    let (numbers, zero) = (
        state.profile.quota_type_number,
        state.profile.quota_unset_zero,
    );
    let (of_bucket, quota) = stored(state, params)?;
    match verb {
        "GET" => match quota.or(zero.then_some(0)) {
            Some(size) => Ok(Reply::json(&QuotaJson::new(size, of_bucket, numbers))),
            None => Err(Failure::new(404, "NoSuchQuota", "The quota is not set")),
        },
        "PUT" => {
            let size = params.required("quota-size")?;
            *quota = Some(
                size.parse()
                    .map_err(|_| Failure::bad(format!("{size} is not a quota size")))?,
            );
            Ok(Reply::done())
        }
        _ => {
            *quota = Some(0);
            Ok(Reply::empty(204, "application/json"))
        }
    }
}

/// Whether the selected quota is a bucket's, and where it is kept.
fn stored<'a>(
    state: &'a mut State,
    params: &Params,
) -> Result<(bool, &'a mut Option<u64>), Failure> {
    let names = ["emailAddress", "id", "bucket", "default"];
    if let ("default", kind) = params.one_of(&names)? {
        return match kind {
            "user" => Ok((false, &mut state.default_quotas.user)),
            "bucket" => Ok((true, &mut state.default_quotas.bucket)),
            _ => Err(Failure::bad("Parameter default must be user or bucket")),
        };
    }
    match target(state, params, &["emailAddress", "id", "bucket"])? {
        Target::User(id) => state
            .users
            .get_mut(&id)
            .map(|user| (false, &mut user.quota_gb))
            .ok_or_else(gone),
        Target::Bucket(name) => state
            .buckets
            .get_mut(&name)
            .map(|bucket| (true, &mut bucket.quota_gb))
            .ok_or_else(|| no_such_bucket(&name)),
    }
}

/// Three strings, whatever they mean.
#[derive(Serialize)]
struct QuotaJson {
    version: &'static str,
    r#type: &'static str,
    size: String,
}

impl QuotaJson {
    fn new(size: u64, of_bucket: bool, numbers: bool) -> Self {
        let r#type = match (of_bucket, numbers) {
            (false, false) => "user",
            (true, false) => "bucket",
            (false, true) => "0",
            (true, true) => "1",
        };
        Self {
            version: "1",
            r#type,
            size: size.to_string(),
        }
    }
}
