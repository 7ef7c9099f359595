//! Buckets of all users.

use std::fmt::Write;

use clap::Args;
use quick_xml::escape::escape;
use serde_json::{Value, json};

use crate::admin::{BucketView, Desk, Which};

use super::super::output::{print, print_json, shown};
use super::super::table::{Side, Table};

/// List all buckets with their owners and sizes.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  ostor-bridge s3-admin list-all-buckets")]
pub(super) struct List {
    /// Print XML in one line; -x does the same.
    #[arg(short = 'X', short_alias = 'x', conflicts_with = "json")]
    xml: bool,
}

impl List {
    pub(super) async fn run(self, desk: Desk<'_>, json: bool) -> anyhow::Result<()> {
        let found = desk.buckets(&Which::All, "", None, usize::MAX - 1).await?;
        let buckets = found.items;
        if json {
            let buckets: Vec<Value> = buckets.iter().map(bucket_json).collect();
            return print_json(&json!({ "buckets": buckets }));
        }
        match self.xml {
            true => print(&xml(&buckets)),
            false => print(&table(&buckets)),
        }
    }
}

fn created(view: &BucketView) -> String {
    format!("{:.3}", view.bucket.creation_date)
}

/// As far as REST tells it: whether a bucket keeps versions it does not.
fn table(buckets: &[BucketView]) -> String {
    let columns = [
        ("BUCKET", Side::Left),
        ("OWNER", Side::Left),
        ("CREATION_DATE", Side::Left),
        ("TOTAL SIZE, BYTES", Side::Right),
    ];
    let mut table = Table::new(columns.map(|(name, side)| (name.to_owned(), side)));
    for view in buckets {
        table.row([
            view.bucket.name.clone(),
            view.bucket.owner_id.to_string(),
            created(view),
            view.bucket.size.current.to_string(),
        ]);
    }
    let mut text = format!("Total {} buckets\n", buckets.len());
    table.write(&mut text);
    text
}

fn xml(buckets: &[BucketView]) -> String {
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListAllBucketsResult><Buckets>");
    for view in buckets {
        let bucket = &view.bucket;
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "<Bucket><Name>{}</Name><OwnerId>{}</OwnerId><CreationDate>{}</CreationDate><Size>{}</Size></Bucket>",
            escape(shown(&bucket.name)),
            bucket.owner_id,
            created(view),
            bucket.size.current
        );
    }
    text.push_str("</Buckets></ListAllBucketsResult>\n");
    text
}

fn bucket_json(view: &BucketView) -> Value {
    let bucket = &view.bucket;
    json!({
        "name": bucket.name,
        "owner_id": bucket.owner_id,
        "owner_email": view.owner_email,
        "created": bucket.creation_date,
        "bytes": bucket.size.current,
    })
}
