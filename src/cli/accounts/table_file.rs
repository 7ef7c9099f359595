//! Services of WHMCS as a CSV file with a head.

use std::collections::HashSet;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::adoption::AdoptService;
use crate::drift::WhmcsService;
use crate::ostor::UserId;

/// Largest number of WHMCS's tables.
const MAX_WHMCS_ID: i64 = 4_294_967_295;

/// `service_id,client_id,email,status,user_id`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DriftRow {
    service_id: i64,
    client_id: i64,
    email: String,
    status: String,
    #[serde(default)]
    user_id: String,
}

/// `service_id,client_id,email,user_id,access_key_ids`, and `former_emails` where there are any.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdoptRow {
    service_id: i64,
    client_id: i64,
    email: String,
    #[serde(default)]
    user_id: String,
    #[serde(default)]
    access_key_ids: String,
    #[serde(default)]
    former_emails: String,
}

/// What WHMCS has as a service's Username; before it has an S3 user that is a word of WHMCS's own.
fn stored(user_id: &str) -> Option<UserId> {
    UserId::try_from(user_id).ok()
}

fn rows<T: DeserializeOwned>(text: &[u8]) -> anyhow::Result<Vec<T>> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(text);
    let rows: Result<Vec<T>, csv::Error> = reader.deserialize().collect();
    let rows = rows.context("the file of services is not usable")?;
    if rows.is_empty() {
        bail!("the file of services has no service in it");
    }
    Ok(rows)
}

fn check(numbers: impl Iterator<Item = (i64, i64)>) -> anyhow::Result<()> {
    let mut seen = HashSet::new();
    for (service_id, client_id) in numbers {
        for number in [service_id, client_id] {
            if !(1..=MAX_WHMCS_ID).contains(&number) {
                bail!("the file of services has {number}, which is not a number of WHMCS");
            }
        }
        if !seen.insert(service_id) {
            bail!("the file of services has service {service_id} twice");
        }
    }
    Ok(())
}

pub(super) fn for_drift(text: &[u8]) -> anyhow::Result<Vec<WhmcsService>> {
    let rows: Vec<DriftRow> = rows(text)?;
    check(rows.iter().map(|row| (row.service_id, row.client_id)))?;
    let service = |row: DriftRow| WhmcsService {
        service_id: row.service_id,
        client_id: row.client_id,
        user_id: stored(&row.user_id),
        email: row.email,
        status: row.status,
    };
    Ok(rows.into_iter().map(service).collect())
}

pub(super) fn for_adoption(text: &[u8]) -> anyhow::Result<Vec<AdoptService>> {
    let rows: Vec<AdoptRow> = rows(text)?;
    check(rows.iter().map(|row| (row.service_id, row.client_id)))?;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let service = |row: AdoptRow| AdoptService {
        service_id: row.service_id,
        client_id: row.client_id,
        user_id: stored(&row.user_id),
        access_key_ids: words(&row.access_key_ids),
        former_emails: words(&row.former_emails),
        email: row.email,
    };
    Ok(rows.into_iter().map(service).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails when a column is lost, or a file that means something else is taken.
    #[test]
    fn files_are_read_to_the_letter() {
        let text = "\u{feff}service_id,client_id,email,status,user_id\r\n7,3,a@b,Active,0123456789abcdef\r\n8,3,a@b,Pending,customera\r\n";
        let read = for_drift(text.as_bytes()).expect("services");
        assert_eq!((read[0].service_id, read[0].client_id), (7, 3));
        assert_eq!((&*read[0].email, &*read[0].status), ("a@b", "Active"));
        assert_eq!(
            read[0].user_id.as_ref().map(UserId::as_str),
            Some("0123456789abcdef")
        );
        assert_eq!(read[1].user_id, None);
        let text = "service_id,client_id,email,user_id,access_key_ids,former_emails\n7,3,a@b,,K1 K2,old@b\n";
        let read = for_adoption(text.as_bytes()).expect("services");
        assert_eq!(read[0].access_key_ids, ["K1", "K2"]);
        assert_eq!(read[0].former_emails, ["old@b"]);
        for (text, words) in [
            ("service_id,client_id,email,status\n", "no service"),
            ("service_id,client_id,email\n7,3,a\n", "status"),
            ("service_id,client_id,email,status,x\n7,3,a,Active,1\n", "x"),
            (
                "service_id,client_id,email,status\nx,3,a,Active\n",
                "invalid digit",
            ),
            (
                "service_id,client_id,email,status\n0,3,a,Active\n",
                "0, which",
            ),
            (
                "service_id,client_id,email,status\n7,3,a,Active\n7,3,a,Active\n",
                "twice",
            ),
        ] {
            let error = for_drift(text.as_bytes()).expect_err(text);
            assert!(format!("{error:#}").contains(words), "{error:#}");
        }
    }
}
