//! Onset detection, fatigue trends and wavelet energies against numpy, scipy and PyWavelets
//! (`tests/golden/make_onset.py`).
#![allow(clippy::unwrap_used, reason = "the golden file is our own")]

use myotome::feature::fatigue::{Trend, least_squares, theil_sen};
use myotome::feature::onset::{ONSET_METHODS, OnsetOptions, Scratch};
use myotome::feature::{self, FeatureOptions};
use myotome::units::{Hertz, Seconds};
use serde_json::Value;

fn golden() -> Value {
    serde_json::from_str(include_str!("golden/onset.json")).unwrap()
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance * b.abs().max(1e-300)
}

#[test]
fn episodes_are_those_of_scipy() {
    let golden = golden();
    let (mut x, mut compared) = (Vec::new(), 0);
    for case in golden["onset"].as_array().unwrap() {
        if case["x"].is_array() {
            x = numbers(&case["x"]);
        }
        let fs = case["fs"].as_f64().unwrap();
        let baseline = case["baseline"].as_array().map(|b| {
            let b: Vec<f64> = b.iter().map(|v| v.as_f64().unwrap()).collect();
            (Seconds(b[0]), Seconds(b[1]))
        });
        for method in ONSET_METHODS {
            let options = OnsetOptions { method: method.id, baseline, ..Default::default() };
            let found = options.design(Hertz(fs)).unwrap().episodes(&x, &mut Scratch::default());
            let got: Vec<Vec<f64>> = found.iter().map(|e| vec![e.start as f64, e.end as f64]).collect();
            let want: Vec<Vec<f64>> =
                case["episodes"][method.id].as_array().unwrap().iter().map(numbers).collect();
            assert_eq!(got, want, "{}, {fs} Hz, baseline {baseline:?}", method.id);
            compared += want.len();
        }
    }
    assert!(compared >= 24, "only {compared} episodes compared");
}

#[test]
fn trends_are_those_of_scipy() {
    let golden = golden();
    let mut compared = 0;
    for case in golden["trends"].as_array().unwrap() {
        let points: Vec<(f64, f64)> = numbers(&case["t"]).into_iter().zip(numbers(&case["y"])).collect();
        let all = |t: Trend| [t.slope, t.interval.0, t.interval.1, t.start];
        for (id, got) in [("theil_sen", theil_sen(&points)), ("least_squares", least_squares(&points))] {
            for (got, want) in all(got.unwrap()).iter().zip(numbers(&case[id])) {
                assert!(close(*got, want, 1e-9), "{id}, {} points: {got}, not {want}", points.len());
                compared += 1;
            }
        }
    }
    assert!(compared >= 32, "only {compared} numbers compared");
}

#[test]
fn wavelet_energies_are_those_of_pywavelets() {
    let golden = golden();
    let ids = ["d1", "d2", "d3", "d4", "a4"];
    let select: Vec<String> =
        ["energy", "share"].iter().flat_map(|k| ids.iter().map(move |i| format!("dwt_{k}_{i}"))).collect();
    let mut compared = 0;
    for case in golden["wavelet"].as_array().unwrap() {
        let x: Vec<f64> = numbers(&case["x_uv"]).iter().map(|v| v * 1e-6).collect();
        let features = feature::select(&select, &[]).unwrap();
        let plan = FeatureOptions::default().design(features, Hertz(1000.0), x.len()).unwrap();
        let mut out = Vec::new();
        plan.apply(&x, &mut feature::Scratch::default(), &mut out);
        let want = numbers(&case["energy"]).into_iter().chain(numbers(&case["share"]));
        for ((got, want), id) in out.iter().zip(want).zip(&select) {
            assert!(close(got.value().unwrap(), want, 1e-9), "{id}: {got:?}, not {want}");
            compared += 1;
        }
    }
    assert_eq!(compared, 30);
}
