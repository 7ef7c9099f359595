//! What a calendar month came to, by what was counted in it. WHMCS is told otherwise, see [`super::metric_usage`]: it
//! cannot be told of a past month again.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::app::Services;
use crate::ledger::{Account, Held, Overview, Problem, ServiceKey, Traffic, Vanished, Window};
use crate::ostor::StatisticsName;

use super::byte_hours::share;
use super::gaps::reaches;
use super::{Coverage, Error, Period};

/// Figures of a month; those that are not known are absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MonthFigures {
    /// Operations and bytes of the month, as far as they are known.
    pub traffic: Option<Traffic>,
    /// Byte-hours of the month, as far as they are known.
    pub byte_hours: Option<u128>,
    /// What is stored now, whatever the month.
    pub held: Option<Held>,
}

impl MonthFigures {
    /// Of all of them together; what is not known of one is not known of all.
    #[must_use]
    pub fn total(all: impl IntoIterator<Item = Self>) -> Self {
        let start = Self {
            traffic: Some(Traffic::default()),
            byte_hours: Some(0),
            held: Some(Held::default()),
        };
        all.into_iter().fold(start, |sum, more| Self {
            traffic: sum.traffic.zip(more.traffic).map(|(mut sum, more)| {
                sum += more;
                sum
            }),
            byte_hours: sum
                .byte_hours
                .zip(more.byte_hours)
                .map(|(sum, more)| sum + more),
            held: sum.held.zip(more.held).map(|(sum, more)| Held {
                bytes: sum.bytes + more.bytes,
                buckets: sum.buckets + more.buckets,
            }),
        })
    }

    /// Of all S3 users of one service. What was counted for one of them is known, whatever is not known of the others.
    fn together(users: impl IntoIterator<Item = Self>) -> Self {
        fn either<T>(one: Option<T>, other: Option<T>, add: impl Fn(T, T) -> T) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) => Some(add(one, other)),
                (one, other) => one.or(other),
            }
        }
        users.into_iter().fold(Self::default(), |sum, more| Self {
            traffic: either(sum.traffic, more.traffic, |mut sum, more| {
                sum += more;
                sum
            }),
            byte_hours: either(sum.byte_hours, more.byte_hours, |sum, more| sum + more),
            held: either(sum.held, more.held, |sum, more| Held {
                bytes: sum.bytes + more.bytes,
                buckets: sum.buckets + more.buckets,
            }),
        })
    }

    fn is_nothing(&self) -> bool {
        self.traffic.is_none_or(|traffic| traffic.is_zero())
            && self.byte_hours.is_none_or(|byte_hours| byte_hours == 0)
            && self.held.is_none_or(|held| held == Held::default())
    }
}

/// A month of a service.
#[derive(Clone, Debug)]
pub struct ServiceMonth {
    /// The service.
    pub account: Account,
    /// Its S3 user, or the last one it had.
    pub user_id: String,
    /// What all S3 users it had in the month used.
    pub figures: MonthFigures,
}

/// A bucket that went missing in the month: what it held after its last sample is not known.
#[derive(Clone, Debug)]
pub struct VanishedBucket {
    /// The bucket.
    pub bucket: Vanished,
    /// The service of its owner, when it has one.
    pub service: Option<ServiceKey>,
}

/// A month of a cluster.
#[derive(Clone, Debug)]
pub struct ClusterMonth {
    /// How much is known, now.
    pub coverage: Coverage,
    /// Whether all of the month is known: the figures are final.
    pub complete: bool,
    /// A sentence for everything that is not known.
    pub gaps: Vec<String>,
    /// Services that exist or used anything in the month, by WHMCS installation and number.
    pub services: Vec<ServiceMonth>,
    /// Figures of S3 users that belong to no service.
    pub parked: Vec<(String, MonthFigures)>,
    /// Statistics objects of the month that are not counted.
    pub problems: Vec<Problem>,
    /// Buckets that went missing.
    pub vanished: Vec<VanishedBucket>,
}

/// What all S3 users of a cluster used in a month of `zone`. Nothing counts as delivered to WHMCS by it.
///
/// # Errors
/// [`Error::UnknownCluster`], [`Error::Ledger`].
pub async fn cluster_month(
    services: &Services,
    name: &str,
    period: &Period,
    zone: &TimeZone,
) -> Result<ClusterMonth, Error> {
    super::cluster(services, name)?;
    // Read before the figures, which may then go further than it says but never less far.
    let coverage = Coverage::of(services, name).await?;
    let window = Window {
        from: period.since(),
        until: Period::at(period.end, zone).since(),
        seconds: period.start.as_second()..period.end.as_second(),
    };
    let overview = services.ledger.overview(name, &window).await?;
    let time = period.start..period.end;
    let figures = Known::of(&coverage, &time).figures(&overview, &byte_hours(&overview, &window));
    let mut gaps = coverage.gaps(name, &time);
    let complete = gaps.is_empty();
    if let Some(until) = coverage.storage_until.filter(|_| !coverage.storage) {
        gaps.push(format!(
            "What cluster {name} stores now is not known: its bucket sizes were last read in the hour of {until}."
        ));
    }
    let in_month = |problem: &Problem| {
        let object: Option<StatisticsName> = problem.name.parse().ok();
        object.is_none_or(|object| time.contains(&object.start))
    };
    let mut problems = services.ledger.statistics_problems(name).await?;
    problems.retain(in_month);
    let vanished = vanished(&overview);
    let (services, parked) = sort(overview, figures, period);
    Ok(ClusterMonth {
        coverage,
        complete,
        gaps,
        services,
        parked,
        problems,
        vanished,
    })
}

