//! Runs a kernel compiled for the widest vectors that this processor has.
//!
//! The compiler's baseline has two-lane vectors of `f64`. [`widest`] calls the same code from inside a
//! function compiled for AVX-512 or AVX2, where it is inlined and vectorised anew. No operation is fused or
//! re-ordered by this, so the bytes of a result do not depend on the processor.
#![expect(
    unsafe_code,
    reason = "calling a function compiled for a vector extension; the extension is asked for first"
)]

/// Calls `kernel` compiled for the widest vectors there are. `kernel`, and all that it calls in its inner
/// loops, must be `#[inline(always)]` (a closure is marked by `#[inline(always)]` on the function in it).
#[inline]
pub fn widest<R>(kernel: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    {
        if is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512bw")
        {
            // SAFETY: the four extensions that the function is compiled for were just detected.
            return unsafe { avx512(kernel) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt") {
            // SAFETY: both extensions that the function is compiled for were just detected.
            return unsafe { avx2(kernel) };
        }
    }
    kernel()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,popcnt")]
fn avx512<R>(kernel: impl FnOnce() -> R) -> R {
    kernel()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,popcnt")]
fn avx2<R>(kernel: impl FnOnce() -> R) -> R {
    kernel()
}

/// Lanes of the accumulators below.
pub const LANES: usize = 8;

/// Lanes of running sums in one loop: as many additions as wait for one another on today's processors.
const MANY: usize = 4 * LANES;

/// Σ f(xᵢ) with 32 running sums: the order of additions is fixed, so the result is the same on every
/// processor. Call inside [`widest`].
#[inline(always)]
pub fn sum_map(x: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; MANY];
    let (chunks, rest) = x.as_chunks::<MANY>();
    for chunk in chunks {
        for (lane, &v) in lanes.iter_mut().zip(chunk) {
            *lane += f(v);
        }
    }
    let mut lanes = folded(&lanes);
    let (chunks, rest) = rest.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, &v) in lanes.iter_mut().zip(chunk) {
            *lane += f(v);
        }
    }
    for (lane, &v) in lanes.iter_mut().zip(rest) {
        *lane += f(v);
    }
    total(&lanes)
}

/// Σ f(xᵢ, yᵢ) over the shorter of the two, as [`sum_map`].
#[inline(always)]
pub fn sum_map2(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> f64 {
    let n = x.len().min(y.len());
    let mut lanes = [0.0; MANY];
    let (xc, xr) = x[..n].as_chunks::<MANY>();
    let (yc, yr) = y[..n].as_chunks::<MANY>();
    for (a, b) in xc.iter().zip(yc) {
        for ((lane, &v), &w) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f(v, w);
        }
    }
    let mut lanes = folded(&lanes);
    let (xc, xr) = xr.as_chunks::<LANES>();
    let (yc, yr) = yr.as_chunks::<LANES>();
    for (a, b) in xc.iter().zip(yc) {
        for ((lane, &v), &w) in lanes.iter_mut().zip(a).zip(b) {
            *lane += f(v, w);
        }
    }
    for ((lane, &v), &w) in lanes.iter_mut().zip(xr).zip(yr) {
        *lane += f(v, w);
    }
    total(&lanes)
}

#[inline(always)]
fn folded(l: &[f64; MANY]) -> [f64; LANES] {
    std::array::from_fn(|k| (l[k] + l[k + 2 * LANES]) + (l[k + LANES] + l[k + 3 * LANES]))
}

#[inline(always)]
fn total(l: &[f64; LANES]) -> f64 {
    ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_equal_the_definition_at_every_length() {
        let x: Vec<f64> = (0..100).map(|i| f64::from(i * i % 17) - 8.0).collect();
        for n in 0..x.len() {
            let (want, want2): (f64, f64) =
                (x[..n].iter().map(|v| v * v).sum(), x[..n].iter().zip(&x[1..]).map(|(a, b)| a * b).sum());
            assert_eq!(
                widest(
                    #[inline(always)]
                    || sum_map(&x[..n], |v| v * v)
                ),
                want
            );
            assert_eq!(
                widest(
                    #[inline(always)]
                    || sum_map2(&x[..n], &x[1..], |a, b| a * b)
                ),
                want2
            );
        }
    }
}
