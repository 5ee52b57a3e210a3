//! The judgement as a whole: from trains and potentials to the impression.

use super::sample::{muap, site_of, train};
use super::*;
use crate::measure::Reading;

type Measured = Result<Muap, &'static str>;

/// Potentials of about this amplitude (µV), duration (ms) and count of turns, spread as in a muscle.
fn potentials(n: usize, amplitude: f64, duration: f64, turns: usize) -> Vec<Measured> {
    let spread = [0.6, 1.5, 0.8, 1.2, 1.0, 2.0, 0.5, 1.1];
    (0..n)
        .map(|i| {
            let k = spread[i % spread.len()];
            let mut m = muap(i, amplitude * k, duration * k.powf(0.3), 3 + turns / 7);
            m.thickness = Reading::Value(0.1 * duration * 1e-3);
            m.size_index = Reading::Value(2.0 * (amplitude * k * 1e-3).log10() + 0.1 * duration);
            m.turns = turns;
            m.spike_duration = Reading::Value(0.3e-3 * duration);
            m.irregularity = Reading::Value(2.8 + 0.1 * (turns as f64 - 5.0));
            Ok(m)
        })
        .collect()
}

/// Judges a muscle of one recording at slight effort: each potential's unit fires at `rate` for its turn of 2 s, so
/// that `at_once` are active together.
fn judged(muaps: &[Measured], rate: f64, at_once: usize) -> Judgement {
    let trains: Vec<Train> = (0..muaps.len())
        .map(|i| {
            let from = 2.0 * (i / at_once) as f64;
            train(from, from + 2.0, rate)
        })
        .collect();
    let site = Site { duration_s: 20.0, ..site_of("slight", &trains, muaps) };
    judge(&Muscle { id: Some("tibialis_anterior"), age_years: Some(50.0), sites: &[site] })
}

fn sum(p: Probabilities) -> f64 {
    p.normal + p.neurogenic + p.myopathic
}

#[test]
fn typical_muscles_get_their_class_and_say_why() {
    for (class, n, amplitude, duration, turns, rate, at_once) in [
        ("normal", 20, 660.0, 9.5, 5, 9.5, 5),
        ("neurogenic", 10, 1500.0, 13.0, 8, 13.5, 2),
        ("myopathic", 20, 300.0, 7.5, 4, 10.5, 7),
    ] {
        let j = judged(&potentials(n, amplitude, duration, turns), rate, at_once);
        assert_eq!(j.impression, class, "{:?} {:#?}", j.probabilities, j.evidence);
        let p = j.probabilities.unwrap();
        assert!((sum(p) - 1.0).abs() < 1e-12);
        let first = &j.evidence[0];
        assert!(first.weight_db.is_some() && first.finding.contains("expected"), "{first:?}");
        let weights: Vec<f64> = j.evidence.iter().filter_map(|e| e.weight_db).collect();
        assert!(
            weights.len() > 5 && weights.windows(2).all(|w| w[0] >= w[1]),
            "strongest first: {weights:?}"
        );
        assert!(j.evidence.iter().all(|e| !e.source.is_empty() && !e.finding.contains("NaN")));
    }
}

#[test]
fn thin_evidence_is_indeterminate_and_nothing_is_no_probability() {
    let none = judge(&Muscle { id: None, age_years: None, sites: &[] });
    assert_eq!((none.impression, none.probabilities), ("indeterminate", None));
    assert_eq!((none.grades.fibrillation, none.grades.recruitment.as_str()), (None, "not_assessable"));
    let one = judged(&potentials(1, 3000.0, 15.0, 9), 9.0, 1);
    assert_eq!(one.impression, "indeterminate");
    assert!(one.caveats.iter().any(|c| c.contains("the evidence is thin")), "{:?}", one.caveats);
    let rest = [site_of("rest", &[], &[])];
    let rest = judge(&Muscle { id: None, age_years: None, sites: &rest });
    assert_eq!((rest.impression, rest.probabilities), ("indeterminate", None));
    let empty = judged(&[], 9.0, 1);
    assert_eq!((empty.impression, empty.probabilities), ("indeterminate", None));
    let unmeasured: Vec<Measured> = vec![Err("too few discharges"); 6];
    assert_eq!(judged(&unmeasured, 9.0, 3).impression, "indeterminate");
}

