//! Integer wrap: found and repaired against simulated truth; silent on everything else.
#![allow(clippy::cast_possible_truncation, reason = "simulated values are rounded to the range on purpose")]

mod quality_support;

use myotome::measure::{Finding, Severity};
use myotome::quality::{QualityOptions, repair, run};
use myotome::recording::{Channel, ChannelKind, Samples};
use quality_support::*;

fn wraps(channel: &Channel) -> Vec<Finding> {
    let found = run(&recording(vec![channel.clone()]), &QualityOptions::default());
    found.into_iter().filter(|f| f.check == "integer_wrap").collect()
}

/// Wrapped samples, those repaired to the truth, and those changed to something else.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Score {
    wrapped: usize,
    right: usize,
    wrong: usize,
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, b: Self) {
        self.wrapped += b.wrapped;
        self.right += b.right;
        self.wrong += b.wrong;
    }
}

fn score(truth: &[i64], fs: f64) -> (Score, Channel) {
    let stored: Vec<i16> = truth.iter().map(|&v| v as i16).collect();
    let channel = coded(stored.clone(), 0.1, fs, ChannelKind::Needle);
    let mut score = Score::default();
    let repaired: Vec<i64> = match repair(&channel) {
        Some(r) => match r.channel.samples {
            Samples::I32(v) => v.into_iter().map(i64::from).collect(),
            _ => panic!("a repair holds 32-bit integers"),
        },
        None => stored.iter().map(|&v| i64::from(v)).collect(),
    };
    for ((t, s), r) in truth.iter().zip(&stored).zip(&repaired) {
        let before = i64::from(*s);
        score.wrapped += usize::from(before != *t);
        score.right += usize::from(before != *t && r == t);
        score.wrong += usize::from(*r != before && r != t);
    }
    (score, channel)
}

/// `x` scaled so that its largest value exceeds the 16-bit range by `beyond`, on a lattice of `step` codes.
fn overflow(x: &[f64], beyond: f64, step: f64) -> Vec<i64> {
    let peak = x.iter().fold(0.0_f64, |a, v| a.max(v.abs()));
    let scale = 32768.0 * (1.0 + beyond) / peak;
    x.iter().map(|v| ((v * scale / step).round() * step).round() as i64).collect()
}

#[test]
fn on_a_lattice_every_wrapped_sample_is_put_right_however_steep() {
    for (fs, step) in
        [(4000.0, 50.0 / 3.0), (20000.0, 50.0 / 3.0), (4000.0, 24.41), (20000.0, 10.0), (4000.0, 5.3)]
    {
        let mut sum = Score::default();
        for seed in 0..8 {
            let mut random = Random::new(seed);
            let x = needle(&mut random, fs, 8.0, 5, 2000.0, 8.0);
            let (s, channel) = score(&overflow(&x, 0.1 + 0.1 * seed as f64, step), fs);
            if s.wrapped > 3 {
                assert_eq!(wraps(&channel)[0].severity, Severity::Warning);
            }
            sum += s;
        }
        println!("lattice of {step:.2} at {fs} Hz: {sum:?}");
        assert!(sum.wrapped > 100, "{sum:?}");
        assert_eq!(sum.wrong, 0, "lattice of {step} at {fs} Hz: {sum:?}");
        assert!(sum.right as f64 >= 0.99 * sum.wrapped as f64, "lattice of {step} at {fs} Hz: {sum:?}");
    }
}

#[test]
fn without_a_lattice_smooth_signals_are_put_right_and_no_sample_is_made_worse() {
    for (fs, least) in [(4000.0, 0.0), (20000.0, 0.0), (50000.0, 0.5)] {
        let mut sum = Score::default();
        for seed in 0..8 {
            let x = needle(&mut Random::new(seed), fs, 6.0, 5, 2000.0, 8.0);
            sum += score(&overflow(&x, 0.1 + 0.1 * seed as f64, 1.0), fs).0;
        }
        println!("no lattice, needle at {fs} Hz: {sum:?}");
        assert!(sum.wrapped > 100 && sum.wrong == 0, "{sum:?}");
        assert!(sum.right as f64 >= least * sum.wrapped as f64, "{fs}: {sum:?}");
    }
    let mut sum = Score::default();
    for seed in 0..8 {
        let x = surface(&mut Random::new(seed), 10_000.0, 5.0, 80.0, 500.0);
        sum += score(&overflow(&x, 0.1 + 0.1 * seed as f64, 1.0), 10_000.0).0;
    }
    println!("no lattice, surface: {sum:?}");
    assert!(sum.wrapped > 100 && sum.wrong == 0, "{sum:?}");
    assert!(sum.right as f64 >= 0.9 * sum.wrapped as f64, "{sum:?}");
    let mut sum = Score::default();
    for seed in 0..8 {
        let x = evoked(&mut Random::new(seed), 20_000.0, 5.0, 8000.0);
        sum += score(&overflow(&x, 0.1 + 0.1 * seed as f64, 1.0), 20_000.0).0;
    }
    println!("no lattice, evoked: {sum:?}");
    assert!(sum.wrapped > 100 && sum.wrong == 0, "{sum:?}");
    assert!(sum.right as f64 >= 0.9 * sum.wrapped as f64, "{sum:?}");
}

