//! From no unit to all that can be found: shapes that fire regularly first, then what is left of the trace.

use super::cluster;
use super::condition::Steep;
use super::group;
use super::matching::{Fit, Matcher};
use super::shift::Shifter;
use super::template::{Average, HALF_S, Template, average, distance};
use super::timing::Firing;
use crate::dsp::turns::quantile;

/// Fewest discharges of a group.
const FEWEST: usize = 8;
/// Tightness of the clusters that are tried, the tightest first; see `cluster::groups`. Ours: two units of like
/// shape need a tight one, a unit with much jitter a loose one.
const JIGGLE: [f64; 3] = [0.035, 0.08, 0.16];
/// Most rounds of looking for new units; a round without one is the last.
const ROUNDS: usize = 8;

/// A unit under construction. Times in samples of the steep signal.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) template: Template,
    pub(super) firing: Option<Firing>,
    pub(super) times: Vec<f64>,
    /// Scores of the discharges; see `matching::Fit`.
    pub(super) scores: Vec<f64>,
}

/// The state of the search.
pub(super) struct Search<'a> {
    steep: &'a Steep,
    shifter: Shifter,
    half: usize,
    /// Least peak of a unit, V.
    floor: f64,
    /// SD of noise and of units that are too small, V.
    pub(super) noise: f64,
    pub(super) units: Vec<Unit>,
    pub(super) rest: Vec<f64>,
    pub(super) jitter: Vec<f64>,
}

impl<'a> Search<'a> {
    /// `rms` is that of the unfiltered trace, V.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
    pub(super) fn new(steep: &'a Steep, rms: f64) -> Self {
        Search {
            steep,
            shifter: Shifter::new(),
            half: (HALF_S * steep.fs) as usize,
            // Ours: a unit of 1.5 RMS peak to peak has its steep part well above a fifth of the RMS.
            floor: (5.0 * steep.noise).max(0.2 * rms),
            noise: steep.noise,
            units: Vec::new(),
            rest: steep.samples.clone(),
            jitter: vec![0.0; steep.samples.len()],
        }
    }

    pub(super) fn run(&mut self) {
        for round in 0..ROUNDS {
            let new = self.discover();
            if new == 0 && round > 0 {
                break;
            }
            self.say(100 + round);
            self.explain(round > 0, 0.35, false);
            self.say(200 + round);
            self.merge();
            self.say(round);
        }
        self.explain(true, 0.35, true);
        self.merge();
        self.explain(true, 0.35, true);
        self.say(99);
    }

    fn say(&self, round: usize) {
        if std::env::var_os("DEC").is_some() {
            for u in &self.units {
                eprintln!(
                    "  {round} peak {:.0} len {} n {} noise {:.1} {:?}",
                    u.template.peak * 1e6,
                    u.template.len(),
                    u.times.len(),
                    self.noise * 1e6,
                    u.firing.map(|f| (
                        (f.mean * 1e4).round() / 10.0,
                        (f.cv() * 100.0).round(),
                        (f.missed * 100.0).round(),
                        (f.stray * 100.0).round()
                    ))
                );
            }
        }
    }

    fn seconds(&self, times: &[f64]) -> Vec<f64> {
        times.iter().map(|t| t / self.steep.fs).collect()
    }

