//! The management services: happy paths, refusals, what differs between profiles.

use ostor_bridge::simulator::Simulator;
use serde_json::{Value, json};

use crate::support::{
    Answer, Pair, call, call_with, date, exchange, key, s3_status, signed_v2, signed_v4,
    signed_v4_at, start, start_at, system, v2, written,
};

const NEW: &str = "ostor-users&emailAddress=new@example.com";

fn keys_of(answer: &Answer) -> Vec<String> {
    let json = answer.json();
    let keys = json["AWSAccessKeys"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    keys.iter()
        .map(|pair| {
            pair["AWSAccessKeyId"]
                .as_str()
                .expect("a key id")
                .to_owned()
        })
        .collect()
}

async fn status(simulator: &Simulator, verb: &str, query: &str) -> u16 {
    call(simulator, verb, query).await.status
}

#[tokio::test]
async fn a_user_is_created_read_and_deleted() {
    let simulator = start("vhi-7.1").await;
    let created = call(&simulator, "PUT", NEW).await;
    assert_eq!(created.status, 200);
    let user = simulator.users().remove(1);
    let (id, secret) = key(&user);
    assert_eq!(
        created.json(),
        json!({"UserEmail": "new@example.com", "UserId": user.id,
               "AWSAccessKeys": [{"AWSAccessKeyId": id, "AWSSecretAccessKey": secret}]})
    );
    let expected = json!({
        "UserEmail": "new@example.com", "UserId": user.id, "State": "enabled", "OwnerId": "0000000000000000",
        "Flags": [], "AWSAccessKeys": [{"AWSAccessKeyId": id, "AWSSecretAccessKey": secret}],
        "AccountCount": "0", "Accounts": [],
    });
    assert_eq!(
        call(
            &simulator,
            "GET",
            "ostor-users&emailAddress=new%40example.com"
        )
        .await
        .json(),
        expected
    );
    assert_eq!(
        call(&simulator, "GET", &format!("ostor-users&id={}", user.id))
            .await
            .json(),
        expected
    );
    let list = call(&simulator, "GET", "ostor-users").await.json();
    let item = json!({"UserEmail": "new@example.com", "UserId": user.id, "State": "enabled", "OwnerId": "0000000000000000"});
    assert_eq!((list.as_array().map(Vec::len), &list[1]), (Some(2), &item));

    assert_eq!(
        call(&simulator, "PUT", NEW).await.refusal(),
        (409, "UserAlreadyExists")
    );
    assert_eq!(
        status(&simulator, "GET", &format!("{NEW}&id={}", user.id)).await,
        400
    );
    assert_eq!(
        status(&simulator, "DELETE", &format!("{NEW}&id={}", user.id)).await,
        400
    );
    assert_eq!(
        status(
            &simulator,
            "GET",
            "ostor-users&emailAddress=NEW@example.com"
        )
        .await,
        404
    );
    assert_eq!(status(&simulator, "PUT", "ostor-users").await, 400);

    simulator.add_object(&user.id, "held", "k", 1);
    assert_eq!(status(&simulator, "DELETE", NEW).await, 409);
    signed_v2(&simulator, &key(&user), "DELETE", "/held/k", "/held/k", b"").await;
    signed_v2(&simulator, &key(&user), "DELETE", "/held", "/held", b"").await;
    let deleted = call(&simulator, "DELETE", NEW).await;
    assert_eq!(
        (
            deleted.status,
            deleted.body.as_str(),
            deleted.header("content-type")
        ),
        (204, "", "application/xml")
    );
    assert_eq!(status(&simulator, "DELETE", NEW).await, 404);
    assert_eq!(simulator.users().len(), 1);
}

#[tokio::test]
async fn keys_are_generated_and_revoked() {
    let simulator = start("vhi-7.1").await;
    let first = key(&simulator.add_user("new@example.com", false)).0;
    let both = keys_of(&call(&simulator, "POST", &format!("{NEW}&genKey")).await);
    assert!(both.len() == 2 && both[0] == first && both[1][..16] == first[..16]);
    assert_eq!(
        status(&simulator, "POST", &format!("{NEW}&genKey")).await,
        409
    );
    assert_eq!(
        status(
            &simulator,
            "POST",
            &format!("{NEW}&genKey&revokeKey={first}")
        )
        .await,
        400
    );
    let revoked = call(&simulator, "POST", &format!("{NEW}&revokeKey={first}")).await;
    assert_eq!((revoked.status, revoked.body.as_str()), (200, ""));
    assert_eq!(
        call(&simulator, "POST", &format!("{NEW}&revokeKey={first}"))
            .await
            .refusal(),
        (404, "NoSuchKey")
    );
    assert_eq!(simulator.users()[1].keys.len(), 1);
    for wrong in ["", "&genKey&enable", "&revokeKey"] {
        assert_eq!(
            status(&simulator, "POST", &format!("{NEW}{wrong}")).await,
            400,
            "{wrong}"
        );
    }
    assert_eq!(
        status(&simulator, "PUT", &format!("{NEW}&genKey")).await,
        400
    );
    assert_eq!(
        status(&simulator, "POST", &format!("{NEW}&disable")).await,
        200
    );
    assert!(!simulator.users()[1].enabled);
    assert_eq!(
        call(&simulator, "GET", NEW).await.json()["State"],
        "disabled"
    );
    assert_eq!(
        status(&simulator, "PUT", &format!("{NEW}&enable")).await,
        409,
        "state needs POST"
    );
    assert_eq!(
        status(&simulator, "POST", &format!("{NEW}&enable")).await,
        200
    );
    assert!(simulator.users()[1].enabled);
}

#[tokio::test]
async fn accounts_hold_keys_of_their_own() {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let account = "ostor-accounts&emailAddress=new@example.com&accountName=one";
    let created = call(&simulator, "POST", account).await;
    assert_eq!(
        (created.status, &created.json()["Name"]),
        (200, &json!("one"))
    );
    assert!(keys_of(&created)[0].starts_with(&user.id));
    assert_eq!(status(&simulator, "POST", account).await, 409);
    assert_eq!(
        status(
            &simulator,
            "PUT",
            &format!("ostor-accounts&id={}&accountName=two", user.id)
        )
        .await,
        200
    );
    let key_call = format!("{NEW}&accountName=one");
    assert_eq!(
        keys_of(&call(&simulator, "POST", &format!("{key_call}&genKey")).await).len(),
        2
    );
    assert_eq!(
        status(&simulator, "POST", &format!("{key_call}&genKey")).await,
        409
    );
    let pair = simulator.users()[1].accounts[0].keys[1].clone();
    assert_eq!(
        s3_status(&simulator, &pair, "PUT", "/of-account", b"").await,
        200
    );
    assert_eq!(simulator.buckets()[0].owner_id, user.id);
    assert_eq!(
        status(
            &simulator,
            "POST",
            &format!("{key_call}&revokeKey={}", pair.0)
        )
        .await,
        200
    );
    assert_eq!(
        status(
            &simulator,
            "POST",
            &format!("{NEW}&accountName=none&genKey")
        )
        .await,
        404
    );
    let read = call(&simulator, "GET", NEW).await.json();
    assert_eq!(
        (&read["AccountCount"], &read["Accounts"][1]["Name"]),
        (&json!("2"), &json!("two"))
    );
    let deleted = call(&simulator, "DELETE", account).await;
    assert_eq!(
        (deleted.status, deleted.header("content-type")),
        (204, "application/xml")
    );
    assert_eq!(status(&simulator, "DELETE", account).await, 404);
    assert_eq!(
        status(
            &simulator,
            "DELETE",
            "ostor-accounts&emailAddress=new@example.com"
        )
        .await,
        400
    );
}

#[tokio::test]
async fn editions_differ_in_shape() {
    let simulator =
        start("live-2024,gen-key=new,third-key=400,duplicate-email=second,delete-user=203").await;
    assert_eq!(status(&simulator, "PUT", NEW).await, 200);
    assert_eq!(status(&simulator, "PUT", NEW).await, 200);
    let list = call(&simulator, "GET", "ostor-users&space").await.json();
    assert_eq!(list["Users"][0]["Flags"], json!(["system"]));
    assert_eq!(list["Users"].as_array().map(Vec::len), Some(3));
    assert_eq!(list["Users"][1]["SpaceStat"]["SizeCurr"], 0);
    let first = simulator.users()[1].keys[0].0.clone();
    let made = keys_of(&call(&simulator, "POST", &format!("{NEW}&genKey")).await);
    assert!(made.len() == 1 && made[0] != first);
    assert_eq!(
        status(&simulator, "POST", &format!("{NEW}&genKey")).await,
        400
    );
    assert_eq!(status(&simulator, "DELETE", NEW).await, 203);

    let simulator = start("acronis-2").await;
    assert_eq!(keys_of(&call(&simulator, "PUT", NEW).await).len(), 1);
    assert_eq!(
        keys_of(&call(&simulator, "PUT", &format!("{NEW}&genKey")).await).len(),
        2
    );
    let user = call(&simulator, "GET", NEW).await.json();
    assert!(user.get("State").is_none() && user.get("Accounts").is_none());
    let list = call(&simulator, "GET", "ostor-users").await.json();
    assert!(
        list[1].get("OwnerId").is_none()
            && list[1]["AWSAccessKeys"].as_array().map(Vec::len) == Some(2)
    );
    for service in ["ostor-accounts", "ostor-quotas"] {
        assert_eq!(
            call(&simulator, "GET", service).await.refusal(),
            (400, "InvalidArgument")
        );
    }
}

async fn limits(simulator: &Simulator, selector: &str) -> Value {
    call(simulator, "GET", &format!("ostor-limits&{selector}"))
        .await
        .json()
}

fn six(ops: [&str; 5], out: &str) -> Value {
    let [default, get, put, list, delete] = ops;
    json!({"ops:default": default, "ops:get": get, "ops:put": put, "ops:list": list, "ops:delete": delete,
           "bandwidth:out": out})
}

#[tokio::test]
async fn limits_merge_one_by_one_and_are_set_by_group() {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let e = "emailAddress=new@example.com";
    let set = |rest: &str| format!("ostor-limits&{e}&{rest}");
    assert_eq!(status(&simulator, "GET", &set("")).await, 404, "never set");
    let done = call(
        &simulator,
        "PUT",
        &set("limit-type=ops&limit-resource=get&limit-value=3600"),
    )
    .await;
    assert_eq!(
        (done.status, done.body.as_str(), done.header("content-type")),
        (200, "", "application/json")
    );
    assert_eq!(
        status(
            &simulator,
            "PUT",
            &set("limit-type=bandwidth&limit-resource=out&limit-value=3.33")
        )
        .await,
        200
    );
    assert_eq!(
        limits(&simulator, e).await,
        six(["0.00", "3600.00", "0.00", "0.00", "0.00"], "3.33")
    );
    assert_eq!(
        simulator.users()[1].limits.as_ref().map(|l| l["ops:get"]),
        Some(3600.0)
    );

    assert_eq!(
        status(&simulator, "PUT", &set("ops&default=30&list=60")).await,
        200
    );
    let by_id = format!("id={}", user.id);
    assert_eq!(
        limits(&simulator, &by_id).await,
        six(["0.50", "0.50", "0.50", "1.00", "0.50"], "0")
    );
    assert_eq!(
        status(&simulator, "PUT", &set("bandwidth&out=100")).await,
        200
    );
    assert_eq!(status(&simulator, "DELETE", &set("ops")).await, 204);
    assert_eq!(limits(&simulator, e).await, six(["0.00"; 5], "100"));
    assert_eq!(status(&simulator, "DELETE", &set("")).await, 204);
    assert_eq!(
        limits(&simulator, e).await,
        six(["0.00"; 5], "0"),
        "zeros, not an error, after removal"
    );

    for wrong in [
        "limit-type=ops&limit-resource=get&limit-value=-1",
        "limit-type=ops&limit-resource=get&limit-value=many",
        "limit-type=ops&limit-resource=out&limit-value=1",
        "limit-type=ops&limit-resource=get&limit-value=1&limit-value=2",
        "limit-type=ops&limit-resource=get",
        "limit-type=ops&limit-resource=get&limit-value=1&ops&get=1",
        "ops&bandwidth&out=1",
        "ops&get=0.5",
        "get=1",
        &format!("id={}&ops&get=1", user.id),
    ] {
        assert_eq!(status(&simulator, "PUT", &set(wrong)).await, 400, "{wrong}");
    }
    assert_eq!(
        call(&simulator, "GET", "ostor-limits&bucket=none")
            .await
            .refusal(),
        (404, "NoSuchBucket")
    );
    simulator.add_object(&user.id, "held", "k", 1);
    assert_eq!(
        status(&simulator, "PUT", "ostor-limits&bucket=held&ops&put=60").await,
        200
    );
    assert_eq!(limits(&simulator, "bucket=held").await["ops:put"], "1.00");

    let strict = start("strict,limits-unset=zeros").await;
    strict.add_user("new@example.com", false);
    assert_eq!(limits(&strict, e).await, six(["0.00"; 5], "0"));
    assert_eq!(status(&strict, "PUT", &set("ops&default=30")).await, 400);
}

#[tokio::test]
async fn quotas_of_users_buckets_and_by_default() {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let e = "ostor-quotas&emailAddress=new@example.com";
    assert_eq!(status(&simulator, "GET", e).await, 404);
    let done = call(&simulator, "PUT", &format!("{e}&quota-size=1024")).await;
    assert_eq!((done.status, done.body.as_str()), (200, ""));
    assert_eq!(
        call(&simulator, "GET", e).await.json(),
        json!({"version": "1", "type": "user", "size": "1024"})
    );
    assert_eq!(simulator.users()[1].quota_gb, Some(1024));
    assert_eq!(status(&simulator, "DELETE", e).await, 204);
    assert_eq!(call(&simulator, "GET", e).await.json()["size"], "0");
    simulator.add_object(&user.id, "held", "k", 1);
    for selector in ["bucket=held", "default=bucket"] {
        assert_eq!(
            status(
                &simulator,
                "PUT",
                &format!("ostor-quotas&{selector}&quota-size=5")
            )
            .await,
            200
        );
        let read = call(&simulator, "GET", &format!("ostor-quotas&{selector}"))
            .await
            .json();
        assert_eq!(
            read,
            json!({"version": "1", "type": "bucket", "size": "5"}),
            "{selector}"
        );
    }
    for wrong in [
        "",
        "&quota-size=-1",
        "&quota-size=1.5",
        "&quota-size=1&default=user",
    ] {
        assert_eq!(
            status(&simulator, "PUT", &format!("{e}{wrong}")).await,
            400,
            "{wrong}"
        );
    }
    assert_eq!(
        status(&simulator, "PUT", "ostor-quotas&default=all&quota-size=1").await,
        400
    );

    let numbers = start("quota-type=number,quota-unset=zero").await;
    let read = call(&numbers, "GET", "ostor-quotas&default=bucket")
        .await
        .json();
    assert_eq!(read, json!({"version": "1", "type": "1", "size": "0"}));
    assert_eq!(
        status(
            &start("quotas=off").await,
            "GET",
            "ostor-quotas&default=user"
        )
        .await,
        500
    );
}

/// The listing printed in the guide, and the same buckets an hour later.
#[tokio::test]
async fn buckets_tell_byte_hours_up_to_now() {
    let simulator = start_at("vhi-7.1", Some("2018-05-23T10:30:00Z")).await;
    let user = simulator.add_user("new@example.com", false);
    simulator.add_object(&user.id, "bucket3", "k", 12_288);
    simulator.set_clock("2018-05-25T13:51:00Z".parse().expect("a valid time"));
    simulator.add_object(&user.id, "bucket2", "k", 46_700_160);
    simulator.set_clock("2018-05-25T17:12:00Z".parse().expect("a valid time"));
    simulator.add_object("0000000000000001", "bucket1", "k", 12_288);
    simulator.set_clock("2018-06-19T16:00:00Z".parse().expect("a valid time"));

    let one = call(&simulator, "GET", "ostor-buckets&bucket=bucket1")
        .await
        .json();
    assert_eq!(
        one,
        json!({"Buckets": [{"name": "bucket1", "epoch": 0, "creation_date": "2018-05-25T17:12:00.000Z",
            "owner_id": "0000000000000001",
            "size": {"current": 12288, "hmax": 12288, "h_integral": 7_360_512, "last_ts": 424_241}}]})
    );
    let of_user = call(
        &simulator,
        "GET",
        "ostor-buckets&emailAddress=new@example.com",
    )
    .await
    .json();
    let integrals: Vec<&Value> = of_user["Buckets"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|b| &b["size"]["h_integral"])
        .collect();
    assert_eq!(integrals, [&json!(28_160_196_480_u64), &json!(8_036_352)]);
    let space = call(
        &simulator,
        "GET",
        "ostor-users&emailAddress=new@example.com&space",
    )
    .await
    .json();
    assert_eq!(
        space["SpaceStat"],
        json!({"LastTs": 424_237, "SizeCurr": 46_712_448, "SizeHMax": 46_712_448,
               "SizeHInt": 46_712_448_u64 * 603 + 12_288 * 51})
    );
    simulator.advance(jiff::SignedDuration::from_hours(1));
    let later = call(
        &simulator,
        "GET",
        "ostor-buckets&bucket=bucket1&storage_class=DEFAULT",
    )
    .await
    .json();
    assert_eq!(
        later["Buckets"][0]["size"]["h_integral"],
        7_360_512 + 12_288
    );

    let all = call(&simulator, "GET", "ostor-buckets").await.json();
    assert_eq!(all["Buckets"].as_array().map(Vec::len), Some(3));
    let several = call_with(
        &simulator,
        "GET",
        "ostor-buckets&multi",
        br#"["bucket2","none","bucket3"]"#,
    )
    .await
    .json();
    assert_eq!(several["Buckets"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        call_with(&simulator, "GET", "ostor-buckets&multi", b"[")
            .await
            .status,
        400
    );
    assert_eq!(
        status(&simulator, "GET", "ostor-buckets&multi&bucket=bucket1").await,
        400
    );
    assert_eq!(
        status(&simulator, "GET", "ostor-buckets&bucket=none").await,
        404
    );
    assert_eq!(status(&simulator, "DELETE", "ostor-buckets").await, 405);
}

#[tokio::test]
async fn only_signed_calls_of_system_users_pass() {
    let simulator = start("vhi-7.1").await;
    let user = simulator.add_user("new@example.com", false);
    let send = async |pair: &Pair| {
        signed_v2(
            &simulator,
            pair,
            "GET",
            "/?ostor-users",
            "/?ostor-users",
            b"",
        )
        .await
    };
    assert_eq!(send(&key(&user)).await.refusal(), (403, "AccessDenied"));
    assert_eq!(
        send(&key(&simulator.add_user("more@example.com", true)))
            .await
            .status,
        200
    );
    assert_eq!(
        send(&(system().0, "wrong".to_owned())).await.refusal(),
        (403, "SignatureDoesNotMatch")
    );
    assert_eq!(
        send(&("unknown".to_owned(), "wrong".to_owned()))
            .await
            .refusal(),
        (403, "InvalidAccessKeyId")
    );
    let unsigned = exchange(
        &simulator,
        written(&simulator, "GET", "/?ostor-users", &[], b""),
    )
    .await;
    assert_eq!(unsigned.refusal(), (403, "AccessDenied"));
    assert!(
        unsigned.body.contains("<Code>AccessDenied</Code>")
            && unsigned.header("content-type") == "application/xml"
    );

    assert_eq!(
        s3_status(
            &simulator,
            &system(),
            "GET",
            "/?ostor-users&emailAddress=new%40example.com",
            b""
        )
        .await,
        200
    );
    assert_eq!(
        s3_status(&simulator, &system(), "GET", "/?ostor-buckets&multi", b"[]").await,
        200
    );
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(16 * 60);
    let old = signed_v4_at(&simulator, &system(), "GET", "/?ostor-users", b"", past).await;
    assert_eq!(old.refusal(), (403, "RequestTimeTooSkewed"));
    simulator.advance(jiff::SignedDuration::from_mins(-16));
    assert_eq!(
        signed_v4(&simulator, &system(), "GET", "/?ostor-users", b"")
            .await
            .refusal(),
        (403, "RequestTimeTooSkewed")
    );

    assert_eq!(
        call(&simulator, "GET", "ostor-nothing").await.refusal(),
        (400, "InvalidArgument")
    );
    assert_eq!(
        call(&simulator, "PATCH", "ostor-users").await.refusal(),
        (405, "MethodNotAllowed")
    );
    let resource = "/?emailAddress=new@example.com";
    let late = signed_v2(
        &simulator,
        &system(),
        "GET",
        &format!("{resource}&ostor-users"),
        resource,
        b"",
    )
    .await;
    assert_eq!(late.status, 400, "the service must come first");
}

#[tokio::test]
async fn the_guides_own_recipes_pass_unless_strict() {
    for (profile, expected) in [("vhi-7.1", 200), ("strict", 403)] {
        let simulator = start(profile).await;
        let date = date(simulator.now());
        let hash = (
            "x-amz-content-sha256".to_owned(),
            "UNSIGNED-PAYLOAD".to_owned(),
        );
        let shell = format!("GET\n\n{date}\n{}:{}\n/?ostor-users", hash.0, hash.1);
        let php = format!("GET\n\n\n{date}\n?ostor-users");
        for (string_to_sign, extra) in [(shell, vec![hash]), (php, Vec::new())] {
            let mut headers = extra;
            headers.push(("Date".to_owned(), date.clone()));
            headers.push(("Authorization".to_owned(), v2(&system(), &string_to_sign)));
            let answer = exchange(
                &simulator,
                written(&simulator, "GET", "/?ostor-users&space", &headers, b""),
            )
            .await;
            assert_eq!(answer.status, expected, "{profile} {string_to_sign:?}");
        }
        let seen: Vec<&str> = simulator
            .calls()
            .iter()
            .map(|call| call.signature)
            .collect();
        assert_eq!(
            seen,
            if expected == 200 {
                ["v2-B", "v2-C"]
            } else {
                ["invalid", "invalid"]
            }
        );
    }
}

#[tokio::test]
async fn answers_have_the_gateways_headers_and_calls_are_kept() {
    let simulator = start_at("vhi-7.1", Some("2018-06-19T16:00:00Z")).await;
    let answer = call(&simulator, "PUT", NEW).await;
    let id = answer.header("x-amz-request-id");
    assert!(id.len() == 32 && id.starts_with("8000000000000065"), "{id}");
    assert!(
        answer
            .header("x-amz-req-time-micros")
            .parse::<u64>()
            .is_ok()
    );
    assert!(
        answer.header("date").starts_with("Tue, 19 Jun 2018 16:0"),
        "the simulator's date"
    );
    assert_eq!(
        (answer.header("server"), answer.header("content-type")),
        ("nginx", "application/json")
    );
    call(&simulator, "PUT", NEW).await;
    let calls = simulator.calls();
    assert_eq!(
        (
            calls[0].effect,
            calls[0].status,
            calls[0].request_id.as_str()
        ),
        (true, Some(200), id)
    );
    assert_eq!(
        (calls[1].effect, calls[1].status, calls[1].signature),
        (false, Some(409), "v2-A")
    );
    let email = Some("new@example.com".to_owned());
    assert_eq!(
        calls[0].query,
        [
            ("ostor-users".to_owned(), None),
            ("emailAddress".to_owned(), email)
        ]
    );
    assert_eq!(
        (calls[0].service.as_deref(), calls[0].path.as_str()),
        (Some("ostor-users"), "/")
    );
    simulator.clear_calls();
    assert!(simulator.calls().is_empty());

    let bare = start("error-headers=off,error-body=off,chunked-204=on").await;
    let refused = call(&bare, "GET", NEW).await;
    assert_eq!(
        (
            refused.status,
            refused.body.as_str(),
            refused.header("x-amz-err-message")
        ),
        (404, "", "")
    );
    bare.add_user("new@example.com", false);
    let deleted = call(&bare, "DELETE", NEW).await;
    assert_eq!(
        (
            deleted.status,
            deleted.header("transfer-encoding"),
            deleted.body.as_str()
        ),
        (204, "chunked", "")
    );
}

#[tokio::test]
async fn the_same_seed_gives_the_same_cluster() {
    let (one, two) = (start("vhi-7.1").await, start("vhi-7.1").await);
    let (first, second) = (call(&one, "PUT", NEW).await, call(&two, "PUT", NEW).await);
    assert_eq!(first.body, second.body);
    let shown = format!("{:?}", one.users());
    assert!(shown.contains(&first.json()["UserId"].as_str().expect("an id").to_owned()));
    assert!(
        !shown.contains(&one.users()[1].keys[0].1),
        "no secret in debug output"
    );
    one.stop().await;
}
