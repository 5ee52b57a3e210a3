//! The parameters that a limit can be of: the studies they belong to, their units, their pieces of nerve, and the
//! range outside which a limit is a mistake of writing.

use super::studies::{NCS_STUDIES, NcsStudy, StudyKind, segment};
use crate::error::nearest;

/// One parameter.
pub(super) struct Parameter {
    id: &'static str,
    of: Of,
    /// Units that its limits are held in.
    units: &'static [&'static str],
}

/// The studies that have a parameter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// Of the distal site of a motor study.
    Distal,
    /// Of a piece of nerve of a motor study.
    Segment,
    Sensory,
    F,
    H,
}

const PARAMETERS: &[Parameter] = &[
    Parameter { id: "dml", of: Of::Distal, units: &["ms"] },
    Parameter { id: "amp_bp", of: Of::Distal, units: &["mV"] },
    Parameter { id: "mncv", of: Of::Segment, units: &["m/s"] },
    Parameter { id: "mncv_drop", of: Of::Segment, units: &["m/s", "%"] },
    Parameter { id: "amp_bp_drop", of: Of::Segment, units: &["%", "mV"] },
    Parameter { id: "onset_lat", of: Of::Sensory, units: &["ms"] },
    Parameter { id: "peak_lat", of: Of::Sensory, units: &["ms"] },
    Parameter { id: "amp_op", of: Of::Sensory, units: &["uV"] },
    Parameter { id: "amp_pp", of: Of::Sensory, units: &["uV"] },
    Parameter { id: "sncv", of: Of::Sensory, units: &["m/s"] },
    Parameter { id: "f_min", of: Of::F, units: &["ms"] },
    Parameter { id: "f_mean", of: Of::F, units: &["ms"] },
    Parameter { id: "f_max", of: Of::F, units: &["ms"] },
    Parameter { id: "f_chronodispersion", of: Of::F, units: &["ms"] },
    Parameter { id: "f_min_side_difference", of: Of::F, units: &["ms"] },
    Parameter { id: "f_persistence", of: Of::F, units: &["%"] },
    Parameter { id: "f_amplitude", of: Of::F, units: &["uV"] },
    Parameter { id: "h_latency", of: Of::H, units: &["ms"] },
    Parameter { id: "h_side_difference", of: Of::H, units: &["ms"] },
    Parameter { id: "h_amplitude_ratio", of: Of::H, units: &["ratio"] },
];

/// Units that are understood: name, dimension, size in the dimension's first unit.
const UNITS: &[(&str, &str, f64)] = &[
    ("ms", "time", 1.0),
    ("s", "time", 1e3),
    ("us", "time", 1e-3),
    ("mV", "voltage", 1.0),
    ("V", "voltage", 1e3),
    ("uV", "voltage", 1e-3),
    ("m/s", "velocity", 1.0),
    ("cm/s", "velocity", 1e-2),
    ("%", "share", 1.0),
    ("ratio", "share", 100.0),
];

/// Largest limit in each unit. Ours: ten times what nerves do, or a whole where there is one.
const LARGEST: &[(&str, f64)] =
    &[("ms", 1000.0), ("mV", 200.0), ("uV", 10_000.0), ("m/s", 200.0), ("%", 1000.0), ("ratio", 10.0)];

fn hint<'a>(asked: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(asked, known).map_or(String::new(), |k| format!("; the nearest known one is `{k}`"))
}

/// The parameter of an id.
///
/// # Errors
/// The nearest known id, for people.
pub(super) fn parameter(id: &str) -> Result<&'static Parameter, String> {
    PARAMETERS
        .iter()
        .find(|p| p.id == id)
        .ok_or_else(|| format!("param: `{id}` is not known{}", hint(id, PARAMETERS.iter().map(|p| p.id))))
}

