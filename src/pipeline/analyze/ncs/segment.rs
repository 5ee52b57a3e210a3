//! The pieces of nerve between two stimulation sites.

use super::conduction::{derived, metres, short_of, spread_of_time};
use super::rows::{Number, Origin, Person, Spot, spoil};
use super::site::{self, Measurement};
use super::view::SegmentView;
use super::{block, entered};
use crate::ncs::{Measured, conduction};
use crate::norms::ncs::{Kind, difference, segment, slope, target_c};
use crate::result::MeasureRow;
use crate::study::Stimulation;
use crate::units::Unit;

/// Distances of sites that were not listed distal first may be meant in either direction.
pub(super) fn doubt_distances(segments: &mut [SegmentView]) {
    for row in segments.iter_mut().flat_map(|s| &mut s.rows) {
        if row.id != "conduction_velocity" && row.id != "velocity_drop" {
            continue;
        }
        row.doubts.push(
            "the sites were not listed distal first: the distance is taken as that to the next more distal site"
                .into(),
        );
        if row.method != site::ENTERED && ["normal", "abnormal", "borderline"].contains(&row.verdict) {
            row.verdict = "not_assessable";
        }
    }
}

/// Velocities, block and dispersion of each piece, distal to proximal.
pub(super) fn segments(
    person: &Person<'_>,
    spot: &Spot,
    stimulations: &[&Stimulation],
    sites: &[(String, Measurement)],
) -> Vec<SegmentView> {
    let mut out: Vec<SegmentView> = Vec::new();
    let mut velocities: Vec<(&'static str, Measured)> = Vec::new();
    for i in 1..sites.len() {
        let ((distal_site, distal), (proximal_site, proximal)) = (&sites[i - 1], &sites[i]);
        if !distal.is_given() || !proximal.is_given() {
            continue;
        }
        let distance_mm = stimulations[i].distance_mm;
        let name = format!("{distal_site}-{proximal_site}");
        let table = spot.study.map_or("", |s| segment(s, distal_site, proximal_site));
        let here = spot.over(&name, distance_mm);
        let (measured, origin) = match proximal.entered_velocity {
            Some(v) => (site::entered_number(v), Origin::Entered),
            None => {
                let v = conduction::velocity(metres(distance_mm), &distal.onset, &proximal.onset);
                (v, derived(&[&distal.rows, &proximal.rows]))
            }
        };
        let mut number = Number::new("conduction_velocity", Unit::METRE_PER_SECOND, measured)
            .asking("mncv", table)
            .of_time()
            .origin(origin);
        let time = conduction::difference(&distal.onset, &proximal.onset);
        number.spread = spread_of_time(&measured, time.value(), time.uncertainty);
        number.doubts = short_of(distance_mm);
        let mut row = person.row(&here, number);
        match proximal.entered_velocity {
            None => spoil(&mut row, [&distal.spoilt_time, &proximal.spoilt_time]),
            Some(v) => {
                let computed = conduction::velocity(metres(distance_mm), &distal.onset, &proximal.onset);
                spoil(&mut row, [&entered::of_velocity(v, &computed)]);
            }
        }
        let mut rows = vec![];
        rows.extend(corrected(&here, &row, &measured));
        rows.insert(0, row);
        rows.extend(drop_of(person, &here, table, &velocities, &measured, origin));
        velocities.push((table, measured));
        // Every segment is held against the site before it; a lesion stands in the segment where the fall is.
        rows.extend(block::rows(person, &here, table, distal, proximal));
        out.push(SegmentView { segment: name, distance_mm, rows });
    }
    out
}

/// The velocity that the nerve would have at the target temperature: shown, never judged.
fn corrected(spot: &Spot, row: &MeasureRow, measured: &Measured) -> Option<MeasureRow> {
    const METHOD: &str = "velocity + slope · (target − skin temperature); shown only, no verdict rests on it";
    let nerve = spot.place.nerve.as_deref()?;
    spot.cold.as_ref()?;
    let velocity = measured.value()?;
    let (target, _) = target_c(nerve)?;
    let skin = spot.skin_c?;
    let slowed = row.limit.lower.is_some_and(|l| velocity < l);
    let value = match slope("mncv", nerve) {
        // A slowed nerve follows temperature less than a healthy one (WU1993).
        _ if slowed => Measured::undefined(
            "not corrected: a slowed nerve follows temperature less; warm the limb",
            METHOD,
        ),
        None => Measured::undefined("not corrected: no slope was published for this nerve", METHOD),
        Some(s) => Measured {
            reading: crate::measure::Reading::Value(velocity + s.per_degree * (target - skin)),
            uncertainty: measured.uncertainty,
            method: METHOD,
        },
    };
    let mut out =
        super::rows::bare(spot, &Number::new("conduction_velocity_at_target", Unit::METRE_PER_SECOND, value));
    if let Some(s) = slope("mncv", nerve) {
        out.limit.note =
            format!("slope {} m/s per °C ({}, {}), target {target} °C", s.per_degree, s.source, s.status);
    }
    Some(out)
}

/// How much slower a segment is than the distal one before it.
fn drop_of(
    person: &Person<'_>,
    spot: &Spot,
    table: &str,
    before: &[(&'static str, Measured)],
    here: &Measured,
    origin: Origin,
) -> Option<MeasureRow> {
    let (_, distal) = before.last().filter(|_| table.starts_with("across_"))?;
    const METHOD: &str = "velocity of the distal segment less that of this one";
    let value = match (distal.value(), here.value()) {
        (Some(a), Some(b)) => {
            let spread = distal.uncertainty.unwrap_or(0.0).hypot(here.uncertainty.unwrap_or(0.0));
            Measured::new(a - b, spread, METHOD, "not a finite drop")
        }
        _ => Measured::undefined("one of the two velocities is not known", METHOD),
    };
    let mut number = Number::new("velocity_drop", Unit::METRE_PER_SECOND, value)
        .asking("mncv_drop", table)
        .of_time()
        .origin(origin);
    // Published drops carry the same errors of distance.
    number.spread = None;
    let mut row = person.row(spot, number);
    if row.verdict == "no_limit"
        && let Some(study) = spot.study
        && let Some(d) = difference(Kind::Segment, study.id, "mncv_drop", table, "m/s")
    {
        super::rows::apply_difference(&mut row, d.set, d.upper, d.source, d.status);
    }
    Some(row)
}

/// Residual latency and terminal latency index, from the first segment's velocity.
pub(super) fn terminal(
    person: &Person<'_>,
    spot: &Spot,
    stimulations: &[&Stimulation],
    sites: &[(String, Measurement)],
    segments: &[SegmentView],
) -> Vec<MeasureRow> {
    let (Some(first), Some((site, distal)), Some(segment)) =
        (stimulations.first(), sites.first(), segments.first())
    else {
        return Vec::new();
    };
    let Some(velocity) = segment.rows.iter().find(|r| r.id == "conduction_velocity") else {
        return Vec::new();
    };
    let Some(v) = velocity.value else { return Vec::new() };
    let velocity = Measured {
        reading: crate::measure::Reading::Value(v),
        uncertainty: velocity.uncertainty,
        method: "conduction velocity",
    };
    let here = spot.at(Some(site), first.distance_mm);
    let d = metres(first.distance_mm);
    let residual = conduction::residual_latency(d, &distal.onset, &velocity);
    let index = conduction::terminal_latency_index(d, &distal.onset, &velocity);
    let origin = derived(&[&distal.rows]);
    vec![
        person.row(&here, Number::new("residual_latency", Unit::MILLISECOND, residual).origin(origin)),
        person.row(&here, Number::new("terminal_latency_index", Unit::ONE, index).origin(origin)),
    ]
}
