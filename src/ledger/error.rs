//! What can go wrong with the ledger, and whether it is worth trying again.

use sqlx::migrate::MigrateError;
use sqlx::mysql::MySqlDatabaseError;

/// A failure of the ledger; nothing was changed by the statement that failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be opened.
    #[error("the ledger cannot be opened; check database.url and the permissions of its folder")]
    Open(#[source] sqlx::Error),
    /// The database server cannot be reached or refuses.
    #[error(
        "the database server of the ledger cannot be reached or refuses the user; check database.url, the server, and the user's rights"
    )]
    Connect(#[source] sqlx::Error),
    /// Another process works on it.
    #[error(
        "another ostor-bridge works on the ledger {0} already; two at once could make two S3 users for one service. Several can share a ledger on MariaDB or MySQL"
    )]
    InUse(String),
    /// The file that keeps other processes away cannot be used.
    #[error("the file {0} cannot be made or locked; check the permissions of its folder")]
    Claim(String, #[source] std::io::Error),
    /// The schema cannot be brought up to date.
    #[error("the ledger's schema cannot be brought up to date")]
    Migrate(#[from] MigrateError),
    /// The schema is older than this program.
    #[error(
        "the ledger's schema is at step {found} and this version needs step {needed}; run `ostor-bridge migrate`, which replicas that are running do not mind"
    )]
    SchemaBehind {
        /// The last step that was made.
        found: i64,
        /// The last step that this program knows.
        needed: i64,
    },
    /// The schema is too new for this program.
    #[error(
        "the ledger's schema needs a program that knows step {needed}, and this version knows those up to {known}; install a newer version"
    )]
    SchemaAhead {
        /// The step that a program must know.
        needed: i64,
        /// The last step that this program knows.
        known: i64,
    },
    /// A ledger that is to be filled holds something.
    #[error(
        "the database holds rows already, and a ledger is only copied into an empty one; make a new database and run `ostor-bridge migrate` again"
    )]
    NotEmpty,
    /// Somebody else has the right that this work was done under.
    #[error(
        "another replica has taken over, because this one did not answer for a while; nothing more was written, repeat the call"
    )]
    LeaseLost,
    /// A statement failed.
    #[error("the ledger did not answer; check the database, disk space and the log")]
    Statement(#[source] sqlx::Error),
    /// A row would hold what another row holds for good.
    #[error(
        "another service in the ledger holds the same S3 user or address; compare the names of the clients and the cluster's identity template with those of earlier days"
    )]
    Taken(#[source] sqlx::Error),
    /// A row holds what no version of this program writes.
    #[error("the ledger holds a value that makes no sense: {0}")]
    Corrupt(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        let taken = error
            .as_database_error()
            .is_some_and(|error| error.is_unique_violation());
        if taken {
            Self::Taken(error)
        } else {
            Self::Statement(error)
        }
    }
}

impl Error {
    /// Whether the same may succeed in a moment.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Statement(error) => is_transient(error),
            _ => false,
        }
    }

    /// Whether the connection may have ended before the database's answer came.
    pub(super) fn is_lost_connection(&self) -> bool {
        matches!(self, Self::Statement(error) if is_lost_connection(error))
    }
}

/// Whether a statement of MariaDB or MySQL failed for a reason that passes: nothing that the server says to a statement
/// which it cannot make sense of.
pub(super) fn is_transient(error: &sqlx::Error) -> bool {
    is_lost_connection(error)
        || number(error).is_some_and(|number| {
            matches!(
                number,
                1205 // waited too long for a lock
                | 1213 // deadlock; in Galera, refused at certification
                | 1047 // a Galera node that is not part of the cluster
                | 1290 | 1792 | 1836 // the server may only read now
                | 1020 // the row was changed meanwhile, with innodb_snapshot_isolation
            )
        })
}

pub(super) fn is_lost_connection(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Io(_) | sqlx::Error::Protocol(_))
        || number(error).is_some_and(|number| matches!(number, 1053 | 1077 | 1317 | 1927 | 3169))
}

fn number(error: &sqlx::Error) -> Option<u16> {
    let error = error.as_database_error()?;
    error
        .try_downcast_ref::<MySqlDatabaseError>()
        .map(MySqlDatabaseError::number)
}