impl Parameter {
    /// The id of the study that the parameter belongs to: an F wave may be named by its motor study.
    ///
    /// # Errors
    /// For an unknown study, and for one that does not have the parameter.
    pub(super) fn study(&self, id: &str) -> Result<&'static NcsStudy, String> {
        let Some(study) = NCS_STUDIES.iter().find(|s| s.id == id) else {
            return Err(format!(
                "study_id: `{id}` is not known{}",
                hint(id, NCS_STUDIES.iter().map(|s| s.id))
            ));
        };
        let late = study.kind == StudyKind::LateResponse;
        let fits = match self.of {
            Of::Distal | Of::Segment => study.kind == StudyKind::Motor,
            Of::Sensory => matches!(study.kind, StudyKind::Sensory | StudyKind::Mixed),
            Of::F if study.kind == StudyKind::Motor => {
                let of_late = |s: &&NcsStudy| {
                    s.kind == StudyKind::LateResponse
                        && s.nerve == study.nerve
                        && s.recording == study.recording
                };
                // A muscle whose F waves no study records keeps its name.
                return Ok(NCS_STUDIES.iter().find(of_late).unwrap_or(study));
            }
            Of::F => late && study.id.starts_with("f_wave"),
            Of::H => late && study.id.starts_with("h_reflex"),
        };
        if fits {
            Ok(study)
        } else {
            Err(format!("param: `{}` is no parameter of the study `{id}`", self.id))
        }
    }

    /// The piece of nerve as the table names it. An empty one is the distal site where the parameter has no other.
    ///
    /// # Errors
    /// For a word that the study does not have.
    pub(super) fn segment(&self, study: &NcsStudy, word: &str) -> Result<String, String> {
        let mut known: Vec<&'static str> = match self.of {
            Of::Distal => vec!["distal"],
            Of::Segment => {
                let pairs = study.sites.iter().flat_map(|a| study.sites.iter().map(move |b| (a, b)));
                pairs.map(|(a, b)| segment(study, a, b)).filter(|s| !s.is_empty()).collect()
            }
            Of::Sensory | Of::F | Of::H => vec![],
        };
        known.dedup();
        match word {
            "" if self.of == Of::Distal => Ok("distal".to_owned()),
            "" if known.is_empty() => Ok(String::new()),
            "" => Err(format!("segment is empty; {} is possible", known.join(", "))),
            word if known.contains(&word) => Ok(word.to_owned()),
            word if known.is_empty() => {
                Err(format!("segment: `{word}`; `{}` of `{}` has none: leave it empty", self.id, study.id))
            }
            word => Err(format!("segment: `{word}` is not known{}", hint(word, known))),
        }
    }

    /// A limit in the unit that the parameter is held in.
    ///
    /// # Errors
    /// For an unknown unit, one of another dimension, and a number that cannot be a limit.
    pub(super) fn limit(&self, upper: bool, limit: f64, unit: &str) -> Result<(f64, &'static str), String> {
        let find = |unit: &str| UNITS.iter().find(|u| u.0 == unit);
        let Some(given) = find(unit) else {
            let names: Vec<&str> = UNITS.iter().map(|u| u.0).collect();
            return Err(format!("unit: `{unit}`; {} are possible", names.join(", ")));
        };
        let held = self.units.iter().find(|u| **u == unit).copied();
        let held = held
            .or_else(|| self.units.iter().find(|u| find(u).is_some_and(|h| h.1 == given.1)).copied())
            .ok_or_else(|| {
                format!("unit: `{unit}` is none of `{}`; {} is", self.id, self.units.join(" or "))
            })?;
        let value = match find(held) {
            Some(own) if own.0 != given.0 => limit * given.2 / own.2,
            _ => limit,
        };
        let largest = LARGEST.iter().find(|l| l.0 == held).map_or(f64::MAX, |l| l.1);
        if !value.is_finite() || value.abs() > largest {
            let told = if limit.abs() < 1e9 { limit.to_string() } else { format!("{limit:e}") };
            return Err(format!(
                "limit: {told} {unit} is more than any `{}` can be ({largest} {held})",
                self.id
            ));
        }
        if value < 0.0 || (upper && value <= 0.0) {
            return Err(format!(
                "limit: {limit} {unit} cannot be a limit of `{}`: it must be above 0",
                self.id
            ));
        }
        Ok((value, held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_other_studies_and_sizes_of_no_nerve_are_refused() {
        let dml = parameter("dml");
        let dml = dml.expect("known");
        assert!(parameter("dmll").err().is_some_and(|e| e.contains("`dml`")));
        assert!(dml.study("sural_sensory").is_err());
        assert!(dml.study("median_motor_abp").err().is_some_and(|e| e.contains("`median_motor_apb`")));
        let median = dml.study("median_motor_apb").expect("known");
        assert!(dml.segment(median, "distaal").err().is_some_and(|e| e.contains("`distal`")));
        assert_eq!(dml.segment(median, ""), Ok("distal".to_owned()));
        let speed = parameter("mncv").expect("known");
        assert!(speed.segment(median, "leg").is_err() && speed.segment(median, "").is_err());
        assert_eq!(speed.segment(median, "forearm"), Ok("forearm".to_owned()));
        assert_eq!(dml.limit(true, 0.004, "s"), Ok((4.0, "ms")));
        assert!(dml.limit(true, 4.0, "mV").is_err() && dml.limit(true, 1e308, "ms").is_err());
        assert!(dml.limit(true, -4.0, "ms").is_err() && dml.limit(true, 0.0, "ms").is_err());
        let size = parameter("amp_op").expect("known");
        assert_eq!(size.limit(false, 0.0, "uV"), Ok((0.0, "uV")));
        let f = parameter("f_min").expect("known");
        assert_eq!(f.study("median_motor_apb").map(|s| s.id), Ok("f_wave_median"));
    }
}
