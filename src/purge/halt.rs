//! Why a job stops before its end.

use jiff::Timestamp;

use crate::{ledger, lifecycle, metering, ostor};

use super::Failure;

/// Why a job stops.
#[derive(Debug)]
pub(super) enum Halt {
    /// It may go on later; why not now, as a sentence.
    Later(String),
    /// Some data cannot be deleted.
    Kept {
        /// What, and why, as a sentence.
        problem: String,
        /// When object lock ends.
        until: Option<Timestamp>,
    },
    /// What the gateway shows is not what is recorded; nothing more may be touched. A sentence.
    Wrong(String),
    /// The ledger failed, or somebody else has the job.
    Ledger(ledger::Error),
}

impl From<ledger::Error> for Halt {
    fn from(error: ledger::Error) -> Self {
        Self::Ledger(error)
    }
}

impl From<lifecycle::Error> for Halt {
    fn from(error: lifecycle::Error) -> Self {
        match error {
            lifecycle::Error::Ledger(error) => Self::Ledger(error),
            // The gateway does not tell users of one address apart, today or tomorrow.
            error @ lifecycle::Error::AddressShared { .. } => Self::Wrong(error.to_string()),
            error => Self::Later(error.to_string()),
        }
    }
}

impl From<ostor::Error> for Halt {
    fn from(error: ostor::Error) -> Self {
        lifecycle::Error::from(error).into()
    }
}

impl From<metering::Error> for Halt {
    fn from(error: metering::Error) -> Self {
        match error {
            metering::Error::Ledger(error) => Self::Ledger(error),
            error => Self::Later(format!(
                "what is stored must be counted for the invoice before it is deleted: {error}"
            )),
        }
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused { .. } | Failure::Unsupported(_) => Self::Kept {
                problem: failure.to_string(),
                until: None,
            },
            Failure::Temporary { .. } | Failure::NoBucket(_) => Self::Later(failure.to_string()),
        }
    }
}
