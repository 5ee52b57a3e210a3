//! Repetitive stimulation against simulated truth and on bad input.

#![expect(clippy::unwrap_used, reason = "a test may stop where its ground gives way")]

#[path = "ncs_support/late.rs"]
mod late;

use late::{noise, numbers, potential, studies, sweeps};
use myotome::measure::Reading;
use myotome::ncs::Sweeps;
use myotome::ncs::repetitive::{
    CutOptions, FlagKind, RepetitiveOptions, TimedTrain, Train, TrainTimes, series,
};
use myotome::units::{Hertz, Seconds};

fn train(sweeps: &Sweeps) -> Train {
    RepetitiveOptions::default().design(sweeps.sampling_frequency()).unwrap().apply(sweeps).unwrap()
}

fn cmap(t: f64) -> f64 {
    potential((t - 0.003) / 0.0024)
}

/// A failing junction's course, shares of the first.
const MYASTHENIC: [f64; 10] = [1.0, 0.82, 0.74, 0.70, 0.69, 0.70, 0.715, 0.73, 0.74, 0.75];

#[test]
fn decrements_of_the_fixture_are_right_and_artefact_trains_flagged() {
    let all = studies("r");
    assert_eq!(all.len(), 4, "the fixture's trains");
    for study in &all {
        let got = train(&study.sweeps);
        let artefact = study.truth["artefact"] == true;
        assert_eq!(got.reliable(), !artefact, "seed {}: {:?}", study.seed, got.flags);
        if artefact {
            continue;
        }
        for (name, got, want) in [
            ("amplitude", &got.amplitude_decrements_percent, numbers(&study.truth["amplitude"])),
            ("area", &got.area_decrements_percent, numbers(&study.truth["area"])),
        ] {
            for (k, got) in got.iter().enumerate() {
                let fall = 100.0 * (1.0 - want[k] / want[0]);
                // A point; where a first potential of less than a millivolt grows, 20 µV of its baseline are more: 4 %.
                let limit = if want[k] > 1.2 * want[0] { 4.0 * want[k] / want[0] } else { 1.0 };
                let got = got.value().unwrap();
                assert!((got - fall).abs() < limit, "seed {} {name} {}: {got} for {fall}", study.seed, k + 1);
            }
        }
    }
}

#[test]
fn a_myasthenic_train_is_measured_and_believed() {
    let x = sweeps(10, 1000, -0.005, 20_000.0, 1e-5, |i, t| 7e-3 * MYASTHENIC[i] * cmap(t));
    let got = train(&x);
    assert!(got.reliable(), "{:?}", got.flags);
    assert!((got.decrement_percent.value().unwrap() - 30.0).abs() < 0.5);
    assert!((got.largest_decrement_percent.value().unwrap() - 31.0).abs() < 0.5);
    assert_eq!(got.lowest, Some(5));
    assert!(got.increment_percent.value().unwrap().abs() < 0.01);
    assert!((got.potentials[0].amplitude.value().unwrap() / 7e-3 - 1.0).abs() < 0.005);
    assert!(got.decrement_percent.uncertainty.unwrap() < 1.0);
    assert_eq!(got, train(&x), "the same again");
}

#[test]
fn a_growing_train_has_an_increment() {
    let x = sweeps(10, 1000, -0.005, 20_000.0, 5e-6, |i, t| 1e-3 * (1.0 + 0.1 * i as f64) * cmap(t));
    let got = train(&x);
    assert!((got.increment_percent.value().unwrap() - 90.0).abs() < 2.0, "{:?}", got.increment_percent);
    assert!(got.decrement_percent.value().unwrap() < -25.0);
}

#[test]
fn a_step_with_another_shape_and_jumps_are_flagged() {
    let step = sweeps(10, 1000, -0.005, 20_000.0, 5e-6, |i, t| {
        if i < 5 { 7e-3 * cmap(t) } else { 5.5e-3 * potential((t - 0.0034) / 0.003) }
    });
    let got = train(&step);
    assert!(!got.reliable());
    assert!(
        got.flags.iter().any(|f| matches!(f.kind, FlagKind::Shape | FlagKind::Shift | FlagKind::Irregular))
    );
    let jumps =
        sweeps(10, 1000, -0.005, 20_000.0, 5e-6, |i, t| if i % 3 == 1 { 5.8e-3 } else { 7e-3 } * cmap(t));
    assert!(train(&jumps).flags.iter().any(|f| f.kind == FlagKind::Irregular));
}

#[test]
fn clipped_absent_and_few_potentials_say_so() {
    let clipped = sweeps(10, 1000, -0.005, 20_000.0, 0.0, |_, t| (7e-3 * cmap(t)).min(4e-3));
    let got = train(&clipped);
    assert!(got.flags.iter().any(|f| f.kind == FlagKind::Clipped && f.potentials.len() == 10));
    assert!(matches!(got.decrement_percent.reading, Reading::Undefined(_)));

    let noise = sweeps(10, 1000, -0.005, 20_000.0, 1e-5, |_, _| 0.0);
    let got = train(&noise);
    assert!(!got.reliable());
    assert!(got.flags.iter().any(|f| f.kind == FlagKind::Absent), "{:?}", got.flags);

    let flat = Sweeps::from_recorded(vec![vec![0.0; 400]; 10], Seconds(0.0), Hertz(10_000.0)).unwrap();
    let got = train(&flat);
    assert!(got.potentials.iter().all(|p| p.amplitude.reading == Reading::Absent));
    assert!(matches!(got.decrement_percent.reading, Reading::Undefined(_)));

    let one = sweeps(1, 1000, -0.005, 20_000.0, 5e-6, |_, t| 7e-3 * cmap(t));
    let got = train(&one);
    assert!(matches!(got.decrement_percent.reading, Reading::Undefined(_)));
    assert_eq!(got.lowest, None);
    assert!(got.doubts.iter().any(|d| d.id == "few_stimuli"));
}

