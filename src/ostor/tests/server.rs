//! A scripted HTTP server on a loopback port that can break its answers at any byte.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinHandle,
};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// Writes these bytes and keeps the connection.
    Bytes(Vec<u8>),
    /// Writes these bytes and closes.
    Cut(Vec<u8>),
    /// Writes nothing and keeps the connection open.
    Stall,
    /// Answers after a while.
    Slow(Duration, Vec<u8>),
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// Which connection, counted from 0.
    pub(super) connection: usize,
    /// Request line and headers.
    pub(super) head: String,
    /// What followed them.
    pub(super) body: String,
}

impl Received {
    pub(super) fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// All values of a header.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let fields = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'));
        fields
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }
}

#[derive(Default)]
struct Seen {
    requests: Vec<Received>,
    running: usize,
    most_running: usize,
}

/// The server; stops when dropped.
pub(super) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    accepting: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Server {
    /// Answers the n-th request with the n-th reply, and every further one with the last.
    pub(super) async fn start(script: Vec<Reply>) -> Self {
        Self::listen(reserve(), script)
    }

    /// Begins to listen on a port that refused connections until now.
    pub(super) fn listen(socket: TcpSocket, script: Vec<Reply>) -> Self {
        let listener = socket.listen(64).expect("a listening socket");
        let address = listener.local_addr().expect("an address");
        let seen = Arc::new(Mutex::new(Seen::default()));
        let accepting = tokio::spawn(accept(listener, Arc::new(script), Arc::clone(&seen)));
        Self {
            address,
            seen,
            accepting,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn requests(&self) -> Vec<Received> {
        lock(&self.seen).requests.clone()
    }

    pub(super) fn most_running(&self) -> usize {
        lock(&self.seen).most_running
    }
}

/// A loopback port that is taken but refuses connections.
pub(super) fn reserve() -> TcpSocket {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind(SocketAddr::from(([127, 0, 0, 1], 0)))
        .expect("a free port");
    socket
}

/// A well-formed answer.
pub(super) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A well-formed JSON answer of the gateway.
pub(super) fn json(body: &str) -> Reply {
    Reply::Bytes(answer(
        "200 OK",
        "Content-type: application/json\r\nx-amz-request-id: 80000000000000030003c6b538eedd95\r\n",
        body,
    ))
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().expect("no thread panicked with the lock")
}

async fn accept(listener: TcpListener, script: Arc<Vec<Reply>>, seen: Arc<Mutex<Seen>>) {
    let mut connections = tokio::task::JoinSet::new();
    for connection in 0.. {
        let Ok((stream, _)) = listener.accept().await else {
            return;
        };
        connections.spawn(serve(
            stream,
            connection,
            Arc::clone(&script),
            Arc::clone(&seen),
        ));
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    script: Arc<Vec<Reply>>,
    seen: Arc<Mutex<Seen>>,
) {
    while let Some((head, body)) = read_request(&mut stream).await {
        let number = {
            let mut seen = lock(&seen);
            seen.requests.push(Received {
                connection,
                head,
                body,
            });
            seen.running += 1;
            seen.most_running = seen.most_running.max(seen.running);
            seen.requests.len() - 1
        };
        let reply = &script[number.min(script.len() - 1)];
        if let Reply::Slow(delay, _) = reply {
            tokio::time::sleep(*delay).await;
        }
        lock(&seen).running -= 1;
        let (bytes, last) = match reply {
            Reply::Bytes(bytes) | Reply::Slow(_, bytes) => (bytes, false),
            Reply::Cut(bytes) => (bytes, true),
            Reply::Stall => return std::future::pending().await,
        };
        if stream.write_all(bytes).await.is_err() || last {
            return;
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().ok())?
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, String::from_utf8(body).ok()?))
}
