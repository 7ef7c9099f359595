//! The rows of `accounts`: one per service.

use std::collections::HashMap;

use sqlx::FromRow;

use super::known_keys::know;
use super::sql::{Builder, Query, Tx, query, query_scalar};
use super::{Error, Ledger, transact};

/// What names a service: WHMCS installation, cluster, and WHMCS's number.
#[derive(Clone, Debug, FromRow, PartialEq, Eq, Hash)]
pub struct ServiceKey {
    /// Name of the WHMCS installation (the token's `kid`).
    pub client: String,
    /// Name of the cluster.
    pub cluster: String,
    /// WHMCS's service number, 1 to 4 294 967 295.
    pub service_id: i64,
}

/// How far a service has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// The intent to create is recorded; the S3 user may or may not exist.
    Creating,
    /// The S3 user exists and is enabled.
    Active,
    /// The S3 user exists and is disabled.
    Suspended,
    /// The deletion was begun and not yet confirmed.
    Terminating,
    /// The S3 user is deleted.
    Terminated,
}

impl AccountState {
    const ALL: [Self; 5] = [
        Self::Creating,
        Self::Active,
        Self::Suspended,
        Self::Terminating,
        Self::Terminated,
    ];

    /// The word in the ledger and in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creating => "creating",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Terminating => "terminating",
            Self::Terminated => "terminated",
        }
    }
}

impl TryFrom<String> for AccountState {
    type Error = sqlx::Error;

    fn try_from(word: String) -> Result<Self, sqlx::Error> {
        let found = Self::ALL.into_iter().find(|state| state.as_str() == word);
        found.ok_or_else(|| sqlx::Error::Decode(format!("account state `{word}`").into()))
    }
}

/// One row.
#[derive(Clone, Debug, FromRow)]
pub struct Account {
    /// Key of the row.
    pub id: i64,
    /// What the row is about.
    #[sqlx(flatten)]
    pub service: ServiceKey,
    /// WHMCS's number of the customer, when known.
    pub client_id: Option<i64>,
    /// The customer's e-mail address, when known.
    pub email: Option<String>,
    /// E-mail address of the S3 user.
    pub identity: String,
    /// The S3 user, once known and until deleted.
    pub user_id: Option<String>,
    /// The S3 user before this one.
    pub former_user_id: Option<String>,
    /// The key pair last handed out.
    pub access_key_id: Option<String>,
    /// How far it has come.
    #[sqlx(try_from = "String")]
    pub state: AccountState,
    /// The plan as JSON, when known.
    pub plan: Option<String>,
    /// When the identity was found absent, in ms since 1970: the proof that a user who has it
    /// later is ours.
    pub absent_at: Option<i64>,
    /// When an S3 user that was not made here became the service's, in ms since 1970. Others may have its address.
    pub adopted_at: Option<i64>,
    /// When the row was made, in ms since 1970.
    pub created_at: i64,
}

/// What is recorded before an S3 user is made.
#[derive(Clone, Debug)]
pub struct Intent<'a> {
    /// The service that is to have a user.
    pub service: &'a ServiceKey,
    /// E-mail address of the S3 user.
    pub identity: &'a str,
    /// WHMCS's number of the customer.
    pub client_id: i64,
    /// The customer's e-mail address.
    pub email: &'a str,
    /// The plan as JSON.
    pub plan: &'a str,
}

