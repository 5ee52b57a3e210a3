//! End-plate noise: a dense, irregular hiss of small negative potentials.

use super::band::Bands;
use super::detect::{Event, events};
use super::pursuit::{Template, pursue};
use super::stats::{deviation, mean, median_of, quantile};

/// The hiss of one trace.
#[derive(Debug, Clone)]
pub(super) struct Hiss {
    /// Samples of the potentials that can be told; rising.
    pub(super) at: Vec<f64>,
}

/// Noise levels that a potential must reach.
const THRESHOLD: f64 = 4.0;
/// Largest potential that can belong to the hiss, V: 50 µV (reference 2.1), and two at a time.
const LARGEST: f64 = 90e-6;
/// Largest usual size in the spike band, V (10 to 50 µV, reference 2.1), and least relative spread of the sizes
/// beyond the noise's: one fibre's spikes are of one size, those of many are not.
const USUAL: f64 = 48e-6;
const VARIED: f64 = 0.1;
/// Potentials a second from which small negative ones are a hiss. The reference says 100 and more; what the
/// threshold leaves of them is less. Ours.
const LEAST_RATE: f64 = 20.0;
/// Share of the potentials that lie away from any large one.
const ALONE: f64 = 0.25;
/// Shortest hiss, s, and what ends a stretch of it, usual intervals. Ours.
const LEAST_S: f64 = 0.5;
const PAUSE: f64 = 10.0;
/// Size of a positive potential that counts, over the usual negative one.
const UPWARD: f64 = 0.4;
/// Share of the small potentials that may be positive.
const POSITIVE: f64 = 0.2;
/// Share of all events that the small negative ones are, at least: end-plate spikes may stand among them.
const SHARE: f64 = 0.45;
/// CV of the intervals: chance has 1, less where close ones are seen as one.
const IRREGULAR: (f64, f64) = (0.4, 1.4);

/// Small events of one sign in a trace.
fn small(found: &[Event], negative: bool) -> Vec<Event> {
    found.iter().filter(|e| (e.value < 0.0) == negative && e.value.abs() < LARGEST).copied().collect()
}

/// The usual size of the hiss, V; `None` where there is none.
pub(super) fn level(bands: &Bands) -> Option<f64> {
    if bands.noise <= 0.0 {
        return None;
    }
    // The largest within 2.5 ms speaks for a potential: the tail of a positive one is none of its own.
    let found = events(&bands.spike, THRESHOLD * bands.noise, bands.samples(2.5e-3));
    let (down, up) = (small(&found, true), small(&found, false));
    // Beside a large potential a small one is part of it.
    let large: Vec<usize> = found.iter().filter(|e| e.value.abs() >= LARGEST).map(|e| e.at).collect();
    let beside = bands.samples(12.0e-3);
    let alone = down.iter().filter(|e| {
        let k = large.partition_point(|l| l + beside < e.at);
        large.get(k).is_none_or(|l| *l > e.at + beside)
    });
    if (alone.count() as f64) < ALONE * down.len() as f64 {
        return None;
    }
    let mut sizes: Vec<f64> = down.iter().map(|e| e.value.abs()).collect();
    let size = median_of(&sizes)?;
    // A hiss of negative potentials lifts the level between them.
    let up = up.iter().filter(|e| e.value > UPWARD * size).count();
    // It may come and go.
    let intervals: Vec<f64> = down.windows(2).map(|w| (w[1].at - w[0].at) as f64).collect();
    let pause = PAUSE * median_of(&intervals)?;
    let kept: Vec<f64> = intervals.into_iter().filter(|i| *i < pause).collect();
    let seconds = kept.iter().sum::<f64>() / bands.rate;
    let count = down.len() as f64;
    if seconds < LEAST_S
        || count < LEAST_RATE * seconds
        || up as f64 > POSITIVE * count
        || count < SHARE * found.len() as f64
    {
        return None;
    }
    let variation = deviation(&kept)? / mean(&kept)?;
    if !(IRREGULAR.0..=IRREGULAR.1).contains(&variation) {
        return None;
    }
    let spread = 0.5 * (quantile(&mut sizes, 0.84)? - quantile(&mut sizes, 0.16)?) / size;
    let noise = bands.noise / size;
    if size > USUAL || spread * spread - noise * noise < VARIED * VARIED {
        return None;
    }
    if repeats(&down, bands) {
        return None;
    }
    let before = rise_before(&bands.spike, &down, bands)? / size;
    (BEFORE.0..BEFORE.1).contains(&before).then_some(size)
}

/// Share of the potentials that may have another at one same distance; chance has a tenth to a fifth.
const REPEATED: f64 = 0.4;

/// Whether the potentials keep distances among each other, as the parts of something larger do.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bins of half a millisecond")]
fn repeats(down: &[Event], bands: &Bands) -> bool {
    const BINS: usize = 240;
    let width = 0.5e-3 * bands.rate;
    let mut bins = [0.0_f64; BINS];
    let looked = down.len().min(1500);
    for (k, e) in down.iter().take(looked).enumerate() {
        for later in &down[k + 1..] {
            let bin = ((later.at - e.at) as f64 / width) as usize;
            match bins.get_mut(bin) {
                Some(b) => *b += 1.0,
                None => break,
            }
        }
    }
    // From 4 ms on: nearer ones are parts of one potential.
    let most = bins[8..].windows(2).map(|w| w[0] + w[1]).fold(0.0, f64::max);
    most > REPEATED * looked as f64
}

/// Share of the size that may come before the negative peak as a positive one. Fibres seen from outside the
/// end-plate zone have two fifths there in the spike band; what falls steeply before is the tail of another.
const BEFORE: (f64, f64) = (-0.05, 0.32);

/// The usual potential's largest positive value in the 2 ms before its peak, over the level of the trace.
fn rise_before(x: &[f64], down: &[Event], bands: &Bands) -> Option<f64> {
    let (reach, step) = (bands.samples(2.0e-3), down.len().div_ceil(400).max(1));
    let base = median_of(x)?;
    let mut top = f64::MIN;
    for m in 1..=reach {
        let column: Vec<f64> =
            down.iter().step_by(step).filter_map(|e| e.at.checked_sub(m)).map(|i| x[i]).collect();
        top = top.max(median_of(&column)?);
    }
    Some(top - base)
}

/// The potentials of the hiss in what other trains leave.
pub(super) fn hiss(residual: &[f64], size: f64, bands: &Bands) -> Option<Hiss> {
    let found = events(residual, THRESHOLD * bands.noise, bands.samples(0.6e-3));
    let down: Vec<usize> = small(&found, true).iter().map(|e| e.at).collect();
    // The shape from those that stand alone.
    let alone = bands.samples(2.5e-3);
    let all: Vec<usize> = found.iter().map(|e| e.at).collect();
    let mut lonely: Vec<usize> = down
        .iter()
        .copied()
        .filter(|i| {
            let from = all.partition_point(|a| a + alone <= *i);
            all.partition_point(|a| *a <= i + alone) - from <= 1
        })
        .collect();
    if lonely.len() < 12 {
        lonely = down.clone();
    }
    let gains: Vec<f64> = lonely.iter().map(|i| residual[*i].abs() / size).collect();
    let mut template = Template::narrow(residual, &lonely, &gains, bands)?;
    template.allow(&[0.45, 2.6]);
    let mut left = residual.to_vec();
    let hits = pursue(&mut left, &[template], bands, 3.2 * bands.noise);
    let at: Vec<f64> = hits.iter().map(|h| h.at).collect();
    (at.len() > 10).then_some(Hiss { at })
}
