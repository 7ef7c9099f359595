//! Paging through sorted keys with prefix and delimiter, the same for all listings.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::{CommonPrefix, EncodingType};

/// Most entries per page, and the default.
const MAX_KEYS: i32 = 1000;

const URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// What to list.
pub(super) struct Wish<'a> {
    pub(super) prefix: &'a str,
    /// Empty for none.
    pub(super) delimiter: &'a str,
    /// Start behind this key or common prefix.
    pub(super) after: &'a str,
    pub(super) max_keys: i32,
}

/// One page.
pub(super) struct Page<T> {
    pub(super) entries: Vec<T>,
    pub(super) prefixes: Vec<String>,
    /// Last key or common prefix of the page when more follow.
    pub(super) next: Option<String>,
}

/// Entries per page for what was asked.
pub(super) fn max_keys(asked: Option<i32>) -> i32 {
    asked.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS)
}

/// Pages through `entries`, which come sorted by key.
pub(super) fn page<'k, T>(entries: impl Iterator<Item = (&'k str, T)>, wish: &Wish<'_>) -> Page<T> {
    let mut page = Page {
        entries: Vec::new(),
        prefixes: Vec::new(),
        next: None,
    };
    let room = usize::try_from(wish.max_keys).unwrap_or(0);
    let mut last = String::new();
    for (key, entry) in entries {
        let Some(rest) = key.strip_prefix(wish.prefix) else {
            continue;
        };
        let folded = match rest.find(wish.delimiter) {
            Some(at) if !wish.delimiter.is_empty() => {
                Some(&key[..wish.prefix.len() + at + wish.delimiter.len()])
            }
            _ => None,
        };
        let shown = folded.unwrap_or(key);
        if (!wish.after.is_empty() && shown <= wish.after) || (folded.is_some() && shown == last) {
            continue;
        }
        if page.entries.len() + page.prefixes.len() == room {
            page.next = (room > 0).then_some(last);
            break;
        }
        match folded {
            Some(prefix) => page.prefixes.push(prefix.to_owned()),
            None => page.entries.push(entry),
        }
        last = shown.to_owned();
    }
    page
}

/// A key as a listing writes it: as it is, or encoded when the client asked for that.
pub(super) fn encoded(text: &str, encoding: Option<&EncodingType>) -> String {
    match encoding {
        Some(encoding) if encoding.as_str() == EncodingType::URL => {
            utf8_percent_encode(text, URL).to_string()
        }
        _ => text.to_owned(),
    }
}

/// Common prefixes as a listing writes them.
pub(super) fn common_prefixes(
    prefixes: &[String],
    encoding: Option<&EncodingType>,
) -> Vec<CommonPrefix> {
    prefixes
        .iter()
        .map(|prefix| CommonPrefix {
            prefix: Some(encoded(prefix, encoding)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_cover_everything_once() {
        let keys = ["a", "b/1", "b/2", "c", "d/x/1", "d/y", "e"];
        for max_keys in 1..8 {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let wish = Wish {
                    prefix: "",
                    delimiter: "/",
                    after: &after,
                    max_keys,
                };
                let page = page(keys.iter().map(|key| (*key, *key)), &wish);
                assert!(
                    page.entries.len() + page.prefixes.len()
                        <= usize::try_from(max_keys).expect("small")
                );
                seen.extend(
                    page.entries
                        .into_iter()
                        .map(str::to_owned)
                        .chain(page.prefixes),
                );
                match page.next {
                    Some(next) => after = next,
                    None => break,
                }
            }
            seen.sort_unstable();
            assert_eq!(seen, ["a", "b/", "c", "d/", "e"], "{max_keys}");
        }
    }

    #[test]
    fn a_prefix_narrows_and_folds_behind_itself() {
        let keys = ["a", "d/x/1", "d/x/2", "d/y"];
        let wish = Wish {
            prefix: "d/",
            delimiter: "/",
            after: "",
            max_keys: 1000,
        };
        let page = page(keys.iter().map(|key| (*key, *key)), &wish);
        assert_eq!(
            (page.entries, page.prefixes, page.next),
            (vec!["d/y"], vec!["d/x/".to_owned()], None)
        );
        assert_eq!(
            encoded("a b/+", Some(&EncodingType::from_static(EncodingType::URL))),
            "a%20b/%2B"
        );
    }
}
