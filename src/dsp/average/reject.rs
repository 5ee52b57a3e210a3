//! Which sweeps are left out of an average.

use super::{median_of_sorted, sample, variance};
use crate::units::{Hertz, Seconds};
use crate::{Error, Result};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// Limits of a sweep. The defaults are ours; see the fields.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rejection {
    /// Part of the sweep that is judged, from the stimulus; `None`: all of it. Begin it after the stimulus
    /// artefact, or the artefact alone is judged.
    pub judged: Option<(Seconds, Seconds)>,
    /// A sweep whose RMS about its own mean is more than (strict) this times the median RMS is left out.
    /// Default 3.
    pub rms_factor: f64,
    /// A sweep whose correlation with the median of those accepted before it is less than (strict) this is
    /// left out. Default 0.2; −1 for never.
    pub min_correlation: f64,
    /// Correlation is asked for once more than (strict) so many were accepted. Default 10.
    pub correlation_after: usize,
}

impl Default for Rejection {
    fn default() -> Self {
        Rejection { judged: None, rms_factor: 3.0, min_correlation: 0.2, correlation_after: 10 }
    }
}

/// Why a sweep was left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// It begins before the first or ends after the last sample, or has another length than the plan's.
    Overruns,
    /// It holds a sample without a value.
    MissingSample,
    /// Its RMS is this many times the median RMS.
    Rms(f64),
    /// Its correlation with the running median is this.
    Correlation(f64),
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reason::Overruns => write!(f, "overruns an end of the trace"),
            Reason::MissingSample => write!(f, "holds a missing sample"),
            Reason::Rms(ratio) => write!(f, "RMS is {ratio:.1} times the median"),
            Reason::Correlation(r) => write!(f, "correlation with the median is {r:.2}"),
        }
    }
}

/// The checked limits, the judged part in samples of the sweep.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Limits {
    rejection: Rejection,
    judged: std::ops::Range<usize>,
}

impl Rejection {
    pub(super) fn design(&self, fs: Hertz, first: i64, samples: usize) -> Result<Limits> {
        if !(1.0..).contains(&self.rms_factor) {
            return Err(Error::option(
                "rejection by RMS",
                format!("{} times the median; at least 1 is possible", self.rms_factor),
            ));
        }
        if !(-1.0..=1.0).contains(&self.min_correlation) {
            return Err(Error::option(
                "rejection by correlation",
                format!("{}; −1 to 1 is possible", self.min_correlation),
            ));
        }
        let judged = match self.judged {
            None => 0..samples,
            Some((start, end)) => {
                let offset = |t| sample(t, fs, "judged part").map(|s| usize::try_from(s - first));
                match (offset(start)?, offset(end)?) {
                    (Ok(a), Ok(b)) if a < b && b <= samples => a..b,
                    _ => {
                        let why = format!("{} to {} s is not inside the sweep", start.0, end.0);
                        return Err(Error::option("judged part", why));
                    }
                }
            }
        };
        Ok(Limits { rejection: *self, judged })
    }
}

impl Limits {
    /// Splits the sweeps, in order; the ones left out are added to `rejected`.
    pub(super) fn apply<'a>(
        &self,
        sweeps: Vec<(usize, &'a [f64])>,
        rejected: &mut Vec<(usize, Reason)>,
    ) -> Vec<(usize, &'a [f64])> {
        if sweeps.is_empty() {
            return sweeps;
        }
        let rms = |s: &[f64]| variance(&s[self.judged.clone()]).sqrt();
        let mut sorted: Vec<f64> = sweeps.iter().map(|(_, s)| rms(s)).collect();
        sorted.sort_by(f64::total_cmp);
        let median = median_of_sorted(&sorted);
        let mut kept: Vec<(usize, &[f64])> = Vec::with_capacity(sweeps.len());
        // A correlation is never less than −1: nothing is to be kept running then.
        let asks = self.rejection.min_correlation > -1.0;
        let judged_samples = if asks { self.judged.len() } else { 0 };
        let mut columns: Vec<RunningMedian> = vec![RunningMedian::default(); judged_samples];
        let mut typical = Vec::with_capacity(judged_samples);
        for (i, sweep) in sweeps {
            let judged = &sweep[self.judged.clone()];
            let own = rms(sweep);
            // A median of 0 means that most sweeps are flat; no ratio to it says anything.
            if median > 0.0 && own > self.rejection.rms_factor * median {
                rejected.push((i, Reason::Rms(own / median)));
                continue;
            }
            if asks && kept.len() > self.rejection.correlation_after {
                typical.clear();
                typical.extend(columns.iter().map(RunningMedian::median));
                let r = correlation(judged, &typical);
                if r < self.rejection.min_correlation {
                    rejected.push((i, Reason::Correlation(r)));
                    continue;
                }
            }
            for (column, &v) in columns.iter_mut().zip(judged) {
                column.push(v);
            }
            kept.push((i, sweep));
        }
        kept
    }
}

/// Median of the values so far, which are finite: the lower half with its greatest on top, the upper half with its
/// least on top. The lower half holds one more of an odd number.
#[derive(Debug, Clone, Default)]
struct RunningMedian {
    lower: BinaryHeap<Ordered>,
    upper: BinaryHeap<Reverse<Ordered>>,
}

/// Finite values in order.
#[derive(Debug, Clone, Copy)]
struct Ordered(f64);

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl RunningMedian {
    fn push(&mut self, value: f64) {
        let value = Ordered(value);
        if self.lower.len() > self.upper.len() {
            // The greatest of the lower half and the new one goes up.
            let up = match self.lower.peek_mut() {
                Some(mut top) if value < *top => std::mem::replace(&mut *top, value),
                _ => value,
            };
            self.upper.push(Reverse(up));
        } else {
            let down = match self.upper.peek_mut() {
                Some(mut top) if value > top.0 => std::mem::replace(&mut top.0, value),
                _ => value,
            };
            self.lower.push(down);
        }
    }

    /// The middle value, the mean of the two middle ones of an even number; 0 for none.
    fn median(&self) -> f64 {
        match (self.lower.peek(), self.upper.peek()) {
            (Some(a), Some(b)) if self.lower.len() == self.upper.len() => a.0.midpoint(b.0.0),
            (Some(a), _) => a.0,
            _ => 0.0,
        }
    }
}

/// Pearson's correlation; 0 where one of the two is constant.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let (ma, mb) = (super::super::spectrum::mean(a), super::super::spectrum::mean(b));
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        aa += (x - ma) * (x - ma);
        bb += (y - mb) * (y - mb);
        ab += (x - ma) * (y - mb);
    }
    let scale = aa.sqrt() * bb.sqrt();
    if scale > 0.0 { (ab / scale).clamp(-1.0, 1.0) } else { 0.0 }
}
