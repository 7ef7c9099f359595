//! From bytes to typed calls and back: transport, token, JSON-RPC. No rule about services lives
//! here.

mod admin;
mod auth;
mod client_area;
mod customer;
mod dispatch;
mod envelope;
mod error;
mod health;
mod jobs;
mod methods;
mod metrics;
mod replay;
mod request_id;
mod schema;
mod server;
mod token;
mod usage;
mod usage_buckets;
mod versions;

pub use error::{Failure, Reason};
pub(crate) use jobs::{JobJson, objects_left};
pub use server::{Running, start};
pub use token::{MAX_LIFETIME_SECONDS, body_hash, mint};
