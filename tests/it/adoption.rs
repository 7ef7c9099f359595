//! Moving in: S3 users that the Integration Guide's scripts made, or somebody by hand, become services' without anything
//! changing for their customers.

use std::collections::BTreeMap;

use ostor_bridge::ostor::{Rate, Resource, Target, UserId};
use ostor_bridge::simulator::{Options, UserView};
use serde_json::{Value, json};

use crate::support::{SERVICE, Setup, TestApp, create_params, full_plan, params};

/// Customers of the guide's scripts.
const CUSTOMERS: u64 = 200;

/// Two of them have one address.
const SHARING: [u64; 2] = [7, 107];

/// One has another address now, and WHMCS remembers the former one.
const RENAMED: u64 = 11;

/// One has, and only the keys in the notes tell.
const KEYS_TELL: u64 = 12;

async fn spawn(profile: &str) -> TestApp {
    let setup = Setup {
        simulator: Options {
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        },
        cluster: "timeout = \"20s\"".to_owned(),
        ..Setup::default()
    };
    setup.spawn().await
}

fn service(number: u64, email: &str) -> Value {
    json!({
        "service_id": number, "client_id": number + 1000, "email": email,
        "former_emails": [], "user_id": null, "access_key_ids": [],
    })
}

fn email(number: u64) -> String {
    match number {
        _ if SHARING.contains(&number) => "office@example.com".to_owned(),
        _ => format!("client{number}@example.com"),
    }
}

/// Users as the guide's scripts make them, and WHMCS's services for them.
async fn customers(app: &TestApp) -> (BTreeMap<u64, UserView>, Vec<Value>) {
    let gateway = &app.services.clusters["eu1"].gateway;
    let (mut users, mut services) = (BTreeMap::new(), Vec::new());
    for number in 1..=CUSTOMERS {
        let made = gateway.create_user(&email(number)).await.expect("a user");
        let mut wanted = service(number, &email(number));
        if number % 9 == 0 {
            let (target, rate) = (Target::User(made.id.clone()), Rate::from_hundredths(900));
            let set = gateway.set_limit(&target, Resource::Get, rate).await;
            set.expect("by hand");
        }
        if number % 10 == 0 {
            gateway
                .disable_user(&email(number))
                .await
                .expect("a debtor");
        }
        if number % 6 == 0 {
            gateway
                .generate_key(&email(number))
                .await
                .expect("a second pair");
        }
        if number % 5 == 0 {
            wanted["user_id"] = json!(made.id);
        }
        if number % 4 == 0 || SHARING.contains(&number) || number == KEYS_TELL {
            wanted["access_key_ids"] = json!(["0000000000000000GONE", made.keys[0].id]);
        }
        if number == RENAMED {
            wanted["email"] = json!("married@example.com");
            wanted["former_emails"] = json!(["maiden@example.com", email(number)]);
        }
        if number == KEYS_TELL {
            wanted["email"] = json!("moved@example.com");
        }
        services.push(wanted);
        let view = app
            .users()
            .into_iter()
            .find(|user| user.id == made.id.as_str());
        users.insert(number, view.expect("it is there"));
    }
    for (number, user) in &mut users {
        let now = app.users().into_iter().find(|now| now.id == user.id);
        *user = now.unwrap_or_else(|| panic!("user of {number}"));
    }
    (users, services)
}

/// All of a user that its customer could notice, secrets included.
fn whole(user: &UserView) -> String {
    format!("{user:?} {:?}", user.keys)
}

fn everything(app: &TestApp) -> Vec<String> {
    app.users().iter().map(whole).collect()
}

async fn plan(app: &TestApp, services: &[Value]) -> Vec<Value> {
    let plan = json!({ "cluster": "eu1", "services": services });
    let plan = app.call("adoption.plan", plan).await.expect("a plan");
    plan["matches"].as_array().expect("matches").clone()
}

