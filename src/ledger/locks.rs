//! One writer per service at a time. A waiting call goes on when the one before it has ended.
//!
//! Within a process each service has its lock. A command beside the service works alone: it holds a file for itself that
//! the calls of the service share.

use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::{Ledger, ServiceKey};

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
    _file: Option<File>,
    locks: Locks,
    key: Key,
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
    pub async fn lock(&self, service: &ServiceKey, patience: Duration) -> Option<ServiceLock> {
        let key = (service.client.clone(), service.service_id);
        let lock = Arc::clone(self.locks.table().entry(key.clone()).or_default());
        // Made before waiting, so that a call that gives up cleans the table too.
        let mut held = ServiceLock {
            guard: None,
            _file: None,
            locks: self.locks.clone(),
            key,
        };
        let waiting = async {
            held.guard = Some(lock.lock_owned().await);
            self.among_processes().await
        };
        match tokio::time::timeout(patience, waiting).await {
            Ok(Ok(file)) => {
                held._file = file;
                Some(held)
            }
            Ok(Err(error)) => {
                tracing::error!(%error, "the file that keeps commands and service apart cannot be locked");
                None
            }
            Err(_) => None,
        }
    }

    /// From now on the locks of this handle keep the service out, and its calls keep them out: for a command beside it.
    #[must_use]
    pub fn beside_a_service(mut self) -> Self {
        self.alone = true;
        self
    }

    /// The file of all processes; none for a ledger in memory.
    async fn among_processes(&self) -> std::io::Result<Option<File>> {
        if !Path::new(&self.file).exists() {
            return Ok(None);
        }
        let file = File::create(format!("{}.services.lock", self.file))?;
        loop {
            let locked = match self.alone {
                true => file.try_lock(),
                false => file.try_lock_shared(),
            };
            match locked {
                Ok(()) => return Ok(Some(file)),
                Err(TryLockError::WouldBlock) => tokio::time::sleep(POLL).await,
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    fn key(service_id: i64) -> ServiceKey {
        ServiceKey {
            client: "whmcs".into(),
            cluster: "eu1".into(),
            service_id,
        }
    }

    async fn ledger() -> Ledger {
        Ledger::open(&"sqlite::memory:".into(), Clock::default())
            .await
            .expect("an in-memory ledger opens")
    }

    #[tokio::test]
    async fn one_service_has_one_writer_and_others_do_not_wait() {
        let ledger = ledger().await;
        let short = Duration::from_millis(20);
        let held = ledger.lock(&key(1), short).await.expect("free");
        assert!(ledger.lock(&key(1), short).await.is_none());
        assert!(ledger.lock(&key(2), short).await.is_some());
        drop(held);
        assert!(ledger.lock(&key(1), short).await.is_some());
    }

    /// Fails when a command can change a service while a call of the service works, or the other way round.
    #[tokio::test]
    async fn a_command_and_the_service_take_turns() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let open = async || Ledger::open(&url.clone().into(), Clock::default()).await;
        let service = open().await.expect("open");
        let command = open().await.expect("open").beside_a_service();
        let short = Duration::from_millis(60);
        let one = service.lock(&key(1), short).await.expect("free");
        let two = service.lock(&key(2), short).await.expect("shared");
        assert!(command.lock(&key(3), short).await.is_none());
        drop((one, two));
        let alone = command.lock(&key(3), short).await.expect("free");
        assert!(service.lock(&key(1), short).await.is_none());
        drop(alone);
        assert!(service.lock(&key(1), short).await.is_some());
    }

    #[tokio::test]
    async fn the_table_is_empty_when_nothing_is_under_way() {
        let ledger = ledger().await;
        let held = ledger.lock(&key(1), Duration::from_secs(1)).await;
        let given_up = ledger.lock(&key(1), Duration::from_millis(5)).await;
        assert!(held.is_some() && given_up.is_none());
        drop(held);
        assert!(ledger.locks.table().is_empty());
    }
}
