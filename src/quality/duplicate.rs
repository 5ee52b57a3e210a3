//! Channels that are copies of each other.

use super::view::{ChannelView, Number, count, on_samples};
use crate::measure::{Finding, Severity};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Correlation of steps from which (not strict) a channel is a scaled copy. Our choice: two electrodes at
/// a millimetre's distance correlate less, and each has noise of its own.
const SAME: f64 = 0.9999;
/// Blocks whose energy is compared in search of copies that are shifted or scaled.
const BLOCKS: usize = 64;
/// At most this many channels are compared pair by pair.
const MOST: usize = 1024;

struct Print {
    hash: u64,
    /// Root mean square step per block, over their mean: the same for a scaled copy.
    profile: Vec<f64>,
    fs: u64,
}

/// Count 1 for each copy; share 1. The first of equal channels is left unmarked. Constant channels, and channels
/// of no EMG kind, are not compared.
pub(super) fn run(views: &[ChannelView<'_>]) -> Vec<Finding> {
    if views.len() < 2 {
        return Vec::new();
    }
    let prints: Vec<Option<Print>> = views[..views.len().min(MOST)].par_iter().map(print).collect();
    let mut groups: BTreeMap<(u64, usize), Vec<usize>> = BTreeMap::new();
    for (i, print) in prints.iter().enumerate() {
        if let Some(p) = print {
            groups.entry((p.fs, views[i].channel.len())).or_default().push(i);
        }
    }
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
    on_samples!(&view.channel.samples, x => {
        let mut hasher = DefaultHasher::new();
        let mut profile = Vec::with_capacity(BLOCKS);
        for block in x.chunks(n.div_ceil(BLOCKS)) {
            let (mut steps, mut mix) = (0.0, 0u64);
            for pair in block.windows(2) {
                let d = pair[1].value() - pair[0].value();
                steps += if d.is_finite() { d * d } else { 0.0 };
                mix = mix.rotate_left(5) ^ pair[0].value().to_bits();
            }
            mix.hash(&mut hasher);
            profile.push((steps / count(block.len())).sqrt());
        }
        let mean = profile.iter().sum::<f64>() / count(profile.len());
        if !(mean > 0.0 && mean.is_finite()) {
            return None;
        }
        profile.iter_mut().for_each(|p| *p /= mean);
        Some(Print { hash: hasher.finish(), profile, fs: view.fs().to_bits() })
    })
}

fn compare(a: &ChannelView<'_>, pa: &Print, b: &ChannelView<'_>, pb: &Print) -> Option<String> {
    if pa.hash == pb.hash && a.channel.samples == b.channel.samples {
        return Some("holds the same values as an exact copy".to_owned());
    }
    // Rounding of a scaled copy moves a block's energy by little.
    let alike = pa.profile.iter().zip(&pb.profile).all(|(p, q)| (p - q).abs() <= 0.02 * (p + q) + 0.01);
    if !alike {
        return None;
    }
    let r = correlation(a, b);
    (r.abs() >= SAME).then(|| {
        format!("is {} copy (correlation of steps {r:.5})", if r < 0.0 { "an inverted" } else { "a scaled" })
    })
}

/// Correlation of the steps of both over at most 100 000 samples from the start.
fn correlation(a: &ChannelView<'_>, b: &ChannelView<'_>) -> f64 {
    let (x, y) = (&a.channel.samples, &b.channel.samples);
    let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
    for i in 1..x.len().min(y.len()).min(100_000) {
        let (p, q) = (x.get(i) - x.get(i - 1), y.get(i) - y.get(i - 1));
        if p.is_finite() && q.is_finite() {
            xx += p * p;
            yy += q * q;
            xy += p * q;
        }
    }
    if xx > 0.0 && yy > 0.0 { xy / (xx * yy).sqrt() } else { 0.0 }
}
