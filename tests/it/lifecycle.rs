//! The verbs on a cluster that behaves.

use serde_json::json;

use ostor_bridge::simulator::UserView;

use crate::support::{CUSTOMER, SERVICE, TestApp, create_params, full_plan, params};

/// The quota in force; the gateway keeps 0 where one was lifted.
fn quota(user: &UserView) -> Option<u64> {
    user.quota_gb.filter(|gb| *gb > 0)
}

#[tokio::test]
async fn an_order_becomes_an_enabled_user_with_plan_and_keys() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let user = app.only_user();
    assert_eq!(made["user_id"], user.id.as_str());
    assert_eq!(made["user_email"], "whmcs-42@ostor-bridge.invalid");
    assert_eq!(user.email, "whmcs-42@ostor-bridge.invalid");
    assert_eq!(made["endpoint"], app.simulator.endpoint());
    assert_eq!(made["region"], "us-east-1");
    assert_eq!(
        (&made["state"], &made["created"]),
        (&json!("active"), &json!(true))
    );
    let key = (
        made["access_key_id"].as_str().expect("text").to_owned(),
        made["secret_access_key"].as_str().expect("text").to_owned(),
    );
    assert_eq!(user.keys, [key]);
    assert!(user.enabled);
    assert_eq!(user.quota_gb, Some(100));
    let limits = user.limits.expect("limits");
    for (name, value) in [
        ("ops:default", 0.5),
        ("ops:get", 100.0),
        ("ops:put", 50.25),
        ("ops:list", 10.0),
        ("ops:delete", 5.0),
        ("bandwidth:out", 2048.0),
    ] {
        assert_eq!(limits[name], value, "{name}");
    }
}

#[tokio::test]
async fn a_repeated_create_gives_the_same_user_and_keys() {
    let app = TestApp::spawn().await;
    let first = app.create(SERVICE, full_plan()).await;
    let again = app
        .call("CreateAccount", create_params(SERVICE, full_plan()))
        .await
        .expect("the same");
    assert_eq!(again["created"], false);
    for member in [
        "user_id",
        "user_email",
        "access_key_id",
        "secret_access_key",
    ] {
        assert_eq!(first[member], again[member], "{member}");
    }
    assert_eq!(app.only_user().keys.len(), 1);
}

#[tokio::test]
async fn suspension_disables_and_unsuspension_enables_whatever_the_state() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    for (method, enabled, state) in [
        ("UnsuspendAccount", true, "active"),
        ("SuspendAccount", false, "suspended"),
        ("SuspendAccount", false, "suspended"),
        ("UnsuspendAccount", true, "active"),
    ] {
        let done = app
            .call(method, params(SERVICE, json!({})))
            .await
            .expect(method);
        assert_eq!(done["state"], state);
        assert_eq!(app.only_user().enabled, enabled, "{method}");
    }
}

#[tokio::test]
async fn a_create_on_a_suspended_service_enables_it() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, json!({})).await;
    app.call(
        "SuspendAccount",
        params(SERVICE, json!({ "reason": "Overdue on Payment" })),
    )
    .await
    .expect("suspended");
    app.call("CreateAccount", create_params(SERVICE, json!({})))
        .await
        .expect("created again");
    assert!(app.only_user().enabled);
}

