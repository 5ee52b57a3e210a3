//! Moving waveforms by parts of a sample.

/// Steps of a sample that templates are kept at. Ours: 6 µs at 20 kHz, well below the jitter of a potential.
pub(super) const PHASES: usize = 8;
/// Samples on each side that an interpolated one is made of.
const HALF: usize = 8;

/// Coefficients for each phase: Blackman-windowed sinc.
pub(super) struct Shifter([[f64; 2 * HALF]; PHASES]);

impl Shifter {
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    pub(super) fn new() -> Self {
        let mut all = [[0.0; 2 * HALF]; PHASES];
        for (p, row) in all.iter_mut().enumerate() {
            let part = p as f64 / PHASES as f64;
            for (j, c) in row.iter_mut().enumerate() {
                // Sample j of the row lies j − (HALF − 1) before the wanted place.
                let d = j as f64 - (HALF as f64 - 1.0) - part;
                let u = d / HALF as f64;
                let pi = std::f64::consts::PI;
                let sinc = if d.abs() < 1e-12 { 1.0 } else { (pi * d).sin() / (pi * d) };
                *c = sinc * (0.42 + 0.5 * (pi * u).cos() + 0.08 * (2.0 * pi * u).cos()).max(0.0);
            }
            let sum: f64 = row.iter().sum();
            row.iter_mut().for_each(|c| *c /= sum);
        }
        Shifter(all)
    }

    /// x at `at + phase / PHASES`; zero outside.
    pub(super) fn at(&self, x: &[f64], at: isize, phase: usize) -> f64 {
        if phase == 0 {
            return usize::try_from(at).ok().and_then(|i| x.get(i)).copied().unwrap_or(0.0);
        }
        let first = at - HALF.cast_signed() + 1;
        let row = &self.0[phase];
        match usize::try_from(first) {
            Ok(f) if f + 2 * HALF <= x.len() => row.iter().zip(&x[f..f + 2 * HALF]).map(|(c, v)| c * v).sum(),
            _ => row
                .iter()
                .zip(first..)
                .filter_map(|(c, i)| usize::try_from(i).ok().and_then(|i| x.get(i)).map(|v| c * v))
                .sum(),
        }
    }

    /// `len` values of x from `first + phase / PHASES` on.
    pub(super) fn cut(&self, x: &[f64], first: isize, phase: usize, len: usize, out: &mut Vec<f64>) {
        out.clear();
        out.extend((0..len.cast_signed()).map(|i| self.at(x, first + i, phase)));
    }
}

/// A time in samples as the whole sample before it and the nearest phase.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "times lie inside a trace")]
pub(super) fn split(t: f64) -> (isize, usize) {
    let steps = (t * PHASES as f64).round() as isize;
    let phases = PHASES.cast_signed();
    (steps.div_euclid(phases), steps.rem_euclid(phases) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_limited_wave_is_moved_exactly() {
        let wave = |t: f64| (0.9 * t).sin() + 0.5 * (0.31 * t + 1.0).cos();
        let x: Vec<f64> = (0..200).map(|i| wave(f64::from(i))).collect();
        let shifter = Shifter::new();
        for phase in 0..PHASES {
            for at in 20..150 {
                let want = wave(f64::from(at) + phase as f64 / PHASES as f64);
                let got = shifter.at(&x, at as isize, phase);
                assert!((got - want).abs() < 2e-3, "{phase} {at}: {got} {want}");
            }
        }
        assert_eq!(split(3.0), (3, 0));
        assert_eq!(split(2.99), (3, 0));
        assert_eq!(split(-0.25), (-1, 6));
    }
}
