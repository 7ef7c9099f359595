//! Scripts that sign and call as the Integration Guide's shell and PHP functions do get the answers it prints.
//!
//! They need bash, curl, openssl and PHP with curl; tests/run.sh installs them.

use std::process::{Command, Stdio};

use ostor_bridge::simulator::{Counters, Simulator};
use serde_json::{Value, json};

use super::support::{Pair, start, system};

/// How a script signs, and what the simulator calls it.
#[derive(Clone, Copy, Debug)]
enum Recipe {
    Shell,
    Php,
    Textbook,
}

impl Recipe {
    fn command(self, simulator: &Simulator, method: &str, target: &str) -> Command {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/simulator/recipes");
        let endpoint = simulator.endpoint();
        let mut command = match self {
            Self::Shell | Self::Textbook => {
                let name = if matches!(self, Self::Shell) {
                    "guide"
                } else {
                    "textbook"
                };
                let mut command = Command::new("bash");
                command.args([&format!("{folder}/call.sh"), name, method]);
                command.arg(format!("{endpoint}/{target}"));
                command
            }
            Self::Php => {
                let mut command = Command::new("php");
                command.args([&format!("{folder}/call.php"), method, &endpoint, target]);
                command
            }
        };
        command.stdin(Stdio::null());
        command
    }

    fn seen_as(self) -> &'static str {
        match self {
            Self::Shell => "v2-B",
            Self::Php => "v2-C",
            Self::Textbook => "v2-A",
        }
    }
}

/// Status and body of a call; a body that is not JSON is its text.
async fn call(mut command: Command, key: &Pair) -> (u16, Value) {
    command.env("S3_KEY", &key.0).env("S3_SECRET", &key.1);
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output = output
        .expect("no panic")
        .expect("bash and php are installed");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    let text = String::from_utf8(output.stdout).expect("text");
    let (body, status) = text.rsplit_once('\n').expect("a body and a status");
    let body = serde_json::from_str(body).unwrap_or_else(|_| json!(body));
    (status.parse().expect("a status"), body)
}

/// The scripts of one recipe in front of one simulator.
struct Scripts<'a> {
    recipe: Recipe,
    simulator: &'a Simulator,
}

impl Scripts<'_> {
    async fn call(&self, method: &str, target: &str) -> (u16, Value) {
        let command = self.recipe.command(self.simulator, method, target);
        call(command, &system()).await
    }

    /// The answer to a call that the guide prints one for.
    async fn answer(&self, method: &str, target: &str) -> Value {
        let (status, body) = self.call(method, target).await;
        assert_eq!(status, 200, "{method} {target}: {body}");
        body
    }

    /// A call that the guide prints no answer for.
    async fn done(&self, method: &str, target: &str) {
        let (status, body) = self.call(method, target).await;
        assert!(
            status == 200 || status == 204,
            "{method} {target}: {status} {body}"
        );
        assert_eq!(body, json!(""), "{method} {target}");
    }
}

/// Same members, same types, all the way down; elements of a list are like the first one printed.
fn like(answer: &Value, printed: &Value) -> bool {
    match (answer, printed) {
        (Value::Object(answer), Value::Object(printed)) => {
            answer.len() == printed.len()
                && printed.iter().all(|(name, printed)| {
                    answer.get(name).is_some_and(|answer| like(answer, printed))
                })
        }
        (Value::Array(answer), Value::Array(printed)) => answer
            .iter()
            .all(|answer| printed.first().is_some_and(|printed| like(answer, printed))),
        (Value::String(_), Value::String(_)) | (Value::Number(_), Value::Number(_)) => true,
        (answer, printed) => answer == printed,
    }
}

fn assert_like(answer: &Value, printed: Value) {
    assert!(like(answer, &printed), "{answer}\nis not like\n{printed}");
}

fn pairs() -> Value {
    json!([{ "AWSAccessKeyId": "ca55631f9f3d59dcDF4M", "AWSSecretAccessKey": "secret" }])
}

