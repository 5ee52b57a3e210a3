//! Numbers that nothing should be built on: clipped, hidden, upside down, contradictory. None may read as a plain
//! normal or abnormal value, and none may stop the rest of the study.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use myotome::pipeline::analyze::{self, Analysis, Options};
use myotome::result::MeasureRow;
use std::fmt::Write;
use std::path::PathBuf;

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("myotome-test-{}-doubtful-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// A biphasic muscle response as recorded (negative is down), mV: 8 mV, 6 ms, half as large a positive phase behind.
fn response(t_ms: f64, onset_ms: f64) -> f64 {
    let half = |from: f64, width: f64| {
        let x = (t_ms - from) / width;
        if (0.0..1.0).contains(&x) { (std::f64::consts::PI * x).sin().powf(1.5) } else { 0.0 }
    };
    4.0 * half(onset_ms + 6.0, 8.0) - 8.0 * half(onset_ms, 6.0)
}

/// One sweep of −5 to 50 ms at 20 kHz with noise of this RMS, mV.
fn sweep(of: impl Fn(f64) -> f64, noise_mv: f64) -> String {
    clipped(of, noise_mv, f64::NEG_INFINITY)
}

/// The same from a recorder that goes no lower than this.
fn clipped(of: impl Fn(f64) -> f64, noise_mv: f64, least: f64) -> String {
    let mut seed = 11_u64;
    let mut uniform = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(seed >> 33).unwrap()) / f64::from(1_u32 << 31) - 0.5
    };
    let mut text = String::from("time_ms,a [mV]\n");
    for i in 0..1100 {
        let t = -5.0 + f64::from(i) * 0.05;
        let noise: f64 = (0..12).map(|_| uniform()).sum();
        let _ = writeln!(text, "{t:.2},{:.6}", (of(t) + noise_mv * noise).max(least));
    }
    text
}

fn analyse(name: &str, tests: &str, files: &[(&str, String)]) -> Analysis {
    let path = folder(name);
    let subject =
        "schema = \"myotome.study/1\"\n[subject]\nage_years = 45\nsex = \"male\"\nheight_cm = 172\n";
    std::fs::write(path.join("study.toml"), format!("{subject}{tests}")).unwrap();
    for (file, text) in files {
        std::fs::write(path.join(file), text).unwrap();
    }
    let analysis = analyze::run(&path, &Options::default()).unwrap();
    let _ = std::fs::remove_dir_all(&path);
    analysis
}

/// A median motor study of one side: each site's name, distance (mm) and the rest of its table.
fn median(side: &str, sites: &[(&str, f64, &str)]) -> String {
    let mut out = format!(
        "[[motor]]\nnerve = \"median\"\nside = \"{side}\"\nmuscle = \"abductor_pollicis_brevis\"\n\
         skin_temperature_c = 33\n"
    );
    for (site, mm, rest) in sites {
        let _ = write!(out, "[[motor.stimulation]]\nsite = \"{site}\"\ndistance_mm = {mm}\n{rest}\n");
    }
    out
}

const D: &str = "recording = { file = \"d.csv\" }";
const P: &str = "recording = { file = \"p.csv\" }";

fn row<'a>(a: &'a Analysis, id: &str, place: &str) -> &'a MeasureRow {
    let at = |m: &&MeasureRow| {
        m.id == id
            && (place.is_empty()
                || m.place.site.as_deref() == Some(place)
                || m.place.segment.as_deref() == Some(place))
    };
    a.report.measures.iter().find(at).unwrap_or_else(|| panic!("no {id} at {place}"))
}

fn plain(noise_mv: f64, onset_ms: f64) -> String {
    sweep(|t| response(t, onset_ms), noise_mv)
}

