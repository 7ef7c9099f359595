//! A bare HTTP client and two signers.

use std::io::ErrorKind;
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use base64::Engine as _;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use ostor_bridge::simulator::{Options, Profile, Simulator, UserView};
use s3s::crypto::{Checksum as _, Md5};
use serde_json::Value;
use sha1::Sha1;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// No exchange takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A pair of access key id and secret.
pub type Pair = (String, String);

/// What came back, however it ended.
#[derive(Debug, Default)]
pub struct Answer {
    /// 0 when no complete head arrived.
    pub status: u16,
    pub head: String,
    pub body: String,
    /// How reading ended other than by the connection's orderly close.
    pub error: Option<ErrorKind>,
}

impl Answer {
    /// A header's value, or an empty text.
    pub fn header(&self, name: &str) -> &str {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map_or("", |(_, value)| value)
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and error code.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status, self.header("x-amz-err-code"))
    }
}

/// A simulator with this profile whose clock shows the machine's time.
pub async fn start(profile: &str) -> Simulator {
    start_at(profile, None).await
}

/// A simulator with this profile whose clock starts here.
pub async fn start_at(profile: &str, clock: Option<&str>) -> Simulator {
    let options = Options {
        profile: profile.parse::<Profile>().expect("a valid profile"),
        clock: clock.map(|time| time.parse().expect("a valid time")),
        ..Options::default()
    };
    Simulator::start(options).await.expect("a free port")
}

/// The system user's key.
pub fn system() -> Pair {
    let options = Options::default();
    (options.system_key, options.system_secret)
}

/// A user's first key.
pub fn key(user: &UserView) -> Pair {
    user.keys[0].clone()
}

/// Sends bytes and reads until the other side ends the connection.
pub async fn exchange(simulator: &Simulator, request: Vec<u8>) -> Answer {
    let talk = async {
        let mut stream = TcpStream::connect(simulator.addr()).await?;
        stream.write_all(&request).await?;
        let mut bytes = Vec::new();
        let end = stream.read_to_end(&mut bytes).await;
        Ok::<_, std::io::Error>((bytes, end))
    };
    let (bytes, error) = match tokio::time::timeout(PATIENCE, talk).await {
        Ok(Ok((bytes, end))) => (bytes, end.err().map(|error| error.kind())),
        Ok(Err(error)) => (Vec::new(), Some(error.kind())),
        Err(_) => (Vec::new(), Some(ErrorKind::TimedOut)),
    };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let complete = text.contains("\r\n\r\n");
    let status = head
        .split(' ')
        .nth(1)
        .filter(|_| complete)
        .and_then(|status| status.parse().ok());
    Answer {
        status: status.unwrap_or(0),
        head: head.to_owned(),
        body: body.to_owned(),
        error,
    }
}

/// Writes a request with these headers, `Host`, `Content-Length` and `Connection: close`.
pub fn written(
    simulator: &Simulator,
    verb: &str,
    target: &str,
    headers: &[(String, String)],
    body: &[u8],
) -> Vec<u8> {
    let mut text = format!(
        "{verb} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
        simulator.addr()
    );
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    [text.as_bytes(), body].concat()
}

