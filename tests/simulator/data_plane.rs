//! S3 itself: both signatures, objects, versions, uploads, and what limits and quotas do to it.

use jiff::SignedDuration;
use ostor_bridge::simulator::UserView;

use crate::support::{
    Pair, call, exchange, key, multi_delete, s3_status, signed_v2, signed_v4, start, start_at,
    system, written,
};

fn between<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let open = format!("<{tag}>");
    text.split(&open)
        .skip(1)
        .filter_map(|rest| rest.split("</").next())
        .collect()
}

#[tokio::test]
async fn objects_come_back_with_either_signature() {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/bucket_1", b"").await,
        200
    );
    for name in ["a", "dir/one", "dir/two%20words", "z"] {
        assert_eq!(
            s3_status(
                &simulator,
                &pair,
                "PUT",
                &format!("/bucket_1/{name}"),
                b"0123456789"
            )
            .await,
            200
        );
    }
    let got = signed_v4(&simulator, &pair, "GET", "/bucket_1/dir/two%20words", b"").await;
    assert_eq!(
        (got.status, got.body.as_str(), got.header("etag")),
        (200, "0123456789", "\"781e5e245d69b566979b86e28d23f2c7\"")
    );
    let got = signed_v2(&simulator, &pair, "GET", "/bucket_1/a", "/bucket_1/a", b"").await;
    assert_eq!((got.status, got.body.as_str()), (200, "0123456789"));

    let list = signed_v4(
        &simulator,
        &pair,
        "GET",
        "/bucket_1?delimiter=%2F&list-type=2&max-keys=2",
        b"",
    )
    .await;
    assert_eq!(between(&list.body, "Key"), ["a"]);
    assert_eq!(between(&list.body, "IsTruncated"), ["true"]);
    let token = between(&list.body, "NextContinuationToken")[0];
    let target = format!("/bucket_1?continuation-token={token}&delimiter=%2F&list-type=2");
    assert_eq!(
        between(
            &signed_v4(&simulator, &pair, "GET", &target, b"").await.body,
            "Key"
        ),
        ["z"]
    );
    let old = signed_v4(
        &simulator,
        &pair,
        "GET",
        "/bucket_1?marker=dir%2Fone&prefix=dir%2F",
        b"",
    )
    .await;
    assert_eq!(between(&old.body, "Key"), ["dir/two words"]);

    let view = simulator.buckets().remove(0);
    assert_eq!(
        (
            view.name.as_str(),
            view.owner_id,
            view.objects,
            view.current
        ),
        ("bucket_1", user.id, 4, 40)
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "DELETE", "/bucket_1", b"")
            .await
            .refusal(),
        (409, "BucketNotEmpty")
    );
    let xml = "<Delete><Object><Key>a</Key></Object><Object><Key>dir/one</Key></Object><Object>\
               <Key>dir/two words</Key></Object><Object><Key>z</Key></Object></Delete>";
    let deleted = multi_delete(&simulator, &pair, "bucket_1", &[], xml).await;
    assert_eq!(
        (deleted.status, between(&deleted.body, "Key").len()),
        (200, 4)
    );
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/bucket_1", b"").await,
        204
    );
    assert_eq!(
        s3_status(&simulator, &pair, "HEAD", "/bucket_1", b"").await,
        404
    );
}

#[tokio::test]
async fn wrong_signatures_are_refused() {
    let simulator = start("vhi-7.1").await;
    let pair = key(&simulator.add_user("new@example.com", false));
    let wrong: Pair = (pair.0.clone(), "wrong".to_owned());
    assert_eq!(
        signed_v4(&simulator, &wrong, "GET", "/", b"")
            .await
            .refusal(),
        (403, "SignatureDoesNotMatch")
    );
    assert_eq!(
        signed_v2(&simulator, &wrong, "GET", "/", "/", b"")
            .await
            .refusal(),
        (403, "SignatureDoesNotMatch")
    );
    let unknown: Pair = ("unknown".to_owned(), pair.1);
    assert_eq!(
        signed_v4(&simulator, &unknown, "GET", "/", b"")
            .await
            .refusal(),
        (403, "InvalidAccessKeyId")
    );
    let unsigned = exchange(&simulator, written(&simulator, "GET", "/", &[], b"")).await;
    assert_eq!(unsigned.refusal(), (403, "AccessDenied"));
    let signatures: Vec<&str> = simulator
        .calls()
        .iter()
        .map(|call| call.signature)
        .collect();
    assert_eq!(signatures, ["v4", "v2", "v4", "none"]);
}

