//! What a scan says about its units, as numbers that depend neither on its size nor on the strength of its
//! stimuli: inputs of the regression of [`super::units`].

use super::Scan;
use super::noise::Noise;

/// How many numbers.
pub const STATISTICS: usize = 79;

/// A scan put in order: by rising stimulus, its foot at 0 and its top at 1.
#[derive(Debug, Clone)]
pub(super) struct Ordered {
    /// Logarithm of the stimulus.
    pub(super) x: Vec<f64>,
    /// Response over the scan's size.
    pub(super) u: Vec<f64>,
    /// The nearest rising curve to `u`.
    pub(super) level: Vec<f64>,
    /// Size, foot to top, mV.
    pub(super) size_mv: f64,
    /// Lowest response, mV.
    pub(super) foot_mv: f64,
    pub(super) noise: Noise,
}

/// Share of the responses that tell the scan's foot and top, and their least number.
const END_SHARE: usize = 40;
const END_FEWEST: usize = 5;
/// Smallest stimulus that has a logarithm here, mA.
const LEAST_MA: f64 = 1e-3;

fn median(x: &[f64]) -> f64 {
    let mut x = x.to_vec();
    x.sort_unstable_by(f64::total_cmp);
    let n = x.len();
    if n == 0 { 0.0 } else { (x[n / 2] + x[(n - 1) / 2]) / 2.0 }
}

#[expect(clippy::cast_precision_loss, reason = "at most 20 000 stimuli, 2e8 pairs")]
fn float(n: usize) -> f64 {
    n as f64
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a length")]
fn at(share: f64, n: usize) -> usize {
    (share * float(n - 1)) as usize
}

impl Ordered {
    /// `None` when the scan does not rise.
    pub(super) fn of(scan: &Scan) -> Option<Self> {
        let mut order: Vec<usize> = scan.range.clone().collect();
        order.sort_by(|a, b| scan.stimulus_ma[*a].total_cmp(&scan.stimulus_ma[*b]));
        let y: Vec<f64> = order.iter().map(|i| scan.amplitude_mv[*i]).collect();
        let n = y.len();
        let k = (n / END_SHARE).max(END_FEWEST).min(n);
        let (foot, top) = (median(&y[..k]), median(&y[n - k..]));
        let size = top - foot;
        if size <= 0.0 {
            return None;
        }
        let noise = Noise::of(scan, &order, foot, top);
        let u: Vec<f64> = y.iter().map(|v| (v - foot) / size).collect();
        let x = order.iter().map(|i| scan.stimulus_ma[*i].max(LEAST_MA).ln()).collect();
        let level = rising(&u);
        Some(Ordered { x, u, level, size_mv: size, foot_mv: foot, noise })
    }

    /// Interpolated logarithm of the stimulus at which the rising curve passes `share`.
    pub(super) fn stimulus_at(&self, share: f64) -> f64 {
        let i = self.level.partition_point(|l| *l < share);
        if i == 0 || i >= self.x.len() {
            return self.x[i.min(self.x.len() - 1)];
        }
        let (a, b) = (self.level[i - 1], self.level[i]);
        let part = if b > a { (share - a) / (b - a) } else { 1.0 };
        self.x[i - 1] + part * (self.x[i] - self.x[i - 1])
    }
}

/// The nearest non-falling sequence in least squares: neighbours that fall are pooled (Ayer et al. 1955).
fn rising(u: &[f64]) -> Vec<f64> {
    let mut pools: Vec<(f64, usize)> = Vec::new();
    for &v in u {
        let mut pool = (v, 1);
        while let Some(&(sum, n)) = pools.last() {
            if sum / float(n) <= pool.0 / float(pool.1) {
                break;
            }
            pool = (pool.0 + sum, pool.1 + n);
            pools.pop();
        }
        pools.push(pool);
    }
    pools.iter().flat_map(|&(sum, n)| std::iter::repeat_n(sum / float(n), n)).collect()
}

/// Shares of the response for the numbers of largest gaps that pass them.
const PASSED: [f64; 4] = [0.25, 0.5, 0.75, 0.9];
/// Ranks of gaps.
const RANKS: [usize; 9] = [1, 2, 3, 5, 8, 13, 21, 34, 55];
/// Shares of the sorted second differences.
const QUANTILES: [f64; 6] = [0.5, 0.8, 0.9, 0.97, 0.99, 1.0];
/// Widths of the blocks, logarithm of the stimulus: from below to far above a threshold's spread.
const BLOCKS: [f64; 5] = [0.006, 0.0125, 0.025, 0.05, 0.1];
/// Distances of responses that count as alike, share of the scan.
const ALIKE: [f64; 6] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05];
/// Least of what a logarithm is taken of: a share of the scan, and its square.
const FLOOR: f64 = 1e-6;
const SQUARE_FLOOR: f64 = 1e-7;

