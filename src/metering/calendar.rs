//! Calendar months of a time zone.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::ledger::{SLOT_SECONDS, Since, month_of, month_start};

/// A calendar month of a time zone: what WHMCS keeps one record of a period metric for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// `YYYY-MM`.
    pub name: String,
    /// Its first instant.
    pub start: Timestamp,
    /// The first instant of the next one.
    pub end: Timestamp,
}

impl Period {
    /// The month that `now` falls into.
    #[must_use]
    pub fn at(now: Timestamp, zone: &TimeZone) -> Self {
        let first = now.to_zoned(zone.clone()).date().first_of_month();
        let next = first
            .checked_add(Span::new().months(1))
            .unwrap_or(Date::MAX);
        Self {
            name: first.strftime("%Y-%m").to_string(),
            start: midnight(first, zone),
            end: midnight(next, zone),
        }
    }

    /// The month of a date in `zone`; `None` at the ends of the calendar.
    #[must_use]
    pub fn of(date: Date, zone: &TimeZone) -> Option<Self> {
        let first = date.first_of_month().to_zoned(zone.clone()).ok()?;
        Some(Self::at(first.timestamp(), zone))
    }

    /// How long it lasts, in hours; summer time makes a month an hour longer or shorter.
    #[must_use]
    pub fn hours(&self) -> f64 {
        self.end.duration_since(self.start).as_secs_f64() / 3600.0
    }

    /// What is added up for it: whole UTC months, and slots where its start is not that of a UTC month.
    #[must_use]
    pub fn since(&self) -> Since {
        let month = month_of(self.start);
        let slot = |time: i64| time.div_euclid(SLOT_SECONDS);
        let start = self.start.as_second();
        let (before, after) = (month_start(month), month_start(month + 1));
        // The nearer border: at most 14 hours of slots have to be read.
        if start - before < after - start {
            Since {
                month,
                slots: slot(before)..slot(start),
                slots_count: false,
            }
        } else {
            Since {
                month: month + 1,
                slots: slot(start)..slot(after),
                slots_count: true,
            }
        }
    }
}

/// The first instant of a day; where a clock change skips midnight, the first one after it.
fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    date.to_zoned(zone.clone())
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a time zone")
    }

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn months_begin_at_local_midnight() {
        for (now, name, period, start, hours) in [
            (
                "2026-01-31T23:59:59Z",
                "UTC",
                "2026-01",
                "2026-01-01T00:00:00Z",
                744.0,
            ),
            (
                "2026-01-31T18:14:59Z",
                "Asia/Kathmandu",
                "2026-01",
                "2025-12-31T18:15:00Z",
                744.0,
            ),
            (
                "2026-01-31T18:15:00Z",
                "Asia/Kathmandu",
                "2026-02",
                "2026-01-31T18:15:00Z",
                672.0,
            ),
            (
                "2026-03-15T00:00:00Z",
                "Europe/Berlin",
                "2026-03",
                "2026-02-28T23:00:00Z",
                743.0,
            ),
            (
                "2026-10-15T00:00:00Z",
                "Europe/Berlin",
                "2026-10",
                "2026-09-30T22:00:00Z",
                745.0,
            ),
            (
                "2026-04-15T00:00:00Z",
                "Australia/Lord_Howe",
                "2026-04",
                "2026-03-31T13:00:00Z",
                720.5,
            ),
            (
                "2027-01-01T07:59:59Z",
                "America/Los_Angeles",
                "2026-12",
                "2026-12-01T08:00:00Z",
                744.0,
            ),
            (
                "2028-02-29T12:00:00Z",
                "Pacific/Kiritimati",
                "2028-03",
                "2028-02-29T10:00:00Z",
                744.0,
            ),
        ] {
            let month = Period::at(at(now), &zone(name));
            assert_eq!(
                (month.name.as_str(), month.start, month.hours()),
                (period, at(start), hours),
                "{now} {name}"
            );
        }
    }

    #[test]
    fn every_zone_begins_its_months_with_a_slot_near_a_utc_month() {
        for name in [
            "UTC",
            "Asia/Kathmandu",
            "America/St_Johns",
            "Pacific/Chatham",
            "Pacific/Kiritimati",
            "Pacific/Niue",
        ] {
            for month in 1..=12 {
                let now = at(&format!("2026-{month:02}-15T00:00:00Z"));
                let period = Period::at(now, &zone(name));
                assert_eq!(period.start.as_second() % SLOT_SECONDS, 0);
                let since = period.since();
                assert!(
                    since.slots.end - since.slots.start <= 14 * 4,
                    "{name} {month}"
                );
                let edge = if since.slots_count {
                    since.slots.start
                } else {
                    since.slots.end
                };
                assert_eq!(
                    edge * SLOT_SECONDS,
                    period.start.as_second(),
                    "{name} {month}"
                );
            }
        }
    }
}
