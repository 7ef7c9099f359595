//! Many objects, versions, delete markers and uploads, planted and taken away again page by page.

use jiff::SignedDuration;
use ostor_bridge::simulator::{Layers, Simulator, UserView, numbered_keys};
use percent_encoding::percent_decode_str;
use serde_json::json;

use crate::support::{Pair, admin, key, multi_delete, s3_status, signed_v4, start, start_at};

fn values<'a>(text: &'a str, tag: &str) -> Vec<&'a str> {
    let open = format!("<{tag}>");
    let inner = text.split(&open).skip(1);
    inner
        .map(|rest| rest.split("</").next().expect("an end"))
        .collect()
}

fn decoded(text: &str) -> String {
    let text = percent_decode_str(text).decode_utf8();
    text.expect("UTF-8").into_owned()
}

fn odd_keys() -> Vec<String> {
    serde_json::from_str(include_str!("../fixtures/s3/odd_keys.json")).expect("keys")
}

/// Objects, versions, delete markers and uploads of the first bucket.
fn counts(simulator: &Simulator) -> (usize, usize, usize, usize) {
    let view = simulator.buckets().remove(0);
    (view.objects, view.versions, view.markers, view.uploads)
}

async fn with_user() -> (Simulator, UserView, Pair) {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    (simulator, user, pair)
}

/// Every version and delete marker, listed in pages of that many.
async fn versions(simulator: &Simulator, pair: &Pair, page: u32) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut marker = String::new();
    loop {
        let target = format!("/held?encoding-type=url{marker}&max-keys={page}&versions=");
        let answer = signed_v4(simulator, pair, "GET", &target, b"").await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let keys = values(&answer.body, "Key");
        let ids = values(&answer.body, "VersionId");
        assert!(keys.len() <= usize::try_from(page).expect("small"));
        found.extend(
            keys.iter()
                .zip(ids)
                .map(|(key, id)| (decoded(key), id.to_owned())),
        );
        if values(&answer.body, "IsTruncated") != ["true"] {
            return found;
        }
        let next = values(&answer.body, "NextKeyMarker")[0];
        let id = values(&answer.body, "NextVersionIdMarker")[0];
        marker = format!("&key-marker={next}&version-id-marker={id}");
    }
}

#[tokio::test]
async fn layers_lie_under_every_key() {
    let (simulator, user, pair) = with_user().await;
    let layers = Layers {
        versions: 3,
        markers: 2,
        bytes: 10,
    };
    simulator.add_objects(&user.id, "held", numbered_keys("a/", 4), layers);
    simulator.add_objects(&user.id, "held", odd_keys(), Layers::default());
    let odd = odd_keys().len();
    assert_eq!(counts(&simulator), (odd, 12 + odd, 8, 0));
    assert_eq!(simulator.buckets()[0].current, 120);
    assert!(simulator.traffic().is_empty() && simulator.deletions().is_empty());

    let all = versions(&simulator, &pair, 1000).await;
    assert_eq!(all.len(), 20 + odd);
    for page in [1, 2, 3, 7] {
        let mut paged = versions(&simulator, &pair, page).await;
        // A page tells its delete markers before its versions.
        paged.sort();
        let mut all = all.clone();
        all.sort();
        assert_eq!(paged, all, "{page}");
    }
    let mut keys: Vec<String> = all.into_iter().map(|(key, _)| key).collect();
    keys.dedup();
    let mut expected: Vec<String> = numbered_keys("a/", 4).chain(odd_keys()).collect();
    expected.sort();
    keys.sort();
    keys.dedup();
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn everything_is_deleted_page_by_page() {
    let (simulator, user, pair) = with_user().await;
    let layers = Layers {
        versions: 3,
        markers: 1,
        bytes: 1,
    };
    simulator.add_objects(&user.id, "held", numbered_keys("", 700), layers);
    for turn in 0..3 {
        let target = "/held?versions=";
        let list = signed_v4(&simulator, &pair, "GET", target, b"").await.body;
        let objects: String = values(&list, "Key")
            .iter()
            .zip(values(&list, "VersionId"))
            .map(|(key, id)| {
                format!("<Object><Key>{key}</Key><VersionId>{id}</VersionId></Object>")
            })
            .collect();
        let document = format!("<Delete><Quiet>true</Quiet>{objects}</Delete>");
        let answer = multi_delete(&simulator, &pair, "held", &[], &document).await;
        assert!(
            answer.status == 200 && !answer.body.contains("<Error>"),
            "{turn}"
        );
    }
    assert_eq!(counts(&simulator), (0, 0, 0, 0));
    let row = simulator.deletions().remove(0);
    assert_eq!((row.versions, row.markers, row.hidden), (2100, 700, 0));
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held", b"").await,
        204
    );
}

