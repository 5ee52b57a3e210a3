//! Recursive filters against scipy.signal; `tests/golden/make_iir.py` made the values.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use myotome::dsp::iir::{
    BesselNorm, Family, FilterOptions, FilterScratch, NotchOptions, Response, Sections, State,
};
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

fn options(row: &Value) -> FilterOptions {
    let corners = numbers(&row["corners"]);
    let family = match row["family"].as_str().unwrap() {
        "butterworth" => Family::Butterworth,
        "chebyshev1" => Family::Chebyshev1 { ripple_db: number(row, "ripple") },
        "chebyshev2" => Family::Chebyshev2 { attenuation_db: number(row, "attenuation") },
        "elliptic" => {
            Family::Elliptic { ripple_db: number(row, "ripple"), attenuation_db: number(row, "attenuation") }
        }
        "bessel" => Family::Bessel {
            norm: match row["norm"].as_str().unwrap() {
                "phase" => BesselNorm::Phase,
                "mag" => BesselNorm::Magnitude,
                "delay" => BesselNorm::Delay,
                other => panic!("{other}"),
            },
        },
        other => panic!("{other}"),
    };
    let response = match row["response"].as_str().unwrap() {
        "lowpass" => Response::Lowpass(Hertz(corners[0])),
        "highpass" => Response::Highpass(Hertz(corners[0])),
        "bandpass" => Response::Bandpass(Hertz(corners[0]), Hertz(corners[1])),
        "bandstop" => Response::Bandstop(Hertz(corners[0]), Hertz(corners[1])),
        other => panic!("{other}"),
    };
    FilterOptions { family, order: whole(row, "order"), response }
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
        let fs = Hertz(number(row, "fs"));
        let filter = options(row).design(fs).unwrap_or_else(|e| panic!("{e}: {}", name(row)));
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

fn usual() -> Sections {
    FilterOptions::bandpass(4, Hertz(20.0), Hertz(450.0)).design(Hertz(2048.0)).unwrap()
}

#[test]
fn pieces_of_any_length_give_the_bits_of_the_whole_for_one_and_many_channels() {
    let filter = usual();
    for count in [1, 2, 3, 8, 11] {
        let whole: Vec<Vec<f64>> = (0..count).map(|c| trace(700, c)).collect();
        let mut want = whole.clone();
        let mut states: Vec<State> = whole.iter().map(|x| State::steady(&filter, x[0])).collect();
        for (x, state) in want.iter_mut().zip(&states) {
            filter.apply(x, &mut state.clone());
        }
        let mut got = whole.clone();
        let mut scratch = FilterScratch::default();
        let mut start = 0;
        for piece in [0, 1, 7, 130, 300, 262] {
            let mut slices: Vec<&mut [f64]> = got.iter_mut().map(|x| &mut x[start..start + piece]).collect();
            filter.apply_causal_many(&mut slices, &mut states, &mut scratch).unwrap();
            start += piece;
        }
        assert!(got == want, "{count} channels");
    }
}

/// Direct form I: y[t] = Σ b x − Σ a y, section after section.
#[test]
fn causal_application_equals_the_difference_equation() {
    let filter = usual();
    let x = trace(500, 3);
    let mut want = x.clone();
    for s in filter.sos() {
        let input = want.clone();
        for t in 0..input.len() {
            let past = |v: &[f64], by: usize| if t >= by { v[t - by] } else { 0.0 };
            want[t] = s[0] * input[t] + s[1] * past(&input, 1) + s[2] * past(&input, 2)
                - s[4] * past(&want, 1)
                - s[5] * past(&want, 2);
        }
    }
    let mut got = x;
    filter.apply(&mut got, &mut State::zero(&filter));
    for (a, b) in got.iter().zip(&want) {
        assert!((a - b).abs() < 1e-11, "{a} {b}"); // rounding, multiplied by the poles near the circle
    }
}

#[test]
fn pieces_with_a_margin_join_to_the_zero_phase_whole() {
    for filter in [usual(), NotchOptions::new(Hertz(50.0)).design(Hertz(2048.0)).unwrap()] {
        let margin = filter.margin(1e-12);
        let n = 4 * margin + 777;
        let x = trace(n, 9);
        let mut scratch = FilterScratch::default();
        let mut whole = x.clone();
        filter.apply_zero_phase(&mut whole, &mut scratch).unwrap();
        let peak = whole.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let cut = n / 2;
        let mut left = x[..cut + margin].to_vec();
        let mut right = x[cut - margin..].to_vec();
        filter.apply_zero_phase(&mut left, &mut scratch).unwrap();
        filter.apply_zero_phase(&mut right, &mut scratch).unwrap();
        for (t, want) in whole.iter().enumerate() {
            let got = if t < cut { left[t] } else { right[t + margin - cut] };
            assert!((got - want).abs() <= 1e-9 * peak, "sample {t} of {n}, margin {margin}");
        }
        // Without it the join shows: the margin is needed.
        let mut left = x[..cut].to_vec();
        filter.apply_zero_phase(&mut left, &mut scratch).unwrap();
        assert!((left[cut - 1] - whole[cut - 1]).abs() > 1e-6 * peak);
    }
}

#[test]
fn odd_inputs_are_refused_or_give_finite_values() {
    let filter = usual();
    let mut scratch = FilterScratch::default();
    assert!(filter.apply_zero_phase_many(&mut [], &mut scratch).is_ok());
    for n in 0..filter.min_samples() {
        let error = filter.apply_zero_phase(&mut vec![1.0; n], &mut scratch).unwrap_err().to_string();
        assert!(error.contains(&filter.min_samples().to_string()), "{error}");
        filter.apply(&mut vec![1.0; n], &mut State::zero(&filter));
    }
    for level in [0.0, 1.0, 1e12, -1e300] {
        let mut x = vec![level; 500];
        filter.apply_zero_phase(&mut x, &mut scratch).unwrap();
        // A constant does not pass, whatever its size.
        assert!(x.iter().all(|v| v.abs() <= 1e-9 * level.abs()), "{level}: {}", x[250]);
    }
    for bad in [f64::NAN, f64::INFINITY, 1.7e308] {
        for at in [0, 250, 499] {
            let (mut x, mut y) = (trace(500, 1), trace(500, 2));
            x[at] = bad;
            y[at] = -bad;
            let done = filter.apply_zero_phase_many(&mut [&mut x, &mut y], &mut scratch);
            assert!(done.is_err() || x.iter().chain(&y).all(|v| v.is_finite()), "{bad} at {at}");
            assert!(x.iter().chain(&y).all(|v| v.is_finite()), "{bad} at {at}");
        }
    }
    let (mut x, mut y) = (trace(500, 1), trace(400, 2));
    assert!(filter.apply_zero_phase_many(&mut [&mut x, &mut y], &mut scratch).is_err());
}

#[test]
fn bad_options_are_refused_with_the_value_and_the_range() {
    let fs = Hertz(1000.0);
    for (options, part) in [
        (FilterOptions::lowpass(0, Hertz(10.0)), "1 to 24"),
        (FilterOptions::lowpass(25, Hertz(10.0)), "25"),
        (FilterOptions::lowpass(2, Hertz(500.0)), "below 500"),
        (FilterOptions::highpass(2, Hertz(0.0)), "above 0"),
        (FilterOptions::highpass(2, Hertz(f64::NAN)), "NaN"),
        (FilterOptions::bandpass(2, Hertz(50.0), Hertz(50.0)), "50 to 50"),
        (FilterOptions::bandstop(2, Hertz(50.0), Hertz(20.0)), "50 to 20"),
    ] {
        let error = options.design(fs).unwrap_err();
        assert!(error.is_usage() && error.to_string().contains(part), "{error}");
    }
    let response = Response::Lowpass(Hertz(100.0));
    for family in [
        Family::Chebyshev1 { ripple_db: 0.0 },
        Family::Chebyshev2 { attenuation_db: -3.0 },
        Family::Elliptic { ripple_db: 40.0, attenuation_db: 40.0 },
        Family::Elliptic { ripple_db: 1.0, attenuation_db: f64::INFINITY },
    ] {
        assert!(FilterOptions { family, order: 3, response }.design(fs).is_err(), "{family:?}");
    }
}

#[test]
fn butterworth_is_3_db_down_at_its_corners_and_a_notch_takes_out_its_harmonics() {
    let fs = Hertz(2048.0);
    for h in usual().frequency_response(&[20.0, 450.0], fs) {
        assert!((h.norm_sqr() - 0.5).abs() < 1e-9, "{h}");
    }
    let notch = NotchOptions { harmonics: 99, ..NotchOptions::new(Hertz(50.0)) }.design(fs).unwrap();
    assert_eq!(notch.sos().len(), 20, "50 to 1000 Hz");
    let both = usual().then(&notch);
    assert_eq!(both.sos().len(), 24);
    for h in both.frequency_response(&[50.0, 100.0, 1000.0], fs) {
        assert!(h.norm() < 1e-12, "{h}");
    }
}
