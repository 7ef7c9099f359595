//! Tolerant reading of the gateway's JSON into strict values.
//!
//! Editions differ in what they leave out, in numbers written as strings and in spelling; the readers accept these
//! forms and refuse everything else with a sentence that names the member. Values are never quoted: they may be secrets.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value, value::RawValue};

/// A part of an answer that cannot be read, as a sentence.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(String);

pub(super) type Read<T> = Result<T, Unreadable>;

/// Parses a whole body.
pub(super) fn parse(body: &[u8]) -> Read<Value> {
    parse_at(&Path::default(), text(body)?)
}

/// The items of a list and what stands beside it.
#[derive(Debug)]
pub(super) struct Listing<T> {
    pub(super) items: Vec<T>,
    /// The other members of the object that holds the list; an empty list when nothing holds it.
    pub(super) rest: Value,
}

/// Reads a list that stands bare or as the member `wrapper` of an object; editions answer either. Only one item at a
/// time is taken apart: 200 000 buckets at once would take many times the 50 MiB of their text.
pub(super) fn listing<T>(
    body: &[u8],
    wrapper: &'static str,
    read: impl Fn(&Node<'_>) -> Read<T>,
) -> Read<Listing<T>> {
    listing_mostly(body, wrapper, |_| None, read)
}

/// As [`listing`]; an item in its usual form is taken by `usual`, which must give what `read` would, for less work.
pub(super) fn listing_mostly<T>(
    body: &[u8],
    wrapper: &'static str,
    usual: impl Fn(&str) -> Option<T>,
    read: impl Fn(&Node<'_>) -> Read<T>,
) -> Read<Listing<T>> {
    let text = text(body)?;
    if is_list(text) {
        return Ok(Listing {
            items: items(Path::default(), text, usual, read)?,
            rest: Value::Array(Vec::new()),
        });
    }
    let mut members: BTreeMap<String, &RawValue> = match text.trim_ascii_start().as_bytes() {
        [b'{', ..] => parse_at(&Path::default(), text)?,
        _ => BTreeMap::new(),
    };
    let name = member_name(members.keys(), wrapper).cloned();
    let list = name.and_then(|name| members.remove(&name));
    let Some(list) = list.filter(|list| is_list(list.get())) else {
        let value = parse_at(&Path::default(), text)?;
        return Err(Node::root(&value).required(wrapper)?.expected("a list"));
    };
    let mut rest = Map::new();
    for (name, member) in members {
        let value = parse_at(&Path::default(), member.get())?;
        rest.insert(name, value);
    }
    Ok(Listing {
        items: items(
            Path::default().and(Step::Member(wrapper)),
            list.get(),
            usual,
            read,
        )?,
        rest: Value::Object(rest),
    })
}

fn items<T>(
    path: Path,
    list: &str,
    usual: impl Fn(&str) -> Option<T>,
    read: impl Fn(&Node<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    let items: Vec<&RawValue> = parse_at(&path, list)?;
    let items = items.into_iter().enumerate().map(|(index, item)| {
        if let Some(item) = usual(item.get()) {
            return Ok(item);
        }
        let path = path.and(Step::Index(index));
        let value = &parse_at(&path, item.get())?;
        read(&Node { value, path })
    });
    items.collect()
}

fn is_list(text: &str) -> bool {
    text.trim_ascii_start().starts_with('[')
}

/// The member called `name`, in any letter case; the very spelling goes first.
fn member_name<'k>(
    keys: impl Iterator<Item = &'k String> + Clone,
    name: &str,
) -> Option<&'k String> {
    keys.clone()
        .find(|key| *key == name)
        .or_else(|| keys.clone().find(|key| key.eq_ignore_ascii_case(name)))
}

fn text(body: &[u8]) -> Read<&str> {
    match str::from_utf8(body) {
        Ok(text) if text.trim_ascii().is_empty() => Err(unreadable("the body is empty")),
        Ok(text) => Ok(text),
        Err(error) => Err(unreadable(format!("the body is not JSON: {error}"))),
    }
}

/// Only for types that take whatever JSON stands there: the errors of others would quote it.
fn parse_at<'a, T: Deserialize<'a>>(path: &Path, text: &'a str) -> Read<T> {
    serde_json::from_str(text).map_err(|error| unreadable(format!("{path} is not JSON: {error}")))
}

/// Where a value stands. Answers of a hundred thousand items are read member by member, so this is put into words only
/// for an error.
#[derive(Clone, Copy, Default)]
struct Path {
    steps: [Step; DEEPEST],
    length: usize,
}

/// Deeper than any answer goes; steps beyond are not told.
const DEEPEST: usize = 8;

#[derive(Clone, Copy, Default)]
enum Step {
    #[default]
    End,
    Member(&'static str),
    Index(usize),
}

impl Path {
    fn and(mut self, step: Step) -> Self {
        if let Some(place) = self.steps.get_mut(self.length) {
            *place = step;
            self.length += 1;
        }
        self
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.steps.iter().enumerate() {
            match step {
                Step::End if place == 0 => return f.write_str("the body"),
                Step::End => return Ok(()),
                Step::Member(name) if place == 0 => f.write_str(name)?,
                Step::Member(name) => write!(f, ".{name}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// A value together with where it stands.
pub(super) struct Node<'a> {
    value: &'a Value,
    path: Path,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: Path::default(),
        }
    }

    pub(super) fn object(&self) -> Read<&'a Map<String, Value>> {
        self.value
            .as_object()
            .ok_or_else(|| self.expected("an object"))
    }

    /// A member, in any letter case; absent and `null` are the same.
    pub(super) fn optional(&self, name: &'static str) -> Read<Option<Node<'a>>> {
        let members = self.object()?;
        let found = members
            .get(name)
            .or_else(|| members.get(member_name(members.keys(), name)?));
        Ok(found.filter(|value| !value.is_null()).map(|value| Node {
            value,
            path: self.path.and(Step::Member(name)),
        }))
    }

    pub(super) fn required(&self, name: &'static str) -> Read<Node<'a>> {
        let missing = || {
            let path = self.path.and(Step::Member(name));
            Unreadable(format!("{path} is missing"))
        };
        self.optional(name)?.ok_or_else(missing)
    }

    pub(super) fn list(&self) -> Read<Vec<Node<'a>>> {
        let items = self
            .value
            .as_array()
            .ok_or_else(|| self.expected("a list"))?;
        let nodes = items.iter().enumerate().map(|(index, value)| Node {
            value,
            path: self.path.and(Step::Index(index)),
        });
        Ok(nodes.collect())
    }

    pub(super) fn text(&self) -> Read<&'a str> {
        self.value.as_str().ok_or_else(|| self.expected("a string"))
    }

    /// A text that some type of ours accepts.
    pub(super) fn parsed<T: std::str::FromStr>(&self, what: &str) -> Read<T> {
        self.text()?.parse().map_err(|_| self.expected(what))
    }

    /// A whole number up to 64 bits, as a number or as a string.
    pub(super) fn whole(&self) -> Read<u64> {
        if let Some(number) = self.value.as_u64() {
            return Ok(number);
        }
        let refuse = || self.expected("a whole number of at most 64 bits");
        let text = self.digits().ok_or_else(refuse)?;
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        if !is_digits(whole) || fraction.bytes().any(|digit| digit != b'0') {
            return Err(refuse());
        }
        whole.parse().map_err(|_| refuse())
    }

    /// A decimal as a count of hundredths. More decimals are rounded, but never down to nothing.
    pub(super) fn hundredths(&self) -> Read<u64> {
        self.digits()
            .and_then(|text| hundredths(&text))
            .ok_or_else(|| self.expected("a decimal number that is not negative"))
    }

    /// A truth value, as itself, as a word or as 0 and 1.
    pub(super) fn truth(&self) -> Read<bool> {
        let text = match self.value {
            Value::Bool(truth) => return Ok(*truth),
            Value::String(text) => text.to_ascii_lowercase(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        match text.as_str() {
            "true" | "1" => Ok(true),
            "false" | "0" => Ok(false),
            _ => Err(self.expected("true or false")),
        }
    }

    /// The sentence for a value that is not what it must be.
    pub(super) fn expected(&self, what: &str) -> Unreadable {
        let place = self.path;
        let kind = match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a truth value",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        Unreadable(format!(
            "{place} should be {what}, but is {kind} that is not"
        ))
    }

    fn digits(&self) -> Option<String> {
        match self.value {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => Some(text.trim().to_owned()),
            _ => None,
        }
    }
}

/// A sentence about an answer as a whole.
pub(super) fn unreadable(problem: impl Into<String>) -> Unreadable {
    Unreadable(problem.into())
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn hundredths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    let digit = |place: usize| u64::from(fraction.as_bytes().get(place).map_or(0, |d| d - b'0'));
    let rounding = u64::from(digit(2) >= 5);
    let value = whole
        .parse::<u64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(digit(0) * 10 + digit(1) + rounding)?;
    // Zero would mean "unlimited" to the readers of limits.
    let nothing = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    Some(if nothing { 0 } else { value.max(1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_as_numbers_or_strings_in_64_bits() {
        for (value, expected) in [
            (json!(12288), 12288),
            (json!("12288"), 12288),
            (json!("1024.00"), 1024),
            (json!(1024.0), 1024),
            (json!(u64::MAX), u64::MAX),
            (json!("18446744073709551615"), u64::MAX),
        ] {
            assert_eq!(Node::root(&value).whole(), Ok(expected), "{value}");
        }
        for value in [
            json!(-1),
            json!("1.5"),
            json!("18446744073709551616"),
            json!(1e30),
            json!(""),
            json!("0x10"),
            json!("+1"),
            json!(true),
            json!([1]),
        ] {
            assert!(Node::root(&value).whole().is_err(), "{value}");
        }
    }

    #[test]
    fn decimals_keep_two_places_and_never_become_nothing() {
        for (value, expected) in [
            (json!("0.00"), 0),
            (json!("0"), 0),
            (json!("0.50"), 50),
            (json!("3.33"), 333),
            (json!("3600.00"), 360_000),
            (json!("100"), 10_000),
            (json!(3.33), 333),
            (json!(100), 10_000),
            (json!("0.001"), 1),
            (json!("0.996"), 100),
            (json!("1.994"), 199),
        ] {
            assert_eq!(Node::root(&value).hundredths(), Ok(expected), "{value}");
        }
        for value in [
            json!("-1"),
            json!("1,5"),
            json!(""),
            json!("NaN"),
            json!("1e3"),
            json!("."),
            json!(null),
            json!("999999999999999999999"),
        ] {
            assert!(Node::root(&value).hundredths().is_err(), "{value}");
        }
    }

    #[test]
    fn a_wrong_member_is_named_without_its_value() {
        let value = json!({"Users": [{"Keys": "canary"}]});
        let users = Node::root(&value).required("users").expect("a member");
        let users = users.list().expect("a list");
        let Err(error) = users[0].required("keys").and_then(|keys| keys.list()) else {
            panic!("a string is not a list");
        };
        assert_eq!(
            error.to_string(),
            "users[0].keys should be a list, but is a string that is not"
        );
        assert_eq!(
            users[0].required("Id").map(|_| ()),
            Err(unreadable("users[0].Id is missing"))
        );
    }

    fn numbers(body: &str) -> Read<Listing<u64>> {
        listing(body.as_bytes(), "Items", |item| item.whole())
    }

    #[test]
    fn a_list_stands_bare_or_in_an_object_with_other_members() {
        let bare = numbers(" [1,\"2\"]\n").expect("a bare list");
        assert_eq!((bare.items, bare.rest), (vec![1, 2], json!([])));
        let wrapped = numbers(r#" {"nr":2,"items":[1,2],"ITEMS":[3],"Items":[4],"x":{"y":[]}}"#);
        let wrapped = wrapped.expect("a wrapped list");
        assert_eq!(wrapped.items, [4]);
        let rest = json!({"nr": 2, "items": [1, 2], "ITEMS": [3], "x": {"y": []}});
        assert_eq!(wrapped.rest, rest);
        assert_eq!(numbers(r#"{"ITEMS":[]}"#).expect("none").items, [0; 0]);
    }

    #[test]
    fn what_is_no_list_is_named() {
        let deep = format!("[7,{}]", "[".repeat(200) + &"]".repeat(200));
        for (body, sentence) in [
            ("", "the body is empty"),
            ("[1,2", "the body is not JSON: EOF"),
            (r#"{"Items":[1}"#, "the body is not JSON: expected"),
            (r#"{"Items":[]}}"#, "the body is not JSON: trailing"),
            (
                "\"canary\"",
                "the body should be an object, but is a string",
            ),
            (
                r#"{"Items":"canary"}"#,
                "Items should be a list, but is a string",
            ),
            (r#"{"Items":null}"#, "Items is missing"),
            (r#"{"canary":[]}"#, "Items is missing"),
            (r#"["canary"]"#, "[0] should be a whole number"),
            (
                r#"{"Items":[1,"canary"]}"#,
                "Items[1] should be a whole number",
            ),
            (r#"{"Items":[1,"\ud800"]}"#, "Items[1] is not JSON: "),
            (&deep, "[1] is not JSON: recursion limit"),
            (
                r#"{"Items":[],"canary":1e999}"#,
                "the body is not JSON: number out of range",
            ),
        ] {
            let text = numbers(body).expect_err(body).to_string();
            assert!(text.starts_with(sentence), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
        let text = listing(b"[\xff]", "Items", |item| item.whole()).expect_err("no text");
        assert!(
            text.to_string()
                .starts_with("the body is not JSON: invalid utf-8")
        );
    }

    #[test]
    fn bodies_that_are_no_json_say_so() {
        assert_eq!(parse(b" \n"), Err(unreadable("the body is empty")));
        assert!(
            parse(b"{\"Users\":[")
                .expect_err("cut")
                .to_string()
                .contains("not JSON")
        );
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
