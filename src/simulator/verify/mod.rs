//! Who signed a management call, proven from the raw request.
//!
//! Signature Version 2 in the textbook recipe and in the two others the Integration Guide prints
//! (`v2`), and Version 4 (`v4`). Nothing here is shared with the client side of this crate: both are
//! pinned to the same published cases instead, so they cannot agree on a common mistake.

mod v2;
mod v4;

use jiff::Timestamp;

use super::wire::{Failure, Request};

/// Allowed difference between the caller's clock and ours (assumed, as S3 elsewhere has it).
const MAX_SKEW_SECONDS: u64 = 15 * 60;

/// What the signature of a request turned out to be.
pub(super) struct Proof {
    /// The access key id it was made with.
    pub(super) key_id: String,
    /// `v2-A`, `v2-B`, `v2-C` or `v4`.
    pub(super) scheme: &'static str,
}

/// Proves a request's signature.
///
/// `secret_of` knows the secret of an access key id. `lenient` accepts all three V2 recipes.
pub(super) fn verify(
    request: &Request,
    now: Timestamp,
    lenient: bool,
    secret_of: impl Fn(&str) -> Option<String>,
) -> Result<Proof, Failure> {
    let authorization = request.header("authorization");
    let secret = |key_id: &str| {
        secret_of(key_id).ok_or_else(|| {
            Failure::new(
                403,
                "InvalidAccessKeyId",
                "The access key id you provided does not exist in our records.",
            )
        })
    };
    if let Some(credentials) = authorization.strip_prefix("AWS ") {
        let (key_id, signature) = credentials.split_once(':').ok_or_else(malformed)?;
        let secret = secret(key_id)?;
        check_skew(v2::date(request)?, now)?;
        let scheme = v2::recipe(request, &secret, signature, lenient).ok_or_else(mismatch)?;
        Ok(Proof {
            key_id: key_id.to_owned(),
            scheme,
        })
    } else if let Some(fields) = authorization.strip_prefix("AWS4-HMAC-SHA256") {
        let claim = v4::Claim::parse(fields).ok_or_else(malformed)?;
        let secret = secret(claim.key_id)?;
        check_skew(v4::date(request)?, now)?;
        v4::check_payload(request)?;
        if !claim.holds(request, &secret) {
            return Err(mismatch());
        }
        Ok(Proof {
            key_id: claim.key_id.to_owned(),
            scheme: "v4",
        })
    } else if authorization.is_empty() {
        Err(Failure::new(
            403,
            "AccessDenied",
            "The request is not signed.",
        ))
    } else {
        Err(malformed())
    }
}

/// What must change in a data request before `s3s` understands what stock clients sign.
pub(super) enum Adaptation {
    /// The same request signed for a region whose name `s3s` accepts (s3cmd signs for `US`), or by the textbook.
    Authorization(String),
    /// The slash that boto3 signs behind a bucket, but does not send.
    TrailingSlash,
}

/// Finds what a correctly signed data request needs, if anything. Its body is not looked at. `lenient` accepts the
/// guide's shell recipe.
pub(super) fn adaptation(
    request: &Request,
    lenient: bool,
    secret_of: impl Fn(&str) -> Option<String>,
) -> Option<Adaptation> {
    let authorization = request.header("authorization");
    if let Some(credentials) = authorization.strip_prefix("AWS ") {
        let (key_id, signature) = credentials.split_once(':')?;
        let secret = secret_of(key_id)?;
        let is_bucket = request.path.len() > 1 && !request.path[1..].contains('/');
        if is_bucket && v2::signs_with_slash(request, &secret, signature) {
            return Some(Adaptation::TrailingSlash);
        }
        let textbook = lenient.then(|| v2::textbook_of_shell(request, &secret, signature))??;
        return Some(Adaptation::Authorization(format!(
            "AWS {key_id}:{textbook}"
        )));
    }
    let claim = v4::Claim::parse(authorization.strip_prefix("AWS4-HMAC-SHA256")?)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if claim.region()?.bytes().all(plain) {
        return None;
    }
    let secret = secret_of(claim.key_id)?;
    let moved = claim
        .moved(request, &secret, "us-east-1")
        .map(Adaptation::Authorization);
    moved.filter(|_| claim.holds(request, &secret))
}

