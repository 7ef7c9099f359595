//! Statistics objects as they are answered. Numbers are numbers here, the service id is text.

use serde::Serialize;

use super::{Counters, Key, Table};

/// A statistics object as it is answered.
#[derive(Serialize)]
pub(in crate::simulator) struct ObjectJson {
    fmt_version: u8,
    pub(in crate::simulator) service_id: String,
    start_ts: i64,
    pub(super) period: i64,
    nr_items: usize,
    pub(super) items: Vec<ItemJson>,
}

#[derive(Serialize)]
pub(super) struct ItemJson {
    key: KeyJson,
    pub(super) counters: CountersJson,
}

#[derive(Serialize)]
struct KeyJson {
    bucket: String,
    epoch: u64,
    user_id: String,
    tag: &'static str,
}

#[derive(Serialize)]
pub(super) struct CountersJson {
    pub(super) ops: OpsJson,
    net_io: NetJson,
}

#[derive(Serialize)]
pub(super) struct OpsJson {
    pub(super) put: u64,
    get: u64,
    list: u64,
    other: u64,
}

#[derive(Serialize)]
struct NetJson {
    uploaded: u64,
    downloaded: u64,
}

impl ObjectJson {
    pub(super) fn new(service_id: &str, start_ts: i64, period: i64, table: &Table) -> Self {
        let items: Vec<ItemJson> = table
            .iter()
            .map(|(key, counters)| ItemJson::new(key, counters))
            .collect();
        Self {
            fmt_version: 1,
            service_id: service_id.to_owned(),
            start_ts,
            period,
            nr_items: items.len(),
            items,
        }
    }
}

impl ItemJson {
    fn new(key: &Key, counters: &Counters) -> Self {
        let Counters {
            put,
            get,
            list,
            other,
            uploaded,
            downloaded,
        } = *counters;
        Self {
            key: KeyJson {
                bucket: key.bucket.clone(),
                epoch: key.epoch,
                user_id: key.user_id.clone(),
                tag: "",
            },
            counters: CountersJson {
                ops: OpsJson {
                    put,
                    get,
                    list,
                    other,
                },
                net_io: NetJson {
                    uploaded,
                    downloaded,
                },
            },
        }
    }
}
