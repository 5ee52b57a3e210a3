//! Linear regression on the quiet parts of a sweep, one group of terms at a time.

use std::f64::consts::TAU;

/// Two exponentials nearer to each other than this factor share the work with opposite signs. Ours.
const APART: f64 = 4.0;

/// Time constant of what settles behind a response, s: a high-pass filter of 20 Hz, or a slow muscle. Ours.
const SETTLING: f64 = 0.008;

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
    pub(super) fn at(self, t: f64, centre: (f64, f64)) -> f64 {
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
pub(super) struct Stepwise {
    pub(super) terms: Vec<Term>,
    /// Σ w · term i · term j, as given and with the terms that entered projected out.
    gram: Vec<Vec<f64>>,
    left: Vec<Vec<f64>>,
    /// Σ w · term i · data, likewise.
    right: Vec<f64>,
    right_left: Vec<f64>,
    /// Σ w · residual².
    pub(super) squares: f64,
    pub(super) entered: Vec<usize>,
}

impl Stepwise {
    pub(super) fn new(bins: &mut Bins, terms: Vec<Term>, centre: (f64, f64)) -> Stepwise {
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
    pub(super) fn may_enter(&self, group: &[Term]) -> bool {
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
    pub(super) fn gain(&self, group: &[Term]) -> f64 {
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

    pub(super) fn enter(&mut self, term: Term) {
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
    pub(super) fn solve(&self) -> (Vec<f64>, Vec<Vec<f64>>) {
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
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (mut lanes, n) = ([0.0; 8], a.len().min(b.len()));
    let ((ac, ar), (bc, br)) = (a[..n].as_chunks::<8>(), b[..n].as_chunks::<8>());
    for (x, y) in ac.iter().zip(bc) {
        for l in 0..8 {
            lanes[l] += x[l] * y[l];
        }
    }
    lanes.iter().sum::<f64>() + ar.iter().zip(br).map(|(x, y)| x * y).sum::<f64>()
}
