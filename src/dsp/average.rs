//! Stimulus-locked averages of sweeps.
//!
//! A sweep starts at the sample nearest to its stimulus (halves away from zero) plus the rounded start of the
//! window, and all sweeps have the same number of samples; sample `j` lies `(first + j) / fs` from the
//! stimulus. No alignment by the signal: the stimulus is the clock. Sub-sample times are not interpolated.
//! Sources: Dawson 1954 (averaging); Schimmel 1967, doi:10.1126/science.157.3784.92 (± reference).

mod reject;
#[cfg(test)]
mod tests;

use crate::units::{Hertz, Seconds};
use crate::{Error, Result};
pub use reject::{Reason, Rejection};

/// How sweeps are joined, sample by sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Method {
    /// Arithmetic mean.
    Mean,
    /// Middle value; the mean of the two middle ones of an even number.
    Median,
    /// Mean without ⌊fraction · n⌋ of the smallest and as many of the largest values.
    TrimmedMean {
        /// 0 to below 0.5, at each side.
        fraction: f64,
    },
    /// Median of the means of `groups` groups of neighbouring sweeps (as equal in size as can be).
    MedianOfMeans {
        /// At least 1; as many as there are sweeps is the median.
        groups: usize,
    },
    /// Mean with weights 1 / σ², σ² the variance of a sweep before its stimulus (Hoke et al. 1984,
    /// doi:10.1016/0013-4694(84)90009-4). Variances below 10⁻⁶ of their median count as that (our choice:
    /// a dead sweep must not take all the weight).
    InverseVariance,
}

/// What the caller asks for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AverageOptions {
    /// First sample of a sweep, from the stimulus; −5 ms is usual.
    pub start: Seconds,
    /// End of a sweep, from the stimulus; its sample is the first one that is left out. 95 ms is usual.
    pub end: Seconds,
    /// How sweeps are joined.
    pub method: Method,
    /// Which sweeps are left out; `None`: only those that overrun an end or hold a missing sample.
    pub rejection: Option<Rejection>,
}

impl Default for AverageOptions {
    /// −5 to 95 ms, arithmetic mean, nothing rejected by its shape.
    fn default() -> Self {
        AverageOptions { start: Seconds(-0.005), end: Seconds(0.095), method: Method::Mean, rejection: None }
    }
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct Averager {
    first: i64,
    samples: usize,
    method: Method,
    rejection: Option<reject::Limits>,
    sampling_frequency: Hertz,
}

/// An average and how it came about.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Averaged {
    /// The average, V; empty when no sweep was used.
    pub average: Vec<f64>,
    /// Half the difference between the means of alternate sweeps, V: the response cancels, noise stays. Of an
    /// odd number the last sweep is left out. Empty for fewer than two.
    pub plus_minus: Vec<f64>,
    /// RMS of what noise is left in a plain mean of the used sweeps, V: that of `plus_minus`, its mean
    /// removed, and for an odd number scaled from n − 1 to n sweeps. `None` for fewer than two.
    pub residual_noise: Option<f64>,
    /// Numbers of the stimuli whose sweeps were used, ascending.
    pub used: Vec<usize>,
    /// Numbers of the others, ascending, with the reason.
    pub rejected: Vec<(usize, Reason)>,
}

