//! The guide's command line, command by command, as an operator types it: the same words come back.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::commands::program;
use crate::support::{TestApp, full_plan};
use crate::usage_command::{error, json_of, out};

const VOLUME: &str = "0100000000000002";

/// Runs `ostor-bridge s3-admin …` with the configuration in a folder.
fn s3_admin(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = program();
    command.env_remove("SUDO_USER").env("USER", "operator");
    command.arg("s3-admin").args(arguments);
    command.arg("--config").arg(folder.join("config.toml"));
    command.output().expect("the binary runs")
}

/// What a run that must succeed prints.
fn printed(folder: &Path, line: &str) -> String {
    let arguments: Vec<&str> = line.split(' ').collect();
    let output = s3_admin(folder, &arguments);
    assert!(output.status.success(), "{line}: {}", error(&output));
    assert_eq!(error(&output), "", "{line}");
    out(&output)
}

/// The sentence of a run that must fail, and prints nothing else.
fn refused(folder: &Path, line: &str) -> String {
    let arguments: Vec<&str> = line.split(' ').collect();
    let output = s3_admin(folder, &arguments);
    assert!(!output.status.success(), "{line}: {}", out(&output));
    assert_eq!(out(&output), "", "{line}");
    error(&output)
}

/// The text behind `label` in what was printed.
fn after<'a>(text: &'a str, label: &str) -> &'a str {
    let rest = text
        .split_once(label)
        .unwrap_or_else(|| panic!("{label} in {text}"))
        .1;
    rest.split(['\n', ',']).next().expect("a line")
}

/// Fails when a word, a line or the order of what the guide prints about users is different.
#[tokio::test(flavor = "multi_thread")]
async fn users_and_keys_as_in_the_guide() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    let made = printed(folder, "create-user -e user@email.com -V 0100000000000002");
    let (id, key) = (after(&made, "UserId:"), after(&made, "S3AccessKeyId:"));
    let secret = after(&made, "S3SecretAccessKey:");
    assert_eq!((id.len(), key.len(), secret.len()), (16, 20, 40));
    assert_eq!(
        made,
        format!(
            "UserEmail:user@email.com\nUserId:{id}\nKeyPair[0]:S3AccessKeyId:{key}\nKeyPair[0]:S3SecretAccessKey:{secret}\nFlags:none\n"
        )
    );
    let generated = printed(
        folder,
        "gen-access-key -e user@email.com -V 0100000000000002",
    );
    let second = after(&generated, "access key id=");
    let second_secret = after(&generated, "secret access key=");
    assert_eq!(
        generated,
        format!(
            "Generate access key: user id={id}, access key id={second},\nsecret access key={second_secret}\n"
        )
    );
    assert_eq!(
        printed(
            folder,
            "query-user-info -e user@email.com -V 0100000000000002"
        ),
        format!(
            "Query user: user id={id}, user email=user@email.com\nKey pair[0]: access key id={key},\nsecret access key={secret}\nKey pair[1]: access key id={second},\nsecret access key={second_secret}\n"
        )
    );
    let words = |text: String| -> Vec<String> {
        let lines = text
            .lines()
            .filter(|line| line.contains(id) || line.contains("S3 USER"));
        lines
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    let listed = printed(folder, "query-users -V 0100000000000002");
    assert_eq!(
        words(listed.clone()),
        [
            "S3 USER ID S3 ACCESS KEY ID S3 SECRET ACCESS KEY S3 USER EMAIL".to_owned(),
            format!("{id} {key} *** user@email.com"),
            format!("{second} ***"),
        ]
    );
    assert!(!listed.contains(secret));
    let open = words(printed(folder, "query-users -a"));
    assert_eq!(open[1], format!("{id} {key} {secret} user@email.com"));
    let xml = format!(
        "<User><Id>{id}</Id><Email>user@email.com</Email><Keys><OwnerId>0000000000000000</OwnerId><KeyPair><S3AccessKeyId>{key}</S3AccessKeyId><S3SecretAccessKey>{secret}</S3SecretAccessKey></KeyPair><KeyPair><S3AccessKeyId>{second}</S3AccessKeyId><S3SecretAccessKey>{second_secret}</S3SecretAccessKey></KeyPair></Keys></User>"
    );
    for flag in ["-X", "-x"] {
        let text = printed(folder, &format!("query-users -V {VOLUME} -a {flag}"));
        assert!(
            text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><QueryUsersResult><Users>")
        );
        assert!(text.contains(&xml), "{text}");
        assert!(text.ends_with("</Users></QueryUsersResult>\n") && text.lines().count() == 1);
    }
    assert!(!printed(folder, "query-users -X").contains(secret));

    assert_eq!(
        printed(folder, "disable-user -e user@email.com -V 0100000000000002"),
        ""
    );
    assert!(!app.only_user().enabled);
    assert_eq!(printed(folder, &format!("enable-user -i {id}")), "");
    assert!(app.only_user().enabled);
    for revoked in [key, second] {
        assert_eq!(
            printed(
                folder,
                &format!("revoke-access-key -e user@email.com -k {revoked} -V {VOLUME}")
            ),
            format!("Revoke access key: user id={id}, access key id={revoked}\n")
        );
    }
    assert_eq!(
        words(printed(folder, "query-users"))[1],
        format!("{id} - - user@email.com")
    );
    assert_eq!(
        printed(folder, &format!("delete-user -i {id} -V {VOLUME}")),
        format!("Deleted user: user id={id}\n")
    );
    assert!(app.users().is_empty());
}