#[tokio::test]
async fn buckets_belong_to_their_owner() {
    for (profile, expected) in [("vhi-7.1", 204), ("system-buckets=off", 403)] {
        let simulator = start(profile).await;
        let owner = key(&simulator.add_user("new@example.com", false));
        let other = key(&simulator.add_user("other@example.com", false));
        assert_eq!(
            s3_status(&simulator, &owner, "PUT", "/mine", b"").await,
            200
        );
        assert_eq!(
            signed_v4(&simulator, &owner, "PUT", "/mine", b"")
                .await
                .refusal(),
            (409, "BucketAlreadyOwnedByYou")
        );
        assert_eq!(
            signed_v4(&simulator, &other, "PUT", "/mine", b"")
                .await
                .refusal(),
            (409, "BucketAlreadyExists")
        );
        assert_eq!(
            s3_status(&simulator, &owner, "PUT", "/mine/k", b"x").await,
            200
        );
        for (verb, target) in [
            ("GET", "/mine/k"),
            ("PUT", "/mine/k"),
            ("GET", "/mine"),
            ("DELETE", "/mine"),
        ] {
            assert_eq!(
                signed_v4(&simulator, &other, verb, target, b"")
                    .await
                    .refusal(),
                (403, "AccessDenied"),
                "{verb} {target}"
            );
        }
        assert_eq!(
            s3_status(&simulator, &system(), "DELETE", "/mine/k", b"").await,
            403
        );
        assert_eq!(
            s3_status(&simulator, &owner, "DELETE", "/mine/k", b"").await,
            204
        );
        let deleted = signed_v2(&simulator, &system(), "DELETE", "/mine", "/mine", b"").await;
        assert_eq!(deleted.status, expected, "{profile}");
        assert_eq!(
            simulator
                .calls()
                .last()
                .map(|call| (call.effect, call.service.clone())),
            Some((expected == 204, None))
        );
    }
}

#[tokio::test]
async fn a_disabled_user_is_kept_out() {
    let simulator = start("vhi-7.1").await;
    let pair = key(&simulator.add_user("new@example.com", false));
    assert_eq!(
        call(
            &simulator,
            "POST",
            "ostor-users&emailAddress=new@example.com&disable"
        )
        .await
        .status,
        200
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "GET", "/", b"")
            .await
            .refusal(),
        (403, "AccessDenied")
    );
    assert_eq!(
        call(
            &simulator,
            "POST",
            "ostor-users&emailAddress=new@example.com&enable"
        )
        .await
        .status,
        200
    );
    assert_eq!(s3_status(&simulator, &pair, "GET", "/", b"").await, 200);
}

async fn with_bucket(simulator: &ostor_bridge::simulator::Simulator) -> (UserView, Pair) {
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    assert_eq!(s3_status(simulator, &pair, "PUT", "/held", b"").await, 200);
    (user, pair)
}

