//! What `doctor` and the metrics ask of the ledger: its schema, whether it can be written, and what waits in it.

use std::path::PathBuf;

use secrecy::SecretString;

use super::backend::{self, Place};
use super::sql::{Mode, Tx, query, query_scalar};
use super::{Error, JobState, Ledger};

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
        let file = Place::of(url)?.file();
        let file = file.and_then(|file| std::path::absolute(file).ok());
        Ok(file.and_then(|file| file.parent().map(PathBuf::from)))
    }

    /// How the schema stands; nothing is changed.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn schema(&self) -> Result<Schema, Error> {
        let known = backend::known_steps(&self.pool);
        let done = backend::done_steps(&self.pool).await?;
        let missing = known.iter().filter(|step| !done.contains(step)).count();
        if missing > 0 {
            return Ok(Schema::Behind(missing));
        }
        if !self.is_shared() {
            let strange = done.iter().any(|step| !known.contains(step));
            return Ok(if strange {
                Schema::Ahead
            } else {
                Schema::UpToDate
            });
        }
        // On a server replicas of the version before go on while the next one is installed.
        match backend::check_schema(&self.pool).await {
            Err(Error::SchemaAhead { .. }) => Ok(Schema::Ahead),
            result => result.map(|()| Schema::UpToDate),
        }
    }

    /// Answers when something could be written now; writes nothing.
    ///
    /// # Errors
    /// [`Error::Statement`] when not: no permission, or somebody else writes for too long.
    pub async fn writable(&self) -> Result<(), Error> {
        Ok(Tx::begin(&self.pool, Mode::Write).await?.rollback().await?)
    }

    /// What waits on a cluster.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`].
    pub async fn waiting(&self, cluster: &str) -> Result<Waiting, Error> {
        let rows: Vec<(String, i64)> = query(
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
        let problems = query_scalar("SELECT count(*) FROM statistics_problems WHERE cluster = ?")
            .bind(cluster)
            .fetch_one(&self.pool)
            .await?;
        Ok(Waiting { jobs, problems })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::Place;
    use crate::ledger::{AccountState, JobPolicy, ServiceKey};

    #[tokio::test]
    async fn a_schema_is_behind_fits_or_is_ahead() {
        let place = Place::new().await;
        let ledger = place.open().await;
        let steps = backend::known_steps(&ledger.pool).len();
        let schema = async || ledger.schema().await.expect("a look");
        assert_eq!(schema().await, Schema::Behind(steps));
        ledger.migrate().await.expect("a schema");
        assert_eq!(schema().await, Schema::UpToDate);
        ledger.writable().await.expect("it can be written");
        let mark = async |success: &str| {
            let sql = format!("UPDATE _sqlx_migrations SET success = {success} WHERE version > 4");
            query(sql).execute(&ledger.pool).await.expect("done");
        };
        mark("FALSE").await;
        assert_eq!(schema().await, Schema::Behind(steps - 4));
        mark("TRUE").await;
        let newer =
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (9999, 'later', TRUE, 'x', 1)";
        query(newer).execute(&ledger.pool).await.expect("done");
        let ahead = match ledger.is_shared() {
            true => Schema::UpToDate,
            false => Schema::Ahead,
        };
        assert_eq!(schema().await, ahead);
        if ledger.is_shared() {
            let needs = query("INSERT INTO schema_needs VALUES (9999)");
            needs.execute(&ledger.pool).await.expect("done");
            assert_eq!(schema().await, Schema::Ahead);
        }
    }

    #[tokio::test]
    async fn open_jobs_are_counted_by_state_and_ended_ones_are_not() {
        let place = Place::new().await;
        let ledger = place.ledger().await;
        let mut jobs = Vec::new();
        for service_id in 1..=3 {
            let service = ServiceKey {
                client: "whmcs".into(),
                cluster: "eu1".into(),
                service_id,
            };
            let (identity, user) = (format!("{service_id}@b"), format!("{service_id:016}"));
            let account = ledger.adopt(&service, &identity, &user, AccountState::Active);
            let account = account.await.expect("an account");
            let job = ledger.open_job(&account, JobPolicy::Grace, 60_000).await;
            jobs.push(job.expect("a job").id);
        }
        ledger.cancel_job(jobs[0]).await.expect("cancelled");
        ledger.hurry_job(jobs[1]).await.expect("hurried");
        let mut waiting = ledger.waiting("eu1").await.expect("a look");
        waiting.jobs.sort_by_key(|(state, _)| state.as_str());
        let expected = [(JobState::Queued, 1), (JobState::Waiting, 1)];
        assert_eq!((&*waiting.jobs, waiting.problems), (&expected[..], 0));
        let other = ledger.waiting("eu2").await.expect("a look");
        assert_eq!(other, Waiting::default());
    }
}
