//! Settings: layers, defaults, and complaints that name key and variable and show no secret.

use std::io::Write;

use ostor_bridge::config::{Config, DEFAULTS, LogFormat};
use secrecy::ExposeSecret;

const GOOD: &str = r#"
[clients.whmcs]
secret = "0123456789abcdef0123456789abcdef"
[clusters.eu1]
endpoint = "https://s3.example.com"
access_key = "key"
secret_key = "planted-secret"
"#;

fn load(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text.as_bytes()).expect("written");
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(Some(file.path()), environment).map_err(|error| error.to_string())
}

#[test]
fn a_file_with_what_has_no_default_is_enough() {
    let config = load(GOOD, &[]).expect("good");
    let cluster = &config.clusters["eu1"];
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8787");
    assert_eq!(
        config.database.url.expose_secret(),
        "sqlite:ostor-bridge.db"
    );
    assert_eq!(
        cluster.identity_of("whmcs", 42),
        "whmcs-42@ostor-bridge.invalid"
    );
    assert_eq!(
        (
            cluster.region.as_str(),
            cluster.max_parallel,
            cluster.timeout.as_secs()
        ),
        ("us-east-1", 8, 15)
    );
    assert_eq!(config.usage.collect_interval.as_secs(), 600);
}

/// What the default file says of the keys that are commented out is what the code does.
#[test]
fn the_commented_defaults_are_the_real_ones() {
    let section = |name: &str| -> String {
        let rest = DEFAULTS
            .split(&format!("# [{name}.NAME]"))
            .nth(1)
            .expect("a section");
        rest.lines()
            .take_while(|line| !line.starts_with('['))
            .take_while(|line| !line.starts_with("# ["))
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = ") && !line.ends_with("\"\""))
            .filter(|line| {
                line.split(" = ")
                    .next()
                    .is_some_and(|key| key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
            })
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let explicit = format!(
        "[clients.whmcs]\nsecret = \"0123456789abcdef0123456789abcdef\"\n{}[clusters.eu1]\nendpoint = \"https://s3.example.com\"\naccess_key = \"key\"\nsecret_key = \"planted-secret\"\n{}",
        section("clients"),
        section("clusters"),
    );
    assert_eq!(explicit.matches(" = ").count(), 4 + 1 + 6, "{explicit}");
    let (implicit, explicit) = (load(GOOD, &[]), load(&explicit, &[]));
    assert_eq!(
        format!("{:?}", implicit.expect("good")),
        format!("{:?}", explicit.expect("good"))
    );
}

#[test]
fn the_environment_goes_over_the_file_and_is_never_guessed_at() {
    let config = load(
        GOOD,
        &[
            ("OSTOR_BRIDGE__SERVER__LISTEN", "127.0.0.1:0"),
            (
                "OSTOR_BRIDGE__CLIENTS__WHMCS__SECRET",
                "00000000000000000000000000000000000001",
            ),
            (
                "OSTOR_BRIDGE__CLIENTS__WHMCS__SCOPES",
                "[\"admin\", \"usage\"]",
            ),
            ("OSTOR_BRIDGE__CLUSTERS__EU1__MAX_PARALLEL", "3"),
            ("OSTOR_BRIDGE__CLUSTERS__EU1__SIGNATURE", "v4"),
            (
                "OSTOR_BRIDGE__CLUSTERS__US_1__ENDPOINT",
                "http://127.0.0.1:9000",
            ),
            ("OSTOR_BRIDGE__CLUSTERS__US_1__ACCESS_KEY", "true"),
            ("OSTOR_BRIDGE__CLUSTERS__US_1__SECRET_KEY", "{not toml"),
            ("OSTOR_BRIDGE_CONFIG", "/nowhere"),
            ("PATH", "/bin"),
        ],
    )
    .expect("good");
    assert_eq!(config.server.listen.port(), 0);
    assert_eq!(
        config.clients["whmcs"].secret.expose_secret(),
        "00000000000000000000000000000000000001"
    );
    assert_eq!(config.clients["whmcs"].scopes.len(), 2);
    assert_eq!(config.clusters["eu1"].max_parallel, 3);
    assert_eq!(config.clusters["us_1"].access_key, "true");
    assert_eq!(
        config.clusters["us_1"].secret_key.expose_secret(),
        "{not toml"
    );
}

