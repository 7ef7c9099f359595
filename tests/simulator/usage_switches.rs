//! What the switches change in the answers of `ostor-usage`.

use jiff::SignedDuration;
use ostor_bridge::simulator::{Counters, Simulator};
use serde_json::{Value, json};

use crate::support::{Answer, call, names, start, start_at};

const COUNTERS: Counters = Counters {
    put: 1,
    get: 2,
    list: 3,
    other: 4,
    uploaded: 1 << 55,
    downloaded: 6,
};

/// One statistics object per gateway, all final.
async fn with_objects(profile: &str, gateways: usize) -> Simulator {
    let simulator = start_at(profile, Some("2017-02-01T16:31:54Z")).await;
    for _ in 0..gateways {
        simulator.record("b81d6c5f895a8c86", "client", COUNTERS);
    }
    simulator.advance(SignedDuration::from_hours(1));
    simulator
}

async fn list(simulator: &Simulator, query: &str) -> Value {
    call(simulator, "GET", &format!("ostor-usage{query}"))
        .await
        .json()
}

async fn read(simulator: &Simulator, name: &str) -> Answer {
    call(simulator, "GET", &format!("ostor-usage&obj={name}")).await
}

async fn first(simulator: &Simulator) -> Answer {
    let name = names(simulator, "").await.remove(0);
    read(simulator, &name).await
}

#[tokio::test]
async fn pages_repeat_names() {
    let plain = with_objects("gateways=5,usage-page=3", 5).await;
    let all = names(&plain, "&limit=9").await;
    assert_eq!(all.len(), 5);
    let simulator = with_objects("gateways=5,usage-page=3,usage-repeat=on", 5).await;
    let page = list(&simulator, "").await;
    let (a, b, c, d, e) = (&all[0], &all[1], &all[2], &all[3], &all[4]);
    assert_eq!(
        page,
        json!({"nr_items": 4, "truncated": true, "items": [a, a, b, c]})
    );
    assert_eq!(
        list(&simulator, &format!("&after={c}")).await,
        json!({"nr_items": 4, "truncated": false, "items": [c, c, d, e]})
    );
    assert_eq!(
        list(&simulator, &format!("&after={e}")).await["items"],
        json!([e, e])
    );
    let delete = call(&simulator, "DELETE", &format!("ostor-usage&obj={c}")).await;
    assert_eq!(delete.status, 204);
    assert_eq!(
        list(&simulator, &format!("&after={c}")).await["items"],
        json!([d, d, e]),
        "a deleted name is not repeated"
    );
}

#[tokio::test]
async fn a_stuck_listing_moves_on_by_deleting_alone() {
    let simulator = with_objects("gateways=5,usage-page=3,usage-stuck=on", 5).await;
    let page = list(&simulator, "").await;
    let first = names(&simulator, "").await;
    assert_eq!((first.len(), &page["truncated"]), (3, &json!(true)));
    for after in &first {
        assert_eq!(list(&simulator, &format!("&after={after}")).await, page);
    }
    for name in &first {
        call(&simulator, "DELETE", &format!("ostor-usage&obj={name}")).await;
    }
    let rest = list(&simulator, &format!("&after={}", first[2])).await;
    assert_eq!(
        (&rest["nr_items"], &rest["truncated"]),
        (&json!(2), &json!(false))
    );
}

#[tokio::test]
async fn the_requester_is_spelled_in_two_ways() {
    let short = with_objects("usage-user=user", 1).await;
    assert_eq!(
        first(&short).await.json()["items"][0]["key"],
        json!({"bucket": "client", "epoch": 16394, "user": "b81d6c5f895a8c86", "tag": ""})
    );
}

#[tokio::test]
async fn unknown_members_stand_beside_the_known_ones() {
    let plain = first(&with_objects("vhi-7.1", 1).await).await.json();
    let more = first(&with_objects("usage-extra=on", 1).await).await.json();
    assert_eq!(more["generation"], 7);
    let (item, known) = (&more["items"][0], &plain["items"][0]);
    assert_eq!(
        item["key"],
        json!({"bucket": "client", "epoch": 16394, "user_id": "b81d6c5f895a8c86", "tag": "", "shard": 3})
    );
    let ops = json!({"put": 1, "get": 2, "list": 3, "other": 4, "total": 10});
    let net = json!({"uploaded": 1_u64 << 55, "downloaded": 6, "total": (1_u64 << 55) + 6});
    assert_eq!(
        item["counters"],
        json!({"requests": 10, "classes": {"DEFAULT": {"ops": ops, "net_io": net}}, "ops": ops, "net_io": net})
    );
    for (group, names) in [
        ("ops", &["put", "get", "list", "other"][..]),
        ("net_io", &["uploaded", "downloaded"]),
    ] {
        for name in names {
            assert_eq!(
                item["counters"][group][name],
                known["counters"][group][name]
            );
        }
    }
}

#[tokio::test]
async fn numbers_are_written_as_strings() {
    let simulator = with_objects("usage-numbers=strings", 1).await;
    let page = list(&simulator, "").await;
    assert_eq!(
        (&page["nr_items"], &page["truncated"]),
        (&json!("1"), &json!(false))
    );
    let object = first(&simulator).await.json();
    assert_eq!(
        object,
        json!({
            "fmt_version": "1", "service_id": "8000000000000065", "start_ts": "1485966714", "period": "1800",
            "nr_items": "1", "items": [{
                "key": {"bucket": "client", "epoch": "16394", "user_id": "b81d6c5f895a8c86", "tag": ""},
                "counters": {"ops": {"put": "1", "get": "2", "list": "3", "other": "4"},
                             "net_io": {"uploaded": "36028797018963968", "downloaded": "6"}},
            }],
        })
    );
}

#[tokio::test]
async fn bare_service_ids_are_printed_as_they_are() {
    let simulator = with_objects("service-id=bare,gateways=16,usage-extra=on", 16).await;
    let all = names(&simulator, "").await;
    assert_eq!(all.len(), 16);
    for (number, name) in all.iter().enumerate() {
        let id = format!("{:016x}", 0x8000_0000_0000_0065_u64 + number as u64);
        assert!(name.starts_with(&format!("s3-usage-{id}-")), "{name}");
        let body = read(&simulator, name).await.body;
        assert!(body.contains(&format!("\"service_id\":{id},\"")), "{body}");
        let parses = serde_json::from_str::<Value>(&body).is_ok();
        assert_eq!(parses, id.bytes().all(|b| b.is_ascii_digit()), "{id}");
    }
    assert!(all[5].contains("-800000000000006a-"));
    let float = with_objects("service-id=bare,service=80000000000000e5", 1).await;
    let body = first(&float).await.body;
    assert!(body.contains("\"service_id\":80000000000000e5,"), "{body}");
    assert_eq!(
        serde_json::from_str::<Value>(&body).expect("JSON")["service_id"],
        json!(80_000_000_000_000e5),
        "read naively, it is a number"
    );
}

#[tokio::test]
async fn a_changed_period_shows_in_names() {
    let simulator = start("vhi-7.1").await;
    simulator.record("u", "", COUNTERS);
    simulator.set_usage_period(30);
    simulator.advance(SignedDuration::from_hours(2));
    simulator.record("u", "", COUNTERS);
    simulator.advance(SignedDuration::from_hours(2));
    let ends: Vec<String> = names(&simulator, "").await;
    assert!(ends[0].ends_with("-1800") && ends[1].ends_with("-30"));
}