/// Which figures of a month are known at all.
struct Known {
    traffic: bool,
    storage: bool,
    held: bool,
}

impl Known {
    fn of(coverage: &Coverage, time: &Range<Timestamp>) -> Self {
        let known = |from: Option<Timestamp>, until: Option<Timestamp>| {
            let known = from.zip(until);
            known.is_some_and(|(from, until)| reaches(from, until, time))
        };
        Self {
            traffic: known(coverage.traffic_from, coverage.traffic_until),
            storage: known(coverage.storage_from, coverage.storage_until),
            held: coverage.storage,
        }
    }

    /// Of every S3 user there is. What was counted is known, whatever else is not.
    fn figures(
        &self,
        overview: &Overview,
        byte_hours: &BTreeMap<String, u128>,
    ) -> BTreeMap<String, MonthFigures> {
        let users = overview.owners.keys().chain(overview.traffic.keys());
        let users = users.chain(overview.held.keys()).chain(byte_hours.keys());
        let figures = users.map(|user| {
            let traffic = overview.traffic.get(user).copied().unwrap_or_default();
            let byte_hours = byte_hours.get(user).copied().unwrap_or_default();
            let held = overview.held.get(user).copied().unwrap_or_default();
            let figures = MonthFigures {
                traffic: (self.traffic || !traffic.is_zero()).then_some(traffic),
                byte_hours: (self.storage || byte_hours > 0).then_some(byte_hours),
                held: self.held.then_some(held),
            };
            (user.clone(), figures)
        });
        figures.collect()
    }
}

fn vanished(overview: &Overview) -> Vec<VanishedBucket> {
    let accounts = overview.accounts.iter();
    let services: BTreeMap<i64, &ServiceKey> = accounts
        .map(|account| (account.id, &account.service))
        .collect();
    let vanished = overview.vanished.iter().map(|bucket| {
        let owner = overview.owners.get(&bucket.owner_id);
        let service = owner.and_then(|account| services.get(account).copied());
        VanishedBucket {
            bucket: bucket.clone(),
            service: service.cloned(),
        }
    });
    vanished.collect()
}

/// Figures of users as figures of services, and those that are left.
fn sort(
    overview: Overview,
    mut figures: BTreeMap<String, MonthFigures>,
    period: &Period,
) -> (Vec<ServiceMonth>, Vec<(String, MonthFigures)>) {
    let mut of_accounts: BTreeMap<i64, Vec<MonthFigures>> = BTreeMap::new();
    for (user, account) in &overview.owners {
        let figures = figures.remove(user).unwrap_or_default();
        of_accounts.entry(*account).or_default().push(figures);
    }
    let services = overview.accounts.into_iter().map(|account| {
        let user = account.user_id.as_ref().or(account.former_user_id.as_ref());
        ServiceMonth {
            user_id: user.cloned().unwrap_or_default(),
            figures: MonthFigures::together(of_accounts.remove(&account.id).unwrap_or_default()),
            account,
        }
    });
    let services = services.filter(|service| {
        let account = &service.account;
        let exists = account.user_id.is_some() && account.created_at < period.end.as_millisecond();
        exists || !service.figures.is_nothing()
    });
    let parked = figures
        .into_iter()
        .filter(|(_, figures)| !figures.is_nothing());
    (services.collect(), parked.collect())
}

/// Byte-hours within a window, by owner.
fn byte_hours(overview: &Overview, window: &Window) -> BTreeMap<String, u128> {
    let whole = overview.byte_hours.iter();
    let mut sums: BTreeMap<String, u128> =
        whole.map(|(owner, sum)| (owner.clone(), sum.0)).collect();
    for (owner, span) in &overview.edge_spans {
        let (start, end) = (span.start_hour * 3600, span.end_hour * 3600);
        let amount = u128::from(span.byte_hours.unsigned_abs());
        let (first, last) = (window.seconds.start.max(start), window.seconds.end.min(end));
        if first < last {
            *sums.entry(owner.clone()).or_default() += share(amount, start, end, first, last);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_user_of_a_service_used_is_told_when_nothing_is_known_of_the_other() {
        let counted = MonthFigures {
            byte_hours: Some(5),
            ..MonthFigures::default()
        };
        let unknown = MonthFigures::default();
        for users in [[counted, unknown], [unknown, counted]] {
            assert_eq!(MonthFigures::together(users), counted);
        }
        let both = MonthFigures::together([counted, counted]);
        assert_eq!(both.byte_hours, Some(10));
        assert_eq!(MonthFigures::total([counted, unknown]).byte_hours, None);
    }
}
