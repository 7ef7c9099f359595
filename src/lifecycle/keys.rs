//! Key pairs of a service, as its customer changes them: a new one beside the old, the old one away, and a look.
//!
//! The intent is recorded before a pair is asked for. A pair that shows up and was not there before was made by that
//! call, so a repetition hands it out instead of asking for a third.

use secrecy::ExposeSecret;

use crate::app::Services;
use crate::ledger::{Account, AccountState, KeyHolder, KeyIntent};
use crate::ostor::{AccessKey, User};

use super::Error;
use super::pairs::{self, ids, pairs};
use super::work::{Errand, ServiceCall, Work};

/// Who is recorded when the caller does not say.
const CUSTOMER: &str = "customer";

/// Whose key pairs a customer's call is about, and who makes it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Keys<'a> {
    /// The sub-account; `None` is the S3 user itself.
    pub sub_account: Option<&'a str>,
    /// The person, for the record; the customer when absent.
    pub actor: Option<&'a str>,
}

/// A new pair beside those that work on.
#[derive(Debug)]
pub struct Rotated {
    /// The new one.
    pub key: AccessKey,
    /// Ids of all pairs there are now.
    pub access_key_ids: Vec<String>,
}

/// What revoking came to.
#[derive(Debug)]
pub struct Revoked {
    /// Whether the pair was there before.
    pub revoked: bool,
    /// Ids of the pairs that are left.
    pub access_key_ids: Vec<String>,
}

impl<'a> Keys<'a> {
    fn errand(&self, method: &'a str, subject: Option<&'a str>) -> Errand<'a> {
        Errand {
            method,
            actor: Some(self.actor.unwrap_or(CUSTOMER)),
            subject,
            detail: None,
        }
    }
}

/// Makes one more key pair. A pair of the user itself is the service's from now on.
///
/// # Errors
/// [`Error::KeyLimit`] with two pairs, [`Error::AccountSuspended`], [`Error::SubAccountUnknown`], and what every call
/// can fail with; after any of them the call may be repeated.
pub async fn rotate_keys(
    services: &Services,
    call: &ServiceCall,
    keys: Keys<'_>,
) -> Result<Rotated, Error> {
    let errand = keys.errand("RotateKeys", keys.sub_account);
    let work = Work::on(errand, services, call).await?;
    let result = ensure_rotated(&work, keys.sub_account).await;
    work.finish(result).await
}

async fn ensure_rotated(work: &Work<'_>, name: Option<&str>) -> Result<Rotated, Error> {
    let (account, user) = work.find_active().await?;
    let there = pairs(&user, name)?;
    let ledger = work.ledger();
    let holder = work.holder(&user, name);
    let handed_out = account.access_key_id.as_deref();
    let unanswered = ledger.key_intent(holder).await?.and_then(|intent| {
        let made = |key: &&AccessKey| !intent.had(&key.id) && Some(key.id.as_str()) != handed_out;
        there.iter().find(made).cloned()
    });
    let (now, key) = match unanswered {
        Some(key) => (user.clone(), key),
        None => {
            pairs::refuse_third(&user, name)?;
            let intent = KeyIntent::Pairs(ids(there));
            ledger.intend_key(holder, &intent).await?;
            pairs::generate(&work.gateway, &user, name).await?
        }
    };
    let key = work.readable(&now, &key)?;
    work.know(&now, &key).await?;
    let ours = name.is_none().then_some((account.id, key.id.as_str()));
    ledger.end_key_intent(holder, ours).await?;
    Ok(Rotated {
        access_key_ids: ids(pairs(&now, name)?),
        key,
    })
}

/// Makes sure that a key pair is gone. The pair that the service was given last stays, and so does the only one.
///
/// # Errors
/// [`Error::KeyInUse`], [`Error::AccountSuspended`], [`Error::SubAccountUnknown`], and what every call can fail with;
/// after any of them the call may be repeated.
pub async fn revoke_key(
    services: &Services,
    call: &ServiceCall,
    keys: Keys<'_>,
    key_id: &str,
) -> Result<Revoked, Error> {
    let errand = keys.errand("RevokeKey", Some(key_id));
    let work = Work::on(errand, services, call).await?;
    let result = ensure_revoked(&work, keys.sub_account, key_id).await;
    work.finish(result).await
}

async fn ensure_revoked(
    work: &Work<'_>,
    name: Option<&str>,
    key_id: &str,
) -> Result<Revoked, Error> {
    let (account, user) = work.find_active().await?;
    let there = pairs(&user, name)?;
    if there.iter().all(|key| key.id != key_id) {
        return Ok(Revoked {
            revoked: false,
            access_key_ids: ids(there),
        });
    }
    // Without its only pair the customer would be locked out, whether or not it is the one on record.
    let in_use = account.access_key_id.as_deref() == Some(key_id) || there.len() == 1;
    if name.is_none() && in_use {
        return Err(Error::KeyInUse(key_id.to_owned()));
    }
    let user = pairs::revoke(&work.gateway, &user, name, key_id).await?;
    Ok(Revoked {
        revoked: true,
        access_key_ids: ids(pairs(&user, name)?),
    })
}

