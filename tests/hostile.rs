//! Every fixture cut and flipped: refused or read with findings, never a panic, never a silent number.

mod shared;

use myotome::format::{FORMATS, ReadOptions, Source, read_source};
use myotome::quality::{QualityOptions, run};
use myotome::recording::Recording;

/// Bytes of a fixture that are worked on; longer ones are cut to this first.
const MOST: usize = 48 << 10;

fn options() -> ReadOptions {
    ReadOptions { sampling_frequency: Some(1000.0), max_memory: 64 << 20, ..ReadOptions::default() }
}

/// What must hold of whatever a reader lets through.
fn sound(recording: &Recording, what: &str) {
    for c in &recording.channels {
        let fs = c.sampling_frequency.0;
        assert!(fs.is_finite() && fs > 0.0, "{what}: {}: {fs} Hz", c.label);
        let mut expected = 0;
        for s in &c.segments {
            assert!(s.first == expected && s.onset_s.is_finite(), "{what}: {}: {:?}", c.label, c.segments);
            expected += s.len;
        }
        assert_eq!(expected, c.len(), "{what}: {}: segments cover the samples", c.label);
        let missing = c.missing_count();
        let nan = c.si().iter().filter(|v| !v.is_finite()).count();
        assert_eq!(nan, missing, "{what}: {}: a number that is none, and not marked as missing", c.label);
    }
    for a in &recording.annotations {
        assert!(a.onset_s.is_finite() && a.duration_s.is_none_or(f64::is_finite), "{what}: {a:?}");
    }
    for f in run(recording, &QualityOptions::default()) {
        assert!(f.share.is_finite() && !f.detail.is_empty(), "{what}: {f:?}");
    }
}

#[test]
fn cut_and_flipped_files_are_refused_or_read_soundly() {
    let Some(data) = shared::data() else { return };
    let (mut tried, mut read) = (0, 0);
    let mut state = 11u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % below.max(1)
    };
    for format in FORMATS.iter().filter(|f| f.read.is_some()) {
        for fixture in format.fixtures {
            let Ok(whole) = Source::open(&data.join(fixture), 1 << 30) else {
                panic!("{fixture} is missing")
            };
            let length = whole.bytes.len().min(MOST);
            let mut attempt = |bytes: Vec<u8>, what: String| {
                tried += 1;
                let source = Source { bytes, ..whole.clone() };
                if let Ok(recording) = read_source(&source, &options()) {
                    read += 1;
                    sound(&recording, &what);
                }
            };
            for _ in 0..12 {
                let end = draw(length);
                attempt(whole.bytes[..end].to_vec(), format!("{fixture} cut at {end}"));
            }
            for _ in 0..30 {
                let mut bytes = whole.bytes[..length].to_vec();
                // Headers and text heads lie in front: most flips go there.
                let reach = if draw(3) == 0 { length } else { length.min(1024) };
                let at = draw(reach);
                let bit = draw(8);
                bytes[at] ^= 1 << bit;
                attempt(bytes, format!("{fixture} with bit {bit} of byte {at} flipped"));
            }
        }
    }
    assert!(tried > 500 && read > 50, "{tried} tried, {read} read");
}

#[test]
fn names_inside_files_do_not_lead_out_of_the_folder() {
    let folder = shared::temporary("confined");
    let inside = Source { name: "r.hea".into(), bytes: Vec::new(), folder: Some(folder.clone()) };
    for name in ["/etc/passwd", "../x", "a/../../x", "http://x/y", "", "c:\\x", "a\0b"] {
        assert!(inside.sibling(name, &options()).is_err(), "{name:?}");
    }
    assert!(std::fs::write(folder.join("r.dat"), [0, 0]).is_ok());
    assert!(inside.sibling("r.dat", &options()).is_ok());
}
