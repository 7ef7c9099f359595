//! S3 users, their key pairs and their accounts: the service `ostor-users`.
//!
//! An e-mail address is not unique at a gateway (a system user may hold the same one), a [`UserId`] is. Keys are
//! made and revoked, and users switched, by e-mail, because nothing else is documented there; see [`Whom`].

use std::{fmt, str::FromStr};

use reqwest::Method;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    Client, Error,
    call::{Call, Repeat},
    json::{Node, Read, Unreadable, listing, parse, unreadable},
};

pub(super) const SERVICE: &str = "ostor-users";
pub(super) const EMAIL: &str = "emailAddress";
const ANOTHER: &str = "it shows another user than asked for";

/// The gateway's id of a user: 16 lower-case hex digits, random and never reused.
#[derive(
    Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[schemars(extend("pattern" = "^[0-9a-f]{16}$"))]
#[serde(try_from = "String", into = "String")]
pub struct UserId(String);

/// A text that is no [`UserId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a user id consists of 16 hex digits in lower case")]
pub struct InvalidUserId;

impl UserId {
    /// The 16 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for UserId {
    type Error = InvalidUserId;

    fn try_from(text: String) -> Result<Self, InvalidUserId> {
        let valid =
            text.len() == 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if valid {
            Ok(Self(text))
        } else {
            Err(InvalidUserId)
        }
    }
}

impl TryFrom<&str> for UserId {
    type Error = InvalidUserId;

    fn try_from(text: &str) -> Result<Self, InvalidUserId> {
        Self::try_from(text.to_owned())
    }
}

impl FromStr for UserId {
    type Err = InvalidUserId;

    fn from_str(text: &str) -> Result<Self, InvalidUserId> {
        Self::try_from(text)
    }
}

impl From<UserId> for String {
    fn from(id: UserId) -> Self {
        id.0
    }
}

/// How a user is named in a call for which only addresses are documented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom<'a> {
    /// By address, as documented. Of two users who have it, one is meant.
    Address(&'a str),
    /// By id, as the other calls of the service take it. A gateway may refuse that.
    Id(&'a UserId),
}

impl<'a> Whom<'a> {
    pub(super) fn selector(self) -> (&'static str, &'a str) {
        match self {
            Self::Address(email) => (EMAIL, email),
            Self::Id(id) => ("id", id.as_str()),
        }
    }
}

impl<'a> From<&'a str> for Whom<'a> {
    fn from(email: &'a str) -> Self {
        Self::Address(email)
    }
}

