//! What a set of sweeps says.

use super::residual::Residual;
use super::shape::{Constant, Found, Seen};
use super::{AWave, FClass, FSweep, FWavePlan, FWaves, m_response};
use crate::ncs::late::median;
use crate::ncs::{Doubt, Measured, Sweeps};

const ONSET: &str = "hinge on the first deflection of either polarity, averaged over its likelihood";
const AMPLITUDE: &str = "peak to peak of the sweep without M tail and mains, smoothed over 1.2 ms";
const COUNT: &str = "sweeps with an F wave over sweeps counted; Wilson interval";
const OVER_F: &str = "over the sweeps with an F wave";

/// Onsets of simulated waves scatter about this much beside what the fit says, s: their start is no exact power. Ours.
const MODEL_SD_S: f64 = 0.00005;
/// What the onsets of one set are off by together, and what a wave that was missed or taken for one moves: half of a
/// 95 % interval of a mean and of an extreme latency, s. Measured on simulated sets.
const OF_MEAN_S: f64 = 0.0004;
const OF_EXTREME_S: f64 = 0.0005;
/// Share of rejected sweeps, and of sweeps with stray activity, that is a doubt. Ours.
const REJECTED_DOUBT: f64 = 0.2;
const STRAY_DOUBT: f64 = 0.2;
/// Slope of the M response's tail under the window that is a doubt, V/s: 20 µV per ms, a small F wave's own. Ours.
const TAIL_DOUBT: f64 = 0.02;
/// Numbers of stimuli for each measure (FW_N in the clinical tables).
const FOR_CHRONODISPERSION: usize = 50;
const FOR_REPEATERS: usize = 100;

pub(super) fn summarise(plan: &FWavePlan, sweeps: &Sweeps, residual: &Residual, found: Found) -> FWaves {
    let used: Vec<usize> = (0..found.sweeps.len()).filter(|&i| found.sweeps[i].rejected.is_none()).collect();
    let list: Vec<FSweep> = found.sweeps.iter().map(|seen| sweep(residual, seen)).collect();
    let latencies: Vec<(f64, f64)> = pick(&list, |s| &s.latency);
    let amplitudes: Vec<(f64, f64)> = pick(&list, |s| &s.amplitude_peak_to_peak);
    let mean_amplitude = mean_of(&amplitudes, used.len());
    let m_amplitude = m_response::amplitude(sweeps, residual, &used);
    let repeaters: Vec<usize> = found.clusters.iter().map(Vec::len).collect();
    let mut out = FWaves {
        counted: used.len(),
        with_f: latencies.len(),
        persistence_percent: persistence(latencies.len(), used.len()),
        min_latency: of_set(extreme(&latencies, used.len(), Extreme::Least), OF_EXTREME_S),
        mean_latency: of_set(mean_of(&latencies, used.len()), OF_MEAN_S),
        median_latency: of_set(median_of(&latencies, used.len()), OF_MEAN_S),
        max_latency: of_set(extreme(&latencies, used.len(), Extreme::Most), OF_EXTREME_S),
        chronodispersion: chronodispersion(&latencies, used.len()),
        f_m_ratio_percent: f_m_ratio(&mean_amplitude, &m_amplitude),
        mean_amplitude,
        m_amplitude,
        a_waves: found.a_waves.iter().map(|a| a_wave(residual, a)).collect(),
        repeating_neurons_percent: share(
            repeaters.len(),
            latencies.len() + repeaters.len() - repeaters.iter().sum::<usize>(),
        ),
        repeater_sweeps_percent: share(repeaters.iter().sum(), latencies.len()),
        repeaters,
        window: (residual.time_of(residual.window.0), residual.time_of(residual.window.1)),
        noise: median(&mut residual.noise.clone()),
        sweeps: list,
        doubts: Vec::new(),
    };
    out.doubts = doubts(plan, residual, &out, found.stray);
    out
}

