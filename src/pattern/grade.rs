//! How severe: carpal tunnel syndrome on the scales of Bland and Padua, and whether an ulnar or fibular lesion shows
//! slowing or block alone or lost axons as well.
//!
//! A grade says how far the numbers go if they are those of carpal tunnel syndrome; it does not say that they are.

use super::facts::{Datum, Facts, SIDES, Verdict};
use super::three::Three;
use crate::norms::{CTS_GRADES, CtsGradeRow};
use crate::study::Side;

/// A grade of one hand.
#[derive(Debug, Clone, PartialEq)]
pub struct CtsGrade {
    /// Of the hand.
    pub side: Side,
    /// Bland's scale: the grades that fit, mildest first. One where the numbers decide, none where nothing fits.
    pub bland: Vec<&'static CtsGradeRow>,
    /// Padua's scale, the same.
    pub padua: Vec<&'static CtsGradeRow>,
    /// The numbers behind it.
    pub numbers: Vec<String>,
    /// What was not measured and would decide.
    pub missing: Vec<String>,
    /// Other nerves are abnormal too: the grade may be that of a polyneuropathy (CTS5). Empty where none is.
    pub note: String,
}

/// What a hand shows; `None` is not known.
#[derive(Debug, Clone, Copy, Default)]
struct Hand {
    motor_there: Option<bool>,
    latency_long: Option<bool>,
    latency_ms: Option<f64>,
    sensory_there: Option<bool>,
    sensory_slow: Option<bool>,
    comparative: Option<bool>,
}

const MOTOR: &str = "median_motor_apb";
const DIGITS: [&str; 4] =
    ["median_sensory_d2", "median_sensory_d3", "median_sensory_d1", "median_sensory_d4"];
const COMPARATIVE: [&str; 5] = [
    "median_ulnar_palm_difference",
    "median_ulnar_ring_difference",
    "median_radial_thumb_difference",
    "lumbrical_interosseous_difference",
    "combined_sensory_index",
];

/// Grades of each hand whose median nerve was studied.
pub fn carpal_tunnel(facts: &Facts<'_>) -> Vec<CtsGrade> {
    SIDES.into_iter().filter_map(|side| one(facts, side)).collect()
}

impl CtsGrade {
    /// The one grade of Bland's scale, where the numbers decide.
    pub fn bland_grade(&self) -> Option<u8> {
        match self.bland[..] {
            [one] => one.grade.parse().ok(),
            _ => None,
        }
    }
    /// `Bland 3 (moderate), Padua moderate`.
    pub fn words(&self) -> String {
        let of = |scale: &str, rows: &[&CtsGradeRow]| match rows {
            [] => format!("{scale} not decided"),
            all => {
                let said = |r: &&CtsGradeRow| {
                    if r.grade == r.name { r.name.to_owned() } else { format!("{} ({})", r.grade, r.name) }
                };
                format!("{scale} {}", all.iter().map(said).collect::<Vec<_>>().join(" or "))
            }
        };
        let mut out = format!("{}, {}", of("Bland", &self.bland), of("Padua", &self.padua));
        if !self.note.is_empty() {
            out += &format!("; {}", self.note);
        }
        out
    }
}

fn said(d: &Datum<'_>) -> String {
    let what = format!("{} {}", d.row.place.nerve.as_deref().unwrap_or_default(), d.row.id.replace('_', " "));
    let value = match d.value() {
        Some(v) => format!("{} {}", (v * 100.0).round() / 100.0, d.row.unit),
        None => d.row.status.to_owned(),
    };
    let limit = match (d.row.limit.lower, d.row.limit.upper) {
        (_, Some(u)) => format!(" (upper limit {u}, {})", d.row.limit.set),
        (Some(l), _) => format!(" (lower limit {l}, {})", d.row.limit.set),
        _ => String::new(),
    };
    format!("{what} {value}{limit}")
}

/// Beyond its limit; a borderline number is within it here, as published scales know no middle.
fn beyond(d: &Datum<'_>) -> Option<bool> {
    match d.verdict {
        Verdict::Abnormal => Some(true),
        Verdict::Normal | Verdict::Borderline => Some(false),
        Verdict::Unknown => None,
    }
}

