//! The ledger on a server: its schema under old and new programs, connections that break, deadlocks, TLS.

use std::time::Duration;

use ostor_bridge::clock::Clock;
use ostor_bridge::ledger::{Account, Error, Intent, Ledger, Limits, ServiceKey};

use crate::mariadb::{self, Database};

async fn open(url: &str) -> Result<Ledger, Error> {
    Ledger::open(&url.to_owned().into(), Limits::default(), Clock::default()).await
}

async fn ledger(database: &Database) -> Ledger {
    let ledger = open(&database.url).await.expect("a ledger");
    ledger.migrate().await.expect("a schema");
    ledger
}

fn service(service_id: i64) -> ServiceKey {
    ServiceKey {
        client: "whmcs".into(),
        cluster: "eu1".into(),
        service_id,
    }
}

async fn account(ledger: &Ledger, service_id: i64) -> Account {
    let intent = Intent {
        service: &service(service_id),
        identity: &format!("{service_id}@example.com"),
        client_id: 7,
        email: "customer@example.com",
        plan: "{}",
    };
    ledger.record_intent(&intent).await.expect("an intent")
}

/// Fails when replicas change the schema under others, or start on one that they cannot work with.
#[tokio::test]
async fn a_schema_that_is_behind_is_only_changed_by_command() {
    let database = mariadb::database().await;
    let ledger = open(&database.url).await.expect("a ledger");
    let error = ledger.prepare().await.expect_err("no schema");
    assert!(
        matches!(error, Error::SchemaBehind { found: 0, .. }),
        "{error:?}"
    );
    assert!(
        error.to_string().contains("ostor-bridge migrate"),
        "{error}"
    );
    assert_eq!(database.execute("SHOW TABLES"), "");
    ledger.migrate().await.expect("a schema");
    ledger.prepare().await.expect("up to date");
    database.execute("DELETE FROM _sqlx_migrations ORDER BY version DESC LIMIT 1");
    let error = ledger.prepare().await.expect_err("a step is missing");
    assert!(matches!(error, Error::SchemaBehind { .. }), "{error:?}");
    // A step that was cut off and is repeated.
    ledger.migrate().await.expect("the step again");
    ledger.prepare().await.expect("up to date");
}

/// Fails when a step that was cut off keeps the schema from ever being brought up to date.
#[tokio::test]
async fn a_step_that_was_cut_off_is_done_again() {
    let database = mariadb::database().await;
    let ledger = ledger(&database).await;
    database.execute(
        "UPDATE _sqlx_migrations SET success = FALSE ORDER BY version DESC LIMIT 1;
         DROP TABLE spent_tokens",
    );
    assert!(ledger.prepare().await.is_err());
    ledger.migrate().await.expect("the step again");
    ledger.prepare().await.expect("up to date");
    assert_eq!(database.execute("SELECT count(*) FROM spent_tokens"), "0\n");
}

/// Fails when a replica cannot go on while a newer version brings the schema a step further, or starts on one that needs
/// a newer program.
#[tokio::test]
async fn a_schema_that_is_one_step_ahead_is_worked_with_unless_it_says_no() {
    let database = mariadb::database().await;
    let ledger = ledger(&database).await;
    let first = account(&ledger, 1).await;
    database.execute(
        "ALTER TABLE accounts ADD COLUMN later VARCHAR(20) NOT NULL DEFAULT 'x' FIRST;
         ALTER TABLE purge_jobs ADD COLUMN later BIGINT NULL;
         CREATE TABLE later (id BIGINT PRIMARY KEY);
         INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (99, 'later', TRUE, 'x', 1)",
    );
    ledger.prepare().await.expect("steps only add");
    let again = account(&ledger, 1).await;
    assert_eq!(
        (again.id, account(&ledger, 2).await.id),
        (first.id, first.id + 1)
    );
    ledger.ping().await.expect("it answers");
    database.execute("INSERT INTO schema_needs VALUES (99)");
    let error = ledger.prepare().await.expect_err("too new");
    assert!(
        matches!(error, Error::SchemaAhead { needed: 99, .. }),
        "{error:?}"
    );
    assert!(error.to_string().contains("newer version"), "{error}");
}

