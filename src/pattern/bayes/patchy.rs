//! Lesions of several named nerves, which ones not known before.

use super::diffuse::Diffuse;
use super::evaluate::{Outcome, Problem};
use super::key::Key;
use super::lesion::Lesion;
use super::mix::{Mix, at, factor};
use super::state::{SEVERITIES, State};
use crate::study::Side;

/// Chance that a nerve is among them. Ours.
const EACH: f64 = 0.4;

/// The named nerve of a test; `None` for a test that such lesions leave alone.
pub(super) type NerveOf = fn(Key) -> Option<&'static str>;

/// Which nerves may be involved, and what that does to each.
pub(super) struct Rule<'a> {
    pub(super) nerve: NerveOf,
    pub(super) with: &'a Diffuse,
    pub(super) least: usize,
}

/// Elements of one nerve on one side.
struct Group {
    name: (&'static str, Side),
    elements: Vec<usize>,
}

/// A rule made ready for a study.
struct Ready {
    least: usize,
    groups: Vec<Group>,
    /// By element and by candidate: the group that it is of.
    of_element: Vec<Option<usize>>,
    of_candidate: Vec<Candidate>,
}

/// How a test that was not done stands to the groups.
#[derive(Clone, Copy)]
enum Candidate {
    /// Of a nerve that was tested otherwise.
    Of(usize),
    /// Of one that was not.
    New,
    /// Of none that may be involved.
    Outside,
}

/// Sums over which nerves are involved, at least `least` of those that were tested:
/// Π over nerves of (1 - EACH + EACH L), less the cases with fewer.
pub(super) fn add(problem: &Problem<'_>, share: f64, rule: &Rule<'_>, sums: &mut [Outcome]) {
    let lesion = Lesion::Diffuse(rule.with.clone());
    let ready = Ready::new(problem, rule, &lesion);
    let parts: Vec<_> = problem.elements.iter().map(|e| lesion.parts(e.key)).collect();
    let extra: Vec<_> = problem.candidates.iter().map(|k| lesion.parts(*k)).collect();
    for s in SEVERITIES.iter() {
        let mix: Vec<Mix> = parts.iter().map(|p| at(p, *s)).collect();
        let more: Vec<Mix> = extra.iter().map(|p| at(p, *s)).collect();
        for (t, (_, of_time)) in problem.times.0.iter().enumerate().filter(|(_, time)| time.1 > 0.0) {
            let p = share * of_time / SEVERITIES.len() as f64;
            for (kind, sum) in problem.kinds.iter().zip(sums.iter_mut()) {
                let factors: Vec<f64> = mix.iter().zip(&kind.ratios).map(|(m, r)| factor(m, &r[t])).collect();
                ready.node(p, (t, *s), &factors, (&mix, &more), sum);
            }
        }
    }
}

impl Ready {
    fn new(problem: &Problem<'_>, rule: &Rule<'_>, lesion: &Lesion) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for (i, e) in problem.elements.iter().enumerate() {
            let Some(name) = (rule.nerve)(e.key).filter(|_| !lesion.parts(e.key).is_empty()) else {
                continue;
            };
            let name = (name, e.key.side());
            match groups.iter_mut().find(|g| g.name == name) {
                Some(g) => g.elements.push(i),
                None => groups.push(Group { name, elements: vec![i] }),
            }
        }
        let of_element = (0..problem.elements.len())
            .map(|i| groups.iter().position(|g| g.elements.contains(&i)))
            .collect();
        let of_candidate = problem
            .candidates
            .iter()
            .map(|k| match (rule.nerve)(*k) {
                None => Candidate::Outside,
                Some(n) => {
                    groups.iter().position(|g| g.name == (n, k.side())).map_or(Candidate::New, Candidate::Of)
                }
            })
            .collect();
        Ready { least: rule.least, groups, of_element, of_candidate }
    }

    /// One time and severity for one kind of person. `p`: its probability; `factors`: by element, P(finding | its nerve is
    /// involved) / P(finding | spared).
    fn node(
        &self,
        p: f64,
        (t, s): (usize, f64),
        factors: &[f64],
        (mix, more): (&[Mix], &[Mix]),
        sum: &mut Outcome,
    ) {
        // Within what the products below can hold; a nerve that is that certain is certain.
        let of_group = |g: &Group| g.elements.iter().map(|i| factors[*i]).product::<f64>().clamp(1e-9, 1e9);
        let ls: Vec<f64> = self.groups.iter().map(of_group).collect();
        let all = enough(&ls, self.least);
        let p = sum.at(p, 0);
        sum.total += p * all;
        sum.severity += p * all * s;
        // P(a nerve is involved | findings).
        let q: Vec<f64> = ls.iter().map(|l| EACH * l / (1.0 - EACH + EACH * l)).collect();
        for (i, group) in self.of_element.iter().enumerate() {
            let Some(g) = *group else {
                sum.without[i] += p * all;
                continue;
            };
            let mut without = ls.clone();
            without[g] /= factors[i];
            sum.without[i] += p * enough(&without, self.least);
            sum.involved[i] += p * all * q[g] * (1.0 - mix[i].spared() / factors[i]);
        }
        for ((of, to), states) in self.of_candidate.iter().zip(&mut sum.candidates).zip(more) {
            let q = match *of {
                Candidate::Of(g) => q[g],
                Candidate::New => EACH,
                Candidate::Outside => 0.0,
            };
            for (state, w) in states.states() {
                to[t][*state as usize] += p * all * w * q;
            }
            to[t][State::Spared as usize] += p * all * (1.0 - q * (1.0 - states.spared()));
        }
    }
}

/// P(findings | at least `least` nerves), from the likelihood ratio of each nerve.
fn enough(ls: &[f64], least: usize) -> f64 {
    let none: f64 = (0..ls.len()).map(|_| 1.0 - EACH).product();
    let odds = EACH / (1.0 - EACH);
    let all: f64 = ls.iter().map(|l| 1.0 - EACH + EACH * l).product();
    let (mut few, mut chance) = (0.0, 1.0);
    if least >= 1 {
        few += none;
        chance -= none;
    }
    if least >= 2 {
        few += none * odds * ls.iter().sum::<f64>();
        chance -= none * odds * ls.len() as f64;
    }
    if chance <= 1e-9 { 0.0 } else { ((all - few) / chance).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_over_subsets_is_that_of_naming_each() {
        let ls = [3.0, 0.2, 7.0, 1.0];
        for least in [0_usize, 1, 2] {
            let (mut sum, mut chance) = (0.0, 0.0);
            for set in 0_u32..16 {
                if (set.count_ones() as usize) < least {
                    continue;
                }
                let mut p = 1.0;
                let mut l = 1.0;
                for (i, x) in ls.iter().enumerate() {
                    let chosen = set >> i & 1 == 1;
                    p *= if chosen { EACH } else { 1.0 - EACH };
                    l *= if chosen { *x } else { 1.0 };
                }
                sum += p * l;
                chance += p;
            }
            assert!((enough(&ls, least) - sum / chance).abs() < 1e-9);
        }
    }
}
