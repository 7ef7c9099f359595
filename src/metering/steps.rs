//! Hours, days and months of a time zone, and what falls into each of them.

use std::ops::Range;

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit, Zoned, ZonedRound};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::ledger::{SLOT_SECONDS, SlotTraffic, Span, Traffic, month_of, month_start, slot_of};

use super::byte_hours::share;
use super::history::HistoryError;

/// Most steps of one answer: a year by the hour.
pub const MOST_POINTS: usize = 9000;

/// Slots of an hour.
const SLOTS_PER_HOUR: i64 = 3600 / SLOT_SECONDS;

/// Length of a point.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// An hour of the clock.
    Hour,
    /// A calendar day; 23 or 25 hours when the clocks change.
    Day,
    /// A calendar month.
    Month,
}

/// Steps that follow each other.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    step: Step,
    /// First instants, and the end of the last one.
    starts: Vec<Zoned>,
    /// The same as slots.
    edges: Vec<i64>,
}

impl Steps {
    /// The steps that reach into `range`.
    pub fn of(range: &Range<Timestamp>, step: Step, zone: &TimeZone) -> Result<Self, HistoryError> {
        Ok(Self::between(starts(range, step, zone)?, step))
    }

    /// The step of `now` and the ones before it, `count` in all.
    pub fn until(
        now: Timestamp,
        count: i64,
        step: Step,
        zone: &TimeZone,
    ) -> Result<Self, HistoryError> {
        let far = match step {
            Step::Hour => count.hours(),
            Step::Day => count.days(),
            Step::Month => count.months(),
        };
        let from = now.to_zoned(zone.clone()).checked_sub(far);
        let from = from.map_err(out_of_range)?.timestamp();
        let end = now.checked_add(1.second()).map_err(out_of_range)?;
        let mut starts = starts(&(from..end), step, zone)?;
        // A short month or a skipped hour before it may come to one more than asked for.
        let wanted = usize::try_from(count).unwrap_or(0) + 1;
        starts.drain(..starts.len().saturating_sub(wanted));
        Ok(Self::between(starts, step))
    }

