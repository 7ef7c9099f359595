//! Disagreements between WHMCS, the ledger and the cluster: all that were planted are found, none is invented, and what a
//! finding names puts it right.

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt;
use ostor_bridge::ledger::{Account, AccountState, Act, Intent, ServiceKey};
use ostor_bridge::metering;
use ostor_bridge::ostor::{QuotaTarget, Rate, Resource, Target, UserId};
use ostor_bridge::simulator::{Fault, Options};
use serde_json::{Value, json};

use crate::support::{CLIENT, CUSTOMER, SERVICE, Setup, TestApp, create_params, full_plan, params};

/// How many of each kind are planted.
const EACH: u64 = 4;

/// How many services are made by calls; the others are written as such calls leave them.
const BY_CALLS: u64 = 60;

/// Services in all; `OSTOR_TEST_SERVICES` changes it.
fn services() -> u64 {
    let number = std::env::var("OSTOR_TEST_SERVICES").ok();
    number.map_or(1000, |number| number.parse().expect("a number"))
}

/// What a report must hold: kind, service and user.
type Expected = BTreeSet<(String, Option<u64>, Option<String>)>;

/// The cluster with its services, and WHMCS's list of them.
struct World {
    app: TestApp,
    whmcs: BTreeMap<u64, Value>,
    expected: Expected,
    /// The next service that nothing was done to.
    next: u64,
}

fn key(service_id: u64) -> ServiceKey {
    ServiceKey {
        client: CLIENT.to_owned(),
        cluster: "eu1".to_owned(),
        service_id: i64::try_from(service_id).expect("a number"),
    }
}

fn listed(service: u64, status: &str, user: Option<&str>) -> Value {
    json!({
        "service_id": service, "client_id": CUSTOMER, "email": "customer@example.com",
        "status": status, "user_id": user,
    })
}

fn setup(profile: &str) -> Setup {
    Setup {
        simulator: Options {
            profile: profile.parse().expect("a profile"),
            ..Options::default()
        },
        cluster: "timeout = \"20s\"".to_owned(),
        sections: String::new(),
        ..Setup::default()
    }
}

impl World {
    async fn with(services: u64) -> Self {
        let app = setup("duplicate-email=second").spawn().await;
        futures::stream::iter(1..=BY_CALLS.min(services))
            .map(|service| app.create(service, full_plan()))
            .buffer_unordered(4)
            .collect::<Vec<_>>()
            .await;
        for service in BY_CALLS + 1..=services {
            write_service(&app, service).await;
        }
        let mut world = Self {
            app,
            whmcs: BTreeMap::new(),
            expected: Expected::new(),
            next: 1,
        };
        for service in 1..=services {
            let user = world.account(service).await.user_id;
            let row = listed(service, "Active", user.as_deref());
            world.whmcs.insert(service, row);
        }
        world
    }

    async fn account(&self, service: u64) -> Account {
        let account = self.app.services.ledger.account(&key(service)).await;
        account.expect("a look").expect("a row")
    }

    async fn user(&self, service: u64) -> (UserId, String) {
        let account = self.account(service).await;
        let id = account.user_id.expect("a user");
        (UserId::try_from(id).expect("an id"), account.identity)
    }

    /// Services that nothing was done to.
    fn take(&mut self, number: u64) -> std::ops::Range<u64> {
        let first = self.next;
        self.next += number;
        first..self.next
    }

    fn expect(&mut self, kind: &str, service: Option<u64>, user: Option<&str>) {
        let all = (kind.to_owned(), service, user.map(str::to_owned));
        assert!(self.expected.insert(all), "{kind} {service:?} twice");
    }

    fn set_status(&mut self, service: u64, status: &str) {
        let row = self.whmcs.get_mut(&service).expect("a service");
        row["status"] = json!(status);
    }

    async fn report(&self) -> Value {
        let services: Vec<&Value> = self.whmcs.values().collect();
        let report = json!({ "cluster": "eu1", "services": services });
        self.app
            .call("drift.report", report)
            .await
            .expect("a report")
    }

