//! Limits of users and buckets.

use std::str::FromStr;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use serde_json::{Map, Number, Value, json};

use crate::admin::{Desk, LimitsOf};
use crate::lifecycle::{RATE, number_of, rate_of};
use crate::ostor::{LimitType, Limits, Rate, Resource, Target, UserId};

use super::super::output::{print, print_json};

/// Whose limits.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct OfArg {
    /// E-mail address of the S3 user.
    #[arg(short = 'e', value_name = "EMAIL")]
    email: Option<String>,
    /// Id of the S3 user.
    #[arg(short = 'i', value_name = "ID")]
    id: Option<UserId>,
    /// Name of the bucket.
    #[arg(short = 'b', value_name = "BUCKET")]
    bucket: Option<String>,
}

impl OfArg {
    fn of(&self) -> anyhow::Result<LimitsOf> {
        if let Some(bucket) = &self.bucket {
            return Ok(LimitsOf::Bucket(bucket.clone()));
        }
        let selector = super::selector(self.email.as_deref(), self.id.as_ref())?;
        Ok(LimitsOf::User(selector.context("name -e, -i or -b")?))
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum TypeArg {
    Ops,
    Bandwidth,
}

impl TypeArg {
    fn limit_type(self) -> LimitType {
        match self {
            Self::Ops => LimitType::Ops,
            Self::Bandwidth => LimitType::Bandwidth,
        }
    }
}

/// A limit and its value.
#[derive(Clone, Debug)]
struct LimitArg {
    resource: Resource,
    rate: Rate,
}

impl FromStr for LimitArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Resource::ALL.map(Resource::name).join("=, ");
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| format!("write one of {}= and a number after it", names()))?;
        let resource = Resource::ALL
            .into_iter()
            .find(|resource| resource.name() == name)
            .ok_or_else(|| format!("`{name}` is no limit; there are {}=", names()))?;
        let number: Number = value
            .parse()
            .map_err(|_| format!("`{value}` is no number"))?;
        let rate = match number.as_f64() {
            Some(0.0) => Some(Rate::UNLIMITED),
            _ => rate_of(&number),
        };
        let rate = rate.ok_or_else(|| format!("`{value}` must be {RATE}, or 0 for unlimited"))?;
        Ok(Self { resource, rate })
    }
}

/// Limit operations per second, or outgoing bandwidth.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge s3-admin set-limits -e client@example.com -t ops -L get=3600\n  ostor-bridge s3-admin set-limits -b example -t bandwidth -L out=100\n\nOperations are per second, bandwidth is in kB per second; 0 is unlimited. Other limits stay as they are."
)]
pub(super) struct Set {
    #[command(flatten)]
    of: OfArg,
    /// Which type of limits.
    #[arg(short = 't', value_name = "TYPE")]
    of_type: TypeArg,
    /// The limit: default=, get=, put=, list= or delete= of type ops, out= of type bandwidth.
    #[arg(short = 'L', value_name = "LIMIT=NUMBER", required = true)]
    limits: Vec<LimitArg>,
}

/// Show limits.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin query-limits -e client@example.com")]
pub(super) struct Query {
    #[command(flatten)]
    of: OfArg,
}

/// Remove all limits.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin rm-limits -b example")]
pub(super) struct Remove {
    #[command(flatten)]
    of: OfArg,
}

impl Set {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let of_type = self.of_type.limit_type();
        if let Some(limit) = self
            .limits
            .iter()
            .find(|limit| limit.resource.limit_type() != of_type)
        {
            let name = limit.resource.name();
            bail!("{name}= is no limit of the type that -t names");
        }
        let rates: Vec<_> = self
            .limits
            .iter()
            .map(|limit| (limit.resource, limit.rate))
            .collect();
        show(desk.set_limits(&self.of.of()?, &rates).await?, json)
    }
}

impl Query {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        show(desk.limits(&self.of.of()?).await?, json)
    }
}

impl Remove {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        show(desk.delete_limits(&self.of.of()?, None).await?, json)
    }
}

fn show((target, limits): (Target, Limits), json: bool) -> anyhow::Result<()> {
    if json {
        let mut ops = Map::new();
        for resource in Resource::ALL {
            if resource.limit_type() == LimitType::Ops {
                let rate = number_of(limits.get(resource)).map_or(Value::Null, Value::Number);
                ops.insert(resource.name().to_owned(), rate);
            }
        }
        let (name, whose) = match target {
            Target::User(id) => ("user_id", id.to_string()),
            Target::Bucket(bucket) => ("bucket", bucket),
        };
        let out = number_of(limits.get(Resource::BandwidthOut));
        return print_json(&json!({
            name: whose,
            "limits": { "ops_per_second": ops, "bandwidth_out_kbps": out },
        }));
    }
    print(&text(&limits))
}

fn text(limits: &Limits) -> String {
    let line = |resource: Resource| {
        let rate = limits.get(resource);
        match resource.limit_type() {
            LimitType::Ops => {
                let (whole, part) = (rate.hundredths() / 100, rate.hundredths() % 100);
                format!("{resource}={whole}.{part:02}ops/s\n")
            }
            LimitType::Bandwidth => format!("{resource}={rate}kbs/s\n"),
        }
    };
    Resource::ALL.into_iter().map(line).collect()
}
