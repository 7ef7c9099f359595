//! `usage report`: a calendar month of every service.

use anyhow::Context;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::ledger::SLOT_SECONDS;
use crate::metering::{self, Period};

use super::super::output::{print, print_json};
use super::report_figures::Report;
use super::{Target, report_text};

/// Report what every service used in a calendar month, and what belongs to no service.
///
/// Figures that are not known are shown as `-`, and sentences say from when until when they are known. What WHMCS was
/// told may differ: it takes figures of the current month only, so late usage is told with the next one.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge usage report --month 2026-11 --timezone Europe/Berlin\n\nNothing is collected for it, and nothing counts as told to WHMCS."
)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// The month; the current one when absent.
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    month: Option<Date>,
    /// Time zone in which the month begins and ends.
    #[arg(long, value_name = "ZONE", default_value = "UTC", value_parser = zone)]
    timezone: TimeZone,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

fn month(text: &str) -> Result<Date, String> {
    let date = format!("{text}-01").parse::<Date>().ok();
    let date = date.filter(|date| text.len() == 7 && (2000..=9000).contains(&date.year()));
    date.ok_or_else(|| "write it as 2026-11".to_owned())
}

fn zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| "write the name of a time zone, such as Europe/Berlin or UTC".to_owned())
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let (services, clusters) = options.target.open().await?;
    let zone = options.timezone;
    let period = match options.month {
        None => Some(Period::at(services.clock.now(), &zone)),
        Some(month) => Period::of(month, &zone),
    };
    let border = |time: Timestamp| time.as_second() % SLOT_SECONDS == 0;
    let period = period
        .filter(|period| border(period.start) && border(period.end))
        .context("the month does not begin or end with a quarter of an hour in this time zone")?;
    let mut months = Vec::new();
    for cluster in clusters {
        let month = metering::cluster_month(&services, &cluster, &period, &zone).await?;
        months.push((cluster, month));
    }
    let report = Report::new(&services, &period, &zone, months);
    services.ledger.close().await;
    if options.json {
        print_json(&report)
    } else {
        print(&report_text::write(&report))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_written_in_one_way() {
        let date = month("2026-11").expect("a month");
        assert_eq!((date.year(), date.month()), (2026, 11));
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-1",
            "26-11",
            "2026-11-05",
            "2026/11",
            "11-2026",
        ] {
            assert!(month(text).is_err(), "{text}");
        }
    }
}
