//! Tokens: the good one, and every way to be wrong.

use serde_json::{Value, json};

use crate::support::{SECRET, TestApp, mint_with};

const BODY: &str =
    r#"{"jsonrpc":"2.0","id":"kept","method":"TestConnection","params":{"cluster":"eu1"}}"#;

fn good(spoil: impl FnOnce(&mut Value, &mut Value)) -> String {
    format!("Bearer {}", mint_with(BODY, SECRET, spoil))
}

fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[tokio::test]
async fn a_good_token_is_taken() {
    let app = TestApp::spawn().await;
    let (status, answer) = app.caller.post_with(BODY, &good(|_, _| {})).await;
    let answer = answer.expect("an answer");
    assert_eq!(status, 200);
    assert_eq!(answer["result"]["ok"], true, "{answer}");
}

#[tokio::test]
async fn every_wrong_token_is_refused_in_the_same_words() {
    let app = TestApp::spawn().await;
    let claim = |name: &'static str, value: Value| good(move |_, claims| claims[name] = value);
    let header = |name: &'static str, value: Value| good(move |header, _| header[name] = value);
    let without = |name: &'static str| {
        good(move |_, claims| {
            claims.as_object_mut().expect("an object").remove(name);
        })
    };
    let token = good(|_, _| {});
    let (unsigned, _) = token.rsplit_once('.').expect("three parts");
    let none = {
        let token = header("alg", json!("none"));
        format!("{}.", token.rsplit_once('.').expect("three parts").0)
    };
    let wrong = [
        ("no header", String::new()),
        ("no token", "Bearer ".into()),
        ("other scheme", token.replace("Bearer", "Basic")),
        ("rubbish", "Bearer a.b.c".into()),
        ("no signature", format!("{unsigned}.")),
        (
            "other secret",
            format!(
                "Bearer {}",
                mint_with(BODY, "another secret of the same length ok", |_, _| {})
            ),
        ),
        (
            "other body",
            format!("Bearer {}", mint_with("{}", SECRET, |_, _| {})),
        ),
        ("alg none", none),
        ("alg HS512", header("alg", json!("HS512"))),
        ("alg RS256", header("alg", json!("RS256"))),
        ("unknown kid", header("kid", json!("someone"))),
        (
            "no kid",
            good(|header, _| {
                header.as_object_mut().expect("an object").remove("kid");
            }),
        ),
        ("other iss", claim("iss", json!("someone"))),
        ("other aud", claim("aud", json!("another-service"))),
        ("expired", claim("exp", json!(now() - 1))),
        (
            "issued long ago",
            good(|_, claims| {
                claims["iat"] = json!(now() - 300);
                claims["exp"] = json!(now() - 200);
            }),
        ),
        ("too long a life", claim("exp", json!(now() + 3600))),
        (
            "one second too long",
            good(|_, claims| {
                claims["exp"] = json!(claims["iat"].as_i64().expect("a number") + 121)
            }),
        ),
        (
            "issued in the future",
            good(|_, claims| {
                claims["iat"] = json!(now() + 300);
                claims["exp"] = json!(now() + 360);
            }),
        ),
        ("not yet valid", claim("nbf", json!(now() + 60))),
        ("unknown extension", header("crit", json!(["b64"]))),
        ("empty jti", claim("jti", json!(""))),
        ("huge jti", claim("jti", json!("x".repeat(10_000)))),
        ("wrong body hash", claim("body", json!("00"))),
        (
            "upper-case body hash",
            good(|_, claims| {
                claims["body"] = json!(claims["body"].as_str().expect("text").to_uppercase())
            }),
        ),
        ("no iss", without("iss")),
        ("no aud", without("aud")),
        ("no iat", without("iat")),
        ("no exp", without("exp")),
        ("no jti", without("jti")),
        ("no body", without("body")),
        ("exp as text", claim("exp", json!("later"))),
        ("huge exp", claim("exp", json!(i64::MAX))),
        ("lowest iat", claim("iat", json!(i64::MIN))),
    ];
    let calls_before = app.simulator.calls().len();
    let mut messages = std::collections::HashSet::new();
    for (what, authorization) in wrong {
        let (status, answer) = app.caller.post_with(BODY, &authorization).await;
        let answer = answer.expect("an answer");
        assert_eq!(status, 401, "{what}");
        assert_eq!(answer["error"]["data"]["reason"], "unauthorized", "{what}");
        assert_eq!(answer["error"]["data"]["retryable"], false, "{what}");
        assert_eq!(answer["id"], "kept", "{what}");
        messages.insert(answer["error"]["message"].to_string());
    }
    assert_eq!(
        messages.len(),
        1,
        "the words tell which check failed: {messages:?}"
    );
    assert_eq!(app.simulator.calls().len(), calls_before);
}

#[tokio::test]
async fn a_token_is_good_once() {
    let app = TestApp::spawn().await;
    let token = good(|_, _| {});
    let (first, _) = app.caller.post_with(BODY, &token).await;
    let (second, _) = app.caller.post_with(BODY, &token).await;
    assert_eq!((first, second), (200, 401));
}

#[tokio::test]
async fn a_caller_whose_clock_is_a_little_ahead_is_heard() {
    let app = TestApp::spawn().await;
    let token = good(|_, claims| {
        claims["iat"] = json!(now() + 20);
        claims["exp"] = json!(now() + 140);
    });
    let (status, _) = app.caller.post_with(BODY, &token).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_client_may_call_only_what_its_scopes_cover() {
    let app = crate::support::Setup {
        sections: "[clients.reader]\nsecret = \"another secret of tests, long enough\"\nscopes = [\"usage\"]".into(),
        ..Default::default()
    }
    .spawn()
    .await;
    let by_hand = r#"{"jsonrpc":"2.0","id":1,"method":"users.list","params":{"cluster":"eu1"}}"#;
    for body in [BODY, by_hand] {
        let token = mint_with(
            body,
            "another secret of tests, long enough",
            |header, claims| {
                header["kid"] = json!("reader");
                claims["iss"] = json!("reader");
            },
        );
        let authorization = format!("Bearer {token}");
        let (status, answer) = app.caller.post_with(body, &authorization).await;
        let answer = answer.expect("an answer");
        assert_eq!(status, 200);
        assert_eq!(answer["error"]["data"]["reason"], "scope_missing");
    }
    assert_eq!(app.simulator.calls().len(), 0);
}
