//! Statistics objects and what they add up to.

use std::collections::HashSet;
use std::ops::AddAssign;

use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, SqliteConnection};

use super::{Error, Ledger};

/// Seconds of a slot. Every time zone is a multiple of it off UTC, so its days and months begin with a slot.
pub const SLOT_SECONDS: i64 = 900;

/// Names of one statement; SQLite takes 32 766 values.
const NAMES: usize = 1000;

/// Operations and payload bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traffic {
    /// Uploads, copies and created buckets.
    pub put: i64,
    /// Downloads, and listings of one's buckets.
    pub get: i64,
    /// Listings of a bucket.
    pub list: i64,
    /// Everything else.
    pub other: i64,
    /// Bytes received.
    pub uploaded: i64,
    /// Bytes sent.
    pub downloaded: i64,
}

impl Traffic {
    /// The figures in the order of the columns.
    #[must_use]
    pub fn values(&self) -> [i64; 6] {
        [
            self.put,
            self.get,
            self.list,
            self.other,
            self.uploaded,
            self.downloaded,
        ]
    }

    /// Names of the columns, in the order of [`Self::values`].
    pub(super) const COLUMNS: [&str; 6] = [
        "ops_put",
        "ops_get",
        "ops_list",
        "ops_other",
        "uploaded",
        "downloaded",
    ];

    /// Negative figures as zero.
    pub(super) fn at_least_zero(self) -> Self {
        Self {
            put: self.put.max(0),
            get: self.get.max(0),
            list: self.list.max(0),
            other: self.other.max(0),
            uploaded: self.uploaded.max(0),
            downloaded: self.downloaded.max(0),
        }
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// This less `other`, figure by figure.
    #[must_use]
    pub fn less(&self, other: &Self) -> Self {
        Self {
            put: self.put - other.put,
            get: self.get - other.get,
            list: self.list - other.list,
            other: self.other - other.other,
            uploaded: self.uploaded - other.uploaded,
            downloaded: self.downloaded - other.downloaded,
        }
    }
}

impl AddAssign for Traffic {
    fn add_assign(&mut self, more: Self) {
        self.put += more.put;
        self.get += more.get;
        self.list += more.list;
        self.other += more.other;
        self.uploaded += more.uploaded;
        self.downloaded += more.downloaded;
    }
}

impl FromRow<'_, SqliteRow> for Traffic {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            put: row.try_get("ops_put")?,
            get: row.try_get("ops_get")?,
            list: row.try_get("ops_list")?,
            other: row.try_get("ops_other")?,
            uploaded: row.try_get("uploaded")?,
            downloaded: row.try_get("downloaded")?,
        })
    }
}

/// An object that is not counted.
#[derive(Clone, Debug, FromRow)]
pub struct Problem {
    /// Its name.
    pub name: String,
    /// A sentence.
    pub problem: String,
    /// The gateway's clock, in seconds since 1970.
    pub first_seen: i64,
    /// The gateway's clock, in seconds since 1970.
    pub last_seen: i64,
}

/// How far the metering of a cluster has come; times are the gateway's, in seconds since 1970.
#[derive(Clone, Debug, Default, FromRow, PartialEq, Eq)]
pub struct Standing {
    /// Longest nominal period of a statistics object seen, in seconds.
    pub period: Option<i64>,
    /// Start of the oldest object counted; absent until there is one.
    pub known_from: Option<i64>,
    /// Every object that starts before is counted, as far as can be known.
    pub complete_until: Option<i64>,
    /// The last run that saw all objects.
    pub collected_at: Option<i64>,
    /// The first sample of bucket sizes.
    pub sampled_from: Option<i64>,
    /// The last one.
    pub sampled_at: Option<i64>,
}

/// The slot of a time.
#[must_use]
pub fn slot_of(second: i64) -> i64 {
    second.div_euclid(SLOT_SECONDS)
}

/// The UTC month of a time: year * 12 + month - 1.
#[must_use]
pub fn month_of(time: Timestamp) -> i64 {
    let date = time.to_zoned(jiff::tz::TimeZone::UTC).date();
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// Start of a UTC month as [`month_of`] numbers it, in seconds since 1970.
#[must_use]
pub fn month_start(month: i64) -> i64 {
    let year = i16::try_from(month.div_euclid(12)).unwrap_or(i16::MAX);
    let number = i8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    jiff::civil::Date::new(year, number, 1)
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC))
        .map_or(i64::MAX, |start| start.timestamp().as_second())
}

