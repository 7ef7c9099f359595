//! Every verb, cut at every gateway call by every fault, then repeated as WHMCS would: one user,
//! in the right state, with the right plan, and keys that can be read.

use std::time::Duration;

use futures::StreamExt;
use ostor_bridge::simulator::{Fault, Options, UserView};
use serde_json::{Value, json};

use crate::support::{SERVICE, Setup, TestApp, create_params, full_plan, params, some_of};

/// How many cases run at once; most of the time they wait for a time-out.
const PARALLEL: usize = 16;

/// The plan before ChangePackage: other values, one limit more, one less.
fn old_plan() -> Value {
    json!({ "quota_gb": 10, "ops_per_second": { "get": 7, "put": 1 }, "bandwidth_out_kbps": 64 })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verb {
    Create,
    CreateAgain,
    Suspend,
    Unsuspend,
    ChangePackage,
    Terminate,
    RotateKeys,
    RotateKeysOfSubAccount,
    RevokeKey,
    CreateSubAccount,
    DeleteSubAccount,
}

const VERBS: [Verb; 11] = [
    Verb::Create,
    Verb::CreateAgain,
    Verb::Suspend,
    Verb::Unsuspend,
    Verb::ChangePackage,
    Verb::Terminate,
    Verb::RotateKeys,
    Verb::RotateKeysOfSubAccount,
    Verb::RevokeKey,
    Verb::CreateSubAccount,
    Verb::DeleteSubAccount,
];

fn faults() -> Vec<Fault> {
    vec![
        Fault::Refused,
        Fault::CutBefore,
        Fault::CutAfter,
        Fault::CutMidAnswer,
        Fault::StalledBefore,
        Fault::StalledAfter,
        Fault::Status(500),
        Fault::Status(503),
        Fault::Html502Before,
        Fault::Html502After,
        Fault::EmptyOk,
        Fault::BrokenBody,
        Fault::Slow(Duration::from_millis(300)),
    ]
}

impl Verb {
    /// Whether a repetition after success is refused instead of answered alike.
    fn happens_once(self) -> bool {
        matches!(
            self,
            Self::RotateKeys | Self::RotateKeysOfSubAccount | Self::CreateSubAccount
        )
    }

    /// Brings the service to where the verb begins, and answers the key pair it was created with.
    async fn prepare(self, app: &TestApp) -> Value {
        let mut key = Value::Null;
        if self != Self::Create {
            key = app.create(SERVICE, old_plan()).await["access_key_id"].take();
        }
        if matches!(self, Self::RotateKeysOfSubAccount | Self::DeleteSubAccount) {
            let sub = params(SERVICE, json!({ "name": "app", "most": 1 }));
            app.call("CreateSubAccount", sub).await.expect("made");
        }
        if self == Self::RevokeKey {
            let rotated = app.call("RotateKeys", params(SERVICE, json!({})));
            rotated.await.expect("rotated");
        }
        if self == Self::Unsuspend {
            app.call(
                "ChangePackage",
                params(SERVICE, json!({ "plan": full_plan() })),
            )
            .await
            .expect("changed");
            app.call("SuspendAccount", params(SERVICE, json!({})))
                .await
                .expect("suspended");
        }
        key
    }

    async fn call(self, app: &TestApp, key: &Value) -> Result<Value, String> {
        let (method, params) = match self {
            Self::RotateKeys => ("RotateKeys", params(SERVICE, json!({}))),
            Self::RotateKeysOfSubAccount => {
                let sub = json!({ "sub_account": "app" });
                ("RotateKeys", params(SERVICE, sub))
            }
            Self::RevokeKey => {
                let old = json!({ "access_key_id": key });
                ("RevokeKey", params(SERVICE, old))
            }
            Self::CreateSubAccount => {
                let sub = json!({ "name": "app", "most": 1 });
                ("CreateSubAccount", params(SERVICE, sub))
            }
            Self::DeleteSubAccount => (
                "DeleteSubAccount",
                params(SERVICE, json!({ "name": "app" })),
            ),
            Self::Create | Self::CreateAgain => {
                ("CreateAccount", create_params(SERVICE, full_plan()))
            }
            Self::Suspend => ("SuspendAccount", params(SERVICE, json!({}))),
            Self::Unsuspend => ("UnsuspendAccount", params(SERVICE, json!({}))),
            Self::ChangePackage => (
                "ChangePackage",
                params(SERVICE, json!({ "plan": full_plan() })),
            ),
            Self::Terminate => (
                "TerminateAccount",
                params(SERVICE, json!({ "policy": "refuse" })),
            ),
        };
        match app.call(method, params).await {
            Ok(result) => Ok(result),
            Err(error) if error.retryable => Err(error.reason),
            Err(error) => panic!("{self:?} failed for good: {error:?}"),
        }
    }

    /// What must hold whenever the verb has answered with success.
    fn check(self, app: &TestApp, result: &Value, what: &str) {
        if self == Self::Terminate {
            assert_eq!(app.users().len(), 0, "{what}");
            return;
        }
        let users = app.users();
        assert_eq!(users.len(), 1, "{what}: {users:?}");
        let user = &users[0];
        assert_eq!(user.enabled, self != Self::Suspend, "{what}");
        let plan = match self {
            Self::Create | Self::CreateAgain | Self::Unsuspend | Self::ChangePackage => full_plan(),
            _ => old_plan(),
        };
        assert_plan(user, &plan, what);
        self.check_keys(user, result, what);
        assert!(
            (1..=2).contains(&user.keys.len()),
            "{what}: {} keys",
            user.keys.len()
        );
        if matches!(self, Self::Create | Self::CreateAgain) {
            let pair = (
                text(&result["access_key_id"]),
                text(&result["secret_access_key"]),
            );
            assert!(user.keys.contains(&pair), "{what}: keys that do not work");
            assert_eq!(result["user_id"], user.id.as_str(), "{what}");
        }
    }
}

impl Verb {
    /// What must hold of keys and sub-accounts: never more of them than asked for, and one that is known.
    fn check_keys(self, user: &UserView, result: &Value, what: &str) {
        let pairs = |of_sub: bool| match of_sub {
            true => user.accounts.first().map_or(&[][..], |sub| &sub.keys),
            false => &user.keys[..],
        };
        let (of_user, of_sub) = match self {
            Self::RotateKeys => (2, 0),
            Self::RotateKeysOfSubAccount => (1, 2),
            Self::RevokeKey | Self::DeleteSubAccount => (1, 0),
            Self::CreateSubAccount => (1, 1),
            _ => return,
        };
        assert_eq!(
            (pairs(false).len(), pairs(true).len()),
            (of_user, of_sub),
            "{what}"
        );
        assert_eq!(user.accounts.len(), usize::from(of_sub > 0), "{what}");
        if self.happens_once() {
            let made = (
                text(&result["access_key_id"]),
                text(&result["secret_access_key"]),
            );
            let all = pairs(self != Self::RotateKeys);
            assert_eq!(all.last(), Some(&made), "{what}: not the new pair");
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn assert_plan(user: &UserView, plan: &Value, what: &str) {
    assert_eq!(user.quota_gb, plan["quota_gb"].as_u64(), "{what}: quota");
    let limits = user.limits.clone().unwrap_or_default();
    for name in ["default", "get", "put", "list", "delete"] {
        let wanted = plan["ops_per_second"][name].as_f64().unwrap_or(0.0);
        let found = limits.get(&format!("ops:{name}")).copied().unwrap_or(0.0);
        assert_eq!(found, wanted, "{what}: {name}");
    }
    let wanted = plan["bandwidth_out_kbps"].as_f64().unwrap_or(0.0);
    assert_eq!(
        limits.get("bandwidth:out").copied().unwrap_or(0.0),
        wanted,
        "{what}: bandwidth"
    );
}

/// How many gateway calls the verb makes when nothing fails.
async fn calls_of(verb: Verb) -> u32 {
    let app = TestApp::spawn().await;
    let key = verb.prepare(&app).await;
    app.simulator.clear_calls();
    let result = verb.call(&app, &key).await.expect("a cluster that behaves");
    verb.check(&app, &result, &format!("{verb:?} without faults"));
    u32::try_from(app.simulator.calls().len()).expect("a small number")
}

/// The gateways that a verb is cut on. One that takes an address twice must not tempt us either.
fn gateways(verb: Verb) -> &'static [&'static str] {
    match verb {
        Verb::Create => &["vhi-7.1", "duplicate-email=second"],
        _ => &["vhi-7.1"],
    }
}

/// How long a fault lasts: one gateway call, which the client may get over by itself, or all the
/// rest of the verb's.
#[derive(Clone, Copy, Debug)]
enum Extent {
    Once,
    FromThenOn,
}

/// More gateway calls than a verb makes, repetitions included.
const REST: u32 = 60;

#[derive(Clone, Copy, Debug)]
struct Case {
    gateway: &'static str,
    verb: Verb,
    fault: Fault,
    nth: u32,
    extent: Extent,
}

/// Plays one case; returns whether the first call failed.
async fn cut(case: Case) -> bool {
    let what = format!("{case:?}");
    let Case {
        gateway,
        verb,
        fault,
        nth,
        extent,
    } = case;
    let app = Setup {
        simulator: Options {
            profile: gateway.parse().expect("a profile"),
            ..Options::default()
        },
        ..Setup::default()
    }
    .spawn()
    .await;
    let key = verb.prepare(&app).await;
    let last = match extent {
        Extent::Once => nth,
        Extent::FromThenOn => nth + REST,
    };
    for call in nth..=last {
        app.simulator.inject(fault, call);
    }
    let first = verb.call(&app, &key).await;
    app.simulator.clear_faults();
    if let Ok(result) = &first {
        verb.check(&app, result, &format!("{what}, answered with success"));
        if verb.happens_once() {
            return false;
        }
    }
    let again = verb.call(&app, &key).await;
    let result =
        again.unwrap_or_else(|reason| panic!("{what}: still {reason} on a healthy cluster"));
    verb.check(&app, &result, &format!("{what}, repeated"));
    first.is_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_verb_survives_every_fault_at_every_gateway_call() {
    let mut cases = Vec::new();
    for verb in VERBS {
        let calls = calls_of(verb).await;
        assert!(calls >= 3, "{verb:?} makes {calls} calls");
        for nth in 1..=calls {
            for gateway in gateways(verb) {
                for fault in faults() {
                    cases.extend([Extent::Once, Extent::FromThenOn].map(|extent| Case {
                        gateway,
                        verb,
                        fault,
                        nth,
                        extent,
                    }));
                }
            }
        }
    }
    assert!(cases.len() > 2000, "only {} cases", cases.len());
    let cases = some_of(cases);
    let total = cases.len();
    let failed_first = futures::stream::iter(cases)
        .map(cut)
        .buffer_unordered(PARALLEL)
        .filter(|failed| std::future::ready(*failed))
        .count()
        .await;
    println!(
        "{total} cases; in {failed_first} the first call failed and the repetition put it right"
    );
    assert!(
        failed_first * 4 > total,
        "the faults had hardly any effect: {failed_first} of {total}"
    );
}
