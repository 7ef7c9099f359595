//! The customer's page in one call, and usage by bucket: every figure, and what is not known.

use std::collections::BTreeMap;

use ostor_bridge::ledger::{AccountState, ServiceKey};
use ostor_bridge::metering;
use ostor_bridge::simulator::Fault;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use crate::support::ledger::Look;
use crate::support::metered::{GIB, Metered, traffic};
use crate::support::{CLIENT, SERVICE, Setup, TestApp, params};

/// Members of a point that are figures.
const FIGURES: [&str; 8] = [
    "bytes_uploaded",
    "bytes_downloaded",
    "ops_put",
    "ops_get",
    "ops_list",
    "ops_other",
    "storage_byte_hours",
    "storage_bytes",
];

/// The page of the service.
async fn page(app: &TestApp, zone: &str) -> Value {
    let page = app.call("ClientArea", params(SERVICE, json!({ "timezone": zone })));
    page.await.expect("the page")
}

async fn history(app: &TestApp, from: &str, to: &str, step: &str, zone: &str) -> Value {
    let more = json!({ "from": from, "to": to, "step": step, "timezone": zone });
    let history = app.call("usage.history", params(SERVICE, more)).await;
    history.expect("a history")["points"].clone()
}

/// Bars and texts of a chart that a page can take as it is.
fn chart(svg: &Value) -> (usize, Vec<String>) {
    let svg = svg.as_str().expect("text");
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "));
    assert!(
        svg.contains(" width=\"100%\" aria-hidden=\"true\">"),
        "{svg}"
    );
    let mut reader = Reader::from_str(svg);
    let (mut bars, mut texts) = (0, Vec::new());
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) | Event::Empty(tag) => {
                let (mut fill, mut names) = (String::new(), Vec::new());
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("an attribute");
                    names.push(attribute.key.as_ref().to_owned());
                    if attribute.key.as_ref() == "fill" {
                        fill = attribute.value.clone().into_owned();
                    }
                }
                let unwanted = |name: &String| {
                    name == "id" || name == "style" || name == "class" || name.starts_with("on")
                };
                assert!(!names.iter().any(unwanted), "{tag:?}");
                bars += usize::from(tag.name().as_ref() == "rect" && fill == "#1F6BAE");
            }
            Event::Text(text) => {
                let text = text.trim().to_owned();
                texts.extend((!text.is_empty()).then_some(text));
            }
            Event::End(_) => {}
            Event::Eof => return (bars, texts),
            other => panic!("{other:?}"),
        }
    }
}

/// A service of two days with a bucket and traffic, 44 hours of it read.
async fn used() -> (Metered, String) {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let plan = json!({ "quota_gb": 100, "bandwidth_included_gb": 5 });
    let user = metered.user(SERVICE, plan).await;
    metered.meter().await;
    let simulator = &metered.app.simulator;
    simulator.record(&user, "photos", traffic(3, 40, 10 * GIB, 7 * GIB + 1));
    simulator.add_object(&user, "photos", "all", 10 * GIB);
    simulator.add_object(&user, "notes", "one", 5);
    metered.advance(44);
    metered.meter().await;
    (metered, user)
}