/// The key pairs with their secrets, on record like every look at them. A suspended service may look.
///
/// # Errors
/// [`Error::SubAccountUnknown`], and what every call can fail with.
pub async fn show_keys(
    services: &Services,
    call: &ServiceCall,
    keys: Keys<'_>,
) -> Result<Vec<AccessKey>, Error> {
    let errand = keys.errand("ShowKeys", keys.sub_account);
    let work = Work::on(errand, services, call).await?;
    let result = async {
        let (_, user) = work.find_live().await?;
        Ok(pairs(&user, keys.sub_account)?.to_vec())
    };
    let result = result.await;
    work.finish(result).await
}

/// Makes a sub-account with a key pair, when there are fewer than `most`.
///
/// # Errors
/// [`Error::SubAccountExists`], [`Error::SubAccountLimit`], [`Error::AccountSuspended`], and what every call can fail
/// with; after any of them the call may be repeated.
pub async fn create_sub_account(
    services: &Services,
    call: &ServiceCall,
    name: &str,
    most: u32,
    actor: Option<&str>,
) -> Result<AccessKey, Error> {
    let keys = Keys {
        sub_account: Some(name),
        actor,
    };
    let work = Work::on(keys.errand("CreateSubAccount", Some(name)), services, call).await?;
    let result = ensure_sub_account(&work, name, most).await;
    work.finish(result).await
}

async fn ensure_sub_account(work: &Work<'_>, name: &str, most: u32) -> Result<AccessKey, Error> {
    let (_, user) = work.find_active().await?;
    let ledger = work.ledger();
    let holder = work.holder(&user, Some(name));
    let made_before = ledger.key_intent(holder).await? == Some(KeyIntent::NoHolder);
    let (user, made) = match pairs::sub_account(&user, name) {
        Ok(made) if made_before => (user.clone(), made.clone()),
        Ok(_) => return Err(pairs::exists(&user, name)),
        Err(_) if user.accounts.len() >= usize::try_from(most).unwrap_or(usize::MAX) => {
            return Err(Error::SubAccountLimit {
                service_id: work.service_id(),
                most,
            });
        }
        Err(_) => {
            ledger.intend_key(holder, &KeyIntent::NoHolder).await?;
            pairs::add_sub_account(&work.gateway, &user, name).await?
        }
    };
    let key = match made.keys.first() {
        Some(key) => key.clone(),
        None => {
            let made = pairs::generate(&work.gateway, &user, Some(name)).await?;
            made.1
        }
    };
    let key = work.readable(&user, &key)?;
    work.know(&user, &key).await?;
    ledger.end_key_intent(holder, None).await?;
    Ok(key)
}

/// Makes sure that there is no such sub-account; `false` when there was none.
///
/// # Errors
/// [`Error::AccountSuspended`], and what every call can fail with; after any of them the call may be repeated.
pub async fn delete_sub_account(
    services: &Services,
    call: &ServiceCall,
    name: &str,
    actor: Option<&str>,
) -> Result<bool, Error> {
    let keys = Keys {
        sub_account: Some(name),
        actor,
    };
    let work = Work::on(keys.errand("DeleteSubAccount", Some(name)), services, call).await?;
    let result = ensure_no_sub_account(&work, name).await;
    work.finish(result).await
}

async fn ensure_no_sub_account(work: &Work<'_>, name: &str) -> Result<bool, Error> {
    let (_, user) = work.find_active().await?;
    let existed = pairs::sub_account(&user, name).is_ok();
    if existed {
        pairs::remove_sub_account(&work.gateway, &user, name).await?;
    }
    let ledger = work.ledger();
    let holder = work.holder(&user, Some(name));
    ledger.end_key_intent(holder, None).await?;
    Ok(existed)
}

impl Work<'_> {
    /// The service's user, when the customer may change something.
    async fn find_active(&self) -> Result<(Account, User), Error> {
        let (account, user) = self.find_live().await?;
        if account.state != AccountState::Active || !user.enabled {
            return Err(Error::AccountSuspended(self.service_id()));
        }
        Ok((account, user))
    }

    fn holder<'h>(&'h self, user: &'h User, sub_account: Option<&'h str>) -> KeyHolder<'h> {
        KeyHolder {
            cluster: &self.call.service.cluster,
            user_id: user.id.as_str(),
            sub_account,
        }
    }

    /// Records that the pair is about to be handed out.
    async fn know(&self, user: &User, key: &AccessKey) -> Result<(), Error> {
        let ids = [key.id.clone()];
        let ledger = self.ledger();
        let cluster = &self.call.service.cluster;
        Ok(ledger.know_keys(cluster, user.id.as_str(), &ids).await?)
    }

    fn readable(&self, user: &User, key: &AccessKey) -> Result<AccessKey, Error> {
        if key.secret.expose_secret().is_empty() {
            return Err(Error::KeysUnreadable {
                cluster: self.call.service.cluster.clone(),
                user_id: user.id.to_string(),
            });
        }
        Ok(key.clone())
    }
}
