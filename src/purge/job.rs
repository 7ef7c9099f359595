//! One job from where it stands to its end, or to what stops it.

use std::time::{Duration, Instant};

use crate::app::Services;
use crate::ledger::{Deleted, JobStage, Ledger, PurgeJob};
use crate::lifecycle::{confirm_deleted, read_back, switch, whom};
use crate::metering;
use crate::ostor::{self, Bucket, BucketFilter, User, UserId};

use super::halt::Halt;
use super::{BucketEnd, Counter, Failure, Left, Rate, Store, abort_uploads, delete_objects};

/// How often progress is recorded; a killed process loses no more of the count.
const RECORD_EVERY: Duration = Duration::from_secs(1);

/// How often buckets are listed anew because one was filled meanwhile, before the job waits.
const ROUNDS: u32 = 3;

/// A job that is worked on.
pub(super) struct Work<'a> {
    pub services: &'a Services,
    /// The ledger and the gateway, which take changes only while the cluster's turn is held.
    pub ledger: &'a Ledger,
    pub gateway: &'a ostor::Client,
    pub job: &'a PurgeJob,
    /// The S3 user that is to be deleted, and no other.
    pub id: UserId,
    counter: Counter,
    rate: &'a Rate,
}

impl<'a> Work<'a> {
    pub fn on(
        services: &'a Services,
        ledger: &'a Ledger,
        gateway: &'a ostor::Client,
        job: &'a PurgeJob,
        rate: &'a Rate,
    ) -> Result<Self, Halt> {
        let id = UserId::try_from(job.user_id.as_str())
            .map_err(|_| Halt::Wrong(format!("the job names `{}` as its S3 user", job.user_id)))?;
        Ok(Self {
            services,
            ledger,
            gateway,
            job,
            id,
            counter: Counter::default(),
            rate,
        })
    }

    /// Deletes all there is, the user last.
    pub async fn finish(&self) -> Result<(), Halt> {
        if self.prove().await?.is_none() {
            return self.verify().await;
        }
        if !self.job.begun {
            self.stage(JobStage::Disable).await?;
            self.switch(false).await?;
        }
        if !self.buckets().await?.is_empty() {
            // What is stored is billed until here; statistics objects are counted whenever they come.
            metering::sample(self.services, &self.job.service.cluster).await?;
            self.stage(JobStage::Revoke).await?;
            let store = self.open().await?;
            self.empty(&store).await?;
        }
        self.stage(JobStage::User).await?;
        if self.prove().await?.is_some() {
            self.gateway.delete_user(&self.id).await?;
            confirm_deleted(self.gateway, &self.id).await?;
        }
        self.stage(JobStage::Verify).await?;
        self.verify().await
    }

    /// After the job is blocked: its key pair goes and the user is locked out again.
    pub async fn lock_out(&self) -> Result<(), Halt> {
        if self.prove().await?.is_none() {
            return Ok(());
        }
        let user = self.switch(false).await?;
        self.drop_key(user).await
    }

    /// Enables or disables the user.
    async fn switch(&self, enabled: bool) -> Result<User, Halt> {
        let gateway = self.gateway;
        let user = self.prove_alone().await?;
        switch(gateway, whom(gateway, &user).await?, &user, enabled).await?;
        Ok(user)
    }

    /// The way to the data with a key pair of our own, the only one that works.
    async fn open(&self) -> Result<Store, Halt> {
        let gateway = self.gateway;
        let key = self.own_key().await?;
        self.switch(true).await?;
        let store = Store::new(gateway.endpoint(), gateway.region(), &key);
        // Key and state may take a moment to be known everywhere.
        let ping = || async { Ok::<_, Halt>(store.ping().await) };
        match read_back(ping, |ping| {
            matches!(ping, Ok(()) | Err(Failure::Unsupported(_)))
        })
        .await?
        {
            Some(_) => Ok(store),
            None => Err(Halt::Later(
                "the data cannot be reached with the key pair that was made for it".to_owned(),
            )),
        }
    }

    /// Empties and deletes all buckets.
    async fn empty(&self, store: &Store) -> Result<(), Halt> {
        let mut filled = String::new();
        for round in 0.. {
            let buckets = self.buckets().await?;
            if buckets.is_empty() {
                return Ok(());
            }
            if round == ROUNDS {
                break;
            }
            let bytes = buckets
                .iter()
                .fold(0_u64, |sum, bucket| sum.saturating_add(bucket.size.current));
            let count = i64::try_from(buckets.len()).unwrap_or(i64::MAX);
            let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
            let ledger = self.ledger;
            ledger.set_job_found(self.job.id, count, bytes).await?;
            let mut kept = Kept::default();
            self.stage(JobStage::Uploads).await?;
            for Bucket { name, .. } in &buckets {
                let work = abort_uploads(store, name, self.rate, &self.counter);
                kept.note(name, self.in_bucket(name, work).await)?;
            }
            self.stage(JobStage::Objects).await?;
            for Bucket { name, .. } in &buckets {
                let work = delete_objects(store, name, self.rate, &self.counter);
                kept.note(name, self.in_bucket(name, work).await)?;
            }
            // Deleting may have taken hours.
            metering::sample(self.services, &self.job.service.cluster).await?;
            self.stage(JobStage::Buckets).await?;
            for bucket in &buckets {
                let name = &bucket.name;
                if !kept.has(name) && !self.delete_bucket(store, name, &mut kept).await? {
                    filled.clone_from(name);
                }
            }
            self.still_ours(kept).await?;
        }
        Err(Halt::Later(match &*filled {
            "" => "the gateway still shows buckets that are deleted".to_owned(),
            filled => format!(
                "bucket {filled} was emptied and filled again; somebody writes to it, with a signed address or by a policy"
            ),
        }))
    }

