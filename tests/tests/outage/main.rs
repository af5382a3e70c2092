//! Servers that stop, crash, refuse to write, fill up, lag and change places, under load. Within the deadline every
//! change is acknowledged or ends in a clear error; afterwards nothing that was acknowledged is missing, nothing that
//! was refused is there, and nothing is there twice.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod beside_feast;
mod busy;
mod failover;
mod full;
mod galera;
mod load;
mod read_only;
mod replica;
mod restart;
mod stale;
