//! What lies under a response: offset, drift, power-line interference and stimulus artefact, fitted to the
//! quiet parts of the sweep and subtracted everywhere.
//!
//! Terms are added one group at a time, the one that explains most first, and only while it explains more than
//! chance would: a sweep without mains gets no sinusoid, and its response keeps its shape. Nothing is filtered.

use super::refine;
use super::response::Artefact;
use super::stepwise::{Bins, Stepwise, Term, dot};
use std::f64::consts::TAU;

/// Time constants of the stimulus artefact that are tried, s (0.05 to 0.5 ms and 0.5 to 5 ms, as the two
/// exponentials of an electrode and an amplifier that recover).
const TIME_CONSTANTS: [f64; 9] = [6e-5, 1e-4, 1.7e-4, 2.8e-4, 4.6e-4, 8e-4, 1.4e-3, 2.4e-3, 4e-3];

/// A group enters when its sum of squares is more than this for each of its terms, in units of the noise's
/// variance. By chance the best of all groups reaches 5 to 8. Ours.
const ENTER: f64 = 14.0;

/// Time constants are moved off their grid when more than this times the noise's variance is left unexplained. Ours.
const UNEXPLAINED: f64 = 1.3;

/// Terms at most: offset, two behind the response, two of drift, two exponentials, two harmonics.
const TERMS: usize = 11;

/// Relative standard deviation of a fast and of a slow exponential that were fitted together with a response, and the
/// time constant between them, s. Measured on simulated responses.
const TAKEN: (f64, f64) = (0.05, 0.5);
const SLOW: f64 = 6e-4;

/// Samples over which sines and exponentials are continued by multiplication. Ours.
const BLOCK: usize = 512;

/// The part of the bins behind the response.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tail {
    /// Where it begins, s.
    pub(super) from: f64,
    /// Whether its level counts: only where little shows the level before the response.
    pub(super) level: bool,
}

/// What the fit may use.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Of the noise of one sample.
    pub(super) variance: f64,
    /// Whether the bins span enough of a period to tell mains from a response.
    pub(super) mains: bool,
    /// Whether an artefact is still there to be fitted.
    pub(super) artefact: bool,
    /// First and last time of the sweep, s.
    pub(super) span: (f64, f64),
    pub(super) tail: Option<Tail>,
}

/// What was fitted.
#[derive(Debug, Clone, Default)]
pub(super) struct Under {
    /// Exponentials that were taken out before: amplitude and time constant.
    pub(super) taken: Vec<(f64, f64)>,
    terms: Vec<(Term, f64)>,
    /// Middle and half-width of the sweep, s.
    centre: (f64, f64),
    /// Every term that was fitted, and the inverse of their Gram matrix: for the uncertainty.
    all: Vec<Term>,
    inverse: Vec<Vec<f64>>,
    variance: f64,
}

impl Under {
    /// Fits to the bins.
    pub(super) fn fit(bins: &mut Bins, plan: &Plan) -> Under {
        let (start, end) = plan.span;
        let centre = (f64::midpoint(start, end), ((end - start) / 2.0).max(1e-9));
        if bins.is_empty() {
            return Under { centre, ..Under::default() };
        }
        let mut groups: Vec<Vec<Term>> = Vec::new();
        if plan.artefact {
            groups.extend(TIME_CONSTANTS.map(|t| vec![Term::Exponential(t)]));
        }
        groups.extend([vec![Term::Drift(1)], vec![Term::Drift(1), Term::Drift(2)]]);
        if plan.mains {
            groups.extend([50.0, 60.0, 150.0, 180.0].map(|f| vec![Term::Cosine(f), Term::Sine(f)]));
        }
        let mut always = vec![Term::Offset];
        if let Some(tail) = plan.tail {
            always.push(Term::Settling(tail.from));
            if !tail.level {
                always.push(Term::Behind(tail.from));
            }
        }
        let mut terms = always.clone();
        for term in groups.iter().flatten() {
            if !terms.contains(term) {
                terms.push(*term);
            }
        }
        let n = bins.time.len();
        let mut fit = Stepwise::new(bins, terms, centre);
        always.into_iter().for_each(|term| fit.enter(term));
        #[expect(clippy::cast_precision_loss, reason = "few bins")]
        let left = |fit: &Stepwise| fit.squares.max(0.0) / n.saturating_sub(fit.entered.len()).max(1) as f64;
        while fit.entered.len() + 2 <= TERMS && fit.entered.len() + 3 < n {
            // What no term explains raises the bar.
            let mut best = (ENTER * plan.variance.max(left(&fit)), None);
            for (g, group) in groups.iter().enumerate() {
                if !fit.may_enter(group) {
                    continue;
                }
                let terms = if group.len() == 2 { 2.0 } else { 1.0 };
                let gain = fit.gain(group) / terms;
                if gain > best.0 {
                    best = (gain, Some(g));
                }
            }
            let (_, Some(g)) = best else { break };
            let before = fit.entered.len();
            groups[g].iter().for_each(|term| fit.enter(*term));
            if fit.entered.len() == before {
                break;
            }
        }
        let mut all: Vec<Term> = fit.entered.iter().map(|k| fit.terms[*k]).collect();
        let (mut amplitudes, mut inverse) = fit.solve();
        let mut variance = plan.variance.max(left(&fit));
        if left(&fit) > UNEXPLAINED * plan.variance
            && let Some(better) = refine::time_constants(bins, &all, centre, fit.squares)
        {
            #[expect(clippy::cast_precision_loss, reason = "few bins")]
            let rest = better.squares / n.saturating_sub(better.terms.len()).max(1) as f64;
            variance = plan.variance.max(rest);
            (all, amplitudes, inverse) = (better.terms, better.amplitudes, better.inverse);
        }
        // What settles behind the response is its own: fitted so that it does not bend the rest, and left in.
        let of_response = |t: &Term| matches!(t, Term::Behind(_) | Term::Settling(_));
        let terms = all.iter().copied().zip(amplitudes).filter(|(t, _)| !of_response(t)).collect();
        Under { terms, centre, inverse, variance, all, taken: Vec::new() }
    }

