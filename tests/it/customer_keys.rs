//! What a customer does with the keys and sub-accounts of a service, through the real endpoint and against the gateway
//! simulator.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use ostor_bridge::ledger::{AccountState, ServiceKey};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::{SERVICE, TestApp, create_params, full_plan, params};

/// Every method of the customer that changes something, with parameters that would do.
fn changes() -> [(&'static str, Value); 4] {
    [
        ("RotateKeys", json!({})),
        ("RevokeKey", json!({ "access_key_id": "somekey" })),
        ("CreateSubAccount", json!({ "name": "app", "most": 3 })),
        ("DeleteSubAccount", json!({ "name": "app" })),
    ]
}

/// A call about the service that must succeed.
async fn done(app: &TestApp, method: &str, more: Value) -> Value {
    let answer = app.call(method, params(SERVICE, more)).await;
    answer.unwrap_or_else(|error| panic!("{method}: {error:?}"))
}

/// The reason of a call about the service that must fail.
async fn refused(app: &TestApp, method: &str, more: Value) -> String {
    let error = app.call(method, params(SERVICE, more)).await;
    error.expect_err(method).reason
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

/// An answer with keys as [`TestApp::s3`] takes it.
fn with_keys(made: &Value, keys: &Value) -> Value {
    let mut made = made.clone();
    for name in ["access_key_id", "secret_access_key"] {
        made[name] = keys[name].clone();
    }
    made
}

/// Fails when the new pair is not the service's, when the one in use can be revoked, or when a third one is made.
#[tokio::test]
async fn keys_are_rotated_shown_and_revoked() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let old = text(&made["access_key_id"]);
    let only = refused(&app, "RevokeKey", json!({ "access_key_id": old })).await;
    assert_eq!(only, "key_in_use");

    let rotated = done(&app, "RotateKeys", json!({})).await;
    let new = text(&rotated["access_key_id"]);
    assert_eq!(rotated["access_key_ids"], json!([old, new]));
    assert_eq!(rotated["sub_account"], Value::Null);
    assert_ne!(old, new);
    assert_eq!(app.s3(&made, "PUT", "/photos").await, 200, "the old pair");
    let by_new = with_keys(&made, &rotated);
    assert_eq!(app.s3(&by_new, "GET", "/photos").await, 200, "the new pair");
    let again = app.create(SERVICE, full_plan()).await;
    assert_eq!(again["access_key_id"], json!(new), "the service's pair");
    assert_eq!(again["secret_access_key"], rotated["secret_access_key"]);

    let shown = done(&app, "ShowKeys", json!({ "actor": "o'brien" })).await;
    let pairs: Vec<Value> = app.only_user().keys.iter().map(pair).collect();
    assert_eq!(shown, json!({ "sub_account": null, "keys": pairs }));

    assert_eq!(refused(&app, "RotateKeys", json!({})).await, "key_limit");
    let in_use = refused(&app, "RevokeKey", json!({ "access_key_id": new })).await;
    assert_eq!(in_use, "key_in_use");
    let revoke = json!({ "access_key_id": old });
    let revoked = done(&app, "RevokeKey", revoke.clone()).await;
    let wanted =
        |revoked| json!({ "sub_account": null, "revoked": revoked, "access_key_ids": [new] });
    assert_eq!(revoked, wanted(true));
    assert_eq!(done(&app, "RevokeKey", revoke).await, wanted(false));
    assert_eq!(app.s3(&made, "GET", "/photos").await, 403, "the old pair");
    assert_eq!(app.s3(&by_new, "GET", "/photos").await, 200, "the new pair");

    // The latest first; a look at secrets as well, and who took it.
    let audit = json!({ "cluster": "eu1", "service_id": SERVICE });
    let audit = app.call("audit.list", audit).await.expect("the audit");
    let entries: Vec<Value> = audit["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(|entry| {
            json!([
                entry["method"],
                entry["actor"],
                entry["subject"],
                entry["outcome"]
            ])
        })
        .collect();
    assert_eq!(
        entries[..5],
        [
            json!(["RevokeKey", "customer", old, "success"]),
            json!(["RevokeKey", "customer", old, "success"]),
            json!(["RevokeKey", "customer", new, "key_in_use"]),
            json!(["RotateKeys", "customer", null, "key_limit"]),
            json!(["ShowKeys", "o'brien", null, "success"]),
        ]
    );
}

fn pair((id, secret): &(String, String)) -> Value {
    json!({ "access_key_id": id, "secret_access_key": secret })
}

