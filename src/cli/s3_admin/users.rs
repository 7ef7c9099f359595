//! Users and their accounts.

use std::fmt::Write;

use clap::Args;
use quick_xml::escape::escape;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::admin::Desk;
use crate::ostor::{AccessKey, Account, User};

use super::super::output::{print, print_json, shown};
use super::super::progress::Bar;
use super::UserArg;

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Owner of a key where the edition tells none.
const NO_OWNER: &str = "0000000000000000";

/// Make an S3 user with one key pair.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge s3-admin create-user -e user@example.com -V 0100000000000002"
)]
pub(super) struct Create {
    /// E-mail address of the new user.
    #[arg(short = 'e', value_name = "EMAIL")]
    email: String,
}

/// List all S3 users with their key pairs.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin query-users -a -X")]
pub(super) struct Query {
    /// Show secret keys.
    #[arg(short = 'a')]
    all: bool,
    /// Print XML in one line; -x does the same.
    #[arg(short = 'X', short_alias = 'x', conflicts_with = "json")]
    xml: bool,
}

/// Show a user with its key pairs, secrets included.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin query-user-info -e user@example.com")]
pub(super) struct Info {
    #[command(flatten)]
    user: UserArg,
}

/// Stop a user's access to its data.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin disable-user -e user@example.com")]
pub(super) struct Disable {
    #[command(flatten)]
    user: UserArg,
}

/// Give a user access to its data again.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin enable-user -e user@example.com")]
pub(super) struct Enable {
    #[command(flatten)]
    user: UserArg,
}

/// Delete a user that owns no buckets and belongs to no service of WHMCS.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin delete-user -i bf0b3b15eb7c9019")]
pub(super) struct Delete {
    #[command(flatten)]
    user: UserArg,
}

/// Make an account of a user with one key pair.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge s3-admin create-account -n account -e user@example.com"
)]
pub(super) struct CreateAccount {
    /// Name of the account.
    #[arg(short = 'n', value_name = "NAME")]
    name: String,
    #[command(flatten)]
    user: UserArg,
}

/// List the accounts of a user.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin list-user-accounts -e user@example.com")]
pub(super) struct ListAccounts {
    /// Show secret keys.
    #[arg(short = 'a')]
    all: bool,
    #[command(flatten)]
    user: UserArg,
}

/// Show an account with its key pairs, secrets included.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge s3-admin query-account-info -n account -e user@example.com"
)]
pub(super) struct AccountInfo {
    /// Name of the account.
    #[arg(short = 'n', value_name = "NAME")]
    name: String,
    #[command(flatten)]
    user: UserArg,
}

/// Delete an account with its key pairs.
#[derive(Args, Debug)]
#[command(
    after_help = "Example:\n  ostor-bridge s3-admin delete-account -n account -e user@example.com"
)]
pub(super) struct DeleteAccount {
    /// Name of the account.
    #[arg(short = 'n', value_name = "NAME")]
    name: String,
    #[command(flatten)]
    user: UserArg,
}

impl Create {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let user = desk.create_user(&self.email).await?;
        if json {
            return print_json(&user_json(&user, true));
        }
        let mut text = format!("UserEmail:{}\nUserId:{}\n", shown(&user.email), user.id);
        write_pairs(&mut text, &user.keys);
        text.push_str("Flags:none\n");
        print(&text)
    }
}

impl Query {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let bar = Bar::new("users".to_owned());
        let progress = |done, total| bar.done_of(done, total);
        let users = desk.users_with_keys(&progress).await?;
        drop(bar);
        if json {
            let users: Vec<Value> = users.iter().map(|user| user_json(user, self.all)).collect();
            return print_json(&json!({ "users": users }));
        }
        if self.xml {
            return print(&xml(&users, self.all));
        }
        print(&table(&users, self.all))
    }
}

impl Info {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let user = desk.user(&self.user.selector()?).await?;
        desk.note_secrets_shown("users.get", &user.id).await?;
        if json {
            return print_json(&user_json(&user, true));
        }
        let mut text = format!(
            "Query user: user id={}, user email={}\n",
            user.id,
            shown(&user.email)
        );
        for (number, key) in user.keys.iter().enumerate() {
            // Writing to a text cannot fail.
            let _ = write!(
                text,
                "Key pair[{number}]: access key id={},\nsecret access key={}\n",
                shown(&key.id),
                shown(key.secret.expose_secret())
            );
        }
        print(&text)
    }
}

impl Disable {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        switch(desk, &self.user, false, json).await
    }
}

impl Enable {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        switch(desk, &self.user, true, json).await
    }
}

async fn switch(desk: Desk<'_>, user: &UserArg, enabled: bool, json: bool) -> anyhow::Result<()> {
    let user = desk.switch_user(&user.selector()?, enabled).await?;
    match json {
        true => {
            print_json(&json!({ "user_id": user.id, "email": user.email, "enabled": user.enabled }))
        }
        false => Ok(()),
    }
}

impl Delete {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let selector = self.user.selector()?;
        // One that is not there is a slip of the hand here.
        desk.user(&selector).await?;
        let (id, deleted) = desk.delete_user(&selector).await?;
        match json {
            true => print_json(&json!({ "user_id": id, "deleted": deleted })),
            false => print(&format!("Deleted user: user id={id}\n")),
        }
    }
}

impl CreateAccount {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let (user, account) = desk
            .create_account(&self.user.selector()?, &self.name)
            .await?;
        print_account(&user, &account, json)
    }
}

impl AccountInfo {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let (user, account) = desk.account(&self.user.selector()?, &self.name).await?;
        desk.note_secrets_shown("accounts.get", &user.id).await?;
        print_account(&user, &account, json)
    }
}

