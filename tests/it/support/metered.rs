//! A service whose usage is metered, with the clocks of service and gateway moved together.

use jiff::{SignedDuration, Timestamp};
use ostor_bridge::clock::Clock;
use ostor_bridge::metering;
use ostor_bridge::simulator::{Counters, Options};
use serde_json::{Value, json};

use super::{Setup, TestApp};

/// Bytes of a GB.
pub const GIB: u64 = 1 << 30;

/// A service, its cluster and one time for both.
pub struct Metered {
    pub app: TestApp,
    pub clock: Clock,
}

impl Metered {
    pub async fn at(time: &str) -> Self {
        Self::with(Setup::default(), time).await
    }

    pub async fn with(setup: Setup, time: &str) -> Self {
        let clock = Clock::default();
        let start: Timestamp = time.parse().expect("a time");
        clock.set(start);
        let setup = Setup {
            simulator: Options {
                clock: Some(start),
                ..setup.simulator
            },
            clock: clock.clone(),
            ..setup
        };
        Self {
            app: setup.spawn().await,
            clock,
        }
    }

    /// Creates a service and answers its S3 user.
    pub async fn user(&self, service: u64, plan: Value) -> String {
        let made = self.app.create(service, plan).await;
        made["user_id"].as_str().expect("an id").to_owned()
    }

    pub fn advance(&self, hours: i64) {
        self.app
            .simulator
            .advance(SignedDuration::from_hours(hours));
        self.clock.set(self.app.simulator.now());
    }

    pub async fn meter(&self) {
        let services = &self.app.services;
        let collected = metering::collect(services, "eu1", &|_| {}).await;
        let collected = collected.expect("a run");
        assert!(
            collected.whole && collected.problems.is_empty(),
            "{collected:?}"
        );
        metering::sample(services, "eu1").await.expect("a reading");
    }

    pub async fn call(&self, method: &str, more: Value) -> Value {
        let mut params = json!({ "cluster": "eu1", "timezone": "UTC" });
        let (Value::Object(all), Value::Object(more)) = (&mut params, more) else {
            panic!("objects");
        };
        all.extend(more);
        self.app.call(method, params).await.expect(method)
    }
}

pub fn traffic(put: u64, get: u64, uploaded: u64, downloaded: u64) -> Counters {
    Counters {
        put,
        get,
        uploaded,
        downloaded,
        ..Counters::default()
    }
}
