//! S3 request signatures, versions 2 and 4, as pure functions over verb, headers and the target that is sent.
//!
//! Public so that they can be compared with other implementations; the client is their only caller in the
//! service. Version 2 is textbook S3 with one rule of the gateway: of an `ostor-*` call only the service name,
//! the first parameter, enters the string (Integration Guide, Preparing the environment).

use aws_credential_types::Credentials;
use aws_sigv4::{
    http_request::{
        PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningError,
        SigningSettings, UriPathNormalizationMode, sign,
    },
    sign::v4,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use secrecy::{ExposeSecret, SecretString};
use sha1::Sha1;

/// Parameters of plain S3 calls that are part of what a V2 signature covers; sorted.
const SUB_RESOURCES: [&str; 21] = [
    "acl",
    "delete",
    "lifecycle",
    "location",
    "logging",
    "notification",
    "partNumber",
    "policy",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

/// The string-to-sign of version 2. `target` is path and query as sent.
pub fn v2_string_to_sign(method: &str, headers: &HeaderMap, target: &str) -> String {
    let value = |name: &str| joined(headers, name);
    // Once x-amz-date is there, the date line stays empty and the header is signed with its kind.
    let date = if headers.contains_key("x-amz-date") {
        String::new()
    } else {
        value("date")
    };
    let mut text = format!(
        "{method}\n{}\n{}\n{date}\n",
        value("content-md5"),
        value("content-type")
    );
    let mut amz: Vec<&str> = headers
        .keys()
        .map(HeaderName::as_str)
        .filter(|name| name.starts_with("x-amz-"))
        .collect();
    amz.sort_unstable();
    for name in amz {
        text.push_str(name);
        text.push(':');
        text.push_str(&value(name));
        text.push('\n');
    }
    text.push_str(&v2_resource(target));
    text
}

/// `base64(HMAC-SHA1(secret, string_to_sign))`.
pub fn v2_signature(secret: &SecretString, string_to_sign: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.expose_secret().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(string_to_sign.as_bytes());
    BASE64.encode(mac.finalize().into_bytes())
}

/// The headers that version 4 adds to a request for `url`: time, payload mark and `Authorization`.
///
/// # Errors
/// When the address or a header cannot be put into canonical form.
pub fn v4_headers(
    method: &str,
    url: &str,
    access_key: &str,
    secret: &SecretString,
    region: &str,
    time: std::time::SystemTime,
) -> Result<HeaderMap, SigningError> {
    let credentials =
        Credentials::new(access_key, secret.expose_secret(), None, None, "ostor").into();
    let mut settings = SigningSettings::default();
    // S3 signs the path as sent, encoded once, and wants the payload mark as a header.
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    let params = v4::SigningParams::builder()
        .identity(&credentials)
        .region(region)
        .name("s3")
        .time(time)
        .settings(settings)
        .build()
        .expect("every parameter of the signature is set above")
        .into();
    let request = SignableRequest::new(
        method,
        url,
        std::iter::empty(),
        SignableBody::UnsignedPayload,
    )?;
    let mut signed = http::Request::new(());
    let (instructions, _signature) = sign(request, &params)?.into_parts();
    instructions.apply_to_request_http1x(&mut signed);
    let mut headers = std::mem::take(signed.headers_mut());
    for value in headers.values_mut() {
        value.set_sensitive(true);
    }
    Ok(headers)
}

/// The value of `Authorization` under version 2, marked as not to be shown.
pub(super) fn v2_authorization(
    access_key: &str,
    signature: &str,
) -> Result<(HeaderName, HeaderValue), header::InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(&format!("AWS {access_key}:{signature}"))?;
    value.set_sensitive(true);
    Ok((header::AUTHORIZATION, value))
}

fn joined(headers: &HeaderMap, name: &str) -> String {
    let values: Vec<_> = headers
        .get_all(name)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
        .collect();
    values.join(",")
}

fn v2_resource(target: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let first = query.split('&').next().unwrap_or_default();
    if first.starts_with("ostor-") {
        return format!("{path}?{first}");
    }
    let mut covered: Vec<_> = query.split('&').filter_map(sub_resource).collect();
    covered.sort_by_key(|(name, _)| *name);
    let covered: Vec<_> = covered.into_iter().map(|(_, text)| text).collect();
    if covered.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", covered.join("&"))
    }
}

