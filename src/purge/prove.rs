//! Never the wrong one: what the gateway must show before anything is taken away.

use crate::ledger::{Account, JobStage};
use crate::lifecycle::may_share;
use crate::ostor::{BucketFilter, User};

use super::halt::Halt;
use super::job::Work;

impl Work<'_> {
    /// The user, whose id and address are the recorded ones in one answer of the gateway; `None` when no user has the
    /// id. The ledger must still mean this user.
    pub(super) async fn prove(&self) -> Result<Option<User>, Halt> {
        let job = self.job;
        self.account().await?;
        let Some(user) = self.gateway.user_by_id(&self.id).await? else {
            return Ok(None);
        };
        if user.email != job.identity {
            return Err(Halt::Wrong(format!(
                "the S3 user {} has the address {} instead of {}; find out who changed it before retrying",
                user.id, user.email, job.identity
            )));
        }
        if user.flags.iter().any(|flag| flag == "system") {
            return Err(Halt::Wrong(format!(
                "the S3 user {} is a system user of the cluster",
                user.id
            )));
        }
        Ok(Some(user))
    }

    /// The service's row, which must still be about the user.
    async fn account(&self) -> Result<Account, Halt> {
        let job = self.job;
        let account = self.ledger.account(&job.service).await?;
        let same = |account: &Account| {
            account.id == job.account
                && account.user_id.as_deref() == Some(&job.user_id)
                && account.identity == job.identity
        };
        account.filter(same).ok_or_else(|| {
            Halt::Wrong(format!(
                "service {} has another S3 user on record than {}, which this job is to delete",
                job.service.service_id, job.user_id
            ))
        })
    }

    /// The user as [`Self::prove`] shows it, with the address to itself: the gateway switches users and makes keys by
    /// address. One that was adopted may share its address, and is named by its id then.
    pub(super) async fn prove_alone(&self) -> Result<User, Halt> {
        let gone = || Halt::Later(format!("the S3 user {} vanished meanwhile", self.id));
        let user = self.prove().await?.ok_or_else(gone)?;
        if self.account().await?.adopted_at.is_some() {
            return Ok(user);
        }
        let all = self.gateway.users().await?;
        let other = all
            .iter()
            .find(|other| other.id != user.id && other.email.eq_ignore_ascii_case(&user.email));
        match other {
            None => Ok(user),
            Some(other) => Err(Halt::Wrong(format!(
                "the S3 user {} has the address {} too, and the gateway makes keys and switches users by address only; give it another address or delete it before retrying",
                other.id, other.email
            ))),
        }
    }

    /// Whether the bucket is still there; the user must be the one on record, and own it.
    pub(super) async fn prove_bucket(&self, name: &str) -> Result<bool, Halt> {
        if self.prove().await?.is_none() {
            return Err(Halt::Later(format!(
                "the S3 user {} vanished meanwhile",
                self.id
            )));
        }
        let filter = BucketFilter::Name(name.to_owned());
        let buckets = self.gateway.buckets(&filter).await?;
        match buckets.iter().find(|bucket| bucket.owner_id != self.id) {
            Some(bucket) => Err(Halt::Kept {
                problem: format!(
                    "bucket {name} belongs to the S3 user {} now, and not to {}; it was left as it is",
                    bucket.owner_id, self.id
                ),
                until: None,
            }),
            None => Ok(!buckets.is_empty()),
        }
    }

    /// Makes sure that nothing is left, and ends the job. Nobody has the user's id.
    pub(super) async fn verify(&self) -> Result<(), Halt> {
        let job = self.job;
        let gateway = self.gateway;
        let stage = self.ledger.job(&job.service.cluster, job.id).await?;
        let deleting = stage.is_some_and(|job| job.stage >= JobStage::User);
        match gateway.user_by_email(&job.identity).await? {
            Some(user) if user.id == self.id => {
                return Err(Halt::Later(format!(
                    "the gateway shows the S3 user {} by its address and not by its id",
                    self.id
                )));
            }
            // Made after ours was deleted by this very job: somebody else's, and none of our business.
            Some(_) if deleting => {}
            Some(other) if may_share(self.ledger, &self.account().await?, &other).await? => {}
            Some(user) => {
                return Err(Halt::Wrong(format!(
                    "the S3 user {} is gone, and its address {} belongs to the S3 user {}, which nothing proves to be this service's; find out who made it before retrying",
                    self.id, user.email, user.id
                )));
            }
            None => {}
        }
        let filter = BucketFilter::Owner(self.id.clone());
        let buckets = gateway.buckets(&filter).await?;
        if let Some(bucket) = buckets.first() {
            return Err(Halt::Wrong(format!(
                "the S3 user {} is gone, and the gateway still shows bucket {} of it, which no key opens",
                self.id, bucket.name
            )));
        }
        Ok(self.ledger.finish_job(job).await?)
    }
}
