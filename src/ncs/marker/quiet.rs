//! What lies under a response: offset, drift, power-line interference and stimulus artefact, fitted to the
//! quiet parts of the sweep and subtracted everywhere.
//!
//! Terms are added one group at a time, the one that explains most first, and only while it explains more than
//! chance would: a sweep without mains gets no sinusoid, and its response keeps its shape. Nothing is filtered.

use super::response::Artefact;
use std::f64::consts::TAU;

/// Time constants of the stimulus artefact that are tried, s (0.05 to 0.5 ms and 0.5 to 5 ms, as the two
/// exponentials of an electrode and an amplifier that recover).
const TIME_CONSTANTS: [f64; 9] = [6e-5, 1e-4, 1.7e-4, 2.8e-4, 4.6e-4, 8e-4, 1.4e-3, 2.4e-3, 4e-3];

/// A group enters when its sum of squares is more than this for each of its terms, in units of the noise's
/// variance. By chance the best of all groups reaches 5 to 8. Ours.
const ENTER: f64 = 14.0;

/// Terms at most: offset, two behind the response, two of drift, two exponentials, two harmonics.
const TERMS: usize = 11;

/// Two exponentials nearer to each other than this factor share the work with opposite signs. Ours.
const APART: f64 = 4.0;

/// Time constant of what settles behind a response, s: a high-pass filter of 20 Hz, or a slow muscle. Ours.
const SETTLING: f64 = 0.008;

/// Bins of the quiet parts: mean, time and weight (samples).
#[derive(Debug, Clone, Default)]
pub(super) struct Bins {
    time: Vec<f64>,
    mean: Vec<f64>,
    weight: Vec<f64>,
}

/// One term as a function of the time from the stimulus (s).
#[derive(Debug, Clone, Copy, PartialEq)]
enum Term {
    Offset,
    /// Time about the middle, to this power.
    Drift(i32),
    Exponential(f64),
    Cosine(f64),
    Sine(f64),
    /// 1 from this time on: what lies behind the response need not return to the level before it.
    Behind(f64),
    /// What the response and the amplifier's high-pass filter still do behind it: a decay from this time on.
    Settling(f64),
}

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
    /// First and last time of the sweep, s.
    pub(super) span: (f64, f64),
    pub(super) tail: Option<Tail>,
}

/// What was fitted.
#[derive(Debug, Clone, Default)]
pub(super) struct Under {
    terms: Vec<(Term, f64)>,
    /// Middle and half-width of the sweep, s.
    centre: (f64, f64),
    /// Every term that was fitted, and the orthonormal columns made of them: for the uncertainty.
    all: Vec<Term>,
    made_of: Vec<Vec<f64>>,
    variance: f64,
}

impl Bins {
    pub(super) fn clear(&mut self) {
        self.time.clear();
        self.mean.clear();
        self.weight.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Adds samples, the first of them at `time`, in bins of `width` samples.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(super) fn add(&mut self, x: &[f64], time: f64, period: f64, width: usize, weight: f64) {
        for (b, bin) in x.chunks(width.max(1)).enumerate() {
            let n = bin.len() as f64;
            self.time.push(time + period * ((b * width.max(1)) as f64 + (n - 1.0) / 2.0));
            self.mean.push(bin.iter().sum::<f64>() / n);
            self.weight.push(weight * n);
        }
    }
}

impl Term {
    fn at(self, t: f64, centre: (f64, f64)) -> f64 {
        match self {
            Term::Offset => 1.0,
            Term::Drift(power) => ((t - centre.0) / centre.1).powi(power),
            Term::Exponential(tau) => {
                if t >= 0.0 {
                    (-t / tau).exp()
                } else {
                    0.0
                }
            }
            Term::Cosine(f) => (TAU * f * t).cos(),
            Term::Sine(f) => (TAU * f * t).sin(),
            Term::Behind(from) => f64::from(t >= from),
            Term::Settling(from) => {
                if t >= from {
                    (-(t - from) / SETTLING).exp()
                } else {
                    0.0
                }
            }
        }
    }
}

/// Orthonormal columns (under the weights) and how they were made of the terms.
struct Basis<'a> {
    bins: &'a Bins,
    centre: (f64, f64),
    columns: Vec<Vec<f64>>,
    /// Row `k`: column `k` is Σ row\[j\] · term `j`.
    made_of: Vec<Vec<f64>>,
    terms: Vec<Term>,
    residual: Vec<f64>,
    /// Projection of the data on each column.
    onto: Vec<f64>,
}

