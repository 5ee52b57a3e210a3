//! The kinds and the ranges of what is measured of them.

use super::Kind;

/// A range of a positive quantity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) high: f64,
    /// SD of the fall beyond the ends, in natural logarithms.
    pub(super) fall: f64,
}

const fn range(low: f64, high: f64, fall: f64) -> Range {
    Range { low, high, fall }
}

impl Range {
    /// Log density over the logarithm of the value.
    pub(super) fn log_density(&self, value: f64) -> f64 {
        let x = value.max(1e-9).ln();
        let (low, high) = (self.low.ln(), self.high.ln());
        let beyond = (low - x).max(x - high).max(0.0) / self.fall;
        -((high - low) + self.fall * (2.0 * std::f64::consts::PI).sqrt()).ln() - 0.5 * beyond * beyond
    }
}

/// What is measured, in the order of [`KindRow::ranges`].
pub(super) const MEASURES: [&str; 10] = [
    "rate",
    "interval CV",
    "CV2",
    "CV of all intervals",
    "duration",
    "amplitude",
    "width",
    "range of the rate",
    "range of the size",
    "balance of the peaks",
];

/// A kind and its ranges.
pub(super) struct KindRow {
    pub(super) kind: Kind,
    /// Share of the trains of a recording at rest, before anything is measured. Ours.
    pub(super) prior: f64,
    /// Rate 1/s; CV without gaps; CV2; CV of all; duration s; amplitude V; width s; range of rate; of size;
    /// positive over negative peak.
    pub(super) ranges: [Range; 10],
    /// Probability that the first phase is positive.
    pub(super) initial_positive: f64,
    /// Where the ranges come from.
    pub(super) source: &'static str,
}

const TABLE: &str = "Daube and Rubin 2009, AANEM glossary 2015, Dumitru: ranges of the reference table 2.1";