    fn between(starts: Vec<Zoned>, step: Step) -> Self {
        let slot = |time: &Zoned| slot_of(time.timestamp().as_second());
        let edges = starts.iter().map(slot).collect();
        Self {
            step,
            starts,
            edges,
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// The first instant of a step.
    pub fn start(&self, step: usize) -> &Zoned {
        &self.starts[step]
    }

    /// From the first instant of a step to that of the next one.
    pub fn time(&self, step: usize) -> Range<Timestamp> {
        self.starts[step].timestamp()..self.starts[step + 1].timestamp()
    }

    /// The slots of all steps.
    pub fn slots(&self) -> Range<i64> {
        let edge = |edge: Option<&i64>| edge.copied().unwrap_or_default();
        edge(self.edges.first())..edge(self.edges.last())
    }

    /// The hours that the steps reach into, counted from 1970.
    pub fn hours(&self) -> Range<i64> {
        let slots = self.slots();
        slots.start.div_euclid(SLOTS_PER_HOUR)..slots.end.div_euclid(SLOTS_PER_HOUR) + 1
    }

    /// The step that a slot falls into.
    pub fn of_slot(&self, slot: i64) -> Option<usize> {
        let step = self.edges.partition_point(|edge| *edge <= slot);
        step.checked_sub(1).filter(|step| *step < self.count())
    }

    /// The parts of a span by step, as far as slot `known`: byte-hours, and bytes where that is the end of the step or
    /// of what is known. A span is looked at once, and not once for every step.
    pub fn parts(&self, span: &Span, known: i64) -> impl Iterator<Item = (usize, u128, u128)> {
        let (start, end) = (
            span.start_hour * SLOTS_PER_HOUR,
            span.end_hour * SLOTS_PER_HOUR,
        );
        let amount = u128::from(span.byte_hours.unsigned_abs());
        let bytes = amount / u128::from((span.end_hour - span.start_hour).unsigned_abs().max(1));
        let first = self
            .edges
            .partition_point(|edge| *edge <= start)
            .saturating_sub(1);
        let pairs = self.edges.windows(2).enumerate().skip(first);
        pairs
            .take_while(move |(_, pair)| pair[0] < end)
            .filter_map(move |(step, pair)| {
                let until = pair[1].min(known);
                let (from, to) = (pair[0].max(start), until.min(end));
                (from < to).then(|| {
                    let part = share(amount, start, end, from, to);
                    (step, part, if to == until { bytes } else { 0 })
                })
            })
    }

    /// Sums of the steps; storage up to the slot `known`.
    pub fn add_up(&self, traffic: &[SlotTraffic], spans: &[Span], known: i64) -> Vec<Sum> {
        let mut sums = vec![Sum::default(); self.count()];
        for SlotTraffic { slot, traffic } in traffic {
            if let Some(step) = self.of_slot(*slot) {
                sums[step].traffic += *traffic;
            }
        }
        for span in spans {
            for (step, byte_hours, bytes) in self.parts(span, known) {
                sums[step].byte_hours += byte_hours;
                sums[step].bytes += bytes;
            }
        }
        sums
    }

    /// For months: the UTC months they are called by, as the ledger numbers them.
    pub fn months(&self) -> Option<Range<i64>> {
        let number = |start: &Zoned| i64::from(start.year()) * 12 + i64::from(start.month()) - 1;
        let (first, last) = (self.starts.first()?, self.starts.last()?);
        (self.step == Step::Month).then(|| number(first)..number(last))
    }

    /// For months: the slots between the borders of the months and those of the UTC months they are called by.
    pub fn edge_slots(&self) -> Vec<Range<i64>> {
        let Some(months) = self.months() else {
            return Vec::new();
        };
        let edges = self.edges.iter().zip(months.start..);
        edges
            .map(|(edge, month)| {
                let utc = slot_of(month_start(month));
                (*edge).min(utc)..(*edge).max(utc)
            })
            .filter(|slots| !slots.is_empty())
            .collect()
    }
}

/// What UTC months and the slots at their edges come to, as slots that [`Steps::add_up`] takes: a month stands in its
/// middle, and a slot at an edge moves from the month it is part of to the one it falls into.
pub(super) fn placed(months: &[(i64, Traffic)], edge_slots: &[SlotTraffic]) -> Vec<SlotTraffic> {
    let middle = |month: i64| {
        let (start, end) = (month_start(month), month_start(month + 1));
        slot_of(start + (end - start) / 2)
    };
    let mut all: Vec<SlotTraffic> = months
        .iter()
        .map(|(month, traffic)| SlotTraffic {
            slot: middle(*month),
            traffic: *traffic,
        })
        .collect();
    for edge in edge_slots {
        let time = Timestamp::from_second(edge.slot * SLOT_SECONDS).unwrap_or_default();
        all.push(*edge);
        all.push(SlotTraffic {
            slot: middle(month_of(time)),
            traffic: Traffic::default().less(&edge.traffic),
        });
    }
    all
}

/// What was used in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    /// Operations and bytes.
    pub traffic: Traffic,
    /// Byte-hours stored.
    pub byte_hours: u128,
    /// Bytes in its last slot.
    pub bytes: u128,
}

/// First instants of the steps, and the end of the last one.
fn starts(
    range: &std::ops::Range<Timestamp>,
    step: Step,
    zone: &TimeZone,
) -> Result<Vec<Zoned>, HistoryError> {
    if range.start >= range.end {
        let sentence = "`from` must be earlier than `to`";
        return Err(HistoryError::Range(sentence.to_owned()));
    }
    let from = range.start.to_zoned(zone.clone());
    let mut at = match step {
        Step::Hour => from.round(
            ZonedRound::new()
                .smallest(Unit::Hour)
                .mode(jiff::RoundMode::Trunc),
        ),
        Step::Day => from.start_of_day(),
        Step::Month => from.first_of_month().and_then(|first| first.start_of_day()),
    }
    .map_err(out_of_range)?;
    let mut starts = vec![at.clone()];
    while at.timestamp() < range.end {
        if starts.len() > MOST_POINTS {
            return Err(HistoryError::Range(format!(
                "`from` and `to` are more than {MOST_POINTS} steps apart; ask for longer steps or less time"
            )));
        }
        at = match step {
            Step::Hour => at.checked_add(1.hour()),
            Step::Day => at.checked_add(1.day()).and_then(|next| next.start_of_day()),
            Step::Month => at
                .checked_add(1.month())
                .and_then(|next| next.start_of_day()),
        }
        .map_err(out_of_range)?;
        starts.push(at.clone());
    }
    Ok(starts)
}

fn out_of_range(_: jiff::Error) -> HistoryError {
    HistoryError::Range("`from` and `to` must be dates people use".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Steps between slots, wherever these lie.
    fn steps_at(edges: Vec<i64>) -> Steps {
        Steps {
            step: Step::Hour,
            starts: Vec::new(),
            edges,
        }
    }

    fn steps(from: &str, to: &str, step: Step, zone: &str) -> Vec<String> {
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let zone = TimeZone::get(zone).expect("a zone");
        let starts = starts(&(time(from)..time(to)), step, &zone).expect("steps");
        starts
            .iter()
            .map(|start| start.strftime("%FT%R%:z").to_string())
            .collect()
    }

    #[test]
    fn steps_follow_the_calendar_of_the_zone() {
        assert_eq!(
            steps(
                "2026-03-28T12:00:00Z",
                "2026-03-30T00:00:00Z",
                Step::Day,
                "Europe/Berlin"
            ),
            [
                "2026-03-28T00:00+01:00",
                "2026-03-29T00:00+01:00",
                "2026-03-30T00:00+02:00",
                "2026-03-31T00:00+02:00"
            ]
        );
        assert_eq!(
            steps(
                "2026-01-31T18:20:00Z",
                "2026-02-28T18:15:00Z",
                Step::Month,
                "Asia/Kathmandu"
            ),
            ["2026-02-01T00:00+05:45", "2026-03-01T00:00+05:45"]
        );
        assert_eq!(
            steps(
                "2026-01-01T00:10:00Z",
                "2026-01-01T01:00:00Z",
                Step::Hour,
                "Asia/Kolkata"
            ),
            [
                "2026-01-01T05:00+05:30",
                "2026-01-01T06:00+05:30",
                "2026-01-01T07:00+05:30"
            ]
        );
    }

    #[test]
    fn empty_and_endless_ranges_are_refused() {
        let time = |text: &str| text.parse::<Timestamp>().expect("a time");
        let (early, late) = (time("2020-01-01T00:00:00Z"), time("2026-01-01T00:00:00Z"));
        for range in [late..early, early..early, early..late] {
            assert!(
                starts(&range, Step::Hour, &TimeZone::UTC).is_err(),
                "{range:?}"
            );
        }
    }

    #[test]
    fn byte_hours_are_cut_at_quarters_of_an_hour() {
        let spans = [Span {
            start_hour: 10,
            end_hour: 12,
            byte_hours: 200,
        }];
        let stored = |edges: [i64; 2], known| {
            let sums = steps_at(edges.to_vec()).add_up(&[], &spans, known);
            (sums[0].byte_hours, sums[0].bytes)
        };
        assert_eq!(stored([40, 48], 48), (200, 100));
        assert_eq!(stored([42, 47], 48), (125, 100));
        assert_eq!(
            stored([44, 60], 60),
            (100, 0),
            "at the end nothing is known of it"
        );
        assert_eq!(stored([40, 60], 44), (100, 100), "as far as it is known");
    }

    proptest! {
        /// Every slot and every quarter of a span is in the step it belongs to, and in no other.
        #[test]
        fn steps_add_up_to_what_they_are_made_of(
            steps in prop::collection::vec(1_i64..200, 1..40),
            slots in prop::collection::btree_map(-50_i64..2000, 1_i64..1000, 0..60),
            hours in prop::collection::vec((0_i64..500, 1_i64..100, 0_i64..1 << 40), 0..12),
        ) {
            let mut edges = vec![7_i64];
            for step in steps {
                edges.push(edges[edges.len() - 1] + step);
            }
            let traffic = |put| Traffic { put, ..Traffic::default() };
            let rows: Vec<_> = slots
                .iter()
                .map(|(slot, put)| SlotTraffic { slot: *slot, traffic: traffic(*put) })
                .collect();
            let spans: Vec<_> = hours
                .iter()
                .map(|(start, length, byte_hours)| Span {
                    start_hour: *start,
                    end_hour: start + length,
                    byte_hours: *byte_hours,
                })
                .collect();
            let sums = steps_at(edges.clone()).add_up(&rows, &spans, i64::MAX);
            prop_assert_eq!(sums.len() + 1, edges.len());
            for (pair, sum) in edges.windows(2).zip(&sums) {
                let put: i64 = slots.range(pair[0]..pair[1]).map(|(_, put)| put).sum();
                let byte_hours: u128 = spans
                    .iter()
                    .map(|span| {
                        let (start, end) = (span.start_hour * 4, span.end_hour * 4);
                        let (from, to) = (pair[0].clamp(start, end), pair[1].clamp(start, end));
                        share(span.byte_hours as u128, start, end, from, to)
                    })
                    .sum();
                prop_assert_eq!((sum.traffic, sum.byte_hours), (traffic(put), byte_hours));
            }
        }
    }
}
