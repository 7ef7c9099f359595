//! Quotas of users and buckets, and the default ones.

use std::num::NonZeroU64;
use std::str::FromStr;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Number, json};

use crate::admin::{Desk, QuotaOf};
use crate::lifecycle::{GIGABYTES, gigabytes_of};
use crate::ostor::{QuotaTarget, UserId};

use super::super::output::{print, print_json};

/// For whom a default quota is meant.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum DefaultArg {
    User,
    Bucket,
}

/// Whose quota.
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
    /// All users, or all buckets, without a quota of their own.
    #[arg(short = 'o', value_name = "user|bucket")]
    default: Option<DefaultArg>,
}

impl OfArg {
    fn of(&self) -> anyhow::Result<QuotaOf> {
        if let Some(bucket) = &self.bucket {
            return Ok(QuotaOf::Bucket(bucket.clone()));
        }
        match self.default {
            Some(DefaultArg::User) => return Ok(QuotaOf::DefaultForUsers),
            Some(DefaultArg::Bucket) => return Ok(QuotaOf::DefaultForBuckets),
            None => {}
        }
        let selector = super::selector(self.email.as_deref(), self.id.as_ref())?;
        Ok(QuotaOf::User(selector.context("name -e, -i, -b or -o")?))
    }
}

/// The size of a quota.
#[derive(Clone, Copy, Debug)]
struct Gigabytes(NonZeroU64);

impl FromStr for Gigabytes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: Option<Number> = text.parse().ok();
        let size = number.as_ref().and_then(gigabytes_of);
        size.map(Self)
            .ok_or_else(|| format!("`{text}` must be {GIGABYTES}; rm-quotas removes a quota"))
    }
}

/// Limit what is stored, in gigabytes.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge s3-admin set-quotas -e user@example.com -q 1024\n  ostor-bridge s3-admin set-quotas -o bucket -q 256"
)]
pub(super) struct Set {
    #[command(flatten)]
    of: OfArg,
    /// Gigabytes.
    #[arg(short = 'q', value_name = "GB")]
    size: Gigabytes,
}

/// Show a quota.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin query-quotas -b bucket1")]
pub(super) struct Query {
    #[command(flatten)]
    of: OfArg,
}

/// Remove a quota.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin rm-quotas -o user")]
pub(super) struct Remove {
    #[command(flatten)]
    of: OfArg,
}

impl Set {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let shown = desk.set_quota(&self.of.of()?, Some(self.size.0)).await?;
        show(&shown, json)
    }
}

impl Query {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        show(&desk.quota(&self.of.of()?).await?, json)
    }
}

impl Remove {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let shown = desk.set_quota(&self.of.of()?, None).await?;
        match json {
            true => show(&shown, true),
            false => print("successfully removed quotas\n"),
        }
    }
}

/// Where there is no quota the size is 0, the gateway's word for it.
fn show((target, size): &(QuotaTarget, Option<u64>), json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(&match target {
            QuotaTarget::User(id) => json!({ "user_id": id, "quota_gb": size }),
            QuotaTarget::Bucket(name) => json!({ "bucket": name, "quota_gb": size }),
            QuotaTarget::DefaultForUsers => json!({ "default": "user", "quota_gb": size }),
            QuotaTarget::DefaultForBuckets => json!({ "default": "bucket", "quota_gb": size }),
        });
    }
    let of_type = match target {
        QuotaTarget::User(_) | QuotaTarget::DefaultForUsers => "user",
        QuotaTarget::Bucket(_) | QuotaTarget::DefaultForBuckets => "bucket",
    };
    let size = size.unwrap_or(0);
    print(&format!(
        "version: '1'\nsize: '{size}'\ntype: '{of_type}'\n"
    ))
}
