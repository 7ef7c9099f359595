use super::*;

const NAME: &str = "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800";
const START: i64 = 1_485_966_714;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("a valid time")
}

/// Statistics with a profile, and what is done to them by the second.
struct Kept {
    profile: Profile,
    statistics: Statistics,
}

impl Kept {
    fn new(profile: &str) -> Self {
        Self::seeded(profile, 1)
    }

    fn seeded(profile: &str, seed: u64) -> Self {
        let profile: Profile = profile.parse().expect("a valid profile");
        Self {
            statistics: Statistics::new(&profile, seed),
            profile,
        }
    }

    fn put(&mut self, second: i64) {
        let key = Key {
            bucket: "b".to_owned(),
            epoch: 98_305,
            user_id: "u".to_owned(),
        };
        let counters = Counters::one(Class::Put, 10, 0);
        self.statistics
            .record(&self.profile, at(second), key, counters);
    }

    fn names(&mut self, second: i64) -> Vec<String> {
        let (names, more) = self
            .statistics
            .names(at(second), Bound::Unbounded, usize::MAX);
        assert!(!more);
        names.into_iter().map(str::to_owned).collect()
    }

    /// Uploads an object tells, and the seconds it covers.
    fn told(&mut self, second: i64, name: &str) -> Option<(u64, i64)> {
        let object = self.statistics.objects.get_mut(name)?;
        object.settle(second);
        let (table, covered) = object.content()?;
        Some((table.values().map(|counters| counters.put).sum(), covered))
    }

    fn delete(&mut self, second: i64, name: &str) -> bool {
        self.statistics.delete(at(second), name)
    }

    fn restart(&mut self, second: i64, flush: bool) {
        assert!(self.statistics.restart(at(second), 0, flush));
    }

    fn puts(table: &Table) -> u64 {
        table.values().map(|counters| counters.put).sum()
    }
}

#[test]
fn an_object_appears_late_changes_and_settles() {
    let mut kept = Kept::new("");
    kept.put(START);
    assert!(kept.names(START + 599).is_empty());
    kept.put(START + 599);
    assert_eq!(kept.names(START + 600), [NAME]);
    assert_eq!(kept.told(START + 700, NAME), Some((2, 600)));
    kept.put(START + 1300);
    assert_eq!(
        kept.told(START + 1799, NAME),
        Some((2, 1200)),
        "written before the third upload"
    );
    assert_eq!(kept.told(START + 1800, NAME), Some((3, 1800)));
    kept.put(START + 2000);
    assert_eq!(
        kept.told(START + 9000, NAME),
        Some((3, 1800)),
        "the next period has an object of its own"
    );
    assert_eq!(
        kept.names(START + 9000)[1],
        "s3-usage-8000000000000065-2017-02-01T17:01:54.000Z-1800"
    );
}

#[test]
fn the_last_write_is_the_first_due_when_the_period_is_over() {
    let mut kept = Kept::new("usage-period=1000,usage-cache=300");
    kept.put(START);
    kept.put(START + 950);
    let name = kept.names(START + 300).remove(0);
    kept.put(START + 1000);
    assert_eq!(kept.told(START + 1199, &name), Some((1, 900)));
    assert_eq!(kept.told(START + 1200, &name), Some((2, 1000)));
    assert_eq!(kept.told(START + 9000, &name), Some((2, 1000)));
    let mut slow = Kept::new("usage-period=60,usage-cache=600");
    slow.put(START);
    assert!(slow.names(START + 599).is_empty());
    let name = slow.names(START + 600).remove(0);
    assert_eq!(slow.told(START + 600, &name), Some((1, 60)));
}

#[test]
fn a_late_last_write_stays_within_its_bound_and_follows_the_seed() {
    let last_writes = |seed| -> Vec<i64> {
        let mut kept = Kept::seeded("usage-period=100,usage-cache=100,usage-late=50", seed);
        let mut written = Vec::new();
        for second in (0..2000).map(|second| START + second) {
            kept.put(second);
            if kept.names(second).len() > written.len() {
                written.push((second - START) % 100);
            }
        }
        written
    };
    let first = last_writes(1);
    assert_eq!(first, last_writes(1));
    assert_ne!(first, last_writes(2));
    assert!(first.iter().all(|late| (0..=50).contains(late)));
    assert!(first.iter().max() > Some(&25) && first.iter().min() < Some(&25));
}

#[test]
fn a_late_object_tells_more_than_its_period() {
    let mut kept = Kept::new("usage-late=100");
    kept.put(START);
    let late = (1800..)
        .find(|age| kept.told(START + age, NAME) != Some((1, 1200)))
        .expect("a last write");
    assert_eq!(kept.told(START + late, NAME), Some((1, late)));
    assert!((1801..=1900).contains(&late), "{late}");
}

