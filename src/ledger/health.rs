//! What `doctor` and the metrics ask of the ledger: its schema, whether it can be written, and what waits in it.

use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::sqlite::SqliteConnectOptions;

use super::{Error, JobState, Ledger, MIGRATIONS};

/// How the ledger's schema stands to this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// They fit.
    UpToDate,
    /// So many steps are to be done.
    Behind(usize),
    /// A newer program has changed it.
    Ahead,
}

/// What of a cluster's waits for something or somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Terminations that have not ended, by state; states without any are absent.
    pub jobs: Vec<(JobState, i64)>,
    /// Statistics objects that could not be counted.
    pub problems: i64,
}

impl Ledger {
    /// The folder the ledger at `url` grows in; `None` when it is not on this machine.
    ///
    /// # Errors
    /// [`Error::Open`] for a bad URL.
    pub fn folder(url: &SecretString) -> Result<Option<PathBuf>, Error> {
        let options = SqliteConnectOptions::from_str(url.expose_secret()).map_err(Error::Open)?;
        let file = std::path::absolute(options.get_filename());
        Ok(file.ok().and_then(|file| file.parent().map(PathBuf::from)))
    }

    /// How the schema stands; nothing is changed.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn schema(&self) -> Result<Schema, Error> {
        let known: Vec<i64> = MIGRATIONS.iter().map(|step| step.version).collect();
        let done: Result<Vec<i64>, sqlx::Error> =
            sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
                .fetch_all(&self.pool)
                .await;
        let done = match done {
            Ok(done) => done,
            Err(sqlx::Error::Database(error)) if error.message().contains("no such table") => {
                return Ok(Schema::Behind(known.len()));
            }
            Err(error) => return Err(error.into()),
        };
        if done.iter().any(|step| !known.contains(step)) {
            return Ok(Schema::Ahead);
        }
        match known.iter().filter(|step| !done.contains(step)).count() {
            0 => Ok(Schema::UpToDate),
            steps => Ok(Schema::Behind(steps)),
        }
    }

    /// Answers when something could be written now; writes nothing.
    ///
    /// # Errors
    /// [`Error::Statement`] when not: no permission, or somebody else writes for too long.
    pub async fn writable(&self) -> Result<(), Error> {
        Ok(self.write().await?.rollback().await?)
    }

    /// What waits on a cluster.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`].
    pub async fn waiting(&self, cluster: &str) -> Result<Waiting, Error> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT state, count(*) FROM purge_jobs
             WHERE cluster = ? AND state NOT IN ('deleted', 'cancelled') GROUP BY state",
        )
        .bind(cluster)
        .fetch_all(&self.pool)
        .await?;
        let mut jobs = Vec::with_capacity(rows.len());
        for (word, count) in rows {
            let state = JobState::ALL.into_iter().find(|one| one.as_str() == word);
            let state = state.ok_or_else(|| Error::Corrupt(format!("`{word}` of a job")))?;
            jobs.push((state, count));
        }
        let problems =
            sqlx::query_scalar("SELECT count(*) FROM statistics_problems WHERE cluster = ?")
                .bind(cluster)
                .fetch_one(&self.pool)
                .await?;
        Ok(Waiting { jobs, problems })
    }
}
