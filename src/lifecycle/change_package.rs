//! ChangePackage: another plan for the same user.

use crate::app::Services;

use super::create::to_json;
use super::work::{ServiceCall, Work};
use super::{Error, Plan};

/// Makes sure that `plan`, all of it and nothing else, is in force; a suspended service stays
/// suspended. Returns the plan as the gateway shows it.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn change_package(
    services: &Services,
    call: &ServiceCall,
    plan: &Plan,
) -> Result<Plan, Error> {
    let plan_json = to_json(plan)?;
    let work = Work::begin(services, call, "ChangePackage", Some(&plan_json)).await?;
    let result = ensure_changed(&work, plan, &plan_json).await;
    work.finish(result).await
}

async fn ensure_changed(work: &Work<'_>, plan: &Plan, plan_json: &str) -> Result<Plan, Error> {
    let (account, user) = work.find_live().await?;
    // Recorded first: whatever call comes next converges to the new plan.
    work.services.ledger.set_plan(account.id, plan_json).await?;
    work.ensure_plan(&user.id, plan).await
}
