//! `man`: a manual page for each command.

use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;

/// Write the manual pages of all commands into a folder.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge man /usr/local/share/man/man1\n  man ostor-bridge-usage-report"
)]
pub(super) struct Options {
    /// The folder; made when it is not there. Pages of the same names are replaced.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let failed = || {
        format!(
            "the manual pages could not be written to {}",
            options.folder.display()
        )
    };
    std::fs::create_dir_all(&options.folder).with_context(failed)?;
    clap_mangen::generate_to(super::Cli::command(), &options.folder).with_context(failed)
}
