//! What staff do at a cluster by hand, through the real endpoint and against the gateway simulator.

use serde_json::{Value, json};

use crate::support::{RpcError, Setup, TestApp, full_plan, params};

const EMAIL: &str = "somebody@example.com";

/// A call about cluster eu1 that must succeed.
async fn done(app: &TestApp, method: &str, params: Value) -> Value {
    call(app, method, params).await.expect(method)
}

async fn call(app: &TestApp, method: &str, mut params: Value) -> Result<Value, RpcError> {
    params["cluster"] = json!("eu1");
    app.call(method, params).await
}

/// The reason and the sentence of a call that must fail.
async fn refused(app: &TestApp, method: &str, params: Value) -> (String, String) {
    let error = call(app, method, params).await.expect_err(method);
    (error.reason, error.message)
}

/// A user that WHMCS knows nothing of, and its id.
async fn stranger(app: &TestApp) -> (Value, String) {
    let made = done(
        app,
        "users.create",
        json!({"email": EMAIL, "actor": "root"}),
    )
    .await;
    let id = made["user_id"].as_str().expect("an id").to_owned();
    (made, id)
}

/// Fails when a user cannot be made, seen, switched or deleted, or when a second one with its address is made.
#[tokio::test]
async fn a_user_is_made_seen_switched_and_deleted() {
    let app = TestApp::spawn().await;
    let (made, id) = stranger(&app).await;
    let secret = made["keys"][0]["secret_access_key"]
        .as_str()
        .expect("a secret");
    assert_eq!(secret.len(), 40);
    let (reason, sentence) = refused(&app, "users.create", json!({"email": EMAIL})).await;
    assert_eq!(reason, "user_exists");
    assert!(sentence.contains(&id), "{sentence}");

    let seen = done(&app, "users.get", json!({"email": EMAIL})).await;
    assert_eq!(seen["user_id"], made["user_id"]);
    assert_eq!(seen["service"], Value::Null);
    assert_eq!(
        seen["keys"],
        json!([{"access_key_id": made["keys"][0]["access_key_id"]}])
    );
    let open = done(&app, "users.get", json!({"user_id": id, "secrets": true})).await;
    assert_eq!(open["keys"][0]["secret_access_key"], json!(secret));

    let off = done(&app, "users.disable", json!({"user_id": id})).await;
    assert_eq!(off["enabled"], json!(false));
    assert!(!app.only_user().enabled);
    let on = done(&app, "users.enable", json!({"email": EMAIL})).await;
    assert_eq!(on["enabled"], json!(true));

    let gone = done(&app, "users.delete", json!({"user_id": id})).await;
    assert_eq!(gone, json!({"user_id": id, "deleted": true}));
    assert!(app.users().is_empty());
    let again = done(&app, "users.delete", json!({"user_id": id})).await;
    assert_eq!(again["deleted"], json!(false));
    assert_eq!(
        refused(&app, "users.get", json!({"user_id": id})).await.0,
        "user_unknown"
    );
}

/// Fails when a user is deleted that owns a bucket or belongs to a service.
#[tokio::test]
async fn a_user_in_use_is_not_deleted() {
    let app = TestApp::spawn().await;
    let made = app.create(7, full_plan()).await;
    let user = json!({"user_id": made["user_id"]});
    let (reason, sentence) = refused(&app, "users.delete", user.clone()).await;
    assert_eq!(reason, "user_in_use");
    assert!(sentence.contains("service 7 of whmcs"), "{sentence}");
    let (_, id) = stranger(&app).await;
    app.simulator.add_object(&id, "papers", "a", 5);
    let (reason, sentence) = refused(&app, "users.delete", json!({"user_id": id})).await;
    assert_eq!(reason, "user_has_buckets");
    assert!(sentence.contains("papers"), "{sentence}");
    assert_eq!(app.users().len(), 2);
    app.call("TerminateAccount", params(7, json!({"policy": "refuse"})))
        .await
        .expect("terminated");
    assert_eq!(refused(&app, "users.get", user).await.0, "user_unknown");
}

