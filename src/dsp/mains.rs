//! Power-line interference: found and subtracted as sinusoids, without a filter.
//!
//! A notch filter rings after a stimulus artefact and widens potentials; sinusoids fitted by least squares take out
//! only what repeats with the line's period. The frequency is the one that leaves the least residual, found on a grid
//! and refined by Gauss and Newton's method together with the amplitudes; an offset and a trend are fitted beside.
//! Source: Rife and Boorstyn 1974, doi:10.1109/TIT.1974.1055282 (the estimator); Levkov et al. 2005,
//! doi:10.1186/1475-925X-4-50 (why to subtract).

mod fit;

use crate::units::{Hertz, Seconds};
use crate::{Error, Result};
use fit::Fit;
use std::ops::Range;

/// What the caller asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct MainsOptions {
    /// Nominal power-line frequency; `None` decides between 50 and 60 Hz by the power found.
    pub nominal: Option<Hertz>,
    /// Multiples to fit, the fundamental among them; those at or above 0.98 of the Nyquist frequency are left out.
    /// At least 1.
    pub harmonics: usize,
    /// Longest stretch over which the interference is taken as constant. At least 0.1 s.
    pub block: Seconds,
    /// Samples to fit on, for instance the baseline before a stimulus; the fit is then extrapolated to all others.
    /// `None` fits everywhere, block by block.
    pub fit_on: Option<Range<usize>>,
}

impl Default for MainsOptions {
    /// 50 or 60 Hz, ten harmonics, blocks of 5 s, fit everywhere. Our choice: line amplitudes drift over
    /// seconds, and a block of 5 s takes a band of only 0.2 Hz at each harmonic out of the signal.
    fn default() -> Self {
        MainsOptions { nominal: None, harmonics: 10, block: Seconds(5.0), fit_on: None }
    }
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone)]
pub struct Mains {
    fs: f64,
    nominal: Vec<f64>,
    harmonics: usize,
    block: usize,
    fit_on: Option<Range<usize>>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct MainsEstimate {
    /// Fundamental; within 1 Hz of the nominal frequency.
    pub frequency: Hertz,
    /// Peak amplitude of each harmonic, the fundamental first; mean over the blocks, unit of the trace.
    pub amplitudes: Vec<f64>,
    /// Power of the sinusoids over that of the trace without its offset and trend; 0 to 1.
    pub power_share: f64,
}

/// The line stays this near to its nominal frequency (EN 50160:2010, 4.2.1: ±1 % for 99.5 % of a year in
/// interconnected grids, so 0.5 Hz); doubled for clocks of recorders. Our choice.
const RANGE_HZ: f64 = 1.0;

/// Blocks looked at to find the frequency; more only cost time. Our choice.
const LOOK_AT: usize = 12;

impl MainsOptions {
    /// Makes the plan. Errors: no harmonic below the Nyquist frequency, a block that is too short, an empty range.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Mains> {
        let fs = Hertz::sampling_frequency(sampling_frequency.0)?.0;
        let usable = |f: f64| f.is_finite() && f > 2.0 * RANGE_HZ && f + RANGE_HZ < 0.49 * fs;
        let nominal: Vec<f64> = match self.nominal {
            Some(f) => vec![f.0],
            None => vec![50.0, 60.0],
        };
        let nominal: Vec<f64> = nominal.into_iter().filter(|f| usable(*f)).collect();
        if nominal.is_empty() {
            let asked = self.nominal.map_or("50 or 60".to_owned(), |f| f.0.to_string());
            let why =
                format!("{asked} Hz at a sampling frequency of {fs} Hz; above 2 Hz and below 0.49 of it");
            return Err(Error::option("power line frequency", why));
        }
        if self.harmonics == 0 || self.harmonics > 1000 {
            let why = format!("{}; 1 to 1000 are possible", self.harmonics);
            return Err(Error::option("mains harmonics", why));
        }
        let block = self.block.0 * fs;
        if !(self.block.0 >= 0.1 && block < 1e12) {
            return Err(Error::option(
                "mains block",
                format!("{} s; at least 0.1 s is needed", self.block.0),
            ));
        }
        if self.fit_on.as_ref().is_some_and(|r| r.is_empty()) {
            return Err(Error::option("mains fit range", "empty; give the samples of the baseline"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below 1e12, checked above"
        )]
        let block = block.ceil() as usize;
        Ok(Mains { fs, nominal, harmonics: self.harmonics, block, fit_on: self.fit_on.clone() })
    }
}

impl Mains {
    /// Estimates the interference. Errors: less than two periods to fit on, a range beyond the trace, or a sample that
    /// is not finite.
    pub fn estimate(&self, x: &[f64]) -> Result<MainsEstimate> {
        let fits = self.fits(x)?;
        Ok(self.summary(x, &fits))
    }

