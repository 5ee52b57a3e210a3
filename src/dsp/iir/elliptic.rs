//! The elliptic prototype, by Landen's transformation of Jacobi's elliptic functions.
//!
//! Source: Orfanidis 2006, Lecture Notes on Elliptic Filter Design, Rutgers University, sections 2 to 4 (degree
//! equation 47, zeros 62, poles 64). Arguments are in units of the quarter period: cd(u) there is cd(uK, k).

use super::prototype::{negated_product, power_minus_one};
use super::transform::Zpk;
use realfft::num_complex::Complex64;
use std::f64::consts::{FRAC_PI_2, PI};

/// Descending moduli; they shrink quadratically, so 12 steps reach 0 from any modulus below 1 in binary64.
const STEPS: usize = 12;

/// The modulus k with its complement k′ = √(1 − k²), each accurate by itself.
#[derive(Debug, Clone, Copy)]
struct Modulus {
    k: f64,
    complement: f64,
}

impl Modulus {
    fn new(k: f64) -> Self {
        Modulus { k, complement: ((1.0 - k) * (1.0 + k)).sqrt() }
    }

    /// k₁, k₂ … with kₙ = (kₙ₋₁/(1 + k′ₙ₋₁))².
    fn landen(self) -> Vec<f64> {
        let mut moduli = Vec::with_capacity(STEPS);
        let mut m = self;
        while m.k > 1e-18 && moduli.len() < STEPS {
            let k = (m.k / (1.0 + m.complement)).powi(2);
            // 1 − k² = 4k′/(1 + k′)²: no cancellation while k is still near 1.
            m = Modulus { k, complement: 2.0 * m.complement.sqrt() / (1.0 + m.complement) };
            moduli.push(m.k);
        }
        moduli
    }

    /// w ← w (1 + kₙ)/(1 + kₙ w²) from the last modulus back, which turns sines and cosines into sn and cd.
    fn ascend(self, mut w: Complex64) -> Complex64 {
        for k in self.landen().iter().rev() {
            w = w * (1.0 + k) / (1.0 + w * w * *k);
        }
        w
    }

    fn cd(self, u: Complex64) -> Complex64 {
        self.ascend((u * FRAC_PI_2).cos())
    }

    fn sn(self, u: Complex64) -> Complex64 {
        self.ascend((u * FRAC_PI_2).sin())
    }

    /// v with sn(jv) = jt, for t ≥ 0.
    fn inverse_sn_of_imaginary(self, t: f64) -> f64 {
        let mut w = t;
        let mut k = self.k;
        for next in self.landen() {
            w *= 2.0 / ((1.0 + next) * (1.0 + (1.0 + (k * w).powi(2)).sqrt()));
            k = next;
        }
        w.asinh() / FRAC_PI_2
    }
}

/// The modulus k (of the transition band) that order `n` needs for the modulus `k1` of the ripples, from the nome:
/// q(k) = q(k1)^(1/n). Source: Orfanidis 2006, equations 27, 49 and 50.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
fn solve_degree(n: usize, k1: Modulus) -> Modulus {
    let quarter = |m: Modulus| m.landen().iter().fold(FRAC_PI_2, |product, k| product * (1.0 + k));
    let swapped = Modulus { k: k1.complement, complement: k1.k };
    let log_q1 = if k1.k < 1e-6 {
        // K′/K by the series of the nome: q = k²/16 + 8 (k²/16)² + …
        let m = k1.k * k1.k / 16.0;
        m.ln() + (8.0 * m).ln_1p()
    } else {
        -PI * quarter(swapped) / quarter(k1)
    };
    let q = (log_q1 / n as f64).exp();
    // k = 4√q (Σ q^{m(m+1)} / (1 + 2Σ q^{m²}))²; k′ = ((1 + 2Σ (−1)^m q^{m²}) / (1 + 2Σ q^{m²}))².
    let (mut top, mut bottom, mut alternating) = (1.0, 1.0, 1.0);
    for m in 1..40 {
        let m_f = f64::from(m);
        top += q.powf(m_f * (m_f + 1.0));
        let term = 2.0 * q.powf(m_f * m_f);
        bottom += term;
        alternating += if m % 2 == 0 { term } else { -term };
    }
    let k = 4.0 * q.sqrt() * (top / bottom).powi(2);
    let complement = if k < 0.9 { ((1.0 - k) * (1.0 + k)).sqrt() } else { (alternating / bottom).powi(2) };
    Modulus { k, complement }
}

/// Ripples by `ripple_db` in the pass band and below −`attenuation_db` in the stop band. `None` when the two are too
/// close (or too far apart) for double precision.
#[expect(clippy::cast_precision_loss, reason = "orders are small")]
pub(super) fn elliptic(n: usize, ripple_db: f64, attenuation_db: f64) -> Option<Zpk> {
    let epsilon = power_minus_one(ripple_db).sqrt();
    if n == 1 {
        return Some(Zpk { z: Vec::new(), p: vec![Complex64::new(-1.0 / epsilon, 0.0)], k: 1.0 / epsilon });
    }
    let k1 = Modulus::new(epsilon / power_minus_one(attenuation_db).sqrt());
    if !(k1.k > 0.0 && k1.k < 1.0) {
        return None;
    }
    let modulus = solve_degree(n, k1);
    let v0 = k1.inverse_sn_of_imaginary(1.0 / epsilon) / n as f64;
    let (mut z, mut p) = (Vec::new(), Vec::new());
    for i in 0..n / 2 {
        let u = (2 * i + 1) as f64 / n as f64;
        let zero = 1.0 / (modulus.k * modulus.cd(Complex64::new(u, 0.0)).re);
        let pole = modulus.cd(Complex64::new(u, -v0)) * Complex64::i();
        z.extend([Complex64::new(0.0, zero), Complex64::new(0.0, -zero)]);
        p.extend([pole, pole.conj()]);
    }
    if !n.is_multiple_of(2) {
        let pole = modulus.sn(Complex64::new(0.0, v0)) * Complex64::i();
        p.push(Complex64::new(pole.re, 0.0));
    }
    let mut k = (negated_product(&p) / negated_product(&z)).re;
    if n.is_multiple_of(2) {
        k /= (1.0 + epsilon * epsilon).sqrt();
    }
    Some(Zpk { z, p, k })
}
