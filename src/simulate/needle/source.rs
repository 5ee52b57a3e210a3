//! A source of discharges: the fibres near the needle one by one, because they jitter, the others as one sum.
//! Held on a grid finer than the recording's, so that a discharge may lie anywhere between two samples.

use super::draw::Draw;
use super::electrode::Points;
use super::fibre::{Fibre, Scratch};
use crate::units::Hertz;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};
use rustfft::num_complex::Complex64;
use std::f64::consts::TAU;
use std::sync::Arc;

/// So many fibres of a unit jitter; the others are further away than a millimetre or so.
const NEAR: usize = 12;
/// Beyond it a fibre's jitter does not show, mm.
const NEAR_MM: f64 = 1.2;
/// The fine grid has at least this frequency, Hz: 12 points a period at 10 kHz, for cubic interpolation.
const FINE: f64 = 120_000.0;
/// Length of a potential, s: 60 mm at 2.5 m/s and a delay.
const LENGTH: f64 = 0.045;
/// What is below it is cut off the ends of a potential, V.
const CUT: f64 = 5e-9;

/// A fibre and its neuromuscular junction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub(super) fibre: Fibre,
    /// SD of the junction's delay, s.
    pub(super) jitter: f64,
    /// Share of discharges that do not cross the junction.
    pub(super) block: f64,
}

/// A potential on the fine grid, the flat ends cut off.
#[derive(Debug, Clone, Default)]
struct Table {
    first: usize,
    values: Vec<f64>,
}

struct Near {
    table: Table,
    jitter: f64,
    block: f64,
}

/// The potentials seen from one place of the needle.
struct View {
    near: Vec<Near>,
    far: Table,
}

/// A motor unit or a group of fibres as the electrode sees it.
pub(super) struct Source {
    /// One view, or those from the first and the last place of a needle that moves.
    views: Vec<View>,
    /// The mean potential on the fine grid through the whole amplifier, V.
    pub(super) mean: Vec<f64>,
    /// Of the fine grid, Hz.
    pub(super) frequency: f64,
    /// Main peak in `mean`, s from its start.
    pub(super) peak: f64,
    /// Peak to peak of `mean`, V.
    pub(super) amplitude: f64,
    /// Fine points a sample.
    factor: usize,
    /// How many fibres it is made of.
    pub(super) members: usize,
}

/// Which peak a discharge is timed by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Peak {
    Negative,
    Positive,
}

/// Makes sources for one sampling frequency: transforms, the amplifier's band, buffers.
pub(super) struct Workshop {
    /// Of the recording, Hz.
    pub(super) sampling_frequency: f64,
    factor: usize,
    len: usize,
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    /// Low-pass of the amplifier and anti-alias filter by frequency.
    band: Vec<f64>,
    /// Of the amplifier, Hz.
    highpass: f64,
    scratch: Scratch,
    buffer: Vec<f64>,
}

