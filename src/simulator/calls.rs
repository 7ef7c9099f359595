//! What the simulator saw, and who and what is in it, for tests and demonstrations.

use std::collections::BTreeMap;
use std::fmt;

use super::data::bucket::Bucket;
use super::ids::KeyPair;
use super::users::User;

/// One request, management or data.
#[derive(Clone, Debug)]
pub struct Call {
    /// HTTP verb.
    pub method: String,
    /// `ostor-users` and so on; `None` for data requests.
    pub service: Option<String>,
    /// Decoded parameters in the order they were sent.
    pub query: Vec<(String, Option<String>)>,
    /// Path as sent.
    pub path: String,
    /// Status that was sent; `None` when no answer was.
    pub status: Option<u16>,
    /// Whether the call changed the cluster. A fault may hide the answer of a call that did.
    pub effect: bool,
    /// `x-amz-request-id` of the answer.
    pub request_id: String,
    /// `v2-A`, `v2-B`, `v2-C` or `v4` as verified for management calls, `none` or `invalid` if that
    /// failed; `v2`, `v4`, `none` or `invalid` as claimed by data requests, and by management calls
    /// that a fault kept from being looked at.
    pub signature: &'static str,
}

/// A further set of keys under a user.
#[derive(Clone)]
pub struct AccountView {
    /// Its name, unique under the user.
    pub name: String,
    /// Access key ids and secrets.
    pub keys: Vec<(String, String)>,
}

/// A user as it is on the simulated cluster.
#[derive(Clone)]
pub struct UserView {
    /// 16 hexadecimal digits.
    pub id: String,
    /// Not unique on real clusters.
    pub email: String,
    /// Disabled users cannot use the data plane.
    pub enabled: bool,
    /// System users may call the management services.
    pub system: bool,
    /// Access key ids and secrets.
    pub keys: Vec<(String, String)>,
    /// `ops:get` … in operations per second, `bandwidth:out` in kB/s; 0 is unlimited. `None` when
    /// limits were never set.
    pub limits: Option<BTreeMap<String, f64>>,
    /// Quota in gigabytes, 0 is unlimited; `None` when it was never set.
    pub quota_gb: Option<u64>,
    /// Accounts in the order of creation.
    pub accounts: Vec<AccountView>,
}

/// A bucket as it is on the simulated cluster.
#[derive(Clone, Debug)]
pub struct BucketView {
    /// Unique in the whole object storage.
    pub name: String,
    /// Id of the user who owns it.
    pub owner_id: String,
    /// Objects a listing shows; older versions and unfinished uploads are not counted.
    pub objects: usize,
    /// Versions with data, those that a listing shows included.
    pub versions: usize,
    /// Delete markers.
    pub markers: usize,
    /// Unfinished uploads.
    pub uploads: usize,
    /// Stored bytes: objects, older versions and unfinished uploads.
    pub current: u64,
}

impl UserView {
    pub(super) fn of(user: &User) -> Self {
        let accounts = user.accounts.iter();
        Self {
            id: user.id.clone(),
            email: user.email.clone(),
            enabled: user.enabled,
            system: user.system,
            keys: pairs(&user.keys),
            limits: user.limits.map(|limits| limits.named()),
            quota_gb: user.quota_gb,
            accounts: accounts
                .map(|a| AccountView {
                    name: a.name.clone(),
                    keys: pairs(&a.keys),
                })
                .collect(),
        }
    }
}

impl BucketView {
    pub(super) fn of(bucket: &Bucket) -> Self {
        let counts = bucket.counts();
        Self {
            name: bucket.name.clone(),
            owner_id: bucket.owner.clone(),
            objects: counts.objects,
            versions: counts.versions,
            markers: counts.markers,
            uploads: counts.uploads,
            current: bucket.bytes(),
        }
    }
}

fn pairs(keys: &[KeyPair]) -> Vec<(String, String)> {
    keys.iter()
        .map(|pair| (pair.id.clone(), pair.secret.clone()))
        .collect()
}

/// Shows key ids, never secrets.
fn key_ids(keys: &[(String, String)]) -> Vec<&str> {
    keys.iter().map(|(id, _)| id.as_str()).collect()
}

impl fmt::Debug for UserView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserView")
            .field("id", &self.id)
            .field("email", &self.email)
            .field("enabled", &self.enabled)
            .field("system", &self.system)
            .field("keys", &key_ids(&self.keys))
            .field("limits", &self.limits)
            .field("quota_gb", &self.quota_gb)
            .field("accounts", &self.accounts)
            .finish()
    }
}

impl fmt::Debug for AccountView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountView")
            .field("name", &self.name)
            .field("keys", &key_ids(&self.keys))
            .finish()
    }
}
