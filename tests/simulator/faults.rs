//! Every fault: what the caller sees, and whether the call had its effect.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use ostor_bridge::simulator::{Counters, Fault};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Answer, call, names, start};

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

const DELETION: &str = "ostor-usage&obj=none";

#[tokio::test]
async fn a_fault_is_aimed_at_one_verb_of_one_service() {
    let simulator = start("vhi-7.1").await;
    simulator.inject_at("DELETE", "ostor-usage", Fault::Status(500), 2);
    let mut seen = Vec::new();
    for (verb, query) in [
        ("DELETE", DELETION),
        ("GET", "ostor-usage"),
        ("DELETE", "ostor-users&id=none"),
        ("DELETE", DELETION),
        ("DELETE", DELETION),
    ] {
        seen.push(call(&simulator, verb, query).await.status);
    }
    assert_eq!(seen, [404, 200, 404, 500, 404]);
}

#[tokio::test]
async fn an_aimed_refusal_closes_behind_its_call() {
    let simulator = start("vhi-7.1").await;
    simulator.inject_at("GET", "ostor-usage", Fault::Refused, 1);
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 200);
    let cut = call(&simulator, "GET", "ostor-usage").await;
    assert_eq!(cut.error, Some(ErrorKind::ConnectionReset));
    let refused = call(&simulator, "GET", "ostor-users").await;
    assert_eq!(refused.error, Some(ErrorKind::ConnectionRefused));
    simulator.clear_faults();
    assert_eq!(call(&simulator, "GET", "ostor-usage").await.status, 200);
}

#[tokio::test]
async fn a_gateway_may_be_down_for_a_day() {
    let simulator = start("usage-period=3600,usage-cache=600").await;
    let get = Counters {
        get: 1,
        ..Counters::default()
    };
    simulator.record("u", "b", get);
    simulator.inject_always(Fault::Refused);
    simulator.advance(SignedDuration::from_hours(12));
    simulator.record("u", "b", get);
    simulator.advance(SignedDuration::from_hours(12));
    assert_eq!(
        call(&simulator, "GET", "ostor-usage").await.error,
        Some(ErrorKind::ConnectionRefused)
    );
    simulator.clear_faults();
    assert_eq!(names(&simulator, "").await.len(), 2);
    simulator.inject(Fault::Refused, 1);
    simulator.advance(SignedDuration::from_hours(24));
    simulator.clear_faults();
    assert_eq!(names(&simulator, "").await.len(), 2);
}
