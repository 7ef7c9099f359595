//! Bad parameters and bad clusters: a sentence, and nothing changed.

use std::time::Duration;

use ostor_bridge::simulator::{Fault, Options};
use serde_json::{Value, json};

use crate::support::{SERVICE, Setup, TestApp, create_params, full_plan, params};

/// CreateAccount's parameters with one member replaced, or removed when `value` is not given.
fn with(member: &str, value: Option<Value>) -> Value {
    let mut params = create_params(SERVICE, full_plan());
    match value {
        Some(value) => params[member] = value,
        None => {
            params.as_object_mut().expect("an object").remove(member);
        }
    }
    params
}

#[tokio::test]
async fn every_bad_parameter_is_refused_before_any_gateway_call() {
    let app = TestApp::spawn().await;
    let cases = [
        ("service_id", Some(json!(0)), "WHMCS"),
        ("service_id", Some(json!(-1)), "WHMCS"),
        ("service_id", Some(json!(4_294_967_296_u64)), "WHMCS"),
        ("service_id", Some(json!(1e300)), "WHMCS"),
        ("service_id", Some(json!(1.5)), "WHMCS"),
        ("service_id", Some(json!("42")), "invalid type"),
        ("service_id", Some(json!(null)), "invalid type"),
        ("service_id", None, "missing field `service_id`"),
        ("client_id", Some(json!(0)), "WHMCS"),
        ("client_id", None, "missing field `client_id`"),
        ("cluster", Some(json!(7)), "invalid type"),
        ("cluster", None, "missing field `cluster`"),
        ("email", Some(json!("")), "e-mail"),
        ("email", Some(json!("nobody")), "e-mail"),
        (
            "email",
            Some(json!("a@b.example\nBcc: c@d.example")),
            "e-mail",
        ),
        ("email", Some(json!("a b@c.example")), "e-mail"),
        (
            "email",
            Some(json!(format!("{}@b.example", "a".repeat(300)))),
            "e-mail",
        ),
        ("email", None, "missing field `email`"),
        ("plan", None, "missing field `plan`"),
        ("plan", Some(json!(null)), "invalid type"),
        ("plan", Some(json!({ "quota_gb": 0 })), "plan.quota_gb"),
        ("plan", Some(json!({ "quota_gb": -5 })), "plan.quota_gb"),
        ("plan", Some(json!({ "quota_gb": 0.5 })), "plan.quota_gb"),
        ("plan", Some(json!({ "quota_gb": "NaN" })), "invalid type"),
        (
            "plan",
            Some(json!({ "ops_per_second": { "get": 0 } })),
            "plan.ops_per_second.get",
        ),
        (
            "plan",
            Some(json!({ "bandwidth_out_kbps": -1 })),
            "plan.bandwidth_out_kbps",
        ),
        (
            "plan",
            Some(json!({ "quota_tb": 1 })),
            "unknown field `quota_tb`",
        ),
        ("user_id", Some(json!("not an id")), "user_id"),
        ("user_id", Some(json!("0123456789ABCDEF")), "user_id"),
        ("user_id", Some(json!(7)), "invalid type"),
        ("surprise", Some(json!(1)), "unknown field `surprise`"),
    ];
    for (member, value, words) in cases {
        let what = format!("{member} = {value:?}");
        let error = app
            .call("CreateAccount", with(member, value))
            .await
            .expect_err(&what);
        assert_eq!(
            (error.code, error.reason.as_str(), error.retryable),
            (-32602, "invalid_params", false),
            "{what}"
        );
        assert!(
            error.message.contains(words) && error.message.contains(member),
            "{what}: {}",
            error.message
        );
        assert!(!error.request_id.is_empty());
    }
    for (method, more) in [
        ("TerminateAccount", json!({})),
        ("TerminateAccount", json!({ "policy": "destroy" })),
        ("ChangePackage", json!({})),
        ("ChangePackage", json!({ "plan": { "quota_gb": 0 } })),
        ("SuspendAccount", json!({ "reason": 7 })),
    ] {
        let error = app
            .call(method, params(SERVICE, more.clone()))
            .await
            .expect_err(method);
        assert_eq!(error.reason, "invalid_params", "{method} {more}");
    }
    assert_eq!(app.simulator.calls().len(), 0);
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn a_number_beyond_json_is_a_parse_error() {
    let app = TestApp::spawn().await;
    for number in ["NaN", "Infinity", "1e999999", "0x10", "-"] {
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"CreateAccount","params":{{"plan":{{"quota_gb":{number}}}}}}}"#
        );
        let (_, answer) = app.caller.post(&body).await;
        let code = answer.expect("an answer")["error"]["code"].clone();
        assert!(
            [json!(-32700), json!(-32602)].contains(&code),
            "{number}: {code}"
        );
    }
    assert_eq!(app.simulator.calls().len(), 0);
}

