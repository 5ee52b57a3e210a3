//! A response cut off at the recorder's limit.

/// Equal samples in a row at the extreme that are too many for a peak of noise. Ours.
const RUN: usize = 4;

/// Steps of the recorder that a round top cannot fall by; twice the 9 that it does. Ours.
const FALLEN: f64 = 18.0;

/// Whether the samples stay at their largest or smallest value as no peak does: a run of equal extreme values that is too
/// long for how the trace falls beside it, or that noise would have broken. `noise` is that of one sample.
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
        let quantum = quantum(x);
        // A round top that is flat for so long falls by 9 steps of the recorder over as many samples again.
        let before = start.checked_sub(run).map(|k| x[k]);
        let behind = x.get(i + run - 1).copied();
        let fallen = before.into_iter().chain(behind).map(|v| (v - limit).abs()).fold(0.0, f64::max);
        // Noise of more than a step breaks every run at a natural top.
        if noise > quantum || fallen > FALLEN * quantum {
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
