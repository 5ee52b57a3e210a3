//! CMAP scan: the compound muscle action potential's amplitude over the strength of its stimulus, from
//! supramaximal to below threshold. Each motor unit adds a step; number and size of the steps say how many
//! units there are and how large they are.
//!
//! Methods: signal analysis of scans as in the open implementation of the reliability study of scan-derived
//! motor unit number estimates (readouts of [`StepIndex`]), and a fit of units with uncertain thresholds
//! ([`UnitNumber`]) after the generative model of Bostock 2016 (Muscle Nerve 53:889, MScanFit), of own design.

mod network;
mod noise;
mod readout;
mod stairs;
mod statistics;
mod step_index;
mod table;
mod units;

pub use readout::{Levels, Steps};
pub use stairs::LevelIndex;
pub use statistics::STATISTICS;
pub use step_index::StepIndex;
pub use units::UnitNumber;

use crate::format::qtrac::Mem;
use crate::{Error, Result};
use std::ops::Range;

/// Ours: more stimuli than an hour at 2 Hz gives are no scan.
const MOST_STIMULI: usize = 20_000;

/// One scan, in the order of recording.
///
/// Held in mA and mV as a file gives them: amplitudes come with three decimals, steps of exactly the limits
/// of [`StepIndex`] occur, and there the rounding of a conversion would decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    stimulus_ma: Vec<f64>,
    amplitude_mv: Vec<f64>,
    range: Range<usize>,
    stated: bool,
}

impl Scan {
    /// From field units. `range`: the responses of the scan proper, without those at constant strength
    /// before and after it; `None` when it is not known: then all but runs of equal stimuli at both ends, and
    /// what depends on it says so.
    ///
    /// # Errors
    /// Columns of different lengths; fewer than 2 or more than 20 000 stimuli; a number that is not finite,
    /// a stimulus that is negative or above 1 A, an amplitude beyond ±1 V; a range that is empty or not
    /// inside.
    pub fn from_milli(
        stimulus_ma: Vec<f64>,
        amplitude_mv: Vec<f64>,
        range: Option<Range<usize>>,
    ) -> Result<Self> {
        let n = stimulus_ma.len();
        if n != amplitude_mv.len() {
            let what = format!("a scan of {n} stimuli and {} amplitudes", amplitude_mv.len());
            return Err(Error::Signal(what));
        }
        if !(2..=MOST_STIMULI).contains(&n) {
            let what = format!("a scan of {n} stimuli; 2 to {MOST_STIMULI} are possible");
            return Err(Error::Signal(what));
        }
        if let Some(i) = stimulus_ma.iter().position(|s| !(0.0..=1000.0).contains(s)) {
            return Err(Error::Signal(format!("stimulus {} of a scan is {} mA", i + 1, stimulus_ma[i])));
        }
        if let Some(i) = amplitude_mv.iter().position(|a| !a.is_finite() || a.abs() > 1000.0) {
            return Err(Error::Signal(format!("amplitude {} of a scan is {} mV", i + 1, amplitude_mv[i])));
        }
        let stated = range.is_some();
        let range = range.unwrap_or_else(|| without_ends(&stimulus_ma));
        if range.is_empty() || range.end > n {
            let what = format!("rows {} to {} of a scan of {n} rows", range.start + 1, range.end);
            return Err(Error::Signal(what));
        }
        Ok(Scan { stimulus_ma, amplitude_mv, range, stated })
    }

    /// From SI: stimuli in A, amplitudes in V. Rounded to 1 nA and 1 nV, so that decimals of a file in mA and
    /// mV come back as they were.
    ///
    /// # Errors
    /// As [`Scan::from_milli`].
    pub fn new(stimulus_a: &[f64], amplitude_v: &[f64], range: Option<Range<usize>>) -> Result<Self> {
        let milli = |x: &[f64]| x.iter().map(|v| (v * 1e9).round() / 1e6).collect();
        Scan::from_milli(milli(stimulus_a), milli(amplitude_v), range)
    }

    /// The scan of a Qtrac file.
    ///
    /// # Errors
    /// A file without a scan; as [`Scan::from_milli`].
    pub fn from_qtrac(mem: &Mem) -> Result<Self> {
        let Some(table) = mem.scan() else {
            return Err(Error::Signal("the file holds no CMAP scan".into()));
        };
        // Columns are mA and mV where the file does not say otherwise.
        let factor = |i: usize, units: [(&str, f64); 2]| {
            let name = table.columns.get(i).map(|c| c.to_lowercase()).unwrap_or_default();
            units.iter().find(|(unit, _)| name.contains(unit)).map_or(1.0, |u| u.1)
        };
        let scale = |x: Vec<f64>, f: f64| if f == 1.0 { x } else { x.into_iter().map(|v| v * f).collect() };
        Scan::from_milli(
            scale(table.column(0), factor(0, [("(ua)", 1e-3), ("(a)", 1e3)])),
            scale(table.column(1), factor(1, [("(uv)", 1e-3), ("(v)", 1e3)])),
            mem.scan_points.map(|[_, b, c, _]| b..c),
        )
    }

    /// All stimuli, A.
    pub fn stimulus_a(&self) -> Vec<f64> {
        self.stimulus_ma.iter().map(|s| s * 1e-3).collect()
    }
    /// All amplitudes, V.
    pub fn amplitude_v(&self) -> Vec<f64> {
        self.amplitude_mv.iter().map(|a| a * 1e-3).collect()
    }
    /// The responses of the scan proper.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }
    /// Whether the range was stated, by the file or the caller.
    pub fn range_is_stated(&self) -> bool {
        self.stated
    }
    /// What the scan says about its units, as numbers that depend neither on its size nor on the strength of
    /// its stimuli; all finite. Input of the regression of [`UnitNumber`], and of the example that fits it.
    /// `None` when the responses do not rise with the stimulus, or the scan is shorter than 40 responses.
    pub fn statistics(&self) -> Option<[f64; STATISTICS]> {
        (self.range.len() >= 40).then(|| statistics::Ordered::of(self))?.map(|o| statistics::statistics(&o))
    }
    /// Amplitudes of the scan proper, mV.
    fn trimmed_mv(&self) -> &[f64] {
        &self.amplitude_mv[self.range.clone()]
    }
    /// Stimuli of the scan proper, mA.
    fn trimmed_ma(&self) -> &[f64] {
        &self.stimulus_ma[self.range.clone()]
    }
}

/// Equal stimuli at an end that are not part of the scan, from so many on. Ours: a scan never stays that long.
const RUN: usize = 5;

/// All rows but the runs of equal stimuli at both ends.
fn without_ends(stimulus: &[f64]) -> Range<usize> {
    let n = stimulus.len();
    let run = |mut rows: &mut dyn Iterator<Item = &f64>, end: f64| {
        let equal = (&mut rows).take_while(|s| (*s - end).abs() <= 5e-4 * end.abs()).count();
        if equal >= RUN { equal } else { 0 }
    };
    let before = run(&mut stimulus.iter(), stimulus[0]);
    let after = run(&mut stimulus.iter().rev(), stimulus[n - 1]);
    if before + after + 2 > n { 0..n } else { before..n - after }
}
