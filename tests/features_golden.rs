//! Every feature against plain numpy and scipy: `tests/golden/make_features.py` made the values.

#![expect(clippy::unwrap_used, reason = "helpers of tests; a failure is a failed test")]

use myotome::feature::{FEATURES, Feature, FeatureOptions, PsdRule, Scratch, select};
use myotome::measure::Reading;
use myotome::units::Hertz;
use serde_json::Value;
use std::collections::BTreeMap;

fn golden(text: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(text).unwrap()
}

fn signals() -> BTreeMap<String, (f64, Vec<f64>)> {
    golden(include_str!("golden/features_signals.json"))
        .into_iter()
        .map(|(name, s)| {
            let step = s["step"].as_f64().unwrap();
            let x = s["x"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap() * step).collect();
            (name, (s["fs"].as_f64().unwrap(), x))
        })
        .collect()
}

fn all() -> Vec<&'static Feature> {
    select(&["all".to_owned()], &[]).unwrap()
}

fn measure(options: FeatureOptions, fs: f64, x: &[f64]) -> BTreeMap<&'static str, Reading> {
    let extractor = options.design(all(), Hertz(fs), x.len()).unwrap();
    let mut out = vec![Reading::Absent; 7];
    extractor.apply(x, &mut Scratch::default(), &mut out);
    assert_eq!(out.len(), FEATURES.len());
    all().iter().map(|f| f.id).zip(out).collect()
}

/// Sums of powers are compared relative to what they are differences of.
fn near(id: &str, got: f64, want: f64) -> bool {
    let tolerance = match id {
        "zc" | "ssc" | "wamp" | "fzc" | "card" => 0.0,
        _ if id.starts_with("hist") => 0.0,
        _ => 1e-9,
    };
    // Coefficients, shape numbers and slopes near 0 are differences of numbers near 1 (or of µV).
    let scale = match id {
        "skewness" | "kurtosis_excess" | "ar1" | "ar2" | "ar3" | "ar4" | "cc1" | "cc2" | "cc3" | "cc4" => 1.0,
        _ => want.abs(),
    };
    got == want || (got - want).abs() <= tolerance * scale
}

/// Wavelet rows have golden values of their own, made by PyWavelets (`feature_onset.rs`).
fn elsewhere(id: &str) -> bool {
    id.starts_with("dwt_")
}

