//! Any bytes as headerless numbers: an answer or an error, never a panic.
#![no_main]

use myotome::format::{RawEncoding, ReadOptions, Source, read_source};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let [first, channels, rest @ ..] = data else { return };
    let (_, encoding) = RawEncoding::ALL[usize::from(*first) % RawEncoding::ALL.len()];
    let options = ReadOptions {
        raw: Some(encoding),
        channels: usize::from(*channels),
        sampling_frequency: Some(1000.0),
        max_memory: 64 << 20,
        ..ReadOptions::default()
    };
    let _ = read_source(&Source::from_bytes("fuzz.bin", rest.to_vec()), &options);
});
