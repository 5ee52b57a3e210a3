//! Maximum, stimuli at given shares of it, noise and steps.

use super::Scan;
use super::statistics::Ordered;
use crate::ncs::Measured;

/// Largest response and the stimuli for shares of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Levels {
    /// Largest response, V: median over the strongest stimuli, those beside the scan among them.
    pub peak: Measured,
    /// Stimulus for 5 % of it, A.
    pub s5: Measured,
    /// For 50 %, A.
    pub s50: Measured,
    /// For 95 %, A.
    pub s95: Measured,
}

/// Steps: differences between responses that are neighbours in size.
#[derive(Debug, Clone, PartialEq)]
pub struct Steps {
    /// Standard deviation of a single response, V: the worse of the scan's two ends.
    pub noise: Measured,
    /// Number of steps above 2.5 standard deviations of the noise.
    pub count: Measured,
    /// Their sum over the scan's size, 1.
    pub share: Measured,
    /// The largest steps, V, greatest first; at most ten.
    pub largest: Vec<f64>,
}

const PEAK: &str = "median response to the strongest stimuli";
const LEVEL: &str = "crossing of the nearest rising curve";
const NOISE: &str = "median difference of successive responses at the scan's ends";
const STEP: &str = "differences of sorted amplitudes";
const FLAT: &str = "the responses do not rise with the stimulus";
/// Half-width of a 95 % interval in standard deviations.
const NORMAL_95: f64 = 1.96;
/// Steps above so many standard deviations of the noise count.
const CLEAR: f64 = 2.5;
/// Largest steps that are told.
const TOLD: usize = 10;
/// Responses on each side of a crossing that its uncertainty is taken from: about a twentieth of a scan. Ours.
const SIDE: usize = 12;

#[expect(clippy::cast_precision_loss, reason = "at most 20 000 stimuli")]
fn float(n: usize) -> f64 {
    n as f64
}

impl Scan {
    /// Maximum and the stimuli for 5, 50 and 95 % of it. Shares count from zero, not from the scan's foot.
    pub fn levels(&self) -> Levels {
        let none = |method| Measured::undefined(FLAT, method);
        let Some(o) = Ordered::of(self) else {
            return Levels { peak: none(PEAK), s5: none(LEVEL), s50: none(LEVEL), s95: none(LEVEL) };
        };
        let (peak, peak_sd) = self.peak_mv(&o);
        let level = |share: f64| crossing(&o, (share * peak - o.foot_mv) / o.size_mv);
        Levels {
            peak: Measured::new(peak * 1e-3, NORMAL_95 * peak_sd * 1e-3, PEAK, FLAT),
            s5: level(0.05),
            s50: level(0.5),
            s95: level(0.95),
        }
    }

    /// Median of the responses to the strongest stimuli, and its standard error.
    fn peak_mv(&self, o: &Ordered) -> (f64, f64) {
        let strongest = self.trimmed_ma().iter().copied().fold(0.0, f64::max);
        let beside = (0..self.stimulus_ma.len())
            .filter(|i| !self.range.contains(i) && self.stimulus_ma[*i] >= strongest);
        let top = (o.u.len() / 40).max(5).min(o.u.len());
        let inside = o.u[o.u.len() - top..].iter().map(|u| o.foot_mv + u * o.size_mv);
        let mut all: Vec<f64> = beside.map(|i| self.amplitude_mv[i]).chain(inside).collect();
        all.sort_unstable_by(f64::total_cmp);
        let n = all.len();
        // The median's error from the middle half of the responses: 1.2533 σ/√n, σ = range of it/1.349.
        let quarter = (all[n - 1 - n / 4] - all[n / 4]) / 1.349;
        ((all[n / 2] + all[(n - 1) / 2]) / 2.0, 1.2533 * quarter / float(n).sqrt())
    }

    /// Noise and steps of the scan proper.
    pub fn steps(&self) -> Steps {
        let Some(o) = Ordered::of(self) else {
            let none = |method| Measured::undefined(FLAT, method);
            return Steps { noise: none(NOISE), count: none(STEP), share: none(STEP), largest: Vec::new() };
        };
        let noise = o.noise.foot.max(o.noise.top);
        let mut sorted = self.trimmed_mv().to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut steps: Vec<f64> =
            sorted.windows(2).map(|w| w[1] - w[0]).filter(|s| *s > CLEAR * noise).collect();
        steps.sort_unstable_by(|a, b| b.total_cmp(a));
        let size = sorted[sorted.len() - 1] - sorted[0];
        let share = steps.iter().sum::<f64>() / size;
        let plain = |value: f64| Measured::new(value, f64::NAN, STEP, FLAT);
        Steps {
            noise: Measured::new(noise * 1e-3, f64::NAN, NOISE, FLAT),
            count: plain(float(steps.len())),
            share: plain(share),
            largest: steps.iter().take(TOLD).map(|s| s * 1e-3).collect(),
        }
    }
}

/// Stimulus at which the rising curve passes `share` of the scan, A; its uncertainty from the scatter of the
/// responses about the curve nearby, over the curve's slope there, and the distance of the stimuli.
fn crossing(o: &Ordered, share: f64) -> Measured {
    let n = o.level.len();
    if share <= o.level[0] {
        return Measured::undefined("the scan does not reach so low", LEVEL);
    }
    if share > o.level[n - 1] {
        return Measured::undefined("the scan does not reach so high", LEVEL);
    }
    let x = o.stimulus_at(share);
    let i = o.level.partition_point(|l| *l < share);
    let (from, to) = (i.saturating_sub(SIDE), (i + SIDE).min(n - 1));
    let (rise, run) = (o.level[to] - o.level[from], o.x[to] - o.x[from]);
    let scatter = (from..=to).map(|k| (o.u[k] - o.level[k]).powi(2)).sum::<f64>();
    let error = scatter.sqrt() / float(to - from + 1);
    let log_half = NORMAL_95 * error * run / rise.max(1e-9) + run / float(to - from);
    let stimulus = x.exp() * 1e-3;
    Measured::new(stimulus, stimulus * log_half.min(run.max(1e-6)), LEVEL, FLAT)
}
