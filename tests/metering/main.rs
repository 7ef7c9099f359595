//! Metering held against the truth: what the simulated gateways served and stored must stand in the ledger and reach
//! WHMCS, whatever happens in between. One binary, so that it links once.

mod objects;
mod schedule;
mod support;
