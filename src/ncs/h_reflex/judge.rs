//! Whether the responses are H reflexes, and what they say.

use super::sweep::{M_METHOD, MeasuredSweeps, Response, Seen};
use super::{HReflex, HReflexOptions, HSweep};
use crate::ncs::late::{median, robust_sd};
use crate::ncs::{Doubt, Measured};

const ONSET: &str = "hinge at the first departure from the M response's tail, in the sweep of the largest H";
const H_METHOD: &str = "tail of M to negative peak";
const RATIO: &str = "largest H over largest M, baseline to negative peak";
const CUT: &str = "cut off at the amplifier's limit";
const NO_VALUE: &str = "not finite";

/// Onsets scatter about this much beside what the fit says, s. Ours.
const MODEL_SD_S: f64 = 0.00005;
/// Reflexes of at least this share of the largest tell of latency and shape: smaller ones are few units. Ours.
const TELLING_SHARE: f64 = 0.5;
/// F waves stay below this share of the largest M (usually 1 to 5 %, a single one more); a larger constant response is
/// none. Ours.
const F_SHARE: f64 = 0.1;
/// Shapes are shifted by up to this part of their length: 2 ms. Ours.
const SHIFT_PART: usize = 4;
/// Small responses are a reflex when this share of all sweeps, two at least, show alike ones at weak stimuli, and they
/// come to this share of those between the first and the last: F waves come now and then. Ours.
const SMALL_COUNT: f64 = 0.15;
const SMALL_SHARE: f64 = 0.75;
/// M is at its largest when the strongest stimuli, this share of them, give it within this share. Ours.
const TOP_STIMULI: f64 = 0.2;
const PLATEAU: f64 = 0.1;
/// Sweeps that are few to see a course. Ours.
const FEW_SWEEPS: usize = 5;

pub(super) fn judge(options: &HReflexOptions, measured: MeasuredSweeps, stimulus: Option<&[f64]>) -> HReflex {
    let seen = &measured.seen;
    let m_max = m_max(seen);
    let largest = largest(options, seen, m_max.value());
    let mut sweeps: Vec<HSweep> = seen
        .iter()
        .enumerate()
        .map(|(i, s)| one(options, s, largest.and_then(|k| seen[k].h.as_ref()), stimulus.map(|c| c[i])))
        .collect();
    let (rejected, latency_sd) = match largest {
        None => (None, None),
        Some(k) => consistent(options, &sweeps, &measured, k, m_max.value(), stimulus),
    };
    let present = largest.is_some() && rejected.is_none();
    if !present {
        sweeps.iter_mut().for_each(|s| s.h = false);
    }
    let top = largest.filter(|_| present);
    let h_max = top.map_or(Measured::absent(H_METHOD), |k| sweeps[k].h_amplitude);
    let clipped_h = seen.iter().any(|s| s.h.as_ref().is_some_and(|h| h.clipped));
    let h_max = if clipped_h && present { Measured::undefined(CUT, H_METHOD) } else { h_max };
    let mut out = HReflex {
        present,
        rejected,
        latency: top.map_or(Measured::absent(ONSET), |k| sweeps[k].h_latency),
        latency_sd: latency_sd.filter(|_| present),
        h_m_ratio_percent: ratio(&h_max, &m_max, present),
        m_at_h_max_percent: match top {
            Some(k) => ratio(&sweeps[k].m_amplitude, &m_max, true),
            None => Measured::absent("M at the largest H over largest M"),
        },
        stimulus_at_h_max_ma: top.and_then(|k| sweeps[k].stimulus_ma),
        h_max,
        m_max,
        sweeps,
        doubts: Vec::new(),
    };
    out.doubts = doubts(options, &measured, &out, top, stimulus);
    out
}

fn amplitude(seen: &Seen) -> f64 {
    seen.h.as_ref().map_or(0.0, |h| h.amplitude)
}

