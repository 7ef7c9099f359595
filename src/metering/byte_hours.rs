//! From two readings of a bucket's `h_integral` to byte-hours in their places.
//!
//! `h_integral` is what was stored until the hour of the last change plus `current` for each full hour since, so
//! the difference of two readings is what was stored in between, and it belongs to the hours between them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ledger::{BucketKey, BucketRecord, ByteHours, Sampled, Span, month_of};
use crate::ostor::Bucket;

/// What a reading of one bucket comes to.
#[derive(Debug)]
pub(super) enum Taken {
    /// Nothing is new.
    Unchanged,
    /// Byte-hours were added, or the size changed.
    Booked(Sampled),
    /// The gateway's count began anew: the old incarnation ends with its last sample, the new one begins there.
    Anew {
        /// The old incarnation.
        ended: Sampled,
        /// The new one.
        begun: Sampled,
    },
    /// The figures contradict the last reading, and the bucket is left as it was.
    Implausible(String),
}

/// The key of a listed bucket.
pub(super) fn key_of(bucket: &Bucket) -> BucketKey {
    BucketKey {
        owner_id: bucket.owner_id.to_string(),
        name: bucket.name.clone(),
        created: bucket.creation_date.as_second(),
    }
}

/// Takes a reading at `hour` into a bucket's record. Without one the bucket counts from its creation when
/// `from_creation`, otherwise from this reading. `at` is the time of the reading in seconds since 1970.
pub(super) fn take(
    known: Option<&BucketRecord>,
    bucket: &Bucket,
    hour: i64,
    at: i64,
    from_creation: bool,
) -> Taken {
    let reading = match Reading::of(bucket, hour) {
        Ok(reading) => reading,
        Err(problem) => return Taken::Implausible(problem),
    };
    let Some(known) = known else {
        let start = if from_creation {
            BucketRecord::begin(
                bucket,
                bucket.creation_date.as_second().div_euclid(3600).min(hour),
                0,
            )
        } else {
            BucketRecord {
                h_integral: reading.h_integral,
                current: reading.current,
                ..BucketRecord::begin(bucket, hour, 0)
            }
        };
        return reading
            .added_to(start)
            .map_or_else(Taken::Implausible, Taken::Booked);
    };
    if hour < known.hour {
        return Taken::Unchanged;
    }
    if reading.h_integral >= known.h_integral {
        return match reading.added_to(known.clone()) {
            Ok(sampled) if sampled.record == *known => Taken::Unchanged,
            Ok(sampled) => Taken::Booked(sampled),
            Err(problem) => Taken::Implausible(problem),
        };
    }
    // What a count can have reached that began after the last sample, with a change of size. A larger or older one is a
    // late copy of an earlier state, and taking it for a new count would bill everything again.
    let largest = reading.current.max(known.current).max(reading.hmax);
    let reachable =
        u128::from(largest.unsigned_abs()) * u128::from((hour - known.hour + 1).unsigned_abs());
    if reading.h_integral.0 > reachable || reading.changed < known.hour {
        return Taken::Implausible(format!(
            "its byte-hours fell from {} to {}, which no new count explains; it is left out until they grow again",
            known.h_integral, reading.h_integral
        ));
    }
    let ended = BucketRecord {
        missing_since: Some(at),
        ..known.clone()
    };
    let start = BucketRecord::begin(bucket, known.hour, known.incarnation + 1);
    match reading.added_to(start) {
        Ok(begun) => Taken::Anew {
            ended: Sampled {
                record: ended,
                closed: Vec::new(),
            },
            begun,
        },
        Err(problem) => Taken::Implausible(problem),
    }
}

impl BucketRecord {
    /// A record with nothing counted, from `hour` on.
    fn begin(bucket: &Bucket, hour: i64, incarnation: i64) -> Self {
        Self {
            key: key_of(bucket),
            incarnation,
            hour,
            h_integral: ByteHours(0),
            current: 0,
            booked: ByteHours(0),
            open_start: hour,
            open_byte_hours: 0,
            missing_since: None,
        }
    }
}

/// The figures of one reading.
struct Reading {
    hour: i64,
    h_integral: ByteHours,
    current: i64,
    hmax: i64,
    /// Hour of the last change of size.
    changed: i64,
}

impl Reading {
    fn of(bucket: &Bucket, hour: i64) -> Result<Self, String> {
        let size = bucket.size;
        let small = |value: u64, what: &str| {
            i64::try_from(value).map_err(|_| format!("its {what} of {value} makes no sense"))
        };
        Ok(Self {
            hour,
            h_integral: ByteHours(u128::from(size.h_integral)),
            current: small(size.current, "size")?,
            hmax: small(size.hmax, "largest size")?,
            changed: small(size.last_ts, "hour of the last change")?,
        })
    }

