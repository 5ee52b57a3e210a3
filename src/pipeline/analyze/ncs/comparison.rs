//! Comparisons: the same test on both sides, the median nerve with its neighbours, F and H of both sides.

use super::Ncs;
use super::conduction::Tested;
use super::rows::{Number, Origin, Person, Spot, apply_difference, bare, spoil};
use super::site::Measurement;
use super::view::SweepsView;
use crate::measure::Reading;
use crate::ncs::Measured;
use crate::ncs::conduction;
use crate::norms::ncs::{COMPARISONS, Comparison, Kind, StudyKind, difference, study as known};
use crate::result::{MeasureRow, Where};
use crate::study::Side;
use crate::units::Unit;

/// How far two distances of a comparison may differ, mm. Ours: 5 mm at 50 m/s are 0.1 ms, a quarter of the least
/// limit.
const ALIKE_MM: f64 = 5.0;

/// Every comparison that the study allows.
pub(super) fn all(person: &Person<'_>, ncs: &Ncs) -> Vec<MeasureRow> {
    let mut out = sides(person, &ncs.tested);
    out.extend(late(person, &ncs.view.f_wave, "f_min_latency", "f_min_side_difference"));
    out.extend(late(person, &ncs.view.h_reflex, "h_latency", "h_side_difference"));
    for side in [Side::Left, Side::Right] {
        out.extend(of_median(&ncs.tested, side));
    }
    out
}

/// Distal latency and size of the same test left and right.
fn sides(person: &Person<'_>, tested: &[Tested]) -> Vec<MeasureRow> {
    let mut out = Vec::new();
    for left in tested.iter().filter(|t| t.side == Some(Side::Left)) {
        let Some(study) = left.spot.study else { continue };
        let same =
            |t: &&Tested| t.side == Some(Side::Right) && t.spot.study.is_some_and(|s| s.id == study.id);
        let Some(right) = tested.iter().find(same) else { continue };
        let (Some((site, l)), Some((other, r))) = (left.sites.first(), right.sites.first()) else { continue };
        if site != other || !l.is_given() || !r.is_given() {
            continue;
        }
        let mut spot = left.spot.at(Some(site), None);
        spot.place.side = None;
        spot.cold = left.spot.cold.clone().or(right.spot.cold.clone());
        let motor = study.kind == StudyKind::Motor;
        let (time, size, segment) =
            if motor { ("dml", "amp_bp", "distal") } else { ("onset_lat", "amp_op", "") };
        out.push(latency(person, &spot, study.id, (time, segment), l, r));
        out.push(amplitude(person, &spot, study.id, (size, segment, motor), l, r));
    }
    out
}

fn origin(l: &Measurement, r: &Measurement, id: &str) -> Origin {
    let of = |m: &Measurement| m.rows.iter().find(|row| row.id == id).map_or("auto", |row| row.origin);
    match (of(l), of(r)) {
        ("entered", "entered") => Origin::Entered,
        ("manual", _) | (_, "manual") => Origin::Manual,
        _ => Origin::Auto,
    }
}

fn absolute(m: Measured, method: &'static str) -> Measured {
    let reading = match m.reading {
        Reading::Value(v) => Reading::Value(v.abs()),
        other => other,
    };
    Measured { reading, method, ..m }
}

fn latency(
    person: &Person<'_>,
    spot: &Spot,
    study: &str,
    (parameter, segment): (&str, &str),
    l: &Measurement,
    r: &Measurement,
) -> MeasureRow {
    let measured = absolute(
        conduction::difference(&l.onset, &r.onset),
        "difference of the onset latencies, left and right",
    );
    let number = Number::new("onset_latency_side_difference", Unit::MILLISECOND, measured)
        .of_time()
        .origin(origin(l, r, "onset_latency"));
    let mut row = person.row(spot, number);
    match difference(Kind::SideToSide, study, parameter, segment, "ms") {
        Some(d) => apply_difference(&mut row, d.set, d.upper, d.source, d.status),
        None => row.limit.note = "no limit between sides for this study".into(),
    }
    spoil(&mut row, [&l.spoilt_time, &r.spoilt_time]);
    if spot.cold.is_some() && row.verdict == "abnormal" {
        row.verdict = "not_assessable";
        row.doubts.extend(spot.cold.clone());
    }
    row
}

