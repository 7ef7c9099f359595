//! What must hold during a schedule and at its end.

use std::collections::{BTreeMap, HashMap};

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::ledger::{AccountState, BucketKey, ServiceRange, Traffic, month_of, slot_of};
use ostor_bridge::metering::{self, Collected};

use super::reports::{Used, Users};
use super::world::{LATE_SERVICE, World};
use crate::support::{ByBucket, CLIENT, CLUSTER, service, truth};

/// Most runs that all the rest may take: a stuck listing of pages of two shows one new name a run at worst.
const PATIENCE: u32 = 60;

impl World {
    /// What a collection that came to its end may say.
    pub async fn note_collected(&mut self, collected: &Collected) {
        self.figures.objects += collected.counted as u64;
        self.figures.items += collected.items as u64;
        self.figures.known += collected.known as u64;
        let conflicts = collected
            .problems
            .iter()
            .filter(|(_, problem)| problem.contains("other content"))
            .count() as u64;
        if self.schedule.hasty {
            self.figures.expected_conflicts += conflicts;
            return;
        }
        assert_eq!(conflicts, 0, "{collected:?}");
        if let Some(until) = collected.complete_until {
            self.check_complete(until).await;
        }
    }

    /// What was requested before `until` is in the ledger, but for what gateways lost and for objects that are known
    /// to be missing for a day.
    async fn check_complete(&mut self, until: Timestamp) {
        let problems = self.services.ledger.statistics_problems(CLUSTER).await;
        let yesterday = self.place.clock.now() - SignedDuration::from_hours(24);
        let given_up = |seen: i64| seen <= yesterday.as_second();
        let mut problems = problems.expect("the problems").into_iter();
        if problems.any(|problem| given_up(problem.first_seen)) {
            return;
        }
        let mut least = ByBucket::new();
        let requests = self.requests.iter();
        // After a restart an object may begin a second later than the request, which keeps its name unique.
        let before = until.as_second() - self.restarts;
        for request in requests.filter(|request| request.second < before) {
            let key = (request.user.clone(), request.bucket.clone());
            *least.entry(key).or_default() += request.traffic;
        }
        for row in self.place.simulator.lost() {
            let lost = crate::support::traffic_of(&row.counters);
            if let Some(sum) = least.get_mut(&(row.user_id, row.bucket)) {
                *sum = sum.less(&lost);
            }
        }
        let mut counted = ByBucket::new();
        for (user, bucket, slot, traffic) in self.rows.slots().await {
            if slot <= slot_of(until.as_second()) {
                *counted.entry((user, bucket)).or_default() += traffic;
            }
        }
        for (key, least) in least {
            let counted = counted.get(&key).copied().unwrap_or_default();
            let missing = least.less(&counted);
            assert!(
                missing.values().iter().all(|figure| *figure <= 0),
                "{key:?}: said to be complete until {until}, but {missing:?} is missing"
            );
        }
    }

    /// A bucket's first reading: everything since its creation counts when its owner was known by then, otherwise
    /// nothing before the reading.
    pub async fn note_first_readings(&mut self, before: &HashMap<BucketKey, u128>) {
        let after = self.stored();
        for (key, record) in self.records().await {
            if self.bases.contains_key(&key) {
                continue;
            }
            let counts = self
                .known
                .get(&key.owner_id)
                .is_some_and(|adopted| adopted.is_none_or(|adopted| key.created * 1000 >= adopted));
            let base = record.h_integral.0 - record.booked.0;
            if counts {
                assert_eq!(base, 0, "{record:?}");
            } else {
                let least = before.get(&key).copied().unwrap_or(0);
                assert!((least..=after[&key]).contains(&base), "{record:?}");
            }
            self.bases.insert(key, base);
        }
    }

    async fn records(&self) -> HashMap<BucketKey, ostor_bridge::ledger::BucketRecord> {
        let records = self.services.ledger.buckets(CLUSTER).await;
        records.expect("the buckets")
    }

