//! The statistical model of the impression: `data/reference/muscle_model.csv`.
//!
//! Each class is a mixture of states with equal shares, because an acute neurogenic lesion has normal potentials and
//! a chronic one has not. In a state every feature has a distribution of its own (a mean and an SD; a share for what is
//! present or not), and the logarithms of their densities are added, each times a weight: tempered Bayes. A weight
//! below 1 says that the feature repeats in part what others say. The potentials of a muscle repeat each other too:
//! n of them count as n/(1 + (n − 1)·ρ), ρ the correlation within a muscle (design effect, Kish).
//!
//! Means and SDs were set by hand, before the weights: from the norms where there are some, else rounded between two
//! simulators (`simulate needle` and a changed `data/demo/make_demo.py`), SDs broadened for device and generator. The
//! weights were fitted by `calibrate::fit` on development seeds of both, on trains of the decomposition and of the
//! truth, all pooled; `examples/fit_muscle.rs` measures, fits and scores in one go. They were made on simulated muscles
//! of tibialis anterior: no accuracy in patients follows from them.
//!
//! Densities are Student's t with 8 degrees of freedom instead of Gaussian ones (ours), so that no single feature that
//! lies outside everything seen decides alone.

use super::features::Feature;
use crate::norms::rows;
use std::sync::LazyLock;

/// What a muscle can be in, and the class of it.
pub const STATES: [(&str, Class); 5] = [
    ("normal", Class::Normal),
    ("acute", Class::Neurogenic),
    ("subacute", Class::Neurogenic),
    ("chronic", Class::Neurogenic),
    ("myopathic", Class::Myopathic),
];

/// Degrees of freedom of the densities.
const FREEDOM: f64 = 8.0;

/// Class of the impression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the field")]
pub enum Class {
    Normal,
    Neurogenic,
    Myopathic,
}

impl Class {
    /// All, in the order of their probabilities.
    pub const ALL: [Class; 3] = [Class::Normal, Class::Neurogenic, Class::Myopathic];
    /// The result file's word.
    pub fn id(self) -> &'static str {
        ["normal", "neurogenic", "myopathic"][self as usize]
    }
}

/// How a feature is spread in a state.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Spread {
    /// Mean and SD.
    Around(f64, f64),
    /// Probability of a value of 1 and more.
    Share(f64),
}

/// One row of the table.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Id of a feature.
    pub feature: &'static str,
    /// For people.
    pub name: &'static str,
    /// Field unit of the value; `1` for none.
    pub unit: &'static str,
    /// Whether the distribution is of the value's natural logarithm.
    pub in_logarithm: bool,
    /// Correlation of potentials within a muscle; 0 where there is one value a muscle.
    pub correlation: f64,
    /// Fitted; 0 leaves the feature out.
    pub weight: f64,
    spread: [Spread; STATES.len()],
    /// Where the distributions come from.
    pub source: &'static str,
}

/// The table.
pub static MODEL: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table = rows(include_str!("../../../data/reference/muscle_model.csv"));
    table.filter_map(|cells: [&'static str; 17]| row(&cells)).collect()
});

fn row(cells: &[&'static str; 17]) -> Option<Row> {
    let number = |k: usize| cells[k].parse::<f64>().ok().filter(|v| v.is_finite());
    let mut spread = [Spread::Share(0.5); STATES.len()];
    for (k, s) in spread.iter_mut().enumerate() {
        let mean = number(6 + 2 * k)?;
        *s = number(7 + 2 * k).map_or(Spread::Share(mean), |sd| Spread::Around(mean, sd));
    }
    Some(Row {
        feature: cells[0],
        name: cells[1],
        unit: cells[2],
        in_logarithm: cells[3] == "ln",
        correlation: number(4)?,
        weight: number(5)?,
        spread,
        source: cells[16],
    })
}

impl Spread {
    /// Logarithm of the density, without what is the same in every state.
    fn log_density(self, value: f64) -> f64 {
        match self {
            Spread::Around(mean, sd) => {
                let z = (value - mean) / sd;
                -0.5 * (FREEDOM + 1.0) * (z * z / FREEDOM).ln_1p() - sd.ln()
            }
            Spread::Share(p) => {
                if value >= 1.0 {
                    p.ln()
                } else {
                    (1.0 - p).ln()
                }
            }
        }
    }
}

impl Row {
    /// What the values of the feature say of each state, before the weight; zeros where there is none.
    #[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
    pub fn evidence(&self, values: &[f64]) -> [f64; STATES.len()] {
        let n = values.len().max(1) as f64;
        let counted = 1.0 / (1.0 + (n - 1.0) * self.correlation);
        self.spread.map(|s| counted * values.iter().map(|v| s.log_density(*v)).sum::<f64>())
    }
    /// A value as people read it, out of its logarithm.
    pub fn show(&self, value: f64) -> String {
        let share = matches!(self.spread[0], Spread::Share(_));
        let value = match value {
            v if self.in_logarithm => v.exp(),
            v if share => 100.0 * v,
            v => v,
        };
        let digits = if value.abs() >= 100.0 {
            0
        } else if value.abs() >= 10.0 {
            1
        } else {
            2
        };
        let unit = if self.unit == "1" { String::new() } else { format!(" {}", self.unit) };
        format!("{value:.digits$}{unit}")
    }
    /// Mean in the state of a place of [`STATES`]; a share is a probability.
    pub fn mean(&self, state: usize) -> f64 {
        match self.spread[state] {
            Spread::Around(mean, _) => mean,
            Spread::Share(p) => p,
        }
    }
}

/// Probabilities of the classes in the order of [`Class::ALL`], from the weighted evidence of the states.
#[expect(clippy::cast_precision_loss, reason = "a count of states")]
pub fn posterior(evidence: &[f64; STATES.len()]) -> [f64; 3] {
    let most = evidence.iter().copied().fold(f64::MIN, f64::max);
    let of = |c: Class| {
        let own: Vec<f64> =
            STATES.iter().zip(evidence).filter(|(s, _)| s.1 == c).map(|(_, e)| (e - most).exp()).collect();
        own.iter().sum::<f64>() / own.len() as f64
    };
    let all = Class::ALL.map(of);
    let sum: f64 = all.iter().sum();
    all.map(|p| p / sum)
}

/// Weighted evidence of each row for which there are values, `scale` times the fitted weights.
pub fn weighted<'a>(
    table: &'a [Row],
    features: &'a [Feature],
    scale: f64,
) -> Vec<(&'a Row, &'a Feature, [f64; STATES.len()])> {
    let of = |r: &'a Row| {
        let f = features.iter().find(|f| f.id == r.feature && !f.values.is_empty())?;
        (r.weight > 0.0).then(|| (r, f, r.evidence(&f.values).map(|e| e * r.weight * scale)))
    };
    table.iter().filter_map(of).collect()
}

