//! `ostor-usage`, filled by traffic on the data plane.

use jiff::SignedDuration;
use ostor_bridge::simulator::{Counters, Simulator};
use serde_json::json;

use crate::support::{call, key, names, signed_v4, start, start_at};

/// Every kind of request once or more: 3 puts, 1 get, 1 list, 2 others, then one without a bucket.
async fn traffic(simulator: &Simulator) -> String {
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    for (verb, target, body) in [
        ("PUT", "/client", ""),
        ("PUT", "/client/a", "twelve bytes"),
        ("PUT", "/client/b", "more"),
        ("GET", "/client/a", ""),
        ("GET", "/client?list-type=2", ""),
        ("HEAD", "/client/a", ""),
        ("DELETE", "/client/b", ""),
        ("GET", "/", ""),
        ("GET", "/client/none", ""),
    ] {
        signed_v4(simulator, &pair, verb, target, body.as_bytes()).await;
    }
    user.id
}

#[tokio::test]
async fn traffic_becomes_an_object_that_can_be_read_and_deleted() {
    let simulator = start_at("vhi-7.1", Some("2017-02-01T16:31:54Z")).await;
    let user = traffic(&simulator).await;
    let empty = call(&simulator, "GET", "ostor-usage").await;
    assert_eq!(empty.body, r#"{"nr_items":0,"truncated":false,"items":[]}"#);
    simulator.advance(SignedDuration::from_mins(11));
    let early = names(&simulator, "").await.remove(0);
    let object = call(&simulator, "GET", &format!("ostor-usage&obj={early}"))
        .await
        .json();
    assert_eq!(object["period"], 600, "still open");
    simulator.advance(SignedDuration::from_mins(30));
    let name = names(&simulator, "").await.remove(0);
    assert!(
        name.starts_with("s3-usage-8000000000000065-2017-02-01T16:31:5")
            && name.ends_with(".000Z-1800"),
        "{name}"
    );
    assert_eq!(name.len(), 55);

    let object = call(&simulator, "GET", &format!("ostor-usage&obj={name}"))
        .await
        .json();
    assert_eq!(
        object["items"],
        json!([
            {"key": {"bucket": "", "epoch": 0, "user_id": user, "tag": ""},
             "counters": {"ops": {"put": 0, "get": 1, "list": 0, "other": 0}, "net_io": {"uploaded": 0, "downloaded": 0}}},
            {"key": {"bucket": "client", "epoch": 98305, "user_id": user, "tag": ""},
             "counters": {"ops": {"put": 3, "get": 1, "list": 1, "other": 2}, "net_io": {"uploaded": 16, "downloaded": 12}}},
        ])
    );
    assert_eq!(
        (
            &object["fmt_version"],
            &object["nr_items"],
            &object["period"]
        ),
        (&json!(1), &json!(2), &json!(1800))
    );
    assert_eq!(object["service_id"], "8000000000000065");
    let truth = simulator.traffic().remove(1);
    let expected = Counters {
        put: 3,
        get: 1,
        list: 1,
        other: 2,
        uploaded: 16,
        downloaded: 12,
    };
    assert_eq!(
        (truth.bucket.as_str(), truth.epoch, truth.counters),
        ("client", 98_305, expected)
    );

    assert_eq!(call(&simulator, "DELETE", "ostor-usage").await.status, 400);
    assert_eq!(
        call(&simulator, "DELETE", &format!("ostor-usage&obj={name}"))
            .await
            .status,
        204
    );
    assert_eq!(
        call(&simulator, "DELETE", &format!("ostor-usage&obj={name}"))
            .await
            .status,
        404
    );
    assert_eq!(
        call(&simulator, "GET", &format!("ostor-usage&obj={name}"))
            .await
            .status,
        404
    );
    assert!(names(&simulator, "").await.is_empty());
}

#[tokio::test]
async fn names_come_in_pages() {
    let simulator = start("usage-period=60,usage-cache=60,usage-page=3,usage-broken-above=4").await;
    let pair = key(&simulator.add_user("new@example.com", false));
    for _ in 0..6 {
        signed_v4(&simulator, &pair, "GET", "/", b"").await;
        simulator.advance(SignedDuration::from_mins(5));
    }
    let page = call(&simulator, "GET", "ostor-usage").await.json();
    assert_eq!(
        (&page["nr_items"], &page["truncated"]),
        (&json!(3), &json!(true))
    );
    let first = names(&simulator, "").await;
    let second = names(&simulator, &format!("&after={}", first[2])).await;
    assert_eq!(second.len(), 3);
    assert!(second[0] > first[2]);
    assert_eq!(names(&simulator, "&limit=4").await.len(), 4);
    let broken = call(&simulator, "GET", "ostor-usage&limit=5").await;
    assert!(
        broken.status == 200 && serde_json::from_str::<serde_json::Value>(&broken.body).is_err()
    );
    assert_eq!(
        call(&simulator, "GET", "ostor-usage&limit=0").await.status,
        400
    );
    assert_eq!(call(&simulator, "PUT", "ostor-usage").await.status, 405);
}

#[tokio::test]
async fn oddities_and_absence_of_statistics() {
    let simulator = start("service-id=bare,service=80000000000000e5,usage-1970=on").await;
    let name = names(&simulator, "").await.remove(0);
    assert_eq!(
        name,
        "s3-usage-80000000000000e5-1970-01-01T00:00:00.000Z-1800"
    );
    let object = call(&simulator, "GET", &format!("ostor-usage&obj={name}")).await;
    assert!(
        object.body.contains(r#""service_id":80000000000000e5,"#),
        "{}",
        object.body
    );
    let off = start("usage=off").await;
    traffic(&off).await;
    off.advance(SignedDuration::from_hours(2));
    assert!(names(&off, "").await.is_empty());
    assert_eq!(off.traffic().len(), 2, "the truth is kept all the same");
}
