//! What the parameters and results of several methods have in common.

use jiff::Timestamp;
use schemars::JsonSchema;
use secrecy::ExposeSecret;
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::admin::{Actor, Desk, Selector};
use crate::ledger;
use crate::ostor::{self, UserId};

use super::super::error::{Failure, Reason};
use super::super::methods::Context;

/// Longest name of anything.
const MAX_NAME: usize = 255;

/// Most entries of a page, and how many there are when nothing is said.
const MAX_PAGE: usize = 1000;

/// A name or address: text without control characters.
#[derive(Clone, Debug)]
pub(in crate::http) struct Name(pub String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let good = (1..=MAX_NAME).contains(&text.len()) && !text.chars().any(char::is_control);
        match good {
            true => Ok(Self(text)),
            false => Err(de::Error::custom(format!(
                "must be 1 to {MAX_NAME} bytes of text without control characters"
            ))),
        }
    }
}

/// An address that WHMCS has: it may be missing, and it is compared, never used.
#[derive(Clone, Debug)]
pub(in crate::http) struct Address(pub String);

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        match text.is_empty() {
            true => Ok(Self(text)),
            false => Name::deserialize(de::value::StringDeserializer::new(text))
                .map(|Name(text)| Self(text)),
        }
    }
}

/// How many entries a page may have.
#[derive(Clone, Copy, Debug)]
pub(in crate::http) struct PageSize(pub usize);

impl Default for PageSize {
    fn default() -> Self {
        Self(MAX_PAGE)
    }
}

impl<'de> Deserialize<'de> for PageSize {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(from)?;
        let size = number.as_u64().and_then(|size| usize::try_from(size).ok());
        let size = size.filter(|size| (1..=MAX_PAGE).contains(size));
        size.map(Self).ok_or_else(|| {
            de::Error::custom(format!("must be a whole number from 1 to {MAX_PAGE}"))
        })
    }
}

impl Context<'_> {
    /// Who makes the call.
    pub(in crate::http) fn actor(&self, name: Option<Name>) -> Actor {
        Actor {
            client: self.client.to_owned(),
            name: name.map(|Name(name)| name),
            request_id: self.request_id.to_owned(),
        }
    }

    /// The desk of the call.
    pub(in crate::http) fn desk<'a>(
        &'a self,
        cluster: &str,
        actor: &'a Actor,
    ) -> Result<Desk<'a>, Failure> {
        let desk = Desk::at(self.services, cluster, actor)?;
        self.span.record("cluster", cluster);
        Ok(desk)
    }
}

/// The one user that is named.
pub(super) fn one_user(user_id: Option<UserId>, email: Option<Name>) -> Result<Selector, Failure> {
    a_user(user_id, email)?.ok_or_else(|| {
        Failure::new(
            Reason::InvalidParams,
            "name the S3 user by `user_id` or by `email`",
        )
    })
}

/// The user that is named, if any.
pub(super) fn a_user(
    user_id: Option<UserId>,
    email: Option<Name>,
) -> Result<Option<Selector>, Failure> {
    match (user_id, email) {
        (Some(_), Some(_)) => Err(Failure::new(
            Reason::InvalidParams,
            "name the S3 user by `user_id` or by `email`, not by both",
        )),
        (Some(id), None) => Ok(Some(Selector::Id(id))),
        (None, Some(Name(email))) => Ok(Some(Selector::Email(email))),
        (None, None) => Ok(None),
    }
}

/// A service of WHMCS.
#[derive(Serialize, JsonSchema)]
pub(super) struct ServiceJson {
    client: String,
    service_id: i64,
    client_id: Option<i64>,
    state: &'static str,
}

impl From<ledger::Account> for ServiceJson {
    fn from(account: ledger::Account) -> Self {
        Self {
            client: account.service.client,
            service_id: account.service.service_id,
            client_id: account.client_id,
            state: account.state.as_str(),
        }
    }
}

/// A key pair; the secret only where it was asked for or just made.
#[derive(Serialize, JsonSchema)]
pub(super) struct KeyJson {
    access_key_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_access_key: Option<String>,
}

impl KeyJson {
    pub(super) fn of(key: &ostor::AccessKey, with_secret: bool) -> Self {
        Self {
            access_key_id: key.id.clone(),
            secret_access_key: with_secret.then(|| key.secret.expose_secret().to_owned()),
        }
    }

    pub(super) fn all(keys: &[ostor::AccessKey], with_secrets: bool) -> Vec<Self> {
        keys.iter().map(|key| Self::of(key, with_secrets)).collect()
    }
}

/// An account of a user.
#[derive(Serialize, JsonSchema)]
pub(super) struct AccountJson {
    name: String,
    keys: Vec<KeyJson>,
}

impl AccountJson {
    pub(super) fn all(accounts: &[ostor::Account], with_secrets: bool) -> Vec<Self> {
        let account = |account: &ostor::Account| Self {
            name: account.name.clone(),
            keys: KeyJson::all(&account.keys, with_secrets),
        };
        accounts.iter().map(account).collect()
    }
}

/// The start of an hour that is counted from 1970.
pub(super) fn hour(hours: u64) -> Option<Timestamp> {
    let seconds = i64::try_from(hours).ok()?.checked_mul(3600)?;
    Timestamp::from_second(seconds).ok()
}
