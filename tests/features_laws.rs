//! What must hold for every row of the feature table, whatever it measures.

use myotome::feature::{FEATURES, Feature, FeatureOptions, Scratch, select};
use myotome::measure::Reading;
use myotome::units::Hertz;
use std::collections::{BTreeMap, BTreeSet};
use std::f64::consts::TAU;

fn words(w: &[&str]) -> Vec<String> {
    w.iter().map(|&s| s.to_owned()).collect()
}

fn all() -> Vec<&'static Feature> {
    select(&words(&["all"]), &[]).expect("a known word")
}

fn measure_at(fs: f64, x: &[f64]) -> BTreeMap<&'static str, Reading> {
    let extractor = FeatureOptions::default().design(all(), Hertz(fs), x.len()).expect("it is possible");
    let mut out = Vec::new();
    extractor.apply(x, &mut Scratch::default(), &mut out);
    all().iter().map(|f| f.id).zip(out).collect()
}

fn measure(x: &[f64]) -> BTreeMap<&'static str, Reading> {
    measure_at(2000.0, x)
}

fn noise(n: usize, v: f64) -> Vec<f64> {
    let mut state = 9u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..n).map(|_| v * (-2.0 * (1.0 - uniform()).ln()).sqrt() * (TAU * uniform()).cos()).collect()
}

fn sine(fs: f64, n: usize, f: f64, v: f64) -> Vec<f64> {
    (0..n).map(|i| v * (TAU * f * i as f64 / fs + 0.3).sin()).collect()
}

