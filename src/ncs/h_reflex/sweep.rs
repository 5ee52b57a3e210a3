//! M and H of one sweep.

use super::HReflexPlan;
use crate::ncs::late::{
    Baseline, Hinge, Mains, Tail, clipped, last_extremum, median, quiet_sd, smooth, smooth_width,
};
use crate::ncs::{Measured, Sweep, Sweeps};
use crate::{Error, Result};

/// Nothing is read before this, s: the stimulus artefact. Ours.
const BLANK_S: f64 = 0.001;
/// Smoothing for finding peaks, s; amplitudes are read on a parabola through the samples. Ours.
const MARK_S: f64 = 0.0002;
/// Smoothing for finding a small response, s. Ours.
const DETECT_S: f64 = 0.0006;
/// The negative peak of an H reflex comes within this after the window of its onset, s. Ours.
const PEAK_AFTER_S: f64 = 0.006;
/// The tail of M is fitted from this much after its last extremum, s. Ours.
const TAIL_AFTER_S: f64 = 0.001;
/// A response lasts this long at most, s: afterwards the sweep is tail again. Ours.
const RESPONSE_S: f64 = 0.015;
/// Length of the shape that is compared from the onset on, s. Ours.
const SHAPE_S: f64 = 0.008;
/// The onset is looked for this long before the response stands out, s. Ours.
const LOOK_BACK_S: f64 = 0.004;
/// Shares of the peak between which the rise is sure to be the response's; the fit ends at the upper one. Ours.
const RISE_SHARE: f64 = 0.5;
/// Noise SDs above which a deflection stands out. Ours.
const HIGH: f64 = 5.0;

/// Reach of the second difference that tells a reflex from the tail it rides on, s: about the rise of one. Ours.
const BEND_S: f64 = 0.0015;
/// Share of the largest bend below which the sweep only has its tail's. Ours.
const BEND_SHARE: f64 = 0.05;
/// A reflex is over this long after its sharpest top, s. Ours.
const FROM_TOP_S: f64 = 0.020;
/// A sweep that shows onsets to this time shows all but those of the slowest nerves, s. Ours.
const USUAL_LATEST_S: f64 = 0.042;
/// From the first departure to the negative peak an H reflex takes no longer, s. Ours.
const RISE_S: f64 = 0.010;

/// Prior SD of what the fitted tail may be off by, as a share. Ours.
const SIZE_SD: f64 = 0.02;

/// One sweep measured.
pub(super) struct Seen {
    pub(super) m: Measured,
    pub(super) h: Option<Response>,
    pub(super) noise: f64,
    pub(super) m_clipped: bool,
}

/// A response in the H window.
#[derive(Debug, Clone)]
pub(super) struct Response {
    pub(super) amplitude: f64,
    pub(super) onset_s: f64,
    pub(super) onset_sd_s: f64,
    /// Smoothed, from the onset on.
    pub(super) shape: Vec<f64>,
    /// Time of its first sample, s.
    pub(super) shape_begins_s: f64,
    pub(super) clipped: bool,
}

/// All sweeps measured.
pub(super) struct MeasuredSweeps {
    pub(super) seen: Vec<Seen>,
    pub(super) mains: Option<Mains>,
    pub(super) cut_short: bool,
    pub(super) fs: f64,
}

pub(super) const M_METHOD: &str = "baseline to negative peak, largest value in the M window";
const NO_M: &str = "the sweep begins after the M response";
const M_CUT: &str = "the M response is cut off at the amplifier's limit";

pub(super) fn measure(plan: &HReflexPlan, sweeps: &Sweeps) -> Result<MeasuredSweeps> {
    let fs = sweeps.sampling_frequency().0;
    if (fs - plan.fs).abs() > 1e-6 * fs {
        return Err(Error::Signal(format!("sweeps at {fs} Hz, the plan is for {} Hz", plan.fs)));
    }
    let o = &plan.options;
    let first = sweeps.get(0);
    let len = first.samples().len();
    let (h0, h1) = (first.index(o.h_window.0.0), first.index(o.h_window.1.0));
    if first.time(0.0) > o.h_window.0.0 || h0 + smooth_width(PEAK_AFTER_S, fs) > len {
        let why = format!(
            "sweeps from {:.1} to {:.1} ms, the H reflex is looked for from {:.1} ms on",
            1e3 * first.time(0.0),
            1e3 * first.time(len as f64),
            1e3 * o.h_window.0.0
        );
        return Err(Error::Signal(why));
    }
    let work = Work { plan, fs, len, h0, h1: h1.min(len), before: first.index(-0.0002) };
    let place = work.place(sweeps);
    let quiet: Vec<bool> = (0..len).map(|i| i < work.before || i > place.1).collect();
    let late: Vec<Vec<f64>> = sweeps.iter().map(|s| s.samples().to_vec()).collect();
    let flat = vec![0.0; len];
    let enough = quiet.iter().filter(|q| **q).count() as f64 > 0.01 * fs;
    let mains =
        if enough { Baseline::find_mains(&late, &vec![quiet; late.len()], &flat, 1.0, fs) } else { None };
    let seen = sweeps.iter().map(|s| work.sweep(&s, mains, place)).collect();
    let usual = first.index(o.h_window.1.0.min(USUAL_LATEST_S));
    Ok(MeasuredSweeps { seen, mains, cut_short: usual + work.span(PEAK_AFTER_S) > len, fs })
}

