//! How regular a train is: measures of its intervals (reference 2.2).

use super::stats::{correlation, deviation, mean, median_of};

/// Intervals beyond so many medians are gaps: a missed discharge, or a pause between bursts or runs.
const GAP: f64 = 1.6;
/// Intervals within so much of the median are the core of a regular train, when they are so many of all.
const CORE: f64 = 0.2;
const CORE_SHARE: f64 = 0.88;
/// A pause between bursts is at least so many medians (reference 2.2).
const BURST_GAP: f64 = 3.0;

/// Measures of a train's intervals. Those that need more intervals than there are are `None`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Regularity {
    /// Discharges.
    pub(super) count: usize,
    /// Median interval, s.
    pub(super) interval: Option<f64>,
    /// SD over mean of the intervals, gaps left out.
    pub(super) cv: Option<f64>,
    /// SD over mean of all intervals.
    pub(super) cv_all: Option<f64>,
    /// Mean of 2|I(n+1) − I(n)| / (I(n+1) + I(n)): blind to slow trends. Pairs with a gap are left out.
    pub(super) cv2: Option<f64>,
    /// The same, the largest tenth left out: blind to single false discharges as well.
    pub(super) core_cv2: Option<f64>,
    /// Mean |I(n+1) − I(n)|, the largest tenth left out, over the median interval; gaps left out.
    pub(super) mcd: Option<f64>,
    /// Share of intervals that are gaps.
    pub(super) gaps: f64,
    /// Bursts: groups of discharges between pauses.
    pub(super) bursts: usize,
    /// Median of the discharges in a group.
    pub(super) in_burst: f64,
    /// SD over mean of the times from burst to burst.
    pub(super) burst_cv: Option<f64>,
    /// Bursts a second, 1/s.
    pub(super) burst_rate: Option<f64>,
    /// Correlation of log rate and time.
    pub(super) trend: Option<f64>,
    /// Ninetieth over tenth centile of the rate within runs.
    pub(super) rate_range: Option<f64>,
}

/// Measures rising times.
pub(super) fn regularity(times: &[f64]) -> Regularity {
    let intervals: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let mut out = Regularity { count: times.len(), ..Regularity::default() };
    let Some(middle) = median_of(&intervals) else { return out };
    out.interval = Some(middle);
    let limit = GAP * middle;
    let kept: Vec<f64> = intervals.iter().copied().filter(|i| *i <= limit).collect();
    out.gaps = (intervals.len() - kept.len()) as f64 / intervals.len() as f64;
    let ratio = |values: &[f64]| Some(deviation(values)? / mean(values)?).filter(|r| r.is_finite());
    if kept.len() >= 3 {
        out.cv = ratio(&kept);
        // One discharge too many or too few in a regular train says nothing of its regularity.
        let core: Vec<f64> = kept.iter().copied().filter(|i| (i / middle - 1.0).abs() <= CORE).collect();
        if core.len() >= 5 && core.len() as f64 >= CORE_SHARE * kept.len() as f64 {
            out.cv = ratio(&core);
        }
    }
    if intervals.len() >= 3 {
        out.cv_all = ratio(&intervals);
    }
    let mut relative = Vec::new();
    let mut change = Vec::new();
    for w in intervals.windows(2).filter(|w| w[0] <= limit && w[1] <= limit) {
        relative.push(2.0 * (w[1] - w[0]).abs() / (w[1] + w[0]));
        change.push((w[1] - w[0]).abs());
    }
    if relative.len() >= 2 {
        out.cv2 = mean(&relative).filter(|v| v.is_finite());
        out.core_cv2 = trimmed_mean(&mut relative).filter(|v| v.is_finite());
        out.mcd = trimmed_mean(&mut change).map(|m| m / middle).filter(|v| v.is_finite());
    }
    bursts(times, &intervals, middle, &mut out);
    let (when, rate): (Vec<f64>, Vec<f64>) = intervals
        .iter()
        .zip(times)
        .filter(|(i, _)| **i <= limit && **i > 0.0)
        .map(|(i, t)| (t + 0.5 * i, -i.ln()))
        .unzip();
    out.trend = correlation(&when, &rate);
    // Over five intervals, so that chance makes no range.
    let mut smooth: Vec<f64> = intervals
        .windows(5)
        .filter(|w| w.iter().all(|i| *i <= BURST_GAP * middle))
        .filter_map(mean)
        .filter(|m| *m > 0.0)
        .collect();
    let low = super::stats::quantile(&mut smooth, 0.05);
    let high = super::stats::quantile(&mut smooth, 0.95);
    out.rate_range = low.zip(high).map(|(l, h)| h / l);
    out
}