/// Fails when a member of the page is missing, wrong, or not what its source says.
#[tokio::test]
async fn every_field_is_what_its_source_says() {
    let (metered, user) = used().await;
    let app = &metered.app;
    let more = json!({ "name": "app", "most": 3 });
    let made = app.call("CreateSubAccount", params(SERVICE, more)).await;
    let sub = made.expect("a sub-account")["access_key_id"].clone();
    let rotated = app.call("RotateKeys", params(SERVICE, json!({}))).await;
    let rotated = rotated.expect("a pair");
    let mut page = page(app, "UTC").await;
    let now = app.simulator.now().as_second();
    let at: jiff::Timestamp = page["storage"]["at"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a time");
    assert!((0..120).contains(&(now - at.as_second())), "{at}");

    let days = history(
        app,
        "2026-02-11T00:00:00Z",
        "2026-03-12T05:00:00Z",
        "day",
        "UTC",
    )
    .await;
    let months = history(
        app,
        "2025-04-01T00:00:00Z",
        "2026-03-12T05:00:00Z",
        "month",
        "UTC",
    )
    .await;
    assert_eq!(
        (days[29]["start"].as_str(), days.as_array().map(Vec::len)),
        (Some("2026-03-12T00:00:00+00:00"), Some(30))
    );
    assert_eq!(
        (page["days"].take(), page["months"].take()),
        (days, months.clone())
    );
    assert_eq!(page["month"].take(), months[11]);
    assert_eq!(months[11]["bytes_downloaded"], json!(7 * GIB + 1));
    assert_eq!(months[11]["storage_byte_hours"], json!(44 * (10 * GIB + 5)));

    let charts = page["charts"].take();
    for (name, bars, date) in [
        ("days_stored", 3, "03-12"),
        ("days_downloaded", 3, "03-12"),
        ("months_stored", 1, "2026-03"),
        ("months_downloaded", 1, "2026-03"),
    ] {
        let (found, texts) = chart(&charts[name]);
        // The rest is not known.
        assert_eq!(found, bars, "{name}: {charts}");
        assert!(
            texts.contains(&"GiB".to_owned()) && texts.contains(&date.to_owned()),
            "{texts:?}"
        );
    }
    assert_eq!(charts.as_object().map(serde_json::Map::len), Some(4));

    let told = metered.call("MetricUsage", json!({})).await;
    let buckets = page["buckets"].take();
    let created = |number: usize| {
        buckets[number]["created"]
            .as_str()
            .expect("a time")
            .to_owned()
    };
    assert!(created(0).starts_with("2026-03-10T08:0") && created(1).starts_with("2026-03-10T08:0"));
    assert_eq!(
        buckets,
        json!([
            { "name": "photos", "bytes": 10 * GIB, "created": created(0) },
            { "name": "notes", "bytes": 5, "created": created(1) },
        ])
    );
    assert_eq!(
        page,
        json!({
            "state": "active",
            "retained_until": null,
            "user_id": user,
            "user_email": format!("{CLIENT}-{SERVICE}@ostor-bridge.invalid"),
            "endpoint": app.simulator.endpoint(),
            "region": page["region"],
            "access_key_id": rotated["access_key_id"],
            "live": true,
            "access_key_ids": rotated["access_key_ids"],
            "sub_accounts": [{ "name": "app", "access_key_ids": [sub] }],
            "plan": { "quota_gb": 100, "bandwidth_included_gb": 5 },
            "gigabyte": "binary",
            "storage": { "bytes": 10 * GIB + 5, "at": page["storage"]["at"], "quota_bytes": 100 * GIB },
            "metrics": told["accounts"][0]["metrics"],
            "buckets": null,
            "buckets_total": 2,
            "complete_until": told["complete_until"],
            "month": null, "days": null, "months": null, "charts": null,
        })
    );
    assert!(
        page["region"]
            .as_str()
            .is_some_and(|region| !region.is_empty())
    );
}

/// Fails when a page waits for a gateway that does not answer, or shows nothing then: without the limit of its own the
/// call would end as `busy` after 90 seconds.
#[tokio::test]
async fn a_gateway_that_does_not_answer_leaves_what_the_ledger_knows() {
    let setup = Setup {
        cluster: "timeout = \"60s\"".into(),
        ..Setup::default()
    };
    let (metered, user) = {
        let metered = Metered::with(setup, "2026-03-10T08:00:00Z").await;
        let user = metered.user(SERVICE, json!({ "quota_gb": 1 })).await;
        metered.app.simulator.add_object(&user, "photos", "all", 77);
        metered.advance(3);
        metered.meter().await;
        (metered, user)
    };
    let app = &metered.app;
    let live = page(app, "UTC").await;
    for fault in [Fault::StalledBefore, Fault::Refused, Fault::BrokenBody] {
        app.simulator.inject_always(fault);
        let shown = page(app, "UTC").await;
        app.simulator.clear_faults();
        assert_eq!(shown["live"], false, "{fault:?}");
        for member in ["access_key_ids", "sub_accounts"] {
            assert_eq!(shown[member], Value::Null, "{member}");
        }
        for member in [
            "state",
            "user_id",
            "access_key_id",
            "plan",
            "month",
            "days",
            "months",
            "metrics",
            "charts",
            "complete_until",
            "buckets_total",
            "buckets",
        ] {
            assert_eq!(shown[member], live[member], "{fault:?}: {member}");
        }
        assert_eq!(shown["user_id"], json!(user));
        assert_eq!(
            (&shown["storage"]["bytes"], &shown["storage"]["quota_bytes"]),
            (&json!(77), &json!(GIB))
        );
        let at = shown["storage"]["at"].as_str().expect("the last reading");
        assert!(at.starts_with("2026-03-10T11:0"), "{at}");
    }
}

/// Fails when something that nobody knows is told as zero.
#[tokio::test]
async fn nothing_known_is_null_and_an_empty_chart() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let app = &metered.app;
    metered.user(SERVICE, json!({})).await;
    app.simulator.inject_always(Fault::Status(503));
    let shown = page(app, "Asia/Kathmandu").await;
    app.simulator.clear_faults();
    assert_eq!(shown["live"], false);
    assert_eq!(
        shown["storage"],
        json!({ "bytes": null, "at": null, "quota_bytes": null })
    );
    assert_eq!(
        (&shown["metrics"], &shown["complete_until"]),
        (&json!({}), &Value::Null)
    );
    assert_eq!(
        (&shown["buckets"], &shown["plan"]),
        (&json!([]), &json!({}))
    );
    for (points, count) in [("days", 30), ("months", 12)] {
        let points = shown[points].as_array().expect("points");
        assert_eq!(points.len(), count);
        for (point, figure) in points
            .iter()
            .flat_map(|point| FIGURES.map(|figure| (point, figure)))
        {
            assert_eq!(point[figure], Value::Null, "{figure}");
        }
    }
    assert_eq!(shown["months"][11]["start"], "2026-03-01T00:00:00+05:45");
    for svg in shown["charts"].as_object().expect("charts").values() {
        assert_eq!(chart(svg).0, 0);
    }
}

