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
        let _ = scan.step_index();
    }
    let _ = qtrac::read_list(&source);
});
