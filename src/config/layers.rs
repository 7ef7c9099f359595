//! Stacks defaults, file and environment with figment, and words its complaints.

use std::path::Path;

use figment::error::Kind;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Tag, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::de::DeserializeOwned;

/// What the names of all our variables begin with.
pub const ENV_PREFIX: &str = "OSTOR_BRIDGE__";

/// The environment variable that sets `key`, for example `OSTOR_BRIDGE__SERVER__LISTEN`.
pub fn variable(key: &str) -> String {
    format!("{ENV_PREFIX}{}", key.replace('.', "__").to_uppercase())
}

/// Reads all layers into `T`, or tells every fault as a sentence.
pub(super) fn read<T: DeserializeOwned>(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<T, Vec<String>> {
    let mut layers = Figment::from(Toml::string(super::DEFAULTS));
    if let Some(path) = file {
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![format!(
                "the file {} cannot be read: {error}",
                path.display()
            )]
        })?;
        let parsed = Figment::from(Toml::string(&text));
        // Reported apart, because the parser's own message prints the line, secrets and all.
        if let Err(error) = parsed.extract::<Dict>() {
            return Err(vec![format!(
                "the file {} is not TOML: {}",
                path.display(),
                without_source(&error.to_string())
            )]);
        }
        layers = layers.merge(parsed);
    }
    let environment = Environment::parse(environment)?;
    layers
        .merge(environment)
        .extract()
        .map_err(|error| error.into_iter().map(|fault| sentence(&fault)).collect())
}

/// Keeps the place and the kind of a syntax error and drops the source line between them.
fn without_source(message: &str) -> String {
    let lines: Vec<&str> = message.lines().filter(|l| !l.trim().is_empty()).collect();
    match lines.as_slice() {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first, .., last] => format!("{} ({})", first.trim(), last.trim()),
    }
}

fn sentence(fault: &figment::Error) -> String {
    let at = |field: Option<&str>| {
        let mut path: Vec<&str> = fault.path.iter().map(String::as_str).collect();
        path.extend(field);
        let key = path.join(".");
        format!("`{key}` ({})", variable(&key))
    };
    match &fault.kind {
        // Here the path ends with the field itself already.
        Kind::UnknownField(_, known) => format!(
            "{} is not a known key; here may stand: {}",
            at(None),
            known.join(", ")
        ),
        Kind::MissingField(field) => {
            format!("{} is missing and has no default", at(Some(field)))
        }
        Kind::UnknownVariant(word, known) => format!(
            "{} must be one of {}, not `{word}`",
            at(None),
            known.join(", ")
        ),
        Kind::InvalidType(_, expected) => format!("{} must be {expected}", at(None)),
        other => format!("{}: {other}", at(None)),
    }
}

/// Our variables as nested values. All are text: guessing types would turn a secret of digits
/// into a number.
struct Environment(Dict);

impl Environment {
    fn parse(variables: impl IntoIterator<Item = (String, String)>) -> Result<Self, Vec<String>> {
        let mut root = Dict::new();
        let mut faults = Vec::new();
        for (name, text) in variables {
            let Some(path) = name.strip_prefix(ENV_PREFIX) else {
                continue;
            };
            let path = path.to_lowercase();
            let keys: Vec<&str> = path.split("__").collect();
            if keys.len() < 2
                || keys.iter().any(|key| key.is_empty())
                || !insert(&mut root, &keys, text)
            {
                faults.push(format!(
                    "the variable {name} names no setting; the form is {ENV_PREFIX}SECTION__KEY"
                ));
            }
        }
        if faults.is_empty() {
            Ok(Self(root))
        } else {
            Err(faults)
        }
    }
}

/// Puts `text` at `keys`; false when a part of the path already holds text.
fn insert(dict: &mut Dict, keys: &[&str], text: String) -> bool {
    match keys {
        [] => false,
        [last] => dict
            .insert((*last).to_owned(), Value::String(Tag::Default, text))
            .is_none(),
        [first, rest @ ..] => {
            let inner = dict
                .entry((*first).to_owned())
                .or_insert_with(|| Value::Dict(Tag::Default, Dict::new()));
            match inner {
                Value::Dict(_, inner) => insert(inner, rest, text),
                _ => false,
            }
        }
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        Ok(Map::from([(Profile::Default, self.0.clone())]))
    }
}
