//! Object lock: what cannot be deleted, by whom, and until when.

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::simulator::Simulator;

use crate::support::{
    Answer, Pair, key, multi_delete, s3_status, signed_v4, signed_v4_with, start_at,
};

const NOW: &str = "2026-03-01T12:00:00Z";
const BYPASS: (&str, &str) = ("x-amz-bypass-governance-retention", "true");

/// A simulator at [`NOW`] with a bucket `held` under object lock, and its owner's key.
async fn held() -> (Simulator, Pair) {
    let simulator = start_at("vhi-7.1", Some(NOW)).await;
    let pair = key(&simulator.add_user("new@example.com", false));
    let lock = [("x-amz-bucket-object-lock-enabled", "true")];
    let made = signed_v4_with(&simulator, &pair, "PUT", "/held", &lock, b"").await;
    assert_eq!(made.status, 200);
    (simulator, pair)
}

fn days_from_now(days: i64) -> String {
    let now: Timestamp = NOW.parse().expect("a valid time");
    (now + SignedDuration::from_hours(24 * days)).to_string()
}

/// Writes an object under these headers; its version id.
async fn put(simulator: &Simulator, pair: &Pair, name: &str, headers: &[(&str, &str)]) -> String {
    let target = format!("/held/{name}");
    let put = signed_v4_with(simulator, pair, "PUT", &target, headers, b"data").await;
    assert_eq!(put.status, 200, "{put:?}");
    put.header("x-amz-version-id").to_owned()
}

async fn delete(
    simulator: &Simulator,
    pair: &Pair,
    name: &str,
    id: &str,
    headers: &[(&str, &str)],
) -> Answer {
    let target = format!("/held/{name}?versionId={id}");
    signed_v4_with(simulator, pair, "DELETE", &target, headers, b"").await
}

fn retention(mode: &str, until: &str) -> String {
    format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>")
}

#[tokio::test]
async fn locked_versions_stay_until_their_date() {
    let (simulator, pair) = held().await;
    let until = days_from_now(30);
    for (mode, bypassed) in [("GOVERNANCE", 204), ("COMPLIANCE", 403)] {
        let headers = [
            ("x-amz-object-lock-mode", mode),
            ("x-amz-object-lock-retain-until-date", until.as_str()),
        ];
        let id = put(&simulator, &pair, mode, &headers).await;
        let target = format!("/held/{mode}");
        let head = signed_v4(&simulator, &pair, "HEAD", &target, b"").await;
        assert_eq!(head.header("x-amz-object-lock-mode"), mode);
        let told = head.header("x-amz-object-lock-retain-until-date");
        assert_eq!(told.parse::<Timestamp>().ok(), until.parse().ok());
        let refused = delete(&simulator, &pair, mode, &id, &[]).await;
        assert_eq!(refused.refusal(), (403, "AccessDenied"), "{mode}");
        let hidden = signed_v4(&simulator, &pair, "DELETE", &target, b"").await;
        assert_eq!(
            (hidden.status, hidden.header("x-amz-delete-marker")),
            (204, "true"),
            "a delete marker may be made"
        );
        let marker = hidden.header("x-amz-version-id").to_owned();
        assert_eq!(
            delete(&simulator, &pair, mode, &marker, &[]).await.status,
            204,
            "and taken away again"
        );
        let answer = delete(&simulator, &pair, mode, &id, &[BYPASS]).await;
        assert_eq!(answer.status, bypassed, "{mode}");
    }
    simulator.advance(SignedDuration::from_hours(24 * 30 + 1));
    let list = signed_v4(&simulator, &pair, "GET", "/held?versions=", b"").await;
    let (_, rest) = list.body.split_once("<VersionId>").expect("one is left");
    let id = rest.split('<').next().expect("an id");
    let gone = delete(&simulator, &pair, "COMPLIANCE", id, &[]).await;
    assert_eq!(gone.status, 204, "its date has passed");
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held", b"").await,
        204
    );
}

