//! What the services of a WHMCS installation used, a page of services at a time.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use sqlx::FromRow;

use super::leases::Lease;
use super::sql::{Builder, On, Query, Value, query};
use super::traffic::sums;
use super::{Account, ByteHours, Error, Exclusion, Ledger, Traffic, transact};

/// Rows of one statement; SQLite takes 32 766 values. Only full ones are kept prepared: there are many other lengths,
/// and they are large.
const ROWS: usize = 1000;

/// Services of one WHMCS installation on one cluster, by their numbers.
#[derive(Clone, Debug)]
pub struct ServiceRange<'a> {
    /// Name of the WHMCS installation.
    pub client: &'a str,
    /// Name of the cluster.
    pub cluster: &'a str,
    /// WHMCS's numbers, first and last.
    pub ids: RangeInclusive<i64>,
}

/// From when on traffic is added up: whole UTC months, corrected by slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The first UTC month, year * 12 + month - 1.
    pub month: i64,
    /// Slots at the edge.
    pub slots: Range<i64>,
    /// Whether the slots count beside the months, or are part of the months and do not count.
    pub slots_count: bool,
}

/// Number, S3 user and plan of a service, bytes stored, and what was downloaded by months and in the slots at the edge;
/// sums of nothing are null.
pub type UsageRow = (
    i64,
    String,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<i64>,
);

/// What an account stores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Bytes at the last sample.
    pub bytes: i64,
    /// Buckets at the last sample.
    pub buckets: i64,
    /// Byte-hours counted since the account began.
    pub byte_hours: ByteHours,
}

/// Figures of one account for a calendar month of WHMCS; those that are not known are absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Operations and bytes.
    pub traffic: Option<Traffic>,
    /// Byte-hours.
    pub byte_hours: Option<ByteHours>,
}

/// Traffic of an account, by the account's row.
#[derive(FromRow)]
struct AccountTraffic {
    account: i64,
    #[sqlx(flatten)]
    traffic: Traffic,
}

/// Byte-hours in two columns, so that SQL can add them up.
const TIB: u128 = 1 << 40;

fn split(byte_hours: ByteHours) -> (i64, i64) {
    let high = i64::try_from(byte_hours.0 / TIB).unwrap_or(i64::MAX);
    let low = i64::try_from(byte_hours.0 % TIB).unwrap_or(0);
    (high, low)
}

fn joined(high: i64, low: i64) -> ByteHours {
    ByteHours(u128::from(high.unsigned_abs()) * TIB + u128::from(low.unsigned_abs()))
}

