//! Repetitive stimulation: trains at rest and after exercise.

use super::evoked;
use super::late::{sweeps_of, trace_of};
use super::rows::{Number, Origin, Spot, apply_difference, bare};
use super::site::entered_number;
use super::view::{CurveView, MarkerView, SweepsView, Test};
use super::{Ncs, counted};
use crate::Result;
use crate::measure::Reading;
use crate::ncs::repetitive::{CutOptions, RepetitiveOptions, Train, TrainTimes};
use crate::ncs::{Found, Measured};
use crate::norms::ncs::{NMJ_RULES, NmjRule};
use crate::pipeline::analyze::Options;
use crate::result::{MeasureRow, Where};
use crate::study::{RecordingRef, RepetitiveStimulation, Response, Study};
use crate::units::{Hertz, Unit};

/// From this rate on a train is meant to show facilitation, Hz: its own rise is the increment (NMJ5: 20 to 50 Hz).
const FAST_HZ: f64 = 10.0;

/// Fewest artefacts that are a train: the decrement needs the fourth response.
const FEWEST: usize = 4;

/// Two entered decrements that differ by no more are one number rounded twice, percent points. Ours.
const AGREES_PERCENT: f64 = 1.0;

/// First response of a train, for the comparison with others.
struct First {
    key: (String, String, String),
    at_rest: bool,
    amplitude: Measured,
}

/// Measures every `[[repetitive_stimulation]]`.
pub(super) fn all(study: &Study, options: &Options, out: &mut Ncs) -> Result<()> {
    let mut firsts: Vec<First> = Vec::new();
    for r in &study.repetitive_stimulation {
        let (spot, mut view) = (spot(r), view(r));
        let mut found = sweeps_of(study, r.recording.as_ref(), options, &mut view, out)?;
        if let (Some(Err(_)), Some(reference), Some(frequency)) = (&found, &r.recording, r.frequency_hz)
            && let Some(train) = cut(study, reference, frequency, options, &mut view)
        {
            found = Some(Ok(train));
        }
        let measured = match &found {
            Some(Ok(found)) => {
                let plan = RepetitiveOptions::default().design(found.sweeps.sampling_frequency())?;
                match plan.apply(&found.sweeps) {
                    Ok(train) => {
                        show(&mut view, found, &train);
                        Some(Ok(train))
                    }
                    Err(why) => Some(Err(why.to_string())),
                }
            }
            Some(Err(why)) => Some(Err(why.clone())),
            None => None,
        };
        view.rows = rows(&spot, r, measured.as_ref());
        let first = first_of(r, measured.as_ref().and_then(|m| m.as_ref().ok()));
        let fast = r.frequency_hz.is_some_and(|f| f >= FAST_HZ);
        let train = measured.as_ref().and_then(|m| m.as_ref().ok());
        let own = rise_of_list(&r.amplitudes_mv)
            .or_else(|| train.map(|t| super::late::scaled(t.increment_percent, 0.01)))
            .filter(|_| fast);
        if let Some(row) = increment(&spot, own, first.as_ref(), &firsts) {
            view.rows.push(row);
        }
        firsts.extend(first);
        if !view.rows.is_empty() || !view.notes.is_empty() {
            out.view.repetitive.push(view);
        }
    }
    Ok(())
}

/// A continuous recording of a train that says nothing of its stimuli: cut at the artefacts that come at
/// the stated rate.
fn cut(
    study: &Study,
    reference: &RecordingRef,
    frequency_hz: f64,
    options: &Options,
    view: &mut SweepsView,
) -> Option<Found> {
    let stretches = evoked::stretches(study, reference, options).ok()?.found.ok()?;
    let [(samples, fs)] = &stretches[..] else { return None };
    let train =
        CutOptions::new(TrainTimes::Detect { frequency: Hertz(frequency_hz) }).apply(samples, *fs).ok()?;
    // One artefact is no train.
    if train.sweeps.len() < FEWEST {
        return None;
    }
    view.stimuli = train.sweeps.len();
    view.notes.clear();
    let how = "stimuli found by their artefacts in a continuous recording".to_owned();
    view.notes.push(format!("{}: {how}", counted(train.sweeps.len(), "sweep")));
    Some(Found {
        labels: vec![String::new(); train.sweeps.len()],
        sweeps: train.sweeps,
        how,
        notes: Vec::new(),
    })
}