impl AverageOptions {
    /// Makes the plan. Errors: a window without a sample or of more than 10⁹, an option out of its range,
    /// weights by variance without two samples before the stimulus.
    pub fn design(&self, sampling_frequency: Hertz) -> Result<Averager> {
        let first = sample(self.start, sampling_frequency, "sweep start")?;
        let end = sample(self.end, sampling_frequency, "sweep end")?;
        let samples = usize::try_from(end - first).unwrap_or(0);
        if samples == 0 {
            let why = format!("{} to {} s holds no sample", self.start.0, self.end.0);
            return Err(Error::option("sweep window", why));
        }
        match self.method {
            Method::TrimmedMean { fraction } if !(0.0..0.5).contains(&fraction) => {
                return Err(Error::option(
                    "trimmed share",
                    format!("{fraction}; 0 to below 0.5 is possible"),
                ));
            }
            Method::MedianOfMeans { groups: 0 } => {
                return Err(Error::option("groups", "0; at least 1 is needed"));
            }
            Method::InverseVariance if first > -2 => {
                return Err(Error::option(
                    "sweep start",
                    "weights need the noise of at least two samples before the stimulus",
                ));
            }
            _ => {}
        }
        let rejection = match self.rejection {
            Some(r) => Some(r.design(sampling_frequency, first, samples)?),
            None => None,
        };
        Ok(Averager { first, samples, method: self.method, rejection, sampling_frequency })
    }
}

/// The sample nearest to a time, halves away from zero.
fn sample(time: Seconds, sampling_frequency: Hertz, name: &str) -> Result<i64> {
    let position = (time.0 * sampling_frequency.0).round();
    if !(0.0..=1e9).contains(&position.abs()) {
        return Err(Error::option(name, format!("{} s; at most 1e9 samples are possible", time.0)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 1e9, checked above")]
    Ok(position as i64)
}

impl Averager {
    /// Samples in a sweep.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Time of sample `j` of a sweep, s from the stimulus.
    pub fn time(&self, j: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "sample numbers stay far below 2^52")]
        let position = self.first as f64 + j as f64;
        position / self.sampling_frequency.0
    }

    /// The sweep of one stimulus; `None` where it overruns an end of `x` or the time is no number.
    pub fn sweep<'a>(&self, x: &'a [f64], stimulus: Seconds) -> Option<&'a [f64]> {
        let position = (stimulus.0 * self.sampling_frequency.0).round();
        if !(0.0..=1e15).contains(&position.abs()) {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "at most 1e15, checked above")]
        let start = usize::try_from(position as i64 + self.first).ok()?;
        x.get(start..start.checked_add(self.samples)?)
    }

    /// Cuts `x` around the stimuli, given in s from its first sample, in any order, and averages.
    pub fn apply(&self, x: &[f64], stimuli: &[Seconds]) -> Averaged {
        self.average(&stimuli.iter().map(|&s| self.sweep(x, s)).collect::<Vec<_>>())
    }

    /// Averages sweeps that are cut already; one of another length than the plan's counts as overrunning.
    pub fn apply_to_sweeps(&self, sweeps: &[&[f64]]) -> Averaged {
        self.average(&sweeps.iter().map(|s| (s.len() == self.samples).then_some(*s)).collect::<Vec<_>>())
    }

    fn average(&self, sweeps: &[Option<&[f64]>]) -> Averaged {
        let mut rejected = Vec::new();
        let mut kept = Vec::new();
        for (i, sweep) in sweeps.iter().enumerate() {
            match sweep {
                None => rejected.push((i, Reason::Overruns)),
                Some(s) if s.iter().any(|v| !v.is_finite()) => rejected.push((i, Reason::MissingSample)),
                Some(s) => kept.push((i, *s)),
            }
        }
        if let Some(limits) = &self.rejection {
            kept = limits.apply(kept, &mut rejected);
        }
        rejected.sort_by_key(|r| r.0);
        let used = kept.iter().map(|k| k.0).collect();
        let sweeps: Vec<&[f64]> = kept.into_iter().map(|k| k.1).collect();
        let plus_minus = plus_minus(&sweeps);
        let residual_noise = (!plus_minus.is_empty()).then(|| {
            let even = sweeps.len() / 2 * 2;
            variance(&plus_minus).sqrt() * (count(even) / count(sweeps.len())).sqrt()
        });
        Averaged { average: self.join(&sweeps), plus_minus, residual_noise, used, rejected }
    }

    fn join(&self, sweeps: &[&[f64]]) -> Vec<f64> {
        if sweeps.is_empty() {
            return Vec::new();
        }
        match self.method {
            Method::Mean => weighted(sweeps, &vec![1.0; sweeps.len()]),
            Method::Median => by_rank(sweeps, median_of_sorted),
            Method::TrimmedMean { fraction } => by_rank(sweeps, |sorted| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 to below half of the number of sweeps"
                )]
                let cut = (fraction * count(sorted.len())).floor() as usize;
                let kept = &sorted[cut..sorted.len() - cut];
                kept.iter().sum::<f64>() / count(kept.len())
            }),
            Method::MedianOfMeans { groups } => {
                let (n, groups) = (sweeps.len(), groups.min(sweeps.len()));
                let group = |g: usize| &sweeps[g * n / groups..(g + 1) * n / groups];
                let means: Vec<Vec<f64>> =
                    (0..groups).map(|g| weighted(group(g), &vec![1.0; group(g).len()])).collect();
                by_rank(&means.iter().map(Vec::as_slice).collect::<Vec<_>>(), median_of_sorted)
            }
            Method::InverseVariance => {
                let before = usize::try_from(-self.first).unwrap_or(0).min(self.samples);
                let variances: Vec<f64> = sweeps.iter().map(|s| variance(&s[..before])).collect();
                let mut sorted = variances.clone();
                sorted.sort_by(f64::total_cmp);
                let middle = median_of_sorted(&sorted);
                // All silent: all alike.
                let weight = |v: f64| if middle > 0.0 { middle / v.max(1e-6 * middle) } else { 1.0 };
                weighted(sweeps, &variances.into_iter().map(weight).collect::<Vec<_>>())
            }
        }
    }
}

