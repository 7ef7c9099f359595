//! What single S3 users used by the hour.

use std::ops::Range;

use sqlx::FromRow;

use super::sql::query;
use super::traffic::sums;
use super::{Error, Ledger, Span, Traffic};

/// An S3 user who used something or could have.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct MeteredUser {
    /// Its id; what a gateway put in the place of one where the requester gave none.
    pub user_id: String,
    /// WHMCS installation of the service it belongs or belonged to; absent when there is none.
    pub client: Option<String>,
    /// Number of the service.
    pub service_id: Option<i64>,
    /// WHMCS's number of the customer, when known.
    pub client_id: Option<i64>,
}

/// Traffic of a bucket in an hour.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct HourTraffic {
    /// The hour, counted from 1970.
    pub hour: i64,
    /// Empty: requests that address no bucket.
    pub bucket: String,
    /// What was counted.
    #[sqlx(flatten)]
    pub traffic: Traffic,
}

impl Ledger {
    /// Users of services by WHMCS installation and service, then those that used something and belong to none.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn metered_users(&self, cluster: &str) -> Result<Vec<MeteredUser>, Error> {
        Ok(query(
            "SELECT user_id, client, service_id, client_id FROM (
                 SELECT u.user_id, a.client, a.service_id, a.client_id
                 FROM account_users u JOIN accounts a ON a.id = u.account WHERE u.cluster = ?1
                 UNION ALL
                 SELECT user_id, NULL, NULL, NULL FROM (
                     SELECT user_id FROM usage_months WHERE cluster = ?1
                     UNION SELECT owner_id FROM buckets WHERE cluster = ?1
                     EXCEPT SELECT user_id FROM account_users WHERE cluster = ?1) AS others) AS users
             ORDER BY client IS NULL, client, service_id, user_id",
        )
        .bind(cluster)
        .fetch_all(&self.pool)
        .await?)
    }

    /// The hours between a user's first and last usage, counted from 1970; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn hours_of_user(
        &self,
        cluster: &str,
        user_id: &str,
    ) -> Result<Option<Range<i64>>, Error> {
        let (first, last): (Option<i64>, Option<i64>) = query(
            "SELECT min(first), max(last) FROM (
                 SELECT CAST((SELECT min(slot) FROM usage_slots WHERE cluster = ?1 AND user_id = ?2) >> 2 AS SIGNED) AS first,
                        CAST((SELECT max(slot) FROM usage_slots WHERE cluster = ?1 AND user_id = ?2) >> 2 AS SIGNED) + 1 AS last
                 UNION ALL
                 SELECT coalesce((SELECT min(start_hour) FROM storage_spans WHERE bucket = b.id), open_start), hour
                 FROM buckets b WHERE cluster = ?1 AND owner_id = ?2) AS edges",
        )
        .bind(cluster)
        .bind(user_id)
        .fetch_one(&self.pool)
        .await?;
        Ok(first.zip(last).map(|(first, last)| first..last))
    }

    /// Traffic of a user within `hours`, counted from 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn traffic_by_hour(
        &self,
        cluster: &str,
        user_id: &str,
        hours: &Range<i64>,
    ) -> Result<Vec<HourTraffic>, Error> {
        Ok(query(concat!(
            "SELECT CAST(slot >> 2 AS SIGNED) AS hour, bucket, ",
            sums!(""),
            "
             FROM usage_slots WHERE cluster = ? AND user_id = ? AND slot >= ? * 4 AND slot < ? * 4
             GROUP BY hour, bucket"
        ))
        .bind(cluster)
        .bind(user_id)
        .bind(hours.start)
        .bind(hours.end)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Spans of a user's buckets, with the bucket's name, that reach into `hours`, counted from 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn spans_of_user(
        &self,
        cluster: &str,
        user_id: &str,
        hours: &Range<i64>,
    ) -> Result<Vec<(String, Span)>, Error> {
        let rows: Vec<(String, i64, i64, i64)> = query(
            "SELECT name, open_start, hour, open_byte_hours FROM buckets
             WHERE cluster = ?1 AND owner_id = ?2 AND hour > ?3 AND open_start < ?4 AND open_byte_hours > 0
             UNION ALL
             SELECT b.name, s.start_hour, s.end_hour, s.byte_hours
             FROM buckets b CROSS JOIN storage_spans s ON s.bucket = b.id
             WHERE b.cluster = ?1 AND b.owner_id = ?2 AND s.end_hour > ?3 AND s.start_hour < ?4
               AND s.start_hour >= ?3 - 31 * 24", // No span is longer than a month.
        )
        .bind(cluster)
        .bind(user_id)
        .bind(hours.start)
        .bind(hours.end)
        .fetch_all(&self.pool)
        .await?;
        let span = |(name, start_hour, end_hour, byte_hours)| {
            let span = Span {
                start_hour,
                end_hour,
                byte_hours,
            };
            (name, span)
        };
        Ok(rows.into_iter().map(span).collect())
    }
}
