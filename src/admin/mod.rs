//! What staff do at a cluster by hand: users, keys, accounts, buckets, limits, quotas and statistics objects as the
//! gateway has them, with what it does not look after: nothing that belongs to a service of WHMCS is taken from it,
//! every change is read back, and it is on record who made it.

mod accounts;
mod buckets;
mod desk;
mod error;
mod find;
mod jobs;
mod keys;
mod limits;
mod quotas;
mod statistics;
mod users;

pub use buckets::{BucketView, Buckets, Which};
pub use desk::{Actor, Desk};
pub use error::{Error, Reason};
pub use find::Selector;
pub use keys::Revoked;
pub use limits::LimitsOf;
pub use quotas::QuotaOf;
pub use statistics::ListedObject;
pub use users::UserView;

/// A part of a long list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The part.
    pub items: Vec<T>,
    /// How many there are in all parts together.
    pub total: usize,
    /// Where the next part begins; `None` after the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// Those of a sorted list after `cursor`, at most `limit`; `key` is what it is sorted by.
    fn of(all: Vec<T>, cursor: Option<&str>, limit: usize, key: impl Fn(&T) -> String) -> Self {
        let total = all.len();
        let after = |item: &T| cursor.is_none_or(|cursor| *key(item) > *cursor);
        let mut items: Vec<T> = all.into_iter().filter(after).take(limit + 1).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        Self {
            total,
            next: items.last().filter(|_| more).map(key),
            items,
        }
    }
}