    async fn repair(&self, finding: &Value, dry_run: bool) -> Value {
        let services: Vec<&Value> = self.whmcs.values().collect();
        let repair = json!({
            "cluster": "eu1", "finding": finding, "dry_run": dry_run, "services": services, "actor": "anna",
        });
        self.app
            .call("drift.repair", repair)
            .await
            .expect("a repair")
    }

    async fn call(&self, method: &str, service: u64, more: Value) -> Value {
        let made = self.app.call(method, params(service, more)).await;
        made.expect(method)
    }
}

/// A service as CreateAccount leaves it, with a plan without limits.
async fn write_service(app: &TestApp, service_id: u64) {
    let identity = format!("whmcs-{service_id}@ostor-bridge.invalid");
    let ledger = &app.services.ledger;
    let intent = Intent {
        service: &key(service_id),
        identity: &identity,
        client_id: i64::try_from(CUSTOMER).expect("a number"),
        email: "customer@example.com",
        plan: "{}",
    };
    let account = ledger.record_intent(&intent).await.expect("an intent");
    let user = app.simulator.add_user(&identity, false);
    ledger.set_user(&account, &user.id).await.expect("its user");
    let ready = ledger.set_ready(account.id, &user.keys[0].0).await;
    ready.expect("its key");
}

fn found(report: &Value) -> Expected {
    let findings = report["findings"].as_array().expect("findings");
    let mut all = Expected::new();
    for finding in findings {
        let text = |name: &str| finding[name].as_str().map(str::to_owned);
        let kind = text("kind").expect("a kind");
        let sentence = text("sentence").expect("a sentence");
        assert!(sentence.ends_with(['.', '?']), "{sentence}");
        let all_of = (kind, finding["service_id"].as_u64(), text("user_id"));
        assert!(all.insert(all_of), "{finding} twice");
    }
    all
}

