//! JSON lines and traces of the service as it runs, the latter at a small collector.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use ostor_bridge::simulator::{Options, Simulator};
use serde_json::{Value, json};

use crate::commands::{Serving, config, program};
use crate::support::{Caller, SECRET, SERVICE, create_params, full_plan, params};

/// The members of a protobuf message that are messages, texts or bytes, by number.
fn members(mut bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let mut members = Vec::new();
    let number = |bytes: &mut &[u8]| {
        let mut number = 0_u64;
        for place in 0..10 {
            let (first, rest) = bytes.split_first().expect("more");
            *bytes = rest;
            number |= u64::from(first & 0x7f) << (7 * place);
            if first & 0x80 == 0 {
                break;
            }
        }
        number
    };
    while !bytes.is_empty() {
        let tag = number(&mut bytes);
        let length = match tag & 7 {
            0 => {
                number(&mut bytes);
                continue;
            }
            1 => 8,
            2 => usize::try_from(number(&mut bytes)).expect("a length"),
            5 => 4,
            other => panic!("{other} is no wire type of protobuf"),
        };
        let (member, rest) = bytes.split_at(length);
        members.push((tag >> 3, member));
        bytes = rest;
    }
    members
}

fn all(message: &[u8], number: u64) -> Vec<&[u8]> {
    let members = members(message).into_iter();
    members
        .filter(|one| one.0 == number)
        .map(|one| one.1)
        .collect()
}

fn text(message: &[u8], number: u64) -> String {
    let member = all(message, number).into_iter().next();
    String::from_utf8(member.unwrap_or_default().to_vec()).expect("text")
}

#[derive(Clone, Debug)]
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
    attributes: BTreeMap<String, String>,
}

/// Spans of an ExportTraceServiceRequest (opentelemetry/proto/trace/v1).
fn spans(body: &[u8]) -> Vec<Span> {
    let scopes = all(body, 1)
        .into_iter()
        .flat_map(|resource| all(resource, 2));
    let spans = scopes.flat_map(|scope| all(scope, 2));
    spans
        .map(|span| {
            let hexed =
                |number| hex::encode(all(span, number).into_iter().next().unwrap_or_default());
            let pairs = all(span, 9).into_iter();
            Span {
                trace: hexed(1),
                id: hexed(2),
                parent: hexed(4),
                name: text(span, 5),
                attributes: pairs
                    .map(|pair| (text(pair, 1), text(all(pair, 2)[0], 1)))
                    .collect(),
            }
        })
        .collect()
}

/// A collector: what was posted to it.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<(String, Bytes)>>>);

impl Collector {
    async fn start(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let collector = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let collector = collector.clone();
                let service = service_fn(move |request| collector.clone().take(request));
                let connection = hyper::server::conn::http1::Builder::new();
                tokio::spawn(connection.serve_connection(TokioIo::new(stream), service));
            }
        });
        format!("http://{address}")
    }

    async fn take(self, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, Infallible> {
        let kind = &request.headers()["content-type"];
        let line = format!(
            "{} {} {}",
            request.method(),
            request.uri(),
            kind.to_str().expect("text")
        );
        let body = request.into_body().collect().await.expect("a body");
        self.0
            .lock()
            .expect("not poisoned")
            .push((line, body.to_bytes()));
        Ok(Response::new(Empty::new()))
    }

    fn spans(&self) -> Vec<Span> {
        let posted = self.0.lock().expect("not poisoned");
        posted.iter().flat_map(|(_, body)| spans(body)).collect()
    }
}

/// A service that logs into a file, its cluster, and somebody who calls it.
struct Logged {
    folder: tempfile::TempDir,
    _cluster: Simulator,
    serving: Serving,
    caller: Caller,
}

impl Logged {
    /// Starts it with more variables.
    async fn start(more: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let cluster = Simulator::start(Options::default())
            .await
            .expect("a cluster");
        let log = std::fs::File::create(folder.path().join("log")).expect("a log");
        let mut command = program();
        command
            .args(["serve", "--config"])
            .arg(config(folder.path(), &cluster.endpoint()))
            .envs(more.iter().copied());
        let serving = Serving::start_with_log(&mut command, log.into());
        Self {
            caller: Caller::new(&serving.base),
            folder,
            _cluster: cluster,
            serving,
        }
    }

    /// The result of CreateAccount.
    async fn create(&self) -> Value {
        let made = self
            .caller
            .call("CreateAccount", create_params(SERVICE, full_plan()));
        made.await.expect("created")
    }

    /// Ends it, and tells what it has logged.
    async fn log(mut self) -> String {
        self.serving.end().await;
        std::fs::read_to_string(self.folder.path().join("log")).expect("the log")
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traces_reach_a_collector_from_the_caller_to_the_gateway() {
    let collector = Collector::default();
    let address = collector.start().await;
    let endpoint = ("OSTOR_BRIDGE__TELEMETRY__OTLP_ENDPOINT", &*address);
    let service = Logged::start(&[endpoint]).await;
    let made = service.create().await;
    let caller = &service.caller;
    let (trace, parent) = ("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7");
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "AccountState", "params": params(SERVICE, json!({})) });
    let body = body.to_string();
    let request = caller.http.post(format!("{}/rpc", caller.base));
    let request = request.header("traceparent", format!("00-{trace}-{parent}-01"));
    let request = request.bearer_auth(crate::support::token(&body)).body(body);
    assert_eq!(request.send().await.expect("an answer").status(), 200);
    caller
        .call("no.such", json!({}))
        .await
        .expect_err("no method");
    assert_eq!(caller.get("/healthz").await.0, 200);

