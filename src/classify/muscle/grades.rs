//! Grades of spontaneous activity, 0 to 4, and the density that each rests on.
//!
//! Fibrillation potentials and positive sharp waves, the published rule (PRESTON, recalled): 0 none; 1 persistent
//! trains (2 to 3 s) in at least 2 areas; 2 moderate numbers in at least 3 areas; 3 many in all areas; 4 fills the
//! baseline in all areas. An area is a recording at rest. Where the rule is vague, ours:
//! - Any train outside the end-plate zone is at least 1, also a single one in one area, because 0 is "none".
//! - Moderate: at least [`MODERATE`] discharges a second on average; many: [`MANY`]; fills: [`FILLS`].
//! - Where fewer than 3 areas were recorded, "at least 3 areas" is read as all of them, but one area alone
//!   supports no grade above 2.
//!
//! Fasciculations: no published rule with numbers is at hand. Ours, in discharges a minute: 1 below 2, 2 below 10,
//! 3 below 60, 4 from 60 on; a single one is 1.

use super::Muscle;
use crate::needle::spontaneous::{Discharge, Kind};
use crate::result::Density;

/// Discharges a second, mean of the recorded rest. Ours: one train of usual rate, several at once, and so many that
/// potentials of 5 to 10 ms cover a quarter of the baseline and more.
const MODERATE: f64 = 2.0;
const MANY: f64 = 12.0;
const FILLS: f64 = 50.0;
/// A persistent train lasts so long, s (PRESTON, recalled: 2 to 3 s).
const PERSISTENT_S: f64 = 2.0;
/// Least confidence that a train is of its kind. Ours: more likely than not.
const LEAST_CONFIDENCE: f64 = 0.5;
/// Fasciculations a minute from which the grade is 2, 3, 4. Ours.
const A_MINUTE: [f64; 3] = [2.0, 10.0, 60.0];
/// Shortest recording of rest that is an area, s. Ours: a persistent train must fit in.
const LEAST_REST_S: f64 = 2.0;

/// Grades of the three graded kinds; `None` where no rest was recorded.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Graded {
    pub(super) fibrillation: Option<u8>,
    pub(super) positive_sharp_wave: Option<u8>,
    pub(super) fasciculation: Option<u8>,
    /// Of the kinds that are graded, and of every other that was found.
    pub(super) density: Vec<Density>,
    /// What the grades leave open.
    pub(super) notes: Vec<String>,
    /// Recordings at rest that were judged.
    pub(super) areas: usize,
    /// Their length together, s.
    pub(super) rest_s: f64,
}

/// One area: what was found there, and for how long it was watched.
struct Area<'a> {
    discharges: Vec<&'a Discharge>,
    seconds: f64,
}

/// Grades a muscle from its recordings at rest.
pub(super) fn grade(muscle: &Muscle<'_>) -> Graded {
    let areas: Vec<Area> = muscle.sites.iter().filter_map(area).collect();
    let rest_s: f64 = areas.iter().map(|a| a.seconds).sum();
    let mut out = Graded { areas: areas.len(), rest_s, ..Graded::default() };
    if areas.is_empty() {
        out.notes.push("no rest was recorded: spontaneous activity is not graded".to_owned());
        return out;
    }
    out.fibrillation = Some(of_fibres(Kind::FibrillationPotential, &areas));
    out.positive_sharp_wave = Some(of_fibres(Kind::PositiveSharpWave, &areas));
    out.fasciculation = Some(of_fasciculations(&areas, rest_s));
    let graded = [Kind::FibrillationPotential, Kind::PositiveSharpWave, Kind::FasciculationPotential];
    let mut kinds: Vec<Kind> = graded.to_vec();
    for d in areas.iter().flat_map(|a| &a.discharges) {
        let shown = !matches!(d.kind, Kind::Voluntary | Kind::InsertionalActivity | Kind::Artefact);
        if shown && !kinds.contains(&d.kind) {
            kinds.push(d.kind);
        }
    }
    kinds[graded.len()..].sort_unstable();
    out.density = kinds.iter().map(|&k| density(k, &areas, rest_s)).collect();
    if areas.len() < 3 {
        let n = areas.len();
        let s = if n == 1 { "" } else { "s" };
        out.notes.push(format!(
            "{n} recording{s} at rest ({rest_s:.0} s): the grading rule asks for several areas of the muscle"
        ));
    }
    out
}

