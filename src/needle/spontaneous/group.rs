//! Groups events of one shape, in the order of time, so that a slowly changing potential stays one group.

use super::band::Bands;
use super::detect::Event;
use super::stats::dot;

/// Events that share a shape.
#[derive(Debug, Clone)]
pub(super) struct Group {
    /// Running mean of the shape over the window.
    shape: Vec<f64>,
    /// How many events went into each sample, at most [`MEMORY`].
    weight: Vec<f64>,
    /// Sample of each event, shifted so that the shapes lie on each other.
    pub(super) at: Vec<usize>,
    /// Size of each event over that of the group's shape when it came.
    pub(super) size: Vec<f64>,
}

/// Window around an event, s. Ours: the spike of a single fibre and most of a motor unit's.
const BEFORE_S: f64 = 2.0e-3;
const AFTER_S: f64 = 3.0e-3;
/// Furthest shift when two shapes are held against each other, s.
const SHIFT_S: f64 = 1.2e-3;
/// Share of the energy by which two shapes may differ, and of the size. Ours: jitter of a motor unit's fibres
/// moves a tenth of its energy; neighbours in a myotonic or neuromyotonic run differ by a few per cent.
const DIFFERENCE: f64 = 0.15;
const SIZE: f64 = 0.22;
/// Events that the running mean remembers.
const MEMORY: f64 = 8.0;
/// Most groups at a time; the poorest gives way. Bounds the work.
const MOST: usize = 48;

/// One comparison: gain of the event over the shape, residual over what is allowed, shift.
struct Fit {
    gain: f64,
    excess: f64,
    shift: isize,
}

/// Groups the events of `x`.
pub(super) fn group(x: &[f64], events: &[Event], bands: &Bands) -> Vec<Group> {
    let (before, after) = (bands.samples(BEFORE_S), bands.samples(AFTER_S));
    let reach = isize::try_from(bands.samples(SHIFT_S)).unwrap_or(0);
    let least = bands.samples(0.8e-3);
    let variance = bands.noise * bands.noise;
    let mut groups: Vec<Group> = Vec::new();
    let mut done: Vec<Group> = Vec::new();
    for (k, event) in events.iter().enumerate() {
        // Nothing beyond the middle between two events belongs to this one.
        let back = if k > 0 { (event.at - events[k - 1].at) / 2 } else { before };
        let ahead = if k + 1 < events.len() { (events[k + 1].at - event.at) / 2 } else { after };
        let window = (back.clamp(least, before), ahead.clamp(least, after));
        let best = groups
            .iter()
            .enumerate()
            .filter_map(|(g, group)| Some((g, compare(x, event, group, window, before, reach, variance)?)))
            .filter(|(_, fit)| fit.excess <= 1.0)
            .min_by(|a, b| a.1.excess.total_cmp(&b.1.excess));
        match best {
            Some((g, fit)) => groups[g].add(x, event, &fit, window, before),
            None => {
                if groups.len() >= MOST {
                    // The one with the fewest events, the oldest among equals.
                    if let Some(g) =
                        (0..groups.len()).min_by_key(|g| (groups[*g].at.len(), groups[*g].at.last().copied()))
                    {
                        done.push(groups.swap_remove(g));
                    }
                }
                groups.push(Group::start(x, event, window, before, after));
            }
        }
    }
    done.extend(groups);
    done.sort_by_key(|g| g.at.first().copied());
    done
}

impl Group {
    fn start(x: &[f64], event: &Event, window: (usize, usize), before: usize, after: usize) -> Group {
        let n = before + after + 1;
        let mut group = Group { shape: vec![0.0; n], weight: vec![0.0; n], at: Vec::new(), size: Vec::new() };
        group.add(x, event, &Fit { gain: 1.0, excess: 0.0, shift: 0 }, window, before);
        group
    }

    fn add(&mut self, x: &[f64], event: &Event, fit: &Fit, window: (usize, usize), before: usize) {
        let at = event.at.saturating_add_signed(fit.shift);
        for m in before - window.0..=before + window.1 {
            let Some(v) = (at + m).checked_sub(before).and_then(|i| x.get(i)) else { continue };
            self.weight[m] = (self.weight[m] + 1.0).min(MEMORY);
            self.shape[m] += (v - self.shape[m]) / self.weight[m];
        }
        self.at.push(at);
        self.size.push(fit.gain);
    }

    /// Greatest value of the shape.
    pub(super) fn peak(&self) -> f64 {
        self.shape.iter().fold(0.0, |m: f64, v| m.max(v.abs()))
    }
}

/// The best shift of the event against the group's shape. `None` where they cannot be alike.
#[expect(clippy::cast_precision_loss, reason = "counts of samples")]
fn compare(
    x: &[f64],
    event: &Event,
    group: &Group,
    window: (usize, usize),
    before: usize,
    reach: isize,
    variance: f64,
) -> Option<Fit> {
    let peak = group.peak();
    if event.value.abs() < 0.6 * peak || event.value.abs() > 1.7 * peak {
        return None;
    }
    // The part of the window that the group knows: one stretch around the peak.
    let (low, high) = (before - window.0, before + window.1 + 1);
    let known_from = (low..high).find(|m| group.weight[*m] > 0.0)?;
    let known_to = (low..high).rev().find(|m| group.weight[*m] > 0.0)? + 1;
    let shape = &group.shape[known_from..known_to];
    let (ss, n) = (dot(shape, shape), shape.len() as f64);
    if ss < 0.5 * dot(&group.shape, &group.shape) || ss <= 0.0 || n < 6.0 {
        return None;
    }
    let known = group.at.len().min(8) as f64;
    let loose = SIZE + 3.0 * (variance / ss).sqrt();
    let noise = variance * (1.0 + 1.0 / known) * (n + 3.0 * (2.0 * n).sqrt());
    let mut best: Option<Fit> = None;
    for shift in -reach..=reach {
        let first = (event.at.saturating_add_signed(shift) + known_from).checked_sub(before);
        let Some(piece) = first.and_then(|f| x.get(f..f + shape.len())) else { continue };
        let xs = dot(piece, shape);
        let gain = xs / ss;
        if gain < 1.0 / (1.0 + loose) || gain > 1.0 + loose {
            continue;
        }
        let residual = dot(piece, piece) - gain * xs;
        let excess = residual / (DIFFERENCE * gain * xs + noise);
        if best.as_ref().is_none_or(|b| excess < b.excess) {
            best = Some(Fit { gain, excess, shift });
        }
    }
    best
}
