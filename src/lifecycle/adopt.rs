//! Adopt: an S3 user that others made becomes a service's, on purpose. Nothing is changed at the gateway.

use secrecy::ExposeSecret;

use crate::app::Services;
use crate::ledger::{Account, AccountState};
use crate::ostor::{AccessKey, User, UserId};

use super::work::{Errand, ServiceCall, Work};
use super::{Customer, Error};

/// The user that a service is to have, as somebody saw it.
#[derive(Clone, Debug)]
pub struct Adoptee {
    /// Its id.
    pub user_id: UserId,
    /// Its e-mail address at the gateway.
    pub identity: String,
    /// The service it is on record for and that WHMCS does not have any more, where it is to change hands: Server Sync
    /// imports an account as a service with a new number.
    pub from: Option<i64>,
}

/// A service with the user it adopted.
#[derive(Debug)]
pub struct Adopted {
    /// The user as the gateway shows it.
    pub user: User,
    /// The pair that counts as handed out; a user may have none.
    pub key: Option<AccessKey>,
    /// Active or suspended, as the user was found.
    pub state: AccountState,
}

/// Makes `adoptee` the service's S3 user when one answer of the gateway shows both its id and its address. What it used
/// before counts as the service's only where it changes hands.
///
/// # Errors
/// [`Error::IdentityMismatch`] when it is not that user, belongs to another service, or the service has another;
/// [`Error::UserMissing`], [`Error::OnOtherCluster`], and what every call can fail with. After any of them the call may
/// be repeated.
pub async fn adopt(
    services: &Services,
    call: &ServiceCall,
    customer: &Customer,
    adoptee: &Adoptee,
    actor: Option<&str>,
) -> Result<Adopted, Error> {
    let errand = Errand {
        method: "adoption.apply",
        actor,
        subject: Some(&adoptee.identity),
        detail: None,
    };
    if let Some(from) = adoptee.from {
        let mut former = call.clone();
        former.service.service_id = from;
        let to = format!("to service {}", call.service.service_id);
        let errand = Errand {
            detail: Some(&to),
            ..errand
        };
        let work = Work::on(errand, services, &former).await?;
        let result = ensure_handed_over(&work, adoptee, call).await;
        work.finish(result).await?;
    }
    let work = Work::on(errand, services, call).await?;
    let result = ensure_adopted(&work, customer, adoptee).await;
    work.finish(result).await
}

async fn ensure_adopted(
    work: &Work<'_>,
    customer: &Customer,
    adoptee: &Adoptee,
) -> Result<Adopted, Error> {
    work.refuse_if_elsewhere().await?;
    let user = prove(work, adoptee).await?;
    let account = match on_record(work, adoptee).await? {
        Some(account) => account,
        None => work.record_adoption(&user).await?,
    };
    let ledger = work.ledger();
    ledger
        .set_customer(account.id, customer.client_id, &customer.email)
        .await?;
    let readable = |key: &&AccessKey| !key.secret.expose_secret().is_empty();
    let handed_out = account.access_key_id.as_deref();
    let mut keys = user.keys.iter().filter(readable);
    let known = keys.clone().find(|key| Some(&*key.id) == handed_out);
    let key = known.or_else(|| keys.next()).cloned();
    if let Some(key) = &key {
        ledger.hand_out(account.id, &key.id).await?;
    }
    Ok(Adopted {
        user,
        key,
        state: account.state,
    })
}

/// Hands the user of the service that `work` holds over to the service of `call`. Nobody else works on a service that the
/// ledger does not know; when it gets known meanwhile, the ledger refuses.
async fn ensure_handed_over(
    work: &Work<'_>,
    adoptee: &Adoptee,
    call: &ServiceCall,
) -> Result<(), Error> {
    prove(work, adoptee).await?;
    let ledger = work.ledger();
    let id = Some(adoptee.user_id.as_str());
    let to = ledger.account(&call.service).await?;
    if to.as_ref().is_some_and(|to| to.user_id.as_deref() == id) {
        // Handed over by a call whose answer was lost.
        return Ok(());
    }
    if to.is_some() {
        return Err(work.mismatch(format!(
            "its S3 user cannot be handed over to service {}, which has or had an S3 user of its own",
            call.service.service_id
        )));
    }
    let living = |account: &Account| {
        matches!(
            account.state,
            AccountState::Active | AccountState::Suspended
        ) && account.user_id.as_deref() == id
            && account.identity == adoptee.identity
    };
    let account = ledger.account(&work.call.service).await?;
    if let Some(account) = account.filter(living)
        && ledger.hand_over(&account, call.service.service_id).await?
    {
        return Ok(());
    }
    Err(work.mismatch(format!(
        "the S3 user {} with the address {} is not on record for it",
        adoptee.user_id, adoptee.identity
    )))
}

/// The user as one answer of the gateway shows it, with id and address as they were seen.
async fn prove(work: &Work<'_>, adoptee: &Adoptee) -> Result<User, Error> {
    let Adoptee {
        user_id, identity, ..
    } = adoptee;
    let user = work.gateway.user_by_id(user_id).await?;
    let user = user.ok_or_else(|| {
        work.mismatch(format!(
            "cluster {} has no S3 user {user_id}; look again which one is meant",
            work.call.service.cluster
        ))
    })?;
    if user.email != *identity {
        return Err(work.mismatch(format!(
            "the S3 user {user_id} has the address {} and not {identity}; look again which one is meant",
            user.email
        )));
    }
    work.refuse_system(&user)?;
    if work.cluster.is_own(&user.id) {
        return Err(work.mismatch(format!(
            "the S3 user {user_id} is the one with whose key the bridge works"
        )));
    }
    Ok(user)
}

/// The row of the service when it has this very user already; `None` when user and service are free for each other.
async fn on_record(work: &Work<'_>, adoptee: &Adoptee) -> Result<Option<Account>, Error> {
    let ledger = work.ledger();
    let service = &work.call.service;
    let records = ledger.records(&service.cluster).await?;
    let id = adoptee.user_id.as_str();
    let holder = records
        .owners
        .get(id)
        .map(|place| &records.accounts[*place]);
    if let Some(holder) = holder.filter(|holder| holder.service != *service) {
        return Err(work.mismatch(format!(
            "the S3 user {id} belongs to service {} of {}",
            holder.service.service_id, holder.service.client
        )));
    }
    let Some(account) = ledger.account(service).await? else {
        return Ok(None);
    };
    let known = account.user_id.as_deref();
    match account.state {
        AccountState::Terminated => Ok(None),
        AccountState::Active | AccountState::Suspended if known == Some(id) => {
            if account.identity == adoptee.identity {
                return Ok(Some(account));
            }
            Err(work.mismatch(format!(
                "its S3 user {id} is on record with the address {} and not {}; `accounts drift` shows it, and repairs it",
                account.identity, adoptee.identity
            )))
        }
        AccountState::Active | AccountState::Suspended => Err(work.mismatch(format!(
            "its S3 user is {}; terminate it before it gets another",
            known.unwrap_or_default()
        ))),
        AccountState::Terminating => {
            Err(work
                .mismatch("its S3 user is being deleted; repeat when that has ended".to_owned()))
        }
        AccountState::Creating => {
            // An intent: whoever has the identity was made by it, and would be forgotten.
            let made = work
                .cluster
                .gateway
                .user_by_email(&account.identity)
                .await?;
            match made {
                Some(made) if made.id != adoptee.user_id => Err(work.mismatch(format!(
                    "the S3 user {} was made for it; run Create to complete that, or terminate it first",
                    made.id
                ))),
                _ => Ok(None),
            }
        }
    }
}
