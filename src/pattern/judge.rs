//! Both judges together: a row for every explanation.

use super::bayes::{Explanation, Key, Outlook, Weighed, outlook, weigh};
use super::criteria::{INCONCLUSIVE, Read};
use super::facts::{Facts, Verdict};
use super::pitfalls::{Guarded, History, guard};
use super::{Caution, chance, disagree, not_assessed};
use crate::norms::{self, Pattern};
use crate::result::{ByChance, NextTest, PatternEvidence, PatternRow, Pitfall, RuleVerdict};

/// Everything that is said of patterns.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the fields of the result file")]
pub struct Judgement {
    pub patterns: Vec<PatternRow>,
    pub next_tests: Vec<NextTest>,
    pub by_chance: Option<ByChance>,
    pub pitfalls: Vec<Pitfall>,
    pub disagreements: Vec<String>,
    pub not_assessed: Vec<String>,
}

/// An explanation gets its evidence listed from this probability on, and the first few in any case.
const LISTED: f64 = 0.01;
const FIRST: usize = 5;
/// A finding of less weight is not listed, deciban.
const LEAST_DB: f64 = 0.1;
/// Below this it speaks neither for nor against, deciban (a ratio of 1.12).
const NEUTRAL_DB: f64 = 0.5;
/// An abnormal finding that is less probably of the explanation's making is not explained by it.
const EXPLAINED: f64 = 0.3;
/// How many tests are proposed.
const PROPOSED: usize = 8;
/// A test that tells less is not proposed, bit.
const LEAST_BITS: f64 = 0.005;
/// Where only one kind of test was done, "nothing abnormal" is this far from "normal" (G1, G7). Ours.
const ONE_KIND: f64 = 0.75;

/// Judges a study's facts. `history`: what the person's past makes doubtful.
pub fn judge(facts: &Facts<'_>, history: &History) -> Judgement {
    let mut out = Judgement { not_assessed: not_assessed::statements(facts), ..Judgement::default() };
    if facts.is_empty() {
        return out;
    }
    let guarded = guard(facts, history);
    let weighed = weigh(facts, &caution(&guarded));
    let kept = facts.without(&guarded.set_aside.iter().map(|(i, _)| *i).collect::<Vec<_>>());
    let read = Read::new(&kept, &guarded, &weighed.explanations);
    let looks = outlook(facts, &weighed, PROPOSED);
    for (i, e) in weighed.explanations.iter().enumerate() {
        let listed = i < FIRST || e.probability >= LISTED;
        let mut row = row(e);
        read.put(e, &mut row);
        if listed {
            row.evidence = evidence(&weighed, e);
            row.unexplained = unexplained(&weighed, e);
            row.would_change = would_change(&looks, i, e);
        } else if row.rule.verdict != "met" && !(e.ids == ["radiculopathy"] && e.patterns.len() == 1) {
            // Clauses of what is neither likely nor met are left to the tables; single roots keep theirs.
            row.rule.criteria.clear();
        }
        out.patterns.push(row);
    }
    out.next_tests = looks.iter().filter(|l| l.bits >= LEAST_BITS).map(|l| next_test(l, &weighed)).collect();
    too_little_tested(facts, &read, &mut out.patterns);
    out.disagreements = disagree::between(&out.patterns);
    out.patterns.extend(not_assessed::patterns(facts));
    out.by_chance = chance::by_chance(facts);
    out.pitfalls = guarded.pitfalls;
    out
}

/// What the guards found, for the probabilities.
fn caution(guarded: &Guarded) -> Caution {
    Caution {
        aside: guarded.set_aside.iter().map(|(i, _)| *i).collect(),
        weak: guarded.doubtful_muscles.iter().map(|(m, side, _)| (*m, *side)).collect(),
    }
}

fn row(e: &Explanation) -> PatternRow {
    PatternRow {
        id: e.ids.join("+"),
        name: name(e),
        family: family(&e.patterns, e.ids.len()),
        level: e.level.clone(),
        side: e.side.map(str::to_owned),
        probability: Some(e.probability),
        prior: Some(e.prior),
        rule: RuleVerdict { verdict: "indeterminate", tier: "", criteria: Vec::new() },
        evidence: Vec::new(),
        total_db: Some(e.total_db),
        unexplained: Vec::new(),
        missing: Vec::new(),
        would_change: Vec::new(),
        remarks: Vec::new(),
    }
}

