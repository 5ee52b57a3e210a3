//! Recruitment of a muscle: normal, reduced, early, or not assessable.

use super::evidence::{judged, shown};
use super::pattern::{Level, level};
use super::{Muscle, Site};
use crate::needle::recruitment::{Recruitment, recruitment};
use crate::result::Evidence;

/// Rate over number of units above which recruitment is reduced: 8 (strict; Petajan, Daube, recalled). The textbook
/// figure of 5 (PRESTON, recalled) is met by normal muscles with a unit or two, so between the two it is borderline.
const REDUCED_RATIO: f64 = 8.0;
const BORDERLINE_RATIO: f64 = 5.0;
/// A first unit that fires faster than this, 1/s, while others are silent is reduced recruitment (PRESTON, recalled).
/// One unit alone at its usual 8 to 11 Hz has a ratio above 8 and is normal, so the ratio counts only beyond this rate.
const FAST_HZ: f64 = 15.0;
/// Least share of the trains that must be trusted. Ours: with more doubtful ones the count of units is a guess.
const LEAST_SHARE: f64 = 0.5;
/// Early: so many units at once, or so many turns per second, of so small an amplitude, at slight effort. Ours: slight
/// effort of a normal muscle shows single potentials, at most some 5 units at 10 Hz with 3 to 4 turns each.
const EARLY_TURNS: f64 = 250.0;
const EARLY_AMPLITUDE: f64 = 300e-6;
const EARLY_UNITS: f64 = 7.0;

/// The verdict and what it rests on.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) verdict: &'static str,
    pub(super) evidence: Vec<Evidence>,
    /// Per recording with trains that can be trusted: its level and what was measured.
    pub(super) measured: Vec<(Option<&'static str>, Recruitment)>,
}

/// Judges recruitment from the recordings that are neither at rest nor at full effort, where potentials overlap and
/// trains are incomplete.
pub(super) fn judge(muscle: &Muscle<'_>) -> Judged {
    const SOURCE: &str = "rate over number of units: normal about 5, above 8 suggests loss of units; first unit above 15 Hz \
                          before a second one (Petajan, Daube, PRESTON: recalled, limit not verified)";
    let measured: Vec<_> = muscle.sites.iter().filter_map(of_site).collect();
    let slight = level(muscle, "slight");
    let early = early(&measured, slight.as_ref());
    let mut evidence = Vec::new();
    let values =
        |f: &dyn Fn(&Recruitment) -> Option<f64>| measured.iter().filter_map(|m| f(&m.1)).collect::<Vec<_>>();
    let ratio = middle(values(&|r| r.ratio.value()));
    let fastest = middle(values(&|r| r.fastest.value()));
    let active = middle(values(&|r| r.active.value()));
    let recruited = middle(values(&|r| r.first_at_second.value()));
    let verdict = match (ratio, fastest) {
        (Some(ratio), Some(fastest)) => {
            let lonely = recruited.is_some_and(|r| r > FAST_HZ);
            let reduced = (ratio > REDUCED_RATIO && fastest > FAST_HZ) || lonely;
            let borderline = ratio > BORDERLINE_RATIO && fastest > FAST_HZ;
            let said = format!(
                "recruitment: fastest unit {fastest:.1} Hz, {:.1} units active at once, ratio {ratio:.1} (middle of {} recordings){}",
                active.unwrap_or(0.0),
                measured.len(),
                recruited
                    .map_or(String::new(), |r| format!("; first unit at {r:.1} Hz when the second starts")),
            );
            if reduced {
                evidence.push(judged(said, "met", "neurogenic", SOURCE));
                "reduced"
            } else {
                evidence.push(if borderline {
                    shown(format!("{said}: borderline"), SOURCE)
                } else {
                    judged(said, "not met", "none", SOURCE)
                });
                if early { "early" } else { "normal" }
            }
        }
        _ => {
            evidence.push(shown("recruitment: no trains of motor units that can be trusted", SOURCE));
            "not_assessable"
        }
    };
    evidence.push(of_early(early, verdict, slight.as_ref(), active));
    Judged { verdict, evidence, measured }
}