impl World {
    /// What the bridge repairs, at the gateway and in the ledger.
    async fn plant_for_the_bridge(&mut self) {
        let gateway = self.app.services.clusters["eu1"].gateway.clone();
        // Made by calls, with limits.
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            if n % 2 == 0 {
                let quota = QuotaTarget::User(id.clone());
                let gb = 7.try_into().expect("not 0");
                gateway.set_quota(&quota, gb).await.expect("set");
            } else {
                let (target, rate) = (Target::User(id.clone()), Rate::from_hundredths(700));
                let set = gateway.set_limit(&target, Resource::Put, rate).await;
                set.expect("set");
            }
            self.expect("plan_differs", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, identity) = self.user(n).await;
            if n % 2 == 0 {
                self.call("SuspendAccount", n, json!({})).await;
                self.set_status(n, "Suspended");
                gateway.enable_user(&identity).await.expect("enabled");
            } else {
                gateway.disable_user(&identity).await.expect("disabled");
            }
            self.expect("state_differs", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, identity) = self.user(n).await;
            if n % 2 == 0 {
                gateway.generate_key(&identity).await.expect("a key");
            } else {
                gateway.create_account(&id, "by-hand").await.expect("made");
            }
            self.expect("more_keys", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            let renamed = self
                .app
                .simulator
                .rename_user(id.as_str(), &format!("{n}@new"));
            assert!(renamed);
            self.expect("identity_changed", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            self.whmcs.remove(&n);
            self.expect("account_without_service", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            let account = self.account(n).await;
            let ledger = &self.app.services.ledger;
            ledger.set_terminated(account.id).await.expect("recorded");
            self.set_status(n, "Terminated");
            self.expect("terminated_but_there", Some(n), Some(id.as_str()));
        }
    }

    /// What WHMCS repairs.
    async fn plant_for_whmcs(&mut self) {
        let gateway = self.app.services.clusters["eu1"].gateway.clone();
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            self.whmcs
                .insert(n, listed(n, "Active", Some("0123456789abcdef")));
            self.expect("user_id_differs", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            gateway.delete_user(&id).await.expect("deleted");
            self.expect("user_missing", Some(n), Some(id.as_str()));
        }
        for n in self.take(EACH) {
            let (id, _) = self.user(n).await;
            match n % 3 {
                0 => self.set_status(n, "Suspended"),
                1 => self.set_status(n, "Cancelled"),
                _ => {
                    self.call("SuspendAccount", n, json!({})).await;
                }
            }
            self.expect("status_differs", Some(n), Some(id.as_str()));
        }
        let beyond = services() + 1;
        for n in beyond..beyond + EACH {
            self.whmcs.insert(n, listed(n, "Active", None));
            self.expect("service_without_account", Some(n), None);
        }
    }

    /// What a person must decide.
    async fn plant_for_people(&mut self) {
        for n in 0..EACH {
            let id = self
                .app
                .simulator
                .add_user(&format!("guide-{n}@example.com"), false)
                .id;
            self.expect("user_without_account", None, Some(&id));
        }
        for n in self.take(EACH) {
            let (id, identity) = self.user(n).await;
            let second = self.app.simulator.add_user(&identity, false).id;
            self.expect("duplicate_identity", Some(n), Some(id.as_str()));
            self.expect("user_without_account", None, Some(&second));
        }
        for n in 0..EACH {
            let id = self
                .app
                .simulator
                .add_user(&format!("used-{n}@example.com"), false)
                .id;
            let bucket = format!("used-{n}");
            self.app.simulator.add_object(&id, &bucket, "a", 4096);
            self.expect("usage_without_account", None, Some(&id));
            self.expect("user_without_account", None, Some(&id));
        }
        let sampled = metering::sample(&self.app.services, "eu1").await;
        sampled.expect("a reading");
    }

    /// What looks like a disagreement and is none.
    async fn do_the_usual(&mut self) {
        let taken = self.take(8);
        let [
            rotated,
            holder,
            suspended,
            ended,
            creating,
            ending,
            locked,
            pending,
        ] = Vec::from_iter(taken)[..]
        else {
            panic!("eight services");
        };
        self.call("RotateKeys", rotated, json!({})).await;
        let sub = json!({ "name": "app", "most": 3 });
        self.call("CreateSubAccount", holder, sub).await;
        self.call("RotateKeys", holder, json!({ "sub_account": "app" }))
            .await;
        self.call("SuspendAccount", suspended, json!({})).await;
        self.set_status(suspended, "Suspended");
        self.call("TerminateAccount", ended, json!({ "policy": "refuse" }))
            .await;
        self.set_status(ended, "Terminated");
        // Just begun: whoever makes it is at work.
        let identity = self.account(creating).await.identity;
        let (id, _) = self.user(creating).await;
        let gateway = self.app.services.clusters["eu1"].gateway.clone();
        gateway.delete_user(&id).await.expect("deleted");
        let intent = Intent {
            service: &key(creating),
            identity: &identity,
            client_id: 7,
            email: "customer@example.com",
            plan: "{}",
        };
        let ledger = &self.app.services.ledger;
        ledger.record_intent(&intent).await.expect("an intent");
        // A job deletes it, in its own time.
        self.begin(ending, "TerminateAccount", true).await;
        let ledger = &self.app.services.ledger;
        let account = self.account(ending).await;
        let state = AccountState::Terminating;
        ledger.set_state(account.id, state).await.expect("recorded");
        self.set_status(ending, "Terminated");
        // A call works on it, and has disabled the user already.
        let (_, identity) = self.user(locked).await;
        gateway.disable_user(&identity).await.expect("disabled");
        self.begin(locked, "SuspendAccount", false).await;
        // Ordered, and nothing made yet.
        let _ = pending;
        let beyond = services() + 500;
        self.whmcs.insert(beyond, listed(beyond, "Pending", None));
        // Staff make a pair by the bridge, which knows it then.
        let (id, _) = self.user(pending).await;
        let made = json!({ "cluster": "eu1", "user_id": id, "actor": "anna" });
        self.app.call("keys.generate", made).await.expect("a pair");
    }

    async fn begin(&self, service: u64, method: &str, ended: bool) {
        let ledger = &self.app.services.ledger;
        let act = Act {
            client: CLIENT,
            cluster: "eu1",
            service_id: i64::try_from(service).ok(),
            actor: None,
            method,
            user_id: None,
            subject: None,
            detail: None,
            request_id: "test",
        };
        let id = ledger.begin_operation(&act).await.expect("recorded");
        if ended {
            ledger
                .finish_operation(id, "success")
                .await
                .expect("recorded");
        }
    }

    /// Does what a finding names.
    async fn put_right(&mut self, finding: &Value) {
        let kind = finding["kind"].as_str().expect("a kind");
        let service = finding["service_id"].as_u64();
        let user = finding["user_id"].as_str().unwrap_or_default().to_owned();
        let remedy = &finding["repair"];
        match (remedy["by"].as_str(), remedy["command"].as_str()) {
            (Some("bridge"), _) => {
                let repaired = self.repair(finding, false).await;
                assert_eq!(repaired["done"], true, "{finding}: {repaired}");
                assert!(repaired["changes"][0].is_string(), "{finding}");
            }
            (Some("whmcs"), Some(command)) => self.run(command, service.expect("a service")).await,
            (Some("whmcs"), None) => {
                let row = self.whmcs.get_mut(&service.expect("a service"));
                row.expect("a row")["user_id"] = json!(user);
            }
            _ => self.decide(kind, &user).await,
        }
    }

    /// The module command of WHMCS, with what WHMCS does beside it.
    async fn run(&mut self, command: &str, service: u64) {
        let user = self.whmcs[&service]["user_id"].clone();
        let mut call = match command {
            "CreateAccount" => create_params(service, json!({})),
            "TerminateAccount" => params(service, json!({ "policy": "refuse" })),
            _ => params(service, json!({})),
        };
        call["user_id"] = user;
        let made = self.app.call(command, call).await.expect(command);
        let row = self.whmcs.get_mut(&service).expect("a row");
        row["status"] = json!(match command {
            "CreateAccount" | "UnsuspendAccount" => "Active",
            "SuspendAccount" => "Suspended",
            _ => "Terminated",
        });
        if command == "CreateAccount" {
            row["user_id"] = made["user_id"].clone();
        }
    }

    /// Users with data are adopted by a new service, others are deleted.
    async fn decide(&mut self, kind: &str, user: &str) {
        if kind != "user_without_account" {
            return;
        }
        let users = self.app.users();
        let found = users.iter().find(|found| found.id == user).expect("a user");
        if !found.email.starts_with("used-") {
            let delete = json!({ "cluster": "eu1", "user_id": user });
            self.app
                .call("users.delete", delete)
                .await
                .expect("deleted");
            return;
        }
        let service = 1_000_000 + self.whmcs.len() as u64;
        let apply = json!({
            "cluster": "eu1", "service_id": service, "client_id": CUSTOMER, "user_id": user,
            "identity": found.email, "email": "customer@example.com", "actor": "anna",
        });
        self.app
            .call("adoption.apply", apply)
            .await
            .expect("adopted");
        self.whmcs
            .insert(service, listed(service, "Active", Some(user)));
    }
}

/// Fails when a disagreement is not found, when one is told that is none, when what a finding names does not put it right,
/// and when a dry run changes something or says something else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_is_found_nothing_invented_and_one_pass_repairs_it() {
    let mut world = World::with(services()).await;
    let quiet = world.report().await;
    assert_eq!(
        found(&quiet),
        Expected::new(),
        "before anything was planted"
    );
    assert_eq!(quiet["accounts"], services());
    world.plant_for_the_bridge().await;
    world.plant_for_whmcs().await;
    world.do_the_usual().await;
    world.plant_for_people().await;
    let kinds: BTreeSet<&String> = world.expected.iter().map(|(kind, ..)| kind).collect();
    assert_eq!(kinds.len(), 13, "{kinds:?}");

    world.app.simulator.clear_calls();
    let report = world.report().await;
    assert_eq!(found(&report), world.expected);
    let findings = report["findings"].as_array().expect("findings").clone();
    let by_bridge = findings
        .iter()
        .filter(|finding| finding["repair"]["by"] == "bridge");
    let mut planned = BTreeMap::new();
    for finding in by_bridge {
        let plan = world.repair(finding, true).await;
        assert_eq!(plan["done"], false);
        planned.insert(finding.to_string(), plan["changes"].clone());
    }
    assert!(planned.len() as u64 >= 6 * EACH);
    let calls = world.app.simulator.calls();
    let changes = calls.iter().filter(|call| call.method != "GET").count();
    assert_eq!(changes, 0, "looking changes nothing");
    assert_eq!(
        found(&world.report().await),
        world.expected,
        "nor the ledger"
    );

    for finding in &findings {
        if let Some(plan) = planned.get(&finding.to_string()) {
            let done = world.repair(finding, false).await;
            assert_eq!((&done["changes"], &done["done"]), (plan, &json!(true)));
            let again = world.repair(finding, false).await;
            assert_eq!(again, json!({ "done": false, "changes": [] }), "{finding}");
        } else {
            world.put_right(finding).await;
        }
    }
    assert_eq!(found(&world.report().await), Expected::new(), "one pass");
    let audit = json!({ "cluster": "eu1", "limit": 1000 });
    let audit = world
        .app
        .call("audit.list", audit)
        .await
        .expect("the audit");
    let repairs = audit["entries"].as_array().expect("entries").iter();
    let repairs =
        repairs.filter(|entry| entry["method"] == "drift.repair" && entry["actor"] == "anna");
    assert_eq!(repairs.count(), planned.len() * 2);
}

/// Fails when a call that is under way, or was while the report was made, shows up as a disagreement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_beside_a_report_are_no_disagreement() {
    let world = World::with(12).await;
    let calls = async {
        for _ in 0..6 {
            for method in ["SuspendAccount", "UnsuspendAccount"] {
                for service in 1..=12 {
                    world.call(method, service, json!({})).await;
                }
            }
            world
                .call("ChangePackage", 1, json!({ "plan": { "quota_gb": 3 } }))
                .await;
            world
                .call("ChangePackage", 1, json!({ "plan": full_plan() }))
                .await;
        }
    };
    let reports = async {
        for _ in 0..10 {
            let report = json!({ "cluster": "eu1" });
            let report = world
                .app
                .call("drift.report", report)
                .await
                .expect("a report");
            assert_eq!(found(&report), Expected::new(), "{report}");
        }
    };
    tokio::join!(calls, reports);
}

