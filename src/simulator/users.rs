//! The users of the object storage with their keys and accounts, however many there are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::ids::KeyPair;
use super::rates::{Limits, Rates};
use super::size::Size;

/// A further set of keys under a user.
pub(super) struct Account {
    pub(super) name: String,
    pub(super) keys: Vec<KeyPair>,
}

/// A user of the object storage.
pub(super) struct User {
    pub(super) id: String,
    pub(super) email: String,
    pub(super) enabled: bool,
    pub(super) system: bool,
    pub(super) keys: Vec<KeyPair>,
    pub(super) accounts: Vec<Account>,
    pub(super) limits: Option<Limits>,
    pub(super) quota_gb: Option<u64>,
    pub(super) rates: Rates,
    pub(super) size: Size,
}

impl User {
    /// An enabled user with one key pair, made in an hour since 1970.
    pub(super) fn new(id: String, email: &str, system: bool, pair: KeyPair, hour: i64) -> Self {
        Self {
            id,
            email: email.to_owned(),
            enabled: true,
            system,
            keys: vec![pair],
            accounts: Vec::new(),
            limits: None,
            quota_gb: None,
            rates: Rates::default(),
            size: Size::new(hour),
        }
    }

    /// Every key pair that speaks for this user, those of its accounts too.
    fn all_keys(&self) -> impl Iterator<Item = &KeyPair> {
        self.keys
            .iter()
            .chain(self.accounts.iter().flat_map(|account| &account.keys))
    }
}

/// All users, numbered in order of creation from 0.
#[derive(Default)]
pub(super) struct Users {
    all: BTreeMap<u64, User>,
    by_id: HashMap<String, u64>,
    by_email: HashMap<String, BTreeSet<u64>>,
    made: u64,
}

impl Users {
    pub(super) fn add(&mut self, user: User) -> &User {
        let number = self.made;
        self.made += 1;
        self.by_id.insert(user.id.clone(), number);
        self.by_email
            .entry(user.email.clone())
            .or_default()
            .insert(number);
        self.all.entry(number).or_insert(user)
    }

    /// All users in order of creation.
    pub(super) fn iter(&self) -> impl Iterator<Item = &User> {
        self.all.values()
    }

    pub(super) fn get(&self, id: &str) -> Option<&User> {
        self.all.get(self.by_id.get(id)?)
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut User> {
        self.all.get_mut(self.by_id.get(id)?)
    }

    /// The oldest user with this address, which several may have.
    pub(super) fn by_email(&self, email: &str) -> Option<&User> {
        self.all.get(self.by_email.get(email)?.first()?)
    }

    /// The user an access key id speaks for, and its secret.
    ///
    /// Access key ids begin with their user's id. That of the first user is not made here and may be
    /// any text.
    pub(super) fn by_key(&self, key_id: &str) -> Option<(&User, &KeyPair)> {
        let named = key_id.get(..16).and_then(|id| self.get(id));
        let user = named.or_else(|| self.all.get(&0))?;
        let pair = user.all_keys().find(|pair| pair.id == key_id)?;
        Some((user, pair))
    }

    /// Gives a user another address; `false` when there is no such user.
    pub(super) fn rename(&mut self, id: &str, email: &str) -> bool {
        let Some(number) = self.by_id.get(id).copied() else {
            return false;
        };
        let Some(user) = self.all.get_mut(&number) else {
            return false;
        };
        if let Some(numbers) = self.by_email.get_mut(&user.email) {
            numbers.remove(&number);
        }
        user.email = email.to_owned();
        let same = self.by_email.entry(user.email.clone()).or_default();
        same.insert(number)
    }

    pub(super) fn remove(&mut self, id: &str) {
        let Some(number) = self.by_id.remove(id) else {
            return;
        };
        let Some(user) = self.all.remove(&number) else {
            return;
        };
        if let Some(numbers) = self.by_email.get_mut(&user.email) {
            numbers.remove(&number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(id: &str, email: &str, key_id: &str) -> User {
        let pair = KeyPair {
            id: key_id.to_owned(),
            secret: String::new(),
        };
        User::new(id.to_owned(), email, false, pair, 0)
    }

    fn id(user: Option<&User>) -> Option<&str> {
        user.map(|user| user.id.as_str())
    }

    #[test]
    fn users_are_found_until_they_are_removed() {
        let mut users = Users::default();
        let ids = ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc"];
        users.add(user(ids[0], "system@x", "SYSTEM"));
        users.add(user(ids[1], "same@x", "bbbbbbbbbbbbbbbbKEY1"));
        users.add(user(ids[2], "same@x", "ccccccccccccccccKEY1"));
        let by_key = |users: &Users, key_id| {
            id(users.by_key(key_id).map(|(user, _)| user)).map(str::to_owned)
        };
        assert_eq!(by_key(&users, "SYSTEM").as_deref(), Some(ids[0]));
        assert_eq!(
            by_key(&users, "ccccccccccccccccKEY1").as_deref(),
            Some(ids[2])
        );
        assert_eq!(by_key(&users, "ccccccccccccccccKEY2"), None);
        assert_eq!(by_key(&users, "dddddddddddddddd"), None);
        assert_eq!(id(users.by_email("same@x")), Some(ids[1]));
        users.remove(ids[1]);
        assert_eq!(id(users.by_email("same@x")), Some(ids[2]));
        assert_eq!(
            (
                id(users.get(ids[1])),
                by_key(&users, "bbbbbbbbbbbbbbbbKEY1")
            ),
            (None, None)
        );
        users.remove(ids[2]);
        assert_eq!(id(users.by_email("same@x")), None);
        users.add(user(ids[1], "same@x", "bbbbbbbbbbbbbbbbKEY2"));
        let all: Vec<&str> = users.iter().map(|user| user.id.as_str()).collect();
        assert_eq!(all, [ids[0], ids[1]]);
    }
}