#[tokio::test]
async fn in_a_multi_delete_locked_keys_are_errors_beside_the_others() {
    let (simulator, pair) = held().await;
    let hold = [("x-amz-object-lock-legal-hold", "ON")];
    let locked = put(&simulator, &pair, "locked", &hold).await;
    let free = put(&simulator, &pair, "free", &[]).await;
    for quiet in ["true", "false"] {
        let document = format!(
            "<Delete><Quiet>{quiet}</Quiet>\
             <Object><Key>locked</Key><VersionId>{locked}</VersionId></Object>\
             <Object><Key>free</Key><VersionId>{free}</VersionId></Object></Delete>"
        );
        let answer = multi_delete(&simulator, &pair, "held", &[BYPASS], &document).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let (_, error) = answer.body.split_once("<Error>").expect("an error");
        assert!(
            error.contains("<Code>AccessDenied</Code>")
                && error.contains("<Key>locked</Key>")
                && error.contains(&format!("<VersionId>{locked}</VersionId>")),
            "{error}"
        );
        assert_eq!(
            answer.body.contains("<Deleted>"),
            quiet == "false",
            "{answer:?}"
        );
    }
    let counts = simulator.deletions();
    assert_eq!((counts.len(), counts[0].versions), (1, 1));
}

#[tokio::test]
async fn a_bucket_retains_by_default() {
    let (simulator, pair) = held().await;
    let target = "/held?object-lock=";
    let bare = signed_v4(&simulator, &pair, "GET", target, b"").await;
    assert!(bare.status == 200 && !bare.body.contains("<Rule>"));
    let early = put(&simulator, &pair, "early", &[]).await;
    for (term, until) in [
        ("<Days>10</Days>", days_from_now(10)),
        ("<Years>1</Years>", "2027-03-01T12:00:00Z".to_owned()),
    ] {
        let rule = format!("<DefaultRetention><Mode>COMPLIANCE</Mode>{term}</DefaultRetention>");
        let document = format!(
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>\
             <Rule>{rule}</Rule></ObjectLockConfiguration>"
        );
        let set = signed_v4(&simulator, &pair, "PUT", target, document.as_bytes()).await;
        assert_eq!(set.status, 200, "{set:?}");
        let told = signed_v4(&simulator, &pair, "GET", target, b"").await.body;
        assert!(
            told.contains("<Mode>COMPLIANCE</Mode>") && told.contains(term),
            "{told}"
        );
        put(&simulator, &pair, "later", &[]).await;
        let of = "/held/later?retention=";
        let kept = signed_v4(&simulator, &pair, "GET", of, b"").await.body;
        let (_, rest) = kept.split_once("<RetainUntilDate>").expect("a date");
        let date: Timestamp = rest.split('<').next().expect("it").parse().expect("a time");
        let until: Timestamp = until.parse().expect("a time");
        // The clock has run on since.
        assert!(
            date >= until && date < until + SignedDuration::from_mins(5),
            "{date} for {until}"
        );
    }
    for wrong in ["<Days>1</Days><Years>1</Years>", "", "<Days>0</Days>"] {
        let document = format!(
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule>\
             <DefaultRetention><Mode>GOVERNANCE</Mode>{wrong}</DefaultRetention></Rule></ObjectLockConfiguration>"
        );
        let status = s3_status(&simulator, &pair, "PUT", target, document.as_bytes()).await;
        assert_eq!(status, 400, "{wrong}");
    }
    let answer = delete(&simulator, &pair, "early", &early, &[]).await;
    assert_eq!(answer.status, 204, "what was there before is not retained");
}

#[tokio::test]
async fn uploads_and_copies_are_locked_as_they_end() {
    let (simulator, pair) = held().await;
    let until = days_from_now(5);
    let headers = [
        ("x-amz-object-lock-mode", "COMPLIANCE"),
        ("x-amz-object-lock-retain-until-date", until.as_str()),
    ];
    let begun = signed_v4_with(
        &simulator,
        &pair,
        "POST",
        "/held/big?uploads=",
        &headers,
        b"",
    )
    .await;
    let (_, id) = begun.body.split_once("<UploadId>").expect("an upload");
    let id = id.split('<').next().expect("an id").to_owned();
    let part = format!("/held/big?partNumber=1&uploadId={id}");
    let part = signed_v4(&simulator, &pair, "PUT", &part, b"data").await;
    let document = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        part.header("etag")
    );
    let target = format!("/held/big?uploadId={id}");
    let done = signed_v4(&simulator, &pair, "POST", &target, document.as_bytes()).await;
    let copy = [("x-amz-copy-source", "/held/big")];
    let copied = signed_v4_with(&simulator, &pair, "PUT", "/held/copy", &copy, b"").await;
    for (name, answer, expected) in [("big", done, 403), ("copy", copied, 204)] {
        let id = answer.header("x-amz-version-id");
        let deleted = delete(&simulator, &pair, name, id, &[BYPASS]).await;
        assert_eq!(deleted.status, expected, "{name}");
    }
}