fn log(x: f64, floor: f64) -> f64 {
    x.max(floor).ln()
}

/// All statistics, finite.
pub(super) fn statistics(o: &Ordered) -> [f64; STATISTICS] {
    let mut out = Vec::with_capacity(STATISTICS);
    gaps(o, &mut out);
    curve(o, &mut out);
    differences(o, &mut out);
    blocks(o, &mut out);
    alike(o, &mut out);
    clear(o, &mut out);
    out.push(log(o.noise.foot / o.size_mv, FLOOR));
    out.push(log(o.noise.top / o.size_mv, FLOOR));
    let n = o.x.len();
    out.push(log(float(n) / (o.x[n - 1] - o.x[0]).max(1e-3), 1.0));
    out.push(log(float(steep(o).count()), 1.0));
    let mut all = [0.0; STATISTICS];
    for (to, from) in all.iter_mut().zip(&out) {
        *to = if from.is_finite() { *from } else { 0.0 };
    }
    debug_assert_eq!(out.len(), STATISTICS, "one number for each statistic");
    all
}

/// Rows where part of the units responds.
fn steep(o: &Ordered) -> impl Iterator<Item = usize> {
    (0..o.u.len()).filter(|i| (0.03..0.97).contains(&o.level[*i]))
}

/// Gaps between neighbours in size: a scan of few units has few levels.
fn gaps(o: &Ordered, out: &mut Vec<f64>) {
    let mut sorted = o.u.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let mut gaps: Vec<f64> = sorted.windows(2).map(|w| w[1] - w[0]).collect();
    gaps.sort_unstable_by(|a, b| b.total_cmp(a));
    let total: f64 = gaps.iter().sum();
    for share in PASSED {
        let mut sum = 0.0;
        let passed = gaps.iter().take_while(|g| {
            sum += **g;
            sum <= share * total
        });
        out.push(float(passed.count() + 1).ln());
    }
    for rank in RANKS {
        out.push(log(gaps[(rank - 1).min(gaps.len() - 1)], FLOOR));
    }
}

/// Width and lean of the curve.
fn curve(o: &Ordered, out: &mut Vec<f64>) {
    let x = [0.05, 0.25, 0.5, 0.75, 0.95].map(|s| o.stimulus_at(s));
    let width = (x[4] - x[0]).max(1e-4);
    out.push(width.ln());
    out.push(log(x[3] - x[1], 1e-4));
    out.push((x[2] - x[0]) / width);
}

/// Second differences: what differs from response to response at almost the same stimulus. Their variance
/// per logarithm of the stimulus, summed, is Σ a²·RS/√π for units of size a.
fn differences(o: &Ordered, out: &mut Vec<f64>) {
    let n = o.u.len();
    let (foot, top) = ((o.noise.foot / o.size_mv).powi(2), (o.noise.top / o.size_mv).powi(2));
    let (mut raw, mut net, mut squares, mut fourth) = (0.0, 0.0, 0.0, 0.0);
    let mut quarters = [(0.0f64, 0.0f64, 0.0f64); 4];
    let mut sizes = Vec::with_capacity(n);
    for i in 1..n - 1 {
        let e = o.u[i] - (o.u[i - 1] + o.u[i + 1]) / 2.0;
        let step = (o.x[i + 1] - o.x[i - 1]) / 2.0;
        let level = o.level[i].clamp(0.0, 1.0);
        let variance = e * e / 1.5;
        let own = variance - (foot + (top - foot) * level);
        raw += variance * step;
        net += own * step;
        squares += e * e;
        fourth += e.powi(4);
        sizes.push(e.abs());
        if (0.005..0.995).contains(&o.level[i]) {
            let q = &mut quarters[at(level, 5).min(3)];
            q.0 += own * step;
            q.1 = q.1.max(e.abs());
            q.2 += step;
        }
    }
    out.push(log(net, SQUARE_FLOOR));
    out.push(log(raw, SQUARE_FLOOR));
    out.push(log(fourth * float(n - 2) / (squares * squares).max(1e-30), 1e-3));
    sizes.sort_unstable_by(f64::total_cmp);
    out.extend(QUANTILES.map(|q| log(sizes[at(q, sizes.len())], FLOOR)));
    for (net, largest, width) in quarters {
        out.push(log(net, SQUARE_FLOOR));
        out.push(log(largest, FLOOR));
        out.push(log(width, 1e-4));
    }
}

