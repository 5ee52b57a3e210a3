//! Who is whom: the one-to-one assignment with the largest sum (Kuhn 1955, Nav Res Logist Q 2:83, the
//! "Hungarian" problem), solved by shortest augmenting paths (Jonker and Volgenant 1987, Computing 38:325).

/// For each row of `weights` its column, such that the sum of the weights is largest; a pair of weight 0 or
/// less is none. Rows must be equally long; weights finite.
pub fn assign(weights: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = weights.len();
    let columns = weights.first().map_or(0, Vec::len);
    let top = weights.iter().flatten().fold(0.0f64, |m, w| m.max(*w));
    // One more column for each row, of weight 0: whoever has no partner worth having stands alone.
    let cost =
        |row: usize, column: usize| top - if column < columns { weights[row][column].max(0.0) } else { 0.0 };
    let width = columns + rows;
    let (mut row_price, mut column_price) = (vec![0.0; rows], vec![0.0; width]);
    let mut owner: Vec<Option<usize>> = vec![None; width];
    for start in 0..rows {
        // Dijkstra over columns, by prices that keep every reduced cost at 0 or above.
        let mut distance = vec![f64::INFINITY; width];
        let mut from: Vec<Option<usize>> = vec![None; width];
        let mut settled = vec![false; width];
        let (mut row, mut here, mut walked) = (start, None, 0.0);
        let last = loop {
            for column in (0..width).filter(|c| !settled[*c]) {
                let d = walked + cost(row, column) - row_price[row] - column_price[column];
                if d < distance[column] {
                    (distance[column], from[column]) = (d, here);
                }
            }
            let open = (0..width).filter(|c| !settled[*c]);
            let Some(next) = open.min_by(|a, b| distance[*a].total_cmp(&distance[*b])) else { break None };
            settled[next] = true;
            walked = distance[next];
            match owner[next] {
                None => break Some(next),
                Some(other) => (row, here) = (other, Some(next)),
            }
        };
        let Some(last) = last else { continue };
        row_price[start] += walked;
        for column in (0..width).filter(|c| settled[*c] && *c != last) {
            let gain = walked - distance[column];
            column_price[column] -= gain;
            if let Some(other) = owner[column] {
                row_price[other] += gain;
            }
        }
        let mut column = last;
        while let Some(before) = from[column] {
            owner[column] = owner[before];
            column = before;
        }
        owner[column] = Some(start);
    }
    let mut out = vec![None; rows];
    for (column, row) in owner.iter().enumerate().take(columns) {
        if let Some(row) = *row
            && weights[row][column] > 0.0
        {
            out[row] = Some(column);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition: every choice is tried.
    fn naive(weights: &[Vec<f64>], row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == weights.len() {
            return 0.0;
        }
        let mut best = naive(weights, row + 1, taken);
        for column in 0..taken.len() {
            if !taken[column] {
                taken[column] = true;
                best = best.max(weights[row][column] + naive(weights, row + 1, taken));
                taken[column] = false;
            }
        }
        best
    }

    #[test]
    fn the_sum_is_that_of_the_best_of_all_choices() {
        let mut state = 3u64;
        for case in 0..400 {
            let (rows, columns) = (case % 6, case / 6 % 7);
            let mut draw = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                // Coarse, so that ties and zeros happen.
                ((state >> 40) % 9) as f64 / 8.0
            };
            let weights: Vec<Vec<f64>> = (0..rows).map(|_| (0..columns).map(|_| draw()).collect()).collect();
            let got = assign(&weights);
            let mut used = vec![false; columns];
            let mut sum = 0.0;
            for (row, column) in got.iter().enumerate() {
                if let Some(c) = *column {
                    assert!(!std::mem::replace(&mut used[c], true), "column {c} is given twice: {got:?}");
                    assert!(weights[row][c] > 0.0);
                    sum += weights[row][c];
                }
            }
            let best = naive(&weights, 0, &mut vec![false; columns]);
            assert!((sum - best).abs() < 1e-12, "{weights:?}: {got:?} gives {sum}, the best is {best}");
        }
    }

    #[test]
    fn greed_would_be_wrong_here() {
        assert_eq!(assign(&[vec![0.9, 0.8], vec![0.85, 0.1]]), [Some(1), Some(0)]);
        assert_eq!(assign(&[]), Vec::<Option<usize>>::new());
        assert_eq!(assign(&[vec![], vec![]]), [None, None]);
    }
}
