//! Any bytes as a bdf file: an answer or an error, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| myotome_fuzz::read("bdf", data));
