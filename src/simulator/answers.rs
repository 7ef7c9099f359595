//! How answers look on the wire: the gateway's headers, its errors, a proxy's page.

use std::time::Instant;

use http::header::{
    CONNECTION, CONTENT_TYPE, DATE, HeaderName, HeaderValue, SERVER, TRANSFER_ENCODING,
};
use http::{HeaderMap, Response};
use http_body_util::{BodyExt, Limited};
use jiff::Timestamp;
use s3s::{Body, HttpResponse};

use super::clock::http_date;
use super::data;
use super::profile::Profile;
use super::wire::{Failure, Reply};

/// Largest body that is spoilt, in bytes.
const MAX_BODY: usize = 16 << 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const REQUEST_MICROS: HeaderName = HeaderName::from_static("x-amz-req-time-micros");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amz-err-message");
const ERROR_CODE: HeaderName = HeaderName::from_static("x-amz-err-code");

/// What the headers of every answer tell.
pub(super) struct Written<'a> {
    pub(super) request_id: &'a str,
    /// When the request arrived.
    pub(super) began: Instant,
    /// The simulator's present.
    pub(super) now: Timestamp,
}

impl Written<'_> {
    fn put(&self, headers: &mut HeaderMap) {
        headers.insert(REQUEST_ID, value(self.request_id));
        headers.insert(
            REQUEST_MICROS,
            HeaderValue::from(u64::try_from(self.began.elapsed().as_micros()).unwrap_or(0)),
        );
        headers.insert(SERVER, HeaderValue::from_static("nginx"));
        headers.insert(DATE, value(&http_date(self.now)));
    }
}

/// An answer of a management service; `Err` are the bytes of one no HTTP library would send.
pub(super) fn management(
    answer: Result<Reply, Failure>,
    target: &str,
    profile: &Profile,
    written: &Written<'_>,
) -> Result<HttpResponse, Vec<u8>> {
    let response = plain(answer, target, profile, written);
    if profile.chunked_204 && response.status() == http::StatusCode::NO_CONTENT {
        let mut response = response;
        response
            .headers_mut()
            .insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        return Err(head(&response));
    }
    Ok(response)
}

/// A refusal of S3 that no request is to blame for.
pub(super) fn refusal(
    failure: Failure,
    target: &str,
    profile: &Profile,
    written: &Written<'_>,
) -> HttpResponse {
    plain(Err(failure), target, profile, written)
}

fn plain(
    answer: Result<Reply, Failure>,
    target: &str,
    profile: &Profile,
    written: &Written<'_>,
) -> HttpResponse {
    let (reply, failure) = match answer {
        Ok(reply) => (reply, None),
        Err(failure) => {
            let body = if profile.error_body {
                failure.xml(target, written.request_id)
            } else {
                String::new()
            };
            (
                Reply {
                    status: failure.status,
                    content_type: "application/xml",
                    body,
                },
                Some(failure),
            )
        }
    };
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() =
        http::StatusCode::from_u16(reply.status).unwrap_or(http::StatusCode::OK);
    let headers = response.headers_mut();
    written.put(headers);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.content_type));
    if let Some(failure) = failure.filter(|_| profile.error_headers) {
        headers.insert(ERROR_MESSAGE, value(&failure.message));
        headers.insert(ERROR_CODE, HeaderValue::from_static(failure.code));
    }
    response
}

/// An answer cut off: the head and half of the body, or half of the head without a body.
pub(super) async fn half(
    answer: Result<Reply, Failure>,
    target: &str,
    profile: &Profile,
    written: &Written<'_>,
) -> Vec<u8> {
    half_of(plain(answer, target, profile, written)).await
}

/// As [`half`], of an answer that is made already.
pub(super) async fn half_of(mut response: HttpResponse) -> Vec<u8> {
    let body = body_of(&mut response).await;
    if body.is_empty() {
        let mut bytes = head(&response);
        bytes.truncate(bytes.len() / 2);
        return bytes;
    }
    response
        .headers_mut()
        .insert(http::header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let mut bytes = head(&response);
    bytes.extend_from_slice(&body[..body.len() / 2]);
    bytes
}

/// An S3 answer whose status is 200 whatever it was, and whose body is broken: half of it, or nonsense.
pub(super) async fn broken_data(mut response: HttpResponse) -> HttpResponse {
    let body = body_of(&mut response).await;
    *response.status_mut() = http::StatusCode::OK;
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    *response.body_mut() = match body.len() {
        0 => Body::from("<?xml vers".to_owned()),
        length => Body::from(body.slice(..length / 2)),
    };
    response
}

/// 200 without a body.
pub(super) fn empty_data(written: &Written<'_>) -> HttpResponse {
    let mut response = Response::new(Body::empty());
    written.put(response.headers_mut());
    response
}

/// Takes the body, if it is not larger than documents are.
async fn body_of(response: &mut HttpResponse) -> bytes::Bytes {
    let body = Limited::new(std::mem::take(response.body_mut()), MAX_BODY);
    match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => bytes::Bytes::new(),
    }
}

/// An S3 answer with the gateway's own headers.
pub(super) fn of_data(
    mut response: HttpResponse,
    error_headers: bool,
    written: &Written<'_>,
) -> HttpResponse {
    let error = match response.status() {
        status if status.is_success() => None,
        _ => data::error_of(response.body()),
    };
    let headers = response.headers_mut();
    written.put(headers);
    if let Some((code, message)) = error.filter(|_| error_headers) {
        headers.insert(ERROR_MESSAGE, value(&message));
        headers.insert(ERROR_CODE, value(&code));
    }
    response
}

/// What a proxy shows when the gateway behind it does not answer.
pub(super) fn html_502() -> HttpResponse {
    let page = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n\
                <center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
    let mut response = Response::new(Body::from(page.to_owned()));
    *response.status_mut() = http::StatusCode::BAD_GATEWAY;
    response
        .headers_mut()
        .insert(SERVER, HeaderValue::from_static("nginx"));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// The head of an answer as bytes, for answers written past hyper. The connection ends after it.
fn head(response: &HttpResponse) -> Vec<u8> {
    let status = response.status();
    let mut text = format!(
        "HTTP/1.1 {} {}\r\n",
        status.as_u16(),
        status.canonical_reason().unwrap_or("")
    );
    for (name, value) in response.headers() {
        text.push_str(&format!(
            "{name}: {}\r\n",
            String::from_utf8_lossy(value.as_bytes())
        ));
    }
    text.push_str(&format!("{CONNECTION}: close\r\n\r\n"));
    text.into_bytes()
}

/// A header value; what does not fit into one is replaced.
fn value(text: &str) -> HeaderValue {
    let fit: String = text
        .chars()
        .map(|c| {
            if c.is_ascii() && !c.is_ascii_control() {
                c
            } else {
                '?'
            }
        })
        .collect();
    HeaderValue::from_str(&fit).unwrap_or(HeaderValue::from_static(""))
}
