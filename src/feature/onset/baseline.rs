//! What rest looks like in the series that a method compares with its threshold.

use super::Plan;

/// Shortest stretch that can show what rest is: 200 ms, the upper end of what Hodges and Bui 1996 use.
pub(super) const SEED_S: f64 = 0.2;
/// Blocks in that stretch, so that a block is 50 ms. Our choice.
pub(super) const SEED_BLOCKS: usize = 4;
/// A block belongs to rest while its power is below this many times that of rest. Our choice: 3 dB keeps
/// nearly all 50-ms blocks of noise, and activity 5 dB above the noise is 6 dB above rest.
const KEEP: f64 = 2.0;
/// How often rest is measured anew with the blocks that belong to it. Twice is enough for noise; going on
/// until nothing changes would climb a slowly rising contraction step by step.
const PASSES: usize = 2;

/// A block that varies by less than this share of the strongest block's mean is no signal. Our choice,
/// above rounding.
const DEAD: f64 = 1e-9;

/// Rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rest {
    pub(super) mean: f64,
    /// Population standard deviation.
    pub(super) sd: f64,
    /// Nothing below this is activity: [`KEEP`] times rest where rest was searched for (for it is chosen
    /// for being low), none where it was given.
    pub(super) floor: f64,
}

impl Rest {
    /// The level that activity exceeds (strictly).
    pub(super) fn threshold(&self, h: f64) -> f64 {
        (self.mean + h * self.sd).max(self.floor)
    }
}

/// Rest in `s`, one value per `1 / rate` seconds, growing with the `power`-th power of the signal.
pub(super) fn rest(plan: &Plan, s: &[f64], rate: f64, power: i32) -> Result<Rest, &'static str> {
    match plan.options.baseline {
        Some((from, to)) => given(s, from.0 * rate, to.0 * rate),
        None => found(s, rate, power),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the trace, just checked")]
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn given(s: &[f64], from: f64, to: f64) -> Result<Rest, &'static str> {
    if !(from >= 0.0 && to.round() <= s.len() as f64 && to.round() > from.round()) {
        return Err("the baseline does not lie within the trace");
    }
    let (mean, sd) = moments(s[from.round() as usize..to.round() as usize].iter().copied());
    Ok(Rest { mean, sd, floor: 0.0 })
}

fn found(s: &[f64], rate: f64, power: i32) -> Result<Rest, &'static str> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 1e9 · 0.05")]
    let block = ((SEED_S * rate).round() as usize / SEED_BLOCKS).max(1);
    #[expect(clippy::cast_precision_loss, reason = "a block has few samples")]
    let means: Vec<f64> = s.chunks_exact(block).map(|b| b.iter().sum::<f64>() / b.len() as f64).collect();
    if means.len() < SEED_BLOCKS {
        return Err("shorter than 200 ms");
    }
    let keep = KEEP.powf(f64::from(power) / 2.0);
    // What a recorder made up (zeros before it was switched on) is no rest while anything else is.
    let strongest = means.iter().fold(0.0, |m: f64, v| m.max(*v));
    let range = |b: &[f64]| b.iter().fold((f64::MAX, f64::MIN), |r, v| (r.0.min(*v), r.1.max(*v)));
    let spread = s.chunks_exact(block).map(range).map(|(low, high)| high - low);
    let live: Vec<bool> = spread.map(|d| d > DEAD * strongest).collect();
    let all = vec![true; means.len()];
    let of_live = level(&means, keep, &live)
        .filter(|l| means.iter().zip(&live).any(|(m, live)| *live && *m > l * keep))
        .map(|l| (l, &live));
    let Some((level, valid)) = of_live.or_else(|| level(&means, keep, &all).map(|l| (l, &all))) else {
        return Err("constant signal");
    };
    let is_rest = |b: usize| valid[b] && means[b] <= level * keep;
    // Next to activity a smoothed series already rises; those blocks are left out where others remain.
    let inner =
        |b: usize| is_rest(b) && (b == 0 || is_rest(b - 1)) && (b + 1 >= means.len() || is_rest(b + 1));
    let of = |chosen: &dyn Fn(usize) -> bool| {
        let blocks = s.chunks_exact(block).enumerate().filter(|(b, _)| chosen(*b));
        moments(blocks.flat_map(|(_, samples)| samples.iter().copied()))
    };
    let (mean, sd) = if (0..means.len()).any(inner) { of(&inner) } else { of(&is_rest) };
    Ok(Rest { mean, sd, floor: keep * mean })
}

/// The level of the quietest [`SEED_BLOCKS`] neighbours for which `valid` holds, and of what is like them;
/// `None` where there are no such neighbours.
#[expect(clippy::cast_precision_loss, reason = "few blocks")]
fn level(means: &[f64], keep: f64, valid: &[bool]) -> Option<f64> {
    let stretches =
        means.windows(SEED_BLOCKS).zip(valid.windows(SEED_BLOCKS)).filter(|(_, v)| v.iter().all(|v| *v));
    let mean = |w: &[f64]| w.iter().sum::<f64>() / SEED_BLOCKS as f64;
    let mut level = stretches.map(|(w, _)| mean(w)).min_by(f64::total_cmp)?;
    for _ in 0..PASSES {
        let rest = means.iter().zip(valid).filter(|(m, valid)| **valid && **m <= level * keep);
        level = moments(rest.map(|(m, _)| *m)).0;
    }
    Some(level)
}

/// Mean and population standard deviation; zeros of nothing.
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn moments(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let (n, sum) = values.clone().fold((0usize, 0.0), |(n, sum), v| (n + 1, sum + v));
    if n == 0 {
        return (0.0, 0.0);
    }
    let mean = sum / n as f64;
    let squares: f64 = values.map(|v| (v - mean) * (v - mean)).sum();
    (mean, (squares / n as f64).sqrt())
}
