//! Features in at most 256 steps: a tree then asks for a step, not for a number.

use super::super::Rows;

/// Steps a feature at most, so that a step is one byte.
const MOST: usize = 256;

/// Features as steps.
pub(super) struct Bins {
    /// Feature after feature, the step of each case.
    pub(super) codes: Vec<u8>,
    /// For each feature the least and the greatest value in each step, in rising order.
    pub(super) spans: Vec<Vec<(f64, f64)>>,
}

impl Bins {
    /// A step for each distinct value where they are few, else steps of about equally many cases.
    pub(super) fn new(rows: Rows<'_>) -> Self {
        let n = rows.len();
        let (mut codes, mut spans) = (vec![0; n * rows.width], Vec::with_capacity(rows.width));
        for (j, codes) in codes.chunks_exact_mut(n.max(1)).enumerate() {
            let mut sorted: Vec<f64> = (0..n).map(|i| rows.row(i)[j]).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let of = steps(&sorted);
            for (i, code) in codes.iter_mut().enumerate() {
                let v = rows.row(i)[j];
                let step = of.partition_point(|s| s.1 < v);
                *code = u8::try_from(step).unwrap_or(u8::MAX);
            }
            spans.push(of);
        }
        Bins { codes, spans }
    }
}

fn steps(sorted: &[f64]) -> Vec<(f64, f64)> {
    let mut distinct = sorted.to_vec();
    distinct.dedup();
    if distinct.len() <= MOST {
        return distinct.iter().map(|v| (*v, *v)).collect();
    }
    let mut out: Vec<(f64, f64)> = Vec::with_capacity(MOST);
    let mut from = 0;
    for k in 1..=MOST {
        let mut to = (sorted.len() * k / MOST).max(from);
        // Equal values stay together.
        while to > from && to < sorted.len() && sorted[to].total_cmp(&sorted[to - 1]).is_eq() {
            to += 1;
        }
        if to > from {
            out.push((sorted[from], sorted[to - 1]));
        }
        from = to;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_its_step_and_steps_rise() {
        for n in [1_usize, 5, 256, 257, 5000] {
            let values: Vec<f64> =
                (0..n).map(|i| ((i * 7919) % n) as f64 * 0.5 + f64::from(u8::from(i % 3 == 0))).collect();
            let bins = Bins::new(Rows { values: &values, width: 1 });
            let spans = &bins.spans[0];
            assert!(spans.len() <= MOST && spans.windows(2).all(|w| w[0].1 < w[1].0), "{n}");
            for (v, code) in values.iter().zip(&bins.codes) {
                let (low, high) = spans[usize::from(*code)];
                assert!(low <= *v && *v <= high, "{n}: {v} not in {low} to {high}");
            }
        }
    }
}
