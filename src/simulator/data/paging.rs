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

/// Entries with their keys, sorted by key.
pub(super) type Entries<'k, T> = Box<dyn Iterator<Item = (&'k str, T)> + 'k>;

/// Entries per page for what was asked.
pub(super) fn max_keys(asked: Option<i32>) -> i32 {
    asked.unwrap_or(MAX_KEYS).clamp(0, MAX_KEYS)
}

/// One page of the entries that `from` yields from a key on. However many there are, it looks at little
/// more than the page shows: what is folded into a common prefix is passed over at once.
pub(super) fn page<'k, T>(from: impl Fn(&str) -> Entries<'k, T>, wish: &Wish<'_>) -> Page<T> {
    let mut page = Page {
        entries: Vec::new(),
        prefixes: Vec::new(),
        next: None,
    };
    let room = usize::try_from(wish.max_keys).unwrap_or(0);
    let mut last = String::new();
    let mut entries = from(wish.prefix.max(wish.after));
    while let Some((key, entry)) = entries.next() {
        let Some(rest) = key.strip_prefix(wish.prefix) else {
            break;
        };
        let folded = match rest.find(wish.delimiter) {
            Some(at) if !wish.delimiter.is_empty() => {
                Some(&key[..wish.prefix.len() + at + wish.delimiter.len()])
            }
            _ => None,
        };
        let shown = folded.unwrap_or(key);
        let is_new = wish.after.is_empty() || shown > wish.after;
        if is_new && page.entries.len() + page.prefixes.len() == room {
            page.next = (room > 0).then_some(last);
            break;
        }
        if let Some(prefix) = folded {
            entries = match behind(prefix) {
                Some(next) => from(&next),
                None => Box::new(std::iter::empty()),
            };
        }
        if is_new {
            match folded {
                Some(prefix) => page.prefixes.push(prefix.to_owned()),
                None => page.entries.push(entry),
            }
            last = shown.to_owned();
        }
    }
    page
}

/// The first key behind all that begin with `prefix`; `None` when there can be none.
pub(super) fn behind(prefix: &str) -> Option<String> {
    let mut next = prefix.to_owned();
    while let Some(last) = next.pop() {
        // Surrogates are no characters.
        let following = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(following) = following {
            next.push(following);
            return Some(next);
        }
    }
    None
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

    fn from<'k>(keys: &'k [&'k str]) -> impl Fn(&str) -> Entries<'k, &'k str> {
        |first| {
            let begin = keys.partition_point(|key| *key < first);
            Box::new(keys[begin..].iter().map(|key| (*key, *key)))
        }
    }

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
                let page = page(from(&keys), &wish);
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
        let keys = ["a", "d/x/1", "d/x/2", "d/y", "e"];
        let wish = Wish {
            prefix: "d/",
            delimiter: "/",
            after: "",
            max_keys: 1000,
        };
        let page = page(from(&keys), &wish);
        assert_eq!(
            (page.entries, page.prefixes, page.next),
            (vec!["d/y"], vec!["d/x/".to_owned()], None)
        );
        let url = EncodingType::from_static(EncodingType::URL);
        assert_eq!(encoded("a b/+", Some(&url)), "a%20b/%2B");
    }

    #[test]
    fn a_page_looks_at_little_more_than_it_shows() {
        let keys: Vec<String> = (0..1000).map(|n| format!("{}/{n:04}", n / 100)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let looked = std::cell::Cell::new(0);
        let counted = |first: &str| -> Entries<'_, ()> {
            let begin = keys.partition_point(|key| *key < first);
            Box::new(keys[begin..].iter().map(|key| {
                looked.set(looked.get() + 1);
                (*key, ())
            }))
        };
        let wish = Wish {
            prefix: "",
            delimiter: "/",
            after: "2/0250",
            max_keys: 3,
        };
        let page = page(counted, &wish);
        assert_eq!(page.prefixes, ["3/", "4/", "5/"]);
        assert_eq!(
            looked.get(),
            5,
            "the folder passed over, three shown, one more"
        );
    }

    #[test]
    fn what_comes_behind_a_prefix() {
        let cases = [
            ("a/", Some("a0")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
        ];
        for (prefix, next) in cases {
            assert_eq!(behind(prefix).as_deref(), next, "{prefix:?}");
        }
    }
}