fn one(facts: &Facts<'_>, side: Side) -> Option<CtsGrade> {
    let studied = facts.of_study(MOTOR, side).next().is_some()
        || DIGITS.iter().any(|s| facts.of_study(s, side).next().is_some())
        || facts.data.iter().any(|d| d.side == Some(side) && COMPARATIVE.contains(&d.row.id.as_str()));
    if !studied {
        return None;
    }
    let mut numbers = Vec::new();
    let hand = hand(facts, side, &mut numbers);
    let fitting = |scale: &str, fits: fn(&CtsGradeRow, &Hand) -> Three| -> Vec<&'static CtsGradeRow> {
        CTS_GRADES.iter().filter(|r| r.scale == scale && fits(r, &hand) != Three::NotMet).collect()
    };
    let mut missing = Vec::new();
    let mut lacks = |known: bool, what: &str| {
        if !known {
            missing.push(what.to_owned());
        }
    };
    lacks(
        hand.latency_long.is_some() || hand.motor_there == Some(false),
        "distal motor latency to the thenar muscle, judged",
    );
    lacks(hand.sensory_there.is_some(), "sensory response of a median finger");
    lacks(
        hand.sensory_slow.is_some() || hand.sensory_there == Some(false),
        "sensory velocity or latency finger to wrist, judged",
    );
    let mild = hand.latency_long == Some(false) && hand.sensory_slow == Some(false);
    lacks(hand.comparative.is_some() || !mild, "a comparative test against the ulnar or radial nerve");
    Some(CtsGrade {
        side,
        bland: fitting("BLAND", bland),
        padua: fitting("PADUA", padua),
        numbers,
        missing,
        note: with_polyneuropathy(facts, side),
    })
}

fn hand(facts: &Facts<'_>, side: Side, numbers: &mut Vec<String>) -> Hand {
    let mut out = Hand::default();
    let smallest = CTS_GRADES.iter().find_map(|r| r.apb_below_mv).unwrap_or(0.0);
    if let Some(a) = facts.distal(MOTOR, side, "amplitude_baseline_to_negative_peak") {
        out.motor_there = match a.value() {
            Some(mv) => Some(mv >= smallest),
            None => a.is_absent().then_some(false),
        };
        numbers.push(said(a));
    }
    if let Some(l) = facts.distal(MOTOR, side, "onset_latency") {
        out.latency_long = beyond(l);
        out.latency_ms = l.value().filter(|_| l.verdict != Verdict::Unknown);
        out.motor_there = out.motor_there.or(l.value().map(|_| true));
        numbers.push(said(l));
    }
    for study in DIGITS {
        let Some(a) = facts
            .distal(study, side, "amplitude_baseline_to_negative_peak")
            .or_else(|| facts.distal(study, side, "amplitude_peak_to_peak"))
        else {
            continue;
        };
        let there = if a.is_absent() { Some(false) } else { a.value().map(|v| v > 0.0) };
        // One finger with a response is a response.
        out.sensory_there = match (out.sensory_there, there) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (a, b) => a.or(b),
        };
        numbers.push(said(a));
        for id in ["conduction_velocity", "onset_latency", "peak_latency"] {
            let Some(d) = facts.distal(study, side, id).filter(|d| d.value().is_some()) else { continue };
            let Some(slow) = beyond(d) else { continue };
            numbers.push(said(d));
            out.sensory_slow = Some(out.sensory_slow.unwrap_or(false) || slow);
        }
    }
    for id in COMPARATIVE {
        for d in facts.data.iter().filter(|d| d.side == Some(side) && d.row.id == id) {
            let Some(abnormal) = beyond(d) else { continue };
            numbers.push(said(d));
            out.comparative = Some(out.comparative.unwrap_or(false) || abnormal);
        }
    }
    out
}

fn and(all: &[Option<bool>]) -> Three {
    match () {
        () if all.contains(&Some(false)) => Three::NotMet,
        () if all.contains(&None) => Three::Unknown,
        () => Three::Met,
    }
}

fn not(a: Option<bool>) -> Option<bool> {
    a.map(|a| !a)
}

/// Bland's scale: 6 before 5, 5 before the sensory response, then by latency and sensory response.
fn bland(r: &CtsGradeRow, h: &Hand) -> Three {
    let very_long = CTS_GRADES.iter().find_map(|g| g.dml_above_ms).unwrap_or(f64::INFINITY);
    // Beyond 6.5 ms the latency alone decides; it must be long by its limit as well.
    let over = match (h.latency_ms, h.latency_long) {
        (Some(ms), Some(true)) => Some(ms > very_long),
        (_, Some(false)) => Some(false),
        (Some(ms), None) => (ms <= very_long).then_some(false),
        (None, _) => (h.motor_there == Some(false)).then_some(false),
    };
    match r.grade {
        "0" => and(&[not(h.latency_long), h.sensory_there, not(h.sensory_slow), not(h.comparative)]),
        "1" => and(&[not(h.latency_long), h.sensory_there, not(h.sensory_slow), h.comparative]),
        "2" => and(&[not(h.latency_long), h.sensory_there, h.sensory_slow]),
        "3" => and(&[h.motor_there, h.latency_long, h.sensory_there, not(over)]),
        "4" => and(&[h.motor_there, not(h.sensory_there), not(over)]),
        "5" => and(&[h.motor_there, over]),
        _ => and(&[not(h.motor_there), not(h.sensory_there)]),
    }
}

