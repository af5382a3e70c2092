//! A request of REST.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| feast_registry_fuzz::rest(bytes));
