//! Sweeps: stretches locked to their stimulus.

use crate::units::{Hertz, Seconds};
use crate::{Error, Result};

/// One sweep, negative up, in volts.
#[derive(Debug, Clone, Copy)]
pub struct Sweep<'a> {
    samples: &'a [f64],
    start: Seconds,
    sampling_frequency: Hertz,
}

impl<'a> Sweep<'a> {
    /// `start`: time of the first sample from the stimulus. Refuses samples that are not finite, fewer than
    /// two samples, and a start or sampling frequency that is none.
    pub fn new(samples: &'a [f64], start: Seconds, sampling_frequency: Hertz) -> Result<Self> {
        Hertz::sampling_frequency(sampling_frequency.0)?;
        if !start.0.is_finite() || start.0.abs() > 3600.0 {
            return Err(Error::Signal(format!("a sweep that starts {} s from its stimulus", start.0)));
        }
        if samples.len() < 2 {
            return Err(Error::Signal(format!(
                "a sweep of {} samples; at least 2 are needed",
                samples.len()
            )));
        }
        if let Some(i) = samples.iter().position(|x| !x.is_finite()) {
            let what = format!("sample {i} of a sweep is {}; a sweep holds finite numbers only", samples[i]);
            return Err(Error::Signal(what));
        }
        Ok(Sweep { samples, start, sampling_frequency })
    }
    /// The samples, V, negative up.
    pub fn samples(&self) -> &'a [f64] {
        self.samples
    }
    /// Sampling frequency.
    pub fn sampling_frequency(&self) -> Hertz {
        self.sampling_frequency
    }
    /// Time of the first sample from the stimulus.
    pub fn start(&self) -> Seconds {
        self.start
    }
    /// Time of a position in samples (which may lie between two), s from the stimulus.
    pub fn time(&self, position: f64) -> f64 {
        self.start.0 + position / self.sampling_frequency.0
    }
    /// Position of a time in samples; may lie outside the sweep.
    pub fn position(&self, time_s: f64) -> f64 {
        (time_s - self.start.0) * self.sampling_frequency.0
    }
    /// First sample at or after a time, at most the number of samples.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the samples")]
    #[expect(clippy::cast_precision_loss, reason = "sample counts stay far below 2^52")]
    pub fn index(&self, time_s: f64) -> usize {
        // A time that is meant to be a sample's own may lie a rounding error behind it.
        let position = (self.position(time_s) - 1e-6).ceil();
        position.clamp(0.0, self.samples.len() as f64) as usize
    }
}

/// Sweeps of one site, all of the same length and start.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweeps {
    /// Each sweep's samples, V, negative up.
    samples: Vec<Vec<f64>>,
    start: Seconds,
    sampling_frequency: Hertz,
}

impl Sweeps {
    /// From samples as recorded, active minus reference: turned here, once.
    ///
    /// # Errors
    /// As [`Sweep::new`] for each sweep; sweeps of different lengths; none at all.
    pub fn from_recorded(
        mut samples: Vec<Vec<f64>>,
        start: Seconds,
        sampling_frequency: Hertz,
    ) -> Result<Self> {
        let Some(first) = samples.first() else {
            return Err(Error::Signal("no sweep".into()));
        };
        let length = first.len();
        if let Some(i) = samples.iter().position(|s| s.len() != length) {
            let what = format!("sweep {i} has {} samples, the first {length}", samples[i].len());
            return Err(Error::Signal(what));
        }
        for sweep in &samples {
            Sweep::new(sweep, start, sampling_frequency)?;
        }
        samples.iter_mut().flatten().for_each(|x| *x = -*x);
        Ok(Sweeps { samples, start, sampling_frequency })
    }
    /// How many.
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        self.samples.len()
    }
    /// Sweep `i`.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn get(&self, i: usize) -> Sweep<'_> {
        Sweep { samples: &self.samples[i], start: self.start, sampling_frequency: self.sampling_frequency }
    }
    /// All, in the order of the stimuli.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Sweep<'_>> {
        (0..self.len()).map(|i| self.get(i))
    }
    /// Time of the first sample from the stimulus.
    pub fn start(&self) -> Seconds {
        self.start
    }
    /// Sampling frequency.
    pub fn sampling_frequency(&self) -> Hertz {
        self.sampling_frequency
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_indices_belong_together() {
        let x = [0.0; 40];
        let sweep = Sweep::new(&x, Seconds(-0.001), Hertz(20_000.0)).expect("a sweep");
        assert_eq!(sweep.index(0.0), 20);
        assert_eq!(sweep.index(0.00001), 21);
        assert_eq!(sweep.index(-1.0), 0);
        assert_eq!(sweep.index(1.0), 40);
        assert!((sweep.time(20.0)).abs() < 1e-12 && (sweep.position(0.0) - 20.0).abs() < 1e-9);
    }

    #[test]
    fn recorded_sweeps_are_turned_once() {
        let sweeps =
            Sweeps::from_recorded(vec![vec![-1.0, 2.0]], Seconds(0.0), Hertz(1000.0)).expect("sweeps");
        assert_eq!(sweeps.get(0).samples(), [1.0, -2.0]);
        assert!(Sweeps::from_recorded(vec![], Seconds(0.0), Hertz(1000.0)).is_err());
        assert!(Sweeps::from_recorded(vec![vec![0.0; 3], vec![0.0; 2]], Seconds(0.0), Hertz(1.0)).is_err());
        assert!(Sweeps::from_recorded(vec![vec![0.0, f64::NAN]], Seconds(0.0), Hertz(1.0)).is_err());
    }
}
