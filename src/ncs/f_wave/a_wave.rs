//! A waves: responses of constant latency and shape, found and taken out of the sweeps.

use super::event::{Event, onset};
use super::shape::{Constant, Work};
use crate::ncs::late::{median, robust_sd, smooth, smooth_width};

/// Members of an A wave are alike when their difference, less what noise gives, holds at most this share of the larger
/// one's energy; and the share and number of sweeps that must be so alike: F waves lie on others. Ours.
const ALIKE_A: f64 = 0.08;
const ALIKE_SHARE: f64 = 0.25;
const ALIKE_LEAST: usize = 8;
/// Latencies of one unit differ by less than this, s (0.3 to 0.5 ms are usual).
pub(super) const SAME_LATENCY_S: f64 = 0.0005;
/// Alike responses within this of an A wave, s, are its own to this share at least. Ours.
pub(super) const AROUND_S: f64 = 0.0015;
const CONSTANT_SHARE: f64 = 0.9;
/// Its part of a sweep begins this much before its members stand out, and ends after, s. Ours.
const TEMPLATE_BEFORE_S: f64 = 0.0025;
const TEMPLATE_AFTER_S: f64 = 0.004;
/// Longest part of a response that is compared, and its margin before the onset, s. Ours.
pub(super) const COMPARED_S: f64 = 0.008;
/// The same of A waves, where F waves follow too soon for the longer one. Ours.
const COMPARED_A_S: f64 = 0.005;
const MARGIN_S: f64 = 0.0005;
/// An A wave's part of a sweep: scaled by this much of the common shape at least, and at most. Ours.
const GAIN: (f64, f64) = (0.6, 1.5);
/// Largest robust SD of that scale. Ours.
const GAIN_SD: f64 = 0.2;
/// Its members part where they differ by this many noise SDs and this share of the largest deflection for this long, s,
/// not before this much after its begin, s; and the share of its energy by which its size is told. Ours.
const PARTED_SIGMA: f64 = 4.0;
const PARTED_SHARE: f64 = 0.15;
const PARTED_S: f64 = 0.0005;
const PARTING_S: f64 = 0.003;
const TELLING_ENERGY: f64 = 0.9;
/// Time constant with which its end dies away behind their parting, s. Ours.
const FADE_S: f64 = 0.0015;
/// What is there already where the tail begins, to within this, s, has no onset: it is the M response's end. Ours.
const OF_M_S: f64 = 0.0015;
/// Most A waves looked for: a bound on the work.
const MOST_A_WAVES: usize = 5;
/// Most responses that are tried as an A wave's first: the same.
const MOST_SEEDS: usize = 120;
/// Share of an A wave, there and within half a millisecond, that may be left when it is taken out: its jitter and changes
/// of size. Ours.
const LEFT_SHARE: f64 = 0.15;

/// A response of a sweep, and by how many samples it comes later than the one it is like.
type Member = (usize, Event, f64);

