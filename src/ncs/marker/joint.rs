//! The stimulus artefact under an early response, fitted together with the response's own beginning.
//!
//! A sensory response may leave its baseline while the artefact still falls: between the two lies nothing quiet, and an
//! artefact fitted to what is left of it would be continued anywhere. So both are fitted at once, from the blanked time
//! to the negative peak: one or two exponentials of one sign, and a bell with its first and second moments, which
//! follows a negative phase with or without an initial positivity (a volume-conducted potential is a bell's second
//! derivative). Only the exponentials are kept; the bell is a stand-in, and measured is what is left.

/// Time constants that are tried, s: electrode and amplifier that recover (0.05 to 0.5 and 0.5 to 5 ms).
const FAST: [f64; 7] = [6e-5, 9e-5, 1.4e-4, 2e-4, 2.8e-4, 4e-4, 5.5e-4];
const SLOW: [f64; 6] = [8e-4, 1.1e-3, 1.6e-3, 2.3e-3, 3.2e-3, 4.5e-3];
/// Limits of both, s; a slower one would be an offset.
const FASTEST: f64 = 4e-5;
const PARTED: f64 = 7e-4;
const SLOWEST: f64 = 5e-3;
/// Widths of the bell that are tried, as shares of the rise from a tenth of the peak.
const WIDTHS: [f64; 9] = [0.4, 0.5, 0.6, 0.72, 0.85, 1.0, 1.15, 1.3, 1.5];
/// The last steps by which time constants and width are refined.
const STEPS: [f64; 4] = [1.25, 1.12, 1.05, 1.02];
/// Rounds at most with each of them.
const ROUNDS: usize = 6;
/// The bell must explain so many variances of the noise more than exponentials alone. Ours.
const NEEDED: f64 = 60.0;
/// Fewest samples for up to seven terms.
const FEWEST: usize = 14;

/// What was fitted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Joint {
    /// Amplitude at the stimulus and time constant of each exponential, V and s.
    pub(super) exponentials: Vec<(f64, f64)>,
}

/// Where the response lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// Time of the negative peak, s.
    pub(super) peak: f64,
    /// From a tenth of the peak to the peak, s.
    pub(super) rise: f64,
    /// Standard deviation of a sample's noise, V.
    pub(super) noise: f64,
}

/// Terms of one trial.
#[derive(Debug, Clone, Copy)]
struct Trial {
    fast: Option<f64>,
    slow: Option<f64>,
    /// Width of the bell; `None` for exponentials alone.
    width: Option<f64>,
}

/// Fits `x` (V, less its baseline; sample i at `time(i)`), which ends at the negative peak, and `tail` behind the response:
/// means over bins with their time and weight, where the artefact is all that is left. `None` when no exponential is
/// needed, or when exponentials alone explain as much: then there is no response here to keep clear of.
pub(super) fn fit(
    x: &[f64],
    time: impl Fn(usize) -> f64,
    tail: &[(f64, f64, f64)],
    seen: Seen,
) -> Option<Joint> {
    if x.len() < FEWEST || !(seen.rise > 0.0 && seen.noise > 0.0) {
        return None;
    }
    // The tail's bins stand behind the samples, all as if they were samples of equal noise.
    let times: Vec<f64> = (0..x.len()).map(time).chain(tail.iter().map(|b| b.0)).collect();
    let roots: Vec<f64> =
        std::iter::repeat_n(1.0, x.len()).chain(tail.iter().map(|b| b.2.max(0.0).sqrt())).collect();
    let data: Vec<f64> =
        x.iter().copied().chain(tail.iter().map(|b| b.1)).zip(&roots).map(|(v, r)| v * r).collect();
    let mut work =
        Work { x: &data, times: &times, roots: &roots, near: x.len(), peak: seen.peak, columns: Vec::new() };
    let widths = WIDTHS.map(|share| Some(share * seen.rise));
    let (_, trial) = work.best(&widths, seen.noise)?;
    if trial.fast.is_none() && trial.slow.is_none() {
        return None;
    }
    let (_, amplitudes) = work.score(trial, seen.noise)?;
    let with = work.squares(&amplitudes);
    let (_, alone) = work.best(&[None], seen.noise)?;
    let (_, of_alone) = work.score(alone, seen.noise)?;
    let without = work.squares(&of_alone);
    if without - with < NEEDED * seen.noise * seen.noise {
        return None;
    }
    let taus = [trial.fast, trial.slow].into_iter().flatten();
    Some(Joint { exponentials: amplitudes.iter().copied().zip(taus).collect() })
}

