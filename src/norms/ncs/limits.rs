//! The limits: `data/reference/ncs_limits.csv` and `ncs_regression.csv`, or a laboratory's own file.

use super::laboratory;
use crate::norms::{rows, version_of};
use crate::study::{Sex, Technique};
use crate::{Error, Result};
use std::path::Path;
use std::sync::LazyLock;

/// How far a distance may be from the one a limit holds for, cm. Ours: half a finger's breadth; at 50 m/s it is
/// 0.1 ms.
const DISTANCE_TOLERANCE_CM: f64 = 0.5;

/// One limit.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the columns of the table; `None` is no bound")]
pub struct Row {
    pub set: String,
    pub study: String,
    pub parameter: String,
    pub segment: String,
    /// An upper limit; else a lower one.
    pub upper: bool,
    pub limit: f64,
    pub unit: String,
    /// Inclusive, whole years.
    pub age: [Option<f64>; 2],
    pub sex: Option<Sex>,
    /// From, inclusive, to, exclusive; cm.
    pub height: [Option<f64>; 2],
    /// From, inclusive, to, exclusive; kg/m².
    pub bmi: [Option<f64>; 2],
    /// Inclusive, cm.
    pub distance: [Option<f64>; 2],
    pub technique: Option<Technique>,
    pub source: String,
    pub status: String,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
#[expect(missing_docs, reason = "the names say it, with their unit")]
pub struct Query<'a> {
    pub study: &'a str,
    /// `dml`, `onset_lat`, `peak_lat`, `amp_bp`, `amp_op`, `amp_pp`, `mncv`, `sncv`, `mncv_drop`, `amp_bp_drop`,
    /// `f_min`, …
    pub parameter: &'a str,
    /// Name of the piece of nerve; empty where the parameter has none.
    pub segment: &'a str,
    pub unit: &'a str,
    pub age_years: Option<f64>,
    pub sex: Option<Sex>,
    pub height_cm: Option<f64>,
    pub distance_mm: Option<f64>,
    pub technique: Option<Technique>,
}

/// What the sets say.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The limits of one set.
    Limit {
        /// Id of the set.
        set: String,
        /// Its version.
        version: String,
        /// In the query's unit.
        lower: Option<f64>,
        /// In the query's unit.
        upper: Option<f64>,
        /// Source, status, stratum; for people.
        note: String,
    },
    /// No set knows this study and parameter.
    None(String),
    /// A set does, but what it needs is not there: a distance, an age.
    NotAssessable(String),
}

/// Sets of limits in the order in which they are asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Ids of the sets that are asked, first to last.
    pub order: Vec<String>,
    rows: Vec<Row>,
    /// Version of a laboratory's file; `None` for the built-in sets.
    laboratory: Option<String>,
}

/// Sets that are asked unless somebody chooses: an overlay for one response and age, the reference values of the
/// task force, then the sets for what it leaves out. `KOREA2022` is of young men only.
const ORDER: &[&str] = &["SURAL_ELDERLY", "NDTF", "H_ELD", "PRESTON", "KROIGARD", "H_AMP"];

static BUILT_IN: LazyLock<Limits> = LazyLock::new(|| {
    let rows = rows(include_str!("../../../data/reference/ncs_limits.csv")).map(row).collect();
    Limits { order: ORDER.iter().map(|s| (*s).to_owned()).collect(), rows, laboratory: None }
});

