//! Rates of operations and of outgoing bytes, for a user or a bucket: the service `ostor-limits`.
//!
//! Editions differ in how limits are written, and none says which it is. The newer way (`limit-type`,
//! `limit-resource`, `limit-value`) sets one number and leaves the others; the older one (flags `ops` and
//! `bandwidth`) sets a group at once, in operations per minute. Answers are always per second. A client finds out with
//! its first limit, by a refusal or by reading back. Zero is the gateway's word for "unlimited".

use std::{fmt, sync::PoisonError};

use reqwest::Method;

use super::{
    Client, Error, UserId,
    call::{Call, Repeat},
    json::{Node, Read, parse, unreadable},
};

const SERVICE: &str = "ostor-limits";

/// How a gateway takes limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    /// One number a call, in operations per second.
    PerSecond,
    /// One number a call, in operations per minute.
    PerMinute,
    /// A group a call, in operations per minute.
    Groups,
}

/// A group of limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitType {
    /// Rates of operations.
    Ops,
    /// Outgoing bytes.
    Bandwidth,
}

impl LimitType {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Ops => "ops",
            Self::Bandwidth => "bandwidth",
        }
    }
}

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

    /// The group it belongs to.
    pub const fn limit_type(self) -> LimitType {
        match self {
            Self::BandwidthOut => LimitType::Bandwidth,
            _ => LimitType::Ops,
        }
    }

    /// The gateway's name of it within its group.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Get => "get",
            Self::Put => "put",
            Self::List => "list",
            Self::Delete => "delete",
            Self::BandwidthOut => "out",
        }
    }
}

impl Resource {
    /// A rate per second as a rate per minute; bandwidth stays as it is.
    fn in_minutes(self, rate: Rate) -> Rate {
        match self.limit_type() {
            LimitType::Ops => Rate(rate.0.saturating_mul(60)),
            LimitType::Bandwidth => rate,
        }
    }

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

    /// To a whole number, never to none at all.
    fn rounded(self) -> Self {
        match self.0 {
            0 => self,
            some => Self(((some + 50) / 100).max(1) * 100),
        }
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

    /// Sets the rate of one resource and leaves the others. May be repeated. Where the gateway takes groups only, the
    /// others are written as they were read, rounded to whole operations per minute, and bandwidth is unlimited for
    /// the moment between two calls.
    pub async fn set_limit(
        &self,
        target: &Target,
        resource: Resource,
        rate: Rate,
    ) -> Result<(), Error> {
        let known = *self
            .limits_dialect()
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match known {
            Some(Dialect::PerSecond) => self.put_number(target, resource, rate).await,
            Some(Dialect::PerMinute) => {
                let value = resource.in_minutes(rate);
                self.put_number(target, resource, value).await
            }
            Some(Dialect::Groups) => self.put_group(target, resource, rate).await,
            None => self.put_first(target, resource, rate).await,
        }
    }

    /// Sets a limit and finds out how this gateway takes them.
    async fn put_first(
        &self,
        target: &Target,
        resource: Resource,
        rate: Rate,
    ) -> Result<(), Error> {
        let as_minutes = Rate((rate.0 + 30) / 60);
        let telling = resource.limit_type() == LimitType::Ops && !as_minutes.is_unlimited();
        let before = match telling {
            true => Some(self.limits(target).await?.get(resource)),
            false => None,
        };
        match self.put_number(target, resource, rate).await {
            Ok(()) => {}
            Err(refused) if refused.status() == Some(400) => {
                return match self.put_group(target, resource, rate).await {
                    Ok(()) => {
                        self.learn(Dialect::Groups);
                        Ok(())
                    }
                    Err(error) if error.status() == Some(400) => Err(refused),
                    Err(error) => Err(error),
                };
            }
            Err(error) => return Err(error),
        }
        // A value that was there before proves nothing: the gateway may still show the old state.
        if before.is_none_or(|before| before == rate || before == as_minutes) {
            return Ok(());
        }
        let shown = self.limits(target).await?.get(resource);
        if shown == rate {
            self.learn(Dialect::PerSecond);
        } else if shown == as_minutes {
            self.learn(Dialect::PerMinute);
            let value = resource.in_minutes(rate);
            return self.put_number(target, resource, value).await;
        }
        Ok(())
    }

    fn learn(&self, dialect: Dialect) {
        tracing::info!(
            cluster = self.cluster(),
            ?dialect,
            "the gateway's way to take limits is known now"
        );
        *self
            .limits_dialect()
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(dialect);
    }

    async fn put_number(
        &self,
        target: &Target,
        resource: Resource,
        value: Rate,
    ) -> Result<(), Error> {
        let call = Call::change(Method::PUT, SERVICE, Repeat::Harmless);
        let call = self
            .select(call, target.selector())?
            .param("limit-type", resource.limit_type().as_str())
            .param("limit-resource", resource.name())
            .param("limit-value", &value.to_string());
        self.change(call).await
    }

    async fn put_group(
        &self,
        target: &Target,
        resource: Resource,
        rate: Rate,
    ) -> Result<(), Error> {
        let limits = self.limits(target).await?.with(resource, rate);
        let call = || {
            let call = Call::change(Method::PUT, SERVICE, Repeat::Harmless);
            self.select(call, target.selector())
        };
        if resource.limit_type() == LimitType::Ops {
            if !rate.0.is_multiple_of(5) {
                let why = format!(
                    "it takes whole operations per minute only, and {rate} per second is none"
                );
                return Err(self.refuse(&call()?, &why));
            }
            let mut call = call()?.action(LimitType::Ops.as_str());
            for resource in Resource::ALL {
                if resource.limit_type() == LimitType::Ops {
                    let value = resource.in_minutes(limits.get(resource)).rounded();
                    call = call.param(resource.name(), &value.to_string());
                }
            }
            self.change(call).await?;
        }
        let out = limits.get(Resource::BandwidthOut);
        // Setting operations has lifted it.
        if resource.limit_type() == LimitType::Bandwidth || !out.is_unlimited() {
            if resource.limit_type() == LimitType::Bandwidth && out != out.rounded() {
                let why = format!("it takes whole kB per second only, and {out} is none");
                return Err(self.refuse(&call()?, &why));
            }
            let call = call()?.action(LimitType::Bandwidth.as_str());
            let value = out.rounded().to_string();
            self.change(call.param(Resource::BandwidthOut.name(), &value))
                .await?;
        }
        Ok(())
    }

    /// Removes all limits, or those of one type. May be repeated.
    pub async fn delete_limits(
        &self,
        target: &Target,
        of_type: Option<LimitType>,
    ) -> Result<(), Error> {
        let call = Call::change(Method::DELETE, SERVICE, Repeat::Harmless);
        let mut call = self.select(call, target.selector())?;
        if let Some(of_type) = of_type {
            call = call.action(of_type.as_str());
        }
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
