//! A power law through points, with the uncertainty of its value.

/// y = exp(a)·x^b by least squares of the logarithms.
#[derive(Debug, Clone, Copy)]
pub(super) struct PowerLaw {
    intercept: f64,
    slope: f64,
    mean_x: f64,
    square_x: f64,
    residual: f64,
    n: f64,
}

impl PowerLaw {
    /// `None` with fewer than two points, or when all lie at one place.
    pub(super) fn fit(points: impl Iterator<Item = (f64, f64)>) -> Option<Self> {
        let logs: Vec<(f64, f64)> = points.map(|(x, y)| (x.ln(), y.ln())).collect();
        #[expect(clippy::cast_precision_loss, reason = "epochs are few")]
        let n = logs.len() as f64;
        if n < 2.0 {
            return None;
        }
        let mean = |f: fn(&(f64, f64)) -> f64| logs.iter().map(f).sum::<f64>() / n;
        let (mean_x, mean_y) = (mean(|p| p.0), mean(|p| p.1));
        let square_x: f64 = logs.iter().map(|p| (p.0 - mean_x).powi(2)).sum();
        let product: f64 = logs.iter().map(|p| (p.0 - mean_x) * (p.1 - mean_y)).sum();
        // Areas equal to a millionth have no slope.
        if square_x < 1e-12 * n {
            return None;
        }
        let slope = product / square_x;
        let intercept = mean_y - slope * mean_x;
        let square: f64 = logs.iter().map(|p| (p.1 - intercept - slope * p.0).powi(2)).sum();
        let residual = if n > 2.0 { (square / (n - 2.0)).sqrt() } else { f64::NAN };
        Some(PowerLaw { intercept, slope, mean_x, square_x, residual, n })
    }

    /// Value at `x` and the half-width of its 95 % interval.
    pub(super) fn at(&self, x: f64) -> (f64, f64) {
        let log = x.ln();
        let value = (self.intercept + self.slope * log).exp();
        let error = self.residual * (1.0 / self.n + (log - self.mean_x).powi(2) / self.square_x).sqrt();
        (value, value * (student_95(self.n - 2.0) * error).sinh())
    }

    /// Factor and exponent.
    pub(super) fn coefficients(&self) -> (f64, f64) {
        (self.intercept.exp(), self.slope)
    }
}

/// 97.5 % point of Student's distribution: exact for one and two degrees of freedom, else the expansion of
/// Cornish and Fisher to the fourth order in 1/ν (error below 0.005 from three on; Abramowitz & Stegun 26.7.5).
fn student_95(freedom: f64) -> f64 {
    const Z: f64 = 1.959_963_985;
    if freedom < 1.5 {
        return 12.706_205;
    }
    if freedom < 2.5 {
        return 4.302_653;
    }
    let z2 = Z * Z;
    let terms = [
        (z2 + 1.0) * Z / 4.0,
        ((5.0 * z2 + 16.0) * z2 + 3.0) * Z / 96.0,
        (((3.0 * z2 + 19.0) * z2 + 17.0) * z2 - 15.0) * Z / 384.0,
        ((((79.0 * z2 + 776.0) * z2 + 1482.0) * z2 - 1920.0) * z2 - 945.0) * Z / 92_160.0,
    ];
    terms.iter().rev().fold(0.0, |sum, t| (sum + t) / freedom) + Z
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (freedom, value) in [(3.0, 3.182_446), (5.0, 2.570_582), (10.0, 2.228_139), (30.0, 2.042_272)] {
            assert!((student_95(freedom) - value).abs() < 0.006, "{freedom}: {}", student_95(freedom));
        }
    }

    #[test]
    fn a_power_law_is_found_again() {
        let law = PowerLaw::fit((1..20).map(|i| (f64::from(i), 50.0 * f64::from(i).powf(-0.4))));
        let law = law.expect("a line");
        let (factor, exponent) = law.coefficients();
        assert!((factor - 50.0).abs() < 1e-9 && (exponent + 0.4).abs() < 1e-12);
        assert!(law.at(20.0).1 < 1e-9);
        assert!(PowerLaw::fit([(2.0, 3.0), (2.0, 4.0)].into_iter()).is_none());
    }
}