#[tokio::test]
async fn unusual_addresses_of_customers_are_no_obstacle() {
    let app = TestApp::spawn().await;
    for (n, email) in [
        "o'brien@example.com",
        "\"quoted\"@example.com",
        "per%25cent@example.com",
        "plus+tag@example.com",
        "müller@exämple.de",
        "🦀@example.com",
        "O&#039;Brien@example.com",
        "<b>@example.com",
    ]
    .into_iter()
    .enumerate()
    {
        let mut params = create_params(100 + n as u64, json!({}));
        params["email"] = json!(email);
        app.call("CreateAccount", params).await.expect(email);
    }
    assert_eq!(app.users().len(), 8);
}

#[tokio::test]
async fn an_identity_with_signs_that_mean_something_in_urls_arrives_as_it_is() {
    for signature in ["v2", "v4"] {
        let app = Setup {
            cluster: format!("signature = \"{signature}\"\nidentity = \"a+b&c=d%20/{{client}}'\\\"?#{{service_id}}@x.invalid\""),
            ..Default::default()
        }
        .spawn()
        .await;
        app.call("CreateAccount", create_params(SERVICE, full_plan()))
            .await
            .expect(signature);
        assert_eq!(
            app.only_user().email,
            "a+b&c=d%20/whmcs'\"?#42@x.invalid",
            "{signature}"
        );
        app.call("SuspendAccount", params(SERVICE, json!({})))
            .await
            .expect(signature);
        app.call(
            "TerminateAccount",
            params(SERVICE, json!({ "policy": "refuse" })),
        )
        .await
        .expect(signature);
    }
}

#[tokio::test]
async fn an_unknown_cluster_is_named() {
    let app = TestApp::spawn().await;
    let mut call = create_params(SERVICE, full_plan());
    call["cluster"] = json!("mars");
    for (method, call) in [
        ("CreateAccount", call),
        ("TestConnection", json!({ "cluster": "mars" })),
    ] {
        let error = app.call(method, call).await.expect_err(method);
        assert_eq!(
            (error.reason.as_str(), error.retryable),
            ("unknown_cluster", false)
        );
        assert!(error.message.contains("mars"), "{}", error.message);
    }
}

/// What CreateAccount and TestConnection say of a cluster in this state.
async fn complaints(app: &TestApp) -> [crate::support::RpcError; 2] {
    [
        app.call("CreateAccount", create_params(SERVICE, full_plan()))
            .await
            .expect_err("CreateAccount"),
        app.call("TestConnection", json!({ "cluster": "eu1" }))
            .await
            .expect_err("TestConnection"),
    ]
}

#[tokio::test]
async fn a_gateway_that_cannot_be_used_is_told_apart() {
    for (fault, reason, retryable) in [
        (Fault::Refused, "gateway_unreachable", true),
        (Fault::StalledBefore, "gateway_unavailable", true),
        (Fault::Status(500), "gateway_unavailable", true),
        (Fault::Status(503), "gateway_unavailable", true),
        (Fault::Html502Before, "gateway_unavailable", true),
        (Fault::EmptyOk, "gateway_malformed", true),
        (Fault::BrokenBody, "gateway_malformed", true),
    ] {
        let app = TestApp::spawn().await;
        app.call("CreateAccount", create_params(1, json!({})))
            .await
            .expect("a healthy start");
        app.simulator.inject_always(fault);
        // The first user answers to the probe of a read with a body, so that a body can break.
        let error = app
            .call("UnsuspendAccount", params(1, json!({})))
            .await
            .expect_err("UnsuspendAccount");
        assert_eq!(
            (error.reason.as_str(), error.retryable),
            (reason, retryable),
            "{fault:?}: {}",
            error.message
        );
        assert!(error.message.contains("eu1"), "{}", error.message);
        app.simulator.clear_faults();
        assert_eq!(app.users().len(), 1);
    }
}

