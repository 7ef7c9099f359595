//! What all S3 users of a cluster used in some time, whether or not they belong to a service.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use sqlx::FromRow;

use super::sql::{Tx, query};
use super::traffic::sums;
use super::{Account, ByteHours, Error, Ledger, Since, Span, Traffic};

/// A time in the units in which usage is kept.
#[derive(Clone, Debug)]
pub struct Window {
    /// Where traffic begins to count.
    pub from: Since,
    /// Where it ends.
    pub until: Since,
    /// Both in seconds since 1970.
    pub seconds: Range<i64>,
}

/// What was read at one moment.
#[derive(Debug, Default)]
pub struct Overview {
    /// Services that have or had an S3 user, by WHMCS installation and number.
    pub accounts: Vec<Account>,
    /// Row of the service by S3 user, former users included.
    pub owners: HashMap<String, i64>,
    /// Traffic by S3 user.
    pub traffic: BTreeMap<String, Traffic>,
    /// Byte-hours of ended spans that lie within the window, by owner.
    pub byte_hours: BTreeMap<String, ByteHours>,
    /// Other spans that reach into it, with their owners: open ones, and those over an edge.
    pub edge_spans: Vec<(String, Span)>,
    /// What is stored now by S3 user; users without buckets are absent.
    pub held: BTreeMap<String, Held>,
    /// Buckets that went missing, in the order in which they did.
    pub vanished: Vec<Vanished>,
}

/// What an S3 user stored at the last sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Bytes.
    pub bytes: i64,
    /// Buckets.
    pub buckets: i64,
}

/// A bucket that is counted up to its last sample.
#[derive(Clone, Debug, FromRow, PartialEq, Eq)]
pub struct Vanished {
    /// Its name.
    pub name: String,
    /// The S3 user who owned it.
    pub owner_id: String,
    /// Bytes at the last sample.
    #[sqlx(rename = "current")]
    pub bytes: i64,
    /// Hour of the last sample, counted from 1970.
    pub hour: i64,
    /// The first listing without it, in seconds since 1970.
    pub missing_since: i64,
    /// Whether it is there still, and only the gateway's count of it began anew.
    pub counted_anew: bool,
}

/// Traffic of one user.
#[derive(FromRow)]
struct UserTraffic {
    user_id: String,
    #[sqlx(flatten)]
    traffic: Traffic,
}

impl Window {
    /// The hours that it reaches into, counted from 1970.
    fn hours(&self) -> Range<i64> {
        self.seconds.start.div_euclid(3600)..(self.seconds.end + 3599).div_euclid(3600)
    }

    /// The hours that lie within it.
    fn full_hours(&self) -> Range<i64> {
        (self.seconds.start + 3599).div_euclid(3600)..self.seconds.end.div_euclid(3600)
    }
}

impl Ledger {
    /// What a cluster's S3 users used in `window`, as it was at one moment: a run of metering beside it does not show in
    /// some of the figures only.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn overview(&self, cluster: &str, window: &Window) -> Result<Overview, Error> {
        let mut tx = self.snapshot().await?;
        let owners: Vec<(String, i64)> =
            query("SELECT user_id, account FROM account_users WHERE cluster = ?")
                .bind(cluster)
                .fetch_all(&mut tx)
                .await?;
        let accounts = query(
            "SELECT * FROM accounts
             WHERE cluster = ? AND coalesce(user_id, former_user_id) IS NOT NULL
             ORDER BY client, service_id",
        );
        let accounts = accounts.bind(cluster).fetch_all(&mut tx).await?;
        let traffic = traffic(&mut tx, cluster, window).await?;
        let held = held(&mut tx, cluster).await?;
        let byte_hours = byte_hours(&mut tx, cluster, window).await?;
        let edge_spans = edge_spans(&mut tx, cluster, window).await?;
        let vanished = vanished(&mut tx, cluster, &window.seconds).await?;
        tx.commit().await?;
        Ok(Overview {
            accounts,
            owners: owners.into_iter().collect(),
            traffic,
            byte_hours,
            edge_spans,
            held,
            vanished,
        })
    }
}

async fn traffic(
    tx: &mut Tx,
    cluster: &str,
    window: &Window,
) -> Result<BTreeMap<String, Traffic>, Error> {
    let months: Vec<UserTraffic> = query(concat!(
        "SELECT user_id, ",
        sums!(""),
        "
         FROM usage_months WHERE cluster = ? AND month >= ? AND month < ? GROUP BY user_id"
    ))
    .bind(cluster)
    .bind(window.from.month)
    .bind(window.until.month)
    .fetch_all(&mut *tx)
    .await?;
    let mut sums: BTreeMap<String, Traffic> = months
        .into_iter()
        .map(|row| (row.user_id, row.traffic))
        .collect();
    let edges = [
        (&window.from, window.from.slots_count),
        (&window.until, !window.until.slots_count),
    ];
    for (edge, counts) in edges {
        if edge.slots.is_empty() {
            continue;
        }
        // The index leads to a user's slots, not to the slots of all.
        let slots: Vec<UserTraffic> = query(concat!(
            "SELECT s.user_id, ",
            sums!("s."),
            "
             FROM (SELECT DISTINCT user_id FROM usage_months WHERE cluster = ?1) u
             CROSS JOIN usage_slots s ON s.cluster = ?1 AND s.user_id = u.user_id
                                     AND s.slot >= ?2 AND s.slot < ?3
             GROUP BY s.user_id"
        ))
        .bind(cluster)
        .bind(edge.slots.start)
        .bind(edge.slots.end)
        .fetch_all(&mut *tx)
        .await?;
        for UserTraffic { user_id, traffic } in slots {
            let sum = sums.entry(user_id).or_default();
            if counts {
                *sum += traffic;
            } else {
                *sum = sum.less(&traffic);
            }
        }
    }
    Ok(sums)
}

