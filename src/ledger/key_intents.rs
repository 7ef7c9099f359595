//! What was there before a key pair was asked for.

use super::sql::{query, query_scalar};
use super::{Error, Ledger, transact};

/// Who is to get a key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHolder<'a> {
    /// Name of the cluster.
    pub cluster: &'a str,
    /// The S3 user.
    pub user_id: &'a str,
    /// A sub-account of it; `None` is the user itself.
    pub sub_account: Option<&'a str>,
}

/// What the holder had when a pair was asked for that is not handed out yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyIntent {
    /// There was no such sub-account.
    NoHolder,
    /// These pairs, by their ids.
    Pairs(Vec<String>),
}

impl KeyIntent {
    /// Whether the pair was there before, so that the call did not make it.
    #[must_use]
    pub fn had(&self, key_id: &str) -> bool {
        match self {
            Self::NoHolder => false,
            Self::Pairs(ids) => ids.iter().any(|id| id == key_id),
        }
    }
}

impl KeyHolder<'_> {
    fn name(&self) -> &str {
        self.sub_account.unwrap_or_default()
    }
}

impl Ledger {
    /// The intent that no answer has ended yet.
    ///
    /// # Errors
    /// [`Error::Statement`], [`Error::Corrupt`].
    pub async fn key_intent(&self, holder: KeyHolder<'_>) -> Result<Option<KeyIntent>, Error> {
        let row: Option<Option<String>> = query_scalar(
            "SELECT pairs FROM key_intents WHERE cluster = ? AND user_id = ? AND sub_account = ?",
        )
        .bind(holder.cluster)
        .bind(holder.user_id)
        .bind(holder.name())
        .fetch_optional(&self.pool)
        .await?;
        match row {
            None => Ok(None),
            Some(None) => Ok(Some(KeyIntent::NoHolder)),
            Some(Some(pairs)) => serde_json::from_str(&pairs)
                .map(|pairs| Some(KeyIntent::Pairs(pairs)))
                .map_err(|error| Error::Corrupt(format!("key pairs {pairs}: {error}"))),
        }
    }

    /// Records what there is before a pair is asked for.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn intend_key(&self, holder: KeyHolder<'_>, intent: &KeyIntent) -> Result<(), Error> {
        let pairs = match intent {
            KeyIntent::NoHolder => None,
            KeyIntent::Pairs(ids) => Some(
                serde_json::to_string(ids).map_err(|error| Error::Corrupt(error.to_string()))?,
            ),
        };
        transact!(self, |tx| {
            query("INSERT INTO key_intents (cluster, user_id, sub_account, pairs) VALUES (?, ?, ?, ?)")
                .bind(holder.cluster)
                .bind(holder.user_id)
                .bind(holder.name())
                .bind(&pairs)
                .or_update("cluster, user_id, sub_account", "pairs = excluded.pairs")
                .execute(tx)
                .await?;
            Ok(())
        })
    }

    /// Ends the intent. With `handed_out`, an account's row and a key id, that pair is from now on the one the
    /// service was given last.
    ///
    /// # Errors
    /// [`Error::Statement`]; then the intent stands and the row is as it was.
    pub async fn end_key_intent(
        &self,
        holder: KeyHolder<'_>,
        handed_out: Option<(i64, &str)>,
    ) -> Result<(), Error> {
        transact!(self, |tx| {
            if let Some((account, key_id)) = handed_out {
                query("UPDATE accounts SET access_key_id = ?, updated_at = ? WHERE id = ?")
                    .bind(key_id)
                    .bind(self.now_ms())
                    .bind(account)
                    .execute(&mut *tx)
                    .await?;
            }
            query("DELETE FROM key_intents WHERE cluster = ? AND user_id = ? AND sub_account = ?")
                .bind(holder.cluster)
                .bind(holder.user_id)
                .bind(holder.name())
                .execute(tx)
                .await?;
            Ok(())
        })
    }
}
