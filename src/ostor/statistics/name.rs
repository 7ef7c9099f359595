//! Names of statistics objects.

use std::{fmt, str::FromStr};

use jiff::Timestamp;

/// What the name of a statistics object says:
/// `s3-usage-<service id, 16 hex>-<start, YYYY-MM-DDTHH:MM:SS.000Z>-<nominal period, s>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StatisticsName {
    /// The gateway process that counted: 16 hex digits in lower case.
    pub service_id: String,
    /// When it began to count, to the millisecond.
    pub start: Timestamp,
    /// For how many seconds it was set to count; more than 0. The object tells how long it did.
    pub period: u32,
}

/// A text that is no [`StatisticsName`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the name of a statistics object consists of s3-usage, a service id of 16 hex digits in lower case, \
     a time such as 2017-02-01T16:31:54.000Z and a number of seconds, joined by hyphens"
)]
pub struct InvalidStatisticsName;

impl FromStr for StatisticsName {
    type Err = InvalidStatisticsName;

    fn from_str(text: &str) -> Result<Self, InvalidStatisticsName> {
        let name = parts(text).ok_or(InvalidStatisticsName)?;
        // The parts are parsed generously; only what is written as a gateway writes it is taken.
        if name.to_string() == text {
            Ok(name)
        } else {
            Err(InvalidStatisticsName)
        }
    }
}

fn parts(text: &str) -> Option<StatisticsName> {
    let (service_id, rest) = text.strip_prefix("s3-usage-")?.split_once('-')?;
    let (start, period) = rest.rsplit_once('-')?;
    let hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let name = StatisticsName {
        service_id: service_id.to_owned(),
        start: start.parse().ok()?,
        period: period.parse().ok()?,
    };
    (service_id.len() == 16
        && service_id.bytes().all(hex)
        && start.len() == "2017-02-01T16:31:54.000Z".len()
        && name.period > 0)
        .then_some(name)
}

impl fmt::Display for StatisticsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            service_id,
            start,
            period,
        } = self;
        write!(f, "s3-usage-{service_id}-{start:.3}-{period}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_who_counted_from_when_and_for_how_long() {
        for (text, service_id, start, period) in [
            (
                "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800",
                "8000000000000065",
                "2017-02-01T16:31:54Z",
                1800,
            ),
            (
                "s3-usage-800000000000006a-2016-04-11T13:12:53.007Z-30",
                "800000000000006a",
                "2016-04-11T13:12:53.007Z",
                30,
            ),
            (
                "s3-usage-80000000000000e5-1970-01-01T00:00:00.000Z-4294967295",
                "80000000000000e5",
                "1970-01-01T00:00:00Z",
                u32::MAX,
            ),
        ] {
            let name: StatisticsName = text.parse().expect(text);
            assert_eq!(name.service_id, service_id);
            assert_eq!(name.start, start.parse().expect("a time"));
            assert_eq!(name.period, period);
        }
    }

    #[test]
    fn nothing_else_is_a_name() {
        for text in [
            "",
            "s3-usage-",
            "s3-usage-800000000000017-2017-02-01T16:31:54.000Z-1800",
            "s3-usage-80000000000000065-2017-02-01T16:31:54.000Z-1800",
            "s3-usage--2017-02-01T16:31:54.000Z-1800",
            "s3-usage-800000000000006A-2017-02-01T16:31:54.000Z-1800",
            "s3-usage-800000000000006g-2017-02-01T16:31:54.000Z-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54Z-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.00Z-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.0000Z-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54,000Z-1800",
            "s3-usage-8000000000000065-2017-02-01t16:31:54.000z-1800",
            "s3-usage-8000000000000065-2017-02-01 16:31:54.000Z-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000+00:00-1800",
            "s3-usage-8000000000000065-2017-02-30T16:31:54.000Z-1800",
            "s3-usage-8000000000000065-2017-02-01T24:00:00.000Z-1800",
            "s3-usage-8000000000000065-2016-12-31T23:59:60.000Z-1800",
            "s3-usage-8000000000000065--000001-02-01T16:31:54.000Z-1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-0",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z--1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-+1800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-01800",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800.0",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-4294967296",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800 ",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800-1",
            "s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800.json",
            " s3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800",
            "S3-usage-8000000000000065-2017-02-01T16:31:54.000Z-1800",
            "usage-8000000000000065-2017-02-01T16:31:54.000Z-1800",
        ] {
            assert_eq!(
                text.parse::<StatisticsName>(),
                Err(InvalidStatisticsName),
                "{text}"
            );
        }
    }
}