#[tokio::test]
async fn a_slow_gateway_is_waited_for() {
    let app = TestApp::spawn().await;
    app.simulator
        .inject_always(Fault::Slow(Duration::from_millis(400)));
    app.create(SERVICE, full_plan()).await;
    assert_eq!(app.only_user().quota_gb, Some(100));
}

#[tokio::test]
async fn clocks_twenty_minutes_apart_are_told() {
    let app = TestApp::spawn().await;
    app.simulator.advance(jiff::SignedDuration::from_mins(20));
    for error in complaints(&app).await {
        assert_eq!(
            (error.reason.as_str(), error.retryable),
            ("gateway_clock", false)
        );
        assert!(error.message.contains("clock"), "{}", error.message);
    }
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn a_wrong_secret_and_a_key_without_the_system_flag_are_told() {
    let simulator = ostor_bridge::simulator::Simulator::start(Options::default())
        .await
        .expect("a cluster");
    let plain = simulator.add_user("plain@example.com", false);
    let (plain_key, plain_secret) = plain.keys[0].clone();
    let system = Options::default();
    for (key, secret, words) in [
        (
            system.system_key.clone(),
            "wrongSecretWrongSecretWrongSecretWrong00".to_owned(),
            "secret",
        ),
        (
            "0000000000000000ABCD".to_owned(),
            system.system_secret.clone(),
            "access key",
        ),
        (plain_key, plain_secret, "system user"),
    ] {
        let another = ostor_bridge::simulator::Simulator::start(Options::default())
            .await
            .expect("a cluster");
        another.add_user("plain@example.com", false);
        let app = Setup {
            simulator: Options {
                system_key: key,
                system_secret: secret.clone(),
                ..Options::default()
            },
            ..Default::default()
        }
        .spawn_on(another)
        .await;
        for error in complaints(&app).await {
            assert_eq!(
                (error.reason.as_str(), error.retryable),
                ("gateway_credentials", false),
                "{}",
                error.message
            );
            assert!(error.message.contains(words), "{}", error.message);
            assert!(!error.message.contains(&secret));
        }
        assert_eq!(app.users().len(), 1);
    }
}

#[tokio::test]
async fn quotas_that_are_not_enabled_on_the_cluster_are_told() {
    let app = Setup {
        simulator: Options {
            profile: "quotas=off".parse().expect("a profile"),
            ..Options::default()
        },
        ..Default::default()
    }
    .spawn()
    .await;
    let error = app
        .call("CreateAccount", create_params(SERVICE, full_plan()))
        .await
        .expect_err("refused");
    assert!(error.message.contains("ostor-quotas"), "{}", error.message);
    app.call("CreateAccount", create_params(2, json!({})))
        .await
        .expect("a plan without quota works");
}

#[tokio::test]
async fn a_step_that_was_not_sent_does_not_claim_that_nothing_was_changed() {
    let app = TestApp::spawn().await;
    app.simulator.inject(Fault::Refused, 4);
    let error = app
        .call("CreateAccount", create_params(SERVICE, full_plan()))
        .await
        .expect_err("cut off after the user was made");
    assert_eq!(error.reason, "gateway_unreachable");
    assert_eq!(app.users().len(), 1);
    assert!(!error.message.contains("nothing"), "{}", error.message);
}

/// A value that is right for a parameter of this name.
fn right(name: &str, user: &str) -> Value {
    match name {
        "cluster" => json!("eu1"),
        "service_id" | "client_id" | "from_service_id" | "limit" | "most" | "job_id" => json!(7),
        "user_id" => json!(user),
        "email" => json!("somebody@example.com"),
        "plan" => full_plan(),
        "limits" => json!({ "bandwidth_out_kbps": 7 }),
        "quota_gb" => json!(7),
        "policy" => json!("refuse"),
        "timezone" => json!("Europe/Berlin"),
        "from" => json!("2026-11-01T00:00:00Z"),
        "to" => json!("2026-11-02T00:00:00Z"),
        "step" => json!("day"),
        "access_key_id" => json!("ca55631f9f3d59dcZMDX"),
        "name" | "bucket" | "account" | "sub_account" | "actor" | "reason" | "search"
        | "cursor" => json!("word"),
        "gigabyte" => json!("binary"),
        "type" => json!("ops"),
        "default" => json!("user"),
        "names" => json!(["papers"]),
        "services" => json!([]),
        "identity" => json!("somebody@example.com"),
        "finding" => json!({
            "kind": "plan_differs", "service_id": 7, "user_id": user, "sentence": "", "repair": null,
        }),
        "secrets" | "space" | "discard" | "dry_run" => json!(true),
        other => panic!("no value for the parameter {other}"),
    }
}

/// Each parameter of each method, as the interface describes itself: absent where it is needed, of a wrong type, and
/// one that does not exist; then all right, but about a user that is not there.
#[tokio::test]
async fn every_parameter_of_every_method_is_checked() {
    let app = TestApp::spawn().await;
    let user = app.simulator.add_user("somebody@example.com", false);
    app.simulator.clear_calls();
    let (_, document) = app.caller.get("/openrpc.json").await;
    let (mut tried, mut strangers) = (0, 0);
    for method in document["methods"].as_array().expect("methods") {
        let name = method["name"].as_str().expect("a name");
        let params = method["params"].as_array().expect("parameters").iter();
        let params: Vec<(&str, bool)> = params
            .map(|param| {
                let needed = param["required"] == json!(true);
                (param["name"].as_str().expect("a name"), needed)
            })
            .collect();
        let about_a_user =
            params.contains(&("user_id", false)) && params.contains(&("email", false));
        let mut valid = json!({});
        for (param, needed) in &params {
            if *needed || (about_a_user && *param == "user_id") {
                valid[*param] = right(param, &user.id);
            }
        }
        let mut wrong = vec![with_member(&valid, "no_such_parameter", json!(1))];
        for (param, needed) in &params {
            let other_type = match right(param, &user.id) {
                Value::Object(_) => json!("word"),
                _ => json!({ "a": 1 }),
            };
            wrong.push(with_member(&valid, param, other_type));
            if *needed {
                let mut absent = valid.clone();
                absent.as_object_mut().expect("an object").remove(*param);
                wrong.push(absent);
                wrong.push(with_member(&valid, param, Value::Null));
            }
        }
        for params in wrong {
            let error = app.call(name, params.clone()).await;
            let error = error.expect_err(&format!("{name} {params}"));
            assert_eq!(
                error.reason, "invalid_params",
                "{name} {params}: {}",
                error.message
            );
            tried += 1;
        }
        if about_a_user {
            let nobody = with_member(&valid, "user_id", json!("ffffffffffffffff"));
            match app.call(name, nobody).await {
                // Repeated safely: the user is gone already.
                Ok(answer) => {
                    assert_eq!((name, &answer["deleted"]), ("users.delete", &json!(false)))
                }
                Err(error) => {
                    assert_eq!(error.reason, "user_unknown", "{name}: {}", error.message);
                    let named = error.message.contains("ffffffffffffffff");
                    assert!(named, "{name}: {}", error.message);
                }
            }
            strangers += 1;
        }
    }
    assert!(tried > 250 && strangers > 15, "{tried} and {strangers}");
    let calls = app.simulator.calls();
    assert!(calls.iter().all(|call| !call.effect), "{calls:?}");
}

fn with_member(params: &Value, name: &str, value: Value) -> Value {
    let mut params = params.clone();
    params[name] = value;
    params
}
