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
const PULL: f64 = 0.05;
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

#[cfg(test)]
mod tests {
    use super::super::model::MODEL;
    use super::*;

    /// Numbers of a normal distribution, seeded.
    struct Normal(u64);
    impl Normal {
        fn next(&mut self) -> f64 {
            let mut sum = 0.0;
            for _ in 0..12 {
                self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                sum += (self.0 >> 33) as f64 / f64::from(1_u32 << 31);
            }
            sum - 6.0
        }
    }

    /// Muscles drawn from the model: `spread` scales the distance of the potentials from their mean.
    fn muscles(n: usize, potentials: usize, seed: u64) -> Vec<Case> {
        let mut random = Normal(seed);
        let mut out = Vec::new();
        for k in 0..n {
            let state = k % STATES.len();
            let features = MODEL
                .iter()
                .filter(|r| r.feature != "fibrillation")
                .map(|r| {
                    let count = if r.correlation > 0.0 { potentials } else { 1 };
                    // Between muscles and within them.
                    let shift = 0.1 * random.next();
                    let values = (0..count).map(|_| r.mean(state) + shift + 0.3 * random.next()).collect();
                    Feature { id: r.feature, values }
                })
                .collect();
            out.push(Case { class: STATES[state].1, features });
        }
        out
    }

    fn scored(weights: &[f64], cases: &[Case]) -> Score {
        let judged: Vec<_> =
            cases.iter().map(|c| (c.class, probabilities(&MODEL, weights, &c.features))).collect();
        score(&judged).unwrap()
    }

    #[test]
    fn a_feature_of_pure_noise_loses_its_weight_and_the_fit_beats_its_start() {
        let mut cases = muscles(150, 10, 1);
        let mut random = Normal(9);
        let place = MODEL.iter().position(|r| r.feature == "fastest_slight").unwrap();
        for c in &mut cases {
            for f in c.features.iter_mut().filter(|f| f.id == "fastest_slight") {
                f.values = vec![2.4 + 0.3 * random.next()];
            }
        }
        let weights = fit(&MODEL, &cases);
        assert!(weights.iter().all(|w| w.is_finite() && *w >= 0.0));
        let unspoiled = fit(&MODEL, &muscles(150, 10, 1))[place];
        assert!(weights[place] < USUAL.min(unspoiled), "{} {unspoiled}", weights[place]);
        let start = scored(&vec![USUAL; MODEL.len()], &cases);
        let fitted = scored(&weights, &cases);
        assert!(fitted.log_loss < start.log_loss, "{fitted:?} {start:?}");
        // Unseen muscles.
        let mut fresh = muscles(150, 10, 77);
        for f in fresh.iter_mut().flat_map(|c| &mut c.features).filter(|f| f.id == "fastest_slight") {
            f.values = vec![2.4 + 0.3 * random.next()];
        }
        assert!(scored(&weights, &fresh).balanced_accuracy > 0.9);
    }

    #[test]
    fn more_potentials_make_the_truth_more_probable_on_average() {
        let weights: Vec<f64> =
            MODEL.iter().map(|r| if r.correlation > 0.0 { r.weight } else { 0.0 }).collect();
        let losses: Vec<f64> =
            [1, 5, 20].iter().map(|&n| scored(&weights, &muscles(300, n, 5)).log_loss).collect();
        assert!(losses[0] > losses[1] && losses[1] > losses[2], "{losses:?}");
    }

    #[test]
    fn scores_of_known_judgements() {
        let sure = |c| match c {
            Class::Normal => [1.0, 0.0, 0.0],
            Class::Neurogenic => [0.0, 1.0, 0.0],
            Class::Myopathic => [0.0, 0.0, 1.0],
        };
        let right: Vec<_> = Class::ALL.iter().map(|&c| (c, sure(c))).collect();
        let s = score(&right).unwrap();
        assert_eq!((s.balanced_accuracy, s.brier, s.calibration_error), (1.0, 0.0, 0.0));
        let wrong = [(Class::Normal, sure(Class::Myopathic))];
        let s = score(&wrong).unwrap();
        assert_eq!((s.balanced_accuracy, s.brier, s.calibration_error), (0.0, 2.0, 1.0));
        assert!(s.log_loss.is_finite());
        let flat = vec![(Class::Normal, [0.5, 0.25, 0.25]), (Class::Neurogenic, [0.5, 0.25, 0.25])];
        assert!((score(&flat).unwrap().calibration_error) < 0.51);
        assert!(score(&[]).is_none());
        assert_eq!(fit(&MODEL, &[]).len(), MODEL.len());
    }
}