    /// Standard deviation of its value at a time, V.
    pub(super) fn sd(&self, t: f64) -> f64 {
        let values: Vec<f64> = self.all.iter().map(|term| term.at(t, self.centre)).collect();
        let square: f64 = self.inverse.iter().zip(&values).map(|(row, v)| v * dot(row, &values)).sum();
        // What was fitted together with the response is less sure than any fit to quiet parts says.
        let of = |(a, tau): &(f64, f64)| a * (-t / tau).exp() * if *tau > SLOW { TAKEN.1 } else { TAKEN.0 };
        let taken: f64 = if t < 0.0 { 0.0 } else { self.taken.iter().map(of).map(|v| v * v).sum() };
        (self.variance * square.max(0.0) + taken).sqrt()
    }

    /// Its value at a time.
    pub(super) fn at(&self, t: f64) -> f64 {
        self.terms.iter().map(|(term, amplitude)| amplitude * term.at(t, self.centre)).sum()
    }

    /// Its value at a time without the exponentials.
    pub(super) fn level(&self, t: f64) -> f64 {
        let rest = self.terms.iter().filter(|(term, _)| !matches!(term, Term::Exponential(_)));
        rest.map(|(term, amplitude)| amplitude * term.at(t, self.centre)).sum()
    }

    /// Whether an offset alone was fitted.
    pub(super) fn is_plain(&self) -> bool {
        matches!(self.terms[..], [(Term::Offset, _)])
    }

    /// The exponentials.
    pub(super) fn artefact(&self) -> Artefact {
        let exponentials = self.terms.iter().filter_map(|(term, amplitude)| match term {
            Term::Exponential(tau) => Some((*amplitude, *tau)),
            _ => None,
        });
        Artefact { exponentials: exponentials.chain(self.taken.iter().copied()).collect() }
    }

    /// Amplitude of the fundamental of the mains, V.
    pub(super) fn mains(&self) -> f64 {
        let power = self.terms.iter().filter_map(|(term, a)| match term {
            Term::Cosine(f) | Term::Sine(f) if *f < 100.0 => Some(a * a),
            _ => None,
        });
        power.sum::<f64>().sqrt()
    }

    /// Subtracts it.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(super) fn subtract(&self, x: &[f64], time: f64, period: f64, out: &mut Vec<f64>) {
        let at = |i: usize| time + period * i as f64;
        out.clear();
        out.extend_from_slice(x);
        for (term, amplitude) in &self.terms {
            match *term {
                Term::Offset => out.iter_mut().for_each(|v| *v -= amplitude),
                // Computed afresh at each block, multiplied on inside it: rounding does not pile up.
                Term::Exponential(tau) => {
                    let (turn, gone) = ((-period / tau).exp(), 40.0 * tau);
                    for (b, block) in out.chunks_mut(BLOCK).enumerate() {
                        let first = at(b * BLOCK);
                        if first < 0.0 {
                            let values = block.iter_mut().enumerate();
                            values
                                .for_each(|(i, v)| *v -= amplitude * term.at(at(b * BLOCK + i), self.centre));
                        } else if first < gone {
                            let mut e = amplitude * (-first / tau).exp();
                            for v in block {
                                *v -= e;
                                e *= turn;
                            }
                        }
                    }
                }
                // Sine and cosine come in pairs, the sine behind its cosine.
                Term::Sine(_) => {}
                Term::Cosine(f) => {
                    let of_sine = self.terms.iter().find(|(t, _)| *t == Term::Sine(f)).map_or(0.0, |t| t.1);
                    let (turn_sin, turn_cos) = (TAU * f * period * 8.0).sin_cos();
                    for (b, block) in out.chunks_mut(BLOCK).enumerate() {
                        // Eight samples side by side, each turned on by eight.
                        let start: [(f64, f64); 8] =
                            std::array::from_fn(|l| (TAU * f * at(b * BLOCK + l)).sin_cos());
                        let (mut sin, mut cos) = (start.map(|s| s.0), start.map(|s| s.1));
                        for part in block.chunks_mut(8) {
                            for (l, v) in part.iter_mut().enumerate() {
                                *v -= amplitude * cos[l] + of_sine * sin[l];
                            }
                            for l in 0..8 {
                                (sin[l], cos[l]) = (
                                    sin[l] * turn_cos + cos[l] * turn_sin,
                                    cos[l] * turn_cos - sin[l] * turn_sin,
                                );
                            }
                        }
                    }
                }
                _ => {
                    let values = out.iter_mut().enumerate();
                    values.for_each(|(i, v)| *v -= amplitude * term.at(at(i), self.centre));
                }
            }
        }
    }
}
