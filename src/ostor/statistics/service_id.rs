//! The service id in a statistics object, which not every edition writes as JSON.

use std::borrow::Cow;

use super::super::json::{Node, Read};

/// The service id of an object. Where zeros stood in front, a number has lost them.
pub(super) fn service_id(node: &Node<'_>) -> Read<String> {
    match node.text() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Ok(format!("{:016}", node.whole()?)),
    }
}

/// Some editions print the service id, which is hexadecimal, without quotes. Then `800000000000006a` is no JSON, and
/// `80000000000000e5` would be read as a power of ten.
pub(super) fn with_quoted_service_id(body: &[u8]) -> Cow<'_, [u8]> {
    let mut quoted = Vec::new();
    let (mut copied, mut at) = (0, 0);
    while let Some((text, end)) = next_string(body, at) {
        at = end;
        if !text.eq_ignore_ascii_case(b"service_id") {
            continue;
        }
        let Some(value) = body[at..].trim_ascii_start().strip_prefix(b":") else {
            continue;
        };
        let value = value.trim_ascii_start();
        let id = value.split(|byte| !byte.is_ascii_alphanumeric()).next();
        let Some(id) = id.filter(|id| id.len() == 16 && id.iter().all(u8::is_ascii_hexdigit))
        else {
            continue;
        };
        let start = body.len() - value.len();
        at = start + id.len();
        quoted.extend_from_slice(&body[copied..start]);
        quoted.push(b'"');
        quoted.extend_from_slice(id);
        quoted.push(b'"');
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(body);
    }
    quoted.extend_from_slice(&body[copied..]);
    Cow::Owned(quoted)
}

/// The content of the first JSON string from `at` on, and where it has ended.
fn next_string(body: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let start = at + body[at..].iter().position(|byte| *byte == b'"')? + 1;
    let mut end = start;
    loop {
        match body.get(end)? {
            b'"' => return Some((&body[start..end], end + 1)),
            b'\\' => end += 2,
            _ => end += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, sample::select};
    use serde_json::{Value, json};

    use super::*;

    fn quoted(body: &str) -> String {
        let quoted = with_quoted_service_id(body.as_bytes()).into_owned();
        String::from_utf8(quoted).expect("text")
    }

    #[test]
    fn sixteen_bare_hex_digits_are_quoted() {
        for (body, expected) in [
            (
                r#"{"service_id":800000000000006a}"#,
                r#"{"service_id":"800000000000006a"}"#,
            ),
            (
                "{\"x\":1,\"SERVICE_ID\"\n:\t80000000000000E5 ,\"y\":2}",
                "{\"x\":1,\"SERVICE_ID\"\n:\t\"80000000000000E5\" ,\"y\":2}",
            ),
            (
                r#"{"service_id":8000000000000065,"a":{"service_id":8000000000000066}}"#,
                r#"{"service_id":"8000000000000065","a":{"service_id":"8000000000000066"}}"#,
            ),
        ] {
            assert_eq!(quoted(body), expected);
        }
    }

    #[test]
    fn nothing_else_is_quoted() {
        for body in [
            r#"{"service_id":"800000000000006a"}"#,
            r#"{"service_id":800000000000006}"#,
            r#"{"service_id":800000000000006ab}"#,
            r#"{"service_id":800000000000006g}"#,
            r#"{"service_id":{"service":800000000000006a}}"#,
            r#"{"other_service_id":800000000000006a}"#,
            r#"{"start_ts":8000000000000065}"#,
            r#"{"x":"\"service_id\":800000000000006a"}"#,
            r#"{"x":"\\\"service_id\":800000000000006a"}"#,
            r#"["service_id",800000000000006a]"#,
            r#"service_id:800000000000006a"#,
            r#""service_id"#,
            r#""service_id\"#,
            r#""service_id":"#,
            "",
        ] {
            assert_eq!(quoted(body), body);
        }
    }

    #[test]
    fn a_number_gets_its_zeros_back() {
        let id = |value: Value| service_id(&Node::root(&value)).ok();
        assert_eq!(
            id(json!(800_000_000_000_017_u64)).as_deref(),
            Some("0800000000000017")
        );
        assert_eq!(
            id(json!("800000000000006a")).as_deref(),
            Some("800000000000006a")
        );
        assert_eq!(id(json!(8e18)), None);
        assert_eq!(id(json!(true)), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_changed(
            pieces in vec(select(vec!["\"", "\\", "service_id", ":", " ", "800000000000006a", ",", "ü"]), 0..12)
        ) {
            let body = json!({"bucket": pieces.concat(), "service_id": "8000000000000065"}).to_string();
            proptest::prop_assert_eq!(quoted(&body), body);
        }

        #[test]
        fn no_text_makes_it_stumble(
            pieces in vec(select(vec!["\"", "\\", "\"service_id\"", ":", " ", "800000000000006a", "{"]), 0..12)
        ) {
            let body = pieces.concat();
            let digits_and_all = |text: &str| text.replace('"', "");
            proptest::prop_assert_eq!(digits_and_all(&quoted(&body)), digits_and_all(&body));
        }
    }
}
