//! P(findings | explanation), all of them and all but one, over severity and time.

use super::constitution::{Constitution, KINDS};
use super::element::Element;
use super::emission::Row;
use super::hypothesis::Component;
use super::key::Key;
use super::lesion::{Lesion, Part};
use super::mix::{Mix, at, factor, joined};
use super::patchy;
use super::state::{FEW_SEVERITIES, SEVERITIES, STATES, State};
use super::time::{TIMES, Times};

/// Numbers beyond this, or below its inverse, are written with a power of it.
pub(super) const STEP: f64 = 1e100;

/// What the elements are to an explanation.
pub(super) struct Problem<'a> {
    pub(super) elements: &'a [Element],
    pub(super) times: Times,
    /// Tests that were not done and could be.
    pub(super) candidates: &'a [Key],
    /// Kinds of persons.
    pub(super) kinds: Vec<Kind>,
}

/// What the elements are in one kind of person.
pub(super) struct Kind {
    /// Share of such persons.
    share: f64,
    /// By element: P(finding | spared, such a person) / P(finding | spared, usual person).
    base: Vec<f64>,
    /// By element and time: P(finding | state) / P(finding | spared, such a person).
    pub(super) ratios: Vec<[Row; TIMES]>,
}

/// Outcome of one explanation, relative to "every element is spared" in a usual person; while nodes are added, sums that
/// [`Outcome::finish`] turns into shares of the total.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Power of [`STEP`] that `total` and `without` are to be multiplied by: with many findings the numbers leave the
    /// range of an `f64`.
    pub(super) power: i32,
    /// P(all findings | explanation), relative.
    pub(super) total: f64,
    /// The same without one element.
    pub(super) without: Vec<f64>,
    /// P(element is involved | explanation, findings).
    pub(super) involved: Vec<f64>,
    /// By candidate: P(state | explanation, findings), by time (each time's share included).
    pub(super) candidates: Vec<[[f64; STATES]; TIMES]>,
    /// Mean severity after the findings, 0 to 1.
    pub(super) severity: f64,
}

impl Outcome {
    /// A number of another power in the sum's own; the sum takes the greater of the two.
    pub(super) fn at(&mut self, number: f64, power: i32) -> f64 {
        if self.total <= 0.0 {
            self.power = power;
        } else if power > self.power {
            let less = STEP.powi(self.power - power);
            self.total *= less;
            self.severity *= less;
            self.without.iter_mut().chain(&mut self.involved).for_each(|v| *v *= less);
            self.candidates.iter_mut().flatten().flatten().for_each(|v| *v *= less);
            self.power = power;
        }
        if power == self.power { number } else { number * STEP.powi(power - self.power) }
    }

    /// What was added since `before` is the same without an element that was not touched.
    fn leave_alone(&mut self, touched: &[usize], (before, power): (f64, i32)) {
        let before = if power == self.power { before } else { before * STEP.powi(power - self.power) };
        let added = (self.total - before).max(0.0);
        for (i, without) in self.without.iter_mut().enumerate() {
            if !touched.contains(&i) {
                *without += added;
            }
        }
    }

    /// Nothing so far, for so many elements and candidates.
    fn empty(elements: usize, candidates: usize) -> Self {
        Outcome {
            power: 0,
            total: 0.0,
            without: vec![0.0; elements],
            involved: vec![0.0; elements],
            candidates: vec![[[0.0; STATES]; TIMES]; candidates],
            severity: 0.0,
        }
    }

    /// Adds the outcome for one kind of person.
    fn add(&mut self, kind: &Kind, one: &Outcome) {
        // The kind of lesser power counts for nothing beside one of a greater.
        if self.total > 0.0 && one.power < self.power || one.total <= 0.0 {
            return;
        }
        let n = one.without.len();
        if one.power > self.power || self.total <= 0.0 {
            *self = Outcome { power: one.power, ..Outcome::empty(n, one.candidates.len()) };
        }
        let all: f64 = kind.base.iter().product();
        let p = kind.share * all;
        let weight = p * one.total;
        self.total += weight;
        self.severity += weight * one.severity;
        for i in 0..n {
            self.without[i] += p / kind.base[i] * one.without[i];
            self.involved[i] += weight * one.involved[i];
        }
        for (to, from) in self.candidates.iter_mut().zip(&one.candidates) {
            for (to, from) in to.iter_mut().flatten().zip(from.iter().flatten()) {
                *to += weight * from;
            }
        }
    }

