//! Data of customers, put there by a stock S3 client.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use serde_json::Value;

/// Keys that clients and servers stumble over.
pub fn odd_keys() -> Vec<String> {
    let long = "l".repeat(1024);
    let keys = [
        "plain",
        "with space",
        " leading space",
        "trailing space ",
        "100%",
        "%41",
        "a+b",
        "a%2Bb",
        "/leading slash",
        "double//slash",
        "dot/./dot",
        "up/../up",
        "end/",
        "quote\"'<>&",
        "ä-ö-ü-ß",
        "\u{1f600}",
        "control\u{1}",
        "line\nbreak",
        "tab\tstop",
        "return\rhere",
        "not a character\u{fffe}",
        long.as_str(),
    ];
    keys.map(str::to_owned).to_vec()
}

/// A client with the keys that CreateAccount gave.
pub fn client(made: &Value) -> Client {
    let text = |name: &str| made[name].as_str().expect("text");
    client_of(
        text("endpoint"),
        text("access_key_id"),
        text("secret_access_key"),
    )
}

pub fn client_of(endpoint: &str, key: &str, secret: &str) -> Client {
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .force_path_style(true)
        .credentials_provider(Credentials::new(key, secret, None, None, "test"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .build();
    Client::from_conf(config)
}

/// Three buckets: one with versions and markers of every odd key, one that never kept versions, and one with nothing
/// but unfinished uploads. Answers how many versions, markers and uploads there are.
pub async fn load(s3: &Client, prefix: &str) -> i64 {
    let bucket = |name: &str| format!("{prefix}-{name}");
    for name in ["versions", "plain", "uploads"] {
        let made = s3.create_bucket().bucket(bucket(name)).send().await;
        made.expect("a bucket");
    }
    let versioning = VersioningConfiguration::builder()
        .status(BucketVersioningStatus::Enabled)
        .build();
    let switched = s3.put_bucket_versioning().bucket(bucket("versions"));
    let switched = switched.versioning_configuration(versioning).send().await;
    switched.expect("versions are kept");
    let put = async |name: &str, key: &str, body: &'static [u8]| {
        let request = s3.put_object().bucket(bucket(name)).key(key);
        let put = request.body(ByteStream::from_static(body)).send().await;
        put.unwrap_or_else(|error| panic!("{key:?}: {error:?}"));
    };
    let mut count = 0;
    for key in odd_keys() {
        put("plain", &key, b"one").await;
        put("versions", &key, b"first").await;
        put("versions", &key, b"second").await;
        let marker = s3.delete_object().bucket(bucket("versions")).key(&key);
        marker.send().await.expect("a marker");
        count += 4;
    }
    for (name, key) in [
        ("uploads", "half"),
        ("uploads", "half"),
        ("uploads", "other half"),
        ("versions", "half"),
    ] {
        let upload = s3.create_multipart_upload().bucket(bucket(name)).key(key);
        let upload = upload.send().await.expect("an upload");
        let part = s3.upload_part().bucket(bucket(name)).key(key);
        let part = part.set_upload_id(upload.upload_id).part_number(1);
        part.body(b"part".to_vec().into())
            .send()
            .await
            .expect("a part");
        count += 1;
    }
    count
}