impl<'a> From<&'a String> for Whom<'a> {
    fn from(email: &'a String) -> Self {
        Self::Address(email)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A user as the gateway shows it. Listings leave out keys and accounts; ask for the user to get them.
#[derive(Clone, Debug)]
pub struct User {
    /// E-mail address; not unique.
    pub email: String,
    /// The unique id.
    pub id: UserId,
    /// Whether the user may reach its data. Old editions do not say; their users are enabled.
    pub enabled: bool,
    /// Sixteen zeros in every answer seen; absent in old editions.
    pub owner_id: Option<String>,
    /// `system` marks a management user.
    pub flags: Vec<String>,
    /// Key pairs of the user itself, at most two.
    pub keys: Vec<AccessKey>,
    /// Further named holders of keys for the same data.
    pub accounts: Vec<Account>,
}

impl User {
    /// Every key pair that opens its data, those of its accounts included.
    pub fn all_keys(&self) -> impl Iterator<Item = &AccessKey> {
        let accounts = self.accounts.iter().flat_map(|account| &account.keys);
        self.keys.iter().chain(accounts)
    }

    /// Whether it manages the cluster, where the edition tells.
    pub fn is_system(&self) -> bool {
        self.flags.iter().any(|flag| flag == "system")
    }
}

/// A named holder of keys that belongs to a user.
#[derive(Clone, Debug)]
pub struct Account {
    /// Name, unique within the user.
    pub name: String,
    /// Key pairs, at most two; may be empty.
    pub keys: Vec<AccessKey>,
}

/// A key pair for S3.
#[derive(Clone, Debug)]
pub struct AccessKey {
    /// Access key id: the user id and four more characters.
    pub id: String,
    /// Secret key; hidden in debug output.
    pub secret: SecretString,
}

impl Client {
    /// All users, system users included, in the gateway's order.
    pub async fn users(&self) -> Result<Vec<User>, Error> {
        self.ask(Call::read(SERVICE), read_users).await
    }

    /// The user with this address, with keys and accounts; `None` only when the gateway itself says there is none.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>, Error> {
        let call = self.select(Call::read(SERVICE), (EMAIL, email))?;
        self.find(call, &[404], |body| read_user_of(body, email))
            .await
    }

    /// The user with this id, with keys and accounts; `None` only when the gateway itself says there is none.
    pub async fn user_by_id(&self, id: &UserId) -> Result<Option<User>, Error> {
        let call = Call::read(SERVICE).param("id", id.as_str());
        self.find(call, &[404], |body| read_user_by(body, id)).await
    }

    /// Makes an enabled user with one key pair. Never sent twice: some gateways take an address a second time.
    pub async fn create_user(&self, email: &str) -> Result<User, Error> {
        let call = Call::change(Method::PUT, SERVICE, Repeat::Harmful).with_answer();
        let call = self.select(call, (EMAIL, email))?;
        self.ask(call, |body| read_user_of(body, email)).await
    }

    /// Gives a user access to its data again. May be repeated.
    pub async fn enable_user(&self, whom: impl Into<Whom<'_>>) -> Result<(), Error> {
        self.switch_user(whom.into(), "enable").await
    }

    /// Stops a user's access to its data; nothing is deleted. May be repeated.
    pub async fn disable_user(&self, whom: impl Into<Whom<'_>>) -> Result<(), Error> {
        self.switch_user(whom.into(), "disable").await
    }

    async fn switch_user(&self, whom: Whom<'_>, action: &str) -> Result<(), Error> {
        let call = Call::change(Method::POST, SERVICE, Repeat::Harmless);
        self.change(self.select(call, whom.selector())?.action(action))
            .await
    }

    /// Deletes a user, by id because addresses come again. A user that does not exist counts as deleted; one that
    /// owns buckets is refused by the gateway. May be repeated.
    pub async fn delete_user(&self, id: &UserId) -> Result<(), Error> {
        let call = Call::change(Method::DELETE, SERVICE, Repeat::Harmless);
        self.remove(call.param("id", id.as_str())).await
    }

    /// Makes one more key pair; the gateway allows two per user. Never sent twice. The answer holds the new pair
    /// alone or all pairs, as the edition likes: compare with the pairs known before.
    pub async fn generate_key(&self, whom: impl Into<Whom<'_>>) -> Result<Vec<AccessKey>, Error> {
        let whom = whom.into();
        let call = Call::change(Method::POST, SERVICE, Repeat::Harmful).with_answer();
        let call = self.select(call, whom.selector())?.action("genKey");
        let read = |body: &[u8]| {
            let keys = match whom {
                Whom::Address(email) => read_user_of(body, email)?.keys,
                Whom::Id(id) => read_user_by(body, id)?.keys,
            };
            if keys.is_empty() {
                Err(unreadable("it holds no key pair"))
            } else {
                Ok(keys)
            }
        };
        self.ask(call, read).await
    }

    /// Takes a key pair from a user. A pair that does not exist counts as revoked. May be repeated.
    pub async fn revoke_key(&self, whom: impl Into<Whom<'_>>, key_id: &str) -> Result<(), Error> {
        let mut call = Call::change(Method::POST, SERVICE, Repeat::Harmless);
        call.name.push_str("&revokeKey");
        let call = self.select(call, whom.into().selector())?;
        self.remove(self.select(call, ("revokeKey", key_id))?).await
    }
}

fn read_users(body: &[u8]) -> Read<Vec<User>> {
    Ok(listing(body, "Users", user)?.items)
}

fn read_user(body: &[u8]) -> Read<User> {
    user(&Node::root(&parse(body)?))
}

/// Guards against an answer to another question, from a cache or a gateway that dropped the selector.
fn read_user_of(body: &[u8], email: &str) -> Read<User> {
    let user = read_user(body)?;
    if user.email.eq_ignore_ascii_case(email) {
        Ok(user)
    } else {
        Err(unreadable(ANOTHER))
    }
}

/// As [`read_user_of`], for a question by id.
fn read_user_by(body: &[u8], id: &UserId) -> Read<User> {
    let user = read_user(body)?;
    if user.id == *id {
        Ok(user)
    } else {
        Err(unreadable(ANOTHER))
    }
}

/// A user as lists and single answers show it.
pub(super) fn user(node: &Node<'_>) -> Read<User> {
    let state = node.optional("State")?;
    Ok(User {
        email: node.required("UserEmail")?.text()?.to_owned(),
        id: node
            .required("UserId")?
            .parsed("a user id of 16 hex digits in lower case")?,
        enabled: state.as_ref().map_or(Ok(true), enabled)?,
        owner_id: optional_text(node, "OwnerId")?,
        flags: items(node, "Flags", |flag| Ok(flag.text()?.to_owned()))?,
        keys: items(node, "AWSAccessKeys", key)?,
        accounts: items(node, "Accounts", account)?,
    })
}

fn enabled(state: &Node<'_>) -> Read<bool> {
    match state.text()?.to_ascii_lowercase().as_str() {
        "enabled" => Ok(true),
        "disabled" => Ok(false),
        _ => Err(state.expected("enabled or disabled")),
    }
}

/// An account as it is shown with its user, and as the answer to its creation.
pub(super) fn account(node: &Node<'_>) -> Read<Account> {
    Ok(Account {
        name: node.required("Name")?.text()?.to_owned(),
        keys: items(node, "AWSAccessKeys", key)?,
    })
}

fn key(node: &Node<'_>) -> Read<AccessKey> {
    // The guide prints the second spelling once.
    let secret = match node.optional("AWSSecretAccessKey")? {
        Some(secret) => secret,
        None => node
            .optional("AWSecretAccessKey")?
            .map_or_else(|| node.required("AWSSecretAccessKey"), Ok)?,
    };
    Ok(AccessKey {
        id: node.required("AWSAccessKeyId")?.text()?.to_owned(),
        secret: secret.text()?.into(),
    })
}