/// The sweep of the largest response that may be the reflex. Where none is larger than F waves are, those at strong
/// stimuli are left out: there F waves may be the larger ones.
fn largest(options: &HReflexOptions, seen: &[Seen], m_max: Option<f64>) -> Option<usize> {
    let most = |weak: bool| {
        (0..seen.len())
            .filter(|&i| seen[i].h.as_ref().is_some_and(|h| !h.clipped))
            .filter(|&i| !weak || m_max.is_none_or(|m| m_at(seen, i) <= options.m_share_at_h_max * m))
            .max_by(|a, b| amplitude(&seen[*a]).total_cmp(&amplitude(&seen[*b])))
    };
    let any = most(false)?;
    let small = m_max.is_some_and(|m| amplitude(&seen[any]) < F_SHARE * m);
    if small { most(true).or(Some(any)) } else { Some(any) }
}

fn m_at(seen: &[Seen], i: usize) -> f64 {
    seen[i].m.value().unwrap_or(0.0)
}

fn one(
    options: &HReflexOptions,
    seen: &Seen,
    largest: Option<&Response>,
    stimulus_ma: Option<f64>,
) -> HSweep {
    let Some(h) = &seen.h else {
        return HSweep {
            stimulus_ma,
            m_amplitude: seen.m,
            h_amplitude: Measured::absent(H_METHOD),
            h_latency: Measured::absent(ONSET),
            correlation: None,
            h: false,
        };
    };
    let correlation = largest.and_then(|l| correlation(&h.shape, &l.shape)).map(|c| c.0);
    let half = 1.96 * h.onset_sd_s.hypot(MODEL_SD_S);
    HSweep {
        stimulus_ma,
        m_amplitude: seen.m,
        h_amplitude: if h.clipped {
            Measured::undefined(CUT, H_METHOD)
        } else {
            Measured::new(h.amplitude, 1.96 * seen.noise, H_METHOD, NO_VALUE)
        },
        h_latency: Measured::new(h.onset_s, half, ONSET, NO_VALUE),
        correlation,
        h: correlation.is_some_and(|c| c >= options.least_correlation),
    }
}

/// Correlation of two shapes at the best of some shifts, and by how many samples the first one is the later there.
fn correlation(a: &[f64], b: &[f64]) -> Option<(f64, f64)> {
    let n = a.len().min(b.len());
    let at = |lag: usize, a: &[f64], b: &[f64]| -> Option<f64> {
        let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
        for (x, y) in a[lag..n].iter().zip(&b[..n - lag]) {
            aa += x * x;
            bb += y * y;
            ab += x * y;
        }
        (aa > 0.0 && bb > 0.0).then(|| (ab / (aa * bb).sqrt()).clamp(-1.0, 1.0))
    };
    (n >= 4).then_some(())?;
    #[expect(clippy::cast_precision_loss, reason = "some samples")]
    (0..=n / SHIFT_PART)
        .flat_map(|lag| [at(lag, a, b).map(|c| (c, lag as f64)), at(lag, b, a).map(|c| (c, -(lag as f64)))])
        .flatten()
        .max_by(|a, b| a.0.total_cmp(&b.0))
}

fn m_max(seen: &[Seen]) -> Measured {
    if seen.iter().any(|s| s.m_clipped) {
        return Measured::undefined("the M response is cut off at the amplifier's limit", M_METHOD);
    }
    let best = seen
        .iter()
        .filter(|s| s.m.value().is_some())
        .max_by(|a, b| a.m.value().unwrap_or(0.0).total_cmp(&b.m.value().unwrap_or(0.0)));
    best.or(seen.first()).map_or(Measured::absent(M_METHOD), |s| s.m)
}

