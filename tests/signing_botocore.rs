//! Signature version 2 against an independent implementation: botocore's, on random plain S3 requests.
//!
//! The `ostor-*` calls are left out, because only the gateway has their rule. Requests keep to what both sides
//! support: sub-resources, `x-amz-*` headers (repeated ones too), content type and digest; no `x-amz-date`.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use http::{HeaderMap, HeaderName, HeaderValue};
use ostor_bridge::ostor::signature::{v2_signature, v2_string_to_sign};
use rand::{
    RngExt as _, SeedableRng as _,
    rngs::StdRng,
    seq::{IndexedRandom as _, SliceRandom as _},
};

const REQUESTS: usize = 600;

struct Case {
    method: &'static str,
    target: String,
    headers: Vec<(String, String)>,
    key: String,
    secret: String,
}

#[test]
fn botocore_computes_the_same_v2_signatures() {
    let python = std::env::var("OSTOR_TEST_PYTHON").expect(
        "OSTOR_TEST_PYTHON must name a Python interpreter that has botocore: run the tests with tests/run.sh, \
         which prepares one",
    );
    // Fixed, so that a failure can be repeated.
    let mut random = StdRng::seed_from_u64(2);
    let cases: Vec<Case> = (0..REQUESTS).map(|_| case(&mut random)).collect();
    let theirs = botocore(&python, &cases);
    assert_eq!(theirs.len(), REQUESTS, "one signature for each request");
    for (case, theirs) in cases.iter().zip(theirs) {
        let headers: HeaderMap = headers(case);
        let text = v2_string_to_sign(case.method, &headers, &case.target);
        let ours = v2_signature(&case.secret.as_str().into(), &text);
        assert_eq!(
            ours, theirs,
            "{} {}\nour string-to-sign:\n{text}",
            case.method, case.target
        );
    }
}

fn headers(case: &Case) -> HeaderMap {
    let pairs = case.headers.iter().map(|(name, value)| {
        (
            HeaderName::from_bytes(name.as_bytes()).expect("a header name"),
            HeaderValue::from_str(value).expect("a header value"),
        )
    });
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(name, value);
    }
    headers
}

fn botocore(python: &str, cases: &[Case]) -> Vec<String> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/signing_botocore.py");
    let mut child = Command::new(python)
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the interpreter named by OSTOR_TEST_PYTHON starts");
    let mut lines = String::new();
    for case in cases {
        let headers = serde_json::to_string(&case.headers).expect("JSON");
        let fields = [case.method, &case.target, &headers, &case.key, &case.secret];
        lines.push_str(&fields.join("\t"));
        lines.push('\n');
    }
    let mut input = child.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("the script ends");
    writer
        .join()
        .expect("no panic")
        .expect("the script reads its input");
    assert!(
        output.status.success(),
        "the script failed: is botocore installed for {python}?"
    );
    String::from_utf8(output.stdout)
        .expect("text")
        .lines()
        .map(str::to_owned)
        .collect()
}

fn case(random: &mut StdRng) -> Case {
    Case {
        method: ["GET", "PUT", "POST", "DELETE", "HEAD"]
            .choose(random)
            .expect("a verb"),
        target: target(random),
        headers: request_headers(random),
        key: word(random, 20),
        secret: word(random, 40),
    }
}

fn target(random: &mut StdRng) -> String {
    let mut target = format!("/{}", word(random, 12));
    if random.random_bool(0.6) {
        for _ in 0..random.random_range(1..4) {
            target.push('/');
            target.push_str(&encoded(random));
        }
    }
    let mut parameters = Vec::new();
    for name in [
        "acl",
        "uploads",
        "versioning",
        "versions",
        "location",
        "logging",
        "policy",
        "website",
        "delete",
    ] {
        if random.random_bool(0.08) {
            parameters.push(name.to_owned());
        }
    }
    for name in [
        "uploadId",
        "partNumber",
        "versionId",
        "response-content-type",
        "response-expires",
    ] {
        if random.random_bool(0.15) {
            parameters.push(format!("{name}={}", encoded(random)));
        }
    }
    // Outside the signature.
    for name in ["prefix", "max-keys", "marker", "ostor", "x-id"] {
        if random.random_bool(0.15) {
            parameters.push(format!("{name}={}", encoded(random)));
        }
    }
    parameters.shuffle(random);
    if !parameters.is_empty() {
        target.push('?');
        target.push_str(&parameters.join("&"));
    }
    target
}

fn request_headers(random: &mut StdRng) -> Vec<(String, String)> {
    let day = random.random_range(10..29);
    let zone = *["GMT", "+0000", "+0200"].choose(random).expect("a zone");
    let mut headers = vec![(
        "Date".to_owned(),
        format!("Tue, {day} Jun 2018 16:00:00 {zone}"),
    )];
    if random.random_bool(0.3) {
        headers.push((
            "Content-Type".to_owned(),
            "text/plain; charset=utf-8".to_owned(),
        ));
    }
    if random.random_bool(0.3) {
        headers.push(("Content-MD5".to_owned(), word(random, 24)));
    }
    if random.random_bool(0.3) {
        headers.push(("Range".to_owned(), "bytes=0-9".to_owned()));
    }
    for name in [
        "x-amz-content-sha256",
        "X-Amz-Acl",
        "x-amz-meta-a",
        "X-AMZ-META-B",
        "x-amz-meta-a",
    ] {
        if random.random_bool(0.4) {
            let value = format!(
                "{}{} {}",
                " ".repeat(random.random_range(0..3)),
                word(random, 5),
                word(random, 3)
            );
            headers.push((name.to_owned(), value));
        }
    }
    headers
}

fn word(random: &mut StdRng, length: usize) -> String {
    let letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    (0..length)
        .map(|_| char::from(*letters.choose(random).expect("a letter")))
        .collect()
}

/// A piece of path or query as it is sent: unreserved characters and escapes.
fn encoded(random: &mut StdRng) -> String {
    let pieces = [
        "a", "Z", "0", "-", "_", ".x", "~", "%20", "%2F", "%2B", "%25", "%C3%BC", "%3D", "%26",
    ];
    (0..random.random_range(1..9))
        .map(|_| *pieces.choose(random).expect("a piece"))
        .collect()
}
