//! Autoregressive models: Burg's method, Yule and Walker's, and the cepstrum of either.
//!
//! Convention: `x[n] = -sum over k of a[k] x[n-k] + e[n]`, so an AR(1) process with its pole at 0.9 has
//! `a1 = -0.9`; coefficient `k` stands at index `k - 1`. The mean is not removed.
//! Sources: Burg 1975 (Maximum entropy spectral analysis, PhD thesis, Stanford); Kay 1988, Modern Spectral
//! Estimation, chapter 7.

use super::simd::{LANES, sum_map2, widest};
use super::vector::{self, Kernel, Vector, sweep};

/// Memory that [`burg`] works in; may hold anything before.
#[derive(Debug, Clone, Default)]
pub struct ArScratch {
    forward: Vec<f64>,
    backward: Vec<f64>,
    next_forward: Vec<f64>,
    next_backward: Vec<f64>,
    previous: Vec<f64>,
}

/// Least prediction error, as a share of the signal's power, that is more than rounding.
const FLOOR: f64 = 1e-26;

/// Burg's coefficients of order `a.len()`. `None` where there is nothing to predict or nothing left to
/// predict (silence, a constant, too few samples), as the coefficients would then be made of rounding noise.
pub fn burg(x: &[f64], scratch: &mut ArScratch, a: &mut [f64]) -> Option<()> {
    let (n, order) = (x.len(), a.len());
    if n <= order || order == 0 {
        return None;
    }
    let ArScratch { forward, backward, next_forward, next_backward, previous } = scratch;
    // Errors in pairs: forward[i] at time i + m stands beside backward[i] at time i + m - 1. Whole vectors
    // are written, so the buffers have room for one more.
    let mut left = n - 1;
    for buffer in [&mut *forward, backward, next_forward, next_backward] {
        buffer.resize(left + LANES, 0.0);
    }
    forward[..left].copy_from_slice(&x[1..]);
    backward[..left].copy_from_slice(&x[..n - 1]);
    previous.resize(order, 0.0);
    let (mut cross, mut power) = widest(
        #[inline(always)]
        || pair_sums(&forward[..left], &backward[..left]),
    );
    let first = power;
    for m in 0..order {
        if power.is_nan() || power <= FLOOR * first {
            return None;
        }
        let k = -2.0 * cross / power;
        previous[..m].copy_from_slice(&a[..m]);
        for i in 0..m {
            a[i] = previous[i] + k * previous[m - 1 - i];
        }
        a[m] = k;
        if m + 1 < order {
            let errors = [&forward[..left], &backward[..left]];
            (cross, power) = vector::run(Advance { errors, k, to: [next_forward, next_backward] });
            left -= 1;
            std::mem::swap(forward, next_forward);
            std::mem::swap(backward, next_backward);
        }
    }
    a.iter().all(|v| v.is_finite()).then_some(())
}

/// Σ f·b and Σ f² + b².
#[inline(always)]
fn pair_sums(f: &[f64], b: &[f64]) -> (f64, f64) {
    (sum_map2(f, b, |f, b| f * b), sum_map2(f, b, |f, b| f * f + b * b))
}

/// One step of the lattice: writes the errors of the next order, in pairs, and returns their sums.
struct Advance<'a> {
    errors: [&'a [f64]; 2],
    k: f64,
    /// Whole vectors, at least as many as there are errors.
    to: [&'a mut [f64]; 2],
}

impl Kernel for Advance<'_> {
    type Output = (f64, f64);
    #[inline(always)]
    fn run<V: Vector>(self) -> (f64, f64) {
        let Advance { errors: [f, b], k, to: [to_f, to_b] } = self;
        let k = V::splat(k);
        let (mut cross, mut power) = (V::splat(0.0), V::splat(0.0));
        let left = f.len() - 1;
        let mut to = to_f.as_chunks_mut::<LANES>().0.iter_mut().zip(to_b.as_chunks_mut::<LANES>().0);
        sweep(
            [&f[..left], &f[1..], &b[..left], &b[1..]],
            [0.0; 4],
            #[inline(always)]
            |_, [f0, f1, b0, b1]: [V; 4]| {
                let (f, b) = (f1 + k * b1, b0 + k * f0);
                cross = cross + f * b;
                power = power + (f * f + b * b);
                if let Some((to_f, to_b)) = to.next() {
                    f.store(to_f);
                    b.store(to_b);
                }
            },
        );
        (cross.total(), power.total())
    }
}

