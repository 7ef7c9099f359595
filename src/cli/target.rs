//! Which clusters a command is about.

use anyhow::bail;
use clap::Args;

use crate::app::Services;

/// Which clusters, and where the settings come from.
#[derive(Args, Debug)]
pub(super) struct Target {
    /// Only this cluster, as in [clusters.NAME].
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,
    #[command(flatten)]
    config: super::ConfigOption,
}

impl Target {
    /// The collaborators, and the names of the clusters that are meant.
    pub(super) async fn open(&self) -> anyhow::Result<(Services, Vec<String>)> {
        let config = self.config.load()?;
        let mut clusters: Vec<String> = config.clusters.keys().cloned().collect();
        if let Some(one) = &self.cluster {
            if !clusters.contains(one) {
                bail!(
                    "there is no cluster `{one}`; configured: {}",
                    clusters.join(", ")
                );
            }
            clusters.retain(|name| name == one);
        }
        // A new one would be worse than none: usage collected into it would be missing from the real one.
        let services = super::existing(config).await?;
        Ok((services, clusters))
    }
}
