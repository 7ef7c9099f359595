//! The documentation says what the code does.

use std::collections::BTreeSet;

use ostor_bridge::config::DEFAULTS;
use ostor_bridge::http::Reason;

fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Rows of all tables of a page whose first cell is code, as cells without backticks.
fn rows(page: &str) -> Vec<Vec<String>> {
    read(page)
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            line.trim_matches('|')
                .split('|')
                .map(|cell| cell.trim().trim_matches('`').to_owned())
                .collect()
        })
        .collect()
}

#[test]
fn the_table_of_error_codes_is_that_of_the_code() {
    let documented: BTreeSet<(String, String, String)> = rows("docs/rpc.md")
        .into_iter()
        .filter(|row| row[0].starts_with("-32"))
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect();
    let real: BTreeSet<(String, String, String)> = Reason::all()
        .into_iter()
        .map(|reason| {
            let retry = if reason.is_retryable() { "yes" } else { "no" };
            (
                reason.code().to_string(),
                reason.as_str().to_owned(),
                retry.to_owned(),
            )
        })
        .collect();
    assert_eq!(documented, real);
}

/// Keys of the default file, commented ones included, with their defaults.
fn defaults() -> BTreeSet<(String, String)> {
    let mut section = String::new();
    let mut keys = BTreeSet::new();
    for line in DEFAULTS.lines() {
        let line = line.trim_start_matches("# ");
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']').to_owned();
        } else if let Some((key, value)) = line.split_once(" = ")
            && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            let value = match value.trim_matches('"') {
                "" => "none",
                value => value,
            };
            keys.insert((format!("{section}.{key}"), value.to_owned()));
        }
    }
    keys
}

#[test]
fn the_table_of_settings_is_that_of_the_default_file() {
    let documented: BTreeSet<(String, String)> = rows("docs/configuration.md")
        .into_iter()
        .filter(|row| row[0].contains('.'))
        .map(|row| (row[0].clone(), row[1].trim_matches('"').to_owned()))
        .collect();
    let real = defaults();
    assert!(real.len() > 15, "{real:?}");
    assert_eq!(documented, real);
}

#[test]
fn every_method_is_documented() {
    let page = read("docs/rpc.md");
    let dispatch = read("src/http/dispatch.rs");
    let methods: Vec<&str> = dispatch
        .lines()
        .filter_map(|line| {
            let line = line.trim().strip_prefix('"')?;
            Some(line.strip_suffix("\";")?.split_once("\" ")?.0)
        })
        .collect();
    assert!(methods.len() >= 30, "{methods:?}");
    for method in methods {
        assert!(
            page.contains(&format!("### {method}")) || page.contains(&format!("`{method}`")),
            "{method} is not in docs/rpc.md"
        );
    }
}

#[test]
fn links_between_pages_lead_somewhere() {
    let root = env!("CARGO_MANIFEST_DIR");
    let mut pages = vec!["README.md".to_owned()];
    for entry in std::fs::read_dir(format!("{root}/docs")).expect("docs") {
        let name = entry
            .expect("an entry")
            .file_name()
            .into_string()
            .expect("a name");
        if name.ends_with(".md") {
            pages.push(format!("docs/{name}"));
        }
    }
    for page in pages {
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in read(&page)
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next())
        {
            let target = target.split('#').next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = format!("{root}/{folder}/{target}");
            assert!(
                std::path::Path::new(&path).exists(),
                "{page} links to {target}, which is not there"
            );
        }
    }
}
