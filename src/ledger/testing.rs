//! Ledgers for the tests beside the code: a file, or with `OSTOR_TEST_LEDGER=mariadb` a database of MariaDB.

use secrecy::SecretString;
use tempfile::TempDir;

use super::{Ledger, Limits};
use crate::clock::Clock;

#[path = "../../tests/support/mariadb.rs"]
mod mariadb;

/// An empty place for a ledger; it goes when this is dropped.
pub(super) struct Place {
    folder: TempDir,
    database: Option<mariadb::Database>,
}

impl Place {
    /// Where the tests are told to have ledgers.
    pub async fn new() -> Self {
        let mariadb = std::env::var("OSTOR_TEST_LEDGER").is_ok_and(|word| word == "mariadb");
        match mariadb {
            true => Self::on_mariadb().await,
            false => Self::in_file(),
        }
    }

    pub fn in_file() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            database: None,
        }
    }

    pub async fn on_mariadb() -> Self {
        Self {
            database: Some(mariadb::database().await),
            ..Self::in_file()
        }
    }

    pub fn url(&self) -> SecretString {
        match &self.database {
            Some(database) => database.url.clone(),
            None => format!("sqlite:{}", self.folder.path().join("ledger.db").display()),
        }
        .into()
    }

    /// The ledger as one process has it, without schema where there is none yet.
    pub async fn open(&self) -> Ledger {
        let ledger = Ledger::open(&self.url(), Limits::default(), Clock::default()).await;
        ledger.expect("a ledger")
    }

    /// The ledger with its schema.
    pub async fn ledger(&self) -> Ledger {
        let ledger = self.open().await;
        ledger.migrate().await.expect("a schema");
        ledger
    }
}
