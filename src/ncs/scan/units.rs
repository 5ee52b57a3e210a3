//! How many units a scan has: a regression on the scan's statistics, fitted on simulated scans whose units
//! are known.
//!
//! The model behind it is that of every fit of a scan: a unit of size a responds when the stimulus passes
//! its threshold θ(1 + RS·ξ), ξ normal and new for each stimulus; the response is the sum of the sizes plus
//! noise. Its likelihood cannot be written down for a hundred units, so their number is inferred from
//! simulations: of scans whose numbers, sizes, thresholds, spreads, stimuli, noise and drift are drawn as widely
//! as laboratories may meet them (`examples/scan_statistics.rs`), a small network learns the mean and the
//! spread of the logarithm of the number given [`Scan::statistics`] (`examples/fit_scan_units.py`). The spread
//! is that of the simulated scans that look like this one: it holds the chance of the recording and what a
//! scan cannot tell, the units below the noise above all.
//!
//! The classical moment estimator is among the statistics: variance of the responses over the slope of the
//! curve gives the effective number (Σa)²/Σa².

use super::Scan;
use super::network::{Answer, answers, strangeness};
use super::statistics::{Ordered, statistics};
use crate::ncs::Measured;

/// Number and sizes of the units of a scan.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitNumber {
    /// Number of units, as a real number.
    pub units: Measured,
    /// Effective number (Σa)²/Σa²: that many equal units would make the same variance.
    pub effective: Measured,
    /// Number of the largest units that make half of the response.
    pub half: Measured,
    /// Mean size, V.
    pub mean_size: Measured,
    /// Size of the largest unit, V.
    pub largest: Measured,
    /// Relative spread: standard deviation of a threshold from stimulus to stimulus over its mean.
    pub relative_spread: Measured,
    /// Standard deviation of a single response where none and where all units respond, V.
    pub noise: Option<[f64; 2]>,
    /// What speaks against trusting the numbers; empty when nothing does.
    pub doubts: Vec<&'static str>,
}

const METHOD: &str = "regression on the scan's statistics, fitted on simulated scans";

/// Fewest responses that are judged at all, and on the slope. Ours: a quarter and a sixth of a usual scan;
/// the simulations reach down to 160.
const FEWEST: usize = 100;
const FEWEST_STEEP: usize = 40;
/// Below these a number stands with a doubt.
const FEW: usize = 200;
const FEW_STEEP: usize = 80;
/// Part of the curve that is the slope.
const STEEP: std::ops::Range<f64> = 0.03..0.97;
/// Least size of a scan, in noise standard deviations of its better end (at the worse one units may come and
/// go). Ours.
const LEAST_SIZE: f64 = 8.0;
/// Shares of the response outside the scan: beyond the first the number is scaled and doubted, beyond the
/// second it is not given. The simulations cut up to about a third.
const OUTSIDE: f64 = 0.05;
const OUTSIDE_MOST: f64 = 0.4;
/// Relative error of the number of units of an unseen part, taken as like the seen one. Ours.
const UNSEEN: f64 = 0.4;
/// Fall of the curve, share of the scan, that is doubted and that is refused, between blocks of a twelfth of
/// it: of a single unit that comes and goes, shorter ones would fall by chance.
const FALL: f64 = 0.12;
const FALL_MOST: f64 = 0.3;
/// Half-width of a 95 % interval in standard deviations.
const NORMAL_95: f64 = 1.96;
/// Units below so many standard deviations of the noise cannot be told one by one.
const IDENTIFIABLE: f64 = 3.0;

/// The answers for a scan of two levels, which is one of one unit: logarithms of the number, the effective
/// number, the units that make half, the spread (that of most nerves, within a factor of two) and the largest
/// share. The simulations begin at two units. Ours.
const ONE_UNIT: [Answer; 5] = [
    Answer { mean: 0.0, sd: 0.1 },
    Answer { mean: 0.0, sd: 0.1 },
    Answer { mean: -std::f64::consts::LN_2, sd: 0.1 },
    Answer { mean: -4.1, sd: 0.35 },
    Answer { mean: 0.0, sd: 0.1 },
];
/// Responses in the middle of the scan that two levels leave, and where the middle is.
const BETWEEN: f64 = 0.005;
const MIDDLE: std::ops::Range<f64> = 0.2..0.8;

impl Ordered {
    /// Whether all responses lie at the foot or at the top, the noise being far too small to hide others.
    #[expect(clippy::cast_precision_loss, reason = "at most 20 000 stimuli")]
    fn is_of_two_levels(&self) -> bool {
        let worse = self.noise.foot.max(self.noise.top) / self.size_mv;
        let between = self.u.iter().filter(|u| MIDDLE.contains(u)).count() as f64;
        worse < 0.05 && between <= BETWEEN * self.u.len() as f64
    }
}

impl UnitNumber {
    fn undefined(why: &'static str) -> Self {
        let none = Measured::undefined(why, METHOD);
        UnitNumber {
            units: none,
            effective: none,
            half: none,
            mean_size: none,
            largest: none,
            relative_spread: none,
            noise: None,
            doubts: Vec::new(),
        }
    }
}

/// A logarithm's mean and SD as a number with its half-width, times `scale`.
fn measured(answer: Answer, scale: f64) -> Measured {
    let value = answer.mean.exp() * scale;
    let (low, high) = ((-NORMAL_95 * answer.sd).exp(), (NORMAL_95 * answer.sd).exp());
    Measured::new(value, value * (high - low) / 2.0, METHOD, "the regression gave no finite number")
}