fn check_skew(signed: Timestamp, now: Timestamp) -> Result<(), Failure> {
    if signed.duration_since(now).unsigned_abs().as_secs() <= MAX_SKEW_SECONDS {
        return Ok(());
    }
    let message = "The difference between the request time and the server's time is too large.";
    Err(Failure::new(403, "RequestTimeTooSkewed", message))
}

fn mismatch() -> Failure {
    let message = "The request signature we calculated does not match the signature you provided. \
                   Check your key and signing method.";
    Failure::new(403, "SignatureDoesNotMatch", message)
}

fn malformed() -> Failure {
    Failure::bad("The Authorization header is invalid.")
}

/// `x-amz-*` headers as a signature covers them: lower-case names, sorted, `name:value` and a line feed.
fn amz_headers(request: &Request) -> String {
    let mut names: Vec<&str> = request
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .filter(|name| name.starts_with("x-amz-"))
        .collect();
    names.sort_unstable();
    names
        .iter()
        .map(|name| format!("{name}:{}\n", joined(request, name)))
        .collect()
}

/// All values of a header, trimmed, joined by commas.
fn joined(request: &Request, name: &str) -> String {
    let values: Vec<&str> = request
        .headers
        .get_all(name)
        .iter()
        .map(|value| value.to_str().unwrap_or("").trim())
        .collect();
    values.join(",")
}

#[cfg(test)]
pub(super) mod cases {
    //! The published cases: a made-up key, a fixed date.

    use super::*;

    pub(in super::super) const KEY: &str = "0123456789abcdefTEST";
    pub(in super::super) const SECRET: &str = "exampleSecretExampleSecretExampleSecret0";
    pub(in super::super) const DATE: &str = "Tue, 19 Jun 2018 16:00:00 +0000";

    pub(in super::super) fn request(
        method: &str,
        target: &str,
        headers: &[(&'static str, &str)],
    ) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers
                .iter()
                .map(|(name, value)| {
                    (
                        http::HeaderName::from_static(name),
                        http::HeaderValue::from_str(value).expect("a header value"),
                    )
                })
                .collect(),
            body: bytes::Bytes::new(),
        }
    }

    fn outcome(request: &Request, now: &str, lenient: bool) -> Result<&'static str, &'static str> {
        let now = now.parse().expect("a valid time");
        verify(request, now, lenient, |key| {
            (key == KEY).then(|| SECRET.to_owned())
        })
        .map(|proof| proof.scheme)
        .map_err(|failure| failure.code)
    }

    fn users(authorization: &str, date: &str) -> Request {
        request(
            "GET",
            "/?ostor-users",
            &[("authorization", authorization), ("date", date)],
        )
    }

    #[test]
    fn refusals_name_their_cause() {
        let at = "2018-06-19T16:14:59Z";
        let signed = "AWS 0123456789abcdefTEST:+bY2v/VlDq/PYS4UIMEgFhPsmMw=";
        assert_eq!(outcome(&users(signed, DATE), at, false), Ok("v2-A"));
        assert_eq!(
            outcome(&users(signed, DATE), "2018-06-19T16:15:01Z", false),
            Err("RequestTimeTooSkewed")
        );
        assert_eq!(
            outcome(&users(signed, DATE), "2018-06-19T15:44:59Z", false),
            Err("RequestTimeTooSkewed")
        );
        assert_eq!(
            outcome(&users(&signed.replace("bY", "bZ"), DATE), at, true),
            Err("SignatureDoesNotMatch")
        );
        assert_eq!(
            outcome(&users(&signed.replace("TEST", "NONE"), DATE), at, true),
            Err("InvalidAccessKeyId")
        );
        assert_eq!(outcome(&users(signed, ""), at, true), Err("AccessDenied"));
        assert_eq!(
            outcome(&users("Bearer x", DATE), at, true),
            Err("InvalidArgument")
        );
        assert_eq!(
            outcome(
                &request("GET", "/?ostor-users", &[("date", DATE)]),
                at,
                true
            ),
            Err("AccessDenied")
        );
    }
}
