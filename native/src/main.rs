//! The `feast-registry` binary: parses nothing and decides nothing; see `cli`.

fn main() -> std::process::ExitCode {
    feast_registry::cli::run()
}