    // The log is the same as without traces.
    let log = service.log().await;
    let about = "call{cluster=\"eu1\" service_id=42}: ostor_bridge::ostor::report: gateway call";
    assert!(log.contains(about), "{log}");

    let posted = collector.0.lock().expect("not poisoned").clone();
    assert!(!posted.is_empty());
    for (line, _) in &posted {
        assert_eq!(line, "POST /v1/traces application/x-protobuf");
    }
    let resource: Vec<u8> = posted.iter().flat_map(|(_, body)| body.to_vec()).collect();
    assert!(String::from_utf8_lossy(&resource).contains("ostor-bridge"));
    let spans = collector.spans();
    let one = |name: &str| {
        let found = spans.iter().find(|span| span.name == name);
        found.unwrap_or_else(|| panic!("no span {name}: {spans:?}"))
    };
    // From the gateway call up to the request.
    let create = one("PUT ostor-users");
    assert_eq!(create.attributes["cluster"], "eu1");
    assert_eq!(create.attributes["outcome"], "success");
    let mut names = vec![];
    let mut span = create;
    while let Some(above) = spans.iter().find(|one| one.id == span.parent) {
        assert_eq!(above.trace, create.trace);
        names.push(above.name.as_str());
        span = above;
    }
    assert_eq!(names, ["CreateAccount", "call", "request"]);
    assert_eq!(one("call").attributes["cluster"], "eu1");
    // The caller's trace goes on.
    let state = one("AccountState");
    assert_eq!(state.trace, trace);
    let of_trace: Vec<&Span> = spans.iter().filter(|span| span.trace == trace).collect();
    let top = of_trace.iter().find(|span| span.name == "request");
    assert_eq!(top.expect("a request").parent, parent);
    assert!(of_trace.iter().any(|span| span.name == "GET ostor-users"));
    assert_eq!(one("unknown").attributes["outcome"], "method_not_found");
    // The collector's run began by itself.
    assert_eq!(one("collect").attributes["cluster"], "eu1");
    let probes = spans.iter().filter(|span| span.name == "request");
    assert!(
        probes
            .into_iter()
            .all(|span| span.attributes["path"] == "/rpc")
    );
    let secret = made["secret_access_key"].as_str().expect("text");
    for secret in [secret, SECRET, &Options::default().system_secret] {
        for (_, body) in &posted {
            let held = body
                .windows(secret.len())
                .any(|part| part == secret.as_bytes());
            assert!(!held, "a secret is in a span");
        }
    }
}

/// Fails when lines lose the request they belong to: the library of a database server asks about lines of its own on the same thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_line_about_a_call_names_its_request_also_in_a_detailed_log() {
    let detailed = ("OSTOR_BRIDGE_LOG", "ostor_bridge=debug");
    let service = Logged::start(&[detailed]).await;
    service.create().await;
    for _ in 0..20 {
        let state = service
            .caller
            .call("AccountState", params(SERVICE, json!({})));
        state.await.expect("a state");
    }
    let log = service.log().await;
    let ends = log.lines().filter(|line| line.contains(" call succeeded "));
    let ends: Vec<&str> = ends.collect();
    assert_eq!(ends.len(), 21, "{log}");
    for line in ends {
        let named = line.contains("request{request_id=") && line.contains("}:call{cluster=");
        assert!(named, "{line} in {log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_costs_a_warning_and_nothing_else() {
    let endpoint = (
        "OSTOR_BRIDGE__TELEMETRY__OTLP_ENDPOINT",
        "http://127.0.0.1:1",
    );
    let service = Logged::start(&[endpoint]).await;
    service.create().await;
    let log = service.log().await;
    assert!(log.contains("traces did not reach the collector"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_the_log_are_json_where_that_is_wanted() {
    let format = ("OSTOR_BRIDGE__LOG__FORMAT", "json");
    let service = Logged::start(&[format]).await;
    let caller = &service.caller;
    let plan = create_params(SERVICE, full_plan());
    let made = caller.call_with_id("from-whmcs-1", "CreateAccount", plan);
    made.await.expect("created");
    let forged = json!({ "x\nFORGED": "\u{1b}[2J" });
    caller
        .call("TestConnection", forged)
        .await
        .expect_err("an unknown parameter");
    let log = service.log().await;
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    for line in &lines {
        for member in ["timestamp", "level", "target", "message"] {
            assert!(line[member].is_string(), "{member} is not in {line}");
        }
    }
    let made = lines
        .iter()
        .find(|line| line["call"] == "PUT ostor-users")
        .expect("the call that made the user");
    let spans = made["spans"].as_array().expect("spans");
    assert_eq!(spans[0]["request_id"], "from-whmcs-1");
    assert_eq!(spans[1]["service_id"], 42);
    assert_eq!(
        (&made["status"], &made["cluster"]),
        (&json!(200), &json!("eu1"))
    );
    let done = lines
        .iter()
        .find(|line| line["message"] == "call succeeded");
    assert_eq!(
        done.expect("the end of a call")["spans"][0]["request_id"],
        "from-whmcs-1"
    );
    assert!(lines.iter().any(|line| line["message"] == "call failed"));
    assert_eq!(lines.last().expect("lines")["message"], "stopped");
}

#[test]
fn the_decoder_reads_what_protobuf_writes() {
    // A member of each wire type, the third one nested.
    let message = [
        0x08, 0x96, 0x01, 0x11, 1, 2, 3, 4, 5, 6, 7, 8, 0x1a, 3, 0x2a, 1, b'x', 0x25, 1, 2, 3, 4,
    ];
    assert_eq!(members(&message).len(), 3);
    assert_eq!(text(all(&message, 3)[0], 5), "x");
}