#[tokio::test]
async fn a_change_of_package_converges_from_any_plan_to_any_other() {
    let app = TestApp::spawn().await;
    let plans = [
        full_plan(),
        json!({}),
        json!({ "quota_gb": 1, "ops_per_second": { "get": 0.01 } }),
        json!({ "ops_per_second": { "get": 100, "put": 7 }, "bandwidth_out_kbps": 1 }),
        json!({ "ops_per_second": { "put": 7 } }),
        json!({ "quota_gb": 500 }),
    ];
    app.create(SERVICE, json!({})).await;
    for from in &plans {
        for to in &plans {
            app.call("ChangePackage", params(SERVICE, json!({ "plan": from })))
                .await
                .expect("from");
            let done = app
                .call("ChangePackage", params(SERVICE, json!({ "plan": to })))
                .await
                .expect("to");
            assert_eq!(done["plan"], *to, "from {from}");
            let user = app.only_user();
            assert_eq!(quota(&user), to["quota_gb"].as_u64());
            let limits = user.limits.expect("limits were set");
            let wanted = |name: &str| to["ops_per_second"][name].as_f64().unwrap_or(0.0);
            for name in ["default", "get", "put", "list", "delete"] {
                assert_eq!(
                    limits[&format!("ops:{name}")],
                    wanted(name),
                    "{from} to {to}: {name}"
                );
            }
            assert_eq!(
                limits["bandwidth:out"],
                to["bandwidth_out_kbps"].as_f64().unwrap_or(0.0)
            );
        }
    }
}

#[tokio::test]
async fn a_change_of_package_never_passes_through_unlimited() {
    let app = TestApp::spawn().await;
    app.create(
        SERVICE,
        json!({ "quota_gb": 10, "ops_per_second": { "get": 100 }, "bandwidth_out_kbps": 100 }),
    )
    .await;
    app.simulator.clear_calls();
    let plan =
        json!({ "quota_gb": 20, "ops_per_second": { "default": 50 }, "bandwidth_out_kbps": 200 });
    app.call("ChangePackage", params(SERVICE, json!({ "plan": plan })))
        .await
        .expect("changed");
    let changes: Vec<String> = app
        .simulator
        .calls()
        .into_iter()
        .filter(|call| call.method != "GET")
        .map(|call| {
            let value = |name: &str| {
                call.query
                    .iter()
                    .find(|(key, _)| key == name)
                    .and_then(|(_, value)| value.clone())
                    .unwrap_or_default()
            };
            format!(
                "{} {}={}",
                call.method,
                value("limit-resource"),
                value("limit-value")
            )
        })
        .collect();
    let default_set = changes
        .iter()
        .position(|c| c == "PUT default=50")
        .expect("default is set");
    let get_lifted = changes
        .iter()
        .position(|c| c == "PUT get=0")
        .expect("get is lifted");
    assert!(default_set < get_lifted, "{changes:?}");
    assert!(changes.iter().all(|c| c.starts_with("PUT")), "{changes:?}");
}

#[tokio::test]
async fn a_suspended_service_stays_suspended_through_a_change_of_package() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, json!({})).await;
    app.call("SuspendAccount", params(SERVICE, json!({})))
        .await
        .expect("suspended");
    app.call(
        "ChangePackage",
        params(SERVICE, json!({ "plan": full_plan() })),
    )
    .await
    .expect("changed");
    let user = app.only_user();
    assert!(!user.enabled);
    assert_eq!(user.quota_gb, Some(100));
}

#[tokio::test]
async fn limits_that_were_lifted_by_hand_are_back_after_unsuspend() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    let user = app.only_user();
    let gateway = &app.services.clusters["eu1"].gateway;
    let id = ostor_bridge::ostor::UserId::try_from(user.id.as_str()).expect("an id");
    gateway
        .delete_limits(&ostor_bridge::ostor::Target::User(id.clone()), None)
        .await
        .expect("lifted");
    gateway
        .delete_quota(&ostor_bridge::ostor::QuotaTarget::User(id))
        .await
        .expect("lifted");
    assert_eq!(quota(&app.only_user()), None);
    app.call("UnsuspendAccount", params(SERVICE, json!({})))
        .await
        .expect("unsuspended");
    let user = app.only_user();
    assert_eq!(user.quota_gb, Some(100));
    assert_eq!(user.limits.expect("limits")["ops:get"], 100.0);
}

