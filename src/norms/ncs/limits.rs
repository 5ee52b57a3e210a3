//! The limits: `data/reference/ncs_limits.csv` and `ncs_regression.csv`, or a laboratory's own file.

use super::laboratory;
use super::regression::regression;
use super::strata::{
    describe, distance_fits, nobody, person_fits, strata, technique_fits, too_young, wrong_distance,
};
use crate::norms::{rows, version_of};
use crate::study::{Sex, Technique};
use crate::{Error, Result};
use std::path::Path;
use std::sync::LazyLock;

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
    /// Body mass index, kg/m².
    pub bmi: Option<f64>,
    pub distance_mm: Option<f64>,
    pub technique: Option<Technique>,
    /// The response is absent: whatever it depends on, it is below any lower limit of an amplitude that is above 0.
    pub absent: bool,
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
    pub(super) rows: Vec<Row>,
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

    /// Sets of a laboratory's file (columns as in the README), in the order in which they first stand there. They
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
        let mut refused: Vec<String> = Vec::new();
        for set in &self.order {
            match self.of_set(set, query) {
                found @ Answer::Limit { .. } if !query.absent => return found,
                found @ Answer::Limit { .. } => return self.of_absent(query).unwrap_or(found),
                Answer::NotAssessable(why) => refused.push(why),
                Answer::None(_) => {}
            }
        }
        if query.absent
            && let Some(answer) = self.of_absent(query)
        {
            return answer;
        }
        if refused.is_empty() {
            return Answer::None(format!("no limit for this technique in {}", self.order.join(", ")));
        }
        Answer::NotAssessable(refused.join("; "))
    }

    pub(super) fn asked(r: &Row, set: &str, query: &Query<'_>) -> bool {
        r.set == set
            && r.study == query.study
            && r.parameter == query.parameter
            && r.segment == query.segment
            && r.unit == query.unit
    }

    fn of_set(&self, set: &str, query: &Query<'_>) -> Answer {
        let all: Vec<&Row> = self.rows.iter().filter(|r| Self::asked(r, set, query)).collect();
        if all.is_empty() {
            return if self.laboratory.is_none() { regression(set, query) } else { none() };
        }
        if let Some(why) = too_young(set, query) {
            return Answer::NotAssessable(why);
        }
        let fitting: Vec<&Row> = all.iter().copied().filter(|r| person_fits(r, query)).collect();
        if fitting.is_empty() {
            return Answer::NotAssessable(nobody(set, &all, query));
        }
        let right: Vec<&Row> =
            fitting.iter().copied().filter(|r| technique_fits(r, query) && distance_fits(r, query)).collect();
        if right.is_empty() {
            return Answer::NotAssessable(wrong_distance(set, &fitting, query));
        }
        // Of two strata with as many conditions the one of fewer years; of equals the one that stands first.
        let years = |r: &Row| match r.age {
            [Some(a), Some(b)] => b - a,
            _ => f64::INFINITY,
        };
        let narrowest = |upper: bool| {
            let of_side = right.iter().copied().filter(|r| r.upper == upper);
            of_side.reduce(|best, r| {
                let more = strata(r).cmp(&strata(best)).then(years(best).total_cmp(&years(r)));
                if more == std::cmp::Ordering::Greater { r } else { best }
            })
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

pub(super) fn none() -> Answer {
    Answer::None(String::new())
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

    #[test]
    fn an_absent_response_needs_no_distance_but_may_be_normal_in_the_elderly() {
        let limits = Limits::built_in();
        let mut q = Query { absent: true, ..ask("sural_sensory", "amp_op", "", "uV") };
        q.age_years = Some(45.0);
        let answer = limits.find(&q);
        assert!(matches!(&answer, Answer::Limit { set, .. } if set == "NDTF"), "{answer:?}");
        assert_eq!((lower(&answer), upper(&answer)), (Some(4.0), None));
        q.absent = false;
        assert!(matches!(limits.find(&q), Answer::NotAssessable(_)));
        q.absent = true;
        q.age_years = Some(72.0);
        assert_eq!(lower(&limits.find(&q)), Some(1.0));
        q.age_years = Some(80.0);
        assert_eq!(lower(&limits.find(&q)), Some(0.0));
        q.age_years = None;
        assert!(matches!(limits.find(&q), Answer::NotAssessable(why) if why.contains("may be normal")));
        q.age_years = Some(45.0);
        q.technique = Some(Technique::Orthodromic);
        assert!(matches!(limits.find(&q), Answer::NotAssessable(_)));
    }

    #[test]
    fn sets_of_adults_do_not_hold_for_children() {
        let limits = Limits::built_in();
        let mut q = ask("median_motor_apb", "dml", "distal", "ms");
        q.distance_mm = Some(80.0);
        for age in [0.0, 0.5, 4.0, 17.9] {
            q.age_years = Some(age);
            let answer = limits.find(&q);
            assert!(
                matches!(&answer, Answer::NotAssessable(why) if why.contains("the set is of adults"))
                    || age > 16.0,
                "{answer:?}"
            );
            assert!(!matches!(&answer, Answer::Limit { set, .. } if set == "NDTF"), "{answer:?}");
        }
        q.absent = true;
        q.parameter = "amp_bp";
        q.unit = "mV";
        q.age_years = Some(4.0);
        assert!(matches!(limits.find(&q), Answer::NotAssessable(_)));
        q.age_years = Some(18.0);
        assert!(matches!(limits.find(&q), Answer::Limit { set, .. } if set == "NDTF"));
    }

    #[test]
    fn what_a_stratum_lacks_is_named() {
        let rows = laboratory::parse(
            b"set,study_id,param,side,limit,unit,bmi_min,bmi_max\nL,median_motor_apb,dml,upper,4,ms,20,25\n",
        )
        .expect("rows");
        let limits = Limits { order: vec!["L".into()], rows, laboratory: Some("x".into()) };
        let mut q = ask("median_motor_apb", "dml", "distal", "ms");
        q.age_years = Some(45.0);
        assert!(
            matches!(limits.find(&q), Answer::NotAssessable(why) if why.contains("body mass") && !why.contains("45"))
        );
        // From 20 to below 25 kg/m².
        for (bmi, holds) in [(19.9, false), (20.0, true), (24.9, true), (25.0, false)] {
            q.bmi = Some(bmi);
            assert_eq!(matches!(limits.find(&q), Answer::Limit { .. }), holds, "{bmi}");
        }
    }
}
