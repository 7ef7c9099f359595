//! Liveness and readiness.

use ostor_bridge::simulator::Fault;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_healthy_service_is_alive_and_ready() {
    let app = TestApp::spawn().await;
    assert_eq!(
        app.caller.get("/healthz").await,
        (
            200,
            json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })
        )
    );
    let (status, report) = app.caller.get("/readyz").await;
    assert_eq!(status, 200);
    assert_eq!(
        report,
        json!({ "ready": true, "ledger": "ok", "clusters": { "eu1": "ok" } })
    );
}

#[tokio::test]
async fn a_cluster_that_does_not_answer_makes_it_unready_but_not_dead() {
    let app = TestApp::spawn().await;
    app.simulator.inject_always(Fault::Refused);
    let (status, report) = app.caller.get("/readyz").await;
    assert_eq!(
        (status, &report["clusters"]["eu1"], &report["ledger"]),
        (503, &json!("failing"), &json!("ok"))
    );
    assert_eq!(app.caller.get("/healthz").await.0, 200);
    // No other replica could do better, and calls for other clusters must find one.
    assert_eq!(app.caller.get("/readyz?for=balancer").await.0, 200);
}

#[tokio::test]
async fn a_ledger_that_is_gone_makes_it_unready() {
    let app = TestApp::spawn().await;
    app.services.ledger.close().await;
    let (status, report) = app.caller.get("/readyz").await;
    assert_eq!((status, &report["ledger"]), (503, &json!("failing")));
    assert_eq!(app.caller.get("/readyz?for=balancer").await.0, 503);
    let error = app
        .call("CreateAccount", crate::support::create_params(1, json!({})))
        .await
        .expect_err("no ledger");
    assert_eq!(
        (error.reason.as_str(), error.retryable),
        ("ledger_unavailable", true)
    );
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn asking_often_costs_the_cluster_one_call() {
    let app = TestApp::spawn().await;
    for _ in 0..20 {
        assert_eq!(app.caller.get("/readyz").await.0, 200);
    }
    assert_eq!(app.simulator.calls().len(), 1);
}