impl Work<'_> {
    /// Finds A waves one after the other and takes them out of the sweeps.
    #[expect(clippy::cast_precision_loss, reason = "counts of sweeps")]
    pub(super) fn take_a_waves(&mut self) -> Vec<Constant> {
        let mut out = Vec::new();
        let used = self.used();
        let least = least_count(self.plan.options.a_wave_share, used.len());
        // In many sweeps fewer need to be free of F waves; in few, chance makes three alike.
        let alike = least_count(ALIKE_SHARE, used.len()).max(least.min(ALIKE_LEAST));
        // Places where something alike was no A wave.
        let mut barred: Vec<f64> = Vec::new();
        let mut of_m = 0;
        while out.len() + of_m < MOST_A_WAVES && barred.len() < MOST_A_WAVES {
            let events: Vec<(usize, Event)> =
                used.iter().flat_map(|&i| self.responses(i).into_iter().map(move |e| (i, e))).collect();
            let mut best: Option<(f64, Vec<Member>)> = None;
            let step = events.len().div_ceil(MOST_SEEDS).max(1);
            let tried = [COMPARED_S, COMPARED_A_S]
                .map(|length| events.iter().step_by(step).map(move |e| (length, e)));
            for (length_s, (i, e)) in tried.into_iter().flatten() {
                // The short comparison only where the long one finds nothing.
                if length_s < COMPARED_S && best.as_ref().is_some_and(|b| b.0 > length_s) {
                    break;
                }
                if barred.iter().any(|p| (p - e.from as f64).abs() < AROUND_S * self.residual.fs) {
                    continue;
                }
                let around = self.alike(*i, e, &events, ALIKE_A, AROUND_S, length_s);
                let near = SAME_LATENCY_S * self.residual.fs;
                let members: Vec<_> = around.iter().filter(|m| m.2.abs() <= near).copied().collect();
                // One unit's F waves, alike too, come at changing times.
                if (members.len() as f64) < CONSTANT_SHARE * around.len() as f64 {
                    continue;
                }
                if members.len() >= alike && best.as_ref().is_none_or(|b| members.len() > b.1.len()) {
                    best = Some((length_s, members));
                }
            }
            let Some((_, members)) = best else { break };
            match self.take(out.len(), &members, &used, least) {
                // The end of a long M response is taken out as an A wave is, and is none.
                Some(_)
                    if members[0].1.from < self.residual.tail + smooth_width(OF_M_S, self.residual.fs) =>
                {
                    of_m += 1;
                    let number = out.len();
                    self.seen.iter_mut().for_each(|s| s.a_waves.retain(|a| *a != number));
                }
                Some(constant) => out.push(constant),
                None => barred.push(members[0].1.from as f64),
            }
        }
        out
    }

    /// Subtracts the common shape of `members` from every sweep that shows it.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sample positions")]
    fn take(&mut self, number: usize, members: &[Member], used: &[usize], least: usize) -> Option<Constant> {
        let fs = self.residual.fs;
        let margin = smooth_width(TEMPLATE_BEFORE_S, fs);
        let (_, seed, _) = members[0];
        let mut lengths: Vec<f64> = members.iter().map(|m| m.1.to as f64 - m.2 - seed.from as f64).collect();
        let length = median(&mut lengths).max(3.0) as usize;
        let from = seed.from.saturating_sub(margin).max(self.residual.tail);
        let to = (seed.from + length + smooth_width(TEMPLATE_AFTER_S, fs)).min(self.len());
        let template = |r: &[Vec<f64>]| -> Vec<f64> {
            (from..to)
                .map(|t| {
                    median(&mut members.iter().map(|m| at(&r[m.0], t as f64 + m.2)).collect::<Vec<f64>>())
                })
                .collect()
        };
        let mut raw = template(&self.residual.r);
        let mut smoothed = smooth(&raw, self.residual.width);
        let own = self.own_length(members, &smoothed, from, margin);
        // From there on it dies away: a cut would leave a step.
        if let Some(last) = own.checked_sub(1).filter(|_| own < raw.len()).map(|k| smoothed[k]) {
            for (k, v) in raw[own..].iter_mut().enumerate() {
                *v = last * (-(k as f64) / (FADE_S * fs)).exp();
            }
            smoothed = smooth(&raw, self.residual.width);
        }
        // F waves may lie on its end: its size is told by the part that holds most of it.
        let whole: f64 = smoothed.iter().map(|v| v * v).sum();
        let mut energy = 0.0;
        let mut telling = 0;
        while telling < smoothed.len() && energy < TELLING_ENERGY * whole {
            energy += smoothed[telling].powi(2);
            telling += 1;
        }
        let reach = smooth_width(SAME_LATENCY_S, fs) as i64;
        let mut shown = Vec::new();
        for &i in used {
            let s = &self.residual.s[i];
            let gain = |lag: i64| -> f64 {
                let sum: f64 =
                    (0..telling).map(|k| smoothed[k] * at(s, (from + k) as f64 + lag as f64)).sum();
                sum / energy
            };
            let Some(lag) = (-reach..=reach).max_by(|a, b| gain(*a).total_cmp(&gain(*b))) else { continue };
            let (a, b, c) = (gain(lag - 1), gain(lag), gain(lag + 1));
            let bend = a - 2.0 * b + c;
            let part = if bend < 0.0 { (0.5 * (a - c) / bend).clamp(-0.5, 0.5) } else { 0.0 };
            if (GAIN.0..=GAIN.1).contains(&b) {
                shown.push((i, lag as f64 + part, b));
            }
        }
        if shown.len() < least {
            return None;
        }
        // One response: of one size at one time. F waves that look alike by chance are neither.
        let gains: Vec<f64> = shown.iter().map(|s| s.2).collect();
        let lags: Vec<f64> = shown.iter().map(|s| s.1).collect();
        if robust_sd(&gains) > GAIN_SD || robust_sd(&lags) > self.plan.options.a_wave_latency_sd.0 * fs {
            return None;
        }
        // The onset of the common shape, with little noise left; each sweep's is that plus its lag.
        let mut common = self.residual.clone();
        common.r = vec![raw.clone()];
        common.s = vec![smoothed.clone()];
        let averaged = (members.len() as f64).sqrt();
        common.noise = vec![median(&mut self.residual.noise.clone()) * 1.25 / averaged];
        common.noise_smoothed = vec![median(&mut self.residual.noise_smoothed.clone()) * 1.25 / averaged];
        common.tail = 0;
        let found = common.responses(self.plan, 0, 0, raw.len());
        let own = found.first().copied().unwrap_or(Event {
            from: seed.from - from,
            crossing: (seed.crossing - from).min(raw.len() - 1),
            to: raw.len(),
            amplitude: seed.amplitude,
        });
        let start = onset(&common, 0, &own);
        for (i, lag, gain) in &shown {
            for t in self.residual.tail..self.len() {
                let k = t as f64 - lag - from as f64;
                if k > -1.0 && k < raw.len() as f64 {
                    self.residual.r[*i][t] -= gain * at(&smoothed, k);
                }
            }
            let near = smooth_width(SAME_LATENCY_S, fs);
            for k in 0..smoothed.len() {
                let around = &smoothed[k.saturating_sub(near)..(k + near + 1).min(smoothed.len())];
                let largest = around.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
                let t = (from + k) as f64 + lag;
                if let Some(g) = self.residual.guard[*i].get_mut(t.max(0.0) as usize) {
                    *g = g.max(LEFT_SHARE * largest);
                }
            }
            let tail = self.residual.tail;
            let again = smooth(&self.residual.r[*i][tail..], self.residual.width);
            self.residual.s[*i][tail..].copy_from_slice(&again);
            self.seen[*i].a_waves.push(number);
        }
        Some(Constant {
            positions: shown.iter().map(|(_, lag, _)| from as f64 + start.position + lag).collect(),
            sd: start.sd,
            amplitude: own.amplitude,
        })
    }

    /// How much of the members' common shape is theirs: to where they part, as when F waves follow.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    fn own_length(&self, members: &[Member], common: &[f64], from: usize, margin: usize) -> usize {
        let most = common.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        let least = margin + smooth_width(PARTING_S, self.residual.fs);
        let run = smooth_width(PARTED_S, self.residual.fs);
        let mut parted = 0;
        for k in least..common.len() {
            let values: Vec<f64> =
                members.iter().map(|m| at(&self.residual.s[m.0], (from + k) as f64 + m.2)).collect();
            let noise = median(&mut self.residual.noise_smoothed.clone());
            let apart = robust_sd(&values) > (PARTED_SIGMA * noise).max(PARTED_SHARE * most);
            parted = if apart { parted + 1 } else { 0 };
            if parted > run {
                return k - run;
            }
        }
        common.len()
    }

    /// Responses of other sweeps like this one, one a sweep, itself first; with their lag.
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub(super) fn alike(
        &self,
        i: usize,
        event: &Event,
        all: &[(usize, Event)],
        limit: f64,
        reach_s: f64,
        length_s: f64,
    ) -> Vec<Member> {
        let mut out = vec![(i, *event, 0.0)];
        let reach = smooth_width(reach_s, self.residual.fs);
        let mut best: Option<(f64, usize, Event, f64)> = None;
        for (j, other) in all {
            if *j == i || other.from.abs_diff(event.from) > 3 * reach {
                continue;
            }
            let (distance, lag) = self.distance(i, event, *j, reach, length_s);
            if distance > limit {
                continue;
            }
            match best {
                Some((d, k, ..)) if k == *j && d <= distance => {}
                Some((_, k, ..)) if k == *j => best = Some((distance, *j, *other, lag as f64)),
                _ => {
                    out.extend(best.map(|(_, k, e, l)| (k, e, l)));
                    best = Some((distance, *j, *other, lag as f64));
                }
            }
        }
        out.extend(best.map(|(_, k, e, l)| (k, e, l)));
        out
    }

    /// How unlike sweep `j` is at the place of an event of sweep `i`, at the best lag.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sample positions")]
    fn distance(&self, i: usize, event: &Event, j: usize, reach: usize, length_s: f64) -> (f64, i64) {
        let fs = self.residual.fs;
        let (a, b) = (&self.residual.s[i], &self.residual.s[j]);
        let from = event.from.saturating_sub(smooth_width(MARGIN_S, fs)).max(self.residual.tail);
        let to = event.to.min(event.from + smooth_width(length_s, fs)).min(a.len());
        // 10 kHz are enough for smoothed shapes.
        let stride = ((fs / 10_000.0).floor() as usize).max(1);
        let noise = self.residual.noise_smoothed[i].powi(2) + self.residual.noise_smoothed[j].powi(2);
        let reach = reach as i64;
        let mut best = (f64::INFINITY, 0);
        for lag in (-reach..=reach).step_by(stride) {
            let (mut e, mut ea, mut eb, mut n) = (0.0, 0.0, 0.0, 0.0);
            for t in (from..to).step_by(stride) {
                let v = usize::try_from(t as i64 + lag).ok().and_then(|k| b.get(k)).copied().unwrap_or(0.0);
                e += (a[t] - v).powi(2);
                ea += a[t] * a[t];
                eb += v * v;
                n += 1.0;
            }
            let d = (e - n * noise).max(0.0) / (ea.max(eb) - 0.5 * n * noise).max(1e-30);
            if d < best.0 {
                best = (d, lag);
            }
        }
        best
    }
}

/// Sweeps that make an A wave; three at least, as two alike may be chance.
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most the sweeps' number")]
fn least_count(share: f64, n: usize) -> usize {
    ((share * n as f64 - 1e-9).ceil() as usize).max(3)
}

/// Value between samples; 0 outside.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked against the slice")]
#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn at(x: &[f64], position: f64) -> f64 {
    let low = position.floor();
    let get = |p: f64| if p >= 0.0 && p < x.len() as f64 { x[p as usize] } else { 0.0 };
    let part = position - low;
    get(low) * (1.0 - part) + get(low + 1.0) * part
}
