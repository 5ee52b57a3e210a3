//! Small statistics that say `None` where there is nothing.

use crate::dsp::turns;

/// Quantile of the values; reorders them.
pub(super) fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    Some(turns::quantile(values, share)).filter(|q| q.is_finite())
}

/// Median; reorders the values.
pub(super) fn median(values: &mut [f64]) -> Option<f64> {
    quantile(values, 0.5)
}

/// Median of what stays in its order.
pub(super) fn median_of(values: &[f64]) -> Option<f64> {
    median(&mut values.to_vec())
}

/// Mean.
pub(super) fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Standard deviation with n − 1.
pub(super) fn deviation(values: &[f64]) -> Option<f64> {
    let m = mean(values)?;
    let square: f64 = values.iter().map(|v| (v - m).powi(2)).sum();
    (values.len() > 1).then(|| (square / (values.len() - 1) as f64).sqrt())
}

/// Sum of products, eight side by side.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let n = a.len().min(b.len());
    let (a, b) = (&a[..n], &b[..n]);
    let mut sums = [0.0; 8];
    let (heads, tail) = a.as_chunks::<8>();
    let (others, rest) = b.as_chunks::<8>();
    for (p, q) in heads.iter().zip(others) {
        for l in 0..8 {
            sums[l] += p[l] * q[l];
        }
    }
    sums.iter().sum::<f64>() + tail.iter().zip(rest).map(|(p, q)| p * q).sum::<f64>()
}

/// Pearson's correlation.
pub(super) fn correlation(x: &[f64], y: &[f64]) -> Option<f64> {
    let (mx, my) = (mean(x)?, mean(y)?);
    let (mut xy, mut xx, mut yy) = (0.0, 0.0, 0.0);
    for (a, b) in x.iter().zip(y) {
        xy += (a - mx) * (b - my);
        xx += (a - mx).powi(2);
        yy += (b - my).powi(2);
    }
    (xx > 0.0 && yy > 0.0).then(|| xy / (xx * yy).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_statistics() {
        assert_eq!(median(&mut []), None);
        assert_eq!(mean(&[]), None);
        assert_eq!(deviation(&[1.0]), None);
        assert_eq!(correlation(&[1.0, 1.0], &[1.0, 2.0]), None);
    }

    #[test]
    fn a_line_correlates_fully() {
        let (x, y) = ([0.0, 1.0, 2.0, 5.0], [1.0, 3.0, 5.0, 11.0]);
        assert!((correlation(&x, &y).unwrap() - 1.0).abs() < 1e-12);
        assert!((deviation(&[1.0, 3.0]).unwrap() - 2.0_f64.sqrt()).abs() < 1e-12);
    }
}
