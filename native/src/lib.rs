//! The blocking half of feast-registry: drivers, configuration, transactions and the binary's doors.

pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod driver;
pub mod error;
mod export;
mod listing;
pub mod pool;
mod processors;
pub mod registry;
mod replica;
pub mod runner;
pub mod server;
pub mod store;
mod tls;
pub mod url;
mod watch;
