//! The frame of every verb: one writer per service, the intent before, the outcome after.

use std::time::Duration;

use crate::app::{Cluster, Services};
use crate::ledger::{self, Act, Ledger, OperationId, ServiceKey, ServiceLock};
use crate::ostor::{self, UserId};

use super::Error;
use super::restore::restore;

/// How long a call waits for the one before it on the same service.
const PATIENCE: Duration = Duration::from_secs(45);

/// What every call about a service says.
#[derive(Clone, Debug)]
pub struct ServiceCall {
    /// The service.
    pub service: ServiceKey,
    /// What WHMCS has stored as the service's S3 user.
    pub user_id: Option<UserId>,
    /// Id of the request, for the record.
    pub request_id: String,
}

/// What a call is for, as it is recorded.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Errand<'a> {
    pub method: &'a str,
    /// The person; absent for WHMCS itself.
    pub actor: Option<&'a str>,
    /// A key or sub-account; never a secret.
    pub subject: Option<&'a str>,
    /// A plan, policy or reason.
    pub detail: Option<&'a str>,
}

/// A call under way: it holds the service's lock and its record.
pub(crate) struct Work<'a> {
    pub services: &'a Services,
    pub cluster: &'a Cluster,
    pub call: &'a ServiceCall,
    /// The gateway, which takes changes only while the lock is held.
    pub gateway: ostor::Client,
    operation: OperationId,
    lock: ServiceLock,
}

/// How a call ended.
pub(super) enum Closed<T> {
    /// Nobody else has worked on the service meanwhile.
    Ours(Result<T, Error>),
    /// Another replica has, or still does.
    TakenOver,
}

/// The configured cluster of that name.
pub(super) fn cluster<'a>(services: &'a Services, name: &str) -> Result<&'a Cluster, Error> {
    services
        .clusters
        .get(name)
        .ok_or_else(|| Error::UnknownCluster(name.to_owned()))
}

impl<'a> Work<'a> {
    /// Locks the service and records that WHMCS's `method` is about to work on it.
    pub async fn begin(
        services: &'a Services,
        call: &'a ServiceCall,
        method: &str,
        detail: Option<&str>,
    ) -> Result<Self, Error> {
        let errand = Errand {
            method,
            detail,
            ..Errand::default()
        };
        Self::on(errand, services, call).await
    }

    /// Locks the service and records what is about to be done to it.
    pub async fn on(
        errand: Errand<'_>,
        services: &'a Services,
        call: &'a ServiceCall,
    ) -> Result<Self, Error> {
        let cluster = cluster(services, &call.service.cluster)?;
        let lock = services
            .ledger
            .lock(&call.service, PATIENCE)
            .await?
            .ok_or(Error::Busy(call.service.service_id))?;
        let act = Act {
            client: &call.service.client,
            cluster: &call.service.cluster,
            service_id: Some(call.service.service_id),
            actor: errand.actor,
            method: errand.method,
            user_id: call.user_id.as_ref().map(UserId::as_str),
            subject: errand.subject,
            detail: errand.detail,
            request_id: &call.request_id,
        };
        let operation = lock.ledger().begin_operation(&act).await?;
        let watch = lock.watch();
        Ok(Self {
            services,
            cluster,
            call,
            gateway: cluster.gateway.only_while(move || watch.is_held()),
            operation,
            lock,
        })
    }

    /// The ledger, which takes changes only while the lock is held.
    pub fn ledger(&self) -> &Ledger {
        self.lock.ledger()
    }

    /// Records how the work ended and passes the result on. What a call did or saw while another replica took the service over
    /// is to be repeated, and before that its S3 user is set as the ledger has it.
    pub async fn finish<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        let (services, call) = (self.services, self.call);
        match self.close(result).await {
            Closed::Ours(result) => result,
            Closed::TakenOver => {
                restore(services, call).await;
                Err(ledger::Error::LeaseLost.into())
            }
        }
    }

    /// Records how the work ended.
    pub(super) async fn close<T>(self, result: Result<T, Error>) -> Closed<T> {
        let result = match result {
            Err(_) if !self.lock.watch().is_held() => Err(ledger::Error::LeaseLost.into()),
            result => result,
        };
        let outcome = match &result {
            Ok(_) => "success",
            Err(error) => error.reason().as_str(),
        };
        let ledger = self.ledger();
        match ledger.finish_operation(self.operation, outcome).await {
            Err(ledger::Error::LeaseLost) => return Closed::TakenOver,
            // The work itself is done and recorded in the account's row; failing it now for the
            // sake of the audit line would make WHMCS repeat it for nothing.
            Err(error) => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::error!(
                    error,
                    outcome,
                    "the outcome of the call could not be recorded"
                );
            }
            Ok(()) => {}
        }
        Closed::Ours(result)
    }

    /// WHMCS's number of the service.
    pub fn service_id(&self) -> i64 {
        self.call.service.service_id
    }

    /// An error that says why nothing was touched.
    pub fn mismatch(&self, detail: String) -> Error {
        Error::IdentityMismatch {
            service_id: self.service_id(),
            detail,
        }
    }
}
