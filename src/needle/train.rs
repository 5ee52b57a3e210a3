//! Trains: the discharges of one source, as the decomposition finds them.

/// The discharges of one source and the potential that they share.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Train {
    /// Times of the potential's main negative peak from the trace's start, s; rising, finer than a sample.
    pub times_s: Vec<f64>,
    /// How sure each discharge is, 0 to 1: posterior of "this unit fired here" against "it did not".
    pub sureness: Vec<f64>,
    /// Mean potential of the unfiltered trace, other trains taken out, at the trace's sampling frequency, V.
    pub template: Vec<f64>,
    /// Index in `template` that lies at a discharge time.
    pub reference: usize,
    /// Mean interval between discharges, multiples taken for missed ones, s; `None` with too few.
    pub interval_s: Option<f64>,
    /// Coefficient of variation of the intervals, missed and false ones left out.
    pub interval_cv: Option<f64>,
    /// Share of discharges that are missed, from the intervals, 0 to 1.
    pub missed_share: Option<f64>,
    /// Why the train must not be quantified; empty when it can be.
    pub unfit: Vec<String>,
}

impl Train {
    /// Whether the potential and the firing of this train can be quantified.
    pub fn is_quantifiable(&self) -> bool {
        self.unfit.is_empty()
    }
    /// Discharges a second while it fires, 1/s.
    pub fn rate(&self) -> Option<f64> {
        self.interval_s.map(|i| 1.0 / i)
    }
    /// How sure the train is: mean of its discharges', 0 to 1; 0 without any.
    #[expect(clippy::cast_precision_loss, reason = "a count of discharges")]
    pub fn mean_sureness(&self) -> f64 {
        self.sureness.iter().sum::<f64>() / self.sureness.len().max(1) as f64
    }
}
