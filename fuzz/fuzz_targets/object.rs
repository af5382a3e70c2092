//! One stored object.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| feast_registry_fuzz::object(bytes));