#[tokio::test]
async fn termination_deletes_a_user_without_buckets_and_may_be_repeated() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, json!({})).await;
    for _ in 0..2 {
        let done = app
            .call(
                "TerminateAccount",
                params(SERVICE, json!({ "policy": "refuse" })),
            )
            .await
            .expect("terminated");
        assert_eq!(done["state"], "deleted");
        assert_eq!(app.users().len(), 0);
    }
    for method in ["SuspendAccount", "UnsuspendAccount"] {
        let error = app
            .call(method, params(SERVICE, json!({})))
            .await
            .expect_err(method);
        assert_eq!(error.reason, "account_terminated");
    }
}

#[tokio::test]
async fn a_terminated_service_can_be_created_anew_even_when_whmcs_has_the_old_id() {
    let app = TestApp::spawn().await;
    let first = app.create(SERVICE, json!({})).await;
    app.call(
        "TerminateAccount",
        params(SERVICE, json!({ "policy": "refuse" })),
    )
    .await
    .expect("terminated");
    let mut again = create_params(SERVICE, json!({}));
    again["user_id"] = first["user_id"].clone();
    for _ in 0..2 {
        let second = app
            .call("CreateAccount", again.clone())
            .await
            .expect("created anew");
        assert_ne!(first["user_id"], second["user_id"]);
        assert_eq!(second["user_id"], app.only_user().id.as_str());
    }
}

