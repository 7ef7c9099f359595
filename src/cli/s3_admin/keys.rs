//! Key pairs of users and of their accounts.

use anyhow::bail;
use clap::Args;
use secrecy::ExposeSecret;
use serde_json::json;

use crate::admin::Desk;

use super::super::output::{print, print_json, shown};
use super::UserArg;

/// Make one more key pair, of at most two.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge s3-admin gen-access-key -e user@example.com\n  ostor-bridge s3-admin gen-access-key -n account -e user@example.com"
)]
pub(super) struct Generate {
    /// For this account of the user.
    #[arg(short = 'n', value_name = "NAME")]
    account: Option<String>,
    #[command(flatten)]
    user: UserArg,
}

/// Take a key pair away.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge s3-admin revoke-access-key -e user@example.com -k de86d1c19e616455YIPU\n  ostor-bridge s3-admin revoke-access-key -n account -e user@example.com -k de86d1c19e616455YIPU"
)]
pub(super) struct Revoke {
    /// Access key id of the pair.
    #[arg(short = 'k', value_name = "KEY")]
    key: String,
    /// Of this account of the user.
    #[arg(short = 'n', value_name = "NAME")]
    account: Option<String>,
    #[command(flatten)]
    user: UserArg,
}

impl Generate {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let account = self.account.as_deref();
        let (user, key) = desk.generate_key(&self.user.selector()?, account).await?;
        let (id, secret) = (shown(&key.id), shown(key.secret.expose_secret()));
        if json {
            return print_json(&json!({
                "user_id": user.id,
                "email": user.email,
                "account": account,
                "access_key_id": id,
                "secret_access_key": secret,
            }));
        }
        match account {
            Some(_) => print(&format!("S3AccessKeyId:{id}\nS3SecretAccessKey:{secret}\n")),
            None => print(&format!(
                "Generate access key: user id={}, access key id={id},\nsecret access key={secret}\n",
                user.id
            )),
        }
    }
}

impl Revoke {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let account = self.account.as_deref();
        let done = desk
            .revoke_key(&self.user.selector()?, account, &self.key)
            .await?;
        if !done.revoked {
            bail!(
                "the S3 user {} has no key pair {} there",
                done.user.id,
                shown(&self.key)
            );
        }
        if json {
            return print_json(&json!({
                "user_id": done.user.id,
                "email": done.user.email,
                "account": account,
                "access_key_id": self.key,
                "revoked": true,
            }));
        }
        match account {
            Some(_) => Ok(()),
            None => print(&format!(
                "Revoke access key: user id={}, access key id={}\n",
                done.user.id, self.key
            )),
        }
    }
}
