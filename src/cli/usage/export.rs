//! `usage export`: CSV by service, bucket and hour.

use std::borrow::Cow;
use std::fs::File;
use std::io::Write;
use std::ops::Range;
use std::path::PathBuf;

use anyhow::{Context, bail};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::app::Services;
use crate::ledger::{MeteredUser, month_of, month_start};
use crate::metering::{Coverage, UsedHour, used_hours};

use super::super::output::{print, shown};
use super::{Target, count};

/// The header row.
const COLUMNS: [&str; 14] = [
    "client",
    "cluster",
    "service_id",
    "client_id",
    "user_id",
    "bucket",
    "hour",
    "ops_put",
    "ops_get",
    "ops_list",
    "ops_other",
    "bytes_uploaded",
    "bytes_downloaded",
    "storage_byte_hours",
];

/// Export usage as CSV: a row for every service, bucket and hour in which anything was used.
///
/// Columns: client, cluster, service_id, client_id (WHMCS's customer), user_id, bucket, hour (UTC), ops_put, ops_get,
/// ops_list, ops_other, bytes_uploaded, bytes_downloaded, storage_byte_hours. Rows of S3 users that belong to no service
/// have no client, service and customer; requests that address no bucket have no bucket. Figures that are not known are
/// empty. Sentences on standard error say what is missing.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge usage export --from 2026-11-01 --to 2026-12-01 --output november.csv\n\nText that a spreadsheet would take for a formula begins with an apostrophe."
)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// The first hour: a date, which begins at midnight UTC, or a full hour such as 2026-11-01T06:00:00Z.
    #[arg(long, value_name = "TIME", value_parser = full_hour)]
    from: i64,
    /// The hour after the last one.
    #[arg(long, value_name = "TIME", value_parser = full_hour)]
    to: i64,
    /// File to write; standard output when absent.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A time as hours since 1970.
fn full_hour(text: &str) -> Result<i64, String> {
    let midnight = || {
        let date: Date = text.parse().ok().filter(|_| text.len() == 10)?;
        date.to_zoned(TimeZone::UTC).ok()
    };
    let time = text
        .parse::<Timestamp>()
        .ok()
        .or_else(|| midnight().map(|midnight| midnight.timestamp()));
    let time =
        time.ok_or("write a date such as 2026-11-01 or a time such as 2026-11-01T06:00:00Z")?;
    if time.as_nanosecond() % 3_600_000_000_000 == 0 {
        Ok(time.as_second().div_euclid(3600))
    } else {
        Err("must be a full hour of UTC".to_owned())
    }
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let hours = options.from..options.to;
    if hours.is_empty() {
        bail!("--from must be earlier than --to");
    }
    let (services, clusters) = options.target.open().await?;
    let place = options.output.as_ref();
    let out: Box<dyn Write> = match place {
        Some(path) => Box::new(
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))?,
        ),
        None => Box::new(std::io::stdout()),
    };
    let mut table = csv::Writer::from_writer(out);
    let written = write(&services, &clusters, &hours, &mut table).await;
    let rows = written.with_context(|| match place {
        Some(path) => format!("{} is not complete", path.display()),
        None => "the output is not complete".to_owned(),
    })?;
    services.ledger.close().await;
    match place {
        Some(path) => print(&format!(
            "{} written to {}\n",
            count(rows, "row"),
            path.display()
        )),
        None => Ok(()),
    }
}