/// # Panics
/// On a number that is none: a mistake in our table, which a test finds.
#[expect(clippy::expect_used, reason = "our own table, walked by a test")]
fn row(r: [&'static str; 19]) -> Row {
    laboratory::row(&r.map(str::to_owned)).expect("a row of our table")
}

impl Default for Limits {
    fn default() -> Self {
        BUILT_IN.clone()
    }
}

impl Limits {
    /// The built-in sets.
    pub fn built_in() -> &'static Limits {
        &BUILT_IN
    }

    /// Sets of a laboratory's file (see [`laboratory`]), in the order in which they first stand there. They
    /// replace the built-in ones.
    ///
    /// # Errors
    /// [`Error::Io`]; [`Error::Malformed`] with the line of a row that cannot be understood.
    pub fn from_file(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|e| Error::io(path, e))?;
        let rows = laboratory::parse(&bytes).map_err(|e| e.in_file(&name))?;
        let mut order: Vec<String> = Vec::new();
        for r in &rows {
            if !order.contains(&r.set) {
                order.push(r.set.clone());
            }
        }
        Ok(Limits { order, rows, laboratory: Some(laboratory::version(&bytes)) })
    }

    /// Every row.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Version of a set.
    pub fn version(&self, set: &str) -> String {
        self.laboratory.clone().unwrap_or_else(|| version_of(set).to_owned())
    }

    /// The limits of the first set that knows the study and the parameter.
    pub fn find(&self, query: &Query<'_>) -> Answer {
        let mut refused = None;
        for set in &self.order {
            match self.of_set(set, query) {
                found @ Answer::Limit { .. } => return found,
                Answer::NotAssessable(why) => refused = refused.or(Some(why)),
                Answer::None(_) => {}
            }
        }
        refused.map_or_else(
            || Answer::None(format!("no limit for this technique in {}", self.order.join(", "))),
            Answer::NotAssessable,
        )
    }

    fn of_set(&self, set: &str, query: &Query<'_>) -> Answer {
        let asked = |r: &&Row| {
            r.set == set
                && r.study == query.study
                && r.parameter == query.parameter
                && r.segment == query.segment
                && r.unit == query.unit
        };
        let all: Vec<&Row> = self.rows.iter().filter(asked).collect();
        if all.is_empty() {
            return if self.laboratory.is_none() { regression(set, query) } else { none() };
        }
        let fitting: Vec<&Row> = all.iter().copied().filter(|r| person_fits(r, query)).collect();
        if fitting.is_empty() {
            let why = match query.age_years {
                None => format!("{set}: its limits hold for stated ages, and the age is not stated"),
                Some(age) => format!("{set}: no limit for an age of {age} years"),
            };
            return Answer::NotAssessable(why);
        }
        let right: Vec<&Row> =
            fitting.iter().copied().filter(|r| technique_fits(r, query) && distance_fits(r, query)).collect();
        if right.is_empty() {
            return Answer::NotAssessable(wrong_distance(set, &fitting, query));
        }
        let narrowest = |upper: bool| {
            let of_side = right.iter().copied().filter(|r| r.upper == upper);
            of_side.max_by_key(|r| strata(r))
        };
        let (lower, upper) = (narrowest(false), narrowest(true));
        let notes: Vec<String> = [lower, upper].into_iter().flatten().map(|r| describe(r, query)).collect();
        Answer::Limit {
            set: set.to_owned(),
            version: self.version(set),
            lower: lower.map(|r| r.limit),
            upper: upper.map(|r| r.limit),
            note: notes.join("; "),
        }
    }
}

fn none() -> Answer {
    Answer::None(String::new())
}

fn inside(range: [Option<f64>; 2], value: Option<f64>, exclusive: bool) -> bool {
    match (range, value) {
        ([None, None], _) => true,
        (_, None) => false,
        ([low, high], Some(v)) => {
            low.is_none_or(|l| v >= l) && high.is_none_or(|h| if exclusive { v < h } else { v <= h })
        }
    }
}

fn person_fits(r: &Row, q: &Query<'_>) -> bool {
    // Ages are whole years: 49.5 is 49.
    inside(r.age, q.age_years.map(f64::floor), false)
        && (r.sex.is_none() || r.sex == q.sex)
        && inside(r.height, q.height_cm, true)
        // A study file states no weight.
        && r.bmi == [None, None]
}

fn technique_fits(r: &Row, q: &Query<'_>) -> bool {
    // A study that does not state its direction is taken as the usual one of its set.
    r.technique.is_none() || q.technique.is_none() || r.technique == q.technique
}

