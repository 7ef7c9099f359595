//! What all connections share: the cluster's state, planned faults, and the port they come through.
//!
//! To refuse connections, the port is bound again without listening, so that nobody else takes it
//! meanwhile.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Notify, watch};

use super::Options;
use super::clock::Clock;
use super::faults::{Fault, Faults};
use super::ids::KeyPair;
use super::state::State;

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

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
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

    /// The state and its present. The clock is read under the lock, so that nothing happens before what
    /// already happened.
    pub(super) fn state_now(&self) -> (MutexGuard<'_, State>, Timestamp) {
        let state = self.state();
        let now = self.clock.now();
        (state, now)
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

    /// A management call has arrived: the fault that hits it.
    pub(super) fn next_fault(&self, method: &str, service: &str) -> Option<Fault> {
        lock(&self.faults).next(method, service)
    }

    /// Closes the port when the next management call shall be refused.
    pub(super) fn refuse_if_due(&self) {
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

    pub(super) fn is_open(&self) -> bool {
        matches!(*lock(&self.port), Port::Open(_))
    }

    /// A connection, or `None` once the simulator has ended.
    pub(super) async fn next_connection(&self) -> Option<(TcpStream, SocketAddr)> {
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

    /// Rings when all connections are told to close.
    pub(super) fn closings(&self) -> watch::Receiver<u64> {
        self.closings.subscribe()
    }

    /// The service's id and a counter, 16 hexadecimal digits each.
    pub(super) fn request_id(&self) -> String {
        let mut requests = lock(&self.requests);
        *requests += 1;
        format!(
            "{:016x}{:016x}",
            self.state().profile.first_service,
            0x0003_c6b5_38ee_0000 + *requests
        )
    }
}
