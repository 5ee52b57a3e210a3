//! States of an element, severity, and the curves that lead from one to the other.

use std::sync::LazyLock;

/// What a disease has done to a muscle or a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nothing.
    Spared,
    /// Many axons lost; in a muscle neurogenic change, in a response a loss of size.
    AxonLoss,
    /// Few axons lost: activity at rest, potentials and recruitment mostly as before.
    AxonLossMild,
    /// Slowed at a site of compression.
    Focal,
    /// Patchy demyelination.
    Demyelinated,
    /// Uniform demyelination.
    Uniform,
    /// Block without axon loss.
    Blocked,
    /// Loss of anterior horn cells.
    AnteriorHorn,
    /// Loss of muscle fibres.
    Myopathic,
    /// Postsynaptic failure.
    PostJunction,
    /// Presynaptic failure.
    PreJunction,
    /// The nerve's root or plexus is damaged, upstream of a late response.
    Proximal,
    /// No axon is left.
    Torn,
}

/// How many states there are.
pub(super) const STATES: usize = 13;

impl State {
    /// Columns of the tables, in the order of the states.
    pub(super) const NAMES: [&'static str; STATES] = [
        "spared",
        "axon_loss",
        "axon_loss_mild",
        "focal",
        "demyelinated",
        "uniform",
        "blocked",
        "anterior_horn",
        "myopathic",
        "post_junction",
        "pre_junction",
        "proximal",
        "torn",
    ];
    const ALL: [State; STATES] = [
        State::Spared,
        State::AxonLoss,
        State::AxonLossMild,
        State::Focal,
        State::Demyelinated,
        State::Uniform,
        State::Blocked,
        State::AnteriorHorn,
        State::Myopathic,
        State::PostJunction,
        State::PreJunction,
        State::Proximal,
        State::Torn,
    ];
    /// The state of a column.
    pub(super) fn named(name: &str) -> Option<State> {
        Self::NAMES.iter().position(|n| *n == name).map(|i| Self::ALL[i])
    }
}

/// How an involvement grows with severity (0 to 1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Curve {
    /// Whatever the severity.
    Const,
    /// In step with it.
    Full,
    /// A little ahead of it: a severe lesion reaches all that it can.
    Broad,
    /// Most of it already in mild disease.
    Early,
    /// Nearly all of it already in the mildest.
    Slight,
    /// None in mild disease.
    Axonal,
    /// From the far end of the longest nerves upwards: reaches a place of that length (0 to 1) once the severity is
    /// great enough.
    Length(f64),
}

impl Curve {
    pub(super) fn named(name: &str) -> Option<Curve> {
        Some(match name {
            "const" => Curve::Const,
            "full" => Curve::Full,
            "broad" => Curve::Broad,
            "early" => Curve::Early,
            "slight" => Curve::Slight,
            "axonal" => Curve::Axonal,
            _ => return None,
        })
    }
    /// Involvement at severity `s`, 0 to 1.
    pub(super) fn at(self, s: f64) -> f64 {
        match self {
            Curve::Const => 1.0,
            Curve::Full => s,
            Curve::Broad => (1.15 * s).min(1.0),
            Curve::Early => (0.3 + 0.9 * s).min(1.0),
            Curve::Slight => (0.6 + 0.5 * s).min(1.0),
            Curve::Axonal => ((s - 0.25) / 0.75).max(0.0),
            // Half of the places of length `l` are reached at severity 1.1 - l: the toes early, the arm late.
            Curve::Length(l) => 1.0 / (1.0 + (-(s - (1.12 - l)) / 0.09).exp()),
        }
    }
}

impl Curve {
    /// Share of the involved that have lost many axons, at severity `s`. Where a disease creeps up from the toes it is
    /// as severe at a place as it has gone beyond it.
    pub(super) fn many(self, s: f64) -> f64 {
        match self {
            Curve::Length(l) => (0.35 + 1.4 * (s - (1.12 - l))).clamp(0.1, 1.0),
            _ => s,
        }
    }
}

/// Severities of equal probability, from Beta(1.5, 1.2): the centres of so many equal shares of it.
pub(super) static SEVERITIES: LazyLock<Vec<f64>> = LazyLock::new(|| equal_shares(10));
/// The same, fewer, for two lesions at once.
pub(super) static FEW_SEVERITIES: LazyLock<Vec<f64>> = LazyLock::new(|| equal_shares(5));

/// Quantiles of Beta(1.5, 1.2) at the centres of `n` equal shares.
fn equal_shares(n: u32) -> Vec<f64> {
    const STEPS: u32 = 4000;
    let density = |x: f64| x.max(0.0).powf(0.5) * (1.0 - x).max(0.0).powf(0.2);
    let at = |i: u32| (f64::from(i) + 0.5) / f64::from(STEPS);
    let total: f64 = (0..STEPS).map(|i| density(at(i))).sum();
    let mut out = Vec::new();
    let mut sum = 0.0;
    for i in 0..STEPS {
        sum += density(at(i)) / total;
        while f64::from(u32::try_from(out.len()).unwrap_or(n)) + 0.5 < sum * f64::from(n) {
            out.push(at(i));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_those_of_the_prior() {
        let mean = SEVERITIES.iter().sum::<f64>() / 10.0;
        assert_eq!(SEVERITIES.len(), 10);
        assert!((mean - 1.5 / 2.7).abs() < 0.01, "{mean}");
        assert!(SEVERITIES.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(FEW_SEVERITIES.len(), 5);
    }

    #[test]
    fn curves_rise_and_stay_within_0_and_1() {
        for curve in
            [Curve::Const, Curve::Full, Curve::Early, Curve::Slight, Curve::Axonal, Curve::Length(0.6)]
        {
            let values: Vec<f64> = (0..=20).map(|i| curve.at(f64::from(i) / 20.0)).collect();
            assert!(values.windows(2).all(|w| w[0] <= w[1]), "{curve:?}");
            assert!(values.iter().all(|v| (0.0..=1.0).contains(v)), "{curve:?}");
        }
        assert!(Curve::Length(1.0).at(0.5) > 0.9 && Curve::Length(0.3).at(0.5) < 0.1);
    }
}
