//! `simulate`: the gateway simulator alone.

use std::net::SocketAddr;

use crate::simulator::{self, Profile};

/// Run a gateway simulator: the ostor-* services and an S3 data plane, all in memory.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  ostor-bridge simulate --listen 127.0.0.1:9000 --system-key 0123456789abcdefTEST \\\n      --system-secret exampleSecretExampleSecretExampleSecret0\n\nPrints `listening on ADDRESS` when ready. --help lists the profiles."
)]
pub(super) struct Options {
    /// Address to listen on; port 0 lets the system choose.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:9000")]
    listen: SocketAddr,
    /// Access key id of the system user.
    #[arg(long, value_name = "ID")]
    system_key: String,
    /// Secret of the system user. It is no secret of a real cluster.
    #[arg(long, value_name = "SECRET")]
    system_secret: String,
    /// Where the gateway's clock starts (RFC 3339); it runs on from there. Default: now.
    #[arg(long, value_name = "RFC3339")]
    clock: Option<jiff::Timestamp>,
    /// Edition and oddities to imitate: a name, then switches as key=value, with commas.
    #[arg(long, value_name = "P", default_value = "vhi-7.1", long_help = Profile::help())]
    profile: Profile,
    /// Seed of the ids and keys it makes up.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    Ok(simulator::run(simulator::Options {
        listen: options.listen,
        system_key: options.system_key,
        system_secret: options.system_secret,
        clock: options.clock,
        profile: options.profile,
        seed: options.seed,
    })
    .await?)
}