#[test]
fn bad_options_and_short_sweeps_are_errors() {
    let good = RepetitiveOptions::default();
    for bad in [
        RepetitiveOptions { window: (Seconds(0.02), Seconds(0.01)), ..good },
        RepetitiveOptions { least_correlation: f64::NAN, ..good },
        RepetitiveOptions { largest_irregularity: 0.0, ..good },
        RepetitiveOptions { least_noise_ratio: 1.0, ..good },
    ] {
        assert!(bad.design(Hertz(1e4)).is_err_and(|e| e.is_usage()), "{bad:?}");
    }
    assert!(good.design(Hertz(100.0)).is_err());
    let plan = good.design(Hertz(1e4)).unwrap();
    for (samples, start) in [(2, 0.0), (20, 0.0), (500, 1.0), (500, -1.0)] {
        let x = Sweeps::from_recorded(vec![vec![0.0; samples]], Seconds(start), Hertz(1e4)).unwrap();
        assert!(plan.apply(&x).is_err(), "{samples} samples from {start} s");
    }
}

/// A continuous recording, active minus reference: an artefact and a CMAP every third of a second.
fn continuous(artefact: f64) -> Vec<f64> {
    let (fs, mut noise) = (10_000.0, noise(3));
    (0..36_000)
        .map(|k| {
            let t = k as f64 / fs - 0.2;
            let i = (t * 3.0).floor();
            let since = t - i / 3.0;
            let there = (0.0..10.0).contains(&i);
            let course = (0u8..).zip(MYASTHENIC).find(|(k, _)| f64::from(*k) == i).map_or(0.0, |c| c.1);
            let size = 7e-3 * course;
            let spike = if there { artefact * (-since / 0.00025).exp() } else { 0.0 };
            -(size * cmap(since) + spike + 5e-6 * noise())
        })
        .collect()
}

#[test]
fn a_continuous_train_is_cut_at_its_artefacts() {
    let x = continuous(0.02);
    let found = CutOptions::new(TrainTimes::Detect { frequency: Hertz(3.0) }).apply(&x, Hertz(1e4)).unwrap();
    assert_eq!(found.times.len(), 10);
    for (i, t) in found.times.iter().enumerate() {
        assert!((t - 0.2 - i as f64 / 3.0).abs() < 0.0003, "stimulus {i} at {t}");
    }
    let got = train(&found.sweeps);
    assert!((got.decrement_percent.value().unwrap() - 30.0).abs() < 1.0);
    assert!(got.reliable(), "{:?}", got.flags);
    let given = CutOptions::new(TrainTimes::Given(found.times.clone())).apply(&x, Hertz(1e4)).unwrap();
    assert_eq!(given, found);
}

#[test]
fn a_recording_without_artefacts_is_refused() {
    let mut noise = noise(5);
    let hiss: Vec<f64> = (0..36_000).map(|_| 1e-5 * noise()).collect();
    let detect = CutOptions::new(TrainTimes::Detect { frequency: Hertz(3.0) });
    for x in [hiss, vec![0.0; 36_000], vec![0.0; 3], Vec::new()] {
        assert!(detect.apply(&x, Hertz(1e4)).is_err());
    }
    let x = continuous(0.02);
    assert!(CutOptions::new(TrainTimes::Detect { frequency: Hertz(5.0) }).apply(&x, Hertz(1e4)).is_err());
    assert!(CutOptions::new(TrainTimes::Given(vec![])).apply(&x, Hertz(1e4)).is_err());
    assert!(CutOptions::new(TrainTimes::Given(vec![1.0, 0.5])).apply(&x, Hertz(1e4)).is_err());
    assert!(CutOptions::new(TrainTimes::Given(vec![99.0])).apply(&x, Hertz(1e4)).is_err());
    assert!(detect.apply(&[f64::NAN; 100], Hertz(1e4)).is_err());
}

#[test]
fn trains_after_exercise_are_compared_with_rest() {
    let make = |size: f64, depth: f64| {
        let course = move |i: usize| 1.0 - depth * (1.0 - MYASTHENIC[i]);
        train(&sweeps(10, 1000, -0.005, 20_000.0, 5e-6, move |i, t| size * course(i) * cmap(t)))
    };
    let (rest, soon, later) = (make(5e-3, 0.5), make(6e-3, 0.1), make(4.9e-3, 0.9));
    let of = |after_exercise_s, train| TimedTrain { after_exercise_s, train };
    let got = series(&[of(None, &rest), of(Some(180.0), &later), of(Some(5.0), &soon)]);
    assert_eq!(got.after.iter().map(|a| a.after_exercise_s).collect::<Vec<_>>(), [5.0, 180.0]);
    assert!((got.rest_decrement_percent.value().unwrap() - 15.0).abs() < 0.5);
    assert!((got.facilitation_percent.value().unwrap() - 20.0).abs() < 1.0);
    assert!((got.repair_percent.value().unwrap() - 12.0).abs() < 1.0);
    assert!((got.exhaustion_percent.value().unwrap() - 12.0).abs() < 1.0);
    let alone = series(&[of(Some(5.0), &soon)]);
    assert!(matches!(alone.repair_percent.reading, Reading::Undefined(_)));
    assert!(matches!(series(&[]).facilitation_percent.reading, Reading::Undefined(_)));
}
