#![expect(clippy::cast_possible_truncation, reason = "lengths of simulated traces")]

use super::*;

/// Uniform numbers in [0, 1), the same in every run.
struct Noise(u64);

impl Noise {
    #[expect(clippy::cast_precision_loss, reason = "53 bits")]
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1u64 << 53) as f64
    }
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
    fn laplace(&mut self) -> f64 {
        let u = self.uniform() - 0.5;
        -u.signum() * (1.0 - 2.0 * u.abs()).max(1e-300).ln() / 2f64.sqrt()
    }
}

const RATES: [f64; 4] = [1000.0, 2000.0, 4000.0, 10_000.0];

/// Muscle noise (20 to 450 Hz, unit RMS) at 20 kHz, from which the rates above are taken: one and the same
/// signal.
fn muscle(noise: &mut Noise, seconds: f64, laplace: bool) -> Vec<f64> {
    let n = (seconds * 20_000.0) as usize;
    let mut x: Vec<f64> = (0..n).map(|_| if laplace { noise.laplace() } else { noise.normal() }).collect();
    let filter = FilterOptions::bandpass(2, Hertz(20.0), Hertz(450.0)).design(Hertz(20_000.0)).unwrap();
    filter.apply_zero_phase(&mut x, &mut FilterScratch::default()).unwrap();
    let rms = (x.iter().map(|v| v * v).sum::<f64>() / n as f64).sqrt();
    x.iter_mut().for_each(|v| *v /= rms);
    x
}

/// Rest of unit RMS with a burst from 1.0 to 2.0 s of the given SNR, 3 s in all, at 20 kHz.
fn burst(noise: &mut Noise, snr_db: f64, laplace: bool) -> Vec<f64> {
    let gain = 10f64.powf(snr_db / 20.0);
    let (rest, active) = (muscle(noise, 3.0, false), muscle(noise, 3.0, laplace));
    rest.iter()
        .zip(active)
        .enumerate()
        .map(|(i, (r, a))| r + if (20_000..40_000).contains(&i) { gain * a } else { 0.0 })
        .collect()
}

fn at(x: &[f64], fs: f64) -> Vec<f64> {
    x.iter().copied().step_by((20_000.0 / fs) as usize).collect()
}

fn median(mut v: Vec<f64>) -> f64 {
    v.sort_by(f64::total_cmp);
    v[v.len() / 2]
}

fn found(method: &'static str, x: &[f64], fs: f64) -> Vec<Episode> {
    let plan = OnsetOptions { method, ..Default::default() }.design(Hertz(fs)).unwrap();
    // The scratch holds something else before.
    let mut scratch = Scratch { series: vec![f64::NAN; 7], smooth: vec![f64::NAN; 9], ..Default::default() };
    plan.episodes(x, &mut scratch)
}

/// Distance from the true times to the nearest onset and to the nearest end, s; 1 where there is none.
fn errors(episodes: &[Episode], fs: f64) -> [f64; 2] {
    let near = |t: f64, of: fn(&Episode) -> usize| {
        episodes.iter().map(|e| (of(e) as f64 / fs - t).abs()).fold(1.0, f64::min)
    };
    [near(1.0, |e| e.start), near(2.0, |e| e.end)]
}

/// Largest median error allowed, s. The reference for the default is 12 ms. A centred window sees a strong
/// burst half its width too early; the double threshold falls apart into several episodes at 5 dB.
fn allowed(method: &str, snr_db: f64) -> Option<f64> {
    match method {
        "tkeo_likelihood" => Some(if snr_db < 8.0 { 0.006 } else { 0.003 }),
        "bonato" => (snr_db >= 8.0).then_some(0.008),
        _ => Some(0.026),
    }
}

#[test]
fn simulated_bursts_are_found_at_their_time_at_every_rate() {
    let mut noise = Noise(1);
    for laplace in [false, true] {
        for snr in [5.0, 8.0, 12.0, 20.0] {
            let trials: Vec<Vec<f64>> = (0..12).map(|_| burst(&mut noise, snr, laplace)).collect();
            for fs in RATES {
                for method in ONSET_METHODS {
                    let Some(allowed) = allowed(method.id, snr) else { continue };
                    let each: Vec<Vec<Episode>> =
                        trials.iter().map(|x| found(method.id, &at(x, fs), fs)).collect();
                    let single = each.iter().filter(|e| e.len() == 1).count();
                    let error = median(each.iter().flat_map(|e| errors(e, fs)).collect());
                    let what = format!("{}, {snr} dB, {fs} Hz, laplace {laplace}", method.id);
                    assert!(error <= allowed, "{what}: median error {error} s");
                    assert!(single >= 10, "{what}: one episode in {single} of 12");
                }
            }
        }
    }
}

