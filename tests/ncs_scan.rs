//! CMAP scans: readouts equal to those of others, and the number of units of scans whose units are known.

#![allow(clippy::unwrap_used, reason = "what fails in a test is a failed test")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers"
)]

mod shared;

use myotome::format::{ReadOptions, Source, qtrac};
use myotome::measure::Reading;
use myotome::ncs::Measured;
use myotome::ncs::scan::Scan;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, StandardNormal, StandardUniform};
use serde_json::Value;
use std::path::Path;

fn read(path: &Path) -> qtrac::Mem {
    let source = Source::open(path, 1 << 24).unwrap();
    qtrac::read(&source, &ReadOptions::default()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn number(m: &Measured) -> f64 {
    m.value().unwrap_or_else(|| panic!("{m:?}"))
}

#[test]
fn real_scans_have_the_step_indices_of_their_authors() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("cmap_scan_mem");
    let table = std::fs::read_to_string(folder.join("stepix_d50.csv")).unwrap();
    for row in table.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let scan = Scan::from_qtrac(&read(&folder.join(fields[0]))).unwrap();
        let got = scan.step_index();
        let want = |i: usize| fields[i].parse::<f64>().unwrap();
        assert_eq!(number(&got.stepix), want(4), "{row}");
        assert!((number(&got.ampix) * 1e6 - want(5)).abs() < 1e-9, "{row}");
        assert_eq!(number(&got.d50), want(6), "{row}");
        // By way of SI as well: decimals come back as they were.
        let again = Scan::new(&scan.stimulus_a(), &scan.amplitude_v(), Some(scan.range())).unwrap();
        assert_eq!(again, scan, "{row}");
    }
    assert_eq!(table.lines().count(), 31);
}

#[test]
fn simulated_scans_have_the_step_indices_that_numpy_finds() {
    let scans: Value = serde_json::from_str(include_str!("golden/scans.json")).unwrap();
    for (i, s) in scans.as_array().unwrap().iter().enumerate() {
        let column =
            |k: &str| s[k].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>();
        let (stimulus, amplitude) = (column("stimulus_ma"), column("amplitude_mv"));
        let range = s["from"].as_u64().unwrap() as usize..stimulus.len();
        let got = Scan::from_milli(stimulus, amplitude, Some(range)).unwrap().step_index();
        assert_eq!(number(&got.d50), s["d50"].as_f64().unwrap(), "scan {i}");
        assert_eq!(got.stepix.value(), s["stepix"].as_f64(), "scan {i}");
        if let Some(ampix) = s["ampix_uv"].as_f64() {
            assert!((number(&got.ampix) * 1e6 - ampix).abs() < 1e-9, "scan {i}");
        }
    }
}

#[test]
fn real_scans_have_the_levels_of_their_program() {
    let Some(data) = shared::data() else { return };
    let folder = data.join("cmap_scan_mem");
    let expected: Value =
        serde_json::from_str(&std::fs::read_to_string(folder.join("expected.json")).unwrap()).unwrap();
    let (mut ratios, mut worst) = (Vec::new(), 0.0f64);
    for (file, want) in expected["files"].as_object().unwrap() {
        if !file.ends_with(".MEM") {
            continue;
        }
        let scan = Scan::from_qtrac(&read(&folder.join(file))).unwrap();
        let (levels, theirs) = (scan.levels(), |k: &str| want["qtrac"][k].as_f64().unwrap());
        for (got, key, tolerance) in [
            (number(&levels.peak) * 1e3, "MScPeak(mV)", 0.035),
            (number(&levels.s5) * 1e3, "MScS5(mA)", 0.025),
            (number(&levels.s50) * 1e3, "MScS50(mA)", 0.015),
            (number(&levels.s95) * 1e3, "MScS95(mA)", 0.045),
        ] {
            let off = (got / theirs(key) - 1.0).abs();
            worst = worst.max(off);
            assert!(off < tolerance, "{file}: {key}: {got} against {}", theirs(key));
        }
        let units = scan.unit_number();
        assert!(units.units.uncertainty.unwrap() > 0.0, "{file}");
        ratios.push(number(&units.units) / theirs("MSFNUnits"));
    }
    assert_eq!(ratios.len(), 30);
    ratios.sort_unstable_by(f64::total_cmp);
    println!(
        "worst level {worst:.3}; units over MScanFit's: {:.2} ({:.2} to {:.2})",
        ratios[15], ratios[0], ratios[29]
    );
    // Another method that leaves units below its size limit out: near, not equal.
    assert!((0.8..1.6).contains(&ratios[15]), "{ratios:?}");
}

struct Draw(ChaCha8Rng);

impl Draw {
    fn normal(&mut self) -> f64 {
        StandardNormal.sample(&mut self.0)
    }
    fn within(&mut self, a: f64, b: f64) -> f64 {
        let u: f64 = StandardUniform.sample(&mut self.0);
        a + (b - a) * u
    }
}

