//! F waves and H reflexes.

use super::entered;
use super::evoked::{self, Evoked};
use super::rows::{Number, Origin, Person, Spot, cold, spoil};
use super::site::entered_number;
use super::view::{MarkerView, SweepsView, Test, TraceView};
use super::{Ncs, counted};
use crate::Result;
use crate::measure::Reading;
use crate::ncs::f_wave::{FClass, FWaveOptions, FWaves, Limb};
use crate::ncs::{Doubt, Found, Measured};
use crate::norms::ncs::{StudyKind, is_lower_limb, study as known};
use crate::pipeline::analyze::Options;
use crate::result::Where;
use crate::study::{RecordingRef, Response, Side, Study, Values};
use crate::units::Unit;

const ENTERED: &str = "entered in the study file";
/// Points of a sweep that is drawn.
const POINTS: usize = 1200;

/// A late-response test on its way to rows.
pub(super) struct Late<'a> {
    pub(super) test: &'static str,
    pub(super) nerve: &'a str,
    pub(super) side: Option<Side>,
    pub(super) muscle: &'a str,
    pub(super) site: Option<&'a str>,
    pub(super) skin_c: Option<f64>,
    pub(super) reference: Option<&'a RecordingRef>,
    pub(super) response: Option<Response>,
}

impl Late<'_> {
    pub(super) fn spot(&self) -> Spot {
        let text = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        let place = Where {
            test: self.test.into(),
            nerve: text(self.nerve),
            side: self.side.map(|s| s.name().to_owned()),
            muscle: text(self.muscle),
            site: self.site.map(str::to_owned),
            file: self.reference.map(|r| r.file.clone()),
            ..Where::default()
        };
        Spot {
            place,
            study: known(&[StudyKind::LateResponse], self.nerve, self.muscle, self.site),
            cold: cold(Some(self.nerve), self.skin_c),
            skin_c: self.skin_c,
            ..Spot::default()
        }
    }

    pub(super) fn view(&self) -> SweepsView {
        SweepsView {
            test: Test {
                nerve: self.nerve.to_owned(),
                side: self.side.map_or(String::new(), |s| s.name().to_owned()),
                recording: self.muscle.to_owned(),
                skin_temperature_c: self.skin_c,
                filters: None,
            },
            site: self.site.unwrap_or_default().to_owned(),
            ..SweepsView::default()
        }
    }
}

/// Reads the sweeps of a test. What cannot be read or measured is told in the view's notes, and given back as the
/// reason of its rows.
pub(super) fn sweeps_of(
    study: &Study,
    reference: Option<&RecordingRef>,
    options: &Options,
    view: &mut SweepsView,
    ncs: &mut Ncs,
) -> Result<Option<std::result::Result<Found, String>>> {
    let Some(reference) = reference else { return Ok(None) };
    match evoked::read(study, reference, None, options) {
        Ok(evoked) => {
            ncs.take(&evoked);
            let Evoked { found, .. } = evoked;
            match &found {
                Ok(f) => {
                    view.stimuli = f.sweeps.len();
                    view.notes.push(format!("{}: {}", counted(f.sweeps.len(), "sweep"), f.how));
                    view.notes.extend(f.notes.iter().cloned());
                }
                Err(why) => view.notes.push(format!("not measured: {why}")),
            }
            Ok(Some(found))
        }
        Err(why) => {
            let said = why.in_file(&reference.file).to_string();
            view.notes.push(said.clone());
            ncs.failed.push(said);
            Ok(Some(Err("the recording could not be read".into())))
        }
    }
}

