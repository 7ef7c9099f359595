//! The frame of every operation: who works on which cluster, the intent before, the outcome after.

use std::future::Future;

use crate::app::Services;
use crate::ledger::{Act, Operation, OperationId};
use crate::ostor;

use super::Error;

/// Who works, for the record.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The WHMCS installation, by its name in the configuration.
    pub client: String,
    /// The person, as WHMCS names it.
    pub name: Option<String>,
    /// Id of the request.
    pub request_id: String,
}

/// One cluster with somebody who works on it.
#[derive(Clone, Copy, Debug)]
pub struct Desk<'a> {
    pub(super) services: &'a Services,
    pub(super) gateway: &'a ostor::Client,
    /// Name of the cluster.
    pub(super) cluster: &'a str,
    actor: &'a Actor,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct About<'a> {
    pub user_id: Option<&'a ostor::UserId>,
    /// A bucket, key, account, address or object; never a secret.
    pub subject: Option<&'a str>,
}

impl<'a> Desk<'a> {
    /// A desk at the cluster configured as `cluster`.
    ///
    /// # Errors
    /// [`Error::Lifecycle`] with [`crate::lifecycle::Error::UnknownCluster`].
    pub fn at(services: &'a Services, cluster: &str, actor: &'a Actor) -> Result<Self, Error> {
        let unknown = || crate::lifecycle::Error::UnknownCluster(cluster.to_owned());
        let (name, found) = services
            .clusters
            .get_key_value(cluster)
            .ok_or_else(unknown)?;
        Ok(Self {
            services,
            gateway: &found.gateway,
            cluster: name,
            actor,
        })
    }

    /// Calls on record, the latest first: those before number `before`, at most `limit`, and whether there are more.
    ///
    /// # Errors
    /// [`Error::Lifecycle`].
    pub async fn audit(
        &self,
        user_id: Option<&ostor::UserId>,
        service_id: Option<i64>,
        before: i64,
        limit: usize,
    ) -> Result<(Vec<Operation>, bool), Error> {
        let user_id = user_id.map(ostor::UserId::as_str);
        let most = i64::try_from(limit + 1).unwrap_or(i64::MAX);
        let ledger = &self.services.ledger;
        let mut entries = ledger
            .operations(self.cluster, user_id, service_id, before, most)
            .await?;
        let more = entries.len() > limit;
        entries.truncate(limit);
        Ok((entries, more))
    }

    /// Does `work` and records it, by the name of its method.
    pub(super) async fn on_record<T>(
        &self,
        method: &'static str,
        about: About<'_>,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let ledger = &self.services.ledger;
        let act = Act {
            client: &self.actor.client,
            cluster: self.cluster,
            service_id: None,
            actor: self.actor.name.as_deref(),
            method,
            user_id: about.user_id.map(ostor::UserId::as_str),
            subject: about.subject,
            detail: None,
            request_id: &self.actor.request_id,
        };
        let id: OperationId = ledger.begin_operation(&act).await?;
        let result = work.await;
        let outcome = result
            .as_ref()
            .map_or_else(|error| error.reason().as_str(), |_| "success");
        // What was done is done; the call does not fail for the sake of its record.
        if let Err(error) = ledger.finish_operation(id, outcome).await {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::error!(
                error,
                outcome,
                "the outcome of the call could not be recorded"
            );
        }
        result
    }
}
