//! From a measured number to a row of the result file: its unit, its limit, its verdict.

use crate::measure::Reading;
use crate::ncs::Measured;
use crate::norms::ncs::{Answer, Limits, NcsStudy, Query, mean, target_c};
use crate::result::{Limit, MeasureRow, ReferenceSet, Where};
use crate::study::{Subject, Technique};
use crate::units::Unit;

/// Who is examined, and against what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Person<'a> {
    pub(super) subject: &'a Subject,
    pub(super) limits: &'a Limits,
}

/// Where a number belongs, and what its limit depends on.
#[derive(Debug, Clone, Default)]
pub(super) struct Spot {
    pub(super) place: Where,
    pub(super) study: Option<&'static NcsStudy>,
    pub(super) technique: Option<Technique>,
    pub(super) distance_mm: Option<f64>,
    /// Why latencies and velocities must not be called abnormal: the limb is cold.
    pub(super) cold: Option<String>,
    /// Skin temperature, °C.
    pub(super) skin_c: Option<f64>,
}

impl Spot {
    /// The same at another site.
    pub(super) fn at(&self, site: Option<&str>, distance_mm: Option<f64>) -> Spot {
        let place = Where { site: site.map(str::to_owned), ..self.place.clone() };
        Spot { place, distance_mm, ..self.clone() }
    }

    /// The same over a piece of nerve.
    pub(super) fn over(&self, segment: &str, distance_mm: Option<f64>) -> Spot {
        let place = Where {
            site: None,
            segment: Some(segment.to_owned()),
            file: None,
            channel: None,
            ..self.place.clone()
        };
        Spot { place, distance_mm, ..self.clone() }
    }
}

/// Says where a limb is too cold for its limits.
pub(super) fn cold(nerve: Option<&str>, skin_c: Option<f64>) -> Option<String> {
    let (skin, (target, source)) = (skin_c?, target_c(nerve?)?);
    (skin < target).then(|| {
        format!("skin at {skin} °C, below {target} °C ({source}): cold alone slows; warm the limb and repeat")
    })
}

/// How a number came into the study.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    Auto,
    Manual,
    Entered,
}

impl Origin {
    fn word(self) -> &'static str {
        match self {
            Origin::Auto => "auto",
            Origin::Manual => "manual",
            Origin::Entered => "entered",
        }
    }
}

/// A number on its way to a row.
#[derive(Debug, Clone)]
pub(super) struct Number<'a> {
    pub(super) id: &'a str,
    pub(super) unit: Unit,
    pub(super) measured: Measured,
    /// Where its marker lies, s from the stimulus.
    pub(super) marker_s: Option<f64>,
    pub(super) origin: Origin,
    pub(super) doubts: Vec<String>,
    /// Parameter and segment that its limit is looked up under; `None` when there is no such limit.
    pub(super) ask: Option<(&'a str, &'a str)>,
    /// A latency or velocity: what cold alone changes.
    pub(super) of_time: bool,
    /// Uncertainty that counts beside the limit, where it is not all of it: published velocities carry the same
    /// error of distance.
    pub(super) spread: Option<f64>,
}

impl<'a> Number<'a> {
    pub(super) fn new(id: &'a str, unit: Unit, measured: Measured) -> Self {
        let spread = measured.uncertainty;
        Number {
            id,
            unit,
            measured,
            marker_s: None,
            origin: Origin::Auto,
            doubts: Vec::new(),
            ask: None,
            of_time: false,
            spread,
        }
    }
    pub(super) fn asking(mut self, parameter: &'a str, segment: &'a str) -> Self {
        self.ask = Some((parameter, segment));
        self
    }
    pub(super) fn of_time(mut self) -> Self {
        self.of_time = true;
        self
    }
    pub(super) fn origin(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }
    pub(super) fn doubts(mut self, doubts: &[String]) -> Self {
        self.doubts.extend_from_slice(doubts);
        self
    }
    pub(super) fn marker(mut self, at_s: Option<f64>) -> Self {
        self.marker_s = at_s;
        self
    }
}

/// Unit of the limits' table for a unit of the result file.
fn table_unit(unit: Unit) -> &'static str {
    unit.symbol
}

