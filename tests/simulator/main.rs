//! The gateway simulator from outside: hand-signed requests over bare sockets, so that nothing of
//! this crate's own client takes part.

mod admin;
mod data_faults;
mod data_plane;
mod faults;
mod management;
mod multi_delete;
mod object_lock;
mod planted;
mod planted_objects;
mod recipes;
mod settling;
mod statistics;
mod support;
mod usage_switches;
