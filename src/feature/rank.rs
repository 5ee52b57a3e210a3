//! Quantiles without a full sort.

use crate::dsp::simd::widest;

/// The samples in buckets of equal width, in ascending order of bucket; a bucket is sorted when one of its
/// places is first asked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranked {
    values: Vec<f64>,
    bucket: Vec<u32>,
    starts: Starts,
    min: f64,
    scale: f64,
}

const BUCKETS: usize = 256;

/// Where each bucket starts, the one after the last ends the last; and whether it is sorted.
#[derive(Debug, Clone)]
struct Starts {
    at: [u32; BUCKETS + 1],
    is_sorted: [bool; BUCKETS],
}

impl Default for Starts {
    fn default() -> Self {
        Starts { at: [0; BUCKETS + 1], is_sorted: [false; BUCKETS] }
    }
}

/// The bucket of a value: adding 2^52 leaves the nearest integer in the low bits, and rounding keeps order.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low bits are what is asked for")]
fn bucket(v: f64, min: f64, scale: f64) -> u32 {
    ((v - min) * scale + 4_503_599_627_370_496.0).to_bits() as u32 & (BUCKETS as u32 - 1)
}

impl Ranked {
    /// Takes at least one finite value, all between `min` and `max`.
    #[expect(clippy::cast_precision_loss, reason = "few buckets")]
    pub(super) fn load(&mut self, x: &[f64], min: f64, max: f64) {
        let scale = (BUCKETS - 1) as f64 / (max - min);
        // A constant, or a range beyond all measure: one bucket.
        (self.min, self.scale) = if scale.is_finite() && scale > 0.0 { (min, scale) } else { (0.0, 0.0) };
        let Ranked { values, bucket: buckets, starts, min, scale } = self;
        buckets.resize(x.len(), 0);
        widest(
            #[inline(always)]
            || buckets.iter_mut().zip(x).for_each(|(b, &v)| *b = bucket(v, *min, *scale)),
        );
        let mut next = [0u32; BUCKETS];
        for &b in &*buckets {
            next[b as usize % BUCKETS] += 1;
        }
        let mut sum = 0;
        for (n, start) in next.iter_mut().zip(&mut starts.at) {
            *start = sum;
            sum += std::mem::replace(n, sum);
        }
        starts.at[BUCKETS] = sum;
        starts.is_sorted = [false; BUCKETS];
        values.resize(x.len(), 0.0);
        for (&b, &v) in buckets.iter().zip(x) {
            let to = &mut next[b as usize % BUCKETS];
            values[*to as usize] = v;
            *to += 1;
        }
    }

    /// The value at place `k` of the ascending order.
    fn at(&mut self, k: usize) -> f64 {
        // Whatever stands there is of the right bucket.
        let b = bucket(self.values[k], self.min, self.scale) as usize;
        if !std::mem::replace(&mut self.starts.is_sorted[b], true) {
            let range = self.starts.at[b] as usize..self.starts.at[b + 1] as usize;
            sort(&mut self.values[range]);
        }
        self.values[k]
    }

    /// Type-7 quantile: linear between the order statistics around `(N-1)·q`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to N-1")]
    #[expect(clippy::cast_precision_loss, reason = "window lengths stay far below 2^52")]
    pub(super) fn quantile(&mut self, q: f64) -> f64 {
        let last = self.values.len() - 1;
        let place = last as f64 * q;
        let below = place.floor() as usize;
        let (a, b) = (self.at(below), self.at((below + 1).min(last)));
        a + (place - place.floor()) * (b - a)
    }

