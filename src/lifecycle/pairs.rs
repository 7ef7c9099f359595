//! Key pairs of an S3 user and of its sub-accounts at the gateway: made, revoked, and read back. Whoever calls has
//! shown whose user it is; how the gateway is told is decided here.

use crate::ostor::{self, AccessKey, Account, User, UserId, Whom};

use super::{Error, read_back, refused, whom};

/// Key pairs of a user or of a sub-account (Integration Guide, Generating S3 user access key pairs).
const MOST: usize = 2;

/// A sub-account of a user.
pub(crate) fn sub_account<'u>(user: &'u User, name: &str) -> Result<&'u Account, Error> {
    let found = user.accounts.iter().find(|account| account.name == name);
    found.ok_or_else(|| Error::SubAccountUnknown {
        user_id: user.id.to_string(),
        name: name.to_owned(),
    })
}

/// The pairs of a user, or of one of its sub-accounts.
pub(crate) fn pairs<'u>(user: &'u User, name: Option<&str>) -> Result<&'u [AccessKey], Error> {
    match name {
        None => Ok(&user.keys),
        Some(name) => Ok(&sub_account(user, name)?.keys),
    }
}

/// Ids of pairs.
pub(crate) fn ids(pairs: &[AccessKey]) -> Vec<String> {
    pairs.iter().map(|key| key.id.clone()).collect()
}

/// Refuses a holder that has all the pairs it may have.
pub(crate) fn refuse_third(user: &User, name: Option<&str>) -> Result<(), Error> {
    if pairs(user, name)?.len() < MOST {
        return Ok(());
    }
    let holder = match name {
        Some(name) => format!("account {name} of the S3 user {}", user.id),
        None => format!("the S3 user {}", user.id),
    };
    Err(Error::KeyLimit { holder })
}

/// The error of a name that is taken.
pub(crate) fn exists(user: &User, name: &str) -> Error {
    Error::SubAccountExists {
        user_id: user.id.to_string(),
        name: name.to_owned(),
    }
}

/// Makes one more pair for `user`, as it was just read, or for one of its sub-accounts.
pub(crate) async fn generate(
    gateway: &ostor::Client,
    user: &User,
    name: Option<&str>,
) -> Result<(User, AccessKey), Error> {
    refuse_third(user, name)?;
    let before = ids(pairs(user, name)?);
    let named = whom(gateway, user).await?;
    let change = match name {
        Some(name) => gateway.generate_account_key(named, name).await,
        // Answers differ in which pairs they hold; the user shows the new one, whatever became of the answer.
        None => gateway.generate_key(named).await.map(|_| ()),
    };
    let change = settled(named, user, change)?;
    let made = |user: &User| {
        let pairs = pairs(user, name).ok()?;
        pairs.iter().find(|key| !before.contains(&key.id)).cloned()
    };
    let wanted = ("the key pairs", "a new one", "the old ones");
    let user = shown(gateway, &user.id, change, wanted, |user| {
        made(user).is_some()
    })
    .await?;
    let key = made(&user).ok_or_else(|| not_applied(gateway, wanted))?;
    Ok((user, key))
}

/// Takes a pair away.
pub(crate) async fn revoke(
    gateway: &ostor::Client,
    user: &User,
    name: Option<&str>,
    key_id: &str,
) -> Result<User, Error> {
    let named = whom(gateway, user).await?;
    let change = match name {
        Some(name) => gateway.revoke_account_key(named, name, key_id).await,
        None => gateway.revoke_key(named, key_id).await,
    };
    let change = settled(named, user, change)?;
    let wanted = ("the key pairs", "those without the revoked one", "all");
    shown(gateway, &user.id, change, wanted, |user| {
        pairs(user, name).is_ok_and(|pairs| pairs.iter().all(|key| key.id != key_id))
    })
    .await
}

/// Makes a sub-account with one pair.
pub(crate) async fn add_sub_account(
    gateway: &ostor::Client,
    user: &User,
    name: &str,
) -> Result<(User, Account), Error> {
    if sub_account(user, name).is_ok() {
        return Err(exists(user, name));
    }
    let change = gateway.create_account(&user.id, name).await.map(|_| ());
    let wanted = ("the accounts", "the new one", "the old ones");
    let user = shown(gateway, &user.id, change, wanted, |user| {
        sub_account(user, name).is_ok()
    })
    .await?;
    let made = sub_account(&user, name)?.clone();
    Ok((user, made))
}

/// Deletes a sub-account with its pairs.
pub(crate) async fn remove_sub_account(
    gateway: &ostor::Client,
    user: &User,
    name: &str,
) -> Result<User, Error> {
    let change = gateway.delete_account(&user.id, name).await;
    let wanted = ("the accounts", "those without the deleted one", "all");
    shown(gateway, &user.id, change, wanted, |user| {
        sub_account(user, name).is_err()
    })
    .await
}

/// A change that may have taken effect; one that certainly did not is an error.
fn settled(
    whom: Whom<'_>,
    user: &User,
    change: Result<(), ostor::Error>,
) -> Result<Result<(), ostor::Error>, Error> {
    match change {
        Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => Ok(change),
        Err(error) => Err(refused(whom, user, error)),
    }
}

/// What was changed, what should be shown then, and what is shown otherwise.
type Wanted = (&'static str, &'static str, &'static str);

/// Reads the user until `shows` says that `change` took effect, unless it certainly did not.
async fn shown(
    gateway: &ostor::Client,
    id: &UserId,
    change: Result<(), ostor::Error>,
    wanted: Wanted,
    shows: impl Fn(&User) -> bool,
) -> Result<User, Error> {
    match change {
        Ok(()) | Err(ostor::Error::OutcomeUnknown { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let shows = |user: &Option<User>| user.as_ref().is_some_and(&shows);
    let read = read_back(|| gateway.user_by_id(id), shows).await?;
    if let Some(user) = read.flatten() {
        return Ok(user);
    }
    // An unknown outcome stays unknown: the change may still be on its way.
    change?;
    Err(not_applied(gateway, wanted))
}

fn not_applied(gateway: &ostor::Client, (what, wanted, found): Wanted) -> Error {
    Error::NotApplied {
        cluster: gateway.cluster().to_owned(),
        what,
        wanted: wanted.to_owned(),
        found: found.to_owned(),
    }
}
