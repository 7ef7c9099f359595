//! Key pairs whose origin is known, by their ids. They stay for ever: an id never comes again.

use std::collections::HashSet;

use super::sql::{Tx, query, query_scalar};
use super::{Error, Ledger, transact};

impl Ledger {
    /// Ids of the pairs of an S3 user and its sub-accounts that were handed out here or adopted with it.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn known_keys(&self, cluster: &str, user_id: &str) -> Result<HashSet<String>, Error> {
        let ids: Vec<String> =
            query_scalar("SELECT access_key_id FROM known_keys WHERE cluster = ? AND user_id = ?")
                .bind(cluster)
                .bind(user_id)
                .fetch_all(&self.pool)
                .await?;
        Ok(ids.into_iter().collect())
    }

    /// Records where these pairs of an S3 user come from.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn know_keys(
        &self,
        cluster: &str,
        user_id: &str,
        key_ids: &[String],
    ) -> Result<(), Error> {
        transact!(self, |tx| {
            for key_id in key_ids {
                know(tx, cluster, user_id, key_id).await?;
            }
            Ok(())
        })
    }
}

/// Records one pair as part of something else.
pub(super) async fn know(
    tx: &mut Tx,
    cluster: &str,
    user_id: &str,
    key_id: &str,
) -> Result<(), Error> {
    query("INSERT INTO known_keys (cluster, user_id, access_key_id) VALUES (?, ?, ?)")
        .bind(cluster)
        .bind(user_id)
        .bind(key_id)
        .or_ignore("access_key_id")
        .execute(tx)
        .await?;
    Ok(())
}
