//! Rates of operations and of outgoing bytes, for a user or a bucket: the service `ostor-limits`.
//!
//! Written one resource per call in the newer dialect (`limit-type`, `limit-resource`, `limit-value`), which leaves
//! the other resources as they are. Zero is the gateway's word for "unlimited".

use std::fmt;

use reqwest::Method;

use super::{
    Client, Error, UserId,
    call::{Call, Repeat},
    json::{Node, Read, parse, unreadable},
};

const SERVICE: &str = "ostor-limits";

/// What a limit applies to: operations of one kind, or bytes sent to clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// Operations without a limit of their own.
    Default,
    /// Object reads.
    Get,
    /// Object writes.
    Put,
    /// Bucket listings.
    List,
    /// Object deletions.
    Delete,
    /// Outgoing bytes, in kB/s.
    BandwidthOut,
}

impl Resource {
    /// Every resource, in the order the gateway shows them.
    pub const ALL: [Self; 6] = [
        Self::Default,
        Self::Get,
        Self::Put,
        Self::List,
        Self::Delete,
        Self::BandwidthOut,
    ];

    /// The gateway's `limit-type` and `limit-resource`.
    fn wire(self) -> (&'static str, &'static str) {
        match self {
            Self::Default => ("ops", "default"),
            Self::Get => ("ops", "get"),
            Self::Put => ("ops", "put"),
            Self::List => ("ops", "list"),
            Self::Delete => ("ops", "delete"),
            Self::BandwidthOut => ("bandwidth", "out"),
        }
    }
}

impl Resource {
    /// As in the gateway's answers.
    const fn member(self) -> &'static str {
        match self {
            Self::Default => "ops:default",
            Self::Get => "ops:get",
            Self::Put => "ops:put",
            Self::List => "ops:list",
            Self::Delete => "ops:delete",
            Self::BandwidthOut => "bandwidth:out",
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.member())
    }
}

/// A rate in hundredths of operations per second or, for bandwidth, of kB per second. Zero is unlimited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Rate(u64);

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self(0);

    /// From hundredths of a unit per second.
    pub const fn from_hundredths(hundredths: u64) -> Self {
        Self(hundredths)
    }

    /// Hundredths of a unit per second.
    pub const fn hundredths(self) -> u64 {
        self.0
    }

    /// Whether this is no limit at all.
    pub const fn is_unlimited(self) -> bool {
        self.0 == 0
    }
}

/// Units per second in the shortest form: `100`, `0.5`, `3.33`.
impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 100, self.0 % 100);
        match (fraction, fraction % 10) {
            (0, _) => write!(f, "{whole}"),
            (_, 0) => write!(f, "{whole}.{}", fraction / 10),
            _ => write!(f, "{whole}.{fraction:02}"),
        }
    }
}

/// The rates of one user or bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits([Rate; Resource::ALL.len()]);

impl Limits {
    /// The rate of one resource.
    pub fn get(&self, resource: Resource) -> Rate {
        self.0[resource as usize]
    }

    /// The same with another rate for one resource.
    #[must_use]
    pub fn with(mut self, resource: Resource, rate: Rate) -> Self {
        self.set(resource, rate);
        self
    }

    /// Changes the rate of one resource.
    pub fn set(&mut self, resource: Resource, rate: Rate) {
        self.0[resource as usize] = rate;
    }
}

/// Whom limits apply to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// All requests of a user.
    User(UserId),
    /// All requests to a bucket.
    Bucket(String),
}

impl Target {
    fn selector(&self) -> (&'static str, &str) {
        match self {
            Self::User(id) => ("id", id.as_str()),
            Self::Bucket(name) => ("bucket", name),
        }
    }
}

impl Client {
    /// The limits of a user or bucket. For one that never had limits the gateway answers an error; that is read as
    /// "unlimited", and so is an unknown user or bucket.
    pub async fn limits(&self, target: &Target) -> Result<Limits, Error> {
        let call = self.select(Call::read(SERVICE), target.selector())?;
        Ok(self
            .find(call, &[400, 404], read_limits)
            .await?
            .unwrap_or_default())
    }

    /// Sets the rate of one resource and leaves the others. May be repeated.
    pub async fn set_limit(
        &self,
        target: &Target,
        resource: Resource,
        rate: Rate,
    ) -> Result<(), Error> {
        let (kind, name) = resource.wire();
        let call = Call::change(Method::PUT, SERVICE, Repeat::Harmless);
        let call = self
            .select(call, target.selector())?
            .param("limit-type", kind)
            .param("limit-resource", name)
            .param("limit-value", &rate.to_string());
        self.change(call).await
    }

    /// Removes all limits. May be repeated.
    pub async fn delete_limits(&self, target: &Target) -> Result<(), Error> {
        let call = Call::change(Method::DELETE, SERVICE, Repeat::Harmless);
        let call = self.select(call, target.selector())?;
        self.change(call).await
    }
}

fn read_limits(body: &[u8]) -> Read<Limits> {
    let value = parse(body)?;
    let node = Node::root(&value);
    let (mut limits, mut known) = (Limits::default(), 0);
    for resource in Resource::ALL {
        if let Some(rate) = node.optional(resource.member())? {
            limits.set(resource, Rate(rate.hundredths()?));
            known += 1;
        }
    }
    if known == 0 && !node.object()?.is_empty() {
        return Err(unreadable("it holds no limit"));
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    macro_rules! fixture {
        ($name:literal) => {
            include_bytes!(concat!("../../tests/fixtures/ostor/limits/", $name))
        };
    }

    #[test]
    fn every_number_form_of_the_editions_is_read() {
        let rates = |body: &[u8]| {
            let limits = read_limits(body).expect("limits");
            Resource::ALL.map(|resource| limits.get(resource).hundredths())
        };
        assert_eq!(rates(fixture!("guide.json")), [0, 360_000, 0, 0, 0, 10_000]);
        assert_eq!(
            rates(fixture!("short-zeros-and-thirds.json")),
            [0, 50, 0, 0, 0, 333]
        );
        assert_eq!(
            rates(fixture!("numbers-and-absent-members.json")),
            [0, 360_000, 0, 0, 0, 333]
        );
        assert_eq!(rates(b"{}"), [0; 6]);
    }

    #[test]
    fn what_is_no_limit_is_not_taken_for_unlimited() {
        for body in [
            &fixture!("negative.json")[..],
            b"{\"error\":\"no\"}",
            b"[]",
            b"",
            b"{\"ops:get\":\"many\"}",
        ] {
            assert!(
                read_limits(body).is_err(),
                "{}",
                String::from_utf8_lossy(body)
            );
        }
    }

    #[test]
    fn rates_are_written_in_the_shortest_form() {
        for (hundredths, text) in [
            (0, "0"),
            (50, "0.5"),
            (10_000, "100"),
            (333, "3.33"),
            (5, "0.05"),
            (110, "1.1"),
        ] {
            assert_eq!(Rate::from_hundredths(hundredths).to_string(), text);
        }
        assert!(Rate::UNLIMITED.is_unlimited() && !Rate::from_hundredths(1).is_unlimited());
    }

    #[test]
    fn a_limit_is_kept_under_its_resource() {
        for (place, resource) in Resource::ALL.into_iter().enumerate() {
            let limits = Limits::default().with(resource, Rate::from_hundredths(7));
            assert_eq!(limits.0[place], Rate(7), "{resource}");
            assert_eq!(limits.get(resource), Rate(7), "{resource}");
            assert_ne!(limits, Limits::default());
        }
    }
}