async fn held(tx: &mut Tx, cluster: &str) -> Result<BTreeMap<String, Held>, Error> {
    let rows: Vec<(String, i64, i64)> = query(
        "SELECT owner_id, CAST(sum(current) AS SIGNED), count(*) FROM buckets
         WHERE cluster = ? AND missing_since IS NULL GROUP BY owner_id",
    )
    .bind(cluster)
    .fetch_all(tx)
    .await?;
    let held = |(owner, bytes, buckets)| (owner, Held { bytes, buckets });
    Ok(rows.into_iter().map(held).collect())
}

async fn byte_hours(
    tx: &mut Tx,
    cluster: &str,
    window: &Window,
) -> Result<BTreeMap<String, ByteHours>, Error> {
    // Halves of 40 bits, so that a sum never leaves 63. The index of buckets is in order of owners: nothing is sorted.
    let rows: Vec<(String, i64, i64)> = query(
        "SELECT b.owner_id, CAST(sum(s.byte_hours >> 40) AS SIGNED), CAST(sum(s.byte_hours & 1099511627775) AS SIGNED)
         FROM buckets b CROSS JOIN storage_spans s ON s.bucket = b.id
         WHERE b.cluster = ? AND s.start_hour >= ? AND s.start_hour < ? AND s.end_hour <= ?
         GROUP BY b.owner_id",
    )
    .bind(cluster)
    .bind(window.full_hours().start)
    .bind(window.full_hours().end)
    .bind(window.full_hours().end)
    .fetch_all(tx)
    .await?;
    let part = |value: i64| u128::from(value.unsigned_abs());
    let sums = rows
        .into_iter()
        .map(|(owner, high, low)| (owner, ByteHours((part(high) << 40) + part(low))));
    Ok(sums.collect())
}

async fn edge_spans(
    tx: &mut Tx,
    cluster: &str,
    window: &Window,
) -> Result<Vec<(String, Span)>, Error> {
    // No span is longer than a month: earlier ones need not be read.
    let rows: Vec<(String, i64, i64, i64)> = query(
        "SELECT owner_id, open_start, hour, open_byte_hours FROM buckets
         WHERE cluster = ?1 AND hour > ?2 AND open_start < ?5 AND open_byte_hours > 0
         UNION ALL
         SELECT b.owner_id, s.start_hour, s.end_hour, s.byte_hours
         FROM buckets b CROSS JOIN storage_spans s ON s.bucket = b.id
         WHERE b.cluster = ?1 AND s.start_hour >= ?2 - 31 * 24 AND s.start_hour < ?3 AND s.end_hour > ?2
         UNION ALL
         SELECT b.owner_id, s.start_hour, s.end_hour, s.byte_hours
         FROM buckets b CROSS JOIN storage_spans s ON s.bucket = b.id
         WHERE b.cluster = ?1 AND s.start_hour >= ?3 AND s.start_hour >= ?4 - 31 * 24 AND s.start_hour < ?5 AND s.end_hour > ?4",
    )
    .bind(cluster)
    .bind(window.hours().start)
    .bind(window.full_hours().start)
    .bind(window.full_hours().end)
    .bind(window.hours().end)
    .fetch_all(tx)
    .await?;
    let span = |(owner, start_hour, end_hour, byte_hours)| {
        let span = Span {
            start_hour,
            end_hour,
            byte_hours,
        };
        (owner, span)
    };
    Ok(rows.into_iter().map(span).collect())
}

async fn vanished(
    tx: &mut Tx,
    cluster: &str,
    seconds: &Range<i64>,
) -> Result<Vec<Vanished>, Error> {
    Ok(query(
        "SELECT name, owner_id, current, hour, missing_since,
                EXISTS (SELECT 1 FROM buckets later
                        WHERE later.cluster = b.cluster AND later.owner_id = b.owner_id AND later.name = b.name
                          AND later.created = b.created AND later.incarnation > b.incarnation) AS counted_anew
         FROM buckets b WHERE cluster = ? AND missing_since >= ? AND missing_since < ?
         ORDER BY missing_since, name",
    )
    .bind(cluster)
    .bind(seconds.start)
    .bind(seconds.end)
    .fetch_all(tx)
    .await?)
}
