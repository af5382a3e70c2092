//! A feature_store.yaml, and a registry's URL.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| feast_registry_fuzz::config(bytes));
