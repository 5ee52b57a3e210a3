//! How like the train's common shape a potential is.

use super::potential::Marks;
use crate::ncs::late::smooth_width;

/// Shifts tried, s.
const REACH_S: f64 = 0.001;

/// Correlation at the best shift, noise taken off, and that shift in s.
pub(super) fn compare(r: &[f64], common: &[f64], marks: &Marks, fs: f64, sigma: f64) -> (Option<f64>, f64) {
    let to = (marks.end + (marks.end - marks.onset)).min(r.len());
    let (from, n) = (marks.onset, to.saturating_sub(marks.onset));
    let reach = i64::try_from(smooth_width(REACH_S, fs)).unwrap_or(1);
    if n < 8 {
        return (None, 0.0);
    }
    let at = |t: usize, lag: i64| {
        usize::try_from(t as i64 + lag).ok().and_then(|k| r.get(k)).copied().unwrap_or(0.0)
    };
    let at_lag = |lag: i64| -> (f64, f64, f64) {
        let (mut cc, mut rr, mut cr) = (0.0, 0.0, 0.0);
        for (t, c) in common.iter().enumerate().take(to).skip(from) {
            let v = at(t, lag);
            cc += c * c;
            rr += v * v;
            cr += c * v;
        }
        (cc, rr, cr)
    };
    let correlation = |lag: i64| {
        let (cc, rr, cr) = at_lag(lag);
        // Noise holds no shape: its energy is taken off before the two are compared.
        let clean = (rr - n as f64 * sigma * sigma).max(0.25 * rr);
        if cc > 0.0 && clean > 0.0 { cr / (cc * clean).sqrt() } else { f64::NAN }
    };
    let Some(best) = (-reach..=reach).max_by(|a, b| correlation(*a).total_cmp(&correlation(*b))) else {
        return (None, 0.0);
    };
    let (a, b, c) = (correlation(best - 1), correlation(best), correlation(best + 1));
    if !b.is_finite() {
        return (None, 0.0);
    }
    let bend = a - 2.0 * b + c;
    let part = if bend < 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    let rho = b.clamp(-1.0, 1.0);
    (Some(rho), (best as f64 + part) / fs)
}
