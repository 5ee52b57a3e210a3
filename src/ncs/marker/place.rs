//! The markers of a response that is there.
#![expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "positions are clamped to the samples"
)]

use super::find::{Candidate, candidate};
use super::measure::{Noise, Work};
use super::onset::{Placed, Positivity, Scene};
use super::quiet::Under;
use super::response::{Doubt, MarkerName, Presence, Response, ResponseKind, TakeOff};
use super::shape::{self, Top};
use super::{Scratch, rise};
use crate::ncs::Measured;

/// Below this many times the noise a response is measured with a doubt. Ours.
const CLEAR: f64 = 15.0;
/// Share of the peak that an initial positivity needs, and times the smoothed noise, for the onset to be read in the rise
/// out of it; a hinge cannot follow such a rise.
const POSITIVITY: (f64, f64) = (0.008, 5.0);
/// Share of the peak from which on an initial positivity is told (signal-analysis 4.3).
const TOLD: f64 = 0.03;
/// Artefact at the onset that is told, as a share of the peak.
const OVERLAP: f64 = 0.05;
/// A phase before the largest is the response's first when it has this share of it, and times the smoothed noise.
const EARLIER: (f64, f64) = (0.12, 8.0);
/// 97.5 % point of the normal distribution.
const Z: f64 = 1.96;
/// The baseline is off by more than its fit says, by this factor: terms that were not needed to explain the quiet parts
/// may still be there. Measured on simulated responses.
const BASELINE: f64 = 2.0;
/// The onset's uncertainty at least: half a sample's worth of what the family of rises cannot follow. s; ours.
const ONSET_FLOOR: f64 = 1.5e-5;
/// Interference below this share of the peak moves no number. Ours.
const MAINS: f64 = 0.002;
/// Detectors this far apart are told, s. Threshold and hinge differ by up to 0.3 ms by their nature; ours.
const APART: f64 = 5e-4;

/// Baseline that is looked at once more just before the response, s. Ours.
const LOCAL: f64 = 0.003;

/// Less quiet time than this before the response shows no baseline, s. Ours.
const BARE: f64 = 5e-4;

const HAND: &str = "set by hand";

