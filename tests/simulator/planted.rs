//! What is planted behind the callers' backs, and the truth told about it.

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::simulator::{Counters, Simulator, Storage, Traffic};
use serde_json::json;

use crate::support::{call, key, names, s3_status, signed_v4, start, start_at};

fn puts(put: u64) -> Counters {
    Counters {
        put,
        ..Counters::default()
    }
}

/// The first statistics object, once it is final.
async fn object(simulator: &Simulator) -> serde_json::Value {
    simulator.advance(SignedDuration::from_hours(1));
    let name = names(simulator, "").await.remove(0);
    call(simulator, "GET", &format!("ostor-usage&obj={name}"))
        .await
        .json()
}

#[tokio::test]
async fn planted_requests_are_counted_like_real_ones() {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    assert_eq!(s3_status(&simulator, &pair, "PUT", "/held", b"").await, 200);
    let counters = Counters {
        put: 2,
        get: 3,
        list: 5,
        other: 7,
        uploaded: 1 << 60,
        downloaded: u64::MAX,
    };
    simulator.record(&user.id, "held", counters);
    simulator.record("feedfeedfeedfeed", "never-made", puts(1));
    simulator.record(&user.id, "", puts(4));
    simulator.record(&user.id, "held", Counters::default());
    let stranger = |bucket: &str, epoch, user_id: &str, put| {
        json!({"key": {"bucket": bucket, "epoch": epoch, "user_id": user_id, "tag": ""},
               "counters": {"ops": {"put": put, "get": 0, "list": 0, "other": 0},
                            "net_io": {"uploaded": 0, "downloaded": 0}}})
    };
    assert_eq!(
        object(&simulator).await["items"],
        json!([
            stranger("", 0, &user.id, 4),
            {"key": {"bucket": "held", "epoch": 98305, "user_id": user.id, "tag": ""},
             "counters": {"ops": {"put": 3, "get": 3, "list": 5, "other": 7},
                          "net_io": {"uploaded": 1_u64 << 60, "downloaded": u64::MAX}}},
            stranger("never-made", 16394, "feedfeedfeedfeed", 1),
        ])
    );
    let truth = simulator.traffic();
    assert_eq!(truth.len(), 3);
    assert_eq!(
        truth[1],
        Traffic {
            bucket: "held".to_owned(),
            epoch: 98_305,
            user_id: user.id,
            counters: Counters { put: 3, ..counters },
        }
    );
}

#[tokio::test]
async fn gateways_take_planted_requests_in_turn() {
    let simulator = start("gateways=2").await;
    for _ in 0..3 {
        simulator.record("u", "", puts(10));
    }
    simulator.advance(SignedDuration::from_hours(1));
    let mut counted = Vec::new();
    for name in names(&simulator, "").await {
        let object = call(&simulator, "GET", &format!("ostor-usage&obj={name}")).await;
        counted.push(object.json()["items"][0]["counters"]["ops"]["put"].clone());
    }
    assert_eq!(counted, [json!(10), json!(20)]);
}

/// The size in a bucket listing: current bytes and byte-hours.
async fn listed(simulator: &Simulator, bucket: &str) -> (u64, u64) {
    let list = call(simulator, "GET", &format!("ostor-buckets&bucket={bucket}")).await;
    let size = &list.json()["Buckets"][0]["size"];
    let number = |name: &str| size[name].as_u64().expect("a number");
    (number("current"), number("h_integral"))
}

#[tokio::test]
async fn planted_objects_are_replaced_and_removed() {
    let simulator = start_at("vhi-7.1", Some("2018-06-19T16:00:00Z")).await;
    let user = simulator.add_user("new@example.com", false);
    let hour = SignedDuration::from_hours(1);
    simulator.add_object(&user.id, "held", "a", 100);
    simulator.add_object(&user.id, "held", "b", 5);
    simulator.advance(hour);
    assert_eq!(listed(&simulator, "held").await, (105, 105));
    simulator.add_object(&user.id, "held", "a", 20);
    simulator.advance(hour);
    assert_eq!(listed(&simulator, "held").await, (25, 130));
    assert!(simulator.remove_object("held", "a") && !simulator.remove_object("held", "a"));
    assert!(!simulator.remove_object("none", "a"));
    simulator.advance(hour);
    assert_eq!(listed(&simulator, "held").await, (5, 135));
    let get = signed_v4(&simulator, &key(&user), "GET", "/held/a", b"").await;
    assert_eq!(get.refusal(), (404, "NoSuchKey"));
    assert!(simulator.remove_bucket("held") && !simulator.remove_bucket("held"));
    simulator.advance(hour);
    let all = call(&simulator, "GET", "ostor-buckets").await.json();
    assert_eq!(all, json!({"Buckets": []}));
    let space = call(&simulator, "GET", "ostor-users&space").await.json()[1]["SpaceStat"].clone();
    assert_eq!(
        (&space["SizeCurr"], &space["SizeHInt"]),
        (&json!(0), &json!(135)),
        "hours of a deleted bucket stay with its user"
    );
    assert!(simulator.traffic().is_empty());
}

#[tokio::test]
async fn every_incarnation_keeps_its_storage() {
    let start: Timestamp = "2018-06-19T16:00:00Z".parse().expect("a valid time");
    let simulator = start_at("vhi-7.1", Some("2018-06-19T16:00:00Z")).await;
    let user = simulator.add_user("new@example.com", false);
    let pair = key(&user);
    simulator.add_object("feedfeedfeedfeed", "other", "k", 1 << 50);
    assert_eq!(s3_status(&simulator, &pair, "PUT", "/held", b"").await, 200);
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/held/k", b"eight by").await,
        200
    );
    simulator.advance(SignedDuration::from_hours(3));
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held/k", b"").await,
        204
    );
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held", b"").await,
        204
    );
    simulator.advance(SignedDuration::from_hours(5));
    simulator.add_object("abadabadabadabad", "held", "k", 7);
    simulator.advance(SignedDuration::from_hours(1));

    let hours = |time: Timestamp| time.duration_since(start).as_hours();
    let told = |row: &Storage| {
        (
            row.name.clone(),
            row.owner_id.clone(),
            hours(row.created),
            row.deleted.map(hours),
            row.byte_hours,
            row.current,
        )
    };
    assert_eq!(
        simulator.storage().iter().map(told).collect::<Vec<_>>(),
        [
            ("held".to_owned(), user.id, 0, Some(3), 24, 0),
            (
                "held".to_owned(),
                "abadabadabadabad".to_owned(),
                8,
                None,
                7,
                7
            ),
            (
                "other".to_owned(),
                "feedfeedfeedfeed".to_owned(),
                0,
                None,
                9 << 50,
                1 << 50
            ),
        ]
    );
    assert_eq!(listed(&simulator, "other").await, (1 << 50, 9 << 50));
}