/// Yule and Walker's coefficients of order `a.len()`, from the biased autocorrelation by Levinson and Durbin.
/// `None` as for [`burg`].
pub fn yule_walker(x: &[f64], a: &mut [f64]) -> Option<()> {
    let (n, order) = (x.len(), a.len());
    if n <= order || order == 0 {
        return None;
    }
    let lag = |k: usize| {
        widest(
            #[inline(always)]
            || sum_map2(&x[k..], x, |u, v| u * v),
        )
    };
    let correlation: Vec<f64> = (0..=order).map(lag).collect();
    let (mut error, mut previous) = (correlation[0], vec![0.0; order]);
    for m in 0..order {
        if error.is_nan() || error <= FLOOR * correlation[0] {
            return None;
        }
        let known: f64 = (0..m).map(|i| a[i] * correlation[m - i]).sum();
        let k = -(correlation[m + 1] + known) / error;
        previous[..m].copy_from_slice(&a[..m]);
        for i in 0..m {
            a[i] = previous[i] + k * previous[m - 1 - i];
        }
        a[m] = k;
        error *= 1.0 - k * k;
    }
    a.iter().all(|v| v.is_finite()).then_some(())
}

/// Cepstral coefficients `c1 …` of the model: `c1 = -a1`, `c_p = -a_p - Σ (1 - l/p) a_l c_{p-l}` for l < p.
/// `c` must not be longer than `a`.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
pub fn cepstrum(a: &[f64], c: &mut [f64]) {
    for p in 1..=c.len().min(a.len()) {
        let tail: f64 = (1..p).map(|l| (1.0 - l as f64 / p as f64) * a[l - 1] * c[p - l - 1]).sum();
        c[p - 1] = -a[p - 1] - tail;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lattice as the papers write it, one error sequence over all times.
    fn naive_burg(x: &[f64], order: usize) -> Vec<f64> {
        let (mut f, mut b, mut a) = (x.to_vec(), x.to_vec(), vec![1.0]);
        for m in 1..=order {
            let range = m..x.len();
            let top: f64 = range.clone().map(|n| f[n] * b[n - 1]).sum();
            let low: f64 = range.clone().map(|n| f[n] * f[n] + b[n - 1] * b[n - 1]).sum();
            let k = -2.0 * top / low;
            a.push(0.0);
            let old = a.clone();
            (1..=m).for_each(|i| a[i] = old[i] + k * old[m - i]);
            let (old_f, old_b) = (f.clone(), b.clone());
            range.for_each(|n| (f[n], b[n]) = (old_f[n] + k * old_b[n - 1], old_b[n - 1] + k * old_f[n]));
        }
        a[1..].to_vec()
    }

    fn noise(n: usize) -> Vec<f64> {
        let mut state = 1u64;
        let mut draw = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            f64::from(u32::try_from(state >> 40).unwrap()) / f64::from(1u32 << 24) - 0.5
        };
        (0..n).map(|_| draw() + draw() + draw()).collect()
    }

    #[test]
    fn burg_equals_the_lattice_at_every_length() {
        let mut scratch = ArScratch { forward: vec![f64::NAN; 99], ..ArScratch::default() };
        for n in 8..60 {
            let x = noise(n);
            let mut a = [f64::NAN; 4];
            burg(&x, &mut scratch, &mut a).unwrap();
            for (got, want) in a.iter().zip(naive_burg(&x, 4)) {
                assert!((got - want).abs() <= 1e-12 * want.abs().max(1.0), "{n}: {got} {want}");
            }
        }
    }

    #[test]
    fn both_find_the_pole_of_a_first_order_process() {
        let mut x = noise(200_000);
        (1..x.len()).for_each(|i| x[i] += 0.9 * x[i - 1]);
        let (mut a, mut y, mut c) = ([0.0; 2], [0.0; 2], [0.0; 2]);
        burg(&x, &mut ArScratch::default(), &mut a).unwrap();
        yule_walker(&x, &mut y).unwrap();
        for a in [a, y] {
            assert!((a[0] + 0.9).abs() < 0.01 && a[1].abs() < 0.01, "{a:?}");
        }
        // The cepstrum of one pole p is p^n / n.
        cepstrum(&[-0.9, 0.0], &mut c);
        assert!((c[0] - 0.9).abs() < 1e-15 && (c[1] - 0.405).abs() < 1e-15, "{c:?}");
    }

    #[test]
    fn silence_and_a_constant_have_no_model() {
        for x in [vec![0.0; 50], vec![0.3; 50], vec![1.0; 3]] {
            assert_eq!(burg(&x, &mut ArScratch::default(), &mut [0.0; 4]), None);
        }
        assert_eq!(yule_walker(&[0.0; 50], &mut [0.0; 4]), None);
    }
}
