//! One statistics object: what is in it, and what its gateway still has in memory for it.

use std::sync::Arc;

use super::{Counters, Key, Table};
use crate::simulator::profile::Profile;

/// A statistics object and the counters that will go into it. Times are seconds since 1970.
pub(super) struct Object {
    /// The gateway that writes it.
    pub(super) gateway: usize,
    pub(super) start: i64,
    period: i64,
    cache: i64,
    /// Seconds by which the last write is late.
    late: i64,
    /// Counted since the last write.
    memory: Table,
    /// What was written since the object was last deleted, if anything was.
    written: Option<Table>,
    /// Seconds from the start that the last write covers.
    covered: i64,
    /// Nothing will be written any more.
    done: bool,
}

impl Object {
    pub(super) fn new(gateway: usize, start: i64, profile: &Profile, late: u32) -> Self {
        Self {
            gateway,
            start,
            period: profile.usage_period.into(),
            cache: profile.usage_cache.into(),
            late: late.into(),
            memory: Table::new(),
            written: None,
            covered: 0,
            done: false,
        }
    }

    /// Brings the object to `now`: does the writes that were due.
    ///
    /// They are due every cache time from the start; the last is the first one that is not before the
    /// end of the period, and may be late. Nothing was counted since they were due, as whatever counts
    /// settles first.
    pub(super) fn settle(&mut self, now: i64) {
        if self.done {
            return;
        }
        let age = now - self.start;
        let writes = (self.period + self.cache - 1) / self.cache;
        if age >= writes * self.cache + self.late {
            self.finish(self.period + self.late);
            return;
        }
        let due = (age / self.cache).clamp(0, writes - 1) * self.cache;
        if due > self.covered {
            self.write(due);
        }
    }

    /// Takes what is counted. The object must have been settled.
    pub(super) fn count(&mut self, key: &Arc<Key>, counters: Counters) {
        *self.memory.entry(key.clone()).or_default() += counters;
    }

    /// The gateway stops: writes what is in memory, or loses it and tells what.
    pub(super) fn stop(&mut self, now: i64, flush: bool) -> Table {
        self.settle(now);
        if self.done {
            return Table::new();
        }
        if flush {
            self.finish((now - self.start).clamp(self.covered, self.period));
        }
        self.done = true;
        std::mem::take(&mut self.memory)
    }

    /// What readers find, and the seconds it covers; `None` while there is nothing.
    pub(super) fn content(&self) -> Option<(&Table, i64)> {
        self.written.as_ref().map(|table| (table, self.covered))
    }

    /// Deletes what was written. What is in memory is written when it is due, into a new object of the
    /// same name.
    pub(super) fn delete(&mut self) {
        self.written = None;
    }

    /// Whether nothing will be written any more.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    fn finish(&mut self, covered: i64) {
        self.write(covered);
        self.done = true;
    }

    fn write(&mut self, covered: i64) {
        self.covered = covered;
        let memory = std::mem::take(&mut self.memory);
        match &mut self.written {
            None if memory.is_empty() => {}
            None => self.written = Some(memory),
            Some(written) => {
                for (key, counters) in memory {
                    *written.entry(key).or_default() += counters;
                }
            }
        }
    }
}
