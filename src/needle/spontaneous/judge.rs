//! From a trace to what is spontaneous in it.

#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "samples inside the trace")]

use super::artefact::{artefact, steepness};
use super::band::Bands;
use super::burst;
use super::classify::{Verdict, classify};
use super::context::{self, Judged, Single, end_plate};
use super::cramp::cramp;
use super::end_plate::Hiss;
use super::features::{Features, features};
use super::find::{Found, Raw, find};
use super::insertion::insertion;
use super::link::link;
use super::shape::shape;
use super::split::split;
use super::{Discharge, Kind, Spontaneous, SpontaneousOptions};
use crate::trace::Trace;

/// Shortest trace that is looked at, s. Ours: two discharges of the slowest regular train.
const SHORTEST_S: f64 = 0.2;

/// Everything in order.
pub(super) fn judge(trace: Trace<'_>, options: &SpontaneousOptions) -> Spontaneous {
    let mut out = Spontaneous::default();
    if trace.duration_s() < SHORTEST_S {
        out.notes.push(format!("{:.2} s is too short to look for spontaneous activity", trace.duration_s()));
        return out;
    }
    let Some(bands) = Bands::new(trace) else {
        out.notes.push("flat, or of no use: nothing can be looked for".to_owned());
        return out;
    };
    out.noise = bands.wide_noise;
    let mut found = find(&bands);
    link(&mut found.trains, &bands);
    split(&mut found.trains, &bands);
    let mut others: Vec<f64> = found.trains.iter().flat_map(|t| t.at.iter().copied()).collect();
    others.sort_by(f64::total_cmp);
    let seconds = trace.duration_s();
    let measured: Vec<Features> = found
        .trains
        .iter()
        .filter(|t| t.at.len() >= 3)
        .map(|t| measure(t, &others, &bands, seconds))
        .filter(|f| f.snr > LEAST_SNR)
        .collect();
    let mut judged = verdicts(measured, trace, &bands, options.at_rest);
    let mut singles = lone(&found, trace, &bands);
    let mut hiss = found.hiss.as_ref().map(|h| noise(h, &bands, seconds));
    end_plate(&mut judged, hiss.as_mut());
    let inserted = insertion(&mut judged, &mut singles);
    cramp(&mut judged, options.at_rest);
    burst::bursts(&mut judged);
    burst::willed(&mut judged);
    burst::fragments(&mut judged);
    judged.extend(inserted);
    judged.extend(context::singles(
        &judged,
        hiss.as_ref(),
        &singles,
        bands.wide_noise,
        seconds,
        options.at_rest,
    ));
    burst::parts(&mut judged);
    judged.extend(hiss);
    out.rest_s = rest(&judged, seconds);
    out.notes = notes(&bands, &judged, trace, options.at_rest);
    out.discharges = judged.into_iter().filter(|j| !j.features.times.is_empty()).map(discharge).collect();
    out.discharges.sort_by(|a, b| a.span_s.0.total_cmp(&b.span_s.0));
    out
}

/// Stretches without voluntary activity, movement of the needle and artefacts, s. An activity's edges are half a second
/// wide, so that a unit that pauses between discharges is one activity.
fn rest(judged: &[Judged], seconds: f64) -> Vec<(f64, f64)> {
    const EDGE_S: f64 = 0.5;
    let busy = |k: Kind| matches!(k, Kind::Voluntary | Kind::InsertionalActivity | Kind::Artefact);
    let mut times: Vec<f64> = judged
        .iter()
        .filter(|j| busy(j.verdict.kind))
        .flat_map(|j| j.features.times.iter().copied())
        .collect();
    times.sort_by(f64::total_cmp);
    let (mut out, mut from) = (Vec::new(), 0.0);
    for t in times {
        if t - EDGE_S > from {
            out.push((from, t - EDGE_S));
        }
        from = t + EDGE_S;
    }
    if seconds > from {
        out.push((from, seconds));
    }
    out
}

/// What must be said beside the findings.
fn notes(bands: &Bands, judged: &[Judged], trace: Trace<'_>, at_rest: bool) -> Vec<String> {
    let mut out = Vec::new();
    let fs = trace.sampling_frequency().0;
    if fs < 10_000.0 {
        out.push(format!(
            "sampled at {fs:.0} Hz: short potentials are blunted, so their kind is less sure than it would be from 10 kHz on"
        ));
    }
    if let Some(line) = bands.mains {
        out.push(format!("a power line of {line:.2} Hz was taken out"));
    }
    let voluntary = judged.iter().filter(|j| j.verdict.kind == Kind::Voluntary).count();
    if voluntary > 0 && at_rest {
        out.push(format!("{voluntary} trains look voluntary: the muscle was not quite at rest"));
    }
    out
}

