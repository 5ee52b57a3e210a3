//! The noise of the responses, at the scan's foot and at its top.

use super::Scan;

/// Standard deviations of single responses, mV.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Noise {
    /// Where no unit responds, mV.
    pub(super) foot: f64,
    /// Where all respond, mV.
    pub(super) top: f64,
}

/// Share of the responses that each end takes at least, and their least and greatest number (ours: the
/// search for the first and last unit leaves about 4 % of a scan beyond each of them).
const SHARE: usize = 50;
const FEWEST: usize = 8;
const MOST: usize = 60;
/// Differences beside the scan that are enough for a spread of their own (within a fifth or so).
const ENOUGH: usize = 10;
/// Responses beside the scan count where they are as large as its end, within this share of the scan.
const ALIKE: f64 = 0.2;
/// Median of |difference of two normal numbers| per standard deviation of one: 0.6745·√2.
const MEDIAN_DIFFERENCE: f64 = 0.953_873;

impl Noise {
    /// From `order`, the rows of the scan by rising stimulus, and the rows beside the scan.
    pub(super) fn of(scan: &Scan, order: &[usize], foot: f64, top: f64) -> Self {
        let k = (order.len() / SHARE).max(FEWEST).min(order.len());
        let size = (top - foot).abs();
        let (first, last) = (scan.stimulus_ma[order[0]], scan.stimulus_ma[order[order.len() - 1]]);
        let end = |inside: &[usize], level: f64, beyond: &dyn Fn(f64) -> bool| {
            let mut rows = inside.to_vec();
            rows.sort_unstable();
            let outside = (0..scan.stimulus_ma.len()).filter(|i| {
                !scan.range.contains(i)
                    && beyond(scan.stimulus_ma[*i])
                    && (scan.amplitude_mv[*i] - level).abs() <= ALIKE * size
            });
            let mut beside: Vec<usize> = outside.collect();
            // Those nearest to the scan in time, before or after it.
            beside.sort_by_key(|i| i.abs_diff(inside[0]).min(i.abs_diff(inside[inside.len() - 1])));
            beside.truncate(MOST);
            beside.sort_unstable();
            spread(scan, &rows, &beside)
        };
        Noise {
            foot: end(&order[..k], foot, &|s| s <= first),
            top: end(&order[order.len() - k..], top, &|s| s >= last),
        }
    }
}

/// From differences of responses that follow each other, so that drift does not count; by their median, so
/// that a unit that comes and goes does not.
fn spread(scan: &Scan, inside: &[usize], beside: &[usize]) -> f64 {
    let differences = |rows: &[usize]| -> Vec<f64> {
        rows.windows(2)
            .filter(|w| w[1] == w[0] + 1)
            .map(|w| (scan.amplitude_mv[w[1]] - scan.amplitude_mv[w[0]]).abs())
            .collect()
    };
    // At a constant strength no unit comes and goes; without such responses the scan's own end must do.
    let mut all = differences(beside);
    if all.len() < ENOUGH {
        all.extend(differences(inside));
    }
    if all.is_empty() {
        return 0.0;
    }
    all.sort_unstable_by(f64::total_cmp);
    all[all.len() / 2] / MEDIAN_DIFFERENCE
}