#[test]
fn ids_and_columns_are_unique_and_every_row_says_what_it_is() {
    let mut names = BTreeSet::new();
    for f in FEATURES {
        assert!(names.insert(f.id.to_owned()), "{} twice", f.id);
        let column = f.column();
        assert!(column == f.id || names.insert(column), "the column of {} twice", f.id);
        assert!(f.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'), "{}", f.id);
        assert!(!f.name.is_empty() && !f.source.is_empty() && !f.definition.is_empty(), "{}", f.id);
        assert!(f.min_samples >= 1 && f.unit.per_si > 0.0, "{}", f.id);
    }
    for (id, column) in [
        ("mav", "mav_uv"),
        ("iemg_integral", "iemg_integral_uv_s"),
        ("var", "var_uv2"),
        ("mnp", "mnp_uv2_per_hz"),
        ("zc", "zc"),
        ("zc_rate", "zc_rate_per_s"),
    ] {
        assert_eq!(FEATURES.iter().find(|f| f.id == id).unwrap().column(), column);
    }
}

#[test]
fn a_selection_is_in_table_order_and_an_unknown_word_names_the_nearest() {
    let ids = |s: &[&str], e: &[&str]| {
        select(&words(s), &words(e)).unwrap().iter().map(|f| f.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["rms", "mav_uv", "mav"], &[]), ["mav", "rms"]);
    assert_eq!(ids(&[], &[]), ids(&["default"], &[]));
    assert_eq!(ids(&["all"], &[]).len(), FEATURES.len());
    assert!(ids(&[], &[]).contains(&"sampen") && !ids(&[], &["sampen"]).contains(&"sampen"));
    assert!(!ids(&[], &[]).contains(&"apen") && ids(&["default", "apen"], &[]).contains(&"apen"));
    let error = select(&words(&["mvf"]), &[]).unwrap_err();
    assert!(error.is_usage() && error.to_string().contains("mvf"), "{error}");
    assert!(select(&words(&["mav"]), &words(&["all"])).is_err());
}

#[test]
fn gain_acts_as_the_row_says() {
    let x = noise(500, 150e-6);
    let mut tested = 0;
    for k in [3.0, 1e-3, 0.125] {
        let louder: Vec<f64> = x.iter().map(|v| v * k).collect();
        let (before, after) = (measure(&x), measure(&louder));
        for f in FEATURES {
            let Some(power) = f.gain_power else { continue };
            let (Reading::Value(a), Reading::Value(b)) = (before[f.id], after[f.id]) else {
                panic!("{}: {:?} {:?}", f.id, before[f.id], after[f.id])
            };
            let want = a * f64::powi(k, power);
            assert!((b - want).abs() <= 1e-9 * want.abs().max(f64::MIN_POSITIVE), "{} x {k}: {a} {b}", f.id);
            tested += 1;
        }
    }
    assert!(tested > 200);
}

#[test]
fn sign_offset_and_reversal_change_nothing_where_they_should_not() {
    let x = noise(499, 150e-6);
    let (plain, negative) = (measure(&x), measure(&x.iter().map(|v| -v).collect::<Vec<_>>()));
    let raised = measure(&x.iter().map(|v| v + 1e-3).collect::<Vec<_>>());
    let reversed = measure(&x.iter().rev().copied().collect::<Vec<_>>());
    let same = |a: &BTreeMap<&str, Reading>, id: &str| {
        let (p, q) = (plain[id].value().unwrap(), a[id].value().unwrap());
        assert!((p - q).abs() <= 1e-9 * p.abs(), "{id}: {p} {q}");
    };
    for id in ["mav", "rms", "wl", "zc", "ssc", "wamp", "turns", "mnf", "mdf", "sampen", "ar1", "iqr", "mad"]
    {
        same(&negative, id);
    }
    for id in
        ["var", "sd", "wl", "ssc", "wamp", "fzc", "iqr", "mad", "mnf", "spectral_entropy", "hjorth_mobility"]
    {
        same(&raised, id);
    }
    for id in
        ["mav", "rms", "wl", "zc", "ssc", "wamp", "turns", "turns_amplitude", "mnf", "hjorth_complexity"]
    {
        same(&reversed, id);
    }
}

#[test]
fn degenerate_signals_give_a_finite_number_or_a_reason() {
    let clipped: Vec<f64> = noise(500, 2e-4).iter().map(|v| v.clamp(-1e-4, 1e-4)).collect();
    let mut impulse = vec![0.0; 500];
    impulse[250] = 1e-3;
    let near_constant: Vec<f64> =
        (0..500).map(|i| if i % 2 == 0 { 0.3 } else { 0.3 + f64::EPSILON / 4.0 }).collect();
    let lengths = (1..70).map(|n| noise(n, 1e-4));
    let kinds = [
        vec![0.0; 500],
        vec![0.1; 500],
        vec![-0.1; 2000],
        vec![0.0; 1],
        clipped,
        impulse,
        near_constant,
        vec![1e300; 50],
        noise(500, 1e200),
        noise(500, 1e-200),
        noise(500, 1e-310),
        (0..500).map(f64::from).collect(),
        (0..500).map(|i| f64::from(i % 2)).collect(),
    ];
    for x in kinds.into_iter().chain(lengths) {
        for fs in [1.0, 1259.259, 2000.0, 1e6] {
            for (id, reading) in measure_at(fs, &x) {
                if let Reading::Value(v) = reading {
                    assert!(v.is_finite(), "{id}: {v} of {} samples at {fs} Hz", x.len());
                }
            }
        }
    }
}

#[test]
fn a_constant_has_amplitude_and_nothing_else() {
    for (c, n) in [(0.1, 500), (0.3, 1500), (-1.0 / 3.0, 777)] {
        let found = measure(&vec![c; n]);
        for id in ["mav", "rms"] {
            assert!((found[id].value().unwrap() - f64::abs(c)).abs() < 1e-14, "{id}");
        }
        for id in
            ["var", "sd", "zc", "ssc", "wamp", "turns", "wl", "iqr", "mad", "total_power", "hjorth_activity"]
        {
            assert_eq!(found[id], Reading::Value(0.0), "{id}");
        }
        for id in ["mnf", "mdf", "pkf", "spread", "spectral_entropy", "rolloff_95", "flatness"] {
            assert_eq!(found[id], Reading::Undefined("no power"), "{id}");
        }
        for id in
            ["sampen", "apen", "skewness", "kurtosis_excess", "hjorth_mobility", "ar1", "mfl", "higuchi"]
        {
            assert!(found[id].value().is_none(), "{id}");
        }
    }
    // One unit in the last place up and down is a constant, too.
    let x: Vec<f64> = (0..500).map(|i| if i % 3 == 0 { 0.3 } else { 0.3 + f64::EPSILON / 4.0 }).collect();
    assert_eq!(measure(&x)["mnf"], Reading::Undefined("no power"));
}

#[test]
fn missing_samples_and_other_lengths_have_no_features() {
    let mut x = noise(500, 1e-4);
    let extractor = FeatureOptions::default().design(all(), Hertz(2000.0), 500).unwrap();
    let (mut scratch, mut out) = (Scratch::default(), Vec::new());
    extractor.apply(&x[1..], &mut scratch, &mut out);
    assert!(out.iter().all(|r| matches!(r, Reading::Undefined(_))) && out.len() == FEATURES.len());
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for at in [0, 7, 250, 499] {
            let kept = std::mem::replace(&mut x[at], bad);
            extractor.apply(&x, &mut scratch, &mut out);
            assert!(out.iter().all(|r| *r == Reading::Undefined("missing samples")), "{bad} at {at}");
            x[at] = kept;
        }
    }
    // Nothing of an earlier window stays behind.
    extractor.apply(&x, &mut scratch, &mut out);
    let fresh = measure(&x);
    assert!(extractor.features().iter().zip(&out).all(|(f, r)| fresh[f.id] == *r));
}