struct Work<'a> {
    x: &'a [f64],
    times: &'a [f64],
    roots: &'a [f64],
    /// Samples up to the peak; the tail's bins follow.
    near: usize,
    peak: f64,
    columns: Vec<Vec<f64>>,
}

impl Work<'_> {
    /// The trial of least score: a grid, then each of the three by ever smaller factors.
    fn best(&mut self, widths: &[Option<f64>], noise: f64) -> Option<(f64, Trial)> {
        let mut best: Option<(f64, Trial)> = None;
        let none = std::iter::once(None);
        let fasts: Vec<Option<f64>> = none.clone().chain(FAST.into_iter().map(Some)).collect();
        let slows: Vec<Option<f64>> = none.chain(SLOW.into_iter().map(Some)).collect();
        for width in widths {
            for fast in &fasts {
                for slow in &slows {
                    let trial = Trial { fast: *fast, slow: *slow, width: *width };
                    if let Some((score, _)) = self.score(trial, noise)
                        && best.is_none_or(|(b, _)| score < b)
                    {
                        best = Some((score, trial));
                    }
                }
            }
        }
        let (mut score, mut trial) = best?;
        for step in STEPS {
            for _ in 0..ROUNDS {
                let before = score;
                for which in 0..3 {
                    for factor in [step, 1.0 / step] {
                        let mut next = trial;
                        match which {
                            0 => next.fast = next.fast.map(|t| (t * factor).clamp(FASTEST, PARTED)),
                            1 => next.slow = next.slow.map(|t| (t * factor).clamp(PARTED, SLOWEST)),
                            _ => next.width = next.width.map(|w| w * factor),
                        }
                        if let Some((s, _)) = self.score(next, noise)
                            && s < score - 1e-9
                        {
                            (score, trial) = (s, next);
                        }
                    }
                }
                if score >= before {
                    break;
                }
            }
        }
        Some((score, trial))
    }

    fn build(&mut self, trial: Trial) {
        self.columns.clear();
        for tau in [trial.fast, trial.slow].into_iter().flatten() {
            self.columns.push(self.exponential(tau));
        }
        let Some(width) = trial.width else { return };
        let moment = |power: i32| {
            let of = |(i, t): (usize, &f64)| {
                let u = (t - self.peak) / width;
                if i < self.near { u.powi(power) * (-0.5 * u * u).exp() } else { 0.0 }
            };
            self.times.iter().enumerate().map(of).collect::<Vec<f64>>()
        };
        let bells: Vec<Vec<f64>> = (0..3).map(moment).collect();
        self.columns.extend(bells);
    }

    fn exponential(&self, tau: f64) -> Vec<f64> {
        self.times.iter().zip(self.roots).map(|(t, r)| r * (-t / tau).exp()).collect()
    }

    /// Schwarz's criterion of a trial, and its amplitudes; `None` where its terms are mixtures of each other.
    fn score(&mut self, trial: Trial, noise: f64) -> Option<(f64, Vec<f64>)> {
        self.build(trial);
        if self.columns.is_empty() {
            return None;
        }
        let amplitudes = least_squares(&self.columns, self.x)?;
        // The bell must point up, and two exponentials that work against each other are no artefact.
        let bell = trial.width.map_or(1.0, |_| amplitudes[self.columns.len() - 3]);
        let against = trial.fast.is_some() && trial.slow.is_some() && amplitudes[0] * amplitudes[1] < 0.0;
        if bell <= 0.0 || against {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a few hundred samples")]
        let (n, k) = (self.x.len() as f64, self.columns.len() as f64);
        // Less than the noise is not explained better.
        let squares = self.squares(&amplitudes).max(n * noise * noise * 0.25);
        Some((n * (squares / n).ln() + k * n.ln(), amplitudes))
    }

    fn squares(&self, amplitudes: &[f64]) -> f64 {
        let residual = |(i, x): (usize, &f64)| {
            let model: f64 = self.columns.iter().zip(amplitudes).map(|(c, a)| c[i] * a).sum();
            (x - model) * (x - model)
        };
        self.x.iter().enumerate().map(residual).sum()
    }
}