impl Scan {
    /// Number and sizes of the units, with their spread.
    ///
    /// Undefined with the reason for a scan that is too short (fewer than 100 responses, 40 on the slope),
    /// does not rise, falls on its way by 30 %, is hardly larger than its noise, or covers less than 60 % of
    /// the response.
    pub fn unit_number(&self) -> UnitNumber {
        if self.range.len() < FEWEST {
            return UnitNumber::undefined("fewer than 100 responses in the scan");
        }
        let Some(o) = Ordered::of(self) else {
            return UnitNumber::undefined("the responses do not rise with the stimulus");
        };
        let worse = o.noise.foot.max(o.noise.top);
        if o.size_mv < LEAST_SIZE * o.noise.foot.min(o.noise.top) {
            return UnitNumber::undefined("the scan is hardly larger than its noise");
        }
        let steep = o.level.iter().filter(|l| STEEP.contains(l)).count();
        let single = o.is_of_two_levels();
        if steep < FEWEST_STEEP && !single {
            return UnitNumber::undefined("fewer than 40 responses on the slope of the scan");
        }
        let fall = fall(&o.u);
        if fall > FALL_MOST {
            return UnitNumber::undefined("the responses fall while the stimulus rises");
        }
        let (below, above) = self.outside(&o);
        let outside = below + above;
        if outside > OUTSIDE_MOST {
            return UnitNumber::undefined("the scan covers less than 60 % of the response");
        }
        let values = statistics(&o);
        let mut a = answers(&values);
        if single {
            a = ONE_UNIT;
        }
        let mut doubts = self.doubts(&o, steep, fall);
        let mut scale = 1.0;
        if outside > OUTSIDE {
            scale = 1.0 / (1.0 - outside);
            doubts.push(
                "part of the response lies outside the scan; its units are taken to be like the others",
            );
            for answer in &mut a[..3] {
                answer.sd = answer.sd.hypot(UNSEEN * outside);
            }
        }
        // More than a few of 79: the regression is asked about what it never saw.
        if strangeness(&values) > 6 {
            doubts.push("the scan is unlike all that the method was made on");
        }
        let [units, effective, half, spread, largest] = a;
        // The mean size is what is there over the number: its logarithm has the number's spread.
        let mean = Answer { mean: -units.mean, sd: units.sd };
        let volts = o.size_mv * 1e-3;
        if volts * (-units.mean).exp() < IDENTIFIABLE * worse * 1e-3 {
            doubts.push(
                "the mean unit is below three standard deviations of the noise: small units are inferred",
            );
        }
        UnitNumber {
            units: measured(units, scale),
            effective: measured(effective, scale),
            half: measured(half, scale),
            mean_size: measured(mean, volts),
            largest: measured(largest, volts),
            relative_spread: measured(spread, 1.0),
            noise: Some([o.noise.foot * 1e-3, o.noise.top * 1e-3]),
            doubts,
        }
    }

    /// Shares of the whole response below the scan's foot and above its top. The foot is measured from zero:
    /// a scan gives amplitudes, and below all thresholds there is none. The top is held against responses to
    /// stronger stimuli beside the scan.
    fn outside(&self, o: &Ordered) -> (f64, f64) {
        let top = o.foot_mv + o.size_mv;
        let strongest = self.trimmed_ma().iter().copied().fold(0.0, f64::max);
        let beside = (0..self.stimulus_ma.len())
            .filter(|i| !self.range.contains(i) && self.stimulus_ma[*i] >= strongest)
            .map(|i| self.amplitude_mv[i]);
        let mut beside: Vec<f64> = beside.collect();
        beside.sort_unstable_by(f64::total_cmp);
        let whole = beside.get(beside.len() / 2).copied().unwrap_or(top).max(top);
        if whole <= 0.0 {
            return (0.0, 0.0);
        }
        ((o.foot_mv / whole).clamp(0.0, 1.0), ((whole - top) / whole).clamp(0.0, 1.0))
    }

    fn doubts(&self, o: &Ordered, steep: usize, fall: f64) -> Vec<&'static str> {
        let mut out = Vec::new();
        if self.range.len() < FEW || steep < FEW_STEEP {
            out.push("few responses: fewer than 200, or fewer than 80 on the slope");
        }
        if fall > FALL {
            out.push("the responses fall on the way up: the recording drifted or the electrode moved");
        }
        let (n, k) = (o.level.len(), o.level.len() / 40);
        if o.level[n - 1 - k] - o.level[n - 1 - 3 * k.max(1)] > OUTSIDE {
            out.push("the responses still rise at the strongest stimuli: the scan may not reach them all");
        }
        if o.level[3 * k.max(1)] - o.level[k] > OUTSIDE {
            out.push("units still respond at the weakest stimuli: the scan may not reach below them all");
        }
        if !self.stated {
            out.push("which responses belong to the scan was not stated");
        }
        out
    }
}

/// Largest fall from an earlier block's mean to a later one's.
#[expect(clippy::cast_precision_loss, reason = "at most 20 000 stimuli")]
fn fall(u: &[f64]) -> f64 {
    let length = (u.len() / 12).max(8);
    let (mut highest, mut fall) = (f64::MIN, 0.0f64);
    for block in u.chunks(length) {
        let mean = block.iter().sum::<f64>() / block.len() as f64;
        highest = highest.max(mean);
        fall = fall.max(highest - mean);
    }
    fall
}
