//! Accounts of a user, further named holders of keys for the same data: the service `ostor-accounts`.
//!
//! They are read with their user; their keys are made and revoked through `ostor-users`.

use reqwest::Method;

use super::{
    Account, Client, Error, UserId,
    call::{Call, Repeat},
    json::{Node, parse},
    users::{SERVICE as USERS, Whom, account},
};

const SERVICE: &str = "ostor-accounts";
const NAME: &str = "accountName";

impl Client {
    /// Makes an account with one key pair. Never sent twice. The guide's prose says PUT; its example and the reference
    /// POST.
    pub async fn create_account(&self, owner: &UserId, name: &str) -> Result<Account, Error> {
        let call = Call::change(Method::POST, SERVICE, Repeat::Harmful).with_answer();
        let call = self.select(call.param("id", owner.as_str()), (NAME, name))?;
        self.ask(call, |body| account(&Node::root(&parse(body)?)))
            .await
    }

    /// Deletes an account with its keys. One that does not exist counts as deleted. May be repeated.
    pub async fn delete_account(&self, owner: &UserId, name: &str) -> Result<(), Error> {
        let call = Call::change(Method::DELETE, SERVICE, Repeat::Harmless);
        let call = self.select(call.param("id", owner.as_str()), (NAME, name))?;
        self.remove(call).await
    }

    /// Makes one more key pair for an account, of at most two. Never sent twice. The answer is about the user, and
    /// whether the new pair is in it is not documented: read the user before and after.
    pub async fn generate_account_key(
        &self,
        whom: impl Into<Whom<'_>>,
        name: &str,
    ) -> Result<(), Error> {
        let call = Call::change(Method::POST, USERS, Repeat::Harmful);
        let call = self.select(call, whom.into().selector())?;
        self.change(self.select(call, (NAME, name))?.action("genKey"))
            .await
    }

    /// Takes a key pair from an account. A pair that does not exist counts as revoked. May be repeated.
    pub async fn revoke_account_key(
        &self,
        whom: impl Into<Whom<'_>>,
        name: &str,
        key_id: &str,
    ) -> Result<(), Error> {
        let mut call = Call::change(Method::POST, USERS, Repeat::Harmless);
        call.name.push_str("&revokeKey");
        let call = self.select(call, whom.into().selector())?;
        let call = self.select(call, (NAME, name))?;
        self.remove(self.select(call, ("revokeKey", key_id))?).await
    }
}
