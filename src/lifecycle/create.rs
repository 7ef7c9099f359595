//! Create: one service, one S3 user, with its plan in force and a key pair that can be read.

use crate::app::Services;
use crate::ledger::{Account, Intent};
use crate::ostor::{self, AccessKey, User};

use super::find::{FormerId, Found};
use super::work::{ServiceCall, Work};
use super::{Error, Plan, refused};

/// Whose service it is.
#[derive(Clone, Debug)]
pub struct Customer {
    /// WHMCS's number of the customer.
    pub client_id: i64,
    /// The customer's e-mail address; kept for people who look, never a key.
    pub email: String,
}

/// What a customer needs, and what WHMCS stores.
#[derive(Debug)]
pub struct Created {
    /// The S3 user, enabled and with the plan in force.
    pub user: User,
    /// A key pair of it.
    pub key: AccessKey,
    /// Whether this call made the user.
    pub created: bool,
}

/// Makes sure that the service has its S3 user, enabled, with `plan` in force and a readable key. A termination that has
/// taken nothing away yet is taken back.
///
/// # Errors
/// [`Error`]; after any of them the call may be repeated.
pub async fn create(
    services: &Services,
    call: &ServiceCall,
    customer: &Customer,
    plan: &Plan,
) -> Result<Created, Error> {
    let plan_json = to_json(plan)?;
    let work = Work::begin(services, call, "CreateAccount", Some(&plan_json)).await?;
    let result = ensure_account(&work, customer, plan, &plan_json).await;
    work.finish(result).await
}

/// The plan as the ledger keeps it.
pub(super) fn to_json(plan: &Plan) -> Result<String, Error> {
    serde_json::to_string(plan)
        .map_err(|error| crate::ledger::Error::Corrupt(error.to_string()).into())
}

/// A plan from the ledger; `None` when it is not known.
pub(crate) fn recorded_plan(json: Option<&str>) -> Result<Option<Plan>, Error> {
    let plan = json.map(serde_json::from_str).transpose();
    plan.map_err(|error| crate::ledger::Error::Corrupt(format!("a plan: {error}")).into())
}

async fn ensure_account(
    work: &Work<'_>,
    customer: &Customer,
    plan: &Plan,
    plan_json: &str,
) -> Result<Created, Error> {
    let ledger = work.ledger();
    work.undo_job().await?;
    let (account, user, created) = match work.find(FormerId::Accepted).await? {
        Found::Live { account, user } => {
            refuse_other_customer(work, &account, &user, customer)?;
            ledger
                .set_customer(account.id, customer.client_id, &customer.email)
                .await?;
            ledger.set_plan(account.id, plan_json).await?;
            (account, user, false)
        }
        Found::Gone(former) | Found::Absent(Some(former)) => {
            let identity = work.identity_anew(&former).await?;
            let (account, user) = make_user(work, &identity, customer, plan_json).await?;
            (account, user, true)
        }
        Found::Absent(None) => {
            let identity = work.identity(None);
            let (account, user) = make_user(work, &identity, customer, plan_json).await?;
            (account, user, true)
        }
    };
    work.ensure_plan(&user.id, plan).await?;
    if !created || !user.enabled {
        work.set_enabled(&account, &user, true).await?;
    }
    let (user, key) = ensure_key(work, &account, &user).await?;
    ledger.set_ready(account.id, &key.id).await?;
    Ok(Created { user, key, created })
}

/// A WHMCS restored from an old backup gives old service numbers to new customers. Without the
/// stored id of this very user as proof (a former one proves nothing), keys of one customer must
/// not reach another.
fn refuse_other_customer(
    work: &Work<'_>,
    account: &Account,
    user: &User,
    customer: &Customer,
) -> Result<(), Error> {
    if account.client_id == Some(customer.client_id) || work.call.user_id.as_ref() == Some(&user.id)
    {
        return Ok(());
    }
    let belongs = match account.client_id {
        Some(known) => format!("it belongs to client {known}"),
        None => "it was adopted before it was known whose it is".to_owned(),
    };
    Err(work.mismatch(format!(
        "{belongs}, and client {} asks for its keys; if that is right, store the S3 user's id as the service's Username and repeat",
        customer.client_id
    )))
}

/// Records the intent and makes the user with the `identity` that was just found absent.
async fn make_user(
    work: &Work<'_>,
    identity: &str,
    customer: &Customer,
    plan_json: &str,
) -> Result<(Account, User), Error> {
    let ledger = work.ledger();
    let account = ledger
        .record_intent(&Intent {
            service: &work.call.service,
            identity,
            client_id: customer.client_id,
            email: &customer.email,
            plan: plan_json,
        })
        .await?;
    let user = match work.gateway.create_user(identity).await {
        Ok(user) => user,
        Err(error) => made_after_all(work, identity, error).await?,
    };
    if user.email != identity {
        return Err(work.mismatch(format!(
            "the cluster answered with the S3 user {} of address {} where {identity} was asked",
            user.id, user.email
        )));
    }
    ledger.set_user(&account, user.id.as_str()).await?;
    Ok((account, user))
}

/// Looks whether the user was made although the call failed: cut answers, and a first attempt of
/// this very intent that makes a second one be refused.
async fn made_after_all(
    work: &Work<'_>,
    identity: &str,
    error: ostor::Error,
) -> Result<User, Error> {
    if matches!(error, ostor::Error::Unreachable { .. }) {
        return Err(error.into());
    }
    match work.gateway.user_by_email(identity).await {
        Ok(Some(user)) => Ok(user),
        // Not there yet, or not to be seen: the first failure is the one to tell.
        Ok(None) | Err(_) => Err(error.into()),
    }
}

/// Makes sure of one key pair that can be read, preferring the one handed out before.
async fn ensure_key(
    work: &Work<'_>,
    account: &Account,
    user: &User,
) -> Result<(User, AccessKey), Error> {
    let gateway = &work.gateway;
    let missing = || Error::UserMissing {
        cluster: work.call.service.cluster.clone(),
        service_id: work.service_id(),
        user_id: user.id.to_string(),
    };
    let mut now = work
        .read_user(account, &user.id)
        .await?
        .ok_or_else(missing)?;
    if now.keys.is_empty() {
        let whom = work.whom(account, user).await?;
        match gateway.generate_key(whom).await {
            // Whether it took effect shows when the user is read.
            Ok(_) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
            Err(error) => return Err(refused(whom, user, error)),
        }
        now = work
            .read_user(account, &user.id)
            .await?
            .ok_or_else(missing)?;
    }
    let handed_out = account.access_key_id.as_deref();
    let readable = |key: &&AccessKey| !secrecy::ExposeSecret::expose_secret(&key.secret).is_empty();
    let key = now
        .keys
        .iter()
        .filter(readable)
        .find(|key| Some(key.id.as_str()) == handed_out)
        .or_else(|| now.keys.iter().find(readable))
        .cloned()
        .ok_or_else(|| Error::KeysUnreadable {
            cluster: work.call.service.cluster.clone(),
            user_id: user.id.to_string(),
        })?;
    Ok((now, key))
}