/// Fails when a failed look-up is told as a disagreement.
#[tokio::test]
async fn what_cannot_be_looked_up_is_not_known() {
    let app = setup("quotas=off").spawn().await;
    write_service(&app, SERVICE).await;
    let report = || app.call("drift.report", json!({ "cluster": "eu1" }));
    assert_eq!(report().await.expect("a report")["findings"], json!([]));
    let ledger = &app.services.ledger;
    let account = ledger
        .account(&key(SERVICE))
        .await
        .expect("a look")
        .expect("a row");
    let plan = json!({ "quota_gb": 5 }).to_string();
    ledger.set_plan(account.id, &plan).await.expect("recorded");
    let findings = report().await.expect("a report")["findings"].take();
    assert_eq!(findings[0]["kind"], "plan_differs", "{findings}");
    assert_eq!(findings[0]["repair"], json!(null));
    let sentence = findings[0]["sentence"].as_str().expect("a sentence");
    assert!(sentence.contains("is not known"), "{sentence}");
    assert_eq!(findings.as_array().map(Vec::len), Some(1));
    let repair = json!({ "cluster": "eu1", "finding": findings[0], "dry_run": false });
    let error = app.call("drift.repair", repair).await.expect_err("refused");
    assert_eq!(error.reason, "invalid_params");
    app.simulator.inject_always(Fault::Status(500));
    let error = report().await.expect_err("no report");
    assert!(error.retryable, "{error:?}");
}

