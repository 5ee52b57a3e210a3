//! The test that would tell most, among those that a person would reasonably do next.

use super::element::{OLD, OLD_SPINE};
use super::emission::{Row, of, timed};
use super::evaluate::{Outcome, Problem};
use super::key::Key;
use super::time::{self, Place, TIMES, Times};
use super::weighed::{Explanation, Weighed};
use crate::norms::ncs::{NCS_STUDIES, StudyKind};
use crate::norms::{self, Pattern};
use crate::pattern::facts::Facts;
use crate::study::{Side, SubjectSide};

/// Explanations below this probability are not asked what they would like tested, nor weighed for it.
const COUNTS: f64 = 0.004;
/// Repetitive stimulation is proposed from this probability of a disorder of the junction on.
const SUSPECTED: f64 = 0.05;
/// Muscles that are examined for a special reason only: risk, pain, or no use for a root.
const NOT_ROUTINE: [&str; 5] =
    ["diaphragm", "anal_sphincter_external", "genioglossus", "sternocleidomastoid", "levator_scapulae"];

/// What one more test would do.
#[derive(Debug, Clone)]
pub struct Outlook {
    /// The test.
    pub key: Key,
    /// Expected fall of the uncertainty over the explanations, bit.
    pub bits: f64,
    /// Chance that it is abnormal.
    pub abnormal: f64,
    /// Probability of each explanation of [`Weighed`], in its order, were it abnormal; 0 for those too unlikely to ask.
    pub if_abnormal: Vec<f64>,
    /// The same were it normal.
    pub if_normal: Vec<f64>,
}

/// The tests that would tell most, the most telling first.
pub fn outlook(facts: &Facts<'_>, weighed: &Weighed, most: usize) -> Vec<Outlook> {
    let candidates = candidates(facts, weighed);
    if candidates.is_empty() {
        return Vec::new();
    }
    let times = Times::new(facts.subject.days_since_onset);
    let problem = Problem::new(&weighed.elements, times, &candidates);
    let asked: Vec<(usize, Outcome)> = weighed
        .explanations
        .iter()
        .enumerate()
        .filter(|(_, e)| e.probability >= COUNTS)
        .map(|(i, e)| (i, problem.outcome(&e.components)))
        .collect();
    let mut out: Vec<Outlook> = candidates
        .iter()
        .enumerate()
        .map(|(c, key)| look(weighed, &asked, c, *key, rows(*key, facts.subject.age_years, &times)))
        .collect();
    // Equal ones keep the order of the candidates.
    out.sort_by(|a, b| b.bits.total_cmp(&a.bits));
    out.truncate(most);
    out
}

fn look(
    weighed: &Weighed,
    asked: &[(usize, Outcome)],
    c: usize,
    key: Key,
    abnormal: [Row; TIMES],
) -> Outlook {
    let n = weighed.explanations.len();
    let all: f64 = asked.iter().map(|(i, _)| weighed.explanations[*i].probability).sum();
    let (mut yes, mut no) = (vec![0.0; n], vec![0.0; n]);
    let mut before = vec![0.0; n];
    for (i, o) in asked {
        let p = weighed.explanations[*i].probability / all;
        let states = &o.candidates[c];
        let sum = |row: &dyn Fn(usize, usize) -> f64| -> f64 {
            (0..TIMES).map(|t| (0..states[t].len()).map(|k| states[t][k] * row(t, k)).sum::<f64>()).sum()
        };
        let total = sum(&|_, _| 1.0).max(f64::MIN_POSITIVE);
        let abnormal = (sum(&|t, k| abnormal[t][k]) / total).clamp(0.0, 1.0);
        before[*i] = p;
        yes[*i] = p * abnormal;
        no[*i] = p * (1.0 - abnormal);
    }
    let chance: f64 = yes.iter().sum();
    let normal: f64 = no.iter().sum();
    let after = chance * entropy(&yes) + normal * entropy(&no);
    let scale = |v: Vec<f64>, by: f64| v.into_iter().map(|p| if by > 0.0 { p / by } else { 0.0 }).collect();
    Outlook {
        key,
        bits: (entropy(&before) - after).max(0.0),
        abnormal: chance,
        if_abnormal: scale(yes, chance),
        if_normal: scale(no, normal),
    }
}

