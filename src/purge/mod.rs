//! Termination that finishes: jobs that delete what a customer left, and the S3 user with it.
//!
//! `empty_bucket` and what belongs to it know S3 only: an endpoint, a key pair, a bucket. The jobs add the gateway's
//! steps: lock out, take the customer's keys, empty and delete the buckets with a pair of their own, delete the user,
//! and make sure that nothing is left. Before every step that cannot be undone the gateway must show the recorded user
//! id and the recorded address in one answer. A job may be cut off anywhere and goes on where it was.

mod empty;
mod halt;
mod job;
mod keys;
mod listing;
mod lock;
mod multi;
mod prove;
mod rate;
mod run;
mod store;

pub use empty::{Counter, Left, abort_uploads, delete_objects, empty_bucket};
pub use rate::Rate;
pub use run::{Ended, work_off};
pub use store::{BucketEnd, Failure, Store};

/// Keys of one request to delete (Amazon S3, DeleteObjects).
const MOST_KEYS: usize = 1000;
