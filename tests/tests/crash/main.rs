//! Whatever is lost and whenever, a change is made whole or not at all, and once: connections, processes, answers to
//! commits; on an empty database that several open at once, on one that is torn down, and under CockroachDB's rules.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod bootstrap;
mod cockroach;
mod commits;
mod connections;
mod databases;
mod faulty;
mod group;
mod operations;
mod processes;