fn apply_params(service: &Value, user: &UserView) -> Value {
    json!({
        "cluster": "eu1", "service_id": service["service_id"], "client_id": service["client_id"],
        "user_id": user.id, "identity": user.email, "email": service["email"], "actor": "anna",
    })
}

fn user_of(app: &TestApp, id: &str) -> UserView {
    let found = app.users().into_iter().find(|user| user.id == id);
    found.expect("the user")
}

/// Fails when a user is not found, found wrongly or changed by being adopted; when adopting twice differs from once; and
/// when a call of WHMCS fails on an adopted user or hits another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_customers_move_in_and_nobody_notices() {
    let app = spawn("duplicate-email=second").await;
    let (users, services) = customers(&app).await;
    let before = everything(&app);
    app.simulator.clear_calls();
    let matches = plan(&app, &services).await;
    assert_eq!(matches.len() as u64, CUSTOMERS);
    for (service, found) in services.iter().zip(&matches) {
        let number = service["service_id"].as_u64().expect("a number");
        assert_eq!(found["outcome"], "match", "{found}");
        assert_eq!(found["user_id"], users[&number].id.as_str(), "{found}");
        assert_eq!(found["identity"], users[&number].email.as_str());
        let evidence = found["evidence"].as_array().expect("evidence");
        assert!(
            !evidence.is_empty() && found["problem"].is_null(),
            "{found}"
        );
    }
    let first =
        |number: u64| matches[usize::try_from(number - 1).expect("small")]["evidence"][0].clone();
    for (number, words) in [
        (RENAMED, "former address client11@example.com"),
        (KEYS_TELL, "the access key"),
        (SHARING[0], "the access key"),
        (5, "stored this user's id"),
        (1, "the customer's address"),
    ] {
        let evidence = first(number);
        assert!(
            evidence.as_str().expect("words").contains(words),
            "{evidence}"
        );
    }
    for service in &services {
        let number = service["service_id"].as_u64().expect("a number");
        let user = &users[&number];
        let apply = apply_params(service, user);
        let adopted = app
            .call("adoption.apply", apply.clone())
            .await
            .expect("adopted");
        let state = if user.enabled { "active" } else { "suspended" };
        assert_eq!(adopted["state"], state);
        assert_eq!(adopted["user_id"], user.id.as_str());
        assert_eq!(adopted["user_email"], user.email.as_str());
        assert_eq!(adopted["access_key_id"], user.keys[0].0.as_str());
        assert_eq!(adopted["secret_access_key"], user.keys[0].1.as_str());
        if number % 20 == 0 {
            let again = app.call("adoption.apply", apply).await.expect("again");
            assert_eq!(again, adopted);
        }
    }
    let calls = app.simulator.calls();
    assert!(calls.iter().all(|call| call.method == "GET"));
    assert_eq!(everything(&app), before, "nothing changed for anybody");
    for found in plan(&app, &services).await {
        assert_eq!(found["outcome"], "adopted", "{found}");
    }
    let report = app.call("drift.report", json!({ "cluster": "eu1" })).await;
    assert_eq!(report.expect("a report")["findings"], json!([]));
    let mut listed = Vec::new();
    let list = json!({ "cluster": "eu1" });
    let page = app.call("ListAccounts", list).await.expect("a page");
    listed.extend(page["accounts"].as_array().expect("accounts").clone());
    assert_eq!(listed.len() as u64, CUSTOMERS);
    assert_eq!(listed[0]["client_id"], 1001);

    // One of those who share an address: whatever WHMCS does, the other one is not touched.
    let [one, other] = SHARING;
    let twin = whole(&user_of(&app, &users[&other].id));
    for number in [1, one, RENAMED] {
        life(&app, number, &users[&number], &services).await;
        assert_eq!(whole(&user_of(&app, &users[&other].id)), twin);
    }
    let gone = params(
        one,
        json!({ "policy": "refuse", "user_id": users[&one].id }),
    );
    app.call("TerminateAccount", gone.clone())
        .await
        .expect("terminated");
    app.call("TerminateAccount", gone).await.expect("again");
    assert!(app.users().iter().all(|user| user.id != users[&one].id));
    assert_eq!(whole(&user_of(&app, &users[&other].id)), twin);
}

