//! Usage statistics: what the gateways count and how it becomes statistics objects.
//!
//! Each gateway keeps counters in memory and adds them to the object of the running period every cache
//! time. So an object appears late, may still change after it was listed, and is final only once its
//! period and one cache time have passed, or its gateway stopped. Periods start with traffic, follow
//! each other while it lasts, and are not aligned to the clock. Everything is computed when somebody
//! looks, from the simulator's clock. The true totals are kept beside, for assertions.

mod counters;
mod object;
mod object_json;

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use jiff::Timestamp;

use self::object::Object;
use super::clock::iso_seconds;
use super::ids::Ids;
use super::profile::Profile;

pub use self::counters::Counters;
pub(super) use self::counters::{Class, Key, Table};
pub(super) use self::object_json::{Number, ObjectJson};

/// The object a gateway began last. It may be deleted by now.
struct Newest {
    name: String,
    start: i64,
    /// End of its period.
    end: i64,
    /// Whether the gateway was restarted since.
    stopped: bool,
}

/// One gateway service.
struct Gateway {
    id: String,
    newest: Option<Newest>,
}

/// The statistics of all gateways.
pub(super) struct Statistics {
    gateways: Vec<Gateway>,
    /// By name, those without content too.
    objects: BTreeMap<String, Object>,
    /// The gateway that took the last requests.
    turn: usize,
    truth: Table,
    lost: Table,
    seed: u64,
}

impl Statistics {
    pub(super) fn new(profile: &Profile, seed: u64) -> Self {
        let gateways = (0..u64::from(profile.gateways)).map(|number| Gateway {
            id: format!("{:016x}", profile.first_service.wrapping_add(number)),
            newest: None,
        });
        let mut statistics = Self {
            gateways: gateways.collect(),
            objects: BTreeMap::new(),
            turn: 0,
            truth: Table::new(),
            lost: Table::new(),
            seed,
        };
        if profile.usage_1970 {
            statistics.plant_1970(profile);
        }
        statistics
    }

    /// Counts requests that came to one gateway; the gateways take turns.
    pub(super) fn record(
        &mut self,
        profile: &Profile,
        now: Timestamp,
        key: Key,
        counters: Counters,
    ) {
        if counters == Counters::default() {
            return;
        }
        let key = match self.truth.get_key_value(&key) {
            Some((known, _)) => known.clone(),
            None => Arc::new(key),
        };
        *self.truth.entry(key.clone()).or_default() += counters;
        if !profile.usage {
            return;
        }
        self.turn = (self.turn + 1) % self.gateways.len();
        self.running(self.turn, profile, now.as_second())
            .count(&key, counters);
    }

    /// Up to `page` names behind `after` or, if it is included, from it on; and whether there are more.
    pub(super) fn names(
        &mut self,
        now: Timestamp,
        after: Bound<&str>,
        page: usize,
    ) -> (Vec<&str>, bool) {
        let now = now.as_second();
        let mut names = self
            .objects
            .range_mut::<str, _>((after, Bound::Unbounded))
            .filter_map(|(name, object)| {
                object.settle(now);
                object.content().map(|_| name.as_str())
            });
        let names_of_page = names.by_ref().take(page).collect();
        (names_of_page, names.next().is_some())
    }

    /// The JSON of one object.
    pub(super) fn read(
        &mut self,
        profile: &Profile,
        now: Timestamp,
        name: &str,
    ) -> Option<ObjectJson<'_>> {
        let object = self.objects.get_mut(name)?;
        object.settle(now.as_second());
        let (table, covered) = object.content()?;
        let id = &self.gateways[object.gateway].id;
        Some(ObjectJson::new(id, object.start, covered, table, profile))
    }

    /// Deletes an object. One that is not final comes back with what was not in it yet.
    pub(super) fn delete(&mut self, now: Timestamp, name: &str) -> bool {
        let Some(object) = self.objects.get_mut(name) else {
            return false;
        };
        object.settle(now.as_second());
        let existed = object.content().is_some();
        object.delete();
        if object.is_done() {
            self.objects.remove(name);
        }
        existed
    }

    /// Restarts a gateway. What it has in memory is written or, after a crash, lost. Tells whether there
    /// is such a gateway.
    pub(super) fn restart(&mut self, now: Timestamp, gateway: usize, flush: bool) -> bool {
        let Some(restarted) = self.gateways.get_mut(gateway) else {
            return false;
        };
        if let Some(newest) = &mut restarted.newest {
            newest.stopped = true;
        }
        let own = self.objects.values_mut();
        for object in own.filter(|object| object.gateway == gateway) {
            for (key, counters) in object.stop(now.as_second(), flush) {
                *self.lost.entry(key).or_default() += counters;
            }
        }
        true
    }

    /// True totals since the start, by bucket, incarnation and requester.
    pub(super) fn truth(&self) -> &Table {
        &self.truth
    }

    /// What crashes took out of memory before it was written.
    pub(super) fn lost(&self) -> &Table {
        &self.lost
    }

    /// The object a gateway counts into at `now`, begun if there is none.
    fn running(&mut self, gateway: usize, profile: &Profile, now: i64) -> &mut Object {
        let (objects, service) = (&mut self.objects, &mut self.gateways[gateway]);
        let mut runs = |newest: &Newest| {
            let object = objects.get_mut(&newest.name);
            now < newest.end
                && object.is_some_and(|object| {
                    object.settle(now);
                    !object.is_done()
                })
        };
        let newest = match service.newest.take_if(|newest| runs(newest)) {
            Some(newest) => newest,
            None => service.begin(now, i64::from(profile.usage_period)),
        };
        let newest = service.newest.insert(newest);
        let seed = self.seed ^ newest.start.unsigned_abs() << 8 ^ gateway as u64;
        objects.entry(newest.name.clone()).or_insert_with(|| {
            let late = Ids::new(seed).up_to(profile.usage_late);
            Object::new(gateway, newest.start, profile, late)
        })
    }

    fn plant_1970(&mut self, profile: &Profile) {
        let key = Key {
            bucket: String::new(),
            epoch: 0,
            user_id: "0000000000000000".to_owned(),
        };
        let mut object = Object::new(0, 0, profile, 0);
        object.count(&Arc::new(key), Counters::one(Class::Get, 0, 0));
        let name = self.gateways[0].name(0, i64::from(profile.usage_period));
        self.objects.insert(name, object);
    }
}

impl Gateway {
    /// The object of the period that runs at `now` when the newest does not. Traffic lets periods follow
    /// each other; after a pause or a restart they begin with it. No two begin in the same second, so
    /// no name comes twice.
    fn begin(&self, now: i64, period: i64) -> Newest {
        let start = match &self.newest {
            None => now,
            Some(newest) if !newest.stopped && (newest.end..newest.end + period).contains(&now) => {
                newest.end
            }
            Some(newest) => now.max(newest.start + 1),
        };
        Newest {
            name: self.name(start, period),
            start,
            end: start + period,
            stopped: false,
        }
    }

    fn name(&self, start: i64, period: i64) -> String {
        let start = Timestamp::from_second(start).unwrap_or(Timestamp::UNIX_EPOCH);
        format!("s3-usage-{}-{}-{period}", self.id, iso_seconds(start))
    }
}

#[cfg(test)]
mod tests;
