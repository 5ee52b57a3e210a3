//! Potentials of units and axons on an even grid of times; negative up.

/// Even times from the stimulus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    /// Of the first, s.
    pub(super) start: f64,
    /// s.
    pub(super) step: f64,
    pub(super) len: usize,
}

/// Step of the noise-free truth, s.
pub(super) const FINE_STEP: f64 = 5e-6;

impl Grid {
    /// From the stimulus to `end` s in steps of the truth.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below a second")]
    pub(super) fn fine(end: f64) -> Self {
        Grid { start: 0.0, step: FINE_STEP, len: (end.clamp(0.001, 2.0) / FINE_STEP).ceil() as usize }
    }
    /// Time of point `i`.
    #[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
    pub(super) fn time(self, i: usize) -> f64 {
        self.start + i as f64 * self.step
    }
    /// First point at or after `t`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    #[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
    fn at(self, t: f64) -> usize {
        ((t - self.start) / self.step).ceil().clamp(0.0, self.len as f64) as usize
    }
}

/// Largest value of u (2 - u) e^-u, at u = 2 - √2; its least is -0.1592.
pub(super) const PEAK: f64 = 0.461_16;
/// Peak to peak of the same.
pub(super) const EXTENT: f64 = 0.620_33;
/// Beyond this u the rest is below 1e-7.
const TAIL: f64 = 22.0;

/// Adds a·g((t - at) / tau), g(u) = u (2 - u) e^-u above 0: a motor unit under the electrode over its end plates,
/// with no net area (reference text 7.5).
#[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
pub(super) fn add_unit(out: &mut [f64], grid: Grid, at: f64, a: f64, tau: f64) {
    let (first, end) = (grid.at(at), grid.at(at + TAIL * tau));
    // e^-u by one factor a step instead of a call each.
    let (du, factor) = (grid.step / tau, (-grid.step / tau).exp());
    let u0 = (grid.time(first) - at) / tau;
    let mut decay = a * (-u0).exp();
    for (i, x) in out.iter_mut().enumerate().take(end).skip(first) {
        let u = u0 + (i - first) as f64 * du;
        *x += u * (2.0 - u) * decay;
        decay *= factor;
    }
}

/// Adds -a·u e^(1-u) above 0: the positivity that comes first where the electrode lies off the end plates.
#[expect(clippy::cast_precision_loss, reason = "lengths of sweeps")]
pub(super) fn add_positivity(out: &mut [f64], grid: Grid, at: f64, a: f64, tau: f64) {
    let (first, end) = (grid.at(at), grid.at(at + TAIL * tau));
    for (i, x) in out.iter_mut().enumerate().take(end).skip(first) {
        let u = (grid.time(first) - at + (i - first) as f64 * grid.step) / tau;
        *x -= a * u * (1.0 - u).exp();
    }
}

/// Adds a·ψ((t - at) / w), ψ(u) = (1 - u²) e^(-u²/2): an axon that runs past the electrode.
pub(super) fn add_axon(out: &mut [f64], grid: Grid, at: f64, a: f64, w: f64) {
    let (first, end) = (grid.at(at - 6.0 * w), grid.at(at + 6.0 * w));
    for (i, x) in out.iter_mut().enumerate().take(end).skip(first) {
        let square = ((grid.time(i) - at) / w).powi(2);
        *x += a * (1.0 - square) * (-0.5 * square).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_its_formula() {
        let grid = Grid { start: -0.001, step: 1e-5, len: 4000 };
        let mut x = vec![0.0; grid.len];
        add_unit(&mut x, grid, 0.003, 2.0, 0.0024);
        for (i, got) in x.iter().enumerate() {
            let u = (grid.time(i) - 0.003) / 0.0024;
            let want = if u > 0.0 { 2.0 * u * (2.0 - u) * (-u).exp() } else { 0.0 };
            assert!((got - want).abs() < 1e-9, "{i}: {got} {want}");
        }
        let most = x.iter().copied().fold(f64::MIN, f64::max);
        let least = x.iter().copied().fold(f64::MAX, f64::min);
        assert!((most - 2.0 * PEAK).abs() < 1e-4 && (most - least - 2.0 * EXTENT).abs() < 1e-3);
    }
}
