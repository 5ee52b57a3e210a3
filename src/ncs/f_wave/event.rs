//! Responses in a sweep that rests on zero, and their onsets.

use super::residual::Residual;
use crate::ncs::late::{Hinge, Onset, smooth_width};

/// A response starts with a deflection above this many noise SDs of the smoothed sweep. Ours.
const HIGH: f64 = 4.5;
/// And above this share of the least peak-to-peak amplitude: what mains and drift leave before a response is less. Ours.
const HIGH_SHARE: f64 = 0.4;
/// It reaches to where the sweep falls below this many. Ours.
const LOW: f64 = 2.5;
/// A rest shorter than this does not end it, s: F waves are polyphasic. Ours.
const GAP_S: f64 = 0.003;
/// The onset is looked for this long before the deflection stands out, s. Ours.
const LOOK_BACK_S: f64 = 0.003;

/// A response, in samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Event {
    /// First sample beyond the low threshold.
    pub(super) from: usize,
    /// First one beyond the high threshold.
    pub(super) crossing: usize,
    /// One past the last.
    pub(super) to: usize,
    /// Peak to peak, V, of the smoothed sweep.
    pub(super) amplitude: f64,
}

/// Responses of `s` between two samples, with peak-to-peak amplitudes of `least` or more.
pub(super) fn events(s: &[f64], from: usize, to: usize, sigma: f64, least: f64, fs: f64) -> Vec<Event> {
    let gap = smooth_width(GAP_S, fs);
    let (high, low) = ((HIGH * sigma).max(HIGH_SHARE * least), LOW * sigma);
    let mut out = Vec::new();
    let mut i = from;
    while i < to {
        if s[i].abs() < high {
            i += 1;
            continue;
        }
        let crossing = i;
        let mut begin = i;
        while begin > from && s[begin - 1].abs() >= low && s[begin - 1] * s[crossing] > 0.0 {
            begin -= 1;
        }
        let mut last = i;
        let mut j = i;
        while j < to && j - last < gap {
            if s[j].abs() >= low {
                last = j;
            }
            j += 1;
        }
        let (least_value, most) =
            s[begin..=last].iter().fold((0.0_f64, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
        if most - least_value >= least {
            out.push(Event { from: begin, crossing, to: last + 1, amplitude: most - least_value });
        }
        i = j.max(i + 1);
    }
    out
}

/// Share of the first extremum up to which the rise is fitted, and noise SDs from which on it is enough. Ours.
const RISE_SHARE: f64 = 0.85;
const RISE_LEAST_SHARE: f64 = 0.5;
const RISE_SIGMA: f64 = 25.0;

/// The onset of a response in sweep `i`.
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
pub(super) fn onset(residual: &Residual, i: usize, event: &Event) -> Onset {
    let s = &residual.s[i];
    let sigma = residual.noise_smoothed[i];
    // First extremum: from there the deflection falls back by more than noise does.
    let sign = s[event.crossing].signum();
    let mut top = event.crossing;
    for j in event.crossing..s.len() {
        let v = sign * s[j];
        if v > sign * s[top] {
            top = j;
        } else if sign * s[top] - v > LOW * sigma {
            break;
        }
    }
    let height = sign * s[top];
    let enough = (RISE_SHARE * height).min((RISE_SIGMA * sigma).max(RISE_LEAST_SHARE * height));
    let mut to = event.crossing;
    while to < top && sign * s[to] < enough {
        to += 1;
    }
    let to = to.max(event.from + 3) + 1;
    let back = smooth_width(LOOK_BACK_S, residual.fs);
    let from = event.from.saturating_sub(back).max(residual.tail);
    let hinge = Hinge {
        fs: residual.fs,
        noise: residual.noise[i],
        correlated: residual.correlated,
        from,
        earliest: (from + 3) as f64,
        crossing: event.crossing as f64,
        to,
    };
    hinge.fit(&residual.r[i]).unwrap_or(Onset { position: event.from as f64, sd: 0.0005 * residual.fs })
}