/// Users, their keys and accounts.
async fn users(scripts: &Scripts<'_>) {
    const USER: &str = "?ostor-users&emailAddress=user@example.com";
    const ACCOUNT: &str = "?ostor-accounts&emailAddress=user@example.com&accountName=account";
    let with_keys = || json!({ "UserEmail": "", "UserId": "", "AWSAccessKeys": pairs() });

    let made = scripts.answer("PUT", USER).await;
    assert_like(&made, with_keys());
    assert_eq!(made["UserEmail"], "user@example.com");
    let id = made["UserId"].as_str().expect("an id").to_owned();

    let list = scripts.answer("GET", "?ostor-users").await;
    let entry = json!({ "UserEmail": "", "UserId": "", "State": "", "OwnerId": "" });
    assert_like(&list, json!([entry]));
    let listed = list.as_array().expect("a list").iter();
    assert!(
        listed
            .map(|user| &user["UserId"])
            .any(|listed| *listed == json!(id))
    );

    let keys = scripts.answer("POST", &format!("{USER}&genKey")).await;
    assert_like(&keys, with_keys());
    let second = keys["AWSAccessKeys"][1]["AWSAccessKeyId"]
        .as_str()
        .expect("a second key");
    scripts
        .done("POST", &format!("{USER}&revokeKey={second}"))
        .await;

    // The guide's text says PUT, its example POST.
    let account = scripts.answer("POST", ACCOUNT).await;
    assert_like(&account, json!({ "Name": "", "AWSAccessKeys": pairs() }));
    assert_eq!(account["Name"], "account");
    let keys = format!("{USER}&accountName=account&genKey");
    assert_like(&scripts.answer("POST", &keys).await, with_keys());
    let first = account["AWSAccessKeys"][0]["AWSAccessKeyId"]
        .as_str()
        .expect("a key");
    scripts
        .done(
            "POST",
            &format!("{USER}&accountName=account&revokeKey={first}"),
        )
        .await;

    scripts.done("POST", &format!("{USER}&disable")).await;
    let user = scripts.answer("GET", USER).await;
    assert_like(
        &user,
        json!({
            "UserEmail": "", "UserId": "", "State": "", "OwnerId": "", "Flags": [],
            "AWSAccessKeys": pairs(), "AccountCount": "3",
            "Accounts": [{ "Name": "", "AWSAccessKeys": pairs() }],
        }),
    );
    assert_eq!(
        (&user["State"], &user["AccountCount"], &user["UserId"]),
        (&json!("disabled"), &json!("1"), &json!(id))
    );
    scripts.done("POST", &format!("{USER}&enable")).await;
    assert_eq!(scripts.answer("GET", USER).await["State"], "enabled");

    scripts.done("DELETE", ACCOUNT).await;
    scripts.done("DELETE", USER).await;
    assert_eq!(scripts.call("GET", USER).await.0, 404);
}

/// Limits and quotas of users, buckets and by default: answers to the letter.
async fn limits_and_quotas(scripts: &Scripts<'_>) {
    for of in ["emailAddress=client@example.com", "bucket=client"] {
        let limits = format!("?ostor-limits&{of}");
        let set = [
            "limit-type=ops&limit-resource=get&limit-value=3600",
            "limit-type=bandwidth&limit-resource=out&limit-value=100",
        ];
        for set in set {
            scripts.done("PUT", &format!("{limits}&{set}")).await;
        }
        assert_eq!(
            scripts.answer("GET", &limits).await,
            json!({
                "ops:default": "0.00", "ops:get": "3600.00", "ops:put": "0.00",
                "ops:list": "0.00", "ops:delete": "0.00", "bandwidth:out": "100",
            })
        );
        scripts.done("DELETE", &limits).await;
        assert_eq!(scripts.answer("GET", &limits).await["ops:get"], "0.00");
    }
    for (of, kind, size) in [
        ("emailAddress=client@example.com", "user", "1024"),
        ("bucket=client", "bucket", "256"),
        ("default=user", "user", "1024"),
        ("default=bucket", "bucket", "256"),
    ] {
        let quota = format!("?ostor-quotas&{of}");
        scripts
            .done("PUT", &format!("{quota}&quota-size={size}"))
            .await;
        assert_eq!(
            scripts.answer("GET", &quota).await,
            json!({ "version": "1", "type": kind, "size": size })
        );
        scripts.done("DELETE", &quota).await;
        assert_ne!(scripts.call("GET", &quota).await.1["size"], size);
    }
}

/// Buckets in every way they are listed, and statistics objects.
async fn buckets_and_statistics(scripts: &Scripts<'_>) {
    let bucket = json!({
        "size": { "current": 12288, "h_integral": 7_360_512, "hmax": 12288, "last_ts": 424_241 },
        "epoch": 0, "owner_id": "", "name": "", "creation_date": "",
    });
    for (target, expected) in [
        ("?ostor-buckets", vec!["client", "other"]),
        (
            "?ostor-buckets&emailAddress=client@example.com",
            vec!["client"],
        ),
        ("?ostor-buckets&bucket=other", vec!["other"]),
    ] {
        let answer = scripts.answer("GET", target).await;
        assert_like(&answer, json!({ "Buckets": [bucket] }));
        let names = answer["Buckets"].as_array().expect("a list").iter();
        let names: Vec<_> = names.filter_map(|bucket| bucket["name"].as_str()).collect();
        assert_eq!(names, expected, "{target}");
    }

    let list = scripts.answer("GET", "?ostor-usage").await;
    assert_like(
        &list,
        json!({ "nr_items": 7, "truncated": false, "items": ["name"] }),
    );
    assert_eq!(list["nr_items"], 1);
    let object = format!(
        "?ostor-usage&obj={}",
        list["items"][0].as_str().expect("a name")
    );
    let content = scripts.answer("GET", &object).await;
    let counters = json!({
        "ops": { "put": 1, "get": 3, "list": 0, "other": 0 },
        "net_io": { "uploaded": 41258, "downloaded": 45_511_311 },
    });
    assert_like(
        &content,
        json!({
            "fmt_version": 1, "service_id": 1, "start_ts": 1, "period": 1390, "nr_items": 1,
            "items": [{
                "key": { "bucket": "", "epoch": 98309, "user_id": "", "tag": "" },
                "counters": counters,
            }],
        }),
    );
    assert_eq!(content["items"][0]["counters"], counters);
    scripts.done("DELETE", &object).await;
    assert_eq!(
        scripts.answer("GET", "?ostor-usage").await["items"],
        json!([])
    );
}

