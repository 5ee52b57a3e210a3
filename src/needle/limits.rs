//! Published limits of motor unit potentials: what they are about, and how they are widened for few potentials.

/// What a limit is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    /// Peak to peak, V.
    Amplitude,
    /// s.
    Duration,
    /// ∫|x| over the duration, V·s.
    Area,
    /// Area over amplitude, s.
    Thickness,
    /// 2·log10(amplitude in mV) + area/amplitude in ms; no unit.
    SizeIndex,
    /// A count.
    Phases,
    /// A count.
    Turns,
    /// Share of potentials with more than 4 phases, 0 to 1.
    PolyphasicShare,
    /// Mean consecutive difference between two spikes, s.
    Jitter,
    /// Satellites a potential, a count.
    Satellites,
}

/// One row: everything about a parameter but its limits.
struct Row {
    parameter: Parameter,
    id: &'static str,
    /// As the reference tables name it.
    column: &'static str,
    name: &'static str,
    unit: &'static str,
    /// Field units in one unit of SI.
    scale: f64,
    digits: usize,
    /// SD of a single potential's logarithm within a muscle (of its value where `in_logarithm` is false).
    spread: f64,
    in_logarithm: bool,
}

/// Spreads of amplitude and duration: derived here from the distance between the published outlier limits of deltoid,
/// biceps and first dorsal interosseous (BISCHOFF, KNF_EMG): a quarter of ln(upper/lower) is 0.52 to 0.63 and 0.34 to
/// 0.38. Of the others: ours, rounded up; they only widen limits where fewer than 20 potentials are there.
#[rustfmt::skip]
const ROWS: [Row; 10] = [
    row(Parameter::Amplitude, "amplitude", "amp_pp", "motor unit potential amplitude", "uV", 1e6, 0, 0.6, true),
    row(Parameter::Duration, "duration", "duration", "motor unit potential duration", "ms", 1e3, 2, 0.37, true),
    row(Parameter::Area, "area", "area", "motor unit potential area", "uV*ms", 1e9, 0, 0.7, true),
    row(Parameter::Thickness, "thickness", "thickness", "thickness (area over amplitude)", "ms", 1e3, 2, 0.35, true),
    row(Parameter::SizeIndex, "size_index", "size_index", "size index", "1", 1.0, 2, 0.6, false),
    row(Parameter::Phases, "phases", "phases", "phases", "1", 1.0, 2, 1.3, false),
    row(Parameter::Turns, "turns", "turns", "turns of the potential", "1", 1.0, 2, 1.6, false),
    row(Parameter::PolyphasicShare, "polyphasic_share", "polyphasic_pct",
        "share of polyphasic potentials (more than 4 phases)", "%", 100.0, 0, 0.4, false),
    row(Parameter::Jitter, "jitter", "jitter_mean", "jitter", "us", 1e6, 0, 0.4, true),
    row(Parameter::Satellites, "satellites", "satellites", "satellites a potential", "1", 1.0, 2, 0.5, false),
];

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
const fn row(
    parameter: Parameter,
    id: &'static str,
    column: &'static str,
    name: &'static str,
    unit: &'static str,
    scale: f64,
    digits: usize,
    spread: f64,
    in_logarithm: bool,
) -> Row {
    Row { parameter, id, column, name, unit, scale, digits, spread, in_logarithm }
}

impl Parameter {
    /// All, in the order of a table.
    pub fn all() -> impl Iterator<Item = Parameter> {
        ROWS.iter().map(|r| r.parameter)
    }
    fn row(self) -> &'static Row {
        ROWS.iter().find(|r| r.parameter == self).unwrap_or(&ROWS[0])
    }
    /// The result file's word.
    pub fn id(self) -> &'static str {
        self.row().id
    }
    /// For people.
    pub fn name(self) -> &'static str {
        self.row().name
    }
    /// Unit that it is shown in.
    pub fn unit(self) -> &'static str {
        self.row().unit
    }
    /// How many of [`Parameter::unit`] one unit of SI has.
    pub fn scale(self) -> f64 {
        self.row().scale
    }
    /// A number of SI with its field unit.
    pub fn show(self, si: f64) -> String {
        let row = self.row();
        let unit = if row.unit == "1" { String::new() } else { format!(" {}", row.unit) };
        format!("{:.*}{unit}", row.digits, si * row.scale)
    }
    /// The parameter that the reference tables call so.
    pub fn of_column(name: &str) -> Option<Parameter> {
        ROWS.iter().find(|r| r.column == name).map(|r| r.parameter)
    }
}

