//! The pure half of feast-registry.
#![no_std]
extern crate alloc;

pub mod sql;
