//! Fitting the weights of the model's features on muscles whose class is known.
//!
//! The mean over the classes of −ln P(class), plus a penalty that pulls the weights to [`USUAL`], is minimised over
//! weights that are not negative, so a feature can lose its say and never turn its direction around.

use super::features::Feature;
use super::model::{Class, Row, STATES, posterior, sum};

/// A muscle with its class.
#[derive(Debug, Clone)]
pub struct Case {
    /// Known.
    pub class: Class,
    /// Measured.
    pub features: Vec<Feature>,
}

/// Weight without data: features repeat each other. Ours, the lower end of 0.3 to 0.6 for tempered Bayes.
const USUAL: f64 = 0.3;
/// Strength of the pull, per squared difference from [`USUAL`]. Ours.
const PULL: f64 = 0.02;
/// Steps of the descent and their size.
const STEPS: u32 = 4000;
const STEP: f64 = 0.02;

/// Fitted weights of the rows of a table, in its order. Without cases every weight is the usual one.
#[expect(clippy::cast_precision_loss, reason = "counts of muscles")]
pub fn fit(table: &[Row], cases: &[Case]) -> Vec<f64> {
    let evidence: Vec<(Class, Vec<[f64; STATES.len()]>)> =
        cases.iter().map(|c| (c.class, table.iter().map(|r| of(r, &c.features)).collect())).collect();
    let share = |class: Class| {
        let classes = Class::ALL.iter().filter(|c| cases.iter().any(|k| k.class == **c)).count();
        1.0 / (classes.max(1) * cases.iter().filter(|c| c.class == class).count().max(1)) as f64
    };
    let shares = Class::ALL.map(share);
    let mut weights = vec![USUAL; table.len()];
    // Adam; the problem is smooth and small.
    let (mut first, mut second) = (vec![0.0; table.len()], vec![0.0; table.len()]);
    for step in 1..=STEPS {
        let mut slope: Vec<f64> = weights.iter().map(|w| 2.0 * PULL * (w - USUAL)).collect();
        for (class, rows) in &evidence {
            let total = sum(rows.iter().zip(&weights).map(|(e, w)| e.map(|v| v * w)));
            let (all, own) = (shares_of(&total, None), shares_of(&total, Some(*class)));
            for (s, e) in slope.iter_mut().zip(rows) {
                let towards: f64 = e.iter().zip(all.iter().zip(&own)).map(|(e, (a, o))| e * (a - o)).sum();
                *s += shares[*class as usize] * towards;
            }
        }
        for k in 0..weights.len() {
            first[k] += 0.1 * (slope[k] - first[k]);
            second[k] += 0.001 * (slope[k] * slope[k] - second[k]);
            let (a, b) = (
                first[k] / (1.0 - 0.9_f64.powi(step.cast_signed())),
                second[k] / (1.0 - 0.999_f64.powi(step.cast_signed())),
            );
            weights[k] = (weights[k] - STEP * a / (b.sqrt() + 1e-9)).max(0.0);
        }
    }
    weights
}

fn of(row: &Row, features: &[Feature]) -> [f64; STATES.len()] {
    let found = features.iter().find(|f| f.id == row.feature && !f.values.is_empty());
    found.map_or([0.0; STATES.len()], |f| row.evidence(&f.values))
}

/// Shares of the states, of all or within one class; each class has the same prior.
#[expect(clippy::cast_precision_loss, reason = "a count of states")]
fn shares_of(total: &[f64; STATES.len()], class: Option<Class>) -> [f64; STATES.len()] {
    let most = total.iter().copied().fold(f64::MIN, f64::max);
    let mut out = [0.0; STATES.len()];
    for ((o, (_, c)), e) in out.iter_mut().zip(STATES).zip(total) {
        let of_class = STATES.iter().filter(|s| s.1 == c).count() as f64;
        *o = if class.is_none_or(|k| k == c) { (e - most).exp() / of_class } else { 0.0 };
    }
    let sum: f64 = out.iter().sum();
    // A class so improbable that all its states vanish: equal shares keep the slope finite.
    if sum > 0.0 {
        return out.map(|o| o / sum);
    }
    let n = STATES.iter().filter(|s| class.is_none_or(|k| k == s.1)).count() as f64;
    STATES.map(|s| if class.is_none_or(|k| k == s.1) { 1.0 / n } else { 0.0 })
}

/// How good probabilities are over cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// Mean over the classes of the share that is most probable where it is true.
    pub balanced_accuracy: f64,
    /// Mean squared distance of the probabilities from the truth, summed over the classes; 0 is best, 2 worst.
    pub brier: f64,
    /// Mean of −ln P(class).
    pub log_loss: f64,
    /// Expected calibration error of the largest probability, 10 bins of equal counts.
    pub calibration_error: f64,
}

/// Scores probabilities, in the order of [`Class::ALL`], against the truth; `None` without any.
#[expect(clippy::cast_precision_loss, reason = "counts of muscles")]
pub fn score(judged: &[(Class, [f64; 3])]) -> Option<Score> {
    if judged.is_empty() {
        return None;
    }
    let n = judged.len() as f64;
    let best = |p: &[f64; 3]| (0..3).max_by(|&a, &b| p[a].total_cmp(&p[b])).unwrap_or(0);
    let recalls: Vec<f64> = Class::ALL
        .iter()
        .filter_map(|&c| {
            let of: Vec<_> = judged.iter().filter(|j| j.0 == c).collect();
            let right = of.iter().filter(|j| best(&j.1) == c as usize).count();
            (!of.is_empty()).then(|| right as f64 / of.len() as f64)
        })
        .collect();
    let one = |class: Class, k: usize| f64::from(u8::from(class as usize == k));
    let brier =
        judged.iter().map(|(c, p)| (0..3).map(|k| (p[k] - one(*c, k)).powi(2)).sum::<f64>()).sum::<f64>() / n;
    let log_loss = -judged.iter().map(|(c, p)| p[*c as usize].max(1e-12).ln()).sum::<f64>() / n;
    let mut sure: Vec<(f64, f64)> = judged.iter().map(|(c, p)| (p[best(p)], one(*c, best(p)))).collect();
    sure.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bin = sure.len().div_ceil(10);
    let gap =
        |b: &[(f64, f64)]| (b.iter().map(|s| s.0).sum::<f64>() - b.iter().map(|s| s.1).sum::<f64>()).abs();
    let calibration_error = sure.chunks(bin).map(gap).sum::<f64>() / n;
    let balanced_accuracy = recalls.iter().sum::<f64>() / recalls.len() as f64;
    Some(Score { balanced_accuracy, brier, log_loss, calibration_error })
}

/// Probabilities of a case under weights.
pub fn probabilities(table: &[Row], weights: &[f64], features: &[Feature]) -> [f64; 3] {
    posterior(&sum(table.iter().zip(weights).map(|(r, w)| of(r, features).map(|e| e * w))))
}
