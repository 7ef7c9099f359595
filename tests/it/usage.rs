//! Usage as WHMCS is told it, from traffic at the gateway to the answers of the endpoint.

use serde_json::{Value, json};

use crate::support::metered::{GIB, Metered, traffic};
use crate::support::{CLIENT, SERVICE, Setup, params};

#[tokio::test]
async fn traffic_and_sizes_become_columns_and_metrics() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let plan = json!({ "quota_gb": 100, "bandwidth_included_gb": 5 });
    let user = metered.user(SERVICE, plan).await;
    let idle = metered.user(SERVICE + 1, json!({})).await;
    let simulator = &metered.app.simulator;
    simulator.record(&user, "photos", traffic(3, 40, 10 * GIB, 7 * GIB + 1));
    simulator.add_object(&user, "photos", "all", 10 * GIB);
    metered.advance(2);
    metered.meter().await;

    let columns = metered.call("UsageUpdate", json!({})).await;
    assert_eq!(
        columns["accounts"],
        json!([
            { "service_id": SERVICE, "user_id": user, "disk_used_mb": 10 * 1024, "disk_limit_mb": 100 * 1024,
              "bandwidth_used_mb": 7 * 1024, "bandwidth_limit_mb": 5 * 1024 },
            { "service_id": SERVICE + 1, "user_id": idle, "disk_used_mb": 0, "disk_limit_mb": 0,
              "bandwidth_used_mb": 0, "bandwidth_limit_mb": 0 },
        ])
    );
    assert_eq!(
        (&columns["withheld"], &columns["next_cursor"]),
        (&json!([]), &Value::Null)
    );
    // Object of 30 minutes, 10 of cache, 15 of margin; the gateway's clock goes on while the test runs.
    let until = columns["complete_until"].as_str().expect("a time");
    assert!(until.starts_with("2026-03-10T09:05:"), "{until}");

    let metrics = metered.call("MetricUsage", json!({})).await;
    let byte_hours = 2.0 * 10.0;
    assert_eq!(metrics["gigabyte"], "binary");
    assert_eq!(
        metrics["accounts"][0]["metrics"],
        json!({
            "storage": 10.0, "storage_month": byte_hours / 744.0, "buckets": 1,
            "bandwidth_out": 7.0 + 1.0 / GIB as f64, "bandwidth_in": 10.0,
            "requests_put": 3, "requests_get": 40, "requests_list": 0, "requests_other": 0,
        })
    );
    assert_eq!(metrics["accounts"][1]["metrics"]["requests_get"], 0);

    let one = metered
        .call("MetricUsage", json!({ "service_id": SERVICE + 1 }))
        .await;
    assert_eq!(one["accounts"].as_array().map(Vec::len), Some(1));
    assert_eq!(one["accounts"][0]["user_id"], idle.as_str());
}

#[tokio::test]
async fn history_shows_hours_and_what_is_not_known() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let user = metered.user(SERVICE, json!({})).await;
    let simulator = &metered.app.simulator;
    metered.meter().await;
    simulator.record(&user, "photos", traffic(1, 0, 500, 0));
    simulator.add_object(&user, "photos", "one", 500);
    metered.advance(3);
    simulator.record(&user, "photos", traffic(0, 2, 0, 1000));
    metered.advance(2);
    metered.meter().await;
    let history = metered.app.call(
        "usage.history",
        params(SERVICE, json!({
            "from": "2026-03-10T07:30:00Z", "to": "2026-03-10T14:00:00Z", "step": "hour", "timezone": "Asia/Kolkata",
        })),
    );
    let history = history.await.expect("a history");
    let points = history["points"].as_array().expect("points");
    assert_eq!(points[0]["start"], "2026-03-10T13:00:00+05:30");
    let of = |name: &str| {
        points
            .iter()
            .map(|point| point[name].clone())
            .collect::<Vec<_>>()
    };
    // Hours there begin at half past here; the service begins at 08:00, half an hour into the first.
    assert_eq!(
        of("storage_byte_hours"),
        [
            json!(250),
            json!(500),
            json!(500),
            json!(500),
            json!(500),
            json!(250),
            Value::Null
        ]
    );
    assert_eq!(
        of("bytes_uploaded"),
        [
            json!(500),
            json!(0),
            json!(0),
            json!(0),
            json!(0),
            Value::Null,
            Value::Null
        ]
    );
    assert_eq!(of("bytes_downloaded")[3], 1000);
    assert_eq!(of("storage_bytes")[2], 500);
}