    /// Deletes an empty bucket; `false` when something was put into it.
    async fn delete_bucket(
        &self,
        store: &Store,
        name: &str,
        kept: &mut Kept,
    ) -> Result<bool, Halt> {
        let ended = match self.prove_bucket(name).await {
            Ok(true) => store.delete_bucket(name).await.map_err(Halt::from),
            Ok(false) => Ok(BucketEnd::Deleted),
            Err(halt) => Err(halt),
        };
        match ended {
            Ok(BucketEnd::Deleted) => {
                self.ledger.add_job_bucket(self.job.id).await?;
                Ok(true)
            }
            Ok(BucketEnd::NotEmpty) => Ok(false),
            Err(halt) => {
                kept.note(name, Err(halt))?;
                Ok(true)
            }
        }
    }

    /// What could not be deleted blocks the job, unless somebody has locked the job itself out.
    async fn still_ours(&self, kept: Kept) -> Result<(), Halt> {
        let Some(halt) = kept.into_halt() else {
            return Ok(());
        };
        match self.prove().await? {
            Some(user) if !user.enabled => Err(Halt::Later(
                "the S3 user was disabled while its data was being deleted".to_owned(),
            )),
            _ => Err(halt),
        }
    }

    async fn buckets(&self) -> Result<Vec<Bucket>, Halt> {
        let filter = BucketFilter::Owner(self.id.clone());
        Ok(self.gateway.buckets(&filter).await?)
    }

    async fn stage(&self, stage: JobStage) -> Result<(), Halt> {
        Ok(self.ledger.set_job_stage(self.job.id, stage).await?)
    }

    /// Deletes something in a bucket that is proven the user's, and records every moment how much.
    async fn in_bucket(
        &self,
        name: &str,
        work: impl Future<Output = Result<Left, Failure>>,
    ) -> Result<Left, Halt> {
        if !self.prove_bucket(name).await? {
            return Ok(Left::default());
        }
        let mut work = std::pin::pin!(work);
        let mut since = Instant::now();
        loop {
            let done = tokio::time::timeout(RECORD_EVERY, &mut work).await;
            let (objects, bytes) = self.counter.take();
            let millis = since.elapsed().as_millis();
            since = Instant::now();
            let deleted = Deleted {
                objects: i64::try_from(objects).unwrap_or(i64::MAX),
                bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
                millis: i64::try_from(millis).unwrap_or(i64::MAX),
            };
            let ledger = self.ledger;
            ledger.add_job_deleted(self.job.id, deleted).await?;
            match done {
                Ok(Err(Failure::NoBucket(_))) => return Ok(Left::default()),
                Ok(done) => return Ok(done?),
                Err(_) => {}
            }
        }
    }
}

/// What could not be deleted, by bucket.
#[derive(Default)]
struct Kept {
    buckets: Vec<(String, String)>,
    until: Option<jiff::Timestamp>,
}

impl Kept {
    fn has(&self, bucket: &str) -> bool {
        self.buckets.iter().any(|(name, _)| name == bucket)
    }

    /// Takes note of how it went with a bucket; what else is there goes on.
    fn note(&mut self, bucket: &str, result: Result<Left, Halt>) -> Result<(), Halt> {
        let (problem, until) = match result {
            Ok(left) if left.count == 0 => return Ok(()),
            Ok(left) => (sentence(bucket, &left), left.until),
            Err(Halt::Kept { problem, until }) => (problem, until),
            Err(halt) => return Err(halt),
        };
        if !self.has(bucket) {
            self.buckets.push((bucket.to_owned(), problem));
        }
        self.until = self.until.max(until);
        Ok(())
    }

    fn into_halt(self) -> Option<Halt> {
        let (_, first) = self.buckets.first()?;
        let problem = match self.buckets.len() {
            1 => format!("{first}. All other data is deleted."),
            many => format!(
                "{first}. {} more buckets cannot be deleted either; all other data is.",
                many - 1
            ),
        };
        Some(Halt::Kept {
            problem,
            until: self.until,
        })
    }
}

fn sentence(bucket: &str, left: &Left) -> String {
    let Left {
        count,
        code,
        until,
        held,
    } = left;
    let (what, is) = match count {
        1 => ("1 object version".to_owned(), "is"),
        count => (format!("{count} object versions"), "are"),
    };
    let lifted = "under legal hold, which ends only when it is lifted";
    let why = match (until, held) {
        (Some(until), false) => format!("{is} under object lock until {until}"),
        (Some(until), true) => {
            format!("{is} under object lock until {until}, and {lifted}")
        }
        (None, true) => format!("{is} {lifted}"),
        (None, false) => format!(
            "cannot be deleted: the gateway answers {}",
            code.as_deref().unwrap_or("nothing that says why")
        ),
    };
    format!("{what} of bucket {bucket} {why}")
}
