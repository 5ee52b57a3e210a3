//! WFDB: cut, flipped and boastful files are refused or read with a finding, and never panic.

#![allow(clippy::unwrap_used, reason = "what fails in a test is a failed test")]

use myotome::format::{self, ReadOptions};
use myotome::measure::Severity;
use myotome::recording::{Recording, Samples};
use std::path::{Path, PathBuf};

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("myotome-wfdb-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        // A new file each time: some file systems wait for the disk when an old one is cut and rewritten.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, bytes).unwrap();
        path
    }
    /// Reads a record of this header and 100 zeros and ones in `x.dat`.
    fn read(&self, header: &str) -> myotome::Result<Recording> {
        self.put("x.dat", [0, 0, 1, 0].repeat(50));
        read(&self.put("x.hea", header))
    }
    fn error(&self, header: &str) -> String {
        self.read(header).expect_err(header).to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn read(path: &Path) -> myotome::Result<Recording> {
    format::read(path, &ReadOptions::default())
}

fn warnings(recording: &Recording) -> Vec<(&'static str, String)> {
    let severe = recording.findings.iter().filter(|f| f.severity >= Severity::Warning);
    severe.map(|f| (f.check, f.detail.clone())).collect()
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/wfdb").join(name)).unwrap()
}

#[test]
fn every_cut_and_every_flipped_bit_of_a_record_is_survived() {
    let folder = Folder::new("flip");
    let mut read_well = 0;
    for name in ["f8", "f212m", "f311", "skewed", "f61"] {
        let parts: Vec<(String, Vec<u8>)> = ["hea", "dat"]
            .iter()
            .map(|e| format!("{name}.{e}"))
            .chain((name == "f61").then(|| "f61.qrs".into()))
            .map(|n| (n.clone(), golden(&n)))
            .collect();
        let header = folder.0.join(&parts[0].0);
        for (n, bytes) in &parts {
            folder.put(n, bytes);
        }
        assert!(warnings(&read(&header).unwrap()).is_empty());
        for (n, bytes) in &parts {
            for end in 0..bytes.len() {
                folder.put(n, &bytes[..end]);
                let result = read(&header);
                if n.ends_with("dat") && end > 0 {
                    // The last byte of a packed group may hold padding only: then nothing is lost.
                    let lost = result.as_ref().map(|r| !warnings(r).is_empty()).unwrap_or(true);
                    assert!(lost || end + 1 == bytes.len(), "{n} cut at {end}");
                }
                if let Ok(recording) = result {
                    assert!(recording.channels.iter().all(|c| c.physical().len() == c.len()));
                    read_well += 1;
                }
            }
            for bit in 0..8 * bytes.len() {
                let mut flipped = bytes.clone();
                flipped[bit / 8] ^= 1 << (bit % 8);
                folder.put(n, &flipped);
                let Ok(recording) = read(&header) else { continue };
                for c in &recording.channels {
                    let finite = c.physical().iter().filter(|v| !v.is_finite()).count();
                    assert_eq!(finite, c.missing_count(), "{n}, bit {bit}");
                }
                if n.ends_with("dat") {
                    // A changed amplitude changes the sum; bits that no sample uses do not count.
                    let told = !warnings(&recording).is_empty();
                    assert!(told || name == "f311" || bit / 8 + 1 == bytes.len(), "{n}, bit {bit}");
                }
            }
            folder.put(n, bytes);
        }
    }
    assert!(read_well > 100, "{read_well}: the cuts should leave many readable records");
}

#[test]
fn numbers_in_the_billions_are_refused_or_flagged_without_taking_their_memory() {
    let folder = Folder::new("billions");
    let line = "x.dat 16 100/mV 16 0 0 0 0 emg";
    for (header, word) in [
        (format!("x 1000000000 20000 1000\n{line}\n"), "1000000000"),
        ("x 1000000000 20000 1000".into(), "1000000000"),
        ("x 99999999999999999999999 20000 1000".into(), "signals"),
        ("x 1 20000 100\nx.dat 16x1000000000 100/mV".into(), "1000000000"),
        (
            "x 2 20000 100\nx.dat 16x18446744073709551615 100\nx.dat 16x18446744073709551615 100".into(),
            "frame",
        ),
        ("x 1 20000 100\nx.dat 16:1000000000 100/mV".into(), "1000000000"),
        ("x 1 20000 100\nx.dat 16:18446744073709551615 100/mV".into(), "skewed"),
        ("x 1 20000 100\nx.dat 16+1000000000000000000 100/mV".into(), "1000000000000000000"),
        ("x 1 20000 100\nx.dat 16x0 100/mV".into(), "0 samples"),
        ("x 1 1e300 100\nx.dat 16 100/mV".into(), "sampling frequency"),
        ("x 1 -5 100\nx.dat 16 100/mV".into(), "sampling frequency"),
        ("x 1 nan 100\nx.dat 16 100/mV".into(), "sampling frequency"),
        ("x 1 100 100\nx.dat 16 1e-320/mV".into(), "gain"),
        ("x 1 100 100\nx.dat 16 inf/mV".into(), "gain"),
        ("x 1 100 100\nx.dat 8 100/mV 8 0 1000000000000 0 0 a".into(), "initial"),
        ("x/1000000000 1 100 100\nx 100".into(), "1000000000"),
        ("x 1 100 100\nx.dat 77 100/mV".into(), "77"),
        ("x 1 100 100\nx.dat 516 100/mV".into(), "FLAC"),
        ("x 2 100 100\nx.dat 16 100\nx.dat 212 100".into(), "formats"),
    ] {
        let error = folder.error(&header);
        assert!(error.contains(word), "{header}: {error}");
    }
    let long = folder.read("x 1 20000 1000000000000\nx.dat 16 100/mV 16 0 0 50 0 emg\n").unwrap();
    assert_eq!(long.channels[0].len(), 100);
    assert!(
        warnings(&long).iter().any(|(check, text)| *check == "truncated" && text.contains("1000000000000"))
    );
    let far = folder.read("x 1 100 100\nx.dat 16 100(9000000000000000000)/mV 16 0 0 50 0 emg\n").unwrap();
    assert!(far.channels[0].physical().iter().all(|v| v.is_finite()));
}

#[test]
fn long_null_segments_become_gaps_and_segments_of_segments_are_refused() {
    let folder = Folder::new("segments");
    folder.put("a.dat", [1, 0].repeat(10));
    folder.put("a.hea", "a 1 10 10\na.dat 16 1/mV 16 0 1 10 0 emg\n");
    let gap = read(&folder.put("g.hea", "g/3 1 10 1000000000020\na 10\n~ 1000000000000\na 10\n")).unwrap();
    let channel = &gap.channels[0];
    assert_eq!((channel.len(), channel.segments.len()), (20, 2));
    assert_eq!(channel.segments[1].onset_s, 1e11 + 1.0);
    let short = read(&folder.put("s.hea", "s/3 1 10 25\na 10\n~ 5\na 10\n")).unwrap();
    assert_eq!((short.channels[0].len(), short.channels[0].missing_count()), (25, 5));
    for (header, word) in [
        ("r/1 1 10 10\nr 10\n", "consists of segments"),
        ("r/1 1 10 10\n../a 10\n", "own folder"),
        ("r/1 1 10 10\n/etc/passwd 10\n", "own folder"),
        ("r/1 1 10 10\nnone 10\n", "none.hea"),
        ("r/2 1 10 10\n~ 10\n~ 5\n", "null segments"),
        ("r/1 1 20 10\na 10\n", "frames a second"),
    ] {
        let error = read(&folder.put("r.hea", header)).expect_err(header).to_string();
        assert!(error.contains(word), "{header}: {error}");
    }
}

#[test]
fn files_are_opened_only_inside_the_folder_and_must_hold_samples() {
    let folder = Folder::new("files");
    folder.put("empty.dat", []);
    for (file, word) in [
        ("/etc/passwd", "folder"),
        ("../x.dat", "folder"),
        ("http://localhost/x.dat", "folder"),
        ("absent.dat", "absent.dat"),
        ("empty.dat", "empty.dat"),
    ] {
        let error = folder.error(&format!("x 1 100 100\n{file} 16 100/mV\n"));
        assert!(error.contains(word), "{file}: {error}");
    }
    folder.put("code.dat", "int main(void) { return 0; }\n".repeat(9));
    let error = folder.error("x 1 100 100\ncode.dat 16 100/mV 16 0 0 50 0 emg\n");
    assert!(error.contains("text"), "{error}");
}

#[test]
fn what_the_header_does_not_say_is_not_made_up() {
    let folder = Folder::new("unsaid");
    assert!(folder.error("x 1\nx.dat 16 100/mV\n").contains("--sampling-frequency"));
    for line in ["x.dat 16", "x.dat 16 0 16 0 0 50 0", "x.dat 16 0/uV 16 0 0 50 0"] {
        let recording = folder.read(&format!("x 1 1000\r{line}\r# note\r")).unwrap();
        let channel = &recording.channels[0];
        assert!(channel.uncalibrated.is_some() && channel.unit.text.is_empty(), "{line}");
        assert_eq!(channel.physical()[..2], [0.0, 1.0], "{line}");
        assert_eq!((channel.label.as_str(), channel.len()), ("sig 0", 100));
        assert_eq!(recording.comments, ["note"]);
    }
    let plain = folder.read("x 1 1000 100\nx.dat 16 2 12 1\n").unwrap();
    assert_eq!((plain.channels[0].unit.text.as_str(), plain.channels[0].physical()[0]), ("mV", -0.5));
}

#[test]
fn a_wrong_checksum_is_told_with_both_values() {
    let folder = Folder::new("checksum");
    let recording = folder.read("x 1 1000 100\nx.dat 16 100/uV 16 0 7 -123 0 emg\n").unwrap();
    let found = recording.findings.iter().find(|f| f.check == "checksum").unwrap();
    assert_eq!((found.severity, found.channel.as_deref()), (Severity::Warning, Some("emg")));
    for part in ["-123", "50", "7 stated, 0 read"] {
        assert!(found.detail.contains(part), "{}", found.detail);
    }
    assert!(matches!(recording.channels[0].samples, Samples::I16(_)));
    let strict = ReadOptions { strict: true, ..ReadOptions::default() };
    assert!(format::read(&folder.0.join("x.hea"), &strict).is_err());
    let unsigned = folder.read("x 1 1000 100\nx.dat 16 100/uV 16 0 0 65586 0 emg\n").unwrap();
    assert!(warnings(&unsigned).is_empty(), "the checksum counts modulo 65536");
}

#[test]
fn more_samples_than_the_header_says_are_told() {
    let folder = Folder::new("surplus");
    let recording = folder.read("x 1 1000 80\nx.dat 16 100/uV 16 0 0 40 0 emg\n").unwrap();
    assert_eq!(recording.channels[0].len(), 80);
    let told = warnings(&recording);
    assert!(told.len() == 1 && told[0].0 == "header" && told[0].1.contains("20 samples"), "{told:?}");
}
