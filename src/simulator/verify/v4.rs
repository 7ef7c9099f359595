//! Signature Version 4: HMAC-SHA256 over the whole request.
//!
//! Any region is accepted (which one a real gateway wants is not documented); the service must be
//! `s3`. The host must be signed. A payload hash other than `UNSIGNED-PAYLOAD` must fit the body.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

use super::joined;
use crate::simulator::wire::{Failure, Request};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What an `Authorization` header claims.
pub(super) struct Claim<'a> {
    pub(super) key_id: &'a str,
    /// `date/region/service/aws4_request`.
    scope: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

/// When the request says it was made.
pub(super) fn date(request: &Request) -> Result<Timestamp, Failure> {
    DateTime::strptime("%Y%m%dT%H%M%SZ", amz_date(request))
        .and_then(|time| time.to_zoned(TimeZone::UTC))
        .map(|time| time.timestamp())
        .map_err(|_| {
            Failure::new(
                403,
                "AccessDenied",
                "The request needs x-amz-date as YYYYMMDDTHHMMSSZ.",
            )
        })
}

fn amz_date(request: &Request) -> &str {
    match request.header("x-amz-date") {
        "" => request.header("date"),
        amz => amz,
    }
}

/// Refuses a body that is not the one whose hash was signed.
pub(super) fn check_payload(request: &Request) -> Result<(), Failure> {
    match request.header("x-amz-content-sha256") {
        "" | "UNSIGNED-PAYLOAD" => Ok(()),
        claimed if claimed.eq_ignore_ascii_case(&hex::encode(Sha256::digest(&request.body))) => {
            Ok(())
        }
        _ => {
            let message =
                "The provided x-amz-content-sha256 header does not match what was computed.";
            Err(Failure::new(400, "XAmzContentSHA256Mismatch", message))
        }
    }
}

impl<'a> Claim<'a> {
    /// Reads `Credential=…, SignedHeaders=…, Signature=…`.
    pub(super) fn parse(fields: &'a str) -> Option<Self> {
        let field = |name: &str| {
            fields
                .split(',')
                .find_map(|item| item.trim().strip_prefix(name)?.strip_prefix('='))
        };
        let (key_id, scope) = field("Credential")?.split_once('/')?;
        Some(Self {
            key_id,
            scope,
            signed_headers: field("SignedHeaders")?,
            signature: field("Signature")?,
        })
    }

    /// Whether the signature is the one the secret gives.
    pub(super) fn holds(&self, request: &Request, secret: &str) -> bool {
        let day = amz_date(request).get(..8);
        let host = self.signed_headers.split(';').any(|name| name == "host");
        let fits = |(claimed, region)| {
            day == Some(claimed)
                && self.signature(request, secret, claimed, region) == self.signature
        };
        host && self.day_and_region().is_some_and(fits)
    }

    /// The `Authorization` header that signs the same for another region.
    pub(super) fn moved(&self, request: &Request, secret: &str, region: &str) -> Option<String> {
        let (day, _) = self.day_and_region()?;
        let (key_id, signed) = (self.key_id, self.signed_headers);
        let signature = self.signature(request, secret, day, region);
        Some(format!(
            "AWS4-HMAC-SHA256 Credential={key_id}/{day}/{region}/s3/aws4_request, \
             SignedHeaders={signed}, Signature={signature}"
        ))
    }