/// Fails when a look at the page changes what is billed.
#[tokio::test]
async fn a_look_at_the_page_delivers_nothing() {
    let (metered, _) = used().await;
    let march = page(&metered.app, "UTC").await["metrics"].clone();
    metered.advance(24 * 21);
    metered.meter().await;
    let april = page(&metered.app, "UTC").await;
    assert_eq!(april["month"]["start"], "2026-04-01T00:00:00+00:00");
    assert_eq!(april["month"]["ops_get"], 0, "this month");
    // Nobody was told of March: it goes with April.
    assert_eq!(april["metrics"]["requests_get"], march["requests_get"]);
    let told = metered.call("MetricUsage", json!({})).await;
    assert_eq!(told["accounts"][0]["metrics"], april["metrics"]);
}

/// Fails when a bucket too many is listed, or a large one left out.
#[tokio::test]
async fn the_largest_thousand_buckets_are_listed() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, json!({})).await;
    let user = made["user_id"].as_str().expect("an id");
    for number in 0..1003_u64 {
        let name = format!("bucket-{number:04}");
        app.simulator.add_object(user, &name, "one", number / 2);
    }
    let page = page(&app, "UTC").await;
    let buckets = page["buckets"].as_array().expect("buckets");
    assert_eq!(
        (buckets.len(), &page["buckets_total"]),
        (1000, &json!(1003))
    );
    assert_eq!(buckets[0]["name"], "bucket-1002");
    assert_eq!(buckets[1]["name"], "bucket-1000", "of one size by name");
    assert_eq!(buckets[999]["bytes"], 1);
    let total: u64 = (0..1003).map(|number| number / 2).sum();
    assert_eq!(page["storage"]["bytes"], total);
}

