//! How a gateway counts stored bytes over time.
//!
//! `last_ts` is the hour of the last change, `h_integral` the byte-hours up to now: what was
//! carried until `last_ts` plus `current` for every full hour since. The rule reproduces all rows of
//! the Integration Guide's bucket listing and a listing observed on a live system. Changes inside
//! one clock hour overwrite each other, so what comes and goes within it costs nothing.

/// Stored bytes of a bucket or a user, by the hour.
#[derive(Clone, Copy, Default)]
pub(super) struct Size {
    /// Bytes stored now.
    pub(super) current: u64,
    /// Largest value of `current` during the hour `last_hour` (assumed: no text defines it).
    pub(super) max: u64,
    /// Hour of the last change, in hours since 1970-01-01T00:00Z.
    pub(super) last_hour: i64,
    carried: u64,
}

impl Size {
    /// Nothing stored, since `hour`.
    pub(super) fn new(hour: i64) -> Self {
        Self {
            last_hour: hour,
            ..Self::default()
        }
    }

    /// From `hour` on, `current` bytes are stored.
    pub(super) fn change(&mut self, hour: i64, current: u64) {
        if current == self.current {
            return;
        }
        if hour > self.last_hour {
            self.carried = self.byte_hours(hour);
            self.last_hour = hour;
            self.max = self.current;
        }
        self.max = self.max.max(current);
        self.current = current;
    }

    /// Byte-hours up to `hour`: grows every hour without any activity.
    pub(super) fn byte_hours(&self, hour: i64) -> u64 {
        let hours = u64::try_from(hour - self.last_hour).unwrap_or(0);
        self.carried
            .saturating_add(self.current.saturating_mul(hours))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The three buckets of one listing taken at 2018-06-19 16:00 UTC, and a live sample.
    #[test]
    fn published_rows() {
        for (bytes, filled, integral) in [
            (12_288, 424_241, 7_360_512),
            (46_700_160, 424_237, 28_160_196_480),
            (12_288, 424_186, 8_036_352),
        ] {
            let mut size = Size::new(filled);
            size.change(filled, bytes);
            assert_eq!(size.byte_hours(424_840), integral);
        }
        let mut live = Size::new(465_441);
        live.change(465_441, 16_864_107);
        live.change(465_442, 139_658_698);
        assert_eq!(live.byte_hours(475_079), 1_345_907_736_733);
        assert_eq!((live.last_hour, live.max), (465_442, 139_658_698));
    }

    #[test]
    fn changes_within_an_hour_overwrite_each_other() {
        let mut size = Size::new(10);
        size.change(10, 1000);
        size.change(10, 0);
        assert_eq!((size.byte_hours(20), size.max), (0, 1000));
        size.change(12, 5);
        size.change(15, 7);
        assert_eq!(size.byte_hours(16), 5 * 3 + 7);
        assert_eq!(size.byte_hours(1), 15, "a clock set back never subtracts");
    }
}
