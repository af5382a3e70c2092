//! The `feast-registry` binary: parses nothing and decides nothing; see `cli`.

/// musl's own has one lock for all threads.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    feast_registry::cli::run()
}
