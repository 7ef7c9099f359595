//! Where the ledger is.

use std::path::PathBuf;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use sqlx::sqlite::SqliteConnectOptions;

use super::{Error, Ledger};

impl Ledger {
    /// The file of the ledger at `url` when it does not exist. A relative one begins at the current folder.
    ///
    /// # Errors
    /// [`Error::Open`] for a bad URL.
    pub fn missing(url: &SecretString) -> Result<Option<PathBuf>, Error> {
        let options = SqliteConnectOptions::from_str(url.expose_secret()).map_err(Error::Open)?;
        let file = options.get_filename();
        let place = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        Ok((!file.exists()).then_some(place))
    }
}
