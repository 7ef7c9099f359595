//! `accounts show`

use std::fmt::Write;

use clap::Args;
use serde_json::json;

use crate::lifecycle::{self, AccountView};

use super::super::output::{print, print_json, shown};
use super::Place;

/// Show a service as the ledger has it, beside what the gateway shows.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge accounts show 42 --cluster eu1")]
pub(super) struct Options {
    /// WHMCS's number of the service.
    #[arg(value_name = "SERVICE")]
    service_id: i64,
}

impl Options {
    pub(super) async fn run(self, place: &Place) -> anyhow::Result<()> {
        let call = place.call(self.service_id);
        let view = lifecycle::account_state(&place.services, &call).await?;
        if place.json {
            return print_json(&as_json(self.service_id, &view));
        }
        print(&as_text(self.service_id, &view))
    }
}

fn as_json(service_id: i64, view: &AccountView) -> serde_json::Value {
    let live = view.live.as_ref().map(|live| {
        json!({
            "state": state(live.enabled),
            "plan": live.plan,
            "access_key_ids": live.access_key_ids,
            "buckets": live.buckets,
            "bytes": live.bytes,
        })
    });
    json!({
        "service_id": service_id,
        "state": view.state.as_str(),
        "user_id": view.user_id,
        "user_email": view.user_email,
        "access_key_id": view.access_key_id,
        "plan": view.plan,
        "live": live,
        "warnings": view.warnings,
    })
}

fn state(enabled: bool) -> &'static str {
    match enabled {
        true => "active",
        false => "suspended",
    }
}

fn as_text(service_id: i64, view: &AccountView) -> String {
    let mut text = String::new();
    let mut line = |label: &str, value: &str| {
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{label:<16}{}", shown(value));
    };
    let or_none = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    let plan = |plan: Option<&lifecycle::Plan>| {
        let json = plan.and_then(|plan| serde_json::to_string(plan).ok());
        json.unwrap_or_else(|| "not known".to_owned())
    };
    line("service", &service_id.to_string());
    line("state", view.state.as_str());
    line("S3 user", &or_none(&view.user_id));
    line("address", &view.user_email);
    line("key", &or_none(&view.access_key_id));
    line("plan", &plan(view.plan.as_ref()));
    match &view.live {
        None => line("at the gateway", "no such user"),
        Some(live) => {
            line("at the gateway", state(live.enabled));
            line("  plan", &plan(Some(&live.plan)));
            line("  keys", &live.access_key_ids.join(", "));
            line("  buckets", &live.buckets.to_string());
            line("  bytes", &live.bytes.to_string());
        }
    }
    for warning in &view.warnings {
        line("warning", warning);
    }
    text
}