    /// Median of |x - median|.
    pub(super) fn median_absolute_deviation(&mut self) -> f64 {
        let (n, median) = (self.values.len(), self.quantile(0.5));
        // Two ascending lists: what lies below the median, from it downwards, and the rest, upwards.
        let mut split = n / 2;
        while split > 0 && self.at(split - 1) >= median {
            split -= 1;
        }
        while split < n && self.at(split) < median {
            split += 1;
        }
        // The k-th smallest of both: how many of the first k + 1 are from below, by halving.
        let k = (n - 1) / 2;
        let (mut lo, mut hi) = ((k + 1).saturating_sub(n - split), (k + 1).min(split));
        while lo < hi {
            let i = usize::midpoint(lo, hi);
            if self.is_nearer(median, split, i, k - i) { lo = i + 1 } else { hi = i }
        }
        let from_below = if lo > 0 { self.below(median, split, lo - 1) } else { f64::NEG_INFINITY };
        let from_above = if k + 1 > lo { self.above(median, split, k - lo) } else { f64::NEG_INFINITY };
        let middle = from_below.max(from_above);
        if n % 2 == 1 {
            return (middle + middle) / 2.0;
        }
        let next = self.below(median, split, lo).min(self.above(median, split, k + 1 - lo));
        (middle + next) / 2.0
    }

    /// Whether the `i`-th place below `split` is nearer to the median than the `j`-th from `split` on.
    fn is_nearer(&mut self, median: f64, split: usize, i: usize, j: usize) -> bool {
        if i < split && split + j < self.values.len() {
            // What stands at a place is at most a bucket's width from what belongs there: most comparisons need
            // no sorted bucket. Two widths, and a half for rounding.
            let (low, high) = (self.values[split - 1 - i], self.values[split + j]);
            let further = ((median - low) - (high - median)) * self.scale;
            if self.scale > 0.0 && further.abs() > 2.5 {
                return further < 0.0;
            }
        }
        self.below(median, split, i) < self.above(median, split, j)
    }

    /// How far the `i`-th place below `split`, downwards, lies below the median.
    fn below(&mut self, median: f64, split: usize, i: usize) -> f64 {
        if i < split { median - self.at(split - 1 - i) } else { f64::INFINITY }
    }

    /// How far the `i`-th place from `split` on lies above the median.
    fn above(&mut self, median: f64, split: usize, i: usize) -> f64 {
        if split + i < self.values.len() { self.at(split + i) - median } else { f64::INFINITY }
    }
}

fn sort(v: &mut [f64]) {
    if v.len() > 24 {
        return v.sort_unstable_by(f64::total_cmp);
    }
    for k in 1..v.len() {
        let (value, mut to) = (v[k], k);
        while to > 0 && v[to - 1] > value {
            v[to] = v[to - 1];
            to -= 1;
        }
        v[to] = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "places in a short list")]
    fn quantiles_and_deviation_equal_the_definition_whatever_the_distribution() {
        let kinds: [fn(u32) -> f64; 6] = [
            |i| f64::from(i * i % 1009) - 500.0,
            |i| f64::from(i % 3),
            |i| if i == 17 { 1e9 } else { f64::from(i * 7919 % 1000) * 1e-6 },
            |_| 2.5,
            |i| f64::from(i) * -1e-5,
            |i| if i % 2 == 0 { 1e300 } else { -1e300 },
        ];
        let mut ranked = Ranked::default();
        for (k, kind) in kinds.iter().enumerate() {
            for n in (1..40).chain([500, 501, 3000]) {
                let x: Vec<f64> = (0..n).map(kind).collect();
                let mut want = x.clone();
                want.sort_by(f64::total_cmp);
                ranked.load(&x, want[0], want[want.len() - 1]);
                for q in [0.75, 0.5, 0.25, 0.0, 1.0, 0.01] {
                    let place = (want.len() - 1) as f64 * q;
                    let (a, b) = (want[place.floor() as usize], want[place.ceil() as usize]);
                    assert_eq!(
                        ranked.quantile(q),
                        a + (place - place.floor()) * (b - a),
                        "kind {k}, {n}, {q}"
                    );
                }
                let middle = |v: &[f64]| (v[(v.len() - 1) / 2] + v[v.len() / 2]) / 2.0;
                let median = ranked.quantile(0.5);
                let mut deviations: Vec<f64> = want.iter().map(|v| (v - median).abs()).collect();
                deviations.sort_by(f64::total_cmp);
                assert_eq!(ranked.median_absolute_deviation(), middle(&deviations), "kind {k}, {n}");
            }
        }
    }
}
