//! Which potentials of a muscle are measured, each unit once.

use super::Muscle;
use crate::needle::muap::Muap;

/// Potentials with a slower main spike are distant and do not count: 1 ms, the lenient form of the usual 0.5 ms
/// (IFCN2019, recalled). Strict; one sample is allowed for, because that is what can be resolved.
const SLOWEST_RISE_S: f64 = 1e-3;
/// Below this sampling frequency no rise time is measured, Hz.
const LOWEST_FOR_RISE_HZ: f64 = 10_000.0;
const USUAL_RISE_S: f64 = 0.5e-3;
/// Potentials of two recordings are of one unit when they differ by less than this share of their energy. Ours: a new
/// needle position changes the shape by far more, noise and jiggle of an average by less.
const SAME_ENERGY: f64 = 0.03;
/// Largest difference of their alignment that is tried, s.
const SHIFT_S: f64 = 0.5e-3;

/// One potential that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Potential<'a> {
    /// Place of its recording.
    pub(super) site: usize,
    /// Sampling frequency of the recording, Hz.
    pub(super) fs: f64,
    pub(super) muap: &'a Muap,
}

/// The potentials that count, and how many do not, by reason.
#[derive(Debug, Clone, Default)]
pub(super) struct Potentials<'a> {
    pub(super) used: Vec<Potential<'a>>,
    /// Not quantifiable, or not measured.
    pub(super) unfit: usize,
    /// Distant.
    pub(super) far: usize,
    /// Seen in another recording already.
    pub(super) again: usize,
    /// Of those used, with a rise time below the usual 0.5 ms.
    pub(super) near: usize,
    /// Kept though nothing says how near they are.
    pub(super) unjudged: usize,
}

/// Chooses the potentials. Limits of motor unit potentials hold for slight effort: nothing at rest is one, and at full
/// effort potentials overlap, so that their averages read short (IFCN2019, recalled).
pub(super) fn choose<'a>(muscle: &Muscle<'a>) -> Potentials<'a> {
    let mut out = Potentials::default();
    for (at, site) in muscle.sites.iter().enumerate() {
        if !site.refusals.is_empty() || matches!(site.level, Some("rest" | "maximal")) {
            continue;
        }
        let fs = site.sampling_frequency.0;
        for (train, muap) in site.trains.iter().zip(site.muaps) {
            let Ok(muap) = muap else {
                out.unfit += 1;
                continue;
            };
            let sound = muap.amplitude.is_finite() && muap.amplitude > 0.0;
            if !train.is_quantifiable() || !sound {
                out.unfit += 1;
                continue;
            }
            match muap.rise_time.value().map(|r| r - 1.0 / fs) {
                Some(rise) if rise < SLOWEST_RISE_S => {}
                // Sampled too slowly for a rise time: kept, and said.
                None if fs < LOWEST_FOR_RISE_HZ => out.unjudged += 1,
                _ => {
                    out.far += 1;
                    continue;
                }
            }
            let new = Potential { site: at, fs, muap };
            // The better average of the same unit stays.
            if let Some(old) = out.used.iter_mut().find(|o| o.site != at && same(o, &new)) {
                out.again += 1;
                if new.muap.noise < old.muap.noise {
                    *old = new;
                }
                continue;
            }
            out.used.push(new);
        }
    }
    let is_near = |p: &&Potential| p.muap.rise_time.value().is_some_and(|r| r - 1.0 / p.fs < USUAL_RISE_S);
    out.near = out.used.iter().filter(is_near).count();
    out
}

/// Whether two averages are of one unit: nearly the same shape and height. Recordings of different sampling frequencies
/// are not compared.
#[expect(clippy::cast_possible_truncation, reason = "a few samples")]
fn same(a: &Potential, b: &Potential) -> bool {
    #[expect(clippy::float_cmp, reason = "the same setting of the same machine")]
    if a.fs != b.fs || a.muap.amplitude > 1.3 * b.muap.amplitude || b.muap.amplitude > 1.3 * a.muap.amplitude
    {
        return false;
    }
    let (x, y) = (&a.muap.average, &b.muap.average);
    let energy = x.iter().chain(y).map(|v| v * v).sum::<f64>() / 2.0;
    let most = (SHIFT_S * a.fs).min(64.0) as isize;
    if !(energy.is_finite() && energy > 0.0) {
        return false;
    }
    (-most..=most).any(|shift| {
        let offset = b.muap.reference.cast_signed() - a.muap.reference.cast_signed() + shift;
        let at = |i: usize| i.checked_add_signed(offset).and_then(|j| y.get(j)).copied().unwrap_or(0.0);
        // What lies outside the other average counts as different.
        let inside: f64 = x.iter().enumerate().map(|(i, v)| (v - at(i)).powi(2)).sum();
        let first = usize::try_from(offset).unwrap_or(0).min(y.len());
        let last = x.len().checked_add_signed(offset).unwrap_or(0).min(y.len()).max(first);
        let outside: f64 = y[..first].iter().chain(&y[last..]).map(|v| v * v).sum();
        inside + outside < SAME_ENERGY * energy
    })
}
