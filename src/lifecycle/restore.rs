//! What a call does that another replica has overtaken. No change is sent to the gateway once the right to a service is over, but
//! one that was just about to be when its process was stopped is on its way all the same, and comes after those of the
//! replica that took the service over. Who sent it puts that right.

use std::time::Duration;

use crate::app::Services;
use crate::ledger::AccountState;

use super::Error;
use super::carry_out::Task;
use super::work::{Closed, Errand, ServiceCall, Work};

/// What a change takes at most, as good as always, that is still on its way when nobody waits for its answer any more.
const ON_ITS_WAY: Duration = Duration::from_millis(500);

/// Sets the plan and the state of a service's S3 user as the ledger has them. What keeps it from that is for the log: the
/// call is to be repeated anyhow.
pub(super) async fn restore(services: &Services, call: &ServiceCall) {
    tokio::time::sleep(ON_ITS_WAY).await;
    let service_id = call.service.service_id;
    match as_recorded(services, call).await {
        Ok(()) => tracing::warn!(
            service_id,
            "another replica has worked on the service meanwhile; its S3 user is now as the ledger has it"
        ),
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = &error;
            tracing::error!(
                error,
                service_id,
                "another replica has worked on the service meanwhile, and its S3 user may not be as the ledger has it; see `ostor-bridge accounts drift`"
            );
        }
    }
}

async fn as_recorded(services: &Services, call: &ServiceCall) -> Result<(), Error> {
    // What WHMCS has stored was for the call.
    let call = ServiceCall {
        user_id: None,
        ..call.clone()
    };
    let errand = Errand {
        method: "restore",
        ..Errand::default()
    };
    let work = Work::on(errand, services, &call).await?;
    let result = to_the_record(&work).await;
    match work.close(result).await {
        Closed::Ours(result) => result,
        Closed::TakenOver => Err(crate::ledger::Error::LeaseLost.into()),
    }
}

async fn to_the_record(work: &Work<'_>) -> Result<(), Error> {
    let account = work.ledger().account(&work.call.service).await?;
    let task = match account.map(|account| account.state) {
        Some(AccountState::Active) => Task::Unsuspend,
        Some(AccountState::Suspended) => Task::Suspend,
        // Not there, or about to be made or deleted by calls that come again.
        _ => return Ok(()),
    };
    work.carry_out(&task).await
}