    /// No more faults, and everything settles.
    pub async fn settle(&mut self) {
        self.place.simulator.clear_faults();
        let later = self.place.simulator.now() + SignedDuration::from_hours(30);
        // Hours must not turn while sizes are compared.
        let half_past = later.as_second() - later.as_second() % 3600 + 1800;
        self.place
            .set_clock(Timestamp::from_second(half_past).expect("a time"));
        for _ in 0..PATIENCE {
            let collected = metering::collect(&self.services, CLUSTER, &|_| ()).await;
            let collected = collected.expect("statistics are collected");
            self.note_collected(&collected).await;
            self.saw_all = collected.whole;
            let quiet = collected.counted + collected.known + collected.open == 0;
            if quiet && (collected.problems.is_empty() || self.schedule.hasty) {
                break;
            }
        }
        let before = self.stored();
        metering::sample(&self.services, CLUSTER)
            .await
            .expect("sizes are read");
        self.note_first_readings(&before).await;
    }

    /// The ledger against the truth.
    pub async fn check(&mut self) {
        let left = self.check_left_over().await;
        self.check_traffic(&left).await;
        self.check_storage().await;
        let rebuilt = metering::rebuild(&self.services, CLUSTER, false, &|_| ()).await;
        let rebuilt = rebuilt.expect("counted again");
        assert!(rebuilt.agrees(), "{rebuilt:?}");
        self.check_accounts().await;
    }

    /// Settled objects are gone from the gateway, all but those that are set aside. Answers the names of those.
    async fn check_left_over(&mut self) -> Vec<String> {
        let gateway = &self.services.clusters[CLUSTER].gateway;
        let page = gateway
            .statistics_page(None, Some(1000))
            .await
            .expect("names");
        assert!(!page.truncated);
        let mut left = page.names;
        left.dedup();
        left.retain(|name| !name.contains("-1970-"));
        let problems = self.services.ledger.statistics_problems(CLUSTER).await;
        let mut problems: Vec<String> = problems
            .expect("the problems")
            .into_iter()
            .map(|problem| problem.name)
            .collect();
        problems.sort_unstable();
        if !self.schedule.hasty {
            assert!(
                problems.is_empty(),
                "{:?}",
                self.services.ledger.statistics_problems(CLUSTER).await
            );
        }
        if self.saw_all {
            assert_eq!(left, problems);
        } else {
            assert!(self.schedule.hasty, "not all names were seen: {left:?}");
            assert!(problems.iter().all(|problem| left.contains(problem)));
        }
        left
    }

    async fn check_traffic(&mut self, left: &[String]) {
        let (mut by_bucket, mut by_month) = (ByBucket::new(), BTreeMap::<_, Traffic>::new());
        for (user, bucket, slot, traffic) in self.rows.slots().await {
            let time = Timestamp::from_second(slot * 900).expect("a slot's time");
            *by_month.entry((user.clone(), month_of(time))).or_default() += traffic;
            *by_bucket.entry((user, bucket)).or_default() += traffic;
            let bytes = traffic.uploaded + traffic.downloaded;
            self.figures.bytes += u64::try_from(bytes).expect("a number of bytes");
        }
        let months = self.rows.months().await;
        let months = months
            .into_iter()
            .map(|(user, _, month, traffic)| ((user, month), traffic));
        assert_eq!(months.collect::<BTreeMap<_, _>>(), by_month);
        if self.schedule.hasty {
            self.check_hasty_traffic(&by_bucket, left).await;
        } else {
            assert_eq!(by_bucket, truth(&self.place.simulator));
        }
    }

    /// Of objects that were collected too early nothing is counted twice, and what is not counted is still there.
    async fn check_hasty_traffic(&self, counted: &ByBucket, left: &[String]) {
        let mut most = counted.clone();
        for name in left {
            let gateway = &self.services.clusters[CLUSTER].gateway;
            let object = gateway.statistics_object(name).await.expect("an object");
            for item in object.expect("it is still there").items {
                let figure = |value: u64| i64::try_from(value).expect("a figure of tests");
                *most.entry((item.user_id, item.bucket)).or_default() += Traffic {
                    put: figure(item.counters.put),
                    get: figure(item.counters.get),
                    list: figure(item.counters.list),
                    other: figure(item.counters.other),
                    uploaded: figure(item.counters.uploaded),
                    downloaded: figure(item.counters.downloaded),
                };
            }
        }
        let truth = truth(&self.place.simulator);
        let of = |sums: &ByBucket, key| sums.get(key).copied().unwrap_or_default();
        for key in truth.keys().chain(counted.keys()) {
            let (least, truth, most) = (of(counted, key), of(&truth, key), of(&most, key));
            let below = |small: Traffic, large: Traffic| {
                large.less(&small).values().iter().all(|rest| *rest >= 0)
            };
            assert!(
                below(least, truth) && below(truth, most),
                "{key:?}: counted {least:?}, true {truth:?}, with what is set aside {most:?}"
            );
        }
    }

