//! The methods of scope `admin`: the gateway's own surface, and who used it.

mod accounts;
mod adoption;
mod audit;
mod buckets;
mod drift;
mod keys;
mod limits;
mod quotas;
mod shapes;
mod statistics;
mod users;

pub(super) use accounts::{accounts_create, accounts_delete, accounts_get, accounts_list};
pub(super) use adoption::{adoption_apply, adoption_plan};
pub(super) use audit::audit_list;
pub(super) use buckets::{buckets_delete, buckets_get, buckets_list};
pub(super) use drift::{drift_repair, drift_report};
pub(super) use keys::{keys_generate, keys_list, keys_revoke};
pub(super) use limits::Given;
pub(super) use limits::{limits_delete, limits_get, limits_set};
pub(super) use quotas::Gigabytes;
pub(super) use quotas::{quotas_delete, quotas_get, quotas_set};
pub(super) use shapes::{Address, Name, PageSize};
pub(super) use statistics::{statistics_delete, statistics_get, statistics_list};
pub(super) use users::{
    users_create, users_delete, users_disable, users_enable, users_get, users_list,
};

use super::error::{Failure, Reason};

impl From<crate::admin::Error> for Failure {
    fn from(error: crate::admin::Error) -> Self {
        match error {
            crate::admin::Error::Lifecycle(error) => error.into(),
            error => Self::new(error.reason().into(), error.to_string()),
        }
    }
}

impl From<crate::admin::Reason> for Reason {
    fn from(reason: crate::admin::Reason) -> Self {
        match reason {
            crate::admin::Reason::Lifecycle(reason) => Self::Lifecycle(reason),
            reason => Self::Admin(reason),
        }
    }
}
