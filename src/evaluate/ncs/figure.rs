//! The figures: one row each, with its definition and what it should reach.

use super::super::figure::Unit;
use super::score::Score;
use super::select::{
    coverage, decidable, f_waves, h_reflexes, mean_of, median_of, onsets, relative, responses,
    root_mean_square, scans, segments, segments_all, share_of, spread_of, trains, verdicts,
};

/// One row of [`FIGURES`].
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// Id in the JSON output.
    pub id: &'static str,
    /// Heading that it stands under.
    pub group: &'static str,
    /// For people.
    pub name: &'static str,
    /// How it is written.
    pub unit: Unit,
    /// Lowest and highest value that is good, where a goal was set.
    pub goal: Option<(f64, f64)>,
    /// What it is, and of what it is one.
    pub definition: &'static str,
    /// Its value and the number of things that it rests on; `None` where there is nothing to rest on.
    pub compute: fn(&[&Score]) -> Option<(f64, usize)>,
}

impl Figure {
    /// Whether a value reaches the goal; `None` without one.
    pub fn is_met(&self, value: f64) -> Option<bool> {
        self.goal.map(|(low, high)| (low..=high).contains(&value))
    }
}

type Compute = fn(&[&Score]) -> Option<(f64, usize)>;

const LATENCY: &str = "Onset latency";
const SIZE: &str = "Amplitude, duration, area";
const CONDUCTION: &str = "Conduction";
const PRESENCE: &str = "Presence";
const LATE: &str = "Late responses";
const JUNCTION: &str = "Repetitive stimulation";
const UNITS: &str = "Motor unit number";
const COVERAGE: &str = "Stated uncertainty";
const SPOILT: &str = "Spoilt recordings";

const fn figure(
    id: &'static str,
    group: &'static str,
    name: &'static str,
    unit: Unit,
    definition: &'static str,
    compute: Compute,
) -> Figure {
    Figure { id, group, name, unit, goal: None, definition, compute }
}
const fn good(low: f64, high: f64, figure: Figure) -> Figure {
    Figure { goal: Some((low, high)), ..figure }
}

/// Bounds of signal-to-noise bands.
const HIGH: (f64, f64) = (30.0, f64::INFINITY);
const MIDDLE: (f64, f64) = (10.0, 30.0);
const LOW: (f64, f64) = (0.0, 10.0);
/// A latency that is off by more is a gross error, ms. Ours: the side difference of a distal latency that counts.
const GROSS_MS: f64 = 0.5;