/// A scan of `units` units after a few responses at the greatest strength.
fn simulated(seed: u64, units: usize, descending: bool) -> Scan {
    let mut d = Draw(ChaCha8Rng::seed_from_u64(seed));
    let (sigma, spread, noise) = (d.within(0.3, 0.9), d.within(0.01, 0.03), d.within(0.003, 0.02));
    let lambda = d.within(0.1, 0.25);
    let pool: Vec<(f64, f64)> = (0..units)
        .map(|_| {
            let size = 0.06 * (sigma * d.normal()).exp();
            (size, 9.0 * (lambda * d.normal().clamp(-2.5, 2.5)).exp())
        })
        .collect();
    let least = pool.iter().map(|u| u.1).fold(f64::MAX, f64::min) * (1.0 - 4.0 * spread);
    let most = pool.iter().map(|u| u.1).fold(0.0, f64::max) * (1.0 + 4.0 * spread);
    let n = d.within(300.0, 900.0) as usize;
    let mut stimuli: Vec<f64> =
        (0..n).map(|i| least * (most / least).powf(i as f64 / (n - 1) as f64)).collect();
    if descending {
        stimuli.reverse();
    }
    let before = 15;
    let mut all = vec![most * 1.02; before];
    all.extend(&stimuli);
    let amplitudes = all
        .iter()
        .map(|s| {
            let fires = |d: &mut Draw, u: &(f64, f64)| *s > u.1 * (1.0 + spread * d.normal());
            let sum: f64 = pool.iter().map(|u| if fires(&mut d, u) { u.0 } else { 0.0 }).sum();
            ((sum + noise * d.normal()) * 1e3).round() / 1e3
        })
        .collect();
    Scan::from_milli(all, amplitudes, Some(before..before + n)).unwrap()
}

#[test]
fn the_number_of_units_is_found_with_an_honest_spread() {
    let (mut errors, mut within, mut all) = (Vec::new(), 0, 0);
    for (k, units) in [5usize, 8, 12, 20, 35, 50, 80, 120, 160, 200].into_iter().enumerate() {
        let mut own = Vec::new();
        for seed in 0..20 {
            let found = simulated(7_000 + 100 * k as u64 + seed, units, seed % 3 != 0).unit_number();
            let value = number(&found.units);
            own.push((value / units as f64 - 1.0).abs());
            all += 1;
            within += usize::from((value - units as f64).abs() <= found.units.uncertainty.unwrap());
        }
        own.sort_unstable_by(f64::total_cmp);
        println!("{units} units: median error {:.3}, greatest {:.3}", own[10], own[19]);
        assert!(own[10] < 0.22, "{units}: {own:?}");
        errors.extend(own);
    }
    errors.sort_unstable_by(f64::total_cmp);
    let share = within as f64 / f64::from(all);
    println!("all: median error {:.3}, within the stated spread {share:.3}", errors[errors.len() / 2]);
    assert!(errors[errors.len() / 2] < 0.15);
    assert!((0.9..=0.995).contains(&share), "{share}");
}

#[test]
fn order_of_recording_and_scale_do_not_matter() {
    let scan = simulated(1, 60, true);
    let (s, a, r) = (scan.stimulus_a(), scan.amplitude_v(), scan.range());
    let whole = number(&scan.unit_number().units);
    // Everything twice as strong and three times as large.
    let double: Vec<f64> = s.iter().map(|v| v * 2.0).collect();
    let triple: Vec<f64> = a.iter().map(|v| v * 3.0).collect();
    let other = Scan::new(&double, &triple, Some(r.clone())).unwrap().unit_number();
    assert!((number(&other.units) / whole - 1.0).abs() < 1e-3);
    let (s, a): (Vec<f64>, Vec<f64>) = s.iter().rev().zip(a.iter().rev()).unzip();
    let back = Scan::new(&s, &a, Some(0..r.len())).unwrap().unit_number();
    assert!((number(&back.units) / whole - 1.0).abs() < 0.02, "{:?} {whole}", back.units);
}

