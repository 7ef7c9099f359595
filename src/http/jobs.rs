//! `jobs.*`, and a job as every answer shows it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::{JobState, PurgeJob};

use super::admin::Name;
use super::error::{Failure, Reason};
use super::methods::{Context, WhmcsId};

/// Jobs of a page.
const PAGE: usize = 100;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListParams {
    cluster: String,
    service_id: Option<WhmcsId>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GetParams {
    cluster: String,
    job_id: i64,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SteerParams {
    cluster: String,
    job_id: i64,
    actor: Option<Name>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ListResult {
    jobs: Vec<JobJson>,
    next_cursor: Option<String>,
}

/// A termination that takes time.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct JobJson {
    job_id: i64,
    client: String,
    cluster: String,
    service_id: i64,
    user_id: String,
    identity: String,
    policy: &'static str,
    state: &'static str,
    stage: &'static str,
    due_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
    started_at: Option<Timestamp>,
    finished_at: Option<Timestamp>,
    buckets_done: i64,
    buckets_total: i64,
    objects_done: i64,
    bytes_done: i64,
    bytes_total: i64,
    /// Versions, markers and uploads that are left, as far as the bytes that are left tell.
    objects_left: Option<i64>,
    seconds_left: Option<i64>,
    attempts: i64,
    next_attempt_at: Option<Timestamp>,
    problem: Option<String>,
    blocked_until: Option<Timestamp>,
}

impl From<PurgeJob> for JobJson {
    fn from(job: PurgeJob) -> Self {
        let time = |at: i64| Timestamp::from_millisecond(at).ok();
        let (objects_left, seconds_left) = left(&job).unzip();
        Self {
            job_id: job.id,
            client: job.service.client,
            cluster: job.service.cluster,
            service_id: job.service.service_id,
            user_id: job.user_id,
            identity: job.identity,
            policy: job.policy.as_str(),
            state: job.state.as_str(),
            stage: job.stage.as_str(),
            due_at: time(job.due_at),
            created_at: time(job.created_at),
            started_at: job.started_at.and_then(time),
            finished_at: job.finished_at.and_then(time),
            buckets_done: job.buckets_done,
            buckets_total: job.buckets_total,
            objects_done: job.objects_done,
            bytes_done: job.bytes_done,
            bytes_total: job.bytes_total,
            objects_left,
            seconds_left,
            attempts: job.attempts,
            next_attempt_at: job.next_attempt_at.and_then(time),
            problem: job.problem,
            blocked_until: job.blocked_until.and_then(time),
        }
    }
}

/// Versions, delete markers and uploads that are left, as far as can be judged.
pub(crate) fn objects_left(job: &PurgeJob) -> Option<i64> {
    left(job).map(|(objects, _)| objects)
}

/// Objects and seconds that are left, judged by the bytes that are: how many objects there are, no gateway tells.
fn left(job: &PurgeJob) -> Option<(i64, i64)> {
    if matches!(job.state, JobState::Deleted | JobState::Cancelled) {
        return None;
    }
    let share = |part: i64, of: i64, whole: i64| {
        let scaled = i128::from(part) * i128::from(whole) / i128::from(of);
        i64::try_from(scaled).unwrap_or(i64::MAX)
    };
    if job.bytes_done <= 0 || job.objects_done <= 0 {
        return None;
    }
    let bytes = job.bytes_total.saturating_sub(job.bytes_done).max(0);
    let objects = share(job.objects_done, job.bytes_done, bytes);
    let seconds = share(job.deleting_ms, job.objects_done, objects) / 1000;
    Some((objects, seconds))
}

pub(super) async fn jobs_list(
    context: Context<'_>,
    params: ListParams,
) -> Result<ListResult, Failure> {
    let before = match params.cursor.as_deref().map(str::parse) {
        None => i64::MAX,
        Some(Ok(number)) => number,
        Some(Err(_)) => {
            let sentence = "`cursor` must be the next_cursor of an earlier answer to jobs.list";
            return Err(Failure::new(Reason::InvalidParams, sentence));
        }
    };
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    let service_id = params.service_id.map(WhmcsId::number);
    let (jobs, more) = desk.jobs(service_id, before, PAGE).await?;
    let next_cursor = jobs.last().filter(|_| more).map(|job| job.id.to_string());
    Ok(ListResult {
        jobs: jobs.into_iter().map(JobJson::from).collect(),
        next_cursor,
    })
}

pub(super) async fn jobs_get(context: Context<'_>, params: GetParams) -> Result<JobJson, Failure> {
    let actor = context.actor(None);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.job(params.job_id).await?.into())
}

pub(super) async fn jobs_retry(
    context: Context<'_>,
    params: SteerParams,
) -> Result<JobJson, Failure> {
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.retry_job(params.job_id).await?.into())
}

pub(super) async fn jobs_cancel(
    context: Context<'_>,
    params: SteerParams,
) -> Result<JobJson, Failure> {
    let actor = context.actor(params.actor);
    let desk = context.desk(&params.cluster, &actor)?;
    Ok(desk.cancel_job(params.job_id).await?.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{JobPolicy, JobStage, ServiceKey};

    fn job(objects_done: i64, bytes_done: i64, bytes_total: i64) -> PurgeJob {
        PurgeJob {
            id: 1,
            account: 1,
            service: ServiceKey {
                client: "whmcs".into(),
                cluster: "eu1".into(),
                service_id: 1,
            },
            user_id: "0123456789abcdef".into(),
            identity: "a@b".into(),
            policy: JobPolicy::Purge,
            state: JobState::Running,
            stage: JobStage::Objects,
            due_at: 0,
            begun: true,
            keys_before: crate::ledger::KeyList::default(),
            key_id: None,
            buckets_done: 0,
            buckets_total: 1,
            objects_done,
            bytes_done,
            bytes_total,
            deleting_ms: 10_000,
            attempts: 0,
            next_attempt_at: None,
            problem: None,
            blocked_until: None,
            created_at: 0,
            started_at: None,
            finished_at: None,
        }
    }

    #[test]
    fn what_is_left_is_judged_by_the_bytes_that_are_left() {
        assert_eq!(left(&job(100, 1000, 4000)), Some((300, 30)));
        assert_eq!(left(&job(i64::MAX, 1, i64::MAX)), Some((i64::MAX, 10)));
        // Nothing to judge from.
        assert_eq!(left(&job(100, 0, 4000)), None);
        let deleted = PurgeJob {
            state: JobState::Deleted,
            ..job(100, 1000, 4000)
        };
        assert_eq!(left(&deleted), None);
    }
}
