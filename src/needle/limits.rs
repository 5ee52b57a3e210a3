//! Published limits of motor unit potentials.

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Peak to peak, V.
    Amplitude,
    /// s.
    Duration,
}

/// One published limit or norm, in SI.
#[derive(Debug, Clone, PartialEq)]
pub struct MupLimit {
    /// Name of the set.
    pub set: String,
    /// Muscle id.
    pub muscle: String,
    /// What it is about.
    pub parameter: Parameter,
    /// Of what.
    pub bound: Bound,
    /// Who says so, and whether it was checked against the source.
    pub source: String,
}

/// What a limit bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the variants' comments speak for their fields")]
pub enum Bound {
    /// The mean of a muscle's 20 potentials, over normal muscles: mean and SD.
    Mean { mean: f64, sd: f64 },
    /// Single potentials; three or more of 20 beyond one of them are abnormal.
    Outlier { lower: f64, upper: f64 },
}

/// SD of ln(single potential) within a muscle. Derived here from the spread between the published outlier
/// limits of deltoid, biceps and first dorsal interosseous (BISCHOFF, KNF_EMG): a quarter of ln(upper/lower) is
/// 0.52 to 0.63 for amplitude and 0.34 to 0.38 for duration.
const SPREAD_AMPLITUDE: f64 = 0.6;
const SPREAD_DURATION: f64 = 0.37;

/// Lower and upper limit of the mean of `n` potentials. Published norms are of 20; the mean of fewer varies
/// more, so the limits widen: exp(ln mean ± 2 √((SD/mean)² + s²(1/n − 1/20))), s the spread of single ones.
/// From 20 on they are mean ± 2 SD on a logarithmic scale. Our derivation.
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
pub fn mean_limits(parameter: Parameter, mean: f64, sd: f64, n: usize) -> (f64, f64) {
    let spread = if parameter == Parameter::Amplitude { SPREAD_AMPLITUDE } else { SPREAD_DURATION };
    let fewer = (1.0 / n.max(1) as f64 - 0.05).max(0.0);
    let half = 2.0 * ((sd / mean).powi(2) + spread * spread * fewer).sqrt();
    (mean * (-half).exp(), mean * half.exp())
}
