//! One block's offset, trend and harmonics by least squares.
//!
//! Time is counted from the block's middle: then sines and cosines are orthogonal and the sums of their products
//! have closed forms, so the normal equations cost nothing whatever the length.
#![expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]

use crate::dsp::simd::{sum_map, sum_map2, widest};
use std::f64::consts::TAU;
use std::ops::Range;

/// Samples for which sines and cosines are made at a time; from there on they are computed afresh, so that rounding
/// does not pile up. Our choice.
const CHUNK: usize = 512;

/// Iterations of Gauss and Newton. The error falls a hundredfold in each from ten periods on; our choice.
const ITERATIONS: usize = 12;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) start: usize,
    pub(super) len: usize,
    /// Cycles per sample.
    pub(super) frequency: f64,
    offset: f64,
    /// Rise over the whole block.
    rise: f64,
    cos: Vec<f64>,
    sin: Vec<f64>,
}

/// cos and sin of a chunk.
struct Table {
    cos: [f64; CHUNK],
    sin: [f64; CHUNK],
}

impl Table {
    fn new() -> Self {
        Table { cos: [0.0; CHUNK], sin: [0.0; CHUNK] }
    }

    /// Values at `cycles` per sample from time `u` (samples) on, eight side by side.
    #[inline(always)]
    fn fill(&mut self, cycles: f64, u: f64) {
        let angle = |u: f64| TAU * (cycles * u).fract();
        let mut at: [(f64, f64); 8] = std::array::from_fn(|l| angle(u + l as f64).sin_cos());
        let (turn_sin, turn_cos) = angle(8.0).sin_cos();
        for (c, s) in self.cos.as_chunks_mut::<8>().0.iter_mut().zip(self.sin.as_chunks_mut::<8>().0) {
            for l in 0..8 {
                let (sin, cos) = at[l];
                (s[l], c[l]) = (sin, cos);
                at[l] = (sin * turn_cos + cos * turn_sin, cos * turn_cos - sin * turn_sin);
            }
        }
    }
}

/// What a pass over the residual collects for each harmonic: Σ rc, Σ rs, Σ urc, Σ urs.
type Sums = [f64; 4];

impl Fit {
    pub(super) fn new(start: usize, len: usize, frequency: f64, harmonics: usize) -> Self {
        // Next to the Nyquist frequency the sine of a harmonic vanishes and its amplitude is not determined.
        let usable = (1..=harmonics).take_while(|h| *h as f64 * frequency < 0.49).count();
        Fit { start, len, frequency, offset: 0.0, rise: 0.0, cos: vec![0.0; usable], sin: vec![0.0; usable] }
    }

    pub(super) fn harmonics(&self) -> usize {
        self.cos.len()
    }

    pub(super) fn amplitude(&self, i: usize) -> f64 {
        self.cos.get(i).map_or(0.0, |c| c.hypot(self.sin[i]))
    }

    fn middle(&self) -> f64 {
        (self.len as f64 - 1.0) / 2.0
    }

    fn cycles(&self, i: usize) -> f64 {
        self.frequency * (i + 1) as f64
    }

    /// Fits to the block's samples; the frequency too, within the main lobe about its start, when `refine`d.
    pub(super) fn solve(&mut self, x: &[f64], refine: bool) {
        let (first, n) = (self.frequency, self.len as f64);
        let scale = x.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        for iteration in 0..ITERATIONS {
            let (plain, sums) = self.project(x);
            let turn = |c: f64| TAU * c;
            let step = if refine && iteration + 1 < ITERATIONS { self.frequency_step(&sums) } else { 0.0 };
            let angles: Vec<f64> = (0..self.harmonics()).map(|i| turn(self.cycles(i))).collect();
            let even: Vec<f64> = std::iter::once(plain[0]).chain(sums.iter().map(|s| s[0])).collect();
            let odd: Vec<f64> = std::iter::once(plain[1]).chain(sums.iter().map(|s| s[1])).collect();
            let even = cholesky(&gram(&angles, n, true), even);
            let odd = cholesky(&gram(&angles, n, false), odd);
            self.offset += even[0];
            self.rise += odd[0];
            let mut change = even[0].abs().max(odd[0].abs());
            for i in 0..self.harmonics() {
                self.cos[i] += even[i + 1];
                self.sin[i] += odd[i + 1];
                change = change.max(even[i + 1].abs()).max(odd[i + 1].abs());
            }
            let lobe = 1.0 / n;
            self.frequency = (self.frequency + step).clamp(first - lobe, first + lobe);
            if iteration > 1 && change <= 1e-14 * scale && step.abs() * n <= 1e-13 {
                break;
            }
        }
    }