#[test]
fn the_same_burst_has_the_same_onset_at_every_rate() {
    let mut noise = Noise(11);
    for _ in 0..10 {
        let x = burst(&mut noise, 12.0, false);
        for method in ONSET_METHODS {
            let onsets: Vec<f64> = RATES
                .iter()
                .map(|&fs| {
                    let plan =
                        OnsetOptions { method: method.id, ..Default::default() }.design(Hertz(fs)).unwrap();
                    plan.onset(&at(&x, fs)).value().unwrap()
                })
                .collect();
            let (low, high) = onsets.iter().fold((9.0f64, 0.0f64), |(a, b), v| (a.min(*v), b.max(*v)));
            // The double threshold looks at single samples, other ones at each rate.
            let allowed = if method.id == "bonato" { 0.03 } else { 0.006 };
            assert!(high - low <= allowed, "{}: {onsets:?}", method.id);
        }
    }
}

#[test]
fn noise_alone_shows_no_episode() {
    let mut noise = Noise(7);
    for fs in RATES {
        for _ in 0..6 {
            let white: Vec<f64> = (0..(10.0 * fs) as usize).map(|_| noise.normal()).collect();
            let coloured = at(&muscle(&mut noise, 10.0, false), fs);
            for method in ONSET_METHODS {
                for x in [&white, &coloured] {
                    assert_eq!(found(method.id, x, fs), [], "{} {fs} Hz", method.id);
                }
            }
        }
    }
}

#[test]
fn a_reversed_trace_gives_mirrored_episodes() {
    let mut noise = Noise(3);
    let mut x = at(&burst(&mut noise, 15.0, false), 2000.0);
    x.extend(at(&burst(&mut noise, 10.0, true), 2000.0));
    let backwards: Vec<f64> = x.iter().rev().copied().collect();
    for method in ONSET_METHODS {
        let forwards = found(method.id, &x, 2000.0);
        let mirror = |e: &Episode| Episode { start: x.len() - e.end, end: x.len() - e.start };
        let mirrored: Vec<Episode> = found(method.id, &backwards, 2000.0).iter().rev().map(mirror).collect();
        assert_eq!(forwards.len(), 2, "{}", method.id);
        for (a, b) in forwards.iter().zip(&mirrored) {
            // Blocks of rest are counted from the other end, so the thresholds are not the same to the last
            // digit.
            assert!(
                a.start.abs_diff(b.start) <= 8 && a.end.abs_diff(b.end) <= 8,
                "{}: {a:?} {b:?}",
                method.id
            );
        }
    }
}

#[test]
fn what_cannot_be_judged_says_why() {
    let mut noise = Noise(5);
    let work =
        |x: &[f64], o: OnsetOptions| o.design(Hertz(1000.0)).unwrap().activation(x, &mut Scratch::default());
    let rest: Vec<f64> = (0..3000).map(|_| noise.normal()).collect();
    for method in ONSET_METHODS {
        let o = OnsetOptions { method: method.id, ..Default::default() };
        for (x, why) in [
            (&[][..], "empty trace"),
            (&[0.0; 5000][..], "constant signal"),
            (&[0.3; 5000][..], "constant signal"),
        ] {
            let a = work(x, o);
            assert_eq!((a.episodes.len(), a.why_none), (0, Some(why)), "{}", method.id);
        }
        for n in [2, 3, 30, 150] {
            assert!(
                work(&rest[..n], o).why_none.is_some_and(|w| w != "constant signal"),
                "{} {n}",
                method.id
            );
        }
        assert!(work(&rest, o).why_none.unwrap().starts_with("one level"), "{}", method.id);
        let outside = OnsetOptions { baseline: Some((Seconds(2.0), Seconds(4.0))), ..o };
        assert!(work(&rest, outside).why_none.unwrap().contains("baseline"), "{}", method.id);
        // With a baseline, all rest is rest, and all active but the baseline is active.
        let given = OnsetOptions { baseline: Some((Seconds(0.0), Seconds(1.0))), h: Some(8.0), ..o };
        let active: Vec<f64> =
            rest.iter().enumerate().map(|(i, v)| if i < 1000 { *v } else { 30.0 * v }).collect();
        let a = work(&active, given);
        assert_eq!(a.episodes.len(), 1, "{}", method.id);
        assert!(
            a.episodes[0].start.abs_diff(1000) <= 60 && a.episodes[0].end == 3000,
            "{}: {a:?}",
            method.id
        );
        if method.id != "bonato" {
            assert_eq!(
                work(&rest, given),
                Activation { episodes: Vec::new(), why_none: None },
                "{}",
                method.id
            );
        }
    }
}

