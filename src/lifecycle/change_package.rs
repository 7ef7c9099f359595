//! ChangePackage: another plan for the same user.

use crate::app::Services;

use super::create::to_json;
use super::work::{ServiceCall, Work};
use super::{Error, Plan};

/// A service with another plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The plan as the gateway shows it.
    pub plan: Plan,
    /// The key pair last handed out, when one was.
    pub access_key_id: Option<String>,
}

/// Makes sure that `plan`, all of it and nothing else, is in force; a suspended service stays
/// suspended.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn change_package(
    services: &Services,
    call: &ServiceCall,
    plan: &Plan,
) -> Result<Changed, Error> {
    let plan_json = to_json(plan)?;
    let work = Work::begin(services, call, "ChangePackage", Some(&plan_json)).await?;
    let result = ensure_changed(&work, plan, &plan_json).await;
    work.finish(result).await
}

async fn ensure_changed(work: &Work<'_>, plan: &Plan, plan_json: &str) -> Result<Changed, Error> {
    let (account, user) = work.find_live().await?;
    // Recorded first: whatever call comes next converges to the new plan.
    work.ledger().set_plan(account.id, plan_json).await?;
    Ok(Changed {
        plan: work.ensure_plan(&user.id, plan).await?,
        access_key_id: account.access_key_id,
    })
}