#[tokio::test]
async fn termination_is_refused_while_there_are_buckets_and_changes_nothing() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let status = app.s3(&made, "PUT", "/a-bucket-of-mine").await;
    assert_eq!(status, 200);
    let error = app
        .call(
            "TerminateAccount",
            params(SERVICE, json!({ "policy": "refuse" })),
        )
        .await
        .expect_err("refused");
    assert_eq!(
        (error.reason.as_str(), error.retryable),
        ("buckets_exist", false)
    );
    assert!(
        error.message.contains("a-bucket-of-mine"),
        "{}",
        error.message
    );
    let user = app.only_user();
    assert!(user.enabled);
    assert_eq!(user.quota_gb, Some(100));
    assert_eq!(app.s3(&made, "DELETE", "/a-bucket-of-mine").await, 204);
    app.call(
        "TerminateAccount",
        params(SERVICE, json!({ "policy": "refuse" })),
    )
    .await
    .expect("terminated");
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn the_connection_test_tells_skew_statistics_and_quotas() {
    let app = TestApp::spawn().await;
    let report = app
        .call("TestConnection", json!({ "cluster": "eu1" }))
        .await
        .expect("a report");
    assert_eq!(
        (&report["ok"], &report["quotas"], &report["statistics"]),
        (&json!(true), &json!(true), &json!(false))
    );
    assert!(
        report["clock_skew_seconds"]
            .as_i64()
            .expect("a number")
            .abs()
            <= 2,
        "{report}"
    );
    assert_eq!(
        report["warnings"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn the_state_of_an_account_shows_stored_beside_live() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let view = app
        .call("AccountState", params(SERVICE, json!({})))
        .await
        .expect("a view");
    assert_eq!(
        (&view["state"], &view["user_id"], &view["plan"]),
        (&json!("active"), &made["user_id"], &full_plan())
    );
    assert_eq!(
        (&view["live"]["state"], &view["live"]["plan"]),
        (&json!("active"), &full_plan())
    );
    assert_eq!(
        view["live"]["access_key_ids"],
        json!([made["access_key_id"]])
    );
    assert_eq!(view["warnings"], json!([]));
    assert!(
        !view
            .to_string()
            .contains(made["secret_access_key"].as_str().expect("text"))
    );

    let gateway = &app.services.clusters["eu1"].gateway;
    gateway
        .disable_user("whmcs-42@ostor-bridge.invalid")
        .await
        .expect("disabled by hand");
    let view = app
        .call("AccountState", params(SERVICE, json!({})))
        .await
        .expect("a view");
    assert_eq!(view["warnings"].as_array().map(Vec::len), Some(1), "{view}");
    assert_eq!(view["live"]["state"], "suspended");
}

#[tokio::test]
async fn services_of_other_customers_are_not_touched() {
    let app = TestApp::spawn().await;
    for service in [1, 2, 3] {
        app.create(service, full_plan()).await;
    }
    let others = || {
        let mut users = app.users();
        users.retain(|user| user.email != "whmcs-2@ostor-bridge.invalid");
        format!("{users:?}")
    };
    let before = others();
    app.call("SuspendAccount", params(2, json!({})))
        .await
        .expect("suspended");
    app.call("ChangePackage", params(2, json!({ "plan": {} })))
        .await
        .expect("changed");
    app.call("TerminateAccount", params(2, json!({ "policy": "refuse" })))
        .await
        .expect("terminated");
    assert_eq!(others(), before);
    assert_eq!(app.users().len(), 2);
}

/// A whole life on one kind of gateway.
async fn live_on(signature: &str, profile: &str) {
    let what = format!("{signature} on {profile}");
    let app = crate::support::Setup {
        simulator: ostor_bridge::simulator::Options {
            profile: profile.parse().expect(&what),
            ..Default::default()
        },
        cluster: format!("signature = \"{signature}\""),
        ..Default::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, full_plan()).await;
    assert_eq!(
        app.create(SERVICE, full_plan()).await["user_id"],
        made["user_id"],
        "{what}"
    );
    let verbs = [
        ("SuspendAccount", json!({})),
        (
            "ChangePackage",
            json!({ "plan": { "quota_gb": 7, "ops_per_second": { "put": 3 } } }),
        ),
        ("UnsuspendAccount", json!({})),
    ];
    for (method, more) in verbs {
        app.call(method, params(SERVICE, more)).await.expect(&what);
        assert_eq!(
            app.only_user().enabled,
            method == "UnsuspendAccount",
            "{what}: {method}"
        );
    }
    let user = app.only_user();
    assert_eq!(quota(&user), Some(7), "{what}");
    let limits = user.limits.expect(&what);
    assert_eq!((limits["ops:put"], limits["ops:get"]), (3.0, 0.0), "{what}");
    assert_eq!(app.s3(&made, "GET", "/").await, 200, "{what}");
    let terminate = params(SERVICE, json!({ "policy": "refuse" }));
    app.call("TerminateAccount", terminate).await.expect(&what);
    assert_eq!(app.users().len(), 0, "{what}");
}

#[tokio::test]
async fn a_life_goes_well_on_every_kind_of_gateway() {
    for profile in [
        "vhi-7.1",
        "live-2024",
        "lenient",
        "strict",
        "users-list=object,list-keys=on,list-flags=on",
        "gen-key=new",
        "limits=new,limits-unset=zeros",
        "quota-type=number,quota-unset=zero",
        "delete-user=203",
        "chunked-204=on",
        "error-headers=off",
        "error-body=off",
        "error-headers=off,error-body=off",
        "duplicate-email=second",
    ] {
        for signature in ["v2", "v4"] {
            live_on(signature, profile).await;
        }
    }
}

#[tokio::test]
async fn a_customer_who_moved_keeps_the_service_when_whmcs_has_the_user_on_record() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, json!({})).await;
    let mut moved = create_params(SERVICE, json!({}));
    moved["client_id"] = json!(CUSTOMER + 1);
    moved["user_id"] = made["user_id"].clone();
    let again = app
        .call("CreateAccount", moved)
        .await
        .expect("the same user");
    assert_eq!(again["user_id"], made["user_id"]);
}

#[tokio::test]
async fn the_state_of_an_account_is_shown_where_quotas_are_not_enabled() {
    let app = crate::support::Setup {
        simulator: ostor_bridge::simulator::Options {
            profile: "quotas=off".parse().expect("a profile"),
            ..Default::default()
        },
        ..Default::default()
    }
    .spawn()
    .await;
    app.create(SERVICE, json!({})).await;
    let view = app
        .call("AccountState", params(SERVICE, json!({})))
        .await
        .expect("a view");
    assert_eq!(
        (&view["live"]["state"], &view["live"]["plan"]),
        (&json!("active"), &json!({}))
    );
}