impl Basis<'_> {
    fn dot(&self, a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).zip(&self.bins.weight).map(|((a, b), w)| a * b * w).sum()
    }

    /// The term's column, orthogonal to those that are in and of length 1; `None` where nothing is left of it.
    fn column(&self, term: Term, also: Option<&Vec<f64>>) -> Option<(Vec<f64>, Vec<f64>)> {
        let mut column: Vec<f64> = self.bins.time.iter().map(|t| term.at(*t, self.centre)).collect();
        let length = self.dot(&column, &column);
        let mut made = vec![0.0; self.terms.len() + 1];
        made[self.terms.len()] = 1.0;
        for (k, other) in self.columns.iter().enumerate() {
            let share = self.dot(&column, other);
            column.iter_mut().zip(other).for_each(|(c, o)| *c -= share * o);
            made.iter_mut().zip(&self.made_of[k]).for_each(|(m, o)| *m -= share * o);
        }
        if let Some(other) = also {
            let share = self.dot(&column, other);
            column.iter_mut().zip(other).for_each(|(c, o)| *c -= share * o);
        }
        let left = self.dot(&column, &column);
        // Nearly a mixture of the others: its amplitude would be noise.
        if left.is_nan() || left <= 1e-4 * length {
            return None;
        }
        let scale = left.sqrt();
        column.iter_mut().for_each(|c| *c /= scale);
        made.iter_mut().for_each(|m| *m /= scale);
        Some((column, made))
    }

    /// Whether a group is not in, and what it needs is.
    fn may_enter(&self, group: &[Term]) -> bool {
        if group.iter().all(|t| self.terms.contains(t)) {
            return false;
        }
        match group[0] {
            Term::Exponential(tau) => {
                let others: Vec<f64> = self
                    .terms
                    .iter()
                    .filter_map(|t| if let Term::Exponential(tau) = t { Some(*tau) } else { None })
                    .collect();
                others.len() < 2 && others.iter().all(|o| tau / o >= APART || o / tau >= APART)
            }
            // A harmonic needs its fundamental, and one fundamental is enough.
            Term::Cosine(f) if f > 100.0 => self.terms.contains(&Term::Cosine(f / 3.0)),
            Term::Cosine(_) => !self.terms.iter().any(|t| matches!(t, Term::Cosine(_))),
            _ => true,
        }
    }

    fn gain(&self, group: &[Term]) -> f64 {
        let Some((first, _)) = self.column(group[0], None) else { return 0.0 };
        let mut gain = self.dot(&first, &self.residual).powi(2);
        if let Some(second) = group.get(1) {
            let Some((second, _)) = self.column(*second, Some(&first)) else { return 0.0 };
            gain += self.dot(&second, &self.residual).powi(2);
        }
        gain
    }

    fn enter(&mut self, term: Term) {
        let Some((column, made)) = self.column(term, None) else { return };
        let onto = self.dot(&column, &self.residual);
        self.residual.iter_mut().zip(&column).for_each(|(r, c)| *r -= onto * c);
        self.columns.push(column);
        self.made_of.push(made);
        self.terms.push(term);
        self.onto.push(onto);
    }
}

