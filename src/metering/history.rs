//! What a service used, by hour, day or month of a time zone.

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit, Zoned, ZonedRound};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::Services;
use crate::ledger::{SLOT_SECONDS, ServiceKey, SlotTraffic, Span, Traffic, slot_of};
use crate::lifecycle::Error;

use super::Coverage;
use super::byte_hours::share;
use super::gaps::reaches;

/// Most points of one answer: a year by the hour.
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

/// What was used during one step; what is not known is absent. The last step that is known may be known in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// Its first instant, in the time zone that was asked for.
    pub start: Zoned,
    /// Operations and bytes.
    pub traffic: Option<Traffic>,
    /// Byte-hours stored.
    pub byte_hours: Option<u128>,
    /// Bytes stored at its end, or at the end of what is known.
    pub bytes: Option<u128>,
}

/// What a service used between two times.
#[derive(Clone, Debug)]
pub struct History {
    /// How much is known.
    pub coverage: Coverage,
    /// The steps, in order.
    pub points: Vec<Point>,
}

/// Why there is no history to be shown.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The time asked for cannot be shown.
    #[error("{0}")]
    Range(String),
    /// The service or the ledger.
    #[error(transparent)]
    Lifecycle(#[from] Error),
}

/// What `service` used in the steps that reach into `from..to`.
///
/// # Errors
/// [`HistoryError::Range`] for an empty range or one of too many steps; [`Error::AccountUnknown`],
/// [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn history(
    services: &Services,
    service: &ServiceKey,
    range: std::ops::Range<Timestamp>,
    step: Step,
    zone: &TimeZone,
) -> Result<History, HistoryError> {
    if !services.clusters.contains_key(&service.cluster) {
        return Err(Error::UnknownCluster(service.cluster.clone()).into());
    }
    let starts = starts(&range, step, zone)?;
    let ledger = &services.ledger;
    let account = ledger.account(service).await.map_err(Error::from)?;
    let account = account.ok_or_else(|| Error::AccountUnknown(service.clone()))?;
    let coverage = Coverage::of(services, &service.cluster);
    let coverage = coverage.await.map_err(Error::from)?;
    let edges: Vec<i64> = starts.iter().map(slot).collect();
    let (Some(first), Some(last)) = (edges.first(), edges.last()) else {
        return Ok(History {
            coverage,
            points: Vec::new(),
        });
    };
    let slots = *first..*last;
    let hours = slots.start.div_euclid(SLOTS_PER_HOUR)..slots.end.div_euclid(SLOTS_PER_HOUR) + 1;
    let traffic = ledger.slots(account.id, slots).await.map_err(Error::from)?;
    let spans = ledger.spans(account.id, hours).await.map_err(Error::from)?;
    let sums = add_up(&edges, &traffic, &spans, known_slots(&coverage));
    let points = starts.windows(2).zip(sums).map(|(pair, sum)| {
        let time = pair[0].timestamp()..pair[1].timestamp();
        let known = |from: Option<Timestamp>, until: Option<Timestamp>| {
            let known = from.zip(until);
            known.is_some_and(|(from, until)| reaches(from, until, &time))
        };
        // What was counted is known, whatever else is not.
        let traffic_known =
            known(coverage.traffic_from, coverage.traffic_until) || !sum.traffic.is_zero();
        let storage_known =
            known(coverage.storage_from, coverage.storage_until) || sum.byte_hours > 0;
        Point {
            start: pair[0].clone(),
            traffic: traffic_known.then_some(sum.traffic),
            byte_hours: storage_known.then_some(sum.byte_hours),
            bytes: storage_known.then_some(sum.bytes),
        }
    });
    Ok(History {
        points: points.collect(),
        coverage,
    })
}

fn slot(time: &Zoned) -> i64 {
    slot_of(time.timestamp().as_second())
}

/// The slot before which sizes are known.
fn known_slots(coverage: &Coverage) -> i64 {
    coverage
        .storage_until
        .map_or(i64::MIN, |until| slot_of(until.as_second()))
}

/// What was used in one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    traffic: Traffic,
    byte_hours: u128,
    /// Bytes in its last slot.
    bytes: u128,
}

/// Sums of the steps between `edges`, which are slots; storage up to the slot `known`. Each slot and span is looked at
/// once, and not once for every step.
fn add_up(edges: &[i64], traffic: &[SlotTraffic], spans: &[Span], known: i64) -> Vec<Sum> {
    let mut sums = vec![Sum::default(); edges.len().saturating_sub(1)];
    let step_of = |slot: i64| edges.partition_point(|edge| *edge <= slot).checked_sub(1);
    for SlotTraffic { slot, traffic } in traffic {
        if let Some(sum) = step_of(*slot).and_then(|step| sums.get_mut(step)) {
            sum.traffic += *traffic;
        }
    }
    for span in spans {
        let (start, end) = (
            span.start_hour * SLOTS_PER_HOUR,
            span.end_hour * SLOTS_PER_HOUR,
        );
        let amount = u128::from(span.byte_hours.unsigned_abs());
        let first = step_of(start).unwrap_or(0);
        let steps = edges.windows(2).zip(&mut sums).skip(first);
        for (pair, sum) in steps.take_while(|(pair, _)| pair[0] < end) {
            let until = pair[1].min(known);
            let (from, to) = (pair[0].max(start), until.min(end));
            if from < to {
                sum.byte_hours += share(amount, start, end, from, to);
                if to == until {
                    sum.bytes +=
                        amount / u128::from((span.end_hour - span.start_hour).unsigned_abs());
                }
            }
        }
    }
    sums
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
    let out_of_range =
        |_| HistoryError::Range("`from` and `to` must be dates people use".to_owned());
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            let sums = add_up(&edges, &[], &spans, known);
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
            let sums = add_up(&edges, &rows, &spans, i64::MAX);
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