#[tokio::test]
async fn uploads_of_odd_keys_are_listed_and_aborted() {
    let (simulator, user, pair) = with_user().await;
    let twice = [odd_keys(), odd_keys()].concat();
    simulator.add_uploads(&user.id, "held", twice.clone(), 5);
    assert_eq!(counts(&simulator), (0, 0, 0, twice.len()));
    assert_eq!(simulator.buckets()[0].current, 5 * twice.len() as u64);
    let mut found = Vec::new();
    let mut marker = String::new();
    loop {
        let target = format!("/held?encoding-type=url{marker}&max-uploads=7&uploads=");
        let list = signed_v4(&simulator, &pair, "GET", &target, b"").await.body;
        for (key, id) in values(&list, "Key").iter().zip(values(&list, "UploadId")) {
            found.push((decoded(key), format!("{key}?uploadId={id}")));
        }
        if values(&list, "IsTruncated") != ["true"] {
            break;
        }
        let next = values(&list, "NextKeyMarker")[0];
        let id = values(&list, "NextUploadIdMarker")[0];
        marker = format!("&key-marker={next}&upload-id-marker={id}");
    }
    let mut keys: Vec<String> = found.iter().map(|(key, _)| key.clone()).collect();
    let mut expected = twice;
    keys.sort();
    expected.sort();
    assert_eq!(keys, expected);
    for (key, target) in &found {
        let target = format!("/held/{target}");
        assert_eq!(
            s3_status(&simulator, &pair, "DELETE", &target, b"").await,
            204,
            "{key:?}"
        );
    }
    assert_eq!(
        (counts(&simulator), simulator.buckets()[0].current),
        ((0, 0, 0, 0), 0)
    );
    assert_eq!(simulator.deletions()[0].uploads, keys.len() as u64);
}

#[tokio::test]
async fn answers_name_control_characters_by_references() {
    let (simulator, user, pair) = with_user().await;
    let keys = ["bell\u{7}", "carriage\rreturn", "line\nbreak"].map(str::to_owned);
    simulator.add_objects(&user.id, "held", keys, Layers::default());
    let list = signed_v4(&simulator, &pair, "GET", "/held", b"").await;
    assert_eq!(
        values(&list.body, "Key"),
        ["bell&#x7;", "carriage&#xD;return", "line\nbreak"]
    );
}

#[tokio::test]
async fn locked_and_denied_objects_stay() {
    let simulator = start_at("vhi-7.1", Some("2026-03-01T12:00:00Z")).await;
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    let until = simulator.now() + SignedDuration::from_hours(24);
    simulator.add_locked_object(&user.id, "held", "locked", 3, until);
    simulator.add_object(&user.id, "held", "denied", 4);
    assert!(simulator.deny_deletion("held", "denied", true));
    assert!(!simulator.deny_deletion("none", "denied", true));
    let remove = async || {
        let mut statuses = Vec::new();
        for (key, id) in versions(&simulator, &pair, 1000).await {
            let target = format!("/held/{key}?versionId={id}");
            statuses.push(s3_status(&simulator, &pair, "DELETE", &target, b"").await);
        }
        statuses
    };
    assert_eq!(remove().await, [403, 403]);
    simulator.advance(SignedDuration::from_hours(25));
    assert_eq!(remove().await, [403, 204]);
    assert!(simulator.deny_deletion("held", "denied", false));
    assert_eq!(remove().await, [204]);
}

#[tokio::test]
async fn the_admin_route_plants_many() {
    let (simulator, user, pair) = with_user().await;
    let post = async |path: &str, wish: serde_json::Value| {
        let path = format!("/_simulator/{path}");
        admin(&simulator, "POST", &path, &wish.to_string())
            .await
            .status
    };
    let (owner, bucket) = (&user.id, "held");
    let numbered = json!({"owner_id": owner, "bucket": bucket, "prefix": "n/", "count": 10,
                          "versions": 2, "markers": 1, "bytes": 3});
    assert_eq!(post("objects", numbered).await, 200);
    let named = json!({"owner_id": owner, "bucket": bucket, "keys": odd_keys()});
    assert_eq!(post("objects", named).await, 200);
    let uploads = json!({"owner_id": owner, "bucket": bucket, "count": 5, "bytes": 7});
    assert_eq!(post("uploads", uploads).await, 200);
    let odd = odd_keys().len();
    assert_eq!(counts(&simulator), (odd, 20 + odd, 10, 5));
    let state = admin(&simulator, "GET", "/_simulator/state", "")
        .await
        .json();
    let told = &state["buckets"][0];
    assert_eq!(
        (
            &told["versions"],
            &told["markers"],
            &told["uploads"],
            &told["current"]
        ),
        (&json!(20 + odd), &json!(10), &json!(5), &json!(95))
    );
    let locked = json!({"owner_id": owner, "bucket": "locked", "key": "k", "bytes": 1,
                        "locked_until": "2999-01-01T00:00:00Z"});
    assert_eq!(post("object", locked).await, 200);
    assert_eq!(
        post(
            "denial",
            json!({"bucket": bucket, "key": "..", "denied": true})
        )
        .await,
        200
    );
    let denied = signed_v4(&simulator, &pair, "DELETE", "/held/..", b"").await;
    assert_eq!(denied.refusal(), (403, "AccessDenied"));
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held/.", b"").await,
        204
    );
    let truth = admin(&simulator, "GET", "/_simulator/truth", "")
        .await
        .json();
    assert_eq!(
        truth["deletions"],
        json!([{"owner_id": owner, "versions": 0, "markers": 0, "hidden": 1, "uploads": 0, "buckets": 0}])
    );
    for (path, wrong) in [
        ("objects", json!({"owner_id": owner, "bucket": bucket})),
        (
            "objects",
            json!({"owner_id": owner, "bucket": bucket, "keys": ["a"], "count": 1}),
        ),
        (
            "uploads",
            json!({"owner_id": owner, "bucket": bucket, "keys": ["a"], "prefix": "b"}),
        ),
        (
            "denial",
            json!({"bucket": "none", "key": "k", "denied": true}),
        ),
    ] {
        assert_eq!(post(path, wrong.clone()).await, 400, "{path} {wrong}");
    }
}