/// `right L5 radiculopathy`, `left median neuropathy at the wrist with C6 radiculopathy`.
fn name(e: &Explanation) -> String {
    let of = |id: &str| match (&e.level, id) {
        (Some(level), "radiculopathy") => format!("{level} radiculopathy"),
        _ => norms::pattern(id).map_or_else(|| id.replace('_', " "), |p| p.name.to_owned()),
    };
    let names: Vec<String> = e.ids.iter().map(|id| of(id)).collect();
    let joined = names.join(" with ");
    match e.side {
        Some("bilateral") => format!("{joined}, both sides"),
        Some(side) => format!("{joined}, {side}"),
        None => joined,
    }
}

/// Group of the pattern; of two lesions both, each once.
fn family(patterns: &[&'static Pattern], lesions: usize) -> String {
    let mut groups: Vec<&str> = Vec::new();
    for p in patterns {
        if !groups.contains(&p.group) || lesions > 1 && groups.len() < lesions {
            groups.push(p.group);
        }
    }
    groups.dedup();
    groups.join("+")
}

fn evidence(weighed: &Weighed, e: &Explanation) -> Vec<PatternEvidence> {
    let direction = |db: f64| match db {
        db if db >= NEUTRAL_DB => "for",
        db if db <= -NEUTRAL_DB => "against",
        _ => "neutral",
    };
    let mut out: Vec<PatternEvidence> = weighed
        .elements
        .iter()
        .zip(&e.weights)
        .filter(|(element, w)| w.larger().abs() >= LEAST_DB || element.abnormal)
        .map(|(element, w)| PatternEvidence {
            finding: element.finding.clone(),
            direction: direction(w.larger()),
            weight_db: rounded(w.larger()),
            against_normal_db: rounded(w.against_normal),
            against_others_db: rounded(w.against_others),
            place: element.place.clone(),
        })
        .collect();
    // Equal weights keep the study's order.
    out.sort_by(|a, b| b.weight_db.abs().total_cmp(&a.weight_db.abs()));
    out
}

/// To a hundredth of a deciban: the rest is noise.
fn rounded(db: f64) -> f64 {
    (db * 100.0).round() / 100.0
}

fn unexplained(weighed: &Weighed, e: &Explanation) -> Vec<String> {
    let left = |(element, involved): (&super::bayes::Element, &f64)| {
        (element.abnormal && *involved < EXPLAINED).then(|| element.finding.clone())
    };
    weighed.elements.iter().zip(&e.involved).filter_map(left).collect()
}

/// A test in words: `needle of right tibialis anterior`.
fn named(key: Key) -> String {
    let side = key.side().name();
    let plain = |id: &str| id.replace('_', " ");
    match key {
        Key::Needle(m, _) => format!("needle of {side} {}", plain(m.id)),
        Key::HReflex(_) => format!("{side} H reflex"),
        Key::Comparison(_) => format!("comparison of the {side} median nerve with its neighbours"),
        Key::FWave(s, _) => format!("{side} {} F waves", plain(s.nerve)),
        Key::Decrement(s, _) => format!("slow repetitive stimulation of {side} {}", plain(s.recording)),
        Key::Increment(s, _) => format!("response of {side} {} after exercise", plain(s.recording)),
        Key::Snap(s, _) | Key::Speed(s, _) => {
            format!("{side} {} sensory response ({})", plain(s.nerve), plain(s.recording))
        }
        Key::Cmap(s, _)
        | Key::Dml(s, _)
        | Key::Velocity(s, ..)
        | Key::Block(s, ..)
        | Key::Dispersion(s, ..) => {
            format!("{side} {} motor study ({})", plain(s.nerve), plain(s.recording))
        }
    }
}

/// What either result of the most telling tests would make of one explanation.
fn would_change(looks: &[Outlook], i: usize, e: &Explanation) -> Vec<String> {
    const SAID: usize = 3;
    const MOVES: f64 = 0.02;
    let moves = |l: &&Outlook| l.if_abnormal[i] > 0.0 && (l.if_abnormal[i] - l.if_normal[i]).abs() >= MOVES;
    let said = |l: &Outlook| {
        format!(
            "{}: abnormal, then {:.2}; normal, then {:.2} (now {:.2})",
            named(l.key),
            l.if_abnormal[i],
            l.if_normal[i],
            e.probability
        )
    };
    looks.iter().filter(moves).take(SAID).map(said).collect()
}

fn next_test(l: &Outlook, weighed: &Weighed) -> NextTest {
    let owned = |s: &str| Some(s.to_owned());
    let (test, muscle, nerve, recording_site) = match l.key {
        Key::Needle(m, _) => ("needle", owned(m.id), None, None),
        Key::HReflex(_) => ("h_reflex", owned("soleus"), owned("tibial"), None),
        Key::Comparison(_) => ("sensory", None, owned("median"), None),
        Key::Snap(s, _) | Key::Speed(s, _) => ("sensory", None, owned(s.nerve), owned(s.recording)),
        Key::FWave(s, _) => ("f_wave", owned(s.recording), owned(s.nerve), None),
        Key::Decrement(s, _) | Key::Increment(s, _) => {
            ("repetitive_stimulation", owned(s.recording), owned(s.nerve), None)
        }
        Key::Cmap(s, _)
        | Key::Dml(s, _)
        | Key::Velocity(s, ..)
        | Key::Block(s, ..)
        | Key::Dispersion(s, ..) => ("motor", owned(s.recording), owned(s.nerve), None),
    };
    let side_of = |gain: Option<(&Explanation, f64)>| {
        gain.map_or_else(String::new, |(e, p)| format!("{} {:.2} (now {:.2})", name(e), p, e.probability))
    };
    NextTest {
        test,
        muscle,
        nerve,
        recording_site,
        side: l.key.side().name().to_owned(),
        expected_information_bits: (l.bits * 1000.0).round() / 1000.0,
        separates: format!(
            "abnormal (chance {:.2}): {}; normal: {}",
            l.abnormal,
            side_of(l.gains(weighed)),
            side_of(l.gains_if_normal(weighed))
        ),
    }
}

/// Where only one kind of test was done and nothing is wrong, most of "normal" is "too little tested".
fn too_little_tested(facts: &Facts<'_>, read: &Read<'_>, patterns: &mut Vec<PatternRow>) {
    let judged = |d: &&super::facts::Datum<'_>| d.study.is_some() && d.verdict != Verdict::Unknown;
    let has = |test: &str| facts.data.iter().filter(judged).any(|d| d.row.place.test == test);
    let kinds = [!facts.muscles.is_empty(), has("motor"), has("sensory")];
    if kinds.iter().filter(|k| **k).count() > 1 {
        return;
    }
    let Some(normal) = patterns.iter_mut().find(|p| p.id == "normal") else { return };
    let (Some(all), Some(pattern)) = (normal.probability, norms::pattern(INCONCLUSIVE)) else { return };
    normal.probability = Some(all * (1.0 - ONE_KIND));
    let judged = read.inconclusive();
    let row = PatternRow {
        rule: judged.map_or_else(|| normal.rule.clone(), |j| j.verdict.clone()),
        missing: judged.map_or_else(Vec::new, |j| j.missing.clone()),
        remarks: judged.map_or_else(Vec::new, |j| j.remarks.clone()),
        id: pattern.id.to_owned(),
        name: "Too little was tested to call it normal".to_owned(),
        probability: Some(all * ONE_KIND),
        prior: normal.prior.map(|p| p * ONE_KIND),
        ..normal.clone()
    };
    normal.prior = normal.prior.map(|p| p * (1.0 - ONE_KIND));
    patterns.push(row);
    patterns.sort_by(|a, b| b.probability.unwrap_or(0.0).total_cmp(&a.probability.unwrap_or(0.0)));
}