impl Workshop {
    #[expect(clippy::cast_precision_loss, reason = "lengths of tables")]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "bounded by the checked options"
    )]
    pub(super) fn new(sampling_frequency: Hertz, highpass: Hertz, lowpass: Hertz) -> Self {
        let fs = sampling_frequency.0;
        let mut factor = 1;
        while fs * (factor as f64) < FINE {
            factor *= 2;
        }
        let fine = fs * factor as f64;
        let len = ((LENGTH * fine) as usize).next_power_of_two();
        let mut planner = RealFftPlanner::<f64>::new();
        let (forward, inverse) = (planner.plan_fft_forward(len), planner.plan_fft_inverse(len));
        let band = (0..=len / 2)
            .map(|k| {
                let f = k as f64 * fine / len as f64;
                let amplifier = 1.0 / (1.0 + (f / lowpass.0).powi(4)).sqrt();
                // A cosine from 0.8 to 1 of half the sampling frequency.
                let edge = ((fs / 2.0 - f) / (0.1 * fs)).clamp(0.0, 1.0);
                amplifier * 0.5 * (1.0 - (std::f64::consts::PI * edge).cos()) / len as f64
            })
            .collect();
        Workshop {
            sampling_frequency: fs,
            factor,
            len,
            forward,
            inverse,
            band,
            highpass: highpass.0,
            scratch: Scratch::default(),
            buffer: Vec::new(),
        }
    }

    /// The source of `members`; with `moved` the needle ends up so far away from its first place, mm across and
    /// along.
    pub(super) fn source(
        &mut self,
        members: &[Member],
        electrode: &Points,
        moved: Option<(f64, f64)>,
        peak: Peak,
    ) -> Source {
        let mut mean = vec![Complex64::default(); self.len / 2 + 1];
        let mut views = vec![self.view(members, electrode, &mut mean)];
        if let Some((x, y)) = moved {
            let shifted: Vec<Member> = members
                .iter()
                .map(|m| Member { fibre: Fibre { x: m.fibre.x - x, y: m.fibre.y - y, ..m.fibre }, ..*m })
                .collect();
            views.push(self.view(&shifted, electrode, &mut mean));
            mean.iter_mut().for_each(|x| *x *= 0.5);
        }
        let mean = self.back(&mut mean);
        let mut source = self.finish(views, mean, peak);
        source.members = members.len();
        source
    }

    #[expect(clippy::cast_precision_loss, reason = "lengths of tables")]
    fn finish(&self, views: Vec<View>, mut mean: Vec<f64>, peak: Peak) -> Source {
        let frequency = self.sampling_frequency * self.factor as f64;
        // Room for what the high-pass filter leaves behind a potential.
        mean.resize(mean.len() * 2, 0.0);
        highpass(&mut mean, self.highpass, frequency);
        let sign = if peak == Peak::Positive { 1.0 } else { -1.0 };
        let at = (0..mean.len()).max_by(|&a, &b| (sign * mean[a]).total_cmp(&(sign * mean[b]))).unwrap_or(0);
        let mut top = at as f64;
        if at > 0 && at + 1 < mean.len() {
            let (a, b, c) = (mean[at - 1], mean[at], mean[at + 1]);
            let bend = a - 2.0 * b + c;
            if bend.abs() > 0.0 {
                top += (0.5 * (a - c) / bend).clamp(-0.5, 0.5);
            }
        }
        let (low, high) = mean.iter().fold((0.0_f64, 0.0_f64), |(l, h), &x| (l.min(x), h.max(x)));
        Source {
            views,
            frequency,
            peak: top / frequency,
            amplitude: high - low,
            mean,
            factor: self.factor,
            members: 0,
        }
    }

    fn view(&mut self, members: &[Member], electrode: &Points, mean: &mut [Complex64]) -> View {
        let fine = self.sampling_frequency * f64::from(u32::try_from(self.factor).unwrap_or(1));
        let distance = |m: &Member| m.fibre.x.hypot(m.fibre.y);
        let mut order: Vec<&Member> = members.iter().collect();
        order.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
        let jitters = |m: &Member| m.jitter > 0.0 || m.block > 0.0;
        let split = order.iter().take(NEAR).take_while(|m| distance(m) < NEAR_MM && jitters(m)).count();
        let mut near = Vec::new();
        let step = TAU * fine / f64::from(u32::try_from(self.len).unwrap_or(1));
        for m in &order[..split] {
            let mut spectrum = self.spectrum(&[*m], electrode);
            for (k, (mean, x)) in (0_u32..).zip(mean.iter_mut().zip(&spectrum)) {
                let w = step * f64::from(k) * m.jitter;
                *mean += *x * (1.0 - m.block) * (-0.5 * w * w).exp();
            }
            near.push(Near { table: trim(self.back(&mut spectrum)), jitter: m.jitter, block: m.block });
        }
        let far = &order[split..];
        let mut spectrum = self.spectrum(far, electrode);
        // So many of them conduct at once that the share is what is seen.
        #[expect(clippy::cast_precision_loss, reason = "a count of fibres")]
        let conduct = 1.0 - far.iter().map(|m| m.block).sum::<f64>() / far.len().max(1) as f64;
        for (mean, x) in mean.iter_mut().zip(&mut spectrum) {
            *x *= conduct;
            *mean += *x;
        }
        View { near, far: trim(self.back(&mut spectrum)) }
    }

    /// Sum of the members' potentials through the amplifier's band.
    fn spectrum(&mut self, members: &[&Member], electrode: &Points) -> Vec<Complex64> {
        let fine = self.sampling_frequency * f64::from(u32::try_from(self.factor).unwrap_or(1));
        self.buffer.clear();
        self.buffer.resize(self.len, 0.0);
        for m in members {
            m.fibre.add(electrode, fine, &mut self.scratch, &mut self.buffer);
        }
        let mut out = self.forward.make_output_vec();
        // Lengths are those of the plan.
        let _ = self.forward.process(&mut self.buffer, &mut out);
        out.iter_mut().zip(&self.band).for_each(|(x, b)| *x *= *b);
        out
    }

    fn back(&self, spectrum: &mut [Complex64]) -> Vec<f64> {
        let mut out = self.inverse.make_output_vec();
        if let [first, .., last] = spectrum {
            first.im = 0.0;
            last.im = 0.0;
        }
        let _ = self.inverse.process(spectrum, &mut out);
        out
    }
}

