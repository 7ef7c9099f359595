//! Calendar months of WHMCS at their borders.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};
use ostor_bridge::app::Services;
use ostor_bridge::ledger::{Booking, Item, StatisticsRecord, Traffic};
use ostor_bridge::metering;

use crate::support::{CLIENT, CLUSTER, Setup, make_account};

const USER: &str = "feedfeedfeedfeed";
const MIB: i64 = 1 << 20;

/// Counts an object that begins at `start`.
async fn count(services: &Services, start: Timestamp, megabytes: i64) {
    let item = Item {
        user_id: USER.to_owned(),
        bucket: "bucket".to_owned(),
        epoch: 98_305,
        traffic: Traffic {
            downloaded: megabytes * MIB,
            ..Traffic::default()
        },
    };
    let record = StatisticsRecord::new(start.to_string(), start, vec![item]);
    let booked = services
        .ledger
        .book_statistics(start, Booking::new(CLUSTER, vec![record]))
        .await;
    booked.expect("an object is counted");
}

/// Fails when usage at midnight gets into the month before or after, in whichever time zone WHMCS is.
#[tokio::test]
async fn what_begins_a_second_before_or_after_midnight_is_in_its_month() {
    for name in [
        "UTC",
        "Asia/Kolkata",
        "Asia/Kathmandu",
        "Australia/Eucla",
        "Pacific/Chatham",
        "Pacific/Kiritimati",
        "America/St_Johns",
        "Pacific/Marquesas",
        "Pacific/Niue",
        "Europe/Berlin",
    ] {
        let zone = TimeZone::get(name).expect("a zone");
        for (year, month) in [(2026, 1), (2026, 3), (2026, 4), (2026, 11), (2028, 3)] {
            let midnight = civil::date(year, month, 1).to_zoned(zone.clone());
            let midnight = midnight.expect("a day").timestamp();
            let second = SignedDuration::from_secs(1);
            let place = Setup::default().place().await;
            let services = place.services().await;
            make_account(&services.ledger, 17, USER).await;
            // Months of UTC and their borders on either side must not matter.
            for (start, megabytes) in [
                (midnight - SignedDuration::from_hours(24 * 40), 1),
                (midnight - SignedDuration::from_hours(20), 2),
                (midnight - second, 4),
                (midnight, 8),
                (midnight + second, 16),
                (midnight + SignedDuration::from_hours(20), 32),
            ] {
                count(&services, start, megabytes).await;
            }
            for (now, megabytes) in [
                // The clock runs on, so there must be time to ask before the month ends.
                (midnight - second * 20, 2 + 4 + 8 + 16 + 32),
                (midnight, 8 + 16 + 32),
                (midnight + second, 8 + 16 + 32),
                (midnight + SignedDuration::from_hours(24 * 27), 8 + 16 + 32),
            ] {
                place.clock.set(now);
                let ledger = &services.ledger;
                ledger
                    .set_complete(CLUSTER, now, now, 1800)
                    .await
                    .expect("complete");
                let usage = metering::usage_update(&services, CLIENT, CLUSTER, &zone, 0).await;
                let usage = usage.expect("figures");
                assert_eq!(
                    usage.accounts[0].bandwidth_used_mb,
                    Some(megabytes),
                    "{name}, {midnight}, asked at {now}"
                );
            }
        }
    }
}