/// Why the responses are no H reflex, and the SD of their latency.
fn consistent(
    options: &HReflexOptions,
    sweeps: &[HSweep],
    measured: &MeasuredSweeps,
    largest: usize,
    m_max: Option<f64>,
    stimulus: Option<&[f64]>,
) -> (Option<&'static str>, Option<f64>) {
    let seen = &measured.seen;
    let top = amplitude(&seen[largest]);
    let small = m_max.is_some_and(|m| top < F_SHARE * m);
    let weak = |i: usize| m_max.is_none_or(|m| m_at(seen, i) <= options.m_share_at_h_max * m);
    let telling: Vec<usize> = (0..seen.len())
        .filter(|&i| seen[i].h.is_some() && amplitude(&seen[i]) >= TELLING_SHARE * top)
        .filter(|&i| !small || weak(i))
        .collect();
    if telling.len() < 2 && seen.len() >= FEW_SWEEPS {
        return (Some("in one sweep only: no H reflex"), None);
    }
    let reference = seen[largest].h.as_ref();
    let latencies: Vec<f64> = telling
        .iter()
        .filter_map(|&i| Some(shape_latency(options, seen[i].h.as_ref()?, reference?, measured.fs)))
        .collect();
    let sd = spread(&latencies);
    if sd.is_some_and(|s| s > options.latency_sd.0) {
        return (Some("the latency changes from sweep to sweep, as that of F waves does"), sd);
    }
    let alike = telling.iter().filter(|&&i| sweeps[i].h).count();
    if telling.len() > 2 && alike < 2 * telling.len() / 3 {
        return (Some("the shape changes from sweep to sweep, as that of F waves does"), sd);
    }
    if let Some(m) = m_max {
        let late = !weak(largest);
        let course = course(seen, stimulus);
        if small && (late || !steady(sweeps, &telling, &course)) {
            return (Some("small responses at strong stimuli: F waves"), sd);
        }
        // Only a largest M shows that the stimuli were strong enough for H to fall.
        let risen = at_plateau(seen, &course, m);
        let last = course.iter().rev().take((seen.len() / 5).max(1)).map(|&i| amplitude(&seen[i]));
        let left = median(&mut last.collect::<Vec<_>>());
        if risen && late && left > options.fallen_share * top {
            return (Some("it does not fall while M rises: no H reflex"), sd);
        }
    }
    (None, sd)
}

/// Latency by shape where it is that of the largest: what the onset of a small response is misread by is no change.
fn shape_latency(options: &HReflexOptions, h: &Response, largest: &Response, fs: f64) -> f64 {
    match correlation(&h.shape, &largest.shape) {
        Some((c, lag)) if c >= options.least_correlation => h.shape_begins_s + lag / fs,
        _ => h.onset_s,
    }
}

/// Whether the telling responses that are alike follow each other in the course of the stimuli.
#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn steady(sweeps: &[HSweep], telling: &[usize], course: &[usize]) -> bool {
    let places: Vec<usize> =
        (0..course.len()).filter(|&p| telling.contains(&course[p]) && sweeps[course[p]].h).collect();
    match (places.first(), places.last()) {
        (Some(a), Some(b)) => {
            let enough = (SMALL_COUNT * sweeps.len() as f64).max(2.0);
            places.len() as f64 >= enough && places.len() as f64 >= SMALL_SHARE * (b - a + 1) as f64
        }
        _ => false,
    }
}

