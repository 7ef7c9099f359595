//! What it means to create, suspend, unsuspend, change and terminate a service.
//!
//! Every verb is an *ensure* operation: it looks where the service stands, does what is missing,
//! reads back, and may be repeated after any interruption. The order is always the same: lock the
//! service, record the intent, find the S3 user with proof that it is ours, change, verify,
//! record the result.

mod adopt;
mod carry_out;
mod change_package;
mod create;
mod ensure;
mod error;
mod find;
mod glance;
mod inspect;
mod keys;
pub(crate) mod pairs;
mod plan;
mod restore;
mod suspend;
mod terminate;
mod whom;
mod work;

pub use adopt::{Adopted, Adoptee, adopt};
pub(crate) use carry_out::Task;
pub use change_package::{Changed, change_package};
pub(crate) use create::recorded_plan;
pub use create::{Created, Customer, create};
pub(crate) use ensure::{confirm_deleted, read_back, read_plan, switch};
pub(crate) use error::bucket_names;
pub use error::{Error, Reason};
pub use glance::{Glance, glance, on_record};
pub use inspect::{
    AccountView, Aspect, ConnectionReport, LiveView, Warning, account_state, examine, ping,
    test_connection,
};
pub use keys::{
    Keys, Revoked, Rotated, create_sub_account, delete_sub_account, revoke_key, rotate_keys,
    show_keys,
};
pub(crate) use plan::{GIGABYTES, RATE, gigabytes_of, number_of, rate_of};
pub use plan::{InvalidPlan, Plan};
pub use suspend::{Standing, suspend, unsuspend};
pub use terminate::{Ending, Policy, terminate};
pub(crate) use whom::{may_share, refused, whom};
pub use work::ServiceCall;
pub(crate) use work::{Errand, Work};