/// Second differences of block means, as in the Allan variance: in wide blocks the chance of each response
/// is averaged away and the thresholds' own places remain.
fn blocks(o: &Ordered, out: &mut Vec<f64>) {
    let n = o.u.len();
    let (foot, top) = ((o.noise.foot / o.size_mv).powi(2), (o.noise.top / o.size_mv).powi(2));
    let noise = (foot + top) / 2.0;
    let mut sums = Vec::with_capacity(n + 1);
    sums.push(0.0);
    for v in &o.u {
        sums.push(sums[sums.len() - 1] + v);
    }
    let step = ((o.x[n - 1] - o.x[0]) / float(n - 1)).max(1e-6);
    for width in BLOCKS {
        let most = ((n - 2) / 3).max(1);
        let length = (1..most).find(|l| float(*l) + 0.5 > width / step).unwrap_or(most);
        let mean = |i: usize| (sums[i + length] - sums[i]) / float(length);
        let mut sizes: Vec<f64> = (0..=n - 3 * length)
            .map(|i| (mean(i + 2 * length) - 2.0 * mean(i + length) + mean(i)).abs())
            .collect();
        let count = float(sizes.len());
        let square = sizes.iter().map(|a| a * a).sum::<f64>() / count;
        let fourth = sizes.iter().map(|a| a.powi(4)).sum::<f64>() / count;
        out.push(log(square - 6.0 * noise / float(length), SQUARE_FLOOR));
        out.push(log(fourth / (square * square).max(1e-30), 1e-3));
        sizes.sort_unstable_by(f64::total_cmp);
        out.push(log(sizes[at(0.9, sizes.len())], FLOOR));
        out.push(log(sizes[sizes.len() - 1], FLOOR));
    }
}

/// Share of the pairs of responses on the slope that are alike: levels that return tell of few units.
fn alike(o: &Ordered, out: &mut Vec<f64>) {
    let mut u: Vec<f64> = steep(o).map(|i| o.u[i]).collect();
    u.sort_unstable_by(f64::total_cmp);
    let pairs = float(u.len() * u.len().saturating_sub(1) / 2).max(1.0);
    for distance in ALIKE {
        let mut end = 0;
        let mut count = 0;
        for i in 0..u.len() {
            while end < u.len() && u[end] - u[i] < distance {
                end += 1;
            }
            count += end - i - 1;
        }
        out.push(log(float(count) / pairs, 1e-6));
    }
}

/// Multiples of the noise that gaps and differences are held against.
const CLEAR_GAPS: [f64; 4] = [2.0, 3.0, 4.5, 7.0];
const CLEAR_DIFFERENCES: [f64; 4] = [2.5, 4.0, 7.0, 12.0];
/// Differences so clear are a unit that comes or goes; such places closer than this on the logarithm of the
/// stimulus are one zone of uncertain units.
const CLEAR: f64 = 4.0;
const ZONE: f64 = 0.012;
/// Responses of a window that may be a plateau, and how large its spread may be in multiples of the noise.
const PLATEAU: usize = 9;
const FLAT: [f64; 2] = [1.4, 2.5];

/// What stands clear of the noise: levels, single units, zones where units are uncertain, plateaus between.
fn clear(o: &Ordered, out: &mut Vec<f64>) {
    let n = o.u.len();
    let (foot, top) = ((o.noise.foot / o.size_mv).powi(2), (o.noise.top / o.size_mv).powi(2));
    let noise = |level: f64| (foot + (top - foot) * level.clamp(0.0, 1.0)).sqrt().max(FLOOR);
    let mut sorted = o.u.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    for multiple in CLEAR_GAPS {
        let count = sorted.windows(2).filter(|w| w[1] - w[0] > multiple * noise(w[0])).count();
        out.push(float(count + 1).ln());
    }
    // A second difference of noise alone has √1.5 times its spread.
    let ratio =
        |i: usize| (o.u[i] - (o.u[i - 1] + o.u[i + 1]) / 2.0).abs() / (1.5f64.sqrt() * noise(o.level[i]));
    for multiple in CLEAR_DIFFERENCES {
        let count = (1..n - 1).filter(|i| ratio(*i) > multiple).count();
        out.push(float(count + 1).ln());
    }
    let (mut zones, mut width, mut last) = (0usize, 0.0, f64::MIN);
    for i in (1..n - 1).filter(|i| ratio(*i) > CLEAR) {
        if o.x[i] - last > ZONE {
            zones += 1;
        } else {
            width += o.x[i] - last;
        }
        last = o.x[i];
    }
    out.push(float(zones + 1).ln());
    out.push(log(width, 1e-3));
    for multiple in FLAT {
        let flat = steep(o).filter(|i| {
            let from = i.saturating_sub(PLATEAU / 2).min(n.saturating_sub(PLATEAU));
            let window = &o.u[from..(from + PLATEAU).min(n)];
            let mean = window.iter().sum::<f64>() / float(window.len());
            let square = window.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / float(window.len() - 1);
            square.sqrt() < multiple * noise(o.level[*i])
        });
        out.push(float(flat.count() + 1).ln() - float(steep(o).count() + 1).ln());
    }
}
