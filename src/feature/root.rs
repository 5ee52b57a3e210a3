//! Roots and logarithms of many samples without a call for each.

use super::pass::{Lanes, each, pairs, total};
use crate::dsp::simd::{LANES, widest};

/// `a^(-1/4)` for a normal, positive `a`; for 0 some finite number, so that `a` times a power of it is 0.
///
/// The exponent divided by -4 is a first guess within 3 %. With r = 1 - a·y⁴, the root is y·(1 - r)^(-1/4):
/// each step takes that series up to r³, and raises the error to its fourth power.
#[inline(always)]
fn inverse_fourth_root(a: f64) -> f64 {
    // 5/4 of the bits of 1, less the 0.045 by which the linear mantissa misses the logarithm on average.
    const START: u64 = 0x4FEB_195C_853C_1400;
    let mut y = f64::from_bits(START - (a.to_bits() >> 2));
    for _ in 0..2 {
        let y2 = y * y;
        // From a·y² on, so that 0 stays 0 and nothing overflows.
        let r = 1.0 - (a * y2) * y2;
        y += (y * r) * (0.25 + r * (0.156_25 + r * 0.117_187_5));
    }
    y
}

/// Σ √a and Σ a^¾.
#[inline(always)]
fn sums(x: &[f64], value: impl Fn(f64) -> f64) -> (f64, f64) {
    let (mut half, mut three_quarters): (Lanes, Lanes) = ([0.0; LANES], [0.0; LANES]);
    each(x, |l, v| {
        let a = value(v);
        let y = inverse_fourth_root(a);
        half[l] += a * y * y;
        three_quarters[l] += a * y;
    });
    (total(&half), total(&three_quarters))
}

/// Σ √|kx| and Σ |kx|^¾.
pub(super) fn root_sums(x: &[f64], k: f64) -> (f64, f64) {
    widest(
        #[inline(always)]
        || sums(x, |v| (v * k).abs()),
    )
}

/// Σ √|kD| and Σ |kD|^¾ of the differences D of `x`, which holds at least one sample.
pub(super) fn root_sums_of_differences(x: &[f64], k: f64) -> (f64, f64) {
    widest(
        #[inline(always)]
        || {
            let (mut half, mut three_quarters): (Lanes, Lanes) = ([0.0; LANES], [0.0; LANES]);
            pairs(&x[..x.len() - 1], &x[1..], &mut |l, u, v| {
                let a = ((v - u) * k).abs();
                let y = inverse_fourth_root(a);
                half[l] += a * y * y;
                three_quarters[l] += a * y;
            });
            (total(&half), total(&three_quarters))
        },
    )
}

/// Natural logarithm of a normal, positive number, within 2 ulp of the exact one.
///
/// With v = 2^e·m, 0.7 < m < 1.42, and s = (m-1)/(m+1): ln v = e·ln 2 + 2(s + s³/3 + s⁵/5 + …).
#[inline(always)]
fn ln(v: f64) -> f64 {
    /// Bits of √½: subtracting them makes the exponent field count from there.
    const ROOT_HALF: u64 = 0x3FE6_A09E_667F_3BCD;
    const MANTISSA: u64 = 0x000F_FFFF_FFFF_FFFF;
    /// ln 2 in two parts, the first short enough that times an exponent it is exact.
    const LN2: (f64, f64) = (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10);
    /// Adding an integer to the bits of 2^52 makes the float of it, which vectors can do everywhere.
    const TWO52: f64 = 4_503_599_627_370_496.0;
    let t = v.to_bits().wrapping_sub(ROOT_HALF).wrapping_add(1023 << 52);
    let e = f64::from_bits(TWO52.to_bits() | (t >> 52)) - (TWO52 + 1023.0);
    let m = f64::from_bits((t & MANTISSA).wrapping_add(ROOT_HALF));
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let mut p = 2.0 / 23.0;
    for c in [21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0] {
        p = p * z + 2.0 / c;
    }
    // 2s = f - s·f, which keeps the digits of f.
    e * LN2.0 + (f - (s * f - (e * LN2.1 + s * (z * p))))
}

