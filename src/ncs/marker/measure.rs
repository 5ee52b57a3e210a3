//! From a sweep to its markers.
#![expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions are clamped to the samples"
)]

use super::find::{Candidate, candidate, last_rise};
use super::joint::{self, Joint, Seen};
use super::quiet::Under;
use super::response::{Presence, Response, ResponseKind};
use super::{MarkerOptions, Scratch, noise, saturation};
use crate::ncs::Sweep;

/// A peak counts when it stands this many times the smoothed noise above both sides. A thousand samples of noise
/// reach 4 to 5 between their extremes' halves; ours.
const PRESENT: f64 = 6.0;

/// A peak below this many times the smoothed noise, or sooner behind the blanked time than this (s), must stand out
/// of a sweep that is taken for quiet as well, with at least this share of its height. Ours.
const STRONG: f64 = 60.0;
const EARLY: f64 = 0.0025;
const LEFT: f64 = 0.25;

/// No amplifier gives this, V; squares of such numbers would leave the range of a double at last. Ours.
const BEYOND: f64 = 1e9;

/// An artefact is fitted together with the response when it is so many times the noise at the blanked time, and the peak
/// lies no further behind it than this, s. Ours: later ones leave enough quiet between.
const VISIBLE: f64 = 8.0;
const FAR: f64 = 0.006;

/// A positive deflection counts from so many times the height of a response that would be seen. Ours.
const TURNED_TIMES: f64 = 3.0;
const TURNED: &str =
    "only a positive deflection stands out: electrodes reversed, or the response of another muscle";

/// An amplitude may be as large as the recording's own span, and the noise on it.
const SPAN: f64 = 1.1;
const BENT: &str =
    "the baseline cannot be told from the response: electrodes reversed, or the sweep is too short";

/// Bins of 0.25 ms behind the response that hold the slow part of the artefact, and the weight of a sample there: mains
/// and drift are among it. Ours.
const TAIL_BINS: usize = 40;
const TAIL_WEIGHT: f64 = 0.25;

/// Times and widths by kind, s.
pub(super) struct Scale {
    /// Half-width of the smoothing for markers.
    pub(super) smooth: f64,
    /// Longest rise from a tenth of the peak to the peak; a slower hill is drift or mains.
    pub(super) rise: f64,
    /// Baseline that is fitted along with a rise.
    pub(super) foot: f64,
    /// What a return to the baseline lasts.
    pub(super) returned: f64,
    /// How far before the rise an initial positivity is looked for.
    pub(super) positivity: f64,
    /// How far behind the peak the positive phase is looked for.
    pub(super) positive_phase: f64,
    /// How far before the rise an earlier phase of the same response is looked for.
    pub(super) earlier: f64,
    /// An amplitude above this is a wrong unit, V.
    pub(super) implausible: f64,
}

impl Scale {
    fn of(kind: ResponseKind) -> Scale {
        match kind {
            ResponseKind::Cmap => Scale {
                smooth: 1e-4,
                rise: 0.012,
                foot: 0.006,
                returned: 0.002,
                positivity: 0.003,
                positive_phase: 0.02,
                earlier: 0.01,
                implausible: 0.1,
            },
            ResponseKind::Snap | ResponseKind::Mixed => Scale {
                smooth: 5e-5,
                rise: 0.003,
                foot: 0.003,
                returned: 0.001,
                positivity: 0.0015,
                positive_phase: 0.005,
                earlier: 0.004,
                implausible: 0.002,
            },
        }
    }
}

/// The sweep with its conditioned copy and what is known of it so far.
pub(super) struct Work<'a> {
    pub(super) options: &'a MarkerOptions,
    pub(super) sweep: &'a Sweep<'a>,
    pub(super) scale: Scale,
    pub(super) period: f64,
    pub(super) half: usize,
    pub(super) blank: usize,
    pub(super) window: std::ops::Range<usize>,
    /// End of the part before the stimulus.
    pub(super) pre: usize,
}

