//! A token is good for one call, whichever replica it goes to.

use futures::future::join_all;
use ostor_bridge::http::mint;
use ostor_bridge::simulator::Options;

use crate::fleet::{CLIENT, Caller, Fleet, Replica, SECRET};
use crate::mariadb;

const BODY: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"AccountState","params":{"cluster":"eu1","service_id":1}}"#;

fn token() -> String {
    mint(CLIENT, &SECRET.into(), BODY.as_bytes()).expect("a token")
}

/// The statuses of one token at all of these replicas at once.
async fn at_once(replicas: &[Replica], caller: &Caller, token: &str) -> Vec<u16> {
    let calls = replicas
        .iter()
        .map(|replica| caller.post(&replica.base, "", BODY, token));
    let answers = join_all(calls).await;
    let status = |answer: reqwest::Result<(u16, _)>| answer.expect("an answer").0;
    answers.into_iter().map(status).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_one_token_at_several_replicas_at_once_one_call_is_accepted() {
    let database = mariadb::database().await;
    let fleet = Fleet::start(Options::default(), "").await;
    fleet.migrate(&database.url);
    let names = ["one", "two", "three"];
    let mut replicas = names.map(|name| fleet.serve(&database.url, name));
    let caller = Caller::new();
    for _ in 0..50 {
        let token = token();
        let mut statuses = at_once(&replicas, &caller, &token).await;
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 401, 401]);
        assert_eq!(at_once(&replicas, &caller, &token).await, [401; 3]);
    }
    // Also one that was not there when it was used.
    let token = token();
    assert_eq!(at_once(&replicas[..1], &caller, &token).await, [200]);
    replicas[1].kill();
    replicas[1] = fleet.serve(&database.url, "four");
    assert_eq!(at_once(&replicas, &caller, &token).await, [401; 3]);
}
