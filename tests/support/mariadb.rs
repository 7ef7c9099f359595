//! Databases of a real MariaDB server, a fresh one for each test.
//!
//! The server is the one that `OSTOR_TEST_MARIADB` names (a URL that ends in `/`, of a user who may make databases named
//! `ostor_*`), else `tests/mariadb` is started once for all tests of the process.

#![allow(dead_code, reason = "not every binary of tests needs all of it")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use url::Url;

/// A server of its own. Its standard input closes with this process, which ends it.
pub struct Server {
    /// Of the user who makes databases; ends in `/`.
    pub url: String,
    /// The file of the authority that signed its certificate; empty without `--tls`.
    pub ca: String,
    child: Child,
}

impl Server {
    /// Starts `tests/mariadb` with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mariadb"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("tests/mariadb runs");
        let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut line = || lines.next().expect("MariaDB starts").expect("a line");
        let url = line();
        line();
        let ca = if arguments.contains(&"--tls") {
            line().replace("CA=", "")
        } else {
            String::new()
        };
        Self { url, ca, child }
    }

    /// Makes an empty database.
    pub fn database(&self) -> Database {
        Database::create(&self.url, &self.ca)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Already ended is as good.
        let _ = self.child.wait();
    }
}

/// A database of one test, dropped with it.
pub struct Database {
    /// What `database.url` is set to.
    pub url: String,
    ca: String,
}

impl Database {
    fn create(server: &str, ca: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("ostor_{}_{number}", std::process::id());
        // A process of this number that was killed may have left one.
        execute(server, ca, &format!("CREATE OR REPLACE DATABASE {name}"));
        Self {
            url: format!("{server}{name}"),
            ca: ca.to_owned(),
        }
    }

    /// Executes statements in it and gives the rows, as text: a line each, columns separated by tabs.
    pub fn execute(&self, statements: &str) -> String {
        execute(&self.url, &self.ca, statements)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (_, name) = self.url.rsplit_once('/').expect("a URL with a database");
        execute(
            &self.url,
            &self.ca,
            &format!("DROP DATABASE IF EXISTS {name}"),
        );
    }
}

/// An empty database of the server that all tests of this process share.
pub async fn database() -> Database {
    static SERVER: OnceLock<Server> = OnceLock::new();
    let make = || match std::env::var("OSTOR_TEST_MARIADB") {
        Ok(url) => Database::create(&url, ""),
        Err(_) => SERVER.get_or_init(|| Server::start(&[])).database(),
    };
    tokio::task::spawn_blocking(make).await.expect("a database")
}

/// Executes statements as MariaDB's own client does, over TLS where there is an authority, and gives the rows as text.
pub fn execute(url: &str, ca: &str, statements: &str) -> String {
    let done = try_execute(url, ca, statements);
    done.unwrap_or_else(|complaint| panic!("{statements}: {complaint}"))
}

/// The same, or what the server complains about.
pub fn try_execute(url: &str, ca: &str, statements: &str) -> Result<String, String> {
    let url = Url::parse(url).expect("a URL");
    let tls = match ca {
        "" => "--skip-ssl".to_owned(),
        file => format!("--ssl-ca={file}"),
    };
    let output = Command::new("mariadb")
        .args([
            "--no-defaults",
            "--protocol=tcp",
            "--batch",
            "--raw",
            "--skip-column-names",
        ])
        .arg(tls)
        .args(["--host", url.host_str().expect("a host")])
        .args(["--port", &url.port().unwrap_or(3306).to_string()])
        .args(["--user", url.username()])
        .args(["--execute", statements])
        .arg(url.path().trim_start_matches('/'))
        .env("MYSQL_PWD", url.password().unwrap_or_default())
        .output()
        .expect("Debian's package mariadb-client is installed");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    match output.status.success() {
        true => Ok(text(output.stdout)),
        false => Err(text(output.stderr)),
    }
}
