//! Channels that are copies of each other.

use super::view::{ChannelView, Number, Stats, count, on_samples};
use crate::measure::{Finding, Severity};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Correlation of steps from which (not strict) a channel is a scaled copy. Our choice: two electrodes at
/// a millimetre's distance correlate less, and each has noise of its own.
const SAME: f64 = 0.9999;
/// Blocks whose energy is compared in search of copies that are shifted or scaled.
const BLOCKS: usize = 64;
/// At most this many channels are compared pair by pair.
const MOST: usize = 1024;

struct Print {
    /// Root mean square step per block, over their mean: the same for a scaled copy.
    profile: Vec<f64>,
}

/// Count 1 for each copy; share 1. The first of equal channels is left unmarked. Constant channels, and channels
/// of no EMG kind, are not compared.
pub(super) fn run(views: &[ChannelView<'_>]) -> Vec<Finding> {
    if views.len() < 2 {
        return Vec::new();
    }
    let mut groups: BTreeMap<(u64, usize), Vec<usize>> = BTreeMap::new();
    for (i, view) in views.iter().enumerate().take(MOST) {
        groups.entry((view.fs().to_bits(), view.channel.len())).or_default().push(i);
    }
    groups.retain(|_, members| members.len() > 1);
    let mut prints: Vec<Option<Print>> = Vec::new();
    let grouped: BTreeSet<usize> = groups.values().flatten().copied().collect();
    views[..views.len().min(MOST)]
        .par_iter()
        .enumerate()
        .map(|(i, view)| if grouped.contains(&i) { print(view) } else { None })
        .collect_into_vec(&mut prints);
    let mut found: Vec<(usize, Finding)> = Vec::new();
    for members in groups.values() {
        for (at, &j) in members.iter().enumerate() {
            let copy = members[..at].iter().find_map(|&i| {
                let (a, b) = (prints[i].as_ref()?, prints[j].as_ref()?);
                compare(&views[i], a, &views[j], b).map(|how| (i, how))
            });
            if let Some((i, how)) = copy {
                let other = &views[i].channel.label;
                let detail = format!("{how} of channel `{other}`; counted twice it would weigh double");
                found.push((j, views[j].finding("duplicate_channel", Severity::Warning, 1, 1.0, detail)));
            }
        }
    }
    found.sort_by_key(|f| f.0);
    found.into_iter().map(|f| f.1).collect()
}

fn print(view: &ChannelView<'_>) -> Option<Print> {
    let n = view.channel.len();
    if view.stats.sd == 0.0 || n < 64 || view.kind == crate::recording::ChannelKind::Other {
        return None;
    }
    let energy: Vec<f64> = on_samples!(&view.channel.samples, x => {
        x.chunks(n.div_ceil(BLOCKS)).map(|block| Number::step_energy(block) / count(block.len())).collect()
    });
    let mut profile: Vec<f64> = energy.iter().map(|e| e.sqrt()).collect();
    let mean = profile.iter().sum::<f64>() / count(profile.len());
    if !(mean > 0.0 && mean.is_finite()) {
        return None;
    }
    profile.iter_mut().for_each(|p| *p /= mean);
    Some(Print { profile })
}

fn compare(a: &ChannelView<'_>, pa: &Print, b: &ChannelView<'_>, pb: &Print) -> Option<String> {
    let key = |s: &Stats| [s.min, s.max, s.mean, s.sd, s.step, s.bend];
    if key(&a.stats) == key(&b.stats) && a.channel.samples == b.channel.samples {
        return Some("holds the same values as an exact copy".to_owned());
    }
    // Rounding of a scaled copy moves a block's energy by little.
    let alike = pa.profile.iter().zip(&pb.profile).all(|(p, q)| (p - q).abs() <= 0.02 * (p + q) + 0.01);
    if !alike {
        return None;
    }
    // Unlike channels show it within the strongest block's first samples.
    let strongest = pa.profile.iter().enumerate().max_by(|p, q| p.1.total_cmp(q.1)).map_or(0, |p| p.0);
    let from = strongest * a.channel.len().div_ceil(BLOCKS);
    if correlation(a, b, from, 512).abs() < 0.9 {
        return None;
    }
    let r = correlation(a, b, 0, 100_000);
    (r.abs() >= SAME).then(|| {
        format!("is {} copy (correlation of steps {r:.5})", if r < 0.0 { "an inverted" } else { "a scaled" })
    })
}

/// Correlation of the steps of both over at most `samples` samples from `from` on.
fn correlation(a: &ChannelView<'_>, b: &ChannelView<'_>, from: usize, samples: usize) -> f64 {
    let (x, y) = (&a.channel.samples, &b.channel.samples);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for i in from + 1..x.len().min(y.len()).min(from + samples) {
        let (p, q) = (x.get(i) - x.get(i - 1), y.get(i) - y.get(i - 1));
        if p.is_finite() && q.is_finite() {
            xx += p * p;
            yy += q * q;
            xy += p * q;
        }
    }
    if xx > 0.0 && yy > 0.0 { xy / (xx * yy).sqrt() } else { 0.0 }
}
