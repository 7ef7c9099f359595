//! We touch only what is ours: adoption with proof, refusal without.

use serde_json::json;

use crate::support::{CUSTOMER, SERVICE, Setup, TestApp, create_params, full_plan, params};

const IDENTITY: &str = "whmcs-42@ostor-bridge.invalid";

fn verbs() -> [(&'static str, serde_json::Value); 4] {
    [
        ("SuspendAccount", json!({})),
        ("UnsuspendAccount", json!({})),
        ("ChangePackage", json!({ "plan": {} })),
        ("TerminateAccount", json!({ "policy": "refuse" })),
    ]
}

#[tokio::test]
async fn a_foreign_user_with_the_identity_is_left_untouched() {
    let app = TestApp::spawn().await;
    app.simulator.add_user(IDENTITY, false);
    let before = format!("{:?}", app.users());
    let error = app
        .call("CreateAccount", create_params(SERVICE, full_plan()))
        .await
        .expect_err("refused");
    assert_eq!(
        (error.reason.as_str(), error.retryable),
        ("identity_taken", false)
    );
    for (method, more) in verbs() {
        let error = app
            .call(method, params(SERVICE, more))
            .await
            .expect_err(method);
        assert_eq!(error.reason, "identity_taken", "{method}");
    }
    assert_eq!(format!("{:?}", app.users()), before);
}

#[tokio::test]
async fn an_empty_ledger_adopts_the_user_whose_id_whmcs_has_stored() {
    for (method, more) in verbs() {
        let app = TestApp::spawn().await;
        let user = app.simulator.add_user(IDENTITY, false);
        let mut call = params(SERVICE, more);
        call["user_id"] = json!(user.id);
        app.call(method, call).await.expect(method);
        match method {
            "TerminateAccount" => assert_eq!(app.users().len(), 0),
            "SuspendAccount" => assert!(!app.only_user().enabled),
            _ => assert!(app.only_user().enabled),
        }
    }
}

#[tokio::test]
async fn an_adopting_create_sets_the_plan_and_hands_out_the_keys() {
    let app = TestApp::spawn().await;
    let user = app.simulator.add_user(IDENTITY, false);
    let mut call = create_params(SERVICE, full_plan());
    call["user_id"] = json!(user.id);
    let made = app.call("CreateAccount", call).await.expect("adopted");
    assert_eq!(
        (&made["user_id"], &made["created"]),
        (&json!(user.id), &json!(false))
    );
    let user = app.only_user();
    assert_eq!(user.quota_gb, Some(100));
    assert_eq!(made["secret_access_key"], user.keys[0].1.as_str());
}

#[tokio::test]
async fn a_stored_id_that_is_not_the_services_changes_nothing() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    let other = app.simulator.add_user("someone@example.com", false);
    let before = format!("{:?}", app.users());
    for (method, more) in verbs() {
        for id in [other.id.as_str(), "0123456789abcdef"] {
            let mut call = params(SERVICE, more.clone());
            call["user_id"] = json!(id);
            let error = app.call(method, call).await.expect_err(method);
            assert_eq!(error.reason, "identity_mismatch", "{method}");
        }
    }
    let mut create = create_params(SERVICE, json!({}));
    create["user_id"] = json!(other.id);
    let error = app
        .call("CreateAccount", create)
        .await
        .expect_err("refused");
    assert_eq!(error.reason, "identity_mismatch");
    assert_eq!(format!("{:?}", app.users()), before);
}

#[tokio::test]
async fn the_id_of_a_foreign_user_is_no_way_to_take_it_over() {
    let app = TestApp::spawn().await;
    let other = app.simulator.add_user("someone@example.com", false);
    let before = format!("{:?}", app.users());
    for (method, more) in verbs() {
        let mut call = params(SERVICE, more);
        call["user_id"] = json!(other.id);
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(error.reason, "identity_mismatch", "{method}");
    }
    assert_eq!(format!("{:?}", app.users()), before);
}

#[tokio::test]
async fn a_new_customer_with_an_old_service_number_does_not_get_the_keys() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, json!({})).await;
    let mut call = create_params(SERVICE, json!({}));
    call["client_id"] = json!(CUSTOMER + 1);
    let error = app.call("CreateAccount", call).await.expect_err("refused");
    assert_eq!(error.reason, "identity_mismatch");
    assert!(error.message.contains("client 7"), "{}", error.message);
}

#[tokio::test]
async fn a_user_replaced_behind_our_back_is_not_touched() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let gateway = &app.services.clusters["eu1"].gateway;
    let id = ostor_bridge::ostor::UserId::try_from(made["user_id"].as_str().expect("text"))
        .expect("an id");
    gateway.delete_user(&id).await.expect("deleted by hand");
    app.simulator.add_user(IDENTITY, false);
    let before = format!("{:?}", app.users());
    for (method, more) in verbs() {
        let error = app
            .call(method, params(SERVICE, more))
            .await
            .expect_err(method);
        assert_eq!(error.reason, "identity_mismatch", "{method}");
    }
    assert_eq!(format!("{:?}", app.users()), before);
}

