//! The HTTP server: routes, limits, and an end that lets calls under way finish.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::WWW_AUTHENTICATE;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use tracing::Instrument;
use tracing_actix_web::TracingLogger;

use crate::app::Services;
use crate::lifecycle;

use super::dispatch;
use super::error::{Failure, Reason};
use super::health::{self, Readiness};
use super::metrics;
use super::replay::Replay;
use super::request_id::{self, RequestId, RequestSpan};
use super::versions;

/// How long answers may take after the service was told to stop, and after them the calls that
/// nobody waits for any more. What is cut off then is completed by its repetition.
const DRAIN_SECONDS: u64 = 120;

/// How long a client may take to send the head of a request, and then its body.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a caller waits for its answer: the PHP module gives up after 100 s and would then know
/// nothing, while a cluster that is slow at every step can take longer.
const PATIENCE: Duration = Duration::from_secs(90);

/// What the calls of all workers share.
struct State {
    services: Arc<Services>,
    replay: Replay,
    body_limit: usize,
    /// Calls run here and not in the connection's task: a caller that hangs up must not cut a
    /// service's change in the middle.
    tasks: TaskTracker,
    runtime: Handle,
}

/// A server that listens; it ends at once when this is dropped.
pub struct Running {
    addr: SocketAddr,
    handle: actix_web::dev::ServerHandle,
    server: JoinHandle<std::io::Result<()>>,
    tasks: TaskTracker,
    readiness: web::Data<Readiness>,
}

impl Running {
    /// The address it listens on; the port is the real one.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Says by `/readyz` that the service is about to end, so that a load balancer sends no more calls; takes those that
    /// come all the same.
    pub fn drain(&self) {
        self.readiness.drain();
    }

    /// Stops taking calls, lets those under way finish, and returns.
    pub async fn stop(mut self) {
        self.handle.stop(true).await;
        self.tasks.close();
        let drain = Duration::from_secs(DRAIN_SECONDS);
        if tokio::time::timeout(drain, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::error!("calls were still under way when the service stopped");
        }
        if let Ok(Err(error)) = (&mut self.server).await {
            tracing::error!(%error, "the server ended with an error");
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent at the call; nobody is left to wait for its end.
        drop(self.handle.stop(false));
    }
}

/// Starts the endpoint on `listen`.
///
/// # Errors
/// When the address cannot be used.
pub fn start(
    services: Arc<Services>,
    listen: SocketAddr,
    body_limit: u64,
) -> std::io::Result<Running> {
    let listener = TcpListener::bind(listen)?;
    let addr = listener.local_addr()?;
    let tasks = TaskTracker::new();
    let readiness = web::Data::new(Readiness::new(Arc::clone(&services)));
    let services = web::Data::from(services);
    let state = web::Data::new(State {
        services: Arc::clone(&services),
        replay: Replay::default(),
        body_limit: usize::try_from(body_limit).unwrap_or(usize::MAX),
        tasks: tasks.clone(),
        runtime: Handle::current(),
    });
    let shown = readiness.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .app_data(readiness.clone())
            .app_data(services.clone())
            .wrap(from_fn(metrics::count))
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(from_fn(request_id::assign))
            .service(
                web::resource("/rpc")
                    .wrap(from_fn(versions::announce))
                    .route(web::post().to(rpc)),
            )
            .service(web::resource("/healthz").route(web::get().to(health::healthz)))
            .service(web::resource("/metrics").route(web::get().to(metrics::metrics)))
            .service(web::resource("/openrpc.json").route(web::get().to(openrpc)))
            .service(web::resource("/readyz").route(web::get().to(health::readyz)))
    })
    .disable_signals()
    .shutdown_timeout(DRAIN_SECONDS)
    .client_request_timeout(REQUEST_TIMEOUT)
    .workers(2)
    .listen(listener)?
    .run();
    let handle = server.handle();
    Ok(Running {
        addr,
        handle,
        server: tokio::spawn(server),
        tasks,
        readiness: shown,
    })
}

/// `GET /openrpc.json`: what there is to call. It holds no setting and no figure, so anybody may read it.
async fn openrpc() -> HttpResponse {
    HttpResponse::Ok().json(dispatch::openrpc())
}