fn condition(r: &RepetitiveStimulation) -> String {
    let rate = r.frequency_hz.map_or(String::new(), |f| format!(", {f} Hz"));
    match (r.exercise_s.filter(|s| *s > 0.0), r.seconds_after_exercise) {
        (Some(e), Some(s)) => format!("{s} s after {e} s of exercise{rate}"),
        (Some(e), None) => format!("after {e} s of exercise{rate}"),
        (None, Some(s)) => format!("{s} s after exercise{rate}"),
        (None, None) => format!("rest{rate}"),
    }
}

fn spot(r: &RepetitiveStimulation) -> Spot {
    let place = Where {
        test: "repetitive_stimulation".into(),
        nerve: r.nerve.clone(),
        side: r.side.map(|s| s.name().to_owned()),
        muscle: r.muscle.clone(),
        site: r.site.clone(),
        file: r.recording.as_ref().map(|f| f.file.clone()),
        condition: Some(condition(r)),
        ..Where::default()
    };
    Spot { place, skin_c: r.skin_temperature_c, ..Spot::default() }
}

fn view(r: &RepetitiveStimulation) -> SweepsView {
    SweepsView {
        test: Test {
            nerve: r.nerve.clone().unwrap_or_default(),
            side: r.side.map_or(String::new(), |s| s.name().to_owned()),
            recording: r.muscle.clone().unwrap_or_default(),
            skin_temperature_c: r.skin_temperature_c,
            filters: None,
        },
        site: r.site.clone().unwrap_or_default(),
        condition: condition(r),
        stimuli: r.amplitudes_mv.len(),
        ..SweepsView::default()
    }
}

fn rule(applies_to: &str) -> Option<&'static NmjRule> {
    NMJ_RULES.iter().find(|r| r.applies_to == applies_to)
}

/// Decrements of a train.
fn rows(
    spot: &Spot,
    r: &RepetitiveStimulation,
    measured: Option<&std::result::Result<Train, String>>,
) -> Vec<MeasureRow> {
    let mut out = Vec::new();
    let percent = |m: Measured| super::late::scaled(m, 0.01);
    let stated = r.values.get("decrement_percent");
    let listed = of_list(&r.amplitudes_mv);
    let mut push = |id: &'static str, value: Measured, origin: Origin, limited: bool, doubts: &[String]| {
        let mut row = bare(spot, &Number::new(id, Unit::PERCENT, value).origin(origin).doubts(doubts));
        if limited && let Some(rule) = rule("decrement") {
            apply_difference(&mut row, first_id(rule.source), rule.limit, rule.source, rule.status);
            // The limit itself is abnormal.
            if row.value.is_some_and(|v| v >= rule.limit - 1e-9) {
                row.verdict = "abnormal";
            }
            judge(&mut row, spot, r);
        }
        out.push(row);
    };
    if let Some(v) = stated {
        let doubt =
            listed.and_then(|l| l.value()).map(|l| 100.0 * l).filter(|l| (l - v).abs() > AGREES_PERCENT);
        let doubts: Vec<String> = doubt
            .map(|l| format!("a decrement of {v} % is stated, but the entered amplitudes say {l:.1} %"))
            .into_iter()
            .collect();
        push("decrement", entered_number(v / 100.0), Origin::Entered, true, &doubts);
        if !doubts.is_empty() {
            withdraw(&mut out);
        }
    } else if let Some(listed) = listed {
        push("decrement", listed, Origin::Entered, true, &[]);
    } else if r.response == Some(Response::Absent) {
        push("decrement", Measured::absent("entered in the study file"), Origin::Entered, false, &[]);
    } else if let Some(Ok(train)) = measured {
        let mut doubts: Vec<String> = train.flags.iter().map(flagged).collect();
        // What was taken off is said once, in the notes.
        doubts.extend(train.doubts.iter().filter(|d| d.id != "mains").map(|d| d.text.clone()));
        push("decrement", percent(train.decrement_percent), Origin::Auto, true, &doubts);
        push("decrement_lowest", percent(train.largest_decrement_percent), Origin::Auto, false, &doubts);
        push("decrement_area", percent(train.area_decrement_percent), Origin::Auto, false, &doubts);
        if !train.reliable() {
            withdraw(&mut out);
        }
    } else if let Some(Err(why)) = measured {
        push(
            "decrement",
            Measured::undefined("nothing could be measured", "not measured"),
            Origin::Auto,
            false,
            &[],
        );
        if let Some(row) = out.last_mut() {
            row.reason = Some(why.clone());
        }
    }
    out
}

