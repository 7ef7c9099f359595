//! JSON-RPC 2.0 to the letter, limits of the transport, request ids.

use std::io::{Seek, Write};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support::TestApp;

async fn post(app: &TestApp, body: &str) -> Value {
    let (status, answer) = app.caller.post(body).await;
    assert_eq!(status, 200, "{body}");
    answer.expect("an answer")
}

const PING: &str = r#""jsonrpc":"2.0","method":"TestConnection","params":{"cluster":"eu1"}"#;

#[tokio::test]
async fn ids_come_back_as_they_were() {
    let app = TestApp::spawn().await;
    for id in [
        "1",
        "\"text\"",
        "null",
        "-3",
        "1.50",
        "12345678901234567890123",
        "\"\\u00e9\"",
    ] {
        let body = format!("{{{PING},\"id\":{id}}}");
        let token = crate::support::mint_with(&body, crate::support::SECRET, |_, _| {});
        let response = app
            .caller
            .http
            .post(format!("{}/rpc", app.caller.base))
            .bearer_auth(token)
            .body(body)
            .send()
            .await
            .expect("an answer");
        let text = response.text().await.expect("text");
        assert!(text.ends_with(&format!("\"id\":{id}}}")), "{text}");
    }
}

#[tokio::test]
async fn what_is_not_a_request_gets_the_code_of_the_specification() {
    let app = TestApp::spawn().await;
    let deep = format!(
        "{{\"jsonrpc\":\"2.0\",\"id\":9,\"method\":\"CreateAccount\",\"params\":{{\"plan\":{}1{}}}}}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    for (body, code, id) in [
        ("", -32700, Value::Null),
        ("{", -32700, Value::Null),
        ("\u{0}", -32700, Value::Null),
        ("[]", -32600, Value::Null),
        ("1", -32600, Value::Null),
        ("\"text\"", -32600, Value::Null),
        (r#"{"id":5,"method":"TestConnection"}"#, -32600, json!(5)),
        (r#"{"jsonrpc":"2.0","id":5,"method":7}"#, -32600, json!(5)),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"TestConnection","params":"x"}"#,
            -32600,
            json!(5),
        ),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"testconnection"}"#,
            -32601,
            json!(5),
        ),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"rpc.unknown"}"#,
            -32601,
            json!(5),
        ),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"TestConnection"}"#,
            -32602,
            json!(5),
        ),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"TestConnection","params":["eu1"]}"#,
            -32602,
            json!(5),
        ),
        (
            r#"{"jsonrpc":"2.0","id":5,"method":"TestConnection","params":{"cluster":"eu1","more":1}}"#,
            -32602,
            json!(5),
        ),
        (deep.as_str(), -32602, json!(9)),
    ] {
        let answer = post(&app, body).await;
        let shown = &body[..body.len().min(80)];
        assert_eq!(answer["error"]["code"], code, "{shown}: {answer}");
        assert_eq!(answer["id"], id, "{shown}");
        assert!(answer.get("result").is_none(), "{shown}");
        assert!(answer["error"]["data"]["request_id"].is_string(), "{shown}");
    }
    assert_eq!(app.simulator.calls().len(), 0);
}

