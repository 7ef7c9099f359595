//! `healthcheck`: asks a running service whether it is well, for containers and load balancers without an HTTP client.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::Url;

/// Most characters of an answer that are repeated.
const LONGEST_ANSWER: usize = 500;

/// Ask a running service whether it is well.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  ostor-bridge healthcheck --config /etc/ostor-bridge/config.toml\n  ostor-bridge healthcheck http://127.0.0.1:8787/readyz\n\nExit code 0 when the answer is 200. /healthz says that the service runs; /readyz also that its ledger and its\nclusters answer and that it is not about to stop."
)]
pub(super) struct Options {
    /// What to ask; default: /healthz at server.listen, on loopback when that is every address.
    #[arg(value_name = "URL")]
    url: Option<Url>,
    /// Longest time for the answer, as in 500ms or 3s.
    #[arg(long, value_name = "TIME", default_value = "3s", value_parser = humantime::parse_duration)]
    timeout: Duration,
    #[command(flatten)]
    config: super::ConfigOption,
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let url = match options.url {
        Some(url) => url,
        None => configured(options.config.load()?.server.listen)?,
    };
    if url.scheme() != "http" {
        bail!(
            "{url} cannot be asked: the service speaks plain HTTP, so the address begins with http://"
        );
    }
    // Asked for even where there is no TLS; one that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(options.timeout)
        // Also where no root certificates are installed.
        .tls_certs_only([])
        .build()
        .context("the HTTP client cannot be set up")?;
    let answer = client
        .get(url.clone())
        .send()
        .await
        .with_context(|| format!("no answer from {url}; does the service run there?"))?;
    let status = answer.status();
    if status == reqwest::StatusCode::OK {
        return Ok(());
    }
    let body = answer.text().await.unwrap_or_default();
    let body: String = body.chars().take(LONGEST_ANSWER).collect();
    bail!("{url} answers {status}: {}", body.trim())
}

/// Where a service with this setting is asked from the same host.
fn configured(listen: SocketAddr) -> anyhow::Result<Url> {
    if listen.port() == 0 {
        bail!(
            "server.listen leaves the port to the system; give the address that `serve` printed, as in `ostor-bridge healthcheck http://127.0.0.1:PORT/healthz`"
        );
    }
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    let address = SocketAddr::new(ip, listen.port());
    Ok(Url::parse(&format!("http://{address}/healthz"))?)
}

#[cfg(test)]
mod tests {
    use super::configured;

    fn asked(listen: &str) -> String {
        configured(listen.parse().expect("an address"))
            .expect("an address to ask")
            .to_string()
    }

    #[test]
    fn a_service_on_every_address_is_asked_on_loopback() {
        assert_eq!(asked("0.0.0.0:8787"), "http://127.0.0.1:8787/healthz");
        assert_eq!(asked("[::]:8787"), "http://[::1]:8787/healthz");
        assert_eq!(asked("10.1.2.3:80"), "http://10.1.2.3/healthz");
    }

    #[test]
    fn a_port_that_is_not_known_cannot_be_asked() {
        let error = configured("127.0.0.1:0".parse().expect("an address")).expect_err("no port");
        assert!(error.to_string().contains("printed"), "{error}");
    }
}