/// Of weights that need not sum to 1, bit.
fn entropy(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let term = |w: &f64| {
        let p = w / sum;
        if p > 0.0 { -p * p.log2() } else { 0.0 }
    };
    if sum > 0.0 { weights.iter().map(term).sum() } else { 0.0 }
}

/// P(abnormal | state) of a test, by time.
fn rows(key: Key, age: Option<f64>, t: &Times) -> [Row; TIMES] {
    let beyond = |table: &'static str, normal: &'static str| of(table, normal).map(|p| 1.0 - p);
    let always = |row: Row| [row; TIMES];
    match key {
        Key::Needle(m, _) => {
            let place = time::place(m.id);
            let old = |from| age.is_some_and(|a| a >= from);
            let table = match place {
                Place::Paraspinal if old(OLD_SPINE) => "activity_paraspinal_old",
                Place::Paraspinal => "activity_paraspinal",
                Place::Foot if old(OLD) => "activity_foot_old",
                Place::Foot => "activity_foot",
                _ => "activity",
            };
            std::array::from_fn(|i| {
                let day = t.0[i].0;
                let quiet = timed(of(table, "0"), time::activity(place, day));
                let size = timed(of("potentials", "normal"), time::large(day));
                // Potentials of paraspinal muscles are not sized.
                let spine = place == Place::Paraspinal;
                std::array::from_fn(|k| 1.0 - quiet[k] * if spine { 1.0 } else { size[k] })
            })
        }
        Key::Snap(..) => always(beyond("snap_amplitude", "normal")),
        Key::Speed(..) => always(beyond("sensory_speed", "normal")),
        Key::Cmap(..) => always(beyond("cmap_amplitude", "normal")),
        Key::Dml(..) => always(beyond("dml", "normal")),
        Key::Velocity(..) => always(beyond("velocity", "normal")),
        Key::Block(..) => always(beyond("block", "0")),
        Key::Dispersion(..) => always(beyond("dispersion", "0")),
        Key::FWave(..) => always(beyond("f_wave", "0")),
        Key::HReflex(_) => always(beyond("h_reflex", "0")),
        Key::Comparison(_) => always(beyond("comparison", "0")),
        Key::Decrement(..) => always(beyond("decrement", "0")),
        Key::Increment(..) => always(beyond("increment", "0")),
    }
}

/// Tests not yet done that the likely explanations ask for: their key and contrast muscles and their key studies.
fn candidates(facts: &Facts<'_>, weighed: &Weighed) -> Vec<Key> {
    let mut out: Vec<Key> = Vec::new();
    let usual = match facts.subject.complaint_side {
        Some(SubjectSide::Left) => Side::Left,
        Some(SubjectSide::Right) => Side::Right,
        _ => weighed.elements.first().map_or(Side::Right, |e| e.key.side()),
    };
    let likely = weighed.explanations.iter().filter(|e| e.probability >= COUNTS && e.ids[0] != "normal");
    for e in likely.take(14) {
        for pattern in &e.patterns {
            for side in sides(e, usual) {
                of_pattern(pattern, *side, e.probability >= SUSPECTED, &mut out);
            }
        }
    }
    let done = |k: &Key| weighed.elements.iter().any(|e| same_test(e.key, *k)) || was_recorded(facts, *k);
    out.retain(|k| !done(k));
    out
}