fn of_site(site: &Site<'_>) -> Option<(Option<&'static str>, Recruitment)> {
    let level = match site.level {
        Some("slight") => Some("slight"),
        Some("moderate") => Some("moderate"),
        None => None,
        Some(_) => return None,
    };
    if !site.refusals.is_empty() {
        return None;
    }
    let found = recruitment(site.trains);
    #[expect(clippy::cast_precision_loss, reason = "a count of trains")]
    let trusted = found.units as f64 >= LEAST_SHARE * site.trains.len() as f64;
    (found.units > 0 && trusted).then_some((level, found))
}

/// Many units, or a full pattern, of small potentials at slight effort.
fn early(measured: &[(Option<&'static str>, Recruitment)], slight: Option<&Level>) -> bool {
    let here = measured.iter().filter(|m| m.0 == Some("slight"));
    let many = middle(here.filter_map(|m| m.1.active.value()).collect()).is_some_and(|a| a >= EARLY_UNITS);
    slight.is_some_and(|l| l.amplitude < EARLY_AMPLITUDE && (l.turns_per_s > EARLY_TURNS || many))
}

fn of_early(early: bool, verdict: &str, slight: Option<&Level>, active: Option<f64>) -> Evidence {
    let source = "full pattern of small envelope at slight effort (PRESTON, CCJM2020; limits ours)";
    let Some(l) = slight else {
        return shown("early recruitment: no epoch at slight effort with turns", source);
    };
    let units = active.map_or(String::new(), |a| format!(", {a:.1} units active at once"));
    let said = format!(
        "early recruitment: at slight effort {:.0} turns/s of mean amplitude {:.0} uV{units}; met below {:.0} uV \
         with more than {EARLY_TURNS:.0} turns/s, or {EARLY_UNITS:.0} units and more",
        l.turns_per_s,
        l.amplitude * 1e6,
        EARLY_AMPLITUDE * 1e6
    );
    if early && verdict != "reduced" {
        judged(said, "met", "myopathic", source)
    } else {
        judged(said, "not met", "none", source)
    }
}

/// Median.
fn middle(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    (n > 0).then(|| 0.5 * (values[(n - 1) / 2] + values[n / 2]))
}

#[cfg(test)]
mod tests {
    use super::super::sample::{site_of, train};
    use super::*;
    use crate::needle::train::Train;

    fn of(level: &str, trains: &[Train]) -> &'static str {
        let sites = [site_of(level, trains, &[])];
        judge(&Muscle { id: None, age_years: None, sites: &sites }).verdict
    }

    #[test]
    fn few_units_that_fire_fast_are_reduced_and_one_slow_unit_is_normal() {
        assert_eq!(of("slight", &[train(0.0, 8.0, 22.0), train(0.0, 8.0, 18.0)]), "reduced");
        assert_eq!(of("slight", &[train(0.0, 8.0, 18.0), train(5.0, 8.0, 8.0)]), "reduced");
        assert_eq!(of("slight", &[train(0.0, 8.0, 9.0)]), "normal");
        assert_eq!(
            of("moderate", &[train(0.0, 8.0, 16.0), train(0.1, 8.0, 12.0), train(0.2, 8.0, 9.0)]),
            "normal"
        );
    }

    #[test]
    fn without_trains_that_can_be_trusted_nothing_is_said() {
        let doubtful = Train { interval_cv: Some(0.9), ..train(0.0, 8.0, 22.0) };
        let trains = [train(0.0, 8.0, 22.0), doubtful.clone(), doubtful.clone()];
        assert_eq!(of("slight", &[]), "not_assessable");
        assert_eq!(of("slight", &[doubtful]), "not_assessable");
        assert_eq!(of("slight", &trains), "not_assessable");
        assert_eq!(of("maximal", &[train(0.0, 8.0, 22.0)]), "not_assessable");
        assert_eq!(of("rest", &[train(0.0, 8.0, 22.0)]), "not_assessable");
        assert_eq!(judge(&Muscle { id: None, age_years: None, sites: &[] }).verdict, "not_assessable");
    }
}
