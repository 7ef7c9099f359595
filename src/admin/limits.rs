//! Limits of users and buckets, whatever a plan says.

use crate::lifecycle::read_back;
use crate::ostor::{BucketFilter, LimitType, Limits, Rate, Resource, Target};

use super::desk::About;
use super::{Desk, Error, Selector};

/// Whose limits are meant.
#[derive(Clone, Debug)]
pub enum LimitsOf {
    /// A user's.
    User(Selector),
    /// A bucket's.
    Bucket(String),
}

impl Desk<'_> {
    /// The limits of a user or bucket.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::BucketUnknown`], [`Error::Lifecycle`].
    pub async fn limits(&self, of: &LimitsOf) -> Result<(Target, Limits), Error> {
        let target = self.target(of).await?;
        let limits = self.gateway.limits(&target).await?;
        Ok((target, limits))
    }

    /// Changes some of the limits and leaves the others.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::BucketUnknown`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn set_limits(
        &self,
        of: &LimitsOf,
        rates: &[(Resource, Rate)],
    ) -> Result<(Target, Limits), Error> {
        let target = self.target(of).await?;
        let limits = self
            .on_record("limits.set", about(&target), async {
                for (resource, rate) in rates {
                    self.gateway.set_limit(&target, *resource, *rate).await?;
                }
                let shows = |limits: &Limits| {
                    let mut rates = rates.iter();
                    rates.all(|(resource, rate)| limits.get(*resource) == *rate)
                };
                self.limits_when(&target, shows).await
            })
            .await?;
        Ok((target, limits))
    }

    /// Removes all limits, or those of one type.
    ///
    /// # Errors
    /// [`Error::UserUnknown`], [`Error::BucketUnknown`], [`Error::NotApplied`], [`Error::Lifecycle`].
    pub async fn delete_limits(
        &self,
        of: &LimitsOf,
        of_type: Option<LimitType>,
    ) -> Result<(Target, Limits), Error> {
        let target = self.target(of).await?;
        let limits = self
            .on_record("limits.delete", about(&target), async {
                self.gateway.delete_limits(&target, of_type).await?;
                let shows = |limits: &Limits| {
                    Resource::ALL.into_iter().all(|resource| {
                        of_type.is_some_and(|of_type| resource.limit_type() != of_type)
                            || limits.get(resource).is_unlimited()
                    })
                };
                self.limits_when(&target, shows).await
            })
            .await?;
        Ok((target, limits))
    }

    /// The gateway answers alike for what has no limits and for what does not exist, so that is looked up.
    pub(super) async fn target(&self, of: &LimitsOf) -> Result<Target, Error> {
        match of {
            LimitsOf::User(selector) => Ok(Target::User(self.user(selector).await?.id)),
            LimitsOf::Bucket(name) => {
                self.known_bucket(name).await?;
                Ok(Target::Bucket(name.clone()))
            }
        }
    }

    pub(super) async fn known_bucket(&self, name: &str) -> Result<(), Error> {
        let named = BucketFilter::Name(name.to_owned());
        match self.gateway.buckets(&named).await?.is_empty() {
            false => Ok(()),
            true => Err(Error::BucketUnknown {
                cluster: self.cluster.to_owned(),
                name: name.to_owned(),
            }),
        }
    }

    async fn limits_when(
        &self,
        target: &Target,
        shows: impl Fn(&Limits) -> bool,
    ) -> Result<Limits, Error> {
        let shown = read_back(|| self.gateway.limits(target), shows).await?;
        shown.ok_or_else(|| self.not_applied("the limits"))
    }
}

fn about(target: &Target) -> About<'_> {
    match target {
        Target::User(id) => About {
            user_id: Some(id),
            subject: None,
        },
        Target::Bucket(name) => About {
            user_id: None,
            subject: Some(name),
        },
    }
}
