//! The figures: one row each, with its definition and what it should reach.

use super::super::figure::Unit;
use super::measure::{area_under_curve, brier, calibration, log_loss, sensitivity_at};
use super::score::Score;

/// One row of [`FIGURES`].
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Id in the JSON output.
    pub id: &'static str,
    /// Heading that it stands under.
    pub group: &'static str,
    /// For people.
    pub name: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// Lowest and highest value that is good, where a goal was set.
    pub goal: Option<(f64, f64)>,
    /// What it is, and of what it is one.
    pub definition: &'static str,
    /// Its value and the number of studies that it rests on; `None` where there is nothing to rest on.
    pub compute: fn(&[&Score]) -> Option<(f64, usize)>,
}

impl Figure {
    /// Whether a value reaches the goal; `None` without one.
    pub fn is_met(&self, value: f64) -> Option<bool> {
        self.goal.map(|(low, high)| (low..=high).contains(&value))
    }
}

type Compute = fn(&[&Score]) -> Option<(f64, usize)>;

const RADICULAR: &str = "Lesion of a root against everything else";
const LEVEL: &str = "Level and side of lesions of a root";
const FIRST: &str = "First suggestion";
const CALIBRATION: &str = "Calibration";
const RULES: &str = "Criteria and evidence";

const fn figure(
    id: &'static str,
    group: &'static str,
    name: &'static str,
    unit: Unit,
    definition: &'static str,
    compute: Compute,
) -> Figure {
    Figure { id, group, name, unit, goal: None, definition, compute }
}
const fn good(low: f64, high: f64, figure: Figure) -> Figure {
    Figure { goal: Some((low, high)), ..figure }
}

/// P(lesion of roots) with what is true.
pub(super) fn radicular_cases(s: &[&Score]) -> Vec<(f64, bool)> {
    s.iter().filter_map(|s| Some((s.p_radicular?, s.radicular))).collect()
}
/// Probability of the first suggestion with whether its lesions are the true ones.
pub(super) fn first_cases(s: &[&Score]) -> Vec<(f64, bool)> {
    s.iter().filter_map(|s| s.first.as_ref().map(|f| (f.probability, f.right))).collect()
}

/// Value of a measure with the number of its cases.
fn of(cases: &[(f64, bool)], measure: impl Fn(&[(f64, bool)]) -> Option<f64>) -> Option<(f64, usize)> {
    Some((measure(cases)?, cases.len()))
}

#[expect(clippy::cast_precision_loss, reason = "counts of studies")]
fn share(of: impl Iterator<Item = f64>) -> Option<(f64, usize)> {
    let (sum, n) = of.fold((0.0, 0_usize), |(sum, n), v| (sum + v, n + 1));
    (n > 0).then(|| (sum / n as f64, n))
}
fn yes(of: impl Iterator<Item = bool>) -> Option<(f64, usize)> {
    share(of.map(|v| f64::from(u8::from(v))))
}

/// P(lesion of roots) with what is true; of lesions of roots only those with something to be found: two muscles or more
/// under the needle that have lost axons.
fn visible_cases(s: &[&Score]) -> Vec<(f64, bool)> {
    let visible = |s: &&&Score| !s.radicular || s.denervated >= 2;
    s.iter().filter(visible).filter_map(|s| Some((s.p_radicular?, s.radicular))).collect()
}

