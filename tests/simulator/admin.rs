//! The admin route, unsigned.

use std::io::ErrorKind;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;

use crate::support::{admin, call, names, s3_status, signed_v4, start, start_at, system};

const NEW: &str = "ostor-users&emailAddress=new@example.com";

#[tokio::test]
async fn the_admin_route_steers_and_shows_no_secret() {
    let simulator = start("vhi-7.1").await;
    call(&simulator, "PUT", NEW).await;
    let state = admin(&simulator, "GET", "/_simulator/state", "").await;
    let user = simulator.users().remove(1);
    let json = state.json();
    assert_eq!(
        (&json["users"][1]["email"], &json["users"][1]["keys"][0]),
        (&"new@example.com".into(), &user.keys[0].0.clone().into())
    );
    assert_eq!(json["calls"][0]["status"], 200);
    assert!(!state.body.contains(&user.keys[0].1));

    let fault = "/_simulator/fault";
    assert_eq!(
        admin(
            &simulator,
            "POST",
            fault,
            r#"{"fault":"status:503","nth":1}"#
        )
        .await
        .status,
        200
    );
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 503);
    assert_eq!(
        admin(
            &simulator,
            "POST",
            fault,
            r#"{"fault":"cut_after","always":true}"#
        )
        .await
        .status,
        200
    );
    assert_eq!(
        call(&simulator, "GET", "ostor-users").await.error,
        Some(ErrorKind::ConnectionReset)
    );
    assert_eq!(admin(&simulator, "DELETE", fault, "").await.status, 200);
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 200);
    for wrong in [
        r#"{"fault":"none"}"#,
        r#"{"fault":"cut_after","nth":1,"always":true}"#,
        r#"{"fault":"refused"}"#,
        "{",
    ] {
        assert_eq!(
            admin(&simulator, "POST", fault, wrong).await.status,
            400,
            "{wrong}"
        );
    }
    let refused = r#"{"fault":"refused","always":true,"lasts":"300ms"}"#;
    assert_eq!(admin(&simulator, "POST", fault, refused).await.status, 200);
    assert_eq!(
        call(&simulator, "GET", "ostor-users").await.error,
        Some(ErrorKind::ConnectionRefused)
    );
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 200);
    let clock = "/_simulator/clock";
    assert_eq!(
        admin(
            &simulator,
            "POST",
            clock,
            r#"{"set":"2018-06-19T16:00:00Z"}"#
        )
        .await
        .status,
        200
    );
    assert_eq!(
        admin(&simulator, "POST", clock, r#"{"advance":"2h"}"#)
            .await
            .status,
        200
    );
    assert_eq!(simulator.now().as_second() / 3600, 424_842);
    assert_eq!(
        admin(&simulator, "POST", clock, r#"{"advance":"soon"}"#)
            .await
            .status,
        400
    );
    assert_eq!(
        admin(&simulator, "GET", "/_simulator/nothing", "")
            .await
            .status,
        404
    );
}

#[tokio::test]
async fn the_admin_route_aims_faults() {
    let simulator = start("vhi-7.1").await;
    let fault = "/_simulator/fault";
    let aimed = r#"{"fault":"status:503","nth":2,"method":"GET","service":"ostor-usage"}"#;
    assert_eq!(admin(&simulator, "POST", fault, aimed).await.status, 200);
    let mut seen = Vec::new();
    for service in ["ostor-usage", "ostor-users", "ostor-usage", "ostor-usage"] {
        seen.push(call(&simulator, "GET", service).await.status);
    }
    assert_eq!(seen, [200, 200, 503, 200]);
    for wrong in [
        r#"{"fault":"cut_after","method":"GET"}"#,
        r#"{"fault":"cut_after","service":"ostor-usage"}"#,
    ] {
        let refused = admin(&simulator, "POST", fault, wrong).await;
        assert_eq!(refused.status, 400, "{wrong}");
    }
    assert_eq!(call(&simulator, "GET", "ostor-usage").await.status, 200);

    let pair = system();
    let aimed = r#"{"fault":"status:503","always":true,"method":"GET","service":"s3"}"#;
    assert_eq!(admin(&simulator, "POST", fault, aimed).await.status, 200);
    assert_eq!(call(&simulator, "GET", "ostor-usage").await.status, 200);
    for _ in 0..2 {
        let answer = signed_v4(&simulator, &pair, "GET", "/", b"").await;
        assert_eq!(answer.refusal(), (503, "SlowDown"));
    }
    assert_eq!(admin(&simulator, "DELETE", fault, "").await.status, 200);
    assert_eq!(s3_status(&simulator, &pair, "GET", "/", b"").await, 200);
}

#[tokio::test]
async fn the_admin_route_plants_and_tells_the_truth() {
    let simulator = start_at("vhi-7.1", Some("2018-06-19T16:00:00Z")).await;
    let post = async |path: &str, body: &str| {
        let answer = admin(&simulator, "POST", &format!("/_simulator/{path}"), body).await;
        answer.status
    };
    let delete = async |path: &str, body: &str| {
        let answer = admin(&simulator, "DELETE", &format!("/_simulator/{path}"), body).await;
        answer.status
    };
    let object =
        r#"{"owner_id":"b81d6c5f895a8c86","bucket":"held","key":"a","bytes":9007199254740993}"#;
    assert_eq!(post("object", object).await, 200);
    let traffic = r#"{"user_id":"b81d6c5f895a8c86","bucket":"held","put":1,"get":2,"list":3,"other":4,
                     "uploaded":9007199254740993,"downloaded":18446744073709551615}"#;
    assert_eq!(post("traffic", traffic).await, 200);
    assert_eq!(post("restart", r#"{"gateway":0,"flush":true}"#).await, 200);
    assert_eq!(names(&simulator, "").await.len(), 1);
    assert_eq!(
        post("traffic", r#"{"user_id":"b81d6c5f895a8c86","get":5}"#).await,
        200
    );
    assert_eq!(post("restart", r#"{"gateway":0,"flush":false}"#).await, 200);
    simulator.advance(SignedDuration::from_hours(1));
    assert_eq!(names(&simulator, "").await.len(), 1, "the other is lost");

    let key = r#"{"bucket":"held","key":"a"}"#;
    assert_eq!(delete("object", key).await, 200);
    assert_eq!(delete("object", key).await, 400);
    assert_eq!(delete("bucket", r#"{"bucket":"held"}"#).await, 200);
    assert_eq!(delete("bucket", r#"{"bucket":"held"}"#).await, 400);
    let mut truth = admin(&simulator, "GET", "/_simulator/truth", "")
        .await
        .json();
    let storage = truth["storage"][0].take();
    let root = json!({"bucket": "", "epoch": 0, "user_id": "b81d6c5f895a8c86", "put": 0, "get": 5, "list": 0,
                      "other": 0, "uploaded": 0, "downloaded": 0});
    let held = json!({"bucket": "held", "epoch": 98305, "user_id": "b81d6c5f895a8c86", "put": 1, "get": 2, "list": 3,
                      "other": 4, "uploaded": 9_007_199_254_740_993_u64, "downloaded": u64::MAX});
    assert_eq!(
        truth,
        json!({"traffic": [root, held], "lost": [root], "storage": [null], "deletions": []})
    );
    for (member, expected) in [
        ("name", json!("held")),
        ("owner_id", json!("b81d6c5f895a8c86")),
        ("byte_hours", json!(9_007_199_254_740_993_u64)),
        ("current", json!(0)),
    ] {
        assert_eq!(storage[member], expected, "{member}");
    }
    let begins = |member: &str, hour: &str| {
        storage[member]
            .as_str()
            .is_some_and(|time| time.starts_with(hour))
    };
    assert!(begins("created", "2018-06-19T16:0") && begins("deleted", "2018-06-19T17:0"));

    for (path, wrong) in [
        ("traffic", r#"{"user_id":"u","deleted":1}"#),
        ("traffic", r#"{"bucket":"b"}"#),
        (
            "object",
            r#"{"owner_id":"u","bucket":"b","key":"k","bytes":-1}"#,
        ),
        ("restart", r#"{"gateway":1,"flush":true}"#),
        ("restart", r#"{"gateway":0}"#),
    ] {
        assert_eq!(post(path, wrong).await, 400, "{wrong}");
    }
}