    /// Adds units that what is left shows; says how many.
    fn discover(&mut self) -> usize {
        let (fs, noise) = (self.steep.fs, self.noise);
        let limit = |i: usize| (5.0 * (noise * noise + 4.0 * self.jitter[i]).sqrt()).max(0.8 * self.floor);
        let mut spikes = cluster::spikes(&self.rest, fs, limit);
        let mut new: Vec<(f64, Vec<f64>)> = Vec::new();
        for jiggle in JIGGLE {
            let groups = cluster::groups(&self.rest, fs, &spikes, noise, jiggle, FEWEST);
            let mut found = Vec::new();
            for times in groups {
                let firing = Firing::of(&self.seconds(&times));
                if std::env::var_os("DEC").is_some()
                    && self.height(&times) > 0.1 * self.floor.max(1e-6) * 10.0
                {
                    eprintln!(
                        "      group {:.0} n {} {:?}",
                        self.height(&times) * 1e6,
                        times.len(),
                        firing.map(|f| (
                            (f.mean * 1e4).round() / 10.0,
                            (f.cv() * 100.0).round(),
                            (f.missed * 100.0).round(),
                            (f.stray * 100.0).round()
                        ))
                    );
                }
                if firing.is_some_and(|f| f.is_regular()) {
                    found.push((self.height(&times), times));
                }
            }
            if std::env::var_os("DEC").is_some() {
                eprintln!(
                    "   jiggle {jiggle}: spikes {} regular {:?}",
                    spikes.len(),
                    found.iter().map(|f| ((f.0 * 1e6).round(), f.1.len())).collect::<Vec<_>>()
                );
            }
            // What belongs to a regular group is explained.
            let mut used: Vec<f64> = found.iter().flat_map(|f| f.1.iter().copied()).collect();
            used.sort_by(f64::total_cmp);
            spikes.retain(|s| {
                let i = used.partition_point(|u| *u < s.at - 0.5);
                used.get(i).is_none_or(|u| *u > s.at + 0.5)
            });
            new.extend(found);
        }
        // The highest part of a potential stands for it.
        new.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut before = self.units.len();
        let start = before;
        for (_, times) in new {
            let seconds = self.seconds(&times);
            let mut known = None;
            for (k, u) in self.units.iter().enumerate() {
                let other = self.seconds(&u.times);
                let (n, lag) = group::locked(&other, &seconds);
                if group::is_locked(n, other.len(), seconds.len(), self.duration()) {
                    known = Some((k, lag));
                    break;
                }
            }
            if let Some((k, lag)) = known {
                if k >= start {
                    let joined = group::join(&self.seconds(&self.units[k].times), &seconds, lag);
                    self.units[k].times = joined.iter().map(|t| t * fs).collect();
                    self.relearn(k, false);
                }
                continue;
            }
            let mean = average(&self.shifter, &self.rest, &times, self.half);
            let template = Template::of(&mean, &self.shifter, noise);
            if template.peak < self.floor {
                continue;
            }
            let firing = Firing::of(&seconds);
            self.units.push(Unit { template, firing, scores: vec![0.0; times.len()], times });
            before += 1;
        }
        before - start
    }

    #[expect(clippy::cast_precision_loss, reason = "a count of samples")]
    fn duration(&self) -> f64 {
        self.rest.len() as f64 / self.steep.fs
    }

    /// Median height of what is left at some times, V.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positions in a trace")]
    fn height(&self, times: &[f64]) -> f64 {
        let mut all: Vec<f64> =
            times.iter().filter_map(|t| self.rest.get(t.round() as usize)).map(|v| v.abs()).collect();
        quantile(&mut all, 0.5)
    }

    /// A unit's template and firing from its times; `taken` says whether it is out of what is left.
    fn relearn(&mut self, k: usize, taken: bool) {
        let u = &self.units[k];
        let mut own: Average = average(&self.shifter, &self.rest, &u.times, self.half);
        if taken {
            let from = (self.half.cast_signed() + u.template.first).max(0).unsigned_abs();
            own.mean[from..].iter_mut().zip(&u.template.phases[0]).for_each(|(m, w)| *m += w);
        }
        let template = Template::of(&own, &self.shifter, self.noise);
        let firing = Firing::of(&self.seconds(&u.times));
        let u = &mut self.units[k];
        (u.template, u.firing) = (template, firing);
    }

    /// Explains the trace by the units, and learns them anew; those that no longer fire like one unit go.
    fn explain(&mut self, timing: bool, most_misfit: f64, resolve: bool) {
        self.units.sort_by(|a, b| b.template.peak.total_cmp(&a.template.peak));
        let templates: Vec<Template> = self.units.iter().map(|u| u.template.clone()).collect();
        let firing: Vec<(Option<Firing>, Vec<f64>)> = if timing {
            self.units.iter().map(|u| (u.firing, u.times.clone())).collect()
        } else {
            Vec::new()
        };
        let mut matcher =
            Matcher::new(&self.steep.samples, self.steep.fs, self.noise, most_misfit, &templates, &firing);
        matcher.run();
        if resolve {
            let m = matcher.resolve();
            if std::env::var_os("DEC").is_some() {
                eprintln!("   resolved {m}");
            }
            matcher.rescore();
        }
        let fits = matcher.fits;
        (self.rest, self.jitter) = (matcher.rest, matcher.jitter);
        for (k, u) in self.units.iter_mut().enumerate() {
            let own = || fits.iter().filter(|f| f.unit == k);
            u.times = own().map(Fit::time).collect();
            u.scores = own().map(|f| f.score).collect();
        }
        for k in 0..self.units.len() {
            if !self.units[k].times.is_empty() {
                self.relearn(k, true);
            }
        }
        let floor = self.floor;
        self.say(300);
        self.units.retain(|u| {
            u.times.len() >= FEWEST && u.template.peak >= floor && u.firing.is_some_and(|f| f.may_be_one())
        });
        self.noise = self.background().max(self.steep.noise);
    }

