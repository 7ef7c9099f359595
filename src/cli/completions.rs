//! `completions`: what a shell needs to complete the commands.

use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;

/// Print the completions of a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ostor-bridge completions bash > /etc/bash_completion.d/ostor-bridge\n  ostor-bridge completions zsh > /usr/local/share/zsh/site-functions/_ostor-bridge\n  ostor-bridge completions fish > ~/.config/fish/completions/ostor-bridge.fish"
)]
pub(super) struct Options {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(options: &Options) -> anyhow::Result<()> {
    let mut command = super::Cli::command();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut command, name, &mut script);
    io::stdout()
        .write_all(&script)
        .context("the completions could not be printed")
}