fn distance_fits(r: &Row, q: &Query<'_>) -> bool {
    // The size of a muscle's response hardly depends on the distance of its nerve's stimulation, and a velocity is
    // what stays comparable at another distance.
    if ["amp_bp", "mncv", "sncv"].contains(&r.parameter.as_str()) || r.distance == [None, None] {
        return true;
    }
    let Some(cm) = q.distance_mm.map(|d| d / 10.0) else { return false };
    let near = 1e-9 + DISTANCE_TOLERANCE_CM;
    r.distance[0].is_none_or(|low| cm >= low - near) && r.distance[1].is_none_or(|high| cm <= high + near)
}

fn wrong_distance(set: &str, rows: &[&Row], q: &Query<'_>) -> String {
    let range = |r: &&Row| match r.distance {
        [Some(a), Some(b)] if (a - b).abs() < 1e-9 => format!("{a} cm"),
        [a, b] => {
            let text = |v: Option<f64>| v.map_or("…".to_owned(), |v| v.to_string());
            format!("{} to {} cm", text(a), text(b))
        }
    };
    if !rows.iter().any(|r| technique_fits(r, q)) {
        return format!("{set}: its limits are of the other direction (antidromic or orthodromic)");
    }
    let held = rows.first().map_or(String::new(), range);
    match q.distance_mm {
        None => format!("{set}: its limit holds at {held}, and the distance is not stated"),
        Some(d) => format!("{set}: its limit holds at {held}, and the distance is {} cm", d / 10.0),
    }
}

/// How many conditions a row names: the narrowest stratum is the one of most.
fn strata(r: &Row) -> usize {
    usize::from(r.age != [None, None]) + usize::from(r.sex.is_some()) + usize::from(r.height != [None, None])
}

fn describe(r: &Row, q: &Query<'_>) -> String {
    let mut said = vec![format!("{} limit {} {}", if r.upper { "upper" } else { "lower" }, r.limit, r.unit)];
    if r.age != [None, None] {
        let text = |v: Option<f64>| v.map_or(String::new(), |v| format!("{v:.0}"));
        said.push(format!("age {}–{}", text(r.age[0]), text(r.age[1])));
    }
    if let Some(sex) = r.sex {
        said.push(sex.name().to_owned());
    }
    match r.height {
        [None, None] => {}
        [low, high] => {
            let low = low.map_or(String::new(), |v| format!("from {v:.0}"));
            let high = high.map_or(String::new(), |v| format!("below {v:.0}"));
            said.push(format!("height {low}{high} cm"));
        }
    }
    if r.parameter == "amp_bp" && r.distance != [None, None] && q.distance_mm.is_none() {
        said.push("distance not stated".to_owned());
    }
    said.push(r.source.clone());
    said.push(match r.status.as_str() {
        "recalled" => "recalled, limit not verified".to_owned(),
        other => other.to_owned(),
    });
    said.join(", ")
}