/// Fails when pages leave out or repeat users, or when the search or the services are wrong.
#[tokio::test]
async fn users_come_in_pages_with_their_services() {
    let app = TestApp::spawn().await;
    let made = app.create(7, full_plan()).await;
    for number in 0..7 {
        app.simulator
            .add_user(&format!("Person{number}@example.com"), false);
    }
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let page = done(
            &app,
            "users.list",
            json!({"search": "PERSON", "limit": 3, "cursor": cursor}),
        )
        .await;
        assert_eq!(page["total"], json!(7));
        let users = page["users"].as_array().expect("users");
        assert!(users.len() <= 3);
        seen.extend(
            users
                .iter()
                .map(|user| user["email"].as_str().expect("text").to_owned()),
        );
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let expected: Vec<String> = (0..7)
        .map(|number| format!("Person{number}@example.com"))
        .collect();
    assert_eq!(seen, expected);
    let id = made["user_id"].as_str().expect("an id");
    let found = done(&app, "users.list", json!({"search": id, "space": true})).await;
    assert_eq!(found["total"], json!(1));
    assert_eq!(
        found["users"][0]["service"],
        json!({"client": "whmcs", "service_id": 7, "client_id": 7, "state": "active"})
    );
    assert_eq!(found["users"][0]["space"]["bytes"], json!(0));
    assert!(found["users"][0].get("keys").is_none());
}

/// Fails when the wrong pair is answered or revoked, or when a third one is asked of the gateway.
#[tokio::test]
async fn keys_are_made_up_to_two_and_revoked_by_choice() {
    for profile in ["gen-key=all", "gen-key=new"] {
        let mut setup = Setup::default();
        setup.simulator.profile = profile.parse().expect("a profile");
        let app = setup.spawn().await;
        let (made, id) = stranger(&app).await;
        let first = made["keys"][0]["access_key_id"].clone();
        let user = json!({"user_id": id});
        let second = done(&app, "keys.generate", user.clone()).await;
        assert_ne!(second["access_key_id"], first, "{profile}");
        let (reason, sentence) = refused(&app, "keys.generate", user.clone()).await;
        assert_eq!(reason, "key_limit");
        assert!(sentence.contains("revoke one first"), "{sentence}");
        let left = done(
            &app,
            "keys.revoke",
            json!({"user_id": id, "access_key_id": first}),
        )
        .await;
        assert_eq!(left["revoked"], json!(true));
        assert_eq!(
            left["keys"],
            json!([{"access_key_id": second["access_key_id"]}])
        );
        let again = done(
            &app,
            "keys.revoke",
            json!({"user_id": id, "access_key_id": first}),
        )
        .await;
        assert_eq!(again["revoked"], json!(false));
        let shown = done(&app, "keys.list", json!({"user_id": id, "secrets": true})).await;
        assert_eq!(
            shown["keys"][0]["secret_access_key"],
            second["secret_access_key"]
        );
    }
}