/// A recording is an area when the examiner says that it is at rest, or, where nothing is said, when the search for
/// spontaneous activity judged enough of it to be at rest.
fn area<'a>(site: &super::Site<'a>) -> Option<Area<'a>> {
    let found = site.spontaneous.filter(|_| site.refusals.is_empty())?;
    let judged: f64 = found.rest_s.iter().map(|(a, b)| (b - a).max(0.0)).sum();
    // Dense discharges can leave no quiet stretch, so the whole length counts where the examiner says rest.
    let seconds = match site.level {
        Some("rest") => site.duration_s,
        None => judged,
        Some(_) => return None,
    };
    let discharges = found.discharges.iter().filter(|d| d.confidence >= LEAST_CONFIDENCE).collect();
    (seconds.is_finite() && seconds >= LEAST_REST_S).then_some(Area { discharges, seconds })
}

impl Area<'_> {
    fn of(&self, kind: Kind) -> impl Iterator<Item = &Discharge> {
        self.discharges.iter().copied().filter(move |d| d.kind == kind)
    }
    /// Discharges a second.
    #[expect(clippy::cast_precision_loss, reason = "a count of discharges")]
    fn rate(&self, kind: Kind) -> f64 {
        self.of(kind).map(|d| d.times_s.len()).sum::<usize>() as f64 / self.seconds
    }
}

fn of_fibres(kind: Kind, areas: &[Area]) -> u8 {
    let with = areas.iter().filter(|a| a.of(kind).next().is_some()).count();
    if with == 0 {
        return 0;
    }
    let persistent = |a: &&Area| a.of(kind).any(|d| d.span_s.1 - d.span_s.0 >= PERSISTENT_S);
    let lasting = areas.iter().filter(persistent).count();
    let everywhere = |least: f64| areas.iter().all(|a| a.rate(kind) >= least);
    let moderate = areas.iter().filter(|a| a.rate(kind) >= MODERATE).count();
    let several = areas.len() >= 2;
    match () {
        () if several && everywhere(FILLS) => 4,
        () if several && everywhere(MANY) => 3,
        () if moderate >= 3.min(areas.len()) && lasting > 0 => 2,
        () => 1,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of discharges")]
fn of_fasciculations(areas: &[Area], rest_s: f64) -> u8 {
    let n: usize =
        areas.iter().flat_map(|a| a.of(Kind::FasciculationPotential)).map(|d| d.times_s.len()).sum();
    // One alone has no rate.
    if n < 2 {
        return u8::from(n > 0);
    }
    let a_minute = n as f64 / rest_s * 60.0;
    1 + A_MINUTE.iter().map(|&least| u8::from(a_minute >= least)).sum::<u8>()
}

#[expect(clippy::cast_precision_loss, reason = "a count of discharges")]
fn density(kind: Kind, areas: &[Area], rest_s: f64) -> Density {
    let trains: Vec<&Discharge> = areas.iter().flat_map(|a| a.of(kind)).collect();
    let inside: f64 = areas.iter().map(|a| covered(a.of(kind))).sum();
    Density {
        kind: kind.id(),
        trains: trains.len(),
        sites: areas.iter().filter(|a| a.of(kind).next().is_some()).count(),
        sites_recorded: areas.len(),
        discharges_per_s: trains.iter().map(|d| d.times_s.len()).sum::<usize>() as f64 / rest_s,
        share_of_time: (inside / rest_s).clamp(0.0, 1.0),
    }
}

/// Time inside at least one of the trains, s.
fn covered<'a>(trains: impl Iterator<Item = &'a Discharge>) -> f64 {
    let mut spans: Vec<(f64, f64)> = trains.map(|d| d.span_s).filter(|s| s.1 > s.0).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut total, mut end) = (0.0, f64::NEG_INFINITY);
    for (from, to) in spans {
        total += (to - from.max(end)).max(0.0);
        end = end.max(to);
    }
    total
}

#[cfg(test)]
mod tests {
    use super::super::sample::site_of;
    use super::*;
    use crate::needle::spontaneous::Spontaneous;

    fn discharge(kind: Kind, from: f64, to: f64, rate: f64) -> Discharge {
        let times_s: Vec<f64> = (0..).map(|k| from + f64::from(k) / rate).take_while(|t| *t <= to).collect();
        Discharge {
            kind,
            confidence: 0.95,
            span_s: (from, to),
            times_s,
            rate,
            interval_cv: Some(0.03),
            amplitude: 100e-6,
            duration: None,
            initial_positive: Some(true),
            template: Vec::new(),
            reference: 0,
            why: Vec::new(),
        }
    }

