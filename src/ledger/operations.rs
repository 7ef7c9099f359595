//! The record of calls: the intent before, the outcome after.

use super::{Error, Ledger, ServiceKey};

/// Number of a recorded call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OperationId(i64);

impl Ledger {
    /// Records that `method` is about to work on `service`.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn begin_operation(
        &self,
        service: &ServiceKey,
        method: &str,
        detail: Option<&str>,
        request_id: &str,
    ) -> Result<OperationId, Error> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "INSERT INTO operations (client, cluster, service_id, method, detail, request_id, started_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&service.client)
        .bind(&service.cluster)
        .bind(service.service_id)
        .bind(method)
        .bind(detail)
        .bind(request_id)
        .bind(self.now_ms())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(OperationId(done.last_insert_rowid()))
    }

    /// Records how the call ended: `success` or the reason word of its error.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn finish_operation(&self, id: OperationId, outcome: &str) -> Result<(), Error> {
        let mut tx = self.write().await?;
        sqlx::query("UPDATE operations SET finished_at = ?, outcome = ? WHERE id = ?")
            .bind(self.now_ms())
            .bind(outcome)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
