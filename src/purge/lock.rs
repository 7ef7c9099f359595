//! Why a version cannot be deleted: object lock tells until when.

use aws_sdk_s3::types::{DefaultRetention, ObjectLockLegalHoldStatus};
use jiff::{SignedDuration, Timestamp};

use super::listing::Entry;
use super::store::Store;

/// What keeps a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Lock {
    /// When its retention ends.
    pub until: Option<Timestamp>,
    /// Whether somebody holds it, for as long as they like.
    pub held: bool,
}

impl Store {
    /// What keeps a version whose deletion was refused. What the server does not tell is not known.
    pub(super) async fn lock_of(&self, bucket: &str, entry: &Entry) -> Lock {
        let retention = self
            .s3
            .get_object_retention()
            .bucket(bucket)
            .key(&entry.key)
            .set_version_id(entry.version.clone())
            .send();
        let hold = self
            .s3
            .get_object_legal_hold()
            .bucket(bucket)
            .key(&entry.key)
            .set_version_id(entry.version.clone())
            .send();
        let (retention, hold) = tokio::join!(retention, hold);
        let until = retention.ok().and_then(|answer| {
            let date = answer.retention()?.retain_until_date()?;
            Timestamp::from_second(date.secs()).ok()
        });
        let held = hold.is_ok_and(|answer| {
            answer
                .legal_hold()
                .and_then(|hold| hold.status())
                .is_some_and(|status| *status == ObjectLockLegalHoldStatus::On)
        });
        Lock { until, held }
    }

    /// For how long a bucket locks what is put into it, where it does.
    pub(super) async fn default_lock(&self, bucket: &str) -> Option<SignedDuration> {
        let request = self.s3.get_object_lock_configuration().bucket(bucket);
        let answer = request.send().await.ok()?;
        let rule = answer.object_lock_configuration()?.rule()?;
        length(rule.default_retention()?)
    }
}

fn length(retention: &DefaultRetention) -> Option<SignedDuration> {
    let days = match (retention.days(), retention.years()) {
        (Some(days), _) => i64::from(days),
        (None, Some(years)) => i64::from(years) * 365,
        (None, None) => return None,
    };
    Some(SignedDuration::from_hours(days.checked_mul(24)?))
}