/// The parameter as V2 covers it: the value, if any, is decoded.
fn sub_resource(parameter: &str) -> Option<(&str, String)> {
    let (name, value) = match parameter.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (parameter, None),
    };
    SUB_RESOURCES.binary_search(&name).ok()?;
    let text = match value {
        Some(value) => {
            let value = percent_encoding::percent_decode_str(value).decode_utf8_lossy();
            format!("{name}={value}")
        }
        None => name.to_owned(),
    };
    Some((name, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdefTEST";
    const SECRET: &str = "exampleSecretExampleSecretExampleSecret0";
    const DATE: &str = "Tue, 19 Jun 2018 16:00:00 +0000";
    const UNSIGNED: (&str, &str) = ("x-amz-content-sha256", "UNSIGNED-PAYLOAD");

    /// One known signature.
    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        /// Absent when the published recipe is not the one this client uses: then only the MAC is checked.
        request: Option<Request>,
        string_to_sign: String,
        signature: String,
    }

    /// Verb, target and headers.
    type Request = (String, String, Vec<(String, String)>);

    #[test]
    fn the_seven_known_v2_signatures_come_out() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../tests/fixtures/signing/v2.json"))
                .expect("cases");
        assert_eq!(cases.len(), 7);
        for case in cases {
            if let Some((method, target, headers)) = &case.request {
                let headers = headers
                    .iter()
                    .map(|(name, value)| {
                        (
                            name.parse::<HeaderName>().expect("a name"),
                            value.parse::<HeaderValue>().expect("a value"),
                        )
                    })
                    .collect();
                assert_eq!(
                    v2_string_to_sign(method, &headers, target),
                    case.string_to_sign,
                    "{}",
                    case.name
                );
            }
            assert_eq!(
                v2_signature(&SECRET.into(), &case.string_to_sign),
                case.signature,
                "{}",
                case.name
            );
        }
    }

    #[test]
    fn later_parameters_stay_outside_a_v2_service_call() {
        let headers: HeaderMap = [(header::DATE, HeaderValue::from_static(DATE))]
            .into_iter()
            .collect();
        assert_eq!(
            v2_string_to_sign("PUT", &headers, "/?ostor-limits&bucket=acl&acl"),
            format!("PUT\n\n\n{DATE}\n/?ostor-limits")
        );
    }

    #[test]
    fn sub_resources_are_sorted_and_decoded_and_others_left_out() {
        assert!(SUB_RESOURCES.is_sorted());
        assert_eq!(
            v2_resource("/b/k%20y?uploadId=a%2Fb&max-keys=3&partNumber=2&acl"),
            "/b/k%20y?acl&partNumber=2&uploadId=a/b"
        );
        assert_eq!(v2_resource("/bucket?prefix=x"), "/bucket");
    }

    #[test]
    fn amz_headers_are_sorted_and_joined_and_replace_the_date() {
        let mut headers = HeaderMap::new();
        headers.append(header::DATE, HeaderValue::from_static(DATE));
        headers.append("x-amz-meta-b", HeaderValue::from_static(" two "));
        headers.append("x-amz-meta-b", HeaderValue::from_static("three"));
        headers.append("x-amz-date", HeaderValue::from_static(DATE));
        assert_eq!(
            v2_string_to_sign("GET", &headers, "/b"),
            format!("GET\n\n\n\nx-amz-date:{DATE}\nx-amz-meta-b:two,three\n/b")
        );
    }

    #[test]
    fn the_known_v4_signature_comes_out() {
        let time = "2018-06-19T16:00:00Z"
            .parse::<jiff::Timestamp>()
            .expect("a time");
        let headers = v4_headers(
            "GET",
            "https://s3.example.com/?ostor-users&emailAddress=user%40example.com",
            KEY,
            &SECRET.into(),
            "us-east-1",
            time.into(),
        )
        .expect("a signature");
        assert_eq!(headers["x-amz-date"], "20180619T160000Z");
        assert_eq!(headers[UNSIGNED.0], UNSIGNED.1);
        assert_eq!(
            headers[header::AUTHORIZATION],
            "AWS4-HMAC-SHA256 Credential=0123456789abcdefTEST/20180619/us-east-1/s3/aws4_request, \
             SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
             Signature=71d159338cca5538803e4a123c694812abc95ab8dea33217cf5c805f4056c2a6"
        );
        assert!(headers[header::AUTHORIZATION].is_sensitive());
        assert_eq!(headers.len(), 3, "nothing else is added: {headers:?}");
    }
}
