//! The port, its connections, and the way of a request through them.
//!
//! One task accepts connections; each runs HTTP/1 by hyper. A request goes to the admin route, the
//! management services or S3. Faults that no HTTP library can express (resets, half answers) are done
//! on the bare socket after hyper has let go of it.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use s3s::service::S3Service;
use s3s::{Body, HttpResponse};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::answers::{Written, html_502, management, of_data};
use super::calls::Call;
use super::clock::Clock;
use super::faults::{Fault, Faults};
use super::ids::KeyPair;
use super::manage;
use super::state::State;
use super::wire::{Failure, Reply, Request, decode_query};
use super::{Options, admin, data};

/// Largest body of a management request, in bytes.
const MAX_BODY: usize = 1 << 20;

const BACKLOG: u32 = 1024;

/// The port: open, or held closed so that nobody else takes it.
enum Port {
    Open(TcpListener),
    /// Bound but not listening: connections are refused.
    Held(Option<TcpSocket>),
    Ended,
}

/// What all connections share.
pub(super) struct Shared {
    pub(super) clock: Clock,
    state: Mutex<State>,
    faults: Mutex<Faults>,
    port: Mutex<Port>,
    addr: SocketAddr,
    /// Rings when `port` changed.
    changed: Notify,
    /// Counts how often all connections were told to close.
    closings: watch::Sender<u64>,
    requests: Mutex<u64>,
    runtime: tokio::runtime::Handle,
}

/// How a connection ends instead of by HTTP.
#[derive(Debug, thiserror::Error)]
enum Ending {
    #[error("the connection is reset")]
    Reset,
    #[error("the connection ends after these bytes")]
    After(Vec<u8>),
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn socket(addr: SocketAddr) -> io::Result<TcpSocket> {
    let socket = if addr.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    socket.set_reuseaddr(true)?;
    socket.bind(addr)?;
    Ok(socket)
}

impl Shared {
    /// Listens and prepares an empty cluster.
    pub(super) fn open(options: Options) -> io::Result<Arc<Self>> {
        let listener = socket(options.listen)?.listen(BACKLOG)?;
        let addr = listener.local_addr()?;
        let clock = Clock::new(options.clock);
        let system = KeyPair {
            id: options.system_key,
            secret: options.system_secret,
        };
        let state = State::new(options.profile, options.seed, system, clock.now());
        Ok(Arc::new(Self {
            clock,
            state: Mutex::new(state),
            faults: Mutex::default(),
            port: Mutex::new(Port::Open(listener)),
            addr,
            changed: Notify::new(),
            closings: watch::channel(0).0,
            requests: Mutex::new(0),
            runtime: tokio::runtime::Handle::current(),
        }))
    }

    pub(super) fn addr(&self) -> SocketAddr {
        self.addr
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Plans faults; the port closes at once when the very next call shall be refused.
    pub(super) fn plan(&self, plan: impl FnOnce(&mut Faults)) {
        plan(&mut lock(&self.faults));
        self.refuse_if_due();
    }

    /// Takes back all faults and opens the port again.
    pub(super) fn clear_faults(&self) {
        lock(&self.faults).clear();
        let mut port = lock(&self.port);
        let Port::Held(held) = &mut *port else { return };
        let held = held.take();
        let _runtime = self.runtime.enter();
        match held
            .map_or_else(|| socket(self.addr), Ok)
            .and_then(|socket| socket.listen(BACKLOG))
        {
            Ok(listener) => *port = Port::Open(listener),
            Err(error) => {
                tracing::error!(%error, addr = %self.addr, "the port could not be opened again")
            }
        }
        self.changed.notify_one();
    }

    /// Ends everything.
    pub(super) fn end(&self) {
        *lock(&self.port) = Port::Ended;
        self.changed.notify_one();
    }

    fn refuse_if_due(&self) {
        if !lock(&self.faults).refuses_next() {
            return;
        }
        let mut port = lock(&self.port);
        if matches!(*port, Port::Open(_)) {
            *port = Port::Held(None);
            *port = Port::Held(socket(self.addr).ok());
            self.closings.send_modify(|count| *count += 1);
        }
    }

    fn is_open(&self) -> bool {
        matches!(*lock(&self.port), Port::Open(_))
    }

    /// A connection, or `None` once the simulator has ended.
    async fn next_connection(&self) -> Option<(TcpStream, SocketAddr)> {
        loop {
            let changed = self.changed.notified();
            let accepted = poll_fn(|context| match &*lock(&self.port) {
                Port::Open(listener) => listener.poll_accept(context).map(Some),
                Port::Held(_) => std::task::Poll::Pending,
                Port::Ended => std::task::Poll::Ready(None),
            });
            tokio::select! {
                accepted = accepted => match accepted? {
                    Ok(connection) => return Some(connection),
                    Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
                },
                () = changed => {}
            }
        }
    }

    /// The service's id and a counter, 16 hexadecimal digits each.
    fn request_id(&self) -> String {
        let mut requests = lock(&self.requests);
        *requests += 1;
        format!(
            "{:016x}{:016x}",
            self.state().profile.first_service,
            0x0003_c6b5_38ee_0000 + *requests
        )
    }
}

/// Accepts connections until the simulator ends; then all of them end.
pub(super) async fn accept(shared: Arc<Shared>, service: S3Service) {
    let mut connections = JoinSet::new();
    while let Some((stream, peer)) = shared.next_connection().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(shared.clone(), service.clone(), stream, peer));
    }
}

