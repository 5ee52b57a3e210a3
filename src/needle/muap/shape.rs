//! Measures of one potential, of an average or of a potential without noise.

use super::align::vertex;
use super::shift::{Place, Shifter, count};
use crate::dsp::turns::{Turn, turns};
use crate::measure::Reading;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

/// Least excursion of a phase and least change between turns, V. IFCN 2019; Stålberg et al. 1986.
pub const EXCURSION: f64 = 25e-6;
/// Sampling frequency below which a rise time is refused, Hz: a spike then has too few samples.
const RISE_HZ: f64 = 10_000.0;

/// The measures.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// Peak to peak between the samples, V.
    pub amplitude: f64,
    /// ∫|x| from onset to end, V·s.
    pub area: f64,
    /// Baseline crossings between excursions, plus 1.
    pub phases: usize,
    /// Reversals.
    pub turns: usize,
    /// From the positive peak before the main negative one to it, s.
    pub rise_time: Reading,
    /// First to last positive peak, s.
    pub spike_duration: Reading,
    /// Σ|Δx| over amplitude.
    pub irregularity: Reading,
}

/// Measures `x` inside `body`. `noise` is the SD of what is no potential, V; 0 for a potential without noise. A phase
/// and a turn need [`EXCURSION`] or 5 SD of the noise, where that is more, so that noise adds none.
pub fn measure(x: &[f64], body: RangeInclusive<usize>, noise: f64, fs: f64) -> Shape {
    let end = (*body.end()).min(x.len().saturating_sub(1));
    let start = (*body.start()).min(end);
    let part = x.get(start..=end).unwrap_or(&[]);
    let least = EXCURSION.max(5.0 * noise);
    // From the baseline to the baseline, so that the first and the last deflection count with their whole height.
    let mut whole = vec![0.0];
    whole.extend_from_slice(part);
    whole.push(0.0);
    let mut found = Vec::new();
    turns(&whole, least, &mut found);
    let mut signs: Vec<f64> = part.iter().filter(|v| v.abs() >= least).map(|v| v.signum()).collect();
    signs.dedup();
    let extremes = Extremes::new(part);
    let amplitude = extremes.high - extremes.low;
    let positive: Vec<&Turn> = positive_peaks(&found);
    let time = |t: &Turn| count(t.index) + vertex(&whole, t.index);
    let spike = match (positive.first(), positive.last()) {
        (Some(a), Some(b)) if b.index > a.index => Reading::Value((time(b) - time(a)) / fs),
        _ => Reading::Undefined("fewer than two positive peaks"),
    };
    let rise = if fs < RISE_HZ {
        Reading::Undefined("below 10 kHz a spike has too few samples")
    } else {
        rise_time(&whole, amplitude, noise)
            .map_or(Reading::Undefined("no negative peak"), |n| Reading::Value(n / fs))
    };
    // Changes below the noise are not the potential's: the zig-zag between turns of 4 SD.
    let mut fine = Vec::new();
    turns(&whole, (4.0 * noise).max(1e-9), &mut fine);
    let zigzag = fine.windows(2).map(|p| (p[1].value - p[0].value).abs()).sum::<f64>()
        + fine.first().map_or(0.0, |t| t.value.abs())
        + fine.last().map_or(0.0, |t| t.value.abs());
    Shape {
        amplitude,
        area: part.iter().map(|v| v.abs()).sum::<f64>() / fs,
        phases: signs.len().max(1),
        turns: found.len(),
        rise_time: rise,
        spike_duration: spike,
        irregularity: if amplitude > 0.0 {
            Reading::finite(zigzag / amplitude, "no amplitude")
        } else {
            Reading::Undefined("no amplitude")
        },
    }
}

/// Samples from the positive peak before the main negative one, or from the onset where there is none, to it. A
/// reversal below a twentieth of the amplitude or 5 SD of the noise does not part the rise.
fn rise_time(whole: &[f64], amplitude: f64, noise: f64) -> Option<f64> {
    let least = (0.05 * amplitude).max(5.0 * noise).max(f64::MIN_POSITIVE);
    let low = (0..whole.len()).min_by(|&a, &b| whole[a].total_cmp(&whole[b])).filter(|&j| whole[j] < 0.0)?;
    let (mut top, mut j) = (low, low);
    while j > 0 && whole[top] - whole[j] <= least {
        j -= 1;
        if whole[j] > whole[top] {
            top = j;
        }
    }
    Some(count(low - top) + vertex(whole, low) - if top > 0 { vertex(whole, top) } else { 0.0 })
}

fn positive_peaks(found: &[Turn]) -> Vec<&Turn> {
    let above = |i: usize| {
        let other = if i > 0 { found.get(i - 1) } else { found.get(1) };
        other.map_or(found[i].value > 0.0, |o| found[i].value > o.value)
    };
    (0..found.len()).filter(|&i| above(i)).map(|i| &found[i]).collect()
}

/// Highest and lowest value between the samples.
struct Extremes {
    high: f64,
    low: f64,
}

impl Extremes {
    fn new(x: &[f64]) -> Self {
        let at = |better: fn(f64, f64) -> bool| {
            let mut best: Option<usize> = None;
            for (j, v) in x.iter().enumerate() {
                if best.is_none_or(|b| better(*v, x[b])) {
                    best = Some(j);
                }
            }
            best.map_or(0.0, |j| {
                let between = peak_value(x, j);
                if better(between, x[j]) { between } else { x[j] }
            })
        };
        Extremes { high: at(|a, b| a > b), low: at(|a, b| a < b) }
    }
}

static TABLE: LazyLock<Shifter> = LazyLock::new(Shifter::new);

/// Value at the extreme near sample `j`, interpolated.
fn peak_value(x: &[f64], j: usize) -> f64 {
    let reach = 24.min(j).min(x.len() - 1 - j);
    if reach < 8 {
        return x[j];
    }
    let part = &x[j - reach..=j + reach];
    let about = count(reach) + vertex(x, j);
    let mut near = [0.0; 1];
    TABLE.read(part, Place::of(about), &mut near);
    near[0]
}
