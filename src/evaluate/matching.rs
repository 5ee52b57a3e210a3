//! Discharges found against discharges that were there: a one-to-one matching in time.
//!
//! Definitions: signal-analysis reference, metrics (also the defaults of MUniverse, 2025): two discharges
//! agree when they lie within ±1 ms after one constant lag of at most ±10 ms is taken out of the whole
//! train, because two programs may put the time of one potential at different points of its shape.

/// Two discharges agree when they are at most this far apart after the lag, s; not strict.
pub const TOLERANCE_S: f64 = 1e-3;
/// The lag of a whole train is at most this, s; not strict.
pub const MOST_LAG_S: f64 = 10e-3;
/// Times are sums of rounded numbers; less than any sample. Ours.
const ROUNDING_S: f64 = 1e-9;

/// How two trains of times agree.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Match {
    /// What was taken off the found times, s.
    pub lag_s: f64,
    /// Pairs that agree (true positives).
    pub agreed: usize,
    /// True times without a partner (false negatives).
    pub missed: usize,
    /// Found times without a partner (false positives).
    pub extra: usize,
}

impl Match {
    /// Share of the true times that were found; `None` without any.
    pub fn sensitivity(&self) -> Option<f64> {
        share(self.agreed, self.agreed + self.missed)
    }
    /// Share of the found times that are true; `None` without any.
    pub fn precision(&self) -> Option<f64> {
        share(self.agreed, self.agreed + self.extra)
    }
    /// Rate of agreement: agreed / (agreed + missed + extra), 0 to 1; 0 when both are empty.
    pub fn agreement(&self) -> f64 {
        share(self.agreed, self.agreed + self.missed + self.extra).unwrap_or(0.0)
    }
    /// Adds the counts of another pair of trains; the lag loses its meaning and is kept.
    pub(super) fn add(&mut self, other: &Match) {
        self.agreed += other.agreed;
        self.missed += other.missed;
        self.extra += other.extra;
    }
    /// F1: 2·agreed / (2·agreed + missed + extra); `None` when both are empty.
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.agreed, 2 * self.agreed + self.missed + self.extra)
    }
}

/// `part` of `whole`, `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of discharges")]
pub(super) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Matches two rising lists of times, s, at the lag at which most agree; of equal ones at the least lag.
pub fn match_times(truth: &[f64], found: &[f64]) -> Match {
    let mut best = (0usize, 0.0f64);
    for (most, lag) in lags(truth, found) {
        if most < best.0 {
            break; // the lags come in falling order of what they can reach at most
        }
        let agreed = agreed_at(truth, found, lag);
        if agreed > best.0 || agreed == best.0 && lag.abs() < best.1.abs() {
            best = (agreed, lag);
        }
    }
    let (agreed, lag_s) = best;
    Match { lag_s, agreed, missed: truth.len() - agreed, extra: found.len() - agreed }
}

/// Lags among which a best one is, each with the number of pairs in reach; most pairs first, then least lag.
///
/// The pairs in reach at a lag are the differences within ± the tolerance of it. Whatever the lag, moving it
/// to the middle of the differences from its least one on keeps them all in reach, and more pairs in reach
/// never make the matching smaller: so it is enough to look at one lag a difference, and at the ends.
fn lags(truth: &[f64], found: &[f64]) -> Vec<(usize, f64)> {
    let reach = MOST_LAG_S + TOLERANCE_S;
    let mut differences = Vec::new();
    let mut first = 0;
    for t in truth {
        while found.get(first).is_some_and(|f| f - t < -reach) {
            first += 1;
        }
        differences.extend(found[first..].iter().map(|f| f - t).take_while(|d| *d <= reach));
    }
    differences.sort_unstable_by(f64::total_cmp);
    let in_reach = |lag: f64| {
        let from = differences.partition_point(|d| *d < lag - TOLERANCE_S - ROUNDING_S);
        let to = differences.partition_point(|d| *d <= lag + TOLERANCE_S + ROUNDING_S);
        (to - from).min(truth.len()).min(found.len())
    };
    let mut out: Vec<(usize, f64)> =
        [0.0, -MOST_LAG_S, MOST_LAG_S].into_iter().map(|lag| (in_reach(lag), lag)).collect();
    let mut end = 0;
    for &least in &differences {
        while differences.get(end).is_some_and(|d| *d <= least + 2.0 * TOLERANCE_S) {
            end += 1;
        }
        let lag = f64::midpoint(least, differences[end - 1]).clamp(-MOST_LAG_S, MOST_LAG_S);
        out.push((in_reach(lag), lag));
    }
    out.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.abs().total_cmp(&b.1.abs())));
    out
}