impl Person<'_> {
    /// The row, held against the limits.
    pub(super) fn row(&self, spot: &Spot, number: Number<'_>) -> MeasureRow {
        let answer = number.ask.map(|(parameter, segment)| match (number.measured.reading, spot.study) {
            (Reading::Absent, Some(study)) if parameter.starts_with("amp_") => {
                let query = self.query(spot, study, parameter, segment, number.unit);
                self.limits.find(&Query { absent: true, ..query })
            }
            _ => self.ask(spot, parameter, segment, number.unit),
        });
        let mut row = bare(spot, &number);
        match answer {
            Some(answer) => apply(&mut row, &answer, spot, &number),
            None if row.status == "value" => {
                row.verdict = "no_limit";
                row.limit.note = "no limit is applied to this number".into();
            }
            None => row.verdict = "not_assessable",
        }
        if let Some((parameter, segment)) = number.ask
            && let Some(value) = row.value
            && let Some(study) = spot.study
        {
            let query = self.query(spot, study, parameter, segment, number.unit);
            if let Some(m) = mean(&query)
                && let Some(z) = m.z(value)
            {
                row.limit.z = Some(z);
                push_note(&mut row.limit, &format!("z {z:+.1} ({}, {})", m.set, m.status));
            }
        }
        row
    }

    fn query<'q>(
        &self,
        spot: &Spot,
        study: &'q NcsStudy,
        parameter: &'q str,
        segment: &'q str,
        unit: Unit,
    ) -> Query<'q> {
        Query {
            study: study.id,
            parameter,
            segment,
            unit: table_unit(unit),
            age_years: self.subject.age_years,
            sex: self.subject.sex,
            height_cm: self.subject.height_cm,
            bmi: self.subject.body_mass_index(),
            distance_mm: spot.distance_mm,
            technique: spot.technique,
            absent: false,
        }
    }

    /// What the sets say of a parameter here.
    pub(super) fn ask(&self, spot: &Spot, parameter: &str, segment: &str, unit: Unit) -> Answer {
        match spot.study {
            Some(study) => self.limits.find(&self.query(spot, study, parameter, segment, unit)),
            None => Answer::None("no limit: no study of the tables records this nerve here".into()),
        }
    }
}

fn push_note(limit: &mut Limit, text: &str) {
    if !limit.note.is_empty() {
        limit.note += "; ";
    }
    limit.note += text;
}

/// The row without limit and verdict.
pub(super) fn bare(spot: &Spot, number: &Number<'_>) -> MeasureRow {
    let scale = number.unit.per_si;
    let (status, value, reason) = match number.measured.reading {
        Reading::Value(v) => ("value", Some(v * scale), None),
        Reading::Absent => ("absent", None, None),
        Reading::Undefined(why) => ("undefined", None, Some(why.to_owned())),
    };
    MeasureRow {
        id: number.id.to_owned(),
        status,
        value,
        unit: number.unit.symbol.to_owned(),
        uncertainty: number.measured.uncertainty.filter(|_| value.is_some()).map(|u| u * scale),
        reason,
        doubts: number.doubts.clone(),
        place: spot.place.clone(),
        marker_ms: number.marker_s.map(|t| t * 1e3),
        method: number.measured.method.to_owned(),
        origin: number.origin.word(),
        limit: Limit::default(),
        verdict: if value.is_some() { "no_limit" } else { "not_assessable" },
    }
}

/// Writes limit and verdict.
fn apply(row: &mut MeasureRow, answer: &Answer, spot: &Spot, number: &Number<'_>) {
    match answer {
        Answer::None(why) => {
            row.limit.note.clone_from(why);
            row.verdict = if row.status == "undefined" { "not_assessable" } else { "no_limit" };
        }
        Answer::NotAssessable(why) => {
            row.limit.note.clone_from(why);
            row.verdict = "not_assessable";
        }
        Answer::Limit { set, version, lower, upper, note } => {
            row.limit = Limit {
                set: set.clone(),
                lower: *lower,
                upper: *upper,
                note: format!("{note}; version {version}"),
                z: None,
            };
            row.verdict = match (row.status, row.value) {
                ("absent", _) => absent(&mut row.limit, number.of_time),
                (_, Some(value)) => {
                    let spread = number.spread.map_or(0.0, |s| s * number.unit.per_si);
                    held_against(value, spread, *lower, *upper)
                }
                _ => "not_assessable",
            };
            if let Some(why) = &spot.cold {
                if number.of_time {
                    if row.verdict == "abnormal" || row.verdict == "borderline" {
                        row.verdict = "not_assessable";
                    }
                    row.doubts.push(why.clone());
                } else if row.status == "value" && number.id.starts_with("amplitude") {
                    row.doubts.push("cold enlarges responses: a low one may read normal".into());
                }
            }
        }
    }
}

