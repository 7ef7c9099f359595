//! Every fault on the data plane: what the caller sees, and whether the deletion had its effect.

use std::io::ErrorKind;
use std::time::Duration;

use ostor_bridge::simulator::{Fault, Simulator};
use tokio::time::timeout;

use crate::support::{Answer, Pair, call, key, multi_delete, s3_status, signed_v4, start};

const DOCUMENT: &str = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object>\
                        <Object><Key>c</Key></Object></Delete>";

/// A simulator with three objects in a bucket `held`, and their owner's key.
async fn with_objects() -> (Simulator, Pair) {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    for key in ["a", "b", "c"] {
        simulator.add_object(&user.id, "held", key, 1);
    }
    (simulator, key(&user))
}

/// Deletes three objects under a fault; the answer, and how many are left.
async fn delete_under(fault: Fault) -> (Answer, usize) {
    let (simulator, pair) = with_objects().await;
    simulator.inject_at("POST", "s3", fault, 1);
    let answer = multi_delete(&simulator, &pair, "held", &[], DOCUMENT).await;
    let left = simulator.buckets()[0].objects;
    let calls = simulator.calls();
    assert_eq!(calls.len(), 1, "{fault:?}");
    let delivered = (answer.status != 0 && answer.error.is_none()).then_some(answer.status);
    if fault != Fault::CutMidAnswer {
        assert_eq!(calls[0].status, delivered, "{fault:?}");
    }
    assert_eq!(calls[0].effect, left < 3, "{fault:?}");
    let next = multi_delete(&simulator, &pair, "held", &[], DOCUMENT).await;
    assert_eq!(
        (next.status, simulator.buckets()[0].objects),
        (200, 0),
        "the next call passes"
    );
    (answer, left)
}

#[tokio::test]
async fn deletions_are_cut_off() {
    for (fault, left) in [(Fault::CutBefore, 3), (Fault::CutAfter, 0)] {
        let (answer, found) = delete_under(fault).await;
        assert_eq!(
            (answer.error, answer.head.as_str(), found),
            (Some(ErrorKind::ConnectionReset), "", left)
        );
    }
    let (answer, left) = delete_under(Fault::CutMidAnswer).await;
    let length: usize = answer.header("content-length").parse().expect("a length");
    assert_eq!((answer.status, answer.error, left), (200, None, 0));
    assert_eq!(answer.body.len(), length / 2);
}

#[tokio::test]
async fn gateway_and_proxy_refuse_or_answer_nonsense() {
    for (status, code) in [
        (503, "SlowDown"),
        (500, "InternalError"),
        (403, "AccessDenied"),
    ] {
        let (answer, left) = delete_under(Fault::Status(status)).await;
        assert_eq!((answer.refusal(), left), ((status, code), 3));
        assert!(answer.body.contains(&format!("<Code>{code}</Code>")));
    }
    for (fault, expected) in [(Fault::Html502Before, 3), (Fault::Html502After, 0)] {
        let (answer, left) = delete_under(fault).await;
        assert_eq!(
            (answer.header("content-type"), left),
            ("text/html", expected)
        );
        assert_eq!(answer.status, 502);
    }
    let (answer, left) = delete_under(Fault::EmptyOk).await;
    assert_eq!((answer.status, answer.body.as_str(), left), (200, "", 0));
    let (answer, left) = delete_under(Fault::BrokenBody).await;
    assert!(answer.body.starts_with("<?xml") && !answer.body.contains("</DeleteResult>"));
    assert_eq!((answer.status, left), (200, 0));
    let (answer, left) = delete_under(Fault::Slow(Duration::from_millis(100))).await;
    assert!(answer.body.contains("</DeleteResult>") && left == 0);
}

#[tokio::test]
async fn some_keys_fail_beside_the_others() {
    let (answer, left) = delete_under(Fault::SomeKeys).await;
    assert_eq!((answer.status, left), (200, 2));
    assert_eq!(answer.body.matches("<Code>InternalError</Code>").count(), 2);
    assert_eq!(answer.body.matches("<Deleted>").count(), 1);
}

#[tokio::test]
async fn an_answer_without_a_body_is_broken_too() {
    for (fault, status) in [(Fault::CutMidAnswer, 0), (Fault::BrokenBody, 200)] {
        let (simulator, pair) = with_objects().await;
        simulator.inject_at("DELETE", "s3", fault, 1);
        let answer = signed_v4(&simulator, &pair, "DELETE", "/held/a", b"").await;
        assert_eq!((answer.status, simulator.buckets()[0].objects), (status, 2));
        assert!(answer.head.starts_with("HTTP/1.1 20"), "{answer:?}");
    }
}

#[tokio::test]
async fn stalled_deletions_are_never_answered() {
    for (fault, left) in [(Fault::StalledBefore, 3), (Fault::StalledAfter, 0)] {
        let (simulator, pair) = with_objects().await;
        simulator.inject_at("POST", "s3", fault, 1);
        let asked = multi_delete(&simulator, &pair, "held", &[], DOCUMENT);
        assert!(timeout(Duration::from_millis(400), asked).await.is_err());
        assert_eq!(simulator.buckets()[0].objects, left, "{fault:?}");
        assert_eq!(simulator.calls()[0].status, None);
    }
}

#[tokio::test]
async fn a_refused_deletion_closes_the_port_behind_it() {
    let (simulator, pair) = with_objects().await;
    simulator.inject_at("POST", "s3", Fault::Refused, 1);
    assert_eq!(s3_status(&simulator, &pair, "GET", "/held", b"").await, 200);
    let cut = multi_delete(&simulator, &pair, "held", &[], DOCUMENT).await;
    assert_eq!(cut.error, Some(ErrorKind::ConnectionReset));
    let refused = call(&simulator, "GET", "ostor-users").await;
    assert_eq!(refused.error, Some(ErrorKind::ConnectionRefused));
    assert_eq!(simulator.buckets()[0].objects, 3);
    simulator.clear_faults();
    assert_eq!(s3_status(&simulator, &pair, "GET", "/held", b"").await, 200);
}

#[tokio::test]
async fn only_what_is_aimed_at_is_hit() {
    let (simulator, pair) = with_objects().await;
    simulator.inject(Fault::Status(500), 1);
    simulator.inject_always_at("GET", "s3", Fault::Status(503));
    let list = async || s3_status(&simulator, &pair, "GET", "/held", b"").await;
    assert_eq!((list().await, list().await), (503, 503));
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held/a", b"").await,
        204
    );
    assert_eq!(call(&simulator, "GET", "ostor-users").await.status, 500);
    simulator.inject_always(Fault::EmptyOk);
    assert_eq!(
        s3_status(&simulator, &pair, "DELETE", "/held/b", b"").await,
        204
    );
    assert_eq!(list().await, 503);
    simulator.clear_faults();
    assert_eq!(list().await, 200);
}