/// What WHMCS does with a service, on an adopted user.
async fn life(app: &TestApp, number: u64, user: &UserView, services: &[Value]) {
    let call = async |method: &str, more: Value| {
        let mut all = params(number, json!({ "user_id": user.id }));
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more);
        }
        app.call(method, all).await.expect(method)
    };
    call("SuspendAccount", json!({})).await;
    assert!(!user_of(app, &user.id).enabled);
    call("UnsuspendAccount", json!({})).await;
    assert!(user_of(app, &user.id).enabled);
    call("ChangePackage", json!({ "plan": full_plan() })).await;
    let now = user_of(app, &user.id);
    assert_eq!((now.quota_gb, &now.keys), (Some(100), &user.keys));
    let wanted = &services[usize::try_from(number - 1).expect("small")];
    // The customer has a new address; the mapping knows nothing of it.
    let create = json!({
        "client_id": wanted["client_id"], "email": "newest@example.com", "plan": full_plan(),
    });
    let made = call("CreateAccount", create).await;
    assert_eq!(
        (&made["created"], &made["user_id"]),
        (&json!(false), &json!(user.id))
    );
    assert_eq!(made["secret_access_key"], user.keys[0].1.as_str());
    assert_eq!(made["user_email"], user.email.as_str());
    let rotated = call("RotateKeys", json!({})).await;
    let old = json!({ "access_key_id": user.keys[0].0 });
    call("RevokeKey", old).await;
    let now = user_of(app, &user.id);
    assert_eq!(
        (now.keys.len(), now.keys[0].0.as_str()),
        (1, rotated["access_key_id"].as_str().expect("an id"))
    );
    let usage = json!({ "cluster": "eu1", "timezone": "UTC" });
    let usage = app.call("UsageUpdate", usage).await.expect("usage");
    let rows = usage["accounts"].as_array().expect("accounts");
    assert!(rows.iter().any(|row| row["user_id"] == user.id.as_str()));
    let view = call("AccountState", json!({})).await;
    assert_eq!(view["warnings"], json!([]), "{view}");
}