fn trim(values: Vec<f64>) -> Table {
    let first = values.iter().position(|x| x.abs() > CUT).unwrap_or(values.len());
    let end = values.iter().rposition(|x| x.abs() > CUT).map_or(first, |i| i + 1);
    Table { first, values: values[first..end].to_vec() }
}

/// One-pole high-pass, causal: the bilinear form of the amplifier's.
pub(super) fn highpass(x: &mut [f64], corner: f64, frequency: f64) {
    let warped = (std::f64::consts::PI * corner / frequency).tan();
    let (gain, pole) = (1.0 / (1.0 + warped), (1.0 - warped) / (1.0 + warped));
    let (mut before, mut state) = (0.0, 0.0);
    for value in x {
        state = pole * state + gain * (*value - before);
        before = *value;
        *value = state;
    }
}

impl Source {
    /// Adds a discharge whose main peak lies at `at` (s) times `scale` to a signal that has not passed the
    /// amplifier's high-pass yet; `course` from 0 to 1 is how far the needle has moved.
    pub(super) fn add(&self, signal: &mut [f64], at: f64, course: f64, scale: f64, draw: &mut Draw) {
        let fine = at * self.frequency - self.peak * self.frequency;
        let [first, rest @ ..] = &self.views[..] else { return };
        let shares = [if rest.is_empty() { scale } else { scale * (1.0 - course) }, scale * course];
        for (k, near) in first.near.iter().enumerate() {
            let shift = draw.normal(0.0, near.jitter) * self.frequency;
            if draw.chance(near.block) {
                continue;
            }
            deposit(signal, self.factor, &near.table, fine + shift, shares[0]);
            for other in rest {
                if let Some(near) = other.near.get(k) {
                    deposit(signal, self.factor, &near.table, fine + shift, shares[1]);
                }
            }
        }
        deposit(signal, self.factor, &first.far, fine, shares[0]);
        for other in rest {
            deposit(signal, self.factor, &other.far, fine, shares[1]);
        }
    }

    /// The mean potential at the sampling frequency, main peak at a sample: values and its place. What is below
    /// `floor` (V) at the ends is left out but for `margin` (s).
    #[expect(clippy::cast_precision_loss, reason = "lengths of tables")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the table")]
    pub(super) fn sampled(&self, floor: f64, margin: f64) -> (Vec<f64>, usize) {
        let table = Table { first: 0, values: self.mean.clone() };
        let reference = (self.peak * self.frequency / self.factor as f64).ceil() as usize;
        let mut out = vec![0.0; self.mean.len() / self.factor + 2];
        let start = (reference * self.factor) as f64 - self.peak * self.frequency;
        deposit(&mut out, self.factor, &table, start, 1.0);
        let pad = (margin * self.frequency / self.factor as f64) as usize;
        let first = out.iter().position(|x| x.abs() > floor).unwrap_or(reference).min(reference);
        let last = out.iter().rposition(|x| x.abs() > floor).unwrap_or(reference).max(reference);
        let first = first.saturating_sub(pad);
        let end = (last + pad + 1).min(out.len());
        (out[first..end].to_vec(), reference - first)
    }
}

/// Adds `table` times `scale`, its grid's origin at `start` fine points of the signal, by cubic interpolation.
#[expect(clippy::cast_precision_loss, reason = "lengths of signals")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clipped to the signal")]
fn deposit(signal: &mut [f64], factor: usize, table: &Table, start: f64, scale: f64) {
    let n = table.values.len();
    if n < 4 {
        return;
    }
    let start = start + table.first as f64;
    let first = (start / factor as f64).ceil().max(0.0);
    if first >= signal.len() as f64 {
        return;
    }
    let at = first * factor as f64 - start;
    let whole = at.floor();
    let t = at - whole;
    // Catmull-Rom.
    let w = [
        scale * 0.5 * (-t + 2.0 * t * t - t * t * t),
        scale * 0.5 * (2.0 - 5.0 * t * t + 3.0 * t * t * t),
        scale * 0.5 * (t + 4.0 * t * t - 3.0 * t * t * t),
        scale * 0.5 * (t * t * t - t * t),
    ];
    let mut k = whole as usize;
    for slot in &mut signal[first as usize..] {
        if k + 2 >= n {
            break;
        }
        if k >= 1 {
            let v = &table.values[k - 1..k + 3];
            *slot += w[0] * v[0] + w[1] * v[1] + w[2] * v[2] + w[3] * v[3];
        }
        k += factor;
    }
}

#[cfg(test)]
mod tests;
