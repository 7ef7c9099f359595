//! Signature Version 2: HMAC-SHA1 over a few lines of the request.
//!
//! Only the first query parameter is covered. The Integration Guide prints three recipes that do not
//! agree: A is the textbook one (also seen in working clients), B the guide's shell function, which
//! lacks the Content-Type line, C its PHP function, which lacks the resource's leading slash.

use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use sha1::Sha1;

use super::amz_headers;
use crate::simulator::wire::{Failure, Request};

/// Parameters of a bucket that plain S3 signs as part of the resource.
const SUBRESOURCES: &[&str] = &[
    "acl",
    "cors",
    "delete",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "object-lock",
    "policy",
    "replication",
    "requestPayment",
    "tagging",
    "uploads",
    "versioning",
    "versions",
    "website",
];

/// When the request says it was made.
pub(super) fn date(request: &Request) -> Result<Timestamp, Failure> {
    let text = match request.header("x-amz-date") {
        "" => request.header("date"),
        amz => amz,
    };
    rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .map_err(|_| {
            Failure::new(
                403,
                "AccessDenied",
                "The request needs a valid Date or x-amz-date header.",
            )
        })
}

/// The recipe by which the signature fits, if any does.
pub(super) fn recipe(
    request: &Request,
    secret: &str,
    signature: &str,
    lenient: bool,
) -> Option<&'static str> {
    let candidates = [
        ("v2-A", textbook(request)),
        ("v2-B", shell(request)),
        ("v2-C", php(request)),
    ];
    let allowed = if lenient { candidates.len() } else { 1 };
    candidates
        .into_iter()
        .take(allowed)
        .find(|(_, string_to_sign)| sign(secret, string_to_sign) == signature)
        .map(|(name, _)| name)
}

fn textbook(request: &Request) -> String {
    lines(request, &resource(request))
}

fn lines(request: &Request, resource: &str) -> String {
    let date = if request.header("x-amz-date").is_empty() {
        request.header("date")
    } else {
        ""
    };
    format!(
        "{}\n{}\n{}\n{date}\n{}{}",
        request.method,
        request.header("content-md5"),
        request.header("content-type"),
        amz_headers(request),
        resource,
    )
}

fn shell(request: &Request) -> String {
    format!(
        "{}\n\n{}\n{}{}",
        request.method,
        request.header("date"),
        amz_headers(request),
        resource(request)
    )
}

fn php(request: &Request) -> String {
    format!(
        "{}\n\n\n{}\n{}",
        request.method,
        request.header("date"),
        resource(request).trim_start_matches('/')
    )
}

/// Whether a data request is signed as if its path ended in a slash.
pub(super) fn signs_with_slash(request: &Request, secret: &str, signature: &str) -> bool {
    sign(
        secret,
        &lines(
            request,
            &format!("{}/{}", request.path, subresources(request)),
        ),
    ) == signature
}

/// The textbook signature of a data request that the guide's shell function signed: the guide deletes buckets with it.
pub(super) fn textbook_of_shell(
    request: &Request,
    secret: &str,
    signature: &str,
) -> Option<String> {
    let resource = format!("{}{}", request.path, subresources(request));
    (sign(secret, &shell(request)) == signature).then(|| sign(secret, &lines(request, &resource)))
}

/// Parameters that belong to the resource in plain S3, sorted, as sent.
fn subresources(request: &Request) -> String {
    let mut found: Vec<&str> = request
        .query
        .split('&')
        .filter(|pair| SUBRESOURCES.contains(&pair.split('=').next().unwrap_or("")))
        .collect();
    found.sort_unstable();
    if found.is_empty() {
        String::new()
    } else {
        format!("?{}", found.join("&"))
    }
}

/// The path, and the first parameter as it was sent.
fn resource(request: &Request) -> String {
    match request
        .query
        .split('&')
        .next()
        .filter(|first| !first.is_empty())
    {
        Some(first) => format!("{}?{first}", request.path),
        None => request.path.clone(),
    }
}

fn sign(secret: &str, string_to_sign: &str) -> String {
    let mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes())
        .map(|mac| mac.chain_update(string_to_sign).finalize().into_bytes());
    mac.map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::cases::{DATE, SECRET, request};
    use super::*;

    #[test]
    fn published_signatures() {
        let unsigned = ("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        let date = ("date", DATE);
        let users = "/?ostor-users&emailAddress=a@b.c";
        for (method, target, headers, signature, expected) in [
            (
                "GET",
                users,
                vec![date],
                "+bY2v/VlDq/PYS4UIMEgFhPsmMw=",
                Some("v2-A"),
            ),
            (
                "GET",
                users,
                vec![date, unsigned],
                "2OjeFdMZmBUqa3U15400SDpUjjI=",
                Some("v2-A"),
            ),
            (
                "GET",
                users,
                vec![date, unsigned],
                "2l2cq33yvNUuPP8S7xYPx/3OuU4=",
                Some("v2-B"),
            ),
            (
                "GET",
                users,
                vec![date],
                "4CHAB5a5Ihb8b0ptsfjwJAk/yZI=",
                Some("v2-C"),
            ),
            (
                "GET",
                users,
                vec![date, ("content-type", "application/json")],
                "Dh5RmW29TKQCDHchZHbeVFuAinY=",
                Some("v2-A"),
            ),
            (
                "PUT",
                users,
                vec![date],
                "3YvnBnpquFrzN1U9IxbBtntlb2I=",
                Some("v2-A"),
            ),
            (
                "DELETE",
                "/bucketname",
                vec![date],
                "B0oRpRrjMZT/M7YviHJ4v3uIdIg=",
                Some("v2-A"),
            ),
            (
                "GET",
                users,
                vec![date],
                "3YvnBnpquFrzN1U9IxbBtntlb2I=",
                None,
            ),
            (
                "GET",
                "/?ostor-limits",
                vec![date],
                "+bY2v/VlDq/PYS4UIMEgFhPsmMw=",
                None,
            ),
        ] {
            let request = request(method, target, &headers);
            assert_eq!(
                recipe(&request, SECRET, signature, true),
                expected,
                "{method} {signature}"
            );
            let strict = expected.filter(|name| *name == "v2-A");
            assert_eq!(
                recipe(&request, SECRET, signature, false),
                strict,
                "{method} {signature}"
            );
        }
    }

    #[test]
    fn dates_with_an_offset_or_gmt() {
        for text in [
            "Tue, 19 Jun 2018 16:00:00 +0000",
            "Tue, 19 Jun 2018 16:00:00 GMT",
            "Tue, 19 Jun 2018 18:00:00 +0200",
        ] {
            let read = date(&request("GET", "/", &[("date", text)])).expect("a date");
            assert_eq!(read.as_second(), 1_529_424_000, "{text}");
        }
        assert!(date(&request("GET", "/", &[("date", "yesterday")])).is_err());
    }
}
