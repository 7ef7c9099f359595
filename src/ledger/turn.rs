//! One run of metering of a kind, and of deleting, per cluster at a time, in whichever process: a service and a command
//! beside it. The kinds do not wait for each other: a backlog of statistics can take hours, and so can a customer's data.

use std::fs::{File, TryLockError};
use std::time::Duration;

use super::{Error, Ledger};

/// How often a waiting run looks whether its turn has come.
const POLL: Duration = Duration::from_millis(100);

/// The right to count traffic or sizes of one cluster, or to delete on it; given back when dropped, and by the system when the process ends.
#[derive(Debug)]
pub struct Turn {
    _file: File,
}

impl Ledger {
    /// Waits for the right to count statistics of `cluster`, at most `patience`; `None` when it did not come.
    ///
    /// # Errors
    /// [`Error::Claim`] when the file that stands for it cannot be used.
    pub async fn metering_turn(
        &self,
        cluster: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        turn(format!("{}.{cluster}.metering.lock", self.file), patience).await
    }

    /// The same for bucket sizes. Who needs both waits for the right to count statistics first.
    ///
    /// # Errors
    /// [`Error::Claim`] when the file that stands for it cannot be used.
    pub async fn sizes_turn(
        &self,
        cluster: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        turn(format!("{}.{cluster}.sizes.lock", self.file), patience).await
    }

    /// The same for deleting what terminated customers left.
    ///
    /// # Errors
    /// [`Error::Claim`] when the file that stands for it cannot be used.
    pub async fn purge_turn(
        &self,
        cluster: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        turn(format!("{}.{cluster}.purge.lock", self.file), patience).await
    }
}

async fn turn(path: String, patience: Duration) -> Result<Option<Turn>, Error> {
    let file = File::create(&path).map_err(|error| Error::Claim(path.clone(), error))?;
    let waiting = async {
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                Err(TryLockError::Error(error)) => return Err(Error::Claim(path, error)),
            }
        }
    };
    match tokio::time::timeout(patience, waiting).await {
        Ok(Ok(())) => Ok(Some(Turn { _file: file })),
        Ok(Err(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test]
    async fn a_cluster_has_one_run_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let open = async || Ledger::open(&url.clone().into(), Clock::default()).await;
        let (one, other) = (open().await.expect("open"), open().await.expect("open"));
        let short = Duration::from_millis(150);
        let turn = one.metering_turn("eu1", short).await.expect("a file");
        assert!(turn.is_some());
        let sizes = other.sizes_turn("eu1", short).await.expect("a file");
        assert!(sizes.is_some());
        assert!(
            other
                .metering_turn("eu1", short)
                .await
                .expect("a file")
                .is_none()
        );
        assert!(
            other
                .metering_turn("eu2", short)
                .await
                .expect("a file")
                .is_some()
        );
        drop(turn);
        assert!(
            other
                .metering_turn("eu1", short)
                .await
                .expect("a file")
                .is_some()
        );
    }
}
