//! `accounts list`

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::Account;

use super::super::output::{print, print_json};
use super::super::table::{Side, Table};
use super::Place;

/// List the services that the ledger has on a cluster, terminated ones included.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge accounts list --cluster eu1 --json")]
pub(super) struct Options {}

#[derive(Serialize)]
struct Listing {
    cluster: String,
    client: String,
    accounts: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    service_id: i64,
    client_id: Option<i64>,
    email: Option<String>,
    state: &'static str,
    user_id: Option<String>,
    user_email: String,
    access_key_id: Option<String>,
    adopted_at: Option<Timestamp>,
    created_at: Option<Timestamp>,
}

impl From<Account> for Row {
    fn from(account: Account) -> Self {
        let time = |ms| Timestamp::from_millisecond(ms).ok();
        Self {
            service_id: account.service.service_id,
            client_id: account.client_id,
            email: account.email,
            state: account.state.as_str(),
            user_id: account.user_id,
            user_email: account.identity,
            access_key_id: account.access_key_id,
            adopted_at: account.adopted_at.and_then(time),
            created_at: time(account.created_at),
        }
    }
}

impl Options {
    pub(super) async fn run(self, place: &Place) -> anyhow::Result<()> {
        let records = place.services.ledger.records(&place.cluster).await?;
        let ours = |account: &Account| account.service.client == place.client;
        let listing = Listing {
            cluster: place.cluster.clone(),
            client: place.client.clone(),
            accounts: records
                .accounts
                .into_iter()
                .filter(ours)
                .map(Row::from)
                .collect(),
        };
        if place.json {
            return print_json(&listing);
        }
        let columns = [
            ("SERVICE", Side::Right),
            ("CLIENT", Side::Right),
            ("STATE", Side::Left),
            ("S3 USER", Side::Left),
            ("ADDRESS", Side::Left),
        ];
        let mut table = Table::new(columns.map(|(name, side)| (name.to_owned(), side)));
        for row in listing.accounts {
            table.row([
                row.service_id.to_string(),
                row.client_id.map_or("-".to_owned(), |id| id.to_string()),
                row.state.to_owned(),
                row.user_id.unwrap_or_else(|| "-".to_owned()),
                row.user_email,
            ]);
        }
        let mut text = String::new();
        table.write(&mut text);
        print(&text)
    }
}