/// `Tue, 19 Jun 2018 16:00:00 +0000`.
pub fn date(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// `Authorization` of Version 2 over a given string.
pub fn v2(pair: &Pair, string_to_sign: &str) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(pair.1.as_bytes()).expect("any key length");
    mac.update(string_to_sign.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    format!("AWS {}:{signature}", pair.0)
}

/// A request signed by the textbook recipe of Version 2 over `resource`, at the simulator's time.
pub async fn signed_v2(
    simulator: &Simulator,
    pair: &Pair,
    verb: &str,
    target: &str,
    resource: &str,
    body: &[u8],
) -> Answer {
    let date = date(simulator.now());
    let authorization = v2(pair, &format!("{verb}\n\n\n{date}\n{resource}"));
    let headers = [
        ("Date".to_owned(), date),
        ("Authorization".to_owned(), authorization),
    ];
    exchange(simulator, written(simulator, verb, target, &headers, body)).await
}

/// A management call of the system user: `call(&s, "GET", "ostor-users&id=1")`.
pub async fn call(simulator: &Simulator, verb: &str, query: &str) -> Answer {
    call_with(simulator, verb, query, b"").await
}

/// A management call with a body.
pub async fn call_with(simulator: &Simulator, verb: &str, query: &str, body: &[u8]) -> Answer {
    let resource = format!("/?{}", query.split('&').next().unwrap_or(""));
    signed_v2(
        simulator,
        &system(),
        verb,
        &format!("/?{query}"),
        &resource,
        body,
    )
    .await
}

/// A request to the admin route.
pub async fn admin(simulator: &Simulator, verb: &str, path: &str, body: &str) -> Answer {
    exchange(
        simulator,
        written(simulator, verb, path, &[], body.as_bytes()),
    )
    .await
}

/// Names of statistics objects as listed: `names(&s, "&limit=4")`.
pub async fn names(simulator: &Simulator, query: &str) -> Vec<String> {
    let list = call(simulator, "GET", &format!("ostor-usage{query}"))
        .await
        .json();
    serde_json::from_value(list["items"].clone()).expect("names")
}

/// A request signed by the public implementation of Version 4, at the machine's time.
pub async fn signed_v4(
    simulator: &Simulator,
    pair: &Pair,
    verb: &str,
    target: &str,
    body: &[u8],
) -> Answer {
    signed_v4_at(simulator, pair, verb, target, body, SystemTime::now()).await
}

/// The status that [`signed_v4`] is answered with.
pub async fn s3_status(
    simulator: &Simulator,
    pair: &Pair,
    verb: &str,
    target: &str,
    body: &[u8],
) -> u16 {
    signed_v4(simulator, pair, verb, target, body).await.status
}

/// As [`signed_v4`], with further headers, which are signed as well.
pub async fn signed_v4_with(
    simulator: &Simulator,
    pair: &Pair,
    verb: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let time = SystemTime::now();
    let headers = signed_headers(simulator, pair, verb, target, headers, body, time);
    exchange(simulator, written(simulator, verb, target, &headers, body)).await
}

/// As [`signed_v4`], at a given time.
pub async fn signed_v4_at(
    simulator: &Simulator,
    pair: &Pair,
    verb: &str,
    target: &str,
    body: &[u8],
    time: SystemTime,
) -> Answer {
    let headers = signed_headers(simulator, pair, verb, target, &[], body, time);
    exchange(simulator, written(simulator, verb, target, &headers, body)).await
}

/// A multi-delete with the checksum that it needs.
pub async fn multi_delete(
    simulator: &Simulator,
    pair: &Pair,
    bucket: &str,
    headers: &[(&str, &str)],
    document: &str,
) -> Answer {
    let md5 = base64::engine::general_purpose::STANDARD.encode(Md5::checksum(document.as_bytes()));
    let headers = [&[("content-md5", md5.as_str())], headers].concat();
    let target = format!("/{bucket}?delete=");
    signed_v4_with(
        simulator,
        pair,
        "POST",
        &target,
        &headers,
        document.as_bytes(),
    )
    .await
}

/// The given headers and those of a Version 4 signature over them.
fn signed_headers(
    simulator: &Simulator,
    pair: &Pair,
    verb: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
    time: SystemTime,
) -> Vec<(String, String)> {
    let identity = Credentials::new(&pair.0, &pair.1, None, None, "test").into();
    let mut settings = SigningSettings::default();
    settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    // S3 differs from other services here: paths are encoded once and not normalised.
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name("s3")
        .time(time)
        .settings(settings)
        .build()
        .expect("all parameters are set")
        .into();
    let url = format!("{}{target}", simulator.endpoint());
    let request = SignableRequest::new(
        verb,
        &url,
        headers.iter().copied(),
        SignableBody::Bytes(body),
    )
    .expect("a valid request");
    let (instructions, _) = sign(request, &params).expect("a signature").into_parts();
    headers
        .iter()
        .copied()
        .chain(instructions.headers())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
