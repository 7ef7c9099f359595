//! Module and service of different versions: what fits is answered, what does not is refused with advice, and nothing is done.

use serde_json::{Value, json};

use crate::support::{RpcError, SECRET, TestApp, create_params, mint_with};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Sends a body with a good token, or none, and more headers; returns the headers of the answer and the answer.
async fn post(
    app: &TestApp,
    token: Option<&str>,
    headers: &[(&str, &str)],
    body: &str,
) -> (reqwest::header::HeaderMap, Value) {
    let mut request = app.caller.http.post(format!("{}/rpc", app.caller.base));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.body(body.to_owned()).send().await;
    let response = response.expect("an answer");
    let headers = response.headers().clone();
    let text = response.text().await.expect("a whole answer");
    (headers, serde_json::from_str(&text).expect("JSON"))
}

/// What the module's guide quotes of a refusal, in parts: versions stand between them.
fn quoted(start: &str) -> Vec<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/whmcs-module.md");
    let guide = std::fs::read_to_string(path).expect("the guide");
    let mut rows = guide.lines().filter_map(|line| line.strip_prefix("| "));
    let row = rows.find(|row| row.starts_with(start)).expect("a row");
    let (quote, _) = row
        .split_once(" (reason: `interface_unsupported`)")
        .expect("its reason");
    quote.split('…').map(str::to_owned).collect()
}

fn token(body: &str) -> String {
    mint_with(body, SECRET, |_, _| {})
}

fn create() -> String {
    json!({ "jsonrpc": "2.0", "id": 7, "method": "CreateAccount", "params": create_params(42, json!({})) })
        .to_string()
}

/// Calls as a module would, and is refused.
async fn refusal(app: &TestApp, headers: &[(&str, &str)], body: &str) -> RpcError {
    let token = token(body);
    let (_, answer) = post(app, Some(&token), headers, body).await;
    assert_eq!(answer["id"], 7, "{answer}");
    RpcError::from(&answer["error"])
}

#[tokio::test]
async fn a_module_of_this_revision_is_served_whatever_its_version() {
    let app = TestApp::spawn().await;
    for version in [VERSION, "0.0.1", "99.0.0-rc.1+build"] {
        let body = create();
        let headers = [("Ostor-Module", version), ("Ostor-Interface", "1")];
        let token = token(&body);
        let (_, answer) = post(&app, Some(&token), &headers, &body).await;
        assert_eq!(answer["result"]["state"], "active", "{answer}");
    }
}

#[tokio::test]
async fn a_newer_module_is_told_to_have_the_bridge_upgraded_and_nothing_is_done() {
    let app = TestApp::spawn().await;
    let headers = [("Ostor-Module", "99.1.0"), ("Ostor-Interface", "2")];
    let error = refusal(&app, &headers, &create()).await;
    assert_eq!(
        (error.code, error.reason.as_str()),
        (-32004, "interface_unsupported")
    );
    assert!(!error.retryable);
    for part in [
        "nothing was done",
        "module (version 99.1.0)",
        &format!("ostor-bridge (version {VERSION})"),
        "upgrade ostor-bridge to version 99.1.0 or later",
    ] {
        assert!(error.message.contains(part), "{part}: {}", error.message);
    }
    for part in quoted("the module is the newer one") {
        assert!(error.message.contains(&part), "{part}: {}", error.message);
    }
    assert_eq!((app.users().len(), app.simulator.calls().len()), (0, 0));
}

#[tokio::test]
async fn a_module_that_is_too_old_is_told_to_be_upgraded_and_nothing_is_done() {
    let app = TestApp::spawn().await;
    let headers = [("Ostor-Module", "0.0.1"), ("Ostor-Interface", "0")];
    let error = refusal(&app, &headers, &create()).await;
    assert_eq!(error.reason, "interface_unsupported");
    for part in [
        "module (version 0.0.1)",
        &format!("unpack the module's zip of version {VERSION}"),
    ] {
        assert!(error.message.contains(part), "{part}: {}", error.message);
    }
    for part in quoted("the module is too old") {
        assert!(error.message.contains(&part), "{part}: {}", error.message);
    }
    assert_eq!((app.users().len(), app.simulator.calls().len()), (0, 0));
}

/// What a caller says of itself stands in a sentence that staff read.
#[tokio::test]
async fn a_version_that_is_none_is_not_repeated() {
    let app = TestApp::spawn().await;
    for version in ["", "1.0 <b>", "1;x", &"9".repeat(33)] {
        let headers = [("Ostor-Module", version), ("Ostor-Interface", "2")];
        let error = refusal(&app, &headers, &create()).await;
        let message = error.message;
        assert!(message.contains("module (version not told)"), "{message}");
        assert!(
            message.contains("to the module's version or later"),
            "{message}"
        );
    }
    let error = refusal(&app, &[("Ostor-Interface", "2")], &create()).await;
    assert!(error.message.contains("module (version not told)"));
}

#[tokio::test]
async fn a_revision_that_is_none_is_not_a_request() {
    let app = TestApp::spawn().await;
    for revision in ["", "one", "1.0", "-1", "1-1", "99999999999999999999"] {
        let error = refusal(&app, &[("Ostor-Interface", revision)], &create()).await;
        assert_eq!(error.reason, "invalid_request", "{revision}");
        assert!(
            error.message.contains("Ostor-Interface"),
            "{}",
            error.message
        );
    }
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn a_batch_that_does_not_fit_gets_one_error_and_nothing_is_done() {
    let app = TestApp::spawn().await;
    let body = format!("[{},{}]", create(), create());
    let token = token(&body);
    let (_, answer) = post(&app, Some(&token), &[("Ostor-Interface", "2")], &body).await;
    assert_eq!(
        answer["error"]["data"]["reason"], "interface_unsupported",
        "{answer}"
    );
    assert_eq!(app.users().len(), 0);
}

#[tokio::test]
async fn the_token_is_looked_at_first() {
    let app = TestApp::spawn().await;
    let (_, answer) = post(&app, None, &[("Ostor-Interface", "2")], &create()).await;
    assert_eq!(
        answer["error"]["data"]["reason"], "unauthorized",
        "{answer}"
    );
}

/// Whoever is refused may have to upgrade, so refusals tell versions too.
#[tokio::test]
async fn every_answer_tells_version_and_revisions_of_the_service() {
    let app = TestApp::spawn().await;
    let good = r#"{"jsonrpc":"2.0","id":7,"method":"TestConnection","params":{"cluster":"eu1"}}"#;
    let used = token(good);
    let large = "x".repeat(1_048_577);
    let unreadable = token("{");
    for (what, token, body) in [
        ("a result", Some(&used), good),
        ("a used token", Some(&used), good),
        ("no token", None, good),
        ("no JSON", Some(&unreadable), "{"),
        ("too large", None, large.as_str()),
    ] {
        let (headers, answer) = post(&app, token.map(String::as_str), &[], body).await;
        let told = |name: &str| headers.get(name).map(|value| value.as_bytes().to_vec());
        assert_eq!(
            told("ostor-bridge"),
            Some(VERSION.into()),
            "{what}: {answer}"
        );
        assert_eq!(
            told("ostor-interface"),
            Some(b"1-1".to_vec()),
            "{what}: {answer}"
        );
    }
}
