//! Motor, sensory and mixed studies: their sites.

use super::rows::{Number, Origin, Person, Spot, cold, spoil};
use super::segment::{doubt_distances, segments, terminal};
use super::site::{self, Measurement, Place};
use super::view::{ConductionView, Test};
use super::{Ncs, entered};
use crate::Result;
use crate::ncs::Measured;
use crate::ncs::conduction::{self, SHORT_SEGMENT_M};
use crate::ncs::marker::ResponseKind;
use crate::norms::ncs::{NcsStudy, StudyKind, study as known};
use crate::pipeline::analyze::Options;
use crate::result::{MeasureRow, Where};
use crate::study::{Response, Side, Stimulation, Study, Technique};
use crate::units::Unit;

/// A study with its sites measured, for comparisons with others.
#[derive(Debug, Clone)]
pub(super) struct Tested {
    pub(super) spot: Spot,
    pub(super) side: Option<Side>,
    /// Sites, as in the study.
    pub(super) sites: Vec<(String, Measurement)>,
}

struct Asked<'a> {
    test: &'static str,
    nerve: Option<&'a str>,
    side: Option<Side>,
    /// Muscle or recording site.
    recording: Option<&'a str>,
    technique: Option<Technique>,
    skin_c: Option<f64>,
    stimulation: &'a [Stimulation],
    response: Option<Response>,
}

/// Measures every `[[motor]]` and `[[sensory]]`.
pub(super) fn all(study: &Study, person: &Person<'_>, options: &Options, out: &mut Ncs) -> Result<()> {
    for m in &study.motor {
        let asked = Asked {
            test: "motor",
            nerve: m.nerve.as_deref(),
            side: m.side,
            recording: m.muscle.as_deref(),
            technique: None,
            skin_c: m.skin_temperature_c,
            stimulation: &m.stimulation,
            response: m.response,
        };
        let (view, tested) = one(study, &asked, person, options, out)?;
        out.view.motor.push(view);
        out.tested.push(tested);
    }
    for s in &study.sensory {
        let asked = Asked {
            test: "sensory",
            nerve: s.nerve.as_deref(),
            side: s.side,
            recording: s.recording_site.as_deref(),
            technique: s.technique,
            skin_c: s.skin_temperature_c,
            stimulation: &s.stimulation,
            response: s.response,
        };
        let (view, tested) = one(study, &asked, person, options, out)?;
        out.view.sensory.push(view);
        out.tested.push(tested);
    }
    Ok(())
}

impl Asked<'_> {
    fn is_motor(&self) -> bool {
        self.test == "motor"
    }

    fn norms(&self) -> Option<&'static NcsStudy> {
        let kinds: &[StudyKind] =
            if self.is_motor() { &[StudyKind::Motor] } else { &[StudyKind::Sensory, StudyKind::Mixed] };
        let (nerve, recording) = (self.nerve?, self.recording?);
        let mut sites = self.stimulation.iter().filter_map(|s| s.site.as_deref()).peekable();
        if sites.peek().is_none() {
            return known(kinds, nerve, recording, None);
        }
        sites.find_map(|at| known(kinds, nerve, recording, Some(at)))
    }

    fn spot(&self) -> Spot {
        let side = self.side.map(|s| s.name().to_owned());
        let owned = |t: Option<&str>| t.map(str::to_owned);
        let place = Where {
            test: self.test.into(),
            nerve: owned(self.nerve),
            side,
            muscle: owned(self.recording).filter(|_| self.is_motor()),
            recording_site: owned(self.recording).filter(|_| !self.is_motor()),
            ..Where::default()
        };
        Spot {
            place,
            study: self.norms(),
            technique: self.technique,
            distance_mm: None,
            cold: cold(self.nerve, self.skin_c),
            skin_c: self.skin_c,
        }
    }
}

fn one(
    study: &Study,
    asked: &Asked<'_>,
    person: &Person<'_>,
    options: &Options,
    out: &mut Ncs,
) -> Result<(ConductionView, Tested)> {
    let spot = asked.spot();
    let mixed = spot.study.is_some_and(|s| s.kind == StudyKind::Mixed);
    let kind = match (asked.is_motor(), mixed) {
        (true, _) => ResponseKind::Cmap,
        (_, true) => ResponseKind::Mixed,
        _ => ResponseKind::Snap,
    };
    let mut view = ConductionView {
        test: Test {
            nerve: asked.nerve.unwrap_or_default().to_owned(),
            side: asked.side.map_or(String::new(), |s| s.name().to_owned()),
            recording: asked.recording.unwrap_or_default().to_owned(),
            skin_temperature_c: asked.skin_c,
            filters: None,
        },
        mixed,
        ..ConductionView::default()
    };
    let whole = Stimulation { response: asked.response, ..Stimulation::default() };
    let mut stimulations: Vec<&Stimulation> =
        if asked.stimulation.is_empty() { vec![&whole] } else { asked.stimulation.iter().collect() };
    let turned = distal_first(spot.study, &mut stimulations);
    let distal = distal_of(spot.study, &stimulations);
    let holds_at = spot.study.map_or("", NcsStudy::distal_site);
    let mut sites: Vec<(String, Measurement)> = Vec::new();
    for (i, s) in stimulations.iter().enumerate() {
        let place = Place { kind, distal: distal == Some(i), holds_at };
        let spot = spot.at(s.site.as_deref(), s.distance_mm);
        let response = s.response.or(asked.response);
        let stimulation = Stimulation { response, ..(*s).clone() };
        let mut m = site::measure(study, &stimulation, place, person, &spot, options)?;
        // A velocity to the electrode: every sensory site, whose distance is given from there or from the
        // previous site.
        if !asked.is_motor() && m.is_given() {
            let row = to_electrode(person, &spot, &stimulations[..=i], &m, place);
            m.rows.push(row);
        }
        view.test.filters = view.test.filters.or_else(|| m.evoked.as_ref().and_then(|e| e.filters.clone()));
        out.take_file(&mut m);
        sites.push((s.site.clone().unwrap_or_default(), m));
    }
    if asked.is_motor() {
        doubt_small_distal(&mut sites, asked.nerve);
        view.segments = segments(person, &spot, &stimulations, &sites);
        if turned {
            doubt_distances(&mut view.segments);
        }
        view.rows = terminal(person, &spot, &stimulations, &sites, &view.segments);
    }
    for (_, m) in &sites {
        if m.is_given() || !m.view.notes.is_empty() {
            view.sites.push(super::view::SiteView { rows: m.rows.clone(), ..m.view.clone() });
        }
    }
    Ok((view, Tested { spot, side: asked.side, sites }))
}

