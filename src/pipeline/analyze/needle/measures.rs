//! The measures of units, recordings and muscles as rows of the result file.

use super::site::Site;
use crate::measure::Reading;
use crate::needle::interference::{self, Pattern};
use crate::result::{Limit, MeasureRow, MotorUnit, MuapSummary, NeedleRow, Where};

/// A number that is there, or why it is not.
type Value = Result<f64, String>;

const NO_LIMIT: &str = "no published limit for this measure";

fn row(id: &str, unit: &str, value: Value, place: &Where, method: &str) -> MeasureRow {
    let row = MeasureRow::measured(id, unit, value, place.clone(), method.to_owned());
    MeasureRow { limit: Limit { note: NO_LIMIT.into(), ..Limit::default() }, ..row }
}

fn value(reading: Reading) -> Value {
    match reading {
        Reading::Value(v) => Ok(v),
        Reading::Absent => Err("not there".into()),
        Reading::Undefined(why) => Err(why.into()),
    }
}

/// One channel: activity, interference pattern, units. `summary` holds the limits of the muscle.
pub(super) fn of_site(site: &Site, needle: &NeedleRow, summary: &[MuapSummary]) -> Vec<MeasureRow> {
    let place = site.context.place(&site.channel);
    let mut out = activity(site, &place);
    if site.decomposed.is_some() {
        #[expect(clippy::cast_precision_loss, reason = "a few units")]
        let count = needle.motor_units.len() as f64;
        out.push(row("motor_unit_count", "1", Ok(count), &place, "trains of the decomposition"));
    } else if let [why, ..] = site.refusals.as_slice() {
        out.push(row("motor_unit_count", "1", Err(why.clone()), &place, "trains of the decomposition"));
    }
    if !site.patterns.is_empty() {
        out.extend(pattern(&site.patterns, &place));
    }
    for unit in &needle.motor_units {
        out.extend(motor_unit(unit, &Where { motor_unit: Some(unit.id), ..place.clone() }, summary));
    }
    out
}

fn activity(site: &Site, place: &Where) -> Vec<MeasureRow> {
    const METHOD: &str = "longest stretch without a gap; windows of 50 ms whose sharpened peak stands 6 robust SD \
                          above the noise, or that span 100 uV";
    let why = || site.refusals.first().cloned().unwrap_or_else(|| "not measured".into());
    let of =
        |f: &dyn Fn(&crate::needle::Activity) -> Value| site.activity.as_ref().map_or_else(|| Err(why()), f);
    [
        ("active_share", "%", of(&|a| Ok(100.0 * a.share))),
        ("longest_rest", "s", of(&|a| Ok(a.longest_rest_s))),
        ("active_mnf", "Hz", of(&|a| value(a.mean_frequency))),
        ("active_mdf", "Hz", of(&|a| value(a.median_frequency))),
        ("high_low_ratio", "1", of(&|a| value(a.high_low_ratio))),
        ("spikiness", "1", of(&|a| value(a.spikiness))),
    ]
    .into_iter()
    .map(|(id, unit, value)| row(id, unit, value, place, METHOD))
    .collect()
}

/// Means over the epochs.
fn pattern(patterns: &[Pattern], place: &Where) -> Vec<MeasureRow> {
    let method = format!("mean of {} epochs of at most 1 s; turns of 100 uV", patterns.len());
    let mean = |f: &dyn Fn(&Pattern) -> Option<f64>| {
        let all: Vec<f64> = patterns.iter().filter_map(f).collect();
        #[expect(clippy::cast_precision_loss, reason = "a count of epochs")]
        let n = all.len() as f64;
        if all.is_empty() {
            Err("fewer than two turns in every epoch".into())
        } else {
            Ok(all.iter().sum::<f64>() / n)
        }
    };
    let uv = |r: Reading| r.value().map(|v| v * 1e6);
    let mut out: Vec<MeasureRow> = [
        ("ip_turns", "1/s", mean(&|p| Some(p.turns_per_s))),
        ("ip_mean_amplitude", "uV", mean(&|p| uv(p.mean_amplitude))),
        ("ip_small_segments", "1/s", mean(&|p| Some(p.small_segments_per_s))),
        ("ip_short_intervals", "%", mean(&|p| Some(100.0 * p.short_interval_share.value()?))),
        ("ip_activity", "%", mean(&|p| Some(100.0 * p.activity))),
        ("ip_envelope", "uV", mean(&|p| uv(p.envelope))),
        ("ip_upper_centile_amplitude", "uV", mean(&|p| uv(p.upper_centile_amplitude))),
    ]
    .into_iter()
    .map(|(id, unit, value)| row(id, unit, value, place, &method))
    .collect();
    let ratio = value(interference::peak_ratio(patterns)).map(|v| v * 1e-6);
    let how = "greatest ratio of turns a second to mean amplitude over the epochs";
    out.push(row("ip_peak_ratio", "1/(s*uV)", ratio, place, how));
    out
}

