//! Lesions of several named nerves, which ones not known before.

use super::diffuse::Diffuse;
use super::evaluate::{Problem, Sum, at, factor};
use super::key::Key;
use super::lesion::Lesion;
use super::state::{SEVERITIES, State};
use crate::study::Side;

/// Chance that a nerve is among them. Ours.
const EACH: f64 = 0.4;

/// Elements of one nerve on one side.
struct Group {
    name: (&'static str, Side),
    elements: Vec<usize>,
}

type Rule = (fn(Key) -> Option<&'static str>, Diffuse, usize);

/// Sums over which nerves are involved, at least `least` of those that were tested:
/// Π over nerves of (1 - EACH + EACH L), less the cases with fewer.
pub(super) fn add(
    problem: &Problem<'_>,
    share: f64,
    rule: (fn(Key) -> Option<&'static str>, &Diffuse, usize),
    sums: &mut [Sum],
) {
    let (nerve, with, least) = (rule.0, rule.1.clone(), rule.2);
    let rule: Rule = (nerve, with, least);
    let lesion = Lesion::Diffuse(rule.1.clone());
    let groups = groups(problem, &rule, &lesion);
    let parts: Vec<_> = problem.elements.iter().map(|e| lesion.parts(e.key)).collect();
    let extra: Vec<_> = problem.candidates.iter().map(|k| lesion.parts(*k)).collect();
    let grouped: Vec<Option<usize>> =
        (0..parts.len()).map(|i| groups.iter().position(|g| g.elements.contains(&i))).collect();
    let of_candidate: Vec<Option<usize>> = problem
        .candidates
        .iter()
        .map(|k| nerve(*k).and_then(|n| groups.iter().position(|g| g.name == (n, k.side()))))
        .collect();
    for s in SEVERITIES.iter() {
        let mix: Vec<_> = parts.iter().map(|p| at(p, *s)).collect();
        let more: Vec<_> = extra.iter().map(|p| at(p, *s)).collect();
        for (t, (_, of_time)) in problem.times.0.iter().enumerate() {
            let p = share * of_time / SEVERITIES.len() as f64;
            if p <= 0.0 {
                continue;
            }
            for (kind, sum) in problem.kinds.iter().zip(sums.iter_mut()) {
                let f = |i: usize| factor(&mix[i], &kind.ratios[i][t]);
                let ls: Vec<f64> =
                    groups.iter().map(|g| g.elements.iter().map(|i| f(*i)).product()).collect();
                let all = enough(&ls, least);
                sum.total += p * all;
                sum.severity += p * all * s;
                let q: Vec<f64> = ls.iter().map(|l| EACH * l / (1.0 - EACH + EACH * l)).collect();
                for (i, group) in grouped.iter().enumerate() {
                    let Some(g) = *group else {
                        sum.without[i] += p * all;
                        continue;
                    };
                    let mut without = ls.clone();
                    without[g] /= f(i);
                    sum.without[i] += p * enough(&without, least);
                    sum.involved[i] += p * all * q[g] * (1.0 - mix[i].spared() / f(i));
                }
                for (c, to) in sum.candidates.iter_mut().enumerate() {
                    let q = of_candidate[c].map_or(EACH, |g| q[g]);
                    let q = if nerve(problem.candidates[c]).is_some() { q } else { 0.0 };
                    let mut spared = 1.0;
                    for (state, w) in more[c].states() {
                        to[t][*state as usize] += p * all * w * q;
                        spared -= w * q;
                    }
                    to[t][State::Spared as usize] += p * all * spared;
                }
            }
        }
    }
}

fn groups(problem: &Problem<'_>, rule: &Rule, lesion: &Lesion) -> Vec<Group> {
    let mut out: Vec<Group> = Vec::new();
    for (i, e) in problem.elements.iter().enumerate() {
        let Some(name) = (rule.0)(e.key).filter(|_| !lesion.parts(e.key).is_empty()) else { continue };
        let name = (name, e.key.side());
        match out.iter_mut().find(|g| g.name == name) {
            Some(g) => g.elements.push(i),
            None => out.push(Group { name, elements: vec![i] }),
        }
    }
    out
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
