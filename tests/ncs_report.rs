//! Nerve conduction from study files to rows, verdicts and the page.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

use myotome::pipeline::analyze::{self, Analysis, Options};
use myotome::report;
use myotome::result::MeasureRow;
use std::fmt::Write;
use std::path::PathBuf;

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("myotome-test-{}-ncs-{name}", std::process::id()));
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

/// A response, mV, active minus reference (negative is negative): k (2 − k) e^−k from `onset_ms` on.
fn response(t_ms: f64, onset_ms: f64, peak_mv: f64, tau_ms: f64) -> f64 {
    let u = (t_ms - onset_ms) / tau_ms;
    // The greatest value of u (2 − u) e^−u is that at 2 − √2.
    let at: f64 = 2.0 - 2.0_f64.sqrt();
    let greatest = at * (2.0 - at) * (-at).exp();
    if u <= 0.0 { 0.0 } else { -peak_mv * u * (2.0 - u) * (-u).exp() / greatest }
}

/// Noise of an RMS of 1 that is the same every time.
fn noise(seed: &mut u64) -> f64 {
    let mut uniform = || {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        f64::from(u32::try_from(*seed >> 33).unwrap()) / f64::from(1_u32 << 31) - 0.5
    };
    // The sum of twelve uniform numbers has a variance of 1.
    (0..12).map(|_| uniform()).sum()
}

/// A table of sweeps: a column each, `time_ms` first, −5 to 60 ms at 20 kHz.
fn table(columns: &[(&str, &dyn Fn(f64) -> f64)], noise_mv: f64) -> String {
    let mut text = String::from("time_ms");
    for (name, _) in columns {
        let _ = write!(text, ",{name} [mV]");
    }
    text += "\n";
    let mut seed = 7;
    for i in 0..1300 {
        let t = -5.0 + f64::from(i) * 0.05;
        let _ = write!(text, "{t:.2}");
        for (_, of) in columns {
            let artefact = if (0.0..3.0).contains(&t) { 2.0 * (-t / 0.15).exp() } else { 0.0 };
            let _ = write!(text, ",{:.6}", of(t) + artefact + noise_mv * noise(&mut seed));
        }
        text += "\n";
    }
    text
}

fn analyse(name: &str, study: &str, files: &[(&str, &str)]) -> Analysis {
    let path = folder(name);
    std::fs::write(path.join("study.toml"), study).unwrap();
    for (file, text) in files {
        std::fs::write(path.join(file), text).unwrap();
    }
    let analysis = analyze::run(&path, &Options::default()).unwrap();
    let _ = std::fs::remove_dir_all(&path);
    analysis
}

/// The row of a measure at a site or segment.
fn row<'a>(a: &'a Analysis, id: &str, place: &str) -> &'a MeasureRow {
    let at = |m: &&MeasureRow| {
        m.id == id
            && (m.place.site.as_deref() == Some(place)
                || m.place.segment.as_deref() == Some(place)
                || place.is_empty())
    };
    a.report.measures.iter().find(at).unwrap_or_else(|| panic!("no {id} at {place}"))
}

fn near(row: &MeasureRow, value: f64, by: f64) {
    let got = row.value.unwrap_or_else(|| panic!("{}: {} {:?}", row.id, row.status, row.reason));
    assert!((got - value).abs() <= by, "{}: {got}, {value} ± {by} was put in", row.id);
}

const SUBJECT: &str =
    "schema = \"myotome.study/1\"\n[subject]\nage_years = 45\nsex = \"male\"\nheight_cm = 172\n";

fn motor(file: &str, skin: f64, distances: [Option<f64>; 2]) -> String {
    let distance = |d: Option<f64>| d.map_or(String::new(), |d| format!("distance_mm = {d}\n"));
    format!(
        "[[motor]]\nnerve = \"median\"\nside = \"right\"\nmuscle = \"APB\"\nskin_temperature_c = {skin}\n\
         [[motor.stimulation]]\nsite = \"wrist\"\n{}recording = {{ file = \"{file}\", channel = \"wrist\" }}\n\
         [[motor.stimulation]]\nsite = \"elbow\"\n{}recording = {{ file = \"{file}\", channel = \"elbow\" }}\n",
        distance(distances[0]),
        distance(distances[1])
    )
}

