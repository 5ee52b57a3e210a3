//! Second-order sections: how poles and zeros are paired into them, and what can be asked of them.
//!
//! Pairing and order are those of scipy.signal.zpk2sos with `pairing='nearest'`: from the pole nearest the unit
//! circle downwards, each takes the nearest zero; the most resonant section runs last and the gain sits in the
//! first, so that intermediate signals stay small.

use super::transform::Zpk;
use crate::units::Hertz;
use crate::{Error, Result};
use realfft::num_complex::Complex64;

/// A digital filter as a cascade of sections (b₀ + b₁z⁻¹ + b₂z⁻²)/(1 + a₁z⁻¹ + a₂z⁻²).
///
/// The plan of a filter: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct Sections {
    sos: Vec<[f64; 6]>,
}

/// Parts below this fraction of the modulus are rounding: the value is real.
const REAL: f64 = 100.0 * f64::EPSILON;

impl Sections {
    /// From rows `[b0, b1, b2, a0, a1, a2]`. Errors: no row, `a0` other than 1, a value that is not finite, or a
    /// pole on or outside the unit circle (the filter would not be stable).
    pub fn new(sos: Vec<[f64; 6]>) -> Result<Self> {
        if sos.is_empty() {
            return Err(Error::option("filter", "no section; at least one is needed"));
        }
        for (i, s) in sos.iter().enumerate() {
            // The triangle of stability of 1 + a₁z⁻¹ + a₂z⁻².
            let stable = s[5].abs() < 1.0 && s[4].abs() < 1.0 + s[5];
            if !(s.iter().all(|v| v.is_finite()) && s[3] == 1.0 && stable) {
                let why = format!(
                    "section {} is {s:?}: not stable in double precision; a lower order or a corner farther \
                     from 0 and from half the sampling frequency is needed",
                    i + 1
                );
                return Err(Error::option("filter", why));
            }
        }
        Ok(Sections { sos })
    }

    /// The rows `[b0, b1, b2, 1, a1, a2]` in the order in which they run.
    pub fn sos(&self) -> &[[f64; 6]] {
        &self.sos
    }

    /// This filter followed by `other` as one cascade. Zero-phase application of a cascade differs at the edges
    /// from two applications after one another, since each of these continues the trace anew.
    #[must_use]
    pub fn then(&self, other: &Sections) -> Sections {
        Sections { sos: self.sos.iter().chain(&other.sos).copied().collect() }
    }

    /// H(e^{2πi f/fs}) of one pass at each frequency (Hz). Zero-phase application has |H|².
    pub fn frequency_response(&self, frequencies: &[f64], sampling_frequency: Hertz) -> Vec<Complex64> {
        let polynomial = |c: &[f64], w: Complex64| c[0] + w * (c[1] + w * c[2]);
        frequencies
            .iter()
            .map(|f| {
                let w = Complex64::cis(-std::f64::consts::TAU * f / sampling_frequency.0);
                self.sos.iter().fold(Complex64::new(1.0, 0.0), |h, s| {
                    h * polynomial(&s[..3], w) / polynomial(&s[3..], w)
                })
            })
            .collect()
    }

    /// Greatest modulus of a pole; below 1.
    pub fn pole_radius(&self) -> f64 {
        let radius = |s: &[f64; 6]| {
            let (half, a2) = (-s[4] / 2.0, s[5]);
            let d = half * half - a2;
            if d < 0.0 { a2.sqrt() } else { half.abs() + d.sqrt() }
        };
        self.sos.iter().map(radius).fold(0.0, f64::max)
    }

    /// Samples by which zero-phase application continues the trace at each end (odd reflection): three times the
    /// number of taps, as scipy.signal.sosfiltfilt has it.
    pub fn edge(&self) -> usize {
        let without = |at: usize| self.sos.iter().filter(|s| s[at] == 0.0).count();
        3 * (2 * self.sos.len() + 1 - without(2).min(without(5)))
    }

    /// Fewest samples that zero-phase application accepts.
    pub fn min_samples(&self) -> usize {
        self.edge() + 1
    }