    /// Sums become shares of the total.
    fn finish(mut self) -> Outcome {
        let total = self.total.max(f64::MIN_POSITIVE);
        self.total = total;
        self.severity /= total;
        self.involved.iter_mut().for_each(|p| *p = (*p / total).clamp(0.0, 1.0));
        self.candidates.iter_mut().flatten().flatten().for_each(|p| *p /= total);
        self
    }
}

impl Kind {
    fn new(kind: Constitution, share: f64, elements: &[Element]) -> Self {
        let base: Vec<f64> = elements.iter().map(|e| kind.ratio(e)).collect();
        let ratio = |(e, base): (&Element, &f64)| {
            e.like.map(|row| {
                let spared = row[State::Spared as usize] * base;
                let mut out = row.map(|p| p / spared);
                out[State::Spared as usize] = 1.0;
                out
            })
        };
        let ratios = elements.iter().zip(&base).map(ratio).collect();
        Kind { share, base, ratios }
    }
    fn is_usual(&self) -> bool {
        self.base.iter().all(|b| (b - 1.0).abs() < 1e-12)
    }
}

impl<'a> Problem<'a> {
    pub(super) fn new(elements: &'a [Element], times: Times, candidates: &'a [Key]) -> Self {
        let mut kinds: Vec<Kind> = Vec::new();
        for (kind, share) in KINDS {
            let kind = Kind::new(kind, share, elements);
            match kinds.first_mut() {
                // Nothing was tested that tells such a person from a usual one.
                Some(usual) if kind.is_usual() => usual.share += kind.share,
                _ => kinds.push(kind),
            }
        }
        Problem { elements, times, candidates, kinds }
    }

    /// An explanation over all kinds of persons; without a lesion it is "normal".
    pub(super) fn outcome(&self, components: &[(f64, Component)]) -> Outcome {
        let ones: Vec<Outcome> = if components.is_empty() {
            self.kinds.iter().map(|_| self.normal()).collect()
        } else {
            self.of(components).into_iter().map(Outcome::finish).collect()
        };
        let mut out = Outcome::empty(self.elements.len(), self.candidates.len());
        for (kind, one) in self.kinds.iter().zip(&ones) {
            out.add(kind, one);
        }
        out.finish()
    }

    /// The explanation "normal".
    fn normal(&self) -> Outcome {
        let n = self.elements.len();
        let mut spared = [[0.0; STATES]; TIMES];
        for (t, row) in spared.iter_mut().enumerate() {
            row[State::Spared as usize] = self.times.0[t].1;
        }
        Outcome {
            power: 0,
            total: 1.0,
            without: vec![1.0; n],
            involved: vec![0.0; n],
            candidates: vec![spared; self.candidates.len()],
            severity: 0.0,
        }
    }

    /// An explanation that comes in several ways, by kind of person.
    fn of(&self, components: &[(f64, Component)]) -> Vec<Outcome> {
        let empty = Outcome::empty(self.elements.len(), self.candidates.len());
        let mut sums = vec![empty; self.kinds.len()];
        for (share, component) in components {
            match component {
                Component::One(lesion) => self.one(*share, lesion, &mut sums),
                Component::Two(a, b) => self.two(*share, a, b, &mut sums),
                Component::Patchy { nerve, with, least } => {
                    let rule = patchy::Rule { nerve: *nerve, with, least: *least };
                    patchy::add(self, *share, &rule, &mut sums);
                }
            }
        }
        sums
    }

