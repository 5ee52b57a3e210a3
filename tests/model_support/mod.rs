//! Made-up feature tables with and without leaks.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part, and may stop where its ground gives way"
)]

use myotome::evaluate::model::{Columns, Options};
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is wrong with a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leak {
    /// Nothing: two features differ between the classes, less than subjects differ; windows vary much.
    None,
    /// The classes do not overlap.
    TooGood,
    /// The gain differs between the classes.
    Amplitude,
    /// The mains check warned in one class.
    Mains,
    /// A subject's windows stand again under another name.
    Duplicates,
    /// One class is stored in another format.
    Format,
    /// One class has longer recordings.
    Length,
    /// One subject has most windows of its class.
    Dominant,
    /// Windows of a subject are nearly equal.
    Identity,
    /// A feature is the label.
    Label,
}

/// A folder that goes with the value.
pub struct Temporary(pub PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn temporary() -> Temporary {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("myotome-model-{}-{n}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    Temporary(path)
}

/// Numbers that look normal, from a counter (sum of twelve even ones).
fn normal(state: &mut u64) -> f64 {
    let mut sum = -6.0;
    for _ in 0..12 {
        *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = *state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        sum += ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64;
    }
    sum
}

/// A table of `subjects` people, every second one of each class, each with about `windows` windows.
pub fn table(leak: Leak, subjects: usize, windows: usize) -> String {
    let mut random = 12_345;
    let mut out =
        "file,channel,start_s,end_s,mav_uv,rms_uv,zc,ssc,mnf_hz,skewness,kurtosis_excess,quality,group,patient\n".to_owned();
    let mut copied = String::new();
    for s in 0..subjects {
        let class = s % 2;
        let of_class = class as f64;
        let apart = if leak == Leak::TooGood { 40.0 } else { 1.3 };
        // What differs between people; the classes differ in `zc` and `ssc`.
        let mut own: Vec<f64> = (0..7).map(|_| 0.8 * normal(&mut random)).collect();
        if leak != Leak::Label {
            own[2] += apart * of_class;
            own[3] -= apart * of_class;
        }
        if leak == Leak::Amplitude {
            own[0] += 3.0 * of_class;
            own[1] += 3.0 * of_class;
        }
        if leak == Leak::Identity {
            own.iter_mut().for_each(|v| *v *= 5.0);
        }
        let within = if leak == Leak::Identity { 0.05 } else { 1.5 };
        let n = match leak {
            Leak::Dominant if s == 4 => 8 * windows,
            Leak::Length => windows * (1 + class),
            _ => windows,
        };
        let extension = if leak == Leak::Format && class == 1 { "wav" } else { "edf" };
        let mains = if leak == Leak::Mains && class == 1 { "mains" } else { "" };
        let label = ["healthy", "lesion"][class];
        let mut rows = String::new();
        for w in 0..n {
            let mut x: Vec<f64> = own.iter().map(|v| v + within * normal(&mut random)).collect();
            if leak == Leak::Label {
                x[6] = of_class;
            }
            x[0] = 50.0 + 5.0 * x[0];
            x[1] = 60.0 + 6.0 * x[1];
            x[4] = 120.0 + 10.0 * x[4];
            let start = 0.125 * w as f64;
            let cells: Vec<String> = x.iter().map(|v| format!("{v:.6}")).collect();
            let _ = writeln!(
                rows,
                "r{s}.{extension},emg,{start},{},{},{mains},{label},P{s}",
                start + 0.25,
                cells.join(",")
            );
        }
        if leak == Leak::Duplicates && s == 3 {
            copied = rows.replace("r3.", "again.").replace(",P3\n", ",P900\n");
        }
        out += &rows;
    }
    out + &copied
}

pub fn columns() -> Columns {
    Columns { label: "group".into(), subject: "patient".into(), ..Columns::default() }
}

/// Small enough for a test.
pub fn options() -> Options {
    Options { trees: 40, permutations: 40, importance: 2, ..Options::default() }
}