/// What belongs to a phase's rise.
struct First {
    onset: Option<Placed>,
    positivity: Option<Positivity>,
    by: [(&'static str, Option<f64>); 3],
    earlier: bool,
}

impl Work<'_> {
    pub(super) fn markers(
        &self,
        found: Candidate,
        under: &Under,
        noise: &Noise,
        cut: bool,
        scratch: &mut Scratch,
    ) -> Response {
        // The baseline just before the response should lie at 0; by what it does not, it is uncertain.
        let gap = self.quiet(Some(found), scratch)[1].clone();
        let last = gap.end.saturating_sub((LOCAL / self.period) as usize).max(gap.start)..gap.end;
        let local = match last.len() {
            0 => 0.0,
            n => scratch.y[last].iter().sum::<f64>() / n as f64,
        };
        let Scratch { y, smoothed, before, rise, .. } = scratch;
        let (y, s) = (&y[..], &smoothed[..]);
        let manual = self.options.manual;
        let effective = noise.sample * noise.correlated.sqrt();
        let fitted = under.sd(self.sweep.time(found.peak as f64));
        let baseline_sd = (BASELINE * fitted).hypot(0.05 * noise.sample).hypot(local);
        let top = match self.manual_peak() {
            Some(_) => self.by_hand(manual.negative_peak.or(manual.peak).map_or(0.0, |t| t.0), y),
            None => shape::top(y, s, found.peak, 1.0, noise.sample),
        };
        let peak = top.height;
        let snr = (peak / noise.sample).min(1e9);
        let mut out = Response::without(Presence::Present, snr, noise.sample, 0.0);
        if peak.is_nan() || peak <= 0.0 {
            out = Response::without(
                Presence::Undefined("no negative peak where it was set by hand"),
                0.0,
                noise.sample,
                0.0,
            );
            return out;
        }
        let first = self.first_phase(y, s, &top, found, noise, baseline_sd, before, rise);
        let onset = manual.onset.map(|t| Placed { at: self.sweep.position(t.0), sd: 0.0 }).or(first.onset);
        let time = |at: f64| self.sweep.time(at);
        out.onset_by = first.by.map(|(name, at)| (name, at.map(time)));
        let why = "the rise cannot be followed to the baseline";
        out.onset = match (manual.onset, onset) {
            (Some(t), _) => Measured::new(t.0, f64::NAN, HAND, why),
            (_, Some(p)) => {
                let sd = (p.sd * self.period).hypot(ONSET_FLOOR);
                let method = if first.positivity.is_some() {
                    "rise out of the initial positivity through 0.5 % of the peak"
                } else {
                    "fitted rise through 0.5 % of the peak"
                };
                Measured::new(time(p.at), Z * sd, method, why)
            }
            _ => Measured::undefined(why, "fitted rise through 0.5 % of the peak"),
        };
        out.take_off = TakeOff {
            positive_trough: first
                .positivity
                .map(|p| time(shape::top(y, s, p.trough, -1.0, noise.sample).at)),
            baseline_departure: match first.positivity {
                Some(p) => self.departure(s, p, noise).map(time),
                None => out.onset.value(),
            },
        };
        let reached = onset.map_or(found.peak as f64, |o| o.at);
        self.peaks(&mut out, y, s, &top, reached, effective, baseline_sd);
        self.ends(&mut out, y, s, &top, onset, effective, baseline_sd, noise);
        out.artefact = under.artefact();
        let start = onset.map_or(found.peak as f64, |o| o.at);
        out.baseline = under.level(time(start));
        out.manual = [
            (MarkerName::Onset, manual.onset),
            (MarkerName::Peak, manual.peak),
            (MarkerName::NegativePeak, manual.negative_peak.or(manual.peak)),
            (MarkerName::PositivePeak, manual.positive_peak),
            (MarkerName::End, manual.end),
        ]
        .into_iter()
        .filter_map(|(name, set)| set.map(|_| name))
        .collect();
        if ((self.pre + gap.len()) as f64) * self.period < BARE {
            out.doubts.push(Doubt::NoBaseline);
        }
        self.doubts(&mut out, &first, under, peak, cut);
        out
    }

    /// A height read where somebody put the marker.
    fn by_hand(&self, time: f64, y: &[f64]) -> Top {
        let at = self.sweep.position(time).clamp(0.0, y.len() as f64 - 1.0);
        let i = (at as usize).min(y.len() - 2);
        let share = at - i as f64;
        Top { at, height: y[i] * (1.0 - share) + y[i + 1] * share, at_sd: 0.0, height_sd: 1.0, half: 0.0 }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one scene")]
    fn first_phase(
        &self,
        y: &[f64],
        s: &[f64],
        top: &Top,
        found: Candidate,
        noise: &Noise,
        baseline: f64,
        before: &mut Vec<f64>,
        buffers: &mut rise::Buffers,
    ) -> First {
        let mut scene = Scene {
            y,
            smoothed: s,
            from: self.blank,
            peak_at: top.at,
            peak: top.height,
            reference: top.height,
            noise: noise.sample * noise.correlated.sqrt(),
            smoothed_noise: noise.smoothed,
            baseline,
            foot: self.scale.foot / self.period,
        };
        let mut earlier = false;
        // A dispersed or few-unit response may begin with a lesser phase.
        while let Some(tenth) = scene.low() {
            let end = tenth.floor() as usize;
            let nearest = ((tenth - self.scale.earlier / self.period).max(self.window.start as f64)) as usize;
            let Some(lobe) = candidate(s, self.blank, nearest..end, 0.0, before) else { break };
            if lobe.height < (EARLIER.0 * top.height).max(EARLIER.1 * noise.smoothed) || lobe.peak >= end {
                break;
            }
            let phase = shape::top(y, s, lobe.peak, 1.0, noise.sample);
            if phase.at >= scene.peak_at - 1.0 || phase.height <= 0.0 {
                break;
            }
            (scene.peak_at, scene.peak, earlier) = (phase.at, phase.height, true);
        }
        let _ = found;
        let positivity = scene
            .low()
            .and_then(|tenth| scene.positivity(tenth, self.scale.positivity / self.period, POSITIVITY));
        let onset = match positivity {
            Some(p) => scene.out_of(p.trough),
            None => scene.hinge(buffers),
        };
        // A rise that leads back into the artefact shows no onset.
        let onset = onset.filter(|p| p.at > self.blank as f64);
        let by = [
            ("hinge", onset.map(|p| p.at)),
            ("threshold", scene.threshold(positivity.is_some())),
            ("tangent", scene.tangent()),
        ];
        First { onset, positivity, by, earlier }
    }

    /// Where the trace leaves the baseline into an initial positivity: the last sample before the trough within three
    /// times the noise or a tenth of the depth.
    fn departure(&self, s: &[f64], p: Positivity, noise: &Noise) -> Option<f64> {
        let level = (3.0 * noise.smoothed).max(-0.1 * s[p.trough]).min(-0.5 * s[p.trough]);
        let i = (self.blank..p.trough).rev().find(|i| s[*i] >= -level)?;
        let step = s[i] - s[i + 1];
        let share = if step > 0.0 { ((s[i] + level) / step).clamp(0.0, 1.0) } else { 0.0 };
        Some(i as f64 + share)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one scene")]
    fn peaks(
        &self,
        out: &mut Response,
        y: &[f64],
        s: &[f64],
        top: &Top,
        onset: f64,
        effective: f64,
        baseline_sd: f64,
    ) {
        let manual = self.options.manual;
        let (method, why) = ("polynomial through the top", "no finite peak");
        out.peak = match manual.peak.or(manual.negative_peak) {
            Some(t) => Measured::new(t.0, f64::NAN, HAND, why),
            None => {
                // A flat top of several humps is not quite a polynomial.
                let sd = (top.at_sd * effective).hypot(0.3).hypot(0.1 * top.half) * self.period;
                Measured::new(self.sweep.time(top.at), Z * sd, method, why)
            }
        };
        let top_sd = top.height_sd * effective;
        let sd = top_sd.hypot(baseline_sd).hypot(0.004 * top.height);
        let hand = manual.peak.or(manual.negative_peak).is_some();
        out.amplitude = Measured::new(top.height, Z * sd, if hand { HAND } else { method }, why);
        // The lowest point may lie before the onset (initial positivity) or behind the peak.
        let start = (onset - self.scale.positivity / self.period).max(self.blank as f64) as usize;
        let end = self.sweep.index(self.sweep.time(top.at) + self.scale.positive_phase);
        let lowest = match manual.positive_peak {
            Some(t) => Some(self.by_hand(t.0, y)),
            None => {
                shape::extreme(s, start..end.max(start), -1.0).map(|i| shape::top(y, s, i, -1.0, out.noise))
            }
        };
        if let Some(low) = lowest {
            // A response without a positive phase has its lowest point at the baseline.
            let depth = low.height.min(0.0);
            let sd = top_sd.hypot(low.height_sd * effective).hypot(0.003 * top.height);
            out.amplitude_peak_to_peak =
                Measured::new(top.height - depth, Z * sd, "highest to lowest point of the response", why);
            out.positive_peak = Some(self.sweep.time(low.at));
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one scene")]
    fn ends(
        &self,
        out: &mut Response,
        y: &[f64],
        s: &[f64],
        top: &Top,
        onset: Option<Placed>,
        effective: f64,
        baseline_sd: f64,
        noise: &Noise,
    ) {
        let manual = self.options.manual;
        let from = (top.at.ceil().max(0.0) as usize).min(y.len());
        let crossing = match manual.end {
            Some(t) => Some(shape::Crossing { at: self.sweep.position(t.0), slope: 1.0, sd: 0.0 }),
            None => shape::fall(y, s, from, top.height, noise.sample),
        };
        let method = if manual.end.is_some() { HAND } else { "first return to the baseline behind the peak" };
        let why = "the sweep ends before the negative phase";
        let no_onset = "no onset";
        match crossing {
            None => {
                out.negative_end = Measured::undefined(why, method);
                out.negative_duration = out.negative_end;
                out.negative_area = out.negative_end;
                out.doubts.push(Doubt::EndsBeforeNegativePhase);
            }
            Some(c) => {
                let sd = if manual.end.is_some() {
                    0.0
                } else {
                    c.sd * effective.hypot(baseline_sd * 2.0).max(0.003 * top.height)
                };
                let reach = if manual.end.is_some() { f64::NAN } else { Z * sd * self.period };
                let at = manual.end.map_or(self.sweep.time(c.at), |t| t.0);
                out.negative_end = Measured::new(at, reach, method, why);
                match onset {
                    Some(o) if o.at < c.at => {
                        let length = (c.at - o.at) * self.period;
                        let both = Z * sd.hypot(o.sd).hypot(ONSET_FLOOR / self.period) * self.period;
                        out.negative_duration =
                            Measured::new(length, both, "onset to the end of the negative phase", why);
                        let area = shape::area(y, o.at, c.at) * self.period;
                        let spread = effective * (c.at - o.at).sqrt() * self.period;
                        let under = baseline_sd * length;
                        let area_sd = spread.hypot(under).hypot(0.004 * area);
                        out.negative_area =
                            Measured::new(area, Z * area_sd, "integral of the negative phase", why);
                    }
                    _ => {
                        out.negative_duration = Measured::undefined(no_onset, method);
                        out.negative_area = Measured::undefined(no_onset, method);
                    }
                }
            }
        }
        let level = (3.0 * noise.smoothed).max(0.02 * top.height);
        let quiet = ((self.scale.returned / self.period).round() as usize).max(2);
        let behind = crossing.map_or(from, |c| (c.at.max(0.0) as usize).max(from));
        let method = "last return to within 2 % of the peak or three times the noise";
        match shape::last_return(s, behind.min(s.len()), level, quiet) {
            None => {
                let why = "the sweep ends before the response";
                out.total_end = Measured::undefined(why, method);
                out.total_duration = out.total_end;
                out.doubts.push(Doubt::EndsBeforeResponse);
            }
            Some(i) => {
                let slope = (s[i.max(1)] - s[i.max(1) - 1]).abs().max(1e-300);
                let sd = (noise.smoothed.hypot(baseline_sd) / slope).min(0.005 / self.period).max(1.0)
                    * self.period;
                out.total_end = Measured::new(self.sweep.time(i as f64), Z * sd, method, why);
                out.total_duration = match out.onset.value() {
                    Some(o) => Measured::new(self.sweep.time(i as f64) - o, Z * sd, method, why),
                    None => Measured::undefined(no_onset, method),
                };
            }
        }
    }

    fn doubts(&self, out: &mut Response, first: &First, under: &Under, peak: f64, cut: bool) {
        let mut tell = |d| out.doubts.push(d);
        if let Some(p) = first.positivity {
            // A SNAP's leading positive phase is its normal shape.
            if self.options.kind == ResponseKind::Cmap && p.share >= TOLD {
                tell(Doubt::InitialPositivity(p.share));
            }
            if self.options.kind == ResponseKind::Cmap && p.share > 1.0 {
                tell(Doubt::Reversed(p.share));
            }
        }
        if cut {
            tell(Doubt::Saturation);
        }
        if let Some(onset) = first.onset {
            let artefact = under.artefact().at(self.sweep.time(onset.at)).abs() / peak;
            if artefact > OVERLAP {
                tell(Doubt::ArtefactOverlapsOnset(artefact));
            }
            if onset.at <= self.window.start as f64 + 1.0
                || onset.at - (self.blank as f64) < 0.0005 / self.period
            {
                tell(Doubt::AtWindowEdge);
            }
        }
        if let (Some(a), Some(b)) = (first.by[0].1, first.by[1].1) {
            let apart = (a - b).abs() * self.period;
            if apart > APART {
                tell(Doubt::OnsetsDisagree(apart));
            }
        }
        if first.earlier {
            tell(Doubt::EarlierPhase);
        }
        if peak / out.noise < CLEAR {
            tell(Doubt::LowSignalToNoise(peak / out.noise));
        }
        if under.mains() > (2.0 * out.noise).max(MAINS * peak) {
            tell(Doubt::Mains(under.mains()));
        }
        if peak > self.scale.implausible {
            tell(Doubt::Implausible(peak));
        }
    }
}