/// Σ ln v over values that are 0 or above, and Σ v ln v (0 ln 0 is 0); the first is -∞ when a value is 0.
pub(super) fn log_sums(x: &[f64]) -> (f64, f64) {
    widest(
        #[inline(always)]
        || {
            let (mut sum, mut entropy, mut least) = ([0.0; LANES], [0.0; LANES], [f64::INFINITY; LANES]);
            each(x, |l, v| {
                let normal = if v >= f64::MIN_POSITIVE { v } else { 1.0 };
                let log = ln(normal);
                sum[l] += log;
                entropy[l] += normal * log;
                least[l] = if v < least[l] { v } else { least[l] };
            });
            let tiny = least.iter().any(|&v| v < f64::MIN_POSITIVE);
            (if tiny { x.iter().map(|v| v.ln()).sum() } else { total(&sum) }, total(&entropy))
        },
    )
}

/// Values whose mantissas, each below 2, are multiplied before a logarithm is taken: below 2^1000.
const BLOCK: usize = 1000;

/// Mean of ln max(|x|, floor); -∞ when a value is 0.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
pub(super) fn mean_log(x: &[f64], floor: f64) -> f64 {
    let clamp = |v: f64| if v.abs() < floor { floor } else { v.abs() };
    let mut sum = 0.0;
    for block in x.chunks(BLOCK) {
        let (product, exponent, tiny) = widest(
            #[inline(always)]
            || mantissas(block, clamp),
        );
        sum += if tiny {
            block.iter().map(|&v| clamp(v).ln()).sum()
        } else {
            product.ln() + exponent * std::f64::consts::LN_2
        };
    }
    sum / x.len() as f64
}

/// Product of the mantissas, sum of the exponents, and whether a value was below the normal range.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "sums of exponents are far below 2^52")]
fn mantissas(x: &[f64], value: impl Fn(f64) -> f64) -> (f64, f64, bool) {
    let (mut product, mut exponent, mut tiny) = ([1.0; LANES], [0u64; LANES], [f64::INFINITY; LANES]);
    each(x, |l, v| {
        let v = value(v);
        let bits = v.to_bits();
        product[l] *= f64::from_bits(bits & 0x000F_FFFF_FFFF_FFFF | 0x3FF0_0000_0000_0000);
        exponent[l] += bits >> 52;
        tiny[l] = if v < tiny[l] { v } else { tiny[l] };
    });
    let exponents = exponent.iter().sum::<u64>() as f64 - 1023.0 * x.len() as f64;
    (product.iter().product(), exponents, tiny.iter().any(|&v| v < f64::MIN_POSITIVE))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> impl Iterator<Item = f64> {
        (0..200_000u32)
            .map(|i| 1e-300f64 * 1.0069f64.powi((i % 200_000) as i32))
            .take_while(|v| v.is_finite())
    }

    #[test]
    fn logarithms_are_right_over_the_whole_range() {
        let near_one = (1..2000).map(|i| 1.0 + (f64::from(i) - 1000.0) * 1e-4);
        let mut tested = 0;
        for v in values().chain(near_one) {
            let (got, want) = (ln(v), v.ln());
            assert!((got - want).abs() <= 2.0 * f64::EPSILON * want.abs(), "{v}: {got} {want}");
            tested += 1;
        }
        assert!(tested > 100_000);
    }

    #[test]
    fn roots_are_right_over_the_whole_range() {
        for v in values() {
            let (half, three_quarters) = sums(&[v], |a| a);
            assert!((half / v.sqrt() - 1.0).abs() < 4e-15, "{v}");
            assert!((three_quarters / v.powf(0.75) - 1.0).abs() < 4e-15, "{v}");
        }
        assert_eq!(sums(&[0.0], |a| a), (0.0, 0.0));
    }

    #[test]
    fn the_mean_logarithm_is_that_of_the_definition() {
        let x: Vec<f64> = (1..3456).map(|i| f64::from(i * i % 1013 + 1) * -1e-6).collect();
        for n in [1, 7, 999, 1000, 1001, 3455] {
            let want = x[..n].iter().map(|v| v.abs().ln()).sum::<f64>() / n as f64;
            assert!((mean_log(&x[..n], 0.0) - want).abs() <= 1e-13, "{n}");
        }
        assert_eq!(mean_log(&[1.0, 0.0], 0.0), f64::NEG_INFINITY);
        assert!((mean_log(&[1.0, 0.0], 0.25) + 2f64.ln()).abs() < 1e-15);
        assert_eq!(log_sums(&[1.0, 0.0]), (f64::NEG_INFINITY, 0.0));
    }
}
