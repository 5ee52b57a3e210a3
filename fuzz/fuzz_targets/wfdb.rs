//! A header and a signal file, divided by the first NUL byte, in a folder of their own.
#![no_main]

use myotome::format::{ReadOptions, Source, read_source};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let cut = data.iter().position(|b| *b == 0).unwrap_or(data.len());
    let folder = std::env::temp_dir().join(format!("myotome-fuzz-{}", std::process::id()));
    if std::fs::create_dir_all(&folder).is_err() {
        return;
    }
    let signal = data.get(cut + 1..).unwrap_or(&[]);
    if std::fs::write(folder.join("r.dat"), signal).is_err() {
        return;
    }
    let mut source = Source::from_bytes("r.hea", data[..cut].to_vec());
    source.folder = Some(folder);
    let options = ReadOptions { max_memory: 64 << 20, sampling_frequency: Some(1000.0), ..ReadOptions::default() };
    let _ = read_source(&source, &options);
});
