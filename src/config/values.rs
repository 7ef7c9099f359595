//! How single values are read. The environment knows only text, so numbers, lists and durations
//! are read from text as well as from TOML's own types.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;
use serde::de::{self, Deserializer, IntoDeserializer, Visitor};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

/// A secret: text only, and no complaint shows what was given instead.
pub(super) fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = SecretString;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("text in quotes")
        }

        fn visit_str<E>(self, text: &str) -> Result<SecretString, E> {
            Ok(text.into())
        }

        fn visit_bool<E: de::Error>(self, _: bool) -> Result<SecretString, E> {
            Err(E::custom("must be text in quotes"))
        }

        fn visit_i64<E: de::Error>(self, _: i64) -> Result<SecretString, E> {
            Err(E::custom("must be text in quotes"))
        }

        fn visit_u64<E: de::Error>(self, _: u64) -> Result<SecretString, E> {
            Err(E::custom("must be text in quotes"))
        }

        fn visit_f64<E: de::Error>(self, _: f64) -> Result<SecretString, E> {
            Err(E::custom("must be text in quotes"))
        }
    }
    from.deserialize_any(Text)
}

/// A URL; the complaint does not repeat it, since it may hold a password.
pub(super) fn url<'de, D: Deserializer<'de>>(from: D) -> Result<Url, D::Error> {
    let text = String::deserialize(from)?;
    Url::parse(&text).map_err(|error| {
        de::Error::custom(format!(
            "is not a URL ({error}); write for example \"https://s3.example.com\""
        ))
    })
}

/// As [`url()`], where none is needed.
pub(super) fn some_url<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Url>, D::Error> {
    url(from).map(Some)
}

/// A duration such as `90s`, `10m`, `1h` or `7d`.
pub(super) fn duration<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    humantime::parse_duration(&text).map_err(|_| {
        de::Error::custom(format!(
            "`{text}` is not a duration; write for example \"90s\", \"10m\", \"1h\" or \"7d\""
        ))
    })
}

/// A whole number, from TOML's own or from text.
pub(super) fn integer<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        Number(u64),
        Text(String),
    }
    match Form::deserialize(from) {
        Ok(Form::Number(number)) => Ok(number),
        Ok(Form::Text(text)) => text
            .trim()
            .parse()
            .map_err(|_| de::Error::custom(format!("`{text}` is not a whole number"))),
        Err(_) => Err(de::Error::custom("must be a whole number")),
    }
}

/// A list, from TOML's own or from text with commas.
pub(super) fn list<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        List(Vec<String>),
        Text(String),
    }
    let words = match Form::deserialize(from) {
        Ok(Form::List(words)) => words,
        Ok(Form::Text(text)) => text
            .trim_matches(['[', ']', ' '])
            .split(',')
            .map(|word| word.trim().trim_matches('"').to_owned())
            .collect(),
        Err(_) => return Err(de::Error::custom("must be a list of words")),
    };
    words
        .into_iter()
        .map(|word| T::deserialize(word.into_deserializer()))
        .collect()
}