#[test]
fn scans_that_tell_nothing_say_so() {
    let why = |scan: &Scan| match scan.unit_number().units.reading {
        Reading::Undefined(why) => why,
        other => panic!("{other:?}"),
    };
    let scan = simulated(3, 40, false);
    let (s, a) = (scan.stimulus_a(), scan.amplitude_v());
    let made = |s: &[f64], a: &[f64]| Scan::new(s, a, Some(0..s.len())).unwrap();
    assert_eq!(why(&made(&s[..90], &a[..90])), "fewer than 100 responses in the scan");
    assert_eq!(why(&made(&s, &vec![1e-3; s.len()])), "the responses do not rise with the stimulus");
    let falling: Vec<f64> = a.iter().map(|v| -v).collect();
    assert_eq!(why(&made(&s, &falling)), "the responses do not rise with the stimulus");
    let mut dip = a.clone();
    let middle = dip.len() * 2 / 3;
    let end = dip.len() - 20;
    dip[middle..end].iter_mut().for_each(|v| *v = 0.0);
    assert_eq!(why(&made(&s, &dip)), "the responses fall while the stimulus rises");
    // The upper half alone: the foot is far from zero.
    let half = a.iter().copied().fold(0.0, f64::max) / 2.0;
    let upper: Vec<(f64, f64)> =
        s.iter().copied().zip(a.iter().copied()).filter(|(_, a)| *a > half).collect();
    let (us, ua): (Vec<f64>, Vec<f64>) = upper.into_iter().unzip();
    assert!(
        ["the scan covers less than 60 % of the response", "fewer than 100 responses in the scan"]
            .contains(&why(&made(&us, &ua)))
    );
    for (s, a, r) in [
        (vec![1.0; 3], vec![1.0; 2], None),
        (vec![1.0], vec![1.0], None),
        (vec![f64::NAN, 1.0], vec![1.0, 1.0], None),
        (vec![1.0, 2.0], vec![f64::INFINITY, 1.0], None),
        (vec![-1.0, 2.0], vec![0.0, 1.0], None),
        (vec![1.0, 2.0], vec![0.0, 1.0], Some(1..1)),
        (vec![1.0, 2.0], vec![0.0, 1.0], Some(0..3)),
    ] {
        assert!(Scan::from_milli(s, a, r).is_err());
    }
    // The shortest possible scan: every readout answers.
    let tiny = Scan::from_milli(vec![1.0, 2.0], vec![0.0, 1.0], None).unwrap();
    assert_eq!(tiny.step_index().d50.value(), Some(1.0));
    assert!(tiny.step_index().stepix.value().is_none());
    let _ = (tiny.levels(), tiny.steps(), tiny.statistics());
}

#[test]
fn a_part_of_a_scan_is_scaled_and_doubted() {
    let scan = simulated(11, 80, true);
    let (s, a) = (scan.stimulus_a(), scan.amplitude_v());
    let most = a.iter().copied().fold(0.0, f64::max);
    let kept = a.iter().rposition(|v| *v > 0.15 * most).unwrap();
    let part = Scan::new(&s[..kept], &a[..kept], Some(15..kept)).unwrap().unit_number();
    assert!(part.doubts.iter().any(|d| d.contains("outside the scan")), "{:?}", part.doubts);
    let value = number(&part.units);
    assert!((value - 80.0).abs() < part.units.uncertainty.unwrap(), "{value}");
    assert!(part.units.uncertainty.unwrap() / value >= 0.2);
}

#[test]
fn tables_of_two_columns_are_scans() {
    let scan = simulated(21, 30, true);
    let table = |header: &str, scale: f64| {
        let rows = scan.stimulus_a().into_iter().zip(scan.amplitude_v());
        rows.fold(format!("# made\n{header}\r\n"), |t, (s, a)| t + &format!("{},{}\n", s * 1e3, a * scale))
    };
    let read = Scan::from_table(&table("stimulus_ma,amplitude_mv", 1e3)).unwrap();
    let micro = Scan::from_table(&table("Stimulus_mA,Amplitude_uV", 1e6)).unwrap();
    // The constant stimuli in front are found.
    assert_eq!((read.range(), read.range_is_stated()), (scan.range(), false));
    assert_eq!(micro.range(), scan.range());
    let (a, b) = (number(&read.unit_number().units), number(&scan.unit_number().units));
    assert!((a / b - 1.0).abs() < 1e-6, "{a} {b}");
    assert!(read.unit_number().doubts.iter().any(|d| d.contains("not stated")));
    for bad in [
        "",
        "a,b\n1,2\n",
        "stimulus_ma,amplitude_mv\n1\n",
        "stimulus_ma,amplitude_mv\n1,x\n3,4\n",
        "stimulus_ma,amplitude_mv\n1,2,3\n",
        "stimulus_ma,amplitude_mv\n1,nan\n",
    ] {
        assert!(Scan::from_table(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn level_indices_rise_with_the_number_of_units() {
    let mean =
        |units: usize, f: fn(&Scan) -> f64| (0..6).map(|s| f(&simulated(s, units, true))).sum::<f64>() / 6.0;
    for (name, f) in [
        ("CDIX", (|s| number(&s.level_index().cdix)) as fn(&Scan) -> f64),
        ("stairs", |s| number(&s.level_index().stairs)),
    ] {
        let found: Vec<f64> = [10, 30, 90].into_iter().map(|n| mean(n, f)).collect();
        println!("{name} of 10, 30 and 90 units: {found:.1?}");
        assert!(found.is_sorted(), "{name}: {found:?}");
    }
}

#[test]
fn a_single_unit_is_one() {
    let stimulus: Vec<f64> = (0..300).map(|i| 5.0 + 0.01 * f64::from(i)).collect();
    let fires = |i: i32| i > 160 || (140..=160).contains(&i) && i % 3 == 0;
    for noise in [0.0, 0.008] {
        let rough = |i: i32| noise * (f64::from(i) * 1.7).sin();
        let amplitude: Vec<f64> = (0..300).map(|i| if fires(i) { 0.4 } else { 0.0 } + rough(i)).collect();
        let scan = Scan::from_milli(stimulus.clone(), amplitude, Some(0..300)).unwrap();
        let units = scan.unit_number();
        assert!((number(&units.units) - 1.0).abs() < 1e-9, "{units:?}");
        assert!((number(&units.largest) / 0.4e-3 - 1.0).abs() < 0.05, "{units:?}");
    }
}