/// All figures, in the order of the table. A lesion that has left no trace in the muscles that were examined cannot be
/// found by any method; the figures of lesions that have left one stand beside those of all.
pub static FIGURES: &[Figure] = &[
    figure(
        "auc",
        RADICULAR,
        "area under the ROC curve",
        Unit::Number,
        "probability that a patient with a lesion of a root has the greater P(root) than one without; P(root) is the \
         summed probability of all entries whose id holds `radiculopathy`, combinations and several roots among them",
        |s| of(&radicular_cases(s), area_under_curve),
    ),
    figure(
        "sensitivity",
        RADICULAR,
        "sensitivity at 0.5",
        Unit::Share,
        "share of the patients with a lesion of a root, seen or not seen by the needle, whose P(root) is 0.5 or more",
        |s| yes(radicular_cases(s).into_iter().filter(|c| c.1).map(|c| c.0 >= 0.5)),
    ),
    figure(
        "specificity",
        RADICULAR,
        "specificity at 0.5",
        Unit::Share,
        "share of the patients without a lesion of a root whose P(root) is below 0.5",
        |s| yes(radicular_cases(s).into_iter().filter(|c| !c.1).map(|c| c.0 < 0.5)),
    ),
    good(
        0.85,
        1.0,
        figure(
            "sensitivity_at_90",
            RADICULAR,
            "sensitivity at a specificity of 0.90",
            Unit::Share,
            "share of the patients with a lesion of a root above the lowest threshold of P(root) that keeps 90 % of the \
         others at or below it; drawn from the same studies",
            |s| of(&radicular_cases(s), |c| sensitivity_at(c, 0.90)),
        ),
    ),
    figure(
        "visible_sensitivity",
        RADICULAR,
        "sensitivity at 0.5, where there is something to be found",
        Unit::Share,
        "share of the patients with a lesion of a root and two or more examined muscles that have truly lost axons, whose \
         P(root) is 0.5 or more",
        |s| yes(visible_cases(s).into_iter().filter(|c| c.1).map(|c| c.0 >= 0.5)),
    ),
    good(
        0.85,
        1.0,
        figure(
            "visible_sensitivity_at_90",
            RADICULAR,
            "the same at a specificity of 0.90",
            Unit::Share,
            "share of the same patients above the lowest threshold that keeps 90 % of those without a lesion of a root at \
             or below it",
            |s| of(&visible_cases(s), |c| sensitivity_at(c, 0.90)),
        ),
    ),
    figure(
        "first_sensitivity",
        RADICULAR,
        "sensitivity by the first suggestion",
        Unit::Share,
        "share of the patients with a lesion of a root whose first suggestion (the entry with the greatest probability) \
         is or holds one",
        |s| yes(s.iter().filter(|s| s.radicular).filter_map(|s| s.called_radicular())),
    ),
    figure(
        "first_specificity",
        RADICULAR,
        "specificity by the first suggestion",
        Unit::Share,
        "share of the others whose first suggestion holds none",
        |s| yes(s.iter().filter(|s| !s.radicular).filter_map(|s| s.called_radicular().map(|c| !c))),
    ),
    good(
        0.75,
        1.0,
        figure(
            "level_exact",
            LEVEL,
            "level exact",
            Unit::Share,
            "of the true lesions of one or two stated roots that the first suggestion calls a lesion of a root: share whose \
         named roots are exactly the true ones",
            |s| yes(s.iter().filter_map(|s| s.level_exact())),
        ),
    ),
    figure(
        "level_within",
        LEVEL,
        "level holds a true root",
        Unit::Share,
        "of the same: share with a true root among those named (`C8/T1` for C8)",
        |s| yes(s.iter().filter_map(|s| s.level_within())),
    ),
    good(
        0.95,
        1.0,
        figure(
            "level_near",
            LEVEL,
            "level within one root",
            Unit::Share,
            "of the same: share with a true root or a neighbour of one among those named",
            |s| yes(s.iter().filter_map(|s| s.level_near())),
        ),
    ),
    good(
        0.99,
        1.0,
        figure(
            "side_right",
            LEVEL,
            "side right",
            Unit::Share,
            "of the true lesions of roots (several roots among them) that are called so: share with the true side",
            |s| yes(s.iter().filter_map(|s| s.side_right())),
        ),
    ),
    good(
        0.85,
        1.0,
        figure(
            "family_right",
            FIRST,
            "family right",
            Unit::Share,
            "mean over studies of the families in common over the larger number of families: of two lesions one right family \
         counts half, and so does a second family that is not there",
            |s| share(s.iter().filter_map(|s| s.family_right())),
        ),
    ),
    figure(
        "pattern_right",
        FIRST,
        "pattern right",
        Unit::Share,
        "share of the first suggestions with exactly the true lesions' ids, whatever their level and side",
        |s| yes(s.iter().filter_map(|s| s.first.as_ref().map(|f| f.right))),
    ),
    figure(
        "normal_right",
        FIRST,
        "normal studies called normal",
        Unit::Share,
        "share of the patients without a lesion whose first suggestion is `normal`",
        |s| {
            let normal = s.iter().filter(|s| s.pattern == "normal");
            yes(normal.filter_map(|s| s.first.as_ref().map(|f| f.id == "normal")))
        },
    ),
    figure(
        "log_loss",
        FIRST,
        "log-loss",
        Unit::Number,
        "mean of -ln of the summed probability of the entries with exactly the true lesions (at least 1e-6)",
        |s| {
            let p: Vec<f64> = s.iter().filter_map(|s| s.p_true).collect();
            Some((log_loss(&p)?, p.len()))
        },
    ),
    good(
        0.0,
        0.04,
        figure(
            "calibration_radicular",
            CALIBRATION,
            "calibration error, P(root)",
            Unit::Number,
            "Σ share of the bin × |mean P(root) − share with a lesion of a root| over bins of equally many studies, ten \
             to fifteen of them from 100 studies on",
            |s| of(&radicular_cases(s), calibration),
        ),
    ),
    good(
        0.0,
        0.04,
        figure(
            "calibration_first",
            CALIBRATION,
            "calibration error, first suggestion",
            Unit::Number,
            "the same for the probability of the first suggestion and whether its pattern is right",
            |s| of(&first_cases(s), calibration),
        ),
    ),
    figure(
        "brier_radicular",
        CALIBRATION,
        "Brier score, P(root)",
        Unit::Number,
        "mean square of P(root) minus the truth",
        |s| of(&radicular_cases(s), brier),
    ),
    figure(
        "brier_first",
        CALIBRATION,
        "Brier score, first suggestion",
        Unit::Number,
        "mean square of its probability minus whether its pattern is right",
        |s| of(&first_cases(s), brier),
    ),
    good(
        0.98,
        1.0,
        figure(
            "rule_agreement",
            RULES,
            "two-muscle rule, agreement",
            Unit::Share,
            "share of the studies with two limb muscles or more and a judged clause R1 in which the clause is met just \
             where an independent reading of the study file finds two muscles of one side that share a main root and \
             have different nerves",
            |s| yes(s.iter().filter_map(|s| Some(s.clause_met? == s.two_muscles?))),
        ),
    ),
    figure(
        "criteria_need_rule",
        RULES,
        "criteria met rest on two muscles",
        Unit::Share,
        "share of the studies whose criteria for a lesion of a root are met as a whole in which that reading holds; \
         sets that accept one muscle with its paraspinals lower it",
        |s| {
            let met = s.iter().filter(|s| s.criteria_met == Some(true));
            yes(met.map(|s| s.two_muscles == Some(true)))
        },
    ),
    figure(
        "criteria_sensitivity",
        RULES,
        "criteria met, patients with a lesion of a root",
        Unit::Share,
        "share of those patients in whom the criteria of an entry for a lesion of a root are met",
        |s| yes(s.iter().filter(|s| s.radicular).filter_map(|s| s.criteria_met)),
    ),
    figure(
        "criteria_specificity",
        RULES,
        "criteria not met, the others",
        Unit::Share,
        "share of the others in whom none are met",
        |s| yes(s.iter().filter(|s| !s.radicular).filter_map(|s| s.criteria_met.map(|m| !m))),
    ),
    good(
        0.0,
        0.0,
        figure(
            "invented",
            RULES,
            "studies that cite a finding that is not there",
            Unit::Share,
            "share of the studies in which the evidence of an entry names a test, nerve, muscle, side or site that the \
             study file does not hold",
            |s| yes(s.iter().filter(|s| s.cited > 0).map(|s| s.invented > 0)),
        ),
    ),
];
