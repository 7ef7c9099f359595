//! `token`: a token for one call by hand.

use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::http;

/// Mint a token for one call with curl.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"TestConnection\",\"params\":{\"cluster\":\"eu1\"}}' > call.json\n  curl http://127.0.0.1:8787/rpc --data-binary @call.json \\\n      -H \"Authorization: Bearer $(ostor-bridge token --client whmcs --body call.json)\"\n\nThe token is good for exactly this body, once, for two minutes."
)]
pub(super) struct Options {
    /// Name of the client, as in [clients.NAME].
    #[arg(long, value_name = "NAME")]
    client: String,
    /// File with the request body, byte for byte as it is sent; standard input when absent or -.
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    #[command(flatten)]
    config: super::ConfigOption,
}

pub(super) fn run(options: Options) -> anyhow::Result<()> {
    let config = options.config.load()?;
    let client = config.clients.get(&options.client).with_context(|| {
        format!(
            "there is no client `{}`; configured: {}",
            options.client,
            config
                .clients
                .keys()
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        )
    })?;
    let body = read(options.body.as_deref())?;
    println!("{}", http::mint(&options.client, &client.secret, &body)?);
    Ok(())
}

fn read(file: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    match file {
        Some(path) if path != Path::new("-") => {
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
        }
        _ => {
            let mut body = Vec::new();
            std::io::stdin()
                .read_to_end(&mut body)
                .context("standard input cannot be read")?;
            Ok(body)
        }
    }
}
