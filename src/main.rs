//! Entry point of the `ostor-bridge` binary.

fn main() -> std::process::ExitCode {
    ostor_bridge::cli::main()
}
