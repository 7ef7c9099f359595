//! What a statistics object holds: requests and bytes by bucket and requester.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{
    super::json::{Node, Read, listing},
    StatisticsName,
};

/// A higher counter is broken: no gateway serves an exbibyte in one period.
const MOST: u64 = 1 << 60;

/// What one gateway process served in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsObject {
    /// When it began to count, in whole seconds.
    pub start: Timestamp,
    /// Seconds actually covered, which may be fewer or more than the name says.
    pub period: u64,
    /// One item per bucket, incarnation, requester and tag; the same bucket and requester may come again.
    pub items: Vec<StatisticsItem>,
}

/// What was served for one bucket to one requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatisticsItem {
    /// Name of the bucket; empty for requests that addressed none.
    pub bucket: String,
    /// Incarnation of the name, counted otherwise than in listings, which show 0.
    pub epoch: u64,
    /// Id of the user who asked, as sent; empty when nobody signed.
    pub user_id: String,
    /// How much.
    pub counters: Counters,
}

/// Requests by kind, and bytes of objects sent and received. Each at most 2^60.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Writes of objects and buckets.
    pub put: u64,
    /// Reads of objects.
    pub get: u64,
    /// Listings of buckets.
    pub list: u64,
    /// All other requests.
    pub other: u64,
    /// Bytes received from clients.
    pub uploaded: u64,
    /// Bytes sent to clients.
    pub downloaded: u64,
}

/// Reads the object called `name`.
pub(super) fn read(body: &[u8], name: &str) -> Read<StatisticsObject> {
    let object = listing(&with_quoted_service_id(body), "items", item)?;
    let (items, rest) = (object.items, Node::root(&object.rest));
    if let Some(count) = rest.optional("nr_items")?
        && count.whole()? != items.len() as u64
    {
        return Err(count.expected("the number of items"));
    }
    let start_ts = rest.required("start_ts")?;
    let start = i64::try_from(start_ts.whole()?)
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or_else(|| start_ts.expected("a time in seconds since 1970"))?;
    // The service id is taken from the name: the one in the object has come as text, as a number and as neither.
    if let Ok(name) = name.parse::<StatisticsName>() {
        if start.as_second() != name.start.as_second() {
            return Err(start_ts.expected("the start in the object's name"));
        }
        if let Some(id) = rest.optional("service_id")?
            && !service_id(&id)?.eq_ignore_ascii_case(&name.service_id)
        {
            return Err(id.expected("the service id in the object's name"));
        }
    }
    Ok(StatisticsObject {
        start,
        period: rest.required("period")?.whole()?,
        items,
    })
}

fn item(node: &Node<'_>) -> Read<StatisticsItem> {
    let key = node.required("key")?;
    let text = |name| key.optional(name)?.map(|text| text.text()).transpose();
    let user = text("user_id")?.map_or_else(|| text("user"), |id| Ok(Some(id)))?;
    Ok(StatisticsItem {
        bucket: text("bucket")?.unwrap_or_default().to_owned(),
        epoch: key
            .optional("epoch")?
            .map_or(Ok(0), |epoch| epoch.whole())?,
        user_id: user.unwrap_or_default().to_owned(),
        counters: counters(&node.required("counters")?)?,
    })
}

/// Members that are not named here are left out: they may count the same traffic again, by storage class or otherwise.
fn counters(node: &Node<'_>) -> Read<Counters> {
    let (ops, io) = (node.optional("ops")?, node.optional("net_io")?);
    if ops.is_none() && io.is_none() && !node.object()?.is_empty() {
        return Err(node.expected("an object with ops and net_io"));
    }
    let number = |group: &Option<Node<'_>>, name| {
        let Some(group) = group else { return Ok(0) };
        let Some(counter) = group.optional(name)? else {
            return Ok(0);
        };
        match counter.whole()? {
            count @ 0..=MOST => Ok(count),
            _ => Err(counter.expected("a count of at most 2^60")),
        }
    };
    Ok(Counters {
        put: number(&ops, "put")?,
        get: number(&ops, "get")?,
        list: number(&ops, "list")?,
        other: number(&ops, "other")?,
        uploaded: number(&io, "uploaded")?,
        downloaded: number(&io, "downloaded")?,
    })
}

fn service_id(node: &Node<'_>) -> Read<String> {
    match node.text() {
        Ok(text) => Ok(text.to_owned()),
        Err(_) => Ok(format!("{:016}", node.whole()?)),
    }
}

/// Some editions print the service id, which is hexadecimal, without quotes. Then `800000000000006a` is no JSON, and
/// `80000000000000e5` would be read as a power of ten.
fn with_quoted_service_id(body: &[u8]) -> Cow<'_, [u8]> {
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