#[test]
fn a_clipped_response_makes_no_block_and_no_side_difference() {
    let proximal = clipped(|t| response(t, 7.5), 0.005, -3.0);
    let study = median("right", &[("wrist", 80.0, D), ("elbow", 220.0, P)]);
    let files = [("d.csv", plain(0.005, 3.5)), ("p.csv", proximal)];
    let a = analyse("clipped", &study, &files);
    let block = row(&a, "conduction_block", "wrist-elbow");
    assert_eq!(block.verdict, "not_assessable");
    assert!(!block.doubts.is_empty());
    assert_eq!(row(&a, "conduction_velocity", "wrist-elbow").verdict, "normal");

    let both = median("right", &[("wrist", 80.0, D)]) + &median("left", &[("wrist", 80.0, P)]);
    let left = clipped(|t| response(t, 3.5), 0.005, -3.0);
    let a = analyse("sides", &both, &[("d.csv", plain(0.005, 3.5)), ("p.csv", left)]);
    let difference = row(&a, "amplitude_side_difference", "wrist");
    assert_eq!(difference.verdict, "not_assessable");
    assert!(!difference.doubts.is_empty());
}

#[test]
fn noise_that_hides_a_normal_response_is_no_absence() {
    let distal = median("right", &[("wrist", 80.0, D)]);
    let a = analyse("hidden", &distal, &[("d.csv", sweep(|_| 0.0, 4.0))]);
    let size = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
    assert_eq!((size.status, size.verdict), ("undefined", "not_assessable"));
    assert!(size.reason.as_deref().unwrap().contains("noise"), "{:?}", size.reason);

    // Beside it a sweep that would have shown the least normal response: absent.
    let a = analyse("silent", &distal, &[("d.csv", sweep(|_| 0.0, 0.005))]);
    let size = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
    assert_eq!((size.status, size.verdict), ("absent", "abnormal"));

    let study = median("right", &[("wrist", 80.0, D), ("elbow", 220.0, P)]);
    let files = [("d.csv", plain(0.005, 3.5)), ("p.csv", sweep(|_| 0.0, 2.5))];
    let a = analyse("noisy", &study, &files);
    assert_eq!(row(&a, "conduction_block", "wrist-elbow").status, "undefined");
    let files = [("d.csv", plain(0.005, 3.5)), ("p.csv", sweep(|_| 0.0, 0.005))];
    let a = analyse("blocked", &study, &files);
    assert_eq!(row(&a, "conduction_block", "wrist-elbow").verdict, "abnormal");
    assert_eq!(row(&a, "temporal_dispersion", "wrist-elbow").status, "undefined");
}

#[test]
fn reversed_electrodes_are_told_from_absence_and_never_give_more_than_was_recorded() {
    let study = median("right", &[("wrist", 80.0, D)]);
    for scale in [0.25, 0.5, 1.0] {
        let turned = sweep(|t| -scale * response(t, 7.5), 0.005);
        let a = analyse("turned", &study, &[("d.csv", turned)]);
        let size = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
        assert!(
            size.value.is_none_or(|v| v <= 12.0 * scale + 0.1) && size.verdict == "not_assessable",
            "{scale}: {:?} {} {:?}",
            size.value,
            size.verdict,
            size.reason
        );
        assert!(size.reason.is_some() || !size.doubts.is_empty());
    }
}

#[test]
fn a_marker_by_hand_that_cannot_be_is_said_and_the_rest_is_measured() {
    for markers in [
        "onset_ms = 400",
        "onset_ms = -3",
        "onset_ms = 0",
        "onset_ms = 12",
        "end_ms = 2",
        "peak_ms = 60",
        "negative_peak_ms = 13",
        "onset_ms = 9, negative_peak_ms = 5, end_ms = 4",
    ] {
        let site = format!("recording = {{ file = \"d.csv\", markers = {{ {markers} }} }}");
        let study = median("right", &[("wrist", 80.0, &site)]) + &median("left", &[("wrist", 80.0, D)]);
        let a = analyse("marked", &study, &[("d.csv", plain(0.005, 3.5))]);
        let right = a.report.measures.iter().filter(|m| m.place.side.as_deref() == Some("right"));
        let sizes: Vec<_> = right.filter(|m| m.id == "amplitude_baseline_to_negative_peak").collect();
        let [size] = sizes[..] else { panic!("{markers}: {sizes:?}") };
        assert_eq!((size.status, size.verdict), ("undefined", "not_assessable"), "{markers}");
        assert!(size.reason.as_deref().is_some_and(|r| r.contains("marker") || r.contains("hand")));
        let left = a.report.measures.iter().find(|m| m.place.side.as_deref() == Some("left")).unwrap();
        assert_eq!(left.verdict, "normal");
    }
}

