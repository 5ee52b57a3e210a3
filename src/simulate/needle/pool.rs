//! The motor pool: recruitment and firing. Fuglevand 1993, reference text 7.1.

use super::draw::Draw;
use crate::study::Level;

/// Units of the pool.
pub(super) const UNITS: usize = 120;
/// Range of recruitment thresholds.
const RANGE: f64 = 30.0;
/// Rates, 1/s: lowest, peak of the first unit, and how much lower the peak of the last is.
const LOWEST: f64 = 8.0;
const PEAK_DROP: f64 = 10.0;
/// Shortest interval but for doublets, s.
const SHORTEST: f64 = 0.020;
/// Share of discharges that come double, and their interval, s.
const DOUBLETS: f64 = 0.005;
const DOUBLET: (f64, f64) = (0.004, 0.012);
/// Common drive: SD and low-pass (text: 1 to 2 Hz, 5 %).
const DRIVE_SD: f64 = 0.05;
const DRIVE_HZ: f64 = 1.5;
/// Steps of the drive, 1/s.
pub(super) const STEPS: f64 = 1000.0;

/// A unit's firing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Firing {
    /// Drive from which it fires; the first unit's is 1.
    pub(super) threshold: f64,
    lowest: f64,
    peak: f64,
    gain: f64,
    cv: f64,
}

impl Firing {
    /// Unit `number` of the pool, from 1.
    #[expect(clippy::cast_precision_loss, reason = "up to 120")]
    pub(super) fn new(number: usize, gain: f64, draw: &mut Draw) -> Self {
        let threshold = (RANGE.ln() * number as f64 / UNITS as f64).exp();
        let own = draw.within(1.0, 0.08, 0.8, 1.2);
        Firing {
            threshold,
            lowest: LOWEST * own,
            peak: (draw.uniform(35.0, 45.0) - PEAK_DROP * threshold / RANGE) * own,
            gain,
            cv: draw.within(0.15, 0.035, 0.10, 0.25),
        }
    }
    /// 1/s at a drive; 0 below the threshold.
    pub(super) fn rate(&self, drive: f64) -> f64 {
        if drive < self.threshold {
            return 0.0;
        }
        (self.lowest + self.gain * (drive - self.threshold)).min(self.peak)
    }
    /// Discharges under `drive` (one value a [`STEPS`]th of a second), s.
    pub(super) fn times(&self, drive: &[f64], draw: &mut Draw) -> Vec<f64> {
        let mut out = Vec::new();
        let mut running = false;
        let mut t = 0.0;
        loop {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time from 0 on")]
            let Some(&now) = drive.get((t * STEPS) as usize) else { return out };
            let rate = self.rate(now);
            if rate <= 0.0 {
                running = false;
                t += 0.002;
                continue;
            }
            if !running {
                // Where in its interval the unit is when it begins.
                running = true;
                t += draw.unit() / rate;
                continue;
            }
            out.push(t);
            if draw.chance(DOUBLETS) {
                out.push(t + draw.uniform(DOUBLET.0, DOUBLET.1));
            }
            t += (draw.normal(1.0, self.cv) / rate).max(SHORTEST);
        }
    }
}

/// How many units of the whole pool a drive recruits.
#[expect(clippy::cast_precision_loss, reason = "up to 120")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the pool")]
pub(super) fn recruited(drive: f64) -> usize {
    let part = drive.max(1.0).ln() / RANGE.ln();
    ((part * UNITS as f64) as usize).min(UNITS)
}

/// Drive of a contraction of the normal muscle, in multiples of the first threshold. Slight: 9 to 19 of 120
/// units; maximal: beyond what the last unit needs to reach its peak.
pub(super) fn effort(level: Level, draw: &mut Draw) -> f64 {
    match level {
        Level::Slight => draw.uniform(1.30, 1.70),
        Level::Moderate => draw.uniform(4.0, 8.0),
        Level::Maximal => draw.uniform(55.0, 65.0),
    }
}

/// The drive over time: none up to `from` (s), up within 0.3 s, then held with the common wandering.
#[expect(clippy::cast_precision_loss, reason = "milliseconds")]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the checked options")]
pub(super) fn drive(seconds: f64, from: f64, level: f64, draw: &mut Draw) -> Vec<f64> {
    let n = (seconds * STEPS).ceil() as usize;
    // Two poles, then brought to its SD.
    let pole = (-std::f64::consts::TAU * DRIVE_HZ / STEPS).exp();
    let (mut a, mut b) = (0.0, 0.0);
    // A second of run-in, so that the start is as the rest.
    let wander: Vec<f64> = (0..n + 1000)
        .map(|_| {
            a = pole * a + draw.normal(0.0, 1.0);
            b = pole * b + a;
            b
        })
        .skip(1000)
        .collect();
    // SD of a doubled pole: √((1 + p²) / (1 - p²)³).
    let sd = ((1.0 + pole * pole) / (1.0 - pole * pole).powi(3)).sqrt();
    (0..n)
        .map(|i| {
            let t = i as f64 / STEPS;
            let ramp = ((t - from) / 0.3).clamp(0.0, 1.0);
            if t < from { 0.0 } else { level * ramp * (1.0 + DRIVE_SD * wander[i] / sd) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_and_intervals_are_those_of_the_text() {
        let mut draw = Draw::new(1, 0);
        let drive = vec![6.0; 60_000];
        for number in [1, 20, 60] {
            let unit = Firing::new(number, 1.0, &mut draw);
            let times = unit.times(&drive, &mut draw);
            let gaps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).filter(|g| *g >= SHORTEST).collect();
            let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
            let sd = (gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / gaps.len() as f64).sqrt();
            assert!((mean * unit.rate(6.0) - 1.0).abs() < 0.03, "{number}: {mean}");
            assert!((0.08..0.27).contains(&(sd / mean)), "{number}: {}", sd / mean);
            assert!((4.0..30.0).contains(&(1.0 / mean)), "a voluntary rate");
        }
        assert_eq!(Firing::new(120, 1.0, &mut draw).times(&drive, &mut draw), Vec::<f64>::new());
    }

    #[test]
    fn the_drive_rises_and_wanders_by_its_sd() {
        let drive = drive(200.0, 1.0, 2.0, &mut Draw::new(5, 0));
        assert!(drive[..1000].iter().all(|d| *d == 0.0));
        let held = &drive[2000..];
        let mean = held.iter().sum::<f64>() / held.len() as f64;
        let sd = (held.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / held.len() as f64).sqrt();
        assert!((mean / 2.0 - 1.0).abs() < 0.03 && (0.035..0.065).contains(&(sd / mean)), "{mean} {sd}");
    }
}