fn padua(r: &CtsGradeRow, h: &Hand) -> Three {
    match r.grade {
        "negative" => and(&[not(h.latency_long), h.sensory_there, not(h.sensory_slow), not(h.comparative)]),
        "minimal" => and(&[not(h.latency_long), h.sensory_there, not(h.sensory_slow), h.comparative]),
        "mild" => and(&[not(h.latency_long), h.sensory_there, h.sensory_slow]),
        "moderate" => and(&[h.motor_there, h.latency_long, h.sensory_there, h.sensory_slow]),
        "severe" => and(&[h.motor_there, h.latency_long, not(h.sensory_there)]),
        _ => and(&[not(h.motor_there), not(h.sensory_there)]),
    }
}

/// CTS5: nerves other than the median of this side that are abnormal too, at least two of them or the sural.
pub(super) fn with_polyneuropathy(facts: &Facts<'_>, side: Side) -> String {
    let mut others: Vec<String> = Vec::new();
    let mut sural = false;
    for d in facts.data.iter().filter(|d| d.is_abnormal() && d.row.place.muscle.as_deref() != Some("soleus"))
    {
        let (Some(study), Some(s)) = (d.study, d.side) else { continue };
        let across = d.segment.starts_with("across_") || d.row.id == "velocity_drop";
        if study.nerve == "median" || across || d.row.id.ends_with("_difference") {
            continue;
        }
        sural |= study.nerve == "sural";
        let name = format!("{} {}", s.name(), study.nerve.replace('_', " "));
        if !others.contains(&name) {
            others.push(name);
        }
    }
    if !sural && others.len() < 2 {
        return String::new();
    }
    format!(
        "{} abnormal too: with a polyneuropathy the grade of the {} hand may not be that of the wrist (CTS5)",
        others.join(", "),
        side.name()
    )
}

/// How far a lesion of the ulnar nerve at the elbow or the fibular nerve at the head goes.
#[derive(Debug, Clone, PartialEq)]
pub struct Severity {
    /// `slowing or block only`, `with loss of axons`, or `cannot be judged`.
    pub words: &'static str,
    /// Whether axons are lost.
    pub axonal: Three,
    /// The findings that decided, or what is missing.
    pub why: String,
    /// Ids of the rules: a low sensory response is of lost axons (UNE8, FIB5).
    pub source: &'static str,
}

/// Severity of an ulnar lesion; `None` where the nerve was not studied on that side.
pub fn ulnar(facts: &Facts<'_>, side: Side) -> Option<Severity> {
    let muscles = ["ulnar"];
    let sizes = ["ulnar_motor_adm", "ulnar_motor_fdi", "ulnar_sensory_d5"];
    severity(facts, side, &sizes, &muscles, "UNE8; PRESTON, recalled")
}

/// Severity of a fibular lesion; `None` where the nerve was not studied on that side.
pub fn fibular(facts: &Facts<'_>, side: Side) -> Option<Severity> {
    let muscles = ["fibular", "deep_fibular", "superficial_fibular"];
    let sizes = ["fibular_motor_edb", "fibular_motor_ta", "superficial_fibular_sensory"];
    severity(facts, side, &sizes, &muscles, "FIB5; AANEMFIB2005, recalled")
}

fn severity(
    facts: &Facts<'_>,
    side: Side,
    studies: &[&str],
    nerves: &[&str],
    source: &'static str,
) -> Option<Severity> {
    let mut for_loss = Vec::new();
    let mut judged = 0;
    for study in studies {
        let Some(a) = facts.distal(study, side, "amplitude_baseline_to_negative_peak") else { continue };
        judged += usize::from(a.verdict != Verdict::Unknown);
        if a.is_abnormal() {
            for_loss.push(format!("{}: {}", study.replace('_', " "), said(a)));
        }
    }
    let mut muscles = 0;
    for m in facts.on(side).filter(|m| nerves.contains(&m.muscle.nerve) || nerves.contains(&m.muscle.branch))
    {
        muscles += usize::from(m.active().is_some());
        if m.active() == Some(true) || m.large() == Some(true) {
            for_loss.push(format!("{}: {}", m.name(), m.words()));
        }
    }
    if judged == 0 && muscles == 0 {
        return None;
    }
    // Sizes without a needle, or a needle without sizes, cannot rule lost axons out.
    let axonal = match (for_loss.is_empty(), judged > 0 && muscles > 0) {
        (false, _) => Three::Met,
        (true, true) => Three::NotMet,
        (true, false) => Three::Unknown,
    };
    let (words, why) = match axonal {
        Three::Met => ("with loss of axons", for_loss.join("; ")),
        Three::NotMet => {
            ("slowing or block only", "distal sizes within their limits, muscles without change".into())
        }
        Three::Unknown if muscles == 0 => {
            ("cannot be judged", "no muscle of the nerve was examined by needle".into())
        }
        Three::Unknown => ("cannot be judged", "no distal size with a limit".into()),
    };
    Some(Severity { words, axonal, why, source })
}
