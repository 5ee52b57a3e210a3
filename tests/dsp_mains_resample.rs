//! Power-line subtraction on known sums, and resampling against scipy.signal (`tests/golden/make_iir.py`).

use myotome::dsp::mains::MainsOptions;
use myotome::dsp::resample::{ResampleOptions, kaiser_lowpass};
use myotome::units::{Hertz, Seconds};
use serde_json::Value;
use std::f64::consts::TAU;

/// As in tests/dsp_iir.rs.
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

fn line(n: usize, fs: f64, f: f64, amplitudes: &[f64]) -> Vec<f64> {
    let value = |t: usize, h: usize, a: &f64| a * (TAU * (h + 1) as f64 * f * t as f64 / fs + h as f64).sin();
    (0..n).map(|t| amplitudes.iter().enumerate().map(|(h, a)| value(t, h, a)).sum()).collect()
}

fn peak(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m, v| m.max(v.abs()))
}

fn rms(x: &[f64]) -> f64 {
    (x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64).sqrt()
}

#[test]
fn clean_lines_are_found_and_removed() {
    for (fs, f, seconds) in
        [(2048.0, 50.013, 4.0), (10000.0, 59.97, 3.0), (1000.0, 49.4, 23.0), (2000.0, 60.0, 1.5)]
    {
        let n = fs * seconds;
        #[expect(clippy::cast_possible_truncation, reason = "a few seconds")]
        let n = n as usize;
        let mut x = line(n, fs, f, &[20e-6, 5e-6, 8e-6]);
        x.iter_mut().for_each(|v| *v += 3e-3);
        let mains = MainsOptions::default().design(Hertz(fs)).unwrap();
        let found = mains.subtract(&mut x).unwrap();
        assert!((found.frequency.0 - f).abs() < 1e-7, "{f}: {found:?}");
        for (got, want) in found.amplitudes.iter().zip([20e-6, 5e-6, 8e-6, 0.0]) {
            assert!((got - want).abs() < 1e-9 * 20e-6, "{f}: {got} {want}");
        }
        assert!((found.power_share - 1.0).abs() < 0.01, "{found:?}");
        x.iter_mut().for_each(|v| *v -= 3e-3);
        assert!(peak(&x) < 1e-9 * 20e-6, "{fs} {f}: {} left", peak(&x));
    }
}

#[test]
fn noise_is_left_within_half_a_percent_and_a_line_within_it_goes() {
    let (fs, n) = (2000.0, 40_000);
    let noise: Vec<f64> = trace(n, 5).windows(2).map(|w| (w[1] - w[0]) * 1e-4).collect();
    let mut x: Vec<f64> = line(n, fs, 50.2, &[50e-6, 0.0, 10e-6]);
    x.iter_mut().zip(&noise).for_each(|(v, w)| *v += w);
    let mains = MainsOptions::default().design(Hertz(fs)).unwrap();
    let found = mains.subtract(&mut x).unwrap();
    assert!((found.frequency.0 - 50.2).abs() < 0.01, "{found:?}");
    // 22 values fitted to 10 000 samples take a part of √0.0022 of noise with them, halved by the fading.
    let change: Vec<f64> = x.iter().zip(&noise).map(|(a, b)| a - b).collect();
    assert!(rms(&change[..n - 1]) < 0.06 * rms(&noise), "{}", rms(&change) / rms(&noise));
    assert!((rms(&x[..n - 1]) / rms(&noise) - 1.0).abs() < 0.005);
    let quiet = mains.estimate(&noise).unwrap();
    assert!(quiet.power_share < 0.01, "{quiet:?}");
}

#[test]
fn a_drifting_amplitude_is_followed() {
    let (fs, n) = (1000.0, 60_000);
    let mut x = line(n, fs, 60.05, &[1.0]);
    x.iter_mut().enumerate().for_each(|(t, v)| *v *= 1.0 + 0.5 * t as f64 / n as f64);
    MainsOptions::default().design(Hertz(fs)).unwrap().subtract(&mut x).unwrap();
    assert!(rms(&x) < 0.03, "{}", rms(&x)); // a single amplitude would leave 0.1
}

