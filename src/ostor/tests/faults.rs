//! Broken connections and silence: what is repeated, what is not, and what the caller is told.

use std::time::{Duration, Instant};

use super::{
    PATIENT, client,
    server::{Reply, Server, answer, json, reserve},
    settings, user_id,
};
use crate::ostor::{Client, Error, Rate, Resource, Target};

/// Long enough for an answer that comes at all on a busy machine.
const SHORT: Duration = Duration::from_secs(1);

fn cut() -> Reply {
    Reply::Cut(Vec::new())
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    let socket = reserve();
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let started = Instant::now();
    for error in [
        client(&url, PATIENT).users().await.expect_err("refused"),
        client(&url, PATIENT)
            .create_user("a@example.com")
            .await
            .expect_err("refused"),
    ] {
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
        assert!(error.is_retryable() && error.outcome_known());
        assert!(error.to_string().contains("Connection refused"), "{error}");
    }
    // Two calls of three attempts each, so at least 100 ms and 200 ms of pause in each.
    assert!(started.elapsed() >= Duration::from_millis(600));
}

#[tokio::test]
async fn even_a_creation_tries_again_while_the_connection_is_refused() {
    let socket = reserve();
    let url = format!("http://{}", socket.local_addr().expect("an address"));
    let client = client(&url, PATIENT);
    let creation = tokio::spawn(async move { client.create_user("user@example.com").await });
    tokio::time::sleep(Duration::from_millis(40)).await;
    let server = Server::listen(
        socket,
        vec![json(
            r#"{"UserEmail":"user@example.com","UserId":"ca55631f9f3d59dc"}"#,
        )],
    );
    let user = creation.await.expect("no panic").expect("a user");
    assert_eq!(user.id, user_id());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_creation_that_was_cut_is_not_sent_again() {
    for reply in [cut(), Reply::Cut(b"HTTP/1.1 200 OK\r\nContent-Le".to_vec())] {
        let server = Server::start(vec![reply]).await;
        let client = client(&server.url(), PATIENT);
        for error in [
            client
                .create_user("user@example.com")
                .await
                .expect_err("cut"),
            client
                .generate_key("user@example.com")
                .await
                .expect_err("cut"),
            client.delete_bucket("bucket").await.expect_err("cut"),
        ] {
            assert!(
                matches!(error, Error::OutcomeUnknown { status: None, .. }),
                "{error}"
            );
            assert!(!error.outcome_known());
        }
        assert_eq!(server.requests().len(), 3);
    }
}

#[tokio::test]
async fn harmless_changes_and_reads_are_sent_up_to_three_times_after_a_cut() {
    let server = Server::start(vec![cut()]).await;
    let client = client(&server.url(), PATIENT);
    let user = Target::User(user_id());
    for error in [
        client
            .disable_user("user@example.com")
            .await
            .expect_err("cut"),
        client.delete_user(&user_id()).await.expect_err("cut"),
        client
            .revoke_key("user@example.com", "KEY")
            .await
            .expect_err("cut"),
        client
            .set_limit(&user, Resource::Get, Rate::UNLIMITED)
            .await
            .expect_err("cut"),
    ] {
        assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    }
    assert_eq!(server.requests().len(), 12);
    let error = client.users().await.expect_err("cut");
    assert!(matches!(error, Error::NoAnswer { .. }), "{error}");
    assert_eq!(server.requests().len(), 15);
}

#[tokio::test]
async fn a_repeat_that_succeeds_is_a_success() {
    let server = Server::start(vec![cut(), Reply::Bytes(answer("200 OK", "", ""))]).await;
    client(&server.url(), PATIENT)
        .enable_user("user@example.com")
        .await
        .expect("the second attempt");
    assert_eq!(server.requests().len(), 2);

    let server = Server::start(vec![cut(), cut(), json("[]")]).await;
    assert!(
        client(&server.url(), PATIENT)
            .users()
            .await
            .expect("the third attempt")
            .is_empty()
    );
}

#[tokio::test]
async fn silence_ends_with_the_time_out() {
    let server = Server::start(vec![Reply::Stall]).await;
    let client = client(&server.url(), SHORT);
    let started = Instant::now();
    let error = client
        .create_user("user@example.com")
        .await
        .expect_err("silence");
    assert!(matches!(error, Error::OutcomeUnknown { .. }), "{error}");
    assert!(error.to_string().contains("time-out"), "{error}");
    assert!(started.elapsed() >= SHORT);
    assert_eq!(server.requests().len(), 1);

    let error = client.users().await.expect_err("silence");
    assert!(matches!(error, Error::NoAnswer { .. }), "{error}");
    assert_eq!(server.requests().len(), 4);
    // Four attempts and the pauses; the total is bounded.
    assert!(started.elapsed() < PATIENT);
}

#[tokio::test]
async fn a_body_that_stalls_or_is_cut_is_no_answer() {
    let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Users\":[".to_vec();
    for reply in [Reply::Cut(begun.clone()), Reply::Bytes(begun)] {
        let server = Server::start(vec![reply]).await;
        let client = client(&server.url(), SHORT);
        let error = client.users().await.expect_err("half an answer");
        assert!(matches!(error, Error::NoAnswer { .. }), "{error}");
        let error = client
            .create_user("user@example.com")
            .await
            .expect_err("half an answer");
        assert!(
            matches!(
                error,
                Error::OutcomeUnknown {
                    status: Some(200),
                    ..
                }
            ),
            "{error}"
        );
        assert_eq!(server.requests().len(), 4);
    }
}

#[tokio::test]
async fn a_handshake_that_fails_or_stalls_means_that_nothing_was_sent() {
    for reply in [Reply::Stall, Reply::Cut(b"no TLS here".to_vec())] {
        let server = Server::start(vec![reply]).await;
        let url = server.url().replace("http:", "https:");
        let error = client(&url, SHORT)
            .create_user("user@example.com")
            .await
            .expect_err("no TLS");
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    }
}

#[tokio::test]
async fn calls_in_flight_are_capped_and_the_rest_wait() {
    let slow = |body: &str| Reply::Slow(Duration::from_millis(200), answer("200 OK", "", body));
    let server = Server::start(vec![slow("[]")]).await;
    let client = client(&server.url(), PATIENT);
    let calls = (0..12).map(|_| client.users());
    for result in futures::future::join_all(calls).await {
        result.expect("an answer");
    }
    assert_eq!(server.requests().len(), 12);
    assert_eq!(server.most_running(), 4);
}

#[tokio::test]
async fn waiting_for_a_place_ends_too() {
    let server = Server::start(vec![Reply::Stall]).await;
    let mut settings = settings(&server.url(), SHORT);
    settings.max_parallel = 1;
    let client = Client::new(settings).expect("a client");
    let create_after = async |tenths: u32| {
        tokio::time::sleep(SHORT / 10 * tenths).await;
        client.create_user("user@example.com").await
    };
    // The first holds the place for one time-out, the second for the next one; the third waits only one.
    let (first, second, third) = tokio::join!(create_after(0), create_after(4), create_after(6));
    assert!(!first.expect_err("silence").outcome_known());
    assert!(!second.expect_err("silence").outcome_known());
    let third = third.expect_err("no place");
    assert!(matches!(third, Error::Unreachable { .. }), "{third}");
    assert!(
        third.to_string().contains("all 1 parallel calls"),
        "{third}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn connections_are_kept_for_reads_and_opened_anew_for_creations() {
    let body = r#"{"UserEmail":"user@example.com","UserId":"ca55631f9f3d59dc"}"#;
    let server = Server::start(vec![json(body)]).await;
    let client = client(&server.url(), PATIENT);
    for _ in 0..3 {
        client
            .user_by_email("user@example.com")
            .await
            .expect("an answer");
    }
    client
        .create_user("user@example.com")
        .await
        .expect("an answer");
    client
        .create_user("user@example.com")
        .await
        .expect("an answer");
    client.user_by_id(&user_id()).await.expect("an answer");
    let connections: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.connection)
        .collect();
    assert_eq!(connections, [0, 0, 0, 1, 2, 0]);
}
