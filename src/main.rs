//! Entry point of the `ostor-bridge` binary.

fn main() {}