#[test]
fn a_recording_too_slow_to_mark_does_not_stop_the_study() {
    let mut slow = String::from("time_ms,a [mV]\n");
    for i in 0..40 {
        let t = -50.0 + f64::from(i) * 10.0;
        let _ = writeln!(slow, "{t:.1},{:.4}", response(t, 3.5));
    }
    let entered = "values = { onset_latency_ms = 3.5, amplitude_mv = 9 }";
    let study = median("right", &[("wrist", 80.0, D)]) + &median("left", &[("wrist", 80.0, entered)]);
    let a = analyse("slow", &study, &[("d.csv", slow)]);
    let first = row(&a, "onset_latency", "wrist");
    assert_eq!(first.status, "undefined");
    assert!(first.reason.as_deref().unwrap().contains("100 Hz"), "{:?}", first.reason);
    assert!(a.report.measures.iter().any(|m| m.origin == "entered" && m.verdict == "normal"));
}

#[test]
fn entered_numbers_that_contradict_each_other_are_not_judged() {
    let judge = |site: &str, elbow: &str, id: &str, place: &str| {
        let study = median("right", &[("wrist", 80.0, site), ("elbow", 220.0, elbow)]);
        let a = analyse("entered", &study, &[]);
        let row = row(&a, id, place).clone();
        assert!(!row.doubts.is_empty() || row.verdict != "not_assessable", "{site}: no reason");
        row.verdict
    };
    let wrist = "values = { onset_latency_ms = 3.5, amplitude_mv = 9 }";
    let elbow = |v: f64| {
        format!("values = {{ onset_latency_ms = 11, amplitude_mv = 8, conduction_velocity_m_s = {v} }}")
    };
    let velocity = |v| judge(wrist, &elbow(v), "conduction_velocity", "wrist-elbow");
    assert_eq!(velocity(60.0), "not_assessable");
    assert_eq!(velocity(199.0), "not_assessable");
    assert_eq!(velocity(29.0), "abnormal");
    let size = |text| judge(text, &elbow(29.0), "amplitude_baseline_to_negative_peak", "wrist");
    assert_eq!(size("values = { onset_latency_ms = 3.5, amplitude_mv = 99 }"), "not_assessable");
    assert_eq!(size("values = { onset_latency_ms = 3.5, amplitude_mv = 9 }"), "normal");
    let onset = "values = { onset_latency_ms = 0, amplitude_mv = 9 }";
    assert_eq!(judge(onset, &elbow(29.0), "onset_latency", "wrist"), "not_assessable");
}

#[test]
fn f_waves_are_not_missed_where_nothing_was_stimulated() {
    let silence = |n: u32| sweep(|_| 0.0, 0.008).replace("a [mV]", &format!("s{n} [mV]"));
    // Twenty sweeps in one table.
    let columns: Vec<String> = (0..20).map(silence).collect();
    let lines: Vec<Vec<&str>> = columns.iter().map(|c| c.lines().collect()).collect();
    let mut text = String::new();
    for i in 0..lines[0].len() {
        let time = lines[0][i].split(',').next().unwrap();
        // Each sweep begins elsewhere in the same noise.
        let cells = lines.iter().enumerate().map(|(k, l)| {
            let j = if i == 0 { 0 } else { 1 + (i - 1 + 37 * k) % (l.len() - 1) };
            l[j].split(',').nth(1).unwrap()
        });
        let _ = writeln!(text, "{time},{}", cells.collect::<Vec<_>>().join(","));
    }
    let study = "[[f_wave]]\nnerve = \"ulnar\"\nside = \"right\"\nmuscle = \"abductor_digiti_minimi\"\n\
                 site = \"wrist\"\nrecording = { file = \"f.csv\" }\n";
    let a = analyse("no-m", study, &[("f.csv", text)]);
    let share = row(&a, "f_persistence", "");
    assert_eq!((share.status, share.verdict), ("undefined", "not_assessable"));
}