async fn write(
    services: &Services,
    clusters: &[String],
    hours: &Range<i64>,
    table: &mut csv::Writer<Box<dyn Write>>,
) -> anyhow::Result<u64> {
    table.write_record(COLUMNS)?;
    let mut rows = 0;
    for name in clusters {
        let coverage = Coverage::of(services, name).await?;
        for gap in coverage.gaps(name, &(time_of(hours.start)..time_of(hours.end))) {
            eprintln!("{gap}");
        }
        for user in services.ledger.metered_users(name).await? {
            let ledger = &services.ledger;
            let Some(used) = ledger.hours_of_user(name, &user.user_id).await? else {
                continue;
            };
            let of_user = hours.start.max(used.start)..hours.end.min(used.end);
            for part in months(&of_user) {
                for used in used_hours(ledger, &coverage, name, &user.user_id, &part).await? {
                    write_row(table, name, &user, &used)?;
                    rows += 1;
                }
            }
        }
    }
    table.flush()?;
    Ok(rows)
}

/// `hours` by UTC months: no more than this of a user is ever in memory.
fn months(hours: &Range<i64>) -> Vec<Range<i64>> {
    let mut parts = Vec::new();
    let mut from = hours.start;
    while from < hours.end {
        let next = month_start(month_of(time_of(from)) + 1) / 3600;
        let until = next.clamp(from + 1, hours.end);
        parts.push(from..until);
        from = until;
    }
    parts
}

fn time_of(hour: i64) -> Timestamp {
    Timestamp::from_second(hour.saturating_mul(3600)).unwrap_or(Timestamp::MAX)
}

fn write_row(
    table: &mut csv::Writer<Box<dyn Write>>,
    cluster: &str,
    user: &MeteredUser,
    used: &UsedHour,
) -> csv::Result<()> {
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let client = user.client.as_deref().unwrap_or_default();
    table.write_field(&*inert(client))?;
    table.write_field(&*inert(cluster))?;
    table.write_field(number(user.service_id))?;
    table.write_field(number(user.client_id))?;
    table.write_field(&*inert(&user.user_id))?;
    table.write_field(&*inert(&used.bucket))?;
    table.write_field(used.start.to_string())?;
    match used.traffic {
        Some(traffic) => {
            for figure in traffic.values() {
                table.write_field(figure.to_string())?;
            }
        }
        None => {
            for _ in 0..6 {
                table.write_field("")?;
            }
        }
    }
    let byte_hours = used.byte_hours.map(|byte_hours| byte_hours.to_string());
    table.write_field(byte_hours.unwrap_or_default())?;
    table.write_record(None::<&[u8]>)
}

/// Text that a spreadsheet takes for text. Names of users and buckets come from requests: what looks like a formula
/// gets an apostrophe before it, and control characters, which could begin a cell or a line of their own, are escaped.
fn inert(text: &str) -> Cow<'_, str> {
    let shown = match text.contains(char::is_control) {
        true => Cow::Owned(shown(text)),
        false => Cow::Borrowed(text),
    };
    match shown.starts_with(['=', '+', '-', '@']) {
        true => Cow::Owned(format!("'{shown}")),
        false => shown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_full_hours() {
        for (text, hour) in [
            ("1970-01-02", 24),
            ("1970-01-01T06:00:00Z", 6),
            ("1970-01-01T06:00:00+02:00", 4),
        ] {
            assert_eq!(full_hour(text), Ok(hour), "{text}");
        }
        for text in [
            "",
            "1970",
            "1970-01-01T06:30:00Z",
            "1970-01-01T06:00:00.5Z",
            "1970-01-01T06:00:00+05:30",
            "1970-01-01T06:00:00",
        ] {
            assert!(full_hour(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts_are_months_and_leave_nothing_out() {
        let hour = |text| full_hour(text).expect("an hour");
        let (from, to) = (hour("2026-01-30"), hour("2026-03-02"));
        let borders = [from, hour("2026-02-01"), hour("2026-03-01"), to];
        let expected: Vec<_> = borders.windows(2).map(|pair| pair[0]..pair[1]).collect();
        assert_eq!(months(&(from..to)), expected);
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (text, cell) in [
            ("photos", "photos"),
            ("", ""),
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("\t=1", "\\t=1"),
            ("a\r\n=1", "a\\r\\n=1"),
        ] {
            assert_eq!(inert(text), cell);
        }
    }
}