impl<'a> Work<'a> {
    /// `None` where the sweep does not cover the search window.
    fn of(options: &'a MarkerOptions, sweep: &'a Sweep<'a>) -> Option<Self> {
        let scale = Scale::of(options.kind);
        let period = sweep.sampling_frequency().period().0;
        let window = sweep.index(options.earliest.0)..sweep.index(options.latest.0);
        if window.len() < 8 || sweep.start().0 > options.earliest.0 {
            return None;
        }
        let half = (scale.smooth / period).round().min(50.0) as usize;
        let (blank, pre) = (sweep.index(options.blank.0.max(1e-9)), sweep.index(-1e-4));
        Some(Work { options, sweep, scale, period, half, blank, window, pre })
    }
}

pub(super) fn response(options: &MarkerOptions, sweep: &Sweep<'_>, scratch: &mut Scratch) -> Response {
    let x = sweep.samples();
    let undefined = |why| Response::without(Presence::Undefined(why), 0.0, 0.0, 0.0);
    let Some(work) = Work::of(options, sweep) else {
        return undefined("the sweep does not cover the search window");
    };
    let of_differences = noise::of_differences(&x[work.blank..], &mut scratch.work);
    let (low, high) = noise::extremes(&x[work.blank..]);
    if low.abs().max(high.abs()) > BEYOND {
        return undefined("numbers beyond any voltage");
    }
    if high - low <= 0.0 {
        return undefined("a flat sweep");
    }
    // Where the response may lie, its positive phase too; the far end of a sweep may hold anything.
    let judged = work.blank..sweep.index(options.latest.0 + work.scale.positive_phase);
    let cut = saturation::is_cut(&x[judged], of_differences);
    let out = work.measure(cut, of_differences, scratch);
    if out.presence == Presence::Absent && turned(options, sweep, scratch) {
        return Response { detectable: out.detectable, ..undefined(TURNED) };
    }
    out
}

/// Whether the same sweep upside down holds a response, and a clear one: reversed electrodes, or another muscle.
fn turned(options: &MarkerOptions, sweep: &Sweep<'_>, scratch: &mut Scratch) -> bool {
    let samples: Vec<f64> = sweep.samples().iter().map(|v| -v).collect();
    let Ok(other) = Sweep::new(&samples, sweep.start(), sweep.sampling_frequency()) else { return false };
    let Some(work) = Work::of(options, &other) else { return false };
    let of_differences = noise::of_differences(&samples[work.blank..], &mut scratch.work);
    let found = work.measure(false, of_differences, scratch);
    let rises = found.peak.value().is_some_and(|t| t > options.blank.0 + EARLY);
    rises && found.amplitude.value().is_some_and(|a| a > TURNED_TIMES * found.detectable)
}

/// Noise of the conditioned sweep.
#[derive(Debug, Clone, Copy)]
pub(super) struct Noise {
    /// RMS of a sample.
    pub(super) sample: f64,
    /// Samples of white noise that are worth as much as one of it.
    pub(super) correlated: f64,
    /// RMS behind the smoothing.
    pub(super) smoothed: f64,
}

