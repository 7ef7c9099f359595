//! Items of a statistics object as the ledger keeps them: JSON, one array per item.

use crate::ledger::{Item, Traffic};

/// User, bucket, epoch, put, get, list, other, uploaded, downloaded.
type Row<'a> = (&'a str, &'a str, i64, i64, i64, i64, i64, i64, i64);

/// The same, read back.
type OwnedRow = (String, String, i64, i64, i64, i64, i64, i64, i64);

pub(super) fn to_json(items: &[Item]) -> String {
    let rows: Vec<Row<'_>> = items
        .iter()
        .map(|item| {
            let [put, get, list, other, uploaded, downloaded] = item.traffic.values();
            let (user, bucket) = (item.user_id.as_str(), item.bucket.as_str());
            (
                user, bucket, item.epoch, put, get, list, other, uploaded, downloaded,
            )
        })
        .collect();
    // Text and whole numbers always have a JSON form.
    serde_json::to_string(&rows).unwrap_or_default()
}

pub(super) fn from_json(json: &str) -> Result<Vec<Item>, serde_json::Error> {
    let rows: Vec<OwnedRow> = serde_json::from_str(json)?;
    Ok(rows
        .into_iter()
        .map(
            |(user_id, bucket, epoch, put, get, list, other, uploaded, downloaded)| Item {
                bucket,
                epoch,
                user_id,
                traffic: Traffic {
                    put,
                    get,
                    list,
                    other,
                    uploaded,
                    downloaded,
                },
            },
        )
        .collect())
}