#[tokio::test]
async fn a_batch_is_answered_call_by_call_and_notifications_not_at_all() {
    let app = TestApp::spawn().await;
    let batch = format!(
        "[{{{PING},\"id\":1}},{{{PING}}},7,{{\"jsonrpc\":\"2.0\",\"id\":\"b\",\"method\":\"nothing\"}}]"
    );
    let answer = post(&app, &batch).await;
    let answers = answer.as_array().expect("a batch");
    assert_eq!(answers.len(), 3, "{answer}");
    assert_eq!(
        (&answers[0]["id"], &answers[0]["result"]["ok"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        (&answers[1]["id"], &answers[1]["error"]["code"]),
        (&Value::Null, &json!(-32600))
    );
    assert_eq!(
        (&answers[2]["id"], &answers[2]["error"]["code"]),
        (&json!("b"), &json!(-32601))
    );
}

#[tokio::test]
async fn notifications_are_done_and_not_answered() {
    let app = TestApp::spawn().await;
    let create = json!({ "jsonrpc": "2.0", "method": "CreateAccount", "params": crate::support::create_params(42, json!({})) });
    assert_eq!(app.caller.post(&create.to_string()).await, (204, None));
    assert_eq!(app.users().len(), 1);
    assert_eq!(
        app.caller
            .post(r#"{"jsonrpc":"2.0","method":"nothing"}"#)
            .await,
        (204, None)
    );
    assert_eq!(
        app.caller.post(&format!("[{{{PING}}},{{{PING}}}]")).await,
        (204, None)
    );
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let app = TestApp::spawn().await;
    let (status, answer) = app.caller.post(&"x".repeat(1_048_577)).await;
    let answer = answer.expect("an answer");
    assert_eq!(
        (status, &answer["error"]["data"]["reason"]),
        (413, &json!("body_too_large"))
    );
    let (status, _) = app.caller.post(&" ".repeat(1_048_576)).await;
    assert_eq!(status, 200, "a body at the limit is read");
}

#[tokio::test]
async fn only_post_is_taken() {
    let app = TestApp::spawn().await;
    let response = app
        .caller
        .http
        .get(format!("{}/rpc", app.caller.base))
        .send()
        .await
        .expect("an answer");
    assert_eq!(response.status(), 405);
}

#[tokio::test]
async fn the_callers_request_id_is_kept_and_a_bad_one_replaced() {
    let app = TestApp::spawn().await;
    let sent = |id: &'static str| {
        let caller = app.caller.clone();
        async move {
            let response = caller
                .http
                .post(format!("{}/rpc", caller.base))
                .header("X-Request-Id", id)
                .body("{}")
                .send()
                .await
                .expect("an answer");
            let header = response.headers()["x-request-id"]
                .to_str()
                .expect("text")
                .to_owned();
            let answer: Value =
                serde_json::from_slice(&response.bytes().await.expect("a body")).expect("JSON");
            assert_eq!(answer["error"]["data"]["request_id"], header.as_str());
            header
        }
    };
    assert_eq!(sent("whmcs-42.a_B").await, "whmcs-42.a_B");
    for bad in ["with space", "quote\"", "", "x/y"] {
        assert_ne!(sent(bad).await, bad);
    }
}

#[tokio::test]
async fn a_body_that_does_not_arrive_holds_neither_connection_nor_shutdown() {
    let app = TestApp::spawn().await;
    let address = app.caller.base.trim_start_matches("http://").to_owned();
    let mut slow = tokio::net::TcpStream::connect(address)
        .await
        .expect("a connection");
    slow.write_all(b"POST /rpc HTTP/1.1\r\nHost: bridge\r\nContent-Length: 100\r\n\r\n{")
        .await
        .expect("sent");
    let mut answer = String::new();
    let read = async {
        slow.read_to_string(&mut answer).await.expect("an answer");
        app.stop().await;
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), read)
        .await
        .expect("the connection is ended");
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
}

/// Fails when the document lacks a method or a parameter, leads nowhere, or is another one for those who ask by call.
#[tokio::test]
async fn the_interface_describes_itself() {
    let app = TestApp::spawn().await;
    let (status, document) = app.caller.get("/openrpc.json").await;
    assert_eq!(status, 200);
    let discovered = app.call("rpc.discover", json!({})).await;
    assert_eq!(discovered.expect("the document"), document);
    let methods = document["methods"].as_array().expect("methods");
    assert!(methods.len() >= 37, "{}", methods.len());
    let method = |name: &str| {
        let found = methods.iter().find(|method| method["name"] == json!(name));
        found.unwrap_or_else(|| panic!("{name}"))
    };
    let params = |name: &str| -> Vec<String> {
        let params = method(name)["params"].as_array().expect("params").iter();
        let mut params: Vec<String> = params
            .map(|param| {
                let needed = param["required"] == json!(true);
                let name = param["name"].as_str().expect("a name");
                format!("{name}{}", if needed { "" } else { "?" })
            })
            .collect();
        params.sort();
        params
    };
    assert_eq!(
        params("CreateAccount"),
        [
            "client_id",
            "cluster",
            "email",
            "plan",
            "service_id",
            "user_id?"
        ]
    );
    assert_eq!(
        params("limits.set"),
        [
            "actor?", "bucket?", "cluster", "email?", "limits", "user_id?"
        ]
    );
    assert_eq!(method("users.list")["tags"][0]["name"], "admin");
    let mut references = Vec::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 20, "{references:?}");
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

/// What the meta-schema of OpenRPC finds in a document, a line each.
fn violations(document: &Value) -> Vec<String> {
    let named = |name: &str| {
        std::env::var(name)
            .unwrap_or_else(|_| panic!("{name} is not set: run the tests with tests/run.sh"))
    };
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(document.to_string().as_bytes())
        .expect("written");
    file.rewind().expect("rewound");
    let checked = std::process::Command::new(named("OSTOR_TEST_PYTHON"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openrpc.py"))
        .arg(named("OSTOR_TEST_OPENRPC"))
        .stdin(file)
        .output()
        .expect("Python starts");
    let lines = String::from_utf8_lossy(&checked.stdout);
    let lines: Vec<String> = lines.lines().map(str::to_owned).collect();
    assert_eq!(
        checked.status.code(),
        Some((!lines.is_empty()).into()),
        "{}",
        String::from_utf8_lossy(&checked.stderr)
    );
    lines
}

#[tokio::test]
async fn the_description_is_openrpc() {
    let app = TestApp::spawn().await;
    let (_, document) = app.caller.get("/openrpc.json").await;
    assert_eq!(violations(&document), [""; 0]);

    let mut nameless = document.clone();
    let method = nameless["methods"][3].as_object_mut().expect("a method");
    method.remove("name").expect("its name");
    let mut odd_type = document;
    odd_type["methods"][0]["params"][0]["schema"]["type"] = json!("nonsense");
    for (broken, place) in [(nameless, "methods/3: "), (odd_type, "methods/0: ")] {
        let found = violations(&broken);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with(place), "{found:?}");
    }
}

fn collect_references(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(path) if name == "$ref" => references.push(path.clone()),
                    value => collect_references(value, references),
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                collect_references(item, references);
            }
        }
        _ => {}
    }
}
