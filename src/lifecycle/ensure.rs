//! Bringing a user to a state and proving it by reading back. The gateway may show an old state
//! for a moment, so reading back is patient.

use std::num::NonZeroU64;
use std::time::Duration;

use crate::ledger::Account;
use crate::ostor::{self, QuotaTarget, Rate, Resource, Target, User, UserId, Whom};

use super::work::Work;
use super::{Error, Plan, refused};

/// Pauses between reading back; together two seconds, which covers what an eventually
/// consistent store needs and stays far below WHMCS's patience.
const PAUSES: [Duration; 4] = [
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(600),
    Duration::from_millis(1000),
];

/// Reads until `shows` says that a change is there, and answers that reading; `None` when it did not come to that.
pub(crate) async fn read_back<T, E, F: Future<Output = Result<T, E>>>(
    read: impl Fn() -> F,
    shows: impl Fn(&T) -> bool,
) -> Result<Option<T>, E> {
    let mut pauses = PAUSES.iter();
    loop {
        let shown = read().await?;
        if shows(&shown) {
            return Ok(Some(shown));
        }
        let Some(pause) = pauses.next() else {
            return Ok(None);
        };
        tokio::time::sleep(*pause).await;
    }
}

impl Work<'_> {
    /// The service's user as the gateway shows it now.
    pub async fn read_user(&self, account: &Account, id: &UserId) -> Result<Option<User>, Error> {
        let user = self.gateway.user_by_id(id).await?;
        Ok(user.filter(|user| user.email == account.identity))
    }

    /// Makes the plan true at the gateway, from whatever is set there, and reads it back.
    pub async fn ensure_plan(&self, id: &UserId, wanted: &Plan) -> Result<Plan, Error> {
        let gateway = &self.gateway;
        let mut found = read_plan(gateway, id, Some(wanted)).await?;
        for pause in PAUSES {
            if found == *wanted {
                return Ok(found);
            }
            self.apply(id, &found, wanted).await?;
            found = read_plan(gateway, id, Some(wanted)).await?;
            if found != *wanted {
                tokio::time::sleep(pause).await;
                found = read_plan(gateway, id, Some(wanted)).await?;
            }
        }
        if found == *wanted {
            return Ok(found);
        }
        Err(Error::NotApplied {
            cluster: self.call.service.cluster.clone(),
            what: "limits and quota",
            wanted: in_words(wanted),
            found: in_words(&found),
        })
    }

    /// Sets what is limited first and lifts what is not after, so that the customer is never
    /// without limits in between. One limit is lifted by setting it to 0: deleting would lift
    /// all of its kind.
    async fn apply(&self, id: &UserId, found: &Plan, wanted: &Plan) -> Result<(), Error> {
        let gateway = &self.gateway;
        let target = Target::User(id.clone());
        let quota = QuotaTarget::User(id.clone());
        let (lifted, limited): (Vec<_>, Vec<_>) = Resource::ALL
            .into_iter()
            .map(|resource| (resource, wanted.limits.get(resource)))
            .filter(|(resource, rate)| found.limits.get(*resource) != *rate)
            .partition(|(_, rate)| rate.is_unlimited());
        for (resource, rate) in limited {
            gateway.set_limit(&target, resource, rate).await?;
        }
        match wanted.quota_gb {
            Some(gb) if found.quota_gb != Some(gb) => gateway.set_quota(&quota, gb).await?,
            _ => {}
        }
        for (resource, _) in lifted {
            gateway
                .set_limit(&target, resource, Rate::UNLIMITED)
                .await?;
        }
        if wanted.quota_gb.is_none() && found.quota_gb.is_some() {
            gateway.delete_quota(&quota).await?;
        }
        Ok(())
    }

    /// Enables or disables the user and reads the state back.
    pub async fn set_enabled(
        &self,
        account: &Account,
        user: &User,
        enabled: bool,
    ) -> Result<(), Error> {
        let whom = self.whom(account, user).await?;
        switch(&self.gateway, whom, user, enabled).await
    }

    /// Waits until the user is gone from the gateway.
    pub async fn confirm_deleted(&self, id: &UserId) -> Result<(), Error> {
        confirm_deleted(&self.gateway, id).await
    }
}

/// Enables or disables a user, named as [`super::whom()`] says, and reads the state back by its id and address. The change is
/// sent whatever was read before: that may have been an old state.
pub(crate) async fn switch(
    gateway: &ostor::Client,
    whom: Whom<'_>,
    user: &User,
    enabled: bool,
) -> Result<(), Error> {
    let change = match enabled {
        true => gateway.enable_user(whom).await,
        false => gateway.disable_user(whom).await,
    };
    match change {
        // The state tells whether it took effect.
        Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
        Err(error) => return Err(refused(whom, user, error)),
    }
    let shows = |now: &Option<User>| {
        let now = now.as_ref().filter(|now| now.email == user.email);
        now.is_some_and(|now| now.enabled == enabled)
    };
    if read_back(|| gateway.user_by_id(&user.id), shows)
        .await?
        .is_some()
    {
        return Ok(());
    }
    // An unknown outcome stays unknown: the change may still be on its way.
    change?;
    let word = |enabled: bool| if enabled { "enabled" } else { "disabled" };
    Err(Error::NotApplied {
        cluster: gateway.cluster().to_owned(),
        what: "the user's state",
        wanted: word(enabled).into(),
        found: word(!enabled).into(),
    })
}

/// Waits until the user is gone from the gateway.
pub(crate) async fn confirm_deleted(gateway: &ostor::Client, id: &UserId) -> Result<(), Error> {
    if read_back(|| gateway.user_by_id(id), Option::is_none)
        .await?
        .is_some()
    {
        return Ok(());
    }
    Err(Error::NotApplied {
        cluster: gateway.cluster().to_owned(),
        what: "the deletion of the S3 user",
        wanted: "no user".into(),
        found: format!("user {id}"),
    })
}

/// The plan that is in force at the gateway. A user without quota can be had on a cluster where
/// quotas are not enabled; such a cluster answers every question about them alike. What is billed
/// and not enforced, the gateway does not know: that is as in the plan that is `wanted`.
pub(crate) async fn read_plan(
    gateway: &ostor::Client,
    id: &UserId,
    wanted: Option<&Plan>,
) -> Result<Plan, Error> {
    let needs_quota = wanted.is_some_and(|plan| plan.quota_gb.is_some());
    let limits = gateway.limits(&Target::User(id.clone())).await?;
    let quota = match gateway.quota(&QuotaTarget::User(id.clone())).await {
        Err(ostor::Error::Unavailable {
            code: Some(code), ..
        }) if !needs_quota => match gateway.quota(&QuotaTarget::DefaultForUsers).await {
            Err(error) if error.code() == Some(&code) => None,
            Err(error) => return Err(error.into()),
            Ok(_) => gateway.quota(&QuotaTarget::User(id.clone())).await?,
        },
        answer => answer?,
    };
    Ok(Plan {
        quota_gb: quota.and_then(NonZeroU64::new),
        bandwidth_included_gb: wanted.and_then(|plan| plan.bandwidth_included_gb),
        limits,
    })
}

fn in_words(plan: &Plan) -> String {
    // A plan is made of numbers: it always has a JSON form.
    serde_json::to_string(plan).unwrap_or_default()
}
