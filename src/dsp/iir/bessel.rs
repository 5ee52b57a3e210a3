//! The Bessel (Thomson) prototype: flattest group delay.
//!
//! Source: Thomson 1949, Proc IEE 96:487; the reverse Bessel polynomial
//! θₙ(s) = Σ aₖ sᵏ, aₖ = (2n − k)! / (2^{n−k} k! (n − k)!).

use super::transform::{Zpk, divide};
use realfft::num_complex::Complex64;

/// To what the corner of a Bessel filter refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BesselNorm {
    /// Asymptotes of a Butterworth filter; half of the greatest phase at the corner. scipy's default.
    #[default]
    Phase,
    /// −3 dB at the corner.
    Magnitude,
    /// Group delay 1/corner in the pass band (before the bilinear transformation).
    Delay,
}

/// θₙ(s) and its derivative, each divided by θₙ₋₁(s), by the recurrence θₙ = (2n − 1) θₙ₋₁ + s² θₙ₋₂ and by
/// θ′ₙ = θₙ − s θₙ₋₁. Ratios neither overflow nor cancel as the sum of powers does.
fn ratios(n: usize, s: Complex64) -> (Complex64, Complex64) {
    let mut ratio = s + 1.0; // θ₁/θ₀
    let mut odd = 1.0;
    for _ in 1..n {
        odd += 2.0;
        ratio = odd + divide(s * s, ratio);
    }
    (ratio, ratio - s)
}

/// Newton's step towards a zero of θₙ(−w), Re w > 0. There θₙ itself cancels (an order of 20 loses nine digits), but
/// e^w θₙ(−w) = e^{−w} θₙ(w) (1 + G), G = (−1)ⁿ π I(w)/K(w) with the modified Bessel functions of order n + ½, each of
/// which is accurate; and G′ = (−1)ⁿ π/(w K²) by their Wronskian (NIST DLMF 10.28.2, 10.34.2, 10.47, 10.53).
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
fn polishing_step(n: usize, w: Complex64) -> Complex64 {
    let one = Complex64::new(1.0, 0.0);
    let (mut before, mut theta) = (one, w + 1.0);
    for k in 2..=n {
        (before, theta) = (theta, theta * (2 * k - 1) as f64 + w * w * before);
    }
    // I: the power series of the spherical function i = wⁿ/(2n+1)!! Σ (w²/2)ᵏ/(k! (2n+3)(2n+5)…).
    let (mut term, mut sum) = (one, one);
    for k in 1..200 {
        term *= w * w / (2 * k * (2 * n + 2 * k + 1)) as f64;
        sum += term;
        if term.norm() < 1e-18 * sum.norm() {
            break;
        }
    }
    let leading = (1..=n).fold(one, |product, k| product * w * w / (2 * k + 1) as f64);
    let sign = if n.is_multiple_of(2) { 2.0 } else { -2.0 };
    let e = w.exp();
    let g = divide(sign * e * w * leading * sum, theta);
    let power = (0..n).fold(e / theta, |product, _| product * w);
    // A step in w is the opposite one in s = −w.
    divide(1.0 + g, sign * power * power)
}

/// Zeros of θₙ: Aberth's simultaneous iteration (Math Comp 27:339, 1973) from points on a half circle.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
fn zeros(n: usize) -> Vec<Complex64> {
    let size = n as f64;
    let mut p: Vec<Complex64> = (0..n)
        .map(|i| {
            // The zeros lie near an arc about the origin, the greater the imaginary part the nearer to the axis.
            let angle = std::f64::consts::PI * (0.5 + (i as f64 + 0.75) / (size + 0.5));
            Complex64::from_polar(0.8 * size + 0.2, angle)
        })
        .collect();
    for _ in 0..200 {
        let mut greatest: f64 = 0.0;
        for i in 0..n {
            let (value, slope) = ratios(n, p[i]);
            let newton = divide(value, slope);
            let repulsion: Complex64 =
                (0..n).filter(|j| *j != i).map(|j| divide(Complex64::new(1.0, 0.0), p[i] - p[j])).sum();
            let step = divide(newton, 1.0 - newton * repulsion);
            if step.is_finite() {
                p[i] -= step;
                greatest = greatest.max(step.norm() / p[i].norm());
            }
        }
        if greatest < 1e-15 {
            break;
        }
    }
    for v in &mut p {
        for _ in 0..4 {
            *v += polishing_step(n, -*v);
        }
    }
    p.sort_by(|a, b| a.im.total_cmp(&b.im));
    // Conjugate pairs become so exactly.
    (0..n)
        .map(|i| {
            let (a, b) = (p[i], p[n - 1 - i].conj());
            if 2 * i + 1 == n { Complex64::new(a.re, 0.0) } else { (a + b) / 2.0 }
        })
        .collect()
}

/// The prototype of order `n`.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
pub(super) fn bessel(n: usize, norm: BesselNorm) -> Zpk {
    let p = zeros(n);
    // a₀ = 1·3·5 … (2n − 1) = Π |p|
    let last: f64 = (0..n).map(|i| (2 * i + 1) as f64).product();
    let (scale, k) = match norm {
        BesselNorm::Delay => (1.0, last),
        BesselNorm::Phase => (10f64.powf(-last.log10() / n as f64), 1.0),
        BesselNorm::Magnitude => {
            let corner = half_power(&p, last);
            (1.0 / corner, corner.powf(-(n as f64)) * last)
        }
    };
    Zpk { z: Vec::new(), p: p.iter().map(|v| v * scale).collect(), k }
}

/// Frequency at which |k / Π(jω − p)|² = ½, by Newton on the logarithm, which falls without turning.
fn half_power(p: &[Complex64], k: f64) -> f64 {
    let mut w = 1.5;
    for _ in 0..100 {
        let power = |w: f64| p.iter().map(move |p| (Complex64::new(0.0, w) - p).norm_sqr());
        let value: f64 = 2.0 * k.ln() - power(w).map(f64::ln).sum::<f64>() + std::f64::consts::LN_2;
        let slope: f64 = -p.iter().zip(power(w)).map(|(p, d)| 2.0 * (w - p.im) / d).sum::<f64>();
        let step = value / slope;
        w -= step;
        if step.abs() <= 1e-16 * w {
            break;
        }
    }
    w
}
