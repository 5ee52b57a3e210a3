//! Systems of linear equations with a symmetric positive definite matrix.

/// Cholesky factor, lower triangle, in place of `a` (row after row, `n` × `n`); `false` where the matrix is not
/// positive definite.
pub(super) fn factor(a: &mut [f64], n: usize) -> bool {
    for i in 0..n {
        for j in 0..=i {
            let (row_i, row_j) = (&a[i * n..i * n + j], &a[j * n..j * n + j]);
            let rest = a[i * n + j] - row_i.iter().zip(row_j).map(|(x, y)| x * y).sum::<f64>();
            if i == j {
                if !(rest > 0.0 && rest.is_finite()) {
                    return false;
                }
                a[i * n + i] = rest.sqrt();
            } else {
                a[i * n + j] = rest / a[j * n + j];
            }
        }
    }
    true
}

/// Solves `L Lᵀ x = b` in place of `b`.
pub(super) fn solve(l: &[f64], n: usize, b: &mut [f64]) {
    for i in 0..n {
        let known: f64 = (0..i).map(|k| l[i * n + k] * b[k]).sum();
        b[i] = (b[i] - known) / l[i * n + i];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|k| l[k * n + i] * b[k]).sum();
        b[i] = (b[i] - known) / l[i * n + i];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_put_in_gives_the_right_hand_side() {
        let a = [4.0, 2.0, 0.6, 2.0, 5.0, 1.0, 0.6, 1.0, 3.0];
        let (mut l, mut x) = (a, [1.0, -2.0, 0.5]);
        assert!(factor(&mut l, 3));
        solve(&l, 3, &mut x);
        for (row, want) in a.chunks(3).zip([1.0, -2.0, 0.5]) {
            let got: f64 = row.iter().zip(&x).map(|(a, b)| a * b).sum();
            assert!((got - want).abs() < 1e-12);
        }
        assert!(!factor(&mut [1.0, 2.0, 2.0, 1.0], 2), "not positive definite");
        assert!(!factor(&mut [f64::NAN], 1));
    }
}