fn print_account(user: &User, account: &Account, json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(&json!({
            "user_id": user.id,
            "email": user.email,
            "name": account.name,
            "keys": keys_json(&account.keys, true),
        }));
    }
    let mut text = format!(
        "UserEmail:{}\nUserId:{}\nAccountName:{}\nFlags:none\n",
        shown(&user.email),
        user.id,
        shown(&account.name)
    );
    write_pairs(&mut text, &account.keys);
    print(&text)
}

impl ListAccounts {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let user = desk.user(&self.user.selector()?).await?;
        if self.all {
            desk.note_secrets_shown("accounts.list", &user.id).await?;
        }
        if json {
            let account = |account: &Account| json!({ "name": account.name, "keys": keys_json(&account.keys, self.all) });
            let accounts: Vec<Value> = user.accounts.iter().map(account).collect();
            return print_json(
                &json!({ "user_id": user.id, "email": user.email, "accounts": accounts }),
            );
        }
        print(&accounts_table(&user, self.all))
    }
}

impl DeleteAccount {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let selector = self.user.selector()?;
        desk.account(&selector, &self.name).await?;
        let (user, deleted) = desk.delete_account(&selector, &self.name).await?;
        match json {
            true => print_json(
                &json!({ "user_id": user.id, "email": user.email, "name": self.name, "deleted": deleted }),
            ),
            false => Ok(()),
        }
    }
}

fn write_pairs(text: &mut String, keys: &[AccessKey]) {
    for (number, key) in keys.iter().enumerate() {
        let _ = write!(
            text,
            "KeyPair[{number}]:S3AccessKeyId:{}\nKeyPair[{number}]:S3SecretAccessKey:{}\n",
            shown(&key.id),
            shown(key.secret.expose_secret())
        );
    }
}

fn secret(key: &AccessKey, all: bool) -> String {
    match all {
        true => shown(key.secret.expose_secret()),
        false => MASK.to_owned(),
    }
}

/// A row for every key pair; rows after the first leave out the user.
fn table(users: &[User], all: bool) -> String {
    let width = if all { 44 } else { 26 };
    let mut text = format!(
        "{:>16}{:>24}{:>width$}  S3 USER EMAIL\n",
        "S3 USER ID", "S3 ACCESS KEY ID", "S3 SECRET ACCESS KEY"
    );
    for user in users {
        let email = shown(&user.email);
        if user.keys.is_empty() {
            let _ = writeln!(
                text,
                "{:>16}{:>24}{:>width$}  {email}",
                user.id.as_str(),
                "-",
                "-"
            );
        }
        for (number, key) in user.keys.iter().enumerate() {
            let (id, email) = match number {
                0 => (user.id.as_str(), email.as_str()),
                _ => ("", ""),
            };
            let line = format!(
                "{id:>16}{:>24}{:>width$}  {email}",
                shown(&key.id),
                secret(key, all)
            );
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text
}

fn accounts_table(user: &User, all: bool) -> String {
    let email = shown(&user.email);
    let names = user
        .accounts
        .iter()
        .map(|account| shown(&account.name).chars().count());
    let name_width = names.max().unwrap_or(0).max(8);
    let email_width = email.chars().count().max(5);
    let mut text = format!(
        "{:<name_width$}  {:<16}  {:<email_width$}  {:<20}  S3SecretAccessKey\n",
        "NAME", "USER_ID", "EMAIL", "S3AccessKeyId"
    );
    for account in &user.accounts {
        let name = shown(&account.name);
        if account.keys.is_empty() {
            let _ = writeln!(text, "{name:<name_width$}  {}  {email}", user.id);
        }
        for (number, key) in account.keys.iter().enumerate() {
            let (name, id, email) = match number {
                0 => (name.as_str(), user.id.as_str(), email.as_str()),
                _ => ("", "", ""),
            };
            let _ = writeln!(
                text,
                "{name:<name_width$}  {id:<16}  {email:<email_width$}  {:<20}  {}",
                shown(&key.id),
                secret(key, all)
            );
        }
    }
    text
}

/// One line of XML, as the guide shows it.
fn xml(users: &[User], all: bool) -> String {
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><QueryUsersResult><Users>");
    for user in users {
        let owner = user.owner_id.as_deref().unwrap_or(NO_OWNER);
        let _ = write!(
            text,
            "<User><Id>{}</Id><Email>{}</Email><Keys><OwnerId>{}</OwnerId>",
            user.id,
            escape(shown(&user.email)),
            escape(shown(owner))
        );
        for key in &user.keys {
            let _ = write!(
                text,
                "<KeyPair><S3AccessKeyId>{}</S3AccessKeyId><S3SecretAccessKey>{}</S3SecretAccessKey></KeyPair>",
                escape(shown(&key.id)),
                escape(secret(key, all))
            );
        }
        text.push_str("</Keys></User>");
    }
    text.push_str("</Users></QueryUsersResult>\n");
    text
}

fn keys_json(keys: &[AccessKey], all: bool) -> Vec<Value> {
    let key = |key: &AccessKey| match all {
        true => {
            json!({ "access_key_id": key.id, "secret_access_key": key.secret.expose_secret() })
        }
        false => json!({ "access_key_id": key.id }),
    };
    keys.iter().map(key).collect()
}

fn user_json(user: &User, all: bool) -> Value {
    json!({
        "user_id": user.id,
        "email": user.email,
        "enabled": user.enabled,
        "flags": user.flags,
        "keys": keys_json(&user.keys, all),
    })
}