#[tokio::test]
async fn a_user_deleted_behind_our_back_is_named_and_create_makes_a_new_one() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let gateway = &app.services.clusters["eu1"].gateway;
    let id = ostor_bridge::ostor::UserId::try_from(made["user_id"].as_str().expect("text"))
        .expect("an id");
    gateway.delete_user(&id).await.expect("deleted by hand");
    for method in ["SuspendAccount", "UnsuspendAccount"] {
        let error = app
            .call(method, params(SERVICE, json!({})))
            .await
            .expect_err(method);
        assert_eq!(error.reason, "user_missing", "{method}");
    }
    let mut call = create_params(SERVICE, full_plan());
    call["user_id"] = made["user_id"].clone();
    let again = app.call("CreateAccount", call).await.expect("created anew");
    assert_eq!(
        (&again["created"], again["user_id"] == made["user_id"]),
        (&json!(true), false)
    );
    assert_eq!(app.only_user().quota_gb, Some(100));
}

#[tokio::test]
async fn a_system_user_is_never_adopted() {
    let app = TestApp::spawn().await;
    let system = app.simulator.add_user(IDENTITY, true);
    for (method, more) in verbs() {
        let mut call = params(SERVICE, more);
        call["user_id"] = json!(system.id);
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(error.reason, "identity_mismatch", "{method}");
    }
}

#[tokio::test]
async fn what_nobody_knows_is_not_a_success() {
    let app = TestApp::spawn().await;
    for (method, more) in verbs() {
        let mut call = params(SERVICE, more);
        let result = app.call(method, call.clone()).await;
        match method {
            // Looked for under its only possible identity and certainly not there.
            "TerminateAccount" => assert_eq!(result.expect("deleted")["state"], "deleted"),
            _ => assert_eq!(result.expect_err(method).reason, "account_unknown"),
        }
        call["user_id"] = json!("0123456789abcdef");
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(error.reason, "account_unknown", "{method}");
        assert!(
            error.message.contains("0123456789abcdef"),
            "{}",
            error.message
        );
    }
}

#[tokio::test]
async fn a_service_that_lives_on_another_cluster_is_refused() {
    let two = |endpoint: &str, key: &str, secret: &str| {
        format!(
            "[clusters.us1]\nendpoint = \"{endpoint}\"\naccess_key = \"{key}\"\nsecret_key = \"{secret}\""
        )
    };
    let options = ostor_bridge::simulator::Options::default();
    let other = ostor_bridge::simulator::Simulator::start(options.clone())
        .await
        .expect("a second cluster");
    let app = Setup {
        sections: two(
            &other.endpoint(),
            &options.system_key,
            &options.system_secret,
        ),
        ..Default::default()
    }
    .spawn()
    .await;
    app.create(SERVICE, json!({})).await;
    let mut create = create_params(SERVICE, json!({}));
    create["cluster"] = json!("us1");
    let mut terminate = params(SERVICE, json!({ "policy": "refuse" }));
    terminate["cluster"] = json!("us1");
    for (method, call) in [("CreateAccount", create), ("TerminateAccount", terminate)] {
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(error.reason, "on_other_cluster", "{method}");
        assert!(error.message.contains("eu1"), "{}", error.message);
    }
    assert_eq!(app.users().len(), 1);
    assert_eq!(other.users().iter().filter(|user| !user.system).count(), 0);
}

#[tokio::test]
async fn a_failed_look_up_refuses() {
    let app = TestApp::spawn().await;
    app.simulator
        .inject_always(ostor_bridge::simulator::Fault::Status(500));
    let error = app
        .call("CreateAccount", create_params(SERVICE, json!({})))
        .await
        .expect_err("refused");
    assert_eq!(
        (error.reason.as_str(), error.retryable),
        ("gateway_unavailable", true)
    );
    let error = app
        .call(
            "TerminateAccount",
            params(SERVICE, json!({ "policy": "refuse" })),
        )
        .await
        .expect_err("refused");
    assert!(error.retryable);
    assert!(
        app.simulator
            .calls()
            .iter()
            .all(|call| call.method == "GET")
    );
}

#[tokio::test]
async fn the_ledger_survives_a_restart() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let (simulator, folder) = app.stop().await;
    let app = Setup {
        folder: Some(folder),
        ..Default::default()
    }
    .spawn_on(simulator)
    .await;
    let again = app
        .call("CreateAccount", create_params(SERVICE, full_plan()))
        .await
        .expect("the same");
    assert_eq!(
        (&again["user_id"], &again["access_key_id"]),
        (&made["user_id"], &made["access_key_id"])
    );
}