/// Fails when a word, a line or the order of what the guide prints about accounts is different.
#[tokio::test(flavor = "multi_thread")]
async fn accounts_as_in_the_guide() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    let made = printed(folder, "create-user -e user@email.com");
    let id = after(&made, "UserId:");
    let made = printed(
        folder,
        "create-account -V 0100000000000002 -n account1 -e user@email.com",
    );
    let (key, secret) = (
        after(&made, "S3AccessKeyId:"),
        after(&made, "S3SecretAccessKey:"),
    );
    assert_eq!(
        made,
        format!(
            "UserEmail:user@email.com\nUserId:{id}\nAccountName:account1\nFlags:none\nKeyPair[0]:S3AccessKeyId:{key}\nKeyPair[0]:S3SecretAccessKey:{secret}\n"
        )
    );
    assert!(key.starts_with(id));
    assert_eq!(
        printed(folder, &format!("query-account-info -n account1 -i {id}")),
        made
    );
    let generated = printed(
        folder,
        "gen-access-key -V 0100000000000002 -n account1 -e user@email.com",
    );
    let (second, second_secret) = (
        after(&generated, "S3AccessKeyId:"),
        after(&generated, "S3SecretAccessKey:"),
    );
    assert_eq!(
        generated,
        format!("S3AccessKeyId:{second}\nS3SecretAccessKey:{second_secret}\n")
    );
    let other = printed(folder, "create-account -n account3 -e user@email.com");
    let other = after(&other, "S3AccessKeyId:");
    assert_eq!(
        printed(
            folder,
            &format!("revoke-access-key -n account3 -e user@email.com -k {other}")
        ),
        ""
    );
    let words = |text: String| -> Vec<String> {
        text.lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(
        words(printed(
            folder,
            "list-user-accounts -V 0100000000000002 -e user@email.com"
        )),
        [
            "NAME USER_ID EMAIL S3AccessKeyId S3SecretAccessKey".to_owned(),
            format!("account1 {id} user@email.com {key} ***"),
            format!("{second} ***"),
            format!("account3 {id} user@email.com"),
        ]
    );
    let open = words(printed(folder, "list-user-accounts -a -e user@email.com"));
    assert_eq!(open[2], format!("{second} {second_secret}"));
    assert_eq!(
        printed(
            folder,
            "delete-account -V 0100000000000002 -n account1 -e user@email.com"
        ),
        ""
    );
    assert_eq!(
        words(printed(folder, "list-user-accounts -e user@email.com")).len(),
        2
    );
    assert!(
        refused(folder, "query-account-info -n account1 -e user@email.com")
            .contains("has no account account1")
    );
}

/// Fails when a word, a line or the order of what the guide prints about limits and quotas is different.
#[tokio::test(flavor = "multi_thread")]
async fn limits_and_quotas_as_in_the_guide() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    let made = printed(folder, "create-user -e client@example.com");
    let id = after(&made, "UserId:");
    app.simulator.add_object(id, "example", "a", 5);
    let six = |get: &str, out: &str| {
        format!(
            "ops:default=0.00ops/s\nops:get={get}ops/s\nops:put=0.00ops/s\nops:list=0.00ops/s\nops:delete=0.00ops/s\nbandwidth:out={out}kbs/s\n"
        )
    };
    for of in ["-e client@example.com", "-b example"] {
        assert_eq!(
            printed(folder, &format!("set-limits {of} -t ops -L get=3600")),
            six("3600.00", "0")
        );
        assert_eq!(
            printed(folder, &format!("set-limits {of} -t bandwidth -L out=100")),
            six("3600.00", "100")
        );
        assert_eq!(
            printed(folder, &format!("query-limits {of}")),
            six("3600.00", "100")
        );
        assert_eq!(
            printed(folder, &format!("set-limits {of} -t ops -L get=0.5")),
            six("0.50", "100")
        );
        assert_eq!(
            printed(folder, &format!("set-limits {of} -t ops -L get=0")),
            six("0.00", "100")
        );
        assert_eq!(
            printed(folder, &format!("rm-limits {of}")),
            six("0.00", "0")
        );
    }
    let by_id = format!("-i {id}");
    for (of, of_type) in [
        ("-e client@example.com", "user"),
        (by_id.as_str(), "user"),
        ("-b example", "bucket"),
        ("-o user", "user"),
        ("-o bucket", "bucket"),
    ] {
        let three = format!("version: '1'\nsize: '1024'\ntype: '{of_type}'\n");
        assert_eq!(
            printed(folder, &format!("set-quotas {of} -q 1024 -V {VOLUME}")),
            three
        );
        assert_eq!(
            printed(folder, &format!("query-quotas {of} -V {VOLUME}")),
            three
        );
        assert_eq!(
            printed(folder, &format!("rm-quotas {of} -V {VOLUME}")),
            "successfully removed quotas\n"
        );
        assert!(printed(folder, &format!("query-quotas {of}")).contains("size: '0'"));
    }
}