/// Limits that are a formula: ln(limit) = intercept + Σ coefficient · variable ± z · SD.
fn regression(set: &str, q: &Query<'_>) -> Answer {
    let table = include_str!("../../../data/reference/ncs_regression.csv");
    for r in rows::<16>(table) {
        if r[0] != set || r[1] != q.study || r[2] != q.parameter || r[3] != q.unit {
            continue;
        }
        let number = |i: usize| r[i].parse::<f64>().unwrap_or(0.0);
        let (Some(age), Some(height)) = (q.age_years, q.height_cm) else {
            return Answer::NotAssessable(format!("{set}: its limit needs age and height"));
        };
        if age < number(12) || age > number(13) {
            return Answer::NotAssessable(format!("{set}: no limit for an age of {age} years"));
        }
        let middle = number(5) + number(6) * age + number(7) * age * age + number(8) * height;
        let reach = number(10) * number(9);
        let (low, high) = ((middle - reach).exp(), (middle + reach).exp());
        return Answer::Limit {
            set: set.to_owned(),
            version: version_of(set).to_owned(),
            lower: Some(low),
            upper: (r[11] == "both").then_some(high),
            note: format!("regression on age and height, {} SD, {}, {}", r[10], r[14], r[15]),
        };
    }
    none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask<'a>(study: &'a str, parameter: &'a str, segment: &'a str, unit: &'a str) -> Query<'a> {
        Query { study, parameter, segment, unit, ..Query::default() }
    }

    fn upper(answer: &Answer) -> Option<f64> {
        if let Answer::Limit { upper, .. } = answer { *upper } else { None }
    }

    fn lower(answer: &Answer) -> Option<f64> {
        if let Answer::Limit { lower, .. } = answer { *lower } else { None }
    }

    #[test]
    fn every_row_of_the_table_is_understood_and_its_set_known() {
        let limits = Limits::built_in();
        assert!(limits.rows().len() > 150);
        for r in limits.rows() {
            assert!(!version_of(&r.set).is_empty(), "{}", r.set);
            assert!(!r.source.is_empty() && ["published", "recalled"].contains(&r.status.as_str()));
        }
    }

    #[test]
    fn the_narrowest_stratum_that_fits_is_taken() {
        let limits = Limits::built_in();
        let mut q = ask("median_motor_apb", "dml", "distal", "ms");
        q.distance_mm = Some(80.0);
        assert_eq!(upper(&limits.find(&q)), Some(4.5));
        q.age_years = Some(49.9);
        q.sex = Some(Sex::Female);
        assert_eq!(upper(&limits.find(&q)), Some(4.4));
        q.sex = Some(Sex::Male);
        q.age_years = Some(50.0);
        assert_eq!(upper(&limits.find(&q)), Some(4.7));
        let mut q = ask("fibular_motor_edb", "mncv", "leg", "m/s");
        q.age_years = Some(54.0);
        q.height_cm = Some(170.0);
        assert_eq!(lower(&limits.find(&q)), Some(36.0));
        q.height_cm = Some(169.9);
        assert_eq!(lower(&limits.find(&q)), Some(39.0));
        q.height_cm = None;
        assert_eq!(lower(&limits.find(&q)), Some(38.0));
    }

    #[test]
    fn a_missing_or_other_distance_is_said_and_the_next_set_is_asked() {
        let limits = Limits::built_in();
        let mut q = ask("median_sensory_d2", "sncv", "", "m/s");
        q.age_years = Some(40.0);
        q.distance_mm = Some(140.0);
        assert_eq!(lower(&limits.find(&q)), Some(50.0), "a velocity holds at any distance");
        let mut q = ask("median_sensory_d2", "peak_lat", "", "ms");
        q.age_years = Some(40.0);
        assert!(matches!(limits.find(&q), Answer::NotAssessable(why) if why.contains("not stated")));
        q.distance_mm = Some(130.0);
        assert!(
            matches!(limits.find(&q), Answer::Limit { set, upper: Some(u), .. } if set == "PRESTON" && u == 3.5)
        );
        q.distance_mm = Some(100.0);
        assert!(matches!(limits.find(&q), Answer::NotAssessable(_)));
        q.technique = Some(Technique::Orthodromic);
        q.distance_mm = Some(140.0);
        assert!(matches!(limits.find(&q), Answer::NotAssessable(why) if why.contains("direction")));
    }

    #[test]
    fn overlays_and_regressions_answer_for_their_own() {
        let limits = Limits::built_in();
        let mut q = ask("sural_sensory", "amp_op", "", "uV");
        q.distance_mm = Some(140.0);
        q.age_years = Some(59.0);
        assert_eq!(lower(&limits.find(&q)), Some(4.0));
        q.age_years = Some(72.0);
        assert!(
            matches!(limits.find(&q), Answer::Limit { set, lower: Some(l), .. } if set == "SURAL_ELDERLY" && l == 1.0)
        );
        let mut q = ask("dorsal_sural_sensory", "sncv", "", "m/s");
        q.age_years = Some(50.0);
        q.height_cm = Some(175.0);
        // exp(4.354374 − 0.0021081·50 − 0.0023354·175 − 1.96·0.11161), by hand.
        let by_hand = (4.354_374_f64 - 0.105_405 - 0.408_695 - 0.218_755_6).exp();
        assert!((lower(&limits.find(&q)).unwrap_or(0.0) - by_hand).abs() < 1e-9);
        assert!(matches!(limits.find(&ask("no_study", "dml", "", "ms")), Answer::None(_)));
    }
}