/// Fails when a sub-account is made beyond the limit or twice, when its keys do not open the data or are mixed up with
/// the user's, or when it cannot be deleted.
#[tokio::test]
async fn sub_accounts_are_made_and_deleted_with_their_keys() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    assert_eq!(app.s3(&made, "PUT", "/photos").await, 200);
    let app_one = json!({ "name": "app/1 ü&x=1", "most": 1 });
    let none = json!({ "name": "app", "most": 0 });
    let reason = refused(&app, "CreateSubAccount", none).await;
    assert_eq!(reason, "sub_account_limit");
    let sub = done(&app, "CreateSubAccount", app_one.clone()).await;
    assert_eq!(sub["name"], app_one["name"]);
    let reason = refused(&app, "CreateSubAccount", app_one.clone()).await;
    assert_eq!(reason, "sub_account_exists");
    let second = json!({ "name": "two", "most": 1 });
    let reason = refused(&app, "CreateSubAccount", second).await;
    assert_eq!(reason, "sub_account_limit");
    assert_eq!(app.s3(&with_keys(&made, &sub), "GET", "/photos").await, 200);

    let of_sub = |more: Value| {
        let mut all = json!({ "sub_account": app_one["name"] });
        let members = more.as_object().expect("an object").clone();
        all.as_object_mut().expect("an object").extend(members);
        all
    };
    let rotated = done(&app, "RotateKeys", of_sub(json!({}))).await;
    let ids = [&sub["access_key_id"], &rotated["access_key_id"]];
    assert_eq!(rotated["access_key_ids"], json!(ids));
    assert_eq!(rotated["sub_account"], app_one["name"]);
    let reason = refused(&app, "RotateKeys", of_sub(json!({}))).await;
    assert_eq!(reason, "key_limit");
    let shown = done(&app, "ShowKeys", of_sub(json!({}))).await;
    let user = app.only_user();
    let pairs: Vec<Value> = user.accounts[0].keys.iter().map(pair).collect();
    assert_eq!(shown["keys"], json!(pairs));
    let again = app.create(SERVICE, full_plan()).await;
    assert_eq!(again["access_key_id"], made["access_key_id"], "the user's");

    // Of a sub-account every pair may go: the user's own still reaches the data.
    for id in ids {
        let revoke = of_sub(json!({ "access_key_id": id }));
        let revoked = done(&app, "RevokeKey", revoke).await;
        assert_eq!(revoked["revoked"], true);
    }
    let of_user = json!({ "access_key_id": made["access_key_id"] });
    let other = done(&app, "RevokeKey", of_sub(of_user)).await;
    assert_eq!(other["revoked"], false, "a pair of the user itself");
    assert_eq!(app.only_user().keys.len(), 1);

    let delete = json!({ "name": app_one["name"] });
    for deleted in [true, false] {
        let answer = done(&app, "DeleteSubAccount", delete.clone()).await;
        assert_eq!(
            answer,
            json!({ "name": app_one["name"], "deleted": deleted })
        );
    }
    for method in ["RotateKeys", "ShowKeys"] {
        let reason = refused(&app, method, of_sub(json!({}))).await;
        assert_eq!(reason, "sub_account_unknown", "{method}");
    }
    assert!(app.only_user().accounts.is_empty());
    done(&app, "CreateSubAccount", app_one).await;
}

/// Fails when a customer who does not pay can make keys, or cannot see those there are.
#[tokio::test]
async fn a_suspended_service_may_look_and_change_nothing() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    done(
        &app,
        "CreateSubAccount",
        json!({ "name": "app", "most": 3 }),
    )
    .await;
    done(&app, "RotateKeys", json!({})).await;
    done(&app, "SuspendAccount", json!({})).await;
    app.simulator.clear_calls();
    for (method, mut more) in changes() {
        if method == "RevokeKey" {
            more = json!({ "access_key_id": made["access_key_id"] });
        }
        assert_eq!(
            refused(&app, method, more).await,
            "account_suspended",
            "{method}"
        );
    }
    assert!(app.simulator.calls().iter().all(|call| !call.effect));
    let shown = done(&app, "ShowKeys", json!({})).await;
    assert_eq!(shown["keys"].as_array().map(Vec::len), Some(2));
    let page = done(&app, "ClientArea", json!({ "timezone": "UTC" })).await;
    assert_eq!(
        (&page["state"], &page["live"]),
        (&json!("suspended"), &json!(true))
    );
    done(&app, "UnsuspendAccount", json!({})).await;
    let old = json!({ "access_key_id": made["access_key_id"] });
    assert_eq!(done(&app, "RevokeKey", old).await["revoked"], true);
}