    /// Units that are halves of one: alike in shape, and more regular together.
    fn merge(&mut self) {
        #[expect(clippy::cast_possible_truncation, reason = "a small count of samples")]
        let shift = (0.003 * self.steep.fs) as isize;
        let mut i = 0;
        while i < self.units.len() {
            let mut j = i + 1;
            while j < self.units.len() {
                let (d, lag) = distance(&self.units[i].template, &self.units[j].template, shift);
                if let Some(times) = self.together(i, j, d, lag) {
                    let gone = self.units.remove(j);
                    if std::env::var_os("DEC").is_some() {
                        eprintln!(
                            "   merged {:.0} ({}) into {:.0} ({}) d {d:.2}",
                            gone.template.peak * 1e6,
                            gone.times.len(),
                            self.units[i].template.peak * 1e6,
                            self.units[i].times.len()
                        );
                    }
                    if gone.times.len() > self.units[i].times.len() {
                        self.units[i].template = gone.template;
                    }
                    self.units[i].firing = Firing::of(&self.seconds(&times));
                    self.units[i].scores = vec![0.0; times.len()];
                    self.units[i].times = times;
                } else {
                    j += 1;
                }
            }
            i += 1;
        }
    }

    /// The joined times of two units if they are one. `distance` of their shapes, with b moved by `lag`.
    #[expect(clippy::cast_precision_loss, reason = "a small count of samples")]
    fn together(&self, i: usize, j: usize, distance: f64, lag: isize) -> Option<Vec<f64>> {
        let (a, b) = (&self.units[i], &self.units[j]);
        if distance > 0.3 {
            return None;
        }
        // b's template at t lies where a's template at t + lag does... b moved by `lag` matches a.
        let (sa, sb) = (self.seconds(&a.times), self.seconds(&b.times));
        let joined = group::join(&sa, &sb, lag as f64 / self.steep.fs);
        let (fa, fb, fj) = (a.firing?, b.firing?, Firing::of(&joined)?);
        // Trains that do not know each other fire within 15 ms of each other now and then; one unit does not.
        let expected = sa.len() as f64 * sb.len() as f64 * 0.03 / self.duration();
        let near = sb.iter().filter(|t| {
            let k = sa.partition_point(|u| *u < **t - 0.015);
            sa.get(k).is_some_and(|u| (2e-3..15e-3).contains(&(u - **t).abs()))
        });
        let clashes = near.count() as f64;
        let better = fj.is_regular()
            && fj.missed < fa.missed.min(fb.missed) - 0.08
            && fj.cv() < 1.25 * fa.cv().max(fb.cv());
        let duplicate = distance < 0.1 && (joined.len() as f64) < 1.15 * sa.len().max(sb.len()) as f64;
        (duplicate || better && clashes < 0.5 * expected)
            .then(|| joined.iter().map(|t| t * self.steep.fs).collect())
    }

    /// Robust SD of what is left where no discharge was taken out: the median over windows of 50 ms.
    fn background(&self) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of samples")]
        let window = ((0.05 * self.steep.fs) as usize).max(8);
        let mut levels: Vec<f64> = self
            .rest
            .chunks(window)
            .zip(self.jitter.chunks(window))
            .filter_map(|(r, j)| {
                let mut quiet: Vec<f64> =
                    r.iter().zip(j).filter(|(_, j)| **j <= 0.0).map(|(r, _)| r.abs()).collect();
                (quiet.len() * 4 > window).then(|| 1.4826 * quantile(&mut quiet, 0.5))
            })
            .collect();
        let level = quantile(&mut levels, 0.5);
        if level.is_finite() { level } else { 0.0 }
    }
}
