//! Which S3 users that others made belong to which services of WHMCS, by evidence. Nothing is changed here: adopting is
//! [`crate::lifecycle::adopt`].

mod evidence;
mod plan;

pub use evidence::AdoptService;
pub use plan::{Match, Outcome, plan};
