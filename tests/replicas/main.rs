//! Several replicas over one ledger in MariaDB: what callers see of each service is as if its calls came one after the other.

mod at_once;
mod database;
mod fleet;
mod hammer;
mod linear;
#[path = "../support/mariadb.rs"]
mod mariadb;
mod rights;
mod service;
mod takeover;
mod tokens;
mod usage;

/// The number in an environment variable; `tests/run.sh` sets them.
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |number| {
        number
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number"))
    })
}

/// Decides what is drawn at random; printed so that a run can be repeated.
fn seed() -> u64 {
    let seed = number("OSTOR_TEST_SEED", rand::random());
    println!("OSTOR_TEST_SEED={seed}");
    seed
}

#[tokio::test]
async fn databases_of_tests_are_their_own() {
    let (one, other) = (mariadb::database().await, mariadb::database().await);
    one.execute("CREATE TABLE thing (id INT PRIMARY KEY); INSERT INTO thing VALUES (7)");
    assert_eq!(one.execute("SELECT id FROM thing"), "7\n");
    assert_eq!(other.execute("SHOW TABLES"), "");
}

#[test]
fn a_server_with_tls_makes_databases_too() {
    let server = mariadb::Server::start(&["--tls"]);
    let database = server.database();
    let cipher = database.execute("SHOW STATUS LIKE 'Ssl_cipher'");
    assert!(cipher.contains("TLS"), "{cipher}");
}
