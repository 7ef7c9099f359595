//! JSON-RPC 2.0 framing. Ids are kept as the raw text they came as, so that none is rounded or
//! reformatted on the way back.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use super::error::{ErrorObject, Failure, Reason};

/// Most calls in one batch.
pub(super) const MAX_BATCH: usize = 100;

/// A body, split into its calls.
#[derive(Debug)]
pub(super) enum Body<'a> {
    /// One call.
    Single(Item<'a>),
    /// A batch, not empty.
    Batch(Vec<Item<'a>>),
}

/// One call, or why it is none.
#[derive(Debug)]
pub(super) enum Item<'a> {
    /// A well-formed call.
    Call(Call<'a>),
    /// Not a request; the id is known if it could be read.
    Invalid(Option<&'a RawValue>, Failure),
}

/// A well-formed call whose parameters are not looked at yet.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// Absent for a notification, which is never answered.
    pub id: Option<&'a RawValue>,
    pub method: String,
    pub params: Option<&'a RawValue>,
}

/// One answer.
#[derive(Debug, Serialize)]
pub(super) struct Response<'a> {
    jsonrpc: &'static str,
    #[serde(flatten)]
    outcome: Outcome,
    id: Option<&'a RawValue>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Outcome {
    Result(Box<RawValue>),
    Error(ErrorObject),
}

impl<'a> Response<'a> {
    pub fn new(id: Option<&'a RawValue>, outcome: Outcome) -> Self {
        Self {
            jsonrpc: "2.0",
            outcome,
            id,
        }
    }
}

#[derive(Deserialize)]
struct Members<'a> {
    #[serde(borrow, default, deserialize_with = "present")]
    jsonrpc: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    method: Option<&'a RawValue>,
    #[serde(borrow, default, deserialize_with = "present")]
    params: Option<&'a RawValue>,
}

/// Tells `null` from absent, which `Option` alone does not.
fn present<'de, D: Deserializer<'de>>(from: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// Splits a body into its calls.
///
/// # Errors
/// The one failure to answer with when there are no calls: not JSON, an empty or too long batch.
pub(super) fn read(body: &[u8]) -> Result<Body<'_>, Failure> {
    let whole: &RawValue = serde_json::from_slice(body).map_err(|error| {
        Failure::new(
            Reason::ParseError,
            format!("the request is not JSON: {error}"),
        )
    })?;
    if !whole.get().starts_with('[') {
        return Ok(Body::Single(read_item(whole)));
    }
    let items: Vec<&RawValue> =
        serde_json::from_str(whole.get()).map_err(|_| Failure::of(Reason::ParseError))?;
    match items.len() {
        0 => Err(Failure::new(Reason::InvalidRequest, "the batch is empty")),
        1..=MAX_BATCH => Ok(Body::Batch(items.into_iter().map(read_item).collect())),
        more => Err(Failure::new(
            Reason::InvalidRequest,
            format!("the batch has {more} calls; at most {MAX_BATCH} are taken"),
        )),
    }
}

fn read_item(raw: &RawValue) -> Item<'_> {
    let invalid = |id, why: &str| {
        let text = format!("the request is not a JSON-RPC 2.0 request: {why}");
        Item::Invalid(id, Failure::new(Reason::InvalidRequest, text))
    };
    if !raw.get().starts_with('{') {
        return invalid(None, "it is not an object");
    }
    let Ok(members) = serde_json::from_str::<Members<'_>>(raw.get()) else {
        return invalid(None, "a member occurs twice");
    };
    let id = members.id.filter(|id| is_id(id));
    if members.id.is_some() && id.is_none() {
        return invalid(None, "`id` must be a string, a number or null");
    }
    let text =
        |raw: Option<&RawValue>| raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    if text(members.jsonrpc).as_deref() != Some("2.0") {
        return invalid(id, "`jsonrpc` must be \"2.0\"");
    }
    let Some(method) = text(members.method) else {
        return invalid(id, "`method` must be a string");
    };
    if members
        .params
        .is_some_and(|params| !params.get().starts_with(['{', '[']))
    {
        return invalid(id, "`params` must be an object");
    }
    Item::Call(Call {
        id,
        method,
        params: members.params,
    })
}

fn is_id(raw: &RawValue) -> bool {
    let text = raw.get();
    text == "null" || text.starts_with(|c: char| c == '"' || c == '-' || c.is_ascii_digit())
}

/// The id of a body that is a single call, for answers given before the body is read.
pub(super) fn peek_id(body: &[u8]) -> Option<&RawValue> {
    match read(body) {
        Ok(Body::Single(Item::Call(call))) => call.id,
        Ok(Body::Single(Item::Invalid(id, _))) => id,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn single(body: &str) -> String {
        match read(body.as_bytes()) {
            Ok(Body::Single(Item::Call(call))) => format!(
                "{} {} {}",
                call.method,
                call.id.map_or("-", RawValue::get),
                call.params.map_or("-", RawValue::get)
            ),
            Ok(Body::Single(Item::Invalid(id, failure))) => {
                format!(
                    "{} {}",
                    failure.reason.code(),
                    id.map_or("-", RawValue::get)
                )
            }
            Ok(Body::Batch(items)) => format!("batch of {}", items.len()),
            Err(failure) => failure.reason.code().to_string(),
        }
    }

    #[test]
    fn every_form_of_request_is_told_apart() {
        for (body, expected) in [
            (
                r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":1}}"#,
                r#"m 1 {"a":1}"#,
            ),
            (r#"{"jsonrpc":"2.0","id":null,"method":"m"}"#, "m null -"),
            (r#"{"jsonrpc":"2.0","method":"m"}"#, "m - -"),
            (
                r#"{"jsonrpc":"2.0","id":"x","method":"m","params":[1]}"#,
                r#"m "x" [1]"#,
            ),
            (
                r#"{"jsonrpc":"2.0","id":123456789012345678901234567890,"method":"m"}"#,
                "m 123456789012345678901234567890 -",
            ),
            (r#"{"jsonrpc":"1.0","id":5,"method":"m"}"#, "-32600 5"),
            (r#"{"id":5,"method":"m"}"#, "-32600 5"),
            (r#"{"jsonrpc":"2.0","id":5}"#, "-32600 5"),
            (r#"{"jsonrpc":"2.0","id":5,"method":1}"#, "-32600 5"),
            (
                r#"{"jsonrpc":"2.0","id":5,"method":"m","params":7}"#,
                "-32600 5",
            ),
            (
                r#"{"jsonrpc":"2.0","id":5,"method":"m","params":null}"#,
                "-32600 5",
            ),
            (r#"{"jsonrpc":"2.0","id":{},"method":"m"}"#, "-32600 -"),
            (r#"{"jsonrpc":"2.0","id":true,"method":"m"}"#, "-32600 -"),
            (
                r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"m"}"#,
                "-32600 -",
            ),
            ("7", "-32600 -"),
            ("[]", "-32600"),
            ("[1,2]", "batch of 2"),
            ("", "-32700"),
            ("{", "-32700"),
            (r#"{"jsonrpc":"2.0"} x"#, "-32700"),
        ] {
            assert_eq!(single(body), expected, "{body}");
        }
    }

    #[test]
    fn deep_nesting_costs_no_stack() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert_eq!(single(&deep), "batch of 1");
        let inside = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"m","params":{deep}}}"#);
        assert!(single(&inside).starts_with("m 1 "));
    }

    #[test]
    fn a_batch_has_a_limit() {
        let batch = format!("[{}1]", "1,".repeat(MAX_BATCH));
        assert_eq!(single(&batch), "-32600");
    }
}