/// Takes the verdict from a row that rests on a doubtful number, and says which.
pub(super) fn spoil<const N: usize>(row: &mut MeasureRow, whys: [&Option<String>; N]) {
    for why in whys.into_iter().flatten() {
        if row.status == "value" && row.verdict != "no_limit" {
            row.verdict = "not_assessable";
        }
        if !row.doubts.contains(why) {
            row.doubts.push(why.clone());
        }
    }
}

/// Writes an upper limit of a difference, and the verdict on a row that has a value.
pub(super) fn apply_difference(row: &mut MeasureRow, set: &str, upper: f64, source: &str, status: &str) {
    let z = row.limit.z;
    let mut note = format!("upper limit {upper} {}, {source}", row.unit);
    if !status.is_empty() {
        note += match status {
            "recalled" => ", recalled, limit not verified",
            _ => ", published",
        };
    }
    row.limit = Limit { set: set.to_owned(), lower: None, upper: Some(upper), note, z };
    if let Some(value) = row.value {
        row.verdict = held_against(value, 0.0, None, Some(upper));
    }
}

/// An absent response is less than any lower limit of its size, unless that is 0.
fn absent(limit: &mut Limit, of_time: bool) -> &'static str {
    match limit.lower {
        _ if of_time => "not_assessable",
        Some(low) if low > 0.0 => "abnormal",
        Some(_) => {
            push_note(limit, "an absent response may be normal at this age");
            "borderline"
        }
        None => "not_assessable",
    }
}

/// A value on the limit is normal; one nearer to it than its uncertainty is borderline.
pub(super) fn held_against(value: f64, spread: f64, lower: Option<f64>, upper: Option<f64>) -> &'static str {
    // Decimal limits in binary: a value that prints as the limit is on it.
    let beyond = |by: f64| by > 1e-9 * value.abs().max(1.0);
    let outside = lower.is_some_and(|l| beyond(l - value)) || upper.is_some_and(|u| beyond(value - u));
    let near = [lower, upper].into_iter().flatten().any(|limit| (value - limit).abs() < spread);
    match (lower, upper) {
        (None, None) => "no_limit",
        _ if near => "borderline",
        _ if outside => "abnormal",
        _ => "normal",
    }
}

/// The sets that rows name, each once.
pub(super) fn sets_of(rows: &[MeasureRow], limits: &Limits, into: &mut Vec<ReferenceSet>) {
    for id in rows.iter().flat_map(|r| r.limit.set.split(", ")).filter(|s| !s.is_empty()) {
        let set = ReferenceSet { id: id.to_owned(), version: limits.version(id) };
        if !into.contains(&set) {
            into.push(set);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_near_its_limit_is_borderline_and_one_on_it_normal() {
        assert_eq!(held_against(4.5, 0.0, None, Some(4.5)), "normal");
        assert_eq!(held_against(4.6, 0.05, None, Some(4.5)), "abnormal");
        assert_eq!(held_against(4.54, 0.05, None, Some(4.5)), "borderline");
        assert_eq!(held_against(4.46, 0.05, None, Some(4.5)), "borderline");
        assert_eq!(held_against(4.0, 0.1, Some(4.1), None), "borderline");
        assert_eq!(held_against(3.9, 0.1, Some(4.1), None), "abnormal");
        assert_eq!(held_against(3.9, 0.1, None, None), "no_limit");
        assert_eq!(held_against(0.1 + 0.2, 0.0, None, Some(0.3)), "normal");
    }

    #[test]
    fn cold_limbs_are_said_with_their_target() {
        assert!(cold(Some("median"), Some(31.0)).is_some_and(|t| t.contains("32 °C")));
        assert_eq!(cold(Some("median"), Some(32.0)), None);
        assert_eq!(cold(Some("sural"), Some(31.0)), None);
        assert_eq!(cold(Some("facial"), Some(20.0)), None);
        assert_eq!(cold(None, Some(20.0)), None);
    }
}