    /// Gauss and Newton's step in cycles per sample: the residual's part along the derivative
    /// ∂/∂f = Σ 2πhu (−a sin + b cos), whose square sums to Σ (2πh)² (a² + b²)/2 · n³/12 over many periods.
    fn frequency_step(&self, sums: &[Sums]) -> f64 {
        let n = self.len as f64;
        let (mut along, mut square) = (0.0, 0.0);
        for (i, s) in sums.iter().enumerate() {
            let w = TAU * (i + 1) as f64;
            along += w * (self.sin[i] * s[2] - self.cos[i] * s[3]);
            square += w * w * (self.cos[i].powi(2) + self.sin[i].powi(2)) * n * n * n / 24.0;
        }
        // Sinusoids far below the noise have no frequency: no step may leave the lobe.
        if square > 0.0 { (along / square).clamp(-0.25 / n, 0.25 / n) } else { 0.0 }
    }

    /// Σ r and Σ r u/n of the residual, and what it has of each harmonic.
    fn project(&self, x: &[f64]) -> ([f64; 2], Vec<Sums>) {
        let n = self.len as f64;
        let mut plain = [0.0; 2];
        let mut sums = vec![[0.0; 4]; self.harmonics()];
        let (mut table, mut r, mut ur) = (Table::new(), [0.0; CHUNK], [0.0; CHUNK]);
        widest(
            #[inline(always)]
            || {
                for (k, piece) in x.chunks(CHUNK).enumerate() {
                    let u0 = (k * CHUNK) as f64 - self.middle();
                    let (r, ur) = (&mut r[..piece.len()], &mut ur[..piece.len()]);
                    self.model(u0, r, &mut table);
                    for (i, (r, v)) in r.iter_mut().zip(piece).enumerate() {
                        let u = u0 + i as f64;
                        *r = v - *r - self.offset - self.rise * (u / n);
                        ur[i] = u * *r;
                    }
                    plain[0] += sum_map(r, |v| v);
                    plain[1] += sum_map(ur, |v| v) / n;
                    for (i, s) in sums.iter_mut().enumerate() {
                        table.fill(self.cycles(i), u0);
                        s[0] += sum_map2(r, &table.cos, |a, b| a * b);
                        s[1] += sum_map2(r, &table.sin, |a, b| a * b);
                        s[2] += sum_map2(ur, &table.cos, |a, b| a * b);
                        s[3] += sum_map2(ur, &table.sin, |a, b| a * b);
                    }
                }
            },
        );
        (plain, sums)
    }

    /// Writes the sinusoids from time `u0` on, at most a chunk.
    #[inline(always)]
    fn model(&self, u0: f64, out: &mut [f64], table: &mut Table) {
        out.fill(0.0);
        for i in 0..self.harmonics() {
            table.fill(self.cycles(i), u0);
            let (a, b) = (self.cos[i], self.sin[i]);
            for ((o, c), s) in out.iter_mut().zip(&table.cos).zip(&table.sin) {
                *o += a * c + b * s;
            }
        }
    }