    fn parts(&self, lesion: &Lesion) -> (Vec<Vec<Part>>, Vec<Vec<Part>>) {
        let of = |key: Key| lesion.parts(key);
        (self.elements.iter().map(|e| of(e.key)).collect(), self.candidates.iter().map(|k| of(*k)).collect())
    }

    fn one(&self, share: f64, lesion: &Lesion, sums: &mut [Outcome]) {
        let (parts, extra) = self.parts(lesion);
        let touched = touched(&parts);
        let p = share / SEVERITIES.len() as f64;
        let before: Vec<(f64, i32)> = sums.iter().map(|s| (s.total, s.power)).collect();
        for s in SEVERITIES.iter() {
            let mix: Vec<(usize, Mix)> = touched.iter().map(|i| (*i, at(&parts[*i], *s))).collect();
            let more: Vec<Mix> = extra.iter().map(|p| at(p, *s)).collect();
            self.nodes(p, *s, &mix, &more, sums);
        }
        sums.iter_mut().zip(before).for_each(|(sum, before)| sum.leave_alone(&touched, before));
    }

    fn two(&self, share: f64, a: &Lesion, b: &Lesion, sums: &mut [Outcome]) {
        let ((pa, ea), (pb, eb)) = (self.parts(a), self.parts(b));
        let either: Vec<Vec<Part>> = pa.iter().zip(&pb).map(|(a, b)| [&a[..], &b[..]].concat()).collect();
        let touched = touched(&either);
        let grid = FEW_SEVERITIES.len() as f64;
        let p = share / (grid * grid);
        let before: Vec<(f64, i32)> = sums.iter().map(|s| (s.total, s.power)).collect();
        for s in FEW_SEVERITIES.iter() {
            for r in FEW_SEVERITIES.iter() {
                let mix: Vec<(usize, Mix)> =
                    touched.iter().map(|i| (*i, joined(at(&pa[*i], *s), at(&pb[*i], *r)))).collect();
                let more: Vec<Mix> = ea.iter().zip(&eb).map(|(x, y)| joined(at(x, *s), at(y, *r))).collect();
                self.nodes(p, s.max(*r), &mix, &more, sums);
            }
        }
        sums.iter_mut().zip(before).for_each(|(sum, before)| sum.leave_alone(&touched, before));
    }

    /// Every time since onset and kind of person at one severity; `mix` of the elements that the explanation touches.
    fn nodes(&self, p: f64, severity: f64, mix: &[(usize, Mix)], more: &[Mix], sums: &mut [Outcome]) {
        for (t, (_, share)) in self.times.0.iter().enumerate().filter(|(_, time)| time.1 > 0.0) {
            for (kind, sum) in self.kinds.iter().zip(sums.iter_mut()) {
                node(kind, p * share, t, severity, mix, more, sum);
            }
        }
    }
}

fn node(kind: &Kind, p: f64, t: usize, severity: f64, mix: &[(usize, Mix)], more: &[Mix], sum: &mut Outcome) {
    let factors = mix.iter().map(|(i, m)| factor(m, &kind.ratios[*i][t]));
    let mut product = p;
    let mut power = 0;
    for f in factors.clone() {
        product *= f;
        if product > STEP {
            product /= STEP;
            power += 1;
        } else if product < 1.0 / STEP && product > 0.0 {
            product *= STEP;
            power -= 1;
        }
    }
    let product = sum.at(product, power);
    sum.total += product;
    sum.severity += product * severity;
    for ((i, m), f) in mix.iter().zip(factors) {
        sum.without[*i] += product / f;
        sum.involved[*i] += product * (1.0 - m.spared() / f);
    }
    for (to, m) in sum.candidates.iter_mut().zip(more) {
        for (state, q) in m.states() {
            to[t][*state as usize] += product * q;
        }
        to[t][State::Spared as usize] += product * m.spared();
    }
}

/// Places of the elements that a lesion does anything to.
fn touched(parts: &[Vec<Part>]) -> Vec<usize> {
    (0..parts.len()).filter(|i| !parts[*i].is_empty()).collect()
}
