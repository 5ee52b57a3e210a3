//! Which axons a muscle has: through which root, trunk and cord, and how likely a lesion of a root takes some of them.
//!
//! The mean of each share rests on the weight of the root in the tables of myotomes and on how often the muscle was
//! abnormal in proven lesions of that root; every person differs from it, and the legs of three in ten are supplied from a
//! root higher or lower.

use super::person::{Person, Supply};
use crate::norms::{MYOTOME_EVIDENCE, MYOTOMES, Muscle, Root, Weight};
use crate::simulate::draw::Draw;
use crate::study::Side;

/// Axons of a muscle that pass one root.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bundle {
    pub(super) root: Root,
    /// Of the muscle's axons.
    pub(super) share: f64,
    /// Probability that a complete lesion of the root takes some of them.
    pub(super) involved: f64,
}

/// How often a complete lesion of a root with such a weight shows in a muscle for which no series counts it. Ours, near
/// the pooled counts of the series (Tsao 2003, Furukawa 2021: 0.85 of main roots; 5 of 40 of minor ones).
fn prior(weight: Option<Weight>) -> f64 {
    match weight {
        Some(Weight::Major) => 0.85,
        Some(Weight::Minor) => 0.20,
        None => 0.04,
    }
}
/// Cases that the prior counts for. Ours.
const PRIOR_CASES: f64 = 3.0;
/// Share of a minor root over that of a main one, before noise. Ours.
const MINOR: f64 = 0.22;
/// SD of the logarithm of a share between persons. Ours.
const SHARE_SPREAD: f64 = 0.30;

/// Cases of a root and a muscle: abnormal, normal.
fn counts(muscle: &str, root: Root) -> (f64, f64) {
    let row = MYOTOME_EVIDENCE.iter().find(|e| e.muscle == muscle && e.root == root);
    row.map_or((0.0, 0.0), |e| (f64::from(e.abnormal), f64::from(e.tested - e.abnormal)))
}

/// The roots of a muscle in the table or in a series.
fn roots(muscle: &str) -> impl Iterator<Item = (Root, Option<Weight>)> {
    let tabled = MYOTOMES.iter().filter(move |m| m.muscle == muscle).map(|m| (m.root, Some(m.weight)));
    let seen = MYOTOME_EVIDENCE.iter().filter(move |e| e.muscle == muscle && e.abnormal > 0);
    let more = seen.filter(move |e| !MYOTOMES.iter().any(|m| m.muscle == muscle && m.root == e.root));
    tabled.chain(more.map(|e| (e.root, None)))
}

/// The bundles of a limb muscle of one person.
pub(super) fn bundles(muscle: &Muscle, side: Side, person: &Person, draw: &mut Draw) -> Vec<Bundle> {
    let mut out: Vec<Bundle> = Vec::new();
    for (root, weight) in roots(muscle.id) {
        let (abnormal, normal) = counts(muscle.id, root);
        let (a, b) = (PRIOR_CASES * prior(weight) + abnormal, PRIOR_CASES * (1.0 - prior(weight)) + normal);
        let size = match weight {
            Some(Weight::Major) => 1.0,
            Some(Weight::Minor) => MINOR,
            None => 0.1,
        };
        let noise = draw.within(0.0, SHARE_SPREAD, -0.7, 0.7).exp();
        out.push(Bundle { root, share: size * a / (a + b) * noise, involved: draw.beta(a, b) });
    }
    let supply = if muscle.region == "lower_limb" { person.leg(side) } else { Supply::Usual };
    let step = match supply {
        Supply::Usual => 0,
        Supply::Prefixed => -1,
        Supply::Postfixed => 1,
    };
    if step != 0 {
        out = shifted(&out, step, person.shift);
    }
    let all: f64 = out.iter().map(|b| b.share).sum();
    if all > 0.0 {
        out.iter_mut().for_each(|b| b.share /= all);
    }
    out
}

/// Moves a part of every bundle by `step` roots.
fn shifted(bundles: &[Bundle], step: i8, part: f64) -> Vec<Bundle> {
    let mut out: Vec<Bundle> = Vec::new();
    let mut add = |root: Root, share: f64, involved: f64| match out.iter_mut().find(|b| b.root == root) {
        Some(b) => {
            b.share += share;
            b.involved = (b.involved + involved).min(1.0);
        }
        None => out.push(Bundle { root, share, involved }),
    };
    for b in bundles {
        let target = b.root.below(step).unwrap_or(b.root);
        add(b.root, (1.0 - part) * b.share, (1.0 - part) * b.involved);
        add(target, part * b.share, part * b.involved);
    }
    out
}

/// Trunk of the brachial plexus that a root runs into.
pub(super) fn trunk(root: Root) -> &'static str {
    match root.name() {
        "C5" | "C6" => "upper",
        "C7" => "middle",
        "C8" | "T1" => "lower",
        _ => "",
    }
}

/// Cord that a bundle runs through: of two cords C8 and T1 take the medial one.
pub(super) fn cord(muscle: &Muscle, root: Root) -> &'static str {
    match muscle.cords[..] {
        [] => "",
        [one] => one,
        _ if trunk(root) == "lower" => "medial",
        _ => "lateral",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::norms::muscle;
    use crate::simulate::patient::Options;

    #[test]
    fn shares_sum_to_one_and_shift_with_the_leg() {
        let anterior = muscle("tibialis_anterior").unwrap();
        let (mut up, mut down, mut shifted_legs) = (0.0, 0.0, 0);
        for seed in 0..600 {
            let person = Person::draw(&Options::default(), &mut Draw::new(seed, 1));
            let b = bundles(anterior, Side::Right, &person, &mut Draw::new(seed, 2));
            assert!((b.iter().map(|b| b.share).sum::<f64>() - 1.0).abs() < 1e-12);
            assert!(b.iter().all(|b| (0.0..=1.0).contains(&b.involved)));
            let l3 = b.iter().find(|b| b.root.name() == "L3").map_or(0.0, |b| b.share);
            match person.leg(Side::Right) {
                Supply::Usual => assert_eq!(l3, 0.0),
                Supply::Prefixed => up += l3,
                Supply::Postfixed => down += l3,
            }
            shifted_legs += usize::from(person.leg(Side::Right) != Supply::Usual);
        }
        assert!(up > 10.0 && down == 0.0);
        // 27.9 % of 600 legs, ± 3 SD.
        assert!((134..201).contains(&shifted_legs), "{shifted_legs}");
    }
}