#[tokio::test]
async fn the_id_of_a_former_user_does_not_open_the_keys_of_the_next_customer() {
    let app = TestApp::spawn().await;
    let first = app.create(SERVICE, json!({})).await;
    app.call(
        "TerminateAccount",
        params(SERVICE, json!({ "policy": "refuse" })),
    )
    .await
    .expect("terminated");
    let mut next = create_params(SERVICE, json!({}));
    next["client_id"] = json!(CUSTOMER + 1);
    app.call("CreateAccount", next)
        .await
        .expect("created for another customer");
    // As a WHMCS restored from a backup would call it.
    let mut old = create_params(SERVICE, json!({}));
    old["user_id"] = first["user_id"].clone();
    let error = app.call("CreateAccount", old).await.expect_err("refused");
    assert_eq!(error.reason, "identity_mismatch");
}

#[tokio::test]
async fn a_service_that_moved_before_it_had_a_user_gets_one() {
    let app = TestApp::spawn().await;
    app.simulator
        .inject(ostor_bridge::simulator::Fault::Refused, 2);
    app.call("CreateAccount", create_params(SERVICE, json!({})))
        .await
        .expect_err("the user could not be made");
    app.simulator.clear_faults();
    assert_eq!(app.users().len(), 0);
    let mut moved = create_params(SERVICE, json!({}));
    moved["client_id"] = json!(CUSTOMER + 1);
    let made = app.call("CreateAccount", moved).await.expect("created");
    assert_eq!(made["created"], true);
}

#[tokio::test]
async fn an_intent_does_not_outweigh_the_id_that_whmcs_has_stored() {
    let app = TestApp::spawn().await;
    app.simulator
        .inject(ostor_bridge::simulator::Fault::Refused, 2);
    app.call("CreateAccount", create_params(SERVICE, json!({})))
        .await
        .expect_err("the user could not be made");
    app.simulator.clear_faults();
    let other = app.simulator.add_user("someone@example.com", false);
    let create = (
        "CreateAccount",
        json!({ "client_id": CUSTOMER, "email": "customer@example.com", "plan": {} }),
    );
    for (method, more) in verbs().into_iter().chain([create]) {
        let mut call = params(SERVICE, more);
        call["user_id"] = json!(other.id);
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(error.reason, "identity_mismatch", "{method}");
    }
    assert_eq!(app.users().len(), 1);
}

#[tokio::test]
async fn a_changed_identity_template_is_no_way_to_a_foreign_user() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let gateway = &app.services.clusters["eu1"].gateway;
    let id = ostor_bridge::ostor::UserId::try_from(made["user_id"].as_str().expect("text"))
        .expect("an id");
    gateway.delete_user(&id).await.expect("deleted by hand");
    let foreign = app.simulator.add_user("new-42@example.com", false);
    let (simulator, folder) = app.stop().await;
    let app = Setup {
        folder: Some(folder),
        cluster: "identity = \"new-{service_id}@example.com\"".into(),
        ..Default::default()
    }
    .spawn_on(simulator)
    .await;
    let again = app
        .call("CreateAccount", create_params(SERVICE, full_plan()))
        .await
        .expect("created anew");
    assert_ne!(again["user_id"], foreign.id.as_str());
    assert_eq!(again["user_email"], IDENTITY);
}

#[tokio::test]
async fn the_keys_of_an_adopted_user_are_for_whoever_has_its_id_on_record() {
    let app = TestApp::spawn().await;
    let user = app.simulator.add_user(IDENTITY, false);
    let known = json!({ "user_id": user.id });
    app.call("UnsuspendAccount", params(SERVICE, known))
        .await
        .expect("adopted");
    let mut create = create_params(SERVICE, json!({}));
    let error = app
        .call("CreateAccount", create.clone())
        .await
        .expect_err("anyone could ask");
    assert_eq!(error.reason, "identity_mismatch");
    create["user_id"] = json!(user.id);
    let made = app.call("CreateAccount", create).await.expect("the keys");
    assert_eq!(made["user_id"], user.id.as_str());
}

#[tokio::test]
async fn an_adopted_user_does_not_inherit_the_plan_of_a_terminated_one() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    app.call(
        "TerminateAccount",
        params(SERVICE, json!({ "policy": "refuse" })),
    )
    .await
    .expect("terminated");
    let user = app.simulator.add_user(IDENTITY, false);
    let mut unsuspend = params(SERVICE, json!({}));
    unsuspend["user_id"] = json!(user.id);
    app.call("UnsuspendAccount", unsuspend)
        .await
        .expect("adopted");
    assert_eq!(app.only_user().quota_gb, None);
    let view = app
        .call("AccountState", params(SERVICE, json!({})))
        .await
        .expect("a view");
    assert_eq!(view["plan"], json!(null));
}