#[test]
fn a_sine_is_known_in_closed_form() {
    for (fs, n, f) in [(2000.0, 500, 40.0), (4000.0, 4000, 124.0), (1000.0, 400, 50.0)] {
        let found = measure_at(fs, &sine(fs, n, f, 300e-6));
        let value = |id: &str| found[id].value().unwrap();
        assert!((value("zc_rate") - 2.0 * f).abs() <= fs / n as f64, "{fs}");
        for id in ["mnf", "mdf", "pkf"] {
            assert!((value(id) - f).abs() < 1e-6 * f, "{id} at {fs} Hz: {}", value(id));
        }
        assert!((value("turns") - 2.0 * f).abs() <= 2.0 * fs / n as f64, "{}", value("turns"));
        assert!((value("turns_amplitude") / 600e-6 - 1.0).abs() < 0.02, "{}", value("turns_amplitude"));
        assert!((value("rms") / 300e-6 - 0.5f64.sqrt()).abs() < 1e-9);
    }
}

#[test]
fn white_noise_is_as_irregular_as_theory_says() {
    let found = measure(&noise(20_000, 1e-4));
    let value = |id: &str| found[id].value().unwrap();
    // -ln(2 Phi(0.2/sqrt 2) - 1).
    assert!((value("sampen") - 2.185).abs() < 0.02, "{}", value("sampen"));
    assert!((value("mnf") - 452.5).abs() < 10.0, "{}", value("mnf"));
    assert!((value("permutation_entropy") - 1.0).abs() < 1e-3);
    assert!((value("dfa") - 0.5).abs() < 0.1 && (value("higuchi") - 2.0).abs() < 0.02);
}

#[test]
fn bad_options_die_at_design() {
    let d = FeatureOptions::default;
    for options in [
        FeatureOptions { threshold_v: f64::NAN, ..d() },
        FeatureOptions { turn_threshold_v: 0.0, ..d() },
        FeatureOptions { lsb_v: Some(0.0), ..d() },
        FeatureOptions { v_order: 0, ..d() },
        FeatureOptions { band_low_hz: -1.0, ..d() },
        FeatureOptions { band_high_share: 0.6, ..d() },
        FeatureOptions { entropy_m: 0, ..d() },
        FeatureOptions { entropy_r: 0.0, ..d() },
    ] {
        assert!(options.design(all(), Hertz(2000.0), 500).is_err(), "{options:?}");
    }
    assert!(d().design(all(), Hertz(0.0), 500).is_err());
    assert!(d().design(all(), Hertz(2000.0), 0).is_err());
    assert!(d().design(Vec::new(), Hertz(2000.0), 500).is_err());
}