#[test]
fn refused_recordings_are_not_interpretable_and_do_not_count() {
    let muaps = potentials(20, 300.0, 7.5, 4);
    let trains: Vec<Train> = muaps.iter().map(|_| train(0.0, 8.0, 10.0)).collect();
    let why = ["mains: 80 % of the power".to_owned()];
    let refused = Site { refusals: &why, ..site_of("slight", &trains, &muaps) };
    let j = judge(&Muscle { id: None, age_years: None, sites: std::slice::from_ref(&refused) });
    assert_eq!((j.impression, j.probabilities), ("not_interpretable", None));
    assert!(j.caveats.iter().any(|c| c.contains("mains: 80 %")));
    let rest = site_of("rest", &[], &[]);
    let j = judge(&Muscle { id: None, age_years: None, sites: &[refused, rest] });
    assert_eq!((j.impression, j.probabilities), ("indeterminate", None));
}

#[test]
fn one_unit_in_two_recordings_counts_once_and_two_units_twice() {
    let a = vec![Ok(muap(1, 600.0, 9.0, 3))];
    let mut again = muap(1, 620.0, 9.0, 3);
    again.noise = 1e-6;
    let (b, c) = (vec![Ok(again)], vec![Ok(muap(4, 600.0, 9.0, 3))]);
    let trains = vec![train(0.0, 8.0, 10.0)];
    let n = |sites: &[Site<'_>]| {
        let chosen = potentials::choose(&Muscle { id: None, age_years: None, sites });
        (chosen.used.len(), chosen.again, chosen.used.first().map(|p| p.muap.noise))
    };
    let site = |m: &'static str, muaps| site_of(m, &trains, muaps);
    assert_eq!(n(&[site("slight", &a), site("moderate", &b)]), (1, 1, Some(1e-6)));
    assert_eq!(n(&[site("slight", &a), site("moderate", &c)]), (2, 0, Some(2e-6)));
    let two = [a[0].clone(), a[0].clone()];
    let trains = vec![train(0.0, 8.0, 10.0); 2];
    assert_eq!(n(&[site_of("slight", &trains, &two)]).0, 2, "the decomposition told them apart");
}

#[test]
fn far_unfit_and_maximal_potentials_do_not_count() {
    let mut far = muap(0, 600.0, 9.0, 3);
    far.rise_time = Reading::Value(1.2e-3);
    let mut unknown = muap(1, 600.0, 9.0, 3);
    unknown.rise_time = Reading::Undefined("below 10 kHz");
    let muaps = vec![Ok(far), Ok(unknown), Err("no"), Ok(muap(2, 600.0, 9.0, 3)), Ok(muap(3, 600.0, 9.0, 3))];
    let mut trains = vec![train(0.0, 8.0, 10.0); 5];
    trains[3].unfit.push("few discharges".into());
    let of = |level| {
        let sites = [site_of(level, &trains, &muaps)];
        let c = potentials::choose(&Muscle { id: None, age_years: None, sites: &sites });
        (c.used.len(), c.unfit, c.far)
    };
    assert_eq!(of("slight"), (1, 2, 2));
    assert_eq!(of("maximal"), (0, 0, 0));
    let coarse = Site { sampling_frequency: Hertz(4000.0), ..site_of("slight", &trains, &muaps) };
    let sites = [coarse];
    let c = potentials::choose(&Muscle { id: None, age_years: None, sites: &sites });
    assert_eq!((c.used.len(), c.far, c.unjudged), (3, 0, 1), "a sample is allowed for, and it is 0.25 ms");
}

#[test]
fn unstable_potentials_of_normal_size_are_no_normal_muscle() {
    let mut muaps = potentials(20, 660.0, 9.5, 5);
    for m in muaps.iter_mut().flatten() {
        m.consecutive_amplitude_difference = Reading::Value(0.3);
    }
    let j = judged(&muaps, 9.5, 5);
    assert_ne!(j.impression, "normal", "{:?}", j.probabilities);
    assert!(j.evidence.iter().any(|e| e.finding.starts_with("unstable potentials") && e.verdict == "met"));
}

#[test]
fn extreme_numbers_give_finite_results() {
    for (amplitude, duration) in [(1e-9, 1e-6), (1e9, 1e6), (f64::MIN_POSITIVE, 1.0)] {
        let j = judged(&potentials(8, amplitude, duration, 1), 9.0, 4);
        if let Some(p) = j.probabilities {
            assert!((sum(p) - 1.0).abs() < 1e-9 && p.normal.is_finite());
        }
        assert!(j.evidence.iter().filter_map(|e| e.weight_db).all(f64::is_finite));
        assert!(
            j.summary.iter().all(|s| s.mean.is_none_or(f64::is_finite) && s.z.is_none_or(f64::is_finite))
        );
    }
    let mut broken = muap(0, 500.0, 9.0, 3);
    broken.amplitude = f64::NAN;
    assert_eq!(judged(&[Ok(broken)], 9.0, 1).probabilities.map(sum).unwrap_or(1.0).round(), 1.0);
}
