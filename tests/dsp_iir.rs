//! Recursive filters against scipy.signal; `tests/golden/make_iir.py` made the values.

use myotome::dsp::iir::{Family, FilterOptions, FilterScratch, NotchOptions, Response, Sections, State};
use myotome::units::Hertz;
use serde_json::Value;

/// Every so many values of an output are kept in the golden files.
const EVERY: usize = 37;

fn golden(text: &str) -> Vec<Value> {
    let rows: Vec<Value> = serde_json::from_str(text).unwrap();
    assert!(!rows.is_empty());
    rows
}

fn number(row: &Value, key: &str) -> f64 {
    row[key].as_f64().unwrap_or_else(|| panic!("{key} in {row}"))
}

fn whole(row: &Value, key: &str) -> usize {
    usize::try_from(row[key].as_u64().unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// Noise with a step, exact in binary64: the same numbers as `trace` of the script.
fn trace(n: usize, seed: u64) -> Vec<f64> {
    let mut s = seed;
    (0..n)
        .map(|i| {
            s = s.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let step = if (n / 3..n / 2).contains(&i) { 3.0 } else { 0.25 };
            ((s >> 33) as f64 - f64::from(1 << 30)) / f64::from(1 << 30) + step
        })
        .collect()
}

fn row_trace(row: &Value) -> Vec<f64> {
    trace(whole(row, "n"), row["seed"].as_u64().unwrap())
}

/// Greatest difference from the golden samples, as a part of their peak.
fn difference(y: &[f64], golden: &Value) -> f64 {
    let every = numbers(&golden["every"]);
    let got: Vec<f64> = y.iter().step_by(EVERY).copied().collect();
    assert_eq!(got.len(), every.len());
    let peak = every.iter().fold(number(golden, "last").abs(), |m, v| m.max(v.abs()));
    let mut worst = (y.last().unwrap() - number(golden, "last")).abs();
    for (a, b) in got.iter().zip(&every) {
        worst = worst.max((a - b).abs());
    }
    let sum = (y.iter().sum::<f64>() - number(golden, "sum")).abs() / y.len() as f64;
    worst.max(sum) / peak
}

fn options(row: &Value) -> Option<FilterOptions> {
    let corners = numbers(&row["corners"]);
    let family = match row["family"].as_str().unwrap() {
        "butterworth" => Family::Butterworth,
        "chebyshev1" => Family::Chebyshev1 { ripple_db: number(row, "ripple") },
        "chebyshev2" => Family::Chebyshev2 { attenuation_db: number(row, "attenuation") },
        _ => return None,
    };
    let response = match row["response"].as_str().unwrap() {
        "lowpass" => Response::Lowpass(Hertz(corners[0])),
        "highpass" => Response::Highpass(Hertz(corners[0])),
        "bandpass" => Response::Bandpass(Hertz(corners[0]), Hertz(corners[1])),
        "bandstop" => Response::Bandstop(Hertz(corners[0]), Hertz(corners[1])),
        other => panic!("{other}"),
    };
    Some(FilterOptions { family, order: whole(row, "order"), response })
}

fn name(row: &Value) -> String {
    let mut row = row.clone();
    for long in ["sos", "zero_phase", "causal"] {
        row.as_object_mut().unwrap().remove(long);
    }
    row.to_string()
}

/// Greatest difference of coefficients as a part of the greatest one of the numerator or denominator.
fn coefficient_difference(filter: &Sections, golden: &Value) -> f64 {
    let rows = golden.as_array().unwrap();
    assert_eq!(filter.sos().len(), rows.len());
    let mut worst: f64 = 0.0;
    for (s, row) in filter.sos().iter().zip(rows) {
        let want = numbers(row);
        let got = [s[0], s[1], s[2], s[4], s[5]];
        let scale_b = want[..3].iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        for i in 0..5 {
            let scale = if i < 3 { scale_b } else { 1.0 };
            worst = worst.max((got[i] - want[i]).abs() / scale);
        }
    }
    worst
}

#[test]
fn coefficients_and_outputs_equal_scipy() {
    let (mut designs, mut outputs) = (0, 0);
    let mut scratch = FilterScratch::default();
    for row in &golden(include_str!("golden/iir_designs.json")) {
        let Some(options) = options(row) else { continue };
        let fs = Hertz(number(row, "fs"));
        let filter = options.design(fs).unwrap();
        let d = coefficient_difference(&filter, &row["sos"]);
        assert!(d <= 1e-12, "{d:e}: {}", name(row));
        designs += 1;
        if row["zero_phase"].is_null() {
            continue;
        }
        let x = row_trace(row);
        let mut y = x.clone();
        filter.apply_zero_phase(&mut y, &mut scratch).unwrap();
        let zero_phase = difference(&y, &row["zero_phase"]);
        let mut y = x.clone();
        filter.apply(&mut y, &mut State::steady(&filter, x[0]));
        let causal = difference(&y, &row["causal"]);
        println!("{d:.1e} {zero_phase:.1e} {causal:.1e} {}", name(row));
        // Poles 1e-4 from each other beside z = 1 multiply rounding by many powers of ten.
        let limit = if numbers(&row["corners"])[0] < 1e-3 * fs.0 { 1e-8 } else { 1e-12 };
        assert!(zero_phase <= limit && causal <= limit, "{zero_phase:e}, {causal:e}: {}", name(row));
        outputs += 1;
    }
    assert!(designs > 0 && outputs > 0, "{designs} designs, {outputs} outputs");
}

#[test]
fn notches_equal_scipy() {
    let mut scratch = FilterScratch::default();
    for row in &golden(include_str!("golden/iir_notch.json")) {
        let options = NotchOptions {
            frequency: Hertz(number(row, "frequency")),
            quality: number(row, "quality"),
            harmonics: 1,
        };
        let filter = options.design(Hertz(number(row, "fs"))).unwrap();
        let d = coefficient_difference(&filter, &serde_json::json!([row["sos"]]));
        assert!(d <= 1e-15, "{d:e}");
        let mut y = row_trace(row);
        filter.apply_zero_phase(&mut y, &mut scratch).unwrap();
        let d = difference(&y, &row["zero_phase"]);
        assert!(d <= 1e-12, "{d:e}");
    }
}

#[test]
fn many_channels_give_the_bits_of_one_at_every_count_and_length() {
    let mut scratch = FilterScratch::default();
    for filter in [
        FilterOptions::bandpass(4, Hertz(20.0), Hertz(450.0)).design(Hertz(2048.0)).unwrap(),
        FilterOptions::highpass(1, Hertz(20.0)).design(Hertz(2048.0)).unwrap(),
        FilterOptions::bandpass(7, Hertz(20.0), Hertz(450.0)).design(Hertz(2048.0)).unwrap(),
    ] {
        for count in (1..=9).chain([16, 21]) {
            for n in [filter.min_samples(), filter.min_samples() + 5, 127, 128, 129, 256, 391] {
                let channels: Vec<Vec<f64>> = (0..count).map(|c| trace(n, c)).collect();
                let mut many = channels.clone();
                let mut slices: Vec<&mut [f64]> = many.iter_mut().map(Vec::as_mut_slice).collect();
                filter.apply_zero_phase_many(&mut slices, &mut scratch).unwrap();
                for (one, many) in channels.iter().zip(&many) {
                    let want = plain_zero_phase(&filter, one);
                    assert!(*many == want, "{count} channels of {n} samples");
                }
            }
        }
    }
}

/// The definition: continue, filter, turn round, filter, turn back, cut.
fn plain_zero_phase(filter: &Sections, x: &[f64]) -> Vec<f64> {
    let (n, e) = (x.len(), filter.edge());
    let mut long: Vec<f64> = (1..=e).rev().map(|i| 2.0 * x[0] - x[i]).collect();
    long.extend(x);
    long.extend((1..=e).map(|i| 2.0 * x[n - 1] - x[n - 1 - i]));
    for _ in 0..2 {
        let mut state = State::steady(filter, long[0]);
        filter.apply(&mut long, &mut state);
        long.reverse();
    }
    long[e..e + n].to_vec()
}
