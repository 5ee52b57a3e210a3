//! The samples in ascending order.

use crate::dsp::simd::widest;

/// A sorted copy and where each of its values stood.
#[derive(Debug, Clone, Default)]
pub(super) struct Sorted {
    /// Ascending.
    pub(super) values: Vec<f64>,
    /// `order[k]` is the place of `values[k]` in the window.
    pub(super) order: Vec<u32>,
    bucket: Vec<u32>,
    start: Vec<u32>,
}

/// Buckets of the first, coarse sort.
const BUCKETS: usize = 1024;

/// The longest bucket that insertion still sorts quickly.
const LONG: u32 = 48;

impl Sorted {
    /// Sorts finite values between `min` and `max`: into buckets of equal width, then each by insertion.
    #[expect(clippy::cast_possible_truncation, reason = "windows are shorter than 2^32 samples")]
    pub(super) fn sort(&mut self, x: &[f64], min: f64, max: f64) {
        let n = x.len();
        self.values.clear();
        self.order.clear();
        let scale = (BUCKETS - 1) as f64 / (max - min);
        if n > 1 << 20 || !scale.is_finite() || scale == 0.0 {
            self.order.extend(0..n as u32);
            self.order.sort_by(|&a, &b| x[a as usize].total_cmp(&x[b as usize]));
            self.values.extend(self.order.iter().map(|&i| x[i as usize]));
            return;
        }
        self.values.resize(n, 0.0);
        self.order.resize(n, 0);
        self.bucket.resize(n, 0);
        self.start.clear();
        self.start.resize(BUCKETS + 1, 0);
        let bucket = &mut self.bucket;
        widest(
            #[inline(always)]
            || {
                for (b, &v) in bucket.iter_mut().zip(x) {
                    // Adding 2^52 leaves the nearest integer in the low bits; rounding keeps the order.
                    *b = ((v - min) * scale + 4_503_599_627_370_496.0).to_bits() as u32 & 0x3FF;
                }
            },
        );
        for &b in &*bucket {
            self.start[b as usize + 1] += 1;
        }
        let (mut sum, mut longest) = (0, 0);
        for s in &mut self.start {
            longest = longest.max(*s);
            sum += *s;
            *s = sum;
        }
        for (i, (&b, &v)) in bucket.iter().zip(x).enumerate() {
            let to = &mut self.start[b as usize];
            self.values[*to as usize] = v;
            self.order[*to as usize] = i as u32;
            *to += 1;
        }
        if longest > LONG {
            // `start` has moved on by one bucket: it now holds where each ends.
            let mut from = 0;
            for &end in &self.start[..BUCKETS] {
                if end > from + 1 {
                    let (from, end) = (from as usize, end as usize);
                    self.order[from..end].sort_unstable_by(|&a, &b| x[a as usize].total_cmp(&x[b as usize]));
                    for k in from..end {
                        self.values[k] = x[self.order[k] as usize];
                    }
                }
                from = end;
            }
            return;
        }
        for k in 1..n {
            let (v, o) = (self.values[k], self.order[k]);
            let mut to = k;
            while to > 0 && self.values[to - 1] > v {
                self.values[to] = self.values[to - 1];
                self.order[to] = self.order[to - 1];
                to -= 1;
            }
            self.values[to] = v;
            self.order[to] = o;
        }
    }

    /// Number of different values.
    pub(super) fn levels(&self) -> usize {
        usize::from(!self.values.is_empty()) + self.values.windows(2).filter(|w| w[0] != w[1]).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorting_equals_the_definition_whatever_the_distribution() {
        let kinds: [fn(u32) -> f64; 5] = [
            |i| f64::from(i * i % 1009) - 500.0,
            |i| f64::from(i % 3),
            |i| if i == 17 { 1e9 } else { f64::from(i * 7919 % 1000) * 1e-6 },
            |_| 2.5,
            |i| f64::from(i) * -1e-5,
        ];
        let mut sorted = Sorted::default();
        for (k, kind) in kinds.iter().enumerate() {
            for n in (1..40).chain([500, 501, 3000]) {
                let x: Vec<f64> = (0..n).map(kind).collect();
                let mut want = x.clone();
                want.sort_by(f64::total_cmp);
                sorted.sort(&x, want[0], want[want.len() - 1]);
                assert_eq!(sorted.values, want, "kind {k}, {n}");
                let back: Vec<f64> = sorted.order.iter().map(|&i| x[i as usize]).collect();
                assert_eq!(back, want, "kind {k}, {n}");
            }
        }
    }
}
