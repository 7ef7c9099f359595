//! The figures of a report, as programs read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::app::Services;
use crate::config::Gigabyte;
use crate::ledger::Traffic;
use crate::metering::{ClusterMonth, MonthFigures, Period};

/// What is reported. Bytes are exact; gigabytes are of the configured size.
#[derive(Serialize)]
pub(super) struct Report {
    pub(super) month: String,
    pub(super) timezone: String,
    pub(super) start: Timestamp,
    pub(super) end: Timestamp,
    pub(super) gigabyte: &'static str,
    pub(super) clusters: Vec<Cluster>,
    pub(super) services: Vec<Service>,
    /// Of all services.
    pub(super) services_total: Option<Figures>,
    pub(super) parked: Vec<Parked>,
    /// Of all users that belong to no service.
    pub(super) parked_total: Option<Figures>,
    pub(super) problems: Vec<Problem>,
    pub(super) vanished: Vec<Vanished>,
    #[serde(skip)]
    pub(super) base: Base,
}

/// What turns bytes into gigabytes.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) gigabyte: Gigabyte,
    hours: f64,
}

#[derive(Serialize)]
pub(super) struct Cluster {
    pub(super) cluster: String,
    pub(super) complete_until: Option<Timestamp>,
    /// Whether all of the month is known.
    pub(super) complete: bool,
    /// A sentence for everything that is not.
    pub(super) gaps: Vec<String>,
}

/// Figures that are not known are null.
#[derive(Serialize)]
pub(super) struct Figures {
    pub(super) stored_bytes: Option<i64>,
    pub(super) storage_byte_hours: Option<u128>,
    pub(super) storage_gb_months: Option<f64>,
    pub(super) bytes_downloaded: Option<i64>,
    pub(super) bytes_uploaded: Option<i64>,
    pub(super) ops_put: Option<i64>,
    pub(super) ops_get: Option<i64>,
    pub(super) ops_list: Option<i64>,
    pub(super) ops_other: Option<i64>,
    pub(super) buckets: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct Service {
    pub(super) client: String,
    pub(super) cluster: String,
    pub(super) service_id: i64,
    pub(super) client_id: Option<i64>,
    pub(super) user_id: String,
    pub(super) state: &'static str,
    #[serde(flatten)]
    pub(super) figures: Figures,
    pub(super) complete_until: Option<Timestamp>,
}

/// An S3 user that belongs to no service.
#[derive(Serialize)]
pub(super) struct Parked {
    pub(super) cluster: String,
    pub(super) user_id: String,
    #[serde(flatten)]
    pub(super) figures: Figures,
}

/// A statistics object that is not counted.
#[derive(Serialize)]
pub(super) struct Problem {
    pub(super) cluster: String,
    pub(super) name: String,
    pub(super) problem: String,
    pub(super) first_seen: Option<Timestamp>,
    pub(super) last_seen: Option<Timestamp>,
}

/// A bucket that is counted up to its last sample.
#[derive(Serialize)]
pub(super) struct Vanished {
    pub(super) cluster: String,
    pub(super) bucket: String,
    pub(super) owner_id: String,
    pub(super) client: Option<String>,
    pub(super) service_id: Option<i64>,
    /// Hour of the last sample.
    pub(super) last_sample: Option<Timestamp>,
    pub(super) bytes_then: i64,
    pub(super) missing_since: Option<Timestamp>,
    /// The bucket is there still: the gateway's count of it began anew.
    pub(super) counted_anew: bool,
}

impl Base {
    #[expect(clippy::cast_precision_loss, reason = "as metrics are in WHMCS")]
    fn gigabyte_months(self, byte_hours: u128) -> f64 {
        byte_hours as f64 / self.gigabyte.bytes() / self.hours
    }

    /// Absent where there is nothing to add up.
    fn total(self, figures: &[MonthFigures]) -> Option<Figures> {
        let sum = MonthFigures::total(figures.iter().copied());
        (!figures.is_empty()).then(|| self.figures(&sum))
    }