#[test]
fn a_motor_study_gives_latencies_velocity_and_sizes_against_their_limits() {
    let wrist = |t: f64| response(t, 3.5, 8.0, 2.4);
    let elbow = |t: f64| response(t, 7.5, 7.6, 2.4);
    let text = table(&[("wrist", &wrist), ("elbow", &elbow)], 0.005);
    let study = SUBJECT.to_owned() + &motor("m.csv", 33.0, [Some(80.0), Some(220.0)]);
    let a = analyse("motor", &study, &[("m.csv", &text)]);
    near(row(&a, "onset_latency", "wrist"), 3.5, 0.06);
    near(row(&a, "amplitude_baseline_to_negative_peak", "wrist"), 8.0, 0.08);
    near(row(&a, "conduction_velocity", "wrist-elbow"), 55.0, 1.0);
    assert_eq!(row(&a, "onset_latency", "wrist").verdict, "normal");
    assert_eq!(row(&a, "onset_latency", "wrist").limit.set, "NDTF");
    assert_eq!(row(&a, "onset_latency", "elbow").verdict, "no_limit");
    assert_eq!(row(&a, "conduction_velocity", "wrist-elbow").verdict, "normal");
    near(row(&a, "conduction_block", "wrist-elbow"), 5.0, 2.0);
    assert_eq!(row(&a, "conduction_block", "wrist-elbow").verdict, "normal");
    assert!(row(&a, "conduction_velocity", "wrist-elbow").uncertainty.unwrap() > 0.5);
    let page = report::html(&a).unwrap();
    for part in ["Motor studies", "abductor pollicis brevis", "negative up", "<svg", "Limits: set, version"] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn what_is_missing_or_spoilt_is_never_plainly_normal() {
    let wrist = |t: f64| response(t, 3.5, 8.0, 2.4).clamp(-4.0, 4.0);
    let elbow = |t: f64| response(t, 7.5, 7.6, 2.4);
    let text = table(&[("wrist", &wrist), ("elbow", &elbow)], 0.0);
    let study = SUBJECT.to_owned() + &motor("m.csv", 33.0, [None, None]);
    let a = analyse("spoilt", &study, &[("m.csv", &text)]);
    let amplitude = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
    assert!(amplitude.verdict != "normal" && amplitude.verdict != "abnormal", "cut off: {amplitude:?}");
    let latency = row(&a, "onset_latency", "wrist");
    assert_eq!(latency.verdict, "not_assessable", "no distance: {latency:?}");
    let velocity = row(&a, "conduction_velocity", "wrist-elbow");
    assert_eq!((velocity.status, velocity.verdict), ("undefined", "not_assessable"));
    assert!(velocity.reason.as_ref().unwrap().contains("distance"));
    // A smaller distal response than the proximal one is a stimulus that was too weak.
    let weak = |t: f64| response(t, 3.5, 3.0, 2.4);
    let text = table(&[("wrist", &weak), ("elbow", &elbow)], 0.005);
    let study = SUBJECT.to_owned() + &motor("m.csv", 33.0, [Some(80.0), Some(220.0)]);
    let a = analyse("weak", &study, &[("m.csv", &text)]);
    let amplitude = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
    assert_eq!(amplitude.verdict, "not_assessable");
    assert!(amplitude.doubts.iter().any(|d| d.contains("submaximal")), "{:?}", amplitude.doubts);
    assert_eq!(row(&a, "conduction_block", "wrist-elbow").verdict, "not_assessable");
}

#[test]
fn a_cold_limb_takes_the_verdict_but_not_the_number() {
    let wrist = |t: f64| response(t, 5.2, 8.0, 2.4);
    let elbow = |t: f64| response(t, 10.2, 7.6, 2.4);
    let text = table(&[("wrist", &wrist), ("elbow", &elbow)], 0.005);
    let of = |skin: f64| {
        let study = SUBJECT.to_owned() + &motor("m.csv", skin, [Some(80.0), Some(220.0)]);
        analyse("cold", &study, &[("m.csv", &text)])
    };
    let warm = of(33.0);
    assert_eq!(row(&warm, "onset_latency", "wrist").verdict, "abnormal");
    assert_eq!(row(&warm, "conduction_velocity", "wrist-elbow").verdict, "abnormal");
    let cold = of(29.0);
    let latency = row(&cold, "onset_latency", "wrist");
    near(latency, 5.2, 0.06);
    assert_eq!(latency.verdict, "not_assessable");
    assert!(latency.doubts.iter().any(|d| d.contains("warm the limb")));
    let corrected = row(&cold, "conduction_velocity_at_target", "wrist-elbow");
    assert_eq!((corrected.status, corrected.verdict), ("undefined", "not_assessable"), "a slowed nerve");
}

#[test]
fn conduction_block_is_called_and_an_absent_response_is_a_result() {
    let wrist = |t: f64| response(t, 3.5, 8.0, 2.4);
    let elbow = |t: f64| response(t, 7.5, 2.8, 2.4);
    let text = table(&[("wrist", &wrist), ("elbow", &elbow)], 0.005);
    let study = SUBJECT.to_owned() + &motor("m.csv", 33.0, [Some(80.0), Some(220.0)]);
    let a = analyse("block", &study, &[("m.csv", &text)]);
    let block = row(&a, "conduction_block", "wrist-elbow");
    near(block, 65.0, 2.0);
    assert_eq!(block.verdict, "abnormal");
    assert!(block.limit.set.contains("AAEM_CB_DEFINITE"), "{}", block.limit.set);
    assert_eq!(row(&a, "temporal_dispersion", "wrist-elbow").verdict, "normal");
    let none = |_: f64| 0.0;
    let text = table(&[("wrist", &none), ("elbow", &none)], 0.005);
    let a = analyse("absent", &study, &[("m.csv", &text)]);
    let amplitude = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
    assert_eq!((amplitude.status, amplitude.verdict), ("absent", "abnormal"));
    assert_eq!(row(&a, "onset_latency", "wrist").status, "absent");
    assert_eq!(row(&a, "conduction_velocity", "wrist-elbow").status, "undefined");
    assert!(report::html(&a).unwrap().contains("NR"));
}

#[test]
fn markers_set_by_hand_are_kept_and_entered_values_win() {
    let wrist = |t: f64| response(t, 3.5, 8.0, 2.4);
    let text = table(&[("wrist", &wrist)], 0.005);
    let study = SUBJECT.to_owned()
        + "[[motor]]\nnerve = \"median\"\nside = \"right\"\nmuscle = \"APB\"\n[[motor.stimulation]]\nsite = \"wrist\"\n\
           distance_mm = 80\nrecording = { file = \"m.csv\", markers = { onset_ms = 3.2 } }\nvalues = { amplitude_mv = 3.0 }\n";
    let a = analyse("manual", &study, &[("m.csv", &text)]);
    let latency = row(&a, "onset_latency", "wrist");
    near(latency, 3.2, 1e-9);
    assert_eq!((latency.origin, latency.marker_ms), ("manual", Some(3.2)));
    let amplitude = row(&a, "amplitude_baseline_to_negative_peak", "wrist");
    near(amplitude, 3.0, 1e-9);
    assert_eq!((amplitude.origin, amplitude.verdict), ("entered", "abnormal"));
    assert_eq!(row(&a, "negative_peak_area", "wrist").origin, "auto");
}

#[test]
fn sides_and_the_median_nerve_are_compared() {
    let sensory = |nerve: &str, record: &str, site: &str, mm: u32, peak: f64| {
        format!(
            "[[sensory]]\nnerve = \"{nerve}\"\nside = \"right\"\nrecording_site = \"{record}\"\n[[sensory.stimulation]]\n\
             site = \"{site}\"\ndistance_mm = {mm}\nvalues = {{ onset_latency_ms = {}, peak_latency_ms = {peak}, amplitude_uv = 20.0 }}\n",
            peak - 0.5
        )
    };
    let motor = |side: &str, latency: f64, mv: f64| {
        format!(
            "[[motor]]\nnerve = \"ulnar\"\nside = \"{side}\"\nmuscle = \"ADM\"\n[[motor.stimulation]]\nsite = \"wrist\"\n\
             distance_mm = 80\nvalues = {{ onset_latency_ms = {latency}, amplitude_mv = {mv} }}\n"
        )
    };
    let study = SUBJECT.to_owned()
        + &motor("left", 2.6, 12.0)
        + &motor("right", 3.4, 5.0)
        + &sensory("median", "wrist", "palm", 80, 2.4)
        + &sensory("ulnar", "wrist", "palm", 80, 1.9)
        + &sensory("median", "digit_4", "wrist", 140, 3.7)
        + &sensory("ulnar", "digit_4", "wrist", 140, 3.0)
        + &sensory("median", "digit_1", "wrist", 100, 3.1)
        + &sensory("superficial_radial", "digit_1", "forearm", 100, 2.4);
    let a = analyse("compared", &study, &[]);
    let latency = row(&a, "onset_latency_side_difference", "");
    near(latency, 0.8, 1e-9);
    assert_eq!((latency.verdict, latency.limit.set.as_str()), ("abnormal", "BUSCH_ULN"));
    let amplitude = row(&a, "amplitude_side_difference", "");
    near(amplitude, 100.0 * 7.0 / 12.0, 1e-9);
    assert_eq!(amplitude.verdict, "abnormal");
    near(row(&a, "median_ulnar_palm_difference", ""), 0.5, 1e-9);
    near(row(&a, "median_ulnar_ring_difference", ""), 0.7, 1e-9);
    near(row(&a, "median_radial_thumb_difference", ""), 0.7, 1e-9);
    let index = row(&a, "combined_sensory_index", "");
    near(index, 1.9, 1e-9);
    assert_eq!((index.verdict, index.limit.upper), ("abnormal", Some(1.0)));
}

#[test]
fn a_laboratorys_limits_replace_the_built_in_ones() {
    let path = folder("laboratory");
    let study = SUBJECT.to_owned()
        + "[[motor]]\nnerve = \"median\"\nside = \"right\"\nmuscle = \"APB\"\n[[motor.stimulation]]\nsite = \"wrist\"\n\
           distance_mm = 60\nvalues = { onset_latency_ms = 4.2, amplitude_mv = 3.0 }\n";
    std::fs::write(path.join("study.toml"), &study).unwrap();
    let limits = "set,study_id,param,segment,side,limit,unit,distance_min_cm,distance_max_cm\n\
                  OURS,median_motor_apb,dml,distal,upper,4.0,ms,6,6\n";
    std::fs::write(path.join("limits.csv"), limits).unwrap();
    let limits = myotome::norms::ncs::Limits::from_file(&path.join("limits.csv")).unwrap();
    let options = Options { limits: std::sync::Arc::new(limits), ..Options::default() };
    let a = analyze::run(&path, &options).unwrap();
    let latency = row(&a, "onset_latency", "wrist");
    assert_eq!((latency.verdict, latency.limit.set.as_str()), ("abnormal", "OURS"));
    // No other set fills in.
    assert_eq!(row(&a, "amplitude_baseline_to_negative_peak", "wrist").verdict, "no_limit");
    assert!(a.report.provenance.reference_sets.iter().all(|s| s.id == "OURS" && s.version.len() == 8));
    let _ = std::fs::remove_dir_all(&path);
}

#[test]
fn late_responses_and_trains_that_were_entered_are_judged() {
    let study = SUBJECT.to_owned()
        + "[[f_wave]]\nnerve = \"tibial\"\nside = \"right\"\nmuscle = \"AH\"\nsite = \"ankle\"\n\
           values = { min_latency_ms = 58.0, persistence_percent = 90, sweeps = 20 }\n\
           [[f_wave]]\nnerve = \"tibial\"\nside = \"left\"\nmuscle = \"AH\"\nsite = \"ankle\"\n\
           values = { min_latency_ms = 51.0 }\n\
           [[h_reflex]]\nside = \"right\"\nvalues = { latency_ms = 33.0 }\n\
           [[h_reflex]]\nside = \"left\"\nvalues = { latency_ms = 29.9 }\n\
           [[repetitive_stimulation]]\nnerve = \"ulnar\"\nside = \"right\"\nmuscle = \"ADM\"\nfrequency_hz = 3\n\
           skin_temperature_c = 33\nvalues = { amplitudes_mv = [8.0, 7.2, 6.8, 6.4, 6.5] }\n\
           [[repetitive_stimulation]]\nnerve = \"ulnar\"\nside = \"right\"\nmuscle = \"ADM\"\nfrequency_hz = 3\n\
           exercise_s = 10\nseconds_after_exercise = 2\nskin_temperature_c = 33\nvalues = { amplitudes_mv = [14.0, 13.8, 13.7, 13.7] }\n";
    let a = analyse("late", &study, &[]);
    assert_eq!(row(&a, "f_min_latency", "ankle").verdict, "abnormal");
    assert_eq!(row(&a, "f_min_side_difference", "").verdict, "abnormal");
    assert_eq!(row(&a, "h_latency", "").verdict, "normal");
    let sides = row(&a, "h_side_difference", "");
    near(sides, 3.1, 1e-9);
    assert_eq!(sides.verdict, "abnormal");
    let decrement = row(&a, "decrement", "");
    near(decrement, 20.0, 1e-9);
    assert_eq!((decrement.verdict, decrement.origin), ("abnormal", "entered"));
    let increment = row(&a, "increment", "");
    near(increment, 75.0, 1e-9);
    assert_eq!(increment.verdict, "abnormal");
    let page = report::html(&a).unwrap();
    assert!(page.contains("2 s after 10 s of exercise") && page.contains("H reflexes"));
}

#[test]
fn a_train_is_cut_at_its_artefacts_where_nobody_says_the_stimuli() {
    // Ten responses, 3 a second, falling to the fourth; 20 kHz, 3.6 s.
    let fs = 20_000.0;
    let fall = [1.0, 0.9, 0.84, 0.8, 0.8, 0.81, 0.82, 0.82, 0.83, 0.83];
    let mut seed = 3;
    let mut text = String::from("time_s,ADM [mV]\n");
    for i in 0..72_000 {
        let t = f64::from(i) / fs;
        let mut v = 0.004 * noise(&mut seed);
        for (k, share) in fall.iter().enumerate() {
            let after = (t - 0.2 - k as f64 / 3.0) * 1e3;
            if (0.0..60.0).contains(&after) {
                v += response(after, 3.2, 9.0 * share, 2.2) + if after < 0.3 { 8.0 } else { 0.0 };
            }
        }
        let _ = writeln!(text, "{t:.5},{v:.5}");
    }
    let study = SUBJECT.to_owned()
        + "[[repetitive_stimulation]]\nnerve = \"ulnar\"\nside = \"right\"\nmuscle = \"ADM\"\nfrequency_hz = 3\n\
           skin_temperature_c = 33\nrecording = { file = \"train.csv\" }\n";
    let a = analyse("train", &study, &[("train.csv", &text)]);
    let decrement = row(&a, "decrement", "");
    near(decrement, 20.0, 1.0);
    assert_eq!(decrement.verdict, "abnormal");
    let page = report::html(&a).unwrap();
    assert!(page.contains("stimuli found by their artefacts") && page.contains("The responses of the train"));
}
