//! Several replicas over one ledger in MariaDB: what callers see of each service is as if its calls came one after the other.

mod at_once;
mod database;
mod fleet;
mod hammer;
mod linear;
#[path = "../support/mariadb.rs"]
mod mariadb;
mod purge;
mod rights;
mod seed;
mod service;
mod stopped;
mod takeover;
mod tokens;
mod usage;

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
