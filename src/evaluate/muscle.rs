//! The impression of a muscle against its true class, over many muscles.

use super::matching::share;
use super::statistics::{calibration_error, mean};
use super::study::{CLASSES, StudyScore};

/// What to make of a muscle without an impression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Abstention {
    Wrong,
    LeftOut,
}

/// Muscles of the three classes; others (neuromuscular junction) have no right impression, and those that were
/// recorded at rest only need not have one.
pub(super) fn of_three<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = &'a StudyScore> {
    s.iter().copied().filter(|s| s.is_of_a_muscle() && s.true_class().is_some())
}

/// Mean over the classes that occur of the share that is right, and the number of muscles.
pub(super) fn balanced_accuracy(s: &[&StudyScore], abstention: Abstention) -> Option<(f64, usize)> {
    let (mut right, mut all) = ([0; CLASSES.len()], [0; CLASSES.len()]);
    for study in of_three(s) {
        let Some(class) = study.true_class() else { continue };
        if study.found_class().is_none() && abstention == Abstention::LeftOut {
            continue;
        }
        all[class] += 1;
        right[class] += usize::from(study.found_class() == Some(class));
    }
    let shares: Vec<f64> = right.iter().zip(&all).filter_map(|(r, a)| share(*r, *a)).collect();
    Some((mean(&shares)?, all.iter().sum()))
}

/// Truth and probabilities of the muscles that have both; probabilities that do not sum to 1 are scaled.
fn judged<'a>(s: &'a [&StudyScore]) -> impl Iterator<Item = (usize, [f64; 3])> + 'a {
    of_three(s).filter_map(|s| {
        let p = s.probabilities?;
        let sum: f64 = p.iter().sum();
        (sum > 0.0 && p.iter().all(|p| *p >= 0.0)).then_some(())?;
        Some((s.true_class()?, p.map(|p| p / sum)))
    })
}

/// Mean over muscles of Σ (p − truth)², and their number.
pub(super) fn brier(s: &[&StudyScore]) -> Option<(f64, usize)> {
    let scores: Vec<f64> = judged(s)
        .map(|(class, p)| {
            let off = |(i, p): (usize, &f64)| (p - if i == class { 1.0 } else { 0.0 }).powi(2);
            p.iter().enumerate().map(off).sum()
        })
        .collect();
    Some((mean(&scores)?, scores.len()))
}

/// Calibration error of the most probable class, and the number of muscles.
pub(super) fn calibration(s: &[&StudyScore]) -> Option<(f64, usize)> {
    let cases: Vec<(f64, bool)> = judged(s)
        .map(|(class, p)| {
            let top = (0..p.len()).fold(0, |best, i| if p[i] > p[best] { i } else { best });
            (p[top], top == class)
        })
        .collect();
    Some((calibration_error(&cases)?, cases.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::{RecordingScore, SpontaneousScore};

    fn study(class: &str, impression: &str, probabilities: Option<[f64; 3]>) -> StudyScore {
        StudyScore {
            name: String::new(),
            class: class.into(),
            state: String::new(),
            severity: 0.5,
            impression: impression.into(),
            probabilities,
            recordings: vec![RecordingScore {
                file: String::new(),
                level: "slight".into(),
                reported: true,
                units: vec![],
                trains: vec![],
                spontaneous: SpontaneousScore::default(),
            }],
        }
    }

    #[test]
    fn classes_count_alike_however_many_muscles_they_have() {
        let all = [
            study("normal", "normal", Some([0.8, 0.1, 0.1])),
            study("normal", "normal", Some([0.6, 0.3, 0.1])),
            study("normal", "indeterminate", None),
            study("normal", "myopathic", Some([0.0, 0.0, 2.0])),
            study("neurogenic", "neurogenic", Some([0.1, 0.9, 0.0])),
            study("neuromuscular_junction", "normal", Some([1.0, 0.0, 0.0])),
            StudyScore { recordings: vec![], ..study("myopathic", "normal", Some([1.0, 0.0, 0.0])) },
        ];
        let s: Vec<&StudyScore> = all.iter().collect();
        let (value, n) = balanced_accuracy(&s, Abstention::Wrong).unwrap();
        assert!((value - (0.5 + 1.0) / 2.0).abs() < 1e-12 && n == 5);
        let (value, n) = balanced_accuracy(&s, Abstention::LeftOut).unwrap();
        assert!((value - (2.0 / 3.0 + 1.0) / 2.0).abs() < 1e-12 && n == 4);
        // 0.04 + 0.01 + 0.01, 0.16 + 0.09 + 0.01, 1 + 0 + 1 (scaled), 0.01 + 0.01
        let (value, n) = brier(&s).unwrap();
        assert!((value - (0.06 + 0.26 + 2.0 + 0.02) / 4.0).abs() < 1e-12 && n == 4, "{value}");
        // One bin of four: mean confidence (0.8 + 0.6 + 1 + 0.9) / 4, right 3 of 4.
        let (value, n) = calibration(&s).unwrap();
        assert!((value - (0.825f64 - 0.75)).abs() < 1e-12 && n == 4, "{value}");
        assert_eq!(brier(&[]), None);
    }
}
