//! Quotas of users and buckets, and those that hold where there is no other.

use std::num::NonZeroU64;

use crate::lifecycle::read_back;
use crate::ostor::QuotaTarget;

use super::desk::About;
use super::{Desk, Error, Selector};

/// Whose quota is meant.
#[derive(Clone, Debug)]
pub enum QuotaOf {
    /// A user's.
    User(Selector),
    /// A bucket's.
    Bucket(String),
    /// Of users without one of their own.
    DefaultForUsers,
    /// Of buckets without one of their own.
    DefaultForBuckets,
}

impl Desk<'_> {
    /// A quota in GB; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::BucketUnknown`], [`Error::Lifecycle`].
    pub async fn quota(&self, of: &QuotaOf) -> Result<(QuotaTarget, Option<u64>), Error> {
        let target = self.quota_target(of).await?;
        let quota = self.gateway.quota(&target).await?;
        Ok((target, quota))
    }

    /// Sets a quota in GB, or removes it.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::BucketUnknown`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn set_quota(
        &self,
        of: &QuotaOf,
        quota: Option<NonZeroU64>,
    ) -> Result<(QuotaTarget, Option<u64>), Error> {
        let target = self.quota_target(of).await?;
        let about = match &target {
            QuotaTarget::User(id) => About {
                user_id: Some(id),
                subject: None,
            },
            QuotaTarget::Bucket(name) => About {
                user_id: None,
                subject: Some(name),
            },
            QuotaTarget::DefaultForUsers => About {
                user_id: None,
                subject: Some("default for users"),
            },
            QuotaTarget::DefaultForBuckets => About {
                user_id: None,
                subject: Some("default for buckets"),
            },
        };
        let method = match quota {
            Some(_) => "quotas.set",
            None => "quotas.delete",
        };
        let shown = self
            .on_record(method, about, async {
                match quota {
                    Some(gb) => self.gateway.set_quota(&target, gb).await?,
                    None => self.gateway.delete_quota(&target).await?,
                }
                let wanted = quota.map(NonZeroU64::get);
                let shown = read_back(|| self.gateway.quota(&target), |shown| *shown == wanted);
                let shown = shown.await?;
                shown.ok_or_else(|| self.not_applied("the quota"))
            })
            .await?;
        Ok((target, shown))
    }

    async fn quota_target(&self, of: &QuotaOf) -> Result<QuotaTarget, Error> {
        Ok(match of {
            QuotaOf::User(selector) => QuotaTarget::User(self.user(selector).await?.id),
            QuotaOf::Bucket(name) => {
                self.known_bucket(name).await?;
                QuotaTarget::Bucket(name.clone())
            }
            QuotaOf::DefaultForUsers => QuotaTarget::DefaultForUsers,
            QuotaOf::DefaultForBuckets => QuotaTarget::DefaultForBuckets,
        })
    }
}
