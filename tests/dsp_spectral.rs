//! Spectra, windows, envelopes and wavelets against scipy, numpy and PyWavelets.
//!
//! `tests/golden/make_spectral.py` made the values and says with which versions. Tolerance: 10⁻¹² of the
//! largest value of each row, for both sides' rounding; rows that need more say why.
#![expect(clippy::unwrap_used, reason = "a golden file that cannot be read is a failed test")]

use myotome::dsp::dpss;
use myotome::dsp::envelope::{Average, Ends, EnvelopeOptions, teager_kaiser};
use myotome::dsp::hilbert;
use myotome::dsp::multitaper::{MultitaperOptions, MultitaperScratch, Weighting};
use myotome::dsp::spectrum::{PsdOptions, PsdScratch, Scaling};
use myotome::dsp::stft::{StftOptions, StftScratch};
use myotome::dsp::wavelet::{DwtOptions, Extension, Wavelet};
use myotome::dsp::window::Window;
use myotome::units::{Hertz, Seconds};
use serde_json::Value;

fn rows(kind: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(include_str!("golden/spectral.json")).unwrap();
    let rows: Vec<Value> = all.into_iter().filter(|r| r["kind"] == kind).collect();
    assert!(!rows.is_empty(), "no golden values of {kind}");
    rows
}

fn number(row: &Value, key: &str) -> usize {
    usize::try_from(row[key].as_u64().unwrap_or_else(|| panic!("{row}: {key}"))).unwrap()
}

fn floats(values: &Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

/// The generator of the script.
fn lcg(n: usize, seed: u32) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 16) - 32768.0
    };
    (0..n).map(|_| next()).collect()
}

/// The script's noise over a triangle and an offset.
fn tone(n: usize, seed: u32) -> Vec<f64> {
    let triangle = |i: usize| 40.0 * ((i % 50) as f64 - 25.0).abs() + 300.0;
    lcg(n, seed).iter().enumerate().map(|(i, v)| (v / 64.0).floor() + triangle(i)).collect()
}

/// Length, stored values and sum agree within `tolerance` of the largest value.
fn agrees(row: &Value, got: &[f64], tolerance: f64) {
    let label = format!("{} {} n={} {}", row["kind"], row["name"], row["n"], row["segment"]);
    assert_eq!(got.len(), number(row, "length"), "{label}: length");
    assert!(got.iter().all(|v| v.is_finite()), "{label}: not finite");
    let peak = got.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    for (i, want) in floats(&row["values"]).iter().enumerate() {
        let value = got[i * number(row, "step")];
        assert!(
            (value - want).abs() <= tolerance * peak,
            "{label}: value {i}: {value:e} {want:e}, off by {:e} of the peak",
            (value - want).abs() / peak
        );
    }
    let (sum, want) = (got.iter().sum::<f64>(), row["sum"].as_f64().unwrap());
    let room = tolerance * peak * (got.len() as f64).max(10.0);
    assert!((sum - want).abs() <= room, "{label}: sum {sum:e} {want:e}");
}

fn window(name: &str) -> Window {
    let (name, parameter) = match name.rsplit_once('_').map(|(a, b)| (a, b.parse::<f64>())) {
        Some((a, Ok(p))) => (a, p),
        _ => (name, f64::NAN),
    };
    match name {
        "rectangular" => Window::Rectangular,
        "hann" => Window::Hann,
        "hamming" => Window::Hamming,
        "blackman" => Window::Blackman,
        "blackman_harris" => Window::BlackmanHarris,
        "nuttall" => Window::Nuttall,
        "flat_top" => Window::FlatTop,
        "bartlett" => Window::Bartlett,
        "kaiser" => Window::Kaiser { beta: parameter },
        "tukey" => Window::Tukey { alpha: parameter },
        "gaussian" => Window::Gaussian { standard_deviation: parameter },
        "dpss" => Window::Dpss { time_half_bandwidth: parameter },
        other => panic!("no window {other}"),
    }
}

#[test]
fn windows_equal_scipys() {
    for row in rows("window") {
        let (w, n) = (window(row["name"].as_str().unwrap()), number(&row, "n"));
        let periodic = row["periodic"].as_bool().unwrap();
        // Slepian sequences are as exact as the eigenvector of a matrix of size n²; against 40 digits, scipy's
        // are off by up to 6e-13 of the peak here and ours by 3e-13, before both are scaled to the peak.
        let tolerance = if matches!(w, Window::Dpss { .. }) { 5e-12 } else { 1e-12 };
        agrees(&row, &if periodic { w.periodic(n) } else { w.symmetric(n) }, tolerance);
    }
}

#[test]
fn periodograms_and_welch_spectra_equal_scipys() {
    let x = tone(1503, 1);
    let (mut scratch, mut out) = (PsdScratch::default(), Vec::new());
    for row in rows("periodogram") {
        let n = number(&row, "n");
        let scaling = if row["name"] == "density" { Scaling::Density } else { Scaling::Spectrum };
        let plan = PsdOptions::periodogram(n).design_scaled(Hertz(2000.0), scaling).unwrap();
        plan.apply(&x[..n], &mut scratch, &mut out);
        agrees(&row, &out, 1e-12);
    }
    for row in rows("welch") {
        let options = PsdOptions {
            segment: number(&row, "segment"),
            overlap: number(&row, "overlap"),
            window: window(row["name"].as_str().unwrap()),
            remove_mean: row["detrend"].as_bool().unwrap(),
        };
        options.design(Hertz(2000.0)).unwrap().apply(&x, &mut scratch, &mut out);
        agrees(&row, &out, 1e-12);
    }
}

