//! What lies under a response: offset, drift, power-line interference and stimulus artefact, fitted to the
//! quiet parts of the sweep and subtracted everywhere.
//!
//! Terms are added one group at a time, the one that explains most first, and only while it explains more than
//! chance would: a sweep without mains gets no sinusoid, and its response keeps its shape. Nothing is filtered.

use super::refine;
use super::response::Artefact;
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

/// Two exponentials nearer to each other than this factor share the work with opposite signs. Ours.
const APART: f64 = 4.0;

/// Relative standard deviation of a fast and of a slow exponential that were fitted together with a response, and the
/// time constant between them, s. Measured on simulated responses.
const TAKEN: (f64, f64) = (0.05, 0.5);
const SLOW: f64 = 6e-4;

/// Time constant of what settles behind a response, s: a high-pass filter of 20 Hz, or a slow muscle. Ours.
const SETTLING: f64 = 0.008;

/// Samples over which sines and exponentials are continued by multiplication. Ours.
const BLOCK: usize = 512;

/// Bins of the quiet parts: mean, time and weight (samples).
#[derive(Debug, Clone, Default)]
pub(super) struct Bins {
    pub(super) time: Vec<f64>,
    pub(super) mean: Vec<f64>,
    pub(super) weight: Vec<f64>,
    /// How long each lasts, s.
    pub(super) width: Vec<f64>,
    /// Columns of the regression.
    table: Vec<f64>,
}

/// One term as a function of the time from the stimulus (s).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Term {
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

impl Bins {
    pub(super) fn clear(&mut self) {
        self.time.clear();
        self.mean.clear();
        self.weight.clear();
        self.width.clear();
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
            self.width.push(n * period);
        }
    }
}

