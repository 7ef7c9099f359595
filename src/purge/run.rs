//! Working off the jobs of a cluster, one at a time.

use std::time::Duration;

use jiff::SignedDuration;
use tracing::Instrument;

use crate::app::Services;
use crate::clock::Clock;
use crate::ledger::{self, Act, Ledger, PurgeJob, Setback, Turn};

use super::Rate;
use super::halt::Halt;
use super::job::Work;

/// Pause after the first failure; doubles with each further one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Longest pause.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Everything is gone.
    Deleted,
    /// It goes on later.
    Later,
    /// A human must act.
    Blocked,
}

impl Ended {
    /// The word in the record of calls.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Deleted => "success",
            Self::Later => "later",
            Self::Blocked => "blocked",
        }
    }
}

/// Works off what is due on a cluster, one job after the other; `begins` is told each. `None`: somebody else does, for
/// longer than `patience`. Waits for nothing that is due later.
///
/// # Errors
/// [`ledger::Error`]; the job that was under way goes on with the next call.
pub async fn work_off(
    services: &Services,
    cluster: &str,
    patience: Duration,
    begins: &(dyn Fn(&PurgeJob) + Send + Sync),
) -> Result<Option<Vec<(PurgeJob, Ended)>>, ledger::Error> {
    let Some(turn) = services.ledger.purge_turn(cluster, patience).await? else {
        return Ok(None);
    };
    let rate = Rate::new(services.terminate.max_deletes_per_second);
    let mut done = Vec::new();
    while let Some(job) = turn.ledger().take_due_job(cluster).await? {
        begins(&job);
        let span = tracing::debug_span!("job", otel.name = "purge", cluster, job = job.id);
        let ended = attempt(services, &turn, &job, &rate)
            .instrument(span)
            .await?;
        done.push((job, ended));
    }
    Ok(Some(done))
}

/// One attempt at a job, on record.
async fn attempt(
    services: &Services,
    turn: &Turn,
    job: &PurgeJob,
    rate: &Rate,
) -> Result<Ended, ledger::Error> {
    let request_id = format!("job-{}", job.id);
    let act = Act {
        client: &job.service.client,
        cluster: &job.service.cluster,
        service_id: Some(job.service.service_id),
        actor: None,
        method: "PurgeJob",
        user_id: Some(&job.user_id),
        subject: None,
        detail: Some(job.policy.as_str()),
        request_id: &request_id,
    };
    let operation = turn.ledger().begin_operation(&act).await?;
    let ended = finish_or_settle(services, turn, job, rate).await?;
    let ledger = turn.ledger();
    ledger.finish_operation(operation, ended.as_str()).await?;
    Ok(ended)
}

async fn finish_or_settle(
    services: &Services,
    turn: &Turn,
    job: &PurgeJob,
    rate: &Rate,
) -> Result<Ended, ledger::Error> {
    let (ledger, clock) = (turn.ledger(), &services.clock);
    let Some(cluster) = services.clusters.get(&job.service.cluster) else {
        let halt = Halt::Later("its cluster is not configured any more".to_owned());
        return settle(ledger, clock, job, halt).await;
    };
    let watch = turn.watch();
    let gateway = cluster.gateway.only_while(move || watch.is_held());
    let work = match Work::on(services, ledger, &gateway, job, rate) {
        Ok(work) => work,
        Err(halt) => return settle(ledger, clock, job, halt).await,
    };
    let halt = match work.finish().await {
        Ok(()) => return Ok(Ended::Deleted),
        Err(halt @ Halt::Kept { .. }) => work.lock_out().await.err().unwrap_or(halt),
        Err(halt) => halt,
    };
    settle(ledger, clock, job, halt).await
}

/// Records how the attempt ended.
async fn settle(
    ledger: &Ledger,
    clock: &Clock,
    job: &PurgeJob,
    halt: Halt,
) -> Result<Ended, ledger::Error> {
    let (problem, until) = match halt {
        Halt::Ledger(error) => return Err(error),
        Halt::Later(problem) => {
            let now = ledger.job(&job.service.cluster, job.id).await?;
            let attempts = now.map_or(0, |job| job.attempts) + 1;
            let at = clock.now().saturating_add(pause(attempts));
            let at = at.unwrap_or(jiff::Timestamp::MAX).as_millisecond();
            let later = Setback::Later { attempts, at };
            ledger.set_job_back(job.id, &problem, later).await?;
            return Ok(Ended::Later);
        }
        Halt::Kept { problem, until } => (problem, until),
        Halt::Wrong(problem) => {
            let now = ledger.job(&job.service.cluster, job.id).await?;
            let key = now.and_then(|job| job.key_id);
            let key = key.map_or_else(String::new, |key| {
                format!(" The key pair {key}, which the job made, is still there.")
            });
            (format!("{problem}.{key}"), None)
        }
    };
    let until = until.map(jiff::Timestamp::as_millisecond);
    let blocked = Setback::Blocked { until };
    ledger.set_job_back(job.id, &problem, blocked).await?;
    Ok(Ended::Blocked)
}

fn pause(attempts: i64) -> SignedDuration {
    let doubled = u32::try_from(attempts - 1).map_or(u32::MAX, |times| times.min(10));
    FIRST_PAUSE.saturating_mul(1 << doubled).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_a_minute_to_an_hour() {
        let minutes = [1, 2, 3, 6, 7, 500].map(|attempts| pause(attempts).as_mins());
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60]);
    }
}