    /// Grades of recordings of 8 s at rest with these discharges.
    fn graded(areas: &[Vec<Discharge>]) -> Graded {
        let found: Vec<Spontaneous> =
            areas.iter().map(|d| Spontaneous { discharges: d.clone(), ..Spontaneous::default() }).collect();
        let sites: Vec<_> = found
            .iter()
            .map(|s| super::super::Site { spontaneous: Some(s), ..site_of("rest", &[], &[]) })
            .collect();
        grade(&Muscle { id: None, age_years: None, sites: &sites })
    }

    const FIB: Kind = Kind::FibrillationPotential;

    #[test]
    fn fibrillations_from_none_to_everywhere() {
        let train = |rate| vec![discharge(FIB, 0.5, 7.5, rate)];
        let none = vec![];
        for (areas, expected) in [
            (vec![none.clone(), none.clone()], 0),
            (vec![vec![discharge(FIB, 1.0, 2.0, 10.0)], none.clone()], 1),
            (vec![train(2.0), train(2.0), none.clone(), none.clone()], 1),
            (vec![train(6.0), train(6.0), train(6.0), none.clone()], 2),
            (vec![train(6.0), train(6.0)], 2),
            (vec![train(6.0), none.clone()], 1),
            (vec![train(20.0), train(20.0)], 3),
            (vec![train(20.0), train(20.0), none.clone()], 1),
            (vec![train(80.0), train(80.0)], 4),
            (vec![train(80.0)], 2),
        ] {
            let g = graded(&areas);
            assert_eq!(g.fibrillation, Some(expected), "{areas:?}");
            assert_eq!((g.positive_sharp_wave, g.fasciculation), (Some(0), Some(0)));
        }
    }

    #[test]
    fn without_rest_nothing_is_graded_and_said_so() {
        let found = Spontaneous { discharges: vec![discharge(FIB, 0.0, 8.0, 5.0)], ..Spontaneous::default() };
        let at = |site| grade(&Muscle { id: None, age_years: None, sites: &[site] });
        let base = || super::super::Site { spontaneous: Some(&found), ..site_of("slight", &[], &[]) };
        let refused = ["flat".to_owned()];
        for site in [
            base(),
            super::super::Site { spontaneous: None, level: Some("rest"), ..base() },
            super::super::Site { refusals: &refused, level: Some("rest"), ..base() },
            super::super::Site { duration_s: 1.0, level: Some("rest"), ..base() },
            super::super::Site { duration_s: f64::NAN, level: Some("rest"), ..base() },
            super::super::Site { level: None, ..base() },
        ] {
            let g = at(site);
            assert_eq!((g.fibrillation, g.fasciculation, g.areas), (None, None, 0));
            assert!(g.density.is_empty() && g.notes.len() == 1);
        }
        let judged = Spontaneous { rest_s: vec![(0.0, 3.0), (4.0, 8.0)], ..found.clone() };
        let site = super::super::Site { spontaneous: Some(&judged), level: None, ..base() };
        assert_eq!(at(site).fibrillation, Some(2));
    }

    #[test]
    fn density_counts_overlap_once_and_unsure_trains_not() {
        let unsure = Discharge { confidence: 0.4, ..discharge(FIB, 0.0, 8.0, 9.0) };
        let g = graded(&[
            vec![discharge(FIB, 0.0, 4.0, 5.0), discharge(FIB, 2.0, 6.0, 5.0), unsure],
            vec![discharge(Kind::MyotonicDischarge, 1.0, 3.0, 40.0)],
        ]);
        let fib = &g.density[0];
        assert_eq!(
            (fib.kind, fib.trains, fib.sites, fib.sites_recorded),
            ("fibrillation_potential", 2, 1, 2)
        );
        assert!(
            (fib.discharges_per_s - 42.0 / 16.0).abs() < 1e-12
                && (fib.share_of_time - 6.0 / 16.0).abs() < 1e-12
        );
        let other = g.density.iter().find(|d| d.kind == "myotonic_discharge").unwrap();
        assert!((other.share_of_time - 2.0 / 16.0).abs() < 1e-12);
        assert_eq!(g.density.len(), 4);
    }

    #[test]
    fn fasciculations_by_the_minute() {
        let n = |k: usize, areas: usize| {
            let times = discharge(Kind::FasciculationPotential, 0.0, 7.9, 10.0).times_s[..k].to_vec();
            let d = Discharge { times_s: times, ..discharge(Kind::FasciculationPotential, 0.0, 7.0, 1.0) };
            let mut all = vec![if k == 0 { vec![] } else { vec![d] }];
            all.resize(areas, vec![]);
            graded(&all).fasciculation
        };
        assert_eq!(
            (n(0, 1), n(1, 5), n(1, 1), n(2, 2), n(2, 1), n(8, 1)),
            (Some(0), Some(1), Some(1), Some(2), Some(3), Some(4))
        );
    }
}
