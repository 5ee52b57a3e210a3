//! Cloud of turns and amplitude: the region that holds the epochs of normal muscles.
//!
//! Form (ours): ln(mean amplitude) = a + b · ln(turns/s), 95 % of normal epochs within 1.96 residual SDs, between the
//! smallest and the largest number of turns of the normal muscles it was fitted on. Its limits depend on device
//! and needle (TACLOUD2016), and no published numbers in this form are known to us: a laboratory fits its own, and
//! without one nothing is judged.

use super::Pattern;

/// Share of normal epochs inside: two-sided 95 % of a normal distribution.
const WIDTH: f64 = 1.96;
/// Fewest normal epochs that a cloud is fitted on, and fewest epochs that can be found normal: 20, as the rule is
/// stated for 20 (STALBERG1983, recalled).
const FEWEST: usize = 20;

/// Region of normal epochs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cloud {
    /// ln V at one turn per second.
    pub intercept: f64,
    /// Of ln amplitude over ln turns.
    pub slope: f64,
    /// SD of ln amplitude around the line.
    pub residual_sd: f64,
    /// Smallest and largest turns per second that it holds for, 1/s.
    pub turns_per_s: (f64, f64),
}

/// Where an epoch lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Within.
    Inside,
    /// Larger amplitude than normal for so many turns: speaks for a neurogenic pattern.
    Above,
    /// Smaller: speaks for a myopathic one.
    Below,
    /// Fewer or more turns than the cloud holds for, or no amplitude: cannot be placed.
    Beyond,
}

/// Epochs of a muscle by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outside {
    /// Epochs that could be placed.
    pub placed: usize,
    /// Of these, above.
    pub above: usize,
    /// Of these, below.
    pub below: usize,
}

impl Cloud {
    /// Least squares over the epochs of normal muscles; `None` with fewer than 20 that have an amplitude, or when
    /// all have the same number of turns.
    #[expect(clippy::cast_precision_loss, reason = "a count of epochs")]
    pub fn fit(normal: &[Pattern]) -> Option<Cloud> {
        let points: Vec<(f64, f64)> = normal.iter().filter_map(logarithms).collect();
        if points.len() < FEWEST {
            return None;
        }
        let n = points.len() as f64;
        let mean = |f: &dyn Fn(&(f64, f64)) -> f64| points.iter().map(f).sum::<f64>() / n;
        let (x, y) = (mean(&|p| p.0), mean(&|p| p.1));
        let (xx, xy) = (mean(&|p| (p.0 - x).powi(2)), mean(&|p| (p.0 - x) * (p.1 - y)));
        if xx <= 1e-12 {
            return None;
        }
        let slope = xy / xx;
        let intercept = y - slope * x;
        let rest: f64 = points.iter().map(|p| (p.1 - intercept - slope * p.0).powi(2)).sum();
        let lowest = points.iter().fold(f64::MAX, |m, p| m.min(p.0));
        let highest = points.iter().fold(f64::MIN, |m, p| m.max(p.0));
        let residual_sd = (rest / (n - 2.0)).sqrt();
        Some(Cloud { intercept, slope, residual_sd, turns_per_s: (lowest.exp(), highest.exp()) })
    }

    /// Smallest and largest normal mean amplitude at so many turns per second, V.
    pub fn limits(&self, turns_per_s: f64) -> (f64, f64) {
        let centre = self.intercept + self.slope * turns_per_s.ln();
        let half = WIDTH * self.residual_sd;
        ((centre - half).exp(), (centre + half).exp())
    }

    /// Where an epoch lies; the limits themselves are inside.
    pub fn place(&self, epoch: &Pattern) -> Place {
        // The range comes out of exp(ln x), so it is held with a tolerance of rounding.
        let (lowest, highest) = (self.turns_per_s.0 * (1.0 - 1e-9), self.turns_per_s.1 * (1.0 + 1e-9));
        let Some((_, amplitude)) = logarithms(epoch) else { return Place::Beyond };
        if !(lowest..=highest).contains(&epoch.turns_per_s) {
            return Place::Beyond;
        }
        let (lower, upper) = self.limits(epoch.turns_per_s);
        match amplitude.exp() {
            a if a > upper => Place::Above,
            a if a < lower => Place::Below,
            _ => Place::Inside,
        }
    }

