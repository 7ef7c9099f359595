//! The same service from several sides at once.

use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::{SERVICE, TestApp, create_params, full_plan, params};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_identical_creates_at_once_make_one_user_fifty_times() {
    let app = TestApp::spawn().await;
    for service in 1..=50 {
        let calls =
            [(); 2].map(|()| app.call("CreateAccount", create_params(service, full_plan())));
        let [first, second]: [Value; 2] = join_all(calls)
            .await
            .into_iter()
            .map(|result| result.expect("created"))
            .collect::<Vec<_>>()
            .try_into()
            .expect("two results");
        assert_eq!(first["user_id"], second["user_id"]);
        assert_eq!(first["secret_access_key"], second["secret_access_key"]);
        let made = [&first, &second]
            .iter()
            .filter(|result| result["created"] == true)
            .count();
        assert_eq!(made, 1, "service {service}");
        assert_eq!(app.users().len(), service as usize);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_services_at_once_do_not_disturb_each_other() {
    let app = TestApp::spawn().await;
    let all = join_all(
        (1..=40).map(|service| app.call("CreateAccount", create_params(service, full_plan()))),
    )
    .await;
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(app.users().len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn contrary_calls_end_in_the_state_of_one_of_them() {
    let app = TestApp::spawn().await;
    app.create(SERVICE, full_plan()).await;
    for _ in 0..20 {
        let calls = ["SuspendAccount", "UnsuspendAccount"]
            .map(|method| app.call(method, params(SERVICE, json!({}))));
        for result in join_all(calls).await {
            result.expect("done");
        }
        let enabled = app.only_user().enabled;
        let view = app
            .call("AccountState", params(SERVICE, json!({})))
            .await
            .expect("a view");
        assert_eq!(view["state"], if enabled { "active" } else { "suspended" });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_hangs_up_does_not_stop_the_work() {
    let app = TestApp::spawn().await;
    app.simulator
        .inject_always(ostor_bridge::simulator::Fault::Slow(
            std::time::Duration::from_millis(100),
        ));
    let call = app.call("CreateAccount", create_params(SERVICE, full_plan()));
    let hung_up = tokio::time::timeout(std::time::Duration::from_millis(250), call).await;
    assert!(hung_up.is_err(), "the call was too quick to hang up on");
    let view = async {
        loop {
            let state = app.call("AccountState", params(SERVICE, json!({}))).await;
            if state.is_ok_and(|state| state["state"] == "active") {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), view)
        .await
        .expect("the work is finished");
    assert_eq!(app.only_user().quota_gb, Some(100));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_service_created_on_two_clusters_at_once_gets_one_user() {
    let options = ostor_bridge::simulator::Options::default();
    let other = ostor_bridge::simulator::Simulator::start(options.clone())
        .await
        .expect("a second cluster");
    let app = crate::support::Setup {
        sections: format!(
            "[clusters.us1]\nendpoint = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"",
            other.endpoint(),
            options.system_key,
            options.system_secret
        ),
        ..Default::default()
    }
    .spawn()
    .await;
    for service in 1..=10 {
        let calls = ["eu1", "us1"].map(|cluster| {
            let mut params = create_params(service, json!({}));
            params["cluster"] = json!(cluster);
            app.call("CreateAccount", params)
        });
        let results = join_all(calls).await;
        let (made, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!((made.len(), refused.len()), (1, 1), "service {service}");
        for error in refused {
            assert_eq!(error.expect_err("refused").reason, "on_other_cluster");
        }
    }
    let elsewhere = other.users().iter().filter(|user| !user.system).count();
    assert_eq!(app.users().len() + elsewhere, 10);
}
