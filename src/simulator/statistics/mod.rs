//! Usage statistics: what the gateways count and how it becomes statistics objects.
//!
//! Each gateway keeps counters in memory and writes them into the object of the running period
//! every cache timeout. So an object appears late, may still change after it was listed, and is
//! final only once its period and one cache timeout have passed. Periods start with traffic, follow
//! each other while it lasts, and are not aligned to the clock. Everything is computed when somebody
//! looks, from the simulator's clock. The true totals are kept beside, for assertions.

mod object_json;

use std::collections::BTreeMap;
use std::ops::AddAssign;

use jiff::Timestamp;

use super::clock::iso_seconds;
use super::profile::Profile;

pub(super) use self::object_json::ObjectJson;

/// What one item counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    /// Empty for requests that address no bucket.
    pub(super) bucket: String,
    /// Incarnation of the bucket; 0 without one.
    pub(super) epoch: u64,
    /// The requester.
    pub(super) user_id: String,
}

/// Class of a request as statistics have it: there is no class for deletions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Put,
    Get,
    List,
    Other,
}

/// Counters of one item. Byte counts are payload alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Uploads, copies, parts and created buckets.
    pub put: u64,
    /// Downloads, and listings of one's buckets.
    pub get: u64,
    /// Listings of a bucket.
    pub list: u64,
    /// Everything else, deletions among it.
    pub other: u64,
    /// Payload bytes received.
    pub uploaded: u64,
    /// Payload bytes sent.
    pub downloaded: u64,
}

impl Counters {
    /// One request.
    pub(super) fn one(class: Class, uploaded: u64, downloaded: u64) -> Self {
        let ops = |counted| u64::from(class == counted);
        Self {
            put: ops(Class::Put),
            get: ops(Class::Get),
            list: ops(Class::List),
            other: ops(Class::Other),
            uploaded,
            downloaded,
        }
    }
}

/// Adds every counter; none goes beyond its type.
impl AddAssign for Counters {
    fn add_assign(&mut self, more: Self) {
        self.put = self.put.saturating_add(more.put);
        self.get = self.get.saturating_add(more.get);
        self.list = self.list.saturating_add(more.list);
        self.other = self.other.saturating_add(more.other);
        self.uploaded = self.uploaded.saturating_add(more.uploaded);
        self.downloaded = self.downloaded.saturating_add(more.downloaded);
    }
}

pub(super) type Table = BTreeMap<Key, Counters>;

/// One statistics object and what is in memory for it.
struct Object {
    start: i64,
    period: i64,
    cache: i64,
    memory: Table,
    /// What was last written; absent until the first write.
    written: Option<Table>,
    /// Seconds from the start to the last write that was due.
    covered: i64,
}

impl Object {
    fn new(start: i64, profile: &Profile, memory: Table) -> Self {
        let (period, cache) = (
            i64::from(profile.usage_period),
            i64::from(profile.usage_cache),
        );
        Self {
            start,
            period,
            cache,
            memory,
            written: None,
            covered: 0,
        }
    }

    /// Writes what was due by `now`. Counters have not changed since, as every change settles first.
    fn settle(&mut self, now: i64) {
        let last = (self.period + self.cache - 1) / self.cache * self.cache;
        let due = ((now - self.start).max(0) / self.cache * self.cache)
            .min(last)
            .min(self.period);
        if due > self.covered {
            self.covered = due;
            self.written = (!self.memory.is_empty()).then(|| self.memory.clone());
        }
    }

    fn is_open(&self, now: i64) -> bool {
        now < self.start + self.period
    }
}

/// One gateway service and its objects by name.
struct Service {
    id: String,
    objects: BTreeMap<String, Object>,
    newest: Option<String>,
}

/// The statistics of all gateways.
pub(super) struct Statistics {
    services: Vec<Service>,
    turn: usize,
    truth: Table,
}

impl Statistics {
    pub(super) fn new(profile: &Profile) -> Self {
        let services = (0..u64::from(profile.gateways)).map(|number| Service {
            id: format!("{:016x}", profile.first_service.wrapping_add(number)),
            objects: BTreeMap::new(),
            newest: None,
        });
        let mut statistics = Self {
            services: services.collect(),
            turn: 0,
            truth: Table::new(),
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
        *self.truth.entry(key.clone()).or_default() += counters;
        if !profile.usage {
            return;
        }
        self.turn = (self.turn + 1) % self.services.len();
        let service = &mut self.services[self.turn];
        let object = service.running(profile, now.as_second());
        *object.memory.entry(key).or_default() += counters;
    }

    /// Names of all objects that were written, in order.
    pub(super) fn names(&mut self, now: Timestamp) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for service in &mut self.services {
            for (name, object) in &mut service.objects {
                object.settle(now.as_second());
                if object.written.is_some() {
                    names.push(name.clone());
                }
            }
        }
        names.sort_unstable();
        names
    }

    /// The JSON of one object.
    pub(super) fn read(&mut self, now: Timestamp, name: &str) -> Option<ObjectJson> {
        self.services.iter_mut().find_map(|service| {
            let object = service.objects.get_mut(name)?;
            object.settle(now.as_second());
            let table = object.written.as_ref()?;
            Some(ObjectJson::new(
                &service.id,
                object.start,
                object.covered,
                table,
            ))
        })
    }

