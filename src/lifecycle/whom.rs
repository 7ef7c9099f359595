//! How a user is named in calls for which the gateway documents addresses only. Two users may have one address, and then
//! such a call could hit the other.

use crate::ledger::{self, Account, Ledger};
use crate::ostor::{self, User, Whom};

use super::Error;
use super::work::Work;

/// By address when no other user has it, as all users of the cluster show; else by id.
pub(crate) async fn whom<'u>(
    gateway: &ostor::Client,
    user: &'u User,
) -> Result<Whom<'u>, ostor::Error> {
    let users = gateway.users().await?;
    // Whether a gateway tells letters by case is not documented.
    let shared =
        |other: &User| other.id != user.id && other.email.eq_ignore_ascii_case(&user.email);
    Ok(match users.iter().any(shared) {
        true => Whom::Id(&user.id),
        false => Whom::Address(&user.email),
    })
}

/// Whether it says nothing about a service's user, which was adopted and is gone, that another one has its address: that
/// one belongs to another service.
pub(crate) async fn may_share(
    ledger: &Ledger,
    account: &Account,
    other: &User,
) -> Result<bool, ledger::Error> {
    if account.adopted_at.is_none() {
        return Ok(false);
    }
    let cluster = &account.service.cluster;
    let known = ledger
        .services_of_users(cluster, &[other.id.as_str()])
        .await?;
    Ok(!known.is_empty())
}

/// The error of a call about `user`, named so: a gateway that does not take ids there has changed nothing.
pub(crate) fn refused(whom: Whom<'_>, user: &User, error: ostor::Error) -> Error {
    match (whom, &error) {
        (
            Whom::Id(_),
            ostor::Error::Rejected {
                status: 400 | 404 | 405,
                cluster,
                ..
            },
        ) => Error::AddressShared {
            cluster: cluster.to_string(),
            email: user.email.clone(),
            user_id: user.id.to_string(),
        },
        _ => error.into(),
    }
}

impl Work<'_> {
    /// As [`whom`]. The address of a user that was made here was found absent before, so it is enough to look whom it
    /// leads to now.
    pub(super) async fn whom<'u>(
        &self,
        account: &Account,
        user: &'u User,
    ) -> Result<Whom<'u>, Error> {
        let gateway = &self.gateway;
        if account.adopted_at.is_some() {
            return Ok(whom(gateway, user).await?);
        }
        let meant = gateway.user_by_email(&user.email).await?;
        Ok(match meant {
            Some(other) if other.id != user.id => Whom::Id(&user.id),
            _ => Whom::Address(&user.email),
        })
    }
}
