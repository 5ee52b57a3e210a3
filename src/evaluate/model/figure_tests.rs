//! Figures against their definitions, written down without anything clever.

use super::super::super::statistics::calibration_error;
use super::*;

/// Cases with made-up probabilities of `classes` classes.
fn cases(n: usize, classes: usize) -> Vec<Case> {
    let case = |i: usize| {
        let raw: Vec<f64> = (0..classes).map(|k| 1.0 + ((i * 31 + k * 17) % 23) as f64 / 4.0).collect();
        let sum: f64 = raw.iter().sum();
        Case {
            subject: i,
            class: (i * 5 + i / 3) % classes,
            fold: 0,
            probabilities: raw.iter().map(|v| v / sum).collect(),
            set: vec![true; classes],
            why: if i.is_multiple_of(4) { vec!["unsure".into()] } else { Vec::new() },
            windows: 4,
            windows_right: i % 5,
            windows_log_loss: 0.5,
        }
    };
    (0..n).map(case).collect()
}

fn value(id: &str, cases: &[Case], classes: usize) -> Option<f64> {
    let cases: Vec<&Case> = cases.iter().collect();
    (FIGURES.iter().find(|f| f.id == id).unwrap().compute)(&cases, classes)
}

#[test]
fn the_area_is_the_share_of_pairs_in_the_right_order() {
    for classes in [2, 3] {
        let cases = cases(60, classes);
        let naive = |k: usize| {
            let (mut sum, mut pairs) = (0.0, 0.0);
            for a in cases.iter().filter(|c| c.class == k) {
                for b in cases.iter().filter(|c| c.class != k) {
                    let (x, y) = (a.probabilities[k], b.probabilities[k]);
                    sum += if x > y {
                        1.0
                    } else if x < y {
                        0.0
                    } else {
                        0.5
                    };
                    pairs += 1.0;
                }
            }
            sum / pairs
        };
        let want = if classes == 2 { naive(1) } else { (0..3).map(naive).sum::<f64>() / 3.0 };
        assert!((value("auc", &cases, classes).unwrap() - want).abs() < 1e-12);
    }
    assert_eq!(area(&[(0.3, true)]), None);
}

#[test]
fn balanced_figures_are_means_of_the_classes_means() {
    let cases = cases(61, 3);
    let by = |of: &dyn Fn(&Case) -> f64| {
        let of_class = |k: usize| {
            let own: Vec<f64> = cases.iter().filter(|c| c.class == k).map(of).collect();
            own.iter().sum::<f64>() / own.len() as f64
        };
        (0..3).map(of_class).sum::<f64>() / 3.0
    };
    for (id, of) in [
        ("balanced_accuracy", &(|c: &Case| f64::from(u8::from(c.right()))) as &dyn Fn(&Case) -> f64),
        ("log_loss", &|c: &Case| -c.probabilities[c.class].ln()),
        ("brier", &|c: &Case| {
            (0..3).map(|k| (c.probabilities[k] - if k == c.class { 1.0 } else { 0.0 }).powi(2)).sum()
        }),
        ("windows_balanced_accuracy", &|c: &Case| c.windows_right as f64 / 4.0),
    ] {
        let got = value(id, &cases, 3).unwrap();
        assert!((got - by(of)).abs() < 1e-12, "{id}: {got}");
    }
    assert_eq!(value("balanced_accuracy", &cases[..1], 3), None, "a class without cases");
}

#[test]
fn with_classes_of_one_size_the_calibration_error_is_that_of_all_evaluations() {
    let mut cases = cases(90, 3);
    cases.iter_mut().enumerate().for_each(|(i, c)| c.class = i % 3);
    let plain: Vec<(f64, bool)> = cases.iter().map(|c| (c.probabilities[c.guess()], c.right())).collect();
    // Ties across the border of two bins could fall differently.
    let distinct = plain.iter().map(|c| c.0.to_bits()).collect::<std::collections::BTreeSet<_>>().len();
    let (got, want) = (value("calibration_error", &cases, 3).unwrap(), calibration_error(&plain).unwrap());
    assert!((got - want).abs() < if distinct == 90 { 1e-12 } else { 0.05 }, "{got} {want}");
    let many: Vec<&Case> = cases.iter().cycle().take(200).collect();
    assert_eq!(reliability(&many, 3).unwrap().len(), 15);
    assert!((reliability(&many, 3).unwrap().iter().map(|b| b.weight).sum::<f64>() - 1.0).abs() < 1e-12);
}

#[test]
fn abstentions_stand_apart() {
    let cases = cases(40, 2);
    let all: Vec<&Case> = cases.iter().collect();
    let table = confusion(&all, 2);
    assert_eq!(table.iter().flatten().sum::<usize>(), 40);
    assert_eq!(table[0][2] + table[1][2], 10);
    assert_eq!(value("answered", &cases, 2), Some(0.75));
    let curve = coverage_curve(&all);
    assert!((curve.last().unwrap().2 - value("accuracy", &cases, 2).unwrap()).abs() < 1e-12);
    assert!(curve.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 >= w[1].1));
}

#[test]
fn every_figure_is_named_and_sourced_and_ids_are_unique() {
    for (i, f) in FIGURES.iter().enumerate() {
        assert!(!f.name.is_empty() && !f.definition.is_empty() && !f.source.is_empty(), "{}", f.id);
        assert!(FIGURES[..i].iter().all(|o| o.id != f.id), "{}", f.id);
    }
}