    pub(super) fn region(&self) -> Option<&'a str> {
        self.day_and_region().map(|(_, region)| region)
    }

    fn day_and_region(&self) -> Option<(&'a str, &'a str)> {
        let parts: Vec<&str> = self.scope.split('/').collect();
        match parts[..] {
            [day, region, "s3", "aws4_request"] => Some((day, region)),
            _ => None,
        }
    }

    fn signature(&self, request: &Request, secret: &str, day: &str, region: &str) -> String {
        let time = amz_date(request);
        let canonical = hex::encode(Sha256::digest(self.canonical_request(request)));
        let scope = format!("{day}/{region}/s3/aws4_request");
        let string_to_sign = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{canonical}");
        let key = [day, region, "s3", "aws4_request"]
            .iter()
            .fold(format!("AWS4{secret}").into_bytes(), |key, part| {
                hmac(&key, part)
            });
        hex::encode(hmac(&key, &string_to_sign))
    }

    fn canonical_request(&self, request: &Request) -> String {
        let headers: String = self
            .signed_headers
            .split(';')
            .map(|name| format!("{name}:{}\n", collapsed(&joined(request, name))))
            .collect();
        let payload = match request.header("x-amz-content-sha256") {
            "" => hex::encode(Sha256::digest(&request.body)),
            claimed => claimed.to_owned(),
        };
        let query = canonical_query(&request.query);
        format!(
            "{}\n{}\n{query}\n{headers}\n{}\n{payload}",
            request.method, request.path, self.signed_headers
        )
    }
}

/// All parameters, encoded in the one permitted way and sorted; a flag is `name=`.
fn canonical_query(query: &str) -> String {
    let encode = |text: &str| {
        let bytes: Vec<u8> = percent_decode_str(text).collect();
        percent_encode(&bytes, UNRESERVED).to_string()
    };
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(name), encode(value)))
        .collect();
    pairs.sort_unstable();
    let pairs: Vec<String> = pairs
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    pairs.join("&")
}

fn collapsed(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key)
        .map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::cases::{KEY, SECRET, request};
    use super::*;

    const SIGNATURE: &str = "71d159338cca5538803e4a123c694812abc95ab8dea33217cf5c805f4056c2a6";

    fn published(target: &str) -> Request {
        request(
            "GET",
            target,
            &[
                ("host", "s3.example.com"),
                ("x-amz-date", "20180619T160000Z"),
                ("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
            ],
        )
    }

    fn claim(fields: &str) -> Claim<'_> {
        Claim::parse(fields).expect("a complete header")
    }

    fn fields(region: &str, headers: &str) -> String {
        format!(
            " Credential={KEY}/20180619/{region}/s3/aws4_request, SignedHeaders={headers}, Signature={SIGNATURE}"
        )
    }

    #[test]
    fn published_signature() {
        let headers = "host;x-amz-content-sha256;x-amz-date";
        let all = fields("us-east-1", headers);
        assert!(claim(&all).holds(
            &published("/?ostor-users&emailAddress=user%40example.com"),
            SECRET
        ));
        assert!(claim(&all).holds(
            &published("/?emailAddress=user@example.com&ostor-users="),
            SECRET
        ));
        assert!(!claim(&all).holds(
            &published("/?ostor-users&emailAddress=other%40example.com"),
            SECRET
        ));
        assert!(!claim(&all).holds(
            &published("/?ostor-users&emailAddress=user%40example.com"),
            "other"
        ));
        assert!(!claim(&fields("eu", headers)).holds(
            &published("/?ostor-users&emailAddress=user%40example.com"),
            SECRET
        ));
        assert!(
            !claim(&fields("us-east-1", "x-amz-date")).holds(&published("/?ostor-users"), SECRET)
        );
        assert_eq!(
            date(&published("/")).map(|time| time.as_second()).ok(),
            Some(1_529_424_000)
        );
        assert!(Claim::parse(" Credential=x, Signature=y").is_none());
    }

    #[test]
    fn a_signed_payload_must_be_the_body() {
        let empty = hex::encode(Sha256::digest(b""));
        let mut sent = request(
            "GET",
            "/?ostor-buckets&multi",
            &[("x-amz-content-sha256", &empty)],
        );
        assert!(check_payload(&sent).is_ok());
        sent.body = bytes::Bytes::from_static(b"[\"b\"]");
        assert_eq!(
            check_payload(&sent).map_err(|failure| failure.status),
            Err(400)
        );
    }
}
