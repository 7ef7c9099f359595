//! Tokens of callers that were used, for ledgers that several replicas share.

use super::sql::{Builder, Pool, query};
use super::{Error, Ledger};

/// Most rows that one call forgets.
const FORGET: i64 = 500;

/// Whether a token was new to the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spent {
    /// It was, and is not any more.
    Now,
    /// It was used before, perhaps at another replica.
    Before,
}

impl Ledger {
    /// Whether other processes take tokens too.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.pool, Pool::MySql(_))
    }

    /// Marks a token, by a print of it, as used until `ends_at`, in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn spend_token(&self, print: &[u8; 16], ends_at: i64) -> Result<Spent, Error> {
        let mut insert = Builder::new("INSERT INTO spent_tokens (print, ends_at) VALUES ");
        insert.push("(").push_bind(&print[..]);
        insert.push(", ").push_bind(ends_at).push(")");
        match insert
            .build()
            .execute(&self.pool)
            .await
            .map_err(Error::from)
        {
            Ok(_) => Ok(Spent::Now),
            Err(Error::Taken(_)) => Ok(Spent::Before),
            Err(error) => Err(error),
        }
    }

    /// Forgets some tokens that ended before `until`, in seconds since 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn forget_tokens(&self, until: i64) -> Result<(), Error> {
        query("DELETE FROM spent_tokens WHERE ends_at < ? ORDER BY ends_at LIMIT ?")
            .bind(until)
            .bind(FORGET)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