/// Fails when weak or contrary evidence is taken for a match.
#[tokio::test]
async fn evidence_that_does_not_hold_is_no_match() {
    let app = spawn("duplicate-email=second").await;
    let add = |email: &str| app.simulator.add_user(email, false);
    let (a, b) = (add("a@example.com"), add("b@example.com"));
    add("twice@example.com");
    add("TWICE@example.com");
    let once = add("once@example.com");
    let system = app.simulator.add_user("manager@example.com", true);
    app.create(50, json!({})).await;
    let taken = app
        .users()
        .into_iter()
        .find(|user| user.email.starts_with("whmcs-50"));
    let taken = taken.expect("a user");
    let with = |number: u64, email: &str, more: Value| {
        let mut all = service(number, email);
        if let (Value::Object(all), Value::Object(more)) = (&mut all, more) {
            all.extend(more);
        }
        all
    };
    let services = [
        with(1, "twice@example.com", json!({})),
        // One user, two services.
        with(2, "once@example.com", json!({})),
        with(
            3,
            "new@example.com",
            json!({ "former_emails": ["once@example.com"] }),
        ),
        // Keys and stored id disagree.
        with(
            4,
            "x@example.com",
            json!({ "user_id": a.id, "access_key_ids": [b.keys[0].0] }),
        ),
        // A key alone against the address of another user.
        with(
            5,
            "a@example.com",
            json!({ "access_key_ids": [b.keys[0].0] }),
        ),
        with(6, "manager@example.com", json!({})),
        with(7, "y@example.com", json!({ "user_id": taken.id })),
        with(
            8,
            "z@example.com",
            json!({ "access_key_ids": [format!("{}ZZZZ", a.id)] }),
        ),
        with(9, "", json!({ "user_id": "0123456789abcdef" })),
        with(50, "w@example.com", json!({})),
    ];
    let outcomes: Vec<(Value, Value)> = plan(&app, &services)
        .await
        .iter()
        .map(|found| (found["service_id"].clone(), found["outcome"].clone()))
        .collect();
    let expected = [
        (1, "ambiguous"),
        (2, "ambiguous"),
        (3, "ambiguous"),
        (4, "conflict"),
        (5, "conflict"),
        (6, "conflict"),
        (7, "conflict"),
        (8, "none"),
        (9, "none"),
        (50, "adopted"),
    ];
    assert_eq!(outcomes, expected.map(|(n, word)| (json!(n), json!(word))));
    // The same user for two services, each by its own stored id.
    let shared = [1, 2].map(|n| with(n, "", json!({ "user_id": once.id })));
    for found in plan(&app, &shared).await {
        assert_eq!(found["outcome"], "conflict", "{found}");
    }

    let before = everything(&app);
    let mut free = app.users();
    free.retain(|user| user.id == a.id);
    let apply = |number: u64, id: &str, identity: &str| {
        json!({
            "cluster": "eu1", "service_id": number, "client_id": 1, "user_id": id,
            "identity": identity, "email": "customer@example.com",
        })
    };
    let own = Options::default().system_key[..16].to_owned();
    let own_address = app.simulator.users()[0].email.clone();
    for (params, words) in [
        (
            apply(1, &a.id, "b@example.com"),
            "has the address a@example.com",
        ),
        (
            apply(1, "0123456789abcdef", "a@example.com"),
            "has no S3 user",
        ),
        (apply(1, &system.id, "manager@example.com"), "system user"),
        (apply(1, &own, &own_address), "system user"),
        (apply(1, &taken.id, &taken.email), "belongs to service 50"),
        (apply(50, &a.id, "a@example.com"), "terminate it before"),
    ] {
        let error = app
            .call("adoption.apply", params.clone())
            .await
            .expect_err("refused");
        assert_eq!(error.reason, "identity_mismatch", "{params}: {error:?}");
        assert!(error.message.contains(words), "{params}: {}", error.message);
    }
    assert_eq!(everything(&app), before);
    app.call("adoption.apply", apply(1, &a.id, "a@example.com"))
        .await
        .expect("adopted");
    let error = app
        .call("adoption.apply", apply(2, &a.id, "a@example.com"))
        .await;
    let error = error.expect_err("it has a service");
    assert!(
        error.message.contains("belongs to service 1"),
        "{}",
        error.message
    );
}

/// Fails when a gateway that takes addresses only is asked to change a user whose address another one has.
#[tokio::test]
async fn where_only_addresses_are_taken_a_shared_one_is_refused() {
    let app = spawn("duplicate-email=second,post-id=off").await;
    let first = app.simulator.add_user("office@example.com", false);
    let second = app.simulator.add_user("office@example.com", false);
    for (number, user) in [(1, &first), (2, &second)] {
        let apply = apply_params(&service(number, "office@example.com"), user);
        app.call("adoption.apply", apply).await.expect("adopted");
    }
    let before = everything(&app);
    for number in [1, 2] {
        for method in ["SuspendAccount", "RotateKeys"] {
            let error = app
                .call(method, params(number, json!({})))
                .await
                .expect_err(method);
            assert_eq!(error.reason, "address_shared", "{method}: {error:?}");
        }
    }
    assert_eq!(everything(&app), before);
    // What goes by id works.
    let plan = json!({ "plan": full_plan() });
    app.call("ChangePackage", params(2, plan))
        .await
        .expect("changed");
    assert_eq!(user_of(&app, &second.id).quota_gb, Some(100));
    assert_eq!(user_of(&app, &first.id).quota_gb, None);
    let refuse = json!({ "policy": "refuse" });
    app.call("TerminateAccount", params(1, refuse))
        .await
        .expect("terminated");
    // The address is the other's alone now.
    app.call("SuspendAccount", params(2, json!({})))
        .await
        .expect("suspended");
    assert!(!user_of(&app, &second.id).enabled);
}