fn flagged(flag: &crate::ncs::repetitive::Flag) -> String {
    let numbers: Vec<String> = flag.potentials.iter().map(ToString::to_string).collect();
    format!("the train suggests an artefact: {} (response {})", flag.text, numbers.join(", "))
}

fn first_id(sources: &str) -> &str {
    sources.split(';').next().unwrap_or(sources)
}

/// Takes back what was said of rows that cannot be relied on.
fn withdraw(rows: &mut [MeasureRow]) {
    for row in rows.iter_mut().filter(|r| r.verdict == "normal" || r.verdict == "abnormal") {
        row.verdict = "not_assessable";
    }
}

/// Fall from the first to the fourth of the entered amplitudes, 1 is all; `None` where none was entered.
fn of_list(amplitudes_mv: &[f64]) -> Option<Measured> {
    const METHOD: &str = "first against fourth of the entered amplitudes; positive = fall";
    let first = *amplitudes_mv.first()?;
    Some(match amplitudes_mv.get(3) {
        _ if first <= 0.0 => Measured::undefined("the first entered amplitude is 0", METHOD),
        None => Measured::undefined("fewer than four amplitudes were entered", METHOD),
        Some(fourth) => Measured { method: METHOD, ..entered_number((first - fourth) / first) },
    })
}

/// Rise from the first to the largest of the entered amplitudes, as recorded trains are measured.
fn rise_of_list(amplitudes_mv: &[f64]) -> Option<Measured> {
    const METHOD: &str = "largest over the first of the entered amplitudes, less one";
    let first = *amplitudes_mv.first()?;
    let largest = amplitudes_mv.iter().copied().fold(first, f64::max);
    Some(match first > 0.0 {
        true if amplitudes_mv.len() > 1 => {
            Measured { method: METHOD, ..entered_number(largest / first - 1.0) }
        }
        true => Measured::undefined("one amplitude alone was entered", METHOD),
        false => Measured::undefined("the first entered amplitude is 0", METHOD),
    })
}

/// A cold muscle hides a decrement; other rates than 2 to 5 Hz have other limits.
fn judge(row: &mut MeasureRow, spot: &Spot, r: &RepetitiveStimulation) {
    if let (Some(skin), Some(rule)) = (spot.skin_c, rule("skin_temperature"))
        && skin < rule.limit
    {
        row.doubts.push(format!(
            "skin at {skin} °C, below {} °C ({}): cold hides a decrement",
            rule.limit, rule.source
        ));
        if row.verdict == "normal" {
            row.verdict = "not_assessable";
        }
    }
    if r.frequency_hz.is_some_and(|f| !(2.0..=5.0).contains(&f)) {
        row.doubts.push("the limit holds for 2 to 5 Hz".into());
        if row.verdict != "no_limit" {
            row.verdict = "not_assessable";
        }
    }
}

