//! What a stretch of time lacks, in words.

use std::ops::Range;

use jiff::Timestamp;

use crate::ledger::slot_of;

use super::Coverage;

impl Coverage {
    /// A sentence for each source that does not cover all of `time`.
    #[must_use]
    pub fn gaps(&self, cluster: &str, time: &Range<Timestamp>) -> Vec<String> {
        let sources = [
            ("Traffic", self.traffic_from, self.traffic_until),
            ("Storage", self.storage_from, self.storage_until),
        ];
        let gaps = sources.map(|(what, from, until)| {
            let what = format!("{what} of cluster {cluster}");
            let Some((from, until)) = from
                .zip(until)
                .filter(|(from, until)| reaches(*from, *until, time))
            else {
                return Some(format!("{what} is not known for this time."));
            };
            match (from > time.start, until < time.end) {
                (false, false) => None,
                (true, false) => Some(format!(
                    "{what} is known from {from} on; what was before is missing."
                )),
                (false, true) => Some(format!(
                    "{what} is known until {until}; what comes after it is missing."
                )),
                (true, true) => Some(format!(
                    "{what} is known from {from} until {until}; what was before and comes after is missing."
                )),
            }
        });
        gaps.into_iter().flatten().collect()
    }
}

/// Whether something is known of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Knows {
    pub traffic: bool,
    pub storage: bool,
}

impl Coverage {
    /// What is known of some of `time`.
    pub(super) fn knows(&self, time: &Range<Timestamp>) -> Knows {
        let known = |from: Option<Timestamp>, until: Option<Timestamp>| {
            let known = from.zip(until);
            known.is_some_and(|(from, until)| reaches(from, until, time))
        };
        Knows {
            traffic: known(self.traffic_from, self.traffic_until),
            storage: known(self.storage_from, self.storage_until),
        }
    }

    /// The slot before which sizes are known.
    pub(super) fn known_slots(&self) -> i64 {
        self.storage_until
            .map_or(i64::MIN, |until| slot_of(until.as_second()))
    }
}

/// Whether some of `time` is known.
pub(super) fn reaches(from: Timestamp, until: Timestamp, time: &Range<Timestamp>) -> bool {
    // Sizes that were read once only are known from then until the hour before.
    from < until && from < time.end && until > time.start
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gaps(from: i64, until: i64) -> Vec<String> {
        let at = |second| Timestamp::from_second(second).ok();
        let known = Coverage {
            complete_until: at(until),
            traffic: true,
            storage: true,
            withheld: Vec::new(),
            traffic_from: at(from),
            traffic_until: at(until),
            storage_from: at(0),
            storage_until: at(1000),
            sampled_at: at(1000),
        };
        let time = Timestamp::constant(100, 0)..Timestamp::constant(200, 0);
        known.gaps("eu1", &time)
    }

    #[test]
    fn a_gap_is_told_and_where_it_lies() {
        assert_eq!(gaps(100, 200), [""; 0]);
        for (from, until, words) in [
            (101, 200, "from 1970-01-01T00:01:41Z on"),
            (100, 199, "until 1970-01-01T00:03:19Z; what comes after"),
            (
                101,
                199,
                "from 1970-01-01T00:01:41Z until 1970-01-01T00:03:19Z",
            ),
            (0, 100, "not known"),
            (200, 300, "not known"),
            (150, 140, "not known"),
        ] {
            let told = gaps(from, until);
            assert_eq!(told.len(), 1, "{told:?}");
            assert!(
                told[0].starts_with("Traffic of cluster eu1") && told[0].contains(words),
                "{told:?}"
            );
        }
    }
}