    /// Subtracts the interference, and says what it was. Errors as [`Mains::estimate`]; `x` is then unchanged.
    pub fn subtract(&self, x: &mut [f64]) -> Result<MainsEstimate> {
        let fits = self.fits(x)?;
        let summary = self.summary(x, &fits);
        // Each fit holds at its block's centre; between two centres one fades into the other.
        let centre = |i: usize| fits[i].start + fits[i].len / 2;
        let mut from = 0;
        for i in 0..fits.len() {
            let to = if i + 1 < fits.len() { centre(i + 1) } else { x.len() };
            let solid = if i == 0 { centre(0).min(to) } else { from };
            if i == 0 {
                fits[0].subtract(x, 0..solid, |_| 1.0);
            }
            if i + 1 < fits.len() {
                #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
                let weight = |t: usize| (t - solid) as f64 / (to - solid) as f64;
                fits[i].subtract(x, solid..to, |t| 1.0 - weight(t));
                fits[i + 1].subtract(x, solid..to, weight);
            } else {
                fits[i].subtract(x, solid..to, |_| 1.0);
            }
            from = to;
        }
        Ok(summary)
    }

    /// One fit a block, in order; the blocks overlap by half or more.
    fn fits(&self, x: &[f64]) -> Result<Vec<Fit>> {
        let range = self.fit_on.clone().unwrap_or(0..x.len());
        let Some(on) = x.get(range.clone()) else {
            let why = format!("the fit range ends at sample {}, the trace has {}", range.end, x.len());
            return Err(Error::Signal(why));
        };
        if !x.iter().all(|v| v.is_finite()) {
            return Err(Error::Signal(
                "a sample is not finite; power-line interference cannot be fitted".into(),
            ));
        }
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let seconds = on.len() as f64 / self.fs;
        if seconds * self.nominal[0] < 2.0 {
            let why = format!("{seconds} s to fit power-line interference on; two periods are needed");
            return Err(Error::Signal(why));
        }
        let block = if self.fit_on.is_some() { on.len() } else { self.block.min(on.len()) };
        let count = 1 + (on.len() - block).div_ceil((block / 2).max(1));
        let starts: Vec<usize> =
            (0..count).map(|i| if count == 1 { 0 } else { i * (on.len() - block) / (count - 1) }).collect();
        let frequency = self.coarse(on, &starts, block);
        Ok(starts
            .iter()
            .map(|s| {
                let mut fit = Fit::new(range.start + s, block, frequency / self.fs, self.harmonics);
                // Shorter stretches do not resolve 1 Hz: there the nominal frequency is the better guess.
                let refine = block_seconds(block, self.fs) >= 1.0;
                fit.solve(&on[*s..*s + block], refine);
                fit
            })
            .collect())
    }

    /// The frequency of the grid with most power in the first three harmonics; the nominal one for a short trace.
    fn coarse(&self, x: &[f64], starts: &[usize], block: usize) -> f64 {
        let seconds = block_seconds(block, self.fs);
        let steps = if seconds >= 1.0 { (4.0 * RANGE_HZ * seconds.min(30.0)).ceil() } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "at most 120")]
        let steps = steps as i32;
        let every = starts.len().div_ceil(LOOK_AT);
        let mut best = (f64::NEG_INFINITY, self.nominal[0]);
        for nominal in &self.nominal {
            for i in -steps..=steps {
                let f = nominal + RANGE_HZ * f64::from(i) / f64::from(steps.max(1));
                let power = starts
                    .iter()
                    .step_by(every)
                    .map(|s| fit::power(&x[*s..*s + block], f / self.fs, self.harmonics.min(3)))
                    .sum();
                if power > best.0 {
                    best = (power, f);
                }
            }
        }
        best.1
    }

    fn summary(&self, x: &[f64], fits: &[Fit]) -> MainsEstimate {
        #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
        let count = fits.len().max(1) as f64;
        let mut amplitudes = vec![0.0; fits.first().map_or(0, Fit::harmonics)];
        let (mut frequency, mut line, mut total) = (0.0, 0.0, 0.0);
        for fit in fits {
            frequency += fit.frequency * self.fs / count;
            for (i, sum) in amplitudes.iter_mut().enumerate() {
                *sum += fit.amplitude(i) / count;
            }
            let (l, t) = fit.powers(&x[fit.start..fit.start + fit.len]);
            line += l;
            total += t;
        }
        let power_share = if total > 0.0 { (line / total).clamp(0.0, 1.0) } else { 0.0 };
        MainsEstimate { frequency: Hertz(frequency), amplitudes, power_share }
    }
}

#[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
fn block_seconds(block: usize, fs: f64) -> f64 {
    block as f64 / fs
}