#[test]
fn a_fit_on_the_baseline_leaves_the_response_alone() {
    let (fs, n) = (10_000.0, 2000);
    let options =
        MainsOptions { nominal: Some(Hertz(50.0)), harmonics: 3, block: Seconds(5.0), fit_on: Some(0..1000) };
    let mut x = line(n, fs, 50.0, &[1e-5, 0.0, 2e-6]);
    let response =
        |t: usize| if t > 1200 { (-(t as f64 - 1400.0).powi(2) / 2000.0).exp() * 5e-3 } else { 0.0 };
    x.iter_mut().enumerate().for_each(|(t, v)| *v += response(t));
    options.design(Hertz(fs)).unwrap().subtract(&mut x).unwrap();
    for (t, v) in x.iter().enumerate() {
        assert!((v - response(t)).abs() < 1e-9 * 1e-5, "{t}");
    }
}

#[test]
fn odd_inputs_to_the_line_fit_are_refused_or_stay_finite() {
    let mains = MainsOptions::default().design(Hertz(1000.0)).unwrap();
    for n in [0, 1, 39] {
        assert!(mains.subtract(&mut vec![1.0; n]).is_err(), "{n}");
    }
    assert!(mains.subtract(&mut [f64::NAN; 4000]).is_err());
    for n in [40, 41, 100, 999, 1001, 12_345] {
        for level in [0.0, 1.0, 1e9] {
            let mut x = vec![level; n];
            let found = mains.subtract(&mut x).unwrap();
            assert!(x.iter().all(|v| (v - level).abs() <= 1e-9 * level), "{n} {level}");
            assert!(found.power_share.is_finite() && found.frequency.0.is_finite());
        }
        let mut x = trace(n, 1);
        mains.subtract(&mut x).unwrap();
        assert!(x.iter().all(|v| v.is_finite()));
    }
    assert!(MainsOptions::default().design(Hertz(90.0)).is_err());
    assert!(MainsOptions { harmonics: 0, ..MainsOptions::default() }.design(Hertz(1e3)).is_err());
    let beyond =
        MainsOptions { fit_on: Some(0..5000), ..MainsOptions::default() }.design(Hertz(1e3)).unwrap();
    assert!(beyond.estimate(&[0.0; 4000]).is_err());
}

#[test]
fn resampling_equals_scipy() {
    let golden: Value = serde_json::from_str(include_str!("golden/iir_resample.json")).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert!(!cases.is_empty());
    let mut out = vec![f64::NAN; 3];
    for case in cases {
        let whole = |key: &str| u32::try_from(case[key].as_u64().unwrap()).unwrap();
        let (n, up, down) = (whole("n") as usize, whole("up"), whole("down"));
        let plan = ResampleOptions { up, down }.design().unwrap();
        plan.apply(&trace(n, u64::from(whole("seed"))), &mut out);
        assert_eq!(out.len(), whole("len") as usize, "{up}/{down}");
        let every: Vec<f64> =
            case["y"]["every"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
        assert_eq!(every.len(), out.len().div_ceil(37));
        for (got, want) in out.iter().step_by(37).zip(&every) {
            assert!((got - want).abs() < 1e-13, "{up}/{down}: {got} {want}"); // peak about 4
        }
        assert!((out.last().unwrap() - case["y"]["last"].as_f64().unwrap()).abs() < 1e-13);
        assert!((out.iter().sum::<f64>() - case["y"]["sum"].as_f64().unwrap()).abs() < 1e-11);
    }
    let taps = kaiser_lowpass(61, 1.0 / 3.0, 5.0);
    let want = golden["firwin_61_third"].as_array().unwrap();
    assert_eq!(taps.len(), want.len());
    for (got, want) in taps.iter().zip(want) {
        assert!((got - want.as_f64().unwrap()).abs() < 1e-15);
    }
}

#[test]
fn ratios_are_the_smallest_that_fit() {
    for (from, to, up, down) in [
        (44100.0, 48000.0, 160, 147),
        (2000.0, 1000.0, 1, 2),
        (1000.0, 1000.0, 1, 1),
        (23437.5, 10000.0, 32, 75),
        (1000.0, 333.0, 333, 1000),
    ] {
        let got = ResampleOptions::rational(Hertz(from), Hertz(to)).unwrap();
        assert_eq!((got.up, got.down), (up, down), "{from} to {to}");
    }
    assert!(ResampleOptions::rational(Hertz(1e9), Hertz(1e-3)).is_err());
    assert!(ResampleOptions { up: 0, down: 1 }.design().is_err());
    let plan = ResampleOptions { up: 3, down: 2 }.design().unwrap();
    let mut out = vec![1.0];
    plan.apply(&[], &mut out);
    assert!(out.is_empty());
}