/// Fails when a connection that the server ends in the middle of a change makes the change fail.
#[tokio::test]
async fn a_change_survives_the_end_of_its_connection() {
    let database = mariadb::database().await;
    let ledger = ledger(&database).await;
    let id = account(&ledger, 1).await.id;
    let holding = sqlx::MySqlPool::connect(&database.url)
        .await
        .expect("a connection");
    let mut row = holding.begin().await.expect("a transaction");
    sqlx::raw_sql("SELECT * FROM accounts FOR UPDATE")
        .execute(&mut *row)
        .await
        .expect("the row is held");
    let changing = ledger.clone();
    let change = tokio::spawn(async move { changing.set_plan(id, "{\"quota_gb\":7}").await });
    // The statement that waits is found and its connection ended.
    let waits = "SELECT coalesce(max(id), 0) FROM information_schema.processlist
                 WHERE info LIKE 'UPDATE accounts%'";
    let victim = loop {
        let id: i64 = sqlx::query_scalar(waits)
            .fetch_one(&holding)
            .await
            .expect("a look");
        if id > 0 {
            break id;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    database.execute(&format!("KILL {victim}"));
    assert!(!change.is_finished());
    row.rollback().await.expect("the row is free");
    change
        .await
        .expect("no panic")
        .expect("it was made all the same");
    assert_eq!(
        database.execute("SELECT plan FROM accounts"),
        "{\"quota_gb\":7}\n"
    );
}

/// Fails when a transaction that the server picks to end a deadlock is not done again.
#[tokio::test]
async fn a_deadlock_is_tried_again() {
    let database = mariadb::database().await;
    let ledger = ledger(&database).await;
    let keys = ["one", "two"].map(str::to_owned);
    let [first, second] = &keys;
    let holding = sqlx::MySqlPool::connect(&database.url)
        .await
        .expect("a connection");
    let mut other = holding.begin().await.expect("a transaction");
    // Who has written more is spared.
    let many: Vec<String> = (0..500).map(|n| format!("('eu1', 'u', 'm{n}')")).collect();
    let statement = format!(
        "INSERT INTO known_keys VALUES {}, ('eu1', 'u', '{second}')",
        many.join(", ")
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut *other)
        .await
        .expect("the second row is held");
    let (changing, keys) = (ledger.clone(), keys.clone());
    let change = tokio::spawn(async move { changing.know_keys("eu1", "u", &keys).await });
    let waits = "SELECT count(*) FROM information_schema.processlist
                 WHERE info LIKE 'INSERT INTO known_keys%' AND state <> ''";
    while sqlx::query_scalar::<_, i64>(waits)
        .fetch_one(&holding)
        .await
        .expect("a look")
        == 0
    {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let statement = format!("INSERT INTO known_keys VALUES ('eu1', 'u', '{first}')");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement))
        .execute(&mut *other)
        .await
        .expect("the other one is the victim");
    let deadlocks = database.execute("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'");
    other.commit().await.expect("committed");
    change
        .await
        .expect("no panic")
        .expect("it was made in the end");
    assert!(!deadlocks.trim().ends_with("\t0"), "{deadlocks}");
    let known = ledger.known_keys("eu1", "u").await.expect("a look");
    assert_eq!(known.len(), 502);
}

/// Fails when the password goes over a connection that anybody could stand in the middle of.
#[tokio::test]
async fn tls_is_used_and_checked_where_the_address_says_so() {
    let server = mariadb::Server::start(&["--tls"]);
    let database = server.database();
    let with = |options: &str| format!("{}?{options}", database.url);
    let identity = format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={}", server.ca);
    let ledger = open(&with(&identity))
        .await
        .expect("the server is who it says");
    ledger.migrate().await.expect("a schema");
    let stranger = open(&with("ssl-mode=VERIFY_CA"))
        .await
        .expect_err("nobody vouches for it");
    assert!(matches!(stranger, Error::Connect(_)), "{stranger:?}");
    let plain = open(&with("ssl-mode=DISABLED"))
        .await
        .expect_err("the server wants TLS");
    assert!(matches!(plain, Error::Connect(_)), "{plain:?}");
    let (_, password) = database.url.split_once(':').expect("a scheme");
    let password = password
        .split_once(':')
        .and_then(|(_, rest)| rest.split_once('@'));
    let (password, _) = password.expect("a password");
    for error in [stranger, plain] {
        assert!(!format!("{error:?} {error}").contains(password));
    }
}

/// Rows as texts, byte by byte, in an order of their own.
fn texts<R>(rows: &[R]) -> Vec<String>
where
    R: sqlx::Row,
    usize: sqlx::ColumnIndex<R>,
    Option<Vec<u8>>: for<'r> sqlx::Decode<'r, R::Database>,
{
    let text = |row: &R| {
        let values = (0..row.len()).map(|column| {
            let bytes: Option<Vec<u8>> = row.try_get_unchecked(column).expect("bytes");
            format!("{bytes:?}")
        });
        values.collect::<Vec<_>>().join(" ")
    };
    let mut texts: Vec<String> = rows.iter().map(text).collect();
    texts.sort_unstable();
    texts
}

/// Fails when moving from a file to a server loses or changes a row, or mixes two ledgers.
#[tokio::test]
async fn a_ledger_moves_from_a_file_to_a_server() {
    use ostor_bridge::ledger::{
        Booking, BucketKey, BucketRecord, ByteHours, Item, JobPolicy, KeyHolder, KeyIntent,
        Sampled, Span, StatisticsRecord, Traffic,
    };

    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    let file = open(&url).await.expect("a ledger");
    file.migrate().await.expect("a schema");
    let now = jiff::Timestamp::now();
    for service_id in 1..=700 {
        let made = account(&file, service_id).await;
        let user = format!("{service_id:016x}");
        file.set_user(&made, &user).await.expect("its user");
        file.set_ready(made.id, "KEY").await.expect("its state");
    }
    let job = file
        .account(&service(7))
        .await
        .expect("a look")
        .expect("a row");
    file.open_job(&job, JobPolicy::Grace, 1000)
        .await
        .expect("a job");
    let holder = KeyHolder {
        cluster: "eu1",
        user_id: "0000000000000001",
        sub_account: None,
    };
    let intent = KeyIntent::Pairs(vec!["Ä\u{1f600}'\"".to_owned()]);
    file.intend_key(holder, &intent).await.expect("an intent");
    let item = Item {
        user_id: "0000000000000001".to_owned(),
        bucket: "fotos-\u{e4}".to_owned(),
        epoch: 1,
        traffic: Traffic {
            put: 1,
            downloaded: i64::MAX / 2,
            ..Traffic::default()
        },
    };
    let record = StatisticsRecord::new("object".to_owned(), now, vec![item]);
    let booked = file.book_statistics(now, Booking::new("eu1", vec![record]));
    booked.await.expect("counted");
    file.set_aside("eu1", now, &[("odd".to_owned(), "it is odd".to_owned())])
        .await
        .expect("noted");
    file.set_complete("eu1", now, now, 1800)
        .await
        .expect("complete");
    let sampled = Sampled {
        record: BucketRecord {
            key: BucketKey {
                owner_id: "0000000000000001".to_owned(),
                name: "fotos".to_owned(),
                created: 5,
            },
            incarnation: 0,
            hour: 500_000,
            h_integral: ByteHours(u128::MAX),
            current: 7,
            booked: ByteHours(9),
            open_start: 499_000,
            open_byte_hours: 8,
            missing_since: None,
        },
        closed: vec![Span {
            start_hour: 498_000,
            end_hour: 499_000,
            byte_hours: 1,
        }],
    };
    file.book_buckets("eu1", &[sampled]).await.expect("sizes");

    let database = mariadb::database().await;
    let server = ledger(&database).await;
    let last = std::sync::Mutex::new((0, 0));
    let progress = |done, total| *last.lock().expect("no panic") = (done, total);
    let copied = server.copy_from(&file, &progress).await.expect("copied");
    assert_eq!(*last.lock().expect("no panic"), (copied, copied));
    let source = sqlx::SqlitePool::connect(&url).await.expect("the file");
    let target = sqlx::MySqlPool::connect(&database.url)
        .await
        .expect("the server");
    let tables = "SELECT m.name, group_concat(c.name, ', ') FROM sqlite_master m, pragma_table_info(m.name) c
                  WHERE m.type = 'table' AND m.name NOT LIKE '\\_%' ESCAPE '\\' GROUP BY m.name";
    let tables: Vec<(String, String)> = sqlx::query_as(tables)
        .fetch_all(&source)
        .await
        .expect("tables");
    let mut compared = 0;
    for (table, columns) in tables {
        // The server's may have columns in another order.
        let rows = || {
            sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
                "SELECT {columns} FROM {table}"
            )))
        };
        let there = texts(&rows().fetch_all(&source).await.expect("rows"));
        compared += there.len() as u64;
        let here = texts(&rows().fetch_all(&target).await.expect("rows"));
        assert_eq!(here, there, "{table}");
    }
    assert!(compared == copied && copied > 2100, "{compared} {copied}");
    // Numbers go on where the file's ended.
    assert!(account(&server, 701).await.id > job.id);
    let error = server
        .copy_from(&file, &progress)
        .await
        .expect_err("not empty");
    assert!(matches!(error, Error::NotEmpty), "{error:?}");
}