fn first_of(r: &RepetitiveStimulation, train: Option<&Train>) -> Option<First> {
    let amplitude = match (r.amplitudes_mv.first(), train.and_then(|t| t.potentials.first())) {
        (Some(mv), _) => entered_number(mv / 1e3),
        (None, Some(p)) => p.amplitude,
        (None, None) => return None,
    };
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let side = r.side.map_or(String::new(), |s| s.name().to_owned());
    let at_rest = r.exercise_s.is_none_or(|s| s <= 0.0) && r.seconds_after_exercise.is_none();
    Some(First { key: (text(&r.nerve), side, text(&r.muscle)), at_rest, amplitude })
}

/// Rise over the first response at rest, or within a fast train.
fn increment(
    spot: &Spot,
    own: Option<Measured>,
    first: Option<&First>,
    firsts: &[First],
) -> Option<MeasureRow> {
    const METHOD: &str = "first response after exercise over the first at rest, less one";
    let value = match (own, first) {
        (Some(own), _) => own,
        (None, Some(first)) if !first.at_rest => {
            let rest = firsts.iter().find(|f| f.at_rest && f.key == first.key)?;
            match (rest.amplitude.value(), first.amplitude.value()) {
                (Some(a), Some(b)) if a > 0.0 => {
                    let of = |m: &Measured, v: f64| m.uncertainty.map_or(0.0, |u| u / v);
                    let spread = b / a * of(&rest.amplitude, a).hypot(of(&first.amplitude, b));
                    let uncertainty = (spread > 0.0).then_some(spread);
                    Measured { reading: Reading::Value(b / a - 1.0), uncertainty, method: METHOD }
                }
                _ => Measured::undefined("one of the two first responses is not known", METHOD),
            }
        }
        _ => return None,
    };
    let entered = first.is_some_and(|f| f.amplitude.method.contains("entered"));
    let origin = if entered { Origin::Entered } else { Origin::Auto };
    let mut row = bare(spot, &Number::new("increment", Unit::PERCENT, value).origin(origin));
    if let Some(rule) = rule("increment") {
        apply_difference(&mut row, first_id(rule.source), rule.limit, rule.source, rule.status);
        if row.value.is_some_and(|v| v >= rule.limit - 1e-9) {
            row.verdict = "abnormal";
        }
    }
    Some(row)
}

fn show(view: &mut SweepsView, found: &Found, train: &Train) {
    let (start, fs) = (found.sweeps.start().0, found.sweeps.sampling_frequency().0);
    let curve = |name: &str| CurveView {
        name: name.to_owned(),
        x_unit: "number of the response".into(),
        y_unit: "% of the first".into(),
        points: Vec::new(),
    };
    let (mut amplitude, mut area) = (curve("amplitude"), curve("area"));
    let first = train.potentials.first();
    for (i, (sweep, p)) in found.sweeps.iter().zip(&train.potentials).enumerate() {
        let mut trace = trace_of(sweep.samples(), start, fs, "mV");
        if let (Some(at), Some(size)) = (p.peak_latency.value(), p.amplitude.value()) {
            trace.markers.push(MarkerView {
                name: "peak",
                at_ms: at * 1e3,
                value: size * 1e3,
                manual: false,
            });
        }
        view.sweeps.push(trace);
        #[expect(clippy::cast_precision_loss, reason = "a train has ten")]
        let x = (i + 1) as f64;
        let share = |m: &Measured, of: Option<f64>| m.value().zip(of).map(|(v, f)| (x, 100.0 * v / f));
        amplitude.points.extend(share(&p.amplitude, first.and_then(|f| f.amplitude.value())));
        area.points.extend(share(&p.area, first.and_then(|f| f.area.value())));
    }
    view.curves = vec![amplitude, area];
    view.notes.extend(train.flags.iter().map(flagged));
    view.notes.extend(train.doubts.iter().map(|d| d.text.clone()));
}
