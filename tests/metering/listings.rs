//! Bucket listings that no simulated gateway gives.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::app::Services;
use ostor_bridge::ledger::{BucketRecord, ByteHours};
use ostor_bridge::metering::{self, SampleReport};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::support::{CLUSTER, Place, Setup, make_account};

const OWNER: &str = "b09693b73b3c7686";

/// A gateway that answers every request with the buckets it was told last.
struct Script {
    place: Place,
    services: Services,
    start: Timestamp,
    /// The time of day it shows, and the buckets.
    answer: Arc<Mutex<(Timestamp, Value)>>,
}

impl Script {
    async fn start() -> Self {
        let start: Timestamp = "2026-03-10T12:30:00Z".parse().expect("a time");
        let place = Setup::default().place().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let config = std::fs::read_to_string(place.config_file()).expect("the configuration");
        let config = config.replace(&place.simulator.endpoint(), &endpoint);
        std::fs::write(place.config_file(), config).expect("the configuration is written");
        let answer = Arc::new(Mutex::new((start, json!([]))));
        tokio::spawn(serve(listener, Arc::clone(&answer)));
        let services = place.services().await;
        make_account(&services.ledger, 17, OWNER).await;
        Self {
            place,
            services,
            start,
            answer,
        }
    }

    /// A reading so many hours after the start.
    async fn read(&self, hours: i64, buckets: Value) -> SampleReport {
        let now = self.start + SignedDuration::from_hours(hours);
        self.place.clock.set(now);
        *self.answer.lock().expect("the answer") = (now, buckets);
        metering::sample(&self.services, CLUSTER)
            .await
            .expect("sizes are read")
    }

    /// A bucket made at the start, with its size, its byte-hours and hours from the start to the last change.
    fn bucket(&self, current: u64, byte_hours: u64, changed: i64) -> Value {
        let hour = self.start.as_second() / 3600;
        json!({
            "name": "held", "epoch": 0, "creation_date": "2026-03-10T12:30:00.000Z", "owner_id": OWNER,
            "size": { "current": current, "hmax": current, "h_integral": byte_hours, "last_ts": hour + changed },
        })
    }

    async fn record(&self) -> BucketRecord {
        let buckets = self.services.ledger.buckets(CLUSTER).await;
        let mut buckets = buckets.expect("the buckets").into_values();
        buckets.next().expect("a bucket")
    }

    async fn agrees(&self) -> bool {
        let rebuilt = metering::rebuild(&self.services, CLUSTER, false, &|_| ()).await;
        rebuilt.expect("counted again").agrees()
    }
}

async fn serve(listener: TcpListener, answer: Arc<Mutex<(Timestamp, Value)>>) {
    loop {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.expect("a request");
        let (now, buckets) = answer.lock().expect("the answer").clone();
        let body = json!({ "Buckets": buckets }).to_string();
        let head = format!(
            "HTTP/1.1 200 OK\r\nDate: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            now.strftime("%a, %d %b %Y %H:%M:%S GMT"),
            body.len()
        );
        let answered = stream.write_all((head + &body).as_bytes()).await;
        answered.expect("the answer is sent");
    }
}

/// Fails when the second mention of a bucket begins it anew: its spans are counted twice, or its byte-hours from zero.
#[tokio::test]
async fn a_bucket_that_is_listed_twice_counts_once() {
    let script = Script::start().await;
    let twice = |bucket: Value| json!([bucket, bucket]);
    script.read(1, twice(script.bucket(100, 100, 0))).await;
    let report = script.read(3, twice(script.bucket(100, 300, 0))).await;
    assert_eq!((report.buckets, report.new), (1, 0));
    script.read(4, twice(script.bucket(7, 400, 4))).await;
    script.read(6, twice(script.bucket(7, 414, 4))).await;
    assert_eq!(script.record().await.booked, ByteHours(414));
    assert!(script.agrees().await);
}

/// Fails when a listing that misses a bucket once loses what it stored meanwhile, or bills it twice.
#[tokio::test]
async fn a_bucket_that_was_not_listed_once_goes_on() {
    let script = Script::start().await;
    script.read(1, json!([script.bucket(100, 100, 0)])).await;
    let report = script.read(2, json!([])).await;
    assert_eq!(report.gone, ["held"]);
    let report = script.read(5, json!([script.bucket(100, 500, 0)])).await;
    assert_eq!(report.new, 0);
    let record = script.record().await;
    assert_eq!(
        (record.booked, record.missing_since),
        (ByteHours(500), None)
    );
    assert!(script.agrees().await);
}

/// Fails when the clock of the answer is ahead of that of its figures and an hour is lost or billed twice.
#[tokio::test]
async fn an_hour_that_turns_between_figures_and_date_is_counted_once() {
    let script = Script::start().await;
    script.read(1, json!([script.bucket(100, 100, 0)])).await;
    // The figures are those of the hour before.
    script.read(3, json!([script.bucket(100, 200, 0)])).await;
    script.read(4, json!([script.bucket(100, 400, 0)])).await;
    assert_eq!(script.record().await.booked, ByteHours(400));
    assert!(script.agrees().await);
}