/// Fails when the keys of a service reach a caller that does not have it: another WHMCS, another service, another user.
#[tokio::test]
async fn nobody_reaches_what_is_anothers() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let neighbour = app.create(SERVICE + 1, full_plan()).await;
    let foreign = app.simulator.add_user("foreign@example.com", false);
    let of_other = ServiceKey {
        client: "another-whmcs".into(),
        cluster: "eu1".into(),
        service_id: 77,
    };
    let ledger = &app.services.ledger;
    let active = AccountState::Active;
    let adopted = ledger.adopt(&of_other, &foreign.email, &foreign.id, active);
    adopted.await.expect("a row");
    let methods = changes().into_iter().chain([
        ("ShowKeys", json!({})),
        ("ClientArea", json!({ "timezone": "UTC" })),
    ]);
    app.simulator.clear_calls();
    for (method, more) in methods {
        for (service, user, reason) in [
            (SERVICE, Some(&neighbour["user_id"]), "identity_mismatch"),
            (SERVICE, Some(&json!(foreign.id)), "identity_mismatch"),
            (77, None, "account_unknown"),
            (9, None, "account_unknown"),
        ] {
            let mut call = params(service, more.clone());
            if let Some(user) = user {
                call["user_id"] = user.clone();
            }
            let error = app.call(method, call).await.expect_err(method);
            assert_eq!(error.reason, reason, "{method} {service} {user:?}");
            let secret = text(&made["secret_access_key"]);
            assert!(!error.message.contains(&secret), "{}", error.message);
        }
        let mut elsewhere = params(SERVICE, more);
        elsewhere["cluster"] = json!("mars");
        let error = app.call(method, elsewhere).await.expect_err(method);
        assert_eq!(error.reason, "unknown_cluster", "{method}");
    }
    assert!(app.simulator.calls().iter().all(|call| !call.effect));
    let pairs: Vec<usize> = app.users().iter().map(|user| user.keys.len()).collect();
    assert_eq!(pairs, [1, 1, 1]);
}

/// Requests under way at once.
const WORKERS: usize = 4;

/// Fails when a customer who moves from the old to the new pair, and revokes the old one then, sees a request fail.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_disturbs_no_request() {
    let app = Arc::new(TestApp::spawn().await);
    let made = app.create(SERVICE, json!({})).await;
    assert_eq!(app.s3(&made, "PUT", "/photos").await, 200);
    let (keys, seen) = watch::channel(Some(made.clone()));
    let (requests, moved) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let workers: Vec<_> = (0..WORKERS)
        .map(|_| {
            let (app, mut seen) = (Arc::clone(&app), seen.clone());
            let (requests, moved) = (Arc::clone(&requests), Arc::clone(&moved));
            tokio::spawn(async move {
                loop {
                    let keys = seen.borrow_and_update().clone();
                    let Some(keys) = keys else { return };
                    moved.fetch_add(1, Ordering::SeqCst);
                    while !seen.has_changed().expect("a sender") {
                        let status = app.s3(&keys, "GET", "/photos").await;
                        assert_eq!(status, 200, "with {}", keys["access_key_id"]);
                        requests.fetch_add(1, Ordering::SeqCst);
                    }
                }
            })
        })
        .collect();
    // Until each worker has taken the latest pair, and so many requests more are done.
    let settled = async |rounds: usize| {
        while moved.load(Ordering::SeqCst) < rounds * WORKERS {
            tokio::task::yield_now().await;
        }
        let enough = requests.load(Ordering::SeqCst) + 20;
        while requests.load(Ordering::SeqCst) < enough {
            assert!(workers.iter().all(|worker| !worker.is_finished()));
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    };
    settled(1).await;
    let mut old = text(&made["access_key_id"]);
    for round in 2..6 {
        let rotated = done(&app, "RotateKeys", json!({})).await;
        settled(round - 1).await;
        keys.send_replace(Some(with_keys(&made, &rotated)));
        settled(round).await;
        done(&app, "RevokeKey", json!({ "access_key_id": old })).await;
        settled(round).await;
        old = text(&rotated["access_key_id"]);
    }
    keys.send_replace(None);
    for worker in workers {
        worker.await.expect("no request failed");
    }
    assert_eq!(app.only_user().keys.len(), 1);
}

/// Fails when a pair that another one made meanwhile passes for the one of an interrupted call.
#[tokio::test]
async fn an_interrupted_rotation_is_not_taken_up_with_the_service_s_own_pair() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    // Nothing reaches the gateway after the intent is recorded.
    app.simulator.inject_at(
        "POST",
        "ostor-users",
        ostor_bridge::simulator::Fault::CutBefore,
        1,
    );
    let reason = refused(&app, "RotateKeys", json!({})).await;
    assert_eq!(reason, "outcome_unknown");
    app.simulator.clear_faults();
    let end = json!({ "policy": "refuse" });
    done(&app, "TerminateAccount", end).await;
    let made = app.call("CreateAccount", create_params(SERVICE, full_plan()));
    let made = made.await.expect("made anew");
    let rotated = done(&app, "RotateKeys", json!({})).await;
    assert_ne!(rotated["access_key_id"], made["access_key_id"]);
    assert_eq!(app.only_user().keys.len(), 2);
}