async fn serve(shared: Arc<Shared>, service: S3Service, stream: TcpStream, peer: SocketAddr) {
    let ending: Arc<Mutex<Option<Ending>>> = Arc::default();
    let mut closings = shared.closings.subscribe();
    let exchange = service_fn(|request| {
        let (shared, service, ending) = (shared.clone(), service.clone(), ending.clone());
        Box::pin(async move {
            exchange(&shared, &service, peer, request)
                .await
                .map_err(|how| {
                    *lock(&ending) = Some(how);
                    io::Error::from(io::ErrorKind::ConnectionReset)
                })
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), exchange);
    loop {
        tokio::select! {
            result = poll_fn(|context| connection.poll_without_shutdown(context)) => {
                if let Err(error) = result {
                    tracing::debug!(%error, "connection ended");
                }
                break;
            }
            Ok(()) = closings.changed() => std::pin::Pin::new(&mut connection).graceful_shutdown(),
        }
    }
    let stream = connection.into_parts().io.into_inner();
    let how = lock(&ending).take();
    if let Err(error) = hang_up(stream, how).await {
        tracing::debug!(%error, "hanging up failed");
    }
}

async fn hang_up(mut stream: TcpStream, how: Option<Ending>) -> io::Result<()> {
    match how {
        Some(Ending::Reset) => stream.set_zero_linger(),
        Some(Ending::After(bytes)) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        None => stream.shutdown().await,
    }
}

async fn exchange(
    shared: &Shared,
    service: &S3Service,
    peer: SocketAddr,
    request: http::Request<Incoming>,
) -> Result<HttpResponse, Ending> {
    if !shared.is_open() {
        return Err(Ending::Reset);
    }
    let path = request.uri().path();
    if path.starts_with(admin::PREFIX) {
        return Ok(admin::answer(shared, peer, request).await);
    }
    match manage::service_of(request.uri().query().unwrap_or("")) {
        Some(_) if path == "/" => manage_call(shared, request).await,
        _ => data_call(shared, service, request).await,
    }
}

async fn data_call(
    shared: &Shared,
    service: &S3Service,
    request: http::Request<Incoming>,
) -> Result<HttpResponse, Ending> {
    let began = Instant::now();
    let request_id = shared.request_id();
    let mut call = new_call(request.method().as_str(), request.uri(), &request_id);
    call.signature = claimed_signature(&request);
    let never_continued = awaits_continue_in_vain(&request);
    let mut answer = data::answer(shared, service, request.map(Body::from))
        .await
        .ok_or(Ending::Reset)?;
    if never_continued {
        let close = http::HeaderValue::from_static("close");
        answer
            .response
            .headers_mut()
            .insert(http::header::CONNECTION, close);
    }
    call.status = Some(answer.response.status().as_u16());
    call.effect = answer.effect;
    shared.state().calls.push(call);
    let written = Written {
        request_id: &request_id,
        began,
        now: shared.clock.now(),
    };
    Ok(of_data(
        answer.response,
        shared.state().profile.error_headers,
        &written,
    ))
}

async fn manage_call(
    shared: &Shared,
    request: http::Request<Incoming>,
) -> Result<HttpResponse, Ending> {
    let began = Instant::now();
    let request_id = shared.request_id();
    let mut call = new_call(request.method().as_str(), request.uri(), &request_id);
    call.service = manage::service_of(request.uri().query().unwrap_or("")).map(str::to_owned);
    let fault = lock(&shared.faults).next();
    let request = read(request).await?;

    let mut answer = Ok(Reply::done());
    if fault.is_none_or(Fault::lets_it_happen) {
        let outcome = manage::answer(&mut shared.state(), &request, shared.clock.now());
        (call.effect, call.signature, answer) = (outcome.effect, outcome.signature, outcome.answer);
    }
    let target = format!("{}?{}", request.path, request.query);
    let answer = spoil(fault, answer).await;
    let profile = shared.state().profile.clone();
    let written = Written {
        request_id: &request_id,
        began,
        now: shared.clock.now(),
    };
    let response = match answer {
        Spoilt::Answer(answer) => management(answer, &target, &profile, &written),
        Spoilt::Page => Ok(html_502()),
        Spoilt::Half(answer) => {
            let bytes = super::answers::half(answer, &target, &profile, &written).await;
            log_call(shared, call, None);
            shared.refuse_if_due();
            return Err(Ending::After(bytes));
        }
        Spoilt::Silence => {
            log_call(shared, call, None);
            return std::future::pending().await;
        }
        Spoilt::Cut => {
            log_call(shared, call, None);
            shared.refuse_if_due();
            return Err(Ending::Reset);
        }
    };
    let status = response
        .as_ref()
        .map_or(204, |response| response.status().as_u16());
    log_call(shared, call, Some(status));
    shared.refuse_if_due();
    response.map_err(Ending::After)
}

/// What a fault makes of an answer.
enum Spoilt {
    Answer(Result<Reply, Failure>),
    Page,
    Half(Result<Reply, Failure>),
    Silence,
    Cut,
}

async fn spoil(fault: Option<Fault>, answer: Result<Reply, Failure>) -> Spoilt {
    match fault {
        None => Spoilt::Answer(answer),
        Some(Fault::Refused | Fault::CutBefore | Fault::CutAfter) => Spoilt::Cut,
        Some(Fault::CutMidAnswer) => Spoilt::Half(answer),
        Some(Fault::StalledBefore | Fault::StalledAfter) => Spoilt::Silence,
        Some(Fault::Status(status)) => Spoilt::Answer(Err(Failure::of_status(status))),
        Some(Fault::Html502Before | Fault::Html502After) => Spoilt::Page,
        Some(Fault::EmptyOk) => Spoilt::Answer(Ok(Reply::done())),
        Some(Fault::BrokenBody) => Spoilt::Answer(Ok(Reply {
            body: broken(answer),
            ..Reply::done()
        })),
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            Spoilt::Answer(answer)
        }
    }
}

fn broken(answer: Result<Reply, Failure>) -> String {
    match answer {
        Ok(reply) if !reply.body.is_empty() => {
            let half = reply.body.chars().count() / 2;
            reply.body.chars().take(half).collect()
        }
        _ => "{\"status\": tru".to_owned(),
    }
}

async fn read(request: http::Request<Incoming>) -> Result<Request, Ending> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY)
        .collect()
        .await
        .map_err(|error| {
            tracing::debug!(%error, "the body of a management call could not be read");
            Ending::Reset
        })?;
    Ok(Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers: parts.headers,
        body: body.to_bytes(),
    })
}