/// All figures, in the order of the table.
pub static FIGURES: &[Figure] = &[
    good(
        -0.03,
        0.03,
        figure(
            "onset_bias_high",
            LATENCY,
            "bias, SNR ≥ 30",
            Unit::Milliseconds,
            "median of found − true onset latency of motor and sensory responses whose noise-free negative peak is at \
             least 30 times the noise of the sweeps' average (RMS)",
            |s| median_of(onsets(s, HIGH, None)),
        ),
    ),
    good(
        0.0,
        0.06,
        figure(
            "onset_sd_high",
            LATENCY,
            "SD, SNR ≥ 30",
            Unit::Milliseconds,
            "1.4826 times the median distance of those errors from their median (the SD where they are normally \
             distributed)",
            |s| spread_of(onsets(s, HIGH, None)),
        ),
    ),
    good(
        -0.08,
        0.08,
        figure("onset_bias_middle", LATENCY, "bias, SNR 10 to 30", Unit::Milliseconds, "as above", |s| {
            median_of(onsets(s, MIDDLE, None))
        }),
    ),
    good(
        0.0,
        0.15,
        figure("onset_sd_middle", LATENCY, "SD, SNR 10 to 30", Unit::Milliseconds, "as above", |s| {
            spread_of(onsets(s, MIDDLE, None))
        }),
    ),
    figure("onset_bias_low", LATENCY, "bias, SNR < 10", Unit::Milliseconds, "as above", |s| {
        median_of(onsets(s, LOW, None))
    }),
    figure("onset_sd_low", LATENCY, "SD, SNR < 10", Unit::Milliseconds, "as above", |s| {
        spread_of(onsets(s, LOW, None))
    }),
    figure(
        "onset_gross",
        LATENCY,
        "gross errors, SNR ≥ 10",
        Unit::Share,
        "share of those errors that are above 0.5 ms",
        |s| share_of(onsets(s, (10.0, f64::INFINITY), None), |e| e.abs() > GROSS_MS),
    ),
    figure(
        "onset_sd_all_high",
        LATENCY,
        "SD with gross errors, SNR ≥ 30",
        Unit::Milliseconds,
        "root mean square of the errors, outliers among them",
        |s| root_mean_square(onsets(s, HIGH, None)),
    ),
    figure("onset_bias_motor", LATENCY, "motor: bias, SNR ≥ 10", Unit::Milliseconds, "as above", |s| {
        median_of(onsets(s, (10.0, f64::INFINITY), Some(false)))
    }),
    figure("onset_bias_sensory", LATENCY, "sensory: bias, SNR ≥ 10", Unit::Milliseconds, "as above", |s| {
        median_of(onsets(s, (10.0, f64::INFINITY), Some(true)))
    }),
    figure(
        "peak_error",
        LATENCY,
        "peak latency, median error, SNR ≥ 10",
        Unit::Milliseconds,
        "median of |found − true|",
        |s| {
            median_of(
                responses(s).filter(|r| r.snr >= 10.0).filter_map(|r| r.peak_ms).map(|p| p.error().abs()),
            )
        },
    ),
    good(
        0.0,
        0.01,
        figure(
            "amplitude_error",
            SIZE,
            "amplitude error, SNR ≥ 30",
            Unit::Share,
            "median of |found − true| / true, baseline to negative peak, motor and sensory",
            |s| relative(s, HIGH, |r| r.amplitude),
        ),
    ),
    figure("amplitude_error_middle", SIZE, "amplitude error, SNR 10 to 30", Unit::Share, "as above", |s| {
        relative(s, MIDDLE, |r| r.amplitude)
    }),
    figure(
        "duration_error",
        SIZE,
        "negative-peak duration, SNR ≥ 30",
        Unit::Share,
        "median of |found − true| / true",
        |s| relative(s, HIGH, |r| r.duration_ms),
    ),
    figure(
        "area_error",
        SIZE,
        "negative-peak area, SNR ≥ 30",
        Unit::Share,
        "median of |found − true| / true",
        |s| relative(s, HIGH, |r| r.area),
    ),
    good(
        0.0,
        0.5,
        figure(
            "velocity_error",
            CONDUCTION,
            "motor velocity error, median, SNR ≥ 30",
            Unit::MetresPerSecond,
            "median of |found − true|, segments both of whose responses have that SNR, over the distance that the \
             study file states: what measuring the latencies leaves",
            |s| {
                let good = segments_all(s).filter(|g| g.snr >= HIGH.0);
                median_of(good.filter_map(|g| g.velocity_as_stated).map(|p| p.error().abs()))
            },
        ),
    ),
    figure(
        "velocity_error_middle",
        CONDUCTION,
        "the same, SNR 10 to 30",
        Unit::MetresPerSecond,
        "as above",
        |s| {
            let fair = segments_all(s).filter(|g| (MIDDLE.0..MIDDLE.1).contains(&g.snr));
            median_of(fair.filter_map(|g| g.velocity_as_stated).map(|p| p.error().abs()))
        },
    ),
    figure(
        "velocity_error_true",
        CONDUCTION,
        "the same over the true distance, SNR ≥ 30",
        Unit::MetresPerSecond,
        "as above; the error of the tape (SD 2 mm) is in it",
        |s| {
            let good = segments_all(s).filter(|g| g.snr >= HIGH.0);
            median_of(good.filter_map(|g| g.velocity).map(|p| p.error().abs()))
        },
    ),
    figure(
        "sensory_velocity_error",
        CONDUCTION,
        "sensory velocity error, median",
        Unit::MetresPerSecond,
        "median of |found − true|, SNR of 10 or more; distances as above",
        |s| {
            let far = responses(s).filter(|r| r.snr >= 10.0);
            median_of(far.filter_map(|r| r.velocity).map(|p| p.error().abs()))
        },
    ),
    good(
        0.93,
        1.0,
        figure(
            "block_right",
            CONDUCTION,
            "conduction block called right",
            Unit::Share,
            "share of right verdicts over segments that clearly block (half of the conducting amplitude or more was \
             blocked and the noise-free area falls by more than half) or clearly do not (less than 5 %, area falls by \
             less than 20 %) and have a verdict",
            |s| share_of(verdicts(s, |g| (g.block, g.found_block)), |(truth, found)| truth == found),
        ),
    ),
    figure(
        "block_sensitivity",
        CONDUCTION,
        "clear blocks called",
        Unit::Share,
        "share of the segments that clearly block with the verdict abnormal, those without a verdict among them",
        |s| share_of(segments(s).filter(|g| g.block == Some(true)), |g| g.found_block == Some(true)),
    ),
    good(
        0.93,
        1.0,
        figure(
            "dispersion_right",
            CONDUCTION,
            "temporal dispersion called right",
            Unit::Share,
            "as for block: clearly dispersed where the noise-free negative duration rises by 40 % or more (tibial \
             125 %), clearly not up to 20 % (tibial 70 %)",
            |s| {
                share_of(verdicts(s, |g| (g.dispersion, g.found_dispersion)), |(truth, found)| truth == found)
            },
        ),
    ),
    figure(
        "verdicts_given",
        CONDUCTION,
        "clear segments with a verdict on block",
        Unit::Share,
        "share of the segments that clearly do or do not block with a verdict of normal or abnormal",
        |s| share_of(segments(s).filter(|g| g.block.is_some()), |g| g.found_block.is_some()),
    ),
    good(
        0.98,
        1.0,
        figure(
            "presence_right",
            PRESENCE,
            "present or absent, right",
            Unit::Share,
            "share of motor and sensory responses with an SNR of 5 or more that were found, and of absent ones that \
             were called absent; what was not decided is wrong",
            |s| share_of(decidable(s), |r| r.found_present == Some(r.present)),
        ),
    ),
    figure(
        "absent_right",
        PRESENCE,
        "absent responses called absent",
        Unit::Share,
        "share of the responses to which no fibre answers",
        |s| share_of(responses(s).filter(|r| !r.present), |r| r.found_present == Some(false)),
    ),
    good(
        0.0,
        5.0,
        figure(
            "f_persistence_error",
            LATE,
            "F persistence error, median",
            Unit::Points,
            "median of |found − true|, the share of the recorded sweeps with an F wave of 20 µV peak to peak or more",
            |s| median_of(f_waves(s).filter_map(|f| f.persistence).map(|p| p.error().abs())),
        ),
    ),
    figure("f_persistence_mean", LATE, "F persistence error, mean", Unit::Points, "mean of the same", |s| {
        mean_of(f_waves(s).filter_map(|f| f.persistence).map(|p| p.error().abs()))
    }),
    good(
        0.0,
        0.3,
        figure(
            "f_min_error",
            LATE,
            "F minimum latency error, median",
            Unit::Milliseconds,
            "median of |found − true|",
            |s| median_of(f_waves(s).filter_map(|f| f.min_ms).map(|p| p.error().abs())),
        ),
    ),
    figure(
        "f_mean_error",
        LATE,
        "F mean latency error, median",
        Unit::Milliseconds,
        "median of |found − true|",
        |s| median_of(f_waves(s).filter_map(|f| f.mean_ms).map(|p| p.error().abs())),
    ),
    figure(
        "a_waves_right",
        LATE,
        "A waves told apart",
        Unit::Share,
        "share of the F-wave studies in which A waves are found where 8 of 20 sweeps or more hold one, and none where \
         there is none",
        |s| {
            let said = f_waves(s).filter_map(|f| Some((f.a_waves > 0, f.found_a_waves? > 0.0)));
            share_of(said, |(truth, found)| truth == found)
        },
    ),
    figure(
        "h_presence_right",
        LATE,
        "H reflex present or absent, right",
        Unit::Share,
        "share of the series; not decided is wrong",
        |s| share_of(h_reflexes(s), |h| h.found_present == Some(h.present)),
    ),
    figure(
        "h_latency_error",
        LATE,
        "H latency error, median",
        Unit::Milliseconds,
        "median of |found − true|, onset of the largest H",
        |s| median_of(h_reflexes(s).filter_map(|h| h.latency_ms).map(|p| p.error().abs())),
    ),
    figure("h_ratio_error", LATE, "H/M error, median", Unit::Points, "median of |found − true|", |s| {
        median_of(h_reflexes(s).filter_map(|h| h.ratio_percent).map(|p| p.error().abs()))
    }),
    good(
        0.0,
        1.0,
        figure(
            "decrement_error",
            JUNCTION,
            "decrement error, median",
            Unit::Points,
            "median of |found − true|, first against fourth, trains without artefact; true: of the recorded responses without \
             their noise",
            |s| {
                median_of(
                    trains(s).filter(|t| !t.artefact).filter_map(|t| t.decrement).map(|p| p.error().abs()),
                )
            },
        ),
    ),
    figure(
        "artefact_trains",
        JUNCTION,
        "trains with a moving electrode flagged",
        Unit::Share,
        "share of those trains whose decrement the report takes with care or refuses",
        |s| share_of(trains(s).filter(|t| t.artefact), |t| t.flagged == Some(true)),
    ),
    figure(
        "false_alarms",
        JUNCTION,
        "other trains flagged",
        Unit::Share,
        "the same of trains without artefact, lower is better",
        |s| share_of(trains(s).filter(|t| !t.artefact && t.decrement.is_some()), |t| t.flagged == Some(true)),
    ),
    good(
        0.0,
        0.15,
        figure(
            "scan_units_error",
            UNITS,
            "CMAP scan: unit number error, median",
            Unit::Share,
            "median of |found − true| / true",
            |s| median_of(scans(s).map(|p| (p.error() / p.truth).abs())),
        ),
    ),
    figure(
        "scan_units_bias",
        UNITS,
        "CMAP scan: found over true, median",
        Unit::Number,
        "median of found / true",
        |s| median_of(scans(s).map(|p| p.found / p.truth)),
    ),
    figure(
        "munix_ratio",
        UNITS,
        "MUNIX over the number of units, median",
        Unit::Number,
        "median; an index that is not meant to be the number",
        |s| median_of(s.iter().flat_map(|s| s.munix.iter().flatten()).map(|p| p.found / p.truth)),
    ),
    good(
        0.90,
        0.98,
        figure(
            "latency_coverage",
            COVERAGE,
            "onset latency within its 95 %",
            Unit::Share,
            "share of the true values that lie within value ± stated uncertainty, motor and sensory",
            |s| coverage(responses(s).filter_map(|r| r.onset_ms)),
        ),
    ),
    good(
        0.90,
        0.98,
        figure("amplitude_coverage", COVERAGE, "amplitude within its 95 %", Unit::Share, "as above", |s| {
            coverage(responses(s).filter_map(|r| r.amplitude))
        }),
    ),
    good(
        0.90,
        0.98,
        figure(
            "velocity_coverage",
            COVERAGE,
            "velocity within its 95 %",
            Unit::Share,
            "as above, motor segments and sensory studies",
            |s| {
                let all = segments_all(s).filter_map(|g| g.velocity);
                coverage(all.chain(responses(s).filter_map(|r| r.velocity)))
            },
        ),
    ),
    figure("f_min_coverage", COVERAGE, "F minimum latency within its 95 %", Unit::Share, "as above", |s| {
        coverage(f_waves(s).filter_map(|f| f.min_ms))
    }),
    figure(
        "decrement_coverage",
        COVERAGE,
        "decrement within its 95 %",
        Unit::Share,
        "as above, trains without artefact",
        |s| coverage(trains(s).filter(|t| !t.artefact).filter_map(|t| t.decrement)),
    ),
    good(
        0.0,
        0.0,
        figure(
            "plainly_normal",
            SPOILT,
            "worthless numbers called normal without a word",
            Unit::Share,
            "share of the rows that what spoils the recording makes worthless (amplitudes of a saturated or wrongly \
             scaled recording, latencies under an artefact or of a cold limb, anything where nothing answers, velocities \
             without a distance, decrements of a moving electrode) with a value, the verdict normal, and no doubt stated",
            |s| share_of(s.iter().flat_map(|s| &s.plainly_normal), |plain| **plain),
        ),
    ),
];
