//! Every fault: what the caller sees, and whether the call had its effect.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use ostor_bridge::simulator::{Fault, Simulator};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Answer, call, exchange, start, written};

const NEW: &str = "ostor-users&emailAddress=new@example.com";

/// Creates a user under a fault; the answer, and whether there is a user now.
async fn create_under(fault: Fault) -> (Answer, bool) {
    let simulator = start("vhi-7.1").await;
    simulator.inject(fault, 1);
    let answer = call(&simulator, "PUT", NEW).await;
    let created = simulator.users().len() == 2;
    let calls = simulator.calls();
    assert_eq!(calls.len(), 1, "{fault:?}");
    let delivered = (answer.status != 0 && answer.error.is_none()).then_some(answer.status);
    if fault != Fault::CutMidAnswer {
        assert_eq!(calls[0].status, delivered, "{fault:?}");
    }
    assert_eq!(calls[0].effect, created, "{fault:?}");
    assert_ne!(
        call(&simulator, "GET", "ostor-users").await.status,
        0,
        "the next call passes"
    );
    (answer, created)
}

#[tokio::test]
async fn cut_connections() {
    let (answer, created) = create_under(Fault::CutBefore).await;
    assert_eq!(
        (answer.error, answer.head.as_str(), created),
        (Some(ErrorKind::ConnectionReset), "", false)
    );
    let (answer, created) = create_under(Fault::CutAfter).await;
    assert_eq!(
        (answer.error, answer.head.as_str(), created),
        (Some(ErrorKind::ConnectionReset), "", true)
    );
    let (answer, created) = create_under(Fault::CutMidAnswer).await;
    let length: usize = answer.header("content-length").parse().expect("a length");
    assert_eq!((answer.status, answer.error, created), (200, None, true));
    assert_eq!(answer.body.len(), length / 2);
}

#[tokio::test]
async fn an_answer_without_a_body_is_cut_in_its_head() {
    let simulator = start("vhi-7.1").await;
    simulator.add_user("new@example.com", false);
    simulator.inject(Fault::CutMidAnswer, 1);
    let answer = call(&simulator, "DELETE", NEW).await;
    assert_eq!(
        (answer.status, answer.error, simulator.users().len()),
        (0, None, 1)
    );
    assert!(answer.head.starts_with("HTTP/1.1 204 "), "{answer:?}");
}

#[tokio::test]
async fn answers_of_gateway_and_proxy() {
    let (answer, created) = create_under(Fault::Status(503)).await;
    assert_eq!(
        (answer.refusal(), created),
        ((503, "ServiceUnavailable"), false)
    );
    assert!(
        answer.body.contains("<Code>ServiceUnavailable</Code>")
            && !answer.header("x-amz-err-message").is_empty()
    );
    for (fault, expected) in [(Fault::Html502Before, false), (Fault::Html502After, true)] {
        let (answer, created) = create_under(fault).await;
        assert_eq!(
            (answer.status, answer.header("content-type"), created),
            (502, "text/html", expected)
        );
        assert!(
            answer.body.contains("<h1>502 Bad Gateway</h1>")
                && answer.header("x-amz-request-id").is_empty()
        );
    }
    let (answer, created) = create_under(Fault::EmptyOk).await;
    assert_eq!(
        (answer.status, answer.body.as_str(), created),
        (200, "", true)
    );
    let (answer, created) = create_under(Fault::BrokenBody).await;
    assert!(created && answer.status == 200 && answer.body.starts_with("{\"UserEmail\""));
    assert!(serde_json::from_str::<serde_json::Value>(&answer.body).is_err());
    let (answer, created) = create_under(Fault::Slow(Duration::from_millis(300))).await;
    assert!(created && answer.status == 200);
}

#[tokio::test]
async fn nonsense_stands_in_for_a_missing_body() {
    let simulator = start("vhi-7.1").await;
    simulator.add_user("new@example.com", false);
    simulator.inject(Fault::BrokenBody, 1);
    let answer = call(&simulator, "POST", &format!("{NEW}&disable")).await;
    assert!(
        answer.status == 200
            && serde_json::from_str::<serde_json::Value>(&answer.body).is_err()
            && !answer.body.is_empty()
    );
}

#[tokio::test]
async fn slow_answers_are_late_and_giving_up_hides_nothing() {
    let simulator = start("vhi-7.1").await;
    simulator.inject(Fault::Slow(Duration::from_millis(300)), 1);
    let began = Instant::now();
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(300));

    simulator.inject(Fault::Slow(Duration::from_secs(60)), 1);
    assert!(
        timeout(Duration::from_millis(200), call(&simulator, "PUT", NEW))
            .await
            .is_err()
    );
    let given_up = simulator.calls().remove(1);
    assert_eq!(
        (given_up.effect, given_up.status, simulator.users().len()),
        (true, None, 2)
    );
}

#[tokio::test]
async fn stalled_calls_are_never_answered() {
    for (fault, users) in [(Fault::StalledBefore, 1), (Fault::StalledAfter, 2)] {
        let simulator = start("vhi-7.1").await;
        simulator.inject(fault, 1);
        assert!(
            timeout(Duration::from_millis(400), call(&simulator, "PUT", NEW))
                .await
                .is_err()
        );
        assert_eq!(simulator.users().len(), users, "{fault:?}");
        assert_eq!(simulator.calls()[0].status, None);
        timeout(Duration::from_secs(5), simulator.stop())
            .await
            .expect("stalled calls do not hold the end up");
    }
}

#[tokio::test]
async fn a_refused_gateway_comes_back_on_the_same_port() {
    let simulator = start("vhi-7.1").await;
    simulator.inject(Fault::Refused, 2);
    let idle = TcpStream::connect(simulator.addr())
        .await
        .expect("still open");
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 200);
    for _ in 0..2 {
        let refused = call(&simulator, "PUT", NEW).await;
        assert_eq!(refused.error, Some(ErrorKind::ConnectionRefused));
    }
    timeout(Duration::from_secs(5), idle.readable())
        .await
        .expect("idle connections end")
        .expect("readable");
    assert_eq!(simulator.users().len(), 1);
    simulator.clear_faults();
    assert_eq!(call(&simulator, "PUT", NEW).await.status, 200);
    simulator.inject_always(Fault::Refused);
    assert_eq!(
        call(&simulator, "GET", "ostor-users").await.error,
        Some(ErrorKind::ConnectionRefused)
    );
    simulator.clear_faults();
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 200);
}

#[tokio::test]
async fn the_planned_call_is_hit_and_no_other() {
    let simulator = start("vhi-7.1").await;
    simulator.inject(Fault::Status(500), 2);
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(call(&simulator, "GET", "ostor-users").await.status);
    }
    assert_eq!(seen, [200, 500, 200]);
    simulator.inject_always(Fault::EmptyOk);
    assert_eq!(call(&simulator, "GET", "ostor-users").await.body, "");
    assert_eq!(call(&simulator, "GET", "ostor-users").await.body, "");
    simulator.clear_faults();
    assert_ne!(call(&simulator, "GET", "ostor-users").await.body, "");
}

async fn admin(simulator: &Simulator, verb: &str, path: &str, body: &str) -> Answer {
    exchange(
        simulator,
        written(simulator, verb, path, &[], body.as_bytes()),
    )
    .await
}

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
