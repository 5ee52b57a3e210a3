//! What the fuzz targets share.

use myotome::format::{FORMATS, ReadOptions, Source};

/// Reads `data` as format `id`, whatever its content looks like, with small limits.
pub fn read(id: &str, data: &[u8]) {
    let options = ReadOptions { max_memory: 64 << 20, sampling_frequency: Some(1000.0), ..ReadOptions::default() };
    let source = Source::from_bytes(&format!("fuzz.{id}"), data.to_vec());
    let format = FORMATS.iter().find(|f| f.id == id).expect("the target is named after a format");
    if let Some(read) = format.read {
        let _ = read(&source, &options);
    }
}