/// Fails when an interrupted creation or deletion is never told, or told while somebody may be at work on it.
#[tokio::test]
async fn what_was_begun_and_left_is_told_after_a_while() {
    let clock = ostor_bridge::clock::Clock::default();
    let app = Setup {
        clock: clock.clone(),
        ..setup("vhi-7.1")
    };
    let app = app.spawn().await;
    app.create(SERVICE, json!({})).await;
    app.simulator
        .inject_at("DELETE", "ostor-users", Fault::Status(500), 1);
    app.simulator
        .inject_at("DELETE", "ostor-users", Fault::Status(500), 2);
    app.simulator
        .inject_at("DELETE", "ostor-users", Fault::Status(500), 3);
    let refuse = params(SERVICE, json!({ "policy": "refuse" }));
    app.call("TerminateAccount", refuse)
        .await
        .expect_err("failed");
    app.simulator.clear_faults();
    let ledger = &app.services.ledger;
    let intent = Intent {
        service: &key(43),
        identity: "43@example.com",
        client_id: 7,
        email: "customer@example.com",
        plan: "{}",
    };
    ledger.record_intent(&intent).await.expect("an intent");
    let report = async || {
        let report = app.call("drift.report", json!({ "cluster": "eu1" })).await;
        report.expect("a report")["findings"].take()
    };
    let findings = report().await;
    assert_eq!(findings.as_array().map(Vec::len), Some(1), "{findings}");
    assert_eq!(
        (&findings[0]["kind"], &findings[0]["service_id"]),
        (&json!("state_differs"), &json!(SERVICE))
    );
    assert_eq!(findings[0]["repair"]["command"], "TerminateAccount");
    clock.set(clock.now() + jiff::SignedDuration::from_mins(11));
    let findings = report().await;
    assert_eq!(findings.as_array().map(Vec::len), Some(2), "{findings}");
    assert_eq!(
        (&findings[0]["kind"], &findings[0]["service_id"]),
        (&json!("user_missing"), &json!(43))
    );
}