/// Fails when a service without a user, or with one that is gone, has no page.
#[tokio::test]
async fn a_service_that_ended_still_has_a_page() {
    let app = TestApp::spawn().await;
    let made = app.create(SERVICE, json!({})).await;
    let end = params(SERVICE, json!({ "policy": "refuse" }));
    app.call("TerminateAccount", end).await.expect("terminated");
    let claim = json!({ "timezone": "UTC", "user_id": made["user_id"] });
    let shown = app.call("ClientArea", params(SERVICE, claim)).await;
    let shown = shown.expect("the page");
    assert_eq!(
        (&shown["state"], &shown["user_id"]),
        (&json!("terminated"), &Value::Null)
    );
    assert_eq!(
        (&shown["access_key_ids"], &shown["access_key_id"]),
        (&json!([]), &Value::Null)
    );
    let other = json!({ "timezone": "UTC", "user_id": "ffffffffffffffff" });
    let error = app.call("ClientArea", params(SERVICE, other)).await;
    assert_eq!(error.expect_err("another's").reason, "identity_mismatch");
}

/// Plays buckets that come, grow, shrink and go over the end of a month.
async fn two_months() -> Metered {
    let metered = Metered::at("2026-03-29T18:30:00Z").await;
    let user = metered.user(SERVICE, json!({})).await;
    let simulator = &metered.app.simulator;
    metered.meter().await;
    for hour in 0..84_u64 {
        let bucket = ["photos", "music", ""][(hour % 3) as usize];
        simulator.record(
            &user,
            bucket,
            traffic(hour, 2 * hour + 1, hour << 20, 1_000_003 * hour),
        );
        if !bucket.is_empty() {
            simulator.add_object(&user, bucket, "one", (hour % 7 + 1) << 21);
        }
        if hour == 50 {
            simulator.remove_bucket("music");
        }
        metered.advance(1);
        if hour % 5 == 0 {
            metered.meter().await;
        }
    }
    metered.advance(2);
    metered.meter().await;
    metered
}

/// Fails when a row of a bucket is lost, doubled or on another day than in the history, to the byte-hour.
#[tokio::test]
async fn buckets_add_up_to_the_history_and_months_to_their_days() {
    let metered = two_months().await;
    let app = &metered.app;
    let (from, to) = ("2026-03-28T12:00:00Z", "2026-04-04T00:00:00Z");
    for zone in [
        "UTC",
        "Asia/Kathmandu",
        "America/St_Johns",
        "Europe/Berlin",
        "Pacific/Kiritimati",
    ] {
        let more = json!({ "from": from, "to": to, "timezone": zone });
        let buckets = app.call("usage.buckets", params(SERVICE, more)).await;
        let buckets = buckets.expect("rows");
        assert_eq!(buckets["gigabyte"], "binary");
        let rows = buckets["rows"].as_array().expect("rows");
        let order = |row: &Value| (row["start"].to_string(), row["bucket"].to_string());
        assert!(
            rows.windows(2)
                .all(|pair| order(&pair[0]) < order(&pair[1])),
            "{rows:?}"
        );
        let names: std::collections::BTreeSet<_> =
            rows.iter().map(|row| row["bucket"].as_str()).collect();
        assert_eq!(names, [Some(""), Some("music"), Some("photos")].into());
        let mut sums: BTreeMap<(String, &str), u64> = BTreeMap::new();
        for row in rows {
            let mut any = 0;
            for figure in &FIGURES[..7] {
                let amount = row[figure].as_u64().unwrap_or(0);
                any += amount;
                *sums.entry((row["start"].to_string(), figure)).or_default() += amount;
            }
            assert!(any > 0, "a row of nothing: {row}");
        }
        let mut compared = 0;
        for point in history(app, from, to, "day", zone)
            .await
            .as_array()
            .expect("points")
        {
            for figure in &FIGURES[..7] {
                let sum = sums.remove(&(point["start"].to_string(), figure));
                assert_eq!(
                    sum.unwrap_or(0),
                    point[figure].as_u64().unwrap_or(0),
                    "{zone} {figure} {point}"
                );
                compared += usize::from(sum.is_some_and(|sum| sum > 0));
            }
        }
        assert!(
            sums.is_empty() && compared > 15,
            "{zone}: {sums:?} and {compared}"
        );

        // Months come from other sums than days do.
        let page = page(app, zone).await;
        let of_days = |figure: &str, month: &str| -> u64 {
            let days = page["days"].as_array().expect("days").iter();
            let days = days.filter(|day| {
                day["start"]
                    .as_str()
                    .is_some_and(|start| start.starts_with(month))
            });
            days.filter_map(|day| day[figure].as_u64()).sum()
        };
        for (number, month) in [(10, "2026-03"), (11, "2026-04")] {
            let point = &page["months"][number];
            assert!(
                point["start"]
                    .as_str()
                    .is_some_and(|start| start.starts_with(month)),
                "{zone}"
            );
            for figure in &FIGURES[..7] {
                let amount = point[figure].as_u64().unwrap_or(0);
                assert_eq!(amount, of_days(figure, month), "{zone} {month} {figure}");
            }
            assert!(point["ops_get"].as_u64() > Some(0), "{zone} {point}");
        }
    }
}

