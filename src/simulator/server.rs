//! The connections: one task accepts them; each runs HTTP/1 by hyper. Endings that no HTTP library can
//! express (resets, half answers) are done on the bare socket after hyper has let go of it.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use s3s::service::S3Service;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use super::exchange::{Ending, exchange};
use super::shared::{Shared, lock};

/// Accepts connections until the simulator ends; then all of them end.
pub(super) async fn accept(shared: Arc<Shared>, service: S3Service) {
    let mut connections = JoinSet::new();
    while let Some((stream, peer)) = shared.next_connection().await {
        while connections.try_join_next().is_some() {}
        connections.spawn(serve(shared.clone(), service.clone(), stream, peer));
    }
    connections.shutdown().await;
}

async fn serve(shared: Arc<Shared>, service: S3Service, stream: TcpStream, peer: SocketAddr) {
    let ending: Arc<Mutex<Option<Ending>>> = Arc::default();
    let mut closings = shared.closings();
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
