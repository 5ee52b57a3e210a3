//! Sampling frequency and gaps from a column of times.

use super::number::Shape;
use crate::recording::Segment;

/// What a column of times says; all in the column's own unit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clock {
    /// Samples per unit of time.
    pub(super) rate: f64,
    /// Stretches without a gap.
    pub(super) segments: Vec<Segment>,
    /// Steps that differ from the period by more than a tenth of it and are no gap.
    pub(super) irregular: u64,
    /// Relative uncertainty of `rate` by the times' resolution.
    pub(super) uncertainty: f64,
}

/// Reads a clock off `times` (NaN = missing). `None` when they do not increase.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
pub(super) fn analyse(times: &[f64], shape: Shape) -> Option<Clock> {
    let known: Vec<(usize, f64)> =
        times.iter().enumerate().filter(|(_, t)| t.is_finite()).map(|(i, t)| (i, *t)).collect();
    let (&(i0, t0), &(i1, t1)) = (known.first()?, known.last()?);
    if i1 == i0 || t1 <= t0 {
        return None;
    }
    let resolution = |t: f64| shape.resolution(t).max(4.0 * f64::EPSILON * t.abs());
    let coarse = resolution(t0).max(resolution(t1));
    let step = |w: &[(usize, f64)]| (w[1].1 - w[0].1) / (w[1].0 - w[0].0) as f64;
    let mut steps: Vec<f64> = known.windows(2).take(20_001).map(step).collect();
    let middle = steps.len() / 2;
    let median = *steps.select_nth_unstable_by(middle, f64::total_cmp).1;
    let mean = (t1 - t0) / (i1 - i0) as f64;
    // Equal steps show that the times are printed without rounding, whatever their digits.
    let equal = steps.iter().filter(|s| (**s - median).abs() <= 1e-3 * median).count();
    let exact = median > 0.0 && equal * 5 >= steps.len() * 4;
    // Times printed more coarsely than the period come in steps of 0 and one digit: only the mean tells.
    let period = if exact || median > 2.0 * coarse { median } else { mean };
    let slack = if exact { 0.01 * period } else { 2.0 * coarse };
    // A break is a step that leaves the grid by more than half a period, either way.
    let is_break = |w: &[(usize, f64)]| {
        let want = (w[1].0 - w[0].0) as f64 * period;
        (w[1].1 - w[0].1 - want).abs() > 0.5 * period + slack
    };
    let breaks = known.windows(2).filter(|w| is_break(w)).count();
    // More than one break in twenty steps is an uneven clock, not a recording in pieces (our choice).
    let uneven = breaks * 20 > known.len();
    let mut spans: Vec<(usize, usize)> = Vec::new();
    let mut first = 0;
    for (k, w) in known.windows(2).enumerate() {
        if !uneven && is_break(w) {
            spans.push((first, k));
            first = k + 1;
        }
    }
    spans.push((first, known.len() - 1));
    let (mut samples, mut duration) = (0usize, 0.0);
    for &(a, b) in &spans {
        samples += known[b].0 - known[a].0;
        duration += known[b].1 - known[a].1;
    }
    let rough = if samples > 0 && duration > 0.0 { samples as f64 / duration } else { 1.0 / period };
    let deviating = |w: &&[(usize, f64)]| {
        let want = (w[1].0 - w[0].0) as f64 * period;
        let off = (w[1].1 - w[0].1 - want).abs();
        off > 0.1 * period + slack && (uneven || !is_break(w))
    };
    let irregular = known.windows(2).filter(deviating).count() as u64;
    let rate = if irregular == 0 && !uneven { snap(rough, &known, &spans, resolution) } else { rough };
    let mut segments = Vec::with_capacity(spans.len());
    for (k, &(a, _)) in spans.iter().enumerate() {
        let first = if k == 0 { 0 } else { known[a].0 };
        let end = spans.get(k + 1).map_or(times.len(), |next| known[next.0].0);
        let lead = known[a].0 - first;
        let onset_s = if lead == 0 { known[a].1 } else { known[a].1 - lead as f64 / rate };
        segments.push(Segment { first, len: end - first, onset_s });
    }
    let uncertainty = if duration > 0.0 { 2.0 * coarse / duration } else { 1.0 };
    Some(Clock { rate, segments, irregular, uncertainty })
}