/// Puts sites that were not listed distal first in the order of the study's table, where it names each of them once.
/// Says whether they were turned.
fn distal_first(study: Option<&'static NcsStudy>, stimulations: &mut [&Stimulation]) -> bool {
    let Some(study) = study else { return false };
    let places: Option<Vec<usize>> =
        stimulations.iter().map(|s| study.place_of(s.site.as_deref()?)).collect();
    let Some(places) = places else { return false };
    // Sites that the table names both at one height may stand in either order.
    let turned = places.first() > places.last();
    if turned {
        stimulations.sort_by_key(|s| s.site.as_deref().and_then(|site| study.place_of(site)));
    }
    turned
}

/// Which stimulation is at the site that the study's limits hold at. A site without a name at the first place is
/// taken for it, as sites stand distal first.
fn distal_of(study: Option<&'static NcsStudy>, stimulations: &[&Stimulation]) -> Option<usize> {
    let Some(study) = study else { return Some(0) };
    let named = stimulations.iter().position(|s| s.site.as_deref() == Some(study.distal_site()));
    named.or_else(|| stimulations.first().is_some_and(|s| s.site.is_none()).then_some(0))
}

/// Martin-Gruber and accessory nerves make a distal response smaller than a proximal one, and so does a distal
/// stimulus that is too weak.
fn doubt_small_distal(sites: &mut [(String, Measurement)], nerve: Option<&str>) {
    let Some(((_, distal), rest)) = sites.split_first_mut() else { return };
    if !rest.iter().any(|(_, proximal)| distal.smaller_than(proximal)) {
        return;
    }
    let also = match nerve {
        Some("median" | "ulnar") => " or a Martin-Gruber anastomosis",
        Some("fibular") => " or an accessory deep fibular nerve (stimulate behind the lateral malleolus)",
        _ => "",
    };
    distal.doubt_size(&format!(
        "smaller than the proximal response: suggests a submaximal distal stimulus{also}; stimulate again"
    ));
}

pub(super) fn metres(mm: Option<f64>) -> Option<f64> {
    mm.map(|d| d / 1e3)
}

/// Velocity from a sensory site to the electrode.
fn to_electrode(
    person: &Person<'_>,
    spot: &Spot,
    sites: &[&Stimulation],
    m: &Measurement,
    place: Place,
) -> MeasureRow {
    // Distances of further sites are given from the previous one.
    let total = sites.iter().try_fold(0.0, |sum, s| Some(sum + s.distance_mm?));
    let (measured, origin) = match m.entered_velocity {
        Some(v) => (site::entered_number(v), Origin::Entered),
        None => (conduction::velocity_to_electrode(metres(total), &m.onset), derived(&[&m.rows])),
    };
    let mut number =
        Number::new("conduction_velocity", Unit::METRE_PER_SECOND, measured).of_time().origin(origin);
    if place.distal {
        number = number.asking("sncv", "");
    }
    number.spread = spread_of_time(&number.measured, m.onset.value(), m.onset.uncertainty);
    number.doubts = short_of(total);
    let spot = Spot { distance_mm: total, ..spot.clone() };
    let mut row = person.row(&spot, number);
    match m.entered_velocity {
        None => spoil(&mut row, [&m.spoilt_time]),
        Some(v) => {
            let computed = conduction::velocity_to_electrode(metres(total), &m.onset);
            spoil(&mut row, [&entered::of_velocity(v, &computed)]);
        }
    }
    row
}

/// The velocity's uncertainty from time alone.
pub(super) fn spread_of_time(
    velocity: &Measured,
    time: Option<f64>,
    uncertainty: Option<f64>,
) -> Option<f64> {
    Some(velocity.value()? * uncertainty? / time.filter(|t| *t > 0.0)?)
}

pub(super) fn short_of(distance_mm: Option<f64>) -> Vec<String> {
    let short = distance_mm.filter(|d| *d < SHORT_SEGMENT_M * 1e3);
    short.map(|d| format!("over {d} mm only: the error of the distance weighs much")).into_iter().collect()
}

/// What is derived from entered numbers alone is marked so.
pub(super) fn derived(rows: &[&[MeasureRow]]) -> Origin {
    let latency = |rows: &&[MeasureRow]| rows.iter().find(|r| r.id == "onset_latency").map(|r| r.origin);
    let origins: Vec<&str> = rows.iter().filter_map(latency).collect();
    match () {
        () if origins.contains(&"manual") => Origin::Manual,
        () if !origins.is_empty() && origins.iter().all(|o| *o == "entered") => Origin::Entered,
        () => Origin::Auto,
    }
}