impl Ledger {
    /// Services after the number `after` that have or had an S3 user, by their numbers; terminated ones only when that
    /// was at or after `terminated_since`, in ms since 1970.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn accounts_page(
        &self,
        client: &str,
        cluster: &str,
        after: i64,
        terminated_since: i64,
        most: i64,
    ) -> Result<Vec<Account>, Error> {
        Ok(query(
            "SELECT * FROM accounts
             WHERE client = ? AND cluster = ? AND service_id > ?
               AND coalesce(user_id, former_user_id) IS NOT NULL
               AND (state <> 'terminated' OR updated_at >= ?)
             ORDER BY service_id LIMIT ?",
        )
        .bind(client)
        .bind(cluster)
        .bind(after)
        .bind(terminated_since)
        .bind(most)
        .fetch_all(&self.pool)
        .await?)
    }

    /// What a nightly run needs of the services after the number `after`, in one statement and no column more: this is
    /// asked for every service there is. Which services, as for [`Self::accounts_page`]; downloads count since `since`.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn usage_page(
        &self,
        client: &str,
        cluster: &str,
        after: i64,
        terminated_since: i64,
        since: &Since,
        most: i64,
    ) -> Result<Vec<UsageRow>, Error> {
        Ok(query(
            "SELECT a.service_id, coalesce(a.user_id, a.former_user_id), a.plan,
                    (SELECT CAST(sum(b.current) AS SIGNED) FROM account_users u
                     CROSS JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
                     WHERE u.account = a.id AND b.missing_since IS NULL),
                    (SELECT CAST(sum(m.downloaded) AS SIGNED) FROM account_users u
                     CROSS JOIN usage_months m ON m.cluster = u.cluster AND m.user_id = u.user_id
                     WHERE u.account = a.id AND m.month >= ?1),
                    CASE WHEN ?2 < ?3 THEN
                        (SELECT CAST(sum(s.downloaded) AS SIGNED) FROM account_users u
                         CROSS JOIN usage_slots s ON s.cluster = u.cluster AND s.user_id = u.user_id
                         WHERE u.account = a.id AND s.slot >= ?2 AND s.slot < ?3)
                    END
             FROM accounts a
             WHERE a.client = ?4 AND a.cluster = ?5 AND a.service_id > ?6
               AND coalesce(a.user_id, a.former_user_id) IS NOT NULL
               AND (a.state <> 'terminated' OR a.updated_at >= ?7)
             ORDER BY a.service_id LIMIT ?8",
        )
        .bind(since.month)
        .bind(since.slots.start)
        .bind(since.slots.end)
        .bind(client)
        .bind(cluster)
        .bind(after)
        .bind(terminated_since)
        .bind(most)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Traffic of the services since they began, by account row. Services without any are absent.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn traffic(
        &self,
        services: &ServiceRange<'_>,
    ) -> Result<HashMap<i64, Traffic>, Error> {
        let sums: Vec<AccountTraffic> = query(concat!(
            "SELECT u.account, ",
            sums!("m."),
            "
             FROM accounts a
             JOIN account_users u ON u.account = a.id
             JOIN usage_months m ON m.cluster = u.cluster AND m.user_id = u.user_id
             WHERE a.client = ? AND a.cluster = ? AND a.service_id BETWEEN ? AND ?
             GROUP BY u.account"
        ))
        .bind(services.client)
        .bind(services.cluster)
        .bind(services.ids.start())
        .bind(services.ids.end())
        .fetch_all(&self.pool)
        .await?;
        Ok(sums
            .into_iter()
            .map(|row| (row.account, row.traffic))
            .collect())
    }

    /// What the services store and have stored, by account row. Services that never had a bucket are absent.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn stored(&self, services: &ServiceRange<'_>) -> Result<HashMap<i64, Stored>, Error> {
        let rows: Vec<(i64, i64, String, Option<i64>)> = query(
            "SELECT u.account, b.current, b.booked, b.missing_since
             FROM accounts a
             JOIN account_users u ON u.account = a.id
             JOIN buckets b ON b.cluster = u.cluster AND b.owner_id = u.user_id
             WHERE a.client = ? AND a.cluster = ? AND a.service_id BETWEEN ? AND ?",
        )
        .bind(services.client)
        .bind(services.cluster)
        .bind(services.ids.start())
        .bind(services.ids.end())
        .fetch_all(&self.pool)
        .await?;
        let mut sums: HashMap<i64, Stored> = HashMap::new();
        for (account, current, booked, missing_since) in rows {
            let sum = sums.entry(account).or_default();
            sum.byte_hours += booked.parse()?;
            if missing_since.is_none() {
                sum.bytes += current;
                sum.buckets += 1;
            }
        }
        Ok(sums)
    }

    /// Turns what accounts used since they began into figures for `period` (`YYYY-MM`), and records these as delivered:
    /// a figure is what was used less what was delivered for all other periods, so that the last figures of all periods
    /// add up to what was used. A figure that is not known changes nothing that was delivered.
    ///
    /// # Errors
    /// [`Error::Statement`]; then nothing counts as delivered.
    pub async fn deliver(
        &self,
        services: &ServiceRange<'_>,
        period: &str,
        used: &[(i64, Delivery)],
    ) -> Result<Vec<Delivery>, Error> {
        // Two periods at once would both count what was delivered for neither.
        let right = match &self.exclusion {
            Exclusion::Files { .. } => None,
            Exclusion::Leases(leases) => {
                let name = format!("deliver:{}:{}", services.client, services.cluster);
                Some(leases.take(&name, &[]).await?)
            }
        };
        let fence = right.as_ref().map(Lease::fence);
        let ledger = self.under(fence);
        transact!(&ledger, |tx| {
            let delivered = undelivered(&mut *tx, services, period, used).await?;
            let known = delivered
                .iter()
                .filter(|(_, figures)| figures.traffic.is_some() || figures.byte_hours.is_some());
            let known: Vec<_> = known.collect();
            for rows in known.chunks(ROWS) {
                self.record_deliveries(period, rows)
                    .execute(&mut *tx)
                    .await?;
            }
            Ok(delivered.into_iter().map(|(_, figures)| figures).collect())
        })
    }

    /// What [`Self::deliver`] would answer, without recording it.
    ///
    /// # Errors
    /// [`Error::Statement`].
    pub async fn undelivered(
        &self,
        services: &ServiceRange<'_>,
        period: &str,
        used: &[(i64, Delivery)],
    ) -> Result<Vec<Delivery>, Error> {
        let figures = undelivered(&self.pool, services, period, used).await?;
        Ok(figures.into_iter().map(|(_, figures)| figures).collect())
    }

    /// The statement that records figures. All rows of a page know the same figures: what is known is known of a cluster.
    fn record_deliveries(&self, period: &str, rows: &[&(i64, Delivery)]) -> Query {
        let mut sql = Builder::new(
            "INSERT INTO deliveries (account, period, ops_put, ops_get, ops_list, ops_other, uploaded, downloaded,
                 tib_hours, byte_hours, updated_at) ",
        );
        let now = self.now_ms();
        sql.push_values(rows, |row, (account, figures)| {
            let (high, low) = split(figures.byte_hours.unwrap_or_default());
            row.extend([Value::from(account), period.into()]);
            row.extend(
                figures
                    .traffic
                    .unwrap_or_default()
                    .values()
                    .map(Value::from),
            );
            row.extend([high, low, now].map(Value::from));
        });
        let mut columns = vec!["updated_at"];
        if rows.iter().any(|(_, figures)| figures.traffic.is_some()) {
            columns.extend(Traffic::COLUMNS);
        }
        if rows.iter().any(|(_, figures)| figures.byte_hours.is_some()) {
            columns.extend(["tib_hours", "byte_hours"]);
        }
        let set = columns
            .iter()
            .map(|name| format!("{name} = excluded.{name}"));
        sql.build()
            .or_update("account, period", set.collect::<Vec<_>>().join(", "))
            .persistent(rows.len() == ROWS)
    }
}