impl Ledger {
    /// The services that S3 users of a cluster belong to, by user; users that belong to none are absent.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn services_of_users(
        &self,
        cluster: &str,
        users: &[&str],
    ) -> Result<HashMap<String, Account>, Error> {
        let mut services = HashMap::new();
        for users in users.chunks(1000) {
            let mut sql = Builder::new("SELECT * FROM accounts WHERE cluster = ");
            sql.push_bind(cluster).push(" AND user_id IN ");
            sql.push_list(users);
            let accounts: Vec<Account> = sql.build().fetch_all(&self.pool).await?;
            services.extend(
                accounts
                    .into_iter()
                    .filter_map(|account| Some((account.user_id.clone()?, account))),
            );
        }
        Ok(services)
    }

    /// The row of `service`, if there is one.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn account(&self, service: &ServiceKey) -> Result<Option<Account>, Error> {
        Ok(row_of(service).fetch_optional(&self.pool).await?)
    }

    /// Names of other clusters on which the same service still has an S3 user.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn other_clusters(&self, service: &ServiceKey) -> Result<Vec<String>, Error> {
        Ok(query_scalar(
            "SELECT cluster FROM accounts
             WHERE client = ? AND service_id = ? AND cluster <> ? AND state <> 'terminated'
             ORDER BY cluster",
        )
        .bind(&service.client)
        .bind(service.service_id)
        .bind(&service.cluster)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Records that the identity was just found absent and that an S3 user with it is about to be
    /// made. A user of an earlier life of the service becomes the former one.
    ///
    /// # Errors
    /// [`Error::Statement`]; [`Error::Taken`] when another service holds the identity.
    pub async fn record_intent(&self, intent: &Intent<'_>) -> Result<Account, Error> {
        let now = self.now_ms();
        let row = |sql| {
            query(sql)
                .bind(&intent.service.client)
                .bind(&intent.service.cluster)
                .bind(intent.service.service_id)
                .bind(intent.identity)
                .bind(intent.client_id)
                .bind(intent.email)
                .bind(intent.plan)
                .bind(now)
        };
        transact!(self, |tx| {
            let known = update_or_insert(
                tx,
                row("UPDATE accounts SET
                         identity = ?4, client_id = ?5, email = ?6, plan = ?7,
                         state = 'creating', absent_at = ?8, adopted_at = NULL, updated_at = ?8,
                         former_user_id = coalesce(user_id, former_user_id), user_id = NULL, access_key_id = NULL
                     WHERE client = ?1 AND cluster = ?2 AND service_id = ?3"),
                row("INSERT INTO accounts (client, cluster, service_id, identity, client_id, email, plan,
                                           state, absent_at, created_at, updated_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'creating', ?8, ?8, ?8)"),
            );
            known.await?;
            Ok(row_of(intent.service).fetch_one(tx).await?)
        })
    }

    /// Records an S3 user that is proven to belong to a service the ledger did not know, or knew
    /// as terminated; whose it was then and with which plan says nothing about this user.
    ///
    /// # Errors
    /// [`Error::Statement`]; [`Error::Taken`] when another service holds the user.
    pub async fn adopt(
        &self,
        service: &ServiceKey,
        identity: &str,
        user_id: &str,
        state: AccountState,
    ) -> Result<Account, Error> {
        let now = self.now_ms();
        let row = |sql| {
            query(sql)
                .bind(&service.client)
                .bind(&service.cluster)
                .bind(service.service_id)
                .bind(identity)
                .bind(state.as_str())
                .bind(user_id)
                .bind(now)
        };
        transact!(self, |tx| {
            let known = update_or_insert(
                tx,
                row("UPDATE accounts SET
                         identity = ?4, state = ?5, user_id = ?6, adopted_at = ?7, updated_at = ?7,
                         client_id = NULL, email = NULL, plan = NULL, access_key_id = NULL, absent_at = NULL
                     WHERE client = ?1 AND cluster = ?2 AND service_id = ?3"),
                row("INSERT INTO accounts (client, cluster, service_id, identity, state, user_id,
                                           adopted_at, created_at, updated_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?7)"),
            );
            known.await?;
            let account: Account = row_of(service).fetch_one(&mut *tx).await?;
            own(tx, &account, user_id, Some(now)).await?;
            Ok(account)
        })
    }

    /// Records that an S3 user with all it ever used belongs to service `to` of the same installation and cluster, which
    /// the ledger did not know, instead of `account`'s. Its address was not made for that service, so it proves the user as
    /// an adopted one's does. `false`: the row is not what `account` says any more.
    ///
    /// # Errors
    /// [`Error::Statement`]; [`Error::Taken`] when the ledger knows `to`.
    pub async fn hand_over(&self, account: &Account, to: i64) -> Result<bool, Error> {
        transact!(self, |tx| {
            let hand_over = query(
                "UPDATE accounts SET service_id = ?1, adopted_at = coalesce(adopted_at, ?2), updated_at = ?2
                 WHERE id = ?3 AND service_id = ?4 AND user_id = ?5 AND state IN ('active', 'suspended')",
            );
            let done = hand_over
                .bind(to)
                .bind(self.now_ms())
                .bind(account.id)
                .bind(account.service.service_id)
                .bind(&account.user_id)
                .execute(tx)
                .await?;
            Ok(done.rows == 1)
        })
    }

    /// Records the S3 user that the intent led to. All it ever stores counts as the service's.
    ///
    /// # Errors
    /// [`Error::Statement`]; [`Error::Taken`] when another service holds the user.
    pub async fn set_user(&self, account: &Account, user_id: &str) -> Result<(), Error> {
        transact!(self, |tx| {
            query("UPDATE accounts SET user_id = ?, updated_at = ? WHERE id = ?")
                .bind(user_id)
                .bind(self.now_ms())
                .bind(account.id)
                .execute(&mut *tx)
                .await?;
            own(tx, account, user_id, None).await
        })
    }

    /// Records whose service it is.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_customer(
        &self,
        account: i64,
        client_id: i64,
        email: &str,
    ) -> Result<(), Error> {
        let query =
            query("UPDATE accounts SET client_id = ?, email = ?, updated_at = ? WHERE id = ?");
        self.update(account, query.bind(client_id).bind(email))
            .await
    }

    /// Records the plan, as JSON, that the service is to have.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_plan(&self, account: i64, plan: &str) -> Result<(), Error> {
        let query = query("UPDATE accounts SET plan = ?, updated_at = ? WHERE id = ?");
        self.update(account, query.bind(plan)).await
    }

    /// Records that the S3 user is ready and which key pair was handed out.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_ready(&self, account: i64, access_key_id: &str) -> Result<(), Error> {
        self.hand_out(account, access_key_id).await?;
        self.set_state(account, AccountState::Active).await
    }

    /// Records which key pair of the service's S3 user was handed out.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn hand_out(&self, account: i64, access_key_id: &str) -> Result<(), Error> {
        transact!(self, |tx| {
            query("UPDATE accounts SET access_key_id = ?, updated_at = ? WHERE id = ?")
                .bind(access_key_id)
                .bind(self.now_ms())
                .bind(account)
                .execute(&mut *tx)
                .await?;
            let holder = query("SELECT cluster, user_id FROM accounts WHERE id = ?").bind(account);
            let (cluster, user_id): (String, Option<String>) = holder.fetch_one(&mut *tx).await?;
            match user_id {
                Some(user_id) => know(tx, &cluster, &user_id, access_key_id).await,
                None => Ok(()),
            }
        })
    }

    /// Records the address that the service's S3 user has at the gateway now, on purpose: from here on it proves the
    /// user as an adopted one's does.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_identity(&self, account: i64, identity: &str) -> Result<(), Error> {
        let query = query(
            "UPDATE accounts SET identity = ?, adopted_at = coalesce(adopted_at, ?), updated_at = ? WHERE id = ?",
        );
        let now = self.now_ms();
        self.update(account, query.bind(identity).bind(now)).await
    }

    /// Records how far the service has come.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_state(&self, account: i64, state: AccountState) -> Result<(), Error> {
        let query = query("UPDATE accounts SET state = ?, updated_at = ? WHERE id = ?");
        self.update(account, query.bind(state.as_str())).await
    }

    /// Records that the S3 user is deleted.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_terminated(&self, account: i64) -> Result<(), Error> {
        let query = query(
            "UPDATE accounts SET state = 'terminated',
                 former_user_id = coalesce(user_id, former_user_id), user_id = NULL,
                 access_key_id = NULL, absent_at = NULL, updated_at = ?
             WHERE id = ?",
        );
        self.update(account, query).await
    }

    /// Runs a statement whose last two parameters are the time and the row.
    async fn update(&self, account: i64, query: Query) -> Result<(), Error> {
        let query = query.bind(self.now_ms()).bind(account);
        transact!(self, |tx| match query.clone().execute(tx).await?.rows {
            1 => Ok(()),
            _ => Err(Error::Corrupt(format!("account row {account} is gone"))),
        })
    }
}