#[test]
fn spectrograms_and_complex_frames_equal_scipys() {
    let x = tone(1503, 1);
    let plan = |row: &Value, remove_mean, scaling| {
        let options = StftOptions {
            segment: number(row, "segment"),
            overlap: number(row, "overlap"),
            window: window(row["name"].as_str().unwrap()),
            remove_mean,
            scaling,
        };
        options.design(Hertz(2000.0)).unwrap()
    };
    for row in rows("spectrogram") {
        let got = plan(&row, true, Scaling::Density).apply(&x, &mut StftScratch::default());
        assert_eq!(got.times, floats(&row["times"]));
        agrees(&row, &got.power, 1e-12);
    }
    for row in rows("stft") {
        let plan = plan(&row, false, Scaling::Spectrum);
        let (mut scratch, mut frame, mut all) = (StftScratch::default(), Vec::new(), Vec::new());
        for f in 0..plan.frames(x.len()) {
            plan.amplitude_of(&x[plan.range(f)], &mut scratch, &mut frame);
            all.extend(frame.iter().flat_map(|z| [z.re, z.im]));
        }
        agrees(&row, &all, 1e-12);
    }
}

#[test]
fn multitaper_spectra_equal_their_formulas_and_the_tapers_scipys() {
    for row in rows("dpss") {
        let (n, nw, k) = (number(&row, "n"), row["nw"].as_f64().unwrap(), number(&row, "k"));
        let got = dpss::sequences(n, nw, k);
        // The eigenvectors are as exact as eps · n² / 4 (the size of the matrix) over the gap between
        // eigenvalues, of some units; so in LAPACK.
        let tolerance = if n > 1000 { 1e-10 } else { 1e-12 };
        agrees(&row, &got.concat(), tolerance);
        for (s, want) in got.iter().zip(floats(&row["ratios"])) {
            let share = dpss::concentration(s, nw);
            assert!((share - want).abs() < 1e-12, "{n} {nw}: {share} {want}");
        }
    }
    let (mut scratch, mut out) = (MultitaperScratch::default(), Vec::new());
    for row in rows("multitaper") {
        let samples = number(&row, "n");
        let options = MultitaperOptions {
            samples,
            time_half_bandwidth: row["nw"].as_f64().unwrap(),
            tapers: Some(number(&row, "k")),
            weighting: match row["name"].as_str().unwrap() {
                "uniform" => Weighting::Uniform,
                "eigenvalue" => Weighting::Eigenvalue,
                _ => Weighting::Adaptive,
            },
            remove_mean: true,
        };
        options.design(Hertz(1000.0)).unwrap().apply(&tone(samples, 2), &mut scratch, &mut out);
        agrees(&row, &out, 1e-12);
    }
}

#[test]
fn analytic_signals_equal_scipys() {
    for row in rows("hilbert") {
        let z = hilbert::analytic(&lcg(number(&row, "n"), 3));
        let mut out = Vec::new();
        // A phase where the envelope is small, and its differences, carry the signal's rounding enlarged.
        let tolerance = match row["name"].as_str().unwrap() {
            "imaginary" => {
                out.extend(z.iter().map(|z| z.im));
                // One or two samples have no imaginary part: rounding of the real one may stand there.
                if out.iter().all(|v| v.abs() < 1e-9) { 1.0 } else { 1e-12 }
            }
            "envelope" => {
                hilbert::envelope(&z, &mut out);
                1e-12
            }
            "phase" => {
                hilbert::phase(&z, &mut out);
                1e-12
            }
            _ => {
                hilbert::frequency(&z, Hertz(1000.0), &mut out);
                1e-11
            }
        };
        agrees(&row, &out, tolerance);
    }
}

#[test]
fn envelopes_equal_numpys() {
    let x = lcg(300, 4);
    let (mut scratch, mut out) = (Vec::new(), Vec::new());
    for row in rows("envelope") {
        let average = match row["name"].as_str().unwrap() {
            "rms" => Some(Average::Rms),
            "rectified" => Some(Average::Rectified),
            _ => None,
        };
        match average {
            Some(average) => {
                let window = Seconds(number(&row, "width") as f64);
                let options = EnvelopeOptions { average, window, ends: Ends::Drop };
                options.design(Hertz(1.0)).unwrap().apply(&x, &mut scratch, &mut out);
            }
            None => teager_kaiser(&x, &mut out),
        }
        agrees(&row, &out, 1e-12);
    }
}

#[test]
fn wavelet_coefficients_equal_pywavelets() {
    let x = lcg(1000, 5);
    for row in rows("wavedec") {
        let name = row["name"].as_str().unwrap();
        let extension = match row["mode"].as_str().unwrap() {
            "symmetric" => Extension::Symmetric,
            "reflect" => Extension::Reflect,
            "periodic" => Extension::Periodic,
            "zero" => Extension::Zero,
            _ => Extension::Periodization,
        };
        let wavelet = Wavelet::named(name).unwrap();
        let options = DwtOptions { wavelet, extension, levels: Some(number(&row, "levels")) };
        let got = options.design().unwrap().apply(&x[..number(&row, "n")]);
        let mut all = vec![got.approximation];
        all.extend(got.details);
        let lengths: Vec<f64> = all.iter().map(|c| c.len() as f64).collect();
        assert_eq!(lengths, floats(&row["lengths"]), "{name} {extension:?}");
        // PyWavelets' own symlets are orthogonal to about 5e-12 only; ours are exact.
        agrees(&row, &all.concat(), if name.starts_with("sym") { 2e-11 } else { 1e-12 });
    }
    for row in rows("max_level") {
        let wavelet = Wavelet::named(row["name"].as_str().unwrap()).unwrap();
        let levels: Vec<f64> = (0..200).map(|n| wavelet.max_level(n) as f64).collect();
        agrees(&row, &levels, 0.0);
    }
}