    /// Places the epochs of a muscle.
    pub fn outside(&self, epochs: &[Pattern]) -> Outside {
        let mut out = Outside::default();
        for place in epochs.iter().map(|e| self.place(e)) {
            out.placed += usize::from(place != Place::Beyond);
            out.above += usize::from(place == Place::Above);
            out.below += usize::from(place == Place::Below);
        }
        out
    }
}

impl Outside {
    /// Whether more than 10 % of the epochs, and at least 3, lie on one side outside; `None` when the rule is not met
    /// by fewer than 20 epochs, which cannot fail it (STALBERG1983, recalled).
    pub fn is_abnormal(&self) -> Option<bool> {
        let most = self.above.max(self.below);
        let met = most >= 3 && most * 10 > self.placed;
        (met || self.placed >= FEWEST).then_some(met)
    }
}

/// ln turns per second and ln amplitude.
fn logarithms(p: &Pattern) -> Option<(f64, f64)> {
    let amplitude = p.mean_amplitude.value().filter(|a| *a > 0.0)?;
    (p.turns_per_s > 0.0).then(|| (p.turns_per_s.ln(), amplitude.ln()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::epoch;
    use super::*;

    /// Epochs on ln MA = −9 + 0.3 ln T, each with one 10 % above and one 10 % below.
    fn normal() -> Vec<Pattern> {
        let at = |t: f64, k: f64| epoch(t, Some(k * (-9.0 + 0.3 * t.ln()).exp()));
        (1..=15).flat_map(|i| [at(f64::from(i) * 40.0, 1.1), at(f64::from(i) * 40.0, 1.0 / 1.1)]).collect()
    }

    #[test]
    fn the_line_and_its_width_are_found_again() {
        let cloud = Cloud::fit(&normal()).unwrap();
        assert!((cloud.intercept + 9.0).abs() < 1e-9 && (cloud.slope - 0.3).abs() < 1e-9, "{cloud:?}");
        assert!((cloud.residual_sd - 1.1_f64.ln() * (30.0_f64 / 28.0).sqrt()).abs() < 1e-9);
        let (low, high) = cloud.limits(100.0);
        assert!((high / low - (2.0 * 1.96 * cloud.residual_sd).exp()).abs() < 1e-9);
        assert!(normal().iter().all(|e| cloud.place(e) == Place::Inside));
        assert!(Cloud::fit(&normal()[..19]).is_none() && Cloud::fit(&[]).is_none());
        assert!(Cloud::fit(&[epoch(50.0, Some(2e-4)); 25]).is_none(), "one number of turns has no slope");
    }

    #[test]
    fn the_rule_is_met_failed_or_cannot_be_judged() {
        let cloud = Cloud::fit(&normal()).unwrap();
        let (inside, far) = (epoch(200.0, Some(cloud.limits(200.0).1 * 0.9)), epoch(200.0, Some(1.0)));
        let beyond = [epoch(5.0, Some(1.0)), epoch(5000.0, Some(1e-9)), epoch(0.0, None), epoch(200.0, None)];
        let judged = |n: usize, above: usize| {
            let mut all = vec![inside; n - above];
            all.extend(vec![far; above]);
            all.extend(beyond);
            let out = cloud.outside(&all);
            assert_eq!((out.placed, out.above, out.below), (n, above, 0));
            out.is_abnormal()
        };
        assert_eq!(judged(20, 2), Some(false));
        assert_eq!(judged(20, 3), Some(true));
        assert_eq!(judged(30, 3), Some(false), "10 % is not more than 10 %");
        assert_eq!(judged(6, 3), Some(true));
        assert_eq!(judged(6, 2), None);
        assert_eq!(cloud.place(&epoch(200.0, Some(1e-9))), Place::Below);
        assert_eq!(Outside::default().is_abnormal(), None);
    }
}
