//! Statistics objects as they are answered. The service id is text here; how it is printed, and how
//! the rest is spelled, is up to the profile.

use serde::{Serialize, Serializer};

use super::{Counters, Key, Table};
use crate::simulator::profile::Profile;

/// A number, written as a string if the profile has it so.
#[derive(Clone, Copy)]
pub(in crate::simulator) struct Number {
    value: u64,
    text: bool,
}

impl Number {
    pub(in crate::simulator) fn new(value: u64, profile: &Profile) -> Self {
        Self {
            value,
            text: profile.usage_strings,
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.text {
            serializer.collect_str(&self.value)
        } else {
            serializer.serialize_u64(self.value)
        }
    }
}

/// A statistics object as it is answered. Optional members are those that no document has.
#[derive(Serialize)]
pub(in crate::simulator) struct ObjectJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<Number>,
    fmt_version: Number,
    pub(in crate::simulator) service_id: &'a str,
    start_ts: Number,
    period: Number,
    nr_items: Number,
    items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
struct ItemJson<'a> {
    key: KeyJson<'a>,
    counters: CountersJson,
}

#[derive(Serialize)]
struct KeyJson<'a> {
    bucket: &'a str,
    epoch: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    tag: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<Number>,
}

#[derive(Serialize)]
struct CountersJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    classes: Option<ClassesJson>,
    ops: OpsJson,
    net_io: NetJson,
}

/// The same counters once more, by storage class.
#[derive(Serialize)]
struct ClassesJson {
    #[serde(rename = "DEFAULT")]
    default: ClassJson,
}

#[derive(Serialize)]
struct ClassJson {
    ops: OpsJson,
    net_io: NetJson,
}

#[derive(Clone, Copy, Serialize)]
struct OpsJson {
    put: Number,
    get: Number,
    list: Number,
    other: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Number>,
}

#[derive(Clone, Copy, Serialize)]
struct NetJson {
    uploaded: Number,
    downloaded: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    total: Option<Number>,
}

impl<'a> ObjectJson<'a> {
    /// An object of `service_id` that began at `start` and covers `covered` seconds.
    pub(super) fn new(
        service_id: &'a str,
        start: i64,
        covered: i64,
        table: &'a Table,
        profile: &Profile,
    ) -> Self {
        let number = |value| Number::new(value, profile);
        let seconds = |value| number(u64::try_from(value).unwrap_or(0));
        Self {
            generation: profile.usage_extra.then(|| number(7)),
            fmt_version: number(1),
            service_id,
            start_ts: seconds(start),
            period: seconds(covered),
            nr_items: number(table.len() as u64),
            items: table
                .iter()
                .map(|(key, counters)| ItemJson {
                    key: KeyJson::new(key, profile),
                    counters: CountersJson::new(counters, profile),
                })
                .collect(),
        }
    }
}

impl<'a> KeyJson<'a> {
    fn new(key: &'a Key, profile: &Profile) -> Self {
        let user = Some(key.user_id.as_str());
        Self {
            bucket: &key.bucket,
            epoch: Number::new(key.epoch, profile),
            user_id: user.filter(|_| !profile.usage_user_short),
            user: user.filter(|_| profile.usage_user_short),
            tag: "",
            shard: profile.usage_extra.then(|| Number::new(3, profile)),
        }
    }
}

impl CountersJson {
    fn new(counters: &Counters, profile: &Profile) -> Self {
        let number = |value| Number::new(value, profile);
        let extra = |value| profile.usage_extra.then(|| number(value));
        let Counters {
            put,
            get,
            list,
            other,
            uploaded,
            downloaded,
        } = *counters;
        let requests = [put, get, list, other]
            .into_iter()
            .fold(0, u64::saturating_add);
        let ops = OpsJson {
            put: number(put),
            get: number(get),
            list: number(list),
            other: number(other),
            total: extra(requests),
        };
        let net_io = NetJson {
            uploaded: number(uploaded),
            downloaded: number(downloaded),
            total: extra(uploaded.saturating_add(downloaded)),
        };
        Self {
            requests: extra(requests),
            classes: profile.usage_extra.then_some(ClassesJson {
                default: ClassJson { ops, net_io },
            }),
            ops,
            net_io,
        }
    }
}
