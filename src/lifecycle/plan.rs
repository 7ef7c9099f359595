//! What a customer has bought: a quota and rates. An absent member means unlimited; the gateway
//! reads 0 as unlimited, so 0 is refused here rather than sold by mistake.

use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU64;

use schemars::JsonSchema;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Number;

use crate::ostor::{Limits, Rate, Resource};

/// Largest quota, in GB (2^30 bytes each): 1 EiB, far below what overflows the gateway's 64 bits.
const MAX_QUOTA_GB: u64 = 1 << 30;

/// Largest rate, in operations or kilobytes a second.
const MAX_RATE: f64 = 1e9;

/// Quota and rates of a service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Object<Form>", into = "Form")]
pub struct Plan {
    /// Storage in GB; `None` is unlimited.
    pub quota_gb: Option<NonZeroU64>,
    /// Downloads in GB a month that cost nothing extra; `None` is unlimited. Told to WHMCS as a limit and not enforced.
    pub bandwidth_included_gb: Option<NonZeroU64>,
    /// Operations a second by class, and outgoing kilobytes a second.
    pub limits: Limits,
}

/// A plan that cannot be sold: which member is wrong, and what may stand there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("plan.{member} must be {expected}; leave it out for unlimited")]
pub struct InvalidPlan {
    member: &'static str,
    expected: &'static str,
}

/// The plan as it is written in calls and in the ledger.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Form {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quota_gb: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ops_per_second: Option<Object<OpsForm>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bandwidth_out_kbps: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bandwidth_included_gb: Option<Number>,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OpsForm {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    get: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    put: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delete: Option<Number>,
}

/// Something that must be a JSON object. Derived readers take a list as well, by position, and an
/// empty list (which is how PHP writes an empty array) would become a plan without limits.
#[derive(Default, Serialize, JsonSchema)]
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = T;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map))
            }
        }
        from.deserialize_map(Members(PhantomData)).map(Self)
    }
}

impl TryFrom<Object<Form>> for Plan {
    type Error = InvalidPlan;

    fn try_from(Object(form): Object<Form>) -> Result<Self, InvalidPlan> {
        let Object(ops) = form.ops_per_second.unwrap_or_default();
        let mut limits = Limits::default();
        for (resource, member, number) in [
            (Resource::Default, "ops_per_second.default", ops.default),
            (Resource::Get, "ops_per_second.get", ops.get),
            (Resource::Put, "ops_per_second.put", ops.put),
            (Resource::List, "ops_per_second.list", ops.list),
            (Resource::Delete, "ops_per_second.delete", ops.delete),
            (
                Resource::BandwidthOut,
                "bandwidth_out_kbps",
                form.bandwidth_out_kbps,
            ),
        ] {
            if let Some(number) = number {
                limits.set(resource, rate(member, &number)?);
            }
        }
        Ok(Self {
            quota_gb: gigabytes("quota_gb", form.quota_gb)?,
            bandwidth_included_gb: gigabytes("bandwidth_included_gb", form.bandwidth_included_gb)?,
            limits,
        })
    }
}

fn gigabytes(
    member: &'static str,
    number: Option<Number>,
) -> Result<Option<NonZeroU64>, InvalidPlan> {
    let Some(number) = number else {
        return Ok(None);
    };
    gigabytes_of(&number).map(Some).ok_or(InvalidPlan {
        member,
        expected: GIGABYTES,
    })
}

/// What may stand where gigabytes are asked for.
pub(crate) const GIGABYTES: &str = "a whole number of gigabytes from 1 to 1073741824";

/// Gigabytes of a quota; `None` when the number is none.
pub(crate) fn gigabytes_of(number: &Number) -> Option<NonZeroU64> {
    // 100.0 is the same number as 100; some writers of JSON know no integers.
    let whole = number.as_u64().or_else(|| {
        let float = number.as_f64()?;
        (float.fract() == 0.0 && (0.0..=MAX_QUOTA_GB as f64).contains(&float))
            .then_some(float as u64)
    });
    whole
        .filter(|gb| *gb <= MAX_QUOTA_GB)
        .and_then(NonZeroU64::new)
}

fn rate(member: &'static str, number: &Number) -> Result<Rate, InvalidPlan> {
    rate_of(number).ok_or(InvalidPlan {
        member,
        expected: RATE,
    })
}

/// What may stand where a rate is asked for.
pub(crate) const RATE: &str = "a number from 0.01 to 1000000000 with at most two decimals";

/// A limit; `None` when the number is none. The gateway shows rates with two decimals, so a finer one could not be
/// verified, and one below 0.01 would become unlimited.
pub(crate) fn rate_of(number: &Number) -> Option<Rate> {
    let hundredths = number.as_f64().unwrap_or(f64::NAN) * 100.0;
    let whole = hundredths.round();
    let exact = (hundredths - whole).abs() < 1e-6 * whole.max(1.0);
    (exact && (1.0..=MAX_RATE * 100.0).contains(&whole))
        .then(|| Rate::from_hundredths(whole as u64))
}