/// A cluster with two customers, a bucket each, and the traffic that the guide prints.
async fn with_data() -> Simulator {
    // The guide prints service ids bare.
    let simulator = start("vhi-7.1,service-id=bare").await;
    let mut ids = Vec::new();
    for (address, bucket) in [
        ("client@example.com", "client"),
        ("other@example.com", "other"),
    ] {
        let user = simulator.add_user(address, false);
        simulator.add_object(&user.id, bucket, "file", 12288);
        ids.push(user.id);
    }
    simulator.record(
        &ids[0],
        "client",
        Counters {
            put: 1,
            get: 3,
            uploaded: 41258,
            downloaded: 45_511_311,
            ..Counters::default()
        },
    );
    simulator.advance(jiff::SignedDuration::from_mins(10));
    simulator.restart_gateway(0, true);
    simulator.advance(jiff::SignedDuration::from_mins(-10));
    simulator
}

#[tokio::test]
async fn the_guides_shell_and_php_calls_get_the_answers_it_prints() {
    for recipe in [Recipe::Shell, Recipe::Php, Recipe::Textbook] {
        let simulator = with_data().await;
        let scripts = Scripts {
            recipe,
            simulator: &simulator,
        };
        users(&scripts).await;
        limits_and_quotas(&scripts).await;
        buckets_and_statistics(&scripts).await;
        let calls = simulator.calls();
        assert!(calls.len() > 40, "{} calls", calls.len());
        let mut others = calls
            .iter()
            .filter(|call| call.signature != recipe.seen_as());
        assert!(others.next().is_none(), "{recipe:?}: {calls:?}");
    }
}

/// What only the shell function can: a list of names in the body, and deleting a bucket by its path.
#[tokio::test]
async fn the_guides_shell_calls_with_a_body_and_on_a_bucket() {
    let simulator = with_data().await;
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    std::fs::write(file.path(), "[\"other\", \"missing\"]\n").expect("a body");
    let mut command = Recipe::Shell.command(&simulator, "GET", "?ostor-buckets&multi");
    command.arg(file.path());
    let (status, body) = call(command, &system()).await;
    assert_eq!(
        (status, &body["Buckets"][0]["name"]),
        (200, &json!("other"))
    );
    assert_eq!(body["Buckets"].as_array().map(Vec::len), Some(1));

    // With the system user's key, as the guide does it.
    let delete = Recipe::Shell.command(&simulator, "DELETE", "client");
    let (status, body) = call(delete, &system()).await;
    assert_eq!(status, 409, "an object is in it: {body}");
    assert!(simulator.remove_object("client", "file"));
    let delete = Recipe::Shell.command(&simulator, "DELETE", "client");
    assert_eq!(call(delete, &system()).await, (204, json!("")));
    assert_eq!(simulator.buckets().len(), 1);
}

#[tokio::test]
async fn in_strict_mode_only_textbook_calls_pass() {
    let simulator = start("strict").await;
    for recipe in [Recipe::Shell, Recipe::Php] {
        let scripts = Scripts {
            recipe,
            simulator: &simulator,
        };
        for (method, target) in [
            ("GET", "?ostor-users"),
            ("PUT", "?ostor-users&emailAddress=user@example.com"),
            ("POST", "?ostor-users&emailAddress=user@example.com&genKey"),
            ("DELETE", "?ostor-users&emailAddress=user@example.com"),
        ] {
            let (status, body) = scripts.call(method, target).await;
            let body = body.as_str().expect("XML");
            assert_eq!(status, 403, "{recipe:?} {method} {target}: {body}");
            assert!(
                body.contains("<Code>SignatureDoesNotMatch</Code>"),
                "{body}"
            );
        }
        assert_eq!(simulator.users().len(), 1, "the system user alone");
    }
    let owner = &simulator.users()[0];
    simulator.add_object(&owner.id, "client", "file", 1);
    assert!(simulator.remove_object("client", "file"));
    let delete = Recipe::Shell.command(&simulator, "DELETE", "client");
    assert_eq!(call(delete, &system()).await.0, 403);
    let delete = Recipe::Textbook.command(&simulator, "DELETE", "client");
    assert_eq!(call(delete, &system()).await.0, 204);

    let scripts = Scripts {
        recipe: Recipe::Textbook,
        simulator: &simulator,
    };
    scripts
        .answer("PUT", "?ostor-users&emailAddress=user@example.com")
        .await;
    assert_eq!(simulator.users().len(), 2);
}