fn sides<'a>(e: &Explanation, usual: Side) -> &'a [Side] {
    match (e.side, usual) {
        (Some("left"), _) | (None, Side::Left) => &[Side::Left],
        (Some("right"), _) | (None, Side::Right) => &[Side::Right],
        _ => &[Side::Right, Side::Left],
    }
}

/// A response of that nerve and side was recorded, at a site without a limit or under doubt.
fn was_recorded(facts: &Facts<'_>, key: Key) -> bool {
    if let Key::HReflex(side) = key {
        return facts.data.iter().any(|d| d.row.place.test == "h_reflex" && d.side == Some(side));
    }
    let Some(study) = key.study() else { return false };
    let test = match key {
        Key::Snap(..) | Key::Speed(..) => "sensory",
        Key::FWave(..) => "f_wave",
        Key::Decrement(..) | Key::Increment(..) => return false,
        _ => "motor",
    };
    facts.data.iter().any(|d| {
        d.row.place.test == test
            && d.side == Some(key.side())
            && match d.study {
                Some(s) => s.id == study.id,
                None => d.row.place.nerve.as_deref() == Some(study.nerve),
            }
    })
}

/// Two numbers that the same test gives.
fn same_test(a: Key, b: Key) -> bool {
    match (a, b) {
        (Key::Cmap(s, x), Key::Dml(o, y)) | (Key::Dml(s, x), Key::Cmap(o, y)) => s == o && x == y,
        (Key::Snap(s, x), Key::Speed(o, y)) | (Key::Speed(s, x), Key::Snap(o, y)) => s == o && x == y,
        _ => a == b,
    }
}

/// `probable`: enough for a test that nobody does without suspicion.
fn of_pattern(pattern: &Pattern, side: Side, probable: bool, out: &mut Vec<Key>) {
    let mut put = |key: Key| {
        if !out.contains(&key) {
            out.push(key);
        }
    };
    for id in pattern.key_muscles.iter().chain(&pattern.contrast_muscles) {
        if let Some(m) = norms::muscle(id).filter(|m| !NOT_ROUTINE.contains(&m.id)) {
            put(Key::Needle(m, side));
        }
    }
    for id in &pattern.key_studies {
        if *id == "h_reflex_soleus" {
            put(Key::HReflex(side));
            continue;
        }
        let Some(study) = NCS_STUDIES.iter().find(|s| s.id == *id) else { continue };
        match study.kind {
            StudyKind::Sensory | StudyKind::Mixed => put(Key::Snap(study, side)),
            StudyKind::Motor if pattern.group == "nmj" => {
                if probable {
                    put(Key::Decrement(study, side));
                }
            }
            StudyKind::Motor => put(Key::Cmap(study, side)),
            StudyKind::LateResponse => put(Key::FWave(study, side)),
        }
    }
}

impl Outlook {
    /// The explanation that gains most from an abnormal result, and its probability then.
    pub fn gains<'w>(&self, weighed: &'w Weighed) -> Option<(&'w Explanation, f64)> {
        let gain = |i: usize| self.if_abnormal[i] - weighed.explanations[i].probability;
        let best = (0..self.if_abnormal.len()).max_by(|a, b| gain(*a).total_cmp(&gain(*b)))?;
        Some((&weighed.explanations[best], self.if_abnormal[best]))
    }
    /// The same for a normal one.
    pub fn gains_if_normal<'w>(&self, weighed: &'w Weighed) -> Option<(&'w Explanation, f64)> {
        let gain = |i: usize| self.if_normal[i] - weighed.explanations[i].probability;
        let best = (0..self.if_normal.len()).max_by(|a, b| gain(*a).total_cmp(&gain(*b)))?;
        Some((&weighed.explanations[best], self.if_normal[best]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_is_in_bits() {
        assert!((entropy(&[1.0, 1.0]) - 1.0).abs() < 1e-12);
        assert!(entropy(&[3.0, 0.0]).abs() < 1e-12);
        assert!(entropy(&[]).abs() < 1e-12);
    }
}