fn row_of(service: &ServiceKey) -> Query {
    query("SELECT * FROM accounts WHERE client = ? AND cluster = ? AND service_id = ?")
        .bind(&service.client)
        .bind(&service.cluster)
        .bind(service.service_id)
}

/// Changes the service's row, or makes it. Not one INSERT that does either: MariaDB would change the row of another
/// service that has the same address or user.
async fn update_or_insert(tx: &mut Tx, update: Query, insert: Query) -> Result<(), Error> {
    if update.execute(&mut *tx).await?.rows == 0 {
        insert.execute(tx).await?;
    }
    Ok(())
}

/// Remembers that the user's usage is the account's. `adopted_at` in ms since 1970 for one that was not made here.
async fn own(
    tx: &mut Tx,
    account: &Account,
    user_id: &str,
    adopted_at: Option<i64>,
) -> Result<(), Error> {
    query("INSERT INTO account_users (cluster, user_id, account, adopted_at) VALUES (?, ?, ?, ?)")
        .bind(&account.service.cluster)
        .bind(user_id)
        .bind(account.id)
        .bind(adopted_at)
        .or_update("cluster, user_id", "account = excluded.account")
        .execute(tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::Place;

    fn service(service_id: i64) -> ServiceKey {
        ServiceKey {
            client: "whmcs".into(),
            cluster: "eu1".into(),
            service_id,
        }
    }

    /// Fails when two services can have one user, or two the address that one of them is about to make a user with.
    #[tokio::test]
    async fn two_services_never_hold_one_user_or_one_identity_that_is_made() {
        let place = Place::new().await;
        let ledger = place.ledger().await;
        let adopt = async |id, identity, user| {
            let state = AccountState::Active;
            ledger.adopt(&service(id), identity, user, state).await
        };
        adopt(1, "one", "user1").await.expect("the first");
        let error = adopt(2, "two", "user1").await.expect_err("taken");
        assert!(matches!(error, Error::Taken(_)), "{error:?}");
        assert!(ledger.account(&service(2)).await.expect("a look").is_none());
        // Users that others made may share an address.
        adopt(2, "one", "user2").await.expect("another user");
        let intend = async |id| {
            let service = service(id);
            let intent = Intent {
                service: &service,
                identity: "made",
                client_id: 1,
                email: "",
                plan: "{}",
            };
            ledger.record_intent(&intent).await
        };
        intend(3).await.expect("the first");
        let error = intend(4).await.expect_err("taken");
        assert!(matches!(error, Error::Taken(_)), "{error:?}");
    }
}
