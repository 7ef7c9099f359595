//! The configuration: whether it can be used, and what in it is unwise.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use url::{Host, Url};

use crate::config::{self, Config};

use super::{Finding, Findings};

pub(super) fn examine(
    config: Result<Config, config::Error>,
    file: Option<&Path>,
) -> (Vec<Finding>, Option<Config>) {
    let mut findings = Findings::about("configuration");
    let config = match config {
        Ok(config) => config,
        Err(error) => {
            let place = file.map_or_else(
                || "the environment (no --config was given)".to_owned(),
                |file| format!("{} or the environment", file.display()),
            );
            for fault in error.faults() {
                let mend = format!("Put it right in {place}; docs/configuration.md has every key.");
                findings.error("settings", fault, mend);
            }
            return (findings.list, None);
        }
    };
    let (clients, clusters) = (config.clients.len(), config.clusters.len());
    let found = format!("clients: {clients}, clusters: {clusters}");
    findings.ok("settings", found);
    if let Some(file) = file {
        secrecy(file, &mut findings);
    }
    for (name, cluster) in &config.clusters {
        let endpoint = &cluster.endpoint;
        if endpoint.scheme() == "http" && !is_loopback(endpoint) {
            findings.warning(
                "transport",
                format!("Calls to cluster {name} and its customers' keys cross the network as plain text."),
                format!("Let clusters.{name}.endpoint begin with https://."),
            );
        }
    }
    (findings.list, Some(config))
}

/// The file holds the keys to everything.
fn secrecy(file: &Path, findings: &mut Findings) {
    let Ok(metadata) = std::fs::metadata(file) else {
        return;
    };
    let file = file.display();
    if metadata.permissions().mode() & 0o004 == 0 {
        findings.ok("secrecy", format!("{file} is not readable by everybody"));
    } else {
        findings.warning(
            "secrecy",
            format!("Everybody on this machine can read the secrets in {file}."),
            format!("Run `chmod o= {file}`, and let the service's user or group own it."),
        );
    }
}

fn is_loopback(endpoint: &Url) -> bool {
    match endpoint.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    fn levels(endpoint: &str) -> Vec<(&'static str, Level)> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let text = format!(
            "[clients.whmcs]\nsecret = \"0123456789abcdef0123456789abcdef\"\n\
             [clusters.eu1]\nendpoint = \"{endpoint}\"\naccess_key = \"k\"\nsecret_key = \"s\"\n"
        );
        std::fs::write(file.path(), text).expect("written");
        let config = Config::load(Some(file.path()), []);
        let (findings, config) = examine(config, Some(file.path()));
        assert!(config.is_some());
        let levels = findings.iter().map(|one| (one.check, one.level));
        levels.collect()
    }

    #[test]
    fn plain_http_is_fine_on_this_host_only() {
        let good = [("settings", Level::Ok), ("secrecy", Level::Ok)];
        for endpoint in [
            "https://s3.example.com",
            "http://127.0.0.1:9000",
            "http://[::1]:9000",
            "http://localhost:9000",
        ] {
            assert_eq!(levels(endpoint), good, "{endpoint}");
        }
        for endpoint in ["http://s3.example.com", "http://192.0.2.1:8080"] {
            let found = levels(endpoint);
            assert_eq!(found[2..], [("transport", Level::Warning)], "{endpoint}");
        }
    }
}
