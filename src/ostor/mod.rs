//! The client of the ostor gateway: management calls of a Virtuozzo Hybrid Infrastructure cluster over signed HTTP.
//!
//! Here belong request building, signing, time-outs, retries and the tolerant reading of answers into strict
//! types. What a user, a limit or a refusal *means* for a customer is decided by the callers.
//! One file per capability (`users`, `accounts`, `space`, `limits`, `quotas`, `buckets`, `statistics`) holds its types, its reader
//! and its calls; `client` sends, `report` logs, `answer` takes apart what came back, `verdict` decides what it means,
//! `json` reads, `signature` signs.

mod accounts;
mod answer;
mod buckets;
mod call;
mod client;
mod error;
mod json;
mod limits;
mod quotas;
mod report;
mod settings;
pub mod signature;
mod space;
mod statistics;
#[cfg(test)]
mod tests;
mod users;
mod verdict;

pub use buckets::{Bucket, BucketFilter, BucketListing, BucketSize};
pub use client::Client;
pub use error::Error;
pub use limits::{LimitType, Limits, Rate, Resource, Target};
pub use quotas::QuotaTarget;
pub use settings::{Settings, Signature};
pub use space::SpaceStat;
pub use statistics::{
    Counters, InvalidStatisticsName, StatisticsItem, StatisticsName, StatisticsObject,
    StatisticsPage,
};
pub use users::{AccessKey, Account, InvalidUserId, User, UserId, Whom};
