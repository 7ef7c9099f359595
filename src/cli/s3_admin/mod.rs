//! `s3-admin`: the commands of the Integration Guide's command line, from anywhere, over REST. What they print is what
//! the guide prints.

mod buckets;
mod keys;
mod limits;
mod quotas;
mod users;

use anyhow::{Context, anyhow, bail};
use clap::{Args, Subcommand};

use crate::admin::{Actor, Desk, Selector};
use crate::ostor::UserId;

/// The commands of ostor-s3-admin, over REST.
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  ostor-bridge s3-admin query-users\n  ostor-bridge s3-admin create-user -e user@example.com --cluster eu1\n  ostor-bridge s3-admin set-limits -e user@example.com -t ops -L get=3600\n\nWorks with and without a running service. What is changed is on record, with the name of who did it."
)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every command takes.
#[derive(Args, Debug)]
struct Common {
    /// The cluster, as in [clusters.NAME]; not needed where there is one only.
    #[arg(long, value_name = "NAME", global = true)]
    cluster: Option<String>,
    #[command(flatten)]
    config: super::ConfigOption,
    /// Print JSON for programs.
    #[arg(long, global = true)]
    json: bool,
    /// Taken and ignored: the gateway knows its volume.
    #[arg(short = 'V', value_name = "VOLUME", global = true)]
    _volume: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    CreateUser(users::Create),
    QueryUsers(users::Query),
    QueryUserInfo(users::Info),
    DisableUser(users::Disable),
    EnableUser(users::Enable),
    DeleteUser(users::Delete),
    GenAccessKey(keys::Generate),
    RevokeAccessKey(keys::Revoke),
    CreateAccount(users::CreateAccount),
    ListUserAccounts(users::ListAccounts),
    QueryAccountInfo(users::AccountInfo),
    DeleteAccount(users::DeleteAccount),
    SetLimits(limits::Set),
    QueryLimits(limits::Query),
    RmLimits(limits::Remove),
    SetQuotas(quotas::Set),
    QueryQuotas(quotas::Query),
    RmQuotas(quotas::Remove),
    ListAllBuckets(buckets::List),
}

/// Which user.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct UserArg {
    /// E-mail address of the S3 user.
    #[arg(short = 'e', value_name = "EMAIL")]
    email: Option<String>,
    /// Id of the S3 user.
    #[arg(short = 'i', value_name = "ID")]
    id: Option<UserId>,
}

impl UserArg {
    fn selector(&self) -> anyhow::Result<Selector> {
        selector(self.email.as_deref(), self.id.as_ref())?.context("name a user with -e or -i")
    }
}

fn selector(email: Option<&str>, id: Option<&UserId>) -> anyhow::Result<Option<Selector>> {
    match (email, id) {
        (Some(""), _) => bail!("the address after -e is empty"),
        (Some(email), _) => Ok(Some(Selector::Email(email.to_owned()))),
        (None, id) => Ok(id.cloned().map(Selector::Id)),
    }
}

pub(super) async fn run(options: Options) -> anyhow::Result<()> {
    let Options { command, common } = options;
    let config = common.config.load()?;
    let cluster = match (
        &common.cluster,
        &config.clusters.keys().collect::<Vec<_>>()[..],
    ) {
        (Some(name), _) => name.clone(),
        (None, [only]) => (*only).clone(),
        (None, names) => {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            bail!(
                "name a cluster with --cluster; configured: {}",
                names.join(", ")
            );
        }
    };
    // What belongs to a service of WHMCS is known from the ledger only.
    let services = super::existing(config).await?;
    let person = ["SUDO_USER", "USER", "LOGNAME"];
    let actor = Actor {
        client: "s3-admin".to_owned(),
        name: person.into_iter().find_map(|name| std::env::var(name).ok()),
        request_id: uuid::Uuid::new_v4().simple().to_string(),
    };
    let desk = Desk::at(&services, &cluster, &actor)?;
    let json = common.json;
    let done = match command {
        Command::CreateUser(command) => command.run(desk, json).await,
        Command::QueryUsers(command) => command.run(desk, json).await,
        Command::QueryUserInfo(command) => command.run(desk, json).await,
        Command::DisableUser(command) => command.run(desk, json).await,
        Command::EnableUser(command) => command.run(desk, json).await,
        Command::DeleteUser(command) => command.run(desk, json).await,
        Command::GenAccessKey(command) => command.run(desk, json).await,
        Command::RevokeAccessKey(command) => command.run(desk, json).await,
        Command::CreateAccount(command) => command.run(desk, json).await,
        Command::ListUserAccounts(command) => command.run(desk, json).await,
        Command::QueryAccountInfo(command) => command.run(desk, json).await,
        Command::DeleteAccount(command) => command.run(desk, json).await,
        Command::SetLimits(command) => command.run(desk, json).await,
        Command::QueryLimits(command) => command.run(desk, json).await,
        Command::RmLimits(command) => command.run(desk, json).await,
        Command::SetQuotas(command) => command.run(desk, json).await,
        Command::QueryQuotas(command) => command.run(desk, json).await,
        Command::RmQuotas(command) => command.run(desk, json).await,
        Command::ListAllBuckets(command) => command.run(desk, json).await,
    };
    services.ledger.close().await;
    // The sentence is whole; the causes behind it would only say it again.
    done.map_err(|error| match error.downcast::<crate::admin::Error>() {
        Ok(error) => anyhow!(error.to_string()),
        Err(error) => error,
    })
}