/// One published limit or norm, in SI.
#[derive(Debug, Clone, PartialEq)]
pub struct MupLimit {
    /// Id of the set.
    pub set: String,
    /// Its version.
    pub version: String,
    /// Muscle id; `any` for a limit of all muscles.
    pub muscle: String,
    /// What it is about.
    pub parameter: Parameter,
    /// Of what.
    pub bound: Bound,
    /// Who says so, and whether it was checked against the source.
    pub source: String,
    /// Whether it was checked against the source.
    pub verified: bool,
}

/// What a limit bounds.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the variants' comments speak for their fields")]
pub enum Bound {
    /// The mean of a muscle's 20 potentials, over normal muscles: mean and SD. Held against mean ± 2 SD, or,
    /// where `lower` is false, against mean + 2 SD only.
    Mean { mean: f64, sd: f64, lower: bool },
    /// The mean of a muscle's potentials lies in this range; where `tolerance` is given, only a mean that is off the
    /// range's middle by more than this share is abnormal.
    Range { lower: Option<f64>, upper: Option<f64>, tolerance: Option<f64> },
    /// Single potentials; three or more of 20 beyond one of them are abnormal.
    Outlier { lower: Option<f64>, upper: Option<f64> },
    /// Largest share of potentials, 0 to 1.
    Share { upper: f64 },
}

/// Lower and upper limit of the mean of `n` potentials. Published norms are of 20: mean ± 2 SD, as published. The mean
/// of fewer varies more, so the limits widen by 2(√(c² + s²(1/n − 1/20)) − c): as a logarithm for what is spread on a
/// logarithmic scale, c = SD/mean; else added, c = SD. s is the spread of single potentials. Our derivation.
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
pub fn mean_limits(parameter: Parameter, mean: f64, sd: f64, n: usize) -> (f64, f64) {
    let row = parameter.row();
    let fewer = (1.0 / n.max(1) as f64 - 0.05).max(0.0);
    let (lower, upper) = (mean - 2.0 * sd, mean + 2.0 * sd);
    let wider = |c: f64, s: f64| 2.0 * ((c * c + s * s * fewer).sqrt() - c);
    if row.in_logarithm {
        let factor = wider(sd / mean, row.spread).exp();
        (lower / factor, upper * factor)
    } else {
        let step = wider(sd, row.spread / row.scale);
        (lower - step, upper + step)
    }
}

/// Probability of `k` or more of `n` when each comes with probability `p` (binomial).
#[expect(clippy::cast_precision_loss, reason = "a count of potentials")]
pub fn at_least(k: usize, n: usize, p: f64) -> f64 {
    let mut term = (1.0 - p).powf(n as f64);
    let mut below = 0.0;
    for i in 0..k.min(n + 1) {
        below += term;
        term *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
    }
    (1.0 - below).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_one_row_and_shows_its_unit() {
        let ids: std::collections::BTreeSet<_> = Parameter::all().map(Parameter::id).collect();
        assert_eq!(ids.len(), ROWS.len());
        for r in &ROWS {
            assert_eq!(r.parameter.id(), r.id);
            assert_eq!(Parameter::of_column(r.column), Some(r.parameter));
        }
        assert_eq!(Parameter::Amplitude.show(661.5e-6), "662 uV");
        assert_eq!(Parameter::Area.show(851.5e-9), "852 uV*ms");
        assert_eq!(Parameter::Phases.show(3.471), "3.47");
        assert_eq!(Parameter::of_column("unknown"), None);
    }

    #[test]
    fn limits_are_as_published_from_20_on_and_widen_for_fewer() {
        for (p, mean, sd) in [
            (Parameter::Amplitude, 661.5e-6, 92e-6),
            (Parameter::Duration, 9.35e-3, 0.93e-3),
            (Parameter::Phases, 3.47, 0.36),
        ] {
            let (lower, upper) = mean_limits(p, mean, sd, 20);
            assert!((lower - mean + 2.0 * sd).abs() < 1e-12 && (upper - mean - 2.0 * sd).abs() < 1e-12);
            assert_eq!(mean_limits(p, mean, sd, 500), (lower, upper));
            let mut last = (lower, upper);
            for n in (1..20).rev() {
                let now = mean_limits(p, mean, sd, n);
                assert!(now.0 < last.0 && now.1 > last.1, "{n}");
                last = now;
            }
        }
    }

    #[test]
    fn binomial_tails() {
        for (k, n, p, expected) in [
            (4, 4, 0.35, 0.01500625),
            (3, 4, 0.35, 0.12648125),
            (0, 9, 0.3, 1.0),
            (1, 2, 0.5, 0.75),
            (3, 2, 0.5, 0.0),
        ] {
            assert!((at_least(k, n, p) - expected).abs() < 1e-12, "{k} of {n}");
        }
    }
}