/// The kinds. Ranges that the table does not give are ours: widths follow from one fibre's spike or a motor
/// unit's, CV2 from the CV, and ranges of rate and size from "regular", "waxes and wanes" and "decrementing".
pub(super) const KINDS: &[KindRow] = &[
    KindRow {
        kind: Kind::FibrillationPotential,
        prior: 0.16,
        ranges: [
            range(0.5, 15.0, 0.35),
            range(0.005, 0.1, 0.35),
            range(0.005, 0.1, 0.35),
            range(0.015, 0.2, 0.7),
            range(1e-3, 5e-3, 0.15),
            range(20e-6, 300e-6, 0.6),
            range(0.15e-3, 1.2e-3, 0.35),
            range(1.0, 1.5, 0.3),
            range(1.0, 1.2, 0.2),
            range(0.15, 1.1, 0.25),
        ],
        initial_positive: 0.95,
        source: TABLE,
    },
    KindRow {
        kind: Kind::PositiveSharpWave,
        prior: 0.16,
        ranges: [
            range(0.5, 15.0, 0.35),
            range(0.005, 0.1, 0.35),
            range(0.005, 0.1, 0.35),
            range(0.015, 0.2, 0.7),
            range(7e-3, 50e-3, 0.4),
            range(50e-6, 500e-6, 0.6),
            range(0.2e-3, 3e-3, 0.5),
            range(1.0, 1.5, 0.3),
            range(1.0, 1.2, 0.2),
            range(1.3, 12.0, 0.25),
        ],
        initial_positive: 0.97,
        source: TABLE,
    },
    KindRow {
        kind: Kind::FasciculationPotential,
        prior: 0.1,
        ranges: [
            range(0.02, 5.0, 0.5),
            range(0.4, 1.0, 0.25),
            range(0.4, 1.3, 0.25),
            range(0.6, 1.3, 0.25),
            range(5e-3, 18e-3, 0.35),
            range(250e-6, 5000e-6, 0.5),
            range(0.2e-3, 3e-3, 0.4),
            range(1.5, 5.0, 0.6),
            range(1.0, 1.2, 0.2),
            range(0.15, 1.3, 0.3),
        ],
        initial_positive: 0.6,
        source: TABLE,
    },
    KindRow {
        kind: Kind::ComplexRepetitiveDischarge,
        prior: 0.08,
        ranges: [
            range(5.0, 150.0, 0.2),
            range(0.0005, 0.1, 0.7),
            range(0.0005, 0.01, 0.4),
            range(0.0005, 0.03, 1.0),
            range(5e-3, 50e-3, 0.4),
            range(50e-6, 1000e-6, 0.5),
            range(0.15e-3, 3e-3, 0.5),
            range(1.0, 1.1, 0.15),
            range(1.0, 1.1, 0.12),
            range(0.2, 2.0, 0.4),
        ],
        initial_positive: 0.6,
        source: TABLE,
    },
    KindRow {
        kind: Kind::MyotonicDischarge,
        prior: 0.08,
        ranges: [
            range(20.0, 150.0, 0.2),
            range(0.05, 0.4, 0.4),
            range(0.01, 0.1, 0.5),
            range(0.1, 3.0, 0.7),
            range(2e-3, 20e-3, 0.4),
            range(10e-6, 1000e-6, 0.4),
            range(0.15e-3, 3e-3, 0.5),
            range(1.5, 6.0, 0.2),
            range(1.5, 8.0, 0.25),
            range(0.15, 12.0, 0.3),
        ],
        initial_positive: 0.9,
        source: TABLE,
    },
    KindRow {
        kind: Kind::MyokymicDischarge,
        prior: 0.07,
        ranges: [
            range(5.0, 150.0, 0.3),
            range(0.03, 0.3, 0.4),
            range(0.03, 0.4, 0.4),
            range(0.7, 4.0, 0.3),
            range(5e-3, 20e-3, 0.25),
            range(100e-6, 5000e-6, 0.5),
            range(0.2e-3, 3e-3, 0.4),
            range(1.0, 1.6, 0.3),
            range(1.0, 1.2, 0.2),
            range(0.15, 1.3, 0.3),
        ],
        initial_positive: 0.6,
        source: TABLE,
    },
    KindRow {
        kind: Kind::NeuromyotonicDischarge,
        prior: 0.06,
        ranges: [
            range(150.0, 300.0, 0.1),
            range(0.005, 0.2, 0.6),
            range(0.003, 0.1, 0.6),
            range(0.005, 6.0, 1.0),
            range(2e-3, 15e-3, 0.6),
            range(100e-6, 5000e-6, 0.5),
            range(0.2e-3, 3e-3, 0.5),
            range(1.0, 1.4, 0.2),
            range(1.05, 4.0, 0.35),
            range(0.04, 3.0, 0.5),
        ],
        initial_positive: 0.5,
        source: TABLE,
    },
    KindRow {
        kind: Kind::CrampPotential,
        prior: 0.04,
        ranges: [
            range(30.0, 150.0, 0.2),
            range(0.1, 0.45, 0.3),
            range(0.1, 0.5, 0.3),
            range(0.1, 0.8, 0.4),
            range(5e-3, 20e-3, 0.2),
            range(100e-6, 5000e-6, 0.5),
            range(0.2e-3, 3e-3, 0.4),
            range(1.1, 4.0, 0.4),
            range(1.0, 1.3, 0.25),
            range(0.15, 1.3, 0.3),
        ],
        initial_positive: 0.6,
        source: "spontaneous_activity.csv (Preston)",
    },
    KindRow {
        kind: Kind::EndPlateNoise,
        prior: 0.05,
        ranges: [
            range(20.0, 600.0, 0.3),
            range(0.35, 1.0, 0.25),
            range(0.35, 1.2, 0.25),
            range(0.5, 1.3, 0.25),
            range(0.5e-3, 3e-3, 0.4),
            range(10e-6, 50e-6, 0.35),
            range(0.2e-3, 1.2e-3, 0.4),
            range(1.3, 4.0, 0.5),
            range(1.0, 1.8, 0.3),
            range(0.02, 0.3, 0.3),
        ],
        initial_positive: 0.04,
        source: TABLE,
    },
    KindRow {
        kind: Kind::EndPlateSpike,
        prior: 0.08,
        ranges: [
            range(5.0, 100.0, 0.35),
            range(0.25, 0.9, 0.25),
            range(0.3, 1.1, 0.25),
            range(0.3, 1.3, 0.25),
            range(2e-3, 6e-3, 0.4),
            range(60e-6, 400e-6, 0.5),
            range(0.2e-3, 1.5e-3, 0.4),
            range(1.3, 5.0, 0.5),
            range(1.0, 1.2, 0.2),
            range(0.03, 0.7, 0.3),
        ],
        initial_positive: 0.04,
        source: TABLE,
    },
    KindRow {
        kind: Kind::Voluntary,
        prior: 0.08,
        ranges: [
            range(4.0, 30.0, 0.2),
            range(0.08, 0.3, 0.2),
            range(0.07, 0.33, 0.2),
            range(0.08, 0.4, 0.35),
            range(5e-3, 18e-3, 0.2),
            range(100e-6, 4000e-6, 0.5),
            range(0.2e-3, 3e-3, 0.4),
            range(1.0, 1.6, 0.3),
            range(1.0, 1.2, 0.2),
            range(0.15, 1.3, 0.25),
        ],
        initial_positive: 0.6,
        source: TABLE,
    },
    KindRow {
        kind: Kind::Voluntary,
        prior: 0.02,
        ranges: [
            range(1.3, 18.0, 0.25),
            range(0.02, 0.06, 0.3),
            range(0.02, 0.06, 0.3),
            range(0.02, 0.1, 0.7),
            range(5e-3, 18e-3, 0.15),
            range(100e-6, 4000e-6, 0.5),
            range(0.2e-3, 3e-3, 0.4),
            range(1.0, 1.5, 0.3),
            range(1.0, 1.2, 0.2),
            range(0.15, 1.3, 0.25),
        ],
        initial_positive: 0.6,
        source: "continuous discharge of a single motor unit: spontaneous_activity.csv (SPONT_CMUD)",
    },
];

/// Everything that can be measured: the density of `unknown`, and its prior.
pub(super) const ANYTHING: [Range; 10] = [
    range(0.02, 1000.0, 0.5),
    range(0.0005, 1.5, 0.5),
    range(0.0005, 1.5, 0.5),
    range(0.0005, 5.0, 0.5),
    range(0.2e-3, 100e-3, 0.5),
    range(5e-6, 20e-3, 0.5),
    range(0.05e-3, 20e-3, 0.5),
    range(1.0, 10.0, 0.5),
    range(1.0, 10.0, 0.5),
    range(0.02, 50.0, 0.5),
];
pub(super) const UNKNOWN_PRIOR: f64 = 0.02;
