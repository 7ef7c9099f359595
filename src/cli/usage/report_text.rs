//! The report as people read it.

use jiff::Timestamp;

use crate::config::Gigabyte;

use super::super::table::{Side, Table};
use super::report_figures::{Base, Figures, Report};

/// What stands for a figure that is not known.
const UNKNOWN: &str = "-";

pub(super) fn write(report: &Report) -> String {
    let unit = unit(report.base);
    let mut text = format!(
        "Usage of {} in {} ({} to {}), 1 {unit} = {} bytes\n\n",
        report.month,
        report.timezone,
        report.start,
        report.end,
        report.base.gigabyte.bytes()
    );
    services(report, &mut text);
    for cluster in &report.clusters {
        for gap in &cluster.gaps {
            text.push_str(gap);
            text.push('\n');
        }
    }
    parked(report, &mut text);
    problems(report, &mut text);
    vanished(report, &mut text);
    text
}

fn unit(base: Base) -> &'static str {
    match base.gigabyte {
        Gigabyte::Binary => "GiB",
        Gigabyte::Decimal => "GB",
    }
}

fn services(report: &Report, text: &mut String) {
    let words = ["client", "cluster", "service", "S3 user", "state"].map(left);
    let columns = words.into_iter().chain(figure_columns(report.base));
    let mut table = Table::new(columns.chain([left("complete until")]));
    for service in &report.services {
        let words = [
            service.client.clone(),
            service.cluster.clone(),
            service.service_id.to_string(),
            service.user_id.clone(),
            service.state.to_owned(),
        ];
        let row = words
            .into_iter()
            .chain(cells(&service.figures, report.base));
        table.row(row.chain([time(service.complete_until)]));
    }
    if table.is_empty() {
        text.push_str("No service existed in this month.\n\n");
        return;
    }
    if let Some(total) = &report.services_total {
        let words = ["total", "", "", "", ""].map(str::to_owned);
        table.row(words.into_iter().chain(cells(total, report.base)));
    }
    table.write(text);
    text.push('\n');
}

fn parked(report: &Report, text: &mut String) {
    let words = ["cluster", "S3 user"].map(left);
    let mut table = Table::new(words.into_iter().chain(figure_columns(report.base)));
    for parked in &report.parked {
        let user = match parked.user_id.as_str() {
            "" => "(no name)",
            user => user,
        };
        let words = [parked.cluster.clone(), user.to_owned()];
        table.row(words.into_iter().chain(cells(&parked.figures, report.base)));
    }
    if let Some(total) = &report.parked_total {
        let words = ["total", ""].map(str::to_owned);
        table.row(words.into_iter().chain(cells(total, report.base)));
    }
    section(
        text,
        "Usage of S3 users that belong to no service; it is kept, and counts once they do:",
        &table,
    );
}

fn problems(report: &Report, text: &mut String) {
    let mut table = Table::new(["cluster", "statistics object", "why"].map(left));
    for problem in &report.problems {
        table.row([
            problem.cluster.clone(),
            problem.name.clone(),
            problem.problem.clone(),
        ]);
    }
    section(
        text,
        "Statistics objects of this month that are not counted:",
        &table,
    );
}

fn vanished(report: &Report, text: &mut String) {
    let words = ["cluster", "bucket", "S3 user", "service", "last read"].map(left);
    let columns = words.into_iter().chain([
        ("bytes then".to_owned(), Side::Right),
        left("missing since"),
        left(""),
    ]);
    let mut table = Table::new(columns);
    for vanished in &report.vanished {
        let service = vanished.client.as_ref().zip(vanished.service_id);
        let service = service.map(|(client, number)| format!("{client} {number}"));
        let anew = match vanished.counted_anew {
            true => "counted anew by the gateway since",
            false => "",
        };
        table.row([
            vanished.cluster.clone(),
            vanished.bucket.clone(),
            vanished.owner_id.clone(),
            service.unwrap_or_else(|| UNKNOWN.to_owned()),
            time(vanished.last_sample),
            vanished.bytes_then.to_string(),
            time(vanished.missing_since),
            anew.to_owned(),
        ]);
    }
    section(
        text,
        "Buckets that went missing in this month; what they held after they were last read is not known:",
        &table,
    );
}

fn section(text: &mut String, title: &str, table: &Table) {
    if table.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title}\n"));
    table.write(text);
}

fn left(name: &str) -> (String, Side) {
    (name.to_owned(), Side::Left)
}

fn figure_columns(base: Base) -> Vec<(String, Side)> {
    let unit = unit(base);
    let columns = [
        format!("stored {unit}"),
        format!("{unit}-months"),
        format!("downloaded {unit}"),
        format!("uploaded {unit}"),
        "PUT".to_owned(),
        "GET".to_owned(),
        "LIST".to_owned(),
        "other".to_owned(),
        "buckets".to_owned(),
    ];
    columns.map(|name| (name, Side::Right)).into()
}

fn cells(figures: &Figures, base: Base) -> Vec<String> {
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let gigabytes = |bytes: Option<i64>| bytes.map(|bytes| bytes as f64 / base.gigabyte.bytes());
    let number = |figure: Option<i64>| {
        figure.map_or_else(|| UNKNOWN.to_owned(), |figure| figure.to_string())
    };
    vec![
        decimal(gigabytes(figures.stored_bytes)),
        decimal(figures.storage_gb_months),
        decimal(gigabytes(figures.bytes_downloaded)),
        decimal(gigabytes(figures.bytes_uploaded)),
        number(figures.ops_put),
        number(figures.ops_get),
        number(figures.ops_list),
        number(figures.ops_other),
        number(figures.buckets),
    ]
}

/// Three digits; what is less than they show is not shown as nothing.
fn decimal(figure: Option<f64>) -> String {
    match figure {
        None => UNKNOWN.to_owned(),
        Some(figure) if figure > 0.0 && figure < 0.001 => "<0.001".to_owned(),
        Some(figure) => format!("{figure:.3}"),
    }
}

fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(|| UNKNOWN.to_owned(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_little_is_not_nothing_and_nothing_is_not_unknown() {
        for (figure, shown) in [
            (None, "-"),
            (Some(0.0), "0.000"),
            (Some(1e-9), "<0.001"),
            (Some(0.001), "0.001"),
            (Some(52_900.0), "52900.000"),
        ] {
            assert_eq!(decimal(figure), shown);
        }
    }
}