/// Fails when `doctor` takes a server for a file, or says nothing of what keeps replicas from starting.
#[tokio::test]
async fn doctor_tells_how_the_schema_of_a_server_stands() {
    let database = mariadb::database().await;
    let doctor = || {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_ostor-bridge"))
            .args(["doctor", "--json"])
            .env("OSTOR_BRIDGE__DATABASE__URL", &database.url)
            .env(
                "OSTOR_BRIDGE__CLIENTS__WHMCS__SECRET",
                "0123456789".repeat(4),
            )
            .env(
                "OSTOR_BRIDGE__CLUSTERS__EU1__ENDPOINT",
                "http://127.0.0.1:1",
            )
            .env("OSTOR_BRIDGE__CLUSTERS__EU1__ACCESS_KEY", "key")
            .env("OSTOR_BRIDGE__CLUSTERS__EU1__SECRET_KEY", "secret")
            .output()
            .expect("the binary runs");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let findings = report["findings"].as_array().expect("findings").clone();
        let of_ledger = findings
            .into_iter()
            .filter(|finding| finding["subject"] == "ledger");
        of_ledger
            .map(|finding| {
                format!(
                    "{}: {} {}",
                    finding["check"], finding["level"], finding["mend"]
                )
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    let report = doctor();
    assert!(
        report.contains("\"schema\": \"error\"") && report.contains("ostor-bridge migrate"),
        "{report}"
    );
    ledger(&database).await;
    let report = doctor();
    assert!(
        report.contains("\"schema\": \"ok\"") && report.contains("\"writable\": \"ok\""),
        "{report}"
    );
    assert!(!report.contains("room"), "{report}");
}