impl Term {
    fn at(self, t: f64, centre: (f64, f64)) -> f64 {
        match self {
            Term::Offset => 1.0,
            Term::Drift(power) => ((t - centre.0) / centre.1).powi(power),
            Term::Exponential(tau) => {
                if t >= 0.0 && t < 40.0 * tau {
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

impl Term {
    /// Its mean over a bin: a steep exponential is not that of the bin's middle.
    pub(super) fn over(self, t: f64, width: f64, centre: (f64, f64)) -> f64 {
        let half = match self {
            Term::Exponential(tau) => width / (2.0 * tau),
            _ => 0.0,
        };
        let bulge = if half > 1e-3 { half.min(20.0).sinh() / half.min(20.0) } else { 1.0 };
        self.at(t, centre) * bulge
    }
}

/// Regression by stepwise entry: everything that has not entered is kept clear of what has.
struct Stepwise {
    terms: Vec<Term>,
    /// Σ w · term i · term j, as given and with the terms that entered projected out.
    gram: Vec<Vec<f64>>,
    left: Vec<Vec<f64>>,
    /// Σ w · term i · data, likewise.
    right: Vec<f64>,
    right_left: Vec<f64>,
    /// Σ w · residual².
    squares: f64,
    entered: Vec<usize>,
}

impl Stepwise {
    fn new(bins: &mut Bins, terms: Vec<Term>, centre: (f64, f64)) -> Stepwise {
        let n = bins.time.len();
        let Bins { time, mean, weight, width, table } = bins;
        table.clear();
        let roots: Vec<f64> = weight.iter().map(|w| w.sqrt()).collect();
        for term in &terms {
            match term {
                // Harmonics from the sines that are there: the third is 4c³ − 3c and 3s − 4s³.
                Term::Cosine(f) | Term::Sine(f) if *f > 100.0 => {
                    let of = |t: &Term| match term {
                        Term::Cosine(f) => *t == Term::Cosine(f / 3.0),
                        _ => *t == Term::Sine(f / 3.0),
                    };
                    let at = terms.iter().position(of).unwrap_or(0) * n;
                    let sign = if matches!(term, Term::Cosine(_)) { 1.0 } else { -1.0 };
                    for (i, w) in roots.iter().enumerate() {
                        let c = table[at + i] / w;
                        table.push(sign * w * (4.0 * c * c * c - 3.0 * c));
                    }
                }
                _ => {
                    let bins = time.iter().zip(&roots).zip(&*width);
                    table.extend(bins.map(|((t, w), width)| w * term.over(*t, *width, centre)));
                }
            }
        }
        let data: Vec<f64> = mean.iter().zip(&roots).map(|(m, w)| m * w).collect();
        let column = |k: usize| &table[k * n..(k + 1) * n];
        let m = terms.len();
        let mut gram = vec![vec![0.0; m]; m];
        let mut right = vec![0.0; m];
        crate::dsp::simd::widest(
            #[inline(always)]
            || {
                for (i, right) in right.iter_mut().enumerate() {
                    *right = dot(column(i), &data);
                    let (done, rest) = gram.split_at_mut(i);
                    rest[0][i] = dot(column(i), column(i));
                    for (j, other) in done.iter_mut().enumerate() {
                        let product = dot(column(i), column(j));
                        (rest[0][j], other[i]) = (product, product);
                    }
                }
            },
        );
        Stepwise {
            left: gram.clone(),
            right_left: right.clone(),
            squares: dot(&data, &data),
            terms,
            gram,
            right,
            entered: Vec::new(),
        }
    }

    fn find(&self, term: Term) -> Option<usize> {
        self.terms.iter().position(|t| *t == term)
    }

    fn is_in(&self, term: Term) -> bool {
        self.entered.iter().any(|k| self.terms[*k] == term)
    }

    /// Whether a group is not in, and what it needs is.
    fn may_enter(&self, group: &[Term]) -> bool {
        if group.iter().all(|t| self.is_in(*t)) {
            return false;
        }
        let entered = || self.entered.iter().map(|k| self.terms[*k]);
        match group[0] {
            Term::Exponential(tau) => {
                let others =
                    || entered().filter_map(|t| if let Term::Exponential(o) = t { Some(o) } else { None });
                others().count() < 2 && others().all(|o| tau / o >= APART || o / tau >= APART)
            }
            // A harmonic needs its fundamental, and one fundamental is enough.
            Term::Cosine(f) if f > 100.0 => self.is_in(Term::Cosine(f / 3.0)),
            Term::Cosine(_) => !entered().any(|t| matches!(t, Term::Cosine(_))),
            _ => true,
        }
    }

    /// What is left of a term: `None` when it is nearly a mixture of those that are in, its amplitude noise.
    fn own(&self, k: usize) -> Option<f64> {
        let own = self.left[k][k];
        (own > 1e-4 * self.gram[k][k]).then_some(own)
    }

    /// Sum of squares that a group of one or two terms would explain.
    fn gain(&self, group: &[Term]) -> f64 {
        let Some(k) = self.find(group[0]) else { return 0.0 };
        let Some(&second) = group.get(1) else {
            return self.own(k).map_or(0.0, |own| self.right_left[k].powi(2) / own);
        };
        let Some(l) = self.find(second) else { return 0.0 };
        let Some(own) = self.own(k) else {
            return self.own(l).map_or(0.0, |own| self.right_left[l].powi(2) / own);
        };
        let share = self.left[l][k] / own;
        let other = self.left[l][l] - share * self.left[k][l];
        let gain = self.right_left[k].powi(2) / own;
        if other <= 1e-4 * self.gram[l][l] {
            return gain;
        }
        gain + (self.right_left[l] - share * self.right_left[k]).powi(2) / other
    }

    fn enter(&mut self, term: Term) {
        let Some(k) = self.find(term).filter(|k| !self.entered.contains(k)) else { return };
        let Some(own) = self.own(k) else { return };
        let row = self.left[k].clone();
        let right = self.right_left[k];
        for i in 0..self.terms.len() {
            let share = row[i] / own;
            self.left[i].iter_mut().zip(&row).for_each(|(l, r)| *l -= share * r);
            self.right_left[i] -= share * right;
        }
        self.squares -= right * right / own;
        self.entered.push(k);
    }

    /// Amplitudes of the terms that are in, and the inverse of their Gram matrix.
    fn solve(&self) -> (Vec<f64>, Vec<Vec<f64>>) {
        let n = self.entered.len();
        let mut m: Vec<Vec<f64>> =
            self.entered.iter().map(|i| self.entered.iter().map(|j| self.gram[*i][*j]).collect()).collect();
        let mut inverse = vec![vec![0.0; n]; n];
        (0..n).for_each(|i| inverse[i][i] = 1.0);
        // Positive definite, each term with at least 10⁻⁴ of its own: no pivoting is needed.
        for i in 0..n {
            let scale = 1.0 / m[i][i];
            m[i].iter_mut().for_each(|v| *v *= scale);
            inverse[i].iter_mut().for_each(|v| *v *= scale);
            let (row, own) = (m[i].clone(), inverse[i].clone());
            for k in (0..n).filter(|k| *k != i) {
                let share = m[k][i];
                m[k].iter_mut().zip(&row).for_each(|(v, r)| *v -= share * r);
                inverse[k].iter_mut().zip(&own).for_each(|(v, r)| *v -= share * r);
            }
        }
        let right: Vec<f64> = self.entered.iter().map(|k| self.right[*k]).collect();
        (inverse.iter().map(|row| dot(row, &right)).collect(), inverse)
    }
}

/// Σ ab in eight running sums, which the compiler turns into vectors.
#[inline(always)]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (mut lanes, n) = ([0.0; 8], a.len().min(b.len()));
    let ((ac, ar), (bc, br)) = (a[..n].as_chunks::<8>(), b[..n].as_chunks::<8>());
    for (x, y) in ac.iter().zip(bc) {
        for l in 0..8 {
            lanes[l] += x[l] * y[l];
        }
    }
    lanes.iter().sum::<f64>() + ar.iter().zip(br).map(|(x, y)| x * y).sum::<f64>()
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