fn optional_text(node: &Node<'_>, name: &'static str) -> Read<Option<String>> {
    node.optional(name)?
        .map(|text| text.text().map(str::to_owned))
        .transpose()
}

fn items<T>(
    node: &Node<'_>,
    name: &'static str,
    read: impl Fn(&Node<'_>) -> Result<T, Unreadable>,
) -> Read<Vec<T>> {
    match node.optional(name)? {
        Some(list) => list.list()?.iter().map(read).collect(),
        None => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/fixtures/ostor/users/", $name))
        };
    }

    #[test]
    fn lists_are_read_bare_and_wrapped_with_whatever_members_they_have() {
        let wrapped = read_users(fixture!("list-wrapped.json")).expect("users");
        assert_eq!(wrapped.len(), 2);
        assert!(wrapped[0].enabled && !wrapped[1].enabled);
        assert_eq!(wrapped[1].flags, ["system"]);
        assert_eq!(wrapped[0].owner_id.as_deref(), Some("0000000000000000"));

        let bare = read_users(fixture!("list-bare-same-address-twice.json")).expect("users");
        assert_eq!(bare[0].email, bare[1].email);
        assert_ne!(bare[0].id, bare[1].id);
        assert!(bare[0].keys.is_empty());

        let old = read_users(fixture!("list-old-with-keys.json")).expect("users");
        assert!(old[0].enabled, "an absent state means enabled");
        assert_eq!(old[0].keys[0].id, "ca55631f9f3d59dcXA5B");
        assert_eq!(old[0].owner_id, None);

        assert!(read_users(b"[]").expect("users").is_empty());
        assert!(read_users(b"{\"users\":[]}").expect("users").is_empty());
    }

    #[test]
    fn one_user_has_keys_and_accounts_in_both_spellings() {
        let user = read_user(fixture!("one-misspelt-secret.json")).expect("a user");
        assert_eq!(user.id.as_str(), "b09693b73b3c7686");
        assert_eq!(user.accounts.len(), 2);
        assert!(user.accounts[0].keys.is_empty());
        let secrets: Vec<_> = user.accounts[1]
            .keys
            .iter()
            .map(|key| key.secret.expose_secret())
            .collect();
        assert_eq!(
            secrets,
            [
                "accountSecretOneAccountSecretOneAccount01",
                "accountSecretTwoAccountSecretTwoAccount02"
            ]
        );
    }

    #[test]
    fn an_answer_to_another_question_is_not_taken() {
        let body = fixture!("one-misspelt-secret.json");
        assert!(read_user_of(body, "USER@example.com").is_ok());
        assert!(read_user_of(body, "other@example.com").is_err());
    }

    #[test]
    fn an_unreadable_user_spoils_the_list_with_a_sentence_and_no_value() {
        for (body, sentence) in [
            (
                &fixture!("list-unknown-state.json")[..],
                "Users[1].State should be enabled or disabled",
            ),
            (
                fixture!("list-short-id.json"),
                "Users[0].UserId should be a user id of 16 hex digits",
            ),
            (
                fixture!("list-key-without-secret.json"),
                "[0].AWSAccessKeys[0].AWSSecretAccessKey is missing",
            ),
        ] {
            let text = read_users(body).expect_err(sentence).to_string();
            assert!(text.contains(sentence), "{text}");
            assert!(!text.contains("canary"), "{text}");
        }
        assert!(read_users(b"{\"Error\":\"no\"}").is_err());
        assert!(read_user(b"[]").is_err());
        assert!(read_user(b"null").is_err());
    }

    #[test]
    fn debug_output_of_a_user_hides_secrets() {
        let user = read_user(fixture!("one-misspelt-secret.json")).expect("a user");
        let text = format!("{user:?}");
        assert!(
            text.contains("b09693b73b3c7686FIGH") && !text.contains("Secret0"),
            "{text}"
        );
        assert!(
            !text.contains("accountSecret") && !text.contains("userSecret"),
            "{text}"
        );
    }

    #[test]
    fn ids_are_sixteen_lower_case_hex_digits() {
        let id: UserId = "ca55631f9f3d59dc".parse().expect("an id");
        assert_eq!(
            serde_json::to_string(&id).expect("json"),
            "\"ca55631f9f3d59dc\""
        );
        assert_eq!(
            serde_json::from_str::<UserId>("\"ca55631f9f3d59dc\"").expect("an id"),
            id
        );
        for wrong in [
            "",
            "ca55631f9f3d59d",
            "ca55631f9f3d59dc0",
            "CA55631F9F3D59DC",
            "ga55631f9f3d59dc",
        ] {
            assert_eq!(UserId::try_from(wrong), Err(InvalidUserId), "{wrong}");
            assert!(
                serde_json::from_value::<UserId>(wrong.into()).is_err(),
                "{wrong}"
            );
        }
    }
}