struct Work<'a> {
    plan: &'a HReflexPlan,
    fs: f64,
    len: usize,
    h0: usize,
    h1: usize,
    before: usize,
}

impl Work<'_> {
    fn span(&self, seconds: f64) -> usize {
        smooth_width(seconds, self.fs)
    }

    /// Where the reflex lies, about, by the sweep that bends most: reflexes bend far more than tails do, and all of a set
    /// begin together. Before and behind it the tail can be seen.
    fn place(&self, sweeps: &Sweeps) -> (usize, usize) {
        let reach = self.span(BEND_S);
        let to = (self.h1 + self.span(PEAK_AFTER_S)).min(self.len.saturating_sub(reach));
        let from = self.h0.max(reach);
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for sweep in sweeps.iter() {
            let s = smooth(sweep.samples(), self.span(DETECT_S));
            let bend: Vec<f64> = (from..to).map(|i| 2.0 * s[i] - s[i - reach] - s[i + reach]).collect();
            let Some(top) = (1..bend.len().saturating_sub(1))
                .filter(|&i| bend[i] >= bend[i - 1] && bend[i] > bend[i + 1])
                .max_by(|a, b| bend[*a].total_cmp(&bend[*b]))
            else {
                continue;
            };
            if best.as_ref().is_none_or(|b| bend[top] > b.0) {
                best = Some((bend[top], top, bend));
            }
        }
        let nowhere = (self.h0, (self.h1 + self.span(RESPONSE_S)).min(self.len));
        let Some((most, top, bend)) = best else { return nowhere };
        let end = (from + top + self.span(FROM_TOP_S)).min(self.len);
        let mut first = top;
        for i in (0..top).rev() {
            if bend[i].abs() > BEND_SHARE * most {
                first = i;
            } else if first - i > self.span(0.001) {
                return (from + first, end);
            }
        }
        (self.h0, end)
    }

    fn sweep(&self, sweep: &Sweep<'_>, mains: Option<Mains>, place: (usize, usize)) -> Seen {
        let x = sweep.samples();
        let o = &self.plan.options;
        let (m0, m1) = (sweep.index(o.m_window.0.0.max(BLANK_S)), sweep.index(o.m_window.1.0));
        let rest = median(&mut x[self.h0.min(self.len - 1)..].to_vec());
        let centred: Vec<f64> = x.iter().map(|v| v - rest).collect();
        let marked = smooth(&centred, self.span(MARK_S));
        let start = last_extremum(&marked, m0, m1) + self.span(TAIL_AFTER_S);
        let start = start.min(self.h0.saturating_sub(self.span(0.001))).max(m0.min(self.h0));
        // First the tail by what lies before the reflex and at the end, then around the response found.
        let mut response: Option<(usize, usize)> = Some(place);
        let mut r = centred.clone();
        let mut noise = 0.0;
        for _ in 0..3 {
            let mut w = vec![0.0; self.len];
            w[start..].fill(1.0);
            if let Some((a, b)) = response {
                w[a..b].fill(0.0);
            }
            let tail = Tail::fit(&centred, &w, start, self.fs, noise).values;
            r = (0..self.len).map(|i| if i >= start { centred[i] - tail[i] } else { centred[i] }).collect();
            let quiet: Vec<bool> = (0..self.len).map(|i| w[i] > 0.0 || i < self.before).collect();
            noise = quiet_sd(&r, &quiet);
            if let Some(mains) = mains {
                let base = Baseline::new(&tail, SIZE_SD, self.fs, Some(mains)).fit(&r, &quiet, noise);
                r[start..].iter_mut().zip(&base[start..]).for_each(|(r, b)| *r -= b);
                noise = quiet_sd(&r, &quiet);
            }
            response = self.find(&r, noise.max(1e-7));
            if let Some((a, b)) = response.as_mut() {
                *a = a.saturating_sub(self.span(0.001)).max(start);
                *b = (*a + self.span(RESPONSE_S)).max(*b).min(self.len);
            }
        }
        let noise = noise.max(1e-7);
        let limits = clipped(x);
        let m_clipped = limits.iter().any(|(a, b)| *b > m0 && *a < m1);
        let m = self.m(sweep, &centred, (m0, m1), noise, m_clipped);
        let h = self.find(&r, noise).and_then(|_| self.h(sweep, &r, noise, &limits));
        Seen { m, h, noise, m_clipped }
    }

    /// First sample that stands out in the H window, and one past the last one of the response.
    fn find(&self, r: &[f64], noise: f64) -> Option<(usize, usize)> {
        let s = smooth(r, self.span(DETECT_S));
        let high = HIGH * noise;
        let a = (self.h0..self.h1).find(|&i| s[i].abs() > high)?;
        let b = (a..self.len).rev().find(|&i| s[i].abs() > 0.5 * high)?;
        Some((a, b + 1))
    }

    fn m(&self, sweep: &Sweep<'_>, x: &[f64], (m0, m1): (usize, usize), noise: f64, cut: bool) -> Measured {
        if sweep.time(0.0) > self.plan.options.m_window.0.0 + 0.002 || m0 + 4 > m1 {
            return Measured::undefined(NO_M, M_METHOD);
        }
        if cut {
            return Measured::undefined(M_CUT, M_METHOD);
        }
        let s = smooth(x, self.span(MARK_S));
        let top = (m0..m1).max_by(|a, b| s[*a].total_cmp(&s[*b])).unwrap_or(m0);
        let level = if self.before > 3 {
            median(&mut x[..self.before].to_vec())
        } else {
            // The first millisecond behind the artefact, as far as it lies before the rise.
            let to = top.saturating_sub(self.span(0.001)).clamp(m0 + 1, m1).min(m0 + self.span(0.001));
            median(&mut x[m0..to].to_vec())
        };
        let height = s[top] - level;
        // A peak at the window's edge is the artefact's slope, not a response.
        let inside = top > m0 + 1 && top + 2 < m1;
        if height < self.plan.options.least_noise_ratio * noise || !inside {
            return Measured::absent(M_METHOD);
        }
        Measured::new(height, 1.96 * noise, M_METHOD, "not finite")
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sample positions")]
    fn h(&self, sweep: &Sweep<'_>, r: &[f64], noise: f64, limits: &[(usize, usize)]) -> Option<Response> {
        let s = smooth(r, self.span(MARK_S));
        let to = (self.h1 + self.span(PEAK_AFTER_S)).min(self.len);
        let top = (self.h0..to).max_by(|a, b| s[*a].total_cmp(&s[*b]))?;
        let amplitude = s[top];
        let o = &self.plan.options;
        if amplitude < o.least_amplitude.max(o.least_noise_ratio * noise) {
            return None;
        }
        // First departure that leads to the peak: H reflexes may begin with a positive deflection.
        let d = smooth(r, self.span(DETECT_S));
        let least = (HIGH * noise).max(0.03 * amplitude);
        let mut crossing = top;
        let mut quiet_for = 0;
        let earliest = self.h0.saturating_sub(self.span(0.002)).max(top.saturating_sub(self.span(RISE_S)));
        for i in (earliest..top).rev() {
            if d[i].abs() > least {
                crossing = i;
                quiet_for = 0;
            } else {
                quiet_for += 1;
                if quiet_for > self.span(0.001) {
                    break;
                }
            }
        }
        let sign = d[crossing].signum();
        let mut end = crossing;
        while end < top && sign * d[end] < RISE_SHARE * amplitude && sign * d[end + 1] > 0.0 {
            end += 1;
        }
        let from = crossing.saturating_sub(self.span(LOOK_BACK_S));
        let hinge = Hinge {
            fs: self.fs,
            noise,
            correlated: 1.0,
            from,
            earliest: (from + 3) as f64,
            crossing: crossing as f64,
            to: end.max(crossing + 3) + 1,
        };
        let onset = hinge.fit(r)?;
        let begin = onset.position.floor().max(0.0) as usize;
        let until = (begin + self.span(SHAPE_S)).min(self.len);
        Some(Response {
            amplitude,
            onset_s: sweep.time(onset.position),
            onset_sd_s: onset.sd / self.fs,
            shape_begins_s: sweep.time(begin as f64),
            shape: d[begin.min(until)..until].to_vec(),
            clipped: limits.iter().any(|(a, b)| *b > begin && *a < until),
        })
    }
}