    /// The record after this reading. Byte-hours that appear within the hour of the last sample wait for the next one.
    fn added_to(&self, mut record: BucketRecord) -> Result<Sampled, String> {
        record.current = self.current;
        record.missing_since = None;
        let mut closed = Vec::new();
        if self.hour > record.hour {
            let added = self.h_integral.0 - record.h_integral.0;
            for piece in self.pieces(record.hour, added)? {
                append(&mut record, piece, &mut closed);
            }
            record.hour = self.hour;
            record.h_integral = self.h_integral;
            record.booked += ByteHours(added);
        }
        Ok(Sampled { record, closed })
    }

    /// Where `added` belongs since `from`: since the last change of size every hour holds `current`, the rest lies
    /// before. Figures that do not fit this are spread evenly.
    fn pieces(&self, from: i64, added: u128) -> Result<Vec<Span>, String> {
        let changed = self.changed.clamp(from, self.hour);
        let since = u128::from(self.current.unsigned_abs())
            * u128::from((self.hour - changed).unsigned_abs());
        let fits = since <= added && (changed > from || since == added);
        let parts = if fits {
            vec![(from, changed, added - since), (changed, self.hour, since)]
        } else {
            vec![(from, self.hour, added)]
        };
        let mut spans = Vec::new();
        for (start, end, amount) in parts {
            split_by_month(start, end, amount, &mut spans)?;
        }
        Ok(spans)
    }
}

/// Adds the next span to a record, as part of its open one when both hold the same in each hour.
fn append(record: &mut BucketRecord, piece: Span, closed: &mut Vec<Span>) {
    let open_hours = piece.start_hour - record.open_start;
    let same_rate = i128::from(piece.byte_hours) * i128::from(open_hours)
        == i128::from(record.open_byte_hours) * i128::from(piece.end_hour - piece.start_hour);
    if open_hours > 0 && same_rate && month(record.open_start) == month(piece.start_hour) {
        record.open_byte_hours += piece.byte_hours;
        return;
    }
    if record.open_byte_hours > 0 {
        closed.push(Span {
            start_hour: record.open_start,
            end_hour: piece.start_hour,
            byte_hours: record.open_byte_hours,
        });
    }
    record.open_start = piece.start_hour;
    record.open_byte_hours = piece.byte_hours;
}

fn split_by_month(start: i64, end: i64, amount: u128, spans: &mut Vec<Span>) -> Result<(), String> {
    let mut from = start;
    while from < end {
        let until = next_month(from).min(end);
        let part = share(amount, start, end, from, until);
        spans.push(Span {
            start_hour: from,
            end_hour: until,
            byte_hours: i64::try_from(part)
                .map_err(|_| format!("its {part} byte-hours in a month make no sense"))?,
        });
        from = until;
    }
    Ok(())
}

/// The part of `amount`, spread evenly over `start..end`, that falls into `from..until`. Parts of a whole add up to it
/// exactly. All four in one unit, with `start <= from <= until <= end` and `start < end`.
pub(super) fn share(amount: u128, start: i64, end: i64, from: i64, until: i64) -> u128 {
    let upto = |point: i64| {
        amount * u128::from((point - start).unsigned_abs())
            / u128::from((end - start).unsigned_abs())
    };
    upto(until) - upto(from)
}

fn time_of(hour: i64) -> Timestamp {
    Timestamp::from_second(hour.saturating_mul(3600)).unwrap_or(Timestamp::MAX)
}

fn month(hour: i64) -> i64 {
    month_of(time_of(hour))
}

