//! A gateway seen from the wire.
//!
//! It imitates the S3 gateway of a cluster on one port: the `ostor-*` management services and S3
//! itself, over one state. It is written from the published documents and from what clients observed
//! on live systems, and shares no code with [`crate::ostor`], so that client and stand-in cannot agree
//! on the same mistake. Faults, the clock and what differs between gateway versions are settable.
//! Nothing survives its end: it is for tests, demonstrations and learning, never for data.

mod admin;
mod answers;
mod buckets;
mod calls;
mod clock;
mod data;
mod exchange;
mod faults;
mod ids;
mod manage;
mod plant;
mod profile;
mod rates;
mod server;
mod shared;
mod size;
mod state;
mod statistics;
mod truth;
mod users;
mod verify;
mod wire;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;

pub use self::calls::{AccountView, BucketView, Call, UserView};
pub use self::faults::{Fault, UnknownFault};
pub use self::plant::{Layers, numbered_keys};
pub use self::profile::{LimitsDialect, ListShape, Profile, ProfileError};
pub use self::statistics::Counters;
pub use self::truth::{Deletions, Storage, Traffic};

use self::faults::Aim;
use self::shared::Shared;

/// How a simulator is started.
#[derive(Clone)]
pub struct Options {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Access key id of the one user that exists from the start, a system user. Its first 16
    /// characters are the user's id if they are hexadecimal.
    pub system_key: String,
    /// Its secret.
    pub system_secret: String,
    /// Where the clock starts; `None` is the machine's time. It runs on either way.
    pub clock: Option<Timestamp>,
    /// Which gateway to imitate.
    pub profile: Profile,
    /// Decides all ids, keys and secrets.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            system_key: "5f2c81d07ab3e964SIM1".to_owned(),
            system_secret: "vQ4mZr81TnKx0LwYb6HsUe3PdGa9JfCi72RoXtNk".to_owned(),
            clock: None,
            profile: Profile::default(),
            seed: 1,
        }
    }
}

/// Leaves the secret out.
impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("listen", &self.listen)
            .field("system_key", &self.system_key)
            .field("clock", &self.clock)
            .field("profile", &self.profile)
            .field("seed", &self.seed)
            .finish_non_exhaustive()
    }
}

/// A running simulator. Dropping it ends it at once.
pub struct Simulator {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Simulator {
    /// Starts a simulator on the current Tokio runtime; when this returns, it takes connections.
    ///
    /// # Errors
    /// When the address cannot be listened on.
    pub async fn start(options: Options) -> io::Result<Self> {
        let shared = Shared::open(options)?;
        let task = tokio::spawn(server::accept(shared.clone(), data::service(&shared)));
        Ok(Self { shared, task })
    }

    /// The address that was chosen.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.shared.addr()
    }

    /// `http://127.0.0.1:port`, for clients.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.addr())
    }

    /// Ends the simulator; when this returns, its port is closed and all connections are.
    pub async fn stop(mut self) {
        self.shared.end();
        if let Err(error) = (&mut self.task).await {
            tracing::warn!(%error, "the simulator did not end by itself");
        }
    }

    /// Lets `fault` hit the `nth` management call from now, counted from 1; others pass.
    pub fn inject(&self, fault: Fault, nth: u32) {
        self.shared.plan(|faults| faults.plan(fault, nth, Aim::Any));
    }

    /// Lets `fault` hit the `nth` call from now of one verb and one service, `DELETE` and
    /// `ostor-usage` say, counted from 1; others pass. The service of data requests is `s3`. A gateway
    /// that shall refuse closes with that call, which it cuts off, instead of before it.
    pub fn inject_at(&self, method: &str, service: &str, fault: Fault, nth: u32) {
        let aim = Aim::at(method, service);
        self.shared.plan(|faults| faults.plan(fault, nth, aim));
    }

    /// Lets `fault` hit every call of one verb and one service until [`Simulator::clear_faults`].
    pub fn inject_always_at(&self, method: &str, service: &str, fault: Fault) {
        let aim = Aim::at(method, service);
        self.shared.plan(|faults| faults.plan_always(fault, aim));
    }

    /// Lets `fault` hit every management call until [`Simulator::clear_faults`].
    pub fn inject_always(&self, fault: Fault) {
        self.shared
            .plan(|faults| faults.plan_always(fault, Aim::Any));
    }

    /// Takes back all faults, and opens a refused gateway again on the same port.
    pub fn clear_faults(&self) {
        self.shared.clear_faults();
    }

    /// Sets the clock; it runs on from there.
    pub fn set_clock(&self, now: Timestamp) {
        self.shared.clock.set(now);
    }

    /// Moves the clock.
    pub fn advance(&self, step: SignedDuration) {
        self.shared.clock.advance(step);
    }

    /// The clock's present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.clock.now()
    }

    /// All requests since the start or the last [`Simulator::clear_calls`], in the order they were
    /// carried out.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.shared.state().calls.clone()
    }

    /// Forgets the requests seen so far.
    pub fn clear_calls(&self) {
        self.shared.state().calls.clear();
    }

    /// All users, in order of creation.
    #[must_use]
    pub fn users(&self) -> Vec<UserView> {
        self.shared.state().users.iter().map(UserView::of).collect()
    }

    /// All buckets, by name.
    #[must_use]
    pub fn buckets(&self) -> Vec<BucketView> {
        self.shared
            .state()
            .buckets
            .iter()
            .map(BucketView::of)
            .collect()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.shared.end();
        self.task.abort();
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("addr", &self.addr())
            .finish_non_exhaustive()
    }
}

/// Runs a simulator until SIGTERM or SIGINT; prints `listening on ADDR` once it takes connections.
///
/// # Errors
/// When the address cannot be listened on or signals cannot be received.
pub async fn run(options: Options) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let simulator = Simulator::start(options).await?;
    announce(simulator.addr())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    simulator.stop().await;
    Ok(())
}

/// Standard output may be a pipe, which needs the flush.
fn announce(addr: SocketAddr) -> io::Result<()> {
    use io::Write as _;
    let mut out = io::stdout().lock();
    writeln!(out, "listening on {addr}")?;
    out.flush()
}