#[test]
fn every_fault_is_a_sentence_with_key_and_variable() {
    let change = |from: &str, to: &str| {
        assert!(GOOD.contains(from), "{from}");
        GOOD.replace(from, to)
    };
    let more = |text: &str| format!("{GOOD}{text}\n");
    let section = |text: &str| format!("{text}\n{GOOD}");
    for (text, key, words) in [
        (
            change("0123456789abcdef0123456789abcdef", "short"),
            "clients.whmcs.secret",
            "32 bytes",
        ),
        (
            change("secret = \"0123456789abcdef0123456789abcdef\"", ""),
            "clients.whmcs.secret",
            "missing",
        ),
        (
            change("\"0123456789abcdef0123456789abcdef\"", "12345678901234567"),
            "clients.whmcs.secret",
            "text in quotes",
        ),
        (
            change("access_key = \"key\"", ""),
            "clusters.eu1.access_key",
            "missing",
        ),
        (
            change("\"key\"", "\"\""),
            "clusters.eu1.access_key",
            "empty",
        ),
        (
            change("\"planted-secret\"", "\"\""),
            "clusters.eu1.secret_key",
            "empty",
        ),
        (
            change("https://s3.example.com", "s3.example.com"),
            "clusters.eu1.endpoint",
            "URL",
        ),
        (
            change("https://s3.example.com", "ftp://s3.example.com"),
            "clusters.eu1.endpoint",
            "http or https",
        ),
        (
            change("https://s3.example.com", "https://s3.example.com/path"),
            "clusters.eu1.endpoint",
            "nothing after it",
        ),
        (
            change(
                "https://s3.example.com",
                "https://user:planted-secret@s3.example.com",
            ),
            "clusters.eu1.endpoint",
            "nothing after it",
        ),
        (
            more("secret = \"x\""),
            "clusters.eu1.secret",
            "not a known key",
        ),
        (
            more("signature = \"v3\""),
            "clusters.eu1.signature",
            "one of v2, v4",
        ),
        (
            more("timeout = \"soon\""),
            "clusters.eu1.timeout",
            "duration",
        ),
        (
            more("timeout = \"10m\""),
            "clusters.eu1.timeout",
            "1s to 60s",
        ),
        (
            more("max_parallel = 0"),
            "clusters.eu1.max_parallel",
            "1 to 64",
        ),
        (
            more("max_parallel = \"many\""),
            "clusters.eu1.max_parallel",
            "whole number",
        ),
        (
            more("identity = \"same@example.com\""),
            "clusters.eu1.identity",
            "{service_id}",
        ),
        (
            more("identity = \"{client}{service_id}@x.invalid\""),
            "clusters.eu1.identity",
            "digit before",
        ),
        (
            more("identity = \"{client}1{service_id}@x.invalid\""),
            "clusters.eu1.identity",
            "digit before",
        ),
        (
            more("identity = \"S3-{service_id}@x.invalid\""),
            "clusters.eu1.identity",
            "lower case",
        ),
        (
            more("identity = \"{service_id}\""),
            "clusters.eu1.identity",
            "e-mail",
        ),
        (
            more("identity = \"{service_id}-{email}@x.invalid\""),
            "clusters.eu1.identity",
            "placeholders",
        ),
        (more("region = \"\""), "clusters.eu1.region", "us-east-1"),
        (
            change("[clients.whmcs]", "[clients.WHMCS]"),
            "clients.WHMCS",
            "lower-case",
        ),
        (
            change("[clusters.eu1]", "[clusters.\"eu 1\"]"),
            "clusters.eu 1",
            "lower-case",
        ),
        (
            section("[server]\nlisten = \"everywhere\""),
            "server.listen",
            "address",
        ),
        (
            section("[server]\nlisen = \"127.0.0.1:1\""),
            "server.lisen",
            "not a known key",
        ),
        (
            section("[server]\nbody_limit = 1"),
            "server.body_limit",
            "1024",
        ),
        (
            section("[servers]\nlisten = \"x\""),
            "servers",
            "not a known key",
        ),
        (
            section("[database]\nurl = \"mysql://u:planted-secret@h\""),
            "database.url",
            "a server and a database",
        ),
        (
            section("[database]\nmax_connections = 1"),
            "database.max_connections",
            "2 to 1000",
        ),
        (
            section("[database]\nlease = \"1s\""),
            "database.lease",
            "2s to 5m",
        ),
        (
            section("[server]\ndrain_delay = \"10m\""),
            "server.drain_delay",
            "0s to 5m",
        ),
        (
            section("[database]\nurl = \"ostor.db\""),
            "database.url",
            "sqlite:",
        ),
        (
            section("[usage]\nsample_interval = \"2h\""),
            "usage.sample_interval",
            "1m to 1h",
        ),
        (
            section("[usage]\ngigabyte = \"metric\""),
            "usage.gigabyte",
            "one of binary, decimal",
        ),
        (
            section("[terminate]\ngrace = \"400d\""),
            "terminate.grace",
            "365d",
        ),
        (
            section("[terminate]\nmax_deletes_per_second = 0"),
            "terminate.max_deletes_per_second",
            "1 to 1000000",
        ),
        (
            section("[log]\nformat = \"xml\""),
            "log.format",
            "one of text, json, not `xml`",
        ),
        (
            section("[telemetry]\notlp_endpoint = \"http://collector:4318/v1/traces\""),
            "telemetry.otlp_endpoint",
            "nothing after it",
        ),
        (
            section("[telemetry]\notlp_endpoint = \"http://user:12345678901234567@collector\""),
            "telemetry.otlp_endpoint",
            "nothing after it",
        ),
        (
            section("[telemetry]\notlp_endpoint = \"collector\""),
            "telemetry.otlp_endpoint",
            "is not a URL",
        ),
        (
            more(
                "[clients.other]\nsecret = \"0123456789abcdef0123456789abcdef\"\nscopes = [\"root\"]",
            ),
            "clients.other.scopes",
            "one of provision, usage, admin",
        ),
        (
            more("[clients.other]\nsecret = \"0123456789abcdef0123456789abcdef\"\nscopes = []"),
            "clients.other.scopes",
            "at least one",
        ),
    ] {
        let error = load(&text, &[]).expect_err(&text);
        let variable = format!("OSTOR_BRIDGE__{}", key.replace('.', "__").to_uppercase());
        assert!(
            error.contains(&format!("`{key}`")) || key == "clients.other.scopes",
            "{key}: {error}"
        );
        assert!(
            error.contains(&variable) || key == "clients.other.scopes",
            "{variable}: {error}"
        );
        assert!(error.contains(words), "{key}: {error}");
        assert!(
            !error.contains("planted-secret") && !error.contains("12345678901234567"),
            "{error}"
        );
    }
}