fn sweep(residual: &Residual, seen: &Seen) -> FSweep {
    let class = match (seen.f, seen.cluster, seen.a_waves.first()) {
        (Some(_), Some(cluster), _) => FClass::Repeater(cluster),
        (Some(_), None, _) => FClass::F,
        (None, _, Some(a)) => FClass::AWave(*a),
        (None, _, None) => FClass::Nothing,
    };
    let (latency, amplitude) = match (seen.rejected, seen.f) {
        (Some(why), _) => (Measured::undefined(why, ONSET), Measured::undefined(why, AMPLITUDE)),
        (None, None) => (Measured::absent(ONSET), Measured::absent(AMPLITUDE)),
        (None, Some((onset, event))) => {
            let half = 1.96 * (onset.sd / residual.fs).hypot(MODEL_SD_S);
            let noise = median(&mut residual.noise_smoothed.clone());
            (
                Measured::new(residual.time(onset.position), half, ONSET, "not finite"),
                Measured::new(
                    event.amplitude,
                    1.96 * std::f64::consts::SQRT_2 * noise,
                    AMPLITUDE,
                    "not finite",
                ),
            )
        }
    };
    FSweep {
        class,
        latency,
        amplitude_peak_to_peak: amplitude,
        a_waves: seen.a_waves.clone(),
        rejected: seen.rejected,
    }
}

/// Values with half-widths of the sweeps with an F wave.
fn pick(list: &[FSweep], what: impl Fn(&FSweep) -> &Measured) -> Vec<(f64, f64)> {
    list.iter()
        .filter(|s| s.present())
        .filter_map(|s| Some((what(s).value()?, what(s).uncertainty.unwrap_or(0.0))))
        .collect()
}

fn none(counted: usize, method: &'static str) -> Measured {
    if counted == 0 { Measured::undefined("no sweep can be read", method) } else { Measured::absent(method) }
}

/// With what the set as a whole is uncertain by.
fn of_set(m: Measured, half: f64) -> Measured {
    Measured { uncertainty: m.uncertainty.map(|u| u.hypot(half)), ..m }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn mean_of(values: &[(f64, f64)], counted: usize) -> Measured {
    if values.is_empty() {
        return none(counted, OVER_F);
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|v| v.0).sum::<f64>() / n;
    Measured::new(mean, values.iter().map(|v| v.1 * v.1).sum::<f64>().sqrt() / n, OVER_F, "not finite")
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn median_of(values: &[(f64, f64)], counted: usize) -> Measured {
    if values.is_empty() {
        return none(counted, OVER_F);
    }
    let middle = median(&mut values.iter().map(|v| v.0).collect::<Vec<_>>());
    let squares: f64 = values.iter().map(|v| v.1 * v.1).sum();
    // A median scatters 1.25 times as a mean does, and no more than one value.
    let half = if values.len() == 1 { squares.sqrt() } else { 1.2533 * squares.sqrt() / values.len() as f64 };
    Measured::new(middle, half, OVER_F, "not finite")
}

#[derive(Clone, Copy)]
enum Extreme {
    Least,
    Most,
}

fn extreme(values: &[(f64, f64)], counted: usize, which: Extreme) -> Measured {
    let best = match which {
        Extreme::Least => values.iter().min_by(|a, b| a.0.total_cmp(&b.0)),
        Extreme::Most => values.iter().max_by(|a, b| a.0.total_cmp(&b.0)),
    };
    best.map_or(none(counted, OVER_F), |v| Measured::new(v.0, v.1, OVER_F, "not finite"))
}

fn chronodispersion(values: &[(f64, f64)], counted: usize) -> Measured {
    let method = "longest less shortest latency";
    if values.len() == 1 {
        return Measured::undefined("one F wave only", method);
    }
    let (least, most) = (extreme(values, counted, Extreme::Least), extreme(values, counted, Extreme::Most));
    match (least.value(), most.value()) {
        (Some(a), Some(b)) => {
            let half = least.uncertainty.unwrap_or(0.0).hypot(most.uncertainty.unwrap_or(0.0));
            let wide = std::f64::consts::SQRT_2 * OF_EXTREME_S;
            of_set(Measured::new(b - a, half, method, "not finite"), wide)
        }
        _ => none(counted, method),
    }
}

/// Share in % with half of Wilson's 95 % interval (Wilson 1927, J Am Stat Assoc 22:209).
#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn persistence(with_f: usize, counted: usize) -> Measured {
    if counted == 0 {
        return Measured::undefined("no sweep can be read", COUNT);
    }
    let (n, z) = (counted as f64, 1.959_964);
    let p = with_f as f64 / n;
    let half = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n);
    Measured::new(100.0 * p, 100.0 * half, COUNT, "not finite")
}

