//! Analogue low-pass prototypes with their corner at 1 rad/s.
//!
//! Source: Parks and Burrus 1987, Digital Filter Design, chapter 7 (Butterworth, Chebyshev).

use super::transform::Zpk;
use realfft::num_complex::Complex64;
use std::f64::consts::PI;

/// The odd or even multiples m = −n+1, −n+3 … n−1 at which the poles of all families lie.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
fn multiples(n: usize) -> impl Iterator<Item = f64> {
    (0..n).map(move |i| 2.0 * i as f64 - (n as f64 - 1.0))
}

#[expect(clippy::cast_precision_loss, reason = "orders are small")]
fn angle(m: f64, n: usize) -> f64 {
    PI * m / (2.0 * n as f64)
}

/// 10^(db/10) − 1 without cancellation for small `db`.
pub(super) fn power_minus_one(db: f64) -> f64 {
    (db * (std::f64::consts::LN_10 / 10.0)).exp_m1()
}

/// Π (−x).
pub(super) fn negated_product(x: &[Complex64]) -> Complex64 {
    x.iter().fold(Complex64::new(1.0, 0.0), |product, v| product * -v)
}

/// Poles on the left half of the unit circle.
pub(super) fn butterworth(n: usize) -> Zpk {
    let p = multiples(n)
        .map(|m| {
            let (sin, cos) = angle(m, n).sin_cos();
            Complex64::new(-cos, -sin)
        })
        .collect();
    Zpk { z: Vec::new(), p, k: 1.0 }
}

/// Poles on an ellipse; the pass band ripples by `ripple_db`.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
pub(super) fn chebyshev1(n: usize, ripple_db: f64) -> Zpk {
    let epsilon = power_minus_one(ripple_db).sqrt();
    let mu = (1.0 / epsilon).asinh() / n as f64;
    let p: Vec<Complex64> = multiples(n)
        .map(|m| {
            let (sin, cos) = angle(m, n).sin_cos();
            Complex64::new(-(mu.sinh() * cos), -(mu.cosh() * sin))
        })
        .collect();
    let mut k = negated_product(&p).re;
    if n.is_multiple_of(2) {
        k /= (1.0 + epsilon * epsilon).sqrt(); // an even order has its trough at 0 Hz
    }
    Zpk { z: Vec::new(), p, k }
}

/// The reciprocal of Chebyshev I: zeros on the imaginary axis, the stop band ripples up to −`attenuation_db`.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
pub(super) fn chebyshev2(n: usize, attenuation_db: f64) -> Zpk {
    let epsilon = 1.0 / power_minus_one(attenuation_db).sqrt();
    let mu = (1.0 / epsilon).asinh() / n as f64;
    // The middle one of an odd order (m = 0) lies at infinity.
    let z: Vec<Complex64> =
        multiples(n).filter(|m| *m != 0.0).map(|m| Complex64::new(0.0, 1.0 / angle(m, n).sin())).collect();
    let p: Vec<Complex64> = multiples(n)
        .map(|m| {
            let (sin, cos) = angle(m, n).sin_cos();
            super::transform::divide(
                Complex64::new(1.0, 0.0),
                Complex64::new(-(mu.sinh() * cos), -(mu.cosh() * sin)),
            )
        })
        .collect();
    let k = (negated_product(&p) / negated_product(&z)).re;
    Zpk { z, p, k }
}
