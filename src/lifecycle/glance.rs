//! A service as its customer sees it: what is on record, and what the gateway shows in the time a page may take.

use std::time::Duration;

use crate::app::Services;
use crate::ledger::{Account, AccountState};
use crate::ostor::{self, Bucket, BucketFilter, User, UserId};

use super::Error;
use super::work::{self, ServiceCall};

/// How long a page waits for the gateway.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the gateway shows of a service's S3 user; nothing when there is no such user.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    /// The user, with keys and sub-accounts.
    pub user: Option<User>,
    /// Its buckets.
    pub buckets: Vec<Bucket>,
}

/// The row of the service, which must fit what WHMCS has stored.
///
/// # Errors
/// [`Error::UnknownCluster`], [`Error::AccountUnknown`], [`Error::IdentityMismatch`], [`Error::Ledger`].
pub async fn on_record(services: &Services, call: &ServiceCall) -> Result<Account, Error> {
    work::cluster(services, &call.service.cluster)?;
    let account = services.ledger.account(&call.service).await?;
    let account = account.ok_or_else(|| Error::AccountUnknown(call.service.clone()))?;
    let Some(claimed) = &call.user_id else {
        return Ok(account);
    };
    // WHMCS keeps the id of a terminated service's user.
    let known = match account.state {
        AccountState::Terminated => account.former_user_id.as_deref(),
        _ => account.user_id.as_deref(),
    };
    if known.is_some_and(|known| known != claimed.as_str()) {
        return Err(Error::IdentityMismatch {
            service_id: call.service.service_id,
            detail: format!(
                "WHMCS has stored the S3 user {claimed}, but the service's user is {}; correct the service's Username",
                known.unwrap_or_default()
            ),
        });
    }
    Ok(account)
}

/// What the gateway shows now; `None` when it did not answer in time.
pub async fn glance(services: &Services, account: &Account) -> Option<Glance> {
    let gateway = &services.clusters.get(&account.service.cluster)?.gateway;
    let id = account.user_id.as_deref().map(UserId::try_from);
    let Some(Ok(id)) = id else {
        return Some(Glance::default());
    };
    match tokio::time::timeout(PATIENCE, look(gateway, id)).await {
        Ok(Ok(glance)) => Some(glance),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the page is shown from the ledger");
            None
        }
        Err(_) => {
            let seconds = PATIENCE.as_secs();
            tracing::warn!(
                "the gateway did not answer in {seconds} s; the page is shown from the ledger"
            );
            None
        }
    }
}

async fn look(gateway: &ostor::Client, id: UserId) -> Result<Glance, ostor::Error> {
    let owned = BucketFilter::Owner(id.clone());
    let (user, buckets) = tokio::try_join!(gateway.user_by_id(&id), gateway.buckets(&owned))?;
    Ok(Glance { user, buckets })
}