fn amplitude(
    person: &Person<'_>,
    spot: &Spot,
    study: &str,
    (parameter, segment, motor): (&str, &str, bool),
    l: &Measurement,
    r: &Measurement,
) -> MeasureRow {
    const METHOD: &str = "fall from the larger side to the smaller one";
    let size = |m: &Measurement| match m.amplitude.reading {
        Reading::Absent => Some(0.0),
        other => other.value(),
    };
    let measured = match (size(l), size(r)) {
        (Some(a), Some(b)) if a.max(b) > 0.0 => {
            let fall = 1.0 - a.min(b) / a.max(b);
            Measured { reading: Reading::Value(fall), uncertainty: None, method: METHOD }
        }
        (Some(_), Some(_)) => Measured::undefined("absent on both sides", METHOD),
        _ => Measured::undefined("one of the two amplitudes is not known", METHOD),
    };
    let id = "amplitude_side_difference";
    let number =
        Number::new(id, Unit::PERCENT, measured).origin(origin(l, r, "amplitude_baseline_to_negative_peak"));
    let mut row = person.row(spot, number);
    if let Some(d) = difference(Kind::SideToSide, study, parameter, segment, "%") {
        apply_difference(&mut row, d.set, d.upper, d.source, d.status);
    }
    // Where a limit in volts was published, it stands beside.
    let unit = if motor { Unit::MILLIVOLT } else { Unit::MICROVOLT };
    if let (Some(a), Some(b)) = (size(l), size(r))
        && let Some(d) = difference(Kind::SideToSide, study, parameter, segment, unit.symbol)
    {
        let by = (a - b).abs() * unit.per_si;
        row.limit.note +=
            &format!("; {by:.1} {} apart, upper limit {} ({}, {})", unit.symbol, d.upper, d.set, d.status);
        if by > d.upper {
            row.verdict = "abnormal";
        }
    }
    spoil(&mut row, [&l.spoilt_size, &r.spoilt_size]);
    row
}

/// Difference of a late response between the sides.
fn late(person: &Person<'_>, tests: &[SweepsView], id: &str, name: &str) -> Vec<MeasureRow> {
    const METHOD: &str = "difference of the latencies, left and right";
    let mut out = Vec::new();
    for left in tests.iter().filter(|t| t.test.side == "left") {
        let same = |t: &&SweepsView| {
            t.test.side == "right"
                && t.test.nerve == left.test.nerve
                && t.test.recording == left.test.recording
        };
        let Some(right) = tests.iter().find(same) else { continue };
        let row = |t: &SweepsView| t.rows.iter().find(|r| r.id == id).cloned();
        let (Some(l), Some(r)) = (row(left), row(right)) else { continue };
        let measured = match (l.value, r.value) {
            (Some(a), Some(b)) => {
                let spread = l.uncertainty.unwrap_or(0.0).hypot(r.uncertainty.unwrap_or(0.0)) / 1e3;
                let uncertainty = (spread > 0.0).then_some(spread);
                Measured { reading: Reading::Value((a - b).abs() / 1e3), uncertainty, method: METHOD }
            }
            _ if l.status == "absent" && r.status == "absent" => {
                Measured::undefined("absent on both sides", METHOD)
            }
            _ if l.status == "absent" || r.status == "absent" => {
                Measured::undefined("absent on one side", METHOD)
            }
            _ => Measured::undefined("one of the two latencies is not known", METHOD),
        };
        let nerve = if left.test.nerve.is_empty() { "tibial" } else { &left.test.nerve };
        let spot = Spot {
            place: Where { side: None, file: None, channel: None, ..l.place.clone() },
            study: known(&[StudyKind::LateResponse], nerve, &left.test.recording, None),
            ..Spot::default()
        };
        let both_entered = l.origin == "entered" && r.origin == "entered";
        let origin = if both_entered { Origin::Entered } else { Origin::Auto };
        out.push(
            person.row(&spot, Number::new(name, Unit::MILLISECOND, measured).asking(name, "").origin(origin)),
        );
    }
    out
}