/// Sum of the evidence of rows.
pub fn sum(rows: impl Iterator<Item = [f64; STATES.len()]>) -> [f64; STATES.len()] {
    rows.fold([0.0; STATES.len()], |mut all, e| {
        all.iter_mut().zip(e).for_each(|(a, b)| *a += b);
        all
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_its_states_differ_in_the_published_direction() {
        let lines = include_str!("../../../data/reference/muscle_model.csv").lines().count();
        assert_eq!(MODEL.len() + 1, lines, "every line of the table is read");
        for r in MODEL.iter() {
            assert!(!r.name.is_empty() && !r.unit.is_empty() && !r.source.is_empty(), "{}", r.feature);
            assert!((0.0..1.0).contains(&r.correlation) && (0.0..=1.5).contains(&r.weight), "{}", r.feature);
            assert_eq!(MODEL.iter().filter(|o| o.feature == r.feature).count(), 1);
            for s in r.spread {
                match s {
                    Spread::Around(_, sd) => assert!(sd > 0.0),
                    Spread::Share(p) => assert!(p > 0.0 && p < 1.0),
                }
            }
        }
        let mean = |feature: &str, state: &str| {
            let row = MODEL.iter().find(|r| r.feature == feature).unwrap();
            row.mean(STATES.iter().position(|s| s.0 == state).unwrap())
        };
        for f in ["amplitude", "duration", "size_index"] {
            assert!(
                mean(f, "chronic") > mean(f, "normal") && mean(f, "normal") > mean(f, "myopathic"),
                "{f}"
            );
        }
        for f in ["ratio_slight", "fastest_slight", "fastest_moderate"] {
            assert!(mean(f, "acute") > mean(f, "normal"), "{f}: an acute lesion shows in recruitment only");
        }
        assert!((mean("amplitude", "acute") - mean("amplitude", "normal")).abs() < 1e-9);
    }

    #[test]
    fn probabilities_sum_to_one_and_no_evidence_is_no_opinion() {
        let flat = posterior(&[0.0; STATES.len()]);
        assert!(flat.iter().all(|p| (p - 1.0 / 3.0).abs() < 1e-12));
        for evidence in [[-900.0, 0.0, 3.0, -2.0, 700.0], [1e5, -1e5, 0.0, 1.0, 2.0], [-1e300; 5]] {
            let p = posterior(&evidence);
            assert!(
                (p.iter().sum::<f64>() - 1.0).abs() < 1e-12 && p.iter().all(|v| (0.0..=1.0).contains(v)),
                "{p:?}"
            );
        }
        let none = Feature { id: "amplitude", values: Vec::new() };
        assert!(weighted(&MODEL, &[none], 1.0).is_empty());
    }

    #[test]
    fn more_potentials_say_more_but_not_in_proportion() {
        let row = MODEL.iter().find(|r| r.feature == "amplitude").unwrap();
        let gap = |n: usize| {
            let e = row.evidence(&vec![row.mean(3); n]);
            e[3] - e[0]
        };
        let one = gap(1);
        assert!(one > 0.0 && gap(5) > one && gap(20) > gap(5));
        assert!(gap(20) < 10.0 * one, "potentials of one muscle repeat each other");
        // The naive sum of the log-densities, times n_eff/n.
        let values = [6.0, 6.5, 7.2];
        let naive: f64 = values.iter().map(|v| row.spread[0].log_density(*v)).sum();
        assert!((row.evidence(&values)[0] - naive / (1.0 + 2.0 * row.correlation)).abs() < 1e-12);
    }

    #[test]
    fn values_are_shown_in_their_units() {
        let row = |f: &str| MODEL.iter().find(|r| r.feature == f).unwrap();
        assert_eq!(row("amplitude").show(665.0_f64.ln()), "665 uV");
        assert_eq!(row("duration").show(9.5_f64.ln()), "9.50 ms");
        assert_eq!(row("size_index").show(-0.123), "-0.12");
        assert_eq!(row("fibrillation").show(0.9), "90.0 %");
    }
}