/// Fails when input that makes no sense is taken, or something is changed by it.
#[tokio::test]
async fn bad_input_is_refused() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    let finding = json!({
        "kind": "state_differs", "service_id": SERVICE, "user_id": null, "sentence": "…", "repair": null,
    });
    let with = |name: &str, value: Value| {
        let mut finding = finding.clone();
        finding[name] = value;
        json!({ "cluster": "eu1", "finding": finding, "dry_run": false })
    };
    let remedy = json!({ "sentence": "", "by": "bridge", "command": null });
    app.simulator.clear_calls();
    for (method, params) in [
        (
            "drift.repair",
            json!({ "cluster": "eu1", "finding": finding }),
        ),
        ("drift.repair", with("kind", json!("other"))),
        ("drift.repair", with("more", json!(1))),
        ("drift.repair", with("service_id", json!(null))),
        ("drift.repair", with("repair", json!(null))),
        ("drift.report", json!({ "cluster": "eu1", "services": {} })),
        (
            "drift.report",
            json!({ "cluster": "eu1", "services": [{ "service_id": 0 }] }),
        ),
        ("adoption.plan", json!({ "cluster": "eu1" })),
        (
            "adoption.apply",
            json!({ "cluster": "eu1", "service_id": 1 }),
        ),
    ] {
        let error = app.call(method, params.clone()).await.expect_err(method);
        assert_eq!(error.reason, "invalid_params", "{params}");
    }
    let mut unknown = with("repair", remedy.clone());
    unknown["cluster"] = json!("us1");
    let error = app
        .call("drift.repair", unknown)
        .await
        .expect_err("refused");
    assert_eq!(error.reason, "unknown_cluster");
    // Made up: looked up, and not so.
    let made_up = app.call("drift.repair", with("repair", remedy)).await;
    assert_eq!(
        made_up.expect("an answer"),
        json!({ "done": false, "changes": [] })
    );
    assert!(
        app.simulator
            .calls()
            .iter()
            .all(|call| call.method == "GET")
    );
}