#[test]
fn silence_offsets_and_active_ends() {
    let mut noise = Noise(9);
    let burst = at(&burst(&mut noise, 20.0, false), 1000.0);
    for method in ONSET_METHODS {
        let want = found(method.id, &burst, 1000.0);
        assert_eq!(want.len(), 1, "{}", method.id);
        // A second of zeros before the recorder starts is not what the muscle does at rest.
        let padded: Vec<f64> = std::iter::repeat_n(0.0, 1000).chain(burst.iter().copied()).collect();
        let got = found(method.id, &padded, 1000.0);
        assert!(got.iter().any(|e| e.start.abs_diff(want[0].start + 1000) <= 12), "{}: {got:?}", method.id);
        assert!(got.len() <= 2, "{}: {got:?}", method.id);
        // Nothing but zeros at rest.
        let clean: Vec<f64> =
            burst.iter().enumerate().map(|(i, v)| if (1000..2000).contains(&i) { *v } else { 0.0 }).collect();
        let got = found(method.id, &clean, 1000.0);
        assert_eq!(got.len(), 1, "{}", method.id);
        assert!(
            got[0].start.abs_diff(1000) <= 55 && got[0].end.abs_diff(2000) <= 55,
            "{}: {got:?}",
            method.id
        );
        // Active from the first sample on.
        let cut = &burst[1500..];
        assert_eq!(found(method.id, cut, 1000.0)[0].start, 0, "{}", method.id);
        let plan = OnsetOptions { method: method.id, ..Default::default() }.design(Hertz(1000.0)).unwrap();
        assert!(matches!(plan.onset(cut), Reading::Undefined(_)), "{}", method.id);
        // Gain does not matter.
        let small: Vec<f64> = burst.iter().map(|v| v * 2f64.powi(-20)).collect();
        assert_eq!(found(method.id, &small, 1000.0), want, "{}", method.id);
    }
}

#[test]
fn impossible_options_are_refused() {
    let ok = OnsetOptions::default();
    let bad = [
        OnsetOptions { method: "tkeo", ..ok },
        OnsetOptions { h: Some(f64::NAN), ..ok },
        OnsetOptions { h: Some(-1.0), ..ok },
        OnsetOptions { window: Some(Seconds(0.0)), ..ok },
        OnsetOptions { min_duration: Seconds(f64::INFINITY), ..ok },
        OnsetOptions { min_gap: Seconds(-0.1), ..ok },
        OnsetOptions { baseline: Some((Seconds(1.0), Seconds(1.0))), ..ok },
        OnsetOptions { baseline: Some((Seconds(f64::NAN), Seconds(1.0))), ..ok },
    ];
    for o in bad {
        assert!(o.design(Hertz(1000.0)).is_err(), "{o:?}");
    }
    assert!(ok.design(Hertz(0.0)).is_err());
    assert!(
        OnsetOptions { method: "hodges_bui", ..ok }.design(Hertz(90.0)).is_err(),
        "50 Hz is not below half of 90 Hz"
    );
    assert!(ok.design(Hertz(1000.0)).unwrap().describe().starts_with("tkeo_likelihood: "));
}

#[test]
fn the_split_is_that_of_the_definition() {
    let mut noise = Noise(21);
    for falls in [false, true] {
        let y: Vec<f64> =
            (0..90).map(|i| noise.laplace().abs() * if (i < 40) == falls { 3.0 } else { 1.0 }).collect();
        let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
        let likelihood =
            |t: usize| -(t as f64) * mean(&y[..t]).ln() - ((y.len() - t) as f64) * mean(&y[t..]).ln();
        let allowed = |t: &usize| (mean(&y[..*t]) > mean(&y[*t..])) == falls;
        let want = (5..=85).filter(allowed).max_by(|a, b| likelihood(*a).total_cmp(&likelihood(*b)));
        assert_eq!(likelihood::split(&y, 5, falls), want);
    }
    assert_eq!(likelihood::split(&[0.0; 50], 5, false), None);
    assert_eq!(likelihood::split(&[], 5, false), None);
    assert_eq!(likelihood::split(&[0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0], 1, false), Some(4));
}

#[test]
fn neighbours_at_1_khz_give_the_teager_kaiser_energy() {
    let x: Vec<f64> = (0..40).map(|i| f64::from(i * i % 17)).collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    assert!(likelihood::energy(&x, 1000.0, &mut ours));
    crate::dsp::envelope::teager_kaiser(&x, &mut theirs);
    assert!(ours[1..39].iter().zip(&theirs).all(|(a, b)| *a == b.abs()));
    assert_eq!((ours[0], ours[39]), (ours[1], ours[38]));
}