/// Fails when JSON lacks a figure, shows a secret that was not asked for, or when a list of buckets is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn programs_get_json_and_buckets_are_listed() {
    let app = TestApp::spawn().await;
    let folder = app.folder.path();
    let made = json_of(&s3_admin(
        folder,
        &["create-user", "-e", "a&b@example.com", "--json"],
    ));
    let id = made["user_id"].as_str().expect("an id");
    app.simulator.add_object(id, "papers", "a", 5);
    let listed = json_of(&s3_admin(folder, &["query-users", "--json"]));
    let users = listed["users"].as_array().expect("users");
    let user = users
        .iter()
        .find(|user| user["user_id"] == json!(id))
        .expect("the user");
    assert_eq!(
        user["keys"],
        json!([{"access_key_id": made["keys"][0]["access_key_id"]}])
    );
    assert!(printed(folder, "query-users -X").contains("<Email>a&amp;b@example.com</Email>"));
    let limits = json_of(&s3_admin(
        folder,
        &[
            "set-limits",
            "-i",
            id,
            "-t",
            "ops",
            "-L",
            "put=2.5",
            "--json",
        ],
    ));
    assert_eq!(limits["limits"]["ops_per_second"]["put"], json!(2.5));
    assert_eq!(limits["limits"]["bandwidth_out_kbps"], Value::Null);
    let buckets = json_of(&s3_admin(folder, &["list-all-buckets", "--json"]));
    assert_eq!(
        buckets["buckets"][0]["owner_email"],
        json!("a&b@example.com")
    );
    let text = printed(folder, "list-all-buckets");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "Total 1 buckets");
    assert!(lines[1].starts_with("BUCKET") && lines[1].ends_with("TOTAL SIZE, BYTES"));
    assert!(lines[2].starts_with(&format!("papers  {id}  ")) && lines[2].ends_with(" 5"));
    assert!(printed(folder, "list-all-buckets -X").contains("<Name>papers</Name>"));
}

/// Fails when bad input is taken, changes something, or gets no sentence; and when a service's user is deleted.
#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_sentence_and_changes_nothing() {
    let app = TestApp::spawn().await;
    let made = app.create(7, full_plan()).await;
    let folder = app.folder.path();
    let id = made["user_id"].as_str().expect("an id");
    for (line, words) in [
        ("query-user-info", "-e"),
        (
            "query-user-info -e a@example.com -i 0123456789abcdef",
            "cannot be used with",
        ),
        ("query-user-info -i xyz", "16 hex digits"),
        (
            "query-user-info -e nobody@example.com",
            "has no S3 user nobody@example.com",
        ),
        ("delete-user -e nobody@example.com", "has no S3 user"),
        ("revoke-access-key -i ID -k NOKEY", "has no key pair NOKEY"),
        ("set-limits -i ID -t ops -L out=5", "no limit of the type"),
        ("set-limits -i ID -t ops -L get=-1", "0.01"),
        ("set-limits -i ID -t ops -L get=many", "no number"),
        ("set-limits -i ID -t ops -L head=1", "no limit"),
        (
            "set-limits -i ID -t speed -L get=1",
            "possible values: ops, bandwidth",
        ),
        (
            "set-limits -b nothing -t ops -L get=1",
            "has no bucket nothing",
        ),
        ("set-quotas -i ID -q 0", "from 1"),
        ("set-quotas -i ID -q 0.5", "from 1"),
        ("set-quotas -o all -q 5", "possible values: user, bucket"),
        ("query-users --cluster us1", "us1"),
        ("delete-user -i ID", "belongs to service 7 of whmcs"),
    ] {
        let line = line.replace("ID", id);
        let sentence = refused(folder, &line);
        assert!(sentence.contains(words), "{line}: {sentence}");
    }
    let user = app.only_user();
    assert_eq!((user.quota_gb, user.keys.len()), (Some(100), 1));
    let audit = app
        .call("audit.list", json!({"cluster": "eu1"}))
        .await
        .expect("the audit");
    let entry = &audit["entries"][0];
    assert_eq!(
        (&entry["client"], &entry["actor"]),
        (&json!("s3-admin"), &json!("operator"))
    );
    assert_eq!(
        (&entry["method"], &entry["outcome"]),
        (&json!("users.delete"), &json!("user_in_use"))
    );
}