/// Mean of the smaller nine tenths.
fn trimmed_mean(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    mean(&values[..n - n / 10])
}

/// Groups of discharges between pauses of at least three usual intervals within a group.
fn bursts(times: &[f64], intervals: &[f64], middle: f64, out: &mut Regularity) {
    let mut starts = Vec::new();
    let mut sizes: Vec<f64> = Vec::new();
    for (k, t) in times.iter().enumerate() {
        if k == 0 || intervals[k - 1] > BURST_GAP * middle {
            starts.push(*t);
            sizes.push(0.0);
        }
        if let Some(last) = sizes.last_mut() {
            *last += 1.0;
        }
    }
    out.bursts = starts.len();
    out.in_burst = median_of(&sizes).unwrap_or(0.0);
    let between: Vec<f64> = starts.windows(2).map(|w| w[1] - w[0]).collect();
    out.burst_rate = mean(&between).filter(|m| *m > 0.0).map(|m| 1.0 / m);
    if between.len() >= 3 {
        out.burst_cv = deviation(&between).zip(mean(&between)).map(|(d, m)| d / m);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_has_no_variation() {
        let times: Vec<f64> = (0..40).map(|k| f64::from(k) * 0.1).collect();
        let r = regularity(&times);
        assert_eq!((r.count, r.bursts), (40, 1));
        assert!((r.interval.unwrap() - 0.1).abs() < 1e-12);
        assert!(r.cv.unwrap() < 1e-9 && r.cv2.unwrap() < 1e-9 && r.mcd.unwrap() < 1e-9);
    }

    #[test]
    fn a_missed_discharge_is_a_gap_and_changes_nothing_else() {
        let mut times: Vec<f64> = (0..40).map(|k| f64::from(k) * 0.1).collect();
        times.remove(20);
        let r = regularity(&times);
        assert!(r.cv.unwrap() < 1e-9 && r.gaps > 0.0);
        assert!(r.cv_all.unwrap() > 0.1);
    }

    #[test]
    fn alternating_intervals_have_the_analytic_values() {
        // 0.09 and 0.11 in turn: CV2 is 2·0.02/0.2 = 0.2, the change over the mean 0.02/0.1 = 0.2.
        let mut times = vec![0.0];
        for k in 0..40 {
            times.push(times[k] + if k % 2 == 0 { 0.09 } else { 0.11 });
        }
        let r = regularity(&times);
        assert!((r.cv2.unwrap() - 0.2).abs() < 1e-9);
        assert!((r.mcd.unwrap() - 0.2).abs() < 1e-9);
        // SD of ±0.01 with n − 1 over the mean of 0.1.
        assert!((r.cv.unwrap() - 0.1 * (40.0_f64 / 39.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn bursts_are_counted() {
        let times: Vec<f64> =
            (0..6).flat_map(|b| (0..5).map(move |k| f64::from(b) + 0.025 * f64::from(k))).collect();
        let r = regularity(&times);
        assert_eq!((r.bursts, r.in_burst), (6, 5.0));
        assert!((r.burst_rate.unwrap() - 1.0).abs() < 1e-9 && r.burst_cv.unwrap() < 1e-9);
    }

    #[test]
    fn a_slowing_train_has_a_falling_trend() {
        let mut times = vec![0.0];
        for k in 0..50 {
            times.push(times[k] + 0.05 * 1.02_f64.powi(i32::try_from(k).unwrap()));
        }
        let r = regularity(&times);
        assert!(r.trend.unwrap() < -0.95);
        assert!(r.rate_range.unwrap() > 2.0);
    }

    #[test]
    fn few_discharges_have_few_measures() {
        for times in [&[][..], &[1.0], &[1.0, 2.0]] {
            let r = regularity(times);
            assert_eq!((r.cv, r.cv2, r.mcd), (None, None, None));
        }
    }
}
