//! `ostor-bridge accounts` as operators run it, beside a service on the same ledger.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::commands::program;
use crate::support::{SERVICE, TestApp, full_plan, params};
use crate::usage_command::{error, json_of, out};

fn accounts(folder: &Path, line: &str) -> Output {
    let mut command = program();
    command.env_remove("SUDO_USER").env("USER", "operator");
    command.arg("accounts").args(line.split(' '));
    command.arg("--config").arg(folder.join("config.toml"));
    command.current_dir(folder);
    command.output().expect("the binary runs")
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).expect("written");
}

/// Fails when a command prints other than what there is, repairs what it was not told to, or ends with the wrong code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn disagreements_are_shown_and_repaired() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    let made = app.create(SERVICE, full_plan()).await;
    let id = made["user_id"].as_str().expect("an id");
    let gateway = &app.services.clusters["eu1"].gateway;
    gateway
        .disable_user("whmcs-42@ostor-bridge.invalid")
        .await
        .expect("disabled");
    gateway
        .generate_key("whmcs-42@ostor-bridge.invalid")
        .await
        .expect("a key");

    let list = out(&accounts(folder, "list"));
    assert!(
        list.contains("42") && list.contains("active") && list.contains(id),
        "{list}"
    );
    let list = json_of(&accounts(folder, "list --json"));
    assert_eq!(list["accounts"][0]["user_id"], id);
    let show = json_of(&accounts(folder, "show 42 --json"));
    assert_eq!(
        (&show["state"], &show["live"]["state"]),
        (&json!("active"), &json!("suspended"))
    );
    let text = out(&accounts(folder, "show 42"));
    assert!(text.contains("warning") && text.contains(id), "{text}");

    let report = accounts(folder, "drift");
    assert!(report.status.success(), "{}", error(&report));
    assert!(out(&report).contains("state_differs: ") && out(&report).contains("more_keys: "));
    app.simulator.clear_calls();
    let planned = json_of(&accounts(folder, "drift --repair --dry-run --json"));
    assert!(
        app.simulator
            .calls()
            .iter()
            .all(|call| call.method == "GET")
    );
    assert_eq!(planned["findings"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        planned["repairs"].as_array().map(Vec::len),
        Some(1),
        "{planned}"
    );
    assert_eq!(planned["repairs"][0]["done"], false);
    let done = json_of(&accounts(folder, "drift --repair --json"));
    assert_eq!(
        done["repairs"][0]["changes"],
        planned["repairs"][0]["changes"]
    );
    assert_eq!(done["repairs"][0]["done"], true);
    let user = app.only_user();
    assert_eq!(
        (user.enabled, user.keys.len()),
        (true, 2),
        "the key was not named"
    );
    let text = accounts(folder, "drift --repair --kind more_keys");
    assert!(
        out(&text).contains("changed: Revoke the key pair"),
        "{}",
        out(&text)
    );
    assert_eq!(app.only_user().keys.len(), 1);
    assert_eq!(app.only_user().keys[0].0, made["access_key_id"]);
    let audit = json!({ "cluster": "eu1" });
    let audit = app.call("audit.list", audit).await.expect("the audit");
    assert_eq!(
        (
            &audit["entries"][0]["method"],
            &audit["entries"][0]["actor"]
        ),
        (&json!("drift.repair"), &json!("operator"))
    );

    write(
        folder,
        "services.csv",
        "service_id,client_id,email,status,user_id\n42,7,customer@example.com,Suspended,\n",
    );
    let report = json_of(&accounts(folder, "drift --services services.csv --json"));
    assert_eq!(report["whmcs"], true);
    assert_eq!(report["findings"][0]["kind"], "status_differs");
    assert_eq!(report["findings"][0]["repair"]["command"], "SuspendAccount");
    // The user owns a bucket, so it cannot be deleted: not everything is repaired.
    app.simulator.add_object(id, "photos", "a", 1);
    write(
        folder,
        "services.csv",
        "service_id,client_id,email,status,user_id\n1,7,customer@example.com,Pending,\n",
    );
    let line = "drift --services services.csv --repair --kind account_without_service";
    let refused = accounts(folder, line);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        error(&refused).contains("1 bucket: photos"),
        "{}",
        error(&refused)
    );
    assert_eq!(app.users().len(), 1);
}

/// Fails when a dry run of adopting changes something, or adopting leaves a match out or takes what is none.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn users_are_adopted_from_a_file() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    let one = app.simulator.add_user("one@example.com", false);
    let two = app.simulator.add_user("two@example.com", false);
    write(
        folder,
        "services.csv",
        &format!(
            "service_id,client_id,email,user_id,access_key_ids\n1,10,one@example.com,customera,\n2,20,new@example.com,,{}\n3,30,three@example.com,,\n",
            two.keys[0].0
        ),
    );
    let planned = accounts(folder, "adopt --services services.csv");
    assert!(planned.status.success(), "{}", error(&planned));
    let text = out(&planned);
    assert!(
        text.contains(&format!("service 1: match {} (one@example.com)", one.id)),
        "{text}"
    );
    assert!(text.contains("service 3: nothing found"), "{text}");
    let list = app
        .call("ListAccounts", json!({ "cluster": "eu1" }))
        .await
        .expect("a list");
    assert_eq!(list["accounts"], json!([]));
    let done = json_of(&accounts(
        folder,
        "adopt --services services.csv --apply --json",
    ));
    let applied: Vec<&Value> = done["applied"]
        .as_array()
        .expect("applied")
        .iter()
        .collect();
    assert_eq!(applied.len(), 2);
    assert!(
        applied.iter().all(|applied| applied["adopted"] == true),
        "{done}"
    );
    app.call("SuspendAccount", params(2, json!({ "user_id": two.id })))
        .await
        .expect("suspended");
    let again = json_of(&accounts(
        folder,
        "adopt --services services.csv --apply --json",
    ));
    assert_eq!(again["applied"], json!([]));
    assert_eq!(again["matches"][0]["outcome"], "adopted");
}

/// Fails when bad input gets no sentence, or the code of success.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_gets_a_sentence() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    write(folder, "bad.csv", "service_id,email\n1,a@example.com\n");
    for (line, words) in [
        ("show 42", "service 42 has no S3 user on cluster eu1"),
        ("show x", "invalid digit"),
        (
            "list --cluster us1",
            "there is no cluster `us1`; configured: eu1",
        ),
        (
            "list --client other",
            "there is no client `other`; configured: whmcs",
        ),
        ("drift --services nothing.csv", "nothing.csv cannot be read"),
        (
            "drift --services bad.csv",
            "the file of services is not usable",
        ),
        ("drift --dry-run", "--repair"),
        ("drift --kind other", "unknown variant"),
        ("adopt", "--services"),
        ("adopt --services bad.csv", "client_id"),
    ] {
        let output = accounts(folder, line);
        assert!(!output.status.success(), "{line}: {}", out(&output));
        assert_eq!(out(&output), "", "{line}");
        assert!(error(&output).contains(words), "{line}: {}", error(&output));
    }
}
