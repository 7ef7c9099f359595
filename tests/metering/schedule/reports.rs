//! Every report cuts the same usage into other pieces: together they are all of it.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use ostor_bridge::ledger::{ByteHours, Traffic};
use ostor_bridge::metering::{self, Coverage, Period, Step};

use super::world::World;
use crate::support::{CLUSTER, service};

/// Usage of somebody.
pub type Used = (Traffic, ByteHours);

fn add(sum: &mut Used, traffic: Option<Traffic>, byte_hours: Option<u128>) {
    sum.0 += traffic.unwrap_or_default();
    sum.1 += ByteHours(byte_hours.unwrap_or(0));
}

impl World {
    /// A service's history, in steps that differ from service to service.
    pub async fn check_history(&self, number: i64, used: Used) {
        let start = self.schedule.setup.clock.expect("a start");
        let range = start - SignedDuration::from_hours(48)..self.place.clock.now();
        let (step, zone) = match number {
            1 => (Step::Hour, "Asia/Kolkata"),
            2 => (Step::Month, "America/St_Johns"),
            _ => (Step::Day, "Asia/Kathmandu"),
        };
        let zone = TimeZone::get(zone).expect("a zone");
        let history = metering::history(&self.services, &service(number), range, step, &zone).await;
        let mut sum = Used::default();
        for point in history.expect("a history").points {
            add(&mut sum, point.traffic, point.byte_hours);
        }
        assert_eq!(sum, used);
    }

    /// Months of the cluster, by service or, where there is none, by user.
    pub async fn check_months(&self, of_services: &BTreeMap<i64, Used>, of_users: &Users) {
        let zone = TimeZone::get("Pacific/Chatham").expect("a zone");
        let start = self.schedule.setup.clock.expect("a start");
        let mut period = Period::at(start - SignedDuration::from_hours(48), &zone);
        let (mut services, mut parked) = (BTreeMap::new(), Users::new());
        while period.start < self.place.clock.now() {
            let month = metering::cluster_month(&self.services, CLUSTER, &period, &zone).await;
            let month = month.expect("a month");
            for service in month.services {
                let number = service.account.service.service_id;
                let sum = services.entry(number).or_default();
                add(sum, service.figures.traffic, service.figures.byte_hours);
            }
            for (user, figures) in month.parked {
                let sum = parked.entry(user).or_default();
                add(sum, figures.traffic, figures.byte_hours);
            }
            period = Period::at(period.end, &zone);
        }
        assert_eq!(&services, of_services);
        let strangers = of_users
            .iter()
            .filter(|(user, _)| !self.known.contains_key(*user));
        let strangers: Users = strangers
            .map(|(user, used)| (user.clone(), *used))
            .collect();
        parked.retain(|_, used| *used != Used::default());
        assert_eq!(parked, strangers);
    }

    /// Hours of every user.
    pub async fn check_hours(&self, of_users: &Users) {
        let ledger = &self.services.ledger;
        let coverage = Coverage::of(&self.services, CLUSTER).await;
        let coverage = coverage.expect("what is known");
        let mut sums = Users::new();
        let users = ledger.metered_users(CLUSTER).await.expect("users");
        for user in users.into_iter().map(|user| user.user_id) {
            let hours = ledger.hours_of_user(CLUSTER, &user).await.expect("hours");
            let Some(hours) = hours else { continue };
            let used = metering::used_hours(ledger, &coverage, CLUSTER, &user, &hours).await;
            for hour in used.expect("what was used") {
                let sum = sums.entry(user.clone()).or_default();
                add(sum, hour.traffic, hour.byte_hours);
            }
        }
        sums.retain(|_, used| *used != Used::default());
        assert_eq!(&sums, of_users);
    }
}

/// Usage by user; those without any are absent.
pub type Users = BTreeMap<String, Used>;
