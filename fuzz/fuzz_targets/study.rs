//! Any text as a study file: an answer or an error, never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = myotome::study::parse(text);
});
