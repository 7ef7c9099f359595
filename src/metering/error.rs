//! Why a run of metering stopped.

use crate::{ledger, ostor};

/// Why a run ended before its end. What was counted until then stays counted; the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such cluster in the configuration.
    #[error("cluster `{0}` is not configured")]
    UnknownCluster(String),
    /// The gateway cannot be used.
    #[error(transparent)]
    Gateway(#[from] ostor::Error),
    /// The ledger cannot be used.
    #[error(transparent)]
    Ledger(#[from] ledger::Error),
    /// The gateway's answer has no `Date`.
    #[error(
        "the answer of the gateway of cluster {0} has no Date header, so nobody can tell what is complete by its clock; look for a proxy that removes it"
    )]
    NoDate(String),
    /// Another run is under way, for longer than anyone should wait.
    #[error(
        "another run of metering works on cluster {0}; look at the service's log, and repeat when it is done"
    )]
    Busy(String),
    /// Byte-hours do not grow as they must.
    #[error(
        "the sizes of cluster {cluster} were not counted: of {steady} buckets that did not change, {odd} gained byte-hours other than size times hours; compare the gateway's h_integral with docs/metering.md before billing storage from it"
    )]
    Implausible {
        /// The cluster.
        cluster: String,
        /// Buckets whose size did not change since the last sample.
        steady: usize,
        /// Those of them that gained something else.
        odd: usize,
    },
}
