//! The impression: probabilities of the classes, what they are made of, and when nothing is said.

use super::evidence::shown;
use super::features::Feature;
use super::model::{Class, MODEL, Row, STATES, posterior, sum, weighted};
use super::potentials::Potentials;
use super::{Muscle, evidence};
use crate::result::{Evidence, Probabilities};

/// Fewest potentials for an impression. Ours: 20 are asked for (KNF_EMG, published), and a muscle that has lost most
/// of its units does not have them; below 4 a single misleading one decides.
const FEWEST: usize = 4;
const WANTED: usize = 20;
/// A class must be so probable (not strict) to be the impression. Ours.
const LEAST: f64 = 0.6;
/// Below this sampling frequency the measures are not those that the model was made for: every weight is halved, and no
/// impression is drawn. Ours.
const COARSE_HZ: f64 = 10_000.0;
/// Potentials are unstable when the mean of ln(consecutive amplitude difference) is above this: the mean of the unstable
/// states of the model is. Ours; no published limit for an automatic average is at hand.
const UNSTABLE: f64 = -2.0;

/// What is said, and why.
#[derive(Debug, Clone)]
pub(super) struct Impression {
    pub(super) impression: &'static str,
    pub(super) probabilities: Option<Probabilities>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) caveats: Vec<String>,
}

/// Draws the impression.
pub(super) fn conclude(muscle: &Muscle<'_>, chosen: &Potentials<'_>, features: &[Feature]) -> Impression {
    let mut out = Impression {
        impression: "indeterminate",
        probabilities: None,
        evidence: Vec::new(),
        caveats: Vec::new(),
    };
    let refused: Vec<_> = muscle.sites.iter().filter(|s| !s.refusals.is_empty()).collect();
    for s in &refused {
        out.caveats.extend(s.refusals.iter().map(|r| format!("{}: not interpreted: {r}", s.file)));
    }
    if !muscle.sites.is_empty() && refused.len() == muscle.sites.len() {
        out.impression = "not_interpretable";
        return out;
    }
    let contracted = |s: &&super::Site<'_>| s.refusals.is_empty() && s.level != Some("rest");
    if !muscle.sites.iter().any(|s| contracted(&s)) {
        out.caveats.push("no contraction was recorded: nothing is said of motor units".to_owned());
        return out;
    }
    let coarse = muscle.sites.iter().filter(contracted).any(|s| s.sampling_frequency.0 < COARSE_HZ);
    if coarse {
        out.caveats.push(format!(
            "sampled below {COARSE_HZ:.0} Hz, outside the range that the model was made for: every weight is halved, and \
             no impression is drawn; what is held against limits stands"
        ));
    }
    let rows = weighted(&MODEL, features, if coarse { 0.5 } else { 1.0 });
    let total = sum(rows.iter().map(|r| r.2));
    let p = posterior(&total);
    out.evidence =
        rows.iter().map(|(row, feature, own)| contribution(row, feature, own, &total, &p)).collect();
    let n = chosen.used.len();
    out.caveats.extend(of_sample(chosen));
    if rows.is_empty() {
        out.caveats.push("nothing was measured that the impression rests on".to_owned());
        return out;
    }
    if coarse {
        return out;
    }
    out.probabilities = Some(Probabilities { normal: p[0], neurogenic: p[1], myopathic: p[2] });
    let lead = Class::ALL
        .into_iter()
        .max_by(|a, b| p[*a as usize].total_cmp(&p[*b as usize]))
        .unwrap_or(Class::Normal);
    let unstable = unstable(features);
    out.evidence.extend(unstable.clone());
    if n < FEWEST {
        out.caveats.push(format!(
            "the evidence is thin: {n} potentials near the needle could be measured, {FEWEST} are the least"
        ));
    } else if p[lead as usize] < LEAST {
        out.caveats.push(format!(
            "no class reaches a probability of {LEAST}: the most probable is {} with {:.2}",
            lead.id(),
            p[lead as usize]
        ));
    } else if lead == Class::Normal && unstable.is_some_and(|u| u.verdict == "met") {
        out.caveats.push(
            "potentials of normal size are unstable: a disorder of neuromuscular transmission is not one of the three \
             classes"
                .to_owned(),
        );
    } else {
        out.impression = lead.id();
    }
    out
}