/// What was used less what was delivered for all periods but `period`, by account row.
async fn undelivered(
    on: impl Into<On<'_>>,
    services: &ServiceRange<'_>,
    period: &str,
    used: &[(i64, Delivery)],
) -> Result<Vec<(i64, Delivery)>, Error> {
    type Row = (i64, i64, i64, i64, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = query(
        "SELECT d.account, CAST(sum(d.ops_put) AS SIGNED), CAST(sum(d.ops_get) AS SIGNED), CAST(sum(d.ops_list) AS SIGNED), CAST(sum(d.ops_other) AS SIGNED),
                    CAST(sum(d.uploaded) AS SIGNED), CAST(sum(d.downloaded) AS SIGNED), CAST(sum(d.tib_hours) AS SIGNED), CAST(sum(d.byte_hours) AS SIGNED)
             FROM accounts a
             JOIN deliveries d ON d.account = a.id
             WHERE a.client = ? AND a.cluster = ? AND a.service_id BETWEEN ? AND ? AND d.period <> ?
             GROUP BY d.account",
    )
    .bind(services.client)
    .bind(services.cluster)
    .bind(services.ids.start())
    .bind(services.ids.end())
    .bind(period)
    .fetch_all(on)
    .await?;
    let others: HashMap<i64, (Traffic, ByteHours)> = rows
        .into_iter()
        .map(
            |(account, put, get, list, other, uploaded, downloaded, high, low)| {
                let traffic = Traffic {
                    put,
                    get,
                    list,
                    other,
                    uploaded,
                    downloaded,
                };
                (account, (traffic, joined(high, low)))
            },
        )
        .collect();
    let figures = used.iter().map(|(account, used)| {
        let (traffic, byte_hours) = others.get(account).copied().unwrap_or_default();
        let figures = Delivery {
            traffic: used.traffic.map(|used| used.less(&traffic).at_least_zero()),
            byte_hours: used
                .byte_hours
                .map(|used| ByteHours(used.0.saturating_sub(byte_hours.0))),
        };
        (*account, figures)
    });
    Ok(figures.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_hours_survive_two_columns() {
        for amount in [0, 1, TIB - 1, TIB, 9_300_000_000_000_000_000_000_u128] {
            let (high, low) = split(ByteHours(amount));
            assert_eq!(joined(high, low), ByteHours(amount));
        }
    }
}