/// Fails when the new user of an adopted service gets the address of its customer, which may be another user's.
#[tokio::test]
async fn a_new_user_in_place_of_an_adopted_one_has_an_address_of_its_own() {
    let app = spawn("duplicate-email=second").await;
    let user = app.simulator.add_user("client@example.com", false);
    let apply = apply_params(&service(SERVICE, "client@example.com"), &user);
    app.call("adoption.apply", apply).await.expect("adopted");
    let gateway = &app.services.clusters["eu1"].gateway;
    let id = UserId::try_from(user.id.as_str()).expect("an id");
    gateway.delete_user(&id).await.expect("by hand");
    let create = create_params(SERVICE, json!({}));
    let stranger = app.simulator.add_user("client@example.com", false);
    let error = app
        .call("CreateAccount", create.clone())
        .await
        .expect_err("made anew by whom?");
    assert_eq!(error.reason, "identity_mismatch", "{error:?}");
    let id = UserId::try_from(stranger.id.as_str()).expect("an id");
    gateway.delete_user(&id).await.expect("by hand");
    let mut create = create;
    create["client_id"] = json!(SERVICE + 1000);
    let made = app.call("CreateAccount", create).await.expect("a new user");
    assert_eq!(made["created"], true);
    assert_eq!(made["user_email"], "whmcs-42@ostor-bridge.invalid");
}

/// Fails when a new address of the customer in WHMCS touches the mapping.
#[tokio::test]
async fn a_customers_new_address_changes_nothing_but_the_record() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let mut create = create_params(SERVICE, full_plan());
    create["email"] = json!("new@example.com");
    let again = app.call("CreateAccount", create).await.expect("the same");
    for member in [
        "user_id",
        "user_email",
        "access_key_id",
        "secret_access_key",
    ] {
        assert_eq!(again[member], made[member], "{member}");
    }
    let list = app
        .call("ListAccounts", json!({ "cluster": "eu1" }))
        .await
        .expect("a list");
    assert_eq!(list["accounts"][0]["email"], "new@example.com");
    app.call("SuspendAccount", params(SERVICE, json!({})))
        .await
        .expect("suspended");
}