/// What the sample of potentials leaves open.
fn of_sample(chosen: &Potentials<'_>) -> Vec<String> {
    let n = chosen.used.len();
    let mut out = Vec::new();
    if n < WANTED {
        out.push(format!(
            "{n} potentials were measured; {WANTED} from several sites are asked for (KNF_EMG, published)"
        ));
    }
    let left: Vec<String> = [
        (chosen.unfit, "not quantifiable"),
        (chosen.far, "far from the needle (rise time of 1 ms and more)"),
        (chosen.again, "of a unit that was measured already"),
    ]
    .iter()
    .filter(|l| l.0 > 0)
    .map(|(k, why)| format!("{k} {why}"))
    .collect();
    if !left.is_empty() {
        out.push(format!("potentials left out: {}", left.join(", ")));
    }
    if chosen.unjudged > 0 {
        out.push(format!(
            "{} potentials are kept though the sampling frequency does not show how near to the needle they are",
            chosen.unjudged
        ));
    } else if chosen.near < n {
        out.push(format!("{} of {n} potentials have a rise time below the usual 0.5 ms", chosen.near));
    }
    out
}

/// One row as evidence: what it adds for the class that it raises most, against the mean of the others.
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
fn contribution(
    row: &Row,
    feature: &Feature,
    own: &[f64; STATES.len()],
    total: &[f64; STATES.len()],
    p: &[f64; 3],
) -> Evidence {
    let mut without = *total;
    without.iter_mut().zip(own).for_each(|(t, e)| *t -= e);
    let before = posterior(&without);
    // ln of what the row multiplies each class's probability with; bounded, so that nothing is infinite.
    let gain = |k: usize| (p[k].max(1e-12) / before[k].max(1e-12)).ln();
    let gains = [gain(0), gain(1), gain(2)];
    let best = Class::ALL.into_iter().max_by(|a, b| gains[*a as usize].total_cmp(&gains[*b as usize]));
    let best = best.unwrap_or(Class::Normal);
    let others = (gains.iter().sum::<f64>() - gains[best as usize]) / 2.0;
    let db = 10.0 / std::f64::consts::LN_10 * (gains[best as usize] - others);
    let strength = match db {
        d if d < 1.0 => "hardly any weight",
        d if d < 3.0 => "weak",
        d if d < 10.0 => "moderate",
        _ => "strong",
    };
    let n = feature.values.len();
    let mean = feature.values.iter().sum::<f64>() / n as f64;
    let expected: Vec<String> =
        STATES.iter().enumerate().map(|(k, s)| format!("{} {}", s.0, row.show(row.mean(k)))).collect();
    let finding = format!(
        "{}: {} {}; expected {}: {strength}",
        row.name,
        if row.correlation > 0.0 { format!("mean of {n} potentials") } else { "measured".to_owned() },
        row.show(mean),
        expected.join(", ")
    );
    let speaks_for = if db < 1.0 { "none" } else { best.id() };
    Evidence {
        weight_db: Some(db),
        ..evidence::judged(finding, if db < 1.0 { "not met" } else { "met" }, speaks_for, row.source)
    }
}

/// Whether the potentials change from discharge to discharge; `None` where that was not measured.
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
fn unstable(features: &[Feature]) -> Option<Evidence> {
    const SOURCE: &str = "jiggle (Stalberg and Sonoo 1994, recalled); limit ours";
    let f = features.iter().find(|f| f.id == "jiggle" && f.values.len() >= FEWEST)?;
    let mean = f.values.iter().sum::<f64>() / f.values.len() as f64;
    let said = format!(
        "unstable potentials: consecutive amplitude difference {:.3} (geometric mean of {}), limit {:.3}",
        mean.exp(),
        f.values.len(),
        UNSTABLE.exp()
    );
    Some(if mean > UNSTABLE { evidence::judged(said, "met", "none", SOURCE) } else { shown(said, SOURCE) })
}