/// A row's definition: id, unit, parameter of its limit, key of an entered value.
pub(super) type Listed = (&'static str, Unit, Option<&'static str>, Option<&'static str>);

/// The rows of a test: entered values over measured ones, over a stated absence.
pub(super) fn rows_of(
    person: &Person<'_>,
    spot: &Spot,
    listed: &[Listed],
    values: &Values,
    response: Option<Response>,
    measured: Option<&std::result::Result<Vec<Measured>, String>>,
    doubts: &[Doubt],
) -> Vec<crate::result::MeasureRow> {
    let mut out = Vec::new();
    for (i, (id, unit, parameter, key)) in listed.iter().enumerate() {
        let entered = key.and_then(|k| values.get(k));
        let (value, origin) = if let Some(v) = entered {
            (entered_number(v / unit.per_si), Origin::Entered)
        } else if response == Some(Response::Absent) {
            // Persistence is what an absence is said of.
            let of_absence =
                if id.contains("persistence") { entered_number(0.0) } else { Measured::absent(ENTERED) };
            (of_absence, Origin::Entered)
        } else {
            match measured {
                Some(Ok(all)) => match all.get(i) {
                    Some(m) => (*m, Origin::Auto),
                    None => continue,
                },
                Some(Err(_)) => (
                    Measured::undefined(
                        "nothing could be measured in the recording; see its notes",
                        "not measured",
                    ),
                    Origin::Auto,
                ),
                None => continue,
            }
        };
        let mut number = Number::new(id, *unit, value).origin(origin);
        if origin == Origin::Auto {
            let of_it: Vec<String> =
                doubts.iter().filter(|d| concerns(d.id, id)).map(|d| d.text.clone()).collect();
            number = number.doubts(&of_it);
        }
        if unit.symbol == "ms" {
            number = number.of_time().marker(value.value());
        }
        if let Some(parameter) = parameter {
            number = number.asking(parameter, "");
        }
        let mut row = person.row(spot, number);
        if origin == Origin::Entered {
            row.marker_ms = None;
        }
        if let Some(Err(why)) = measured
            && row.status == "undefined"
        {
            row.reason = Some(why.clone());
        }
        out.push(row);
    }
    out
}

/// Whether a doubt concerns a row; what was taken off and said in the notes concerns none.
fn concerns(doubt: &str, row: &str) -> bool {
    match doubt {
        "mains" => false,
        "few_for_chronodispersion" => row == "f_chronodispersion",
        "few_for_repeaters" => row.starts_with("f_repeat"),
        "window_cut" | "late_maximum" => {
            ["f_max_latency", "f_chronodispersion", "f_persistence"].contains(&row)
        }
        "m_tail" => ["f_min_latency", "f_chronodispersion"].contains(&row),
        "m_not_maximal" => row == "m_amplitude" || row == "h_m_ratio",
        _ => true,
    }
}

/// Noise of single samples in which an F wave of 20 µV is lost, V. Ours.
const HIDING_V: f64 = 15e-6;

const F_ROWS: &[Listed] = &[
    ("f_min_latency", Unit::MILLISECOND, Some("f_min"), Some("min_latency_ms")),
    ("f_mean_latency", Unit::MILLISECOND, Some("f_mean"), Some("mean_latency_ms")),
    ("f_median_latency", Unit::MILLISECOND, None, None),
    ("f_max_latency", Unit::MILLISECOND, Some("f_max"), Some("max_latency_ms")),
    ("f_persistence", Unit::PERCENT, Some("f_persistence"), Some("persistence_percent")),
    ("f_chronodispersion", Unit::MILLISECOND, Some("f_chronodispersion"), None),
    ("f_sweeps", Unit::COUNT, None, Some("sweeps")),
    ("f_amplitude", Unit::MICROVOLT, Some("f_amplitude"), None),
    ("f_m_ratio", Unit::PERCENT, None, None),
    ("f_repeating_neurons", Unit::PERCENT, None, None),
    ("f_repeater_sweeps", Unit::PERCENT, None, None),
    ("a_wave", Unit::COUNT, None, None),
];

/// Measures every `[[f_wave]]`.
pub(super) fn f_waves(study: &Study, person: &Person<'_>, options: &Options, out: &mut Ncs) -> Result<()> {
    for f in &study.f_wave {
        let late = Late {
            test: "f_wave",
            nerve: f.nerve.as_deref().unwrap_or_default(),
            side: f.side,
            muscle: f.muscle.as_deref().unwrap_or_default(),
            site: f.site.as_deref(),
            skin_c: f.skin_temperature_c,
            reference: f.recording.as_ref(),
            response: f.response,
        };
        let (mut spot, mut view) = (late.spot(), late.view());
        let found = sweeps_of(study, late.reference, options, &mut view, out)?;
        let measured = match &found {
            Some(Ok(found)) => {
                spot.place.channel =
                    found.labels.first().filter(|l| found.labels.iter().all(|o| o == *l)).cloned();
                let of_f = f_options(late.nerve, study).design(found.sweeps.sampling_frequency())?;
                match of_f.apply(&found.sweeps) {
                    Ok(waves) if waves.with_f == 0 && waves.m_amplitude.value().is_none() => {
                        let why = "neither M response nor F wave in the sweeps: nothing shows that the nerve was stimulated";
                        Some(Err(why.into()))
                    }
                    Ok(waves) => {
                        show_f(&mut view, found, &waves);
                        Some(Ok(waves))
                    }
                    Err(why) => Some(Err(why.to_string())),
                }
            }
            Some(Err(why)) => Some(Err(why.clone())),
            None => None,
        };
        let doubts = match &measured {
            Some(Ok(waves)) => waves.doubts.clone(),
            _ => Vec::new(),
        };
        let numbers = measured.as_ref().map(|m| m.as_ref().map(numbers_of_f).map_err(Clone::clone));
        view.rows = rows_of(person, &spot, F_ROWS, &f.values, late.response, numbers.as_ref(), &doubts);
        if let Some(Ok(waves)) = &measured
            && waves.noise > HIDING_V
        {
            let why = Some(format!("noise of {:.0} µV hides F waves of 20 µV", waves.noise * 1e6));
            view.rows.iter_mut().filter(|r| r.id == "f_persistence").for_each(|r| spoil(r, [&why]));
        }
        entered::doubt_order(&mut view.rows, &["f_min_latency", "f_mean_latency", "f_max_latency"]);
        if !view.rows.is_empty() || !view.notes.is_empty() {
            out.view.f_wave.push(view);
        }
    }
    Ok(())
}

fn f_options(nerve: &str, study: &Study) -> FWaveOptions {
    let limb = is_lower_limb(nerve).map(|leg| if leg { Limb::Leg } else { Limb::Arm });
    FWaveOptions { limb, height_m: study.subject.height_cm.map(|cm| cm / 100.0), ..FWaveOptions::default() }
}

/// In the order of [`F_ROWS`], SI.
fn numbers_of_f(w: &FWaves) -> Vec<Measured> {
    let share = |m: Measured| scaled(m, 0.01);
    let count = |n: usize, method| {
        #[expect(clippy::cast_precision_loss, reason = "a few hundred sweeps")]
        let n = n as f64;
        Measured { reading: Reading::Value(n), uncertainty: None, method }
    };
    vec![
        w.min_latency,
        w.mean_latency,
        w.median_latency,
        w.max_latency,
        share(w.persistence_percent),
        w.chronodispersion,
        count(w.counted, "sweeps counted"),
        w.mean_amplitude,
        share(w.f_m_ratio_percent),
        share(w.repeating_neurons_percent),
        share(w.repeater_sweeps_percent),
        count(w.a_waves.len(), "responses of constant latency and shape in 8 of 20 sweeps or more"),
    ]
}

/// A number and its uncertainty times a factor.
pub(super) fn scaled(m: Measured, by: f64) -> Measured {
    let reading = match m.reading {
        Reading::Value(v) => Reading::Value(v * by),
        other => other,
    };
    Measured { reading, uncertainty: m.uncertainty.map(|u| u * by), ..m }
}

fn show_f(view: &mut SweepsView, found: &Found, waves: &FWaves) {
    for (sweep, seen) in found.sweeps.iter().zip(&waves.sweeps) {
        let mut trace =
            trace_of(sweep.samples(), found.sweeps.start().0, found.sweeps.sampling_frequency().0, "uV");
        let mut mark = |name, at: f64| {
            let value = value_at(&trace, at * 1e3);
            trace.markers.push(MarkerView { name, at_ms: at * 1e3, value, manual: false });
        };
        if let Some(at) = seen.latency.value() {
            mark("F", at);
        }
        for a in &seen.a_waves {
            if let Some(at) = waves.a_waves.get(*a).and_then(|a| a.latency.value()) {
                mark("A", at);
            }
        }
        view.labels.push(match (seen.class, seen.rejected) {
            (_, Some(why)) => format!("left out: {why}"),
            (FClass::F, None) => "F".into(),
            (FClass::Repeater(n), None) => format!("F, repeater {}", n + 1),
            (FClass::AWave(_), None) => "A wave".into(),
            (FClass::Nothing, None) => "–".into(),
        });
        view.sweeps.push(trace);
    }
    for (i, a) in waves.a_waves.iter().enumerate() {
        if let Some(at) = a.latency.value() {
            view.notes.push(format!(
                "A wave {} at {:.1} ms in {} sweeps (SD {:.2} ms, {:.0} µV): counted neither as an F wave nor as the shortest latency",
                i + 1,
                at * 1e3,
                a.count,
                a.latency_sd * 1e3,
                a.amplitude_peak_to_peak * 1e6
            ));
        }
    }
    view.notes.extend(waves.doubts.iter().map(|d| d.text.clone()));
}

/// A sweep ready to be drawn, less its mean.
pub(super) fn trace_of(samples: &[f64], start: f64, fs: f64, unit: &'static str) -> TraceView {
    let scale = if unit == "mV" { 1e3 } else { 1e6 };
    let step = samples.len().div_ceil(POINTS).max(1);
    let mut sorted = samples.to_vec();
    let middle = sorted.len() / 2;
    let base = if sorted.is_empty() { 0.0 } else { *sorted.select_nth_unstable_by(middle, f64::total_cmp).1 };
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    let point = |i: usize| ((start + i as f64 / fs) * 1e3, (samples[i] - base) * scale);
    TraceView { unit, points: (0..samples.len()).step_by(step).map(point).collect(), markers: Vec::new() }
}

/// The drawn value nearest to a time.
pub(super) fn value_at(trace: &TraceView, ms: f64) -> f64 {
    let i = trace.points.partition_point(|p| p.0 < ms);
    trace.points.get(i).or(trace.points.last()).map_or(0.0, |p| p.1)
}
