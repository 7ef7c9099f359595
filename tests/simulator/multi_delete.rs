//! Deleting many keys at once: checksums, the number of keys, characters, and what is counted.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ostor_bridge::simulator::{Deletions, Simulator};
use s3s::crypto::{Checksum as _, Crc32, Md5, Sha256};

use crate::support::{Pair, call, key, multi_delete, s3_status, signed_v4, signed_v4_with, start};

const TARGET: &str = "/held?delete=";

/// A simulator with an object `a` in a bucket `held`, and its owner's key.
async fn with_object(profile: &str) -> (Simulator, Pair) {
    let simulator = start(profile).await;
    let user = simulator.add_user("new@example.com", false);
    simulator.add_object(&user.id, "held", "a", 1);
    (simulator, key(&user))
}

fn document(keys: &[&str]) -> String {
    let objects = keys
        .iter()
        .map(|key| format!("<Object><Key>{key}</Key></Object>"));
    format!("<Delete>{}</Delete>", objects.collect::<String>())
}

#[tokio::test]
async fn a_checksum_is_demanded_and_checked() {
    let body = document(&["a"]);
    let body = body.as_bytes();
    let md5 = STANDARD.encode(Md5::checksum(body));
    let crc32 = STANDARD.encode(Crc32::checksum(body));
    let sha256 = STANDARD.encode(Sha256::checksum(body));
    let other = STANDARD.encode(Md5::checksum(b"another"));
    let fine = (200, "");
    let missing = (400, "InvalidRequest");
    let differs = (400, "BadDigest");
    let cases = [
        (vec![], missing, missing),
        (vec![("content-md5", md5.as_str())], fine, fine),
        (
            vec![("x-amz-checksum-crc32", crc32.as_str())],
            fine,
            missing,
        ),
        (
            vec![("x-amz-checksum-sha256", sha256.as_str())],
            fine,
            missing,
        ),
        (vec![("content-md5", other.as_str())], differs, differs),
        (
            vec![("content-md5", "bm9uZQ==")],
            (400, "InvalidDigest"),
            (400, "InvalidDigest"),
        ),
        (
            vec![("x-amz-checksum-crc32", md5.as_str())],
            differs,
            differs,
        ),
        (
            vec![
                ("content-md5", md5.as_str()),
                ("x-amz-checksum-sha256", crc32.as_str()),
            ],
            differs,
            differs,
        ),
    ];
    for (headers, newer, older) in cases {
        for (profile, expected) in [("vhi-7.1", newer), ("multi-delete-md5=on", older)] {
            let (simulator, pair) = with_object(profile).await;
            let answer = signed_v4_with(&simulator, &pair, "POST", TARGET, &headers, body).await;
            assert_eq!(answer.refusal(), expected, "{profile} {headers:?}");
            let left = simulator.buckets()[0].objects;
            assert_eq!(left, usize::from(expected != fine), "{profile} {headers:?}");
        }
    }
}

#[tokio::test]
async fn a_thousand_keys_at_most() {
    let (simulator, pair) = with_object("vhi-7.1").await;
    let names: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names[0] = "a";
    for count in [0, 1001] {
        let document = document(&names[..count]);
        let answer = multi_delete(&simulator, &pair, "held", &[], &document).await;
        assert_eq!(answer.refusal(), (400, "MalformedXML"), "{count}");
    }
    assert_eq!(simulator.buckets()[0].objects, 1);
    let answer = multi_delete(&simulator, &pair, "held", &[], &document(&names[..1000])).await;
    assert_eq!(answer.body.matches("<Deleted>").count(), 1000);
    assert_eq!(simulator.buckets()[0].objects, 0);
}