#[test]
fn nothing_configured_is_told_for_clients_and_clusters_at_once() {
    let error = load("", &[]).expect_err("nothing");
    assert!(
        error.contains("[clients.NAME]") && error.contains("[clusters.NAME]"),
        "{error}"
    );
}

#[test]
fn the_log_is_text_and_traces_go_nowhere_unless_told() {
    let config = load(GOOD, &[]).expect("good");
    assert_eq!(config.log.format, LogFormat::Text);
    assert_eq!(config.telemetry.otlp_endpoint, None);
    let variables = [
        ("OSTOR_BRIDGE__LOG__FORMAT", "json"),
        (
            "OSTOR_BRIDGE__TELEMETRY__OTLP_ENDPOINT",
            "http://127.0.0.1:4318",
        ),
    ];
    let config = load(GOOD, &variables).expect("good");
    assert_eq!(config.log.format, LogFormat::Json);
    let endpoint = config.telemetry.otlp_endpoint.expect("an endpoint");
    assert_eq!(endpoint.as_str(), "http://127.0.0.1:4318/");
}

#[test]
fn two_clients_need_the_client_in_the_identity() {
    let text = format!(
        "{GOOD}identity = \"svc-{{service_id}}@x.invalid\"\n[clients.other]\nsecret = \"0123456789abcdef0123456789abcdef\"\n"
    );
    let error = load(&text, &[]).expect_err("shared users");
    assert!(error.contains("{client}"), "{error}");
}

#[test]
fn a_syntax_error_shows_the_place_and_not_the_line() {
    let error = load("[clients.whmcs]\nsecret = \"planted-secret\n", &[]).expect_err("not TOML");
    assert!(
        error.contains("line 2") && error.contains("not TOML"),
        "{error}"
    );
    assert!(!error.contains("planted-secret"), "{error}");
}

#[test]
fn a_file_that_is_not_there_and_a_variable_that_is_none_are_named() {
    let error =
        Config::load(Some(std::path::Path::new("/nowhere/config.toml")), []).expect_err("no file");
    assert!(error.to_string().contains("/nowhere/config.toml"));
    for name in [
        "OSTOR_BRIDGE__SERVER",
        "OSTOR_BRIDGE__SERVER__",
        "OSTOR_BRIDGE____X",
    ] {
        let error = load(GOOD, &[(name, "x")]).expect_err(name);
        assert!(error.contains(name), "{error}");
    }
}

#[test]
fn a_ledger_that_would_be_in_memory_is_refused() {
    for url in [
        "sqlite:",
        "sqlite://",
        "sqlite::memory:",
        "sqlite://:memory:",
        "sqlite:?mode=rwc",
        "sqlite:ledger.db?mode=memory",
    ] {
        let text = format!("{GOOD}[database]\nurl = \"{url}\"");
        let faults = load(&text, &[]).expect_err(url);
        assert!(faults.contains("must name a file"), "{url}: {faults}");
    }
    for url in [
        "sqlite:ledger.db",
        "sqlite:///var/lib/ledger.db",
        "sqlite://ledger.db?mode=rwc",
    ] {
        let text = format!("{GOOD}[database]\nurl = \"{url}\"");
        load(&text, &[]).expect(url);
    }
}