/// One arm of a comparative test: study id and which latency is compared.
type Arm = (&'static str, fn(&Measurement) -> Measured);

fn peak(m: &Measurement) -> Measured {
    m.peak
}

fn onset(m: &Measurement) -> Measured {
    m.onset
}

/// Comparative tests: id of the limit, id of the row, the median arm, the other one.
const TESTS: &[(&str, &str, Arm, Arm)] = &[
    ("palmdiff", "median_ulnar_palm_difference", ("median_mixed_palm", peak), ("ulnar_mixed_palm", peak)),
    ("ringdiff", "median_ulnar_ring_difference", ("median_sensory_d4", peak), ("ulnar_sensory_d4", peak)),
    ("thumbdiff", "median_radial_thumb_difference", ("median_sensory_d1", peak), ("radial_sensory_d1", peak)),
    (
        "lumbrical_interosseous",
        "lumbrical_interosseous_difference",
        ("median_motor_lumbrical_2", onset),
        ("ulnar_motor_interosseous", onset),
    ),
];

/// The median nerve against ulnar and radial ones of the same hand, and the sum of three.
fn of_median(tested: &[Tested], side: Side) -> Vec<MeasureRow> {
    let of =
        |id: &str| tested.iter().find(|t| t.side == Some(side) && t.spot.study.is_some_and(|s| s.id == id));
    let mut out = Vec::new();
    let mut three: Vec<Option<Measured>> = Vec::new();
    for (limit, id, (median, pick), (other, pick_other)) in TESTS {
        let (Some(m), Some(o)) = (of(median), of(other)) else {
            continue;
        };
        let (Some((_, m_site)), Some((_, o_site))) = (m.sites.first(), o.sites.first()) else { continue };
        let measured = conduction::difference(&pick_other(o_site), &pick(m_site));
        let comparison = COMPARISONS.iter().find(|c| c.id == *limit);
        let mut row = judged(id, &m.spot, measured, comparison);
        spoil(&mut row, [&m_site.spoilt_time, &o_site.spoilt_time]);
        match (m_site.view.distance_mm, o_site.view.distance_mm) {
            (Some(a), Some(b)) if (a - b).abs() > ALIKE_MM => {
                row.doubts.push(format!("distances of {a} and {b} mm are not comparable"));
                row.verdict = "not_assessable";
            }
            (Some(a), Some(_)) => {
                let held = comparison.and_then(|c| c.distance_cm);
                if let Some(cm) = held.filter(|cm| (a / 10.0 - cm).abs() > 1.0) {
                    row.doubts.push(format!("the limit holds at {cm} cm; measured at {} cm", a / 10.0));
                    row.verdict = "not_assessable";
                }
            }
            _ => {
                row.doubts.push("a distance is not stated".into());
                row.verdict = "not_assessable";
            }
        }
        if three.len() < 3 && *limit != "lumbrical_interosseous" {
            three.push((row.verdict != "not_assessable").then_some(measured));
        }
        out.push(row);
    }
    if three.len() == 3 {
        out.push(combined(&three, out.first().map(|r| r.place.clone())));
    }
    out
}

fn combined(three: &[Option<Measured>], place: Option<Where>) -> MeasureRow {
    const METHOD: &str = "sum of the palm, ring and thumb differences";
    let values: Option<Vec<f64>> = three.iter().map(|m| m.as_ref().and_then(Measured::value)).collect();
    let measured = match values {
        Some(v) => {
            let spread = three.iter().flatten().filter_map(|m| m.uncertainty).fold(0.0, f64::hypot);
            let uncertainty = (spread > 0.0).then_some(spread);
            Measured { reading: Reading::Value(v.iter().sum()), uncertainty, method: METHOD }
        }
        None => Measured::undefined("one of the three differences cannot be used", METHOD),
    };
    let place = Where { site: None, file: None, channel: None, muscle: None, ..place.unwrap_or_default() };
    let spot = Spot { place, ..Spot::default() };
    judged("combined_sensory_index", &spot, measured, COMPARISONS.iter().find(|c| c.id == "csi"))
}

/// The limit of a comparative test is itself abnormal.
fn judged(id: &str, spot: &Spot, measured: Measured, comparison: Option<&Comparison>) -> MeasureRow {
    let mut row = bare(spot, &Number::new(id, Unit::MILLISECOND, measured));
    let Some(c) = comparison else { return row };
    row.limit.set = c.source.split(';').next().unwrap_or_default().to_owned();
    row.limit.upper = Some(c.limit_ms);
    row.limit.note = format!(
        "abnormal from {} ms on, {}, {}",
        c.limit_ms,
        c.source,
        match c.status {
            "recalled" => "recalled, limit not verified",
            other => other,
        }
    );
    if let Some(v) = row.value {
        let near = row.uncertainty.is_some_and(|u| (v - c.limit_ms).abs() < u);
        let abnormal = v >= c.limit_ms - 1e-9;
        row.verdict = match () {
            () if near => "borderline",
            () if abnormal => "abnormal",
            () => "normal",
        };
    }
    row
}
