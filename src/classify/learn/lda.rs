//! Linear discriminant analysis with a shrunk covariance.
//!
//! Source: Fisher 1936; shrinkage towards a multiple of the identity: Ledoit and Wolf 2004,
//! doi:10.1016/S0047-259X(03)00096-4.

use super::solve::{factor, solve};
use super::{Cases, Linear};
use crate::{Error, Result};

/// Fits with the covariance `(1 − shrinkage) S + shrinkage · trace(S)/width · I`, where `S` is the mean of the
/// covariances inside the classes and `shrinkage` lies between 0 and 1. Classes are equally likely beforehand.
///
/// Errors: a class without cases, or a covariance that cannot be inverted.
pub fn fit(cases: &Cases<'_>, shrinkage: f64) -> Result<Linear> {
    if !(0.0..=1.0).contains(&shrinkage) {
        return Err(Error::option("shrinkage", format!("{shrinkage}; 0 to 1 is possible")));
    }
    let (rows, classes, width) = (cases.rows, cases.classes, cases.rows.width);
    let weights = cases.weights();
    let mut total = vec![0.0; classes];
    let mut means = vec![0.0; classes * width];
    for (i, (&w, &k)) in weights.iter().zip(cases.class).enumerate() {
        total[k] += w;
        let mean = &mut means[k * width..(k + 1) * width];
        mean.iter_mut().zip(rows.row(i)).for_each(|(m, x)| *m += w * x);
    }
    if total.iter().any(|t| *t <= 0.0) {
        return Err(Error::Signal("discriminant analysis: a class has no case".into()));
    }
    for (mean, total) in means.chunks_exact_mut(width).zip(&total) {
        mean.iter_mut().for_each(|m| *m /= total);
    }
    let mut covariance = vec![0.0; width * width];
    let mut centred = vec![0.0; width];
    for (i, (&w, &k)) in weights.iter().zip(cases.class).enumerate() {
        let mean = &means[k * width..(k + 1) * width];
        centred.iter_mut().zip(rows.row(i).iter().zip(mean)).for_each(|(c, (x, m))| *c = x - m);
        for (a, line) in covariance.chunks_exact_mut(width).enumerate() {
            let scaled = w * centred[a];
            line[..=a].iter_mut().zip(&centred).for_each(|(s, c)| *s += scaled * c);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a count of features")]
    let level = (0..width).map(|a| covariance[a * width + a]).sum::<f64>() / width as f64;
    for (a, line) in covariance.chunks_exact_mut(width).enumerate() {
        line[..=a].iter_mut().for_each(|s| *s *= 1.0 - shrinkage);
        line[a] += shrinkage * level;
    }
    if !factor(&mut covariance, width) {
        return Err(Error::Signal(
            "discriminant analysis: the features do not vary inside the classes, or repeat each other; more shrinkage is needed"
                .into(),
        ));
    }
    let mut out =
        Linear { intercept: Vec::with_capacity(classes), weight: Vec::with_capacity(classes * width) };
    for mean in means.chunks_exact(width) {
        let mut weight = mean.to_vec();
        solve(&covariance, width, &mut weight);
        out.intercept.push(-0.5 * weight.iter().zip(mean).map(|(w, m)| w * m).sum::<f64>());
        out.weight.extend(weight);
    }
    Ok(out)
}
