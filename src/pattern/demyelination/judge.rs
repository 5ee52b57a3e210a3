//! One criterion held against one nerve.

use super::motor::{MotorNerve, MotorStudy, Segment};
use crate::norms::DemyelinationCriterion;
use crate::norms::ncs::{Ratios, distal_duration, judge_block};
use crate::pattern::facts::Datum;
use crate::pattern::three::Three;

/// Numbers that are not to be used: place in the measures, and the id of the pitfall that says why.
pub(super) type Aside<'a> = &'a [(usize, &'static str)];

/// F-wave stimuli below which an absence says nothing (`late_responses`: FW_N).
const FEWEST_F: f64 = 10.0;

/// What was seen of a criterion in one place or nerve.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen {
    pub(super) verdict: Three,
    pub(super) text: String,
}

impl Seen {
    fn new(verdict: Three, text: impl Into<String>) -> Self {
        Seen { verdict, text: text.into() }
    }
    fn unknown(text: impl Into<String>) -> Self {
        Seen::new(Three::Unknown, text)
    }
}

/// The criterion in a nerve: met where any place meets it. `None` where the nerve, or every place of it, is left out.
pub(super) fn in_nerve(c: &DemyelinationCriterion, nerve: &MotorNerve<'_>, aside: Aside<'_>) -> Option<Seen> {
    if c.exclude.contains(&nerve.nerve.as_str()) || !(c.only.is_empty() || c.only == nerve.nerve) {
        return None;
    }
    let mut seen: Vec<Seen> = nerve.studies.iter().flat_map(|s| in_study(c, s, aside)).collect();
    let verdict = match () {
        () if seen.is_empty() => return None,
        () if seen.iter().any(|s| s.verdict == Three::Met) => Three::Met,
        () => Three::any(seen.iter().map(|s| s.verdict)),
    };
    seen.retain(|s| s.verdict == verdict);
    let text: Vec<String> = seen.into_iter().map(|s| s.text).collect();
    Some(Seen::new(verdict, format!("{}: {}", nerve.name(), text.join(", "))))
}

fn in_study(c: &DemyelinationCriterion, s: &MotorStudy<'_>, aside: Aside<'_>) -> Vec<Seen> {
    let late = matches!(c.param, "f_min" | "f_absent" | "f_min_or_absent");
    // The wrist is a usual site of entrapment of the median nerve: its distal latency counts in no set.
    if (c.param == "dml" && s.nerve == "median") || (late && !MotorNerve::has_f(&s.nerve)) {
        return Vec::new();
    }
    if s.is_inexcitable() {
        return vec![Seen::unknown("no distal response, so nothing can be said of conduction")];
    }
    match c.param {
        "dml" => vec![percent(c, s, s.latency, "distal motor latency", aside)],
        "mncv" => over_segments(s, |g| percent(c, s, g.velocity, &format!("velocity {}", g.name()), aside)),
        "f_min" | "f_absent" | "f_min_or_absent" => vec![late_response(c, s, aside)],
        "amp_drop_prox_dist" | "prox_dist_ratio" | "size_drop_prox_dist" => {
            over_segments(s, |g| fall(c, s, g, aside))
        }
        "duration_increase" | "duration_ratio_prox_dist" => over_segments(s, |g| rise(c, g, aside)),
        "conduction_block" => over_segments(s, |g| block(s, g, aside)),
        "dcmap_duration" => duration(c, s, aside).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Each piece of nerve outside the usual sites of entrapment.
fn over_segments(s: &MotorStudy<'_>, judge: impl Fn(&Segment<'_>) -> Seen) -> Vec<Seen> {
    if s.segments.is_empty() {
        return vec![Seen::unknown("not stimulated at a proximal site")];
    }
    let out: Vec<Seen> = s.segments.iter().filter(|g| !g.crosses_entrapment(&s.nerve)).map(judge).collect();
    if out.is_empty() {
        return vec![Seen::unknown("only studied across a usual site of entrapment")];
    }
    out
}

/// Why a number that is beyond a threshold may not count.
pub(super) fn doubt(d: &Datum<'_>, aside: Aside<'_>) -> Option<String> {
    if let Some((_, id)) = aside.iter().find(|(i, _)| *i == d.index) {
        return Some(format!("set aside ({id})"));
    }
    (d.row.verdict == "not_assessable").then(|| match d.row.doubts.first() {
        Some(why) => why.clone(),
        None if d.row.limit.note.is_empty() => "not to be judged".to_owned(),
        None => d.row.limit.note.clone(),
    })
}

/// A number in percent of its own limit.
fn percent(
    c: &DemyelinationCriterion,
    s: &MotorStudy<'_>,
    datum: Option<&Datum<'_>>,
    what: &str,
    aside: Aside<'_>,
) -> Seen {
    let Some(d) = datum else { return Seen::unknown(format!("{what} not measured")) };
    let Some(value) = d.value() else {
        let why = d.row.reason.clone().unwrap_or_else(|| d.row.status.to_owned());
        return Seen::unknown(format!("{what} not known: {why}"));
    };
    let upper = c.unit == "pct_uln";
    let share = if upper { d.over_upper() } else { d.over_lower() };
    let limit = if upper { d.row.limit.upper } else { d.row.limit.lower };
    let (Some(share), Some(limit)) = (share, limit) else {
        let why = if d.row.limit.note.is_empty() { "no limit" } else { &d.row.limit.note };
        return Seen::unknown(format!("{what}: {why}"));
    };
    let set = &d.row.limit.set;
    let text = format!("{what} {} {}, {:.0} % of {limit} ({set})", short(value), d.row.unit, 100.0 * share);
    let verdict = beyond(c, 100.0 * share, s.amplitude_percent());
    settled(verdict, text, "the size of the distal response is not known in percent of its limit", || {
        doubt(d, aside)
    })
}

/// A number beyond a threshold counts only where nothing speaks against it.
fn settled(verdict: Three, text: String, missing: &str, doubt: impl Fn() -> Option<String>) -> Seen {
    match (verdict, doubt()) {
        (Three::NotMet, _) => Seen::new(verdict, text),
        (_, Some(why)) => Seen::unknown(format!("{text}: {why}")),
        (Three::Unknown, None) => Seen::unknown(format!("{text}: {missing}")),
        (Three::Met, None) => Seen::new(Three::Met, text),
    }
}

/// Against the threshold that the distal response's size asks for; unknown where that size decides and is not known.
fn beyond(c: &DemyelinationCriterion, value: f64, amplitude: Option<f64>) -> Three {
    let Some(usual) = c.threshold else { return Three::Unknown };
    let usual = c.beyond(value, usual);
    let (Some(low), Some(below)) = (c.low_amp_threshold, c.low_amp_below) else {
        return Three::of(Some(usual));
    };
    let low = c.beyond(value, low);
    match amplitude {
        Some(a) => Three::of(Some(if a < below { low } else { usual })),
        None if low == usual => Three::of(Some(low)),
        None => Three::Unknown,
    }
}

fn late_response(c: &DemyelinationCriterion, s: &MotorStudy<'_>, aside: Aside<'_>) -> Seen {
    let Some(f) = &s.f else { return Seen::unknown("F waves not done") };
    let absent = f.least.is_some_and(Datum::is_absent)
        || f.persistence.is_some_and(|p| p.value().is_some_and(|v| v <= 0.0));
    if absent && f.sweeps.is_some_and(|n| n < FEWEST_F) {
        return Seen::unknown(format!("F waves absent in fewer than {FEWEST_F} stimuli"));
    }
    let of = f.least.or(f.persistence);
    let withdrawn = of.and_then(|d| aside.iter().find(|(i, _)| *i == d.index));
    match (c.param, absent) {
        (_, true) if withdrawn.is_some() => Seen::unknown("F waves absent, set aside (f_count)"),
        ("f_absent", true) => large_enough(c, s, "F waves absent".into()),
        ("f_absent", false) => {
            match f.least.and_then(Datum::value).or(f.persistence.and_then(Datum::value)) {
                Some(_) => Seen::new(Three::NotMet, "F waves there"),
                None => Seen::unknown("F waves not measured"),
            }
        }
        ("f_min_or_absent", true) => Seen::new(Three::Met, "F waves absent"),
        (_, true) => Seen::new(Three::NotMet, "F waves absent: no latency"),
        _ => percent(c, s, f.least, "least F latency", aside),
    }
}

/// Met, where the distal response is as large as the criterion asks.
fn large_enough(c: &DemyelinationCriterion, s: &MotorStudy<'_>, text: String) -> Seen {
    match (c.min_dcmap, s.amplitude_percent()) {
        (None, _) => Seen::new(Three::Met, text),
        (Some(least), Some(a)) if a >= least => {
            Seen::new(Three::Met, format!("{text}, distal response {a:.0} % of its lower limit"))
        }
        (Some(least), Some(a)) => Seen::new(
            Three::NotMet,
            format!("{text}, but the distal response is {a:.0} % of its lower limit, below {least} %"),
        ),
        (Some(_), None) => {
            Seen::unknown(format!("{text}, but the distal response has no limit to be held against"))
        }
    }
}

/// Fall of amplitude (or area) from distal to proximal.
fn fall(c: &DemyelinationCriterion, s: &MotorStudy<'_>, g: &Segment<'_>, aside: Aside<'_>) -> Seen {
    let Some(threshold) = c.threshold else { return Seen::unknown("no threshold") };
    let ratio = |d: Option<&Datum<'_>>| d.and_then(Datum::value);
    let measured = |r: f64| if c.unit == "ratio" { r } else { 100.0 * (1.0 - r) };
    let mut ratios: Vec<(&str, f64)> =
        ratio(g.amplitude_ratio).map(|r| ("amplitude", r)).into_iter().collect();
    if c.param == "size_drop_prox_dist" {
        ratios.extend(ratio(g.area_ratio).map(|r| ("area", r)));
    }
    let Some(&(_, first)) = ratios.first() else {
        return Seen::unknown(format!("{}: amplitudes not known at both ends", g.name()));
    };
    let Some(&(what, r)) = ratios.iter().find(|(_, r)| c.beyond(measured(*r), threshold)) else {
        return Seen::new(
            Three::NotMet,
            format!("{}: amplitude falls by {:.0} %", g.name(), 100.0 * (1.0 - first)),
        );
    };
    let mut text = format!("{}: {what} falls by {:.0} %", g.name(), 100.0 * (1.0 - r));
    if let Some(why) = g.block.into_iter().chain(g.amplitude_ratio).find_map(|d| doubt_of_ratio(d, aside)) {
        return Seen::unknown(format!("{text}: {why}"));
    }
    if g.proximal == "erb" {
        return Seen::unknown(format!("{text}: stimulation at Erb's point may not have been supramaximal"));
    }
    if c.rise_below.is_some() || c.rise_above.is_some() {
        let Some(rise) = ratio(g.duration_ratio).map(|d| 100.0 * (d - 1.0)) else {
            return Seen::unknown(format!("{text}, but the change of duration is not known"));
        };
        text += &format!(", duration changes by {rise:.0} %");
        if c.rise_below.is_some_and(|b| rise >= b) || c.rise_above.is_some_and(|a| rise <= a) {
            return Seen::new(Three::NotMet, text);
        }
    }
    large_enough(c, s, text)
}

/// A ratio is held against no limit of its own: only what was withdrawn counts.
fn doubt_of_ratio(d: &Datum<'_>, aside: Aside<'_>) -> Option<String> {
    let aside = aside.iter().find(|(i, _)| *i == d.index).map(|(_, id)| format!("set aside ({id})"));
    let withdrawn = d.row.id == "conduction_block" && d.row.verdict == "not_assessable";
    aside.or_else(|| withdrawn.then(|| d.row.doubts.first().cloned()).flatten())
}

/// Rise of duration from distal to proximal.
fn rise(c: &DemyelinationCriterion, g: &Segment<'_>, aside: Aside<'_>) -> Seen {
    let (Some(d), Some(threshold)) = (g.duration_ratio, c.threshold) else {
        return Seen::unknown(format!("{}: durations not known at both ends", g.name()));
    };
    let Some(ratio) = d.value() else {
        return Seen::unknown(format!("{}: durations not known at both ends", g.name()));
    };
    if c.unit == "pct_uln" {
        return Seen::unknown(format!("{}: no published limit of this ratio is at hand", g.name()));
    }
    let text = format!("{}: duration rises by {:.0} %", g.name(), 100.0 * (ratio - 1.0));
    let value = if c.param == "duration_increase" { 100.0 * (ratio - 1.0) } else { 100.0 * ratio };
    match (c.beyond(value, threshold), doubt_of_ratio(d, aside)) {
        (false, _) => Seen::new(Three::NotMet, text),
        (true, Some(why)) => Seen::unknown(format!("{text}: {why}")),
        (true, None) => Seen::new(Three::Met, text),
    }
}

/// Block, where a set asks for it and does not say what it is: the consensus criteria of definite block.
fn block(s: &MotorStudy<'_>, g: &Segment<'_>, aside: Aside<'_>) -> Seen {
    let value = |d: Option<&Datum<'_>>| d.and_then(Datum::value);
    let ratios = Ratios {
        amplitude: value(g.amplitude_ratio),
        area: value(g.area_ratio),
        duration: value(g.duration_ratio),
        distal_v: value(s.amplitude).map(|mv| mv / 1e3),
        distal_of_limit: s.amplitude_percent().map(|p| p / 100.0),
    };
    let Some(amplitude) = ratios.amplitude else {
        return Seen::unknown(format!("{}: amplitudes not known at both ends", g.name()));
    };
    let text = format!("{}: amplitude falls by {:.0} %", g.name(), 100.0 * (1.0 - amplitude));
    let definite =
        |met: &[&crate::norms::ncs::BlockCriterion]| met.iter().any(|c| c.set == "AAEM_CB_DEFINITE");
    let judged = judge_block(&s.nerve, false, &ratios);
    if definite(&judged.met) {
        let withdrawn = g.block.into_iter().chain(g.amplitude_ratio).find_map(|d| doubt_of_ratio(d, aside));
        return match withdrawn {
            Some(why) => Seen::unknown(format!("{text}: {why}")),
            None => Seen::new(Three::Met, format!("{text} (consensus criteria of definite block)")),
        };
    }
    // With the duration unchanged the fall would be block: then it is the duration that decides.
    let perhaps = judge_block(&s.nerve, false, &Ratios { duration: Some(1.0), ..ratios });
    if ratios.duration.is_none() && definite(&perhaps.met) {
        return Seen::unknown(format!("{text}, but the change of duration is not known"));
    }
    Seen::new(Three::NotMet, text)
}

/// Duration of the distal response against the set's own limits, which depend on the amplifier's high-pass. `None` for
/// a study that the set has no limit of.
fn duration(c: &DemyelinationCriterion, s: &MotorStudy<'_>, aside: Aside<'_>) -> Option<Seen> {
    // A set without limits of its own speaks in percent of a limit that is not at hand.
    let any = distal_duration(s.study).next().is_some();
    let limits: Vec<_> = distal_duration(s.study).filter(|l| l.set == c.set).collect();
    if limits.is_empty() {
        return any.then(|| Seen::unknown("distal duration: no limit of this set is at hand"));
    }
    let Some((d, value)) = s.distal_duration.and_then(|d| Some((d, d.value()?))) else {
        return Some(Seen::unknown("distal duration not measured"));
    };
    // The row is held against one of the sets, at the high-pass that the recording states: that tells the high-pass.
    let of_row = distal_duration(s.study).find(|l| {
        d.row.limit.set == l.set && d.row.limit.upper.is_some_and(|u| (u - l.upper_ms).abs() < 1e-9)
    });
    let beyond = |l: f64| if c.op == ">=" { value >= l } else { value > l };
    let text = format!("distal duration {} ms", short(value));
    let fits = |hz: f64| limits.iter().find(move |l| (l.high_pass_hz - hz).abs() <= 1.0);
    let seen = match of_row.map(|l| l.high_pass_hz) {
        Some(hz) => match fits(hz) {
            Some(l) => Seen::new(
                Three::of(Some(beyond(l.upper_ms))),
                format!("{text}, limit {} ms at {hz} Hz", l.upper_ms),
            ),
            None => Seen::unknown(format!("{text}: the set has no limit at a high-pass of {hz} Hz")),
        },
        None if limits.iter().all(|l| beyond(l.upper_ms)) && limits.len() > 1 => {
            Seen::new(Three::Met, format!("{text}, beyond the limits of every high-pass"))
        }
        None if limits.len() > 1 && !limits.iter().any(|l| beyond(l.upper_ms)) => {
            Seen::new(Three::NotMet, format!("{text}, within the limits of every high-pass"))
        }
        None => Seen::unknown(format!("{text}: its limit depends on the high-pass, which is not stated")),
    };
    Some(match (seen.verdict, doubt(d, aside).filter(|_| of_row.is_some())) {
        (Three::Met, Some(why)) => Seen::unknown(format!("{}: {why}", seen.text)),
        _ => seen,
    })
}

/// A number as a reader writes it: two decimals at most.
pub(super) fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
