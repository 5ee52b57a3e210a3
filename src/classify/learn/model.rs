//! A trained model and what it says of a recording.

use super::calibrate::Calibration;
use super::conformal::Conformal;
use super::learner::Fitted;
use super::{Preparation, Rows, most_probable};
use serde::{Deserialize, Serialize};

/// Share of windows without a value above which a feature counts as not measured. Ours: the median that stands in
/// would then speak for most of the recording.
const MOST_MISSING: f64 = 0.5;
/// Features that a reason names.
const NAMED: usize = 3;

/// A feature that a model needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureRef {
    /// Name of its column.
    pub column: String,
    /// Id of a row of [`crate::feature::FEATURES`]; empty for a column of the user's own.
    pub id: String,
    /// Unit of the numbers, as that row has it.
    pub unit: String,
}

/// Everything that turns the windows of a recording into an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Names of the classes.
    pub classes: Vec<String>,
    /// In the order of a row.
    pub features: Vec<FeatureRef>,
    /// How gaps are filled and numbers scaled.
    pub preparation: Preparation,
    /// What was learned.
    pub fitted: Fitted,
    /// How probabilities are mapped.
    pub calibration: Calibration,
    /// How sets are made.
    pub conformal: Conformal,
    /// The model abstains where no class is at least this probable; 0 for no such rule.
    pub least_probability: f64,
}

/// What a model says of one subject or recording.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// One a class; they sum to 1.
    pub probabilities: Vec<f64>,
    /// Whether each class is in the set.
    pub set: Vec<bool>,
    /// Why the model abstains; empty when it does not.
    pub why: Vec<String>,
}

impl Prediction {
    /// The class that is told; `None` where the model abstains.
    pub fn told(&self) -> Option<usize> {
        self.why.is_empty().then(|| most_probable(&self.probabilities))
    }
}

impl Model {
    /// Probabilities of each class for each window, before calibration. Missing cells are NaN.
    pub fn windows(&self, rows: Rows<'_>) -> Vec<f64> {
        let scaled = self.preparation.apply(rows);
        self.fitted.probabilities(Rows { values: &scaled, width: rows.width })
    }

    /// What the windows of one subject or recording say together; `None` of no window.
    ///
    /// The probabilities of the windows are averaged (a single odd window then decides nothing) and calibrated.
    pub fn predict(&self, rows: Rows<'_>) -> Option<Prediction> {
        (!rows.is_empty()).then(|| self.conclude(rows, &self.windows(rows)))
    }

    /// The same from the windows' probabilities.
    pub fn conclude(&self, rows: Rows<'_>, windows: &[f64]) -> Prediction {
        let mut probabilities = mean_of_rows(windows, self.classes.len());
        self.calibration.apply(&mut probabilities);
        let set = self.conformal.set(&probabilities);
        let mut why = self.unfit(rows);
        let names = |in_set: bool| -> Vec<&str> {
            set.iter().zip(&self.classes).filter(|(s, _)| **s == in_set).map(|(_, c)| c.as_str()).collect()
        };
        match set.iter().filter(|s| **s).count() {
            1 => {}
            0 => why.push("no class is probable enough to be in the set".into()),
            _ if self.conformal.threshold.is_none() => why.push(format!(
                "trained on too few subjects to leave out a class with an error of {}",
                self.conformal.miss
            )),
            _ => why.push(format!("more than one class is possible: {}", names(true).join(", "))),
        }
        let most = probabilities[most_probable(&probabilities)];
        if most < self.least_probability {
            why.push(format!("no class is at least {} probable", self.least_probability));
        }
        Prediction { probabilities, set, why }
    }

    /// Why a recording is none of the kind that the model was trained on.
    fn unfit(&self, rows: Rows<'_>) -> Vec<String> {
        let (mut missing, mut outside) = (Vec::new(), Vec::new());
        for (j, feature) in self.features.iter().enumerate() {
            let mut values: Vec<f64> =
                (0..rows.len()).map(|i| rows.row(i)[j]).filter(|v| v.is_finite()).collect();
            #[expect(clippy::cast_precision_loss, reason = "counts")]
            let share = 1.0 - values.len() as f64 / rows.len() as f64;
            if share > MOST_MISSING {
                missing.push(feature.column.as_str());
                continue;
            }
            let middle = values.len() / 2;
            let (_, median, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
            let (low, high) = self.preparation.range[j];
            // A feature that did not vary in training is not used.
            if self.preparation.sd[j] > 0.0 && (*median < low || *median > high) {
                outside.push(feature.column.as_str());
            }
        }
        let told = |what: &str, columns: &[&str]| {
            let more = columns.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{what}: {}{more}", columns[..columns.len().min(NAMED)].join(", "))
        };
        let mut out = Vec::new();
        if !missing.is_empty() {
            out.push(told("not measured in most windows", &missing));
        }
        if !outside.is_empty() {
            out.push(told("outside what the model was trained on", &outside));
        }
        out
    }

    /// Whether all parts fit each other and hold usable numbers; the message names the part.
    pub fn check(&self) -> Result<(), String> {
        let (classes, width) = (self.classes.len(), self.features.len());
        if classes < 2 || width == 0 {
            return Err(format!("{classes} classes and {width} features; at least 2 and 1 are needed"));
        }
        for (i, class) in self.classes.iter().enumerate() {
            if class.is_empty() || self.classes[..i].contains(class) {
                return Err(format!("classes: `{class}` is empty or stands twice"));
            }
        }
        if !(0.0..=1.0).contains(&self.least_probability) {
            return Err("least_probability: 0 to 1 is possible".into());
        }
        self.preparation.check(width).map_err(|e| format!("preparation: {e}"))?;
        self.fitted.check(classes, width).map_err(|e| format!("fitted: {e}"))?;
        self.calibration.check(classes).map_err(|e| format!("calibration: {e}"))?;
        self.conformal.check().map_err(|e| format!("conformal: {e}"))
    }
}

/// Mean of rows of `width` numbers.
#[expect(clippy::cast_precision_loss, reason = "counts")]
fn mean_of_rows(values: &[f64], width: usize) -> Vec<f64> {
    let n = (values.len() / width).max(1) as f64;
    (0..width).map(|k| values.iter().skip(k).step_by(width).sum::<f64>() / n).collect()
}
