//! `usage rebuild`: counting again.

use anyhow::bail;
use serde::Serialize;

use crate::app::Services;
use crate::ledger::Rebuilt;
use crate::metering;

use super::super::output::{print, print_json};
use super::super::progress::Bar;
use super::{MOMENT, PerCluster, Target, announce_waiting, count};

/// Count usage again from the kept items, and repair totals that differ.
///
/// A run of metering that is under way is waited for.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge usage rebuild --dry-run\n\nWith --dry-run nothing is changed, and totals that differ end in an error. Items are kept for\nusage.keep_raw; months with older ones stay as they are."
)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// Only compare.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let (services, clusters) = options.target.open().await?;
    let mut counts = Vec::new();
    for cluster in clusters {
        let again = Count::of(&services, cluster, !options.dry_run).await;
        if !options.json {
            print(&again.text())?;
        }
        counts.push(again);
    }
    services.ledger.close().await;
    if options.json {
        print_json(&PerCluster { clusters: &counts })?;
    }
    let failed: Vec<&str> = counts
        .iter()
        .filter_map(|one| one.error.as_deref())
        .collect();
    if !failed.is_empty() {
        bail!(
            "not everything was counted again:\n  - {}",
            failed.join("\n  - ")
        );
    }
    if counts.iter().any(|one| one.agrees == Some(false)) && options.dry_run {
        bail!(
            "totals differ from what their items add up to; keep a copy of the ledger, then run `ostor-bridge usage rebuild` without --dry-run to repair them"
        );
    }
    Ok(())
}

/// What counting a cluster again showed; figures are absent when it failed.
#[derive(Serialize)]
struct Count {
    cluster: String,
    agrees: Option<bool>,
    repaired: bool,
    objects: Option<u64>,
    objects_without_items: Option<i64>,
    different_slots: Option<i64>,
    different_months: Option<i64>,
    different_buckets: Option<u64>,
    error: Option<String>,
}

impl Count {
    async fn of(services: &Services, cluster: String, repair: bool) -> Self {
        let turn = services.ledger.metering_turn(&cluster, MOMENT).await;
        announce_waiting(&cluster, turn);
        let bar = Bar::new(format!("{cluster}: objects counted again"));
        let progress = |objects| bar.done(objects);
        let counted = metering::rebuild(services, &cluster, repair, &progress).await;
        drop(bar);
        let (rebuilt, error) = match counted {
            Ok(rebuilt) => (Some(rebuilt), None),
            Err(error) => {
                let error = anyhow::Error::from(error);
                (None, Some(format!("cluster {cluster}: {error:#}")))
            }
        };
        let agrees = rebuilt.as_ref().map(Rebuilt::agrees);
        Self {
            cluster,
            agrees,
            repaired: repair && agrees == Some(false),
            objects: rebuilt.map(|rebuilt| rebuilt.objects),
            objects_without_items: rebuilt.map(|rebuilt| rebuilt.objects_without_items),
            different_slots: rebuilt.map(|rebuilt| rebuilt.slots),
            different_months: rebuilt.map(|rebuilt| rebuilt.months),
            different_buckets: rebuilt.map(|rebuilt| rebuilt.buckets),
            error,
        }
    }

    fn text(&self) -> String {
        let Some(agrees) = self.agrees else {
            return format!("cluster {}: not counted again\n", self.cluster);
        };
        let number = |figure: Option<i64>| figure.unwrap_or_default().unsigned_abs();
        let mut text = format!(
            "cluster {}: {} counted again; ",
            self.cluster,
            count(self.objects.unwrap_or_default(), "statistics object")
        );
        if agrees {
            text.push_str("all totals agree\n");
        } else {
            text.push_str(&format!(
                "totals differed and {}: {}, {} and {}\n",
                if self.repaired {
                    "are repaired"
                } else {
                    "were left so"
                },
                count(number(self.different_slots), "quarter-hour total"),
                count(number(self.different_months), "month total"),
                count(self.different_buckets.unwrap_or_default(), "bucket total"),
            ));
        }
        let without = number(self.objects_without_items);
        if without > 0 {
            text.push_str(&format!(
                "  the items of {} are no longer kept; totals of their months and of earlier ones stay as they are\n",
                count(without, "earlier object")
            ));
        }
        text
    }
}