fn f_m_ratio(f: &Measured, m: &Measured) -> Measured {
    let method = "mean F over M amplitude, both peak to peak";
    if let crate::measure::Reading::Undefined(why) = m.reading {
        return Measured::undefined(why, method);
    }
    match (f.value(), m.value()) {
        (Some(a), Some(b)) if b > 0.0 => {
            let relative = (f.uncertainty.unwrap_or(0.0) / a).hypot(m.uncertainty.unwrap_or(0.0) / b);
            Measured::new(100.0 * a / b, 100.0 * a / b * relative, method, "not finite")
        }
        _ => Measured { method, uncertainty: None, reading: f.reading },
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn share(part: usize, whole: usize) -> Measured {
    let method = "count over count";
    if whole == 0 {
        return Measured::undefined("no F wave", method);
    }
    Measured {
        reading: crate::measure::Reading::Value(100.0 * part as f64 / whole as f64),
        uncertainty: None,
        method,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn a_wave(residual: &Residual, a: &Constant) -> AWave {
    let n = a.positions.len().max(1) as f64;
    let mean = a.positions.iter().sum::<f64>() / n;
    let sd = (a.positions.iter().map(|p| (p - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt()
        / residual.fs;
    let half = 1.96 * (a.sd / residual.fs).hypot(MODEL_SD_S).hypot(sd / n.sqrt());
    AWave {
        latency: Measured::new(residual.time(mean), half, ONSET, "not finite"),
        count: a.positions.len(),
        latency_sd: sd,
        amplitude_peak_to_peak: a.amplitude,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn doubts(plan: &FWavePlan, residual: &Residual, f: &FWaves, stray: usize) -> Vec<Doubt> {
    let mut out = Vec::new();
    let n = f.counted;
    let total = f.sweeps.len();
    if n < plan.options.stimuli_wanted {
        let wanted = plan.options.stimuli_wanted;
        out.push(Doubt::new("few_sweeps", format!("{n} sweeps counted, {wanted} are wanted")));
    }
    if n < FOR_CHRONODISPERSION && f.with_f > 0 {
        let text = format!("chronodispersion of {n} sweeps; it needs {FOR_CHRONODISPERSION} or more");
        out.push(Doubt::new("few_for_chronodispersion", text));
    }
    if n < FOR_REPEATERS && !f.repeaters.is_empty() {
        let text = format!("repeaters of {n} sweeps; their share needs {FOR_REPEATERS}");
        out.push(Doubt::new("few_for_repeaters", text));
    }
    let rejected = total - n;
    if rejected as f64 > REJECTED_DOUBT * total as f64 {
        out.push(Doubt::new("rejected_sweeps", format!("{rejected} of {total} sweeps cannot be read")));
    }
    if stray as f64 > STRAY_DOUBT * n as f64 {
        let text =
            format!("{stray} of {n} sweeps show activity where no F wave comes: was the muscle at rest?");
        out.push(Doubt::new("voluntary_activity", text));
    }
    if let Some(mains) = residual.mains {
        let text = format!(
            "{} Hz mains of {:.0} uV were subtracted",
            mains.frequency,
            1e6 * mains.sd * std::f64::consts::SQRT_2
        );
        out.push(Doubt::new("mains", text));
    }
    if residual.tail_slope.abs() > TAIL_DOUBT {
        let text = format!(
            "the M response still moves by {:.0} uV per ms where F waves may begin",
            1e3 * residual.tail_slope.abs()
        );
        out.push(Doubt::new("m_tail", text));
    }
    if residual.cut_short {
        let text = format!("the sweeps end at {:.0} ms: later F waves are not seen", 1e3 * f.window.1);
        out.push(Doubt::new("window_cut", text));
    }
    out
}
