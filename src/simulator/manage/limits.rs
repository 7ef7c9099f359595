//! `ostor-limits`: operation rates and outgoing bandwidth of a user or a bucket.
//!
//! Two sets of parameters are in use: `limit-type`, `limit-resource`, `limit-value` set one number
//! per call, in operations per second; the older flags `ops` and `bandwidth` set a whole group, in
//! operations per minute. Answers are always per second, as strings. Zero is unlimited.

use serde::Serialize;

use super::{Target, gone, no_such_bucket, target, wrong_verb};
use crate::simulator::profile::LimitsDialect;
use crate::simulator::rates::{Limits, OPS};
use crate::simulator::state::State;
use crate::simulator::wire::{Failure, Params, Reply};

const NEW: [&str; 3] = ["limit-type", "limit-resource", "limit-value"];

pub(super) fn answer(state: &mut State, verb: &str, params: &Params) -> Result<Reply, Failure> {
    if !["GET", "PUT", "DELETE"].contains(&verb) {
        return Err(wrong_verb(verb));
    }
    let target = target(state, params, &["emailAddress", "id", "bucket"])?;
    let dialect = state.profile.limits_dialect;
    let per_second = if state.profile.limits_per_minute {
        60.0
    } else {
        1.0
    };
    let zeros = state.profile.limits_unset_zeros;
    let limits = stored(state, &target)?;
    match verb {
        "GET" => match limits.or(zeros.then(Limits::default)) {
            Some(limits) => Ok(Reply::json(&LimitsJson::new(&limits))),
            None => Err(Failure::new(404, "NoSuchLimits", "Limits are not enabled")),
        },
        "PUT" => {
            *limits = Some(changed(
                params,
                limits.unwrap_or_default(),
                dialect,
                per_second,
            )?);
            Ok(Reply::done())
        }
        _ => {
            *limits = Some(removed(params, limits.unwrap_or_default()));
            Ok(Reply::empty(204, "application/json"))
        }
    }
}

fn stored<'a>(state: &'a mut State, target: &Target) -> Result<&'a mut Option<Limits>, Failure> {
    match target {
        Target::User(id) => state
            .users
            .get_mut(id)
            .map(|user| &mut user.limits)
            .ok_or_else(gone),
        Target::Bucket(name) => state
            .buckets
            .get_mut(name)
            .map(|bucket| &mut bucket.limits)
            .ok_or_else(|| no_such_bucket(name)),
    }
}

fn changed(
    params: &Params,
    limits: Limits,
    dialect: LimitsDialect,
    per_second: f64,
) -> Result<Limits, Failure> {
    let new = NEW.iter().any(|name| params.has(name));
    let old = params.has("ops") || params.has("bandwidth");
    match (new, old, dialect) {
        (true, false, LimitsDialect::New | LimitsDialect::Both) => {
            one_number(params, limits, per_second)
        }
        (false, true, LimitsDialect::Old | LimitsDialect::Both) => one_group(params, limits),
        _ => Err(Failure::bad("Wrong set of parameters for limits")),
    }
}

fn one_number(params: &Params, mut limits: Limits, per_second: f64) -> Result<Limits, Failure> {
    let resource = params.required("limit-resource")?;
    let value = number(params.required("limit-value")?)?;
    match (
        params.required("limit-type")?,
        OPS.iter().position(|name| *name == resource),
    ) {
        ("ops", Some(at)) => limits.ops[at] = value / per_second,
        ("bandwidth", None) if resource == "out" => limits.out = value,
        _ => return Err(Failure::bad("Unknown limit-type or limit-resource")),
    }
    Ok(limits)
}

/// The older parameters: what is not named becomes `default`; setting `ops` clears the bandwidth.
fn one_group(params: &Params, limits: Limits) -> Result<Limits, Failure> {
    let given = |name: &str| params.value(name)?.map(whole).transpose();
    if params.has("ops") && params.has("bandwidth") {
        return Err(Failure::bad(
            "Only one of the parameters ops, bandwidth may be set",
        ));
    }
    if params.has("bandwidth") {
        let out = given("out")?.ok_or_else(|| Failure::bad("Parameter out is required"))?;
        return Ok(Limits { out, ..limits });
    }
    let default = given("default")?.unwrap_or(0.0);
    let mut ops = [0.0; OPS.len()];
    for (rate, name) in ops.iter_mut().zip(OPS) {
        *rate = given(name)?.unwrap_or(default) / 60.0;
    }
    Ok(Limits { ops, out: 0.0 })
}

/// Without a flag everything becomes unlimited, with one its group.
fn removed(params: &Params, mut limits: Limits) -> Limits {
    let all = params.has("ops") == params.has("bandwidth");
    if all || params.has("ops") {
        limits.ops = [0.0; OPS.len()];
    }
    if all || params.has("bandwidth") {
        limits.out = 0.0;
    }
    limits
}

fn number(text: &str) -> Result<f64, Failure> {
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite() && *number >= 0.0)
        .ok_or_else(|| Failure::bad(format!("{text} is not a limit")))
}

fn whole(text: &str) -> Result<f64, Failure> {
    text.parse::<u32>()
        .map(f64::from)
        .map_err(|_| Failure::bad(format!("{text} is not a limit")))
}

#[derive(Serialize)]
struct LimitsJson {
    #[serde(rename = "ops:default")]
    default: String,
    #[serde(rename = "ops:get")]
    get: String,
    #[serde(rename = "ops:put")]
    put: String,
    #[serde(rename = "ops:list")]
    list: String,
    #[serde(rename = "ops:delete")]
    delete: String,
    #[serde(rename = "bandwidth:out")]
    out: String,
}

impl LimitsJson {
    fn new(limits: &Limits) -> Self {
        let [default, get, put, list, delete] = limits.ops.map(|rate| format!("{rate:.2}"));
        let out = if limits.out.fract() == 0.0 {
            format!("{:.0}", limits.out)
        } else {
            format!("{:.2}", limits.out)
        };
        Self {
            default,
            get,
            put,
            list,
            delete,
            out,
        }
    }
}