#[tokio::test]
async fn quotas_refuse_what_does_not_fit() {
    let simulator = start("quota-gigabyte=10").await;
    let (_, pair) = with_bucket(&simulator).await;
    assert_eq!(
        call(&simulator, "PUT", "ostor-quotas&default=user&quota-size=1")
            .await
            .status,
        200
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "PUT", "/held/k", b"0123456789+")
            .await
            .refusal(),
        (403, "QuotaExceeded")
    );
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held/k", b"0123456789").await,
        200
    );
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held/k", b"9876543210").await,
        200,
        "replaced, not added"
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "PUT", "/held/l", b"1")
            .await
            .refusal(),
        (403, "QuotaExceeded")
    );
    assert_eq!(
        s3_status(&simulator, &pair, "GET", "/held/k", b"").await,
        200
    );
    let own = "ostor-quotas&emailAddress=new@example.com&quota-size=2";
    assert_eq!(call(&simulator, "PUT", own).await.status, 200);
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held/l", b"1").await,
        200,
        "one's own quota replaces the default"
    );
    assert_eq!(
        call(&simulator, "PUT", "ostor-quotas&bucket=held&quota-size=1")
            .await
            .status,
        200
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "PUT", "/held/m", b"1")
            .await
            .refusal(),
        (403, "QuotaExceeded"),
        "the stricter wins"
    );

    let real = start("vhi-7.1").await;
    let (user, pair) = with_bucket(&real).await;
    assert_eq!(
        call(
            &real,
            "PUT",
            "ostor-quotas&emailAddress=new@example.com&quota-size=1"
        )
        .await
        .status,
        200
    );
    real.add_object(&user.id, "held", "big", (1 << 30) - 1);
    assert_eq!(
        signed_v4(&real, &pair, "PUT", "/held/k", b"12")
            .await
            .refusal(),
        (403, "QuotaExceeded")
    );
    assert_eq!(s3_status(&real, &pair, "PUT", "/held/k", b"1").await, 200);
}

#[tokio::test]
async fn limits_slow_down() {
    let simulator = start_at("vhi-7.1", Some("2018-06-19T16:00:00Z")).await;
    let (_, pair) = with_bucket(&simulator).await;
    let limit = "ostor-limits&emailAddress=new@example.com&limit-type=ops&limit-resource=put&limit-value=0.01";
    assert_eq!(call(&simulator, "PUT", limit).await.status, 200);
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held/k", b"1").await,
        200
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "PUT", "/held/k", b"1")
            .await
            .refusal(),
        (503, "SlowDown")
    );
    assert_eq!(
        s3_status(&simulator, &pair, "GET", "/held/k", b"").await,
        200,
        "another class"
    );
    simulator.advance(SignedDuration::from_secs(100));
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held/k", b"1").await,
        200
    );
    assert_eq!(
        call(&simulator, "PUT", "ostor-limits&bucket=held&ops&default=1")
            .await
            .status,
        200
    );
    assert_eq!(
        s3_status(&simulator, &pair, "GET", "/held/k", b"").await,
        200
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "GET", "/held/k", b"")
            .await
            .refusal(),
        (503, "SlowDown"),
        "the bucket's limit"
    );
    assert_eq!(
        call(&simulator, "DELETE", "ostor-limits&bucket=held")
            .await
            .status,
        204
    );
    assert_eq!(
        s3_status(&simulator, &pair, "GET", "/held/k", b"").await,
        200
    );
}

#[tokio::test]
async fn versions_and_delete_markers_are_kept_and_weigh() {
    let simulator = start("vhi-7.1").await;
    let (_, pair) = with_bucket(&simulator).await;
    let on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held?versioning=", on.as_bytes()).await,
        200
    );
    let first = signed_v4(&simulator, &pair, "PUT", "/held/k", b"one").await;
    let id = first.header("x-amz-version-id").to_owned();
    signed_v4(&simulator, &pair, "PUT", "/held/k", b"second").await;
    let marker = signed_v4(&simulator, &pair, "DELETE", "/held/k", b"").await;
    assert_eq!(
        (marker.status, marker.header("x-amz-delete-marker")),
        (204, "true")
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "GET", "/held/k", b"")
            .await
            .refusal(),
        (404, "NoSuchKey")
    );
    assert_eq!(
        signed_v4(
            &simulator,
            &pair,
            "GET",
            &format!("/held/k?versionId={id}"),
            b""
        )
        .await
        .body,
        "one"
    );
    let view = simulator.buckets().remove(0);
    assert_eq!((view.objects, view.current), (0, 9));
    let list = signed_v4(&simulator, &pair, "GET", "/held?versions=", b"").await;
    let ids = between(&list.body, "VersionId");
    assert_eq!(
        (ids.len(), list.body.matches("<DeleteMarker>").count()),
        (3, 1)
    );
    let mut paged = Vec::new();
    let mut target = "/held?max-keys=1&versions=".to_owned();
    while paged.len() < 4 {
        let page = signed_v4(&simulator, &pair, "GET", &target, b"").await;
        paged.extend(
            between(&page.body, "VersionId")
                .into_iter()
                .map(str::to_owned),
        );
        if between(&page.body, "IsTruncated") != ["true"] {
            break;
        }
        let next = between(&page.body, "NextVersionIdMarker")[0];
        target = format!("/held?key-marker=k&max-keys=1&version-id-marker={next}&versions=");
    }
    paged.sort_unstable();
    let mut all: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    all.sort_unstable();
    assert_eq!(paged, all);
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held", b"").await,
        409
    );
    for id in ids {
        assert_eq!(
            s3_status(
                &simulator,
                &pair,
                "DELETE",
                &format!("/held/k?versionId={id}"),
                b""
            )
            .await,
            204
        );
    }
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held", b"").await,
        204
    );
}

