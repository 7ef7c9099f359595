//! One run of metering of a kind, and of deleting, per cluster at a time, in whichever process: services and commands
//! beside them. The kinds do not wait for each other: a backlog of statistics can take hours, and so can a customer's data.

use std::fs::{File, TryLockError};
use std::time::{Duration, Instant};

use super::leases::{Lease, Watch};
use super::{Error, Exclusion, Ledger};

/// How often a waiting run looks whether its turn has come.
const POLL: Duration = Duration::from_millis(100);

/// The right to count traffic or sizes of one cluster, or to delete on it; given back when dropped, and when the process
/// ends: by the system, or on a server with the lease's term.
#[derive(Debug)]
pub struct Turn {
    held: Held,
    ledger: Ledger,
}

#[derive(Debug)]
enum Held {
    File { _file: File },
    Lease(Lease),
    Nothing,
}

impl Turn {
    /// The ledger, for what is written under this right: on a server it is refused once somebody else has it.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Tells whether the right is still had: what cannot be taken back is done only then.
    pub fn watch(&self) -> Watch {
        match &self.held {
            Held::Lease(lease) => lease.watch(),
            Held::File { .. } | Held::Nothing => Watch::default(),
        }
    }

    /// Returns when the right is lost to somebody else, which only happens on a server.
    pub async fn lost(&self) {
        match &self.held {
            Held::Lease(lease) => lease.lost().await,
            Held::File { .. } | Held::Nothing => std::future::pending().await,
        }
    }
}

impl Ledger {
    /// Waits for the right to count statistics of `cluster`, at most `patience`; `None` when it did not come.
    ///
    /// # Errors
    /// [`Error::Claim`] when the file that stands for it cannot be used, [`Error::Statement`].
    pub async fn metering_turn(
        &self,
        cluster: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        self.turn(cluster, "metering", patience).await
    }

    /// The same for bucket sizes. Who needs both waits for the right to count statistics first.
    ///
    /// # Errors
    /// [`Error::Claim`] when the file that stands for it cannot be used, [`Error::Statement`].
    pub async fn sizes_turn(
        &self,
        cluster: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        self.turn(cluster, "sizes", patience).await
    }

    /// The same for deleting what terminated customers left.
    ///
    /// # Errors
    /// [`Error::Claim`] when the file that stands for it cannot be used, [`Error::Statement`].
    pub async fn purge_turn(
        &self,
        cluster: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        self.turn(cluster, "purge", patience).await
    }

    /// Waits until this process is the one that does by itself what there is to do on `cluster`, for ever: whoever wants
    /// less drops this. Over a file there is one service only.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn lead(&self, cluster: &str) -> Result<Turn, Error> {
        let held = match &self.exclusion {
            Exclusion::Files { .. } => Held::Nothing,
            Exclusion::Leases(leases) => {
                let turns = ["metering", "sizes", "purge"].map(|kind| format!("{kind}:{cluster}"));
                Held::Lease(leases.take(&jobs_of(cluster), &turns).await?)
            }
        };
        Ok(Turn {
            held,
            ledger: self.clone(),
        })
    }

    /// Whether this process is the one that does by itself what there is to do on `cluster`.
    #[must_use]
    pub fn leads(&self, cluster: &str) -> bool {
        match &self.exclusion {
            Exclusion::Files { .. } => true,
            Exclusion::Leases(leases) => leases.has(&jobs_of(cluster)),
        }
    }

    async fn turn(
        &self,
        cluster: &str,
        kind: &str,
        patience: Duration,
    ) -> Result<Option<Turn>, Error> {
        let deadline = Instant::now() + patience;
        match &self.exclusion {
            Exclusion::Files { ledger, .. } => {
                let path = format!("{ledger}.{cluster}.{kind}.lock");
                let file = locked(path, deadline).await?;
                Ok(file.map(|file| Turn {
                    held: Held::File { _file: file },
                    ledger: self.clone(),
                }))
            }
            Exclusion::Leases(leases) => {
                let name = format!("{kind}:{cluster}");
                let lease = leases.take_by(&name, deadline).await?;
                Ok(lease.map(|lease| Turn {
                    ledger: self.under(Some(lease.fence())),
                    held: Held::Lease(lease),
                }))
            }
        }
    }
}

/// Name of the right to do what there is to do on a cluster.
fn jobs_of(cluster: &str) -> String {
    format!("jobs:{cluster}")
}

async fn locked(path: String, deadline: Instant) -> Result<Option<File>, Error> {
    let claim = |error| Error::Claim(path.clone(), error);
    let file = File::create(&path).map_err(claim)?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(None),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
            Err(TryLockError::Error(error)) => return Err(claim(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::testing::Place;

    #[tokio::test]
    async fn a_cluster_has_one_run_at_a_time() {
        let place = Place::new().await;
        let (one, other) = (place.ledger().await, place.open().await);
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
