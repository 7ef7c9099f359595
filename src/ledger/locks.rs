//! One writer per service at a time. A waiting call goes on when the one before it has ended.
//!
//! Within a process each service has its lock. Over a file a command beside the service works alone: it holds a file for
//! itself that the calls of the service share. On a server each service has a lease, whoever works on it.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OwnedMutexGuard;

use super::leases::{Lease, Watch};
use super::{Error, Exclusion, Ledger, ServiceKey};

/// The WHMCS installation and the service's number. Not the cluster: a service that is created on
/// two at once must find itself on the other.
type Key = (String, i64);

/// How often a call looks whether a command beside the service has ended, and the other way round.
const POLL: Duration = Duration::from_millis(20);

type Table = HashMap<Key, Arc<tokio::sync::Mutex<()>>>;

/// The locks that are held or waited for; empty when nothing is under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Locks(Arc<Mutex<Table>>);

impl Locks {
    fn table(&self) -> MutexGuard<'_, Table> {
        // A panic elsewhere cannot leave the map half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to change one service; given back when dropped.
#[derive(Debug)]
pub struct ServiceLock {
    guard: Option<OwnedMutexGuard<()>>,
    beyond: Beyond,
    locks: Locks,
    key: Key,
    ledger: Ledger,
}

/// What is held against other processes.
#[derive(Debug)]
enum Beyond {
    Nothing,
    File { _file: File },
    Lease(Lease),
}

impl ServiceLock {
    /// The ledger, for what is written under this right: on a server it is refused once somebody else has it.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Tells whether the right is still had: what cannot be taken back is done only then.
    pub fn watch(&self) -> Watch {
        match &self.beyond {
            Beyond::Lease(lease) => lease.watch(),
            Beyond::Nothing | Beyond::File { .. } => Watch::default(),
        }
    }
}

impl Drop for ServiceLock {
    fn drop(&mut self) {
        let mut table = self.locks.table();
        self.guard = None;
        // Only the table holds it now: nobody waits.
        if table
            .get(&self.key)
            .is_some_and(|lock| Arc::strong_count(lock) == 1)
        {
            table.remove(&self.key);
        }
    }
}

impl Ledger {
    /// Waits for the right to change `service`, at most `patience`; `None` when it did not come.
    ///
    /// # Errors
    /// [`Error::Claim`], [`Error::Statement`].
    pub async fn lock(
        &self,
        service: &ServiceKey,
        patience: Duration,
    ) -> Result<Option<ServiceLock>, Error> {
        let deadline = Instant::now() + patience;
        let key = (service.client.clone(), service.service_id);
        let lock = Arc::clone(self.locks.table().entry(key.clone()).or_default());
        // Made before waiting, so that a call that gives up cleans the table too.
        let mut held = ServiceLock {
            guard: None,
            beyond: Beyond::Nothing,
            locks: self.locks.clone(),
            key,
            ledger: self.clone(),
        };
        match tokio::time::timeout_at(deadline.into(), lock.lock_owned()).await {
            Ok(guard) => held.guard = Some(guard),
            Err(_) => return Ok(None),
        }
        held.beyond = match &self.exclusion {
            Exclusion::Files { ledger, alone } => {
                match among_processes(ledger, *alone, deadline).await? {
                    Some(beyond) => beyond,
                    None => return Ok(None),
                }
            }
            Exclusion::Leases(leases) => {
                let name = format!("service:{}:{}", service.client, service.service_id);
                match leases.take_by(&name, deadline).await? {
                    Some(lease) => {
                        held.ledger = self.under(Some(lease.fence()));
                        Beyond::Lease(lease)
                    }
                    None => return Ok(None),
                }
            }
        };
        Ok(Some(held))
    }

    /// From now on the locks of this handle keep the service out, and its calls keep them out: for a command beside it.
    #[must_use]
    pub fn beside_a_service(mut self) -> Self {
        if let Exclusion::Files { alone, .. } = &mut self.exclusion {
            *alone = true;
        }
        self
    }
}

/// The file of all processes; none for a ledger in memory.
async fn among_processes(
    ledger: &str,
    alone: bool,
    deadline: Instant,
) -> Result<Option<Beyond>, Error> {
    if !Path::new(ledger).exists() {
        return Ok(Some(Beyond::Nothing));
    }
    let path = format!("{ledger}.services.lock");
    let claim = |error| Error::Claim(path.clone(), error);
    let file = File::create(&path).map_err(claim)?;
    loop {
        let locked = match alone {
            true => file.try_lock(),
            false => file.try_lock_shared(),
        };
        match locked {
            Ok(()) => return Ok(Some(Beyond::File { _file: file })),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(None),
            Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
            Err(TryLockError::Error(error)) => return Err(claim(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;
    use crate::ledger::Limits;
    use crate::ledger::testing::Place;

    fn key(service_id: i64) -> ServiceKey {
        ServiceKey {
            client: "whmcs".into(),
            cluster: "eu1".into(),
            service_id,
        }
    }

    async fn ledger() -> Ledger {
        let url = "sqlite::memory:".into();
        let ledger = Ledger::open(&url, Limits::default(), Clock::default()).await;
        ledger.expect("an in-memory ledger opens")
    }

    async fn lock(ledger: &Ledger, service_id: i64, patience: Duration) -> Option<ServiceLock> {
        let held = ledger.lock(&key(service_id), patience).await;
        held.expect("the files can be locked")
    }

    #[tokio::test]
    async fn one_service_has_one_writer_and_others_do_not_wait() {
        let ledger = ledger().await;
        let short = Duration::from_millis(20);
        let held = lock(&ledger, 1, short).await.expect("free");
        assert!(lock(&ledger, 1, short).await.is_none());
        assert!(lock(&ledger, 2, short).await.is_some());
        drop(held);
        assert!(lock(&ledger, 1, short).await.is_some());
    }

    /// Fails when a command can change a service while a call of the service works, or the other way round.
    #[tokio::test]
    async fn a_command_and_the_service_take_turns() {
        let place = Place::in_file();
        let service = place.open().await;
        let command = place.open().await.beside_a_service();
        let short = Duration::from_millis(60);
        let one = lock(&service, 1, short).await.expect("free");
        let two = lock(&service, 2, short).await.expect("shared");
        assert!(lock(&command, 3, short).await.is_none());
        drop((one, two));
        let alone = lock(&command, 3, short).await.expect("free");
        assert!(lock(&service, 1, short).await.is_none());
        drop(alone);
        assert!(lock(&service, 1, short).await.is_some());
    }

    #[tokio::test]
    async fn the_table_is_empty_when_nothing_is_under_way() {
        let ledger = ledger().await;
        let held = lock(&ledger, 1, Duration::from_secs(1)).await;
        let given_up = lock(&ledger, 1, Duration::from_millis(5)).await;
        assert!(held.is_some() && given_up.is_none());
        drop(held);
        assert!(ledger.locks.table().is_empty());
    }
}