/// `POST /rpc`.
async fn rpc(request: HttpRequest, payload: web::Payload, state: web::Data<State>) -> HttpResponse {
    let RequestId(id) = RequestId::of(&request);
    let body = match read_body(payload, state.body_limit).await {
        Ok(body) => body,
        Err((status, failure)) => return refuse(status, &failure, &[], &id),
    };
    let caller =
        super::auth::authenticate(&state.services, &state.replay, request.headers(), &body);
    let caller = match caller.await {
        Ok(caller) => caller,
        Err(failure) => {
            let status = match failure.reason {
                Reason::Unauthorized => StatusCode::UNAUTHORIZED,
                _ => StatusCode::SERVICE_UNAVAILABLE,
            };
            return refuse(status, &failure, &body, &id);
        }
    };
    if let Err(failure) = versions::check(request.headers()) {
        return refuse(StatusCode::OK, &failure, &body, &id);
    }
    let services = Arc::clone(&state.services);
    let (task_id, task_body) = (id.clone(), body.clone());
    let task = async move { dispatch::answer(&services, &caller, &task_body, &task_id).await };
    let task = state.tasks.spawn_on(task.in_current_span(), &state.runtime);
    match wait_for(task, PATIENCE).await {
        Ok(Some(text)) => json(StatusCode::OK, text),
        Ok(None) => HttpResponse::NoContent().finish(),
        Err(_) if dispatch::is_notification(&body) => HttpResponse::NoContent().finish(),
        Err(failure) => {
            let status = match failure.reason {
                Reason::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
                _ => StatusCode::OK,
            };
            refuse(status, &failure, &body, &id)
        }
    }
}

async fn read_body(
    payload: web::Payload,
    limit: usize,
) -> Result<web::Bytes, (StatusCode, Failure)> {
    let unreadable = |status, why: &str| {
        let text = format!("the request could not be read: {why}");
        (status, Failure::new(Reason::ParseError, text))
    };
    match tokio::time::timeout(REQUEST_TIMEOUT, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(body))) => Ok(body),
        Ok(Ok(Err(error))) => Err(unreadable(StatusCode::BAD_REQUEST, &error.to_string())),
        Ok(Err(_)) => Err((
            StatusCode::PAYLOAD_TOO_LARGE,
            Failure::of(Reason::BodyTooLarge),
        )),
        Err(_) => Err(unreadable(
            StatusCode::REQUEST_TIMEOUT,
            "its body did not arrive in time",
        )),
    }
}

/// The answer of a call under way; a call that takes longer than `patience` goes on without it.
async fn wait_for(
    task: JoinHandle<Option<String>>,
    patience: Duration,
) -> Result<Option<String>, Failure> {
    match tokio::time::timeout(patience, task).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => {
            tracing::error!(%error, "a call ended without an answer");
            Err(Failure::of(Reason::InternalError))
        }
        Err(_) => {
            tracing::warn!("a call goes on after its caller was told to repeat it");
            Err(Failure::new(
                Reason::Lifecycle(lifecycle::Reason::Busy),
                format!(
                    "the call is still under way after {} seconds, because the cluster is slow; the bridge goes on with it, repeat in a few minutes",
                    patience.as_secs()
                ),
            ))
        }
    }
}

fn refuse(status: StatusCode, failure: &Failure, body: &[u8], request_id: &str) -> HttpResponse {
    let mut response = json(status, dispatch::refusal(failure, body, request_id));
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(
            WWW_AUTHENTICATE,
            actix_web::http::header::HeaderValue::from_static("Bearer"),
        );
    }
    response
}

fn json(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("application/json")
        .body(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_caller_is_told_in_time_and_the_call_goes_on() {
        let (done, finished) = tokio::sync::oneshot::channel();
        let task = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(200)).await;
            done.send(()).ok();
            Some("late".to_owned())
        });
        let failure = wait_for(task, Duration::from_millis(20))
            .await
            .expect_err("too slow");
        assert_eq!(failure.reason, Reason::Lifecycle(lifecycle::Reason::Busy));
        assert!(failure.reason.is_retryable());
        finished.await.expect("the call went on");
    }

    #[tokio::test]
    async fn a_call_that_panics_is_an_internal_error() {
        let failure = wait_for(tokio::spawn(async { panic!("planned") }), PATIENCE)
            .await
            .expect_err("no answer");
        assert_eq!(failure.reason, Reason::InternalError);
    }
}
