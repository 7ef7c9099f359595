//! One writer per service at a time, within this process. A waiting call goes on when the one
//! before it has ended.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OwnedMutexGuard;

use super::{Ledger, ServiceKey};

/// The WHMCS installation and the service's number. Not the cluster: a service that is created on
/// two at once must find itself on the other.
type Key = (String, i64);

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
            locks: self.locks.clone(),
            key,
        };
        held.guard = Some(
            tokio::time::timeout(patience, lock.lock_owned())
                .await
                .ok()?,
        );
        Some(held)
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
