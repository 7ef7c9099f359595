//! What is compared with a cluster: all rows at once, and what was done last to a service.

use std::collections::HashMap;

use sqlx::FromRow;

use super::sql::{query, query_scalar};
use super::{Account, Error, Ledger, ServiceKey};

/// All that is on record of a cluster.
#[derive(Debug, Default)]
pub struct Records {
    /// Rows of all WHMCS installations, by installation and number.
    pub accounts: Vec<Account>,
    /// Place in `accounts` by S3 user; users before the present one included.
    pub owners: HashMap<String, usize>,
}

/// The last call about a service.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct LastCall {
    /// Its number; later ones are larger.
    pub id: i64,
    /// In ms since 1970.
    pub started_at: i64,
    /// Absent while it runs, and when it was interrupted.
    pub outcome: Option<String>,
}

impl Ledger {
    /// All that is on record of a cluster, as it was at one moment.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn records(&self, cluster: &str) -> Result<Records, Error> {
        let mut tx = self.snapshot().await?;
        let accounts: Vec<Account> =
            query("SELECT * FROM accounts WHERE cluster = ? ORDER BY client, service_id")
                .bind(cluster)
                .fetch_all(&mut tx)
                .await?;
        let owners: Vec<(String, i64)> =
            query("SELECT user_id, account FROM account_users WHERE cluster = ?")
                .bind(cluster)
                .fetch_all(&mut tx)
                .await?;
        tx.commit().await?;
        let places: HashMap<i64, usize> = accounts
            .iter()
            .enumerate()
            .map(|(place, account)| (account.id, place))
            .collect();
        let owners = owners
            .into_iter()
            .filter_map(|(user, account)| Some((user, *places.get(&account)?)))
            .collect();
        Ok(Records { accounts, owners })
    }

    /// The last call about a service.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn last_call(&self, service: &ServiceKey) -> Result<Option<LastCall>, Error> {
        Ok(query(
            "SELECT id, started_at, outcome FROM operations
             WHERE client = ? AND cluster = ? AND service_id = ? ORDER BY id DESC LIMIT 1",
        )
        .bind(&service.client)
        .bind(&service.cluster)
        .bind(service.service_id)
        .fetch_optional(&self.pool)
        .await?)
    }

    /// Whether a call to terminate the service ended well since one that brought it to life did.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn was_terminated(&self, service: &ServiceKey) -> Result<bool, Error> {
        let last: Option<String> = query_scalar(
            "SELECT method FROM operations
             WHERE client = ? AND cluster = ? AND service_id = ? AND outcome = 'success'
                 AND method IN ('TerminateAccount', 'CreateAccount', 'UnsuspendAccount', 'adoption.apply')
             ORDER BY id DESC LIMIT 1",
        )
        .bind(&service.client)
        .bind(&service.cluster)
        .bind(service.service_id)
        .fetch_optional(&self.pool)
        .await?;
        Ok(last.as_deref() == Some("TerminateAccount"))
    }

    /// S3 users of no account that store something, or used something since `month` (as [`super::month_of`] counts).
    /// Requests without a user are left out.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn users_without_account(
        &self,
        cluster: &str,
        month: i64,
    ) -> Result<Vec<String>, Error> {
        Ok(query_scalar(
            "SELECT user_id FROM (
                 SELECT user_id FROM usage_months WHERE cluster = ?1 AND month >= ?2
                     AND ops_put + ops_get + ops_list + ops_other + uploaded + downloaded > 0
                 UNION SELECT owner_id FROM buckets WHERE cluster = ?1 AND missing_since IS NULL AND current > 0) AS users
             WHERE user_id NOT IN (SELECT user_id FROM account_users WHERE cluster = ?1)
             ORDER BY user_id",
        )
        .bind(cluster)
        .bind(month)
        .fetch_all(&self.pool)
        .await?)
    }
}