impl Ledger {
    /// Records objects that could not be counted, each with a sentence. `now` is the gateway's clock.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_aside(
        &self,
        cluster: &str,
        now: Timestamp,
        problems: &[(String, String)],
    ) -> Result<(), Error> {
        let mut tx = self.write().await?;
        for (name, problem) in problems {
            note_problem(&mut tx, cluster, name, problem, None, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Objects that are not counted, the longest known first.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn statistics_problems(&self, cluster: &str) -> Result<Vec<Problem>, Error> {
        Ok(sqlx::query_as(
            "SELECT name, problem, first_seen, last_seen FROM statistics_problems
             WHERE cluster = ? ORDER BY first_seen, name",
        )
        .bind(cluster)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Which of `names` are counted.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn counted(&self, cluster: &str, names: &[String]) -> Result<HashSet<String>, Error> {
        let mut known = HashSet::new();
        for names in names.chunks(NAMES) {
            let mut sql = QueryBuilder::new("SELECT name FROM statistics_objects WHERE cluster = ");
            sql.push_bind(cluster).push(" AND name IN (");
            let mut list = sql.separated(", ");
            for name in names {
                list.push_bind(name);
            }
            sql.push(")");
            known.extend(sql.build_query_scalar().fetch_all(&self.pool).await?);
        }
        Ok(known)
    }

    /// How far the metering of a cluster has come.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn standing(&self, cluster: &str) -> Result<Standing, Error> {
        Ok(sqlx::query_as(
            "SELECT period, known_from, complete_until, collected_at, sampled_from, sampled_at
             FROM metering WHERE cluster = ?",
        )
        .bind(cluster)
        .fetch_optional(&self.pool)
        .await?
        .unwrap_or_default())
    }

    /// Records that a run saw all objects `at` some time of the gateway, that every object which starts before
    /// `complete_until` is counted, and that `period` is the longest nominal period seen, in seconds.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn set_complete(
        &self,
        cluster: &str,
        at: Timestamp,
        complete_until: Timestamp,
        period: i64,
    ) -> Result<(), Error> {
        let mut tx = self.write().await?;
        sqlx::query(
            "INSERT INTO metering (cluster, complete_until, period, collected_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (cluster) DO UPDATE SET complete_until = ?2, period = ?3, collected_at = ?4",
        )
        .bind(cluster)
        .bind(complete_until.as_second())
        .bind(period)
        .bind(at.as_second())
        .execute(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE metering SET known_from =
                 (SELECT min(start) FROM statistics_objects WHERE cluster = ?1)
             WHERE cluster = ?1",
        )
        .bind(cluster)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Drops the items of objects that begin before `until`; their sums and names stay. Answers how many were dropped.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn drop_items(&self, cluster: &str, until: Timestamp) -> Result<u64, Error> {
        let mut dropped = 0;
        loop {
            let mut tx = self.write().await?;
            let done = sqlx::query(
                "UPDATE statistics_objects SET items = NULL WHERE id IN (
                     SELECT id FROM statistics_objects
                     WHERE cluster = ? AND start < ? AND items IS NOT NULL LIMIT 500)",
            )
            .bind(cluster)
            .bind(until.as_second())
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
            dropped += done.rows_affected();
            if done.rows_affected() == 0 {
                return Ok(dropped);
            }
        }
    }
}

pub(super) async fn note_problem(
    tx: &mut SqliteConnection,
    cluster: &str,
    name: &str,
    problem: &str,
    items: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO statistics_problems (cluster, name, problem, items, first_seen, last_seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)
         ON CONFLICT (cluster, name) DO UPDATE SET problem = ?3, items = coalesce(?4, items), last_seen = ?5",
    )
    .bind(cluster)
    .bind(name)
    .bind(problem)
    .bind(items)
    .bind(now.as_second())
    .execute(&mut *tx)
    .await?;
    Ok(())
}