    /// Deletes an object. One whose period still runs comes back with later counters only.
    pub(super) fn delete(&mut self, now: Timestamp, name: &str) -> bool {
        let now = now.as_second();
        for service in &mut self.services {
            let Some(object) = service.objects.get_mut(name) else {
                continue;
            };
            object.settle(now);
            if object.written.is_none() {
                return false;
            }
            if object.is_open(now) {
                object.written = None;
                object.memory.clear();
            } else {
                service.objects.remove(name);
            }
            return true;
        }
        false
    }

    /// True totals since the start, by bucket, incarnation and requester.
    pub(super) fn truth(&self) -> &Table {
        &self.truth
    }

    fn plant_1970(&mut self, profile: &Profile) {
        let Some(service) = self.services.first_mut() else {
            return;
        };
        let memory = Table::from([(
            Key {
                bucket: String::new(),
                epoch: 0,
                user_id: "0000000000000000".to_owned(),
            },
            Counters {
                get: 1,
                ..Counters::default()
            },
        )]);
        let name = service.name(0, i64::from(profile.usage_period));
        service
            .objects
            .insert(name, Object::new(0, profile, memory));
    }
}

impl Service {
    /// The object of the period that runs at `now`, begun if there is none.
    fn running(&mut self, profile: &Profile, now: i64) -> &mut Object {
        let period = i64::from(profile.usage_period);
        let mut start = now;
        if let Some(newest) = self
            .newest
            .clone()
            .and_then(|name| self.objects.get_mut(&name))
        {
            newest.settle(now);
            if newest.start <= now && newest.is_open(now) {
                start = newest.start;
            } else if (newest.start + period..newest.start + 2 * period).contains(&now) {
                start = newest.start + period;
            }
        }
        let name = self.name(start, period);
        self.newest = Some(name.clone());
        self.objects
            .entry(name)
            .or_insert_with(|| Object::new(start, profile, Table::new()))
    }

    fn name(&self, start: i64, period: i64) -> String {
        let start = Timestamp::from_second(start).unwrap_or(Timestamp::UNIX_EPOCH);
        format!("s3-usage-{}-{}-{period}", self.id, iso_seconds(start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("a valid time")
    }

    fn put(statistics: &mut Statistics, profile: &Profile, second: i64) {
        let key = Key {
            bucket: "b".to_owned(),
            epoch: 98_305,
            user_id: "u".to_owned(),
        };
        let counters = Counters::one(Class::Put, 10, 0);
        statistics.record(profile, at(second), key, counters);
    }

    fn puts(statistics: &mut Statistics, second: i64, name: &str) -> Option<(u64, i64)> {
        let object = statistics.read(at(second), name)?;
        Some((
            object.items.first().map_or(0, |item| item.counters.ops.put),
            object.period,
        ))
    }

    #[test]
    fn an_object_appears_late_changes_and_settles() {
        let profile = Profile::default();
        let mut statistics = Statistics::new(&profile);
        let name = "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800";
        let start = 1_485_966_714;
        put(&mut statistics, &profile, start);
        assert!(statistics.names(at(start + 599)).is_empty());
        put(&mut statistics, &profile, start + 599);
        assert_eq!(statistics.names(at(start + 600)), [name]);
        assert_eq!(puts(&mut statistics, start + 700, name), Some((2, 600)));
        put(&mut statistics, &profile, start + 1300);
        assert_eq!(
            puts(&mut statistics, start + 1799, name),
            Some((2, 1200)),
            "written before the third upload"
        );
        assert_eq!(puts(&mut statistics, start + 1800, name), Some((3, 1800)));
        put(&mut statistics, &profile, start + 2000);
        assert_eq!(
            puts(&mut statistics, start + 9000, name),
            Some((3, 1800)),
            "the next period has an object of its own"
        );
        assert_eq!(
            statistics.names(at(start + 9000))[1],
            "s3-usage-8000000000000065-2017-02-01T17:01:54.000Z-1800"
        );
    }

    #[test]
    fn a_deleted_open_object_comes_back_with_later_counters_only() {
        let profile: Profile = "usage-period=1000,usage-cache=100"
            .parse()
            .expect("a valid profile");
        let mut statistics = Statistics::new(&profile);
        put(&mut statistics, &profile, 0);
        put(&mut statistics, &profile, 50);
        let name = statistics.names(at(100)).remove(0);
        assert!(statistics.delete(at(150), &name) && !statistics.delete(at(150), &name));
        put(&mut statistics, &profile, 160);
        assert!(statistics.names(at(199)).is_empty());
        assert_eq!(puts(&mut statistics, 2000, &name), Some((1, 1000)));
        assert!(statistics.delete(at(2000), &name));
        assert!(statistics.names(at(9000)).is_empty());
        assert_eq!(
            statistics
                .truth()
                .values()
                .map(|counters| counters.put)
                .sum::<u64>(),
            3
        );
    }

    #[test]
    fn gateways_take_turns() {
        let profile: Profile = "gateways=2,usage-1970=on".parse().expect("a valid profile");
        let mut statistics = Statistics::new(&profile);
        for second in 1_000_000..1_000_004 {
            put(&mut statistics, &profile, second);
        }
        let names = statistics.names(at(2_000_000));
        assert_eq!(names.len(), 3);
        assert!(
            names[0].ends_with("65-1970-01-01T00:00:00.000Z-1800")
                && names[2].contains("-8000000000000066-")
        );
        assert_eq!(puts(&mut statistics, 2_000_000, &names[2]), Some((2, 1800)));
    }
}
