//! The record of calls: the intent before, the outcome after.

use sqlx::FromRow;

use super::sql::{Builder, query};
use super::{Error, Ledger, transact};

/// Number of a recorded call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationId(i64);

/// What a call is about to do.
#[derive(Clone, Copy, Debug)]
pub struct Act<'a> {
    /// Name of the WHMCS installation.
    pub client: &'a str,
    /// Name of the cluster.
    pub cluster: &'a str,
    /// WHMCS's number of the service it is about.
    pub service_id: Option<i64>,
    /// The person, as WHMCS names it; absent for WHMCS itself.
    pub actor: Option<&'a str>,
    /// The method.
    pub method: &'a str,
    /// The S3 user it is about.
    pub user_id: Option<&'a str>,
    /// A bucket, key, account, address or object it is about; never a secret.
    pub subject: Option<&'a str>,
    /// A plan, policy or reason.
    pub detail: Option<&'a str>,
    /// Id of the request.
    pub request_id: &'a str,
}

/// A call on record.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Operation {
    /// Its number; later ones are larger.
    pub id: i64,
    /// Name of the WHMCS installation.
    pub client: String,
    /// The person; absent for WHMCS itself.
    pub actor: Option<String>,
    /// The method.
    pub method: String,
    /// The service, when it was about one.
    pub service_id: Option<i64>,
    /// The S3 user, when it was about one that was known before.
    pub user_id: Option<String>,
    /// What else it was about.
    pub subject: Option<String>,
    /// Id of the request.
    pub request_id: String,
    /// In ms since 1970.
    pub started_at: i64,
    /// `success` or the reason word of its error; absent while it runs, and when it was interrupted.
    pub outcome: Option<String>,
}

impl Ledger {
    /// Records what a call is about to do.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn begin_operation(&self, act: &Act<'_>) -> Result<OperationId, Error> {
        transact!(self, |tx| {
            let insert = query(
                "INSERT INTO operations
                     (client, cluster, service_id, actor, method, user_id, subject, detail, request_id, started_at)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            );
            let done = insert
                .bind(act.client)
                .bind(act.cluster)
                .bind(act.service_id)
                .bind(act.actor)
                .bind(act.method)
                .bind(act.user_id)
                .bind(act.subject)
                .bind(act.detail)
                .bind(act.request_id)
                .bind(self.now_ms())
                .execute(tx)
                .await?;
            Ok(OperationId(done.last_id))
        })
    }

    /// Calls on record of a cluster, the latest first: those before number `before`, about the user or the service when
    /// one is given.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn operations(
        &self,
        cluster: &str,
        user_id: Option<&str>,
        service_id: Option<i64>,
        before: i64,
        most: i64,
    ) -> Result<Vec<Operation>, Error> {
        let mut sql = Builder::new("SELECT * FROM operations WHERE cluster = ");
        sql.push_bind(cluster).push(" AND id < ").push_bind(before);
        if let Some(user_id) = user_id {
            sql.push(" AND user_id = ").push_bind(user_id);
        }
        if let Some(service_id) = service_id {
            sql.push(" AND service_id = ").push_bind(service_id);
        }
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(most);
        Ok(sql.build().fetch_all(&self.pool).await?)
    }

    /// Records how the call ended: `success` or the reason word of its error.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn finish_operation(&self, id: OperationId, outcome: &str) -> Result<(), Error> {
        transact!(self, |tx| {
            query("UPDATE operations SET finished_at = ?, outcome = ? WHERE id = ?")
                .bind(self.now_ms())
                .bind(outcome)
                .bind(id.0)
                .execute(tx)
                .await?;
            Ok(())
        })
    }
}