impl Work<'_> {
    fn measure(&self, cut: bool, of_differences: f64, scratch: &mut Scratch) -> Response {
        let x = self.sweep.samples();
        let base = self.first_baseline(scratch);
        scratch.clean.clear();
        scratch.clean.extend_from_slice(x);
        scratch.y.clear();
        scratch.y.extend(x.iter().map(|v| v - base));
        noise::smooth(&scratch.y, self.half, &mut scratch.smoothed);
        let mut found = self.candidate(scratch);
        let joint = self.together(found, of_differences, scratch);
        if joint.is_some() {
            found = self.candidate(scratch);
        }
        let mut under = Under::default();
        let mut noise = Noise { sample: of_differences, correlated: 1.0, smoothed: of_differences };
        let mut before: Option<(bool, [std::ops::Range<usize>; 3])> = None;
        for round in 0..2 {
            let mut quiet = self.quiet(found, scratch);
            // What an artefact leaves looks like a trough, and must not take away what the artefact is fitted to.
            if let Some((_, earlier)) = &before
                && !under.is_plain()
                && quiet[1].len() < earlier[1].len() / 2
            {
                quiet[1] = earlier[1].clone();
            }
            // The same stretches and nearly the same noise give the same fit.
            if round > 0 && before.as_ref() == Some(&(found.is_some(), quiet.clone())) && under.is_plain() {
                break;
            }
            before = Some((found.is_some(), quiet.clone()));
            under = self.fit(&quiet, found.is_some(), &noise, joint.is_none(), scratch);
            under.taken = joint.as_ref().map_or_else(Vec::new, |j| j.exponentials.clone());
            self.condition(&under, scratch);
            found = self.candidate(scratch);
            noise = self.noise(&self.quiet(found, scratch), of_differences, scratch);
        }
        let level = under.at(self.sweep.time(found.map_or(0, |f| f.peak) as f64));
        let present = self.present(found, &noise, scratch).filter(|f| {
            let doubtful = f.height < STRONG * noise.smoothed
                || self.sweep.time(f.peak as f64) < self.options.blank.0 + EARLY;
            self.by_hand_at_all() || !doubtful || self.stands_alone(*f, &noise, &under, scratch)
        });
        let Some(found) = present else {
            let snr = found.map_or(0.0, |f| f.height) / noise.sample.max(1e-300);
            let presence = match () {
                () if cut => Presence::Undefined(
                    "the recorder's limit was reached and no response can be told from it",
                ),
                () if self.by_hand_at_all() => {
                    Presence::Undefined("no negative peak lies where the markers set by hand put it")
                }
                () => Presence::Absent,
            };
            let mut none = Response::without(presence, snr.min(1e9), noise.sample, level);
            none.artefact = under.artefact();
            none.detectable = PRESENT * noise.smoothed;
            return none;
        };
        if found.peak + 2 >= x.len() {
            let presence = Presence::Undefined("the sweep ends before the peak of the response");
            return Response::without(presence, 0.0, noise.sample, level);
        }
        let mut out = self.markers(found, &under, &noise, cut, scratch);
        // A baseline that bends by more than the recording itself does is no baseline.
        let (low, high) = noise::extremes(&x[self.blank..]);
        if !self.by_hand_at_all() && out.amplitude.value().is_some_and(|a| a > SPAN * (high - low)) {
            return Response::without(Presence::Undefined(BENT), out.snr, noise.sample, level);
        }
        out.detectable = PRESENT * noise.smoothed;
        out
    }

    /// An artefact that an early response begins in: fitted together with it, and taken out of `clean`, `y` and
    /// `smoothed`. Muscle responses begin late enough for the artefact to be fitted alone.
    fn together(&self, found: Option<Candidate>, noise: f64, scratch: &mut Scratch) -> Option<Joint> {
        let peak = found?.peak;
        if self.options.kind == ResponseKind::Cmap || peak <= self.blank {
            return None;
        }
        let (y, s) = (&scratch.y, &scratch.smoothed);
        let (low, high) = noise::extremes(&y[self.blank..(self.blank + 4).min(y.len())]);
        if high.abs().max(low.abs()) < VISIBLE * noise.max(1e-300) {
            return None;
        }
        let tenth = last_rise(s, self.blank, peak, 0.1 * s[peak]).unwrap_or(self.blank as f64);
        let seen = Seen {
            peak: self.sweep.time(peak as f64),
            rise: ((peak as f64 - tenth) * self.period).min(self.scale.rise),
            noise,
        };
        if seen.peak - self.sweep.time(self.blank as f64) > FAR {
            return None;
        }
        // Behind the response a slow artefact is all that is left.
        let settled = peak + ((8.0 * seen.rise + 0.0015) / self.period) as usize;
        let bin = ((2.5e-4 / self.period) as usize).max(1);
        let tail: Vec<(f64, f64, f64)> = y[settled.min(y.len())..]
            .chunks(bin)
            .take(TAIL_BINS)
            .enumerate()
            .map(|(k, b)| {
                let middle = settled as f64 + (k * bin) as f64 + (b.len() as f64 - 1.0) / 2.0;
                (
                    self.sweep.time(middle),
                    b.iter().sum::<f64>() / b.len() as f64,
                    TAIL_WEIGHT * b.len() as f64,
                )
            })
            .collect();
        let near = |i: usize| self.sweep.time((self.blank + i) as f64);
        let joint = joint::fit(&y[self.blank..=peak], near, &tail, seen)?;
        let at = |i: usize| {
            let t = self.sweep.time(i as f64);
            let value = |(a, tau): &(f64, f64)| a * (-t / tau).exp();
            if t < 0.0 { 0.0 } else { joint.exponentials.iter().map(value).sum::<f64>() }
        };
        for i in 0..scratch.clean.len() {
            let v = at(i);
            scratch.clean[i] -= v;
            scratch.y[i] -= v;
        }
        self.smooth(scratch);
        Some(joint)
    }

    fn condition(&self, under: &Under, scratch: &mut Scratch) {
        under.subtract(&scratch.clean, self.sweep.start().0, self.period, &mut scratch.y);
        self.smooth(scratch);
    }

    /// Smooths for markers. A steep artefact is fitted to what lies behind the blanked time; before it the difference is
    /// anything, and must not leak out.
    fn smooth(&self, scratch: &mut Scratch) {
        if let Some(hold) = scratch.y.get(self.blank).copied() {
            scratch.y[self.pre.min(self.blank)..self.blank].fill(hold);
        }
        noise::smooth(&scratch.y, self.half, &mut scratch.smoothed);
    }

    /// Whether something stands out even when the whole sweep is taken as quiet, so that artefact, mains and drift
    /// may explain all they can.
    fn stands_alone(&self, found: Candidate, noise: &Noise, under: &Under, scratch: &mut Scratch) -> bool {
        let n = self.sweep.samples().len();
        let all =
            self.fit(&[0..self.pre, self.blank..n, n..n], false, noise, under.taken.is_empty(), scratch);
        self.condition(&all, scratch);
        let left = self.candidate(scratch).map_or(0.0, |c| c.height);
        self.condition(under, scratch);
        left >= (PRESENT * noise.smoothed).max(LEFT * found.height)
    }

    /// Median before the stimulus, or of the last third where there is nothing before it.
    fn first_baseline(&self, scratch: &mut Scratch) -> f64 {
        let x = self.sweep.samples();
        let part = if self.pre as f64 * self.period >= 1e-3 && self.pre >= 8 {
            &x[..self.pre]
        } else {
            &x[(x.len() - (x.len() - self.blank) / 3).min(x.len() - 1)..]
        };
        scratch.work.clear();
        scratch.work.extend_from_slice(part);
        noise::median(&mut scratch.work)
    }

    pub(super) fn manual_peak(&self) -> Option<usize> {
        let m = &self.options.manual;
        let at = m.negative_peak.or(m.peak)?;
        Some(self.sweep.index(at.0).min(self.sweep.samples().len() - 1))
    }

    fn by_hand_at_all(&self) -> bool {
        let m = &self.options.manual;
        self.manual_peak().is_some() || m.onset.is_some() || m.end.is_some()
    }

    fn candidate(&self, scratch: &mut Scratch) -> Option<Candidate> {
        if let Some(peak) = self.manual_peak() {
            return Some(Candidate { peak, height: scratch.smoothed[peak] });
        }
        let mut window = self.window.clone();
        if let Some(onset) = self.options.manual.onset {
            window.start = self.sweep.index(onset.0).min(window.end.saturating_sub(1));
        }
        if let Some(end) = self.options.manual.end {
            window.end = self.sweep.index(end.0).clamp(window.start + 1, self.sweep.samples().len());
        }
        candidate(&scratch.smoothed, self.blank, window, 0.0, &mut scratch.before)
    }

    /// The candidate, if it is a response.
    fn present(&self, found: Option<Candidate>, noise: &Noise, scratch: &mut Scratch) -> Option<Candidate> {
        let found = found?;
        if self.by_hand_at_all() {
            let first = self.options.manual.onset.map_or(0, |t| self.sweep.index(t.0) + 2);
            return (found.height > 0.0 && found.peak >= first).then_some(found);
        }
        let s = &scratch.smoothed;
        // Quantised silence has no noise to speak of; its steps are no response.
        if found.height < PRESENT * noise.smoothed {
            return None;
        }
        // What the same search finds where there can be no response.
        if self.pre as f64 * self.period > 0.003 {
            let quiet = candidate(&s[..self.pre], 0, 0..self.pre, 0.0, &mut scratch.before);
            if quiet.is_some_and(|q| found.height < 1.5 * q.height) {
                return None;
            }
        }
        let s = &scratch.smoothed;
        let tenth = last_rise(s, self.blank, found.peak, 0.1 * s[found.peak]).unwrap_or(self.blank as f64);
        let rise = (found.peak as f64 - tenth) * self.period;
        (rise <= self.scale.rise).then_some(found)
    }
}