    async fn check_storage(&mut self) {
        let (stored, living) = (self.stored(), self.living());
        let records = self.records().await;
        for (key, truth) in &stored {
            let Some(record) = records.get(key) else {
                assert!(
                    !self.seen.contains_key(key),
                    "{key:?} was seen and forgotten"
                );
                assert!(!living.contains(key), "{key:?} was never counted");
                continue;
            };
            let base = self.bases[key];
            let (booked, most) = (record.booked.0, truth - base);
            assert_eq!(record.incarnation, 0, "{record:?}");
            if living.contains(key) {
                assert_eq!(booked, most, "{record:?}");
                assert_eq!(record.missing_since, None);
                self.figures.living += 1;
            } else {
                let seen = self.seen.get(key).copied().unwrap_or(0);
                let least = seen.saturating_sub(base);
                assert!(
                    (least..=most).contains(&booked),
                    "{least} {most} {record:?}"
                );
                assert!(record.missing_since.is_some(), "{record:?}");
                self.figures.vanished += 1;
            }
        }
        assert!(records.keys().all(|key| stored.contains_key(key)));
        for bucket in self.place.simulator.buckets() {
            let shown = records
                .values()
                .find(|record| record.key.name == bucket.name && record.missing_since.is_none());
            let shown = shown.map(|record| u64::try_from(record.current).expect("a size"));
            assert_eq!(shown, Some(bucket.current), "{}", bucket.name);
        }
    }

    /// The services' figures are those of their users, in every report.
    async fn check_accounts(&mut self) {
        let range = ServiceRange {
            client: CLIENT,
            cluster: CLUSTER,
            ids: 1..=LATE_SERVICE,
        };
        let of_users = self.used().await;
        let ledger = &self.services.ledger;
        let traffic = ledger.traffic(&range).await;
        let traffic = traffic.expect("traffic of the services");
        let stored = ledger.stored(&range).await.expect("what they store");
        let records = self.records().await;
        let mut of_services = BTreeMap::new();
        for (number, users) in [(1, 0..2), (2, 2..3), (3, 3..4), (LATE_SERVICE, 4..5)] {
            let users: Vec<&String> = self.users[users]
                .iter()
                .filter(|user| self.known.contains_key(*user))
                .collect();
            let account = ledger.account(&service(number)).await.expect("a look");
            let Some(account) = account else {
                assert!(users.is_empty());
                continue;
            };
            assert_eq!(account.state, AccountState::Active);
            let mut used = Used::default();
            for user in &users {
                let (traffic, byte_hours) = of_users.get(*user).copied().unwrap_or_default();
                used.0 += traffic;
                used.1 += byte_hours;
            }
            let own = records
                .values()
                .filter(|record| users.contains(&&record.key.owner_id));
            let here = own.filter(|record| record.missing_since.is_none());
            let bytes: i64 = here.map(|record| record.current).sum();
            let stored = stored.get(&account.id).copied().unwrap_or_default();
            let traffic = traffic.get(&account.id).copied().unwrap_or_default();
            assert_eq!(
                (traffic, stored.byte_hours, stored.bytes),
                (used.0, used.1, bytes)
            );
            self.check_history(number, used).await;
            of_services.insert(number, used);
        }
        self.check_months(&of_services, &of_users).await;
        self.check_hours(&of_users).await;
    }

    /// What the ledger has of every user.
    async fn used(&mut self) -> Users {
        let mut used = Users::new();
        for (user, _, _, traffic) in self.rows.slots().await {
            used.entry(user).or_default().0 += traffic;
        }
        for record in self.records().await.into_values() {
            used.entry(record.key.owner_id).or_default().1 += record.booked;
        }
        used.retain(|_, used| *used != Used::default());
        used
    }
}