    /// Subtracts `weight(t)` times the sinusoids at the samples `t` of `range`.
    pub(super) fn subtract(&self, x: &mut [f64], range: Range<usize>, weight: impl Fn(usize) -> f64) {
        let (mut table, mut model) = (Table::new(), [0.0; CHUNK]);
        let mut t = range.start;
        for piece in x[range].chunks_mut(CHUNK) {
            let model = &mut model[..piece.len()];
            let u0 = t as f64 - self.start as f64 - self.middle();
            widest(
                #[inline(always)]
                || self.model(u0, model, &mut table),
            );
            for (i, (v, m)) in piece.iter_mut().zip(model).enumerate() {
                *v -= weight(t + i) * *m;
            }
            t += piece.len();
        }
    }

    /// Sums of squares over the block: of the sinusoids, and of the samples without offset and trend.
    pub(super) fn powers(&self, x: &[f64]) -> (f64, f64) {
        let n = self.len as f64;
        let line: f64 = (0..self.harmonics()).map(|i| self.amplitude(i).powi(2) / 2.0).sum();
        let total = x.iter().enumerate().map(|(i, v)| {
            let u = i as f64 - self.middle();
            (v - self.offset - self.rise * (u / n)).powi(2)
        });
        (line * n, total.sum())
    }
}

/// Power of the first harmonics, for comparing frequencies: Σ |Σ (x − mean) e^{−2πihfu}|².
pub(super) fn power(x: &[f64], frequency: f64, harmonics: usize) -> f64 {
    let mut fit = Fit::new(0, x.len(), frequency, harmonics);
    fit.offset = x.iter().sum::<f64>() / x.len().max(1) as f64;
    fit.project(x).1.iter().map(|s| s[0] * s[0] + s[1] * s[1]).sum()
}

/// Σ cos(θu) over n samples about 0: the Dirichlet kernel.
fn dirichlet(theta: f64, n: f64) -> f64 {
    let s = (theta / 2.0).sin();
    if s.abs() < 1e-14 { n } else { (n * theta / 2.0).sin() / s }
}

/// Sums of products of the columns 1, cos θ₁u … (`even`) or u/n, sin θ₁u … over n samples about 0.
fn gram(angles: &[f64], n: f64, even: bool) -> Vec<Vec<f64>> {
    let size = angles.len() + 1;
    let mut g = vec![vec![0.0; size]; size];
    g[0][0] = if even { n } else { (n * n - 1.0) / (12.0 * n) };
    for (i, a) in angles.iter().enumerate() {
        let border = if even {
            dirichlet(*a, n)
        } else {
            // Σ u sin θu = −d/dθ Σ cos θu.
            let ((s, c), (sn, cn)) = ((a / 2.0).sin_cos(), (n * a / 2.0).sin_cos());
            -(n * cn * s - sn * c) / (2.0 * s * s * n)
        };
        (g[0][i + 1], g[i + 1][0]) = (border, border);
        for (j, b) in angles.iter().enumerate() {
            let (difference, sum) = (dirichlet(a - b, n), dirichlet(a + b, n));
            g[i + 1][j + 1] = if even { difference + sum } else { difference - sum } / 2.0;
        }
    }
    g
}

/// Solves g x = y for a symmetric positive g. A column that is hardly independent of those before gets 0.
fn cholesky(g: &[Vec<f64>], mut y: Vec<f64>) -> Vec<f64> {
    let n = y.len();
    let mut l = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let sum = g[i][j] - (0..j).map(|k| l[i][k] * l[j][k]).sum::<f64>();
            if i != j {
                l[i][j] = if l[j][j] > 0.0 { sum / l[j][j] } else { 0.0 };
            } else if sum > 1e-9 * g[i][i] {
                l[i][i] = sum.sqrt();
            }
        }
    }
    for i in 0..n {
        let sum = y[i] - (0..i).map(|k| l[i][k] * y[k]).sum::<f64>();
        y[i] = if l[i][i] > 0.0 { sum / l[i][i] } else { 0.0 };
    }
    for i in (0..n).rev() {
        let sum = y[i] - (i + 1..n).map(|k| l[k][i] * y[k]).sum::<f64>();
        y[i] = if l[i][i] > 0.0 { sum / l[i][i] } else { 0.0 };
    }
    y
}