/// Amplitudes of the columns; `None` for columns that are nearly mixtures of each other.
fn least_squares(columns: &[Vec<f64>], x: &[f64]) -> Option<Vec<f64>> {
    const MOST: usize = 5;
    let n = columns.len().min(MOST);
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(p, q)| p * q).sum::<f64>();
    let mut m = [[0.0; MOST + 1]; MOST];
    let mut own = [0.0; MOST];
    for i in 0..n {
        for j in 0..n {
            m[i][j] = dot(&columns[i], &columns[j]);
        }
        m[i][MOST] = dot(&columns[i], x);
        own[i] = m[i][i];
    }
    for i in 0..n {
        if m[i][i] <= 1e-10 * own[i] || own[i] <= 0.0 {
            return None;
        }
        let row = m[i];
        for (k, other) in m.iter_mut().enumerate().take(n) {
            if k != i {
                let share = other[i] / row[i];
                other.iter_mut().zip(&row).for_each(|(v, r)| *v -= share * r);
            }
        }
    }
    let out: Vec<f64> = (0..n).map(|i| m[i][MOST] / m[i][i]).collect();
    out.iter().all(|v| v.is_finite()).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A potential with an initial positivity whose foot lies in the artefact; blanked at 0.4 ms, 20 kHz.
    fn trace(artefact: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..37)
            .map(|i| {
                let t = 4e-4 + 5e-5 * f64::from(i);
                let u = (t - 2.2e-3) / 4e-4;
                30e-6 * (1.0 - u * u) * (-0.5 * u * u).exp() + artefact(t)
            })
            .collect()
    }

    const SEEN: Seen = Seen { peak: 2.2e-3, rise: 4e-4, noise: 0.5e-6 };

    #[test]
    fn an_artefact_is_told_from_the_response_that_begins_in_it() {
        for (a, b) in [(900e-6, 30e-6), (-900e-6, -30e-6), (-400e-6, -6e-6)] {
            let of = |t: f64| a * (-t / 2.5e-4).exp() + b * (-t / 1.5e-3).exp();
            let x = trace(of);
            // Behind the response, in bins of five samples.
            let tail: Vec<(f64, f64, f64)> =
                (0..30).map(|k| 7e-3 + 2.5e-4 * f64::from(k)).map(|t| (t, of(t), 5.0)).collect();
            let joint = fit(&x, |i| 4e-4 + 5e-5 * i as f64, &tail, SEEN).expect("an artefact");
            for t in [6e-4, 1e-3, 1.5e-3, 2e-3] {
                let got: f64 = joint.exponentials.iter().map(|(a, tau)| a * (-t / tau).exp()).sum();
                assert!((got - of(t)).abs() < 3e-6, "{t}: {got} for {}", of(t));
            }
        }
    }

    #[test]
    fn what_needs_no_artefact_or_no_response_gives_none() {
        let clean = trace(|_| 0.0);
        assert_eq!(fit(&clean, |i| 4e-4 + 5e-5 * i as f64, &[], SEEN), None);
        let alone: Vec<f64> =
            (0..37).map(|i| 9e-4 * (-(4e-4 + 5e-5 * f64::from(i)) / 2.5e-4).exp()).collect();
        assert_eq!(fit(&alone, |i| 4e-4 + 5e-5 * i as f64, &[], SEEN), None);
        assert_eq!(fit(&clean[..5], |i| 4e-4 + 5e-5 * i as f64, &[], SEEN), None);
    }
}