fn new_call(method: &str, uri: &http::Uri, request_id: &str) -> Call {
    Call {
        method: method.to_owned(),
        service: None,
        query: decode_query(uri.query().unwrap_or("")),
        path: uri.path().to_owned(),
        status: None,
        effect: false,
        request_id: request_id.to_owned(),
        signature: "none",
    }
}

fn log_call(shared: &Shared, mut call: Call, status: Option<u16>) {
    call.status = status;
    tracing::info!(
        method = call.method,
        service = call.service,
        status = call.status,
        effect = call.effect,
        signature = call.signature,
        request_id = call.request_id,
        "management call"
    );
    shared.state().calls.push(call);
}

/// Whether a client waits for `100 Continue` although it has no body to continue with. botocore does,
/// and takes the next answer on that connection for a wrong one; so the connection is closed.
fn awaits_continue_in_vain(request: &http::Request<Incoming>) -> bool {
    let empty = hyper::body::Body::is_end_stream(request.body());
    empty && request.headers().contains_key(http::header::EXPECT)
}

/// Signature version a data request claims to have; S3 requests are verified elsewhere.
fn claimed_signature(request: &http::Request<Incoming>) -> &'static str {
    let header = request
        .headers()
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let query = request.uri().query().unwrap_or("");
    match header {
        Some(header) if header.starts_with("AWS4-HMAC-SHA256") => "v4",
        Some(header) if header.starts_with("AWS ") => "v2",
        Some(_) => "invalid",
        None if query.contains("X-Amz-Signature=") => "v4",
        None if query.contains("Signature=") => "v2",
        None => "none",
    }
}
