//! Repetitive stimulation: a train of CMAPs, its decrement or increment, and whether it can be believed.
//!
//! * Amplitude is baseline to negative peak, area that of the negative phase. D_k = 100 · (1 − A_k / A_1): positive is a
//!   fall. The decrement is D_4; the lowest of potentials 2 to 5 stands beside it.
//! * The baseline of each potential is what lies before it, less its own offset, trend and mains; the peak is a
//!   parabola through the samples around it, which noise moves little.
//! * A train is judged by shape: a failing junction scales the potential and follows a smooth course, movement and
//!   submaximal stimuli change the shape or jump.
//!
//! Limits of what is abnormal are the caller's: this measures.

mod course;
mod cut;
mod potential;
mod series;
mod shape;

pub use course::{Flag, FlagKind};
pub use cut::{CutOptions, CutTrain, TrainTimes};
pub use potential::{Potential, RepetitiveOptions};
pub use series::{PostExercise, Series, TimedTrain, series};

use super::{Doubt, Measured, Sweeps};

/// A measured train.
#[derive(Debug, Clone, PartialEq)]
pub struct Train {
    /// Each potential, in the order of the stimuli.
    pub potentials: Vec<Potential>,
    /// Fall of the amplitude from the first potential to each, %; as many as there are potentials, the first is 0.
    pub amplitude_decrements_percent: Vec<Measured>,
    /// The same of the area.
    pub area_decrements_percent: Vec<Measured>,
    /// Fall of the amplitude from the first to the fourth potential, %.
    pub decrement_percent: Measured,
    /// Fall of the area from the first to the fourth potential, %.
    pub area_decrement_percent: Measured,
    /// Fall of the amplitude from the first to the lowest of potentials 2 to 5, %, and that one's number from 1.
    pub largest_decrement_percent: Measured,
    /// Number, from 1, of the lowest of potentials 2 to 5.
    pub lowest: Option<usize>,
    /// Rise of the amplitude from the first to the largest potential, %; 0 where none is larger.
    pub increment_percent: Measured,
    /// What speaks against the train; empty when nothing does.
    pub flags: Vec<Flag>,
    /// What is worth knowing beside.
    pub doubts: Vec<Doubt>,
}

impl Train {
    /// Whether nothing speaks against the train.
    pub fn reliable(&self) -> bool {
        self.flags.is_empty()
    }
}

/// The plan: checked, immutable, shared between threads by `&`.
#[derive(Debug, Clone, PartialEq)]
pub struct RepetitivePlan {
    options: RepetitiveOptions,
    fs: f64,
}

/// Number, from 1, of the potential that the decrement compares with the first (RNS_SANDERS in the clinical tables).
const COMPARED: usize = 4;
/// Potentials among which the lowest is looked for.
const LOWEST_AMONG: std::ops::RangeInclusive<usize> = 2..=5;

impl RepetitivePlan {
    /// Measures one train, one sweep a stimulus.
    ///
    /// # Errors
    /// Another sampling frequency than the plan's; sweeps that do not hold the window of the response.
    pub fn apply(&self, sweeps: &Sweeps) -> crate::Result<Train> {
        let measured = potential::measure(&self.options, self.fs, sweeps)?;
        let amplitude = |p: &Potential| (p.amplitude.value(), p.amplitude.uncertainty);
        let area = |p: &Potential| (p.area.value(), p.area.uncertainty);
        let amplitude_decrements_percent = falls(&measured.potentials, amplitude);
        let area_decrements_percent = falls(&measured.potentials, area);
        let at = |list: &[Measured], k: usize| {
            list.get(k - 1).copied().unwrap_or_else(|| Measured::undefined("fewer than four stimuli", METHOD))
        };
        let lowest = LOWEST_AMONG
            .filter_map(|k| Some((k, amplitude_decrements_percent.get(k - 1)?.value()?)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(k, _)| k);
        let flags = course::judge(&self.options, &measured);
        Ok(Train {
            decrement_percent: at(&amplitude_decrements_percent, COMPARED),
            area_decrement_percent: at(&area_decrements_percent, COMPARED),
            largest_decrement_percent: lowest.map_or_else(
                || Measured::undefined("fewer than two stimuli", METHOD),
                |k| at(&amplitude_decrements_percent, k),
            ),
            lowest,
            increment_percent: increment(&amplitude_decrements_percent),
            doubts: course::doubts(&self.options, &measured),
            flags,
            potentials: measured.potentials,
            amplitude_decrements_percent,
            area_decrements_percent,
        })
    }
}

const METHOD: &str = "100 (1 - A_k / A_1)";
const NO_FIRST: &str = "the first potential is absent or cannot be read";

/// Fall from the first potential to each.
fn falls(potentials: &[Potential], what: impl Fn(&Potential) -> (Option<f64>, Option<f64>)) -> Vec<Measured> {
    let first = what(&potentials[0]);
    let (Some(a), Some(da)) = first else {
        return vec![Measured::undefined(NO_FIRST, METHOD); potentials.len()];
    };
    potentials
        .iter()
        .enumerate()
        .map(|(k, p)| match what(p) {
            _ if k == 0 => Measured::new(0.0, 0.0, METHOD, NO_FIRST),
            (Some(b), Some(db)) => {
                let ratio = b / a;
                let half = 100.0 * (db / a).hypot(ratio * da / a);
                Measured::new(100.0 * (1.0 - ratio), half, METHOD, NO_FIRST)
            }
            _ => Measured::undefined("this potential is absent or cannot be read", METHOD),
        })
        .collect()
}

/// The largest rise.
fn increment(falls: &[Measured]) -> Measured {
    let method = "100 (largest amplitude / A_1 - 1)";
    let largest = falls
        .iter()
        .filter(|f| f.value().is_some())
        .min_by(|a, b| a.value().unwrap_or(0.0).total_cmp(&b.value().unwrap_or(0.0)));
    match largest.map(|f| (f.value(), f.uncertainty)) {
        Some((Some(v), u)) => Measured::new(0.0 - v, u.unwrap_or(0.0), method, NO_FIRST),
        _ => Measured::undefined(NO_FIRST, method),
    }
}