/// Σ wᵢxᵢ / Σ wᵢ at every sample.
fn weighted(sweeps: &[&[f64]], weights: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; sweeps.first().map_or(0, |s| s.len())];
    for (sweep, w) in sweeps.iter().zip(weights) {
        out.iter_mut().zip(*sweep).for_each(|(o, v)| *o += w * v);
    }
    let total: f64 = weights.iter().sum();
    out.iter_mut().for_each(|o| *o /= total);
    out
}

/// `f` of the sorted values at every sample.
fn by_rank(sweeps: &[&[f64]], f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let mut values = Vec::with_capacity(sweeps.len());
    let at = |j: usize| {
        values.clear();
        values.extend(sweeps.iter().map(|s| s[j]));
        values.sort_by(f64::total_cmp);
        f(&values)
    };
    (0..sweeps.first().map_or(0, |s| s.len())).map(at).collect()
}

/// Σ (−1)ⁱxᵢ / n over an even number n of sweeps.
fn plus_minus(sweeps: &[&[f64]]) -> Vec<f64> {
    let even = sweeps.len() / 2 * 2;
    if even == 0 {
        return Vec::new();
    }
    let mut out = vec![0.0; sweeps[0].len()];
    for pair in sweeps[..even].chunks_exact(2) {
        out.iter_mut().zip(pair[0]).zip(pair[1]).for_each(|((o, a), b)| *o += a - b);
    }
    out.iter_mut().for_each(|o| *o /= count(even));
    out
}

fn median_of_sorted(sorted: &[f64]) -> f64 {
    let n = sorted.len();
    match n {
        0 => 0.0,
        _ if n.is_multiple_of(2) => sorted[n / 2 - 1].midpoint(sorted[n / 2]),
        _ => sorted[n / 2],
    }
}

/// Mean square about the mean, V²; 0 for none.
fn variance(x: &[f64]) -> f64 {
    if x.is_empty() {
        return 0.0;
    }
    let mean = super::spectrum::mean(x);
    x.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count(x.len())
}

#[expect(clippy::cast_precision_loss, reason = "counts of sweeps and samples stay far below 2^52")]
fn count(n: usize) -> f64 {
    n as f64
}
