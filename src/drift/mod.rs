//! Where WHMCS, the ledger and a cluster disagree, and what puts it right.
//!
//! Looking changes nothing. What cannot be looked up is an error, or is said to be not known; a service on which a call
//! is under way is left out until the call has ended. Repairs are the lifecycle's own operations.

mod account;
mod differences;
mod finding;
mod repair;
mod report;
mod users;
mod wanted;

pub use finding::{By, Command, Finding, Kind, Remedy};
pub use repair::{Repaired, repair};
pub use report::{Report, report};
pub use wanted::WhmcsService;
