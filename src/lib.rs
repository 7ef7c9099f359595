//! Sells S3 storage of Virtuozzo Hybrid Infrastructure clusters through WHMCS.
//!
//! Data flows one way:
//!
//! ```text
//!  php-shim ──JSON-RPC──▶ http ─▶ lifecycle, metering, admin ─▶ ostor ──signed REST──▶ gateway (or simulator)
//!                                             └───────────────▶ ledger ─▶ SQLite
//!             cli, jobs ───────▶ purge, lifecycle, metering, admin     all receive app::Services
//! ```
//!
//! `simulator` stands alone: it knows none of the other modules and shares no code with them.

pub mod admin;
pub mod adoption;
pub mod app;
pub mod chart;
pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod drift;
pub mod http;
pub mod jobs;
pub mod ledger;
pub mod lifecycle;
pub mod metering;
pub mod metrics;
pub mod ostor;
pub mod purge;
pub mod simulator;
pub mod telemetry;