#[test]
fn a_deleted_open_object_comes_back_with_later_counters_only() {
    let mut kept = Kept::new("usage-period=1000,usage-cache=100");
    kept.put(0);
    kept.put(50);
    let name = kept.names(100).remove(0);
    kept.put(140);
    assert!(kept.delete(150, &name) && !kept.delete(150, &name));
    kept.put(160);
    assert!(kept.names(199).is_empty());
    assert_eq!(
        kept.told(2000, &name),
        Some((2, 1000)),
        "both that were not written when it was deleted"
    );
    assert!(kept.delete(2000, &name));
    assert!(kept.names(9000).is_empty());
    assert_eq!(Kept::puts(kept.statistics.truth()), 4);
}

#[test]
fn an_object_deleted_between_period_and_last_write_comes_back() {
    let mut kept = Kept::new("usage-period=1000,usage-cache=300");
    kept.put(0);
    kept.put(950);
    let name = kept.names(1100).remove(0);
    assert!(kept.delete(1100, &name));
    kept.put(1100);
    assert_eq!(kept.told(1200, &name), Some((1, 1000)));
    assert!(kept.delete(1200, &name));
    assert_eq!(kept.told(1300, &name), None);
}

#[test]
fn a_clean_restart_writes_what_a_crash_loses() {
    for (flush, told, covered, lost) in [(true, 3, 1390, 0), (false, 1, 1200, 2)] {
        let mut kept = Kept::new("");
        kept.put(START);
        kept.put(START + 1250);
        kept.put(START + 1390);
        kept.restart(START + 1390, flush);
        assert_eq!(kept.told(START + 1390, NAME), Some((told, covered)));
        assert_eq!(Kept::puts(kept.statistics.lost()), lost);
        kept.put(START + 1391);
        assert_eq!(kept.told(START + 9000, NAME), Some((told, covered)));
        let names = kept.names(START + 9000);
        assert_eq!(
            names[1],
            "s3-usage-8000000000000065-2017-02-01T16:55:05.000Z-1800"
        );
        assert_eq!(kept.told(START + 9000, &names[1]), Some((1, 1800)));
        assert_eq!(Kept::puts(kept.statistics.truth()), 4);
    }
}

#[test]
fn restarts_within_a_second_do_not_share_a_name() {
    let mut kept = Kept::new("");
    for _ in 0..3 {
        kept.put(START);
        kept.restart(START, true);
        let last = kept.names(START).pop().expect("a name");
        assert!(kept.delete(START, &last));
        assert!(kept.names(START).is_empty());
    }
    kept.put(START);
    assert_eq!(
        kept.names(START + 9000),
        ["s3-usage-8000000000000065-2017-02-01T16:31:57.000Z-1800"]
    );
    assert!(kept.statistics.lost().is_empty());
}

#[test]
fn a_crash_before_the_first_write_leaves_no_object() {
    let mut kept = Kept::new("");
    kept.put(START);
    kept.restart(START + 599, false);
    assert!(kept.names(START + 9000).is_empty());
    assert_eq!(Kept::puts(kept.statistics.lost()), 1);
    kept.restart(START + 600, false);
    assert_eq!(Kept::puts(kept.statistics.lost()), 1, "lost once");
    assert!(!kept.statistics.restart(at(START), 1, true));
}

#[test]
fn a_restart_reaches_the_object_that_still_waits_for_its_last_write() {
    let mut kept = Kept::new("usage-period=1000,usage-cache=300");
    kept.put(0);
    kept.put(950);
    kept.put(1100);
    kept.restart(1150, true);
    let names = kept.names(1150);
    assert_eq!(kept.told(1150, &names[0]), Some((2, 1000)));
    assert_eq!(kept.told(1150, &names[1]), Some((1, 150)));
}

#[test]
fn a_new_period_holds_for_new_objects() {
    let mut kept = Kept::new("");
    kept.put(START);
    kept.profile.usage_period = 60;
    kept.put(START + 1799);
    kept.put(START + 1800);
    kept.put(START + 1860);
    assert_eq!(
        kept.names(START + 9000),
        [
            NAME,
            "s3-usage-8000000000000065-2017-02-01T17:01:54.000Z-60",
            "s3-usage-8000000000000065-2017-02-01T17:02:54.000Z-60",
        ]
    );
    assert_eq!(kept.told(START + 9000, NAME), Some((2, 1800)));
}

#[test]
fn a_clock_set_back_loses_nothing() {
    let mut kept = Kept::new("");
    kept.put(START);
    kept.put(START - 5000);
    assert_eq!(kept.told(START + 1800, NAME), Some((2, 1800)));
    assert!(kept.delete(START + 1800, NAME));
    kept.put(START + 10);
    let names = kept.names(START + 9000);
    assert_eq!(names.len(), 1);
    assert_ne!(names[0], NAME);
    assert_eq!(kept.told(START + 9000, &names[0]), Some((1, 1800)));
}

#[test]
fn gateways_take_turns() {
    let mut kept = Kept::new("gateways=2,usage-1970=on");
    for second in 1_000_000..1_000_004 {
        kept.put(second);
    }
    let names = kept.names(2_000_000);
    assert_eq!(names.len(), 3);
    assert!(
        names[0].ends_with("65-1970-01-01T00:00:00.000Z-1800")
            && names[2].contains("-8000000000000066-")
    );
    assert_eq!(kept.told(2_000_000, &names[2]), Some((2, 1800)));
}