/// SD of the latencies; from four on by their median distance, as one onset may be misread.
#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn spread(latencies: &[f64]) -> Option<f64> {
    match latencies.len() {
        0 | 1 => None,
        2 | 3 => {
            let n = latencies.len() as f64;
            let mean = latencies.iter().sum::<f64>() / n;
            Some((latencies.iter().map(|l| (l - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
        }
        _ => Some(robust_sd(latencies)),
    }
}

/// The strongest stimuli, two at least.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the sweeps")]
#[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
fn strongest(course: &[usize]) -> &[usize] {
    let n = course.len();
    let some = ((TOP_STIMULI * n as f64).ceil() as usize).max(2).min(n);
    &course[n - some..]
}

/// Whether the strongest stimuli all give the largest M.
fn at_plateau(seen: &[Seen], course: &[usize], largest: f64) -> bool {
    course.len() > 2 && strongest(course).iter().all(|&i| m_at(seen, i) >= (1.0 - PLATEAU) * largest)
}

/// Sweeps from the weakest to the strongest stimulus: by the current, else by M, which rises with it.
fn course(seen: &[Seen], stimulus: Option<&[f64]>) -> Vec<usize> {
    let strength = |i: usize| stimulus.map_or_else(|| m_at(seen, i), |c| c[i]);
    let mut order: Vec<usize> = (0..seen.len()).collect();
    order.sort_by(|a, b| strength(*a).total_cmp(&strength(*b)));
    order
}

fn ratio(h: &Measured, m: &Measured, present: bool) -> Measured {
    use crate::measure::Reading::Undefined;
    match (h.reading, m.reading) {
        (_, Undefined(why)) | (Undefined(why), _) => Measured::undefined(why, RATIO),
        _ => match (h.value(), m.value()) {
            (Some(a), Some(b)) if b > 0.0 => {
                let half = (h.uncertainty.unwrap_or(0.0) / b).hypot(a / b * m.uncertainty.unwrap_or(0.0) / b);
                Measured::new(100.0 * a / b, 100.0 * half, RATIO, NO_VALUE)
            }
            (None, Some(b)) if b > 0.0 && present => Measured::new(0.0, 0.0, RATIO, NO_VALUE),
            (None, Some(_)) => Measured::absent(RATIO),
            _ => Measured::undefined("no M response to compare with", RATIO),
        },
    }
}

fn doubts(
    options: &HReflexOptions,
    measured: &MeasuredSweeps,
    h: &HReflex,
    top: Option<usize>,
    stimulus: Option<&[f64]>,
) -> Vec<Doubt> {
    let mut out = Vec::new();
    let seen = &measured.seen;
    let n = seen.len();
    if n < FEW_SWEEPS {
        out.push(Doubt::new("few_sweeps", format!("{n} sweeps show no course with the stimulus")));
    }
    if stimulus.is_none() {
        let text = "the stimuli's strength is not known; sweeps are ordered by their M response";
        out.push(Doubt::new("stimulus_unknown", text));
    }
    if let Some(m) = h.m_max.value() {
        let order = course(seen, stimulus);
        if !at_plateau(seen, &order, m) {
            let top = strongest(&order).iter().map(|&i| m_at(seen, i));
            let least = top.fold(f64::MAX, f64::min);
            let text = format!(
                "M is not seen to have reached its largest: {:.1} to {:.1} mV at the strongest stimuli",
                1e3 * least,
                1e3 * m
            );
            out.push(Doubt::new("m_not_maximal", text));
        }
    }
    if let (Some(k), Some(m)) = (top, h.m_max.value()) {
        let order = course(seen, stimulus);
        let place = order.iter().position(|i| *i == k).unwrap_or(0);
        let left = order[place..].iter().map(|&i| amplitude(&seen[i])).fold(f64::MAX, f64::min);
        if left > options.fallen_share * amplitude(&seen[k]) {
            out.push(Doubt::new("no_fall", "H is not seen to fall at stronger stimuli"));
        }
        let share = m_at(seen, k) / m;
        if share > options.m_share_at_h_max {
            let text = format!("the largest H lies at {:.0} % of the largest M", 100.0 * share);
            out.push(Doubt::new("late_maximum", text));
        }
    }
    if measured.cut_short {
        out.push(Doubt::new("window_cut", "the sweeps end before the H window does"));
    }
    if let Some(mains) = measured.mains {
        let amplitude = 1e6 * mains.sd * std::f64::consts::SQRT_2;
        out.push(Doubt::new(
            "mains",
            format!("{} Hz mains of {amplitude:.0} uV were subtracted", mains.frequency),
        ));
    }
    out
}
