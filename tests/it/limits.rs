//! Limits on gateways that take them in different ways.

use ostor_bridge::ostor::{
    Client, LimitType, Limits, Rate, Resource, Settings, Signature, Target, UserId,
};
use ostor_bridge::simulator::{Options, Simulator};

/// A gateway of this profile, a client of it, and a user.
async fn gateway(profile: &str) -> (Simulator, Client, Target) {
    let options = Options {
        profile: profile.parse().expect("a profile"),
        ..Options::default()
    };
    let simulator = Simulator::start(options.clone()).await.expect("a gateway");
    let client = Client::new(Settings {
        cluster: "eu1".to_owned(),
        endpoint: simulator.endpoint().parse().expect("an address"),
        access_key: options.system_key,
        secret_key: options.system_secret.into(),
        signature: Signature::V2,
        region: "us-east-1".to_owned(),
        timeout: std::time::Duration::from_secs(10),
        max_parallel: 4,
        clock: ostor_bridge::clock::Clock::default(),
        metrics: ostor_bridge::metrics::Metrics::default(),
    })
    .expect("a client");
    let user = simulator.add_user("user@example.com", false);
    let id = UserId::try_from(user.id.as_str()).expect("an id");
    (simulator, client, Target::User(id))
}

fn rates(limits: &Limits) -> [u64; 6] {
    Resource::ALL.map(|resource| limits.get(resource).hundredths())
}

/// Fails when a limit is set sixty times too high or too low, or when setting one changes another.
#[tokio::test]
async fn a_limit_arrives_as_it_was_asked_for_however_the_gateway_takes_it() {
    for profile in [
        "limits=new",
        "limits=new,limits-unit=minute",
        "limits=old",
        "acronis-2",
    ] {
        let (simulator, client, target) = gateway(profile).await;
        let wanted = [
            (Resource::Default, 50),
            (Resource::BandwidthOut, 204_800),
            (Resource::Get, 10_000),
            (Resource::Put, 200),
        ];
        for (resource, hundredths) in wanted {
            let rate = Rate::from_hundredths(hundredths);
            client
                .set_limit(&target, resource, rate)
                .await
                .expect(profile);
        }
        let shown = client.limits(&target).await.expect(profile);
        assert_eq!(
            rates(&shown),
            [50, 10_000, 200, 0, 0, 204_800].map(|rate| rate),
            "{profile}"
        );
        client
            .set_limit(&target, Resource::Get, Rate::UNLIMITED)
            .await
            .expect(profile);
        let shown = client.limits(&target).await.expect(profile);
        assert_eq!(shown.get(Resource::Get), Rate::UNLIMITED, "{profile}");
        assert_eq!(
            shown.get(Resource::Put),
            Rate::from_hundredths(200),
            "{profile}"
        );
        assert_eq!(
            shown.get(Resource::BandwidthOut),
            Rate::from_hundredths(204_800),
            "{profile}"
        );
        simulator.stop().await;
    }
}

/// Fails when removing one type of limits removes the other.
#[tokio::test]
async fn one_type_of_limits_is_removed_and_the_other_stays() {
    let (simulator, client, target) = gateway("limits=new").await;
    for resource in [Resource::Get, Resource::BandwidthOut] {
        let rate = Rate::from_hundredths(700);
        client
            .set_limit(&target, resource, rate)
            .await
            .expect("set");
    }
    client
        .delete_limits(&target, Some(LimitType::Ops))
        .await
        .expect("removed");
    let shown = client.limits(&target).await.expect("limits");
    assert_eq!(rates(&shown), [0, 0, 0, 0, 0, 700]);
    client.delete_limits(&target, None).await.expect("removed");
    let shown = client.limits(&target).await.expect("limits");
    assert_eq!(rates(&shown), [0; 6]);
    simulator.stop().await;
}

/// Fails when a value that the gateway showed before is taken for a proof of how it counts.
#[tokio::test]
async fn a_limit_that_was_there_before_proves_nothing() {
    let (simulator, client, target) = gateway("limits=new").await;
    for hundredths in [100, 6_000, 100, 12_000] {
        let rate = Rate::from_hundredths(hundredths);
        client
            .set_limit(&target, Resource::Get, rate)
            .await
            .expect("set");
        let shown = client.limits(&target).await.expect("limits");
        assert_eq!(shown.get(Resource::Get), rate);
    }
    simulator.stop().await;
}

/// Fails when a rate that whole operations per minute cannot express is rounded in silence.
#[tokio::test]
async fn what_whole_operations_per_minute_cannot_express_is_refused() {
    let (simulator, client, target) = gateway("limits=old").await;
    let rate = Rate::from_hundredths(33);
    let refused = client.set_limit(&target, Resource::Get, rate).await;
    let sentence = refused.expect_err("refused").to_string();
    assert!(sentence.contains("0.33 per second"), "{sentence}");
    let shown = client.limits(&target).await.expect("limits");
    assert_eq!(rates(&shown), [0; 6]);
    simulator.stop().await;
}