fn motor_unit(unit: &MotorUnit, place: &Where, summary: &[MuapSummary]) -> Vec<MeasureRow> {
    let m = &unit.muap;
    let method = format!("average of {} discharges, other units taken out; marked as drawn", m.sweeps);
    let maybe = |value: Option<f64>, name: &str| {
        value.ok_or_else(|| m.undefined.get(name).cloned().unwrap_or_else(|| "not measured".into()))
    };
    let measured = m.sweeps > 0;
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    let count = |n: usize| if measured { Ok(n as f64) } else { maybe(None, "duration") };
    let amplitude = if measured { Ok(m.amplitude_uv) } else { maybe(None, "duration") };
    let mut out = Vec::new();
    for (name, measure_unit, value, uncertainty, marker_ms) in [
        ("amplitude", "uV", amplitude, Some(m.noise_uv), None),
        (
            "duration",
            "ms",
            maybe(m.duration_ms, "duration"),
            Some(m.onset_spread_ms + m.end_spread_ms),
            m.end_ms,
        ),
        ("onset", "ms", maybe(m.onset_ms, "duration"), Some(m.onset_spread_ms), m.onset_ms),
        ("end", "ms", maybe(m.end_ms, "duration"), Some(m.end_spread_ms), m.end_ms),
        ("area", "uV*ms", maybe(m.area_uvms, "area"), None, None),
        ("thickness", "ms", maybe(m.thickness_ms, "thickness"), None, None),
        ("size_index", "1", maybe(m.size_index, "size_index"), None, None),
        ("phases", "1", count(m.phases), None, None),
        ("turns", "1", count(m.turns), None, None),
        ("rise_time", "ms", maybe(m.rise_time_ms, "rise_time"), None, None),
        ("spike_duration", "ms", maybe(m.spike_duration_ms, "spike_duration"), None, None),
        ("jitter", "us", maybe(m.jitter_us, "jitter"), None, None),
    ] {
        let mut row = row(&format!("muap_{name}"), measure_unit, value, place, &method);
        row.uncertainty = uncertainty.filter(|_| row.value.is_some());
        row.marker_ms = marker_ms.filter(|_| row.value.is_some());
        // Of several sets the one to prefer stands first.
        let of = summary.iter().filter(|s| s.parameter == name).map(|s| &s.outlier_limit);
        if let Some(limit) = of.into_iter().find(|l| l.lower.is_some() || l.upper.is_some()) {
            against(&mut row, limit, unit.quantifiable);
        }
        out.push(row);
    }
    let rate = unit.rate_hz.ok_or_else(|| "too few intervals".to_owned());
    let how = "one over the mean interval, missed discharges taken into account";
    out.push(row("firing_rate", "Hz", rate, place, how));
    let cv = unit.interval_cv.map(|v| 100.0 * v).ok_or_else(|| "too few intervals".to_owned());
    let how = "SD over mean of the intervals, missed and false ones left out";
    out.push(row("firing_interval_cv", "%", cv, place, how));
    out
}

/// Holds a single potential against the limits of single potentials. Beyond them it is `borderline`: two of
/// twenty may be (rule MUP3: KNF_EMG, STALBERG1994); `abnormal` is a word for the muscle.
fn against(row: &mut MeasureRow, limit: &Limit, quantifiable: bool) {
    row.limit = limit.clone();
    row.verdict = match row.value {
        Some(v) if quantifiable => {
            let beyond = limit.lower.is_some_and(|l| v < l) || limit.upper.is_some_and(|u| v > u);
            if beyond { "borderline" } else { "normal" }
        }
        _ => "not_assessable",
    };
}

/// The muscle as a whole: means of its potentials, potentials beyond the limits, grades.
pub(super) fn of_muscle(needle: &NeedleRow, sites: &[Site]) -> Vec<MeasureRow> {
    let Some(first) = sites.first() else { return Vec::new() };
    let mut place = first.context.place("");
    place.file = None;
    place.channel = None;
    place.muscle = Some(needle.muscle.clone()).filter(|m| !m.is_empty());
    let mut out = Vec::new();
    for s in &needle.summary {
        let id = format!("muap_{}", s.parameter);
        let mean = s.mean.ok_or_else(|| format!("{} potentials could be measured", s.n));
        let mut mean = row(&id, s.unit, mean, &place, &format!("mean of {} potentials of the muscle", s.n));
        mean.limit = s.limit.clone();
        if mean.value.is_some() {
            mean.verdict = s.verdict;
        }
        out.push(mean);
        if s.outlier_limit.lower.is_some() || s.outlier_limit.upper.is_some() {
            #[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
            let count = (s.outliers_below + s.outliers_above) as f64;
            let how = format!(
                "{} below and {} above the limits of single potentials, of {}",
                s.outliers_below, s.outliers_above, s.n
            );
            let mut outliers = row(&format!("{id}_outliers"), "1", Ok(count), &place, &how);
            outliers.limit.note = format!("limits of single potentials: {}", s.outlier_limit.note);
            outliers.limit.set = s.outlier_limit.set.clone();
            outliers.verdict = s.outlier_verdict;
            out.push(outliers);
        }
    }
    for (id, grade) in [
        ("fibrillation_grade", needle.grades.fibrillation),
        ("positive_sharp_wave_grade", needle.grades.positive_sharp_wave),
        ("fasciculation_grade", needle.grades.fasciculation),
    ] {
        let grade = grade.map(f64::from).ok_or_else(|| "no recording at rest could be judged".to_owned());
        let mut grade = row(id, "1", grade, &place, "0 to 4, from trains, sites and density");
        grade.limit.note = "a grade; the density that it rests on stands beside it".into();
        out.push(grade);
    }
    out
}
