//! Zeros, poles and gain, and what is done to them on the way from a prototype to a digital filter.
//!
//! Source: Parks and Burrus 1987, Digital Filter Design, section 7.2 (frequency transformations, bilinear
//! transformation).

use super::prototype::negated_product;
use realfft::num_complex::Complex64;

/// k · Π(s − zᵢ) / Π(s − pᵢ). Complex values come in conjugate pairs; never more zeros than poles.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Zpk {
    pub(super) z: Vec<Complex64>,
    pub(super) p: Vec<Complex64>,
    pub(super) k: f64,
}

/// What the prototype becomes; frequencies in rad/s.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Lowpass(f64),
    Highpass(f64),
    Bandpass { bandwidth: f64, centre: f64 },
    Bandstop { bandwidth: f64, centre: f64 },
}

/// Square root with the real part not negative, accurate in each part on its own.
fn square_root(v: Complex64) -> Complex64 {
    let r = v.norm();
    if r == 0.0 {
        return Complex64::new(0.0, 0.0);
    }
    let big = (0.5 * (r + v.re.abs())).sqrt();
    let small = 0.5 * (v.im.abs() / big);
    let (re, im) = if v.re >= 0.0 { (big, small) } else { (small, big) };
    Complex64::new(re, im.copysign(v.im))
}

/// Quotient by Smith's method (Comm ACM 5:435, 1962): without squares, which lose digits.
pub(super) fn divide(a: Complex64, b: Complex64) -> Complex64 {
    if b.re.abs() >= b.im.abs() {
        let ratio = b.im / b.re;
        let scale = 1.0 / (b.re + b.im * ratio);
        Complex64::new((a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale)
    } else {
        let ratio = b.re / b.im;
        let scale = 1.0 / (b.re * ratio + b.im);
        Complex64::new((a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale)
    }
}

/// v ± √(v² − centre²): first all with +, then all with −.
fn split(v: &[Complex64], centre: f64) -> Vec<Complex64> {
    let root = |v: &Complex64| square_root(v * v - centre * centre);
    let plus = v.iter().map(|v| v + root(v));
    let minus = v.iter().map(|v| v - root(v));
    plus.chain(minus).collect()
}

impl Shape {
    /// Moves the corner from 1 rad/s to where it belongs.
    pub(super) fn apply(self, low: Zpk) -> Zpk {
        let degree = low.p.len() - low.z.len();
        #[expect(clippy::cast_precision_loss, reason = "orders are small")]
        let exponent = degree as f64;
        let zero = Complex64::new(0.0, 0.0);
        let scaled = |v: &[Complex64], by: f64| v.iter().map(|v| v * by).collect::<Vec<_>>();
        let inverted = |v: &[Complex64], by: f64| {
            v.iter().map(|v| divide(Complex64::new(by, 0.0), *v)).collect::<Vec<_>>()
        };
        let high_gain = || low.k * divide(negated_product(&low.z), negated_product(&low.p)).re;
        match self {
            Shape::Lowpass(w) => {
                Zpk { z: scaled(&low.z, w), p: scaled(&low.p, w), k: low.k * w.powf(exponent) }
            }
            Shape::Highpass(w) => {
                let mut z = inverted(&low.z, w);
                z.extend(std::iter::repeat_n(zero, degree));
                Zpk { z, p: inverted(&low.p, w), k: high_gain() }
            }
            Shape::Bandpass { bandwidth, centre } => {
                let mut z = split(&scaled(&low.z, bandwidth / 2.0), centre);
                z.extend(std::iter::repeat_n(zero, degree));
                let p = split(&scaled(&low.p, bandwidth / 2.0), centre);
                Zpk { z, p, k: low.k * bandwidth.powf(exponent) }
            }
            Shape::Bandstop { bandwidth, centre } => {
                let mut z = split(&inverted(&low.z, bandwidth / 2.0), centre);
                z.extend(std::iter::repeat_n(Complex64::new(0.0, centre), degree));
                z.extend(std::iter::repeat_n(Complex64::new(0.0, -centre), degree));
                Zpk { z, p: split(&inverted(&low.p, bandwidth / 2.0), centre), k: high_gain() }
            }
        }
    }
}

impl Zpk {
    /// Bilinear transformation s = 4 (z − 1)/(z + 1), that is for a sampling frequency of 2.
    pub(super) fn bilinear(self) -> Zpk {
        let moved = |v: &[Complex64]| v.iter().map(|v| divide(4.0 + v, 4.0 - v)).collect::<Vec<Complex64>>();
        let product =
            |v: &[Complex64]| v.iter().fold(Complex64::new(1.0, 0.0), |product, v| product * (4.0 - v));
        let mut z = moved(&self.z);
        // Zeros at infinity come to lie at the Nyquist frequency.
        z.extend(std::iter::repeat_n(Complex64::new(-1.0, 0.0), self.p.len() - self.z.len()));
        Zpk { z, p: moved(&self.p), k: self.k * divide(product(&self.z), product(&self.p)).re }
    }
}
