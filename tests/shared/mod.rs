//! What the integration tests share.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test binary uses its own part")]

use std::path::PathBuf;

/// The folder of recordings: `MYOTOME_DATA`, else `../shared/data`. Where it is absent, says so and gives
/// `None`: the caller returns.
pub fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("MYOTOME_DATA")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    if folder.join("README.md").is_file() {
        return Some(folder);
    }
    println!("skipped: no test data in {} (set MYOTOME_DATA)", folder.display());
    None
}

/// A new empty folder below the system's temporary one.
pub fn temporary(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("myotome-test-{}-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