/// Fails when an account that Server Sync imported under a new number cannot go on, loses what it used, or still belongs to
/// the former number; and when a service that WHMCS has loses its user so.
#[tokio::test]
async fn an_account_that_server_sync_imported_changes_hands() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, full_plan()).await;
    let user = user_of(&app, made["user_id"].as_str().expect("an id"));
    app.create(2, full_plan()).await;
    let imported = 99;
    let mut known = service(2, "second@example.com");
    let mut new = service(imported, "customer@example.com");
    new["user_id"] = json!(user.id);
    let mut create = create_params(imported, full_plan());
    create["user_id"] = json!(user.id);
    let error = app.call("CreateAccount", create.clone()).await;
    assert_eq!(error.expect_err("not its own").reason, "identity_mismatch");

    // As long as WHMCS has the service, it keeps its user.
    let former = service(SERVICE, "customer@example.com");
    for found in plan(&app, &[former, new.clone()]).await {
        let expected = match found["service_id"].as_u64() {
            Some(SERVICE) => "adopted",
            _ => "conflict",
        };
        assert_eq!(found["outcome"], expected, "{found}");
        assert_eq!(found["from_service_id"], Value::Null);
    }
    // A key alone says that it was the customer's, and not that the import meant it.
    let mut by_key = service(imported, "customer@example.com");
    by_key["access_key_ids"] = json!([user.keys[0].0]);
    known["user_id"] = Value::Null;
    let found = &plan(&app, &[known.clone(), by_key]).await[1];
    assert_eq!(found["outcome"], "conflict", "{found}");
    let found = plan(&app, &[known, new.clone()]).await[1].clone();
    assert_eq!(
        (&found["outcome"], &found["from_service_id"]),
        (&json!("match"), &json!(SERVICE)),
        "{found}"
    );

    // Nobody deletes the user for the service that is gone, or makes another one for the new one.
    let listed = |number: u64, user_id: &Value| {
        json!({
            "service_id": number, "client_id": number, "email": "customer@example.com",
            "status": "Active", "user_id": user_id,
        })
    };
    let whmcs = json!([listed(imported, &json!(user.id)), listed(2, &Value::Null)]);
    let report = json!({ "cluster": "eu1", "services": whmcs });
    let found = app.call("drift.report", report.clone()).await;
    let found = found.expect("a report")["findings"].take();
    let kinds: Vec<(&Value, &Value)> = found
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| (&finding["kind"], &finding["repair"]))
        .collect();
    assert_eq!(kinds.len(), 2, "{found}");
    for kind in ["service_without_account", "account_without_service"] {
        assert!(kinds.contains(&(&json!(kind), &Value::Null)), "{found}");
    }

    let before = everything(&app);
    let mut apply = apply_params(&new, &user);
    let error = app.call("adoption.apply", apply.clone()).await;
    let error = error.expect_err("it belongs to another");
    assert!(error.message.contains("belongs to service 42"), "{error:?}");
    for (from, to, words) in [
        (77, imported, "is not on record for it"),
        (2, imported, "is not on record for it"),
        (SERVICE, 2, "has or had an S3 user of its own"),
    ] {
        apply["from_service_id"] = json!(from);
        apply["service_id"] = json!(to);
        let error = app.call("adoption.apply", apply.clone()).await;
        let error = error.expect_err(words);
        assert_eq!(error.reason, "identity_mismatch");
        assert!(error.message.contains(words), "{}", error.message);
    }
    apply["service_id"] = json!(imported);
    apply["from_service_id"] = json!(SERVICE);
    let first = app.call("adoption.apply", apply.clone()).await;
    let first = first.expect("handed over");
    assert_eq!(first["secret_access_key"], made["secret_access_key"]);
    let again = app.call("adoption.apply", apply.clone()).await;
    assert_eq!(again.expect("again"), first);
    assert_eq!(everything(&app), before, "nothing changed at the gateway");

    // Nothing that is done to the former number reaches the user.
    for claim in [json!({}), json!({ "user_id": user.id })] {
        for method in ["SuspendAccount", "TerminateAccount"] {
            let mut call = params(SERVICE, claim.clone());
            if method == "TerminateAccount" {
                call["policy"] = json!("purge");
            }
            app.call(method, call).await.expect_err(method);
        }
        let mut call = create_params(SERVICE, full_plan());
        call["user_id"] = claim["user_id"].clone();
        app.call("CreateAccount", call)
            .await
            .expect_err("a new user");
    }
    assert_eq!(everything(&app), before);
    // The new one has it with all rights.
    let again = app.call("CreateAccount", create).await.expect("the same");
    assert_eq!(again["created"], false);
    assert_eq!(again["access_key_id"], made["access_key_id"]);
    let report = app.call("drift.report", report).await;
    assert_eq!(report.expect("a report")["findings"], json!([]));
    let gone = json!({ "policy": "refuse", "user_id": user.id });
    app.call("TerminateAccount", params(imported, gone))
        .await
        .expect("terminated");
    assert!(app.users().iter().all(|left| left.id != user.id));
}