#[tokio::test]
async fn nothing_known_is_told_as_nothing_known() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let user = metered.user(SERVICE, json!({ "quota_gb": 1 })).await;
    let columns = metered.call("UsageUpdate", json!({})).await;
    assert_eq!(
        columns["accounts"][0],
        json!({ "service_id": SERVICE, "user_id": user, "disk_used_mb": null, "disk_limit_mb": 1024,
                "bandwidth_used_mb": null, "bandwidth_limit_mb": 0 })
    );
    assert_eq!(columns["complete_until"], Value::Null);
    let withheld = columns["withheld"].as_array().expect("sentences");
    assert_eq!(withheld.len(), 2, "{withheld:?}");
    assert!(
        withheld[0]
            .as_str()
            .is_some_and(|text| text.contains("S3_GW_COLLECT_STAT"))
    );
    let metrics = metered.call("MetricUsage", json!({})).await;
    assert_eq!(metrics["accounts"][0]["metrics"], json!({}));
}

#[tokio::test]
async fn accounts_are_listed_with_plan_and_state() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let user = metered.user(SERVICE, json!({ "quota_gb": 9 })).await;
    let gone = metered.user(SERVICE + 1, json!({})).await;
    let app = &metered.app;
    app.call("SuspendAccount", params(SERVICE, json!({})))
        .await
        .expect("suspended");
    let end = params(SERVICE + 1, json!({ "policy": "refuse" }));
    app.call("TerminateAccount", end).await.expect("terminated");
    let listed = app
        .call("ListAccounts", json!({ "cluster": "eu1" }))
        .await
        .expect("a list");
    assert_eq!(
        listed,
        json!({
            "accounts": [{
                "service_id": SERVICE, "user_id": user, "user_email": format!("{CLIENT}-{SERVICE}@ostor-bridge.invalid"),
                "client_id": 7, "email": "customer@example.com", "state": "suspended",
                "created": listed["accounts"][0]["created"], "quota_gb": 9,
            }],
            "next_cursor": null,
        })
    );
    assert!(
        listed["accounts"][0]["created"]
            .as_str()
            .is_some_and(|time| time.starts_with("2026-03-10T08:00:0"))
    );
    // Its last usage is still to be billed.
    let columns = metered.call("UsageUpdate", json!({})).await;
    assert_eq!(columns["accounts"][1]["user_id"], gone.as_str());
    metered.advance(24 * 63);
    let columns = metered.call("UsageUpdate", json!({})).await;
    assert_eq!(columns["accounts"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_user_made_anew_goes_on_where_the_former_one_ended() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let first = metered.user(SERVICE, json!({})).await;
    metered
        .app
        .simulator
        .record(&first, "", traffic(0, 1, 0, 100));
    metered.advance(2);
    metered.meter().await;
    metered.call("MetricUsage", json!({})).await;
    let end = params(SERVICE, json!({ "policy": "refuse" }));
    metered
        .app
        .call("TerminateAccount", end)
        .await
        .expect("terminated");
    let second = metered.user(SERVICE, json!({})).await;
    assert_ne!(first, second);
    metered
        .app
        .simulator
        .record(&second, "", traffic(0, 2, 0, 50));
    metered.advance(2);
    metered.meter().await;
    let metrics = metered.call("MetricUsage", json!({})).await;
    assert_eq!(metrics["accounts"][0]["user_id"], second.as_str());
    assert_eq!(metrics["accounts"][0]["metrics"]["requests_get"], 3);
}

#[tokio::test]
async fn pages_are_followed_and_others_services_never_shown() {
    let other =
        "[clients.other]\nsecret = \"another secret of tests, long enough\"\nscopes = [\"usage\"]";
    let app = Setup {
        sections: other.into(),
        ..Setup::default()
    };
    let app = app.spawn().await;
    let ledger = &app.services.ledger;
    for number in 1..=1001_i64 {
        for client in ["whmcs", "other"] {
            let service = ostor_bridge::ledger::ServiceKey {
                client: client.into(),
                cluster: "eu1".into(),
                service_id: number,
            };
            let user = format!("{:016x}", number * 2 + i64::from(client == "other"));
            let state = ostor_bridge::ledger::AccountState::Active;
            let identity = format!("{client}-{number}@example.com");
            ledger
                .adopt(&service, &identity, &user, state)
                .await
                .expect("a row");
        }
    }
    for (method, more) in [
        (
            "UsageUpdate",
            json!({ "cluster": "eu1", "timezone": "Europe/Berlin" }),
        ),
        (
            "MetricUsage",
            json!({ "cluster": "eu1", "timezone": "+05:45" }),
        ),
        ("ListAccounts", json!({ "cluster": "eu1" })),
    ] {
        let first = app
            .call(method, more.clone())
            .await
            .expect("the first page");
        let mut rest = more;
        rest["cursor"] = first["next_cursor"].clone();
        let last = app.call(method, rest).await.expect("the last page");
        let mut rows = first["accounts"].as_array().expect("rows").clone();
        rows.extend(last["accounts"].as_array().expect("rows").clone());
        assert_eq!(
            (rows.len(), &last["next_cursor"]),
            (1001, &Value::Null),
            "{method}"
        );
        for (number, row) in (1_i64..).zip(rows) {
            assert_eq!(row["service_id"], number, "{method}");
            assert_eq!(row["user_id"], format!("{:016x}", number * 2), "{method}");
        }
    }
}

#[tokio::test]
async fn bad_input_gets_a_sentence_and_delivers_nothing() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    metered.user(SERVICE, json!({})).await;
    let good = || json!({ "cluster": "eu1", "timezone": "UTC" });
    let history = || {
        params(
            SERVICE,
            json!({ "from": "2026-03-01T00:00:00Z", "to": "2026-03-02T00:00:00Z", "step": "hour" }),
        )
    };
    for (method, base, member, value, reason, word) in [
        (
            "UsageUpdate",
            good(),
            "cluster",
            json!("eu9"),
            "unknown_cluster",
            "eu9",
        ),
        (
            "UsageUpdate",
            good(),
            "timezone",
            json!("Mars/Olympus"),
            "invalid_params",
            "time zone",
        ),
        (
            "UsageUpdate",
            good(),
            "timezone",
            json!(3),
            "invalid_params",
            "timezone",
        ),
        (
            "UsageUpdate",
            good(),
            "timezone",
            json!("../etc/passwd"),
            "invalid_params",
            "time zone",
        ),
        (
            "UsageUpdate",
            good(),
            "cursor",
            json!("x"),
            "invalid_params",
            "next_cursor",
        ),
        (
            "UsageUpdate",
            good(),
            "cursor",
            json!("-1"),
            "invalid_params",
            "next_cursor",
        ),
        (
            "UsageUpdate",
            good(),
            "cursor",
            json!(17),
            "invalid_params",
            "cursor",
        ),
        (
            "UsageUpdate",
            good(),
            "service_id",
            json!(1),
            "invalid_params",
            "service_id",
        ),
        (
            "MetricUsage",
            good(),
            "service_id",
            json!(999),
            "account_unknown",
            "999",
        ),
        (
            "MetricUsage",
            good(),
            "service_id",
            json!("42"),
            "invalid_params",
            "service_id",
        ),
        (
            "MetricUsage",
            json!({ "cluster": "eu1", "timezone": "UTC", "service_id": SERVICE }),
            "cursor",
            json!("1"),
            "invalid_params",
            "exclude",
        ),
        (
            "MetricUsage",
            good(),
            "gigabyte",
            json!("decimal"),
            "invalid_params",
            "OSTOR_GIGABYTE",
        ),
        (
            "MetricUsage",
            good(),
            "gigabyte",
            json!("octal"),
            "invalid_params",
            "octal",
        ),
        (
            "ListAccounts",
            json!({ "cluster": "eu1" }),
            "timezone",
            json!("UTC"),
            "invalid_params",
            "timezone",
        ),
        (
            "usage.history",
            history(),
            "step",
            json!("week"),
            "invalid_params",
            "week",
        ),
        (
            "usage.history",
            history(),
            "to",
            json!("2026-03-01T00:00:00Z"),
            "invalid_params",
            "earlier",
        ),
        (
            "usage.history",
            history(),
            "from",
            json!("1990-01-01T00:00:00Z"),
            "invalid_params",
            "9000",
        ),
        (
            "usage.history",
            history(),
            "from",
            json!("yesterday"),
            "invalid_params",
            "from",
        ),
        (
            "usage.history",
            history(),
            "service_id",
            json!(999),
            "account_unknown",
            "999",
        ),
    ] {
        let mut bad = base;
        bad[member] = value;
        let error = metered
            .app
            .call(method, bad.clone())
            .await
            .expect_err("refused");
        assert_eq!(error.reason, reason, "{method} {bad}: {}", error.message);
        assert!(
            error.message.contains(word),
            "{method} {bad}: {}",
            error.message
        );
    }
}
