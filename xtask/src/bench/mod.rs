//! `cargo xtask bench`: measurements, one file each.

mod lost_updates;
mod server;
mod speed;

pub(crate) use lost_updates::lost_updates;
pub(crate) use server::server;
pub(crate) use speed::speed;