impl Under {
    /// Fits to the bins.
    pub(super) fn fit(bins: &Bins, plan: &Plan) -> Under {
        let (start, end) = plan.span;
        let centre = (f64::midpoint(start, end), ((end - start) / 2.0).max(1e-9));
        if bins.is_empty() {
            return Under { centre, ..Under::default() };
        }
        let mut groups: Vec<Vec<Term>> = TIME_CONSTANTS.map(|t| vec![Term::Exponential(t)]).to_vec();
        groups.extend([vec![Term::Drift(1)], vec![Term::Drift(1), Term::Drift(2)]]);
        if plan.mains {
            groups.extend([50.0, 60.0, 150.0, 180.0].map(|f| vec![Term::Cosine(f), Term::Sine(f)]));
        }
        let mut basis = Basis {
            bins,
            centre,
            columns: Vec::new(),
            made_of: Vec::new(),
            terms: Vec::new(),
            residual: bins.mean.clone(),
            onto: Vec::new(),
        };
        basis.enter(Term::Offset);
        if let Some(tail) = plan.tail {
            basis.enter(Term::Settling(tail.from));
            if !tail.level {
                basis.enter(Term::Behind(tail.from));
            }
        }
        while basis.terms.len() + 2 <= TERMS && basis.terms.len() + 3 < bins.time.len() {
            // What no term explains raises the bar.
            let left = basis.dot(&basis.residual, &basis.residual);
            #[expect(clippy::cast_precision_loss, reason = "few bins")]
            let variance = plan.variance.max(left / (bins.time.len() - basis.terms.len()) as f64);
            let mut best = (ENTER * variance, None);
            for (g, group) in groups.iter().enumerate() {
                if !basis.may_enter(group) {
                    continue;
                }
                let terms = if group.len() == 2 { 2.0 } else { 1.0 };
                let gain = basis.gain(group) / terms;
                if gain > best.0 {
                    best = (gain, Some(g));
                }
            }
            let (_, Some(g)) = best else { break };
            for term in groups[g].clone() {
                if !basis.terms.contains(&term) {
                    basis.enter(term);
                }
            }
        }
        let mut terms: Vec<(Term, f64)> = basis.terms.iter().map(|t| (*t, 0.0)).collect();
        for (made, onto) in basis.made_of.iter().zip(&basis.onto) {
            terms.iter_mut().zip(made).for_each(|(t, m)| t.1 += onto * m);
        }
        // These belong to the response: fitted so that they do not bend the rest, and left in the sweep.
        terms.retain(|(t, _)| !matches!(t, Term::Behind(_) | Term::Settling(_)));
        let left = basis.dot(&basis.residual, &basis.residual);
        #[expect(clippy::cast_precision_loss, reason = "few bins")]
        let variance =
            plan.variance.max(left / bins.time.len().saturating_sub(basis.terms.len()).max(1) as f64);
        Under { terms, centre, all: basis.terms, made_of: basis.made_of, variance }
    }

    /// Standard deviation of its value at a time, V.
    pub(super) fn sd(&self, t: f64) -> f64 {
        let values: Vec<f64> = self.all.iter().map(|term| term.at(t, self.centre)).collect();
        let columns = self.made_of.iter().map(|m| m.iter().zip(&values).map(|(m, v)| m * v).sum::<f64>());
        (self.variance * columns.map(|c| c * c).sum::<f64>()).sqrt()
    }

    /// Its value at a time.
    pub(super) fn at(&self, t: f64) -> f64 {
        self.terms.iter().map(|(term, amplitude)| amplitude * term.at(t, self.centre)).sum()
    }

    /// The exponentials.
    pub(super) fn artefact(&self) -> Artefact {
        let exponentials = self.terms.iter().filter_map(|(term, amplitude)| match term {
            Term::Exponential(tau) => Some((*amplitude, *tau)),
            _ => None,
        });
        Artefact { exponentials: exponentials.collect() }
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
        out.clear();
        if let [(Term::Offset, offset)] = self.terms[..] {
            out.extend(x.iter().map(|v| v - offset));
        } else {
            out.extend(x.iter().enumerate().map(|(i, v)| v - self.at(time + period * i as f64)));
        }
    }
}