impl From<Plan> for Form {
    fn from(plan: Plan) -> Self {
        let rate = |resource| number_of(plan.limits.get(resource));
        let ops = OpsForm {
            default: rate(Resource::Default),
            get: rate(Resource::Get),
            put: rate(Resource::Put),
            list: rate(Resource::List),
            delete: rate(Resource::Delete),
        };
        let limited = [&ops.default, &ops.get, &ops.put, &ops.list, &ops.delete]
            .iter()
            .any(|rate| rate.is_some());
        Self {
            quota_gb: plan.quota_gb.map(|gb| Number::from(gb.get())),
            bandwidth_included_gb: plan.bandwidth_included_gb.map(|gb| Number::from(gb.get())),
            ops_per_second: limited.then_some(Object(ops)),
            bandwidth_out_kbps: rate(Resource::BandwidthOut),
        }
    }
}

/// A rate as it is written in answers; `None` is unlimited.
pub(crate) fn number_of(rate: Rate) -> Option<Number> {
    let hundredths = rate.hundredths();
    match hundredths {
        0 => None,
        whole if whole % 100 == 0 => Some(Number::from(whole / 100)),
        fraction => Number::from_f64(fraction as f64 / 100.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Result<Plan, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn an_absent_or_null_member_means_unlimited() {
        for json in [
            "{}",
            r#"{"quota_gb": null, "ops_per_second": null, "bandwidth_out_kbps": null}"#,
            r#"{"ops_per_second": {}}"#,
        ] {
            assert_eq!(parse(json), Ok(Plan::default()), "{json}");
        }
    }

    #[test]
    fn a_plan_survives_the_ledger() {
        let json = r#"{"quota_gb":100,"ops_per_second":{"default":0.5,"get":100},"bandwidth_out_kbps":2048,"bandwidth_included_gb":500}"#;
        let plan = parse(json).expect("valid");
        assert_eq!(serde_json::to_string(&plan).expect("serialisable"), json);
    }

    #[test]
    fn numbers_that_would_become_unlimited_or_wrong_are_refused() {
        for (json, member) in [
            (r#"{"quota_gb": 0}"#, "quota_gb"),
            (r#"{"quota_gb": -1}"#, "quota_gb"),
            (r#"{"quota_gb": 0.5}"#, "quota_gb"),
            (r#"{"quota_gb": 1.5}"#, "quota_gb"),
            (r#"{"quota_gb": 1073741825}"#, "quota_gb"),
            (r#"{"quota_gb": 1e300}"#, "quota_gb"),
            (r#"{"bandwidth_included_gb": 0}"#, "bandwidth_included_gb"),
            (r#"{"ops_per_second": {"get": 0}}"#, "ops_per_second.get"),
            (r#"{"ops_per_second": {"put": -3}}"#, "ops_per_second.put"),
            (
                r#"{"ops_per_second": {"list": 0.001}}"#,
                "ops_per_second.list",
            ),
            (
                r#"{"ops_per_second": {"delete": 0.333}}"#,
                "ops_per_second.delete",
            ),
            (r#"{"bandwidth_out_kbps": 0}"#, "bandwidth_out_kbps"),
            (r#"{"bandwidth_out_kbps": 1e12}"#, "bandwidth_out_kbps"),
        ] {
            let error = parse(json).expect_err(json);
            assert!(
                error.starts_with(&format!("plan.{member} must be")),
                "{json}: {error}"
            );
        }
    }

    #[test]
    fn words_and_unknown_members_are_refused() {
        for json in [
            r#"{"quota_gb": "NaN"}"#,
            r#"{"quota_gb": "100"}"#,
            r#"{"quota": 100}"#,
            r#"{"ops_per_second": {"head": 1}}"#,
            r#"{"quota_gb": 100, "quota_gb": 100}"#,
            "100",
            "null",
        ] {
            parse(json).expect_err(json);
        }
    }

    #[test]
    fn lists_are_no_plans() {
        for json in [
            "[]",
            "[100, null, null]",
            r#"{"ops_per_second": []}"#,
            r#"{"ops_per_second": [1, 2, 3, 4, 5]}"#,
        ] {
            let error = parse(json).expect_err(json);
            assert!(error.contains("expected an object"), "{json}: {error}");
        }
    }

    #[test]
    fn a_whole_float_is_a_whole_number() {
        assert_eq!(
            parse(r#"{"quota_gb": 100.0}"#),
            parse(r#"{"quota_gb": 100}"#)
        );
    }
}