#[tokio::test]
async fn keys_that_no_xml_can_name_are_deleted_one_by_one() {
    let (simulator, pair) = with_object("vhi-7.1").await;
    let owner = simulator.buckets().remove(0).owner_id;
    for name in ["line\nbreak", "carriage\rreturn", " spaces ", "bell\u{7}"] {
        simulator.add_object(&owner, "held", name, 1);
    }
    for wrong in ["bell\u{7}", "bell&#7;"] {
        let answer = multi_delete(&simulator, &pair, "held", &[], &document(&[wrong])).await;
        assert_eq!(answer.refusal(), (400, "MalformedXML"), "{wrong:?}");
    }
    let named = document(&["line&#10;break", "carriage&#xD;return", " spaces ", "a"]);
    multi_delete(&simulator, &pair, "held", &[], &named).await;
    let answer = signed_v4(&simulator, &pair, "GET", "/held?encoding-type=url", b"").await;
    let keys: Vec<_> = answer.body.match_indices("<Key>").collect();
    assert!(
        keys.len() == 1 && answer.body.contains("<Key>bell%07</Key>"),
        "{answer:?}"
    );
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held/bell%07", b"").await,
        204
    );
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held", b"").await,
        204
    );
}

#[tokio::test]
async fn deletions_are_counted_by_owner() {
    let (simulator, pair) = with_object("vhi-7.1").await;
    let owner = simulator.buckets().remove(0).owner_id;
    let other = simulator.add_user("other@example.com", false);
    simulator.add_object(&other.id, "others", "b", 1);
    let refused = multi_delete(&simulator, &pair, "others", &[], &document(&["b"])).await;
    assert_eq!(refused.refusal(), (403, "AccessDenied"));
    assert!(simulator.deletions().is_empty());

    let enabled = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    let versioning = "/held?versioning=";
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", versioning, enabled).await,
        200
    );
    let begun = signed_v4(&simulator, &pair, "POST", "/held/u?uploads=", b"").await;
    let (_, id) = begun.body.split_once("<UploadId>").expect("an upload");
    let upload = format!("/held/u?uploadId={}", id.split('<').next().expect("an id"));
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", &upload, b"").await,
        204
    );
    let hidden = signed_v4(&simulator, &pair, "DELETE", "/held/a", b"").await;
    let marker = format!("/held/a?versionId={}", hidden.header("x-amz-version-id"));
    for target in [
        marker.as_str(),
        marker.as_str(),
        "/held/a?versionId=null",
        "/held",
    ] {
        let status = s3_status(&simulator, &pair, "DELETE", target, b"").await;
        assert_eq!(status, 204, "{target}");
    }
    let expected = Deletions {
        owner_id: owner,
        versions: 1,
        markers: 1,
        hidden: 1,
        uploads: 1,
        buckets: 1,
    };
    assert_eq!(simulator.deletions(), [expected]);
}

#[tokio::test]
async fn old_gateways_know_no_versions() {
    let (simulator, pair) = with_object("versions=off").await;
    for target in ["/held?versions=", "/held?versioning="] {
        let answer = signed_v4(&simulator, &pair, "GET", target, b"").await;
        assert_eq!(answer.refusal(), (501, "NotImplemented"), "{target}");
    }
    let answer = multi_delete(&simulator, &pair, "held", &[], &document(&["a"])).await;
    assert_eq!((answer.status, simulator.buckets()[0].objects), (200, 0));
}

#[tokio::test]
async fn no_key_of_a_disabled_user_deletes_anything() {
    let (simulator, pair) = with_object("vhi-7.1").await;
    let account = call(
        &simulator,
        "POST",
        "ostor-accounts&emailAddress=new@example.com&accountName=backup",
    )
    .await;
    assert_eq!(account.status, 200, "{account:?}");
    let account = simulator.users()[1].accounts[0].keys[0].clone();
    let of = "ostor-users&emailAddress=new@example.com";
    call(&simulator, "POST", &format!("{of}&disable")).await;
    for pair in [&pair, &account] {
        let answer = multi_delete(&simulator, pair, "held", &[], &document(&["a"])).await;
        assert_eq!(answer.refusal(), (403, "AccessDenied"));
        let list = signed_v4(&simulator, pair, "GET", "/held?versions=", b"").await;
        assert_eq!(list.refusal(), (403, "AccessDenied"));
    }
    call(&simulator, "POST", &format!("{of}&enable")).await;
    let answer = multi_delete(&simulator, &account, "held", &[], &document(&["a"])).await;
    assert_eq!((answer.status, simulator.buckets()[0].objects), (200, 0));
}
