//! `cargo xtask bench`: measurements, one file each.

mod lost_updates;

pub(crate) use lost_updates::lost_updates;
