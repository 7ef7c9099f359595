//! Statistics objects and what they add up to.

use std::collections::HashSet;
use std::ops::AddAssign;

use jiff::Timestamp;
use sqlx::FromRow;

use super::sql::{Builder, Tx, query, query_scalar};
use super::{Error, Ledger, transact};

/// Seconds of a slot. Every time zone is a multiple of it off UTC, so its days and months begin with a slot.
pub const SLOT_SECONDS: i64 = 900;

/// Names of one statement; SQLite takes 32 766 values.
const NAMES: usize = 1000;

/// The sums of [`Traffic`] in SQL, of a table by its alias and a dot, or by nothing.
macro_rules! sums {
    ($table:literal) => {
        concat!(
            "CAST(sum(",
            $table,
            "ops_put) AS SIGNED) AS ops_put, ",
            "CAST(sum(",
            $table,
            "ops_get) AS SIGNED) AS ops_get, ",
            "CAST(sum(",
            $table,
            "ops_list) AS SIGNED) AS ops_list, ",
            "CAST(sum(",
            $table,
            "ops_other) AS SIGNED) AS ops_other, ",
            "CAST(sum(",
            $table,
            "uploaded) AS SIGNED) AS uploaded, ",
            "CAST(sum(",
            $table,
            "downloaded) AS SIGNED) AS downloaded"
        )
    };
}
pub(super) use sums;

/// Operations and payload bytes.
#[derive(Clone, Copy, Debug, Default, FromRow, PartialEq, Eq, PartialOrd, Ord)]
pub struct Traffic {
    /// Uploads, copies and created buckets.
    #[sqlx(rename = "ops_put")]
    pub put: i64,
    /// Downloads, and listings of one's buckets.
    #[sqlx(rename = "ops_get")]
    pub get: i64,
    /// Listings of a bucket.
    #[sqlx(rename = "ops_list")]
    pub list: i64,
    /// Everything else.
    #[sqlx(rename = "ops_other")]
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
        transact!(self, |tx| {
            for (name, problem) in problems {
                note_problem(tx, cluster, name, problem, None, now).await?;
            }
            Ok(())
        })
    }

    /// Objects that are not counted, the longest known first.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn statistics_problems(&self, cluster: &str) -> Result<Vec<Problem>, Error> {
        Ok(query(
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
            let mut sql = Builder::new("SELECT name FROM statistics_objects WHERE cluster = ");
            sql.push_bind(cluster).push(" AND name IN ");
            sql.push_list(names);
            let names: Vec<(String,)> = sql.build().fetch_all(&self.pool).await?;
            known.extend(names.into_iter().map(|(name,)| name));
        }
        Ok(known)
    }

    /// How far the metering of a cluster has come.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn standing(&self, cluster: &str) -> Result<Standing, Error> {
        Ok(query(
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
        transact!(self, |tx| {
            query("INSERT INTO metering (cluster, complete_until, period, collected_at) VALUES (?, ?, ?, ?)")
                .bind(cluster)
                .bind(complete_until.as_second())
                .bind(period)
                .bind(at.as_second())
                .or_update(
                    "cluster",
                    "complete_until = excluded.complete_until, period = excluded.period,
                     collected_at = excluded.collected_at",
                )
                .execute(&mut *tx)
                .await?;
            query(
                "UPDATE metering SET known_from =
                     (SELECT min(start) FROM statistics_objects WHERE cluster = ?1)
                 WHERE cluster = ?1",
            )
            .bind(cluster)
            .execute(tx)
            .await?;
            Ok(())
        })
    }

    /// Drops the items of objects that begin before `until`; their sums and names stay. Answers how many were dropped.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn drop_items(&self, cluster: &str, until: Timestamp) -> Result<u64, Error> {
        let mut dropped = 0;
        loop {
            let ids: Vec<i64> = query_scalar(
                "SELECT id FROM statistics_objects
                 WHERE cluster = ? AND start < ? AND items IS NOT NULL LIMIT 500",
            )
            .bind(cluster)
            .bind(until.as_second())
            .fetch_all(&self.pool)
            .await?;
            if ids.is_empty() {
                return Ok(dropped);
            }
            let mut sql = Builder::new("UPDATE statistics_objects SET items = NULL WHERE id IN ");
            sql.push_list(ids);
            let sql = sql.build();
            dropped += transact!(self, |tx| Ok(sql.clone().execute(tx).await?.rows))?;
        }
    }
}

pub(super) async fn note_problem(
    tx: &mut Tx,
    cluster: &str,
    name: &str,
    problem: &str,
    items: Option<&str>,
    now: Timestamp,
) -> Result<(), Error> {
    query(
        "INSERT INTO statistics_problems (cluster, name, problem, items, first_seen, last_seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )
    .bind(cluster)
    .bind(name)
    .bind(problem)
    .bind(items)
    .bind(now.as_second())
    .or_update(
        "cluster, name",
        "problem = excluded.problem, items = coalesce(excluded.items, statistics_problems.items),
         last_seen = excluded.last_seen",
    )
    .execute(tx)
    .await?;
    Ok(())
}
