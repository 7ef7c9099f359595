//! Storage quotas of users and buckets: the service `ostor-quotas`.
//!
//! Whole gigabytes. The gateway writes "no quota" as 0, which is why a size of 0 cannot be given here.

use std::num::NonZeroU64;

use reqwest::Method;

use super::{
    Client, Error, UserId,
    call::{Call, Repeat},
    json::{Node, Read, parse},
};

const SERVICE: &str = "ostor-quotas";

/// Whose quota is meant.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum QuotaTarget {
    /// One user, over all its buckets.
    User(UserId),
    /// One bucket.
    Bucket(String),
    /// Every user without a quota of its own.
    DefaultForUsers,
    /// Every bucket without a quota of its own.
    DefaultForBuckets,
}

impl QuotaTarget {
    fn selector(&self) -> (&'static str, &str) {
        match self {
            Self::User(id) => ("id", id.as_str()),
            Self::Bucket(name) => ("bucket", name),
            Self::DefaultForUsers => ("default", "user"),
            Self::DefaultForBuckets => ("default", "bucket"),
        }
    }
}

impl Client {
    /// The quota in GB. `None` when there is none, which the gateway says by 0 or by an error.
    pub async fn quota(&self, target: &QuotaTarget) -> Result<Option<u64>, Error> {
        let call = self.select(Call::read(SERVICE), target.selector())?;
        let size = self.find(call, &[400, 404], read_quota).await?;
        Ok(size.filter(|gb| *gb > 0))
    }

    /// Sets the quota in GB. The cluster must have accounting switched on (`ostor-ctl add-acc`). May be repeated.
    pub async fn set_quota(&self, target: &QuotaTarget, gb: NonZeroU64) -> Result<(), Error> {
        let call = Call::change(Method::PUT, SERVICE, Repeat::Harmless);
        let call = self
            .select(call, target.selector())?
            .param("quota-size", &gb.to_string());
        self.change(call).await
    }

    /// Removes the quota. May be repeated.
    pub async fn delete_quota(&self, target: &QuotaTarget) -> Result<(), Error> {
        let call = Call::change(Method::DELETE, SERVICE, Repeat::Harmless);
        let call = self.select(call, target.selector())?;
        self.change(call).await
    }
}

/// `type` is not read: editions write it as a word or as a number, and the selector has said it already.
fn read_quota(body: &[u8]) -> Read<u64> {
    let value = parse(body)?;
    Node::root(&value).required("size")?.whole()
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/fixtures/ostor/quotas/", $name))
        };
    }

    #[test]
    fn the_size_is_read_in_every_form() {
        assert_eq!(read_quota(fixture!("guide.json")), Ok(1024));
        assert_eq!(read_quota(fixture!("numeric-type.json")), Ok(1024));
        assert_eq!(read_quota(fixture!("numbers.json")), Ok(5_000_000_000));
        assert_eq!(read_quota(fixture!("none.json")), Ok(0));
    }

    #[test]
    fn what_is_no_size_is_not_taken_for_none() {
        for body in [
            &b"{}"[..],
            b"{\"size\":\"-1\"}",
            b"{\"size\":\"1.5\"}",
            b"{\"size\":\"\"}",
            b"[]",
            b"",
        ] {
            assert!(
                read_quota(body).is_err(),
                "{}",
                String::from_utf8_lossy(body)
            );
        }
    }
}