/// Most pairs that agree at a lag. Taking the earliest possible partner in time is as good as any choice:
/// whoever gives an earlier partner away gains nothing, because all reach equally far.
fn agreed_at(truth: &[f64], found: &[f64], lag: f64) -> usize {
    let (mut i, mut j, mut agreed) = (0, 0, 0);
    while let (Some(t), Some(f)) = (truth.get(i), found.get(j)) {
        let late = f - lag - t;
        if late.abs() <= TOLERANCE_S + ROUNDING_S {
            agreed += 1;
            i += 1;
            j += 1;
        } else if late < 0.0 {
            j += 1;
        } else {
            i += 1;
        }
    }
    agreed
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: any matching, partners tried one after the other (augmenting paths).
    fn naive_at(truth: &[f64], found: &[f64], lag: f64) -> usize {
        fn place(
            i: usize,
            truth: &[f64],
            found: &[f64],
            lag: f64,
            seen: &mut [bool],
            of: &mut [Option<usize>],
        ) -> bool {
            for j in 0..found.len() {
                if seen[j] || (found[j] - lag - truth[i]).abs() > TOLERANCE_S + ROUNDING_S {
                    continue;
                }
                seen[j] = true;
                if of[j].is_none_or(|other| place(other, truth, found, lag, seen, of)) {
                    of[j] = Some(i);
                    return true;
                }
            }
            false
        }
        let mut of = vec![None; found.len()];
        (0..truth.len())
            .filter(|&i| place(i, truth, found, lag, &mut vec![false; found.len()], &mut of))
            .count()
    }

    fn draw(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Crowded times, so that one discharge can agree with several.
    #[expect(clippy::cast_possible_truncation, reason = "a few")]
    fn times(state: &mut u64, most: f64, span: f64) -> Vec<f64> {
        let n = (draw(state) * most) as usize;
        let mut out: Vec<f64> = (0..n).map(|_| draw(state) * span).collect();
        out.sort_unstable_by(f64::total_cmp);
        out
    }

    #[test]
    fn taking_the_earliest_partner_is_as_good_as_the_best_choice() {
        let mut state = 1;
        let mut crowded = 0;
        for _ in 0..2000 {
            let (a, b) = (times(&mut state, 12.0, 0.012), times(&mut state, 12.0, 0.012));
            let lag = (draw(&mut state) - 0.5) * 0.004;
            let got = agreed_at(&a, &b, lag);
            assert_eq!(got, naive_at(&a, &b, lag), "{a:?} {b:?} {lag}");
            crowded += usize::from(got >= 3);
        }
        assert!(crowded > 500, "only {crowded} cases where there was a choice");
    }

    #[test]
    fn no_lag_of_a_fine_grid_is_better_than_the_one_taken() {
        let mut state = 2;
        for _ in 0..300 {
            let truth = times(&mut state, 10.0, 0.05);
            let found = times(&mut state, 10.0, 0.05);
            let got = match_times(&truth, &found);
            let grid = (-1000..=1000).map(|k| f64::from(k) * 1e-5);
            let best = grid.map(|lag| naive_at(&truth, &found, lag)).max().unwrap();
            assert!(got.agreed >= best, "{truth:?} {found:?}: {got:?}, a lag of the grid gives {best}");
            assert_eq!(got.agreed, naive_at(&truth, &found, got.lag_s));
            assert!(got.lag_s.abs() <= MOST_LAG_S);
            assert_eq!((got.agreed + got.missed, got.agreed + got.extra), (truth.len(), found.len()));
        }
    }

    #[test]
    fn a_lag_is_taken_out_up_to_its_limit_and_the_tolerance_holds() {
        let truth: Vec<f64> = (0..50).map(|i| 0.1 * f64::from(i) + 0.001 * f64::from(i * i % 7)).collect();
        let moved = |by: f64| truth.iter().map(|t| t + by).collect::<Vec<_>>();
        for (by, agreed) in [(0.0, 50), (0.004, 50), (-0.0099, 50), (0.0109, 50), (0.0135, 0)] {
            assert_eq!(match_times(&truth, &moved(by)).agreed, agreed, "lag {by}");
        }
        let mut found = moved(0.003);
        found[10] += 0.0009;
        found[11] += 0.0031; // beyond the tolerance
        found.remove(40);
        found.push(9.0);
        let m = match_times(&truth, &found);
        assert_eq!((m.agreed, m.missed, m.extra), (48, 2, 2));
        assert!((m.agreement() - 48.0 / 52.0).abs() < 1e-12 && (m.f1().unwrap() - 0.96).abs() < 1e-12);
    }

    #[test]
    fn nothing_agrees_with_nothing() {
        let none = match_times(&[], &[]);
        assert_eq!((none, none.sensitivity(), none.precision()), (Match::default(), None, None));
        assert_eq!(match_times(&[1.0], &[]).missed, 1);
        assert_eq!(match_times(&[], &[1.0]).extra, 1);
    }
}
