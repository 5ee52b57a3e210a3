//! From a trace to what is spontaneous in it.

use super::band::Bands;
use super::classify::{Verdict, classify};
use super::features::{Features, features};
use super::find::{Raw, find};
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
    let _ = options;
    let mut found = find(&bands);
    if std::env::var("DBG").is_ok() { for t in &found.trains { eprintln!("n {} peak {:.0} first {:.4?} gains {:.2?} win {}", t.at.len(), 1e6*t.template.shape[t.template.peak], t.at.iter().take(6).map(|v| v/bands.rate).collect::<Vec<_>>(), t.gain.iter().take(6).collect::<Vec<_>>(), t.template.shape.len()); } eprintln!("singles {} noise {:.2}", found.singles.len(), bands.noise*1e6); }
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
        .collect();
    for f in measured {
        let verdict = classify(&f);
        out.discharges.push(discharge(f, verdict, &bands, trace.sampling_frequency().0));
    }
    out.discharges.sort_by(|a, b| a.span_s.0.total_cmp(&b.span_s.0));
    out
}

fn measure(train: &Raw, others: &[f64], bands: &Bands, seconds: f64) -> Features {
    let shape = shape(&train.at, train.complex, others, bands);
    let lag = shape.peak as f64 - shape.reference as f64;
    let times = train.at.iter().map(|t| (t + lag) / bands.rate).collect();
    features(times, &train.gain, shape, bands.wide_noise, seconds)
}

fn discharge(f: Features, verdict: Verdict, bands: &Bands, fs: f64) -> Discharge {
    let span = (f.times.first().copied().unwrap_or(0.0), f.times.last().copied().unwrap_or(0.0));
    let _ = (bands, fs);
    Discharge {
        kind: verdict.kind,
        confidence: verdict.confidence,
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
        let _ = Kind::Unknown;
    }
}
