//! Metering held against the truth: what the simulated gateways served and stored must stand in the ledger and reach
//! WHMCS, whatever happens in between. One binary, so that it links once.

mod adoption;
mod borders;
mod carry;
mod kills;
mod listings;
mod objects;
mod outage;
mod rebuild;
mod rpc;
mod schedule;
mod support;
mod turns;
mod vector;