#[tokio::test]
async fn retention_and_holds_are_changed_by_those_who_may() {
    let (simulator, pair) = held().await;
    let id = put(&simulator, &pair, "k", &[]).await;
    let of = "/held/k?retention=";
    let hold = "/held/k?legal-hold=";
    for target in [of, hold] {
        let unset = signed_v4(&simulator, &pair, "GET", target, b"").await;
        assert_eq!(unset.refusal(), (404, "NoSuchObjectLockConfiguration"));
    }
    let set = async |headers: &[(&str, &str)], document: String| {
        signed_v4_with(&simulator, &pair, "PUT", of, headers, document.as_bytes())
            .await
            .status
    };
    let (near, far) = (days_from_now(1), days_from_now(2));
    assert_eq!(set(&[], retention("GOVERNANCE", &near)).await, 200);
    assert_eq!(set(&[], retention("GOVERNANCE", &far)).await, 200);
    assert_eq!(set(&[], retention("GOVERNANCE", &near)).await, 403);
    assert_eq!(set(&[], "<Retention/>".to_owned()).await, 403);
    assert_eq!(set(&[BYPASS], "<Retention/>".to_owned()).await, 200);
    assert_eq!(set(&[], retention("COMPLIANCE", &near)).await, 200);
    assert_eq!(set(&[], retention("COMPLIANCE", &far)).await, 200);
    for wish in [
        retention("COMPLIANCE", &near),
        retention("GOVERNANCE", &far),
        "<Retention/>".to_owned(),
    ] {
        assert_eq!(set(&[BYPASS], wish.clone()).await, 403, "{wish}");
    }
    for wrong in [
        retention("COMPLIANCE", &days_from_now(-1)),
        retention("ANARCHY", &far),
        "<Retention><Mode>COMPLIANCE</Mode></Retention>".to_owned(),
    ] {
        assert_eq!(set(&[], wrong.clone()).await, 400, "{wrong}");
    }
    for (status, expected) in [("ON", 403), ("OFF", 204)] {
        let document = format!("<LegalHold><Status>{status}</Status></LegalHold>");
        let set = s3_status(&simulator, &pair, "PUT", hold, document.as_bytes()).await;
        assert_eq!(set, 200);
        let told = signed_v4(&simulator, &pair, "GET", hold, b"").await.body;
        assert!(told.contains(&format!("<Status>{status}</Status>")));
        simulator.advance(SignedDuration::from_hours(72));
        let answer = delete(&simulator, &pair, "k", &id, &[BYPASS]).await;
        assert_eq!(answer.status, expected, "{status}");
    }
}

#[tokio::test]
async fn lock_belongs_to_buckets_that_began_with_it() {
    let (simulator, pair) = held().await;
    let versioning = |status: &str| {
        format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>")
    };
    let suspend = signed_v4(
        &simulator,
        &pair,
        "PUT",
        "/held?versioning=",
        versioning("Suspended").as_bytes(),
    )
    .await;
    assert_eq!(suspend.refusal(), (409, "InvalidBucketState"));

    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/plain", b"").await,
        200
    );
    let enabled = versioning("Enabled");
    assert_eq!(
        s3_status(
            &simulator,
            &pair,
            "PUT",
            "/plain?versioning=",
            enabled.as_bytes()
        )
        .await,
        200
    );
    let document = b"<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>";
    let set = signed_v4(&simulator, &pair, "PUT", "/plain?object-lock=", document).await;
    assert_eq!(set.refusal(), (409, "InvalidBucketState"));
    let get = signed_v4(&simulator, &pair, "GET", "/plain?object-lock=", b"").await;
    assert_eq!(get.refusal(), (404, "ObjectLockConfigurationNotFoundError"));
    let until = days_from_now(1);
    let mode = ("x-amz-object-lock-mode", "GOVERNANCE");
    let date = ("x-amz-object-lock-retain-until-date", until.as_str());
    for (bucket, headers) in [
        ("plain", vec![mode, date]),
        ("plain", vec![("x-amz-object-lock-legal-hold", "ON")]),
        ("held", vec![mode]),
        ("held", vec![date]),
    ] {
        let target = format!("/{bucket}/k");
        let put = signed_v4_with(&simulator, &pair, "PUT", &target, &headers, b"x").await;
        assert_eq!(put.status, 400, "{bucket} {headers:?}");
    }
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/plain/k", b"x").await,
        200
    );
    for target in ["/plain/k?retention=", "/plain/k?legal-hold="] {
        let get = signed_v4(&simulator, &pair, "GET", target, b"").await;
        assert_eq!(get.refusal(), (400, "InvalidRequest"), "{target}");
    }
}