/// The first hour of the next UTC month.
fn next_month(hour: i64) -> i64 {
    let date = time_of(hour).to_zoned(TimeZone::UTC).date();
    let next = date
        .first_of_month()
        .checked_add(jiff::Span::new().months(1));
    next.ok()
        .and_then(|date| date.to_zoned(TimeZone::UTC).ok())
        .map_or(i64::MAX, |first| first.timestamp().as_second() / 3600)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ostor::BucketSize;

    fn hour(text: &str) -> i64 {
        let time: Timestamp = text.parse().expect("a time");
        time.as_second() / 3600
    }

    fn bucket(created: &str, current: u64, h_integral: u64, last_ts: i64) -> Bucket {
        Bucket {
            name: "photos".into(),
            epoch: 0,
            creation_date: created.parse().expect("a time"),
            owner_id: "ca55631f9f3d59dc".parse().expect("an id"),
            size: BucketSize {
                current,
                hmax: current,
                h_integral,
                last_ts: u64::try_from(last_ts).expect("after 1970"),
            },
        }
    }

    fn booked(taken: Taken) -> Sampled {
        match taken {
            Taken::Booked(sampled) => sampled,
            other => panic!("{other:?}"),
        }
    }

    /// The four published readings: three of one listing taken at 2018-06-19 16:00 UTC, and a live one.
    #[test]
    fn published_readings_count_from_creation() {
        for (created, current, h_integral, last_ts, read) in [
            ("2018-05-25T17:12:00Z", 12_288, 7_360_512, 424_241, 424_840),
            (
                "2018-05-25T13:51:00Z",
                46_700_160,
                28_160_196_480,
                424_237,
                424_840,
            ),
            ("2018-05-23T10:30:00Z", 12_288, 8_036_352, 424_186, 424_840),
            (
                "2023-02-05T09:56:47Z",
                139_658_698,
                1_345_907_736_733,
                465_442,
                475_079,
            ),
        ] {
            let listed = bucket(created, current, h_integral, last_ts);
            let taken = booked(take(None, &listed, read, read * 3600, true));
            assert_eq!(taken.record.booked, ByteHours(u128::from(h_integral)));
            let spans: u128 = taken
                .closed
                .iter()
                .map(|span| span.byte_hours as u128)
                .sum();
            assert_eq!(
                spans + taken.record.open_byte_hours as u128,
                u128::from(h_integral)
            );
            // Every full hour since the last change holds `current`, in the open span too.
            let open = read - taken.record.open_start;
            assert_eq!(
                i128::from(taken.record.open_byte_hours),
                i128::from(current) * i128::from(open)
            );
        }
    }

    #[test]
    fn an_older_bucket_counts_from_its_first_reading() {
        let first = bucket("2018-05-25T17:12:00Z", 12_288, 7_360_512, 424_241);
        let start = booked(take(None, &first, 424_840, 0, false)).record;
        assert_eq!(start.booked, ByteHours(0));
        let next = bucket(
            "2018-05-25T17:12:00Z",
            12_288,
            7_360_512 + 2 * 12_288,
            424_241,
        );
        let sampled = booked(take(Some(&start), &next, 424_842, 0, false));
        assert_eq!(sampled.record.booked, ByteHours(24_576));
    }

    #[test]
    fn a_change_between_two_samples_is_placed_at_its_hour() {
        let created = "2026-01-10T00:00:00Z";
        let zero = hour(created);
        let start = booked(take(None, &bucket(created, 100, 0, zero), zero, 0, true)).record;
        // 100 bytes for three hours, then 7 for two.
        let later = bucket(created, 7, 314, zero + 3);
        let sampled = booked(take(Some(&start), &later, zero + 5, 0, true));
        assert_eq!(
            sampled.closed,
            [Span {
                start_hour: zero,
                end_hour: zero + 3,
                byte_hours: 300
            }]
        );
        assert_eq!(
            (sampled.record.open_start, sampled.record.open_byte_hours),
            (zero + 3, 14)
        );
    }

    #[test]
    fn a_steady_bucket_has_one_span_a_month() {
        let created = "2026-01-31T22:10:00Z";
        let zero = hour(created);
        let mut record = booked(take(None, &bucket(created, 5, 0, zero), zero, 0, true)).record;
        let mut closed = Vec::new();
        for step in 1..=4 {
            let listed = bucket(created, 5, 5 * step, zero);
            let at = zero + i64::try_from(step).expect("small");
            let sampled = booked(take(Some(&record), &listed, at, 0, true));
            record = sampled.record;
            closed.extend(sampled.closed);
        }
        assert_eq!(
            closed,
            [Span {
                start_hour: zero,
                end_hour: zero + 2,
                byte_hours: 10
            }]
        );
        assert_eq!((record.open_start, record.open_byte_hours), (zero + 2, 10));
    }

    #[test]
    fn a_small_count_after_a_large_one_is_a_new_one_and_a_large_one_is_doubted() {
        let created = "2026-01-10T00:00:00Z";
        let zero = hour(created);
        let full = bucket(created, 100, 100 * 500, zero);
        let known = booked(take(None, &full, zero + 500, 0, true)).record;
        let fresh = bucket(created, 40, 40, zero + 500);
        match take(Some(&known), &fresh, zero + 501, 77, true) {
            Taken::Anew { ended, begun } => {
                assert_eq!(ended.record.missing_since, Some(77));
                assert_eq!(ended.record.booked, ByteHours(50_000));
                assert_eq!(
                    (begun.record.booked, begun.record.incarnation),
                    (ByteHours(40), 1)
                );
            }
            other => panic!("{other:?}"),
        }
        let late_copy = bucket(created, 100, 100 * 490, zero);
        assert!(matches!(
            take(Some(&known), &late_copy, zero + 501, 0, true),
            Taken::Implausible(_)
        ));
    }

    #[test]
    fn a_late_copy_of_a_young_bucket_is_doubted_however_small() {
        let created = "2026-01-10T00:00:00Z";
        let zero = hour(created);
        // 100 bytes since the first hour, but the answer comes from a gateway that knows the empty bucket only.
        let young = bucket(created, 100, 100, zero);
        let known = booked(take(None, &young, zero + 1, 0, true)).record;
        let late = take(
            Some(&known),
            &bucket(created, 0, 0, zero),
            zero + 1,
            0,
            true,
        );
        assert!(matches!(late, Taken::Implausible(_)), "{late:?}");
        let next = booked(take(
            Some(&known),
            &bucket(created, 100, 200, zero),
            zero + 2,
            0,
            true,
        ));
        assert_eq!(next.record.booked, ByteHours(200));
        // It shrank an hour ago, which the gateway that was asked first did not know.
        let known = booked(take(
            None,
            &bucket(created, 100, 200, zero),
            zero + 2,
            0,
            true,
        ))
        .record;
        let true_one = bucket(created, 1, 102, zero + 1);
        let late = take(Some(&known), &true_one, zero + 3, 0, true);
        assert!(matches!(late, Taken::Implausible(_)), "{late:?}");
    }

    #[test]
    fn what_shows_within_the_hour_waits() {
        let created = "2026-01-10T00:00:00Z";
        let zero = hour(created);
        let known = booked(take(
            None,
            &bucket(created, 10, 20, zero),
            zero + 2,
            0,
            true,
        ))
        .record;
        let early = booked(take(
            Some(&known),
            &bucket(created, 11, 30, zero),
            zero + 2,
            0,
            true,
        ));
        assert_eq!(
            (early.record.booked, early.record.current),
            (ByteHours(20), 11)
        );
        let next = booked(take(
            Some(&early.record),
            &bucket(created, 11, 41, zero),
            zero + 3,
            0,
            true,
        ));
        assert_eq!(next.record.booked, ByteHours(41));
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_whole(amount: u64, hours in 1_i64..2000, cuts in prop::collection::vec(0_i64..2000, 0..6)) {
            let mut points: Vec<i64> = cuts.into_iter().map(|cut| cut % (hours + 1)).collect();
            points.extend([0, hours]);
            points.sort_unstable();
            let sum: u128 = points
                .windows(2)
                .map(|pair| share(u128::from(amount), 0, hours, pair[0], pair[1]))
                .sum();
            prop_assert_eq!(sum, u128::from(amount));
        }

        /// Sizes by the hour, read at some of them: what is booked is their sum, in the hours between the readings.
        #[test]
        fn nothing_is_lost_or_doubled_between_readings(
            sizes in prop::collection::vec(0_u64..1 << 50, 1..200),
            reads in prop::collection::btree_set(0_usize..200, 1..30),
        ) {
            let created = "2026-01-20T05:30:00Z";
            let zero = hour(created);
            let (mut known, mut closed) = (None::<BucketRecord>, Vec::new());
            let mut last_read = 0;
            for read in reads.into_iter().filter(|read| *read <= sizes.len()) {
                let upto = &sizes[..read];
                let current = upto.last().copied().unwrap_or(0);
                let changed = upto.iter().rposition(|size| *size != current).map_or(0, |place| place + 1);
                let listed = bucket(created, current, upto.iter().sum(), zero + changed as i64);
                match take(known.as_ref(), &listed, zero + read as i64, 0, true) {
                    Taken::Booked(sampled) => {
                        closed.extend(sampled.closed);
                        known = Some(sampled.record);
                    }
                    Taken::Unchanged => {}
                    other => panic!("{other:?}"),
                }
                last_read = read;
            }
            let Some(record) = known else { return Ok(()) };
            let truth: u128 = sizes[..last_read].iter().map(|size| u128::from(*size)).sum();
            prop_assert_eq!(record.booked.0, truth);
            let open = Span { start_hour: record.open_start, end_hour: record.hour, byte_hours: record.open_byte_hours };
            closed.push(open);
            prop_assert_eq!(closed.iter().map(|span| span.byte_hours as u128).sum::<u128>(), truth);
            prop_assert!(closed.windows(2).all(|pair| pair[0].end_hour <= pair[1].start_hour));
            prop_assert!(closed.iter().all(|span| span.start_hour == span.end_hour || month(span.start_hour) == month(span.end_hour - 1)));
        }
    }
}
