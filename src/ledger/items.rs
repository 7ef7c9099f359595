//! Statistics objects as they are counted and kept: items in a fixed order, as JSON, with a fingerprint.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Error, Traffic};

/// What one user did in one bucket during one statistics object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// The requester; empty when it gave no name.
    pub user_id: String,
    /// Empty: requests that address no bucket.
    pub bucket: String,
    /// Incarnation of the bucket as statistics number it.
    pub epoch: i64,
    /// What was counted.
    pub traffic: Traffic,
}

/// A statistics object that is ready to be counted.
#[derive(Clone, Debug)]
pub struct StatisticsRecord {
    /// Its name, unique on the cluster.
    pub name: String,
    /// When it begins; all of it is booked there.
    pub start: Timestamp,
    /// SHA-256 of the items as they are kept.
    pub(super) fingerprint: [u8; 32],
    /// The items as they are kept.
    pub(super) json: String,
    /// The items.
    pub items: Vec<Item>,
}

/// User, bucket, epoch, put, get, list, other, uploaded, downloaded.
type Row<Text> = (Text, Text, i64, i64, i64, i64, i64, i64, i64);

impl StatisticsRecord {
    /// An object of these items. Their order means nothing: the same items give the same fingerprint.
    #[must_use]
    pub fn new(name: String, start: Timestamp, mut items: Vec<Item>) -> Self {
        items.sort_unstable();
        let json = to_json(&items);
        Self {
            fingerprint: Sha256::digest(json.as_bytes()).into(),
            name,
            start,
            json,
            items,
        }
    }

    /// An object as it was kept.
    pub(super) fn kept(name: String, start: i64, json: String) -> Result<Self, Error> {
        let corrupt = || Error::Corrupt(format!("the items of statistics object {name}"));
        Ok(Self {
            fingerprint: Sha256::digest(json.as_bytes()).into(),
            items: from_json(&json).map_err(|_| corrupt())?,
            start: Timestamp::from_second(start).map_err(|_| corrupt())?,
            name,
            json,
        })
    }
}

fn to_json(items: &[Item]) -> String {
    let rows: Vec<Row<&str>> = items
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

fn from_json(json: &str) -> Result<Vec<Item>, serde_json::Error> {
    let rows: Vec<Row<String>> = serde_json::from_str(json)?;
    let item = |(user_id, bucket, epoch, put, get, list, other, uploaded, downloaded)| Item {
        user_id,
        bucket,
        epoch,
        traffic: Traffic {
            put,
            get,
            list,
            other,
            uploaded,
            downloaded,
        },
    };
    Ok(rows.into_iter().map(item).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(user: &str, bucket: &str, put: i64) -> Item {
        Item {
            user_id: user.into(),
            bucket: bucket.into(),
            epoch: 98_305,
            traffic: Traffic {
                put,
                downloaded: 1 << 60,
                ..Traffic::default()
            },
        }
    }

    #[test]
    fn order_means_nothing_and_content_everything() {
        let record = |items| StatisticsRecord::new("n".into(), Timestamp::UNIX_EPOCH, items);
        let one = record(vec![item("u", "a", 1), item("u", "b\"\u{1}", 2)]);
        let other = record(vec![item("u", "b\"\u{1}", 2), item("u", "a", 1)]);
        assert_eq!(one.fingerprint, other.fingerprint);
        let more = record(vec![item("u", "a", 1), item("u", "b\"\u{1}", 3)]);
        assert_ne!(one.fingerprint, more.fingerprint);
        let kept = StatisticsRecord::kept("n".into(), 0, one.json.clone()).expect("items");
        assert_eq!((kept.items, kept.fingerprint), (one.items, one.fingerprint));
        assert!(StatisticsRecord::kept("n".into(), 0, "[[1]]".into()).is_err());
    }
}