#[test]
fn saturated_two_valued_and_full_range_signals_are_no_wrap() {
    let mut random = Random::new(1);
    let n = 40_000;
    let clamp = |v: f64| v.round().clamp(-32768.0, 32767.0) as i16;
    let square = |level: f64, noise: f64, random: &mut Random| -> Vec<i16> {
        (0..n)
            .map(|i| clamp(level * if i / 50 % 2 == 0 { 1.0 } else { -1.0 } + noise * random.normal()))
            .collect()
    };
    let mut cases: Vec<(String, Vec<i16>)> = Vec::new();
    for level in [40_000.0, 32_767.0, 32_760.0, 32_700.0, 32_000.0, 30_000.0] {
        for noise in [0.0, 3.0, 30.0, 300.0] {
            cases.push((format!("square {level} ± {noise}"), square(level, noise, &mut random)));
        }
    }
    cases.push(("white, uniform".into(), (0..n).map(|_| clamp(random.between(-32768.0, 32767.0))).collect()));
    cases.push(("white, normal".into(), (0..n).map(|_| clamp(15_000.0 * random.normal())).collect()));
    let mut artefact = |from: f64, to: f64| -> Vec<i16> {
        (0..n)
            .map(|i| {
                let at = i % 4000;
                clamp(if at < 5 {
                    from
                } else if at < 10 {
                    to
                } else {
                    20.0 * random.normal()
                })
            })
            .collect()
    };
    cases.push(("rail to rail artefact".into(), artefact(40_000.0, -40_000.0)));
    cases.push(("rail to rail artefact, other way".into(), artefact(-40_000.0, 40_000.0)));
    cases.push(("one-sided artefact".into(), artefact(40_000.0, 0.0)));
    let needle_4k = needle(&mut Random::new(3), 4000.0, 10.0, 6, 2000.0, 8.0);
    for step in [1.0, 50.0 / 3.0] {
        let in_range = overflow(&needle_4k, -0.002, step).iter().map(|&v| clamp(v as f64)).collect();
        cases.push((format!("steep needle that just fits, step {step:.2}"), in_range));
        let cut = overflow(&needle_4k, 0.5, step).iter().map(|&v| clamp(v as f64)).collect();
        cases.push((format!("steep needle that clips, step {step:.2}"), cut));
    }
    for (name, codes) in cases {
        let channel = coded(codes, 0.1, 4000.0, ChannelKind::Needle);
        assert!(repair(&channel).is_none(), "{name}");
        let found = wraps(&channel);
        assert!(found.is_empty(), "{name}: {found:?}");
    }
}

#[test]
fn the_known_record_is_repaired_to_its_lattice_and_the_others_are_left() {
    for name in ["emg_healthy", "emg_myopathy"] {
        let Some(channel) = emgdb(name) else { return };
        assert!(wraps(&channel).is_empty() && repair(&channel).is_none(), "{name}");
    }
    let Some(channel) = emgdb("emg_neuropathy") else { return };
    let repaired = repair(&channel).expect("a known case");
    // Counted independently: residues modulo 50 of the stored codes are 0, 17, 33 in range and 3, 19, 36
    // after a wrap from below (65536 = 36 modulo 50); 410 such samples, and one rounded to residue 16.
    assert_eq!(repaired.samples.len(), 410);
    assert_eq!((repaired.finding.count, repaired.finding.severity), (410, Severity::Warning));
    let Samples::I32(values) = &repaired.channel.samples else { panic!("32-bit integers") };
    for (i, &v) in values.iter().enumerate() {
        let changed = repaired.samples.binary_search(&i).is_ok();
        let stored = channel.samples.get(i) as i32;
        assert_eq!(v, if changed { stored - 65536 } else { stored });
        assert!([0, 16, 17, 33].contains(&v.rem_euclid(50)), "sample {i}: {v}");
    }
    assert_eq!(values.iter().min(), Some(&-73000));
    // Potentials of one unit, one in range and one not, have the same course after the repair.
    let from = (12.15525 * 4000.0_f64).round() as usize + 3;
    assert_eq!(&values[from..from + 5], &[-467, -33867, -29883, -13617, -12867]);
    println!("{}", repaired.finding.detail);
}