/// Amplitude of a train over the noise of the wide band, at least.
const LEAST_SNR: f64 = 2.5;

/// Judges all trains, twice: what is sure in the first round makes its like more probable in the second.
fn verdicts(measured: Vec<Features>, trace: Trace<'_>, bands: &Bands, at_rest: bool) -> Vec<Judged> {
    let first: Vec<Verdict> = measured
        .iter()
        .map(|f| match artefact(f, trace, bands) {
            Some(why) => Verdict { kind: Kind::Artefact, confidence: 0.95, why: vec![why] },
            None => classify(f, &[], at_rest),
        })
        .collect();
    let sure: Vec<Kind> = first.iter().filter(|v| v.confidence > 0.85).map(|v| v.kind).collect();
    measured
        .into_iter()
        .zip(first)
        .map(|(features, verdict)| {
            let verdict =
                if verdict.kind == Kind::Artefact { verdict } else { classify(&features, &sure, at_rest) };
            Judged { features, verdict }
        })
        .collect()
}

/// The events that no train explains, those that belong together as one.
fn lone(found: &Found, trace: Trace<'_>, bands: &Bands) -> Vec<Single> {
    let mut out: Vec<Single> = Vec::new();
    let apart = bands.samples(15e-3);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut all: Vec<(usize, f64)> = found.singles.iter().map(|e| (e.at, e.value.abs())).collect();
    let few = found.trains.iter().filter(|t| t.at.len() < 3).flat_map(|t| t.at.iter());
    all.extend(few.map(|t| (*t as usize, bands.spike.get(*t as usize).copied().unwrap_or(0.0).abs())));
    all.sort_by_key(|e| e.0);
    for (k, e) in all.iter().enumerate() {
        match groups.last_mut() {
            Some(group) if k > 0 && e.0 - all[k - 1].0 < apart => group.push(k),
            _ => groups.push(vec![k]),
        }
    }
    // Many lone events are an interference pattern, not potentials that came once.
    const TOO_MANY: usize = 400;
    for group in groups.iter().take(TOO_MANY) {
        let Some(main) = group.iter().max_by(|a, b| all[**a].1.total_cmp(&all[**b].1)) else { continue };
        let shape = shape(&[all[*main].0 as f64], false, &[], bands);
        let at = (all[*main].0 as f64 + shape.peak as f64 - shape.reference as f64) / bands.rate;
        out.push(Single { at, steep: steepness(&[at], trace), shape });
    }
    out
}

/// End-plate noise as a train.
fn noise(hiss: &Hiss, bands: &Bands, seconds: f64) -> Judged {
    let shape = shape(&hiss.at, false, &[], bands);
    let lag = shape.peak as f64 - shape.reference as f64;
    let times: Vec<f64> = hiss.at.iter().map(|t| (t + lag) / bands.rate).collect();
    let features = features(times, &[], shape, bands.wide_noise, seconds);
    let why = vec![
        format!(
            "{:.0} small negative potentials a second, interval CV {:.2}: a hiss",
            features.times.len() as f64 / seconds,
            features.regularity.cv_all.unwrap_or(0.0)
        ),
        format!("usual size {:.0} µV, hardly any positive ones", 1e6 * features.shape.amplitude),
    ];
    Judged { features, verdict: Verdict { kind: Kind::EndPlateNoise, confidence: 0.9, why } }
}

fn measure(train: &Raw, others: &[f64], bands: &Bands, seconds: f64) -> Features {
    let shape = shape(&train.at, train.complex, others, bands);
    let lag = shape.peak as f64 - shape.reference as f64;
    let times = train.at.iter().map(|t| (t + lag) / bands.rate).collect();
    features(times, &train.gain, shape, bands.wide_noise, seconds)
}

fn discharge(j: Judged) -> Discharge {
    let (f, verdict) = (j.features, j.verdict);
    let span = (f.times.first().copied().unwrap_or(0.0), f.times.last().copied().unwrap_or(0.0));
    Discharge {
        kind: verdict.kind,
        confidence: verdict.confidence.clamp(0.0, 1.0),
        span_s: span,
        rate: f.rate,
        interval_cv: f.regularity.cv,
        amplitude: f.shape.amplitude,
        duration: f.shape.duration,
        initial_positive: f.shape.initial_positive,
        template: f.shape.mean,
        reference: f.shape.peak,
        why: verdict.why,
        times_s: f.times,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_found_in_nothing() {
        let x = vec![0.0; 10_000];
        let trace = Trace::new(&x, crate::units::Hertz(10_000.0)).unwrap();
        let found = judge(trace, &SpontaneousOptions::default());
        assert!(found.discharges.is_empty() && !found.notes.is_empty());
    }
}
