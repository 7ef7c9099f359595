//! `ostor-bridge jobs`, over the ledger of a service.

use std::process::Output;

use serde_json::{Value, json};

use crate::commands::program;
use crate::purge::terminate;
use crate::support::{SERVICE, Setup, TestApp, params};

fn jobs(app: &TestApp, arguments: &[&str]) -> Output {
    let mut command = program();
    command.arg("jobs").args(arguments);
    command
        .arg("--config")
        .arg(app.folder.path().join("config.toml"));
    tokio::task::block_in_place(|| command.output()).expect("the binary runs")
}

fn out(output: &Output) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn json_of(output: &Output) -> Value {
    serde_json::from_str(&out(output)).expect("JSON")
}

async fn with_data() -> TestApp {
    let app = Setup {
        cluster: "timeout = \"5s\"".into(),
        ..Setup::default()
    }
    .spawn()
    .await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    app.simulator.add_object(user, "photos", "k", 1000);
    app
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_are_shown_and_worked_off() {
    let app = with_data().await;
    assert_eq!(out(&jobs(&app, &["list"])), "no jobs\n");
    assert_eq!(out(&jobs(&app, &["run"])), "nothing is due\n");
    let id = terminate(&app, "purge").await["job_id"].to_string();
    let listed = out(&jobs(&app, &["list", "--service", "42"]));
    let row = listed.lines().nth(1).expect("a row");
    let cells: Vec<&str> = row.split_whitespace().take(5).collect();
    assert_eq!(cells, [&*id, "eu1", "42", "queued", "disable"]);
    assert_eq!(out(&jobs(&app, &["list", "--service", "7"])), "no jobs\n");
    // Programs see what the interface answers.
    let call = json!({ "cluster": "eu1", "job_id": id.parse::<i64>().expect("a number") });
    let shown = app.call("jobs.get", call).await.expect("a job");
    assert_eq!(json_of(&jobs(&app, &["show", &id, "--json"])), shown);
    let listed = json_of(&jobs(&app, &["list", "--json", "--cluster", "eu1"]));
    assert_eq!(listed["jobs"], json!([shown]));
    assert_eq!(
        out(&jobs(&app, &["run"])),
        format!("job {id}: service 42 is deleted, 1 buckets and 1 objects with 1000 bytes\n")
    );
    assert_eq!(app.users().len(), 0);
    let text = out(&jobs(&app, &["show", &id]));
    for line in [
        "service       42 of whmcs on eu1",
        "state         deleted, stage verify",
        "bytes         1000 of 1000",
    ] {
        assert!(text.lines().any(|shown| shown == line), "{line}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_taken_back_or_tried_again_by_hand() {
    let app = with_data().await;
    let id = terminate(&app, "grace").await["job_id"].to_string();
    assert!(refused(&jobs(&app, &["show", "999"])).contains("there is no job 999"));
    let cancelled = out(&jobs(&app, &["cancel", &id]));
    assert!(cancelled.contains("state         cancelled"), "{cancelled}");
    assert!(refused(&jobs(&app, &["cancel", &id])).contains("cannot be cancelled"));
    let state = app.call("AccountState", params(SERVICE, json!({}))).await;
    assert_eq!(state.expect("a state")["state"], "suspended");
    // A gateway that is away is told, and the job stays.
    let id = terminate(&app, "purge").await["job_id"].to_string();
    app.simulator
        .inject_always(ostor_bridge::simulator::Fault::Status(503));
    let words = refused(&jobs(&app, &["run"]));
    assert!(words.contains(&format!("job {id} is queued: ")), "{words}");
    app.simulator.clear_faults();
    assert_eq!(out(&jobs(&app, &["run"])), "nothing is due\n");
    let retried = json_of(&jobs(&app, &["retry", &id, "--json"]));
    assert_eq!(retried["next_attempt_at"], Value::Null);
    assert!(out(&jobs(&app, &["run"])).starts_with(&format!("job {id}: ")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_never_work_on_one_cluster() {
    let app = with_data().await;
    terminate(&app, "purge").await;
    let ledger = &app.services.ledger;
    let turn = ledger.purge_turn("eu1", std::time::Duration::from_secs(1));
    let turn = turn.await.expect("a file").expect("the turn");
    let words = refused(&jobs(&app, &["run"]));
    assert!(words.contains("somebody else works on its jobs"), "{words}");
    assert_eq!(app.users().len(), 1);
    drop(turn);
    assert!(out(&jobs(&app, &["run"])).contains("is deleted"));
}
