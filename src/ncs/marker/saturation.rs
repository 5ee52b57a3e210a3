//! A response cut off at the recorder's limit.

/// Equal samples in a row at the extreme that are too many for a peak of noise. Ours.
const RUN: usize = 4;

/// Whether the samples stay at their largest or smallest value as no peak does: a run of equal extreme values that is
/// entered by a step of several quantisation steps, or that noise would have broken. `noise` is that of one sample.
pub(super) fn is_cut(x: &[f64], noise: f64) -> bool {
    let (low, high) = super::noise::extremes(x);
    // A small flat trace is silence, not saturation.
    if high.total_cmp(&low).is_le() || high - low < 8.0 * noise {
        return false;
    }
    [low, high].into_iter().any(|limit| at(x, limit, noise))
}

fn at(x: &[f64], limit: f64, noise: f64) -> bool {
    let mut i = 0;
    while i < x.len() {
        if x[i].total_cmp(&limit).is_ne() {
            i += 1;
            continue;
        }
        let start = i;
        while i < x.len() && x[i].total_cmp(&limit).is_eq() {
            i += 1;
        }
        let run = i - start;
        if run < RUN {
            continue;
        }
        // The last step before and the first behind it: at a natural top both are one step of the recorder or less.
        let before = (start > 0).then(|| (x[start - 1] - limit).abs());
        let behind = (i < x.len()).then(|| (x[i] - limit).abs());
        let step = before.into_iter().chain(behind).fold(0.0, f64::max);
        let further_before = (start > 1).then(|| (x[start - 2] - limit).abs());
        let further_behind = (i + 1 < x.len()).then(|| (x[i + 1] - limit).abs());
        let further = further_before.into_iter().chain(further_behind).fold(0.0, f64::max);
        let quantum = quantum(x);
        // Noise of more than a step of the recorder breaks every run at a natural top.
        if noise > quantum || step > 3.0 * quantum || further > 6.0 * quantum {
            return true;
        }
    }
    false
}

/// The smallest step between neighbours that is not 0.
fn quantum(x: &[f64]) -> f64 {
    x.windows(2).map(|w| (w[1] - w[0]).abs()).filter(|d| *d > 0.0).fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_peak_is_seen_and_a_round_one_is_not() {
        let round: Vec<f64> = (0..400).map(|i| (100.0 * (f64::from(i) / 60.0).sin()).round()).collect();
        let cut: Vec<f64> = round.iter().map(|v| v.min(80.0)).collect();
        assert!(!is_cut(&round, 0.3), "the top of a sine in whole steps is flat for some samples");
        assert!(is_cut(&cut, 0.3));
        assert!(!is_cut(&[1.0; 50], 0.1) && !is_cut(&[], 0.1));
    }
}
