//! The `feast-registry` binary: parses nothing and decides nothing; see `cli`.
fn main() {}