#[test]
fn every_feature_equals_plain_numpy_on_every_signal() {
    let values = golden(include_str!("golden/features_values.json"));
    let (mut compared, mut wrong) = (0, Vec::new());
    for (name, (fs, x)) in signals() {
        let readings = measure(FeatureOptions::default(), fs, &x);
        for (id, got) in readings.into_iter().filter(|(id, _)| !elsewhere(id)) {
            let want = values[&name].get(id).and_then(Value::as_f64);
            let fine = match (got, want) {
                (Reading::Value(g), Some(w)) => near(id, g, w),
                (Reading::Undefined(_), None) => true,
                _ => false,
            };
            compared += usize::from(want.is_some());
            if !fine {
                wrong.push(format!("{name}: {id}: {got:?}, numpy has {want:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 800, "{compared} numbers compared");
    for f in FEATURES.iter().filter(|f| !elsewhere(f.id)) {
        assert!(values["a"].get(f.id).is_some(), "{} has no golden value", f.id);
    }
}

/// The printed numbers of the feature reference, whose signals are in mV: within one of the
/// last digit, as some of them are cut and not rounded.
#[test]
fn the_published_table_holds() {
    let all_signals = signals();
    let digits = |text: &str| text.split('.').nth(1).map_or(0, |d| d.trim_end_matches("e-5").len());
    for (column, name) in ["a", "a500"].into_iter().enumerate() {
        let (fs, x) = &all_signals[name];
        let check = |label: &str, options: FeatureOptions, id: &str, per_si: f64, wants: [&str; 2]| {
            let want = wants[column];
            let exponent = if want.ends_with("e-5") { 1e-5 } else { 1.0 };
            let tolerance = 1.000_001 * 10f64.powi(-i32::try_from(digits(want)).unwrap()) * exponent;
            let got = measure(options, *fs, x)[id].value().unwrap() * per_si;
            assert!(
                (got - want.parse::<f64>().unwrap()).abs() <= tolerance,
                "{name} {label} {id}: {got} {want}"
            );
        };
        let default = FeatureOptions::default();
        for (id, per_si, wants) in [
            ("mav", 1e3, ["0.0797657", "0.0779135"]),
            ("mmav1", 1e3, ["0.0605485", "0.0578570"]),
            ("mmav2", 1e3, ["0.0599692", "0.0573166"]),
            ("rms", 1e3, ["0.1002042", "0.1000715"]),
            ("iemg_sum_abs", 1e3, ["159.53137", "38.95677"]),
            ("iemg_integral", 1e3, ["0.0797657", "0.0194784"]),
            ("ssi_sum_sq", 1e6, ["20.0817548", "5.0071485"]),
            ("ssi_energy", 1e6, ["0.01004088", "0.00250357"]),
            ("var", 1e6, ["0.01004588", "0.01003066"]),
            ("sd", 1e3, ["0.1002292", "0.1001532"]),
            ("wl", 1e3, ["63.929365", "15.471228"]),
            ("aac", 1e3, ["0.0319807", "0.0310045"]),
            ("dasdv", 1e3, ["0.0395976", "0.0394097"]),
            ("log", 1e3, ["0.0525494", "0.0492247"]),
            ("tm3", 1e9, ["2.06222e-5", "5.67863e-5"]),
            ("skewness", 1.0, ["0.0243636", "0.1143665"]),
            ("kurtosis_excess", 1.0, ["-0.0942606", "0.2196651"]),
            ("zc", 1.0, ["254", "66"]),
            ("ssc", 1.0, ["381", "91"]),
            ("wamp", 1.0, ["1604", "386"]),
            ("hjorth_activity", 1e6, ["0.0100409", "0.0100106"]),
            ("hjorth_mobility", 1.0, ["0.3951691", "0.3938804"]),
            ("hjorth_complexity", 1.0, ["1.6979005", "1.6994242"]),
            ("mnf", 1.0, ["114.3832", "113.1460"]),
            ("mdf", 1.0, ["102.3100", "112.9203"]),
            ("sampen", 1.0, ["0.879656", "0.894282"]),
        ] {
            check("default", default, id, per_si, wants);
        }
        // log10 of mV is 3 more than that of V.
        let mfl = measure(default, *fs, x)["mfl"].value().unwrap() + 3.0;
        assert!((mfl - [0.248_075_3, -0.055_346_6][column]).abs() < 5.1e-8, "{name}: {mfl}");
        for (uv, zc, ssc) in [(0.0, ["268", "70"], ["439", "113"]), (20.0, ["225", "59"], ["251", "70"])] {
            let options = FeatureOptions { threshold_v: uv * 1e-6, ..default };
            check("threshold", options, "zc", 1.0, zc);
            check("threshold", options, "ssc", 1.0, ssc);
        }
        check("20 uV", FeatureOptions { threshold_v: 20e-6, ..default }, "wamp", 1.0, ["1257", "305"]);
        let psd = |psd, full: bool| FeatureOptions {
            psd,
            band_low_hz: if full { 0.0 } else { 5.0 },
            band_high_share: if full { 0.5 } else { 0.45 },
            ..default
        };
        let (p, w) = (PsdRule::Periodogram, PsdRule::Welch);
        for (options, mnf, mdf) in [
            (psd(p, true), ["113.2633", "113.3495"], ["99.8626", "112.8987"]),
            (psd(p, false), ["113.0338", "113.1460"], ["99.8366", "112.9203"]),
            (psd(w, true), ["114.5955", "116.7952"], ["102.3224", "121.5606"]),
            (psd(w, false), ["114.3832", "116.5435"], ["102.3100", "121.5388"]),
        ] {
            check("psd", options, "mnf", 1.0, mnf);
            check("psd", options, "mdf", 1.0, mdf);
        }
        for (id, wants) in [
            ("pkf", ["81", "80"]),
            ("spread", ["62.8165", "64.0445"]),
            ("rolloff_85", ["162", "156"]),
            ("rolloff_95", ["224", "216"]),
            ("spectral_entropy", ["4.878909", "3.499699"]),
            ("spectral_entropy_normalised", ["0.706294", "0.633836"]),
        ] {
            check("full periodogram", psd(p, true), id, 1.0, wants);
        }
        let wider = FeatureOptions { entropy_r: 0.3, ..default };
        check("r 0.3", wider, "sampen", 1.0, ["0.687659", "0.682745"]);
    }
}