    fn figures(self, of: &MonthFigures) -> Figures {
        let traffic = |figure: fn(&Traffic) -> i64| of.traffic.as_ref().map(figure);
        Figures {
            stored_bytes: of.held.map(|held| held.bytes),
            storage_byte_hours: of.byte_hours,
            storage_gb_months: of.byte_hours.map(|sum| self.gigabyte_months(sum)),
            bytes_downloaded: traffic(|traffic| traffic.downloaded),
            bytes_uploaded: traffic(|traffic| traffic.uploaded),
            ops_put: traffic(|traffic| traffic.put),
            ops_get: traffic(|traffic| traffic.get),
            ops_list: traffic(|traffic| traffic.list),
            ops_other: traffic(|traffic| traffic.other),
            buckets: of.held.map(|held| held.buckets),
        }
    }
}

impl Report {
    pub(super) fn new(
        services: &Services,
        period: &Period,
        zone: &TimeZone,
        months: Vec<(String, ClusterMonth)>,
    ) -> Self {
        let gigabyte = services.usage.gigabyte;
        let base = Base {
            gigabyte,
            hours: period.hours(),
        };
        let of_services = months.iter().flat_map(|(_, month)| &month.services);
        let of_services: Vec<_> = of_services.map(|service| service.figures).collect();
        let of_parked = months.iter().flat_map(|(_, month)| &month.parked);
        let of_parked: Vec<_> = of_parked.map(|(_, figures)| *figures).collect();
        let mut report = Self {
            month: period.name.clone(),
            timezone: zone.iana_name().unwrap_or("UTC").to_owned(),
            start: period.start,
            end: period.end,
            gigabyte: gigabyte.as_str(),
            clusters: Vec::new(),
            services: Vec::new(),
            services_total: base.total(&of_services),
            parked: Vec::new(),
            parked_total: base.total(&of_parked),
            problems: Vec::new(),
            vanished: Vec::new(),
            base,
        };
        for (cluster, month) in months {
            report.add(&cluster, month);
        }
        report
    }

    fn add(&mut self, cluster: &str, month: ClusterMonth) {
        let base = self.base;
        let complete_until = month.coverage.complete_until;
        self.clusters.push(Cluster {
            cluster: cluster.to_owned(),
            complete_until,
            complete: month.complete,
            gaps: month.gaps,
        });
        for service in month.services {
            self.services.push(Service {
                client: service.account.service.client,
                cluster: cluster.to_owned(),
                service_id: service.account.service.service_id,
                client_id: service.account.client_id,
                user_id: service.user_id,
                state: service.account.state.as_str(),
                figures: base.figures(&service.figures),
                complete_until,
            });
        }
        for (user_id, figures) in month.parked {
            self.parked.push(Parked {
                cluster: cluster.to_owned(),
                user_id,
                figures: base.figures(&figures),
            });
        }
        let time = |second| Timestamp::from_second(second).ok();
        let problems = month.problems.into_iter().map(|problem| Problem {
            cluster: cluster.to_owned(),
            name: problem.name,
            problem: problem.problem,
            first_seen: time(problem.first_seen),
            last_seen: time(problem.last_seen),
        });
        self.problems.extend(problems);
        let vanished = month.vanished.into_iter().map(|vanished| {
            let (bucket, service) = (vanished.bucket, vanished.service);
            Vanished {
                cluster: cluster.to_owned(),
                bucket: bucket.name,
                owner_id: bucket.owner_id,
                service_id: service.as_ref().map(|service| service.service_id),
                client: service.map(|service| service.client),
                last_sample: time(bucket.hour.saturating_mul(3600)),
                bytes_then: bucket.bytes,
                missing_since: time(bucket.missing_since),
                counted_anew: bucket.counted_anew,
            }
        });
        self.vanished.extend(vanished);
    }
}