    /// Samples after which the impulse response of one pass stays below `epsilon` (above 0, below 1) of its peak. A
    /// caller who cuts a long trace into pieces for zero-phase application gives each piece this many samples more on
    /// either side and throws them away again; the joined result then differs by about `epsilon` of the
    /// greatest value. At most 2²⁴, where a filter rings for longer (corners below some 1e-7 of fs).
    pub fn margin(&self, epsilon: f64) -> usize {
        let (mut state, mut x) = (super::State::zero(self), [1.0; 64]);
        x[1..].fill(0.0);
        let (mut peak, mut last, mut done): (f64, usize, usize) = (0.0, 0, 0);
        // The response is bounded by a polynomial times radiusⁿ, so it is followed until it has been small for as long
        // as the slowest pole takes to fall by `epsilon`.
        let quiet = (epsilon.ln() / self.pole_radius().max(1e-3).ln()).ceil().clamp(64.0, 1e9);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "64 to 1e9")]
        let quiet = quiet as usize;
        while done < last + quiet && done < 1 << 24 {
            self.apply(&mut x, &mut state);
            for v in x {
                done += 1;
                peak = peak.max(v.abs());
                if v.abs() > epsilon * peak {
                    last = done;
                }
            }
            x.fill(0.0);
        }
        last
    }

    /// State of each section (in front of the two delays) when its input has been 1 for ever.
    pub(super) fn steady(&self) -> Vec<[f64; 2]> {
        let mut scale = 1.0;
        self.sos
            .iter()
            .map(|&[b0, b1, b2, _, a1, a2]| {
                // z₀ (1 + a₁) − z₁ = b₁ − a₁b₀ and z₀ a₂ + z₁ = b₂ − a₂b₀, eliminated with the greater pivot.
                let (mut top, mut bottom) = ([1.0 + a1, -1.0, b1 - a1 * b0], [a2, 1.0, b2 - a2 * b0]);
                if bottom[0].abs() > top[0].abs() {
                    std::mem::swap(&mut top, &mut bottom);
                }
                // For corners near 0 Hz the rounding here shows in the result. Fused steps lose least, and the usual
                // builds of scipy's linear algebra go the same way.
                let factor = -bottom[0] * (1.0 / top[0]);
                let z1 = factor.mul_add(top[2], bottom[2]) / factor.mul_add(top[1], bottom[1]);
                let z0 = (-top[1]).mul_add(z1, top[2]) / top[0];
                let state = [scale * z0, scale * z1];
                scale *= (b0 + b1 + b2) / (1.0 + a1 + a2);
                state
            })
            .collect()
    }

    /// Pairs poles and zeros.
    pub(super) fn from_zpk(zpk: Zpk) -> Result<Self> {
        let Zpk { mut z, mut p, k } = zpk;
        if !(k.is_finite() && z.iter().chain(&p).all(|v| v.is_finite())) {
            let why =
                "the design overflows double precision; a lower order or less extreme corners are needed";
            return Err(Error::option("filter", why));
        }
        z.resize(p.len(), Complex64::default());
        if !p.len().is_multiple_of(2) {
            z.push(Complex64::default());
            p.push(Complex64::default());
        }
        let count = p.len() / 2;
        let (mut z, mut p) = (one_of_each_pair(z)?, one_of_each_pair(p)?);
        let mut sos = vec![[0.0; 6]; count];
        for row in sos.iter_mut().rev() {
            *row = next_section(&mut z, &mut p).ok_or_else(unpaired)?;
        }
        for b in &mut sos[0][..3] {
            *b *= k;
        }
        Sections::new(sos)
    }
}

fn unpaired() -> Error {
    Error::option("filter", "poles and zeros do not pair in double precision; a lower order is needed")
}

fn is_real(v: &Complex64) -> bool {
    v.im == 0.0
}

/// The upper half of each conjugate pair, sorted by real then imaginary part; then the real values.
fn one_of_each_pair(mut v: Vec<Complex64>) -> Result<Vec<Complex64>> {
    v.sort_by(|a, b| a.re.total_cmp(&b.re).then(a.im.abs().total_cmp(&b.im.abs())));
    let (reals, rest): (Vec<_>, Vec<_>) = v.into_iter().partition(|v| v.im.abs() <= REAL * v.norm());
    let (mut upper, mut lower): (Vec<_>, Vec<_>) = rest.into_iter().partition(|v| v.im > 0.0);
    if upper.len() != lower.len() {
        return Err(unpaired());
    }
    // Where real parts are equal but for rounding, the imaginary parts decide.
    let mut start = 0;
    for end in 1..=upper.len() {
        let same = upper.get(end).is_some_and(|v| v.re - upper[end - 1].re <= REAL * upper[end - 1].norm());
        if !same {
            upper[start..end].sort_by(|a, b| a.im.total_cmp(&b.im));
            lower[start..end].sort_by(|a, b| b.im.total_cmp(&a.im));
            start = end;
        }
    }
    let mut out: Vec<_> = upper.iter().zip(&lower).map(|(u, l)| (u + l.conj()) / 2.0).collect();
    out.extend(reals.iter().map(|v| Complex64::new(v.re, 0.0)));
    Ok(out)
}

/// Index of the allowed value with the least `key`, the first among equals.
fn least(
    v: &[Complex64],
    allowed: impl Fn(&Complex64) -> bool,
    key: impl Fn(&Complex64) -> f64,
) -> Option<usize> {
    let mut best = None;
    for (i, value) in v.iter().enumerate().filter(|(_, value)| allowed(value)) {
        let key = key(value);
        if best.is_none_or(|(least, _)| key < least) {
            best = Some((key, i));
        }
    }
    best.map(|(_, i)| i)
}

/// Takes the pole nearest the unit circle, its partner, and the zeros nearest to it.
fn next_section(z: &mut Vec<Complex64>, p: &mut Vec<Complex64>) -> Option<[f64; 6]> {
    let to_circle = |p: &Complex64| (1.0 - p.norm()).abs();
    let p1 = p.remove(least(p, |_| true, to_circle)?);
    let to_pole = |z: &Complex64| (z - p1).norm();
    let reals = |v: &[Complex64]| v.iter().filter(|v| is_real(v)).count();
    let origin = Complex64::default();
    if is_real(&p1) && reals(p) == 0 {
        let z1 = z.remove(least(z, is_real, to_pole)?);
        return Some(section(z1, origin, p1, origin));
    }
    if !is_real(&p1) && p.len() + 1 == z.len() && reals(p) == 1 && reals(z) == 1 {
        // One real pole and one real zero would be left over singly: they must stay for each other.
        let z1 = z.remove(least(z, |z| !is_real(z), to_pole)?);
        return Some(section(z1, z1.conj(), p1, p1.conj()));
    }
    let p2 = if is_real(&p1) { p.remove(least(p, is_real, to_circle)?) } else { p1.conj() };
    let z1 = z.remove(least(z, |_| true, to_pole)?);
    let z2 = if is_real(&z1) { z.remove(least(z, is_real, to_pole)?) } else { z1.conj() };
    Some(section(z1, z2, p1, p2))
}

fn section(z1: Complex64, z2: Complex64, p1: Complex64, p2: Complex64) -> [f64; 6] {
    [1.0, -(z1 + z2).re, (z1 * z2).re, 1.0, -(p1 + p2).re, (p1 * p2).re]
}
