//! Any bytes as a Qtrac listing, its scan as a scan, and the same bytes as a list of files: an answer or an
//! error, never a panic.
#![no_main]

use myotome::format::{ReadOptions, Source, qtrac};
use myotome::ncs::scan::Scan;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let source = Source::from_bytes("fuzz.MEM", data.to_vec());
    if let Ok(mem) = qtrac::read(&source, &ReadOptions { max_memory: 64 << 20, ..ReadOptions::default() })
        && let Ok(scan) = Scan::from_qtrac(&mem)
    {
        let _ = (scan.step_index(), scan.level_index(), scan.levels(), scan.steps(), scan.unit_number());
    }
    if let Ok(text) = std::str::from_utf8(data) {
        let _ = Scan::from_table(text);
    }
    let _ = qtrac::read_list(&source);
});
