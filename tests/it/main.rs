//! The service as a whole: real HTTP, real ledger file, gateway simulator. One binary, so that it
//! links once.

mod accounts_command;
mod admin;
mod adoption;
mod auth;
mod bad_input;
mod canary;
mod client_area;
mod commands;
mod concurrency;
mod customer_keys;
mod cuts;
mod docs;
mod drift;
mod health;
mod jobs_command;
mod kills;
mod lifecycle;
mod limits;
mod proof;
mod purge;
mod purge_cuts;
mod purge_gateways;
mod purge_kills;
mod purge_lock;
mod purge_wrong;
mod rpc;
mod s3_admin;
mod shell;
mod support;
mod usage;
mod usage_command;
mod usage_export;
mod usage_report;
mod versions;