/// The plainest number near `rough` that explains all times: exactly if one does, else within their
/// printed resolution. Fewest digits first, of the frequency or of the period.
#[expect(clippy::cast_precision_loss, reason = "row counts stay far below 2^52")]
fn snap(
    rough: f64,
    known: &[(usize, f64)],
    spans: &[(usize, usize)],
    resolution: impl Fn(f64) -> f64,
) -> f64 {
    let off = |r: f64, a: (usize, f64), b: (usize, f64)| (a.1 + (b.0 - a.0) as f64 / r - b.1).abs();
    let fits = |r: f64, exactly: bool| {
        let good = |a: usize, k: usize| {
            let (a, b) = (known[a], known[k]);
            if exactly { a.1 + (b.0 - a.0) as f64 / r == b.1 } else { off(r, a, b) <= resolution(b.1) }
        };
        (r / rough - 1.0).abs() < 0.01
            // The ends refuse nearly all candidates; only then all times are asked.
            && spans.iter().all(|&(a, b)| good(a, b) && good(a, a + (b - a) / 2))
            && spans.iter().all(|&(a, b)| (a..=b).all(|k| good(a, k)))
    };
    let rounded = |x: f64, digits: usize| format!("{x:.*e}", digits - 1).parse().unwrap_or(x);
    for exactly in [true, false] {
        for digits in 1..=17 {
            for candidate in [rounded(rough, digits), 1.0 / rounded(1.0 / rough, digits)] {
                if fits(candidate, exactly) {
                    return candidate;
                }
            }
        }
        if exactly {
            let (mut up, mut down) = (rough, rough);
            for _ in 0..16 {
                (up, down) = (up.next_up(), down.next_down());
                if let Some(r) = [up, down].into_iter().find(|r| fits(*r, true)) {
                    return r;
                }
            }
        }
    }
    rough
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(texts: &[String]) -> Clock {
        let mut shape = Shape::default();
        let times: Vec<f64> = texts
            .iter()
            .map(|t| {
                let (value, s) = super::super::number::whole(t.as_bytes(), b'.').unwrap();
                shape = shape.finest(s);
                value
            })
            .collect();
        analyse(&times, shape).unwrap()
    }

    #[test]
    fn printed_times_give_back_the_frequency_that_made_them() {
        for fs in [1000.0, 4000.0, 23437.5, 1259.259, 148.1481, 2148.148, 1e4 / 3.0, 0.5, 487.5, 1926.0] {
            let exact: Vec<String> = (0..3000).map(|i| format!("{}", f64::from(i) / fs)).collect();
            assert_eq!(clock(&exact).rate, fs, "full precision, {fs} Hz");
            let shifted: Vec<String> = (0..3000).map(|i| format!("{}", -0.05 + f64::from(i) / fs)).collect();
            assert_eq!(clock(&shifted).rate, fs, "shifted, {fs} Hz");
        }
        for fs in [1000.0, 4000.0, 23437.5, 20000.0, 2048.0] {
            let rounded: Vec<String> = (1..20_000).map(|i| format!("{:.6}", f64::from(i) / fs)).collect();
            assert_eq!(clock(&rounded).rate, fs, "six decimals, {fs} Hz");
        }
        // Coarser than the period.
        let coarse: Vec<String> = (0..20_000).map(|i| format!("{:.3}", f64::from(i) / 4000.0)).collect();
        assert_eq!(clock(&coarse).rate, 4000.0);
    }

    #[test]
    fn gaps_part_the_times_and_unevenness_is_counted() {
        let time = |i: usize| if i < 40 { i as f64 / 100.0 } else { 10.0 + (i - 40) as f64 / 100.0 };
        let times: Vec<f64> = (0..100).map(time).collect();
        let shape = Shape { decimals: 2, digits: 4 };
        let got = analyse(&times, shape).unwrap();
        assert_eq!(got.rate, 100.0);
        let parts: Vec<_> = got.segments.iter().map(|s| (s.first, s.len, s.onset_s)).collect();
        assert_eq!(parts, [(0, 40, 0.0), (40, 60, 10.0)]);
        // A missing time leaves its place.
        let mut holed = times.clone();
        holed[0] = f64::NAN;
        holed[50] = f64::NAN;
        let got = analyse(&holed, shape).unwrap();
        assert_eq!(got.segments.len(), 2);
        assert!(got.segments[0].onset_s.abs() < 1e-12);
        let jitter: Vec<f64> = (0..100).map(|i| f64::from(i) + if i % 10 == 5 { 0.3 } else { 0.0 }).collect();
        let got = analyse(&jitter, Shape { decimals: 1, digits: 3 }).unwrap();
        assert_eq!((got.segments.len(), got.irregular > 0), (1, true));
        assert_eq!(analyse(&[3.0, 2.0, 1.0], shape), None);
        assert_eq!(analyse(&[1.0], shape), None);
    }
}
