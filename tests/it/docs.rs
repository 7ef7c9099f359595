//! The documentation says what the code does.

use std::collections::BTreeSet;
use std::path::Path;

use ostor_bridge::config::DEFAULTS;
use ostor_bridge::http::Reason;

pub fn read(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Rows of all tables of a page whose first cell is code, as cells without backticks.
pub fn rows(page: &str) -> Vec<Vec<String>> {
    rows_with(page, "| `")
}

/// Rows of all tables of a page that begin like this.
fn rows_with(page: &str, start: &str) -> Vec<Vec<String>> {
    read(page)
        .lines()
        .filter(|line| line.starts_with(start))
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
    let mut pages = vec![
        "README.md".to_owned(),
        "docs/observability/README.md".to_owned(),
    ];
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

/// Names of all tests of the suite, Rust's and PHP's.
fn tests_of(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests_of(&path, names);
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            let php = line.strip_prefix("public function test");
            if let Some((name, _)) = php.and_then(|rest| rest.split_once('(')) {
                names.insert(format!("test{name}"));
            }
            let rust = line.trim_start_matches("async ").strip_prefix("fn ");
            if let Some((name, _)) = rust.and_then(|rest| rest.split_once('(')) {
                if is_test {
                    names.insert(name.to_owned());
                }
                is_test = false;
            }
            is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        }
    }
}

/// Fails when a row of the guide's table has no test, names one that is not there, or has nothing that does it.
#[test]
fn everything_of_the_guide_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    for folder in ["tests", "src", "php-shim/tests"] {
        tests_of(&root.join(folder), &mut tests);
    }
    let mut rows = rows_with("docs/coverage.md", "| ");
    rows.retain(|row| row[0] != "guide");
    assert!(rows.len() >= 30, "{}", rows.len());
    for row in rows {
        assert!(row[1..4].iter().any(|cell| !cell.is_empty()), "{row:?}");
        let mut named = 0;
        for name in row[4].split(',') {
            let name = name.trim().trim_matches('`');
            assert!(tests.contains(name), "{}: there is no test {name}", row[0]);
            named += 1;
        }
        assert!(named > 0, "{} has no test", row[0]);
    }
}