/// Fails when an account's keys and its user's are mixed up.
#[tokio::test]
async fn accounts_have_keys_of_their_own() {
    let app = TestApp::spawn().await;
    let (made, id) = stranger(&app).await;
    let account = json!({"user_id": id, "name": "office \"1\""});
    let new = done(&app, "accounts.create", account.clone()).await;
    assert_eq!(new["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        refused(&app, "accounts.create", account.clone()).await.0,
        "sub_account_exists"
    );
    let holder = json!({"user_id": id, "account": "office \"1\""});
    let second = done(&app, "keys.generate", holder.clone()).await;
    assert_eq!(
        refused(&app, "keys.generate", holder.clone()).await.0,
        "key_limit"
    );
    let seen = done(
        &app,
        "accounts.get",
        json!({"email": EMAIL, "name": "office \"1\"", "secrets": true}),
    )
    .await;
    assert_eq!(
        seen["keys"][1]["secret_access_key"],
        second["secret_access_key"]
    );
    let mut first = holder.clone();
    first["access_key_id"] = new["keys"][0]["access_key_id"].clone();
    let left = done(&app, "keys.revoke", first).await;
    assert_eq!(
        left["keys"],
        json!([{"access_key_id": second["access_key_id"]}])
    );
    let user = done(&app, "users.get", json!({"user_id": id})).await;
    assert_eq!(
        user["keys"],
        json!([{"access_key_id": made["keys"][0]["access_key_id"]}])
    );
    assert_eq!(user["accounts"][0]["name"], account["name"]);
    let gone = done(&app, "accounts.delete", account.clone()).await;
    assert_eq!(gone["deleted"], json!(true));
    assert_eq!(
        done(&app, "accounts.delete", account.clone()).await["deleted"],
        json!(false)
    );
    assert_eq!(
        refused(&app, "accounts.get", account).await.0,
        "sub_account_unknown"
    );
    assert_eq!(
        refused(&app, "keys.list", holder).await.0,
        "sub_account_unknown"
    );
}

/// Fails when a bucket is deleted that holds something, or by somebody whose right it is not.
#[tokio::test]
async fn buckets_are_listed_in_every_way_and_deleted_when_empty() {
    let mut setup = Setup::default();
    setup.simulator.profile = "system-buckets=off".parse().expect("a profile");
    let app = setup.spawn().await;
    let (_, id) = stranger(&app).await;
    for name in ["alpha", "beta", "gamma"] {
        app.simulator.add_object(&id, name, "a", 5);
    }
    let names = |page: &Value| -> Vec<String> {
        let buckets = page["buckets"].as_array().expect("buckets").iter();
        buckets
            .map(|bucket| bucket["name"].as_str().expect("text").to_owned())
            .collect()
    };
    for params in [json!({}), json!({"user_id": id}), json!({"email": EMAIL})] {
        assert_eq!(
            names(&done(&app, "buckets.list", params).await),
            ["alpha", "beta", "gamma"]
        );
    }
    let some = done(
        &app,
        "buckets.list",
        json!({"names": ["gamma", "nothing", "alpha"]}),
    )
    .await;
    assert_eq!(names(&some), ["alpha", "gamma"]);
    let page = done(&app, "buckets.list", json!({"search": "a", "limit": 2})).await;
    assert_eq!((names(&page).len(), &page["total"]), (2, &json!(3)));
    let rest = done(
        &app,
        "buckets.list",
        json!({"search": "a", "cursor": page["next_cursor"]}),
    )
    .await;
    assert_eq!(names(&rest), ["gamma"]);

    let one = done(&app, "buckets.get", json!({"bucket": "beta"})).await;
    assert_eq!(
        (&one["bytes"], &one["owner_email"]),
        (&json!(5), &json!(EMAIL))
    );
    let (reason, sentence) = refused(&app, "buckets.delete", json!({"bucket": "beta"})).await;
    assert_eq!(reason, "bucket_not_empty");
    assert!(sentence.contains("beta"), "{sentence}");
    app.simulator.remove_object("beta", "a");
    let key =
        done(&app, "keys.list", json!({"user_id": id})).await["keys"][0]["access_key_id"].clone();
    done(
        &app,
        "keys.revoke",
        json!({"user_id": id, "access_key_id": key}),
    )
    .await;
    assert_eq!(
        done(&app, "buckets.delete", json!({"bucket": "beta"})).await["deleted"],
        json!(true)
    );
    assert_eq!(
        done(&app, "buckets.delete", json!({"bucket": "beta"})).await["deleted"],
        json!(false)
    );
    assert_eq!(
        refused(&app, "buckets.get", json!({"bucket": "beta"}))
            .await
            .0,
        "bucket_unknown"
    );
    let keys = done(&app, "keys.list", json!({"user_id": id})).await;
    assert_eq!(
        keys["keys"],
        json!([]),
        "the key made for the deletion is gone"
    );
}

/// Fails when a limit or quota of one kind changes another, or when an unknown bucket passes for one without limits.
#[tokio::test]
async fn limits_and_quotas_are_set_read_and_removed() {
    let app = TestApp::spawn().await;
    let (_, id) = stranger(&app).await;
    app.simulator.add_object(&id, "papers", "a", 5);
    let none = json!({"ops_per_second": {"default": null, "get": null, "put": null, "list": null, "delete": null}, "bandwidth_out_kbps": null});
    for of in [json!({"user_id": id}), json!({"bucket": "papers"})] {
        assert_eq!(done(&app, "limits.get", of.clone()).await["limits"], none);
        let mut set = of.clone();
        set["limits"] =
            json!({"ops_per_second": {"get": 0.5, "put": 20}, "bandwidth_out_kbps": 2048});
        let mut expected = none.clone();
        expected["ops_per_second"]["get"] = json!(0.5);
        expected["ops_per_second"]["put"] = json!(20);
        expected["bandwidth_out_kbps"] = json!(2048);
        assert_eq!(
            done(&app, "limits.set", set.clone()).await["limits"],
            expected
        );
        set["limits"] = json!({"ops_per_second": {"get": null}});
        expected["ops_per_second"]["get"] = Value::Null;
        assert_eq!(done(&app, "limits.set", set).await["limits"], expected);
        let mut part = of.clone();
        part["type"] = json!("bandwidth");
        expected["bandwidth_out_kbps"] = Value::Null;
        assert_eq!(done(&app, "limits.delete", part).await["limits"], expected);
        assert_eq!(done(&app, "limits.delete", of).await["limits"], none);
    }
    for of in [
        json!({"user_id": id}),
        json!({"bucket": "papers"}),
        json!({"default": "user"}),
        json!({"default": "bucket"}),
    ] {
        assert_eq!(
            done(&app, "quotas.get", of.clone()).await["quota_gb"],
            Value::Null
        );
        let mut set = of.clone();
        set["quota_gb"] = json!(1024);
        let mut expected = of.clone();
        expected["quota_gb"] = json!(1024);
        assert_eq!(done(&app, "quotas.set", set).await, expected);
        assert_eq!(done(&app, "quotas.get", of.clone()).await, expected);
        assert_eq!(
            done(&app, "quotas.delete", of).await["quota_gb"],
            Value::Null
        );
    }
    for method in ["limits.get", "quotas.get", "limits.delete", "quotas.delete"] {
        assert_eq!(
            refused(&app, method, json!({"bucket": "nothing"})).await.0,
            "bucket_unknown"
        );
        assert_eq!(
            refused(&app, method, json!({"email": "x@example.com"}))
                .await
                .0,
            "user_unknown"
        );
    }
}

/// Fails when an object is deleted whose usage is in no ledger.
#[tokio::test]
async fn statistics_that_are_not_counted_are_not_deleted() {
    let clock = ostor_bridge::clock::Clock::default();
    let app = Setup {
        clock: clock.clone(),
        ..Setup::default()
    };
    let app = app.spawn().await;
    let (_, id) = stranger(&app).await;
    app.simulator.record(
        &id,
        "papers",
        ostor_bridge::simulator::Counters {
            get: 3,
            downloaded: 77,
            ..Default::default()
        },
    );
    app.simulator.advance(jiff::SignedDuration::from_hours(3));
    clock.set(app.simulator.now());
    let page = done(&app, "statistics.list", json!({})).await;
    let object = &page["objects"][0];
    assert_eq!(
        (&object["counted"], &object["period_seconds"]),
        (&json!(false), &json!(1800))
    );
    let name = json!({"name": object["name"]});
    let read = done(&app, "statistics.get", name.clone()).await;
    assert_eq!(read["items"][0]["user_id"], json!(id));
    assert_eq!(
        (
            &read["items"][0]["ops_get"],
            &read["items"][0]["bytes_downloaded"]
        ),
        (&json!(3), &json!(77))
    );
    let (reason, sentence) = refused(&app, "statistics.delete", name.clone()).await;
    assert_eq!(reason, "object_not_counted");
    assert!(sentence.contains("lose its usage"), "{sentence}");
    let mut discard = name.clone();
    discard["discard"] = json!(true);
    assert_eq!(
        done(&app, "statistics.delete", discard).await["deleted"],
        json!(true)
    );
    assert_eq!(
        done(&app, "statistics.list", json!({})).await["objects"],
        json!([])
    );
    assert_eq!(
        done(&app, "statistics.delete", name.clone()).await["deleted"],
        json!(false)
    );
    assert_eq!(
        refused(&app, "statistics.get", name).await.0,
        "object_unknown"
    );
}

/// Fails when a change leaves no trace, when the trace lacks who made it, or when a secret is in it.
#[tokio::test]
async fn who_did_what_is_on_record_without_secrets() {
    let app = TestApp::spawn().await;
    let (made, id) = stranger(&app).await;
    app.create(7, full_plan()).await;
    done(&app, "users.get", json!({"user_id": id, "secrets": true})).await;
    refused(
        &app,
        "users.create",
        json!({"email": EMAIL, "actor": "jane"}),
    )
    .await;
    done(
        &app,
        "keys.generate",
        json!({"user_id": id, "actor": "jane"}),
    )
    .await;
    let all = done(&app, "audit.list", json!({})).await;
    let line = |entry: &Value| {
        let text = |name: &str| entry[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} {}", text("actor"), text("method"), text("outcome"))
    };
    let lines: Vec<String> = all["entries"]
        .as_array()
        .expect("entries")
        .iter()
        .map(line)
        .collect();
    assert_eq!(
        lines,
        [
            "jane keys.generate success",
            "jane users.create user_exists",
            "- users.get success",
            "- CreateAccount success",
            "root users.create success",
        ]
    );
    assert!(
        !all.to_string().contains(
            made["keys"][0]["secret_access_key"]
                .as_str()
                .expect("a secret")
        )
    );
    let of_user = done(&app, "audit.list", json!({"user_id": id, "limit": 1})).await;
    assert_eq!(of_user["entries"].as_array().map(Vec::len), Some(1));
    let next = done(
        &app,
        "audit.list",
        json!({"user_id": id, "cursor": of_user["next_cursor"]}),
    )
    .await;
    assert_eq!(line(&next["entries"][0]), "- users.get success");
    let of_service = done(&app, "audit.list", json!({"service_id": 7})).await;
    assert_eq!(of_service["entries"].as_array().map(Vec::len), Some(1));
}

/// Fails when bad input is taken, or changes something.
#[tokio::test]
async fn bad_input_gets_a_sentence_and_changes_nothing() {
    let app = TestApp::spawn().await;
    let (_, id) = stranger(&app).await;
    let before = app.users().len();
    let user = |more: Value| {
        let mut params = json!({"user_id": id});
        for (name, value) in more.as_object().expect("members") {
            params[name] = value.clone();
        }
        params
    };
    for (method, params, words) in [
        ("users.get", json!({}), "`user_id` or by `email`"),
        ("users.get", user(json!({"email": EMAIL})), "not by both"),
        ("users.get", json!({"user_id": "XYZ"}), "16 hex digits"),
        ("users.get", json!({"email": ""}), "1 to 255 bytes"),
        ("users.get", user(json!({"secret": true})), "secret"),
        (
            "users.create",
            json!({"email": "no address"}),
            "e-mail address",
        ),
        (
            "users.create",
            json!({"email": format!("{}@example.com", "a".repeat(300))}),
            "254 bytes",
        ),
        ("users.list", json!({"limit": 0}), "1 to 1000"),
        ("users.list", json!({"limit": 1.5}), "1 to 1000"),
        (
            "users.delete",
            user(json!({"actor": "a\nb"})),
            "control characters",
        ),
        ("keys.revoke", user(json!({})), "access_key_id"),
        ("keys.generate", user(json!({"account": 7})), "string"),
        (
            "accounts.create",
            user(json!({"name": "x".repeat(256)})),
            "255 bytes",
        ),
        ("buckets.list", user(json!({"names": []})), "not for both"),
        ("buckets.get", json!({"bucket": ["a"]}), "string"),
        ("limits.set", user(json!({"limits": {}})), "no limit"),
        (
            "limits.set",
            user(json!({"limits": {"ops_per_second": {"get": 0}}})),
            "0.01",
        ),
        (
            "limits.set",
            user(json!({"limits": {"ops_per_second": {"get": -1}}})),
            "0.01",
        ),
        (
            "limits.set",
            user(json!({"limits": {"ops_per_second": {"get": 0.001}}})),
            "two decimals",
        ),
        (
            "limits.set",
            user(json!({"limits": {"bandwidth_out_kbps": "7"}})),
            "number",
        ),
        (
            "limits.set",
            user(json!({"bucket": "papers", "limits": {"bandwidth_out_kbps": 7}})),
            "name one of",
        ),
        ("limits.delete", user(json!({"type": "all"})), "variant"),
        ("quotas.set", user(json!({"quota_gb": 0})), "from 1"),
        ("quotas.set", user(json!({"quota_gb": 0.5})), "from 1"),
        ("quotas.set", user(json!({"quota_gb": -3})), "from 1"),
        (
            "quotas.set",
            user(json!({"default": "user", "quota_gb": 3})),
            "name one of",
        ),
        ("quotas.get", json!({}), "name one of"),
        ("statistics.get", json!({}), "name"),
        ("audit.list", json!({"cursor": "x"}), "next_cursor"),
    ] {
        let (reason, sentence) = refused(&app, method, params).await;
        assert_eq!(reason, "invalid_params", "{method}: {sentence}");
        assert!(sentence.contains(words), "{method}: {sentence}");
    }
    assert_eq!(app.users().len(), before);
    assert_eq!(app.only_user().quota_gb, None);
}

/// Fails when a pair that staff made becomes the customer's.
#[tokio::test]
async fn a_pair_that_staff_made_is_not_the_services() {
    let app = TestApp::spawn().await;
    let made = app.create(7, full_plan()).await;
    let spare = done(&app, "keys.generate", json!({"user_id": made["user_id"]})).await;
    assert_ne!(spare["access_key_id"], made["access_key_id"]);
    let again = app.create(7, full_plan()).await;
    assert_eq!(again["access_key_id"], made["access_key_id"]);
    assert_eq!(again["secret_access_key"], made["secret_access_key"]);
}
