//! Seeded random numbers. A stream of its own for each purpose, so that one does not move another.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rand_distr::{Beta, Distribution, StandardNormal};
use std::f64::consts::TAU;

/// A stream of random numbers.
pub(super) struct Draw(ChaCha8Rng);

impl Draw {
    /// Stream `stream` of `seed`.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = ChaCha8Rng::seed_from_u64(seed);
        generator.set_stream(stream);
        Draw(generator)
    }
    /// 64 random bits.
    pub(super) fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }
    /// 0 to 1, 1 left out.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }
    /// Evenly between two numbers.
    pub(super) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }
    /// Evenly between their logarithms; both above 0.
    pub(super) fn log_uniform(&mut self, low: f64, high: f64) -> f64 {
        self.uniform(low.ln(), high.ln()).exp()
    }
    /// Normal distribution.
    pub(super) fn normal(&mut self, mean: f64, sd: f64) -> f64 {
        let z: f64 = StandardNormal.sample(&mut self.0);
        mean + sd * z
    }
    /// Normal distribution, values outside drawn in to the limits.
    pub(super) fn within(&mut self, mean: f64, sd: f64, low: f64, high: f64) -> f64 {
        self.normal(mean, sd).clamp(low, high)
    }
    /// Exponential distribution.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * (1.0 - self.unit()).ln()
    }
    /// Whether something of probability `p` happens.
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
    /// 0 to `n` - 1; 0 when `n` is 0.
    #[expect(clippy::cast_possible_truncation, reason = "below n")]
    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.bits() % n.max(1) as u64) as usize
    }
    /// Poisson distribution; the normal one above a mean of 50, which is near enough for counts of fibres.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded and not below zero")]
    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        if mean > 50.0 {
            return self.normal(mean, mean.sqrt()).round().max(0.0) as usize;
        }
        let (limit, mut product, mut n) = ((-mean).exp(), self.unit(), 0);
        while product > limit {
            product *= self.unit();
            n += 1;
        }
        n
    }
    /// Beta distribution; one half where a parameter is not above 0.
    pub(super) fn beta(&mut self, a: f64, b: f64) -> f64 {
        Beta::new(a, b).map_or(0.5, |beta| beta.sample(&mut self.0))
    }
    /// A row by its weight, `weight` 0 or more; the first where all are 0. `rows` holds at least one.
    pub(super) fn weighted<'a, T>(&mut self, rows: &'a [T], weight: impl Fn(&T) -> f64) -> &'a T {
        let total: f64 = rows.iter().map(&weight).sum();
        let mut left = self.unit() * total;
        for row in rows {
            left -= weight(row);
            if left < 0.0 {
                return row;
            }
        }
        &rows[0]
    }
    /// A point of a disc.
    pub(super) fn disc(&mut self, radius: f64) -> (f64, f64) {
        let (r, a) = (radius * self.unit().sqrt(), self.uniform(0.0, TAU));
        (r * a.cos(), r * a.sin())
    }
}
