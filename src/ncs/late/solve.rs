//! Small weighted least squares with a Gaussian prior on each coefficient.

/// Coefficients that minimise Σ w (y − Σ cⱼ columnⱼ)² + Σ precisionⱼ cⱼ².
///
/// `columns` and `precision` have one entry a coefficient; each column is as long as `y` and `w`. `None` where
/// the equations are singular (then nothing can be said). Normal equations with unit diagonal, by Cholesky.
pub(in crate::ncs) fn least_squares(
    columns: &[Vec<f64>],
    y: &[f64],
    w: &[f64],
    precision: &[f64],
) -> Option<Vec<f64>> {
    let n = columns.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).zip(w).map(|((a, b), w)| a * b * w).sum::<f64>();
    let mut a = vec![vec![0.0; n]; n];
    let mut b: Vec<f64> = columns.iter().map(|c| dot(c, y)).collect();
    for i in 0..n {
        for j in 0..=i {
            a[i][j] = dot(&columns[i], &columns[j]);
        }
        a[i][i] += precision[i];
    }
    let scale: Vec<f64> = (0..n).map(|i| a[i][i].sqrt()).collect();
    if scale.iter().any(|s| !(s.is_finite() && *s > 0.0)) {
        return None;
    }
    for i in 0..n {
        b[i] /= scale[i];
        for j in 0..=i {
            a[i][j] /= scale[i] * scale[j];
        }
    }
    for i in 0..n {
        for j in 0..=i {
            let sum = a[i][j] - (0..j).map(|k| a[i][k] * a[j][k]).sum::<f64>();
            if i == j {
                // Rounding leaves about 1e-16 of what collinear columns should leave as zero.
                if sum <= 1e-13 {
                    return None;
                }
                a[i][i] = sum.sqrt();
            } else {
                a[i][j] = sum / a[j][j];
            }
        }
    }
    for i in 0..n {
        b[i] = (b[i] - (0..i).map(|k| a[i][k] * b[k]).sum::<f64>()) / a[i][i];
    }
    for i in (0..n).rev() {
        b[i] = (b[i] - (i + 1..n).map(|k| a[k][i] * b[k]).sum::<f64>()) / a[i][i];
    }
    let c: Vec<f64> = b.iter().zip(&scale).map(|(b, s)| b / s).collect();
    c.iter().all(|c| c.is_finite()).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::least_squares;

    #[test]
    fn a_line_is_found_and_a_prior_pulls_to_zero() {
        let t: Vec<f64> = (0..50).map(f64::from).collect();
        let y: Vec<f64> = t.iter().map(|t| 3.0 - 0.5 * t).collect();
        let columns = [vec![1.0; 50], t];
        let c = least_squares(&columns, &y, &[1.0; 50], &[0.0; 2]).expect("a line");
        assert!((c[0] - 3.0).abs() < 1e-9 && (c[1] + 0.5).abs() < 1e-10);
        let c = least_squares(&columns, &y, &[1.0; 50], &[0.0, 1e12]).expect("a flat line");
        assert!(c[1].abs() < 1e-6);
        assert!(least_squares(&[vec![1.0; 50], vec![1.0; 50]], &y, &[1.0; 50], &[0.0; 2]).is_none());
        assert!(least_squares(&columns, &y, &[0.0; 50], &[0.0; 2]).is_none());
    }
}