/// Fails when storage of which nobody knows is told as zero, or what requests without a bucket store as not known.
#[tokio::test]
async fn requests_without_a_bucket_store_nothing() {
    let metered = Metered::at("2026-03-10T08:00:00Z").await;
    let user = metered.user(SERVICE, json!({})).await;
    let services = &metered.app.services;
    let counted = metering::collect(services, "eu1", &|_| {}).await;
    assert!(counted.expect("a run").whole);
    for bucket in ["", "photos"] {
        let used = traffic(1, 2, 3, 4);
        metered.app.simulator.record(&user, bucket, used);
    }
    metered.advance(3);
    let counted = metering::collect(services, "eu1", &|_| {}).await;
    assert!(counted.expect("a run").whole);
    let range = json!({ "from": "2026-03-10T00:00:00Z", "to": "2026-03-11T00:00:00Z" });
    let used = metered.app.call("usage.buckets", params(SERVICE, range));
    let used = used.await.expect("rows");
    let rows = used["rows"].as_array().expect("rows").iter();
    let stored = rows.map(|row| (&row["bucket"], &row["ops_get"], &row["storage_byte_hours"]));
    assert_eq!(
        stored.collect::<Vec<_>>(),
        [
            (&json!(""), &json!(2), &json!(0)),
            (&json!("photos"), &json!(2), &Value::Null)
        ]
    );
}

/// Fails when a range that cannot be shown is answered with something else than a sentence.
#[tokio::test]
async fn ranges_and_rows_beyond_measure_are_refused() {
    let app = TestApp::spawn().await;
    let service = ServiceKey {
        client: CLIENT.into(),
        cluster: "eu1".into(),
        service_id: SERVICE.cast_signed(),
    };
    let ledger = &app.services.ledger;
    let adopted = ledger.adopt(
        &service,
        "a@example.com",
        "00000000000000aa",
        AccountState::Active,
    );
    adopted.await.expect("a row");
    let ledger = Look::into(app.folder.path()).await;
    // A thousand buckets on 100 days, and one more on the last.
    for day in 0..100 {
        let rows: Vec<String> = (0..1000 + i64::from(day == 99))
            .map(|bucket| {
                let slot = 1_929_600 + day * 96;
                format!("('eu1', '00000000000000aa', {slot}, 'b{bucket}', 1, 0, 0, 0, 0, 0)")
            })
            .collect();
        let rows = rows.join(", ");
        ledger
            .execute(&format!("INSERT INTO usage_slots VALUES {rows}"))
            .await;
    }
    let call = |from: &str, to: &str| {
        let more = json!({ "from": from, "to": to });
        app.call("usage.buckets", params(SERVICE, more))
    };
    let (from, to) = ("2025-01-01T00:00:00Z", "2025-06-01T00:00:00Z");
    let error = call(from, to).await.expect_err("too many rows");
    assert_eq!(error.reason, "invalid_params");
    assert!(error.message.contains("less time"), "{}", error.message);
    let some = call(from, "2025-04-10T00:00:00Z")
        .await
        .expect("fewer rows");
    let days = some["rows"].as_array().expect("rows").len() / 1000;
    assert!((1..100).contains(&days), "{days}");
    for (from, to) in [(to, from), (from, from), ("1970-01-01T00:00:00Z", to)] {
        let error = call(from, to).await.expect_err("a bad range");
        assert_eq!(error.reason, "invalid_params", "{from} {to}");
    }
}