#[tokio::test]
async fn unfinished_uploads_weigh() {
    let simulator = start("vhi-7.1").await;
    let (_, pair) = with_bucket(&simulator).await;
    let begun = signed_v4(&simulator, &pair, "POST", "/held/k?uploads=", b"").await;
    let id = between(&begun.body, "UploadId")[0];
    let mut parts = String::new();
    for (number, body) in [(1, "first-"), (2, "second")] {
        let target = format!("/held/k?partNumber={number}&uploadId={id}");
        let put = signed_v4(&simulator, &pair, "PUT", &target, body.as_bytes()).await;
        parts.push_str(&format!(
            "<Part><PartNumber>{number}</PartNumber><ETag>{}</ETag></Part>",
            put.header("etag")
        ));
    }
    let view = simulator.buckets().remove(0);
    assert_eq!((view.objects, view.current), (0, 12));
    let uploads = signed_v4(&simulator, &pair, "GET", "/held?uploads=", b"").await;
    assert_eq!(between(&uploads.body, "UploadId"), [id]);
    let listed = signed_v4(
        &simulator,
        &pair,
        "GET",
        &format!("/held/k?uploadId={id}"),
        b"",
    )
    .await;
    assert_eq!(between(&listed.body, "PartNumber"), ["1", "2"]);
    let xml = format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    let done = signed_v4(
        &simulator,
        &pair,
        "POST",
        &format!("/held/k?uploadId={id}"),
        xml.as_bytes(),
    )
    .await;
    assert!(
        done.status == 200 && between(&done.body, "ETag")[0].contains("-2"),
        "{done:?}"
    );
    assert_eq!(
        signed_v4(&simulator, &pair, "GET", "/held/k", b"")
            .await
            .body,
        "first-second"
    );

    let begun = signed_v4(&simulator, &pair, "POST", "/held/l?uploads=", b"").await;
    let id = between(&begun.body, "UploadId")[0];
    signed_v4(
        &simulator,
        &pair,
        "PUT",
        &format!("/held/l?partNumber=1&uploadId={id}"),
        b"gone",
    )
    .await;
    assert_eq!(simulator.buckets()[0].current, 16);
    assert_eq!(
        s3_status(
            &simulator,
            &pair,
            "DELETE",
            &format!("/held/l?uploadId={id}"),
            b""
        )
        .await,
        204
    );
    assert_eq!(simulator.buckets()[0].current, 12);
}

#[tokio::test]
async fn versions_deleted_page_by_page_are_all_found() {
    let simulator = start("vhi-7.1").await;
    let (_, pair) = with_bucket(&simulator).await;
    let on = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    signed_v4(&simulator, &pair, "PUT", "/held?versioning=", on.as_bytes()).await;
    for body in ["1", "2", "3"] {
        signed_v4(&simulator, &pair, "PUT", "/held/k", body.as_bytes()).await;
    }
    let mut target = "/held?max-keys=1&versions=".to_owned();
    for left in [2, 1, 0] {
        let page = signed_v4(&simulator, &pair, "GET", &target, b"").await;
        let id = between(&page.body, "VersionId")[0];
        signed_v4(
            &simulator,
            &pair,
            "DELETE",
            &format!("/held/k?versionId={id}"),
            b"",
        )
        .await;
        assert_eq!(simulator.buckets()[0].current, left);
        target = format!("/held?key-marker=k&max-keys=1&version-id-marker={id}&versions=");
    }
}
